"""What a bullet presumes known among things: "the agreement", "this process", "China’s move", "Stage 1". Pure.

The head noun of each must be told before it: by the headline, by a bullet above, or earlier in the bullet itself. A
thing that says itself which it is ("the mill in Ontario", "the proposed merger of …") points at nothing.
"""

# ruff: noqa: PLR2004 - lengths and shares of words are read best where they stand
# ruff: noqa: SIM905 - word lists are kept as lines of words

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from newsletter.english.nouns import find_kinds, read_things, tells_several
from newsletter.english.sentences import Sentence
from newsletter.english.stems import STOP, content_roots, stem

_TIME = "year month week quarter day morning afternoon evening night summer autumn fall spring winter weekend season decade century time point stage end period january february march april may june july august september october november december"
_TIMES = frozenset(_TIME.split())
_PLACES = frozenset("region country state area city nation province town".split())
_PLAIN = r"(?:new|same|proposed|entire|whole|final|latest|current|two|three|four|five|six|resulting|combined|planned|initial|joint|growing|broader|strategic|recent|innovative|critical|important|(?:phase|stage)\s(?:\d|[IVX]+|one|two|three))"
_THE = re.compile(
    rf"\b[Tt]he\s(?:{_PLAIN}\s){{0,2}}(?P<noun>[a-z][\w-]+)(?P<poss>[’']s?)?(?P<after>\s+[\w“\"$]+)?"
)
_THIS = re.compile(
    r"\b(?P<det>[Tt]hese|[Tt]his|[Tt]hose|[Ss]uch)\s(?P<words>(?:[a-z][a-z-]+\s?){1,4})(?=\W|$)"
)
_THAT = re.compile(
    r"\b(?:into|of|in|to|for|with|on|from|by|at|fill|close|meet|address|under|after|before|since)\sthat\s(?P<noun>[a-z]+)(?=[,.;]|\s(?:and|by|with|as|in|for|through)\b|$)"
)
# "seems to understand this and the risks of …": a pronoun.
_BARE = re.compile(
    r"\b\w+\s(?P<noun>this|these)(?=[.;]|,?\s(?:and|or|but|by|as|is|was|were|are|will|would|can|could|may|in|at|with|for|to|from)\b|$)"
)
# "The ETF", "the MOU": things that an abbreviation names, and no name of their own.
_SHORT = re.compile(
    r"\b[Tt]he\s(?P<noun>ETF|MOU|LOI|JV|IPO|MOA|NDA|PFS|DFS|BFS|FS|PEA|MRE|EIS|EIA|SPAC|REIT|SPV|FTA|DD|EPC|R&D)\b(?![’'-]?\w|\s[A-Z])"
)
_AKIN = 6  # letters that words of one root share
_LATE = 14  # words before a "this" from which it points into its own bullet
_VERB = r"(?:\w+ed|\w+ly|\w+ing|comes?|marks?|means?|shows?|makes?|takes?|gives?|adds?|follows?)"
_SELF_CONTAINED = frozenset(
    "of for to that which who between in at with from on by where under whose called known near including about over against into".split()
)
# "The capital, Mogadishu, …", "the rally, called …".
_NAMED = re.compile(
    r",\s(?:(?:called|named|dubbed|known as|titled|entitled)\s|(?!(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|Mon|Tue|Wed|Thu|Fri|Sat|Sun)\w*\b)[A-Z][\w’'-]+(?:\s[A-Z][\w’'-]+)*(?=[,;]|\.?$))"
)
_LAWFUL = re.compile(
    r"\b(?:with|under|by|within|outside|against|above|break(?:s|ing)?|broke|broken|obey(?:s|ed)?|of)\s$"
)
_BY_WHOM = re.compile(r"\s\w+(?:ed|wn|ilt)\s(?:by|with|under|from)\b")  # "the mills constructed by Acme"
# What a thing does in the present tense; after "the report" such a word begins the verb, not a longer name.
_ACTS = frozenset(
    "supports provides shows includes covers adds gives makes takes holds says states notes finds suggests demonstrates reveals confirms highlights indicates focuses aims "
    "allows enables represents spans sits lies contains comprises calls requires runs seeks targets uses helps marks brings opens remains expands comes follows builds "
    "needs has values outlines describes concludes recommends proposes creates strengthens positions underscores reflects ensures gets goes means hosts produces "
    "involves consists consisted leads led set met won began came took gave made held found sets".split()
)
_FINITE = r"(?:is|are|was|were|has|have|had|will|would|can|could|may|might|shall|should|must|do|does|did|but|as|also|not|it|\w+ed|\w+ly|\d.*)"
# "China’s move exposed …": whose it is is told, what it was is not.
_WHOSE = re.compile(
    r"\b[A-Z][\w.-]*[’']s?\s(?:latest\s|recent\s|new\s)?(?P<noun>moves?|decisions?|actions?|plans?|announcements?|restrictions?|curbs?|measures?|response|offer|bid|proposal)\b"
    r"(?!\s(?:to|of|on|for|against|with|by|that|in)\b)"
)
# "Acme will acquire the company": a deal whose other side is not named.
_PARTNER = re.compile(
    r"\b(?:acquir(?:e|es|ed|ing)|buy|buys|bought|purchas(?:e|es|ed|ing)|merg(?:e|es|ed|ing) with|partner(?:s|ed|ing)? with)\sthe\s(?:company|business|firm|target)\b(?![’'])"
)
_STAGE = re.compile(
    r"^(?P<name>(?:Stage|Phase|Tier|Round)\s(?:\d|[IVX]+|one|two|three|One|Two|Three)[A-Za-z]?)\s(?:is|was|will|has|had|would|could|may|can|begins|began|starts|started|ends|ended)\b"
)
_PROJECT = re.compile(
    r"\b(?:project|mine|plant|facility|refinery|complex|smelter|expansion|programme|program|trial|study)\b",
    re.IGNORECASE,
)
# "Exports in September fell by 31%": of what?
_TRADE = re.compile(
    r"(?:^|\b(?:that|showed|revealed|said|as|while|and)\s)(?P<noun>[Ee]xports|[Ii]mports|[Ss]hipments)\s(?:(?:in|for|to|during|last|this)\s[\w ]{2,30}?\s)?"
    r"(?:fell|rose|dropped|declined|decreased|increased|surged|plunged|jumped|climbed|slumped|grew|were (?:up|down))\b"
)


# "The president fired back": at what? "took another hit": from what? The sentences before it tell.
_REACTION = re.compile(
    r"\b(?:(?:fire[sd]?|hits?|struck|strikes?|push(?:es|ed)?|sh(?:oots?|ot)|fought|clap(?:s|ped))\sback(?=[,.;]|\s(?:with|by|saying)\b|$)"
    r"|(?:retaliate[sd]|reacted|countered|hit out|followed suit|responded)(?=[,.;]|\s(?:with|by|saying)\b|$)"
    r"|(?:another|yet\sanother)\s(?:hit|blow|setback|escalation|twist|knock|reversal)\b(?!\s(?:from|when|after|as|with|by|to|for|in)\b)"
    r"|in\s(?:response|retaliation|reaction|return|reply)(?=[,.;]|$))"
)
_HAPPENED = re.compile(
    r"\b(?:\w+ed|put|took|cut|began|hit|set|shut|won|lost|made|gave|sent|sold|bought|told|held|met|broke)\b"
)
_CAUSE = re.compile(r"\b(?:after|following|because|since|when|as)\b", re.IGNORECASE)
_BACK = 4  # sentences before a reaction within which its cause stands
_TOLD = 0.5  # share of the cause's content words from which it is told
_LEAST = 3  # of them at the least


def find_reaction(text: str, told: str, sentence: Sentence, sentences: Sequence[Sentence]) -> str:
    """Find a reaction in ``text`` to what neither ``told`` nor the text before it tells; "" where there is none.

    ``sentence``, one of ``sentences``, is where ``text`` comes from: what it reacts to stands shortly before it.
    """
    match = _REACTION.search(text)
    before = text[: match.start()] if match else ""
    if match is None or len(before.split()) >= _LATE or _CAUSE.search(before):
        return ""
    known = frozenset(content_roots(told))
    for cause in sentences[max(0, sentence.index - _BACK) : sentence.index]:
        words = frozenset(content_roots(cause.text))
        if _HAPPENED.search(cause.text) and len(words & known) >= max(_LEAST, _TOLD * len(words)):
            return ""
    return match.group()


def find_pointer(text: str, told: str, sentences: Sequence[Sentence] = ()) -> str:
    """Find a thing that ``text`` presumes known and ``told`` (headline, lead-in, earlier bullets) does not tell; "" where none."""
    things = read_things(told, sentences)
    return (
        _find_definite(text, told, things, sentences)
        or _find_demonstrative(text, things, sentences)
        or _find_bare(text)
        or _find_short(text, told)
        or _find_that(text, things, sentences)
        or _find_whose(text, things)
        or (match.group() if (match := _PARTNER.search(text)) else "")
        or _find_stage(text, told)
        or _find_trade(text, told)
    )


def find_definites(text: str) -> Iterator[tuple[re.Match[str], str]]:
    """Every "the …" that does not say itself which it is, with its noun."""
    for match in _THE.finditer(text):
        after = (match["after"] or "").strip()
        told = after.lower() in _SELF_CONTAINED or _BY_WHOM.match(text, match.start("after"))
        named = _NAMED.match(text, match.end("noun"))
        if not ((told and not match["poss"]) or after[:1].isupper() or named or _is_the_law(match, text)):
            yield match, match["noun"].lower()


def _is_the_law(match: re.Match[str], text: str) -> bool:
    """Whether it is the law as such: "under the law"."""
    return match["noun"] == "law" and _LAWFUL.search(text[: match.start()]) is not None


def _find_definite(text: str, told: str, things: frozenset[str], sentences: Sequence[Sentence]) -> str:
    for match, noun in find_definites(text):
        kinds = find_kinds(noun)
        if not kinds:
            continue
        after = (match["after"] or "").strip()
        if not match["poss"] and _goes_on(after.lower(), begins=match.start() < 2):
            continue
        before = text[: match.start()]
        if not kinds & (things | read_things(before, sentences)) or tells_several(noun, f"{told} {before}"):
            return match.group().removesuffix(match["after"] or "").strip()
    return ""


def _find_demonstrative(text: str, things: frozenset[str], sentences: Sequence[Sentence]) -> str:
    """What "this" or "these" points at; late in a bullet it points into the bullet itself."""
    for match in _THIS.finditer(text):
        named = _read_thing(match["words"])
        before = text[: match.start()]
        late = len(before.split()) >= _LATE and not before.endswith(" part of ")
        if not named or named[0] in _TIMES or named[0].endswith("ly") or late:
            continue
        if named[-1] in _PLACES and re.search(r"\s[A-Z]", before):
            continue
        mates = frozenset(mate for noun in named for mate in (find_kinds(noun) | {stem(noun)}))
        told = things | read_things(before, sentences)
        if not mates & told and not any(_is_akin(noun, thing) for noun in named for thing in told):
            return f"{match['det']} {' '.join(named)}"
    return ""


def _find_bare(text: str) -> str:
    """A "this" that stands for a whole thought, before the bullet has told one."""
    for match in _BARE.finditer(text):
        if len(text[: match.start("noun")].split()) < _LATE:
            return match["noun"]
    return ""


def _find_short(text: str, told: str) -> str:
    """An abbreviation for a thing of which no other was told."""
    for match in _SHORT.finditer(text):
        noun, before = match["noun"], f"{told} {text[: match.start()]}"
        initials = "".join(word[0] for word in re.findall(r"[A-Za-z]+", before)).upper()
        if not re.search(rf"\b{re.escape(noun)}s?\b", before) and noun not in initials:
            return match.group()
    return ""


def _is_akin(noun: str, thing: str) -> bool:
    """Whether two words come from one: "dependence" after "dependent"."""
    return len(noun) >= _AKIN and len(thing) >= _AKIN and noun[:_AKIN] == thing[:_AKIN]


def _find_that(text: str, things: frozenset[str], sentences: Sequence[Sentence]) -> str:
    """What "into that gap" points at; "that" alone has too many uses."""
    for match in _THAT.finditer(text):
        kinds = find_kinds(match["noun"])
        if kinds and not kinds & (things | read_things(text[: match.start()], sentences)):
            return f"that {match['noun']}"
    return ""


def _find_whose(text: str, things: frozenset[str]) -> str:
    """Whose move it is may be told, and not what the move was."""
    for match in _WHOSE.finditer(text):
        rest = f"{text[: match.start()]} {text[match.end() :]}"
        if not find_kinds(match["noun"]) & (things | read_things(rest)):
            return match.group()
    return ""


def _find_stage(text: str, told: str) -> str:
    """Of what "Stage 1" is one: its project must be told, or the stage itself."""
    match = _STAGE.match(text)
    if match is None or match["name"].lower() in told.lower() or _PROJECT.search(told):
        return ""
    return match["name"]


def _find_trade(text: str, told: str) -> str:
    """Exports of what: the bullets above or the headline must have told."""
    match = _TRADE.search(text)
    if match is None:
        return ""
    noun = match["noun"].lower()
    known = re.search(
        rf"\b(?!(?:bar|ban|halt|curb|stop|of|on|to|and|the|in|its|all|for)\b)[\w-]+\s{noun}?\b|\b{noun}?\sof\b",
        told,
        re.IGNORECASE,
    )
    return "" if known else match["noun"]


def _read_thing(words: str) -> list[str]:
    """The words of a thing after "this": up to the first small word or verb."""
    named: list[str] = []
    for word in words.lower().split():
        if word in STOP or (named and re.fullmatch(_VERB, word)):
            break
        named.append(word)
    return named


def _goes_on(word: str, *, begins: bool) -> bool:
    """Whether ``word`` goes on with the name of the thing ("the project team"), rather than says what it does."""
    if not word:
        return False
    if word in {"and", "or"}:
        return not begins  # "the control and supply of …"
    return (
        word not in _ACTS
        and not re.fullmatch(_FINITE, word)
        and not (begins and word.endswith(("s", "ed", "ly")))
    )
