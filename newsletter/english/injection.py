"""Foreign text is only text: orders to a model inside articles, and debris in a model's answers. Pure."""

from __future__ import annotations

import base64
import codecs
import re
import unicodedata
from contextlib import suppress
from urllib.parse import unquote

from newsletter.english.rules import find

INJECTION_FLAG = "an instruction to a language model was found in the source; nothing followed it"

_HIDDEN = re.compile("[\u200b-\u200f\u2060-\u2064\ufeff\u00ad\U000e0000-\U000e007f]")
_TAGS = re.compile("[\U000e0020-\U000e007e]{4,}")
_BASE64 = re.compile(r"(?<![\w+/=-])[A-Za-z0-9+/_-]{24,4000}={0,2}(?![\w+/=])")
_HEX = re.compile(r"(?<![\w])(?:[0-9a-fA-F]{2}[ ]?){16,2000}(?![\w])")
_MAX_TEXT = 200_000


def find_injection(text: str) -> str | None:
    """Return what in ``text`` orders a language model about (also hidden or encoded), or None."""
    text = text[:_MAX_TEXT]
    for form in dict.fromkeys(_read_forms(text)):
        if found := find("order", form):
            return " ".join(form[slice(*found[1].span())].split())[:120]
    return None


def _read_forms(text: str) -> list[str]:
    """The text as it stands, and as it reads when what hides or encodes words is undone."""
    plain = unicodedata.normalize("NFKC", _HIDDEN.sub("", text))
    forms = [text, plain]
    if tagged := "".join(chr(ord(char) - 0xE0000) for run in _TAGS.findall(text) for char in run):
        forms.append(tagged)
    if "%20" in text or "%69" in text.lower():
        forms.append(unquote(text))
    if re.search(r"\b(?:vtaber|qvfertneq|vafgehpgvbaf?)\b", plain, re.IGNORECASE):
        forms.append(codecs.encode(plain, "rot13"))
    for match in _BASE64.finditer(plain):
        body = match.group().rstrip("=").replace("-", "+").replace("_", "/")
        with suppress(ValueError):  # an ordinary long word, or an address
            forms.append(base64.b64decode(body + "=" * (-len(body) % 4), validate=True).decode("utf-8"))
    for match in _HEX.finditer(plain):
        with suppress(ValueError):
            forms.append(bytes.fromhex(match.group()).decode("utf-8"))
    return forms


def find_debris(text: str) -> str | None:
    """Return what in a model's bullet never passes (markup, addresses, talk of itself), or None."""
    found = find("debris", text)
    return found[0].kind if found else None
