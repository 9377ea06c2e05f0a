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
from newsletter.english.rules import PATTERNS, compile_pattern, inflect
from newsletter.english.sentences import Sentence
from newsletter.english.speech.sayings import find_attribution
from newsletter.english.stems import STOP, begins_with_name, content_roots, root
from newsletter.highlights.lead_ins import find_companies
from newsletter.highlights.persons import BACK, SAYS, VERB, find_above, find_people, find_person, is_person

LEAD = 2  # sentences that a reader takes as known
_CAPITAL = r"[A-Z][\w&’'-]*(?:\.[A-Z]\.)*"
_NAME = rf"{_CAPITAL}(?:\s(?:of\s|and\s|&\s|de\s|van\s|von\s)?{_CAPITAL}){{0,5}}"
_PERSON = re.compile(
    r"(?:(?:On|In|At|By|Since|For|After|Until|From|Last|This)(?:\s[\w.-]+){1,4}?,?\s(?=(?:he|she)\s))?"
    r"(?P<word>[Hh]e|[Ss]he|[Hh]is|[Hh]er)\s(?!(?:is|was|has been)\sthe\b|and\b)(?=[a-z])"
)
_OWN = re.compile(
    r"(?P<of>(?:\d[\d,.]*%?|(?i:one|two|three|four|five|six|half|most|all|some|many|both))\sof\s)?"
    r"(?P<word>(?(of)its|Its))\s(?=[a-z]|\d)"
)
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
# "Raised $9 million in May": a point of a release's list.
_DONE = """
    acquire appoint close commence complete deliver execute file generate initiate launch obtain raise receive redeem
    refinance repay repurchase secure sell ship sign submit win
"""
_DID = re.compile(
    rf"(?:{'|'.join(inflect(verb)[-1].capitalize() for verb in _DONE.split())})\s"
    r"(?:(?=[A-Z\d$€£])|an?\s|the\s|its\s|all\s|over\s|more\s|(?:[a-z]+\s){1,3}(?:of|for)\s)"
)
# "It goes to show", "It has not been signed": whatever is told before.
_TELLS_NOTHING = re.compile(
    r"(?:also\s)?(?:goes|comes|marks|means|is|was|takes|follows|makes|gives|brings|would|represents|reflects|"
    r"underscores|(?:has|had|will|can|could|may|must|should)\s(?:not\s|yet\s|also\s)*be(?:en)?)\b"
)
_POINTING = re.compile(
    r"(?P<word>This|These)\s(?!(?:spring|summer|autumn|fall|winter|year|quarter|month|week|morning|afternoon|time)\s)"
    r"(?P<noun>(?:(?!(?:from|to|of|in|on|at|for|with|by|the|an?|its)\s)[a-z][\w-]*\s){0,2}?"
    r"(?!\w+ly\s)[A-Za-z][\w-]*)\s(?!as\b)(?=(?:is|are|was|were|has|have|had|"
    r"will|would|can|could|\w+s|\w+ed)\b)"
)
_SUBJECT = re.compile(
    rf"(?:The\s)?(?P<name>(?!(?:The|An?|In|On|At|This|That|Two|Three|Four|Five|Six|Some|"
    rf"All)\s){_NAME})(?:,[^,]{{2,80}},)?{VERB}"
)
_ANY_FIRM = frozenset(("it", "company", "group", "firm"))


def acts(text: str) -> bool:
    """Whether ``text`` begins with "It" as somebody who acts: "It sold the ferry"."""
    return re.match(r"[Ii]t\s", text) is not None and _ACTS.match(text, 3) is not None


def name_doer(point: str, issuer: str) -> str:
    """A point of a list that begins with what its ``issuer`` did, with who did it; "" where it does not."""
    return f"{issuer} {point[:1].lower()}{point[1:]}" if issuer and _DID.match(point) else ""


def name_subject(
    text: str, sentence: Sentence, sentences: Sequence[Sentence], *, title: str, issuer: str = ""
) -> str:
    """``text`` with a name for the pronoun, "the company" or the surname it begins with; itself in doubt."""
    if match := _PERSON.match(text):
        name = find_person(sentence, sentences)
        named = f"{name}’s" if name and match["word"].lower() in {"his", "her"} else name
        return _put(text, match, named)
    if (match := _POINTING.match(text)) and _is_told_first(match, sentences, title):
        return _put(text, match, "The")  # "This award" where headline or lead tell of one
    if issuer and (company := _COMPANY.match(text)):
        return _put(text, company, "" if _is_below_another(sentence, sentences, issuer) else issuer)
    if match := PATTERNS["actor first"].match(text):
        name = _find_actor(sentence, sentences, issuer, title)
        known = name.split(" ")[0] in title and not _TELLS_NOTHING.match(text, match.end())
        sure = match["word"] != "It" or _ACTS.match(text, match.end()) or known
        fits = name and sure and _is_called(name, match["word"], sentences)
        return _put(text, match, name if fits else "")
    if (match := _OWN.match(text)) and (name := _find_actor(sentence, sentences, issuer, title)):
        return _put(text, match, f"{name}’s")
    return _name_in_full(text, sentences, title)


_THIS_PAPER = re.compile(
    r"(?P<asked>\b(?:told|tells|seen by|reviewed by|interview with|spoke to|shown to)\s)"
    r"this (?:newspaper|magazine|newsletter|publication|news (?:agency|site|organi[sz]ation))\b"
)


def name_paper(text: str, publisher: str) -> str:
    """``text`` with the name of its ``publisher`` for "this newspaper" that was told something."""
    return _THIS_PAPER.sub(lambda match: f"{match['asked']}{publisher}", text)


# "If convicted, Lund faces", "Lund's team", "as Lund says": a surname that stands for somebody, and for no firm.
_PROPER = r"[A-Z][a-zß-ÿ-]{2,}"
_ALONE = compile_pattern(
    rf"^{_PROPER}(?=\s(?:also\s)?(?:(?P<said>said|says|told|added|adds|warned|warns|called|calls|argued|argues|expected"
    rf"|expects|estimated|estimates|noted|notes|wrote)|{{finite}})\b)"
    rf"|(?<![\w.&’'-]){_PROPER}(?=[’']s?\s[a-z]|,?\s{SAYS}\b)|(?<=,\s){_PROPER}(?=\s(?:{{finite}}|[a-z]+s)\b)"
)


def _name_in_full(text: str, sentences: Sequence[Sentence], title: str) -> str:
    """``text`` with the full name of the first person whom it, and not the headline, calls by surname alone."""
    source = "\n".join(other.text for other in sentences)
    for match in _ALONE.finditer(text):
        surname, start = match.group(), match.start()
        before = text[:start].split()
        capital = before and before[-1][0].isupper() and before[-1].lower() not in STOP
        if capital or surname in title or surname.lower() in STOP:
            continue
        name = find_full_name(surname, source)
        if name and name not in text and (match["said"] or _is_sure(surname, name, source)):
            return f"{text[:start]}{name}{text[match.end() :]}"
    return text


_OF_A_FIRM = r"[’']s?\s(?:shares?|stock|sales|revenues?|profits?|plants?|board|spokes\w+|customers|cars)\b"


def _is_sure(surname: str, name: str, source: str) -> bool:
    """Whether nobody and nothing else of ``source`` is called by the ``surname`` of the person ``name``."""
    other = (
        rf"\b{surname.lower()}\b|\b(?!(?:said|says|asked|told|adds)\b)[a-z]+\s\(?{surname}\b|[A-Z]\.\s{surname}\b"
        rf"|\b[a-z]+,\s\(?{surname}\b(?!\s(?!of\b)[a-z])"
        rf"|\b{surname}\s[A-Z(]|\b{surname}{_OF_A_FIRM}"
    )
    bearers = set(re.findall(rf"\b([A-Z][\w’'-]+)\s{surname}\b", source))
    bearers = {first for first in bearers if first.lower() not in STOP}
    speaks = rf"\b{SAYS}\s{re.escape(name)}\b|{re.escape(name)}\s(?:{SAYS})\b|{re.escape(name)},\swho\b"
    bare = source.replace(" of ", " ")  # "Polar Office of Ferries" is nobody
    person = is_person(name, bare) or is_person(surname, bare) or re.search(speaks, source) is not None
    return person and re.search(other, source) is None and len(bearers) == 1


def _is_told_first(match: re.Match[str], sentences: Sequence[Sentence], title: str) -> bool:
    """Whether headline or lead tell of what "this …" points at, or it stands right below the lead."""
    noun = match["noun"].split()[-1]
    lead = [one.text for one in sentences if one.is_prose and one.order < LEAD]
    return root(noun) in content_roots(" ".join((title, *lead)))


def _put(text: str, match: re.Match[str], name: str) -> str:
    """``text`` with a ``name`` for the ``word`` of ``match``; itself where there is none."""
    return f"{text[: match.start('word')]}{name}{text[match.end('word') :]}" if name else text


# "Based on its plan, the Company has concluded": behind an opening, too.
_COMPANY = compile_pattern(
    r"(?:[A-Z][^,.;:“”\"]{3,90},\s)?(?P<word>[Tt]he (?:[Cc]ompany|[Gg]roup|[Ff]irm))"
    r"(?=[’']s\b|\s(?:\w+ly\s|also\s|now\s|still\s|today\s)?(?:{finite}|[a-z]+s)\b)"
)


def _is_below_another(sentence: Sentence, sentences: Sequence[Sentence], issuer: str) -> bool:
    """Whether the sentence right above is about another firm than ``issuer``, or has one in full.

    But for that, "The Company" is the issuer anyhow.
    """
    above = "".join(before.text for before in find_above(sentence, sentences, 1))
    source = " ".join(other.text for other in sentences)
    itself = re.search(r"[“\"](?:[Tt]he )?(?:Company|Group)\b", source)  # “Acme” or the “Company”
    if not itself and any(name.split()[0] not in issuer for name in find_companies(above)):
        return True  # whom a rating agency or a law firm tells about
    text = strip_dateline(above)[0]  # "As a global business, Acme sails."
    match = _SUBJECT.match(text) or _SUBJECT.match(text.partition(", ")[2])
    if match is None or above.startswith("The ") or sentence.text.startswith("The Company"):
        return False
    name = match["name"]
    named = " " in name or begins_with_name(name, source)
    return named and name.split()[0] not in issuer and not is_person(name, source)


def _is_called(name: str, word: str, sentences: Sequence[Sentence]) -> bool:
    """Whether ``word``, "The union" or "The airline", may stand for ``name``: any firm is a company, few are unions."""
    noun = word.rpartition(" ")[2].lower()
    if noun in _ANY_FIRM or noun in name.lower():
        return True
    first = re.escape(name.partition(" ")[0])
    beside = rf"\b{noun}s?\s(?:\w+\s)?{first}|{first}\b(?:[^.;,]*,\s|\s(?:is|was)\s)[^.;,]*\b{noun}\b"
    return any(re.search(beside, one.text) for one in sentences)


# "Acme Inc. CEO Ada Brown": the firm, and no name where the post comes first.
_BEFORE_POST = compile_pattern(r"(?:^|\s)(?i:{post}|chief|executive|managing|vice)\b.*")


def _find_actor(sentence: Sentence, sentences: Sequence[Sentence], issuer: str, title: str) -> str:
    """Whom the sentence before is about, where it acts or the headline names it.

    "The company" is whose release it is, unless the sentence above is about another; "it" only where that sentence
    begins with the name.
    """
    source = " ".join(other.text for other in sentences)
    above = find_above(sentence, sentences, BACK)[:1]
    for one in (sentence, *above):
        if issuer and _COMPANY.match(one.text):  # "The Company has sold a mill. It expects …"
            return "" if _is_below_another(one, sentences, issuer) else issuer
    for before in above:
        said = find_attribution(before.text)
        match = _SUBJECT.match(strip_dateline(before.text)[0])
        if match is None or (said is not None and said.form == "after"):
            return ""  # nobody, or two
        name = _BEFORE_POST.sub("", match["name"])
        if name.partition(" ")[0] == issuer.partition(" ")[0]:
            return issuer
        whole = name != "" and (
            (" " in name or begins_with_name(name, source))
            and not re.search(r"[’']s\b", name)
            and not is_person(name, f"{title}\n{source}")
            and not find_people(tuple(sentences)).know(name)
        )
        person = re.search(rf"[A-Z][a-z]+\s(?i:{re.escape(name)})\b", source)
        sure = name.partition(" ")[0] in title or (_ACTS.match(match.string, match.end() + 1) and not person)
        return name if whole and sure else ""
    return ""
