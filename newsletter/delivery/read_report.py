"""What came back: a report of a failed delivery, a complaint, or nothing of the kind. Pure.

Who: the VERP address that a report was sent to (``verp``). What: the parts of RFC 3464 (``dsn``), then
flufl.bounce and rules over the text for everything that is older or stranger. A feedback report (ARF,
RFC 5965) is a complaint. An automatic reply is nothing. Any bytes at all give an answer, which may be that the mail
was not understood: then somebody has to look at it.
"""

from __future__ import annotations

import email
import logging
import re
from collections.abc import Iterable
from dataclasses import replace
from email.message import Message

from flufl.bounce import all_failures

from newsletter.delivery.dsn import read_status_parts
from newsletter.delivery.failed_recipient import NOTHING, STATUS, Failed, Report, find_address, judge, unique
from newsletter.delivery.leave_requests import find_tokens
from newsletter.delivery.mail_parts import (
    WILD,
    kind_of,
    parameter_of,
    raw_text,
    read_header,
    text_of,
    walk_parts,
)
from newsletter.delivery.provider_notices import read_notice
from newsletter.delivery.reasons import Reason
from newsletter.delivery.report_text import (
    MACHINE,
    addresses_in,
    original_recipients,
    report_text,
    sent_to,
    words_about,
)

# It writes a traceback for every detector that stumbles over odd headers; that is no fault of ours or the operator's.
logging.getLogger("flufl.bounce").setLevel(logging.CRITICAL)

_MAX_BYTES = 2_000_000
_MAX_RECIPIENTS = 100


NOT_UNDERSTOOD = Report(understood=False)


def read_returned(raw: bytes, *, returned: bool) -> tuple[tuple[str, ...], Report]:
    """Return the tokens of a mail that asks to leave, and what it reports: all that strangers' mail is parsed for."""
    tokens = find_tokens(raw)
    return tokens, NOTHING if tokens else read_report(raw, returned=returned)


def read_report(raw: bytes, *, returned: bool = False) -> Report:
    """Return what a message says of each recipient. Never raises, whatever the bytes.

    ``returned``: it went to an envelope sender of ours, where only what failed comes back. Then a machine's mail is
    a report whatever it looks like, about the one reader to whom that address belongs; its recipient may be "".
    """
    try:
        message = email.message_from_bytes(raw[:_MAX_BYTES].replace(b"\r\n", b"\n"))
        return _read_message(message, returned=returned)
    except WILD:
        return NOT_UNDERSTOOD


def _read_message(message: Message, *, returned: bool) -> Report:
    if complaint := _read_complaint(message):
        return complaint
    if notice := _read_provider(message):
        return notice
    if _tells_of_no_delivery(message):
        return NOTHING
    told = read_status_parts(message)
    if told is not None:  # with nobody who failed it tells of success
        return replace(told, failed=told.failed[:_MAX_RECIPIENTS]) if told.failed else NOTHING
    failed = _read_words(message) or (_read_any_words(message) if returned else [])
    if failed:
        return Report(
            failed=tuple(failed[:_MAX_RECIPIENTS]), written_by=find_address(read_header(message, "From"))
        )
    return NOTHING if _says_it_is_automatic(message) and not _is_of_machine(message) else NOT_UNDERSTOOD


# ── complaints and automatic replies ─────────────────────────────────────────────────────────────


def _read_complaint(message: Message) -> Report | None:
    for part in walk_parts(message):
        if kind_of(part) == "message/feedback-report":
            break
    else:
        return None
    fields = _fields(part)
    # RFC 5965 section 3.2: "not-spam" takes a complaint back; RFC 6591: "auth-failure" is about DKIM and SPF.
    kind = fields.get("feedback-type", ["abuse"])[0].lower()
    if kind in {"not-spam", "auth-failure"}:
        return NOTHING
    wanted = fields.get("original-rcpt-to", []) + fields.get("removal-recipient", [])
    found = [address for value in wanted if (address := find_address(value))]
    if not found:
        found = [address for address in original_recipients(message) if address]
    return Report(complained=tuple(dict.fromkeys(found)) or ("",))


def _read_provider(message: Message) -> Report | None:
    """Read a notice that a provider mails as a JSON document, a line of its own text before or after it."""
    for part in walk_parts(message):
        if not kind_of(part).startswith(("text/plain", "application/json")):
            continue
        text = text_of(part)
        document = text[text.find("{") : text.rfind("}") + 1]
        if document and (notice := read_notice(document)) is not None:
            return replace(notice, told=document)
    return None


def _fields(part: Message) -> dict[str, list[str]]:
    """Header-like lines of a part, however the parser took them."""
    texts = []
    payload = part.get_payload()
    if isinstance(payload, list):
        texts = [raw_text(item) for item in payload if isinstance(item, Message)]
    elif isinstance(payload, str):
        texts = [payload]
    fields: dict[str, list[str]] = {}
    for line in re.sub(r"\n[ \t]+", " ", "\n".join(texts)).splitlines():
        name, colon, value = line.partition(":")
        if colon:
            fields.setdefault(name.strip().lower(), []).append(value.strip())
    return fields


_AWAY = re.compile(
    r"^(?:auto(?:mati(?:c|sche?))?[ -]?(?:reply|response|answer|antwort)|out of (?:the )?office|(?:i am |"
    r"i.m )?away\b|vacation|abwesen)",
    re.IGNORECASE,
)


_OTHER_REPORTS = frozenset({"disposition-notification", "tlsrpt"})
# RFC 7489 section 7.2.1.1 gives the subject of DMARC reports.
_DMARC = re.compile(r"report domain: *\S+ +submitter:", re.IGNORECASE)


def _tells_of_no_delivery(message: Message) -> bool:
    """Read receipts (RFC 8098), TLS reports (RFC 8460), DMARC reports (RFC 7489), replies of assistants (RFC 3834)."""
    kinds = [kind_of(part) for part in walk_parts(message)]
    if any(kind.endswith("delivery-status") for kind in kinds):
        return False  # it may call itself auto-replied too
    subject = read_header(message, "Subject")
    if (
        parameter_of(message, "report-type") in _OTHER_REPORTS
        or "message/disposition-notification" in kinds
        or _DMARC.search(subject)
    ):
        return True
    replied = read_header(message, "Auto-Submitted").lower().startswith("auto-replied")
    marked = read_header(message, "X-Autoreply") or read_header(message, "X-Autorespond")
    # Exchange calls the replies of assistants and of rules "auto-generated".
    by_rule = read_header(message, "X-Auto-Response-Suppress") and not any(original_recipients(message))
    if read_header(message, "X-Failed-Recipients") or not (
        replied or marked or by_rule or _AWAY.match(subject)
    ):
        return False
    # Some mail systems send their failure reports as automatic replies, in the name of the daemon.
    return not _is_of_machine(message)


# ── everything else ──────────────────────────────────────────────────────────────────────────────

_DAEMON = re.compile(
    r"daemon|postmaster|^root@|^bounce|mail (?:delivery )?(?:sub)?system|system administrator", re.IGNORECASE
)
_FAILURE = re.compile(
    r"undeliver|deliver|fail|return(?:ed)? (?:mail|to sender|message)|mail (?:system|status|error)|daemon|"
    r"bounce|could not|"
    r"unable|not (?:found|reach)|problem|warning|error|unzustellbar|non remis|échec|rejected|unknown",
    re.IGNORECASE,
)
# An enhanced code, or a reply code where a transcript has one: "500 euros" is none.
_CODE = re.compile(
    rf"{STATUS.pattern}|(?:^|[:>#\"'(<]|said|replied|returned|error|code)[ \t]*[45]\d\d[ -]",
    re.IGNORECASE | re.MULTILINE,
)
_LINK = re.compile(r"https?://", re.IGNORECASE)


def _read_words(message: Message) -> list[Failed]:
    """Read a report that is in no standard form."""
    subject = read_header(message, "Subject")
    text = report_text(message)
    listed = [find_address(value) for value in read_header(message, "X-Failed-Recipients").split(",")]
    soft_flufl, hard_flufl = _flufl(message)
    chosen = [address for address in listed if address] or sorted(hard_flufl | soft_flufl)
    if not chosen and not _is_evident(message, subject, text):
        return []
    if not chosen:
        own = {find_address(read_header(message, name)) for name in ("From", "To", "Delivered-To")}
        chosen = addresses_in(text, own) or [a for a in original_recipients(message) if a]
    return unique(
        judge(
            address,
            words_about(text, address, chosen) or subject,
            delayed=address in soft_flufl and address not in hard_flufl,
            around=text,
            ours=sent_to(message),
        )
        for address in chosen
    )


def _read_any_words(message: Message) -> list[Failed]:
    """Read what a machine returned to an envelope sender of ours, in whatever form; [] where nothing is said in it.

    Assistants write without a return path too, in a person's name or that of a shop: of these a code or the message
    that comes back is asked for.
    """
    text = f"{report_text(message)[:2000]} {read_header(message, 'Subject')}"
    automatic = _is_automatic(message) or _says_it_is_automatic(message)
    proved = automatic and (_CODE.search(text) is not None or any(original_recipients(message)))
    if not proved and _DAEMON.search(read_header(message, "From")) is None:
        return []
    found = judge("", text, around=text, ours=sent_to(message))
    said = found.reason is not Reason.UNKNOWN or found.status is not None
    return [found] if said else []


def _says_it_is_automatic(message: Message) -> bool:
    return read_header(message, "Auto-Submitted").lower().startswith("auto-")  # RFC 3834 section 5


def _is_of_machine(message: Message) -> bool:
    sender = read_header(message, "From")
    return MACHINE.search(sender) is not None or _DAEMON.search(sender) is not None


def _is_automatic(message: Message) -> bool:
    return (
        MACHINE.search(read_header(message, "From")) is not None
        or read_header(message, "Return-Path") == "<>"
        or kind_of(message) == "multipart/report"
    )


def _is_evident(message: Message, subject: str, text: str) -> bool:
    """Whether the sender and the words are those of a mail system that failed to deliver.

    Shops and assistants write from no-reply addresses and without a return path too: of these, and of a
    "postmaster" who wants a link clicked, a code or the message that comes back is asked for.
    """
    daemon = any(_DAEMON.search(read_header(message, name)) for name in ("From", "Return-Path"))
    coded = _CODE.search(text) is not None
    proved = coded or any(original_recipients(message)) or text != report_text(message, whole=True)
    if daemon and (proved or not _LINK.search(text)):
        return coded or _FAILURE.search(subject + text[:2000]) is not None
    return _is_automatic(message) and proved and _FAILURE.search(subject + text[:2000]) is not None


def _flufl(message: Message) -> tuple[set[str], set[str]]:
    """What flufl.bounce finds: temporary and permanent. It raises IndexError and more on odd headers."""
    try:
        temporary, permanent = all_failures(message)
    except Exception:  # noqa: BLE001 - a third party's parser over foreign bytes: its fault is "found nothing"
        return set(), set()

    def clean(addresses: Iterable[bytes]) -> set[str]:
        return {found for raw in addresses if (found := find_address(raw.decode("utf-8", "replace")))}

    return clean(temporary), clean(permanent)
