"""Dates ahead: the day on which something takes effect, ends or is decided, as a sentence of a story says. Pure.

They are read from all sentences of the articles that an issue's news cites, and told in the words in which that
sentence would be a highlight: where it can be none, the date is left out. First come the lines of an agenda, which are
events already ("11 December: vote on the law"; "List prices on 4 December; statistics on 20 December"). Only whole days
count ("1 December", "Dec. 1, 2026", "2026-12-01"); a month or a quarter alone is no date. A day without a year is the
next such day after today, at most ``FARTHEST`` ahead. Who joins whom, and when a publisher publishes, is nobody's date
but theirs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from itertools import chain, groupby

from newsletter.english.days import FARTHEST, WHOLE_DAYS, find_days, read_day
from newsletter.english.letters import compile_latin
from newsletter.english.rules import compile_pattern
from newsletter.english.sentences import BlockKind, Sentence, split_sentences
from newsletter.english.speech.sayings import is_dangling
from newsletter.highlights.candidates import Candidate, find_candidates
from newsletter.highlights.choose import judge_candidate
from newsletter.highlights.lead_ins import cite
from newsletter.highlights.weaknesses import UNFIT
from newsletter.issue.difference import spell
from newsletter.model import Article, ArticleId, Citation, DateAhead, Highlight, Section

_AHEAD = re.compile(
    r"\b(?:tak(?:es?|ing) effect|(?:come|comes|coming|enters?|entering) into (?:force|effect)|effective|"
    r"will|shall|expires?|expiring|expiry|deadline|due|until|till|scheduled|(?:is|are|been) convened|"
    r"(?:has|have) called"  # whom, to where, for that day
    r"(?= (?!(?:in|off|on|upon)\b)[^,;.]{2,60} (?:for|to [^,;.]{2,40} (?:on|for))(?: \w+day,?)? $)|"
    r"(?<!not )expects?(?! no\b)|"
    r"begin(?:s|ning)?|starts?|starting|"
    r"from|by|not? later than|closes?|opens?|ends?|applies|apply|hearing|expected|planned|meets?|to be held|"
    r"resumes?|would|must|falls?|put off|postponed|adjourned|deferred|(?:is|are) to|votes?|decides?)\b",
    re.IGNORECASE,
)
# A preposition alone ("a delivery window from 10 December") is a cue where something is to happen.
_BARE = re.compile(r"(?:from|by|until|till|expected|planned|due|effective)", re.IGNORECASE)
_TO_HAPPEN = compile_latin(
    r"\b(?:will|would|must|shall|may|can|cannot|has to|have to|is|are|be|requires?|needs?|takes?|comes?|enters?"
    r"|expires?|ends?|closes?|opens?|starts?|begins?|falls?|rises?|moves?|applies|apply|to [a-z]+)\b"
)
# "Dysprosium is up 22% from January 12": a day to compare with.
_MOVED = re.compile(r"%|\b(?:up|down|higher|lower|lowest|highest|risen|fallen|rise|fall|rally|drop)\b")
_WILL = re.compile(r"\b(?:will|would|must|shall|is to|are to)\b")
_DAY = "(?:" + "|".join(re.sub(r"\(\?P<\w+>", "(?:", pattern.pattern) for pattern in WHOLE_DAYS) + ")"
_NOBODYS = compile_latin(
    r"\b(?:joins?|appoint(?:s|ed)|succeeds?|replaces? (?:him|her)|takes? over as)\b"
    r"|\b(?:he|she|they) (?:said|says|added)\b"  # who, no line of its own can tell
    r"|\bnamed (?:as )?(?:chief|chair|CFO|CEO)\b|\bas measured (?:at|on)\b"
    r"|^(?:An?|One|Some|Several|Two|Three) (?:[a-z-]+ )?(?:buyer|consumer|dealer|desk|importer|seller|trader)s?\b"
    r"|\b(?:New Year|holidays?|Golden Week|Christmas|Easter|Diwali|Ramadan)\b[^,;]{0,20}\b(?:falls?|begins?|is)\b"
    r"|\b(?:earlier|previous|original|first) version\b"  # a note on what was wrong
    r"|\b(?:publish|webcast|conference call|comments are open|next (?:assessment|issue|edition))\b"
    rf"|\b(?:around|about|roughly|approximately)\s(?:the\s)?{_DAY}",  # an estimate: "until around 23 May"
    re.IGNORECASE,
)
_OWN_NOTE = re.compile(
    r"\b(?:Methodology|Editor['’]s|Publisher['’]s) note\b|\bmethodology\b|\bwill (?:assess|quote)\b|\bwebinar\b",
    re.IGNORECASE,
)
_AGENDA = re.compile(
    rf"(?:(?P<when>From|By|Until|On)? ?{_DAY}(?:\s?[:–—-]|(?<=\d),)\s)(?P<what>\S[^:;]{{3,110}}?)\.?"
)
_AGENDA_PART = re.compile(rf"(?P<what>\w[^.;:]{{3,110}}? )(?P<when>on|by|until|from) {_DAY}\.?")
_WAS = (
    r"(?<!\bbe )\b(?:took effect|came into (?:force|effect)|entered into force|expired|began|started|was|were|had|"
    r"signed|announced|dated|published|issued|reported|held|ended|closed)\b"
)
_PAST = re.compile(rf"{_WAS}[^,;.]{{0,30}}$", re.IGNORECASE)
_DID = re.compile(_WAS, re.IGNORECASE)
_VERB = compile_pattern(r"\b{sure}\b")
_QUOTES = re.compile(r"[“”\"]|\b(?:I|[Ww]e|[Oo]ur)\b")
_CONDITION = re.compile(
    r"(?:^|[\s,(])(?P<clause>(?:(?<!as )if(?! any)|unless|provided(?: that)?|assuming|subject to|pending"
    r"|on condition that|only (?:after|once|when))\s[^.,;:()]{4,90})(?=[.,;:)]|$)",
    re.IGNORECASE,
)
_THEN = re.compile(r"\b(?:20\d\d|timeline|chronology|history|background|so far|back)\b", re.IGNORECASE)
_SOON = timedelta(days=70)  # within which the first day of a list without years must be to be no chronicle
_LATELY = timedelta(days=366) - FARTHEST  # before today, since when an agenda may have begun
_CLOSE = 100  # characters before the date in which its cue must stand
_SHORT = 26  # words of a date where its sentence can be cut to them
_PLAIN_WORDS = 20  # of a sentence that is told as it stands where it can be no highlight: "Offers close."


def find_dates_ahead(statements: Iterable[tuple[str, Highlight]], *, today: date) -> tuple[DateAhead, ...]:
    """Return the dates after ``today`` that the cited sentences of ``(story key, highlight)`` name.

    In order of the day; one day is given once a story, and so is a sentence that names several.
    """
    found: dict[tuple[date, str], DateAhead] = {}
    for story, highlight in statements:
        for citation in highlight.citations:
            day = min(_days_ahead(citation, today), default=None)
            if day and not _NOBODYS.search(citation.sentence):
                text = _say(highlight, day, today)
                found.setdefault((day, story), DateAhead(date=day, text=text, citation=citation, story=story))
    return tuple(sorted(found.values(), key=lambda ahead: (ahead.date, ahead.story)))


def read_dates(
    articles: Mapping[str, Sequence[Article]],
    highlights: Mapping[str, Sequence[Highlight]],
    *,
    today: date,
    max_words: int,
) -> tuple[DateAhead, ...]:
    """Return the dates after ``today`` that any sentence of the articles names; both are by story key.

    A sentence is told as the highlight that cites it, else as it would be one, of at most ``max_words``.
    """
    found: dict[tuple[date, str], DateAhead] = {}
    for story, its in articles.items():
        told = {
            (one.article, one.end): highlight
            for highlight in highlights.get(story, ())
            for one in highlight.citations
        }
        agendas = (_read_agendas(article, story, today) for article in its)
        prose = (_read_article(one, story, told, today=today, max_words=max_words) for one in its)
        for ahead in chain.from_iterable(chain(agendas, prose)):
            found.setdefault((ahead.date, story), ahead)
    return tuple(sorted(found.values(), key=lambda ahead: (ahead.date, ahead.story)))


def read_agenda(text: str) -> tuple[str, str] | None:
    """Return "From", "By" or "" and what an agenda has for a day: "11 December: vote on the law"; else None."""
    found = _AGENDA.fullmatch(text)
    return (found["when"] or "", found["what"]) if found else None


def _read_agendas(article: Article, story: str, today: date) -> Iterator[DateAhead]:
    """Give the dates that lines of a list begin with, and those that all parts of a sentence end with.

    Each is told as a part of its list, and where that is read as ahead: a list of days without a year may be of any.
    """
    lists = groupby(split_sentences(article.text), lambda one: one.kind in (BlockKind.BULLET, BlockKind.FACT))
    for is_list, sentences in lists:
        if is_list:
            rows = [(one, one.text) for one in sentences if read_agenda(one.text)]
            yield from _read_parts(rows, article, story, today)
            continue
        for sentence in sentences:
            parts = [part.strip() for part in sentence.text.split(";")]
            if sentence.is_prose and len(parts) > 1 and all(map(_awaits, parts)):
                yield from _read_parts([(sentence, part) for part in parts], article, story, today)


def _awaits(part: str) -> bool:
    """Whether a part of a sentence ends with its day and has a cue before it, or a preposition and no verb."""
    found = _AGENDA_PART.fullmatch(part)
    cues = _AHEAD.findall(found["what"]) if found else []
    return any(not _BARE.fullmatch(cue) or not _VERB.search(part) for cue in cues)


def _read_parts(
    parts: Sequence[tuple[Sentence, str]], article: Article, story: str, today: date
) -> Iterator[DateAhead]:
    """Give the dates of one list of ``(sentence, part of it with one day)``.

    A day without a year counts where the list has several, is near and in order, under no heading of another year or
    of what has been.
    """
    read = [next(find_days(part)) for _, part in parts]
    days = [_read_calendar(match, today) for match in read]
    is_near = _is_near(days, today)
    for (sentence, part), match, day in zip(parts, read, days, strict=True):
        if day is None:
            continue
        of_then = set(_THEN.findall(sentence.heading)) - {str(day.year)}
        is_sure = match["year"] or (is_near and not of_then)
        guarded = (_DID, _NOBODYS, _QUOTES)
        if day > today and is_sure and not any(guard.search(part) for guard in guarded):
            if _OWN_NOTE.search(_read_paragraph(article, sentence)):
                continue
            text = f"{part[0].upper()}{part[1:].rstrip('.')}."
            yield DateAhead(date=day, text=text, citation=cite(article, sentence), story=story)


def _read_calendar(match: re.Match[str], today: date) -> date | None:
    """Return the day of a row of an agenda that began lately, or is still to begin."""
    since = read_day(match, today - _LATELY)
    return since if since and since <= today else read_day(match, today)


def _is_near(days: Sequence[date | None], today: date) -> bool:
    """Whether the days of a list are one calendar, of now: most of it is not past, and what is ahead begins soon."""
    read = [day for day in days if day]
    ahead = [day for day in read if day > today]
    past = sum(day < today for day in read)
    return (
        len(days) > 1
        and read == sorted(read)
        and past < len(ahead)
        and today - _LATELY <= min(read, default=date.min)
        and today < min(ahead, default=date.min) <= today + _SOON
    )


def _read_article(
    article: Article,
    story: str,
    told: Mapping[tuple[ArticleId, int], Highlight],
    *,
    today: date,
    max_words: int,
) -> Iterator[DateAhead]:
    @cache
    def word(max_words: int) -> tuple[Candidate, ...]:
        return find_candidates(article, max_words=max_words)

    for sentence in split_sentences(article.text):
        cited = cite(article, sentence)
        day = min(_days_ahead(cited, today), default=None) if sentence.is_prose else None
        if (
            day is None
            or _NOBODYS.search(sentence.text)
            or _OWN_NOTE.search(_read_paragraph(article, sentence))
        ):
            continue
        highlight = told.get((article.id, sentence.end))
        said = [_say(highlight, day, today)] if highlight else []
        options = (
            (text for text in said if len(text.split()) <= _SHORT),
            _choose_words(word, _SHORT, sentence, said),
            said or _choose_words(word, max_words, sentence, said),
            [sentence.text] if _is_plain(sentence.text) else [],
        )
        text = next((one for one in chain.from_iterable(options) if _names(one, day, today)), None)
        if text is None or _NOBODYS.search(text):
            continue
        condition = find_condition(sentence.text) and not find_condition(text)
        yield DateAhead(
            date=day, text=text, citation=cited, story=story, condition=cited if condition else None
        )


def _read_paragraph(article: Article, sentence: Sentence) -> str:
    """Return what stands in a sentence's paragraph up to its end."""
    return article.text[article.text.rfind("\n", 0, sentence.start) + 1 : sentence.end]


def _choose_words(
    find: Callable[[int], Sequence[Candidate]], max_words: int, sentence: Sentence, told: Sequence[str]
) -> Iterator[str]:
    """Give the words in which a sentence would be a highlight, with the condition that one ``told`` has."""
    for one in find(max_words):
        if (
            one.sentence.start == sentence.start
            and not one.is_view
            and UNFIT.isdisjoint(one.weak)
            and (find_condition(one.shown) or not any(map(find_condition, told)))
            and judge_candidate(one).grounded
        ):
            yield one.shown


def _is_plain(text: str) -> bool:
    """Whether a sentence can be told as it stands: short, nobody's words, and it points at nothing before it."""
    return len(text.split()) <= _PLAIN_WORDS and not is_dangling(text) and not _QUOTES.search(text)


def _names(text: str, day: date, today: date) -> bool:
    return any(read_day(match, today) == day for match in find_days(text))


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


def keep_known(
    ahead: Iterable[DateAhead],
    known: Iterable[DateAhead],
    stories: Collection[str],
    told: Iterable[tuple[str, Highlight]],
) -> tuple[DateAhead, ...]:
    """Return the dates of highlights as they are now, with the ``known`` ones of the same ``stories``.

    A date of the same sentence keeps the condition that it had. One that a highlight ``told`` then has gone with it.
    """
    known = tuple(known)
    had = {(one.date, one.citation): one.condition for one in known}
    now = tuple(replace(one, condition=had.get((one.date, one.citation))) for one in ahead)
    days = {(one.date, one.story) for one in now}
    cited = {citation for _, highlight in told for citation in highlight.citations}
    more = (
        one
        for one in known
        if one.story in stories and (one.date, one.story) not in days and one.citation not in cited
    )
    return tuple(sorted((*now, *more), key=lambda one: (one.date, one.story)))


def find_condition(text: str) -> str | None:
    """Return the clause on which a sentence makes its statement depend: "if the senate agrees"."""
    found = _CONDITION.search(text)
    return found["clause"] if found else None


def _add_condition(ahead: DateAhead, articles: Sequence[Article], today: date) -> DateAhead:
    if ahead.condition or find_condition(ahead.text) or find_condition(ahead.citation.sentence):
        return ahead
    for article in articles:
        for sentence in split_sentences(article.text):
            same_day = (
                sentence.is_prose
                and find_condition(sentence.text)
                and any(read_day(match, today) == ahead.date for match in find_days(sentence.text))
            )
            if same_day:
                return replace(ahead, condition=cite(article, sentence))
    return ahead


def _say(highlight: Highlight, day: date, today: date) -> str:
    """Return what takes effect that day, and whose it is: who says so where the highlight does not.

    Of sentences that were joined ("Comments are due by 4 May; a hearing is held on 9 May") the one with the day, if it
    points at nothing in the other ("It has until 9 May").
    """
    text = highlight.text
    if len(highlight.citations) > 1:
        parts = [part for part in text.split("; ") if any(read_day(m, today) == day for m in find_days(part))]
        own = [f"{part[0].upper()}{part[1:].rstrip('.')}." for part in parts]
        if len(own) == 1 and not is_dangling(own[0]) and not find_condition(text.replace(parts[0], "")):
            text = own[0]
    return spell(replace(highlight, text=text))


def _days_ahead(citation: Citation, today: date) -> list[date]:
    days = []
    for match in find_days(citation.sentence):
        before = citation.sentence[: match.start()]
        cues = _AHEAD.findall(before[-_CLOSE:])
        if _PAST.search(before) or not cues or before.endswith("week of "):
            continue
        if all(map(_BARE.fullmatch, cues)) and not _TO_HAPPEN.search(citation.sentence):
            continue
        if cues[-1].lower() == "from" and _MOVED.search(before) and not _WILL.search(citation.sentence):
            continue
        day = read_day(match, today)
        if day is not None and day > today:
            days.append(day)
    return days
