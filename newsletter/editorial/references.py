"""What a bullet points at without naming it: "the bank", "this process", a surname alone. Pure.

A reader has the headline and the bullets above, nothing else. A thing presumed known ("the company", "the
agreement", "these findings") must be named there, or the bullet leaves its reader asking which. Which company
is meant is looked up in the article: the last one named before. A thing that says itself which it is ("the
mill in Ontario", "the proposed merger") points at nothing.
"""

# ruff: noqa: PLR2004 - lengths and shares of words are read best where they stand
# ruff: noqa: SIM905 - word lists are kept as lines of words

from __future__ import annotations

import re
from collections.abc import Sequence

from newsletter.editorial.sentences import BlockKind, Sentence
from newsletter.editorial.stems import STOP, stem

# Who can be meant by "the company".
_WHO = (
    "company firm group miner producer developer explorer corporation manufacturer supplier bank fund agency ministry department "
    "regulator bureau association organisation organization university institute carmaker automaker startup start-up lender retailer "
    "issuer partnership"
).split()
# Things, by kind: one of a line can be meant by another of it.
_WHAT = tuple(
    frozenset(stem(word) for word in line.split())
    for line in """
project property deposit mine site asset plant facility complex refinery mill smelter factory operation licence license prospect claims mineralization station hub
deal agreement transaction acquisition merger partnership collaboration alliance contract offtake loi letter memorandum mou venture takeover offer offering placement financing option scheme arrangement acquire merge
funds award grant funding loan investment proceeds money financing capital raise
survey study test testing result finding sample program programme drilling campaign trial assessment evaluation assay analysis research work eia
order initiative policy rule law bill regime measure control curb restriction tariff move decision ban plan strategy directive effort push act action
technology process platform system innovation method technique breakthrough product circuit approach solution
conference meeting event summit call ceremony visit interview
article piece editorial
report study statement message announcement release letter news
position role appointment board
metal mineral material element oxide commodity resource ore concentrate alloy magnet mixture earths
debenture note share warrant bond unit stock
momentum trend rally streak surge growth
""".strip().splitlines()
)
_TIME = "year month week quarter day morning afternoon evening night summer autumn fall spring winter weekend season decade century time point stage end period january february march april may june july august september october november december"
_SUBJECT = 60  # characters of a sentence within which its subject stands
_PLACES = frozenset("region country state area city nation province town".split())
_TIMES = frozenset(_TIME.split())
_PLAIN = "(?:new|same|proposed|entire|whole|final|latest|current|two|three|four|five|six|resulting|combined|planned|initial|joint|growing|broader|strategic|recent|innovative|critical|important)"
_THE = re.compile(
    rf"\b[Tt]he\s(?:{_PLAIN}\s){{0,2}}(?P<noun>[a-z][\w-]+)(?P<poss>[’']s?)?(?P<after>\s+[\w“\"$]+)?"
)
_THIS = re.compile(
    r"\b(?P<det>[Tt]hese|[Tt]his|[Tt]hose|[Ss]uch)\s(?P<words>(?:[a-z][a-z-]+\s?){1,4})(?=\W|$)"
)
_LATE = 14  # words before a "this" from which it points into its own bullet
_ACRONYM = re.compile(r"\b(?P<name>[A-Z]{3,6})s?\b(?!\s*\))")
# What a reader of this field needs no word for.
_USUAL = frozenset(
    "REE REO TREO MREO HREE LREE NdPr CEO CFO IEA SEC USGS NASA GDP IPO DOD DOE EPA ETF ESG JORC ASX TSX NYSE LSE MOU LOI JV EU USA UK".split()
)
_LEGAL = frozenset("Inc Corp Corporation Ltd Limited PLC Company Group Co LLC".split())
_NO_THING = frozenset({"mining", "miner", "miners", "operating", "operator", "operators"})
_VERB = r"(?:\w+ed|\w+ly|\w+ing|comes?|marks?|means?|shows?|makes?|takes?|gives?|adds?|follows?)"
_SELF_CONTAINED = frozenset(
    "of for to that which who between in at with from on by where under whose called known near including about over against into".split()
)
_NAME = re.compile(r"\b(?:[A-Z][\w&’'-]*[\w]|[A-Z])(?:\.?\s(?:of\s|and\s|&\s)?[A-Z][\w&’'-]*\w)*")
_FORM = re.compile(
    r"\b(?:Inc|Corp|Corporation|Ltd|Limited|PLC|plc|Group|Company|Co|LLC|AG|SA|NV|Resources|Mining|Metals|Minerals|Bank|Holdings?|Technologies|Capital|Energy|Fund|Ministry|Department|Commission|Agency|University|Institute|Materials|Elements|Exploration|Earths?)\b"
)
_PERSON = re.compile(
    r"(?:CEO|CFO|COO|[Cc]hief|[Dd]irector|[Pp]resident|[Cc]hair\w*|[Aa]nalyst|[Pp]rofessor|Mr|Ms|Mrs|Dr|Gen|General|Sen|Secretary|Minister)\.?,?\s(?:[a-z]+\s){0,2}$"
)
_SURNAME = re.compile(
    r"^[“\"]?(?P<name>[A-Z][a-zé’'-]{2,}(?:-[A-Z]\w+)?)(?:[’']s)?\s(?:also\s)?(?P<verb>[a-z]+)\b"
)


def find_untied(
    text: str, told: str, *, sentence: Sentence, sentences: Sequence[Sentence], title: str
) -> str:
    """Find what ``text`` points at that ``told`` (headline, lead-in and earlier bullets) does not name; "" where nothing.

    ``sentence`` is where ``text`` comes from, ``sentences`` are those of its article.
    """
    return (
        _find_definite(text, told, sentence=sentence, sentences=sentences, title=title)
        or _find_demonstrative(text, told)
        or _find_possessive(text, told, sentence=sentence, sentences=sentences, title=title)
        or _find_acronym(text, told, sentences)
        or _find_section(text, told, sentence=sentence, title=title)
    )


def _find_definite(
    text: str, told: str, *, sentence: Sentence, sentences: Sequence[Sentence], title: str
) -> str:
    """A company or a thing presumed known: "the bank", "the agreement"."""
    for match in _THE.finditer(text):
        noun, before = match["noun"].lower(), text[: match.start()]
        after = (match["after"] or "").strip()
        if (after.lower() in _SELF_CONTAINED and not match["poss"]) or after[:1].isupper():
            continue
        if noun in _WHO or noun.removesuffix("s") in _WHO:
            if not _knows_whom(before, told, sentence, sentences, title):
                return match.group().strip()
            continue
        kinds = _kinds(noun)
        goes_on = not match["poss"] and _goes_on(after.lower(), begins=match.start() < 2)
        if kinds and not goes_on and not kinds & (_stems(told) | _stems(before)):
            return match.group().removesuffix(match["after"] or "").strip()
    return ""


def _find_possessive(
    text: str, told: str, *, sentence: Sentence, sentences: Sequence[Sentence], title: str
) -> str:
    """Whose mine it is in "Output rose at its mine", where the bullet names nobody before."""
    match = re.search(r"\bits\s\w+", text)
    if (
        match is None
        or re.search(r"\s[A-Z]|\b(?:[Tt]he|[Aa]n?)\s", text[: match.start()])
        or match.start() == 0
    ):
        return ""
    known = _knows_whom("", told, sentence, sentences, title)
    return "" if known else match.group()


def _find_section(text: str, told: str, *, sentence: Sentence, title: str) -> str:
    """Of whom a bullet tells that names nobody, where it stands in a section about one of several companies."""
    if re.search(r"\s[“\"(]?[A-Z][a-z]", text):
        return ""
    names = _find_names(sentence.heading, title)
    return names[0] if names and not any(_is_told(name, told) for name in names) else ""


def _find_demonstrative(text: str, told: str) -> str:
    """What "this" or "these" points at; late in a bullet it points into the bullet itself."""
    for match in _THIS.finditer(text):
        named = _read_thing(match["words"])
        before = text[: match.start()]
        if not named or named[0] in _TIMES or named[0].endswith("ly") or len(before.split()) >= _LATE:
            continue
        if named[-1] in _PLACES and re.search(r"\s[A-Z]", before):
            continue
        mates = frozenset(mate for noun in named for mate in (_kinds(noun) | {stem(noun)}))
        if not mates & (_stems(told) | _stems(before)):
            return f"{match['det']} {' '.join(named)}"
    return ""


def _find_acronym(text: str, told: str, sentences: Sequence[Sentence]) -> str:
    """An acronym that the article made for itself ("its strategic metals complex (SMC)") and the reader was not told."""
    for match in _ACRONYM.finditer(text):
        name = match["name"]
        if name in _USUAL or re.search(rf"\b{name}", told) or f"({name}" in text or f"“{name}" in text:
            continue
        made = next(
            (
                found
                for other in sentences
                if (
                    found := re.search(
                        rf"((?:[\w.,&’'-]+\s){{1,8}})\((?:[\w .-]{{2,20}}:\s*)?(?:the\s)?[“\"‘']?{name}s?[”\"’']?[,)]",
                        other.text,
                    )
                )
            ),
            None,
        )
        if made is None:
            continue
        words = [word for word in re.findall(r"[A-Z][\w’'-]+", made[1]) if word not in _LEGAL][-len(name) :]
        if words and not all(word in told or word in text for word in words):
            return name
    return ""


def _read_thing(words: str) -> list[str]:
    """The words of a thing after "this": up to the first small word or verb."""
    named: list[str] = []
    for word in words.lower().split():
        if word in STOP or (named and re.fullmatch(_VERB, word)):
            break
        named.append(word)
    return named


def _stems(text: str) -> frozenset[str]:
    """The stems of its words; "mining" is no mine, an operator no operation."""
    words = re.findall(r"[^\W_]+", text)
    return frozenset(stem(word) for word in words if word.lower() not in _NO_THING)


def _kinds(noun: str) -> frozenset[str]:
    own = stem(noun)
    return frozenset(mate for line in _WHAT if own in line for mate in line)


def _goes_on(word: str, *, begins: bool) -> bool:
    """Whether ``word`` goes on with the name of the thing ("the project team"), rather than says what it does."""
    if not word:
        return False
    if word in {"and", "or"}:
        return not begins  # "the control and supply of …"
    return not re.fullmatch(_FINITE, word) and not (begins and word.endswith(("s", "ed", "ly")))


_FINITE = r"(?:is|are|was|were|has|have|had|will|would|can|could|may|might|shall|should|must|do|does|did|but|as|also|not|it|\w+ed|\w+ly|\d.*)"


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
        if _PERSON.search(text[: match.start()]) or name in STOP:
            continue
        head = name.split()[0]
        in_title = len(head) > 2 and head.lower() not in STOP and re.search(rf"\b{re.escape(head)}", title)
        if in_title or _FORM.search(name) or (name.isupper() and len(name) > 2):
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
    """Find the full name, with its role where one stands before it, of whom ``text`` calls by surname alone; "" where told."""
    match = _SURNAME.match(text)
    if match is None or match["name"].lower() in STOP or re.search(rf"\b{re.escape(match['name'])}\b", told):
        return ""
    return find_full_name(match["name"], source)


_ROLE = r"(?:(?:[Cc]hief [Ee]xecutive(?: [Oo]fficer)?|[Cc]hief (?:[A-Z][a-z]+ (?:and )?){0,3}[Oo]fficer|CEO|CFO|COO|[Mm]anaging [Dd]irector|[Cc]hair(?:man|woman|person)?|[Pp]resident|[Mm]inister|[Pp]rofessor|[Aa]nalyst|[Dd]irector|Dr\.?|Senator|Gov(?:ernor|\.)?)(?: and (?:CEO|[Pp]resident|[Mm]anaging [Dd]irector))?\s)"


def find_full_name(surname: str, source: str) -> str:
    """The first full name in ``source`` that ends in ``surname``, with its role where one stands before it."""
    match = re.search(
        rf"{_ROLE}?\b(?!The\b|Officer\b|In\b|On\b|At\b|But\b|And\b)(?:[A-Z][a-zé’']+\s){{1,2}}(?:[A-Z]\.\s)?(?:de\s|van\s|von\s)?{re.escape(surname)}\b(?![’'\s]*[A-Z])",
        source,
    )
    return " ".join(match.group().split()) if match else ""
