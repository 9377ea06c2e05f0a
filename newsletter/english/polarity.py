"""The words that turn a statement round: negations, what keeps a denial without one, and opposites. Pure."""

from __future__ import annotations

import re

NEGATION = re.compile(
    r"(?<!\w)(?=\w)(?:not|no longer|no|never|neither|nor|none|nobody|nothing|without|cannot|can['’]?t|won['’]t|n['’]t|\w+n['’]t|fail(?:s|ed|ing)? to|refus(?:es|ed|ing)? to|yet to|"
    r"den(?:y|ies|ied)|lack(?:s|ed|ing)?|unable|rejects?|rejected|ruled out|declin(?:es|ed|ing)? to|hardly|barely|nor)(?!\w)",
    re.IGNORECASE,
)
# Words by which a denial is kept that says it without "not": "the MOU lapsed", "only three were filed", "unlicensed", "shelved plans to".
KEEPS_DENIAL = re.compile(
    r"\b(?:only|except|exclud\w+|stripp\w+|below|few(?:er)?|little|unless|until|instead|rather|free|zero|avoid\w*|against|hang\w*|off|un\w{4,}|non\w*|ir\w{4,}|in(?:ability|eligible|sufficient)|de\w+less|\w+less|far from|false|baseless|lapsed?|drop\w*|shelv\w*|scrap\w*|abandon\w*|cancel\w*|with(?:dr|h[eo]ld)\w*|exempt\w*|stopp\w+|prevent\w*|missing|miss(?:ed|es)?|short|shut|closed|out of|dismiss\w*|disput\w*|untrue|too|yet)\b",
    re.IGNORECASE,
)
# Verbs that deny all of their sentence, also what stands before them: "a rumour that it had closed was denied".
DENIES = re.compile(r"\b(?:den(?:y|ies|ied)|reject(?:s|ed)|refus(?:e|es|ed)|exempt\w*)\b", re.IGNORECASE)
# What negates a thing and not a verb: "without a permit", "no debt".
OF_THINGS = frozenset(("without", "no", "none", "nothing", "nobody", "lack", "lacks", "lacked", "lacking"))
# Words that turn a statement round when one stands for the other. Each line is two sides of one question.
MOVING = 11  # the first lines: what goes up or down, is won or lost, comes or goes
_OPPOSITES = """
increase increases increased increasing rise rises rose risen rising raise raises raised growth grow grew grown gained climb climbs climbed higher upward surge surged expand expanded expansion soar soared jump jumps jumped boost boosts boosted lift lifts lifted up doubled tripled advance advanced | decrease decreases decreased decreasing fall falls fell fallen falling lower lowers lowered decline declines declined drop drops dropped downward reduce reduces reduced reduction shrink shrank slump slumped contracted contraction plunge plunged dip dipped cut cuts trim trimmed slid slide halved down losing lost
profit profits profitable earned earnings gain | loss losses lost unprofitable
before | after
accept accepts accepted approve approves approved approval allow allowed permit permitted | reject rejects rejected refuse refused deny denied ban banned prohibit prohibited block blocked
win wins won winning victory | lose loses lost losing
open opens opened opening | close closes closed closing shut
more over above | less fewer under below
exceed exceeded exceeds | below
surplus | deficit shortage
resume resumed | suspend suspended suspension pause paused
tighten tightened tighter | ease eased loosen loosened looser relax relaxed
buy buys bought buying purchase purchased acquire acquired | sell sells sold selling divest divested
import imports imported importing | export exports exported exporting
strengthen strengthened strong stronger strength robust | weaken weakened weak weaker weakness
inside within | outside
include includes included including | exclude excludes excluded excluding
young younger | old older elderly
new | old
minimum | maximum
start starts started begin begins began | end ends ended stop stopped finish finished halt halted
first | final
significant significantly substantial substantially major sharply greatly hugely massive | slight slightly minor marginal marginally modest modestly minimal minimally negligible
well | poorly badly
certain certainty | uncertain uncertainty
better improve improved improves improvement | worse worsen worsened deteriorate deteriorated deterioration
success successful successfully succeed succeeded | failure unsuccessful unsuccessfully fail failed
support supports supported supporting back backed | oppose opposes opposed opposing
agree agrees agreed agreement | disagree disagrees disagreed disagreement
legal lawful | illegal unlawful
positive | negative
optimistic | pessimistic
public | private
domestic | foreign
internal | external
early earlier | late later
high | low
large larger big bigger huge | small smaller tiny
long longer | short shorter
fast faster quick quickly rapid rapidly | slow slower slowly
hot warm | cold cool
hard difficult | easy easily simple
safe safely | dangerous unsafe
heavy | light
upstream | downstream
upper | lower
light | heavy
north northern | south southern
east eastern | west western
alive survived survive | dead died killed
arrest arrested detained | released freed
guilty convicted | innocent acquitted cleared
married | divorced
male | female
personal individual personalized | group collective
manual manually | automatic automated automatically
free | paid costly expensive
advantage benefit | disadvantage drawback
create created creating | destroy destroyed destroying
protect protected protecting | attack attacked harm harmed
love loved like liked | hate hated dislike disliked
always | never
optional | mandatory compulsory required
temporary temporarily | permanent permanently
indoor | outdoor
urban | rural
accelerate accelerated | slow slowed delay delayed
voluntary | involuntary forced
spent | saved
hire hired hiring | fire fired layoffs
federal national | provincial local
million millions | billion billions
"""


def _read_opposites() -> dict[str, frozenset[str]]:
    sides: dict[str, set[str]] = {}
    for line in _OPPOSITES.strip().splitlines():
        left, right = (half.split() for half in line.split("|"))
        for word in left:
            sides.setdefault(word, set()).update(right)
        for word in right:
            sides.setdefault(word, set()).update(left)
    return {word: frozenset(others) for word, others in sides.items()}


OPPOSITES = _read_opposites()
MOVES = frozenset(
    word for line in _OPPOSITES.strip().splitlines()[:MOVING] for word in line.split() if word != "|"
)
