"""The words that turn a statement round: negations, what keeps a denial without one, and opposites. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from newsletter.english.rules import read_class

NEGATION = re.compile(
    r"(?<!\w)(?=\w)(?:not(?!\s(?:only|just|merely|(?:more|less|fewer|later|earlier)\sthan|(?:to\s)?exceed(?:ing)?)\b)"
    r"|no longer|no(?!\.\s?\d|\s(?:more|less|fewer|later|earlier)\sthan\b)|never|neither|(?-i:[Nn]or(?!\s[A-Z]))"
    r"|none|nobody|nothing|without|cannot|can['’]?t|won['’]t"
    r"|n['’]t|\w+n['’]t|fail(?:s|ed|ing)? to|refus(?:es|ed|ing)? to|yet to|"
    r"stopp(?:ed|ing) short of|den(?:y|ies|ied)|lack(?:s|ed|ing)?|unable|rejects?"
    r"|(?<!and )(?<!of )(?<!the )rejected|ruled out"
    r"|declin(?:es|ed|ing)?(?: to(?!\s[A-Z]{0,3}\s?[$€£¥]?\d)|(?= comment))"
    r"|hardly|barely)(?!\w)",
    re.IGNORECASE,
)
# Words by which a denial is kept that says it without "not": "the MOU lapsed", "only three were filed",
# "unlicensed", "shelved plans to".
KEEPS_DENIAL = re.compile(
    r"\b(?:(?<!not )only|less(?! than)|denial|neglect\w*|except|exclud\w+|stripp\w+|below|few(?:er)?|little"
    r"|unless|instead|rather|free|zero|avoid\w*"
    r"|(?:is|are|was|were) against"
    r"|hang\w*|off|refus\w+|un\w{4,}|unmet|non\w*|ir\w{4,}|in(?:ability|eligible|sufficient)|de\w+less|\w+less|far from"
    r"|absen(?:t|ce)|want of|fail\w*|reject\w*|outside|nowhere|wrong|but for"
    r"|before any\w*|false|baseless|lapse[sd]?|drop\w*|shelv\w*|scrap\w*|abandon\w*|cancel\w*|with(?:dr|h[eo]ld)\w*"
    r"|exempt\w*|forgo\w*|forw\w+t|(?:bars?|ke(?:eps?|pt|eping))(?=\s(?:\w+\s){1,6}from\b)"
    r"|stopp\w+|halt\w*|first time|barr(?:ed|ing)|bann?(?:s|ed|ing)?|prohibit\w*|forb[ai]d\w*"
    r"|prevent\w*|shortages?|scarc\w+|doubt(?:s|ed)?|clear(?:s|ed) of|acquit\w*|thr(?:ow|ew|own) out"
    r"|turn(?:s|ed)? down|missing|miss(?:ed|es)?|short|shut|closed|out of|dismiss\w*|disput\w*|untrue|too|yet to"
    r"|pending|await\w*|still to|must still|(?:left|leaves?|leaving) out|omit\w*|rul(?:es|ing) out"
    r"|declin(?:es?|ed|ing)|(?:decid|vot|rul|advis|argu)\w*(?:\s[\w.%-]+){0,4}? against)\b",
    re.IGNORECASE,
)
# Verbs that deny all of their sentence, also what stands before them: "a rumour that it had closed was denied".
DENIES = re.compile(r"\b(?:den(?:y|ies|ied)|reject(?:s|ed)|refus(?:e|es|ed)|exempt\w*)\b", re.IGNORECASE)
# What negates a thing and not a verb: "without a permit", "no debt".
OF_THINGS = frozenset(("without", "no", "none", "nothing", "nobody", "lack", "lacks", "lacked", "lacking"))


def _read_opposites(lines: Sequence[str]) -> dict[str, set[str]]:
    sides: dict[str, set[str]] = {}
    for line in lines:
        left, right = (half.split() for half in line.split("|"))
        for word in (*left, *right):
            sides.setdefault(word, set()).update(right if word in left else left)
    return sides


# What goes up or down, is won or lost, comes or goes.
MOVES = frozenset(_read_opposites(read_class("moving")))
OPPOSITES = _read_opposites((*read_class("moving"), *read_class("opposite")))
