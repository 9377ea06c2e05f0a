"""The dateline that opens a report: "LONDON, May 3 (Reuters) - ". Pure."""

from __future__ import annotations

import re

from newsletter.english.rules import expand

MONTHS = expand("{Month}")
# Place, country and day, in either order of day and month: "DELFT, the Netherlands – March 2, 2026 – "
_PLACE_AND_DAY = (
    r"^[A-Z][\w.’' -]{2,30}(?:, (?:the )?[A-Z][\w.’ -]{2,30})?(?:\s?[–—-]\s?|,\s)"
    rf"(?:\d{{1,2}}\s(?:{MONTHS})|(?:{MONTHS}|{expand('{Month_short}')})\.?\s\d{{1,2}})"
    r"(?:,?\s\d{4})?(?:\s\([^()]{2,40}\))?(?:\s?[–—-]{1,2}|:)\s*(?=[A-ZÀ-ÖØ-Þ“\"])|"
    rf"^[A-Z][\w.’', -]{{2,40}}\s/\s[A-Z][\w ’'-]{{2,30}}\s/\s(?:{MONTHS})\s\d{{1,2}}(?:,?\s\d{{4}})?\s/\s*"
    r"(?=[A-ZÀ-ÖØ-Þ“\"])|"
    rf"^[A-Z][A-Z .’'-]{{2,30}}, \d{{1,2}}\s(?:{MONTHS}|{expand('{Month_short}')})\.\s(?=[A-ZÀ-ÖØ-Þ“\"])|"
)
_DATELINE = re.compile(
    r"^[A-Z][^—–/()]{2,60}/[\w.-]+/\s*[-–—]{1,2}\s*(?=[A-ZÀ-ÖØ-Þ“\"])|"  # "/24-7PressRelease/ --"
    + _PLACE_AND_DAY
    + r"^(?:(?:[A-Z](?:[\w.’']|-(?=\w))*+|\d{1,2}(?:st|nd|rd|th)?|\d{4}|[/|&]"
    r"|(?:and|d[aeo]s?|del|la|le|el|der|am|sur)(?=\s[A-Z])"
    r"|\([^()]{2,80}\))[,./:]*+\s*+){1,12}?[-–—]{1,2}\s*(?=[a-z]?[A-ZÀ-ÖØ-Þ“\"(0-9])"
    r"|^(?:[A-Z][\w.’'-]+,? ){0,4}\((?:CNN|Reuters|AP|AFP)\)\s*(?:[-–—]{1,2}\s*)?(?=[A-ZÀ-ÖØ-Þ“\"])"
    r"|^[A-Z][\w.,’' -]{2,60}\([\w. -]{2,30}\)\s[^—–@]{6,40}@\s\d{1,2}:\d\d\s[AP]M\s[\w/ -]{2,30}[—–-]{1,2}\s*"
    + rf"|^\([A-Z]\w*(?: [A-Z]\w*){{0,3}}"
    rf"(?:,\s(?:\d{{1,2}}\s(?:{MONTHS})|(?:{MONTHS})\s\d{{1,2}})(?:,?\s\d{{4}})?)?\)\s*"
    r"(?:[-–—]{1,2}\s*)?(?=[A-ZÀ-ÖØ-Þ“\"])"
    r"|^(?:[\w ,.-]{2,40} )?\( (?:cnn|ap|reuters) \) (?:-- )?"
)
_DASH_FIRST = re.compile(r"^[–—-]{1,2}\s+(?=\()")  # "- (Newswire) - May 3, 2026 - "
_DATELINE_SIGN = re.compile(
    rf"^[A-Z][A-Z.]{{2,}}|\d\s(?:{MONTHS})\b|^[A-Z][a-z]+, [A-Z]\.?[A-Z]\b|"
    r"\b[A-Z]{4,}|\(|\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.? \d|\d{4}"
)


def strip_dateline(text: str) -> tuple[str, str]:
    """Split a dateline ("LONDON, May 3 (Reuters) - ") from the sentence that it opens."""
    body = rest = _DASH_FIRST.sub("", text)
    while match := _DATELINE.match(rest):  # "Salt Lake City, Utah - March 14, 2025 - " is two
        rest = rest[match.end() :]
        body = rest if _DATELINE_SIGN.search(match.group()) else body
    return body, text[: len(text) - len(body)].strip()
