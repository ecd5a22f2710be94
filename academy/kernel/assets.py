"""Where are the style sheet, the script, the fonts and the icons, and how do browsers keep them for good?

At start everything in `static/` gets the hash of its content in its name and is compressed, once, into the data
directory; when nothing changed since, a start only compares times and sizes. Pages ask `asset("css")`, `asset("js")`,
`asset("icons.svg")` or `asset("fonts/text.woff2")` for the address. An address never changes its content, so browsers
may keep it for ever, and files of earlier versions stay a month for pages that are still open somewhere.

The sheets and scripts of `css/` and `js/` themselves are what every page loads. Those of a folder inside, such as
`css/studio/`, are a bundle of their own, `asset("studio.css")`, for the pages that ask for it.
"""

import gzip
import hashlib
import json
import os
import posixpath
import re
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import TypedDict
from urllib.parse import quote
from wsgiref.headers import Headers

import brotli  # type: ignore[import-untyped]
from flask import Flask
from whitenoise import WhiteNoise  # type: ignore[import-untyped]

PREFIX = "/static/"
# reset declares the order of the layers; a feature's own sheet comes between these and the utilities
STYLES_FIRST = ("css/reset.css", "css/tokens.css", "css/base.css", "css/components.css", "css/features.css")
STYLES_LAST = ("css/utilities.css",)
SCRIPTS_FIRST = ("vendor/htmx.js",)
OF_OTHERS = {"editor": ("vendor/markdown-toolbar.js",)}  # scripts by others that belong to a bundle
COMPRESSED = {".css", ".js", ".svg", ".json", ".txt", ".geojson"}
VARIANTS = ("", ".br", ".gz")
KEPT_SECONDS = 30 * 24 * 3600

Stamp = dict[str, list[int]]


class Manifest(TypedDict):
    stamp: Stamp
    names: dict[str, str]


class Assets:
    """The names of the published files. Two processes may publish at once: every file is replaced whole."""

    def __init__(self, source: Path, target: Path, *, compress: bool = True) -> None:
        self.source = source
        self.target = target
        self.public = target / "public"
        self._compress = compress
        self._manifest = target / "manifest.json"
        self.names: dict[str, str] = {}

    def address(self, name: str) -> str:
        """The address of `css`, `js`, a bundle such as `studio.css` or a file in `static/`; KeyError if there is none."""
        return PREFIX + self.names[name]

    def of_bundles(self, bundles: str, kind: str) -> list[str]:
        """The addresses of the sheets (`css`) or scripts (`js`) of the bundles named in one line; a bundle may have one alone."""
        made = []
        for bundle in bundles.split():
            if not self.names.keys() & {f"{bundle}.css", f"{bundle}.js"}:
                raise KeyError(bundle)
            if f"{bundle}.{kind}" in self.names:
                made.append(self.address(f"{bundle}.{kind}"))
        return made

    @cached_property
    def _favicon(self) -> str:
        return "data:image/svg+xml," + quote(_text(self.source / "favicon.svg").strip(), safe=" /:=<>'(),;-.")

    def favicon(self) -> str:
        """The icon of the tab as a data address: it saves every first visit a request."""
        return self._favicon

    def icon_names(self) -> list[str]:
        return re.findall(r'<symbol id="([^"]+)"', _text(self.source / "icons.svg"))

    def refresh(self) -> bool:
        """Publish again if a source changed. True when it did."""
        stamp = self._stamp()
        known = self._known()
        if known and known["stamp"] == stamp and all((self.public / name).exists() for name in known["names"].values()):
            self.names = known["names"]
            return False
        self.target.mkdir(parents=True, exist_ok=True)
        if known:
            self._retire(known["names"].values())
        workshop = Path(tempfile.mkdtemp(prefix="making-", dir=self.target))
        try:
            self.names = self._publish(workshop)
            manifest = workshop / "manifest.json"
            manifest.write_text(json.dumps({"stamp": stamp, "names": self.names}), encoding="utf-8")
            os.replace(manifest, self._manifest)
        finally:
            shutil.rmtree(workshop)
        self._forget_old_files()
        return True

    def _known(self) -> Manifest | None:
        try:
            known: Manifest = json.loads(self._manifest.read_text(encoding="utf-8"))
        except (FileNotFoundError, json.JSONDecodeError):
            return None
        return known

    def _stamp(self) -> Stamp:
        """Times and sizes of everything that decides the result; this file and the wish to compress included."""
        files = [*self._sources(), Path(__file__)]
        seen: Stamp = {str(path): [(stat := path.stat()).st_mtime_ns, stat.st_size] for path in files}
        return seen | {"compress": [int(self._compress)]}

    def _sources(self) -> list[Path]:
        return sorted(path for path in self.source.rglob("*") if path.is_file() and not path.name.startswith("."))

    def _publish(self, workshop: Path) -> dict[str, str]:
        files = {path.relative_to(self.source).as_posix(): path for path in self._sources()}
        names: dict[str, str] = {}

        def put(name: str, content: bytes, label: str | None = None) -> None:
            names[label or name] = self._place(workshop, name, content)

        sheets = [name for name in files if name.endswith(".css")]
        for name, path in files.items():
            if name not in sheets:
                put(name, sprite(path, self.source / "motifs") if name == "icons.svg" else path.read_bytes())
        for name in sheets:
            if not name.startswith("css/"):
                put(name, minified(with_published_urls(_text(files[name]), name, name, names)).encode())
        for bundle, members in bundled(files, "css").items():
            published = f"{bundle or 'academy'}.css"
            ordered = members if bundle else in_order(members, STYLES_FIRST, STYLES_LAST)
            joined = "".join(
                minified(with_published_urls(_text(files[name]), name, published, names)) for name in ordered
            )
            put(published, joined.encode(), None if bundle else "css")
        for bundle, members in bundled(files, "js").items():
            ordered = in_order(members, OF_OTHERS.get(bundle, ()) if bundle else SCRIPTS_FIRST)
            # a file that ends without a semicolon must not swallow the parenthesis that the next begins with
            joined = "\n;".join(_text(files[name]).strip() for name in ordered)
            put(f"{bundle or 'academy'}.js", joined.encode(), None if bundle else "js")
        return names

    def _place(self, workshop: Path, name: str, content: bytes) -> str:
        """Write content, .br and .gz under its fingerprinted name; the plain file last, for it is what others look for."""
        plain = PurePosixPath(name)
        fingerprint = hashlib.sha256(content).hexdigest()[:12]
        published = plain.with_name(f"{plain.stem}.{fingerprint}{plain.suffix}")
        variants = {".br": brotli.compress, ".gz": _gzipped} if plain.suffix in COMPRESSED and self._compress else {}
        (self.public / published.parent).mkdir(parents=True, exist_ok=True)
        for suffix, squeeze in {**variants, "": bytes}.items():
            made = squeeze(content)
            if suffix and len(made) > 0.9 * len(content):
                continue
            new = workshop / "new"
            new.write_bytes(made)
            os.replace(new, self.public / f"{published}{suffix}")
        return published.as_posix()

    def _retire(self, names: Iterable[str]) -> None:
        """Let the month begin now in which pages that are open somewhere may still ask for these."""
        for name in names:
            for suffix in VARIANTS:
                with suppress(FileNotFoundError):
                    os.utime(self.public / f"{name}{suffix}")

    def _forget_old_files(self) -> None:
        current = {f"{name}{suffix}" for name in self.names.values() for suffix in VARIANTS}
        for path in self.public.rglob("*"):
            with suppress(FileNotFoundError):  # another process tidies too
                old = path.is_file() and path.stat().st_mtime < time.time() - KEPT_SECONDS
                if old and path.relative_to(self.public).as_posix() not in current:
                    path.unlink()


def init_app(app: Flask) -> None:
    """Publish, register `asset` for the pages and serve the files before Flask is asked."""
    assets = Assets(Path(app.root_path) / "static", Path(app.config["DATA_DIR"]) / "assets", compress=not app.testing)
    assets.refresh()
    app.jinja_env.globals.update(
        asset=assets.address, of_bundles=assets.of_bundles, favicon=assets.favicon, icon_names=assets.icon_names
    )
    app.extensions["assets"] = assets
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app,
        assets.public,
        PREFIX,
        autorefresh=app.debug,
        allow_all_origins=False,
        immutable_file_test=_immutable,
        add_headers_function=_with_headers,
    )
    if app.debug:
        app.before_request(_refresher(assets))


def _refresher(assets: Assets) -> Callable[[], None]:
    def refresh() -> None:
        assets.refresh()

    return refresh


def _immutable(_path: str, _url: str) -> bool:
    return True


def _with_headers(headers: Headers, _path: str, _url: str) -> None:
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"


def bundled(names: Iterable[str], kind: str) -> dict[str, list[str]]:
    """The sheets or scripts of every bundle; the one that all pages load is called ""."""
    bundles: dict[str, list[str]] = {bundle: [] for bundle in ("", *(OF_OTHERS if kind == "js" else ()))}
    for name in sorted(names):
        if found := re.fullmatch(rf"{kind}/(?:([a-z-]+)/)?[^/]+\.{kind}", name):
            bundles.setdefault(found[1] or "", []).append(name)
    return bundles


def in_order(names: Iterable[str], first: tuple[str, ...], last: tuple[str, ...] = ()) -> list[str]:
    return [*first, *sorted(set(names) - {*first, *last}), *last]


def sprite(icons: Path, motifs: Path) -> bytes:
    """The icons and the seven motifs (`#motif-1` …) as one file: pictures cost a first visit one request."""
    symbols = []
    for motif in sorted(motifs.glob("[1-9]-*.svg")):
        drawing = re.search(r'<g id="m">.*</g>', _text(motif), re.DOTALL)
        if drawing is None:
            raise ValueError(f'{motif} holds no <g id="m">')
        body = drawing[0].replace('<g id="m">', "<g>", 1)
        symbols.append(f'<symbol id="motif-{motif.name[0]}" viewBox="0 0 120 120">{body}</symbol>')
    drawn = re.sub(r"<!--.*?-->", "", _text(icons), flags=re.DOTALL)
    return re.sub(r">\s+<", "><", drawn.replace("</svg>", "".join(symbols) + "</svg>")).strip().encode()


def with_published_urls(css: str, sheet: str, published: str, names: dict[str, str]) -> str:
    """Point every relative `url(…)` of a sheet at the published file, seen from where the sheet is published."""

    def point(match: re.Match[str]) -> str:
        address = match[2]
        if re.match(r"[a-z]+:|/|#", address):
            return match[0]
        name = posixpath.normpath(posixpath.join(posixpath.dirname(sheet), address))
        if name not in names:
            raise ValueError(f"{sheet} points at {address}, which is not in static/")
        return f"url({posixpath.relpath(names[name], posixpath.dirname(published) or '.')})"

    return re.sub(r"""url\((["']?)([^"')]+)\1\)""", point, css)


_TOKENS = re.compile(
    r"""(?P<kept>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|url\([^"')]*\))|/\*.*?\*/|(?P<space>\s+)""", re.DOTALL
)
_AROUND = re.compile(r"\s*([{};])\s*|([,:(])\s+|\s+(\))")


def minified(css: str) -> str:
    """Without comments and needless white space. What could carry meaning stays: a space before `:` or `(`, and
    around `+ - > <`, in strings and in `url()`."""
    kept: list[str] = []

    def simplify(match: re.Match[str]) -> str:
        if match["kept"]:
            kept.append(match["kept"])
            return f"\0{len(kept) - 1}\0"
        return " "

    bare = _TOKENS.sub(simplify, css)
    bare = re.sub(r" +", " ", bare)
    bare = _AROUND.sub(lambda match: match[1] or match[2] or match[3], bare).replace(";}", "}").strip()
    return re.sub("\0(\\d+)\0", lambda match: kept[int(match[1])], bare)


def _gzipped(content: bytes) -> bytes:
    return gzip.compress(content, 9, mtime=0)


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")
