"""A name in the place of what points back to it, where the article leaves no doubt whom it means. Pure.

"He cautioned …" becomes "Halvard Lund cautioned …", "The company expects …" becomes "Norhavn expects …", a surname
that no reader has met becomes the full name. A name is given in the form the article has it. Nothing is named where two
could be meant.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from newsletter.english.datelines import strip_dateline
from newsletter.english.full_names import find_full_name
from newsletter.english.opinions import NAME
from newsletter.english.rules import PATTERNS, compile_pattern, inflect
from newsletter.english.sentences import Sentence
from newsletter.english.speech import NO_NAME, POST, find_attribution
from newsletter.english.stems import STOP, begins_with_name, content_roots, root

_CAPITAL = r"[A-Z][\w&’'-]*(?:\.[A-Z]\.)*"
_NAME = rf"{_CAPITAL}(?:\s(?:of\s|and\s|&\s|de\s|van\s|von\s)?{_CAPITAL}){{0,5}}"
_PERSON = re.compile(
    r"(?P<opening>(?:On|In|At|By|Since|For|After|Until|From|Last|This)(?:\s[\w.-]+){1,4}?,?\s(?=he|she))?"
    r"(?P<word>[Hh]e|[Ss]he|[Hh]is|[Hh]er)\s(?!(?:is|was|has been)\sthe\b)(?=[a-z])"
)
_OWN = re.compile(r"(?P<word>Its)\s(?=[a-z])")
# What only somebody who acts does: "It said", "It expects", not "It contains".
_DEEDS = """
    acquire add agree aim announce appoint ask buy close complete confirm cut decline delay deliver deny earn employ
    expand expect forecast hire intend invest launch list lose lower open operate order own pay plan post produce
    propose raise receive reduce reiterate reject report say secure seek sell ship sign spend supply tell want warn
    withdraw win
"""
_FORMS = sorted({form for verb in _DEEDS.split() for form in inflect(verb)}, key=len, reverse=True)
_ACTS = re.compile(
    rf"(?:(?:also|now|still|later|instead|has|had|will|would|then)\s)*(?:{'|'.join(_FORMS)})\b"
)
# "It goes to show": whatever is told before.
_TELLS_NOTHING = re.compile(
    r"(?:also\s)?(?:goes|comes|marks|means|is|was|takes|follows|makes|gives|brings|would|represents|reflects|"
    r"underscores)\b"
)
_POINTING = re.compile(
    r"(?P<word>This|These)\s(?P<noun>(?:[a-z][\w-]*\s){0,2}?[A-Za-z][\w-]*)\s(?=(?:is|are|was|were|has|have|had|"
    r"will|would|can|could|\w+s)\b)"
)
_VERB = (
    r"(?=\s(?:[a-z]+ly\s)?(?:is|are|was|were|has|have|had|will|would|can|could|may|said|says|told|rose|fell|\w+ed|"
    r"\w+s)\b)"
)
_SUBJECT = re.compile(
    rf"(?:The\s)?(?P<name>(?!(?:The|An?|In|On|At|This|That|Two|Three|Four|Five|Six|Some|"
    rf"All)\s){_NAME})(?:,[^,]{{2,80}},)?{_VERB}"
)
_BACK = 4  # sentences before within which a person stands
_SURNAME = compile_pattern(
    r"(?P<name>[A-Z][a-zß-ÿ’-]{2,})\s(?=(?:also\s)?(?:(?P<said>said|says|told|added|adds|warned|warns|called|calls"
    r"|argued|argues|expected|expects|estimated|estimates|noted|notes|wrote)|{finite})\b)"
)


_PARTNER = re.compile(r"The (?:bank|lender|fund|supplier)$")


def acts(text: str) -> bool:
    """Whether ``text`` begins with "It" as somebody who acts: "It sold the ferry"."""
    return re.match(r"[Ii]t\s", text) is not None and _ACTS.match(text, 3) is not None


def name_subject(
    text: str, sentence: Sentence, sentences: Sequence[Sentence], *, title: str, issuer: str = ""
) -> str:
    """``text`` with a name for the pronoun, "the company" or the surname it begins with; itself in doubt."""
    if match := _PERSON.match(text):
        name = find_person(sentence, sentences)
        named = f"{name}’s" if name and match["word"] in {"His", "Her"} else name
        return _put(text, match, f"{match['opening'] or ''}{named}" if name else "")
    if (match := _POINTING.match(text)) and root(match["noun"].split()[-1]) in content_roots(title):
        return _put(text, match, "The")  # "This award" where the headline tells of one
    if match := PATTERNS["actor first"].match(text):
        name = _find_actor(sentence, sentences, issuer, title)
        known = name.split(" ")[0] in title and not _TELLS_NOTHING.match(text, match.end())
        sure = match["word"] != "It" or _ACTS.match(text, match.end()) or known
        partner = _PARTNER.match(match["word"]) and issuer and name == issuer  # with whom it deals
        return _put(text, match, name if sure and not partner else "")
    if (match := _OWN.match(text)) and (name := _find_actor(sentence, sentences, issuer, title)):
        return _put(text, match, f"{name}’s")
    if (match := _SURNAME.match(text)) and match["name"] not in title and match["name"].lower() not in STOP:
        source = "\n".join(other.text for other in sentences)
        name = find_full_name(match["name"], source)
        if name and (match["said"] or _is_sure(match["name"], name, source)):
            return _put(text, match, name, group="name")
    return _name_in_full(text, sentences, title)


_THIS_PAPER = re.compile(
    r"(?P<asked>\b(?:told|tells|seen by|reviewed by|interview with|spoke to|shown to)\s)"
    r"this (?:newspaper|magazine|newsletter|publication|news (?:agency|site|organi[sz]ation))\b"
)


def name_paper(text: str, publisher: str) -> str:
    """``text`` with the name of its ``publisher`` for "this newspaper" that was told or saw something."""
    return _THIS_PAPER.sub(lambda match: f"{match['asked']}{publisher}", text)


_SAYS = r"(?:sa(?:id|ys)|ask(?:s|ed)|explain(?:s|ed)|recall(?:s|ed)|reckons|laugh(?:s|ed)|shrug(?:s|ged))"
# "Lund's team", "as Lund says": where a surname stands for somebody, and for no firm of that name.
_PROPER = r"[A-Z][a-zß-ÿ-]{2,}"
_ALONE = re.compile(rf"(?<![\w.&’'-])(?P<name>{_PROPER})(?=[’']s?\s[a-z]|,?\s{_SAYS}\b)")


def _name_in_full(text: str, sentences: Sequence[Sentence], title: str) -> str:
    """``text`` with the full name of the first person whom it, and not the headline, calls by surname alone."""
    source = "\n".join(other.text for other in sentences)
    for match in _ALONE.finditer(text):
        surname, start = match["name"], match.start()
        before = text[:start].split()
        capital = before and before[-1][0].isupper() and before[-1].lower() not in STOP
        if capital or surname in title or surname.lower() in STOP:
            continue
        name = find_full_name(surname, source)
        if name and name not in text and _is_sure(surname, name, source):
            return f"{text[:start]}{name}{text[match.end('name') :]}"
    return text


_OF_A_FIRM = r"[’']s?\s(?:shares?|stock|sales|revenues?|profits?|plants?|board|spokes\w+|customers|cars)\b"


def _is_sure(surname: str, name: str, source: str) -> bool:
    """Whether nobody and nothing else of ``source`` is called by the ``surname`` of the person ``name``."""
    other = (
        rf"\b{surname.lower()}\b|\b(?!(?:said|says|asked|told|adds)\b)[a-z]+,?\s\(?{surname}\b|[A-Z]\.\s{surname}\b"
        rf"|\b{surname}\s[A-Z(]|\b{surname}{_OF_A_FIRM}"
    )
    bearers = set(re.findall(rf"\b([A-Z][\w’'-]+)\s{surname}\b", source))
    bearers = {first for first in bearers if first.lower() not in STOP}
    speaks = rf"\b{_SAYS}\s{re.escape(name)}\b|{re.escape(name)}\s(?:{_SAYS})\b|{re.escape(name)},\swho\b"
    bare = source.replace(" of ", " ")  # "Polar Office of Ferries" is nobody
    person = is_person(name, bare) or is_person(surname, bare) or re.search(speaks, source) is not None
    return person and re.search(other, source) is None and len(bearers) == 1


def _put(text: str, match: re.Match[str], name: str, *, group: str = "word") -> str:
    return f"{name}{text[match.end(group) :]}" if name else text


def _before(sentence: Sentence, sentences: Sequence[Sentence], count: int) -> list[Sentence]:
    near = [s for s in sentences if sentence.index - count <= s.index < sentence.index and s.is_prose]
    return list(reversed(near))


_GOES_ON = re.compile(r"(?:He|She|His|Her)\b|[“\"]")
_OF_SOMEBODY = re.compile(r"\b(?:(?P<she>[Ss]he|[Hh]er)|[Hh]e|[Hh]is|[Hh]im)\b")
_HONORIFIC = r"(?:Mr|Mrs|Ms|Mx|Dr|Prof|Professor|Sir|Dame)\.?"
# "a talk with Ada Lund": it is not about her.
_BESIDE_HIM = re.compile(r"\b(?:with|against|to|for|than|about|between|on)\s(?:[a-z]+\s)*$")
_WORDS = 4  # of a person's name


def find_person(sentence: Sentence, sentences: Sequence[Sentence]) -> str:
    """Who is the only person that the nearest sentence above with any names: the full name.

    What goes on about "him" and quotations in between name nobody.
    """
    people = _find_people(tuple(sentences))
    for before in _before(sentence, sentences, _BACK):
        named = set(_find_named(before.text, people))
        if named or not _GOES_ON.match(before.text):
            name = named.pop() if len(named) == 1 else ""
            return name if name and _may_mean(sentence, name, people, sentences) else ""
    return ""


def _may_mean(
    sentence: Sentence, name: str, people: Mapping[str, str], sentences: Sequence[Sentence]
) -> bool:
    """Whether ``sentence`` is about a man, or a woman, as is what stands behind and below the ``name`` elsewhere."""
    said: Counter[bool] = Counter()
    for one, below in zip(sentences, [*sentences[1:], None], strict=True):
        if set(_find_named(one.text, people)) - {""} == {name}:
            behind = one.text.rpartition(name.rpartition(" ")[2])[2]
            pronoun = (
                below and below is not sentence and _OF_SOMEBODY.match(below.text)
            ) or _OF_SOMEBODY.search(behind)
            said.update([pronoun["she"] is not None] if pronoun else [])
    pronoun = _OF_SOMEBODY.search(sentence.text)
    own = pronoun is not None and pronoun["she"] is not None
    return said[own] >= said[not own]


def _find_named(text: str, people: Mapping[str, str]) -> Iterator[str]:
    """Each person whom ``text`` names; "" for one whom it is not about."""
    for surname, name in people.items():
        alone = rf"(?:(?P<first>[A-Z][\w’'.-]*)\s)?\b{re.escape(surname)}\b(?!\s[A-Z])(?P<owns>[’']s)?"
        for match in re.finditer(alone, text):
            first = match["first"] or name
            if first in name or re.fullmatch(_HONORIFIC, first):
                yield "" if match["owns"] or _BESIDE_HIM.search(text[: match.start()]) else name


@lru_cache(maxsize=16)
def _find_people(sentences: tuple[Sentence, ...]) -> dict[str, str]:
    """The full names of the persons of a text, by surname; of two who share it none."""
    source = "\n".join(s.text for s in sentences)
    found: dict[str, set[str]] = {}
    for match in re.finditer(NAME, source):
        words = re.sub(r".*[’']s\s", "", match.group()).split()
        while words and any(
            word.rstrip(".").lower() in NO_NAME or _TITLE.match(f"{word} ") for word in words
        ):
            del words[0]
        name = " ".join(words)
        if 1 < len(words) <= _WORDS and _seems_person(name, source):
            found.setdefault(words[-1], set()).add(name)
    return {last: names.pop() for last, names in found.items() if len(names) == 1}


def _seems_person(name: str, source: str) -> bool:
    """Whether it is a person's, or whom it calls is also called by its last word alone, and never by its first."""
    if re.search(
        rf"\b(?:[Tt]he|[Ii]n|[Aa]t|[Nn]ear|[Aa]cross|[Oo]utside)\s(?:[A-Z]\w+\s)?{re.escape(name)}\b", source
    ):
        return False  # a place, or a firm
    first, last = (re.escape(word) for word in (name.split(maxsplit=1)[0], name.rsplit(maxsplit=1)[-1]))
    rest = source.replace(name, "")
    alone = rf"(?<![A-Z][\w’'-] )(?<!\w[A-Z] )(?<![Tt]he )\b{last}{_VERB}|\b{_SAYS}\s{last}\b(?!\s[A-Z])"
    called = re.search(alone, rest) is not None and re.search(rf"\b{first}\b", rest) is None
    return called or re.search(rf"\b{_HONORIFIC}\s{last}\b", rest) is not None or is_person(name, source)


_BESIDE = 40  # characters before and behind a name in which its post or age stands
_TITLE = re.compile(rf"{_HONORIFIC}\s")


def is_person(name: str, source: str) -> bool:
    """Whether it begins with a title, or ``source`` has a post, an age or a turn of speech beside the name."""
    if _TITLE.match(name):
        return True
    for match in re.finditer(re.escape(name), source):
        after = source[match.end() : match.end() + _BESIDE]
        before = source[max(0, match.start() - _BESIDE) : match.start()]
        if re.match(r":|,\s\d\d\b|,\swho\b|\sof\s[A-Z]", after) or POST.search(before.rpartition(".")[2]):
            return True
        if after.startswith(",") and POST.search(after.split(",")[1]):
            return True
    return False


COMPANY = compile_pattern(
    r"The (?:[Cc]ompany|[Gg]roup|[Ff]irm)(?=[’']s\b|\s(?:\w+ly\s|also\s|now\s|still\s|today\s)?(?:{finite}|[a-z]+s)\b)"
)


def _find_actor(sentence: Sentence, sentences: Sequence[Sentence], issuer: str, title: str) -> str:
    """Whom the sentence before is about, where it acts or the headline names it.

    "The company" is whose release it is; "it" only where the sentence before begins with that name.
    """
    if issuer[:1].isupper() and COMPANY.match(sentence.text):
        return issuer
    source = " ".join(other.text for other in sentences)
    for before in _before(sentence, sentences, _BACK):
        said = find_attribution(before.text)
        match = _SUBJECT.match(strip_dateline(before.text)[0])
        if match is None or (said is not None and said.form == "after"):
            return ""  # nobody, or two
        name = match["name"]
        if issuer[:1].isupper() and name.split()[0] == issuer.split(maxsplit=1)[0]:
            return issuer
        whole = (
            (" " in name or begins_with_name(name, source))
            and not re.search(r"[’']s\b", name)
            and not is_person(name, f"{title}\n{source}")
            and name not in _find_people(tuple(sentences)).values()
        )
        person = re.search(rf"[A-Z][a-z]+\s(?i:{re.escape(name)})\b", source)
        sure = name.split()[0] in title or (_ACTS.match(match.string, match.end() + 1) and not person)
        return name if whole and sure else ""
    return ""
