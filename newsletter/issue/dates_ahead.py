"""Dates ahead: the day on which something takes effect, as a cited sentence says. Pure.

Only whole days count ("1 December", "Dec. 1, 2026", "2026-12-01"); a month or a quarter alone is no
date. A day without a year is the next such day after today, at most ``days.FARTHEST`` ahead.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from newsletter.english.days import find_days, read_day
from newsletter.english.sentences import split_sentences
from newsletter.model import Article, Citation, DateAhead, Highlight, Section

_AHEAD = re.compile(
    r"\b(?:tak(?:es?|ing) effect|(?:come|comes|coming|enters?|entering) into (?:force|effect)|effective|"
    r"will|expires?|expiring|expiry|deadline|due|until|till|scheduled|begin(?:s|ning)?|starts?|starting|"
    r"from|by|no later than|closes?|opens?|ends?|applies|apply|hearing|expected|planned|meets?|to be held|"
    r"resumes?|would)\b",
    re.IGNORECASE,
)
_PAST = re.compile(
    r"(?<!\bbe )\b(?:took effect|came into (?:force|effect)|entered into force|expired|began|started|was|were|had|"
    r"signed|announced|dated|published|issued|reported|held|ended|closed)\b[^,;.]{0,30}$",
    re.IGNORECASE,
)
_CONDITION = re.compile(
    r"(?:^|[\s,(])(?P<clause>(?:(?<!as )if(?! any)|unless|provided(?: that)?|assuming|subject to|pending"
    r"|on condition that)\s[^.,;:()]{4,90})(?=[.,;:)]|$)",
    re.IGNORECASE,
)
_CLOSE = 60  # characters before the date in which its cue must stand


def find_dates_ahead(statements: Iterable[tuple[str, Highlight]], *, today: date) -> tuple[DateAhead, ...]:
    """Return the dates after ``today`` that the cited sentences of ``(story key, highlight)`` name.

    In order of the day; one day is given once a story, and so is a sentence that names several.
    """
    found: dict[tuple[date, str], DateAhead] = {}
    for story, highlight in statements:
        for citation in highlight.citations:
            day = min(_days_ahead(citation, today), default=None)
            if day:
                text = _say(highlight, day, today)
                found.setdefault((day, story), DateAhead(date=day, text=text, citation=citation, story=story))
    return tuple(sorted(found.values(), key=lambda ahead: (ahead.date, ahead.story)))


def read_statements(sections: Iterable[Section]) -> Iterator[tuple[str, Highlight]]:
    """Yield ``(story key, highlight)`` of an issue's news: no advertisement and no opinion awaits anything."""
    for section in sections:
        for story in () if section.apart else section.stories:
            yield from ((story.key, highlight) for highlight in story.highlights)


def add_conditions(
    ahead: Iterable[DateAhead], articles: Mapping[str, Sequence[Article]], *, today: date
) -> tuple[DateAhead, ...]:
    """Return the dates with what they depend on, where another sentence of the story's ``articles`` says so.

    "A ban takes effect on 1 July 2027" stands in one report, "if the senate agrees" beside the same day in another.
    """
    return tuple(_add_condition(one, articles.get(one.story, ()), today) for one in ahead)


def keep_conditions(ahead: Iterable[DateAhead], known: Iterable[DateAhead]) -> tuple[DateAhead, ...]:
    """Return the dates with the conditions that they had in an issue made of the same sentences."""
    had = {(one.date, one.citation): one.condition for one in known}
    return tuple(replace(one, condition=had.get((one.date, one.citation))) for one in ahead)


def find_condition(text: str) -> str | None:
    """Return the clause on which a sentence makes its statement depend: "if the senate agrees"."""
    found = _CONDITION.search(text)
    return found["clause"] if found else None


def _add_condition(ahead: DateAhead, articles: Sequence[Article], today: date) -> DateAhead:
    if find_condition(ahead.text) or find_condition(ahead.citation.sentence):
        return ahead
    for article in articles:
        for sentence in split_sentences(article.text):
            same_day = (
                sentence.is_prose
                and find_condition(sentence.text)
                and any(read_day(match, today) == ahead.date for match in find_days(sentence.text))
            )
            if same_day:
                cited = Citation(
                    article=article.id, start=sentence.start, end=sentence.end, sentence=sentence.text
                )
                return replace(ahead, condition=cited)
    return ahead


def _say(highlight: Highlight, day: date, today: date) -> str:
    """Return what takes effect that day, and whose it is: who says so where the highlight does not.

    Of sentences that were joined ("Comments are due by 4 May; a hearing is held on 9 May") the one with the day.
    """
    text = highlight.text
    if len(highlight.citations) > 1:
        parts = [part for part in text.split("; ") if any(read_day(m, today) == day for m in find_days(part))]
        if len(parts) == 1 and not find_condition(text.replace(parts[0], "")):
            text = f"{parts[0][0].upper()}{parts[0][1:].rstrip('.')}."
    return f"{highlight.lead_in.text} {text}" if highlight.lead_in else text


def _days_ahead(citation: Citation, today: date) -> list[date]:
    days = []
    for match in find_days(citation.sentence):
        before = citation.sentence[: match.start()]
        if _PAST.search(before) or not _AHEAD.search(before[-_CLOSE:]):
            continue
        day = read_day(match, today)
        if day is not None and day > today:
            days.append(day)
    return days
