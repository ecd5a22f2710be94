"""Where does a file wait that was looked at and may be imported? On the disk, under a name that says whose it is; for a day."""

from datetime import datetime, timedelta
from pathlib import Path

from academy.settings import settings

KEPT = timedelta(days=1)


def place(person_id: int, key: str) -> Path | None:
    """Nobody else's. None: no such thing can be there."""
    return _folder() / f"{person_id}-{key}.jsonl" if key.isalnum() and key.isascii() else None


def sweep(*, now: datetime) -> int:
    """Remove what has waited too long; how many that were."""
    late = [path for path in _folder().glob("*.jsonl") if now.timestamp() - path.stat().st_mtime > KEPT.total_seconds()]
    for path in late:
        path.unlink(missing_ok=True)
    return len(late)


def _folder() -> Path:
    folder = settings().data_dir / "imports"
    folder.mkdir(exist_ok=True)
    return folder
