"""A small real issue for render tests: the seed's story, a story of two sources, and the rest."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from newsletter.config import Identity
from newsletter.model import (
    AlsoNoted,
    ArticleId,
    Author,
    Citation,
    Coverage,
    DateAhead,
    Highlight,
    HighlightKind,
    Issue,
    IssueStory,
    LeadIn,
    Publisher,
    PublisherKind,
    Reference,
    RenderedIssue,
    Section,
    SourceKey,
    SourceReport,
)
from newsletter.render.issue import render_issue
from newsletter.render.templates import Templates
from newsletter.render.theme import Theme, load_theme

IDENTITY = Identity(
    base_url="https://news.example.org",
    from_address="letter@news.example.org",
    postal_address="Rare Earth Daily, 1 Ore Street\n10115 Berlin",
)
REEX = Publisher(name="Rare Earth Exchanges", kind=PublisherKind.TRADE_PRESS)
BAOGANG = Publisher(name="Baogang Daily", kind=PublisherKind.STATE_MEDIA)


def cite(sentence: str, article: str = "baogang", start: int = 0) -> Citation:
    return Citation(article=ArticleId(article), start=start, end=start + len(sentence), sentence=sentence)


def reference(article: str, title: str, publisher: Publisher, **changes: Any) -> Reference:
    values: dict[str, Any] = {
        "article": ArticleId(article),
        "title": title,
        "publisher": publisher,
        "origin": None,
        "url": f"https://{article}.example/2026/01/05/story",
        "published": datetime(2026, 1, 4, tzinfo=UTC),
        "published_is_date": True,
    }
    return Reference(**{**values, **changes})


def _baogang() -> IssueStory:
    opening = cite(
        "In its 2026 New Year’s Message, Baogang Group, one of China’s largest state-owned steel and rare earth "
        "producers, outlined a sweeping update on its operational performance.",
        start=10,
    )
    speaker = LeadIn(text="Baogang says:", speaker="Baogang", citation=opening)
    index = cite(
        "Baogang also disclosed the launch of a rare earth price index, drawing over 30 related firms to "
        "Baotou—an explicit move toward greater market coordination and price signaling.",
        start=1500,
    )
    return IssueStory(
        key="baogang-baiyun-obo",
        headline="Baogang says Baiyun Obo resource profile is largely clarified",
        section="china",
        highlights=(
            Highlight(
                text="the resource profile of the Baiyun Obo mine—the world’s largest rare earth deposit—has now "
                "been largely clarified.",
                citations=(cite("A major development … has now been largely clarified.", start=700),),
                kind=HighlightKind.CLAIM,
                lead_in=speaker,
            ),
            Highlight(
                text="it accounts for 62% of Baotou’s rare earth industry output, with an 85% local conversion rate.",
                citations=(cite("The firm stated that it accounts for 62% …", start=1100),),
                kind=HighlightKind.CLAIM,
                lead_in=speaker,
            ),
            Highlight(
                text="it launched a rare earth price index, drawing over 30 related firms to Baotou.",
                citations=(index,),
                kind=HighlightKind.CLAIM,
                lead_in=speaker,
            ),
            Highlight(
                text="an explicit move toward greater market coordination and price signaling.",
                citations=(index,),
                kind=HighlightKind.VIEW,
            ),
        ),
        references=(
            reference(
                "baogang", "Baogang Group Signals Strategic Acceleration", REEX, origin=BAOGANG, url=None
            ),
        ),
        occurred=datetime(2026, 1, 4, tzinfo=UTC),
        labels=("trade press", "state-owned media"),
        caution="should be independently verified",
    )


def _lynas() -> IssueStory:
    wire = Publisher(name="Reuters", kind=PublisherKind.WIRE)
    output = cite(
        "Lynas said it had produced 2,080 tonnes of NdPr oxide in the December quarter.", article="reuters"
    )
    return IssueStory(
        key="lynas-ndpr-output",
        headline="Lynas lifts NdPr output to 2,080 tonnes",
        section="companies",
        highlights=(
            Highlight(
                text=output.sentence,
                citations=(output, cite("Lynas produced 2,080 t of NdPr oxide.", article="weekly")),
                kind=HighlightKind.CLAIM,
            ),
            Highlight(
                text="Shares rose 4% in Sydney, against 5% in one account.",
                citations=(cite("Shares in Lynas rose 4% in Sydney.", article="weekly", start=200),),
                kind=HighlightKind.DIFFERS,
            ),
            Highlight(
                text="First dysprosium oxide is expected from Kuantan in June.",
                citations=(
                    cite("The company expects first dysprosium oxide in June.", article="reuters", start=90),
                ),
                author=Author.MODEL,
            ),
        ),
        references=(
            reference("reuters", "Lynas lifts output", wire, published=datetime(2026, 1, 5, 3, tzinfo=UTC)),
            reference(
                "weekly", "Lynas NdPr up", Publisher(name="Mining Weekly", kind=PublisherKind.TRADE_PRESS)
            ),
        ),
        occurred=datetime(2026, 1, 5, 3, tzinfo=UTC),
        labels=("wire", "trade press"),
        update_of="2026-01-03/lynas-quarter",
    )


def sample_issue(**changes: Any) -> Issue:
    """Return the sample issue: two stories and one of everything else."""
    values: dict[str, Any] = {
        "date": date(2026, 1, 5),
        "number": 1,
        "newsletter": "Rare Earth Daily",
        "subject": "Baogang says Baiyun Obo resource profile is largely clarified",
        "preheader": "Also: Lynas lifts NdPr output to 2,080 tonnes in the December quarter",
        "composed": datetime(2026, 1, 5, 5, 30, tzinfo=UTC),
        "sections": (
            Section(key="top", title="Top story", stories=(_baogang(),)),
            Section(key="companies", title="Companies & deals", stories=(_lynas(),)),
        ),
        "also_noted": (
            AlsoNoted(
                headline="Heavy Rare Earth Element Deposits in Europe", publisher="Rare Earth Exchanges"
            ),
            AlsoNoted(
                headline="Supra launches to recover gallium and scandium from waste",
                publisher="Mining Weekly",
                url="https://weekly.example/supra?id=1&x=2",
                read=True,
                published=datetime(2026, 1, 4, 20, tzinfo=UTC),
            ),
            AlsoNoted(headline="稀土新规即将生效", publisher="中国稀土网", language="zh"),
        ),
        "dates_ahead": (
            DateAhead(
                date=date(2026, 12, 1),
                text="First dysprosium oxide from Kuantan is due.",
                citation=cite("It is due on 1 December.", article="reuters", start=400),
                story="lynas-ndpr-output",
            ),
        ),
        "coverage": Coverage(
            sources=(
                SourceReport(source=SourceKey("a"), publisher="Mining Weekly", ok=True, seen=3, kept=1),
                SourceReport(source=SourceKey("b"), publisher="Dead Feed", ok=False, error="timed out"),
            ),
            articles_read=3,
            stories_found=2,
            stories_kept=2,
            headlines_kept=3,
            headlines_dropped=1,
        ),
    }
    return Issue(**{**values, **changes})


@cache
def templates() -> Templates:
    return Templates()


@cache
def theme() -> Theme:
    return load_theme()


def render(issue: Issue | None = None, identity: Identity = IDENTITY) -> RenderedIssue:
    return render_issue(issue or sample_issue(), identity, templates())
