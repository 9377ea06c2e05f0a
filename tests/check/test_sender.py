"""The sender in DNS: every defect is told, a good one passes, and a question nobody answers never fails."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest

from newsletter.check.finding import Level
from newsletter.check.sender.dns import build_resolver
from newsletter.check.sender.dns_records import Sender, check_sender
from newsletter.check.sender.spf import SPFResult, check_spf
from newsletter.delivery.dkim import Signer, dns_record, generate_key, load_signer
from newsletter.errors import ConfigError
from tests.support.dns_zone import Table, Zone

DOMAIN = "rare-earth.example"
ADDRESS = "192.0.2.10"
SIGNER: Signer = load_signer(generate_key(), domain=DOMAIN, selector="news")
GOOD: dict[tuple[str, str], Sequence[str]] = {
    (DOMAIN, "TXT"): ['"v=spf1 mx -all"', '"another=text"'],
    (DOMAIN, "MX"): [f"10 mail.{DOMAIN}."],
    (f"mail.{DOMAIN}", "A"): [ADDRESS],
    ("10.2.0.192.in-addr.arpa", "PTR"): [f"mail.{DOMAIN}."],
    (f"_dmarc.{DOMAIN}", "TXT"): [f'"v=DMARC1; p=none; rua=mailto:d@{DOMAIN}"'],
    (f"news._domainkey.{DOMAIN}", "TXT"): [dns_record(SIGNER).zone_line.partition("( ")[2].rstrip(" )")],
}
SENDER = Sender(
    domain=DOMAIN, bounce_domain=DOMAIN, signers=(SIGNER,), relay_hosts=("localhost",), outgoing=(ADDRESS,)
)


def look(
    records: Table, sender: Sender = SENDER, *, broken: Sequence[str] = ()
) -> dict[str, list[tuple[Level, str]]]:
    with Zone(records, broken=broken) as zone:
        findings = asyncio.run(check_sender(sender, build_resolver(zone.address)))
    found: dict[str, list[tuple[Level, str]]] = {}
    for finding in findings:
        assert finding.hint, finding
        found.setdefault(finding.check, []).append((finding.level, finding.message))
    return found


def test_a_good_sender_passes_every_check() -> None:
    assert look(GOOD) == {}


OTHER_KEY = (
    dns_record(load_signer(generate_key(), domain=DOMAIN, selector="news"))
    .zone_line.partition("( ")[2]
    .rstrip(" )")
)
KEY_NAME = (f"news._domainkey.{DOMAIN}", "TXT")
DEFECTS: list[tuple[str, dict[tuple[str, str], Sequence[str]], str, str]] = [
    ("no key", {KEY_NAME: []}, "dkim-key", "no DKIM record"),
    ("another key", {KEY_NAME: [OTHER_KEY]}, "dkim-key", "another one"),
    ("a revoked key", {KEY_NAME: ['"v=DKIM1; p="']}, "dkim-key", "revoked"),
    ("two keys", {KEY_NAME: [*GOOD[KEY_NAME], OTHER_KEY]}, "dkim-key", "2 DKIM records"),
    ("no SPF", {(DOMAIN, "TXT"): ['"hello"']}, "spf", "no SPF record"),
    ("two SPF", {(DOMAIN, "TXT"): ['"v=spf1 mx -all"', '"v=spf1 a -all"']}, "spf", "may have one"),
    ("SPF without us", {(DOMAIN, "TXT"): ['"v=spf1 ip4:198.51.100.0/24 -all"']}, "spf", "says fail"),
    ("soft SPF", {(DOMAIN, "TXT"): ['"v=spf1 ~all"']}, "spf", "says softfail"),
    ("misspelt SPF", {(DOMAIN, "TXT"): ['"v=spf1 ipv4:192.0.2.10 -all"']}, "spf", "no mechanism"),
    ("SPF loop", {(DOMAIN, "TXT"): [f'"v=spf1 include:{DOMAIN} -all"']}, "spf", "includes itself"),
    (
        "SPF into the void",
        {(DOMAIN, "TXT"): ['"v=spf1 include:none.example -all"']},
        "spf",
        "has no SPF record",
    ),
    (
        "eleven look-ups",
        {(DOMAIN, "TXT"): ['"v=spf1 ' + " ".join(f"a:h{n}.example" for n in range(11)) + ' mx -all"']},
        "spf",
        "more than 10",
    ),
    ("no DMARC", {(f"_dmarc.{DOMAIN}", "TXT"): []}, "dmarc", "no DMARC record"),
    (
        "two DMARC",
        {(f"_dmarc.{DOMAIN}", "TXT"): ['"v=DMARC1; p=none"', '"v=DMARC1; p=reject"']},
        "dmarc",
        "use none",
    ),
    (
        "DMARC without policy",
        {(f"_dmarc.{DOMAIN}", "TXT"): ['"v=DMARC1; rua=mailto:a@b.example"']},
        "dmarc",
        "p=",
    ),
    (
        "null MX",
        {(DOMAIN, "MX"): ["0 ."], (DOMAIN, "TXT"): [f'"v=spf1 ip4:{ADDRESS} -all"']},
        "mx",
        "null MX",
    ),
    ("no MX", {(DOMAIN, "MX"): [], (DOMAIN, "TXT"): [f'"v=spf1 ip4:{ADDRESS} -all"']}, "mx", "no MX"),
    ("no PTR", {("10.2.0.192.in-addr.arpa", "PTR"): []}, "ptr", "no name"),
    (
        "PTR elsewhere",
        {("10.2.0.192.in-addr.arpa", "PTR"): ["host.isp.example."]},
        "ptr",
        "does not lead back",
    ),
]


@pytest.mark.parametrize(("what", "change", "check", "words"), DEFECTS, ids=[item[0] for item in DEFECTS])
def test_each_defect_fails_by_its_name(
    what: str, change: dict[tuple[str, str], Sequence[str]], check: str, words: str
) -> None:
    del what
    found = look({**GOOD, **change})
    assert [level for level, _ in found[check]] == [Level.FAIL]
    assert words in found[check][0][1]
    assert set(found) == {check}


def test_a_name_server_that_answers_nothing_only_warns() -> None:
    names = {name for name, _ in GOOD}
    found = look(GOOD, broken=sorted(names))
    assert set(found) == {"dkim-key", "spf", "dmarc", "mx", "ptr"}
    assert {level for told in found.values() for level, _ in told} == {Level.WARN}
    assert all("Nobody answered" in words for told in found.values() for _, words in told)


def test_a_server_that_is_not_there_only_warns() -> None:
    findings = asyncio.run(
        check_sender(replace(SENDER, signers=()), build_resolver("127.0.0.1:9", seconds=0.3))
    )
    assert {finding.level for finding in findings} == {Level.WARN}


def test_neither_signature_nor_envelope_aligned_is_a_failure() -> None:
    other = load_signer(generate_key(), domain="other.example", selector="news")
    records = {
        **GOOD,
        ("other.example", "TXT"): [f'"v=spf1 ip4:{ADDRESS} -all"'],
        ("other.example", "MX"): ["10 mail.other.example."],
        ("news._domainkey.other.example", "TXT"): [
            dns_record(other).zone_line.partition("( ")[2].rstrip(" )")
        ],
    }
    sender = replace(SENDER, bounce_domain="other.example", signers=(other,))
    assert "aligned" in look(records, sender)["dmarc"][0][1]
    assert look(records, replace(sender, signers=(SIGNER,))) == {}


def test_the_record_of_the_organization_counts_for_a_subdomain() -> None:
    below = f"news.{DOMAIN}"
    records = {
        **GOOD,
        (below, "TXT"): [f'"v=spf1 ip4:{ADDRESS} -all"'],
        (below, "MX"): [f"10 mail.{DOMAIN}."],
    }
    assert look(records, replace(SENDER, domain=below, bounce_domain=below)) == {}


def test_a_relay_whose_addresses_are_only_guessed_never_fails_for_them() -> None:
    records = {
        **GOOD,
        (DOMAIN, "TXT"): ['"v=spf1 ip4:198.51.100.0/24 -all"'],
        ("smtp.provider.example", "A"): ["93.184.215.14"],
    }
    found = look(records, replace(SENDER, relay_hosts=("smtp.provider.example",), outgoing=()))
    assert {level for told in found.values() for level, _ in told} == {Level.WARN}
    assert set(found) == {"spf", "ptr"}


def test_spf_follows_include_redirect_and_networks() -> None:
    records = {
        ("a.example", "TXT"): ['"v=spf1 include:b.example redirect=c.example"'],
        ("b.example", "TXT"): ['"v=spf1 ip6:2001:db8::/32 -all"'],
        ("c.example", "TXT"): ['"v=spf1 a:d.example/24 ?all"'],
        ("d.example", "A"): ["192.0.2.200"],
    }
    with Zone(records) as zone:
        ask = build_resolver(zone.address)
        answer = asyncio.run(check_spf("a.example", ["2001:db8::1", "192.0.2.9", "198.51.100.1"], ask))
    assert answer.results["2001:db8::1"] is SPFResult.PASS
    assert answer.results["192.0.2.9"] is SPFResult.PASS
    assert answer.results["198.51.100.1"] is SPFResult.NEUTRAL
    assert answer.lookups == 3


def test_the_same_question_is_asked_once() -> None:
    with Zone(GOOD) as zone:
        asyncio.run(check_sender(SENDER, build_resolver(zone.address)))
        assert len(zone.asked) == len(set(zone.asked))


def test_a_resolver_that_is_no_address_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"preflight\.resolver"):
        build_resolver("dns.example.org")
