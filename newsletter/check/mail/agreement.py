"""Checks that the two parts of a mail, its masthead and its issue say the same. Pure."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import chain

import lxml.html

from newsletter.check.finding import Expected, Finding, fail, solidify, squeeze, warn
from newsletter.check.mail.content import Reading
from newsletter.check.mail.parsed_mail import words_of
from newsletter.render.words import MONTHS

_CITED = re.compile(r"\[\d{1,3}\]")
_NUMBERED = re.compile(r"\[(\d{1,3})\]")
_SENTENCE = re.compile(r"#s(\d{1,3})\b")
_ADDRESS = re.compile(r"https?://\S+")
_FIGURE = re.compile(r"\d+(?:[.,\u202f]\d+)*")
_DATED = re.compile(
    r"\b\d{1,2} [A-Z][a-z]{2,8} \d{4}\b|\b[A-Z][a-z]{2,8} \d{1,2}, \d{4}\b|\b\d{4}-\d\d-\d\d\b"
)
_WEEKDAY = re.compile(rf"\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, (?:{_DATED.pattern})")
# A line of words, or a bullet's, those that it goes on in, and the address below them.
_LED = re.compile(
    r"\n(?:[*•!-] )?(?P<words>(?![*•!-] )(?!https?:)\S.*(?:\n(?![*•!-] )(?! *https?:).+)*)"
    r"(?P<addresses>(?:\n *https?://\S+)+)(?=\n|$)"
)
_BOTH = "Both templates must say the same: email/issue.html and email/issue.txt."
_WEB_VERSION = re.compile(r"/issues/(\d{4})-(\d\d)-(\d\d)(?![\w/-])")
_SAMPLE = 80  # characters of what a finding names
_MASTHEAD = 200  # characters, where no section begins
_STORY = "h3"
_TELLING = 24  # characters, blanks left out: shorter words stand in many places


def _plain(words: str) -> str:
    """Words without citation marks and addresses: the parts show those each in its own way."""
    return squeeze(_CITED.sub(" ", _ADDRESS.sub(" ", words)))


def _solid(words: str) -> str:
    return solidify(_plain(words))


def _list_bullets(reading: Reading) -> list[str]:
    return [words for item in reading.body.iter("li") if (words := _plain(words_of(item)))]


def _list_lines(reading: Reading) -> list[str]:
    """The bullets of the text part, unwrapped."""
    text = re.sub(r"\n {2,}(?=\S)", " ", reading.mail.text)
    return [_plain(line[2:]) for line in text.splitlines() if re.match(r"[*•-] \S", line)]


def check_bullets(reading: Reading, _: Expected) -> Iterator[Finding]:
    """18: each bullet of one part stands in the other."""
    shown, text = _solid(reading.shown), _solid(reading.text)
    pairs = ((_list_bullets(reading), text, "text"), (_list_lines(reading), shown, "HTML"))
    for bullets, other, name in pairs:
        for words in dict.fromkeys(bullets):
            if solidify(words) not in other:
                yield fail("text-complete", f"The {name} part lacks the line “{words[:_SAMPLE]}”.", _BOTH)


def check_times(reading: Reading, _: Expected) -> Iterator[Finding]:
    """18: each headline and bullet stands as often in one part as in the other."""
    shown, text = _solid(reading.shown), _solid(reading.text)
    headlines = [_plain(words_of(item)) for item in reading.body.iter(_STORY)]
    for words in dict.fromkeys((*headlines, *_list_bullets(reading))):
        solid = solidify(words)
        times = shown.count(solid), text.count(solid)
        if len(solid) > _TELLING and all(times) and times[0] != times[1]:
            yield fail("text-complete", f"“{words[:_SAMPLE]}” stands {times[0]} times in the HTML part, "
                       f"{times[1]} in the text part.", _BOTH)  # fmt: skip


def check_targets(reading: Reading, _: Expected) -> Iterator[Finding]:
    """18: a headline leads in both parts to one article, or to one page of the web version."""
    leads: defaultdict[str, set[str]] = defaultdict(set)
    for match in _LED.finditer(f"\n{reading.mail.text}"):
        leads[_solid(match["words"])].update(match["addresses"].split())
    for link in reading.links:
        told = leads.get(_solid(link.text)) if len(_solid(link.text)) > _TELLING else None
        if told and link.href not in told:
            yield fail("text-complete", f"“{link.text[:_SAMPLE]}” leads to {link.href[:_SAMPLE]} in the HTML part, to "
                       f"{min(told)[:_SAMPLE]} in the text part.",
                       "Correct the template that links another story's page.")  # fmt: skip


def check_figures(reading: Reading, _: Expected) -> Iterator[Finding]:
    """18: each figure of one part stands in the other."""
    shown, text = (frozenset(_FIGURE.findall(_plain(words))) for words in (reading.shown, reading.text))
    for figures, name in ((shown - text, "text"), (text - shown, "HTML")):
        if figures:
            some = ", ".join(sorted(figures)[:5])
            yield fail("text-complete", f"The {name} part lacks figures of the other: {some}.", _BOTH)


def check_told(reading: Reading, expected: Expected) -> Iterator[Finding]:
    """18: what the issue tells stands in both parts; all but its stories a template may leave out."""
    for name, solid in (("HTML", _solid(reading.shown)), ("text", _solid(reading.text))):
        for told, tell, hint in (
            (expected.told, fail, "Correct the template; newsletter issue refreeze renders the issue anew."),
            (expected.beside, warn, "Look whether the template changes it, or leaves it out on purpose."),
        ):
            for words in (words for words in told if _solid(words) not in solid):
                shown = f"The {name} part lacks what the issue says: “{words[:_SAMPLE]}”."
                yield tell("text-complete", shown, hint)


def check_order(reading: Reading, _: Expected) -> Iterator[Finding]:
    """18: the sections come in both parts in one order."""
    text = squeeze(reading.mail.text).casefold()
    titles = [words_of(heading).casefold() for heading in reading.body.iter("h2")]
    places = [place for title in titles if title and (place := text.find(f"- {title} -")) >= 0]
    if places != sorted(places):
        yield warn("text-complete", "The sections of the text part come in another order than those of the HTML part.",
                   _BOTH)  # fmt: skip


def check_marks(reading: Reading, _: Expected) -> Iterator[Finding]:
    """A link to a sentence behind a highlight leads to one that the text part numbers, too."""
    known = set(_NUMBERED.findall(reading.mail.text)) | set(_SENTENCE.findall(reading.mail.text))
    for link in reading.links:
        found = _SENTENCE.search(link.href)
        if known and found and found[1] not in known:
            yield fail("text-complete", f"“{link.text[:_SAMPLE]}” leads to sentence {found[1]}, which the text part "
                       "does not know.", "Look at the template that makes the link.")  # fmt: skip


def check_stories(reading: Reading, expected: Expected) -> Iterator[Finding]:
    """No story and no line stands twice, and no story is a headline alone or has words added to it."""
    titles = [words_of(heading) for heading in reading.body.iter(_STORY)]
    lists = (map(words_of, one.iter("li")) for one in reading.body.iter("ol", "ul"))
    counts = [Counter(filter(None, words)).items() for words in (titles, *lists)]
    for words, count in chain.from_iterable(counts):
        if count > 1:
            yield warn("stories-whole", f"The story “{words[:_SAMPLE]}” stands {count} times.",
                       "Drop one of the two, or look at the template.")  # fmt: skip
        longer = next((told for told in expected.told if words.startswith(f"{squeeze(told)} ")), "")
        if words in titles and longer:
            yield warn("stories-whole", f"A headline says more than the story: “{words[len(longer):][:_SAMPLE]}”.",
                       "Look at the template.")  # fmt: skip
        if words in titles and not _is_told(reading.body, words):
            yield warn("stories-whole", f"The story “{words[:_SAMPLE]}” is a headline and nothing else.",
                       "Drop it, or look at the template.")  # fmt: skip


def _is_told(body: lxml.html.HtmlElement, title: str) -> bool:
    """Whether something is said below a story's headline: a bullet, or a sentence."""
    below = False
    for element in body.iter("h1", "h2", "h3", "li", "p"):
        if element.tag in {"h1", "h2", "h3"}:
            if below:
                return False
            below = element.tag == _STORY and words_of(element) == title
        elif below and (
            element.tag == "li" or _plain(words_of(element)).endswith((".", "!", "?", ".”", "!”", "?”"))
        ):
            return True
    return False


def check_masthead(reading: Reading, expected: Expected) -> Iterator[Finding]:
    """The date above the stories is the issue's, and the web version is of that day."""
    day = (expected.issue and expected.issue.date) or _find_day([link.href for link in reading.links])
    if day is None:
        return
    issues = [link.href for link in reading.links if _WEB_VERSION.search(link.href)]
    if issues and _find_day(issues[:1]) != day:
        yield fail("issue-date", f"The first link to an issue is not to that of {day}: {issues[0][:_SAMPLE]}",
                   "Correct the template: {{ issue.links.web }}.")  # fmt: skip
    for name, shown in (("HTML", reading.shown), ("text", reading.text)):
        top = _plain(_cut_masthead(shown, reading))
        named = _WEEKDAY.search(top)  # below it, prices and lines of the day name days of their own
        dates = _DATED.findall(named[0] if named else top)
        if dates and not any(found in _spell(day) for found in dates):
            yield fail("issue-date", f"The {name} part says {dates[0]} at its top, and the issue is of {day}.",
                       "Correct the template: {{ issue.date }}.")  # fmt: skip


def _find_day(addresses: Sequence[str]) -> date | None:
    for address in addresses:
        if found := _WEB_VERSION.search(address):
            try:
                return date(*map(int, found.groups()))
            except ValueError:
                continue
    return None


def _cut_masthead(shown: str, reading: Reading) -> str:
    """What stands above the first section."""
    section = next((words_of(heading) for heading in reading.body.iter("h2")), "")
    place = shown.casefold().find(section.casefold()) if section else -1
    return shown[:place] if place > 0 else shown[:_MASTHEAD]


def _spell(day: date) -> frozenset[str]:
    names = (MONTHS[day.month - 1], MONTHS[day.month - 1][:3])
    return frozenset(
        {day.isoformat()}
        | {f"{number} {name} {day.year}" for name in names for number in (f"{day.day}", f"{day.day:02}")}
        | {f"{name} {number}, {day.year}" for name in names for number in (f"{day.day}", f"{day.day:02}")}
    )
