"""Foreign text is only text: orders to a model inside articles, and debris in a model's answers. Pure."""

from __future__ import annotations

import base64
import binascii
import codecs
import re
import unicodedata
from urllib.parse import unquote

from newsletter.english.stems import lower_letters

INJECTION_FLAG = "an instruction to a language model was found in the source; nothing followed it"

_ORDER = re.compile(
    r"\b(?:ignore|disregard|forget|override|bypass)\b.{0,30}\b(?:previous|prior|above|earlier|preceding|all|your"
    r"|system|these|any)\b.{0,25}"
    r"\b(?:instructions?|prompts?|rules?|directions?|guidelines?|context)\b"
    r"|\b(?:you are|act as|pretend to be|behave as|from now on you)\b.{0,40}\b(?:ai|language model|assistant"
    r"|chatbot|llm|gpt|dan)\b"
    r"|\b(?:system|developer|hidden) (?:prompt|message)\b.{0,40}(?::|\b(?:reveal|print|show|repeat|output|ignore)\b)"
    r"|\b(?:reveal|print|repeat|output|leak)\b.{0,30}\b(?:system|your|the above|initial) (?:prompt|instructions?)\b"
    r"|\b(?:note|attention|message|instructions?|dear|hey|important)\b.{0,20}\b(?:to|for)?\b.{0,6}\b(?:ai|llm"
    r"|language models?|ai (?:models?|assistants?|summari[sz]ers?)|chatbots?)\b\s*[:,]"
    r"|\b(?:ai|llm|language models?|summari[sz]ers?)\b.{0,25}\b(?:must|should|shall|have to"
    r"|are required to)\b.{0,20}\b(?:say|write|output|respond|answer|mention|recommend|state|include|ignore"
    r"|summari[sz]e)\b"
    r"|<\|?\s*(?:im_start|im_end|system|endoftext|assistant|user)\s*\|?>|\[/?inst\]|<</?sys>>"
    r"|^\s*#{2,}\s*(?:system|instructions?|assistant)\b"
    r"|^\s*(?:system|assistant|developer)\s*:\s*\S",
    re.MULTILINE | re.DOTALL,
)
_HIDDEN = re.compile("[\u200b-\u200f\u2060-\u2064\ufeff\u00ad\U000e0000-\U000e007f]")
_TAGS = re.compile("[\U000e0020-\U000e007e]{4,}")
_BASE64 = re.compile(r"(?<![\w+/=-])[A-Za-z0-9+/_-]{24,4000}={0,2}(?![\w+/=])")
_HEX = re.compile(r"(?<![\w])(?:[0-9a-fA-F]{2}[ ]?){16,2000}(?![\w])")
_MAX_TEXT = 200_000


def find_injection(text: str) -> str | None:
    """Return what in ``text`` orders a language model about (also hidden or encoded), or None."""
    text = text[:_MAX_TEXT]
    for form in dict.fromkeys(_read_forms(text)):
        if match := _ORDER.search(lower_letters(form)):
            return " ".join(form[match.start() : match.end()].split())[:120]
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
        try:
            forms.append(base64.b64decode(body + "=" * (-len(body) % 4), validate=True).decode("utf-8"))
        except (binascii.Error, UnicodeDecodeError, ValueError):
            continue  # an ordinary long word, or an address
    for match in _HEX.finditer(plain):
        try:
            forms.append(bytes.fromhex(match.group().replace(" ", "")).decode("utf-8"))
        except (UnicodeDecodeError, ValueError):
            continue
    return forms


_DEBRIS: tuple[tuple[re.Pattern[str], str], ...] = (
    (
        re.compile(r"https?:|www\.|\w\.(?:com|org|net)\b|\b\w+://|utm_|[?&]\w+=", re.IGNORECASE),
        "holds an address",
    ),
    (re.compile(r"\*\*|__|`|^\s*(?:#+|[-*•–]|\d+[.)])\s|^>|\]\(|\|\s*-+"), "holds markup"),
    (re.compile(r"<[^>]{0,80}>|&\w+;|\{\{|\}\}|\\[nrt\"]"), "holds code"),
    (
        re.compile(
            r"【|】|†|\[\^?\d[\d,\s]*\]|oai_?cite|citeturn|:contentReference|\(source|\bsentences? \[?\d",
            re.IGNORECASE,
        ),
        "holds a citation mark",
    ),
    (
        re.compile(
            r"\bas an? (?:AI|language model|LLM|assistant)\b|\bI(?:'m| am|’m)? (?:cannot|can't|can’t|unable|sorry"
            r"|apologi[sz]e)|\bmy (?:training|knowledge)\b|"
            r"^(?:sure|certainly|of course|okay|ok|here(?:'s|’s| is| are)|summary|note|bullet|highlight"
            r"|rewritten)\b[\s,:!]|\bthe (?:provided|given|above) (?:text|sentences?|article)\b|"
            r"\b(?:system prompt|these instructions|the user)\b",
            re.IGNORECASE,
        ),
        "speaks of itself or its task",
    ),
    (
        re.compile(
            "[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffd\U000e0000-\U000e007f]"
        ),
        "holds a hidden character",
    ),
)


def find_debris(text: str) -> str | None:
    """Return what in a model's bullet never passes (markup, addresses, talk of itself), or None."""
    return next((reason for pattern, reason in _DEBRIS if pattern.search(text)), None)
