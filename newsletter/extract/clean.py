"""Characters and markup that no reader should see, taken out; the rest normalised. Pure."""

from __future__ import annotations

import unicodedata

import regex

from newsletter.control_characters import CONTROLS

_LINE_ENDS = regex.compile(r"\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
# Controls; in an article also soft hyphens, marks that join or vary a character, fillers.
_INVISIBLE = regex.compile(
    rf"[{CONTROLS}\xad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180e\u3164\ufe00-\ufe0f\uffa0]+"
)
# A joiner is spelling in Persian and Indic words and in emoji; anywhere else it is invisible litter.
_LITTER_JOINER = regex.compile(r"(?<![[\p{L}\p{M}\p{So}]--\p{Latin}])[\u200c\u200d]+", regex.V1)
_ODD = regex.compile(rf"{_LINE_ENDS.pattern}|{_INVISIBLE.pattern}|[\u200c\u200d]")  # any of them at all
# "©!-- /wp:paragraph -->": a comment whose "<" went through a wrong encoding, and its healthy kin.
_COMMENT = regex.compile(r"(?:<|&lt;|©)?!--(?:(?!!--)[^\n]){0,300}?--(?:>|&gt;)")
_SCRIPT = regex.compile(r"<(script|style)\b[^<>]{0,500}>[^<]{0,5000}</\1\s*>", regex.IGNORECASE)
_TAG = regex.compile(
    r"</?(?:p|div|span|br|a|b|i|em|strong|img|h[1-6]|ul|ol|li|figure|script|style)\b[^<>\n]{0,500}/?>"
)
_SHORTCODE = regex.compile(
    r"\[/?(?:caption|embed|gallery|audio|video|vc_\w+|et_pb_\w+|fusion_\w+)\b[^\]\n]{0,300}\]"
)
# "**Output** rose", "*Le Monde* said", "## Outlook": Markdown that nobody rendered; no footnote's mark, no product.
_EMPHASIS = regex.compile(
    r"(?<![\w*_\\])(\*{1,3}|_{1,2})(?=[\w“\"'‘(\[$€£])([^*_\n]{1,400}?)(?<=[\w.,:;!?%”\"'’)\]])\1(?![\w*_])"
)
# ''We sell'', ``we buy'': quotation marks as typewriters had them, which sentences could not be told by.
_TYPED_QUOTES = regex.compile(r"(?<![\w'`])(?:''|``?)(?=[\w$€£])((?:(?!''|``)[^\n]){1,600})''(?!['\w])")
_MARKDOWN_HEAD = regex.compile(r"(?m)^#{1,6}\s+(?=\S)")
_LINK_REMARK = regex.compile(
    r"(?<![^\S\n])[^\S\n]*+[(\[]"
    r"(?:(?:link\s+)?opens?\s+in\s+(?:a\s+|the\s+)?new\s+(?:tab|window)(?:\s+or\s+(?:tab|window))?"
    r"|(?:this\s+)?(?:link\s+is\s+external|external\s+link)|opens\s+(?:external|new)\s+\w+)[)\]]",
    regex.IGNORECASE,
)


def clean_text(text: str) -> str:
    """NFC, one kind of line end, single spaces; no control, invisible or markup characters. Lines stay lines."""
    if not (text.isascii() and text.isprintable()):
        if _ODD.search(text):
            text = _LINE_ENDS.sub("\n", text)
            text = _LITTER_JOINER.sub("", _INVISIBLE.sub("", text))
        text = unicodedata.normalize("NFC", text)
    return _strip_leaks(text)


def _strip_leaks(text: str) -> str:
    """Without markup that a publisher's system left in the text; each pattern is tried where it can stand."""
    if "--" in text:
        text = _COMMENT.sub("", text)
    if "<" in text:
        text = _TAG.sub("", _SCRIPT.sub("", text))
    if "*" in text or "_" in text:
        text = _EMPHASIS.sub(r"\2", text)
    if "''" in text:
        text = _TYPED_QUOTES.sub(r'"\1"', text)
    if "#" in text:
        text = _MARKDOWN_HEAD.sub("", text)
    bracket = "[" in text
    if bracket:
        text = _SHORTCODE.sub("", text)
    if bracket or "(" in text:
        text = _LINK_REMARK.sub("", text)
    return text


def squeeze(line: str) -> str:
    """One line with single spaces and none at its ends."""
    return " ".join(line.split())
