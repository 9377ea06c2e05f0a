"""A text in its author's own voice: what a paper prints above it, who signs it, who says "I". Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from newsletter.english.letters import compile_latin
from newsletter.english.sentences import Sentence
from newsletter.kickers import OPINION

_UP = r"[^\W\d_a-zß-öø-ÿ]"  # a letter that is no small one of Western Europe
NAME = (
    r"(?<!\b[Ii]n\s)(?<!\b[Ss]ince\s)"  # "In May Ada Brown …"
    rf"(?!\w+[’']s\b|(?:The|This|That|Its?|Our|But|And|If|Yet|So|As|When|While|Since|After|Before|In|On|At|For|With"
    rf"|From|By|About|Last|Now|Then|Why|What|How|Who|Where)\b){_UP}[^\W\d_A-Z][\w’'-]*"
    rf"(?:\s(?:{_UP}\w?\.(?=\s)|{_UP}[\w’'-]*"  # initials, and no "Brown. Photographs by …"
    r"|(?:de|da|del|della|der|den|di|do|dos|du|la|le|van|von|bin|ibn|al|el)\b)){1,4}"
)
AUTHOR = rf"(?:{NAME}|(?:[A-Z]\.\s?){{1,3}}[A-Z][\w’'-]+(?:\s[A-Z][\w’'-]+)?)"  # also "A. Brown"
_IS = (
    r"(?:is|was|has|holds|serve[sd]|leads|led|covers|writes|wrote|joined|teaches|taught|heads|ran|runs"
    r"|work(?:s|ed)|manages|advises|chairs|owns|farms|raises|grows|edits|lectures)\b"
)
BIOGRAPHY = compile_latin(rf"(?P<name>{NAME})\s{_IS}")
_NO_REPORTER = compile_latin(
    rf"(?:[A-Z][\w.’'-]*\s){{0,4}}(?P<surname>[A-Z][\w’'-]*)\s{_IS}"
    r"(?!.{0,40}\b(?:reporter|correspondent|journalist|covers)\b)"
)
SINGULAR = re.compile(r"(?<![\w.])(?:I|my|My|me|I’m|I'm|I’ve|I've)(?![\w.])")
PLURAL = re.compile(r"(?<![\w.])(?:[Ww]e|[Oo]ur)(?![\w.])")
# But for what a reporter did: "I had come to the mill", "on my last day".
_SAYS_I = compile_latin(
    r"\bI(?:[’'](?:m|ve|d|ll))? (?!(?:had|was|went|came|met|asked|followed|saw|heard|visited|kept|sat|watched|drove"
    r"|walked|spoke|talked|arrived|said|called|found|stood|joined)\b)[a-z]"
    r"|\b[Mm]y (?!(?:last|first|second) (?:day|visit)\b)[a-z]"
)
_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"|(?<!\w)‘[^’]*’(?!\w)")
_MARK = r"(?:\s?[:|–—]|\s-\s|-(?=(?-i:[A-Z]))|$)"
_HEADLINE = compile_latin(rf"(?:{OPINION}){_MARK}", re.IGNORECASE)
_LINE = compile_latin(rf"(?:a )?(?:{OPINION}|the \w+ view$)(?:{_MARK}|,?(?= by\s))\s?", re.IGNORECASE)
_COLUMN = (  # the name of a column, and no other part that somebody had in the paper
    r"(?!(?:By|Photo\w*|Pictures?|Illustrat\w*|Translat\w*|Edited|Compiled|Interview\w*|Words)\b)"
    r"[A-Z][\w’'&-]*(?:\s(?:to|of|the|and|in|on|from|[A-Z][\w’'&-]*)){1,4}"
)
_SIGNED = compile_latin(
    rf"(?:[^|:–—]*[|:–—])?\s?(?:(?:(?:.*,|Posted|Written|{_COLUMN})\s)?[Bb]y\s(?P<by>{AUTHOR})"
    rf"|(?P<name>{AUTHOR})(?:, who\b.*)?$)"
)  # "VIEWPOINT | Ada Brown", "A. Brown", "By Ada Brown and others"
_COLUMNIST = compile_latin(r":\s(?P<name>[A-Z][\w’'-]+(?:\s[A-Z][\w’'-]+)?)$")
_TOP, _LAST = 3, 2  # lines
_BEGINNING = 600  # characters
_LINE_LENGTH = 90  # characters


def read_top(text: str) -> list[str]:
    """Return the first lines of ``text`` that are no sentences: what it is, and who wrote it."""
    lines = _read_lines(text[:_BEGINNING])[:_TOP]
    return [line for line in lines if len(line) <= _LINE_LENGTH and not line.endswith((".", "?", "!"))]


def find_kicker(headline: str, top: Iterable[str] = ()) -> re.Match[str] | None:
    """Find what says of a headline, or of the lines above its text, that it is a view; ``letter``: a reader's."""
    return _HEADLINE.match(headline) or next((match for line in top if (match := _LINE.match(line))), None)


def find_author(headline: str, text: str, byline: str) -> str:
    """Return who wrote an opinion, as far as it says so; else "".

    That is whom its byline or a line above it names, whom its end describes, or whom its headline ends with.
    """
    last = _read_lines(text)[1:][-_LAST:]
    names = list(_find_signers((byline, *read_top(text))))
    described = (match["name"] for line in last if (match := BIOGRAPHY.match(line)))
    names += [name for name in described if text.index(_surname(name)) >= text.rindex(name)]
    return next(iter([*names, find_columnist(headline, text)]))


def find_columnist(headline: str, text: str) -> str:
    """Return the name a headline ends with, where nobody of that name acts ("Rules heat a market: Bo"), or ""."""
    match = _COLUMNIST.search(headline)
    return match["name"] if match and match["name"].casefold() not in text.casefold() else ""


def is_signed(text: str) -> bool:
    """Whether a text names its author above and ends with who that is; a reporter is named below any news."""
    last = "".join(_read_lines(text)[-1:])
    lines = (line.title() if line.isupper() else line for line in read_top(text))
    described = _NO_REPORTER.match(last)
    return described is not None and any(
        _surname(name) == described["surname"] for name in _find_signers(lines)
    )


def count_speaking(pattern: re.Pattern[str], sentences: Iterable[Sentence]) -> int:
    """In how many sentences it stands outside quotations."""
    return sum(pattern.search(_QUOTED.sub("", sentence.text)) is not None for sentence in sentences)


def count_first_person(text: str) -> int:
    """How often a text says "I" or "my" outside quotations."""
    return len(_SAYS_I.findall(_QUOTED.sub("", text)))


def _read_lines(text: str) -> list[str]:
    """The lines of ``text`` that are not empty, without what Markdown and a signature stand between."""
    return [bare for line in text.split("\n") if (bare := line.strip(" *_#–—"))]


def _find_signers(lines: Iterable[str]) -> Iterator[str]:
    """The names that ``lines`` above a text are signed with."""
    for line in lines:
        kicker = _LINE.match(line)
        if match := _SIGNED.match(line[kicker.end() :] if kicker else line):
            yield match["by"] or match["name"]


def _surname(name: str) -> str:
    return name.rsplit(maxsplit=1)[-1]
