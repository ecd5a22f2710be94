"""How does a file that somebody sends become something that can safely be kept, shown and given back?

    found = files.received(sent, accept=files.PICTURES)        # slow, no database; NotAccepted says why not
    kept = files.keep(found, owner_id=person.id)               # a row; nobody but the owner sees it yet
    files.uses(Ref("entry", entry.key), [kept.key])            # from now on seen by whoever sees the entry
    files.address_of(kept)                                     # /files/<key>/<name>

A view that takes files is marked `@takes_files(megabytes)`, a form has an `UploadField`. Content is stored once under its hash, in `files/` of
the data directory. A file that nothing uses goes after a day, and so does content that no row names.
"""

from academy.kernel.files.fields import UploadField, takes_files
from academy.kernel.files.kinds import AUDIO, DOCUMENTS, MEDIA, PICTURES, SUBTITLES, VIDEO, Kind
from academy.kernel.files.models import FileUse, StoredFile
from academy.kernel.files.receiving import Incoming, NotAccepted, received
from academy.kernel.files.storing import (
    address_of,
    describe,
    file_with_key,
    files_used_by,
    keep,
    path_of,
    sweep,
    uses,
)

__all__ = [
    "AUDIO",
    "DOCUMENTS",
    "MEDIA",
    "PICTURES",
    "SUBTITLES",
    "VIDEO",
    "FileUse",
    "Incoming",
    "Kind",
    "NotAccepted",
    "StoredFile",
    "UploadField",
    "address_of",
    "describe",
    "file_with_key",
    "files_used_by",
    "keep",
    "path_of",
    "received",
    "sweep",
    "takes_files",
    "uses",
]
