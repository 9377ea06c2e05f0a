"""Texts in one voice or two: the answers of an interview, an opinion. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

from newsletter.english.datelines import strip_dateline
from newsletter.english.labels import is_question
from newsletter.english.letters import compile_latin
from newsletter.english.opinions import (
    AUTHOR,
    NAME,
    PLURAL,
    SINGULAR,
    count_speaking,
    find_author,
    find_columnist,
    find_kicker,
    read_top,
)
from newsletter.english.rules import matches
from newsletter.english.sentences import BlockKind, Sentence
from newsletter.english.speech import sayings, speakers
from newsletter.english.speech.running_quotes import find_quoted
from newsletter.english.speech.voices import find_asking, find_talks
from newsletter.highlights.persons import is_person
from newsletter.highlights.structure.units import Reading, Unit, make_unit
from newsletter.model import PublisherKind

_ANSWERS = re.compile(r"(?:A|Answer)\s?\d{0,2}")
_SPEAKS = compile_latin(
    rf"(?P<name>{AUTHOR})(?:,[^;]{{2,220}}?)?,?\s(?:tells|told|explains|answers|answered|talks|talked|spoke|speaks)\b"
)
_TITLE = r"Dr|Prof|Professor|Mr|Mrs|Ms|Captain|Minister"
_CALLED = compile_latin(  # "Ms Brown, when …?"
    rf"(?:^|[.?!]\s)(?:(?:So|And|But|Now),\s)?(?:{_TITLE})\.?\s"
    r"(?P<name>[A-Z][\w’'-]+)(?=,\s(?!who\b|which\b))"
)
_PART = compile_latin(r"\b(?:of|the|in|at|for)\s(?:[A-Z][\w’'&-]*\s)*$")  # before a name: it is no person's
_INITIALS = 4  # letters
_QUESTIONS = 3  # so many questions make an interview, two where somebody is known to be asked
_OFTEN = 2  # sentences in the first person

_Who = tuple[str, Sentence]  # who answers, and the sentence that tells it


def read_interview(reading: Reading) -> list[Unit]:
    """Answers under their questions: of whoever gives them, or of the paper that asks and answers itself."""
    noted = ([s for s in block if not s.text.startswith("(")] for block in reading.blocks())
    blocks = [block for block in noted if block]  # no "(Both firms deny it.)", which is the editors'
    turns = reading.of_kind(BlockKind.SPEAKER)
    asked = _find_asked(blocks)
    above = [s for block in blocks[: min(asked, default=0)] for s in block]
    talk = _find_talk(reading, above)
    official = reading.article.publisher.kind is PublisherKind.REGULATOR  # its list of questions is none
    if len(asked) < _QUESTIONS - bool(talk or turns) or (official and not turns):
        return []
    who = talk or _find_asked_person(reading, above, [s for n in asked for s in blocks[n]])
    if official:
        who = reading.article.publisher.name.partition(",")[0], blocks[min(asked)][0]  # it answers
    units = [make_unit(s for s in above if not matches("biography", s.text))]  # who he is, his lead-in says
    return [*units, *_read_answers(reading, blocks, asked, who)]


def _read_answers(
    reading: Reading, blocks: Sequence[Sequence[Sentence]], asked: set[int], who: _Who | None
) -> Iterator[Unit]:
    """The answers, each with its question and its speaker, up to where the text tells who he was."""
    question: Sentence | None = None
    first, last = min(asked), max(asked)
    turns = reading.of_kind(BlockKind.SPEAKER)
    for number, block in enumerate(blocks[first:], first):
        turn = block[0] if block[0].kind is BlockKind.SPEAKER else None
        if number in asked:
            question = block[-1]
            continue
        below = number > last + 1 and not turn
        if below and (turns or (who and block[0].text.startswith(who[0]))):
            return
        if not turn and _is_anothers(block):
            yield make_unit(block)
            continue
        if turn and not _ANSWERS.fullmatch(turn.text):
            who = _name_in_full(turn, reading)
        name, named = who or ("", None)
        lead = speakers.lead_in_text(name) if name else ""
        label = question.text if question else ""
        above = question if question and block[0].index == question.index + 1 else None
        yield make_unit(block, label=label, question=above, speaker=name, lead=lead, named=named)


def _is_anothers(block: Sequence[Sentence]) -> bool:
    """Whether a paragraph below an answer reports what somebody else says."""
    said = sayings.find_attribution(block[0].text)
    spoken = count_speaking(SINGULAR, block) + count_speaking(PLURAL, block) > 0
    return said is not None and not sayings.is_anaphor(said.subject) and not spoken


def _find_asked(blocks: Sequence[Sequence[Sentence]]) -> set[int]:
    """Which blocks are questions; where questions and answers alternate, also what is asked without a mark."""
    named = {n: _name_turn(block[0]) for n, block in enumerate(blocks) if block[0].kind is BlockKind.SPEAKER}
    turns = {n: _shorten_turn(name, named.values()) for n, name in named.items()}
    leads = {name for name in turns.values() if name.lower() == "operator"}  # a call, and says nothing of it
    asking = [name for n, name in turns.items() if _is_question(blocks[n])]
    spoken: Counter[str] = Counter()  # letters
    for n, name in turns.items():
        spoken[name] += sum(len(s.text) for s in blocks[n])
    answers = {name for name, _ in spoken.most_common(1)} - set(asking[:1])  # who says most may ask back
    asks = {*asking, *leads} - answers
    asked = {n for n, block in enumerate(blocks) if (turns[n] in asks if n in turns else _is_question(block))}
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
    letters = _initials(short)
    are_initials = short.isupper() and len(letters) <= _INITIALS
    told = [(sentence.text, sentence) for sentence in reading.sentences] + [(reading.article.title, turn)]
    for text, sentence in told:
        for name in re.findall(NAME, text):
            stands_for = are_initials and _initials(name).endswith(letters)
            if stands_for or short.casefold() in name.casefold().split():
                return name, sentence
    return None if are_initials else (short.title() if short.isupper() else short, turn)


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
    spoken = count_speaking(SINGULAR, own)
    author = find_author(article.title, article.text, article.byline or "")
    signs = spoken > _OFTEN or reading.of_kind(BlockKind.BIOGRAPHY)
    if author and (marked or signs or find_columnist(article.title, article.text)):
        return [_voiced(reading, author, next((s for s in reading.sentences if author in s.text), prose[0]))]
    jointly = count_speaking(PLURAL, prose)
    speaks = jointly > 1 or matches("coverage", article.title)
    analyst = paper.kind is PublisherKind.ANALYST and speaks
    column = spoken > max(2 * _OFTEN, jointly)  # else it is a firm's: "we" in a call
    own_release = paper.kind is PublisherKind.ISSUER  # a letter to shareholders
    if own_release or not (analyst or marked or column):
        return []
    press = paper.kind not in {PublisherKind.ANALYST, PublisherKind.WIRE}
    house = analyst or not spoken or not press  # the house's note, a leader
    return [_voiced(reading, paper.name if house else f"A column in {paper.name}", prose[0])]


def _voiced(reading: Reading, name: str, named: Sentence) -> Unit:
    about = {b[0].block for b in reading.blocks()[1:][-2:] if b[0].text.startswith(name)}
    told = [s for s in reading.sentences if s.block not in about]
    return make_unit(told, label="", speaker=name, lead=speakers.lead_in_text(name), named=named)
