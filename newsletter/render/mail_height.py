"""About how high a mail is on a phone: never less than it is, and seldom more than four lines above. Pure.

It follows ``templates/email/issue.html`` and ``parts.html`` part by part, with the sizes of ``layout.html`` on a
screen of 375 px, where the text is 343 px wide. Lines are counted by the widths of the letters, those of Helvetica,
which the faces of phones are like; Georgia is wider, and so is what is bold. A part that the mail gets is measured
here, too: ``tests/render/test_mail_height.py`` compares all with a browser.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import zip_longest

from newsletter.render.view import (
    Bullet,
    CorrectionView,
    IssueView,
    NotedLine,
    PriceLine,
    SourceLine,
    StoryView,
)
from newsletter.render.words import keep_together

_WIDTHS = {  # of a letter, in its size
    letter: width
    for width, letters in (
        (0.222, "ijl’‘"), (0.19, "'"), (0.26, "|"), (0.278, " \N{NO-BREAK SPACE}ft.,:;!/[]I·"), (0.333, "()-r“”"),
        (0.355, '"'), (0.5, "cksvxyzJ"), (0.611, "FTZ"), (0.667, "ABEKPSVXY&"), (0.722, "CDHNRUw"), (0.778, "GOQ"),
        (0.833, "mM"), (0.889, "%"), (0.944, "W"), (1.0, "—…"), (1.015, "@"),
    )
    for letter in letters
}  # fmt: skip
_USUAL = 0.556
_SQUARE = "\u2e80"  # from here on letters are as wide as high: Chinese, Japanese, Korean
_BOLD, _SOME_BOLD, _SERIF, _SERIF_BOLD, _CAPITALS = 1.06, 1.03, 1.02, 1.1, 1.35  # times as wide
_BREAKS = re.compile(r"(?<= )(?=\S)|(?<=\w-)(?=[^\W\d])|(?=—)|(?<=—)")  # where a line may end
_WIDTH, _TINTED = 343, 315
_MASTHEAD, _END = 12, 30
_TITLE = 20  # of a section: what is above and below its lines
_GAP = 6  # below a line of a list


def measure(view: IssueView) -> int:
    """Return about how high a mail of ``view`` is on a phone 375 px wide, in pixels."""
    size = _measure_head(view) + _measure_prices(view.prices)
    for text in filter(None, (view.note, view.catching_up)):
        size += 12 + _lines(text, 16, 23)
    for section in view.sections:
        size += _title(section.title) + 28 * section.apart
        size += sum(map(_measure_full, section.full))
        size += 19 if section.full and section.brief else 0
        size += sum(measure_brief(story, apart=section.apart) for story in section.brief)
    if view.noted or view.unread:
        size += _title("Also noted") + _measure_noted(view.noted)
        size += (84 if view.unread else 0) + _measure_noted(view.unread)
    if view.dates:
        lines = (f"{date.day}: {date.text}" for date in view.dates)
        size += _title("Dates ahead") + sum(_lines(text, 15, 20, _SOME_BOLD) + _GAP for text in lines)
    return size + _measure_foot(view)


def measure_brief(story: StoryView, *, apart: bool = False) -> int:
    """Return about how high a story of one line is, in pixels; ``apart``, in a tinted section."""
    width = _TINTED if apart else _WIDTH
    by = f"{_label(story)}{story.told_by}{_remark(story)}{_tell_moves(story)}"
    text = ". ".join(filter(None, (story.headline, " ".join(map(_tell, story.bullets)))))
    if story.caution:
        text += f" {_warn(story)}"
    if story.has_more and not story.bullets:
        text += " Highlights"
    if apart:
        return _lines(by, 14, 20, _BOLD, width) + _lines(text, 15, 20, _SOME_BOLD, width) + _GAP
    return _lines(f"{text} ({by})", 15, 20, _SOME_BOLD, width) + _GAP


def _measure_head(view: IssueView) -> int:
    size = _MASTHEAD + _lines(view.newsletter, 27, 30, _SERIF, 272)
    size += _lines(f"{view.day} · No. {view.number}", 14, 21, width=272) + 21
    size += sum(map(_measure_correction, view.corrections))
    if view.editors_note:
        first, *others = view.editors_note
        parts = (f"From the editor: {first}", *others)  # with a line between
        size += 16 + sum(_lines(part, 15, 22, _SOME_BOLD, 316) + 22 for part in parts)
    for number, line in enumerate(view.lines):
        letters, high = (17, 24) if number else (20, 27)
        size += _lines(line.text, letters, high, _SERIF, 319) + 5
    return size + (12 if view.lines else 0)


def _measure_correction(one: CorrectionView) -> int:
    texts = (
        f"Correction to our issue of {one.day}. {one.headline}", f"We wrote: “{one.wrong}”",
        f"Right is: “{one.right}”", one.why + (" That issue" if not one.headline else "")
    )  # fmt: skip
    return 38 + sum(_lines(text, 15, 22, _SOME_BOLD, 316) for text in texts if text)


def _measure_prices(prices: Sequence[PriceLine]) -> int:
    size = _title("Prices") if prices else 0
    has_bars = any(price.bar for price in prices)
    for price, following in zip_longest(prices, prices[1:]):
        size += 5 + max(_lines(price.product, 16, 20, _BOLD, 154), _lines(price.value, 16, 20, _BOLD, 188))
        if price.what or price.change:
            what = f" ({price.what})" if price.change and price.what else ""
            size += _lines((price.change or price.what) + what, 14, 20)
        size += 5 * bool(price.bar)
        if following is None or following.who != price.who:
            scale = ". A full bar is a change of ten per cent" if following is None and has_bars else ""
            size += _lines(price.who + scale, 14, 20)
    return size


def _measure_full(story: StoryView) -> int:
    size, line = (24, 30) if not story.rank else (19, 25)
    high = 14 + _lines(story.heading or story.headline, size, line, _SERIF_BOLD)
    kicker = f"{story.kicker} · " if story.kicker else ""
    high += _lines(f"{kicker}{_label(story)}{_list_sources(story.sources)}{_remark(story)}", 14, 21)
    if story.moves:
        high += _lines(_tell_moves(story), 14, 21)
    if story.caution:
        high += 32 + _lines(_warn(story), 15, 22, _SOME_BOLD, 316)
    for voice in story.voices:
        width = 316 if voice.lead_in else 325
        high += 10 + _lines(voice.lead_in, 16, 23) if voice.lead_in else 0
        high += 1 + sum(_lines(_tell(one), 16, 23, _SOME_BOLD, width) + 5 for one in voice.bullets)
    return high + sum(10 + _lines(_tell(view), 16, 23, _SOME_BOLD, 323) for view in story.views)


def _list_sources(sources: Sequence[SourceLine]) -> str:
    following = zip_longest(sources, sources[1:])
    return "; ".join(
        one.name + (one.undated if after and after.dated == one.dated else one.details)
        for one, after in following
    )


def _measure_noted(lines: Iterable[NotedLine]) -> int:
    return sum(_lines(f"{line.headline} ({line.details})", 15, 20) + _GAP for line in lines)


def _measure_foot(view: IssueView) -> int:
    about = f"{view.coverage_line} Coloured words open the sentence behind them. {view.why}"
    size = _title("About this mail") + 7 + _lines(about, 14, 21) + 88 + _END
    if view.abbreviations:
        size += 7 + _lines("; ".join(map(": ".join, view.abbreviations)), 14, 21, _SOME_BOLD)
    is_named = view.postal and view.postal[0].startswith(view.newsletter)
    return size + 7 + _lines(", ".join(view.postal if is_named else (view.newsletter, *view.postal)), 14, 21)


def _title(text: str) -> int:
    return _TITLE + _lines(text, 14, 20, _CAPITALS)


def _label(story: StoryView) -> str:
    return f"{story.label}: " if story.label else ""


def _tell(bullet: Bullet) -> str:
    remark = f" ({bullet.remark})" if bullet.remark else ""
    return f"{bullet.lead_in} {bullet.text}{remark}".strip()


def _warn(story: StoryView) -> str:
    return f"The source’s own caution: “{story.caution}”"


def _remark(story: StoryView) -> str:
    """Return what follows the sources of a story."""
    update = f"Update of {story.update}" if story.update else ""
    follows = ": ".join(story.follows[:2]) if story.follows else ""
    return "".join(f". {part}" for part in (update, follows, *story.notes) if part)


def _tell_moves(story: StoryView) -> str:
    told = "; ".join(f"{when}: {what}" for when, what, _ in story.moves)
    return f"How it moved: {told}" if told else ""


@lru_cache(4096)
def _lines(text: str, size: int, line: int, wide: float = 1.01, width: int = _WIDTH) -> int:
    """Return how high a text of letters of ``size`` is where each of its lines is ``line`` high, all in pixels."""
    room = width / size / wide
    count, used = 1, 0.0
    for word in _BREAKS.split(keep_together(text)):
        letters = [1 if letter >= _SQUARE else _WIDTHS.get(letter, _USUAL) for letter in word]
        if used and used + sum(letters) > room + _WIDTHS[" "] * word.endswith(" "):
            count, used = count + 1, 0.0
        for letter in letters:  # a word may be longer than a line
            if used + letter > room:
                count, used = count + 1, 0.0
            used += letter
    return count * line
