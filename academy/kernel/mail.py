"""How does a message leave the house?"""

import smtplib
import ssl
from email.message import EmailMessage
from email.utils import formatdate
from urllib.parse import unquote, urlsplit

from academy.settings import Settings


class NotDelivered(Exception):
    """The server could not be reached or refused; `for_good` says that trying again is useless."""

    def __init__(self, why: str, *, for_good: bool = False) -> None:
        super().__init__(why)
        self.for_good = for_good


def send(message: EmailMessage, settings: Settings) -> None:
    """Hand one message to the mail server, or write it into `mail/` of the data directory. Raises NotDelivered."""
    url = urlsplit(settings.mail_url)
    message["Date"] = formatdate()
    if url.scheme == "file":
        folder = settings.data_dir / "mail"
        folder.mkdir(exist_ok=True)
        name = message["Message-ID"].strip("<>").partition("@")[0]
        (folder / f"{name}.eml").write_bytes(bytes(message))
        return
    try:
        with _server(url.scheme, url.hostname or "", url.port) as server:
            if url.username:
                server.login(unquote(url.username), unquote(url.password or ""))
            server.send_message(message)
    except smtplib.SMTPRecipientsRefused as refused:
        codes = [code for code, _ in refused.recipients.values()]
        raise NotDelivered(str(refused), for_good=all(500 <= code < 600 for code in codes)) from refused
    except (OSError, smtplib.SMTPException) as fault:
        raise NotDelivered(str(fault)) from fault


def _server(scheme: str, host: str, port: int | None) -> smtplib.SMTP:
    if scheme == "smtps":
        return smtplib.SMTP_SSL(host, port or 465, timeout=20, context=ssl.create_default_context())
    server = smtplib.SMTP(host, port or 25, timeout=20)
    server.ehlo()
    if server.has_extn("starttls"):
        server.starttls(context=ssl.create_default_context())
    return server
