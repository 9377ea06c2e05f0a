"""What no text should hold: leftovers of templates, drafts and language models, characters read wrongly. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

_TEMPLATE = re.compile(
    r"\{\{|\}\}|\{%|%\}|\{#|<%|%>|\$\{\w+\}|%\(\w+\)s|\[object Object\]|<jinja2?\.|<newsletter\."
)
_PLACEHOLDER = re.compile(r"\b(?i:lorem ipsum)\b|\bTODO\b|\bFIXME\b|\bNaN\b")
_NAN = re.compile(r"[$€£¥]nan\b|\bnan\s?(?:%|[kK]?t\b|tonnes?\b|kg\b|million\b|billion\b)")
_DEBRIS = re.compile(
    r"utm_source=(?:chatgpt|openai|copilot)|oaicite|contentReference|turn\d+(?:search|view|news)\d+|【\d+[†:]"
    r"|\b[Aa]s an AI(?: language)?(?: model| assistant|, I)\b|\b[Aa]s a (?:large )?language model\b"
    r"|\bI(?:'|’)m sorry, but I can\b|\bI cannot (?:assist|help) (?:with|you)\b"
    r"|\b(?:Here is|Here are|Here's|Here’s) (?:the|a|your) (?:summary|highlights|rewritten|bullet)"
    r"|\*\*(?=\S)[^*\n]{1,500}(?<=\S)\*\*|```|^#{1,4} \w|\[[^\]\[\n]{1,500}\]\(https?://"
    r"|(?<=[a-z])\+\d{1,2}(?=[A-Z][a-z])",
    re.MULTILINE,
)
_KINDS = (
    (_TEMPLATE, "of a template"),
    (_PLACEHOLDER, "of a draft"),
    (_NAN, "of a missing number"),
    (_DEBRIS, "of a language model"),
)
_BROKEN = re.compile(
    "\ufffd|â€[™œ\u009d“”˜¦“—–\u0080-\u00bf]|[ÃÂ][\u0080-\u00bf]|โ€|ยฉ|ï»¿|ðŸ|Ð[\u0080-\u00bf]Ñ|é‡‘|锟斤拷"
)


def find_leftovers(text: str) -> Iterator[tuple[str, str]]:
    """Give each leftover: of what it is one ("of a template"), and its characters."""
    for pattern, kind in _KINDS:
        for found in pattern.finditer(text):
            yield kind, found[0]


def find_broken(text: str) -> tuple[str, ...]:
    """Return the characters that a wrong encoding left."""
    return tuple(found[0] for found in _BROKEN.finditer(text))
