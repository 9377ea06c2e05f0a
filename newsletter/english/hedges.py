"""The words that say how sure, how much and whose statement it is: hedges, bounds, attribution, negation, direction. Pure.

Each class is a set of phrases that can stand for each other ("claims" for "states", "around" for
"about"); losing every member of a class changes what a sentence says.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from newsletter.english.stems import lower_letters


class HedgeKind(StrEnum):
    """What is lost when such a word is lost; the value completes "the source says it as …"."""

    ATTRIBUTION = "someone's statement"
    REPORTED = "hearsay"
    LIKELY = "likely, not certain"
    POSSIBLE = "possible, not certain"
    PLAN = "a plan or an expectation"
    FUTURE = "still to come"
    NON_BINDING = "not binding"
    CONDITION = "subject to a condition"
    STAGE = "a trial or an early stage"
    PARTLY = "true in part"
    ABOUT = "an approximate figure"
    UPPER = "an upper limit"
    LOWER = "a lower limit"


_PHRASES: dict[HedgeKind, str] = {
    HedgeKind.ATTRIBUTION: r"says?|said|stat(?:es|ed)|claim(?:s|ed)?|declar(?:es|ed)|announc(?:es|ed)|report(?:s|ed)|disclos(?:es|ed)|"
    r"told|according to|not(?:es|ed) that|add(?:s|ed) that|argu(?:es|ed)|warn(?:s|ed)|confirm(?:s|ed)|reveal(?:s|ed)|insist(?:s|ed)|"
    r"maintain(?:s|ed) that|assert(?:s|ed)|acknowledg(?:es|ed)|explain(?:s|ed)|believ(?:es|ed|e)|alleg(?:es|ed|e)(?= )|cited|citing|in the words of|"
    r"conclud(?:es|ed)|suggest(?:s|ed) that|found that|show(?:s|ed) that|wrote|touts?|touted|contend(?:s|ed)?|reckon(?:s|ed)?|conced(?:es?|ed)|admit(?:s|ted)?|caution(?:s|ed)|counter(?:s|ed)(?= that)|assur(?:es|ed)|boast(?:s|ed)|hint(?:s|ed)|testif(?:ies|ied)|calculat(?:es|ed) that|judg(?:es|ed) that",
    HedgeKind.REPORTED: r"reportedly|allegedly|purportedly|purported|rumou?red|(?:is|are|was|were|be|been) (?:said|understood|thought|believed|reported) to|suspect(?:s|ed)?|supposedly|(?:billed|described|touted|regarded|viewed|hailed|presented) as|self-(?:described|styled|proclaimed)|purports? to|claims? to|word is|guess(?:es|ed)?|what (?:[\w’']+ ){1,4}(?:call(?:s|ed)|term(?:s|ed)|label(?:s|l?ed)|describ(?:es|ed) as)|(?:which|that) (?:it|he|she|they|the \w+) (?:says?|said|claims?|claimed|believes?|believed)|(?:model(?:ling)?|survey|study|studies|analysis|analyses|poll|paper|simulation)s? (?:shows?|showed|finds?|found|points? to|suggests?|suggested|impl(?:y|ies|ied)|sees?)|rumou?rs?|hearsay|(?:is|are|was|were) (?:understood|deemed|reckoned|thought|believed)|puts?(?= (?:the|its|their|his|her|this|that|total|overall)\b[^,.;]{3,60} at\b)|"
    r"(?:sources?|people|persons?|officials?) (?:familiar|close|briefed|with (?:direct )?knowledge)|(?:in|by) (?:[\w’']+ ){1,5}(?:opinion|view|estimation|judge?ment|estimates?|account|reckoning|measurements?|figures|numbers|schedule|telling|count|tally|words?|assessment|calculations?|version|forecasts?|projections?|books|eyes)(?=,|\.$)|apparently|ostensibly|so-called|unconfirmed|sources? (?:said|say)|unverified",
    HedgeKind.LIKELY: r"likely(?! than\b)|probably|presumably|seems?|seemed|point(?:s|ed)? to(?= an?\b)|appear(?:s|ed)?(?= (?:to|poised|set|ready|likely|close|headed|destined)\b)|look(?:s|ed)?(?= (?:set|likely|poised|like)\b)|presumed|doubtful|on balance|suggests?|tends? to|almost certainly|in all likelihood|unlikely",
    HedgeKind.POSSIBLE: r"may|might|could|possible|possibly|perhaps|potential(?= [a-z])(?! (?:and|for|of|to|in|is|was)\b)|potentially|maybe|conceivably|can(?= be\b)|(?:(?:does|did|do) not|cannot|can’t|can't) rule out|not ruled? out|no (?:certainty|guarantee|assurance)|not (?:guaranteed|assured|certain)|unclear|uncertain|in theory|theoretically|on paper|hypothetical(?:ly)?|speculative|prospects? of",
    HedgeKind.PLAN: r"plan(?:s|ned|ning)?(?= to\b| for\b| \w+ing\b)|planned|propos(?:es|ed|al|als|ing)|intends? to|intended to|intention|aim(?:s|ed|ing)?(?= to\b| for\b| at\b)|seeks? to|seeking(?= (?:to|an?)\b)|sought to|"
    r"target(?:s|ed|ing)?(?! with\b)|(?<!than )(?<!as )expect(?:s|ed|ing)?|expectations?(?= (?:of|that|for|to)\b)|(?<!than )anticipat(?:es|ed|ing)|forecasts?|projected|projects(?= that)|hop(?:es|ed|ing)(?= to\b)|"
    r"considering|weighing|idea of|optioned|talks(?= (?:to|with|on|about)\b)|exploring|in talks|negotiating|estimates?|estimated to|goal of|options? to|guidance (?:of|for)|invited to|shortlisted(?: for)?|appl(?:y|ies|ied|ying) for|applications? for|eligible (?:for|to)|(?:advanced |preliminary )?discussions (?:with|on|about)|vow(?:s|ed)|pledg(?:es|ed)|mull(?:s|ing)|eyes|eyeing|proposition|prospective|leaning (?:towards?|to)|guid(?:es|ed|ing) (?:for|to)|in line for|in the running(?: for)?|(?:tipped|poised|bound|ready|pencilled in|penciled in|earmarked|lined up)(?= (?:to|for)\b)|envisag(?:es|ed|ing)|envision(?:s|ed|ing)?|foresees?|foreseen|predict(?:s|ed|ing|ions?)?|frontrunner|contender|candidate|hopes? of|hoped|would-be|aspir(?:es|ing|ations?)|roadmap|has an option|options? over|upcoming|ambition|blueprint",
    HedgeKind.FUTURE: r"will|shall|would|is to|are to|scheduled|slated|due to(?= \w+ )|set to|on track",
    HedgeKind.NON_BINDING: r"non-?binding|mous?|memorand(?:um|a) of understanding|letters? of intent|loi|preliminary|unaudited|pro forma|indicative|in principle|tentative|tentatively|"
    r"term sheet|framework agreement|heads of (?:agreement|terms)|draft|provisional|provisionally|not binding|initial agreement|expressions? of interest",
    HedgeKind.CONDITION: r"subject to|pending|conditional(?:ly)?(?: on| upon)?|contingent|provided that|depend(?:s|ing|ent) on|awaiting|(?:best|worst|base)[- ]case|scenarios?|unless|whether|as long as(?! \d)|so long as|only if|open to (?:cancellation|review|change)|before (?:it|they|he|she) can|on (?:the )?condition|hing(?:es|ed|ing) on|rests on|barring|provided(?= (?:it|the|they)\b)|if|assum(?:ing|es?|ed|ption|ptions)|should (?=it|the)",
    HedgeKind.STAGE: r"pilot|pilot-scale|demonstration|demo|prototype|trial|trials|(?<!to )tests?|testing|lab[- ]scale|laboratory|bench[- ]scale|pilot[- ]scale|semi-commercial|designed to(?= (?:produce|yield|process|treat|recover|handle|make|deliver|reach)\b)|modell?ed|simulat(?:ed|ion)|so far only|only so far|proof-of-concept|proof of concept|"
    r"nameplate|designed for(?= \d)|feasibility|pre-?feasibility|scoping|inferred|exploration target|design capacity|phase (?:i|one|1)|experimental|first-stage|interim|"
    r"conceptual|early-stage|commissioning",
    HedgeKind.PARTLY: r"largely|mostly|all but|mainly|partly|partially|primarily|in part|in large part|to some extent|substantially|almost|nearly|virtually|practically|"
    r"broadly|generally|typically|often|sometimes|some of(?! wh)|most of(?! wh)|many of(?! wh)|(?:half|a third|a quarter|a fraction) of|chiefly|predominantly|roughly half|essentially|usually|not (?:yet )?fully|a (?:small |large )?(?:fraction|part|portion|share) of(?= (?:its|the|their)\b)|for the most part|on the whole|in (?:general|most cases)|somewhat|relatively|though not all|not all",
    HedgeKind.ABOUT: r"about(?= @[\d$€£¥]| (?:one|two|three|four|five|six|seven|eight|nine|ten|half|a (?:third|quarter|fifth|tenth|dozen|hundred|thousand|[mb]illion|year|month|week|day)|\w+teen|\w+ty))|around(?= @[\d$€£¥]| (?:half|a third|a quarter))|approximately|approx\.?|roughly|circa|some(?= @[\d$€£¥])|close to|nearly|almost|an estimated|estimated|"
    r"in the (?:region|order|vicinity) of|or so|give or take|just (?:over|under|shy of|short of)|a (?:shade|touch|little|bit) (?:under|over|above|below|more|less)(?: than)?|~|≈",
    HedgeKind.UPPER: r"up to|as much as|as many as|at most|no more than|not more than|maximum of|a maximum|less than|fewer than|(?:well|far) (?:under|below)|under(?= @[\d$€£¥])|below(?= @[\d$€£¥])|within(?= \d)|capped at|as high as|no later than|not exceed(?:ing)?|maximum",
    HedgeKind.LOWER: r"at least|(?:well|far) (?:over|above|more than)|more than|over(?= @[\d$€£¥])|above(?= @[\d$€£¥])|in excess of|exceed(?:s|ed|ing)?|surpass(?:es|ed|ing)?|no (?:less|fewer) than|not less than|minimum of|as little as|as few as|as low as|no earlier than|upwards? of|topp(?:ed|ing)|greater than|minimum",
}
_CODE = r"(?:(?:usd|eur|gbp|aud|cad|chf|sek|nok|dkk|jpy|cny|rmb|inr|hkd|nzd|us|au|a|c|hk) ?)?"  # where "@" stands above
# Of small letters; tried only where a word begins.
_ANY = re.compile(
    r"(?<![\w-])(?=[\w~≈])(?:"
    + "|".join(f"(?P<{kind.name}>{phrases.replace('@', _CODE)})(?!\\w)" for kind, phrases in _PHRASES.items())
    + ")"
)
_NAMES = re.compile(r"M[Aa][Yy]\b|Will\s[A-Z]")  # the month, a person

# A hedge of one class may stand for one of another where the meaning is kept or weakened.
_K = HedgeKind
STANDS_FOR: dict[HedgeKind, frozenset[HedgeKind]] = {
    kind: frozenset({kind, *others})
    for kind, others in {
        _K.ATTRIBUTION: (_K.REPORTED,),
        _K.REPORTED: (_K.ATTRIBUTION,),
        _K.LIKELY: (_K.POSSIBLE, _K.REPORTED),
        _K.POSSIBLE: (_K.LIKELY, _K.PLAN),
        _K.PLAN: (_K.POSSIBLE, _K.CONDITION),
        _K.FUTURE: (_K.PLAN, _K.POSSIBLE),
        _K.NON_BINDING: (),
        _K.CONDITION: (_K.POSSIBLE,),
        _K.STAGE: (),
        _K.PARTLY: (_K.ABOUT, _K.POSSIBLE),
        _K.ABOUT: (_K.PARTLY,),
        _K.UPPER: (),
        _K.LOWER: (_K.ABOUT,),
    }.items()
}
# Words that keep a hedge in other words, and are none that must be kept where the source has them: "at risk of", "is to", "depends on".
STAND_INS: dict[HedgeKind, re.Pattern[str]] = {
    kind: re.compile(rf"\b(?:{words})\b", re.IGNORECASE)
    for kind, words in {
        _K.POSSIBLE: r"risk\w*|let|lets|allow\w*|can|permit\w*|chance|threat\w*|explor\w+|option\w*|would",
        _K.LIKELY: r"looks?|odds|estimat\w+|calculat\w+|thinks?|believes?|expect\w*|forecasts?|says?|said",
        _K.PLAN: r"study|estimat\w+|is to|are to|was to|be|due|set to|scheduled|slated|wants?|goal|objective|seek\w*|sees?|option|meant|starts?|begins?|promise\w*|should|ambitions?|agreed to|outlook|guidance|delay\w*|postpone\w*|would",
        _K.ABOUT: r"expect\w*|forecasts?|near|put at|rounded|close to|just",
        _K.CONDITION: r"need\w*|requir\w+|must|would|once|until|when|after|without|risk\w*",
        _K.PARTLY: r"part|some|half|share|can",
        _K.UPPER: r"in the first|limit\w*|cap|ceiling|or less|or fewer|below|under",
        _K.LOWER: r"floor|or more|above|over|beyond",
        _K.STAGE: r"demonstrat\w+|test\w*",
        _K.REPORTED: r"estimat\w+|puts?|analysts?|says?|said|calls?|called|alleg\w+|accus\w+|according|suspicion|by [A-Z]\w+[’']?s? (?:count|calculations?|estimates?)",
    }.items()
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Hedge:
    """One such word or phrase and where it stands."""

    kind: HedgeKind
    text: str
    start: int
    end: int


@lru_cache(maxsize=4096)
def find_hedges(text: str) -> tuple[Hedge, ...]:
    """Find every hedge in ``text``, in order."""
    return tuple(
        Hedge(
            kind=HedgeKind[match.lastgroup],
            text=text[match.start() : match.end()],
            start=match.start(),
            end=match.end(),
        )
        for match in _ANY.finditer(lower_letters(text))
        if match.lastgroup and not _NAMES.match(text, match.start())
    )
