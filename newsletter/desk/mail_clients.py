"""A mail as families of clients show it. Pure.

No renderer of theirs runs here: what they drop is dropped (caniemail.com, outlook-windows), what they force is
forced. Good for seeing what holds when it goes; a test sent to the real client stays the proof.
"""

from __future__ import annotations

import re
from enum import StrEnum


class View(StrEnum):
    """One way to look at the mail."""

    LIGHT = "light"
    DARK = "dark"
    FORCED = "forced"
    OUTLOOK = "outlook"
    IMAGES = "images"


_QUERY = re.compile(r"\(\s*prefers-color-scheme\s*:\s*(dark|light)\s*\)", re.IGNORECASE)
_SCHEMES = re.compile(r"(color-scheme\s*:\s*)light dark", re.IGNORECASE)
_SCHEME_META = re.compile(r'(<meta name="(?:supported-)?color-schemes?" content=")[^"]*"', re.IGNORECASE)
_NOT_MSO = re.compile(r"<!--\[if !mso[^\]]*\]><!-->(.*?)<!--<!\[endif\]-->", re.DOTALL)
_MSO = re.compile(r"<!--\[if [^\]]*mso[^\]]*\]>(.*?)<!\[endif\]-->", re.DOTALL)
_SETTINGS = re.compile(r"<xml\b.*?</xml>", re.DOTALL | re.IGNORECASE)  # of Office: no browser knows them
_STYLE_BLOCK = re.compile(r"<style\b.*?</style>", re.DOTALL | re.IGNORECASE)
_STYLE = re.compile(r'(<[a-z][^<>]*?\sstyle=")([^"]*)(")', re.IGNORECASE)
_IMAGE = re.compile(r"<img\b[^>]*>", re.IGNORECASE)
_ALT = re.compile(r'\balt="([^"]*)"', re.IGNORECASE)
# Inline properties that Word's engine does not know.
_WORD_DROPS = re.compile(
    r"^(?:accent-color|align-|animation|aspect-ratio|background-(?:blend|clip|origin|position|repeat|size)|"
    r"border-radius|border-spacing|box-|clear|clip-path|color-scheme|column|display:\s*(?:flex|grid|inline-block)|"
    r"filter|flex|float|gap|grid|hyphens|inset|justify|list-style-(?:image|position)|m(?:ax|in)-(?:width|height)|"
    r"mix-blend|object-|opacity|outline|overflow|position|table-layout|"
    r"text-(?:decoration-|emphasis|overflow|shadow|underline|wrap)|"
    r"transform|transition|visibility|white-space|word-(?:spacing|wrap|break)|z-index|-webkit-|-ms-|-moz-)",
    re.IGNORECASE,
)
_FORCED = (
    "<style>html{filter:invert(1) hue-rotate(180deg);background:#fff}"
    "img{filter:invert(1) hue-rotate(180deg)}</style>"
)


def show_as(html: str, view: View) -> str:
    """Return ``html`` as ``view`` shows it, whatever colours the machine that looks at it prefers."""
    html = _set_scheme(html, "dark" if view is View.DARK else "light")
    if view is View.FORCED:
        return html.replace("</head>", f"{_FORCED}</head>", 1)
    if view is View.OUTLOOK:
        return _as_word(html)
    return _IMAGE.sub(_words_of_image, html) if view is View.IMAGES else html


def _set_scheme(html: str, scheme: str) -> str:
    """Answer the mail's question for a colour scheme, so that both can stand side by side."""
    html = _QUERY.sub(lambda match: "(min-width:0)" if match[1].lower() == scheme else "(max-width:0)", html)
    html = _SCHEME_META.sub(rf'\g<1>{scheme}"', html)
    return _SCHEMES.sub(rf"\g<1>{scheme}", html)


def _as_word(html: str) -> str:
    """Keep what Word's engine knows: its own comments and the style sheet in them, and plain rules."""
    comments: list[str] = []

    def set_aside(match: re.Match[str]) -> str:
        comments.append(_SETTINGS.sub("", match[1]))
        return f"<!--mso{len(comments) - 1}-->"

    html = _STYLE_BLOCK.sub("", _MSO.sub(set_aside, _NOT_MSO.sub("", html)))
    html = _STYLE.sub(lambda match: match[1] + _keep_known(match[2]) + match[3], html)
    html = re.sub(r"<!--mso(\d+)-->", lambda match: comments[int(match[1])], html)
    return re.sub(r"<wbr\s*/?>", "", html)


def _keep_known(style: str) -> str:
    return ";".join(rule for rule in style.split(";") if rule.strip() and not _WORD_DROPS.match(rule.strip()))


def _words_of_image(match: re.Match[str]) -> str:
    alt = _ALT.search(match[0])
    return f"<span>[{alt[1] if alt and alt[1] else 'picture'}]</span>"
