"""Is something there, at an address of another site? Only public places are visited, and nothing of the answer is kept."""

import http.client
import ipaddress
import socket
import ssl
from urllib.parse import urljoin, urlsplit

from academy.kernel.i18n import Sentence, say

SECONDS = 10
MOST_TURNS = 5
_BROWSER = "Mozilla/5.0 (compatible; link check of a course)"


def fault_of(address: str) -> Sentence | None:
    """A sentence without values, so that it can be kept; None: it answers. Redirects are followed, each looked at like the first."""
    for _turn in range(MOST_TURNS):
        try:
            status, onwards = _visit(address)
        except _Refused as refused:
            return refused.sentence
        except TimeoutError:
            return say("no answer within ten seconds")
        except ssl.SSLError:
            return say("its certificate is not valid")
        except (OSError, http.client.HTTPException, ValueError):
            return say("nothing answers there")
        if onwards:
            address = urljoin(address, onwards)
            continue
        if status in {404, 410}:
            return say("the site has no such page")
        if status >= 500:
            return say("the site answers with a fault")
        return None  # 401, 403, 405, 429: somebody is there, and does not like programs
    return say("it sends from one address to the next")


class _Refused(Exception):
    def __init__(self, sentence: Sentence) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def _visit(address: str) -> tuple[int, str]:
    """Status, and where it sends to."""
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.port not in {None, 80, 443}:
        raise _Refused(say("this kind of address is not looked at"))
    port = parts.port or (443 if parts.scheme == "https" else 80)
    host = parts.hostname.encode("idna").decode()
    place = _public_place(host, port)
    connection: http.client.HTTPConnection
    if parts.scheme == "https":
        connection = http.client.HTTPSConnection(host, port, timeout=SECONDS)
        plain = socket.create_connection((place, port), SECONDS)
        connection.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=host)
    else:
        connection = http.client.HTTPConnection(host, port, timeout=SECONDS)
        connection.sock = socket.create_connection((place, port), SECONDS)
    try:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request(
            "GET", path, headers={"User-Agent": _BROWSER, "Accept": "text/html,*/*", "Connection": "close"}
        )
        answer = connection.getresponse()
        moved = answer.status in {301, 302, 303, 307, 308}
        return answer.status, (answer.getheader("Location") or "") if moved else ""
    finally:
        connection.close()


def _public_place(host: str, port: int) -> str:
    """One network address for the name, looked up once, so that it can't become another one before the visit."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as fault:
        raise _Refused(say("this site does not exist")) from fault
    places = [str(entry[4][0]) for entry in found]
    if not places or not all(ipaddress.ip_address(place.partition("%")[0]).is_global for place in places):
        raise _Refused(say("this kind of address is not looked at"))
    return places[0]
