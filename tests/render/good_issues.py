"""Issues that no check may complain about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from newsletter.model import AlsoNoted, Author, EarlierStory, Issue, IssuePrice, IssueStory, Price
from newsletter.render.hard_issues import make_story
from tests.render.render_sample import sample_issue


def _stories(count: int, *, plain: bool) -> Iterator[IssueStory]:
    for number in range(count):
        yield make_story(number, f"Story {number}: a plant for {100 + number} tonnes opens", plain=plain)


def good_issues() -> Iterator[tuple[str, Issue]]:
    """Yield issues that are as they should be, each with what is special about it."""
    base = sample_issue()
    yield "the sample", base
    yield "without also noted", replace(base, also_noted=())
    yield "without dates", replace(base, dates_ahead=())
    told = Price(product="tin", currency="$", unit="kg", low=Decimal(31), high=Decimal(34), date=base.date)
    prices = tuple(
        IssuePrice(price=replace(told, product=name, change=Decimal(2)), source="Terra")
        for name in ("tin", "lead", "zinc", "iron")
    )
    few = replace(base, sections=base.sections[:1], also_noted=(), dates_ahead=())
    yield "prices that moved", replace(few, prices=prices)
    yield "one story", replace(base, sections=base.sections[:1], dates_ahead=())
    yield (
        "no story but a note",
        replace(base, sections=(), dates_ahead=(), note="A quiet day: nothing new reached us."),
    )
    yield "late", replace(base, covers_since=base.composed.replace(day=2))
    yield "a subject of two words in capitals", replace(base, subject="MP Materials")
    yield "a subject in Chinese", replace(base, subject="稀土出口管制新规将于十二月一日生效")
    yield "a subject with a question and a dollar", replace(base, subject="Is NdPr worth $110/kg?")
    yield (
        "names of domains",
        replace(
            base,
            also_noted=(AlsoNoted(headline="mining.com", publisher="x", url="https://www.mining.com/a"),),
        ),
    )
    yield (
        "French and Portuguese",
        replace(
            base,
            also_noted=(
                AlsoNoted(
                    headline="L’été à São Paulo : terres rares « légères » — NÃO", publisher="Le Monde"
                ),
            ),
        ),
    )
    yield (
        "Thai and Chinese",
        replace(
            base,
            also_noted=(
                AlsoNoted(headline="นายกฯ ย้ำแร่หายาก", publisher="ไทยรัฐ"),
                AlsoNoted(headline="鈥元素漲價", publisher="中國稀土網"),
            ),
        ),
    )
    for count in (2, 3, 5, 8, 14, 20):
        section = replace(base.sections[1], stories=tuple(_stories(count, plain=True)))
        yield f"{count} plain stories", replace(base, sections=(section,), dates_ahead=())
    moves = tuple(EarlierStory(story=f"2026-01-0{day}/kiln", headline=f"Kiln {day} halts") for day in (2, 4))
    week = tuple(replace(story, moves=moves) for story in _stories(8, plain=True))
    yield (
        "a week in which each story moved",
        replace(base, sections=(replace(base.sections[1], stories=week),), dates_ahead=()),
    )
    for count in (2, 6, 12):
        section = replace(base.sections[1], stories=tuple(_stories(count, plain=False)))
        yield f"{count} full stories", replace(base, sections=(section,), dates_ahead=())
    for words in (
        "As an AI boom lifts magnet demand, prices follow",
        "Todo sobre las tierras raras",
        "“I cannot help but think of 2010,” a trader says",
        "The end date is undefined",
        "Company XXX is sorry, but insists: I/O cards need Nd",
        "MP Materials + Apple: 10x more magnets (and 2+ plants)",
    ):
        yield words, replace(base, also_noted=(AlsoNoted(headline=words, publisher="x"),))
    yield (
        "none of the above",
        replace(
            base,
            also_noted=(
                AlsoNoted(
                    headline="None of the bids was accepted; the price is undefined, TODOs remain"[:52],
                    publisher="x",
                ),
            ),
        ),
    )
    many = tuple(_stories(60, plain=True))
    yield "60 stories", replace(base, sections=(replace(base.sections[1], stories=many),), dates_ahead=())
    rewritten = tuple(
        replace(story, highlights=tuple(replace(item, author=Author.MODEL) for item in story.highlights))
        for story in _stories(3, plain=True)
    )
    yield (
        "highlights that a language model rewrote",
        replace(base, sections=(replace(base.sections[1], stories=rewritten),), dates_ahead=()),
    )
    updates = tuple(replace(story, update_of=f"2026-01-02/{story.key}") for story in _stories(3, plain=True))
    yield (
        "updates alone",
        replace(base, sections=(replace(base.sections[1], stories=updates),), dates_ahead=()),
    )
    for name, headline in (
        ("an Arabic headline", "شركة المعادن النادرة تعلن عن مصنع جديد"),
        ("a Hebrew headline", "הסכם חדש לאספקת מתכות נדירות"),
        ("a Chinese headline", "稀土出口管制新规将于十二月一日生效并影响全球供应链"),
    ):
        story = replace(next(_stories(1, plain=True)), headline=headline)
        yield name, replace(base, sections=(replace(base.sections[1], stories=(story,)),), dates_ahead=())
