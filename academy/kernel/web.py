"""How does a request become a transaction, and a template become a page?"""

import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, wraps
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote, urlsplit

import brotli  # type: ignore[import-untyped]
from flask import (
    Blueprint,
    Flask,
    current_app,
    flash,
    g,
    get_flashed_messages,
    make_response,
    redirect,
    request,
    url_for,
)
from flask import render_template as _whole_page
from flask.typing import ResponseReturnValue, RouteCallable
from jinja2 import Environment, FileSystemBytecodeCache, StrictUndefined
from sqlalchemy.exc import IntegrityError, OperationalError
from typing_extensions import override
from werkzeug.datastructures import CombinedMultiDict
from werkzeug.exceptions import Forbidden, HTTPException, NotFound
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import BuildError
from werkzeug.wrappers import Response

from academy.kernel import db
from academy.kernel.access import Refused, Verdict
from academy.kernel.events import Event, handles
from academy.kernel.forms import Form
from academy.kernel.i18n import NATIVE_NAMES, Sentence, language, say
from academy.kernel.logs import logger, request_id
from academy.settings import Settings

F = TypeVar("F", bound=Form)
V = TypeVar("V", bound=Callable[..., ResponseReturnValue])

LARGEST_BODY = 2 * 1024 * 1024

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "media-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)


class Academy(Flask):
    """Flask, with one transaction per request, ended here and nowhere else."""

    @override
    def add_url_rule(
        self,
        rule: str,
        endpoint: str | None = None,
        view_func: RouteCallable | None = None,
        provide_automatic_options: bool | None = None,
        **options: Any,
    ) -> None:
        view = view_func and _in_one_transaction(view_func)
        super().add_url_rule(rule, endpoint, view, provide_automatic_options, **options)


def _in_one_transaction(view: RouteCallable) -> Callable[..., Any]:
    """A view that returns has committed; a view that raises has not."""

    @wraps(view)
    def answer(**arguments: Any) -> Any:
        with db.transaction():
            return view(**arguments)

    return answer


def init_app(app: Academy) -> None:
    settings: Settings = app.extensions["settings"]
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.bytecode_cache = _compiled_templates(settings.data_dir / "templates")
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        ui=Components(app.jinja_env),
        settings=settings,
        flashes=flashes,
        has_page=lambda endpoint: endpoint in app.view_functions,
        other_languages=other_languages,
        canonical=canonical,
    )
    app.config.update(
        SECRET_KEY=settings.secret_key,
        MAX_CONTENT_LENGTH=LARGEST_BODY,
        MAX_FORM_MEMORY_SIZE=LARGEST_BODY,
        MAX_FORM_PARTS=2_000,
        SESSION_COOKIE_NAME="academy",
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SECURE=settings.secure,
        SESSION_REFRESH_EACH_REQUEST=False,
    )
    if settings.proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]  # the documented way
            app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies, x_host=settings.proxies
        )
    app.url_value_preprocessor(_language_from_the_address)
    app.url_defaults(_language_into_the_address)
    app.before_request(_same_origin_only)
    app.before_request(_an_archive_is_read)
    app.after_request(_compressed)
    app.after_request(_security_headers)
    app.register_error_handler(Refused, _say_no)
    app.register_error_handler(IntegrityError, _somebody_was_faster)
    app.register_error_handler(OperationalError, _database_away)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _fault)


def _compiled_templates(folder: Path) -> FileSystemBytecodeCache:
    """Templates are compiled once for all processes and starts; a changed template is compiled anew."""
    folder.mkdir(parents=True, exist_ok=True)
    return FileSystemBytecodeCache(str(folder))


def page(template: str, *, status: int = 200, **context: Any) -> Response:
    """Render the whole page, or for htmx only the block whose name is the target's id.

    A block sees this context and the globals, nothing else: no context processors, and no
    `set`, `import` or `super()` outside blocks.
    """
    context["status"] = status
    block = request.headers.get("HX-Target", "").replace("-", "_")
    source = current_app.jinja_env.get_template(template)
    if request.headers.get("HX-Request") and block in source.blocks:
        html = "".join(source.blocks[block](source.new_context(context)))
    else:
        html = _whole_page(template, **context)
    response = make_response(html, status)
    response.vary.update({"HX-Request", "HX-Target"})
    return response


def see(address: str) -> Response:
    """After a write: go and read. htmx follows too, with its headers, and gets its block."""
    return redirect(address, 303)


def tell(sentence: Sentence, kind: str = "good") -> None:
    """Say something on the next page that is shown; `kind` is good, warn or bad."""
    values = {name: str(value) if isinstance(value, Sentence) else value for name, value in sentence.values}
    flash([sentence.message, values, sentence.plural], kind)  # type: ignore[arg-type]  # it is kept as JSON


def draft_sent(key: str) -> None:
    """What was kept in the browser under `data-draft="key"` is ours now: the next page lets go of it."""
    flash([key, {}, ""], "draft-saved")  # type: ignore[arg-type]


def flashes() -> list[tuple[str, Sentence]]:
    """What `tell` left for this page, said in the language of this page."""
    left: list[Any] = get_flashed_messages(with_categories=True)
    return [(kind, Sentence(message, tuple(values.items()), plural)) for kind, (message, values, plural) in left]


def submitted(form: type[F], **arguments: Any) -> F:
    """The form as it was sent, files included."""
    return form(CombinedMultiDict([request.form, request.files]), **arguments)


def asked(form: type[F], **arguments: Any) -> F:
    """The form of a page that is asked for with `?…`, such as a search."""
    return form(request.args, **arguments)


def local_path(address: str, otherwise: str) -> str:
    """An address of this site that a form may send people to, never one of another site."""
    parts = urlsplit(address)
    safe = address.startswith("/") and not address.startswith(("//", "/\\")) and not parts.netloc and not parts.scheme
    return address if safe and "\\" not in address and address.isprintable() else otherwise


def external_address(endpoint: str, **values: Any) -> str:
    """The whole address, for mail, feeds and search engines."""
    settings: Settings = current_app.extensions["settings"]
    path = url_for(endpoint, **values) if request else _address_without_request(endpoint, values)
    return base_address(settings) + path


def _address_without_request(endpoint: str, values: dict[str, Any]) -> str:
    host = urlsplit(base_address(current_app.extensions["settings"])).netloc
    given = {name: value for name, value in values.items() if name != "_anchor"}
    _language_into_the_address(endpoint, given)
    path = current_app.url_map.bind(host).build(endpoint, given)
    return f"{path}#{quote(values['_anchor'])}" if values.get("_anchor") else path


def base_address(settings: Settings) -> str:
    """Where the site is reached, without the last slash."""
    if settings.base_url:
        return settings.base_url
    return request.host_url.rstrip("/") if request else f"http://localhost:{settings.port}"


def client_address() -> str:
    """Whose connection this is, for throttling."""
    return request.remote_addr or "unknown"


class Components:
    """The macros of templates/ui.html, in every template under the name `ui`."""

    def __init__(self, templates: Environment) -> None:
        self._templates = templates

    def __getattr__(self, name: str) -> Any:
        macro = getattr(self._templates.get_template("ui.html").module, name)
        if not self._templates.auto_reload:
            if name == "icon":  # dozens on a page, and nothing but its name decides what it is
                macro = lru_cache(maxsize=512, typed=True)(macro)
            self.__dict__[name] = macro  # found at once from now on
        return macro


def other_languages() -> list[tuple[str, str, str]]:
    """Code, native name and the address of this very page, for each other language of the site."""
    settings: Settings = current_app.extensions["settings"]
    here = language()
    return [(code, NATIVE_NAMES[code], _same_page_in(code)) for code in settings.languages if code != here]


def in_language_of(code: str, path: str) -> str:
    """The same page of this site for somebody who reads another language."""
    settings: Settings = current_app.extensions["settings"]
    first, slash, rest = path.removeprefix("/").partition("/")
    return f"/{code}{slash}{rest}" if first in settings.languages and code in settings.languages else path


def canonical() -> str:
    """The whole address of this page without its query."""
    return base_address(current_app.extensions["settings"]) + request.path


def _same_page_in(code: str) -> str:
    path = request.path.removeprefix(f"/{language()}")
    if path == request.path and request.path != "/":
        path = "/"
    query = request.query_string.decode("utf-8", "replace") if request.method == "GET" else ""
    return f"/{code}{path}{'?' + query if query else ''}"


# --- pages that are the same for every visitor --------------------------------------------------------------------


@dataclass(frozen=True)
class _Kept:
    until: float  # of the monotonic clock
    plain: bytes
    compressed: bytes
    content_type: str
    policy: str  # of a page that may do more than others, such as showing a film of another site


# How hard to compress: a page of one person costs a third of a millisecond so, and half a kilobyte more than with twice the time
SENT_ONCE, SENT_OFTEN = 2, 7

_kept_pages: OrderedDict[str, _Kept] = OrderedDict()
_MOST_KEPT = 500
_news = 0


@handles(Event)
def _something_happened(_event: Event) -> None:
    """Whatever happened, a page may have changed. Other processes find out when their pages have aged."""
    global _news
    _news += 1
    db.on_commit(forget_kept_pages)


def forget_kept_pages() -> None:
    """Make every page anew, in this process."""
    _kept_pages.clear()


def same_for_visitors(seconds: int) -> Callable[[V], V]:
    """Keep the page that a visitor without a cookie gets, for as long, in this process; a change made here ends it at once."""

    def keep(view: V) -> V:
        @wraps(view)
        def answer(**arguments: Any) -> ResponseReturnValue:
            if current_app.config["SESSION_COOKIE_NAME"] in request.cookies or "HX-Request" in request.headers:
                return view(**arguments)
            address = f"{request.host_url} {request.full_path}"
            kept = _kept_pages.get(address)
            if kept and kept.until > time.monotonic():
                return _again(kept)
            news = _news
            response = make_response(view(**arguments))
            if response.status_code == 200 and "Set-Cookie" not in response.headers and news == _news:
                html = response.get_data()
                kept = _Kept(
                    until=time.monotonic() + seconds,
                    plain=html,
                    compressed=_brotli(html, SENT_OFTEN),
                    content_type=response.headers["Content-Type"],
                    policy=response.headers.get("Content-Security-Policy", ""),
                )
                _kept_pages[address] = kept
                while len(_kept_pages) > _MOST_KEPT:
                    _kept_pages.popitem(last=False)
                return _again(kept)
            return response

        return answer  # type: ignore[return-value]  # wraps keeps the view's own signature

    return keep


def _again(kept: _Kept) -> Response:
    compressed = bool(request.accept_encodings["br"])
    response = current_app.response_class(kept.compressed if compressed else kept.plain, content_type=kept.content_type)
    if compressed:
        response.headers["Content-Encoding"] = "br"
    if kept.policy:
        response.headers["Content-Security-Policy"] = kept.policy
    response.vary.update({"HX-Request", "HX-Target", "Cookie"})
    return response


# --- language -----------------------------------------------------------------------------------------------------


def _language_from_the_address(_endpoint: str | None, arguments: dict[str, Any] | None) -> None:
    g.language = preferred_language()
    if arguments and any("\0" in value for value in arguments.values() if isinstance(value, str)):
        raise NotFound  # nothing has a NUL in its name, and PostgreSQL would choke on it
    if arguments and "lang" in arguments:
        asked_for = arguments.pop("lang")
        if asked_for not in current_app.extensions["settings"].languages:
            raise NotFound
        g.language = asked_for


def _language_into_the_address(endpoint: str, arguments: dict[str, Any]) -> None:
    if endpoint in current_app.view_functions and current_app.url_map.is_endpoint_expecting(endpoint, "lang"):
        arguments.setdefault("lang", language())


def preferred_language() -> str:
    """The language of the address if it says one, else what the browser asks for, else the first of the site."""
    languages: tuple[str, ...] = current_app.extensions["settings"].languages
    first = request.path.split("/", 2)[1]
    if first in languages:
        return first
    return request.accept_languages.best_match(languages) or languages[0]


# --- safety -------------------------------------------------------------------------------------------------------


# Who has an account may still take their own data along, and nothing else is ever written
_WRITTEN_IN_AN_ARCHIVE = frozenset({"accounts.send_sign_in", "accounts.sign_out"})


def _an_archive_is_read() -> None:
    """The setting ACADEMY_ARCHIVE: everything stays where it is, and nothing changes any more."""
    archive = current_app.extensions["settings"].archive
    if archive and not db.reading() and request.endpoint not in _WRITTEN_IN_AN_ARCHIVE:
        raise Refused(
            Verdict(say("This site is an archive: all of it can be read, and nothing changes any more."), 403)
        )


def _same_origin_only() -> None:
    """Refuse a cross-site write: Sec-Fetch-Site where the browser sends it, else Origin, else it is no browser."""
    if request.method in db.SAFE_METHODS or request.endpoint in _open_endpoints:
        return
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        allowed = site in {"same-origin", "none"}
    else:
        origin = request.headers.get("Origin")
        allowed = origin is None or urlsplit(origin).netloc == request.host
    if not allowed:
        raise Forbidden("cross-site request")


_open_endpoints: set[str] = set()


def open_to_other_sites(bp: Blueprint, view: V) -> V:
    """Let an endpoint be posted to from anywhere: the one-click unsubscribe of RFC 8058 and nothing like it."""
    _open_endpoints.add(f"{bp.name}.{view.__name__}")
    return view


def _security_headers(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", POLICY)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "strict-origin-when-cross-origin")
    headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=()")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    if request.is_secure and current_app.extensions["settings"].production:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
    if response.mimetype == "text/html":
        # personal pages and pages that change with a sign-in are never kept by a proxy
        headers.setdefault("Cache-Control", "private, no-cache")
    return response


def _compressed(response: Response) -> Response:
    """Pages by brotli. No page carries a secret beside what a person typed."""
    response.vary.add("Accept-Encoding")
    if (
        response.mimetype != "text/html"
        or response.direct_passthrough
        or "Content-Encoding" in response.headers
        or not request.accept_encodings["br"]
        or (response.content_length or 0) < 1000
    ):
        return response
    response.set_data(_brotli(response.get_data(), SENT_ONCE))
    response.headers["Content-Encoding"] = "br"
    return response


def _brotli(html: bytes, quality: int) -> bytes:
    compressed: bytes = brotli.compress(html, mode=brotli.MODE_TEXT, quality=quality)
    return compressed


# --- refusals and faults ------------------------------------------------------------------------------------------

SENTENCES: dict[int, tuple[Sentence, Sentence]] = {
    400: (
        say("That was not understood"),
        say("Something in the address or in what was sent is not as it should be. Go back and try again."),
    ),
    401: (say("Sign in first"), say("This page is for members. Sign in and you come back here.")),
    403: (say("Not allowed"), say("This can't be done with your account.")),
    404: (say("Page not found"), say("There is nothing at this address, or it is not yours to see.")),
    405: (say("Not this way"), say("This page does not open by its address alone. Go back and use the button there.")),
    409: (say("Not possible now"), say("Something changed in the meantime. Reload and look again.")),
    410: (say("This link no longer works"), say("It has been used, or its time is over. Ask for a new one.")),
    413: (
        say("Too large"),
        say("What you sent is too large for this page. Make it smaller and send it again; nothing was changed."),
    ),
    422: (say("Something is missing"), say("Look at the form again.")),
    429: (say("Too many tries"), say("Wait a little and try again.")),
    500: (
        say("Something went wrong here"),
        say("The fault is ours and has been written down. Nothing you did was changed by half."),
    ),
    503: (
        say("Back in a moment"),
        say("The database can't be reached right now. Nothing was changed; try again in a minute."),
    ),
}


def _say_no(refused: Refused) -> ResponseReturnValue:
    # htmx drops a 4xx unless layout.html's responseHandling says where it goes: #refusal into #notice
    verdict = refused.verdict
    return _error_page(verdict.status, verdict.refusal)


def _somebody_was_faster(_error: Exception) -> ResponseReturnValue:
    logger.warning("a constraint refused a write", exc_info=True)
    return _error_page(409, say("Somebody else was faster. Reload and look again."))


def _database_away(error: Exception) -> ResponseReturnValue:
    if "readonly" in str(error):
        return _fault(error)  # a page that reads tried to write: our mistake, and the database is well
    logger.error("the database failed", exc_info=True)
    g.without_database = True
    response = make_response(_error_page(503))
    response.headers["Retry-After"] = "30"
    return response


def _http_error(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    if status < 400:
        return error.get_response()
    response = make_response(_error_page(status))
    if status == 405 and getattr(error, "valid_methods", None):
        response.headers["Allow"] = ", ".join(error.valid_methods)  # type: ignore[attr-defined]  # on MethodNotAllowed
    return response


def _fault(_error: Exception) -> ResponseReturnValue:
    logger.exception("a request failed")
    if current_app.testing:
        raise _error
    g.without_database = True
    return _error_page(500)


def _error_page(status: int, reason: Sentence | None = None) -> ResponseReturnValue:
    if "language" not in g:
        g.language = preferred_language()
    title, sentence = SENTENCES.get(status, SENTENCES[500])
    if request.path.startswith("/api/"):
        problem = {"type": "about:blank", "title": str(title), "status": status, "detail": str(reason or sentence)}
        return problem, status, {"Content-Type": "application/problem+json"}
    return error_page(status, reason or title, sentence if reason is None else None)


def error_page(status: int, sentence: Sentence, way_on: Sentence | None = None) -> Response:
    """A page that says in a sentence what is not possible, and how to go on."""
    after = request.full_path.rstrip("?") if request.method == "GET" else _referring_page()
    reference = request_id.get() if status >= 500 else ""
    return page("error.html", status=status, sentence=sentence, way_on=way_on, after=after, reference=reference)


def _referring_page() -> str:
    """The page whose form was sent, to come back to after signing in."""
    parts = urlsplit(request.referrer or "")
    return local_path(parts.path, "/") if parts.netloc == request.host else "/"


def shown_address(endpoint: str, **values: Any) -> str | None:
    """The address of a page that may not be part of this site."""
    try:
        return url_for(endpoint, **values) if request else _address_without_request(endpoint, values)
    except BuildError:
        return None


def random_key(length: int = 8) -> str:
    """Lower-case letters and digits without those that look alike, for identifiers that people see."""
    return "".join(secrets.choice("abcdefghjkmnpqrstuvwxyz23456789") for _ in range(length))
