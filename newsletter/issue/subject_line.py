"""The day in four lines, one a story; the subject is made of the first, the preheader of the second. Pure.

A line is made of a highlight by a closed set of steps, each tried only while the line is too long:
delete what stands between dashes or brackets, delete a trailing aside, delete "now" and, in subject and preheader,
articles, "has been" → "is", "the profile of the Baiyun Obo mine" → "Baiyun Obo profile". Who said it stays in
front ("Baogang says …"), and a line that would lose a hedge or a negation, or end in the middle of a
figure, is not used: then the headline stands in.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from newsletter.english.days import find_days
from newsletter.english.fragments import lacks_verb
from newsletter.english.hedges import HedgeKind, find_hedges
from newsletter.english.letters import compile_latin
from newsletter.english.nouns import find_kinds
from newsletter.english.polarity import NEGATION
from newsletter.english.speech.sayings import find_attribution, is_anaphor, is_clause, is_dangling
from newsletter.english.stems import content_roots, stem
from newsletter.issue.key_words import find_amounts, is_capitalized, names_actor
from newsletter.issue.price_words import write_price
from newsletter.issue.repeats import tells_alike
from newsletter.model import DayLine, Highlight, HighlightKind, Issue, IssueStory

SUBJECT_CHARS = 70  # what mailboxes show of it
PREHEADER_CHARS = (40, 110)
LINE_CHARS = 156  # of a line of the day
LINES = 4  # of the day
_LEAST_HEAD = 0.45  # of the room, from which a headline may end at a clause
_SPEAKER_CHARS = 30  # of a speaker who is named before a line; a longer name stays in its sentence
THE_WEEK = "The week: "  # a review: else it has the subject of the day's issue, whose reader it may have
_UPDATE = "Update: "
_TELLING = 4  # letters: a shorter word is hardly an actor's name ("EU" is, and "The" is not)
_STEM = 5  # letters that "Japan" and "Japanese" have in common
# "flowing; users say four in ten get through"
_OTHER_SIDE = re.compile(r";\s|,\s(?:but|yet|though|although|while)\b")
_DOCUMENT = re.compile(
    r"(?:Notice|Announcement|Decision|Regulation|Order|Decree|Circular|Communication|Proclamation)\b"
)
_SAYS_SO = re.compile(
    r"^,? ?[^,;:]{2,60} (?:says?|said|warns?|tells|reports?|shows?)$|^ ?[—–-] \S+(?: \S+){0,2}$"
)
_VERB = compile_latin(r"\s[a-z]{2,}s\b")  # in a headline, which speaks in the present: "jumps", "restarts"
_DASHED = re.compile(r"\s?[—–]\s?[^—–]{2,160}?\s?[—–]\s?|\s?\([^()]*\)")
_ASIDE = re.compile(
    r",\s(?:which|who|with|amid|including|as part of|despite|\w+ing)\b[^;]*$|\s?[—–]\s?(?:an?|"
    r"the)\b[^—–;]*$|;[^;]*$|\s+amid\b[^,;]*$"
)
_FILLER = re.compile(r"\b(?:now|also|already|currently|further|as well)\s", re.IGNORECASE)
_HAS_BEEN = re.compile(r"\b(?P<verb>has|have) been (?=(?:\w+ly )?\w+(?:ed|en)\b)")
_OF_THE = compile_latin(
    r"\b[Tt]he (?P<noun>(?:[a-z][\w-]+ ){0,2}[a-z][\w-]+) of the (?P<name>(?:[A-Z][\w’'-]+ ?){1,3})"
    r"(?P<kind>[a-z]+)\b"
)
_ARTICLE = re.compile(r"(?:(?<=\s)|^)(?:the|The|a|A|an|An)\s(?=\w)")
_THAT = re.compile(r"\b(?P<verb>says|said|claims|claimed|states|stated|reports|reported) that\s")
_SAYS = re.compile(
    r"said|says|state[sd]|report(?:s|ed)|announce[sd]|declare[sd]|disclose[sd]|claim(?:s|ed)?|confirm(?:s|"
    r"ed)|according to",
    re.IGNORECASE,
)  # verbs that "says" can stand for: "denied" and "warned" cannot
_WHEN = re.compile(r"\b(?:from|on|by|until|effective|starting)\s$")
_NEVER_LAST = frozenset(
    re.findall(
        r"\S+",
        "a an the of in on at to by for from with and or but not no as is are was were has have had will "
        "its their than "
        "that which who over under up about more less after before into amid new says said per between via "
        "while if when "
        "us eu could may might would should only some both near around almost nearly",
    )
)


def write_front(issue: Issue, *, tagline: str, lead: str = "") -> Issue:
    """Return ``issue`` with its lines, and the subject and preheader made of them; ``lead`` begins the subject.

    Where it has prices alone they are the subject and the preheader.
    """
    stories = issue.news
    if not stories and issue.prices:
        subject, *others = (write_price(one.price) for one in issue.prices)
        preheader = fit_headline(" · ".join((*others, tagline)), PREHEADER_CHARS[1])
        return replace(issue, subject=fit_headline(subject, SUBJECT_CHARS), preheader=preheader)
    subject = write_subject(stories, fallback=issue.subject, lead=lead)
    preheader = write_preheader(stories, subject=subject, tagline=tagline)
    return replace(issue, lines=write_lines(stories), subject=subject, preheader=preheader)


def write_lines(stories: Sequence[IssueStory]) -> tuple[DayLine, ...]:
    """Return the day in four lines, one for each of the weightiest ``stories`` (the weightiest first).

    One event has one line: what tells of the same as an earlier line comes last.
    """
    told: list[IssueStory] = []
    again: list[IssueStory] = []
    for story in stories:
        (again if any(_is_same_event(story, other) for other in told) else told).append(story)
    chosen = (*told, *again)[:LINES]
    return tuple(DayLine(text=write_line(story, LINE_CHARS), story=story.key) for story in chosen)


def _is_same_event(one: IssueStory, other: IssueStory) -> bool:
    """Whether the first highlights of two stories of a section have most of their words in common."""
    if one.section != other.section or not one.highlights or not other.highlights:
        return False
    return tells_alike(one.highlights[0].text, other.highlights[0].text)


def write_line(story: IssueStory, room: int) -> str:
    """Return what happened in at most ``room`` characters: the event with its actor and figure.

    A headline with its figure, or the day of what it tells; else the event (the story's line, or its first highlight)
    that names what the headline begins with and has one; else the headline and the first highlight that has one, or
    the second where it tells of the same; else the headline, or the event where that is but the title of a document.
    """
    headline = fit_headline(story.headline, room)
    is_whole = len(headline) == len(" ".join(story.headline.split()).rstrip("."))
    if is_whole and (find_amounts(headline) or any(map(_is_when, find_days(headline)))):
        return headline
    events = (*((story.line,) if story.line else ()), *story.highlights[:1])
    told = [line for line in _tell(events, room, story.headline) if _shares_actor(line, headline)]
    figured = next((line for line in told if find_amounts(line) or any(find_days(line))), None)
    if figured:
        return figured
    if is_whole:
        left = room - len(headline) - 2
        facts = [condense(highlight, left) or "" for highlight in story.highlights[:2]]
        related = (fact for fact in facts[1:] if _words(headline) & _words(fact))
        fact = next((fact for fact in (*facts[:1], *related) if find_amounts(fact)), None)
        if fact:
            return f"{headline}{'' if headline[-1] in '?!' else '.'} {fact}"
    return headline if is_whole and not _is_label(headline) else next(iter(told), headline)


def _shares_actor(line: str, headline: str) -> bool:
    """Whether a line names what its headline begins with ("Japan", "Japanese"): else it tells of something else."""
    first = headline.partition(" ")[0].strip("‘’“”'\",:;").removesuffix("’s").removesuffix("'s")
    if _DOCUMENT.match(headline):
        return bool(set(content_roots(line)) & set(content_roots(headline)))
    return len(first) < _TELLING or first[:_STEM].casefold() in line.casefold() or _is_label(headline)


def _is_label(headline: str) -> bool:
    """Whether a headline is the title of a document, or a company's own: "Drilling Update, Kamanje, Namibia"."""
    return (
        is_capitalized(headline)
        or _DOCUMENT.match(headline) is not None
        or (lacks_verb(headline) and not is_clause(headline) and not _VERB.search(headline))
    )


def _is_when(day: re.Match[str]) -> bool:
    """Whether a day is that of what is told ("from 15 December"), not the end of a period ("to 31 December")."""
    return _WHEN.search(day.string[: day.start()]) is not None


def _tell(highlights: Iterable[Highlight], room: int, headline: str) -> list[str]:
    """Return the lines that highlights make, of those that name somebody."""
    lines = (condense(highlight, room) for highlight in highlights)
    return [line for line in lines if line is not None and names_whose(line, headline)]


def names_whose(line: str, headline: str) -> bool:
    """Whether a line names anybody, or begins with a word of its headline."""
    first = line.partition(" ")[0].strip("’'s,")
    return names_actor(line) or first.casefold() in re.findall(r"[^\W\d_]{3,}", headline.casefold())


def write_subject(stories: Sequence[IssueStory], *, fallback: str, lead: str = "") -> str:
    """Return the subject of an issue whose top story is ``stories[0]``: its line, at most 70 characters."""
    if not stories:
        return fallback[:SUBJECT_CHARS]
    lead = lead or (_UPDATE if stories[0].update_of else "")
    return lead + write_line(stories[0], SUBJECT_CHARS - len(lead))


def write_preheader(stories: Sequence[IssueStory], *, subject: str, tagline: str) -> str:
    """Return what an inbox shows beside the subject, 40–110 characters: the second story's line.

    Where that cannot be, another line of the day, what else the top story says, or the tagline.
    """
    least, most = PREHEADER_CHARS
    candidates = [
        line
        for story in stories[1:LINES]
        for line in (
            write_line(story, most),
            fit_headline(story.headline, most),
            *_tell(story.highlights[:1], most, story.headline),
        )
    ]
    for story in stories[:1]:
        candidates += [line for highlight in story.highlights if (line := condense(highlight, most))]
        candidates.append(fit_headline(story.headline, most))
    fresh = [line for line in candidates if not _repeats(line, subject)]
    long_enough = (line for line in fresh if len(line) >= least)
    filled = (f"{line} · {tagline}" for line in fresh)
    return fit_headline(next(iter((*long_enough, *filled, tagline))), most)


def _repeats(line: str, subject: str) -> bool:
    """Whether most words of a line stand in the subject."""
    words = _words(line)
    return not words or len(words & _words(subject)) > len(words) / 2


_QUOTED = re.compile(r"^“([^“”]*)”$")  # the marks go: what is shortened is not word for word


def condense(highlight: Highlight, room: int) -> str | None:
    """Return the highlight as one line of at most ``room`` characters, or None where that would alter it."""
    if highlight.kind in (HighlightKind.VIEW, HighlightKind.DIFFERS):
        return None
    text = _QUOTED.sub(r"\1", highlight.text.strip()).rstrip(".").rstrip()
    speaker = highlight.lead_in.speaker if highlight.lead_in else ""
    if not speaker:
        attribution = find_attribution(text + ".")
        if attribution is not None and is_anaphor(attribution.subject):
            return None  # "The firm says": whose firm?
        if (
            attribution is not None
            and attribution.clause
            and attribution.form in ("before", "noun", "according")
            and _SAYS.fullmatch(attribution.verb)
            and len(attribution.subject) <= _SPEAKER_CHARS
        ):
            speaker = re.sub(r"^(?:The|A|An) ", "", attribution.subject)
            if speaker.islower():
                return None  # "A spokesperson said": whose?
            text = text[attribution.start : attribution.end].strip(" ,.")
    if not speaker and is_dangling(text):
        return None
    line = f"{speaker} says {_lower_first(text)}" if speaker else text
    whole = line
    for step in _STEPS:
        if len(line) <= room or (step is _drop_articles and room > PREHEADER_CHARS[1]):
            break
        line = re.sub(r"\s{2,}", " ", step(line)).strip(" ,")
    cut = line != whole
    if len(line) > room or (cut and (not _is_faithful(highlight.text, line) or _ends_badly(line))):
        return None
    return line[0].upper() + line[1:]


def fit_headline(headline: str, room: int) -> str:
    """Return a headline of at most ``room`` characters, cut at a clause, else between words with "…".

    It is not cut before the other side's clause, as if there were none, behind a label, or before who says it: "…"
    then shows that more follows.
    """
    text = re.sub(r"\s+", " ", headline).strip().rstrip(".")
    if len(text) <= room:
        return text
    for match in reversed(list(re.finditer(r"[:;,]\s|\s[-–—|]\s|—|\s(?=(?:amid|as|after|while)\s)", text))):
        head = text[: match.start()].rstrip()
        is_label = ":" in match[0] and not _VERB.search(head)
        if _OTHER_SIDE.match(text, match.start()) or is_label or _SAYS_SO.search(text[match.start() :]):
            continue
        if room * _LEAST_HEAD <= len(head) <= room and _is_faithful(text, head) and not _ends_badly(head):
            return head
    words = text[: room - 1].split(" ")
    if len(text) > room - 1 and not text[room - 1].isspace():
        words = words[:-1]
    # Half a second clause tells less than none: "five firms shortlisted; two drop…".
    clause = text.rfind("; ", 0, room)
    if clause >= room * _LEAST_HEAD and _is_faithful(text, text[:clause]):
        return f"{text[:clause]}…"
    names = not is_capitalized(text)
    following = text.split(" ")
    while len(words) > 1 and (
        _ends_badly(" ".join(words))
        or words[-1][-1:] in ",:;–—-"
        or (names and words[-1][0].isupper() and following[len(words)][0].isupper())  # within a name
    ):
        bare = words[-1].rstrip(",:;–—-")
        words[-1:] = [bare] if bare != words[-1] and bare and not _ends_badly(bare) else []
    return " ".join(words) + "…"


def _shorten_of_the(line: str) -> str:
    def put(match: re.Match[str]) -> str:
        works = find_kinds("project") | find_kinds("plant")
        return f"{match['name'].strip()} {match['noun']}" if stem(match["kind"]) in works else match.group()

    return _OF_THE.sub(put, line)


def _has_been(line: str) -> str:
    return _HAS_BEEN.sub(lambda match: "is " if match["verb"] == "has" else "are ", line)


def _drop_articles(line: str) -> str:
    return _ARTICLE.sub("", line)


_STEPS: tuple[Callable[[str], str], ...] = (
    lambda line: _DASHED.sub(" ", line),
    lambda line: _THAT.sub(lambda match: f"{match['verb']} ", line),
    lambda line: _FILLER.sub("", line),
    _shorten_of_the,
    _has_been,
    lambda line: _ASIDE.sub("", line),
    _drop_articles,
    lambda line: _ASIDE.sub("", line),
)


def _is_faithful(source: str, line: str) -> bool:
    """Whether no hedge and no negation of what remains of ``source`` was lost in ``line``."""
    said = Counter((hedge.text.lower(), hedge.kind) for hedge in find_hedges(source))
    left = Counter(hedge.text.lower() for hedge in find_hedges(line))
    for (text, kind), count in said.items():
        if left[text] < count and kind is not HedgeKind.ATTRIBUTION:
            return False
    return len(NEGATION.findall(source)) == len(NEGATION.findall(line))


def _ends_badly(line: str) -> bool:
    last = line.rsplit(None, 1)[-1].strip("“”\"'’.,").lower()
    return last in _NEVER_LAST or bool(
        re.search(r"[\d$€£¥%]$|\d[.,]$", last) and not re.search(r"(?:20\d\d|%)$", last)
    )


def _lower_first(text: str) -> str:
    first = re.match(
        r"(?:The|A|An|It|Its|This|These|Those|There|In|On|At|For|Over|Up|More|About|Some|All)\b", text
    )
    return text[0].lower() + text[1:] if first else text


def _words(line: str) -> set[str]:
    return {word.lower() for word in re.findall(r"[^\W_]{3,}", line)}
