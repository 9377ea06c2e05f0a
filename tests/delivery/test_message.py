from __future__ import annotations

import email
import email.policy
import quopri
import re
from datetime import UTC, datetime
from typing import Any

import dkim
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from newsletter.config import Identity
from newsletter.delivery.dkim import Signer, dns_record, generate_key, load_signer
from newsletter.delivery.message import (
    PreparedMessage,
    encode_mailbox,
    encode_words,
    personalize,
    prepare_message,
    prepare_notice,
    why_unmailable,
)
from newsletter.delivery.quoted_printable import encode_quoted
from newsletter.delivery.verp import decode_sender, encode_sender
from newsletter.errors import ConfigError
from newsletter.links import TOKEN_LENGTH, UNSUBSCRIBE_SLOT, find_mail_tokens, mail_token
from newsletter.model import IssueKey, NoticeKind, RenderedNotice
from newsletter.store.ledger import Ledger
from tests.support.delivery_factories import DOMAIN, IDENTITY, make_rendered
from tests.support.factories import TODAY

DATE = datetime(2026, 1, 5, 6, 30, tzinfo=UTC)
TOKEN = "AbC-_9".ljust(TOKEN_LENGTH, "z")
RSA = load_signer(generate_key("rsa"), domain=DOMAIN, selector="news2026")
ED25519 = load_signer(generate_key("ed25519"), domain=DOMAIN, selector="news2026ed")
LONG = Identity(
    **{
        **IDENTITY.model_dump(),
        "base_url": "https://a-rather-long-host-name-for-a-newsletter.news.example.org/with/a/path/before/it",
        "unsubscribe_address": "leave-the-newsletter-please-at-once@a-rather-long-host-name.example.org",
    }
)


def write(prepared: PreparedMessage, **changes: Any) -> bytes:
    values: dict[str, Any] = {
        "address": "reader@example.net",
        "token": TOKEN,
        "message_id": "<20260105.abc@news.example.org>",
        "date": DATE,
    }
    return personalize(prepared, **{**values, **changes})


def prepare(
    identity: Identity = IDENTITY, signers: tuple[Signer, ...] = (), **changes: Any
) -> PreparedMessage:
    return prepare_message(make_rendered(**changes), identity, key=IssueKey(date=TODAY), signers=signers)


def verifies(raw: bytes, signer: Signer, index: int = 0) -> bool:
    record = dns_record(signer)

    def look_up(name: bytes, timeout: int = 5) -> bytes:
        assert name.decode().rstrip(".") == record.name
        return record.value.encode()

    try:
        return bool(dkim.DKIM(raw, minkey=1024).verify(idx=index, dnsfunc=look_up))
    except dkim.ValidationError:
        return False


def test_the_message_has_every_header_of_a_bulk_mail_once_and_text_first() -> None:
    raw = write(prepare())
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert not message.defects
    for name in (
        "From", "To", "Subject", "Date", "Message-ID", "Reply-To", "List-Id", "List-Unsubscribe",
        "List-Unsubscribe-Post", "List-Archive", "List-Help", "Feedback-ID", "Auto-Submitted", "Precedence",
        "MIME-Version", "Content-Type",
    ):  # fmt: skip
        assert len(message.get_all(name, [])) == 1, name
    assert message["From"] == "Rare Earth Daily <daily@news.example.org>"
    assert message["List-Id"] == "Rare Earth Daily <rare-earth-daily.news.example.org>"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Precedence"] == "bulk"


def test_a_private_archive_is_named_in_no_header() -> None:
    raw = write(prepare(IDENTITY.model_copy(update={"archive_key": SecretStr("s")})))
    assert email.message_from_bytes(raw)["List-Archive"] is None


@pytest.mark.parametrize("identity", [IDENTITY, LONG])
def test_a_long_list_unsubscribe_is_never_an_encoded_word(identity: Identity) -> None:
    raw = write(prepare(identity))
    lines = raw.partition(b"\r\n\r\n")[0].split(b"\r\n")
    at = next(index for index, line in enumerate(lines) if line.startswith(b"List-Unsubscribe:"))
    value = lines[at].partition(b": ")[2] + lines[at + 1]
    assert b"=?" not in value
    assert re.fullmatch(rb"<https://[^>]+/u/" + TOKEN.encode() + rb">, <mailto:[^>]+>", value)
    assert len(lines[at]) <= 998
    assert lines[at + 2] == b"List-Unsubscribe-Post: List-Unsubscribe=One-Click"


def test_only_the_slots_differ_between_two_recipients() -> None:
    prepared = prepare()
    other = "Zz".ljust(TOKEN_LENGTH, "q")
    first = write(prepared)
    second = write(prepared, token=other, address="someone@example.com", message_id="<x@news.example.org>")
    rewritten = (
        second.replace(other.encode(), TOKEN.encode())
        .replace(mail_token(other).encode(), mail_token(TOKEN).encode())
        .replace(b"someone@example.com", b"reader@example.net")
        .replace(b"<x@news.example.org>", b"<20260105.abc@news.example.org>")
    )
    assert rewritten == first


def test_dkimpy_verifies_both_signatures() -> None:
    raw = write(prepare(LONG, (RSA, ED25519), subject="Dy ↑ – “up”"))
    assert verifies(raw, RSA, 0)
    assert verifies(raw, ED25519, 1)
    assert not verifies(raw.replace(b"One-Click", b"Two-Click"), RSA)
    assert not verifies(raw.replace(b"Rare earths", b"Rare birds"), RSA)
    assert not verifies(b"Subject: another\r\n" + raw, RSA)  # oversigned: a second one breaks it


def test_the_unsubscribe_address_holds_the_token_and_stays_within_64_octets() -> None:
    found = re.search(rb"<mailto:([^@>]+)@news\.example\.org\?subject=unsubscribe>", write(prepare()))
    assert found is not None
    assert len(found[1]) <= 64
    assert find_mail_tokens(f"{found[1].decode().upper()}@news.example.org") == (TOKEN,)
    # A longer name has no room for it: the token stands in the subject.
    long = IDENTITY.model_copy(update={"unsubscribe_address": "leave-the-newsletter@news.example.org"})
    assert f"?subject=unsubscribe-{TOKEN}>".encode() in write(prepare(identity=long))


def test_both_unsubscribe_headers_are_signed() -> None:
    raw = write(prepare(signers=(RSA,)))
    signature = raw.partition(b"\r\nFrom:")[0].replace(b"\r\n", b"").replace(b" ", b"")
    names = re.search(rb"h=([^;]+);", signature)
    assert names is not None
    signed = names[1].split(b":")
    assert {b"list-unsubscribe", b"list-unsubscribe-post", b"from", b"to", b"date", b"message-id"} <= set(
        signed
    )
    assert signed.count(b"from") == 2


@given(st.text(max_size=300), st.text(max_size=300))
def test_any_content_is_signed_so_that_it_verifies(html: str, text: str) -> None:
    clean = {"html": f"{html}{UNSUBSCRIBE_SLOT}", "text": f"{text}\n{UNSUBSCRIBE_SLOT}"}
    clean = {name: part.encode("utf-8", "replace").decode() for name, part in clean.items()}
    raw = write(
        prepare_message(make_rendered(**clean), IDENTITY, key=IssueKey(date=TODAY), signers=(ED25519,))
    )
    assert verifies(raw, ED25519)


@given(st.text(), st.text())
def test_quoted_printable_gives_the_text_back_and_keeps_the_slot_whole(before: str, after: str) -> None:
    text = (before + UNSUBSCRIBE_SLOT + after).encode("utf-8", "replace").decode()
    encoded = encode_quoted(text, slot=UNSUBSCRIBE_SLOT)
    wanted = text.replace("\r\n", "\n").replace("\r", "\n")
    assert quopri.decodestring(encoded).decode().replace("\r\n", "\n") == wanted
    lines = encoded.split(b"\r\n")
    assert max(map(len, lines)) <= 76
    assert encoded.count(UNSUBSCRIBE_SLOT.encode()) >= 1
    assert not any(line.startswith((b".", b"From ")) or line.endswith((b" ", b"\t")) for line in lines)
    assert b"\n" not in encoded.replace(b"\r\n", b"")


@given(st.text())
def test_no_subject_and_no_name_begins_a_header_of_its_own(text: str) -> None:
    text = text.encode("utf-8", "replace").decode()
    for value in (encode_words(text, name="Subject"), encode_mailbox(text, "a@example.org", header="From")):
        assert value.isascii()
        for line in value.split(b"\r\n")[1:]:
            assert line.startswith(b" ")
        assert b"\r" not in value.replace(b"\r\n", b"")
        assert b"\n" not in value.replace(b"\r\n", b"")
    parsed = email.message_from_bytes(
        b"Subject: " + encode_words(text, name="Subject") + b"\r\n\r\n", policy=email.policy.default
    )
    assert len(parsed.keys()) == 1


def test_a_name_beyond_ascii_is_encoded_and_comes_back() -> None:
    value = encode_mailbox("Tägliche Seltene Erden, 稀土", "a@example.org", header="From")
    parsed = email.message_from_bytes(b"From: " + value + b"\r\n\r\n", policy=email.policy.default)
    assert parsed["From"].addresses[0].display_name == "Tägliche Seltene Erden, 稀土"
    assert encode_mailbox('A "B", C', "a@example.org", header="From") == b'"A \\"B\\", C" <a@example.org>'


@pytest.mark.parametrize(
    "address",
    ["", "a", "a@", "@b.c", "a b@c.de", "a\nBcc: x@y.z@c.de", "jürgen@c.de", "a@münchen.de", "a<b>@c.de",
     "a" * 250 + "@c.de"],
)  # fmt: skip
def test_what_cannot_be_mailed_is_named(address: str) -> None:
    assert why_unmailable(address)
    assert why_unmailable("ok+tag@xn--mnchen-3ya.de") is None


def test_a_token_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="slot"):
        write(prepare(), token="short")


def test_a_part_without_an_unsubscribe_link_is_refused() -> None:
    with pytest.raises(ValueError, match="unsubscribe"):
        prepare(text="nothing")


def test_a_confirm_notice_offers_no_one_click_and_a_welcome_does() -> None:
    content = RenderedNotice(subject="Confirm", text="Press\n", html="<p>Press</p>")
    confirm = write(prepare_notice(content, IDENTITY, NoticeKind.CONFIRM, signers=(RSA,)), token="")
    assert b"List-Unsubscribe" not in confirm.partition(b"\r\n\r\n")[0]
    assert verifies(confirm, RSA)
    welcome = write(prepare_notice(content, IDENTITY, NoticeKind.WELCOME))
    assert b"List-Unsubscribe-Post" in welcome
    alert = write(prepare_notice(content, IDENTITY, "alert"), token="")
    assert b"List-" not in alert.partition(b"\r\n\r\n")[0]


def test_the_list_id_can_be_set() -> None:
    assert IDENTITY.own_list_id == "rare-earth-daily.news.example.org"
    assert IDENTITY.model_copy(update={"list_id": "<ree.example.org>"}).own_list_id == "ree.example.org"


def test_the_dns_record_holds_the_key_in_strings_of_255() -> None:
    record = dns_record(RSA)
    assert record.name == f"news2026._domainkey.{DOMAIN}"
    assert record.value.startswith("v=DKIM1; k=rsa; p=")
    strings = re.findall(r'"([^"]*)"', record.zone_line)
    assert "".join(strings) == record.value
    assert max(map(len, strings)) <= 255


def test_a_key_that_is_none_says_what_to_do() -> None:
    with pytest.raises(ConfigError) as raised:
        load_signer(b"-----BEGIN nothing", domain=DOMAIN, selector="a")
    assert "keygen" in raised.value.hint
    with pytest.raises(ConfigError):
        load_signer(generate_key("ed25519"), domain=DOMAIN, selector="a b")


@given(st.sampled_from(list(Ledger)), st.integers(0, 10**15))
def test_an_envelope_sender_decodes_to_its_row_and_nobody_elses(ledger: Ledger, row: int) -> None:
    secret = b"k" * 32
    sender = encode_sender(secret, ledger, row, DOMAIN)
    assert decode_sender(secret, sender) == (ledger, row)
    assert decode_sender(secret, f"<{sender.upper()}>") == (ledger, row)
    assert decode_sender(b"x" * 32, sender) is None
    assert decode_sender(secret, sender.replace(f"{row}-", f"{row + 1}-")) is None
    assert len(sender.partition("@")[0]) <= 64
