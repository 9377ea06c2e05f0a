"""Who says it: the speaker of a sentence, inherited speakers and lead-ins, and the publisher's own judgement. Pure.

A sentence is *attributed* when it names its speaker ("Baogang said …", "…, according to the ministry",
"Baogang's claim that …"). It *inherits* its speaker where the article relays one speaker's message and
the sentence reports that speaker's doings without saying so again. A lead-in from a closed set carries
an inherited speaker, or replaces an attribution whose subject would dangle ("The firm stated that …").
What the publisher thinks of it ("signaling tighter integration") belongs to the publisher alone.
"""

# ruff: noqa: PLR2004 - lengths and shares of words are read best where they stand

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from newsletter.editorial.sentences import BlockKind, Sentence

_SAY = (
    r"(?:said|says|say|stated|states|claimed|claims|declared|declares|announced|announces|reported|reports|disclosed|"
    r"discloses|added|adds|noted|notes|told(?:\s+[\w’'.]+){1,4}?|alleges?|alleged|suspects?|suspected|believe|explained|explains|argued|argues|warned|warns|confirmed|confirms|revealed|"
    r"reveals|estimated|estimates|believes|believed|insisted|insists|maintained|maintains|acknowledged|acknowledges|"
    r"commented|comments|predicted|predicts|forecasts?|asserted|asserts|emphasi[sz]ed|emphasi[sz]es|stressed|stresses|"
    r"pointed out|points out|indicated|indicates|outlined|outlines|highlighted|highlights|wrote|writes|concluded|concludes|"
    r"projects|projected|expects|expected|pledged|pledges|promised|touted|touts|flagged|flags)"
)
_SAID = r"(?:said|says|added|adds|noted|notes|told|explained|explains|stated|states|reported|announced|confirmed|warned|wrote|estimated|estimates|argued|argues|claimed|claims|commented|concluded)"  # after a clause
_SAY_NOUN = r"(?:claim|statement|announcement|assertion|report|view|belief|estimate|forecast|contention|argument|declaration|warning)"
_CAPITALISED = r"(?:Inc|Corp|Ltd|Co|Cos|Bros|St|Mt|Dr|Mr|Ms|Mrs|Prof|Gen|Sen|Gov)\.|[A-Z][\w&.’'-]*(?<![.])|[A-Z]\.(?:[A-Z]\.)*"
_NAME = rf"(?:{_CAPITALISED})(?:\s+(?:(?:of|and|&|for|de|du|da|von|van)\s+(?:the\s+)?)?(?:{_CAPITALISED})|\s+\d{{1,2}}(?=\s))*"
_ANAPHOR = (
    r"(?:(?:the|this|that)\s+(?:company|firm|group|miner|producer|developer|explorer|corporation|manufacturer|supplier|ministry|"
    r"department|agency|government|commission|regulator|bureau|association|organi[sz]ation|bank|fund|university|institute|"
    r"report|study|statement|message|release|researchers|authors|officials|state-owned (?:company|firm|group))|it|he|she|they|we)"
)
_ROLE = r"(?:[A-Za-z’'-]+\s+){0,6}?"
_SUBJECT = (
    rf"(?P<subject>{_ANAPHOR.replace('the|this|that', '[Tt]he|[Tt]his|[Tt]hat')}|(?:(?:[Tt]he|[Aa]n?|[Ii]ts|[Hh]is|[Hh]er|[Tt]heir|[Oo]ne|[Ss]ome|[Ss]everal|[A-Z][a-z]+)\s+(?:[a-z][\w’'-]*\s+){{0,4}}?)?{_NAME}"
    r"|(?:[Tt]he|[Aa]n?|[Ii]ts|[Oo]ne|[Ss]ome|[Ss]everal|[Tt]wo)\s+(?:[\w’'-]+\s+){0,5}?[a-z][\w’'-]*|It|He|She|They|We)"
)
_ADVERB = r"(?:\s+(?:also|further|earlier|later|has|have|had|recently|publicly|now|again|today|separately|proudly|formally|officially|\w+ly))*"
_WHEN = r"(?:\s+(?:on|in|late|earlier|this|last)\s+[\w,. ]{3,24}?)?"
_LEAD = r"^(?P<lead>(?:[^,.;:“\"]{1,90},\s+)?)"
_APPOSITIVE = r"(?:,\s[^,]{2,120}?(?:,[^,]{2,60}?)?,)?"

_THAT = re.compile(
    rf"{_LEAD}{_SUBJECT}{_APPOSITIVE}{_ADVERB}\s+(?P<verb>{_SAY}){_WHEN}(?P<that>,?\s+that)?\s+(?P<content>\S.*)$",
    re.DOTALL,
)
_NOUN_THAT = re.compile(
    rf"(?P<lead>^.*?)(?P<subject>{_NAME}|[Tt]he\s+\w+)(?:’s|'s|s’|s')\s+(?P<verb>{_SAY_NOUN})\s+that\s+(?P<content>\S.*)$",
    re.DOTALL,
)
_ACCORDING = re.compile(r"^[Aa]ccording to\s+(?P<subject>[^,]{2,100}),\s+(?P<content>\S.*)$", re.DOTALL)
_TAIL = re.compile(
    rf"^(?P<content>.*\S)(?<!,)(?<!\sthe)(?<!\sa)(?<!\san),?\s+(?:[Aa]ccording to\s+(?P<subject>[^,;]{{2,120}}?)|(?P<subject2>(?:the\s+)?{_NAME}|{_ANAPHOR}|[a-z][\w -]{{2,40}}?)(?:,[^,]{{2,80}},)?\s+(?:{_SAID})"
    rf"(?:\s[\w ,’'-]{{0,60}})?|(?:{_SAID})\s+(?P<subject3>(?!(?:on|in|at|that|it|he|she|they|to|by|for|this|last|the same)\b){_ROLE}{_NAME})(?:,.{{2,140}})?)[.”\"’']*$",
    re.DOTALL,
)
_ANY = re.compile(rf"\b{_SAY}\b|\baccording to\b|\b{_SAY_NOUN}\s+that\b", re.IGNORECASE)
_DOCUMENT = re.compile(
    r"\b(?:message|statement|press release|news release|release|filing|announcement|letter|address|speech|briefing|"
    r"annual report|quarterly report|interim report|report|results|presentation|update|white paper|notice|blog post)\b",
    re.IGNORECASE,
)
_ANAPHOR_START = re.compile(rf"^{_ANAPHOR}\b", re.IGNORECASE)
_PRONOUN_START = re.compile(
    r"^[\"“”'‘’(\[]*(?:it|its|it’s|it's|he|she|they|his|her|hers|their|theirs|him|them|this|that|these|those|such|we|our|us|"
    r"you|your|i|my|there’s|here|both|neither|either|(?:one|several|some|many|most|all|two|both|each|none|few) of (?:them|these|those|this)|the (?:former|latter|same|other)|others?|another|"
    r"each|all of (?:them|this|these)|some of (?:them|these)|so|as such|then|thus|hence|instead|likewise|doing so|to do so|to that end|"
    r"as a result|in turn|by contrast|in contrast|in other words)\b",
    re.IGNORECASE,
)
# "With this conversion, …": the opening phrase points back.
_POINTS_BACK = re.compile(
    r"^(?:As|In|At|For|With|After|Since|Under|On|By|Before|Despite|During|Following|Through|From|To)\s(?:this|these|such|those|that)\s(?!(?:year|month|week|quarter|day|morning|summer|autumn|spring|winter)\b)[a-z]",
)
# "As chairman, he …", "Known for her work, she …": the opening phrase names nobody either.
_PRONOUN_AFTER = re.compile(
    r"^(?:As|In|At|For|With|When|While|After|Since|Under|On|By|Before|If|Because|Although|Despite|During|Following|(?:\w+ly\s)?[A-Z]?[a-z]+(?:ed|ing|wn)|Born|Built)\b"
    r"(?:(?!\b[A-Z][a-z]{3,})[^,]){1,70},\s(?:he|she|it|they|his|her|their|this|these|those)\b"
)
# "Whether it reaches that goal or not, …": the opening clause is about something named before.
_CLAUSE_POINTS_BACK = re.compile(
    r"^(?:Whether|If|When|While|As|Although|Though|Because|Since|Before|After|Once|Until|Unless|Where|Given)\s(?:it|he|she|they|this|that|these|those)\b"
    r"|^If (?:correct|confirmed|true|so|successful|approved|adopted|passed|completed),\s|^(?:Close behind|Next up|Not far behind)\b"
    r"|^[A-Z][a-z]+,\s(?:it|he|she|they|this|these|those)\b"
)
_THE_START = re.compile(
    r"^[\"“'‘(]*(?:the|said)\s+(?:company|firm|group|miner|producer|developer|explorer|corporation|ministry|agency|project|deal|agreement|"
    r"move|plan|decision|move|measure|facility|plant|mine|partnership|transaction|acquisition|offering|program|programme|report|study|"
    r"researchers|authors|team|man|woman|couple|pair|trio|victim|suspect|announcement|companies|two|three|results|findings|news|"
    r"statement|message|price|figure|figures|rise|increase|decline|drop|fall|new)\b",
    re.IGNORECASE,
)
_SHORT_HEADING = 8  # words; a longer one is a headline that names an analysis among other things
_CUT_NAME = re.compile(r"(?:’s|'s|’|')$")

_JUDGING = (
    r"(?:signal(?:l?ing)|underscor(?:ing)|reinforcing|reflecting|highlighting|suggesting|indicating|demonstrating|"
    r"illustrating|marking|cementing|positioning|strengthening|solidifying|setting the stage|raising (?:questions|concerns|the prospect)|"
    r"pointing to|paving the way|showcasing|emphasi[sz]ing|echoing|hinting|revealing|exposing|proving|showing|confirming|"
    r"fuel(?:l)?ing|sparking|stoking|bolstering|consolidating|deepening|heralding|testifying|making it clear|leaving)"
)
_JUDGED_NOUN = (
    r"(?:signal|sign|move|step|reminder|indication|indicator|shift|blow|boost|testament|milestone|development|breakthrough|"
    r"warning|wake-up call|turning point|departure|bid|effort|attempt|strategy|trend|gamble|win|victory|setback|feat|"
    r"decision|outcome|moment|validation|reflection|acknowledg(?:e)?ment|admission|concession|escalation|hallmark|cornerstone|play)"
)
_JUDGED_TAIL = re.compile(
    rf"(?P<cut>(?:,|\s?[—–]|\s-)\s?(?:(?:thereby|thus|further|clearly|and|effectively|potentially|while|simultaneously|in turn|again)\s+)*{_JUDGING}\b[^.]*?"
    rf"|(?:,|\s?[—–]|\s-{{1,2}})\s?(?P<view>(?:an?|yet another|another)\s+(?:(?!(?:is|are|was|were|has|have|had|that|which|who|marks?|makes?|to)\b)[\w-]+\s+){{0,4}}?{_JUDGED_NOUN}\b[^.]*?))(?P<end>[.!]?[”\"]?\s*)$"
)
_JUDGED_WHOLE = re.compile(
    r"^(?:taken together|in short|in sum|overall|ultimately|the (?:bottom line|takeaway|implication|message|signal|upshot)\b|"
    r"for (?:investors|western|u\.s\.|policymakers|the west|american|readers|allied|global markets)\b|in our view|we (?:believe|think|see|expect|view)|"
    r"(?:this|that|these|it|the (?:move|deal|news|announcement|decision|development|shift))\s+(?:also\s+)?(?:has|have|signals?|underscores?|reinforces?|"
    r"highlights?|suggests?|means?|reflects?|illustrates?|demonstrates?|shows?|marks?|matters?|could|may|represents?|is|are|points?|raises?|comes?)\b)",
    re.IGNORECASE,
)
_JUDGED_WITHIN = re.compile(
    r"\b(?:underscor(?:es|ed)|reinforces|(?:strategic|profound|significant|far-reaching) implications|speaks volumes|it remains to be seen|"
    r"should (?:be|read|watch|note)|game[- ]changer|make no mistake|sends a (?:clear )?(?:signal|message)|worth (?:noting|watching)|(?:represents?|marks?) an? (?:\w+ )?(?:significant|major|pivotal|key|historic|important|critical|new era|shift|step|milestone|breakthrough|leap|opportunity|move|turning)"
    r"|sets? the stage|(?:particularly|especially|strategically) (?:significant|important|positioned)|(?:well|uniquely|ideally) positioned|at the forefront|at the heart of|transformative|groundbreaking technology"
    r"|tectonic shift|key player|central player|monumental|leap forward|cannot afford|can no longer|waking up to|long-term solutions?|can(?:’t|'t) afford|quiet revolution|no longer (?:a question|optional)|redefining (?:global|the)|emerging as an?|beacon|stak(?:es|ing) its claim|poised to|stepping in(?:to)?\b|position itself|clear vision|positioning (?:itself|for)|(?:is|are) position(?:ed|ing) as|key enabler|opportunity for \w+ widens|aggressive moves|stands? to benefit|(?:could|to) (?:benefit|capitali[sz]e) (?:from|on)|full potential|superior performance|invaluable|investment case|sets? (?:\w+ ){1,4}apart|struck a chord|strategic importance of|gives? (?:investors|shareholders)|provides? investors|stepping up to|could not be (?:more|clearer)|missing link)\b",
    re.IGNORECASE,
)
_VIEW_HEADING = re.compile(
    r"\b(?:why (?:this|it) matters|what (?:this|it) means|bottom line|our (?:take|view)|implications?|takeaways?|analysis|opinion|"
    r"commentary|conclusions?|outlook for investors|reality check|investor|what to watch|the big picture|so what)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribution:
    """What an attributed sentence says, and who says it. Offsets count within the sentence."""

    subject: str  # as written: "Baogang", "The firm"
    verb: str
    start: int  # of the content
    end: int
    clause: bool  # the content stands alone after "X says:"
    form: str  # "before", "noun", "according", "after"
    that: bool = False  # "said that …": what follows is a clause for certain


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """Whose message an article relays, and the sentence that establishes it."""

    name: str  # as it is shown: "Baogang"
    sentence: Sentence
    strong: bool  # a message or a release: unattributed reports of its doings are its own claims
    issuer: bool = False  # the speaker published the article: everything in it is its statement


_FINITE = re.compile(
    r"\b(?:is|are|was|were|has|have|had|will|would|can|could|may|might|should|must|do|does|did|\w{2,}ed|accounts?|remains?|"
    r"plans?|expects?|fell|rose|grew|won|made|began|took|became|came|went|got|saw|set|hit|cut|led|held|met|paid|sold|bought|built|"
    r"produces?|holds?|owns?|operates?|continues?|includes?|offers?|provides?|needs?|wants?|hopes?|aims?|makes?|shows?|supports?)\b"
)


def is_clause(words: str) -> bool:
    """Whether ``words`` look like a clause with a subject and a finite verb, so that they can follow "X says:"."""
    head = words[:160]
    match = _FINITE.search(head)
    return bool(
        match
        and match.start() > 0
        and re.match(r"[\w“\"$€£‘'(]", words)
        and not re.match(r"(?:to|by|with|on|in|at|for|from)\b", words)
    )


def find_attribution(sentence: str) -> Attribution | None:  # noqa: PLR0911 - one return a form of attribution
    """Find who says ``sentence`` within itself, or None where it is not attributed."""
    if not _ANY.search(sentence):
        return None
    if match := _ACCORDING.match(sentence):
        return _make(match, "according", "according to", match["subject"])
    if match := _NOUN_THAT.match(sentence):
        return _make(match, "noun", match["verb"], match["subject"])
    if (match := _THAT.match(sentence)) and (match["that"] or len(match["content"].split()) >= 4):
        clause = match["that"] is not None or (
            re.match(
                r"(?:said|says|claimed|claims|believes|estimates|stated|noted|confirmed)$", match["verb"]
            )
            is not None
            and is_clause(match["content"])
        )
        return _make(match, "before", match["verb"], match["subject"], clause=clause)
    if match := _TAIL.match(sentence):
        subject = match["subject"] or match["subject2"] or match["subject3"] or ""
        if re.match(
            r"(?:who|which|that|by|below|above|as|also|has|have|had|is|was|and|or|not)\b",
            subject,
            re.IGNORECASE,
        ):
            return None
        return _make(match, "after", "said", subject)
    return None


def _make(
    match: re.Match[str], form: str, verb: str, subject: str, *, clause: bool | None = None
) -> Attribution:
    content = match["content"]
    return Attribution(
        subject=_CUT_NAME.sub("", subject.strip()),
        verb=verb,
        start=match.start("content"),
        end=match.end("content"),
        clause=is_clause(content) if clause is None else clause and is_clause(content),
        form=form,
        that="that" in match.re.groupindex and match["that"] is not None,
    )


def is_speech(text: str) -> bool:
    """Whether any word of saying stands in ``text``."""
    return _ANY.search(text) is not None


def is_attributed(sentence: str) -> bool:
    """Whether the sentence itself says whose statement it is."""
    return find_attribution(sentence) is not None or "according to" in sentence.lower()


def names_speaker(sentence: str) -> bool:
    """Whether the sentence itself names, not only points at, the one whose statement it is."""
    found = find_attribution(sentence)
    return found is not None and not is_anaphor(found.subject)


def is_anaphor(subject: str) -> bool:
    """Whether ``subject`` points back ("The firm", "it") and names nobody."""
    return _ANAPHOR_START.match(subject) is not None and not re.search(r"\s[A-Z]", subject)


def is_dangling(text: str) -> bool:
    """Whether a highlight that starts like this leaves its reader asking who or what."""
    return any(
        pattern.match(text) for pattern in (_PRONOUN_START, _PRONOUN_AFTER, _POINTS_BACK, _CLAUSE_POINTS_BACK)
    )


def starts_definite(text: str) -> bool:
    """Whether it starts with a thing presumed known ("The company …"): weak alone, fine after a lead-in."""
    return _THE_START.match(text) is not None


def find_judgement(sentence: str) -> re.Match[str] | None:
    """Find a tail that gives the writer's judgement of what went before ("—an explicit move toward …").

    Group ``cut`` is what to delete; group ``view`` is set where it stands alone as a noun phrase.
    """
    best: re.Match[str] | None = None
    for start in (m.start() for m in re.finditer(r",|\s?[—–]|\s-", sentence)):
        match = _JUDGED_TAIL.match(sentence, start)
        if match and start >= 20:
            best = match
            break
    return best


def says_why(sentence: Sentence) -> bool:
    """Whether it stands under a heading such as "Why this matters"."""
    return bool(sentence.heading and _VIEW_HEADING.search(sentence.heading))


def is_judgement(sentence: Sentence) -> bool:
    """Whether the whole sentence is the writer's own judgement rather than news."""
    return bool(
        _JUDGED_WHOLE.match(sentence.text)
        or _JUDGED_WITHIN.search(sentence.text)
        or (
            sentence.heading
            and len(sentence.heading.split()) <= _SHORT_HEADING
            and _VIEW_HEADING.search(sentence.heading)
        )
    )


def _short_name(name: str, text: str) -> str:
    """The form the article itself uses most: "Baogang" for "Baogang Group" where it stands alone more often."""
    words = name.split()
    best, most = name, len(re.findall(rf"\b{re.escape(name)}\b", text))
    for size in range(1, len(words)):
        short = " ".join(words[:size])
        if len(short) < 3 or re.fullmatch(
            r"(?i)the|north|south|new|american|china|us|u\.s\.|general|national|royal|first", short
        ):
            continue
        alone = len(re.findall(rf"\b{re.escape(short)}\b(?!\s+(?:{_CAPITALISED}))", text))
        if alone >= 2 and alone > most / 2:
            return short
    return best


_NO_NAME = re.compile(
    r"(?:As|In|On|At|By|For|With|From|To|It|He|She|They|We|This|That|These|Those|A|An|One|Some|Several|Many|Most|All|Both|Each|And|But|Or|If|When|While|After|Before)\b"
)


def _is_name(subject: str) -> bool:
    """Whether a subject can be shown as a speaker: it begins with a name, not with a number or a small word."""
    return bool(re.match(r"[A-Z][\w&.’'-]", subject)) and not _NO_NAME.match(subject)


def _bare(subject: str) -> str:
    return re.sub(r"^(?:the|The)\s+", "", subject)


def find_relayed(
    text: str, sentences: Sequence[Sentence], *, relays: str = "", issuer: str = ""
) -> Speaker | None:
    """Find the one speaker whose message the article relays, or None where several or none speak.

    ``relays`` and ``issuer`` are set where the metadata says that the article relays someone (an origin)
    or was issued by the one it is about.
    """
    counts: Counter[str] = Counter()
    first: dict[str, Sentence] = {}
    anaphors = 0
    for sentence in sentences:
        if sentence.kind not in {BlockKind.PARAGRAPH, BlockKind.BULLET}:
            continue
        found = find_attribution(sentence.text)
        if found is None:
            continue
        if is_anaphor(found.subject):
            anaphors += 1
            continue
        if not _is_name(_bare(found.subject)):
            continue
        key = _bare(found.subject)
        known = next((name for name in counts if name.split()[0] == key.split()[0]), key)
        counts[known] += 1
        first.setdefault(known, sentence)
    if not counts:
        return None
    name, most = counts.most_common(1)[0]
    named = sum(counts.values())
    establishing = first[name]
    message = bool(_DOCUMENT.search(establishing.text)) and establishing.index <= 3
    alone = most >= 0.75 * named
    if not alone and not (message and most >= 0.5 * named):
        return None
    strong = bool(relays or issuer or message) and (most + anaphors >= 3 or bool(issuer))
    if not strong and most + anaphors < 2:
        return None
    return Speaker(name=_short_name(name, text), sentence=establishing, strong=strong)


def inherits(sentence: Sentence, speaker: Speaker) -> bool:
    """Whether an unattributed sentence reports the relayed speaker's own doings, so that it is the speaker's claim."""
    if speaker.issuer:
        return True
    if not speaker.strong or sentence.index <= speaker.sentence.index or is_judgement(sentence):
        return False
    if sentence.kind is BlockKind.BULLET:
        return True
    text = sentence.text
    return bool(_ANAPHOR_START.match(text)) or text.startswith((speaker.name, f"The {speaker.name}"))


def lead_in_text(name: str, form: str = "says") -> str:
    """A lead-in of the closed set: "Baogang says:", "According to the ministry:", "Mining Weekly’s view:"."""
    if form == "view":
        return f"{name}’{'' if name.endswith('s') else 's'} view:"
    if form == "according":
        return f"According to {name}:"
    return f"{name} says:"
