"""Who gets a file, and how does a browser treat it? It may show pictures, sound and film; everything else it keeps."""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, current_app, send_file
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import selectinload
from werkzeug.exceptions import NotFound

from academy.kernel.db import session
from academy.kernel.files.kinds import BY_TYPE
from academy.kernel.files.models import StoredFile
from academy.kernel.files.storing import path_of
from academy.kernel.subjects import Ref, subjects_seen_by
from academy.kernel.web import Academy

bp = Blueprint("files", __name__)

POLICY = "default-src 'none'; media-src 'self'; style-src 'unsafe-inline'; sandbox"
SECONDS_KEPT = 3600  # in one browser; who may see a thing can change


@bp.get("/files/<key>/<name>")
def give(key: str, name: str) -> ResponseReturnValue:
    file = _file_seen_by(current_app.extensions["viewer"](), key)
    kind = BY_TYPE.get(file.type)
    response = send_file(
        path_of(file),
        mimetype=file.type,
        as_attachment=kind is None or not kind.shown,
        download_name=file.name,
        conditional=True,
        etag=file.sha256[:32],
        last_modified=file.created_at,
    )
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Cache-Control"] = f"private, max-age={SECONDS_KEPT}"
    return response


def _file_seen_by(viewer: Any, key: str) -> StoredFile:
    """The owner's, and of whoever sees a thing that uses it."""
    file = session.scalars(
        sa.select(StoredFile).where(StoredFile.key == key).options(selectinload(StoredFile.uses))
    ).first()
    if file is None:
        raise NotFound
    mine = viewer is not None and file.owner_id == viewer.id
    if not mine and not subjects_seen_by(viewer, (Ref(use.kind, use.key) for use in file.uses)):
        raise NotFound
    if not path_of(file).exists():
        raise NotFound
    return file


def init_app(app: Academy, viewer: Callable[[], Any]) -> None:
    """`viewer` says who is asking: the kernel knows no people."""
    app.extensions["viewer"] = viewer
