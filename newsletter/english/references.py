"""What a bullet points at without naming it: "the bank", "this process", a surname alone. Pure.

A reader has the headline and the bullets above, nothing else. A thing presumed known ("the company", "the
agreement", "these findings") must be named there, or the bullet leaves its reader asking which. Which company
is meant is looked up in the article: the last one named before. A thing that says itself which it is ("the
mill in Ontario", "the proposed merger") points at nothing.
"""

# ruff: noqa: PLR2004 - lengths and shares of words are read best where they stand

from __future__ import annotations

import re
from collections.abc import Sequence

from newsletter.english.acronyms import find_unexplained
from newsletter.english.definites import find_definites, find_pointer, find_reaction
from newsletter.english.nouns import find_kinds
from newsletter.english.rules import compile_pattern, matches, read_class
from newsletter.english.sentences import BlockKind, Sentence
from newsletter.english.stems import STOP, begins_with_name

_SUBJECT = 60  # characters of a sentence within which its subject stands
_NAME = re.compile(r"\b(?:[A-Z][\w&’'-]*[\w]|[A-Z])(?:\.?\s(?:of\s|and\s|&\s)?[A-Z][\w&’'-]*\w)*")
_FORM = compile_pattern(
    r"\b(?:{legal_form}|Group|Company|Bank|Holdings?|Technologies|Capital|Energy|Fund|Partners|Industries"
    r"|Commission|{Authority})\b"
)
_POST_BEFORE = compile_pattern(r"(?:{post}|{title}|general)\.?,?\s(?:[a-z]+\s){0,2}$")
_SURNAME = re.compile(
    r"^[“\"]?(?P<name>[A-Z][a-zé’'-]{2,}(?:-[A-Z]\w+)?)(?:(?:[’']s)?\s(?:also\s)?[a-z]+\b|,\s(?:an?|the|who)\s)"
)

_TITLED = compile_pattern(r"\b(?:{Title})\.?\s(?P<name>[A-Z][a-zé’'-]{2,})\b(?:[’']s)?(?!\s[A-Z])")
# "A well-known scientist, she brings …": who?
_APPOSED = re.compile(r"^(?:An?|The|One of|Among)\s[^,]{3,90},\s(he|she|it|they)\b")
_MERGED = re.compile(r"\b(?:combined|merged|resulting)\s")  # the company that a merger makes
_LISTED = compile_pattern(r"\({exchange}[^()]*\)")  # a heading that names a stock


def find_untied(
    text: str, told: str, *, sentence: Sentence, sentences: Sequence[Sentence], title: str
) -> str:
    """Find what ``text`` points at that ``told`` (headline, lead-in, earlier bullets) does not name; else "".

    ``sentence`` is where ``text`` comes from, ``sentences`` are those of its article.
    """
    return (
        _find_company(text, told, sentence=sentence, sentences=sentences, title=title)
        or find_pointer(text, told, sentences)
        or find_reaction(text, told, sentence, sentences)
        or _find_possessive(text, told, sentence=sentence, sentences=sentences, title=title)
        or find_unexplained(text, told, sentences)
        or _find_section(text, told, sentence=sentence, title=title)
        or _find_titled(text, told, sentences)
        or (match[1] if (match := _APPOSED.match(text)) else "")
    )


def _find_company(
    text: str, told: str, *, sentence: Sentence, sentences: Sequence[Sentence], title: str
) -> str:
    """A company presumed known: "the bank"."""
    for match, noun in find_definites(text):
        named = matches("actor", noun) and not _MERGED.search(match.group())
        if named and re.search(rf"\b{noun}\s[A-Z]", told):
            continue  # "the extremist group Al-Shabaab"
        if named and not _knows_whom(text[: match.start()], told, sentence, sentences, title):
            return match.group().strip()
    return ""


def _find_possessive(
    text: str, told: str, *, sentence: Sentence, sentences: Sequence[Sentence], title: str
) -> str:
    """Whose mine it is in "Output rose at its mine", where the bullet names nobody before."""
    match = re.search(r"\bits\s\w+", text)
    if (
        match is None
        or begins_with_name(text, " ".join(other.text for other in sentences))
        or re.match(rf"{re.escape(text.split(maxsplit=1)[0])}\b", title)
        or re.search(r"\s[A-Z]|\b(?:[Tt]he|[Aa]n?)\s", text[: match.start()])
        or match.start() == 0
    ):
        return ""
    known = _knows_whom("", told, sentence, sentences, title)
    return "" if known else match.group()


def _find_section(text: str, told: str, *, sentence: Sentence, title: str) -> str:
    """Of whom a bullet tells that does not say so, where it stands in a section about one of several companies."""
    names = [] if sentence.heading.isupper() else _find_names(sentence.heading, title)
    listed = _LISTED.search(sentence.heading) is not None
    if not names or (not listed and re.search(r"\s[“\"(]?[A-Z][a-z]", text)):
        return ""
    words = [word for name in names for word in name.split() if not _FORM.fullmatch(word)]
    if listed and re.search(rf"\b(?:{'|'.join(map(re.escape, words)) or '$'})\b", text):
        return ""  # by any word of its name, or by its ticker
    return "" if any(_is_told(name, told) for name in names) else names[0]


def _find_titled(text: str, told: str, sentences: Sequence[Sentence]) -> str:
    """A person called by title and surname ("Dr. Brown") whom the article introduces elsewhere."""
    match = _TITLED.search(text)
    if match is None or _knows_person(match["name"], f"{told} {text[: match.start()]}"):
        return ""
    name = find_full_name(match["name"], " ".join(sentence.text for sentence in sentences))
    return "" if name in text else name  # "Gen Nakatani": a first name


def _knows_whom(
    before: str, told: str, sentence: Sentence, sentences: Sequence[Sentence], title: str
) -> bool:
    """Whether the reader has read the name of the company that was last named in the article before this place."""
    if _find_names(before, title):
        return True  # named in the bullet itself
    earlier = [
        other
        for other in sentences[max(0, sentence.index - 12) : sentence.index]
        if other.kind is not BlockKind.BOILERPLATE
    ]
    for other in reversed(earlier):
        names = _find_names(other.text[:_SUBJECT], title)
        if names:
            return any(_is_told(name, told) for name in names)
    return bool(_find_names(told, title))


def _find_names(text: str, title: str) -> list[str]:
    """The names in ``text`` that can be those of a company or an authority."""
    found = []
    for match in _NAME.finditer(text):
        name = match.group()
        if _POST_BEFORE.search(text[: match.start()].lower()) or name in STOP:
            continue
        head = name.split()[0]
        in_title = len(head) > 2 and head.lower() not in STOP and re.search(rf"\b{re.escape(head)}", title)
        last = name.split()[-1].lower()
        formed = _FORM.search(name) is not None or (name.count(" ") > 0 and bool(find_kinds(last)))
        if in_title or formed or (name.isupper() and len(name) > 2):
            found.append(name)
    return found


def _is_told(name: str, told: str) -> bool:
    """Whether the reader knows the name: by its first word, or by its initials."""
    words = [word for word in name.split() if word[0].isupper()]
    initials = "".join(word[0] for word in words)
    return re.search(rf"\b{re.escape(words[0])}", told) is not None or (
        len(initials) > 2 and initials in told
    )


def find_surname(text: str, told: str, source: str) -> str:
    """Find the full name of whom ``text`` calls by surname alone; "" where told."""
    match = _SURNAME.match(text)
    if match is None or match["name"].lower() in STOP or _knows_person(match["name"], told):
        return ""
    return find_full_name(match["name"], source)


def _knows_person(surname: str, told: str) -> bool:
    """Whether the reader has read of who that is in ``told``, or anyone who reads news knows."""
    return surname in read_class("surname") or re.search(rf"\b{re.escape(surname)}\b", told) is not None


def find_full_name(surname: str, source: str) -> str:
    """The first full name in ``source`` that ends in ``surname``."""
    match = re.search(
        rf"\b(?!The\b|Officer\b|In\b|On\b|At\b|But\b|And\b)(?:[A-Z][a-zé’']+\s){{1,2}}(?:[A-Z]\.\s)?(?:de\s|van\s"
        rf"|von\s)?{re.escape(surname)}\b(?![’'\s]*[A-Z])",
        source,
    )
    return " ".join(match.group().split()) if match else ""
