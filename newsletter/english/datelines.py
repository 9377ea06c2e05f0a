"""The dateline that opens a report: "LONDON, May 3 (Reuters) - ". Pure."""

from __future__ import annotations

import re

from newsletter.english.letters import compile_latin
from newsletter.english.rules import expand

MONTHS = expand("{Month}")
_MONTH = f"(?:{MONTHS}|{expand('{Month_short}')})"
# Day and month in either order.
_DAY = rf"(?:\d{{1,2}}\.?\s{_MONTH}|{_MONTH}\.?\s\d{{1,2}}(?:st|nd|rd|th)?)(?:,?\s\d{{4}})?"
_DASH = r"(?:[–—‒―-]{1,3}|_(?=\s))"
_BODY = r"(?=[A-Z“\"])"  # as a sentence begins
_DATELINE = compile_latin(
    rf"[A-Z][^—–/()]{{2,60}}/[\w.-]+/\s*{_DASH}\s*{_BODY}"  # "/24-7PressRelease/ --"
    # "DELFT, the Netherlands – March 2, 2026 – "
    r"|[A-Z][\w.’' -]{2,30}(?:, (?:the )?[A-Z][\w.’ -]{2,30})?(?:\s?[–—-]\s?|,\s)"
    rf"{_DAY}(?:\s\([^()]{{2,40}}\))?(?:\s?{_DASH}|:)\s*{_BODY}"
    rf"|[A-Z][\w.’', -]{{2,40}}(?:\s/\s[A-Z][\w ’'-]{{2,30}})?\s/\s{_DAY}\s/\s*{_BODY}"
    rf"|[A-Z][A-Z .’'-]{{2,30}}, {_DAY}\.\s{_BODY}"
    rf"|(?:(?:[A-Z](?:[\w.’']|-(?=\w))*+|\d{{1,2}}(?:st|nd|rd|th)?|\d{{4}}|[/|&]"
    r"|(?:and|d[aeo]s?|del|la|le|el|der|am|sur)(?=\s[A-Z])"
    rf"|\([^()]{{2,80}}\))[,./:]*+\s*+){{1,12}}?{_DASH}\s*(?=[a-z]?[A-Z“\"(]|(?<=\s)\d)"
    # Oslo (Newswire) on a "Sunday Dec 7, 2025 @ 7:00 AM America/Phoenix —"
    rf"|[A-Z][\w.,’' -]{{2,60}}\([\w. -]{{2,30}}\)\s[^—–@]{{6,40}}@\s\d{{1,2}}:\d\d\s[AP]M\s[\w/ -]{{2,30}}{_DASH}\s*"
    rf"|\([A-Z]\w*(?: [A-Z]\w*){{0,3}}(?:,\s{_DAY})?\)\s*(?:{_DASH}\s*)?{_BODY}"
    r"|(?:[\w ,.-]{2,40} )?\( (?:cnn|ap|reuters) \) (?:-- )?"
)
_DASH_FIRST = re.compile(r"^[–—-]{1,2}\s+(?=\()")  # "- (Newswire) - May 3, 2026 - "
_DATELINE_SIGN = compile_latin(
    r"^[A-Z][a-z]+, (?:[A-Z][a-z]+ )?[A-Z][a-z]+\s?[–—]\s?$|"
    rf"^[A-Z][A-Z.]{{2,}}|\d\s(?:{MONTHS})\b|^[A-Z][a-z]+, [A-Z]\.?[A-Z]\b|"
    rf"\b[A-Z]{{4,}}|\(|\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.? \d|\d{{4}}"
)


def strip_dateline(text: str) -> tuple[str, str]:
    """Split a dateline ("LONDON, May 3 (Reuters) - ") from the sentence that it opens."""
    body = rest = _DASH_FIRST.sub("", text)
    while match := _DATELINE.match(rest):  # "Salt Lake City, Utah - March 14, 2025 - " is two
        rest = rest[match.end() :]
        body = rest if _DATELINE_SIGN.search(match.group()) else body
    return body, text[: len(text) - len(body)].strip()
