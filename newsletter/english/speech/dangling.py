"""Whether a highlight leaves its reader asking who or what: it begins with a pronoun, or points back. Pure."""

from __future__ import annotations

import re

_PRONOUN_START = re.compile(
    r"^[\"“”'‘’(\[]*(?:it|its|it’s|it's|he|she|they|his|her|hers|their|theirs|him|them|this|that|these|those|such|we|our|us|"
    r"you|your|i|my|there’s|here|both(?!\s[^,;]{2,40}?\sand\s)|neither|either|(?:one|several|some|many|most|all|two|both|each|none|few) of (?:them|these|those|this)|the (?:former|latter)(?=,|\s(?:is|are|was|were|has|had|have|will|would|can|could|being|of)\b)|the (?:same|other)|others?|another|"
    r"each(?!\s(?:day|week|month|quarter|season|winter|spring|summer|autumn|year)\b)|all of (?:them|this|these)|some of (?:them|these)|so|as such|then|thus|hence|instead|likewise|doing so|to do so|to that end|"
    r"as a result|in turn|by contrast|in contrast|in other words)\b",
    re.IGNORECASE,
)
# "With this conversion, …": the opening phrase points back.
_POINTS_BACK = re.compile(
    r"^(?:As|In|At|For|With|After|Since|Under|On|By|Before|Despite|During|Following|Through|From|To)\s(?:this|these|such|those|that)\s(?!(?:year|month|week|quarter|day|morning|summer|autumn|spring|winter)\b)[a-z]",
)
# "…, it was announced", "…, it is hard to tell": no pronoun.
_NO_THING = (
    r"(?:[’']s|\s(?:is|was|has been))\s(?:not\s)?(?:hard|difficult|easy|clear|unclear|likely|unlikely|possible|impossible|important|worth \w+ing|time|"
    r"announced|reported|revealed|claimed|alleged|understood|thought|believed|disclosed|confirmed|estimated)\b|\s(?:seems|appears|emerged|turns out|turned out)\b"
)
# "As chairman, he …", "Known for her work, she …": the opening phrase names nobody either.
_PRONOUN_AFTER = re.compile(
    r"^(?:As|In|At|For|With|When|While|After|Since|Under|On|By|Before|If|Because|Although|Despite|During|Following|(?:\w+ly\s)?[A-Z]?[a-z]+(?:ed|ing|wn)|Born|Built)\b"
    rf"(?:(?!\b[A-Z][a-z]{{3,}})[^,]){{1,70}},\s(?:he|she|it(?!{_NO_THING})|they|his|her|their|this|these|those)\b"
)
# "Whether it reaches that goal or not, …": the opening clause is about something named before.
_CLAUSE_POINTS_BACK = re.compile(
    r"^(?:Whether|If|When|While|As|Although|Though|Because|Since|Before|After|Once|Until|Unless|Where|Given)\s(?!it comes to\b)(?:it|he|she|they|this|that|these|those)\b"
    r"|^If (?:correct|confirmed|true|so|successful|approved|adopted|passed|completed),\s|^(?:Rather|Instead|Otherwise|Conversely|Accordingly|Hence|Thus),\s|^(?:Close behind|Next up|Not far behind)\b"
    r"|^[A-Z][a-z]+,\s(?:it|he|she|they|this|these|those)\b"
)
_THE_START = re.compile(
    r"^[\"“'‘(]*(?:the|said)\s+(?:company|firm|group|miner|producer|developer|explorer|corporation|ministry|agency|project|deal|agreement|"
    r"move|plan|decision|move|measure|facility|plant|mine|partnership|transaction|acquisition|offering|program|programme|report|study|"
    r"researchers|authors|team|man|woman|couple|pair|trio|victim|suspect|announcement|companies|two|three|results|findings|news|"
    r"statement|message|price|figure|figures|rise|increase|decline|drop|fall|new)\b",
    re.IGNORECASE,
)


def is_dangling(text: str) -> bool:
    """Whether a highlight that starts like this leaves its reader asking who or what."""
    return any(
        pattern.match(text) for pattern in (_PRONOUN_START, _PRONOUN_AFTER, _POINTS_BACK, _CLAUSE_POINTS_BACK)
    )


def starts_definite(text: str) -> bool:
    """Whether it starts with a thing presumed known ("The company …"): weak alone, fine after a lead-in."""
    return _THE_START.match(text) is not None
