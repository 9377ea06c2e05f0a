"""Texts in one voice or two: the answers of an interview, an opinion. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from newsletter.english.datelines import strip_dateline
from newsletter.english.labels import is_question
from newsletter.english.opinions import (
    AUTHOR,
    NAME,
    PLURAL,
    SINGULAR,
    count_speaking,
    find_author,
    find_columnist,
    find_kicker,
    is_signed,
    read_top,
)
from newsletter.english.rules import matches
from newsletter.english.sentences import BlockKind, Sentence
from newsletter.english.speech import sayings, speakers
from newsletter.english.speech.running_quotes import find_quoted
from newsletter.english.speech.voices import find_asking, find_talks
from newsletter.highlights.lead_ins import may_be_name
from newsletter.highlights.persons import is_person
from newsletter.highlights.structure.units import Reading, Unit, make_unit
from newsletter.model import PublisherKind

_ANSWERS = re.compile(r"(?:A|Answer)\s?\d{0,2}")
_MARKS = re.compile(rf"{_ANSWERS.pattern}|(?:Q|Question)\s?\d{{0,2}}")
_SPEAKS = re.compile(
    rf"(?P<name>{AUTHOR})(?:,[^;]{{2,220}}?)?,?\s(?:tells|told|explains|answers|answered|talks|talked|spoke|speaks)\b"
)
_TITLE = r"Dr|Prof|Professor|Mr|Mrs|Ms|Captain|Minister"
_CALLED = re.compile(  # "Ms Brown, when …?"
    rf"(?:^|[.?!]\s)(?:(?:So|And|But|Now),\s)?(?:{_TITLE})\.?\s"
    r"(?P<name>[A-Z][\w’'-]+)(?=,\s(?!who\b|which\b))"
)
_PART = re.compile(r"\b(?:of|the|in|at|for)\s(?:[A-Z][\w’'&-]*\s)*$")  # before a name: it is no person's
_LEADS = re.compile(r"(?i:Operator|Moderator|Host)")  # the call, and says nothing of its subject
_INITIALS = 4  # letters
_QUESTIONS = 3  # so many questions make an interview, two where somebody is known to be asked
_OFTEN = 2  # sentences in the first person
_THIRD = re.compile(r"\b(?:[Hh]e|[Ss]he)\s(?:says|thinks|tells|told|said|explains|reckons|asks|counted)\b")


_Who = tuple[str, Sentence]  # who answers, and the sentence that tells it


def read_interview(reading: Reading) -> list[Unit]:
    """Answers under their questions: of whoever gives them, or of the paper that asks and answers itself."""
    blocks, turns = reading.blocks(), reading.of_kind(BlockKind.SPEAKER)
    asked = _find_asked(blocks)
    above = [s for block in blocks[: min(asked, default=0)] for s in block]
    talk = _find_talk(reading, above)
    official = reading.article.publisher.kind is PublisherKind.REGULATOR  # its list of questions is none
    if len(asked) < _QUESTIONS - bool(talk or turns) or (official and not turns):
        return []
    known = talk or _find_asked_person(reading, above, [s for n in asked for s in blocks[n]])
    if official and all(_MARKS.fullmatch(turn.text) for turn in turns):
        known = reading.article.publisher.name.partition(",")[0], blocks[min(asked)][0]  # it answers
    units = [make_unit(s for s in above if not matches("biography", s.text))]  # who he is, his lead-in says
    return [*units, *_read_answers(reading, blocks, asked, known)]


def _read_answers(
    reading: Reading, blocks: Sequence[Sequence[Sentence]], asked: set[int], who: _Who | None
) -> Iterator[Unit]:
    """The answers, each with its question and its speaker, up to where the text tells who he was."""
    question: Sentence | None = None
    first, last = min(asked), max(asked)
    turns = reading.of_kind(BlockKind.SPEAKER)
    marked = any(_ANSWERS.fullmatch(turn.text) for turn in turns)
    notes = (s.index for s in reading.of_kind(BlockKind.STUDIO) if s.index > blocks[last][0].index)
    ends = next(notes, len(reading.article.text))  # "This interview has been edited": editors go on
    for number, whole in enumerate(blocks[first:], first):
        block = [s for s in whole if s.index < ends and not s.text.startswith("(")]  # nor a note of theirs
        if not block:
            continue
        turn = next((s for s in block if s.kind is BlockKind.SPEAKER), None)
        below = number > last + 1
        if number in asked:
            question = block[-1]
        elif below and who and block[0].text.startswith(who[0]):
            return
        elif not turn and _is_anothers(block):
            yield make_unit(block)
        elif turn or not (below and marked):  # else editors add it below the last answer
            who = _name_in_full(turn, reading) if turn and not _ANSWERS.fullmatch(turn.text) else who
            if who and may_be_name(who[0]):
                name, named = who
                lead = speakers.lead_in_text(name)
                yield _answer(block, question, speaker=name, lead=lead, named=named)
            elif not (who or turns):  # else nobody knows whose words these are
                yield _answer(block, question)


def _is_anothers(block: Sequence[Sentence]) -> bool:
    """Whether a paragraph below an answer reports what somebody else says."""
    said = sayings.find_attribution(block[0].text)
    spoken = count_speaking(SINGULAR, block) + count_speaking(PLURAL, block) > 0
    return said is not None and not sayings.is_anaphor(said.subject) and not spoken


def _answer(block: Sequence[Sentence], question: Sentence | None, **about: Any) -> Unit:
    """The unit of an answer, with its question where that stands right above it; ``about``: its other fields."""
    above = question if question and block[0].index == question.index + 1 else None
    return make_unit(block, label=question.text if question else "", question=above, **about)


def _find_asked(blocks: Sequence[Sequence[Sentence]]) -> set[int]:
    """Which blocks are questions; where questions and answers alternate, also what is asked without a mark."""
    named = {n: _name_turn(block[0]) for n, block in enumerate(blocks) if block[0].kind is BlockKind.SPEAKER}
    turns = {n: _shorten_turn(name, named.values()) for n, name in named.items()}
    spoken: Counter[str] = Counter()  # letters
    for n, name in turns.items():
        spoken[name] += sum(len(s.text) for s in blocks[n])
    most = next((name for name, _ in spoken.most_common(1)), "")
    opens = next((name for n, name in turns.items() if _is_question(blocks[n])), "")
    answers = {most} - {opens}  # who says most may ask back now and then, but does not ask first
    asks = {name for n, name in turns.items() if _is_question(blocks[n]) or _LEADS.fullmatch(name)} - answers
    asked = {
        n
        for n, block in enumerate(blocks)
        if turns.get(n) in asks or (turns.get(n) not in answers and _is_question(block))
    }
    for n in range(len(blocks) - 2):
        between = n in asked and {n + 4, n + 6} & asked and not {n + 1, n + 2, n + 3} & asked
        if between and len(blocks[n + 2]) == 1:
            asked.add(n + 2)
    return asked


def _name_turn(turn: Sentence) -> str:
    """Who takes a turn: "INES MOE, CEO, ACME" or "Ines Moe (Acme)" is Ines Moe."""
    return re.split(r",|\s\(|:", turn.text)[0]


def _shorten_turn(name: str, names: Iterable[str]) -> str:
    """The ``name`` of a first turn as the later ones give it: "Motor Review" is their "MR", "Ines Moe" their "Moe"."""
    return next((short for short in (name.rsplit(maxsplit=1)[-1], _initials(name)) if short in names), name)


def _initials(name: str) -> str:
    return "".join(letter for letter in name if letter.isupper())


def _is_question(block: Sequence[Sentence]) -> bool:
    return is_question(" ".join(sentence.text for sentence in block))


def _find_talk(reading: Reading, above: Sequence[Sentence]) -> _Who | None:
    """With whom headline or opening say that the talk is: "Q&A with Ada Brown"."""
    paper, texts = reading.article.publisher.name, (reading.article.title, *(s.text for s in above))
    asking = {name for text in texts for name in find_asking(text, paper)}
    names = (name for text in texts for name in find_talks(text) if not re.search(r"[’']s?$", name))
    name = next((name for name in names if name not in asking and name not in paper), None)
    naming = next((s for s in reading.sentences if name and name in s.text), reading.sentences[0])
    return (name, naming) if name else None


def _find_asked_person(
    reading: Reading, above: Sequence[Sentence], questions: Sequence[Sentence]
) -> _Who | None:
    """Who is interviewed, of all whom the lines above the first question name and do not say to ask.

    Whom a question addresses ("Ms Brown, when …?"); else who speaks; else the only one who has a post; else with whom
    the text opens.
    """
    sentences = [*above, *reading.of_kind(BlockKind.STUDIO)]
    paper = reading.article.publisher.name
    asking = {name for s in sentences for name in find_asking(s.text, paper)}
    named = [
        (match.group(), s)
        for s in sentences
        for match in re.finditer(AUTHOR, s.text)
        if not (_PART.search(s.text[: match.start()]) or match.group() in paper or match.group() in asking)
    ]
    speaking = {match["name"] for s in sentences for match in _SPEAKS.finditer(s.text)}
    called = {match["name"] for s in questions for match in _CALLED.finditer(s.text)}
    people = {name.rsplit(maxsplit=1)[-1] for name, _ in named if is_person(name, reading.article.text)}
    signs: tuple[Callable[[str, Sentence], bool], ...] = (
        lambda name, _: name.rsplit(maxsplit=1)[-1] in called,
        lambda name, _: name in speaking,
        lambda name, _: {name.rsplit(maxsplit=1)[-1]} == people,
        lambda name, s: strip_dateline(s.text)[0].startswith(name),
    )
    return next((pair for sign in signs for pair in named if sign(*pair)), None)


def _name_in_full(turn: Sentence, reading: Reading) -> _Who | None:
    """The name of a turn as the text gives it in full elsewhere: "Sorensen", "MS" or "Mette" is "Mette Sorensen".

    Letters that stand for nobody whom the text names are no name.
    """
    short = _name_turn(turn)
    letters = "".join(letter for letter in short if letter.isalpha())
    initials = letters if short.isupper() and len(letters) <= _INITIALS else ""
    short = short.title() if short.isupper() else short
    told = [(sentence.text, sentence) for sentence in reading.sentences] + [(reading.article.title, turn)]
    named = [(name, sentence) for text, sentence in told for name in re.findall(NAME, text)]
    for name, sentence in named:
        if initials and _initials(name).endswith(initials):
            return name, sentence
        if short in name.split():
            return (name if name.endswith(short) else name[name.index(short) :]), sentence
    return None if initials else (short, turn)


def read_opinion(reading: Reading) -> list[Unit]:
    """One voice: its author's, or the paper's in a leader; a letter or a column of nobody's name is not the paper's."""
    article, paper, prose = reading.article, reading.article.publisher, reading.prose
    if not prose:
        return []
    marked = find_kicker(article.title, read_top(article.text))
    if marked and marked["letter"]:
        return [_voiced(reading, f"A letter to {paper.name}", prose[0])]
    quoted = find_quoted(reading.sentences)
    own = [s for s in prose if s.index not in quoted]
    spoken = 0 if _is_portrait(reading) else count_speaking(SINGULAR, own)
    author = find_author(article.title, article.text, article.byline or "")
    signed = spoken and spoken + count_speaking(PLURAL, own) > _OFTEN and is_signed(article.text)
    signs = signed or spoken > _OFTEN or reading.of_kind(BlockKind.BIOGRAPHY)
    if author and (marked or signs or find_columnist(article.title, article.text)):
        return [_voiced(reading, author, next((s for s in reading.sentences if author in s.text), prose[0]))]
    speaks = count_speaking(PLURAL, prose) > 1 or matches("coverage", article.title)
    analyst = paper.kind is PublisherKind.ANALYST and speaks
    own_release = paper.kind is PublisherKind.ISSUER  # a letter to shareholders
    if own_release or not (analyst or marked or spoken > 2 * _OFTEN):
        return []
    press = paper.kind not in {PublisherKind.ANALYST, PublisherKind.WIRE}
    house = analyst or not spoken or not press  # the house's note, a leader
    return [_voiced(reading, paper.name if house else f"A column in {paper.name}", prose[0])]


def _is_portrait(reading: Reading) -> bool:
    """Whether "I" is whom it is about: he "says" more often than somebody says "I"."""
    third = len(_THIRD.findall(reading.article.text))
    return third >= _QUESTIONS and third > count_speaking(SINGULAR, reading.prose)


def _voiced(reading: Reading, name: str, named: Sentence) -> Unit:
    about = {b[0].block for b in reading.blocks()[1:][-2:] if b[0].text.startswith(name)}
    told = [s for s in reading.sentences if s.block not in about]
    return make_unit(told, label="", speaker=name, lead=speakers.lead_in_text(name), named=named)
