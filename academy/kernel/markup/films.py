"""Which addresses of other sites are films, and who plays them without being told more than must be?

A page shows a link and a sentence. Only when the reader asks for it does the player come, from one of HOSTS, which that page allows.
"""

import re
from dataclasses import dataclass

HOSTS = {"YouTube": "https://www.youtube-nocookie.com", "Vimeo": "https://player.vimeo.com"}

_YOUTUBE = re.compile(
    r"https://(?:www\.|m\.)?(?:youtube\.com/(?:watch\?(?:[^#\s]*&)?v=|shorts/|live/)|youtu\.be/)([\w-]{6,20})(?:[?&#].*)?$"
)
_VIMEO = re.compile(r"https://(?:www\.)?vimeo\.com/(\d{5,12})(?:[?#].*)?$")
PLAYER = re.compile(
    r"https://www\.youtube-nocookie\.com/embed/[\w-]{6,20}\?rel=0|https://player\.vimeo\.com/video/\d{5,12}\?dnt=1"
)


@dataclass(frozen=True)
class Film:
    site: str
    player: str


def film_at(address: str) -> Film | None:
    if found := _YOUTUBE.match(address):
        return Film("YouTube", f"{HOSTS['YouTube']}/embed/{found[1]}?rel=0")
    if found := _VIMEO.match(address):
        return Film("Vimeo", f"{HOSTS['Vimeo']}/video/{found[1]}?dnt=1")
    return None


def hosts_in(html: str) -> list[str]:
    """Whose players a page may load."""
    return sorted(host for host in HOSTS.values() if f'data-embed="{host}/' in html)
