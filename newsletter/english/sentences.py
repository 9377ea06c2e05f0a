"""Text into sentences, each with its exact span and the kind of block it stands in. Pure.

Written for news and company prose: abbreviations ("U.S.", "No. 18", "Mt. Weld", "Inc."), initials,
prices ("$110/kg."), quotations, bullets and headings. Text may come with one block a line, with empty
lines between blocks, hard-wrapped, as one long paragraph, or tokenized and in lower case. A block
ends at an empty line always, and at a single line end unless the line was plainly wrapped there.
"""

# ruff: noqa: PLR2004 - lengths and shares of words are read best where they stand
# ruff: noqa: SIM905 - word lists are kept as lines of words

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache


class BlockKind(StrEnum):
    """What a block of text is. Only paragraphs and bullets hold sentences fit to be quoted."""

    PARAGRAPH = "paragraph"
    BULLET = "bullet"
    HEADING = "heading"
    CAPTION = "caption"  # of a picture, and its credit
    DATELINE = "dateline"  # a place or a date alone on its line
    BOILERPLATE = "boilerplate"  # disclaimers, contacts, "About the company", forward-looking statements


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One sentence: ``source[start:end] == text``. ``heading`` is the last heading above it."""

    text: str
    start: int
    end: int
    kind: BlockKind
    block: int  # counts blocks from 0
    place: int  # counts sentences within the block from 0
    index: int = 0  # counts sentences from 0
    heading: str = ""

    @property
    def is_prose(self) -> bool:
        """Whether it is of a paragraph or a list: no heading, no caption, no small print."""
        return self.kind in {BlockKind.PARAGRAPH, BlockKind.BULLET}


# Never the end of a sentence: something must follow.
_OPEN = frozenset(
    "mr mrs ms mx dr prof st ste mt ft gen sen rep gov capt cpt lt col sgt maj cmdr adm rev hon fr pres supt insp "
    "messrs mme mlle vs v viz cf e.g i.e eg ie fig figs eq no nos vol vols art arts sec secs ch pp approx ca dept "
    "univ assn ave blvd rd bros jan feb mar apr jun jul aug sept sep oct nov dec min max est ph.d incl excl".split()
)
_BEFORE_NUMBER = frozenset(
    "no nos vol vols art arts sec secs ch p pp fig figs eq ca approx est jan feb mar apr jun jul aug sept sep "
    "oct nov dec min max st".split()
)
# May end one: it does where what follows starts like a sentence.
_EITHER = frozenset(
    "inc ltd corp co llc plc pty bhd l.p n.v s.a a.g jr sr esq a.m p.m u.s u.k u.s.a u.n e.u d.c b.c a.d n.j n.y n.c "
    "s.c n.m n.h l.a etc al m.d b.a m.a b.s m.s ph.d cos pct tel".split()
)
_FORMS = frozenset("inc ltd corp co llc plc pty bhd".split())
_LEGAL = re.compile(
    r"(?:LTD|Ltd|LLC|BHD|Bhd|INC|Inc|CORP|Corp|LIMITED|Limited)\b"
)  # "PTE. LTD.", "Co., Ltd."
# What may follow the name of a company as part of the same sentence: "Acme Corp. President Ada Brown".
_ROLES = frozenset(
    "chairman chairwoman chair chief ceo cfo president director founder executive vice managing spokesman spokeswoman analyst "
    "general senior head".split()
)
_STARTERS = frozenset(
    "a an the this that these those it its he she they we i you his her their our my in on at by for from with as if "
    "when while after before since until during although though however but and or so yet not no what who why how "
    "where which there here then now today meanwhile moreover also both each some many most more all any "
    "such under over about because once even still only another other one two three according despite "
    "last next shares officials analysts asked".split()
)
_END = re.compile(
    r"(?P<mark>[.!?…]+|。)(?P<close>[\"'”’»)\]]*|\s''(?=\s|$)|\s[\"”](?=\s|$))(?P<note>(?:\[\d+\])*)(?P<gap>\s+|$)"
)
_OPENING = "\"'“‘«([`"
_BULLET = re.compile(r"[^\S\n]*(?:[•·▪◦‣●○■][^\S\n]*|(?:[–—*+-]|\d{1,2}[.)]|\(?[a-z]\))[^\S\n]+)(?=\S)")
_LINE = re.compile(r"[^\n]*")
_TERMINAL = re.compile(r"[.!?…。:;][\"'”’»)\]]*\s*$")
_CAPTION = re.compile(
    r"^(?:photos?|images?|pictures?|pictured|figure|fig\.|table|chart|graphic|infographic|video|file photo|source|"
    r"credits?|photograph|illustration|screenshot|caption)\b[^.!?]{0,40}(?::|\bby\b|courtesy|credit|©|\|)"
    r"|\b(?:getty images|shutterstock|photo credit|courtesy of|file photo|image credit|photo by|images? sourced)\b.{0,60}$"
    r"|^!?\[[^\]]*\]\(\S*\)|^©|^(?:figure|fig\.|table|chart|exhibit)\s?\d+\w?\s?[-–—:.|]|^(?:figure|table|chart|exhibit) \d+\w? (?:shows|illustrates|presents|depicts)\b",
)  # of lower case: several times as fast as ignoring case
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)[a-z]*\.?"
_DATE_ONLY = re.compile(
    rf"^(?:(?:published|updated|posted|last updated)\b\W*)?(?:[A-Z][a-z]+day,?\s+)?(?:{_MONTH}\s+\d{{1,2}},?\s+\d{{4}}"
    rf"|\d{{1,2}}\s+{_MONTH}\s+\d{{4}}|\d{{4}}-\d\d-\d\d|\d{{1,2}}[/.]\d{{1,2}}[/.]\d{{2,4}})\b.{{0,30}}$",
    re.IGNORECASE,
)
_BYLINE = re.compile(
    r"^(?:by|written by|reported by|reporting by|edited by|editing by)\s+[A-Z][\w.'’-]+(?:[\s,]+(?:and\s+)?[A-Z][\w.'’-]*){0,6}\W*$"
)
_BOILER_HEADING = re.compile(
    r"^\W*(?:about\s+(?:the\s+)?[A-Z]|notes?\s+to\s+editors?|forward[- ]looking|cautionary|safe harbou?r|disclaimers?|"
    r"(?:media|investor|press|company|for more|further)?\s*(?:relations|information|contacts?|enquiries|inquiries)\b"
    r"|contacts?\b|for (?:more|further) information|sources?:|disclosures?\b|references?:?$|related (?:articles|news|stories|posts)"
    r"|qualified persons?|competent persons?|neither the tsx|view (?:the )?(?:original|source)|additional resources)",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    r"^\W*(?:About|ABOUT)\s+(?:the\s+)?(?=[A-Z])(?:[A-Z][\w&.,’'()-]*|of|and|the|for|de)(?:\s+(?:[A-Z(][\w&.,:’'()-]*|of|and|the|for|de|&)){0,9}:?$"
    r"|^\W*(?:About|ABOUT) (?:us|Us|US)\W*$"
)
# "About Acme Ltd. Based in Ontario, Acme …": the same run into its paragraph; the name comes again.
_ABOUT_RUN_IN = re.compile(
    r"^About\s(?:the\s)?(?P<name>[A-Z][\w&’'-]+)(?:\s(?:[A-Z(][\w&.,’'()-]*|of|and|the|for|&)){0,8}\s(?=.*\b(?P=name)\b)",
    re.DOTALL,
)
_BOILER = re.compile(
    r"forward[- ]looking (?:statements?|information)|\bsafe harbou?r\b|no obligation to update|undertakes? no obligation"
    r"|for (?:more|further|additional) information,? (?:please )?(?:visit|contact|see|about|on)|^(?:please )?(?:visit|contact|follow|subscribe|click|sign up)\b"
    r"|\bclick here\b|\b(?:may|can) be (?:found|accessed|viewed) (?:here|at|on)\b|all rights reserved|^©|\bsponsored content\b|not (?:intended (?:to be|as)|constitute|be construed as) (?:\w+ ){0,4}advice"
    r"|informational purposes only|^disclaimer\b|should be independently verified|(?:originally (?:published|appeared)|appeared first) on|^source:"
    r"|view (?:the )?(?:original|source|full) (?:release|version|press)|accepts responsibility for the (?:adequacy|accuracy)"
    r"|(?:tsx venture|regulation services) .{0,60}responsibility|past performance|risks and uncertainties|risk factors"
    r"|actual results (?:may|could|to) differ|by words such as|\bto learn more\b|read (?:further|more) (?:here|at)|^(?:read|see) (?:more|also)\b"
    r"|disseminated on behalf of|paid advertis|^notes? to (?:investors|editors|readers)|newsroom\b|(?:shares|stock|securities|units) (?:(?!expected|will)\w+ ){0,3}(?:trade|are traded|are listed|is listed)\b"
    r"|^(?!.*\b(?:will|expected to|began|begins?|commenced?|anticipated to)\s(?:\w+\s)?(?:trad(?:e|ing)|operate|list)).*under the (?:ticker )?symbols?\b|\bpar value\b|(?:participants|attendees|investors|shareholders|callers|listeners) (?:can|may|should|are invited|wishing|who wish)\b"
    r"|may not (?:yield|be successful|prove)|no (?:assurance|guarantee)s? (?:that|can|of)|there can be no|\b(?:webcast|dial-in|replay|conference id)\b|latest news and updates"
    r"|for (?:the )?(?:full|complete) (?:details|terms|disclaimers?)|\btrademarks? of\b|press release (?:may )?contains?|\bsec(?:’s|'s)? (?:website|filings)|www\.sec\.gov"
    r"|has not (?:independently )?verified|qualified person|national instrument 43-101|reviewed and approved (?:the|by)|compensated? (?:by|for|up to)"
    r"|\bunsubscribe\b|^(?:save|share|print|email) (?:this|article)|(?:cookies?|privacy) policy|this article (?:was|has been|is)\b"
    r"|registration statement on form|proxy statement(?:/| and )prospectus|\bfiled with the (?:sec|(?:u\.?s\.? )?securities and exchange)\b|^additional information (?:about|on|regarding|concerning)\b"
    r"|accepts? no (?:liability|responsibility)|offer to sell|solicitation of|\bsecurities act\b|newsletter\b.{0,40}\binbox"
    r"|^(?:e-?mail|tel|phone|telephone|website|twitter|linkedin)\b\W|\S+@\S+\.\w+|^https?://\S+$|^www\.\S+$",
)  # of lower case: several times as fast as ignoring case


def _lines(text: str) -> list[tuple[int, int, bool]]:
    """Spans of blocks and whether an empty line stands before each; wrapped lines are joined."""
    spans: list[tuple[int, int, bool]] = []
    gap = True
    for match in _LINE.finditer(text):
        start, end = match.span()
        stripped = text[start:end].strip()
        if not stripped:
            gap = gap or end > start or (start > 0 and text[start - 1] == "\n")
            continue
        start += len(text[start:end]) - len(text[start:end].lstrip())
        end = start + len(stripped)
        if spans and not gap and _continues(text[spans[-1][0] : spans[-1][1]], stripped):
            spans[-1] = (spans[-1][0], end, spans[-1][2])
        else:
            spans.append((start, end, gap))
        gap = False
    return spans


def _continues(before: str, line: str) -> bool:
    """Whether ``line`` goes on with a paragraph that was wrapped, not with a new block."""
    if _TERMINAL.search(before) or _BULLET.match(line):
        return False
    last = before.rsplit("\n", 1)[-1]
    return line[0].islower() or (len(last) > 60 and not line.isupper() and last[-1:] in ",-–—")


def _kind(block: str, *, after_gap: bool) -> BlockKind:  # noqa: PLR0911 - one return a kind
    if len(block) < 240 and _CAPTION.search(block.lower()):
        return BlockKind.CAPTION
    if _DATE_ONLY.match(block) or _BYLINE.match(block):
        return BlockKind.DATELINE
    if _is_title_case(block):
        return BlockKind.HEADING
    if _BULLET.match(block):
        return BlockKind.BULLET
    words = len(block.split())
    if words <= 16 and not _TERMINAL.search(block) and block[-1] != ",":
        return BlockKind.HEADING
    if words <= 8 and block.endswith((":", "?")) and after_gap:
        return BlockKind.HEADING
    return BlockKind.PARAGRAPH


def _is_title_case(block: str) -> bool:
    """Whether a line without a full stop is written like a headline: "Advances Study and Seeks to Lift Output"."""
    words = [word for word in re.findall(r"[A-Za-z][\w’'-]*", block) if len(word) > 3]
    return (
        len(words) >= 5
        and not _TERMINAL.search(block)
        and sum(w[0].isupper() for w in words) >= 0.8 * len(words)
    )


def _is_end(text: str, match: re.Match[str], stop: int, *, cased: bool) -> bool:
    """Whether the mark that ``match`` found ends a sentence of ``text[:stop]``."""
    after = match.end()
    if after >= stop:
        return True
    follow = text[after:stop].lstrip(_OPENING + " ")
    first = follow[:1]
    if match["mark"] == "." and match.start() > 0 and text[match.start() - 1].isspace():
        return True  # tokenized text: the mark stands alone
    if first.islower():
        if cased:
            return False
    elif not (first.isupper() or first.isdigit() or first in "•$€£¥#@" or not first.isalpha()):
        return False
    if match["mark"] != ".":
        return True
    return not _abbreviates(text, match, follow)


def _abbreviates(text: str, match: re.Match[str], follow: str) -> bool:  # noqa: PLR0911 - one return a rule
    line = text[max(0, match.start() - 24) : match.start()]
    word = re.split(r"[\s(\[“\"'‘/—–]", line)[-1]
    low = word.lower()
    if match["close"]:
        return low in _OPEN and low not in _BEFORE_NUMBER
    next_word = re.match(r"[\w'’]*", follow)
    after = next_word.group().lower() if next_word else ""
    if low in _BEFORE_NUMBER and low not in {"st", "no", "nos"}:
        return low not in {"min", "max", "mar"} or follow[:1].isdigit()
    if low in {"no", "nos"}:
        return follow[:1].isdigit() or follow[:1] in "#("
    if _LEGAL.match(follow) and len(word) <= 5:
        return True
    if low in _FORMS and _begins_anew(follow):
        return False
    if low in _EITHER or re.fullmatch(r"(?:[a-z]\.)+[a-z]", low):
        return after not in _STARTERS
    if low in _OPEN:
        return True
    if len(word) == 1 and word.isalpha() and word.isupper():
        return word != "I" or after not in _STARTERS  # an initial: "J. B. Straubel"
    return False


# A heading in title case that lost the line end before its text: "… Of Critical MineralsCritical materials …".
_GLUED = re.compile(
    r"(?:(?:[A-Z$\d][\w’'$,.:-]*|of|and|to|the|in|for|on|by|a|an|with|:)\s){2,12}[A-Z]?[a-z]{3,}(?=[A-Z][a-z]+\s[a-z])"
)


def _skip_glued(text: str, start: int, stop: int) -> int:
    """Where the text of a block begins behind a heading that was run into it; ``start`` where there is none."""
    match = _GLUED.match(text, start, stop)
    if match is None:
        return start
    first = re.match(r"[A-Z][a-z]+", text[match.end() : stop])
    parts = (match.group().split()[-1], first.group() if first else "")
    # Both are words of this text on their own, which the halves of "RapidSX" or "NewLink" are not.
    apart = parts[1].lower() in _STARTERS or all(
        part and re.search(rf"\b{part}\b", text, re.IGNORECASE) for part in parts
    )
    return match.end() if apart else start


def _begins_anew(follow: str) -> bool:
    """Whether a capitalised word after "PLC." opens a sentence: a plain word follows it ("Independent studies also …")."""
    match = re.match(r"([A-Z][a-z]+)\s([a-z]+)\b", follow)
    return bool(
        match
        and match[1].lower() not in _ROLES
        and match[2] not in {"said", "says", "and", "of", "announced"}
    )


def _split_block(text: str, start: int, stop: int, *, cased: bool) -> list[tuple[int, int]]:
    begin = _skip_glued(text, start, stop)
    spans = [(start, begin)] if begin > start else []
    for match in _END.finditer(text, start, stop):
        if not _is_end(text, match, stop, cased=cased):
            continue
        if _holds_words(text, begin, match.end("note")):
            spans.append((begin, match.end("note")))
            begin = match.end()
    if begin < stop:
        tail = text[begin:stop].rstrip()
        if spans and not re.search(r"\w", tail):
            spans[-1] = (spans[-1][0], begin + len(tail))
        elif tail:
            spans.append((begin, begin + len(tail)))
    return _join_quotations(text, spans)


def _holds_words(text: str, start: int, end: int) -> bool:
    return re.search(r"\w\w", text[start:end]) is not None or bool(re.search(r"\d", text[start:end]))


def _join_quotations(text: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Give a closing mark that was left at the head of the next sentence back to its own."""
    fixed: list[tuple[int, int]] = []
    for start, end in spans:
        lead = re.match(r"(?:[”»)\]]|''(?=\s))\s*", text[start:end])
        if lead and fixed and text[fixed[-1][1] : start].strip() == "" and lead.end() < end - start:
            fixed[-1] = (fixed[-1][0], start + len(lead.group().rstrip()))
            fixed.append((start + lead.end(), end))
        else:
            fixed.append((start, end))
    return fixed


def _is_cased(text: str) -> bool:
    head = text[:4000]
    return len(re.findall(r"[A-Z]", head)) > 0.007 * len(head)


@lru_cache(maxsize=64)
def split_sentences(text: str) -> tuple[Sentence, ...]:
    """Split ``text`` into sentences in reading order; every non-blank block is covered by some sentence.

    A bullet's mark is outside its sentence's span. Headings, captions and datelines come as one
    sentence each, so that callers can see and skip them.
    """
    cased = _is_cased(text)
    found: list[Sentence] = []
    heading = ""
    boiler = False
    for number, (start, end, gap) in enumerate(_lines(text)):
        block = text[start:end]
        kind = _kind(block, after_gap=gap)
        if kind is BlockKind.HEADING:
            heading = block
            boiler = bool(_BOILER_HEADING.match(block)) or (boiler and not _ends_boilerplate(block))
        elif _ABOUT.match(block) or _ABOUT_RUN_IN.match(block):
            boiler = True
        begin = start
        if kind is BlockKind.BULLET:
            mark = _BULLET.match(block)
            begin = start + (mark.end() if mark else 0)
        whole = kind in {BlockKind.HEADING, BlockKind.CAPTION, BlockKind.DATELINE}
        spans = [(begin, end)] if whole else _split_block(text, begin, end, cased=cased)
        for place, (left, right) in enumerate(spans):
            sentence = text[left:right]
            own = kind
            if not whole and (boiler or _BOILER.search(sentence.lower())):
                own = BlockKind.BOILERPLATE
            found.append(
                Sentence(
                    text=sentence,
                    start=left,
                    end=right,
                    kind=own,
                    block=number,
                    place=place,
                    index=len(found),
                    heading=heading,
                )
            )
    return tuple(found)


def _ends_boilerplate(heading: str) -> bool:
    """A heading after boilerplate opens the article again only where it looks like one of its own."""
    return (
        len(heading.split()) >= 3 and heading[0].isupper() and not re.search(r"[@|]|https?:|\d{3}", heading)
    )
