"""A name in the place of what points back to it, where the article leaves no doubt whom it means. Pure.

"He cautioned …" becomes "Halvard Lund cautioned …", "The company expects …" becomes "Norhavn expects …", a surname
that no reader has met becomes the full name. A name is given in the form the article has it. Nothing is named where two
could be meant.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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
    r"(?P<word>[Hh]e|[Ss]he|[Hh]is|[Hh]er)\s(?!(?:is|was|has been)\sthe\b|and\b)(?=[a-z])"
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
_OPENING = 60  # characters before the name of a sentence's subject
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
# “…,” said the mayor: somebody, and not "he".
_QUOTES = re.compile(
    r"[“\"].*[”\"]\s(?:sa(?:id|ys)\s(?!(?:he|she)\b)|(?!(?:he|she)\s)[^”\"]*\b(?:sa(?:id|ys)|adds?|added)\b)"
)
_HONORIFIC = r"(?:Mr|Mrs|Ms|Mx|Dr|Prof|Professor|Sir|Dame)\.?"
_OF_SOMEBODY = re.compile(r"\b(?:(?P<she>[Ss]he|[Hh]er)|[Hh]e|[Hh]is)\b")
_OF_ANOTHER = re.compile(  # "Her mother died."
    r"(?:His|Her)\s(?:\w+\s)?(?:mother|father|wife|husband|partner|son|daughter|brother|sister|predecessor|successor|"
    r"lawyer|deputy|boss|colleague|spokes\w+)\b"
)
# "a talk with Ada Lund", "a tip from Ada Lund": it is not about her.
_BESIDE_HIM = re.compile(
    r"\b(?:with|against|to|for|than|about|between|on|by|from|after|and|told|asked)\s(?:[a-z]+\s)*$"
)
_AT = re.compile(r"\b(?:of|at|for|in|on|the)\s$")  # before what is no person beside one
_WORDS = 4  # of a person's name


def find_person(sentence: Sentence, sentences: Sequence[Sentence]) -> str:
    """Who is the only person that is known in the nearest sentence above with any: the full name.

    It has to be about her: she is its subject, or speaks in it, or what stands behind her name elsewhere says "she" as
    ``sentence`` does. What goes on about "her" in between, and quotations of hers or of nobody's, name nobody else.
    """
    people = _find_people(tuple(sentences))
    for before in _before(sentence, sentences, _BACK):
        named = people.named.get(before.index, ())
        said = find_attribution(before.text)
        speaks = said is not None and any(_is_of(name, said.subject) for name in named)
        if (_QUOTES.match(before.text) and not speaks) or _OF_ANOTHER.match(before.text):
            return ""  # somebody who is not known
        if named or not _GOES_ON.match(before.text):
            name = named[0] if len(named) == 1 else ""
            sure = not (speaks or (name and _opens(name, before.text)))
            return name if name and people.may_mean(sentence, name, sure=sure) else ""
    return ""


def _is_of(name: str, subject: str) -> bool:
    """Whether who says something is called by the last word of ``name``."""
    return name.rpartition(" ")[2] in subject


def _opens(name: str, text: str) -> bool:
    """Whether a sentence begins with a person and names no other: "Its chief executive, Ada Lund of Acme, sold …"."""
    last = name.rpartition(" ")[2]
    start = text.find(name) if name in text else text.find(last)
    end = text.find(last) + len(last)
    others = (m for m in _NAMED.finditer(text) if last not in m.group() and not _AT.search(text[: m.start()]))
    subject = (
        0 <= start < _OPENING and not _BESIDE_HIM.search(text[:start]) and not text.startswith("’s", end)
    )
    return subject and next(others, None) is None


@dataclass(frozen=True, slots=True)
class _People:
    """The persons of a text: whom each sentence names, and of which sex what stands behind a name is."""

    named: Mapping[int, tuple[str, ...]]
    said: Mapping[tuple[str, int], bool]  # by name and sentence that says it: whether it says "she"

    def may_mean(self, sentence: Sentence, name: str, *, sure: bool) -> bool:
        """Whether ``sentence`` is of a man, or a woman, as is what stands behind ``name``; ``sure``: it says so."""
        found = _OF_SOMEBODY.search(sentence.text)
        own = found is not None and found["she"] is not None
        said = [she for (who, place), she in self.said.items() if who == name and place != sentence.index]
        return said.count(own) >= said.count(not own) + sure


@lru_cache(maxsize=16)
def _find_people(sentences: tuple[Sentence, ...]) -> _People:
    """The persons whom the sentences of a text name, in full; two who share a surname are none."""
    source = "\n".join(s.text for s in sentences)
    full = {
        _without_titles(match.group()) for s in sentences for match in _NAMED.finditer(s.text.rstrip("."))
    }
    found: dict[str, set[str]] = {}
    for name in full:
        if 1 < len(name.split()) <= _WORDS and _seems_person(name, source):
            found.setdefault(name.rpartition(" ")[2], set()).add(name)
    people = {last: names.pop() for last, names in found.items() if len(names) == 1}
    lasts = "|".join(map(re.escape, people)) or "(?!)"
    called = re.compile(rf"(?<![\w’'.-])(?:(?P<first>[A-Z][\w’'.-]*)\s)?(?P<last>{lasts})\b(?!\s[A-Z])")
    named: dict[int, tuple[str, ...]] = {}
    said: dict[tuple[str, int], bool] = {}
    for one, below in zip(sentences, [*sentences[1:], None], strict=True):
        matches = [m for m in called.finditer(one.text) if _is_whole_name(m, people[m["last"]])]
        named[one.index] = tuple(dict.fromkeys(people[m["last"]] for m in matches))
        if len(named[one.index]) == 1:
            pronoun = _OF_SOMEBODY.match(below.text) if below else None
            place = below.index if pronoun and below else one.index
            pronoun = pronoun or _OF_SOMEBODY.search(one.text, matches[-1].end())
            if pronoun:
                said[named[one.index][0], place] = pronoun["she"] is not None
    return _People(named=named, said=said)


_NAMED = re.compile(rf"(?<![^\W_]){NAME}")


def _without_titles(name: str) -> str:
    """A name without what it owns, and without posts and titles: "Acme's Chair Ada Lund" is Ada Lund."""
    words = re.sub(r".*[’']s\s", "", name).split()
    while words and any(word.rstrip(".").lower() in NO_NAME or _TITLE.match(f"{word} ") for word in words):
        del words[0]
    return " ".join(words)


def _is_whole_name(match: re.Match[str], name: str) -> bool:
    """Whether a surname stands alone, or behind its own first name or a title."""
    first = match["first"]
    return not first or first in name or re.fullmatch(_HONORIFIC, first) is not None


def _seems_person(name: str, source: str) -> bool:
    """Whether it is no place, and stands beside a post, an age or a title, or acts somewhere by its last word alone."""
    if re.search(
        rf"\b(?:[Tt]he|[Ii]n|[Aa]t|[Nn]ear|[Aa]cross|[Oo]utside)\s(?:[A-Z]\w+\s)?{re.escape(name)}\b", source
    ):
        return False
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
            and not any(name in names for names in _find_people(tuple(sentences)).named.values())
        )
        person = re.search(rf"[A-Z][a-z]+\s(?i:{re.escape(name)})\b", source)
        sure = name.split()[0] in title or (_ACTS.match(match.string, match.end() + 1) and not person)
        return name if whole and sure else ""
    return ""
