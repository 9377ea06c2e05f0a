"""Texts in one voice or two: the answers of an interview, an opinion. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from newsletter.english import speech
from newsletter.english.datelines import strip_dateline
from newsletter.english.opinions import (
    AUTHOR,
    BIOGRAPHY,
    NAME,
    PLURAL,
    SINGULAR,
    count_speaking,
    find_author,
    find_columnist,
    find_kicker,
    read_top,
)
from newsletter.english.rules import compile_pattern
from newsletter.english.sentences import BlockKind, Sentence
from newsletter.english.speech.running_quotes import find_quoted
from newsletter.english.speech.voices import find_asking
from newsletter.highlights.lead_ins import find_voice, may_be_name
from newsletter.highlights.naming import is_person
from newsletter.highlights.structure.units import (
    Reading,
    Unit,
    make_unit,
)
from newsletter.model import Article, PublisherKind

_ASKS = re.compile(r"(?:Q|Question)\s?\d{0,2}")
_ANSWERS = re.compile(r"(?:A|Answer)\s?\d{0,2}")
_SPOKEN_TO = re.compile(
    rf"\b(?:(?:spoke|talked|sat down|caught up|speaks|talks)\s(?:to|with)"
    rf"|met|interviewed|asked)\b[^.]{{0,80}}?(?P<name>{NAME})"
)
_SPEAKS = re.compile(
    rf"(?P<name>{AUTHOR})(?:,[^;]{{2,220}}?)?,?\s(?:tells|told|explains|answers|answered|talks|talked|spoke|speaks)\b"
)
_TITLE = r"Dr|Prof|Professor|Mr|Mrs|Ms|Captain|Minister"
_TITLED = re.compile(rf"^(?:{_TITLE}|Capt|Sir|Dame)\.?\s")
_CALLED = re.compile(  # "Ms Brown, when …?"
    rf"(?:^|[.?!]\s)(?:(?:So|And|But|Now),\s)?(?:{_TITLE})\.?\s"
    r"(?P<name>[A-Z][\w’'-]+)(?=,\s(?!who\b|which\b))"
)
_PART = re.compile(r"\b(?:of|the|in|at|for)\s(?:[A-Z][\w’'&-]*\s)*$")  # before a name: it is no person's
_NOBODY = compile_pattern(r".*\s(?:{legal_form}|GmbH|Group|Holdings|(?i:{post}|officer|physicist))$|.*[’']$")
_IN_HEADLINE = re.compile(
    r"\b(?i:interview|q&a|questions|minutes|conversation)\b[^:|]*?(?:\s(?:with|for|to)|:|\s\|)\s"
    rf"(?P<name>(?:[A-Z][a-z]+\.?\s(?:\([^)]*\)\s)?)?{AUTHOR})"
)
_IN_BRACKETS = re.compile(r"\s\([^)]*\)")
_INITIALS = 4  # letters
_QUESTIONS = 3  # so many questions make an interview, two where somebody is known to be asked
_LONGEST_QUESTION = 60  # words
_OFTEN = 2  # sentences in the first person
_THIRD = re.compile(r"\b(?:[Hh]e|[Ss]he)\s(?:says|thinks|tells|told|said|explains|reckons|asks|counted)\b")
_QUOTES = 0.3  # share of a text's sentences that hold a mark of quotation, above which others speak in it


def read_interview(reading: Reading) -> list[Unit]:
    """Answers under their questions, each in the name of who gives it."""
    blocks = reading.blocks()
    asked = _find_asked(blocks)
    voice = find_voice(reading.article, reading.sentences)
    turns = reading.of_kind(BlockKind.SPEAKER)
    if len(asked) < _QUESTIONS - bool(voice or turns) or not (turns or voice or _is_answered(reading, asked)):
        return []
    first = min(asked)
    who = (
        (voice.name, voice.sentence)
        if voice
        else _find_asked_person(reading, blocks[:first], [blocks[number] for number in sorted(asked)])
    )
    units = [make_unit(s for block in blocks[:first] for s in block)]
    label = ""
    marked = any(_ANSWERS.fullmatch(turn.text) for turn in turns)
    last = blocks[max(asked)][0].index
    notes = (s.index for s in reading.of_kind(BlockKind.STUDIO) if s.index > last)
    ends = next(notes, len(reading.article.text))  # "This interview has been edited": editors go on
    for number, whole in enumerate(blocks[first:], first):
        block = [s for s in whole if not _is_note(s) and s.index < ends]
        if not block:
            continue
        turn = next((s for s in block if s.kind is BlockKind.SPEAKER), None)
        if number in asked:
            label = block[-1].text
            continue
        if number > max(asked) + 1 and (
            BIOGRAPHY.match(block[0].text) or (who and block[0].text.startswith(who[0]))
        ):
            break
        if turn and not _ANSWERS.fullmatch(turn.text):
            who = _name_in_full(turn, reading)
        if not turn and _is_anothers(block):
            units.append(make_unit(block))
            continue
        if marked and not turn and number > max(asked) + 1 and not _is_first_person(block):
            continue  # what editors add below the last answer
        units.append(_answer(reading.article, block, label, who))
    return units


def _is_answered(reading: Reading, asked: set[int]) -> bool:
    """Whether somebody answers: in the first person, an authority's list of questions apart, or in quotation marks."""
    official = reading.article.publisher.kind is PublisherKind.REGULATOR
    spoken = max(count_speaking(SINGULAR, reading.prose), count_speaking(PLURAL, reading.prose))
    below = [block for number, block in enumerate(reading.blocks()) if number - 1 in asked]
    return (spoken > 1 and not official) or sum(block[0].text[:1] in {"“", '"'} for block in below) > 1


def _is_note(sentence: Sentence) -> bool:
    """Whether it stands in brackets: the editors' word, and not the one's who answers."""
    return sentence.text.startswith("(") and sentence.text.rstrip().endswith(")")


def _is_anothers(block: Sequence[Sentence]) -> bool:
    """Whether a paragraph below an answer reports what somebody else says."""
    said = speech.find_attribution(block[0].text)
    return said is not None and not speech.is_anaphor(said.subject) and not _is_first_person(block)


def _is_first_person(block: Sequence[Sentence]) -> bool:
    return count_speaking(SINGULAR, block) + count_speaking(PLURAL, block) > 0


def _answer(
    article: Article,
    block: Sequence[Sentence],
    question: str,
    who: tuple[str, Sentence] | None,
) -> Unit:
    if who is None or not may_be_name(who[0]):
        return make_unit(block, label=question, on_subject=False)  # nobody knows whose words these are
    name = speech.call(who[0], article.text, article.title)
    return make_unit(
        block,
        label=question,
        speaker=who[0],
        lead=speech.lead_in_text(name),
        named=who[1],
    )


def _find_asked(blocks: Sequence[Sequence[Sentence]]) -> set[int]:
    """Which blocks are questions; where questions and answers alternate, also what is asked without a mark."""
    asks = {block[0].text for block in blocks if block[0].kind is BlockKind.SPEAKER and _is_question(block)}
    asked = {n for n, block in enumerate(blocks) if block[0].text in asks or _is_question(block)}
    for n in sorted(asked):
        if {n + 4, n + 6} & asked and not {n + 1, n + 2, n + 3} & asked and len(blocks[n + 2]) == 1:
            asked.add(n + 2)
    return asked


def _is_question(block: Sequence[Sentence]) -> bool:
    words = sum(len(s.text.split()) for s in block)
    marked = block[-1].text.rstrip("”\"’' ").endswith("?") and words <= _LONGEST_QUESTION
    return marked or _ASKS.fullmatch(block[0].text) is not None


def _find_asked_person(
    reading: Reading, intro: Sequence[Sequence[Sentence]], asked: Sequence[Sequence[Sentence]]
) -> tuple[str, Sentence] | None:
    """Who is interviewed, of all whom the lines above the first question name and do not say to ask.

    Whom a question addresses ("Ms Brown, when …?"); else who was spoken to or speaks; else whom the headline names;
    else the only one who has a post; else with whom the text opens; else the only one named; else who stands in the
    headline alone.
    """
    sentences = [s for block in intro for s in block] + [
        s for s in reading.sentences if s.kind is BlockKind.STUDIO
    ]
    paper, title, source = reading.article.publisher.name, reading.article.title, reading.article.text
    asking = {name for s in sentences for name in find_asking(s.text, paper)}
    named = [
        (name, s)
        for s in sentences
        for name in _find_names(s.text)
        if name not in paper and name not in asking and not _NOBODY.match(name)
    ]
    met = {
        match["name"] for s in sentences for how in (_SPOKEN_TO, _SPEAKS) for match in how.finditer(s.text)
    }
    called = {match["name"] for block in asked for s in block for match in _CALLED.finditer(s.text)}
    people = {name for name, _ in named if is_person(name, source)}
    signs: tuple[Callable[[str, Sentence], bool], ...] = (
        lambda name, _: name.rsplit(maxsplit=1)[-1] in called,
        lambda name, _: name in met,
        lambda name, _: name.rsplit(maxsplit=1)[-1] in title,
        lambda name, _: {name} == people,
        lambda name, s: _TITLED.sub("", strip_dateline(s.text)[0]).startswith(_TITLED.sub("", name)),
        lambda name, _: {name} == {one for one, _ in named},
    )
    official = reading.article.publisher.kind is PublisherKind.REGULATOR  # whose papers name many
    found = next((pair for sign in signs[: 2 if official else None] for pair in named if sign(*pair)), None)
    if found is None and sentences and (match := _IN_HEADLINE.search(title)):
        return _IN_BRACKETS.sub("", match["name"]), sentences[0]
    return found


def _find_names(text: str) -> Iterator[str]:
    for match in re.finditer(AUTHOR, text):
        if not _PART.search(text[: match.start()]):
            yield match.group()


def _name_in_full(turn: Sentence, reading: Reading) -> tuple[str, Sentence] | None:
    """The name of a turn as the text gives it in full elsewhere: "Sorensen", "MS" or "Mette" is "Mette Sorensen".

    Letters that stand for nobody whom the text names are no name.
    """
    short = re.sub(r"\s\([^()]*\)", "", turn.text).strip().rstrip(":")
    letters = [letter for letter in short if letter.isalpha()]
    initials = "".join(letters) if short.isupper() and 1 < len(letters) <= _INITIALS else ""
    short = short.title() if short.isupper() else short
    told = [(sentence.text, sentence) for sentence in reading.sentences] + [(reading.article.title, turn)]
    named = [(name, sentence) for text, sentence in told for name in re.findall(NAME, text)]
    for name, sentence in named:
        if initials and "".join(letter for letter in name if letter.isupper()).endswith(initials):
            return name, sentence
    ends = [(name, s) for name, s in named if short in (name.split()[0], name.split()[-1])]
    for name, sentence in [*ends, *((name, s) for name, s in named if short in name.split())]:
        return (name if name.endswith(short) else name[name.index(short) :]), sentence
    return None if initials else (short, turn)


def read_opinion(reading: Reading) -> list[Unit]:
    """One voice: its author's, or the paper's in a leader; a letter or a column of nobody's name is not the paper's."""
    article, paper = reading.article, reading.article.publisher
    analyst = paper.kind is PublisherKind.ANALYST and count_speaking(PLURAL, reading.prose) > 1
    marked = find_kicker(article.title, read_top(article.text))
    quoting = sum(re.search(r"[“\"]", s.text) is not None for s in reading.prose)
    portrait = quoting > _QUOTES * len(reading.prose)  # there "I" is whom it is about
    quoted = find_quoted(reading.sentences)
    own = [s for s in reading.prose if s.index not in quoted]
    third = len(_THIRD.findall(article.text))
    portrait = portrait or (third >= _QUESTIONS and third > count_speaking(SINGULAR, reading.prose))
    spoken = 0 if portrait else count_speaking(SINGULAR, own)
    author = find_author(article.title, article.text, article.byline or "")
    if marked and marked["letter"] and reading.prose:
        return [_voiced(reading, f"A letter to {paper.name}", reading.prose[0])]
    signs = spoken > _OFTEN or reading.of_kind(BlockKind.BIOGRAPHY)
    if author and reading.prose and (marked or signs or find_columnist(article.title, article.text)):
        named = next((s for s in reading.sentences if author in s.text), reading.prose[0])
        return [_voiced(reading, author, named)]
    if (analyst or marked or spoken > 2 * _OFTEN) and reading.prose:
        press = paper.kind not in {PublisherKind.ANALYST, PublisherKind.WIRE}
        house = analyst or not spoken or not press  # the house's note, a leader
        return [_voiced(reading, paper.name if house else f"A column in {paper.name}", reading.prose[0])]
    return []


def _voiced(reading: Reading, name: str, named: Sentence) -> Unit:
    about = {b[0].block for b in reading.blocks()[1:][-2:] if b[0].text.startswith(name)}
    told = [s for s in reading.sentences if s.block not in about]
    return make_unit(told, speaker=name, lead=speech.lead_in_text(name), named=named)
