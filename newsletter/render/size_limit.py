"""How long a story is in the mail, by its weight, and how large the mail may be. Pure.

The first four stories come first, in the order of their weight, each with its section; the others follow in their
sections. The top story has all its highlights, three where more would be long (four, where three must not be told
apart); the next three two, or three that are short: the first, then those with a figure or a day that no earlier one
tells. A headline that is the first of the day's lines is its first clause below. Every other story is one line: its
headline and what an editor worded, else the first highlight, or the first short one, with a figure that the headline
has not; of a company's own release one of a setback. What somebody paid for is its headline. Where a headline stands
alone, a link leads to the highlights on its page. What limits the news (a condition, a denial, a setback) stands
right below the first highlight, or alone below the headline. A highlight whose sentence stands among the prices is
told there; so is one that a line of the day is, where the headline tells the same. Of the dates ahead the mail has
seven, one of each story before the second of any: of these, those that a highlight tells first, then what takes
effect, closes or is voted on. All the others stand on the web version. At the end each abbreviation of the lexicon
that is not explained is.

The mail has five screens of a phone (``mail_height.py`` reckons). Where these are full, there give way, until all has
room: dates, down to three; highlights of each of the three, down to two; lines also noted and dates, down to two; the
second highlights of the three, the first where only the second has a figure that the headline has not; at last
highlights of one line, those of opinions first, then those under a headline with a figure, of each the lightest
story's: three editors missed nothing as much as a line for each story. Headlines, lines of the day, prices and the
top story never do: a mail of more of these is longer.

Gmail shows about the first 102 KB of a message's HTML and hides the rest, the unsubscribe link with it: a mail of more
than ``MOST_ENCODED`` bytes, as they travel, has headlines alone after the fourth story.
"""

from __future__ import annotations

import binascii
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial

from newsletter.english.days import find_days
from newsletter.english.quantities import find_quantities
from newsletter.english.speech.speakers import read_speaker
from newsletter.english.stems import content_roots
from newsletter.highlights.bad_news import BAD, find_gravity
from newsletter.issue.key_words import CLOCK, YEARS, find_amounts
from newsletter.issue.repeats import tells_alike
from newsletter.model import FIRST_STORIES, PublisherKind
from newsletter.render.mail_height import measure, measure_brief
from newsletter.render.view import Bullet, DateLine, IssueView, Keyed, SectionView, StoryView
from newsletter.render.words import capitalize, find_first_clause, write_days

_NEXT = 2  # highlights of the others of them, and one more where all have few words
_FEW = 45
# Of one line, the label of whose interest it tells nothing.
_PRESS = frozenset(map(capitalize, (PublisherKind.WIRE, PublisherKind.TRADE_PRESS, PublisherKind.PRESS)))
_ADDS = 20  # words that a highlight without a figure of its own may add to those
_LEAD, _LEAD_WORDS = 3, 70  # highlights of the top story, and how many words let it have more
# Dates ahead, lines also noted, and highlights of each of the three: the first with which every story in one line has
# its highlight but what the prices tell, else the last.
_LESS = (
    (7, 99, 3),
    (6, 99, 3),
    (5, 99, 3),
    (4, 99, 3),
    (3, 99, 3),
    (3, 99, 2),
    (3, 3, 2),
    (2, 2, 2),
    (2, 2, 1),
)
_OF_ONE = 2  # dates of one story
_SHORT = 30  # words of a highlight in one line, or of two that belong together
_MORE = 12  # words more, where there is nothing shorter, and of what a company would rather not say
# A forecast that was changed, a loss, what came late, stopped or was not found.
_SAYS_SO = re.compile(r", according to [^,;:]+\.|, [^,;:]+ (?:said|says)(?: on \w+)?\.")
_EFFECT = re.compile(
    r"\b(?:appl(?:y|ies)|takes? effect|in(?:to)? (?:force|effect)|expires?|votes?|auction|closes?|decides?|deposits?"
    r"|called|due)\b",
    re.IGNORECASE,
)
_POINTS = re.compile(
    r"(?:But|Yet|Nor|(?:For|Of|In|With|Under|To|From|By) (?:those|these|this|that|them|it)"
    r"|The (?:rest|former|latter|others?|company|plan|agreement|scheme)|Those|These|It|They)\b"
)
_QUOTES = ("“", '"')
_PROMISED = 2  # words of the headline that no highlight before had
_MOST_OF_IT = 3  # prices of one report, of which nothing else need be told
_BARS = 3  # that can be compared: one alone looks like a rule
_ROOM = 5 * 812  # pixels: five screens of a phone
MOST_ENCODED = 79_000  # bytes of quoted-printable; checks warn at 80,000 and refuse at 95,000


def measure_encoded(html: str) -> int:
    """Return how many bytes ``html`` takes in a message, quoted-printable (RFC 2045, section 6.7)."""
    encoded = binascii.b2a_qp(html.encode(), istext=True)
    return len(encoded) + encoded.count(b"\n")  # each line ends in CRLF


def fit(view: IssueView, draw: Callable[[IssueView], str]) -> tuple[IssueView, str]:
    """Return ``view`` as long as a mail is, and the HTML that ``draw`` makes of it."""
    view = shorten(view)
    html = draw(view)
    if measure_encoded(html) > MOST_ENCODED:
        view = _map_stories(view, lambda story: replace(story, bullets=()) if story.is_brief else story)
        html = draw(view)
    return view, html


def shorten(view: IssueView) -> IssueView:
    """Return ``view`` with its stories as long as their weight makes them."""
    if sum(price.bar != 0 for price in view.prices) < _BARS:
        view = replace(view, prices=tuple(replace(price, bar=0) for price in view.prices))
    quoted = {price.url for price in view.prices}
    reports = Counter(price.url.partition("#")[0] for price in view.prices)  # whose news these tell
    view = _map_stories(view, lambda story: _leave_line(_shorten(_leave_quoted(story, quoted)), view.lines))
    view = _put_first(_map_stories(view, lambda story: replace(story, heading=_head(story, view))))
    briefs = [story for story in view.stories if story.is_brief]
    silent = {story.key for story in briefs if reports[story.page] >= _MOST_OF_IT}
    may_go = [story for story in briefs if not (story.is_released and _tells_setback(story.bullets))]
    apart = {story.key for section in view.sections if section.apart for story in section.stories}
    sizes = {story.key: _measure_bullets(story, apart=story.key in apart) for story in may_go}
    wanted = sum(sizes[story.key] for story in may_go if reports[story.page] < _MOST_OF_IT)
    for step in _LESS:
        shown, room = _lay_out(view, sizes, step)
        if room >= wanted:
            break
    for story in sorted(may_go, key=lambda story: (story.key in apart, _says_enough(story), story.rank)):
        if story.key not in silent and sizes[story.key] <= room:
            room -= sizes[story.key]
        else:
            silent.add(story.key)
    left = _leave_bullets(shown, silent)
    return _explain(replace(left, abbreviations=view.abbreviations))


def _lay_out(view: IssueView, silent: Collection[str], step: tuple[int, int, int]) -> tuple[IssueView, int]:
    """Return the view with what a step of ``_LESS`` leaves, and the pixels it has for highlights of ``silent``."""
    dates, noted, units = step
    shown = replace(view, dates=_choose_dates(view.dates, dates), noted=view.noted[:noted])
    shown = _explain(_map_stories(shown, partial(_keep_units, units=units)))
    return shown, _ROOM - measure(_leave_bullets(shown, silent))


def _measure_bullets(story: StoryView, *, apart: bool) -> int:
    """Return how much higher a story of one line is with its highlight than without, in pixels."""
    return measure_brief(story, apart=apart) - measure_brief(replace(story, bullets=()), apart=apart)


def _leave_bullets(view: IssueView, keys: Collection[str]) -> IssueView:
    return _map_stories(view, lambda story: replace(story, bullets=()) if story.key in keys else story)


def _explain(view: IssueView) -> IssueView:
    """Return the view with those of its abbreviations alone that it does not explain."""
    return replace(view, abbreviations=tuple(_find_unexplained(view)))


def _keep_units(story: StoryView, units: int) -> StoryView:
    """Return the story, one of the three after the first, with at most so many of its highlights."""
    if story.is_brief or not story.rank:
        return story
    listed = _list_units(story.bullets)
    if units == 1:  # an editor's, the news with its limit, or what says more than the headline
        worded = [one for one in listed if any(bullet.is_edited for bullet in one)]
        limited = [one for one in listed[:1] if len(one) > 1]
        told = [one for one in listed if _tells_more(one, story.headline)]
        listed = worded or limited or told or listed
    return replace(story, bullets=_join_units(listed[:units], story))


def _find_unexplained(view: IssueView) -> Iterator[tuple[str, str]]:
    """Give the abbreviations that a mail has without their words, with these."""
    text = " ".join(view.texts)
    for short, words in view.abbreviations:
        name = rf"{re.escape(short)}s?"
        if re.search(rf"\b{name}\b", text) and not re.search(rf"\({name}\)", text):
            yield short, words


def _says_enough(story: StoryView) -> bool:
    """Whether a headline tells its news alone: it has a figure, and is no company's own."""
    return not story.is_released and bool(find_amounts(story.headline))


def _head(story: StoryView, view: IssueView) -> str:
    """Return the headline; where it is the day's first line, which was read a moment ago, its first clause."""
    line = view.lines[0] if view.lines else None
    is_line = line and (line.url, line.text) == (story.page, write_days(story.headline.rstrip(".")))
    return find_first_clause(story.headline) if is_line else story.headline


def _put_first(view: IssueView) -> IssueView:
    """Return the view with the stories that have highlights of their own first, in the order of their weight."""
    top, *others = view.sections or (None,)
    if top is None or len(top.stories) != 1:
        return view
    own = [section for section in others if not section.apart]
    first = [replace(story, kicker=section.title) for section in own for story in section.full]
    first.sort(key=lambda story: story.rank)
    leading = SectionView(key="first", title="Also leading", stories=tuple(first))
    rest = (section if section.apart else replace(section, stories=section.brief) for section in others)
    sections = (top, *((leading,) if first else ()), *(section for section in rest if section.stories))
    return replace(view, sections=sections)


def _choose_dates(dates: Sequence[DateLine], most: int) -> tuple[DateLine, ...]:
    """Return at most so many of the dates, in the order of the day."""
    chosen: list[tuple[int, bool, bool, int, DateLine]] = []
    of_story: Counter[int] = Counter()
    weighed = ((not date.is_told, not _EFFECT.search(date.text), date) for date in dates)
    for is_new, is_idle, date in sorted(weighed, key=lambda one: one[:2]):  # else the nearest first
        if of_story[date.rank] < _OF_ONE:
            chosen.append((of_story[date.rank], is_new, is_idle, date.rank, date))
            of_story[date.rank] += 1
    kept = [date for *_, date in sorted(chosen, key=lambda one: one[:4])[:most]]
    return tuple(date for date in dates if date in kept)


def list_told(view: IssueView) -> tuple[str, ...]:
    """Return what a mail must say, whatever its template: each headline, and each highlight of the first stories."""
    stories = shorten(view).stories
    own = [bullet for story in stories if not story.is_brief for bullet in (*story.bullets, *story.views)]
    return (*(story.headline for story in stories), *(bullet.text for bullet in own))


def list_beside(view: IssueView) -> tuple[str, ...]:
    """Return what it says beside those: lines, prices, dates, stories of one line, opinions' authors, what was read."""
    view = shorten(view)
    return (
        *(line.text for line in view.lines),
        *(words for price in view.prices for words in (price.product, price.value, price.change) if words),
        *(f"{line.day}: {line.text}" for line in view.dates),
        *(bullet.text for story in view.stories if story.is_brief for bullet in story.bullets),
        *(story.label for section in view.sections if section.apart for story in section.stories),
        view.coverage_line,
    )


def _shorten(story: StoryView) -> StoryView:
    if not story.rank:
        is_long = sum(map(_count, story.bullets)) > _LEAD_WORDS
        kept = _choose(story, _LEAD) if is_long else story.bullets
        return replace(story, bullets=kept if len(kept) > 1 else _choose(story, _LEAD + 1))
    if story.rank < FIRST_STORIES:
        more, kept = _choose(story, _NEXT + 1), _choose(story, _NEXT)
        kept = more if sum(map(_count, more)) <= _FEW or len(kept) == 1 else kept
        return replace(story, bullets=kept)
    bullets = () if story.is_paid else _choose_short(story)
    own = tuple(_leave_speaker(bullet, story) for bullet in bullets)
    label = "" if story.label in _PRESS else story.label
    has_more = bool(story.bullets) and not story.is_paid and story.page != story.url
    return replace(story, bullets=own, views=(), is_brief=True, has_more=has_more, label=label)


def _leave_speaker(bullet: Bullet, story: StoryView) -> Bullet:
    """Return a highlight without its lead-in where that names whose release or notice it is, as the same line says."""
    speaker = read_speaker(bullet.lead_in)
    is_own = story.is_released or story.label == capitalize(PublisherKind.REGULATOR)
    if not is_own or not speaker or not story.told_by.startswith(speaker):
        return bullet
    return replace(bullet, lead_in="", text=capitalize(bullet.text))


def _list_units(bullets: Sequence[Bullet]) -> list[tuple[Bullet, ...]]:
    """Return the highlights one by one, each with what limits it.

    That is the news of the first, or of the one before where it takes up what the first does not tell ("the excess").
    """
    units: list[list[Bullet]] = []
    for bullet in bullets:
        if not bullet.limits or not units:
            units.append([bullet])
            continue
        first, before = (set(content_roots(unit[0].text)) for unit in (units[0], units[-1]))
        takes_up = before.intersection(content_roots(bullet.text)) - first
        units[-1 if takes_up else 0].append(bullet)
    return [tuple(unit) for unit in units]


def _join_units(units: Iterable[Sequence[Bullet]], story: StoryView) -> tuple[Bullet, ...]:
    """Return the highlights of some units, in the order of the story's page."""
    kept = [bullet for unit in units for bullet in unit]
    return tuple(bullet for bullet in story.bullets if bullet in kept)


def _leave_quoted(story: StoryView, quoted: Collection[str]) -> StoryView:
    """Return the story without the highlights that the prices tell already; it keeps one."""
    left = tuple(bullet for bullet in story.bullets if bullet.url not in quoted)
    return replace(story, bullets=left or story.bullets[:1])


def _leave_line(story: StoryView, lines: Sequence[Keyed]) -> StoryView:
    """Return the story without its first highlight where the day's line is that, but for who says so at its end.

    It stays in the top story, where it is alone or limited by the next, and where the headline does not tell the same.
    """
    line = next((line.text for line in lines if line.url == story.page), "")
    if story.is_brief or not story.rank or not story.bullets[1:] or not line:
        return story
    first, *others = story.bullets
    rest = first.text.removeprefix(line)
    is_said = first.text != rest and (len(rest) <= 1 or _SAYS_SO.fullmatch(rest) is not None)
    is_headed = tells_alike(story.headline, line)
    return replace(story, bullets=tuple(others)) if is_said and is_headed and not others[0].limits else story


def _points_back(unit: Sequence[Bullet]) -> bool:
    """Whether what comes first is known only from the sentence before: "For those", "The rest"."""
    return not unit[0].lead_in and _POINTS.match(unit[0].text) is not None


def _choose(story: StoryView, room: int) -> tuple[Bullet, ...]:
    """Return ``room`` of the highlights, in their order: the first, then those with a figure not told before.

    Days come after other figures: those ahead have a list of their own.
    """
    told = _read_figures(story.headline)
    untold = set(content_roots(story.headline))  # what the headline promises
    units = _list_units(story.bullets)
    first: list[int] = []
    dated: list[int] = []
    late: list[int] = []
    for number, unit in enumerate(units):
        own = {figure: written for bullet in unit for figure, written in _read_figures(bullet.text).items()}
        fresh = [figure for figure, written in own.items() if written and figure not in told]
        roots = {root for bullet in unit for root in content_roots(bullet.text)}
        promised = len(untold & roots) >= _PROMISED and unit[0].text[:1] not in _QUOTES
        edited = any(bullet.is_edited for bullet in unit)
        if not first or edited or ((fresh or promised) and not _points_back(unit)):
            is_dated = first and not promised and not edited and all(" " in figure for figure in fresh)
            (dated if is_dated else first).append(number)
        else:
            late.append(number)
        told |= own
        untold -= roots
    kept: list[int] = []
    for number in (*first, *dated, *late):
        fits = sum(len(units[one]) for one in (*kept, number)) <= room
        adds = number not in late or len(story.bullets) <= room or sum(map(_count, units[number])) <= _ADDS
        if not kept or (fits and adds):
            kept.append(number)
    return _join_units([units[number] for number in kept], story)


def _read_figures(text: str) -> dict[str, bool]:
    """Return the figures of a text by value ("60" for "sixty"), and its days; whether each is written in digits."""
    text = CLOCK.sub("", text)
    figures = {
        f"{one.value:g}": any(map(str.isdigit, one.text))
        for one in find_quantities(text)
        if not one.is_day and (one.kind or one.value not in YEARS)
    }
    return figures | {" ".join(day[0].split()[:2]).casefold(): True for day in find_days(text)}


def _count(bullet: Bullet) -> int:
    return len(f"{bullet.lead_in} {bullet.text}".split())


def _tells_setback(bullets: Sequence[Bullet]) -> bool:
    return _gravity(bullets) >= BAD


def _gravity(bullets: Sequence[Bullet]) -> float:
    """How bad the worst is that they tell of the company itself."""
    return max((find_gravity(bullet.text) for bullet in bullets), default=0.0)


def _choose_short(story: StoryView) -> tuple[Bullet, ...]:
    """Return what an editor worded, else the event or the first short one with a figure that the headline has not.

    Else the first short one. Of a company's own release the worst setback comes before those; and then the first with
    what limits its news, which stands alone, below the headline, where both are long.
    """
    units = _list_units(story.bullets)
    first = units[0] if units else ()
    limited = [unit for unit in (first, first[1:]) if first[1:] and not _points_back(unit)]
    units = sorted(units, key=_points_back)
    alone = [(bullet,) for bullet in story.bullets if story.is_released and not _points_back((bullet,))]
    worst = sorted((unit for unit in alone if _tells_setback(unit)), key=_gravity, reverse=True)
    bad = [*worst, *limited]
    long = [unit for unit in (*bad, *units) if sum(map(_count, unit)) <= _SHORT + _MORE]
    short = [unit for unit in units if sum(map(_count, unit)) <= _SHORT]
    event = [unit for unit in long if unit is first]
    told = [unit for unit in (*event, *short) if _tells_more(unit, story.headline)]
    worded = [unit for unit in long if any(bullet.is_edited for bullet in unit)]
    return next(iter((*worded, *(unit for unit in long if unit in bad), *told, *short, *long)), ())


def _tells_more(unit: Sequence[Bullet], headline: str) -> bool:
    """Whether a highlight of a unit has an amount in digits that the headline has not."""
    known = _read_figures(headline)
    figures = (_read_figures(bullet.text) for bullet in unit if find_amounts(bullet.text))
    return any(written and value not in known for one in figures for value, written in one.items())


def _map_stories(view: IssueView, change: Callable[[StoryView], StoryView]) -> IssueView:
    sections = tuple(
        replace(section, stories=tuple(map(change, section.stories))) for section in view.sections
    )
    return replace(view, sections=sections)
