"""The title of an official document as a headline: who acts, the act as a verb, and what it acts on. Pure.

The rule, for whoever asks why a headline differs from its document's title: what kind of document it is and its numbers
go; an act as a noun ("initiation of") becomes its verb, behind the body that the text names first; a closed list of
wording gets the plain words for it. The words are in official_titles.toml. Any other title stays as it is.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from newsletter.data_files import read_data

# Behind the kind of document: "(EU) 2026/11 of 3 May 2026".
_NUMBERED = r"(?: \(\w+\))?(?: No\.? ?[\w/-]+| \d{4}/\d+)?(?: of \d{4}| of \d{1,2} \w+ \d{4})?"
_WORD = re.compile(r"[^\W\d_]+")
_PLAIN = frozenset({"certain", "on", "of", "for", "and", "the"})  # which no name begins with
_TOP = 400  # characters of a text in which it says whose act it is


@cache
def read_table() -> dict[str, Any]:
    """Return the table of words."""
    return dict(read_data("newsletter.issue", "official_titles.toml"))


@cache
def _compile() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    table = read_table()
    document = re.compile(
        rf"\A(?:[A-Z]\w+ )?(?:Implementing |Delegated |Executive )?(?:{'|'.join(table['documents'])}){_NUMBERED}"
        r"(?:[:,–—-]+ | (?:of|on|concerning|regarding|about) | (?=\w+ing ))",
        re.IGNORECASE,
    )
    act = re.compile(rf"\A(?:the )?(?P<act>{'|'.join(table['acts'])}) ", re.IGNORECASE)
    body = "|".join(word.capitalize() for word in table["bodies"])
    name = re.compile(
        rf"(?:[Tt]he )?(?P<name>(?:[A-Z][\w’'-]+ )*(?:{body})(?: of (?:the )?[A-Z]\w+(?:,? and [A-Z]\w+)*)?)"
    )
    return document, act, name


def write_headline(title: str, text: str, publisher: str = "") -> str:
    """Return ``title`` as a headline where it is that of an official document; ``text`` is the document."""
    document, act, name = _compile()
    rest = title
    while found := document.match(rest):
        rest = rest[found.end() :]
    if rest == title or not (done := act.match(rest)):
        return title
    what = rest[done.end() :]
    for form in read_table()["form"]:
        what = re.sub(form["written"], form["plain"], what)
    if sum(word[0].isupper() for word in what.split()) * 2 > len(what.split()):  # capitals throughout
        words = set(re.findall(r"[^\W_]+", text))
        words |= _PLAIN
        what = _WORD.sub(lambda word: word[0].lower() if word[0].lower() in words else word[0], what)
    who = name.search(text[:_TOP]) or name.search(publisher)
    if who is None:
        return f"{done['act'].capitalize()} {what}".strip()
    return f"{who['name']} {read_table()['acts'][done['act'].lower()]} {what}".strip()
