"""Real spam filters, with the sender's records in a name server of their own: what they think of our mail."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from newsletter.check import run, sample
from newsletter.check.finding import Level
from newsletter.check.remote_checks import Scope
from newsletter.check.spam_filters import Arrival, Score, ask_rspamd, ask_spamassassin
from newsletter.day.compose_today import compose_today
from newsletter.delivery.dkim import dns_record, generate_key
from newsletter.delivery.signers import load_signers
from newsletter.http import HTTPClient
from newsletter.model import IssueKey, RenderedIssue
from newsletter.render.issue import render_issue
from newsletter.store.issues import load_issue
from newsletter.wiring import Installation
from tests.support.app_factory import make_app, subscribe
from tests.support.dns_zone import Zone, as_strings
from tests.support.full_day import compose_full_day
from tests.support.spam_filters import run_rspamd, run_spamassassin

DAY = date(2026, 1, 5)
KEY = IssueKey(date=DAY)
DOMAIN = "rare-earth-daily.example"
ADDRESS = "45.33.32.10"  # a global one: filters dislike the blocks of documentation
ONLY_FILTERS = Scope(sender=False, links=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    app: Installation
    spamassassin: str
    rspamd: str

    def write(self, rendered: RenderedIssue | None = None) -> bytes:
        if rendered is None:
            stored = load_issue(self.app.store, KEY)
            assert stored is not None
            rendered = stored.rendered
        return sample.write_sample(self.app.settings, self.app.keys, rendered, KEY, datetime.now(UTC))

    def score(self, raw: bytes) -> tuple[Score, Score]:
        arrival = Arrival(
            sender=sample.write_verp(self.app.settings, self.app.keys), recipient=sample.SAMPLE_ADDRESS,
            host=f"mail.{DOMAIN}",
            address=ADDRESS, at=datetime.now(UTC),
        )  # fmt: skip

        async def ask() -> tuple[Score | None, Score | None]:
            async with HTTPClient(self.app.settings.collect, contact="") as client:
                return (
                    await ask_spamassassin(self.spamassassin, raw, arrival),
                    await ask_rspamd(client, self.rspamd, raw, arrival),
                )

        one, other = asyncio.run(ask())
        assert one is not None
        assert other is not None
        return one, other


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder: Path = tmp_path_factory.mktemp("filters")
    key = folder / "key.pem"
    key.write_bytes(generate_key())
    with ExitStack() as stack:
        zone = stack.enter_context(Zone({}))
        asked = {
            "spamassassin": stack.enter_context(run_spamassassin(zone.address)),
            "rspamd": stack.enter_context(run_rspamd(zone.address)),
        }
        app = make_app(
            folder / "data",
            newsletter={
                "base_url": f"https://news.{DOMAIN}",
                "from_address": f"daily@{DOMAIN}",
                "postal_address": "1 Ore Street\n10115 Berlin",
            },
            dkim={"selector": "news", "key_file": key},
            relay={"type": "folder", "helo": f"mail.{DOMAIN}"},
            preflight={**asked, "outgoing": [ADDRESS], "resolver": zone.address},
        )
        stack.callback(app.close)
        zone.records = {
            (DOMAIN, "TXT"): ['"v=spf1 mx -all"'],
            (DOMAIN, "MX"): [f"10 mail.{DOMAIN}."],
            (DOMAIN, "A"): [ADDRESS],
            (f"mail.{DOMAIN}", "A"): [ADDRESS],
            (f"news.{DOMAIN}", "A"): [ADDRESS],
            ("10.32.33.45.in-addr.arpa", "PTR"): [f"mail.{DOMAIN}."],
            (f"_dmarc.{DOMAIN}", "TXT"): [f'"v=DMARC1; p=reject; rua=mailto:dmarc@{DOMAIN}"'],
            (f"news._domainkey.{DOMAIN}", "TXT"): [
                as_strings(dns_record(load_signers(app.settings)[0]).value)
            ],
            ("example.org", "MX"): ["10 mx.example.org."],
        }
        subscribe(app, "ann@example.org")
        asyncio.run(compose_today(app.making, KEY))
        yield Place(app=app, **asked)


@pytest.mark.servers
def test_neither_filter_gives_the_demo_issue_a_single_point(place: Place) -> None:
    spamassassin, rspamd = place.score(place.write())
    assert spamassassin.points <= 0, spamassassin
    assert rspamd.points <= 0, rspamd
    # Both asked the name server, and believe who sends.
    assert {"DKIM_VALID_AU", "SPF_PASS"} <= set(spamassassin.rules), spamassassin
    assert {"R_DKIM_ALLOW", "R_SPF_ALLOW", "DMARC_POLICY_ALLOW"} <= set(rspamd.rules), rspamd


@pytest.mark.servers
def test_a_full_day_is_no_worse(place: Place, tmp_path: Path) -> None:
    """On 2026-11-27 SpamAssassin gave it -1.2 points, rspamd -0.1 (one of them for an odd number of links)."""
    templates = place.app.templates
    issue = compose_full_day(tmp_path)
    rendered = render_issue(issue, place.app.settings.newsletter, templates)
    spamassassin, rspamd = place.score(place.write(rendered))
    assert spamassassin.points <= 0, spamassassin
    assert rspamd.points <= 0, rspamd


@pytest.mark.servers
def test_the_preflight_asks_both_and_is_content(place: Place) -> None:
    result = asyncio.run(run.check_issue(place.app.sending, KEY, scope=ONLY_FILTERS))
    assert {"spamassassin", "rspamd"} <= set(result.passed)


@pytest.mark.servers
def test_a_mail_that_filters_dislike_is_told_with_the_rules_that_cost_most(place: Place) -> None:
    stored = load_issue(place.app.store, KEY)
    assert stored is not None
    # The string that every filter takes for spam.
    gtube = "XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X"
    rendered = replace(stored.rendered, text=f"{gtube}\n\n{stored.rendered.text}")
    now = datetime.now(UTC)
    result = asyncio.run(
        run.check_rendered(place.app.sending, rendered, stored.issue, now=now, scope=ONLY_FILTERS)
    )
    told = {item.check: item for item in result.findings if item.check in {"spamassassin", "rspamd"}}
    assert set(told) == {"spamassassin", "rspamd"}
    assert {item.level for item in told.values()} == {Level.WARN}
    assert "GTUBE 1000" in told["spamassassin"].message, told
    assert "points, of at most 4" in told["rspamd"].message, told


def test_without_a_filter_the_checks_are_told_as_not_run_and_an_empty_setting_leaves_them_out(
    tmp_path: Path,
) -> None:
    for number, (asked, levels) in enumerate(
        [
            ({"spamassassin": "127.0.0.1:9", "rspamd": "127.0.0.1:9"}, [Level.NOT_RUN, Level.NOT_RUN]),
            ({"spamassassin": "", "rspamd": ""}, []),
        ]
    ):
        app = make_app(tmp_path / f"{number}", preflight=asked)
        asyncio.run(compose_today(app.making, KEY))
        result = asyncio.run(run.check_issue(app.sending, KEY, scope=ONLY_FILTERS))
        app.close()
        found = [item for item in result.findings if item.check in {"spamassassin", "rspamd"}]
        assert [item.level for item in found] == levels
        assert not {"spamassassin", "rspamd"} & set(result.passed)
