"""Which line of Markdown shows the file that was just added?"""

from pathlib import PurePosixPath

from academy.kernel.files.kinds import AUDIO, PICTURES, VIDEO

SHOWN = {kind.ending for kind in PICTURES | AUDIO | VIDEO}


def markdown_for(name: str, words: str, caption: str) -> str:
    """A figure, a film or a recording stands alone in its paragraph; everything else is a link."""
    words = words.replace("[", "(").replace("]", ")") or PurePosixPath(name).stem.replace("-", " ")
    title = f' "{caption.replace(chr(34), "”")}"' if caption else ""
    shown = PurePosixPath(name).suffix in SHOWN
    return f"{'!' if shown else ''}[{words}](media/{name}{title})"
