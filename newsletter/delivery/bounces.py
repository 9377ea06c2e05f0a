"""What came back: a report of a failed delivery, a complaint, or nothing of the kind. Pure.

Who: the VERP address that a report was sent to (``verp``). What: the parts of RFC 3464, then
flufl.bounce and rules over the text for everything that is older or stranger. A feedback report (ARF,
RFC 5965) is a complaint. An automatic reply is nothing. Any bytes at all give an answer.
"""

from __future__ import annotations

import email
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email.message import Message

from flufl.bounce import all_failures

from newsletter.delivery.parts import WILD, kind_of, raw_text, read_header, text_of, walk_parts
from newsletter.delivery.reasons import Reason, find_reason, is_sure
from newsletter.model import Bounce, BounceKind

_MAX_BYTES = 2_000_000
_MAX_TEXT = 20_000
_MAX_RECIPIENTS = 100
_ADDRESS = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])?(?![A-Za-z0-9-]|\.[A-Za-z0-9])"
)
_STATUS = re.compile(r"(?<![\d.])([45]\.\d{1,3}\.\d{1,3})(?![\d.]*\d)")
_SPOKEN = re.compile(r"(?<![\d.])[45]\d\d[-\s'\"#(<]{1,3}([45]\.\d{1,3}\.\d{1,3})(?![\d.]*\d)")
_REPLY = re.compile(r"(?<![\d.])([45]\d\d)(?=[\s;-])")
_MACHINE = re.compile(
    r"mailer-daemon|postmaster|mail-?daemon|^daemon@|^root@|no-?reply|^bounce", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """One recipient of a report."""

    address: str
    kind: BounceKind  # hard or soft
    status: str | None
    reason: Reason
    sure: bool = True  # whether the reason rests on more than a phrase

    @property
    def suppresses(self) -> bool:
        """Whether the address is dead and is never mailed again."""
        return self.kind is BounceKind.HARD and self.reason.is_dead and self.sure


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Everything that one message says of failed deliveries."""

    kind: BounceKind
    failed: tuple[Failed, ...] = ()
    complained: tuple[str, ...] = ()  # addresses


NOTHING = Report(kind=BounceKind.NONE)


def classify_report(raw: bytes) -> Bounce:
    """Return what a message that came back says, in one value. Never raises, whatever the bytes."""
    report = read_report(raw)
    if report.kind is BounceKind.COMPLAINT:
        return Bounce(kind=report.kind, recipients=report.complained, reason="complaint")
    if not report.failed:
        return Bounce(kind=BounceKind.NONE)
    first = next((item for item in report.failed if item.kind is report.kind), report.failed[0])
    return Bounce(
        kind=report.kind,
        recipients=tuple(item.address for item in report.failed),
        status=first.status,
        reason=first.reason.value,
    )


def read_report(raw: bytes) -> Report:
    """Return what a message says of each recipient."""
    try:
        return _read_message(email.message_from_bytes(raw[:_MAX_BYTES].replace(b"\r\n", b"\n")))
    except WILD:
        return NOTHING


def _read_message(message: Message) -> Report:
    if complaint := _read_complaint(message):
        return complaint
    if _is_automatic_reply(message):
        return NOTHING
    failed = _read_status_parts(message)
    if failed is None:
        failed = _read_words(message)
    if not failed:
        return NOTHING
    kind = BounceKind.HARD if any(item.kind is BounceKind.HARD for item in failed) else BounceKind.SOFT
    return Report(kind=kind, failed=tuple(failed[:_MAX_RECIPIENTS]))


# ── addresses ────────────────────────────────────────────────────────────────────────────────────


def find_address(value: str) -> str:
    """Return the first address in a header value such as ``rfc822; a@b``, or ""."""
    value = value.partition(";")[2] or value
    found = _ADDRESS.search(value)
    return found[0].strip(".").lower() if found else ""


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
        found = [address for address in _original_recipients(message) if address]
    return Report(kind=BounceKind.COMPLAINT, complained=tuple(dict.fromkeys(found)))


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
    r"^(?:auto(?:mati(?:c|sche?))?[ -]?(?:reply|response|answer|antwort)|out of (?:the )?office|(?:i am |i.m )?away\b|vacation|abwesen)",
    re.IGNORECASE,
)


def _is_automatic_reply(message: Message) -> bool:
    """RFC 3834: a reply of somebody's assistant. Delivery reports may call themselves auto-replied too."""
    if any(kind_of(part).endswith("delivery-status") for part in walk_parts(message)):
        return False
    if read_header(message, "X-Failed-Recipients"):
        return False
    replied = read_header(message, "Auto-Submitted").lower().startswith("auto-replied")
    named = _AWAY.match(read_header(message, "Subject")) is not None
    marked = bool(read_header(message, "X-Autoreply") or read_header(message, "X-Autorespond"))
    if not (replied or named or marked):
        return False
    # Some mail systems send their failure reports as automatic replies, in the name of the daemon.
    return not _MACHINE.search(find_address(read_header(message, "From")))


# ── RFC 3464 ─────────────────────────────────────────────────────────────────────────────────────


def _read_status_parts(message: Message) -> list[Failed] | None:
    """Return the failed recipients of the delivery-status parts; None where there is no such part."""
    parts = [part for part in walk_parts(message) if kind_of(part).endswith("delivery-status")]
    if not parts and isinstance(payload := message.get_payload(), str) and _FINAL.search(payload):
        parts = [message]  # its parts are lost (a wrong boundary, none at all); their lines are still there
    told = _report_text(message)
    found: list[Failed] = []
    seen = False
    for block in (block for part in parts for block in _blocks(part)):
        if _block_address(block):
            seen = True
            item = _read_block(block, told)
            if item is not None:
                found.append(item)
    return _unique(found) if seen else None


_FINAL = re.compile(r"(?im)^final-recipient:")


def _blocks(part: Message) -> Iterator[dict[str, str]]:
    payload = part.get_payload()
    if isinstance(payload, list):
        texts = [raw_text(item) for item in payload if isinstance(item, Message)]
    else:
        texts = re.split(r"\n[ \t]*\n", str(payload))
    for text in texts:
        block: dict[str, str] = {}
        for line in re.sub(r"\n[ \t]+", " ", text).splitlines():
            name, colon, value = line.partition(":")
            name = name.strip().lower()
            if name in block and name in {"final-recipient", "original-recipient"}:
                yield block  # some systems forget the empty line between two recipients
                block = {}
            if colon and name:
                block.setdefault(name, value.strip())
        if block:
            yield block


def _block_address(block: dict[str, str]) -> str:
    for name in ("original-recipient", "final-recipient", "x-actual-recipient"):
        if address := find_address(block.get(name, "")):
            return address
    return ""


def _read_block(block: dict[str, str], told: str) -> Failed | None:
    address = _block_address(block)
    action = block.get("action", "").lower()
    if not address or action.startswith(("delivered", "relayed", "expanded")):
        return None
    status = _first(_STATUS, block.get("status", ""))
    words = block.get("diagnostic-code", "")
    delayed = action.startswith("delay")
    if re.search(r"[A-Za-z]{4}", words.partition(";")[2] or words):
        return judge(address, words, status=status, delayed=delayed, around=told)
    # No words of the host: a clear code counts before what the reporter tells a reader.
    quiet = judge(address, words, status=status, delayed=delayed)
    if quiet.reason is not Reason.UNKNOWN and not (status or "").endswith(".0.0"):
        return quiet
    return judge(address, f"{words} {_words_about(told, address)}", status=status, delayed=delayed)


def _first(pattern: re.Pattern[str], text: str) -> str | None:
    found = pattern.search(text)
    return found[1] if found else None


def judge(
    address: str, words: str, *, status: str | None = None, delayed: bool = False, around: str = ""
) -> Failed:
    """Decide kind and reason for one recipient.

    The code inside the words comes from the host that refused, ``status`` from the one that reports;
    the former is the better one, unless the reporter gave up after trying for days.
    """
    spoken = _first(_SPOKEN, words) or _first(_STATUS, words)
    reply = _first(_REPLY, words)
    vague = status is None or status.endswith((".0.0", ".0"))
    best = spoken or status
    if status and status.startswith("4.") and (spoken is None or spoken.endswith(".0.0")):
        best = status
    if delayed or (best or "").startswith("4."):
        soft = True
    elif best is not None and not vague:
        soft = False
    elif reply is not None and spoken is None and vague and (status is None or status.startswith("5")):
        soft = reply.startswith("4")
    else:
        soft = False
    # A host's own words begin at its code: what stands before is the reporter's.
    said = _SPOKEN.search(words)
    reason = find_reason(words[said.start() :] if said else words, spoken or status, around=around)
    if reason is Reason.UNKNOWN and said:
        reason = find_reason(words, spoken or status, around=around)
    if best is None and reply is None and reason in {Reason.EXPIRED, Reason.NETWORK}:
        soft = True
    return Failed(
        address=address,
        kind=BounceKind.SOFT if soft else BounceKind.HARD,
        status=best,
        reason=reason,
        sure=reason is not Reason.USER_UNKNOWN or is_sure(words, best),
    )


def _unique(found: Iterable[Failed]) -> list[Failed]:
    """One entry an address: a hard one wins over a soft one."""
    by_address: dict[str, Failed] = {}
    for item in found:
        known = by_address.get(item.address)
        if known is None or (known.kind is BounceKind.SOFT and item.kind is BounceKind.HARD):
            by_address[item.address] = item
    return list(by_address.values())


# ── everything else ──────────────────────────────────────────────────────────────────────────────

_ORIGINAL = re.compile(
    r"^(?:[-_=*> ]*(?:(?:below this line is|this is|here is|following is) a copy of|original message|the (?:original|header|headers|text) of|"
    r"(?:unsent|your|returned|the) (?:original )?message (?:follows|below|header|headers|is|text)|message (?:header|headers|text|follows)|"
    r"forwarded message|-+ ?(?:unsent|returned) message|received message|a copy of the (?:original )?message|start of (?:returned|forwarded)|"
    r"included is a copy|-----original|.{0,30}message headers? follows?)\b.*|"
    r"(?:Received|Return-Path|Message-ID|X-Mailer|MIME-Version|DKIM-Signature): .*)$",
    re.IGNORECASE | re.MULTILINE,
)
_FAILURE = re.compile(
    r"undeliver|deliver|fail|return(?:ed)? (?:mail|to sender|message)|mail (?:system|status|error)|daemon|bounce|could not|"
    r"unable|not (?:found|reach)|problem|warning|error|unzustellbar|non remis|échec|rejected|unknown",
    re.IGNORECASE,
)


def _read_words(message: Message) -> list[Failed]:
    """Read a report that is in no standard form."""
    subject = read_header(message, "Subject")
    sender = find_address(read_header(message, "From"))
    text = _report_text(message)
    listed = [find_address(value) for value in read_header(message, "X-Failed-Recipients").split(",")]
    soft_flufl, hard_flufl = _flufl(message)
    likely = bool(
        _MACHINE.search(read_header(message, "From"))
        or _MACHINE.search(read_header(message, "Return-Path") or "x")
        or read_header(message, "Return-Path") == "<>"
        or kind_of(message) == "multipart/report"
    )
    if not (
        listed != [""] or soft_flufl or hard_flufl or (likely and _FAILURE.search(subject + text[:2000]))
    ):
        return []
    own = {
        sender,
        find_address(read_header(message, "To")),
        find_address(read_header(message, "Delivered-To")),
    }
    chosen = [address for address in listed if address] or sorted(hard_flufl | soft_flufl)
    if not chosen:
        chosen = _addresses_in(text, own) or [a for a in _original_recipients(message) if a]
    return _unique(
        judge(
            address,
            _words_about(text, address, chosen) or subject,
            delayed=address in soft_flufl and address not in hard_flufl,
            around=text,
        )
        for address in chosen
    )


def _flufl(message: Message) -> tuple[set[str], set[str]]:
    """What flufl.bounce finds: temporary and permanent. It raises IndexError and more on odd headers."""
    try:
        temporary, permanent = all_failures(message)
    except Exception:  # noqa: BLE001 - a third party's parser over foreign bytes: its fault is "found nothing"
        return set(), set()

    def clean(addresses: Iterable[bytes]) -> set[str]:
        return {found for raw in addresses if (found := find_address(raw.decode("utf-8", "replace")))}

    return clean(temporary), clean(permanent)


def _report_text(message: Message) -> str:
    """The words of the report itself, without the message it returns."""
    texts: list[str] = []
    for part in walk_parts(message):
        kind = kind_of(part)
        if kind.startswith("message/") or kind == "text/rfc822-headers":
            break
        if kind.startswith("multipart/") and isinstance(payload := part.get_payload(), str):
            texts.append(payload[:_MAX_TEXT])  # a multipart without parts
        if kind.startswith("text/") and (text := text_of(part).strip()):
            texts.append(text)
            if kind == "text/plain":
                break
    text = "\n".join(texts)
    found = _ORIGINAL.search(text)
    # A mark at the very top says nothing: some reports begin with it.
    return text[: found.start()] if found and found.start() > 40 else text  # noqa: PLR2004


def _addresses_in(text: str, own: set[str]) -> list[str]:
    """The addresses a report names first: those that stand out, else the first one that is not ours."""
    patterns = (
        r"(?im)^[ \t]*<?(" + _ADDRESS.pattern + r")>?[ \t]*:",
        r"(?im)^[ \t>*]*(?:<|to: ?<?|recipient: ?<?|rcpt to: ?<?|final-recipient: ?(?:rfc822;)? ?<?)?("
        + _ADDRESS.pattern
        + r")>?[ \t]*(?:[:.,;(-].*)?$",
        r"(?i)rcpt to: ?<(" + _ADDRESS.pattern + ")>",
        "(" + _ADDRESS.pattern + ")",
    )
    for pattern in patterns:
        found = [
            address
            for match in re.finditer(pattern, text)
            if (address := match[1].strip(".").lower()) not in own and not _MACHINE.search(address)
        ]
        if found:
            return list(dict.fromkeys(found))[: 1 if pattern == patterns[-1] else 10]
    return []


def _words_about(text: str, address: str, others: Iterable[str] = ()) -> str:
    """What a report says about one recipient: from its address up to the next one's, else all of it."""
    lower = text.lower()
    at = lower.find(address)
    if at < 0:
        return text[:2000]
    begin = lower.rfind("\n", 0, at) + 1
    ends = [
        lower.rfind("\n", 0, found) + 1
        for other in others
        if other != address and (found := lower.find(other, at + len(address))) > 0
    ]
    end = min([end for end in ends if end > begin], default=begin + 1200)
    piece = text[begin : min(end, begin + 1200)]
    speaks = re.search(r"[A-Za-z]{4}", _ADDRESS.sub(" ", piece)) is not None
    if speaks and (find_reason(piece) is not Reason.UNKNOWN or _STATUS.search(piece)):
        return piece
    # Nothing is said beside the address: the reason stands before all of them, or in a transcript below.
    return f"{piece} {text[:2000]}"


def _original_recipients(message: Message) -> list[str]:
    """To whom the returned message went."""
    for part in walk_parts(message):
        if part is message:
            continue
        if kind_of(part) == "text/rfc822-headers":
            found = re.search(r"(?im)^to:(.*)$", text_of(part))
            if found and (address := find_address(found[1])):
                return [address]
        elif read_header(part, "To") and (read_header(part, "Message-ID") or read_header(part, "Subject")):
            return [find_address(read_header(part, "To"))]
    return []


def detect(message: Message, raw: bytes) -> dict[str, tuple[str, bool]]:
    """Return {address: ("permanent" or "temporary", whether it is suppressed)}: the form of common scorers."""
    del message
    return {
        item.address: ("permanent" if item.kind is BounceKind.HARD else "temporary", item.suppresses)
        for item in read_report(raw).failed
    }
