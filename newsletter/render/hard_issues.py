"""Issues that are hard to set: what templates are checked on. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

from newsletter.model import (
    AlsoNoted,
    ArticleId,
    Author,
    Citation,
    Correction,
    Coverage,
    DateAhead,
    Highlight,
    HighlightKind,
    Issue,
    IssueKey,
    IssuePrice,
    IssueStory,
    LeadIn,
    Mistake,
    Price,
    Publisher,
    PublisherKind,
    Reference,
    Section,
    SourceKey,
    SourceReport,
)

_DAY = date(2026, 1, 5)
_MOMENT = datetime(2026, 1, 5, 5, 30, tzinfo=UTC)
_EVERY = 4  # story without an address, and without a date
_PREHEADER = "A second line that adds to the subject, as long as inboxes show it"
LONG_WORD = "Neodympraseodymdysprosiumterbiumeisenborsintermagnetrohlingslieferkette" * 2
HEADLINES = (
    LONG_WORD,
    "شركة المعادن النادرة تعلن عن مصنع جديد",
    "הסכם חדש לאספקת מתכות נדירות",
    "稀土出口管制新规将于十二月一日生效并影响全球供应链",
    "<script>alert('rare earths')</script> & <b>bold</b> claims",
    "{{ 7 * 7 }} {% include 'secrets' %} ${price}",
    "Prices: “NdPr” at €60–65/kg, ±2 % — “quoted whole”",
    (
        "A headline that goes on and on, as those of press releases do, with the company’s name, its exchange, its "
        "ticker, its partner’s name, the partner’s exchange and the project’s, before it comes to what has happened"
    ),
)
PUBLISHERS = (
    Publisher(name="Mining Weekly", kind=PublisherKind.TRADE_PRESS),
    Publisher(name="وكالة الأنباء", kind=PublisherKind.WIRE),
    Publisher(name="中国稀土网", kind=PublisherKind.STATE_MEDIA),
    Publisher(name="O’Neil & Søn <press@example.org>", kind=PublisherKind.ISSUER),
    Publisher(name="Bureau of " + "Very" * 12 + "Long Names", kind=PublisherKind.REGULATOR),
)


_PRICES = (
    Price(
        product="NdPr oxide", purity="99.5%", basis="ex-works China with VAT", currency="yuan", unit="tonne",
        low=Decimal(541000), high=Decimal(546000), change=Decimal("-3.5"), in_percent=True,
        against="29 December 2025", date=_DAY,
    ),
    Price(product=LONG_WORD, currency="$", unit="kg", low=Decimal("0.45"), high=Decimal("0.45"), date=_DAY),
    Price(
        product="镨钕氧化物", currency="€", unit="kg", low=Decimal(60), high=Decimal(65), change=Decimal(0),
        against="a week earlier", date=_DAY,
    ),
)  # fmt: skip


def _cite(article: str, sentence: str, start: int) -> Citation:
    return Citation(article=ArticleId(article), start=start, end=start + len(sentence), sentence=sentence)


def hard_correction() -> Correction:
    """Make a correction whose texts are hard to set."""
    mistake = Mistake(
        wrong=f"Output rose to 2,080 kilograms; {HEADLINES[4]}",
        right=f"Output rose to 2,080 tonnes; {LONG_WORD}",
        why=HEADLINES[2],
    )
    about = IssueKey(date=_DAY)
    return Correction(id=1, issue=about, story="a-story", headline=HEADLINES[1], mistake=mistake, at=_MOMENT)


def make_story(number: int, headline: str, *, plain: bool = False) -> IssueStory:
    """Make one story. Not ``plain``, it has all that a story can have."""
    article, other = f"article-{number}", f"other-{number}"
    publisher = PUBLISHERS[number % len(PUBLISHERS)]
    said = _cite(article, "The plant will make 1,200 tonnes of NdPr oxide a year, the company said.", 0)
    source = Reference(
        article=ArticleId(article),
        title=headline,
        publisher=publisher,
        origin=None,
        url=f"https://source-{number}.example/news?id={number}&lang=en",
        published=_MOMENT if number % _EVERY else None,
        published_is_date=number % 2 == 0,
    )
    story = IssueStory(
        key=f"story-{number}",
        headline=headline,
        section="companies",
        highlights=(Highlight(text=said.sentence, citations=(said,), kind=HighlightKind.CLAIM),),
        references=(source,),
        occurred=_MOMENT,
        labels=(publisher.kind.value,),
    )
    if plain:
        return story
    rose = _cite(article, "It rose.", 300)
    so = _cite(article, "It said so.", 100)
    speaker = LeadIn(text="The company says:", speaker="the company", citation=so)
    view = _cite(article, "The move points to tighter control of the market.", 200)
    return replace(
        story,
        highlights=(
            *story.highlights,
            Highlight(text=f"{LONG_WORD} rose 4%.", citations=(rose,), lead_in=speaker),
            Highlight(
                text="1,200 tonnes in one account, 1,150 in another.",
                citations=(said, _cite(other, "It makes 1,150 tonnes.", 0)),
                kind=HighlightKind.DIFFERS,
                author=Author.MODEL,
            ),
            Highlight(
                text=view.sentence.removeprefix("The move "), citations=(view,), kind=HighlightKind.VIEW
            ),
        ),
        references=(
            replace(source, origin=PUBLISHERS[2], url=source.url if number % _EVERY else None),
            replace(
                source,
                article=ArticleId(other),
                publisher=PUBLISHERS[0],
                url=f"https://other-{number}.example/{'path' * 30}",
                published=_MOMENT,
                published_is_date=False,
            ),
        ),
        caution="should be independently verified",
        update_of="2026-01-02/story-1",
        flags=("dated by first sight",),
    )


def _issue(stories: tuple[IssueStory, ...], **rest: object) -> Issue:
    top = Section(key="top", title="Top story", stories=stories[:1])
    others = Section(key="companies", title="Companies & deals", stories=stories[1:])
    reports = (
        SourceReport(
            source=SourceKey(f"source-{number}"),
            publisher=publisher.name,
            ok=number > 0,
            error=None if number else "the server's answer was HTTP 503",
        )
        for number, publisher in enumerate(PUBLISHERS)
    )
    return Issue(
        date=_DAY,
        number=128,
        newsletter="Rare Earth Daily",
        subject="Lynas lifts NdPr output while dysprosium stays dear",
        preheader=_PREHEADER,
        composed=_MOMENT,
        sections=tuple(section for section in (top, others) if section.stories),
        coverage=Coverage(
            sources=tuple(reports),
            articles_read=14,
            stories_found=9,
            stories_kept=len(stories),
            headlines_kept=2,
            headlines_dropped=1,
        ),
        **rest,  # type: ignore[arg-type]  # the values fit field by field
    )


def tricky_issues() -> Iterator[tuple[str, Issue]]:
    """Yield issues with what makes each of them hard, in words that a message can hold."""
    hard = tuple(make_story(number, headline) for number, headline in enumerate(HEADLINES))
    noted = tuple(
        AlsoNoted(headline=headline, publisher=publisher.name, url=None, read=bool(number % 2),
                  published=_MOMENT if number % 2 else None)
        for number, (headline, publisher) in enumerate(zip(HEADLINES, PUBLISHERS, strict=False))
    )  # fmt: skip
    dates = (DateAhead(date=date(2026, 12, 1), text="The rule takes effect.",
                       citation=hard[0].highlights[0].citation, story="story-0"),)  # fmt: skip
    priced = tuple(
        IssuePrice(price=price, source=publisher.name, url="https://prices.example/today")
        for price, publisher in zip(_PRICES, PUBLISHERS, strict=False)
    )
    yield (
        "long words, other scripts, markup and braces in headlines",
        _issue(hard, also_noted=noted, dates_ahead=dates, prices=priced),
    )
    yield "no stories", _issue((), note="A quiet day: nothing new reached us from our sources.")
    yield "one story", _issue((make_story(1, "One story alone", plain=True),))
    yield "sixty stories", _issue(tuple(make_story(number, f"Story number {number}") for number in range(60)))
    yield "an issue that covers missed days", _issue(hard[:1], covers_since=datetime(2026, 1, 2, tzinfo=UTC))
