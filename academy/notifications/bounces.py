"""Which addresses does a message that came back say are refused for good? RFC 3464; nothing here touches the database."""

from email import message_from_bytes, policy
from email.message import Message
from email.utils import parseaddr


def refused_for_good(written: bytes) -> list[str]:
    """Of a report about delivery: the recipients that failed and always will. Any other message names none."""
    report = message_from_bytes(written, policy=policy.default)
    if report.get_content_type() != "multipart/report":
        return []
    parts = [part for part in report.walk() if part.get_content_type() == "message/delivery-status"]
    return [address for part in parts for block in _blocks(part) if (address := _refused(block))]


def _blocks(part: Message) -> list[Message]:
    """One of them is about the whole message, each of the others about one recipient."""
    inside = part.get_payload()
    return [block for block in inside if isinstance(block, Message)] if isinstance(inside, list) else []


def _refused(block: Message) -> str:
    """Full mailboxes and servers that are away say 4: those are tried again."""
    failed = str(block.get("Action", "")).strip().lower() == "failed"
    for_good = str(block.get("Status", "")).strip().startswith("5")
    _kind, _, address = str(block.get("Final-Recipient", block.get("Original-Recipient", ""))).rpartition(";")
    return parseaddr(address.strip())[1].lower() if failed and for_good else ""
