"""Two verifiers that receivers run find our signatures good."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from newsletter.delivery.dkim import Signer, dns_record, generate_key, load_signer
from newsletter.delivery.message import personalize, prepare_message
from newsletter.links import TOKEN_LENGTH
from newsletter.model import IssueKey
from tests.support.delivery_factories import DOMAIN, IDENTITY, make_rendered
from tests.support.dns_zone import Table, Zone
from tests.support.factories import TODAY
from tests.support.mail_servers import rspamd, verify_with_opendkim

pytestmark = pytest.mark.servers
RSA = load_signer(generate_key("rsa"), domain=DOMAIN, selector="news")
ED25519 = load_signer(generate_key("ed25519"), domain=DOMAIN, selector="newsed")


def publish(*signers: Signer) -> Table:
    """The DNS records as a zone file has them: strings of at most 255 characters."""
    table = {}
    for signer in signers:
        value = dns_record(signer).value
        strings = [value[start : start + 255] for start in range(0, len(value), 255)]
        table[dns_record(signer).name, "TXT"] = [" ".join(f'"{part}"' for part in strings)]
    return table


def write(*signers: Signer, size: int = 1) -> bytes:
    # Long lines, trailing spaces, lines of dots, other alphabets: what canonicalization is about.
    text = f"Dy & Tb — “up”.  \n..\n\n稀土 Nd₂Fe₁₄B\t \n{make_rendered().text}" * size
    prepared = prepare_message(make_rendered(text=text), IDENTITY, key=IssueKey(date=TODAY), signers=signers)
    return personalize(
        prepared,
        address="reader@example.net",
        token="x" * TOKEN_LENGTH,
        message_id="<20260105.abc@news.example.org>",
        date=datetime.now(UTC),
    )


@pytest.mark.parametrize("signers", [(RSA,), (ED25519,), (RSA, ED25519)], ids=["rsa", "ed25519", "both"])
@pytest.mark.parametrize("size", [1, 400])
def test_opendkim_finds_every_signature_good(tmp_path: Path, signers: tuple[Signer, ...], size: int) -> None:
    with Zone(publish(RSA, ED25519)) as zone:
        said = verify_with_opendkim(write(*signers, size=size), tmp_path, zone.address)
    assert said.count("dkim=pass") == len(signers)
    assert "dkim=fail" not in said
    for signer in signers:
        assert f"header.a={signer.algorithm} header.s={signer.selector}" in said


def test_opendkim_finds_a_changed_message_bad(tmp_path: Path) -> None:
    with Zone(publish(RSA)) as zone:
        message = write(RSA)
        body = verify_with_opendkim(message.replace(b"Rare earths", b"Rare Earths"), tmp_path, zone.address)
        leave = message.replace(b"List-Unsubscribe-Post: List", b"List-Unsubscribe-Post: Lost")
        header = verify_with_opendkim(leave, tmp_path, zone.address)
        second = verify_with_opendkim(b"Subject: Another\r\n" + message, tmp_path, zone.address)
    for said in (body, header, second):
        assert "dkim=fail" in said
        assert "dkim=pass" not in said


def test_rspamd_finds_every_signature_good_and_a_changed_message_bad() -> None:
    with Zone(publish(RSA, ED25519)) as zone, rspamd(zone.address) as check:
        assert check(write(RSA))["R_DKIM_ALLOW"] == (f"{DOMAIN}:s=news",)
        assert check(write(ED25519, size=400))["R_DKIM_ALLOW"] == (f"{DOMAIN}:s=newsed",)
        both = check(write(RSA, ED25519))
        assert sorted(both["R_DKIM_ALLOW"]) == [f"{DOMAIN}:s=news", f"{DOMAIN}:s=newsed"]
        changed = check(write(RSA, ED25519).replace(b"Rare earths", b"Rare Earths"))
        assert "R_DKIM_ALLOW" not in changed
        assert "R_DKIM_REJECT" in changed
