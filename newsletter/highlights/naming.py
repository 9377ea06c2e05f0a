"""A name in the place of what points back to it, where the article leaves no doubt whom it means. Pure.

"He cautioned …" becomes "Halvard Lund cautioned …", "The company expects …" becomes "Norhavn expects …", a surname
that no reader has met becomes the full name. A name is given in the form the article has it. Nothing is named where two
could be meant.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from newsletter.english.datelines import strip_dateline
from newsletter.english.full_names import find_full_name
from newsletter.english.letters import compile_latin
from newsletter.english.rules import compile_pattern, expand
from newsletter.english.sentences import Sentence
from newsletter.english.speech.sayings import find_attribution, is_dangling
from newsletter.english.stems import STOP, begins_with_name, content_roots, root
from newsletter.highlights.lead_ins import find_companies
from newsletter.highlights.persons import (
    SAYS,
    VERB,
    find_above,
    find_named,
    find_people,
    find_person,
    is_person,
)

LEAD = 2  # sentences that a reader takes as known
_CAPITAL = r"[A-Z][\w&’'-]*(?:\.[A-Z]\.)*"
_PERSON = compile_latin(
    r"(?:(?:On|In|At|By|Since|For|After|Until|From|Last|This)(?:\s[\w.-]+){1,4}?,?\s(?=(?:he|she)\s))?"
    r"(?P<word>[Hh]e|[Ss]he|[Hh]is|[Hh]er)\s(?!(?:is|was|has been)\sthe\b|and\b)(?=[a-z])"
)
# What only somebody who acts does: "It said", "It expects", not "It contains".
_ACTS = expand(
    r"(?:(?:also|now|still|later|instead|has|had|will|would|then)\s)*(?:{deed}|{deed.be}|{telling}|{hinting}"
    r"|(?:aim|ask|deliver|deny|earn|employ|expand|intend|lose|operate|own|plan|reduce|reiterate|seek|want|warn)"
    r"(?:e?s|e?d)?"
    r"|denie[sd]|lost|planned|sought|spen[dt]s?|with(?:draw|drew))\b"
)
_IT_ACTS = re.compile(rf"[Ii]t(?=\s{_ACTS})")
# "The company expects", also behind an opening: "Based on its plan, the Company has concluded".
_COMPANY = expand(
    r"(?:[A-Z][^,.;:“”\"]{3,90},\s)?(?P<word>[Tt]he (?:[Cc]ompany|[Gg]roup|[Ff]irm))"
    r"(?=[’']s\b|\s(?:\w+ly\s|also\s|now\s|still\s|today\s)?(?:{finite}|[a-z]+s)\b)"
)
_FIRM = compile_latin(rf"{_COMPANY}|(?P<it>Its?)\s(?=[a-z\d])")
# "It goes to show", "It has not been signed": whatever is told before.
_TELLS_NOTHING = re.compile(
    r"It\s(?:also\s)?(?:goes|comes|marks|means|is|was|takes|follows|makes|gives|brings|would|represents|reflects"
    r"|(?:has|had|will|can|could|may|must|should)\s(?:not\s|yet\s|also\s)*be(?:en)?)\b"
)
_POINTING = compile_pattern(
    r"(?P<word>This|These)\s(?:[a-z-]+\s)?(?P<noun>(?!\w+ly\s)[a-z][\w-]*)\s(?={finite}\b|(?!as\b)[a-z]+s\b)"
)
# "Acme Ferries, a builder, sold"
_SUBJECT = compile_latin(
    r"(?:The\s)?(?P<name>(?!(?:The|An?|In|On|At|This|That|Two|Three|Four|Five|Six|Some|All|Company|Group)\s)"
    rf"{_CAPITAL}(?:\s(?:of\s|and\s|&\s|de\s|van\s|von\s)?{_CAPITAL}){{0,5}})(?:,[^,]{{2,80}},)?{VERB}"
)
# "Acme Inc. CEO Ada Brown": the firm, and no name where the post comes first.
_BEFORE_POST = compile_pattern(r"(?:^|\s)(?i:{post}|chief|executive|managing|vice)\b.*")
_CALLS_ITSELF = re.compile(r"[“\"](?:[Tt]he )?(?:Company|Group)\b")  # (“Acme” or the “Company”)
_THIS_PAPER = re.compile(
    r"(?P<asked>\b(?:told|tells|seen by|reviewed by|interview with|spoke to|shown to)\s)"
    r"this (?:newspaper|magazine|newsletter|publication|news (?:agency|site|organi[sz]ation))\b"
)


def acts(text: str) -> bool:
    """Whether ``text`` begins with "It" as somebody who acts: "It sold the ferry"."""
    return _IT_ACTS.match(text) is not None


def name_paper(text: str, publisher: str) -> str:
    """``text`` with the name of its ``publisher`` for "this newspaper" that was told something."""
    return _THIS_PAPER.sub(lambda match: f"{match['asked']}{publisher}", text)


def name_subject(
    text: str, sentence: Sentence, sentences: Sequence[Sentence], *, title: str, issuer: str = ""
) -> str:
    """``text`` with a name for the pronoun, "the company" or the surname it begins with; itself in doubt."""
    if match := _PERSON.match(text):
        name, word = find_person(sentence, sentences, match["word"]), match["word"].lower()
        return _put(text, match.span("word"), f"{name}’s" if name and word in {"his", "her"} else name)
    match = _POINTING.match(text)
    if match and is_dangling(text) and _is_told_first(match["noun"], sentences, title):
        return _put(text, match.span("word"), "The")  # "This award" where headline or lead tell of one
    if match := _FIRM.match(text):
        word = match["it"] or match["word"]
        firm = _find_firm(sentence, sentences, issuer, word, title)
        known = firm.partition(" ")[0] in title and not _TELLS_NOTHING.match(text)
        sure = not word.startswith("It") or acts(text) or known
        named = f"{firm}’s" if firm and word == "Its" else firm
        return _put(text, match.span("it" if match["it"] else "word"), named if sure else "")
    return _name_in_full(text, sentences, title)


def _put(text: str, span: tuple[int, int], name: str) -> str:
    """``text`` with a ``name`` for what stands at ``span``; itself where there is none."""
    return f"{text[: span[0]]}{name}{text[span[1] :]}" if name else text


def _is_told_first(noun: str, sentences: Sequence[Sentence], title: str) -> bool:
    """Whether headline or lead tell of the ``noun``."""
    lead = [one.text for one in sentences if one.is_prose and one.order < LEAD]
    return root(noun) in content_roots(" ".join((title, *lead)))


def _find_firm(sentence: Sentence, sentences: Sequence[Sentence], issuer: str, word: str, title: str) -> str:
    """The firm that ``word``, "It", "Its" or "the company", stands for: the subject of the sentence above; "" in doubt.

    That one acts there as a firm does, or the headline names it.
    "The company" of a release is its ``issuer``, unless the sentence above is about another firm, or has one in full
    where the release does not call its issuer so. "The Company" is never the subject above.
    """
    above = next((strip_dateline(one.text)[0] for one in find_above(sentence, sentences)), "")
    firm, acts_above = _find_subject(above, sentences, issuer)
    means_issuer = not word.startswith("It") or any(re.match(_COMPANY, one) for one in (sentence.text, above))
    if not issuer or not means_issuer:
        return firm if acts_above or firm.partition(" ")[0] in title else ""
    calls_itself = any(_CALLS_ITSELF.search(one.text) for one in sentences)
    others = [] if calls_itself else [*find_companies(above)]
    if not word.endswith(("Company", "Group")):
        others.append(firm)
    return "" if any(other.partition(" ")[0] not in issuer for other in others) else issuer


def _find_subject(text: str, sentences: Sequence[Sentence], issuer: str) -> tuple[str, bool]:
    """The firm that ``text``, one of the ``sentences``, begins with, and whether it does there what a firm does.

    "" in doubt; an opening may stand before it.
    """
    match = _SUBJECT.match(text) or _SUBJECT.match(text.partition(", ")[2])
    said = find_attribution(text)
    if match is None or (said is not None and said.form == "after"):
        return "", False  # nobody, or two
    source = " ".join(one.text for one in sentences)
    name = _BEFORE_POST.sub("", match["name"])
    if name.partition(" ")[0] == issuer.partition(" ")[0]:
        return issuer, True
    is_name = " " in name or begins_with_name(name, source)
    person = is_person(name, source) or name in find_people(tuple(sentences)).values()
    if person or not is_name or re.search(r"[’']s\b", name) or _is_one_of_several(name, source):
        return "", False
    return name, re.match(_ACTS, match.string[match.end() + 1 :]) is not None


def _is_one_of_several(name: str, source: str) -> bool:
    """Whether other products or firms of the ``source`` share the first word of a longer ``name``: "Acme Mobile"."""
    first, _, rest = name.partition(" ")
    others = re.findall(rf"\b{re.escape(first)}\s((?:{_CAPITAL}\s?)+)", source)
    return bool(rest) and any(other.split()[0] != rest.split()[0] for other in others)


_SPEAKS_NEXT = compile_pattern(r"\s(?:also\s)?(?:{telling}|expect(?:s|ed))\b")


def _name_in_full(text: str, sentences: Sequence[Sentence], title: str) -> str:
    """``text`` with the full name of the first person whom it, and not the headline, calls by surname alone."""
    for name, match in find_named(text, find_people(tuple(sentences))):
        surname = match["last"]
        if match.group() == surname and surname not in title and name not in text:
            source = "\n".join(one.text for one in sentences)
            says = match.start() == 0 and _SPEAKS_NEXT.match(text, match.end())
            sure = says or _is_nothing_else(name, surname, source)
            return _put(text, match.span(), find_full_name(surname, source)) if sure else text
    return text


def _is_nothing_else(name: str, surname: str, source: str) -> bool:
    """Whether no place, no firm and nobody else is called by a person's ``surname``: "in Lund", "Lund shares"."""
    other = (
        rf"\b{surname.lower()}\b|\b(?!{SAYS}\b|(?:told|adds|added)\b)[a-z]+\s\(?{surname}\b"
        rf"|\b[a-z]+,\s\(?{surname}\b(?!\s[a-z])|\b{surname}\s[A-Z(]"
        rf"|\b{surname}[’']s?\s(?:shares?|stock|sales|revenues?|profits?|plants?|board|customers|cars)\b"
    )
    first = set(compile_latin(rf"\b([A-Z][\w’'-]+)\s{surname}\b").findall(source))
    alone = len({one for one in first if one.lower() not in STOP}) == 1
    return alone and is_person(name, source.replace(" of ", " ")) and re.search(other, source) is None
