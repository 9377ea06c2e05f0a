"""Delivery reports in their standard form: the delivery-status parts of RFC 3464 and RFC 6533. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import replace
from email.message import Message

from newsletter.delivery.failed_recipient import (
    STATUS,
    Failed,
    Report,
    find_address,
    first_of,
    is_same,
    judge,
    unique,
)
from newsletter.delivery.mail_parts import kind_of, raw_text, walk_parts
from newsletter.delivery.reasons import Reason
from newsletter.delivery.report_text import report_text, sent_to, words_about

_SUCCESS = re.compile(r"\s*2\.")  # RFC 3463 section 3.1: whatever the action says, it was not lost
_FINAL = re.compile(r"(?im)^final-recipient:")


def read_status_parts(message: Message) -> Report | None:
    """Return who failed and who got it by the delivery-status parts; None where there is no such part."""
    parts = [part for part in walk_parts(message) if kind_of(part).endswith("delivery-status")]
    if not parts and isinstance(payload := message.get_payload(), str) and _FINAL.search(payload):
        parts = [message]  # its parts are lost (a wrong boundary, none at all); their lines are still there
    told, ours = report_text(message), sent_to(message)
    blocks = [block for part in parts for block in _blocks(part) if _block_address(block)]
    good = [_block_address(block) for block in blocks if _is_good(block)]
    found = [_read_block(block, told, ours) for block in blocks if not _is_good(block)]
    return Report(failed=tuple(unique(found)), arrived=tuple(good)) if blocks else None


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


def _block_addresses(block: dict[str, str]) -> list[str]:
    """Whom it was sent to, and then where it was on its way to: sendmail names that in a field of its own."""
    names = ("original-recipient", "final-recipient", "x-actual-recipient")
    return [address for name in names if (address := find_address(block.get(name, "")))]


def _block_address(block: dict[str, str]) -> str:
    return next(iter(_block_addresses(block)), "")


def _is_good(block: dict[str, str]) -> bool:
    action = block.get("action", "").lower()
    good = action.startswith(("delivered", "relayed", "expanded")) or _SUCCESS.match(block.get("status", ""))
    return bool(good)


def _read_block(block: dict[str, str], told: str, ours: Collection[str]) -> Failed:
    address, *others = _block_addresses(block)
    onward = next((other for other in reversed(others) if not is_same(address, other)), "")
    return replace(_judge_block(block, address, told, ours), onward=onward)


def _judge_block(block: dict[str, str], address: str, told: str, ours: Collection[str]) -> Failed:
    status = first_of(STATUS, block.get("status", ""))
    words = block.get("diagnostic-code", "")
    delayed = block.get("action", "").lower().startswith("delay")
    if re.search(r"[A-Za-z]{4}", words.partition(";")[2] or words):
        return judge(address, words, status=status, delayed=delayed, around=told, ours=ours)
    # No words of the host: a clear code counts before what the reporter tells a reader.
    quiet = judge(address, words, status=status, delayed=delayed, around=told)
    if quiet.reason is not Reason.UNKNOWN and not (status or "").endswith(".0.0"):
        return quiet
    about = f"{words} {words_about(told, address)}"
    return judge(address, about, status=status, delayed=delayed, around=told, ours=ours)
