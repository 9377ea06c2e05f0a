"""Pages that are no articles: pay-wall teasers, cookie walls, "page not found". Pure.

Only what the page says of itself counts, never who publishes it: its title and headings, the words of a
short body, and what its own schema.org markup declares.
"""

from __future__ import annotations

from dataclasses import dataclass

import regex

_I = regex.IGNORECASE
_NOT_FOUND_TITLE = regex.compile(
    r"(?:^|[^\d.,$€£])(?:404|410)(?:\s*(?:error|[-–—:|]|page|not found|$))|error\s*(?:404|410|403|500)|"
    r"(?:page|article|story|content|seite|file) (?:not|cannot be|could not be|can['’]t be|nicht) (?:found|gefunden|available)|"
    r"^(?:sorry|oops|whoops)\b.{0,40}(?:find|found|exist|gone|wrong)|page (?:no longer|does(?:n['’]t| not)) exists?|"
    r"page introuvable|página no encontrada|pagina non trovata|страница не найдена|页面不存在|ページが見つかりません",
    _I,
)
_BARE_NOT_FOUND = regex.compile(r"not found|404|410|gone", _I)
_NOT_FOUND = regex.compile(
    r"(?:page|article|story|content|link|url) (?:you(?:['’]re| are| were)? (?:looking for|requested|tried to \w+|trying to \w+)).{0,60}"
    r"(?:not|n['’]t|no longer|moved|removed|unavailable|gone)|(?:could ?n['’]t|could not|can['’]t|cannot|unable to) (?:be )?(?:find|found|locate)"
    r".{0,40}(?:page|article|story|url)|(?:page|article) (?:has been|was) (?:removed|deleted|moved)|no longer available",
    _I,
)
_BLOCKED = regex.compile(
    r"checking (?:if the site connection is secure|your browser)|verify(?:ing)? (?:that )?you are (?:a )?human|are you a robot|"
    r"enable (?:javascript|cookies|js)(?: and cookies)? to (?:continue|proceed|view)|access (?:to this page )?(?:has been )?denied|"
    r"just a moment\.\.\.|attention required|unusual traffic|complete the captcha|request (?:was )?blocked|ddos protection",
    _I,
)
_COOKIES = regex.compile(
    r"(?:we|our partners|this (?:site|website)|wir|nous|usamos)\b.{0,120}\bcookies?\b|cookies? (?:policy|settings|preferences|consent)|"
    r"(?:accept|manage|reject|allow) (?:all )?(?:cookies|consent)|personal(?:ised|ized) (?:ads|advertising|content)|"
    r"legitimate interest|consent to (?:the )?(?:use|processing|storage)|datenschutz|store and/or access information",
    _I,
)
_WALL = regex.compile(
    r"(?:subscribe|sign in|log ?in|register|create (?:a |an )?(?:free )?account|become a (?:member|subscriber)|"
    r"start your (?:free )?(?:trial|subscription)|upgrade)\b.{0,60}(?:to (?:continue|read|keep|access|unlock|view)|for (?:full|unlimited) access)|"
    r"(?:continue|keep) reading (?:with|by|for)|to (?:continue|keep) reading|(?:this|the full|the rest of (?:this|the))\s+"
    r"(?:article|story|content|post|report)\b.{0,40}\b(?:is\s+)?(?:for|available (?:only )?to|reserved for|exclusive to|limited to)\s+"
    r"(?:\w+\s+)?(?:subscribers|members|registered)|already (?:a subscriber|a member|have an account)|"
    r"(?:subscriber|member|premium)[- ](?:only|exclusive)|you(?:['’]ve| have) (?:reached|read|used).{0,40}(?:free )?(?:article|limit)|"
    r"weiterlesen mit|jetzt (?:weiterlesen|abonnieren)|pour lire la suite|réservé aux abonnés|para seguir leyendo|solo para suscriptores",
    _I,
)
_NOT_FREE = regex.compile(r"[\"']isAccessibleForFree[\"']\s*:\s*[\"']?false", _I)
_ELLIPSIS = regex.compile(r"(?:\.\.\.|…|\[…\]|\[\.\.\.\])\s*$")

_BARE = 400  # characters of a page that shows nothing but its error
_SHORT = 700  # characters of a body that may be an error page or a wall
_TEASER = 1_000  # characters of a body that may be the part before a pay-wall
_STUB = 300  # characters that say too little to stand for the article that they begin
_MIN_ARTICLE = 60  # characters: less is no article


@dataclass(frozen=True, slots=True, kw_only=True)
class NotArticle:
    """A page that holds no article: why, and what the operator can do about it."""

    reason: str
    hint: str
    exists: bool = True  # False: there is nothing to open, so that its headline leads nowhere


def refuse_page(*, title: str, text: str, page_text: str, html: str) -> NotArticle | None:
    """Why the page is not to be taken for an article, or None. ``page_text`` is every visible word of it."""
    short = len(text) < _SHORT
    bare = len(page_text) < _BARE and _BARE_NOT_FOUND.search(title)
    if short and (
        bare or _NOT_FOUND_TITLE.search(title) or _NOT_FOUND.search(text) or _NOT_FOUND_TITLE.match(text)
    ):
        return NotArticle(
            reason="page not found", hint="the page is gone; nothing to do unless it recurs", exists=False
        )
    if short and (_BLOCKED.search(text) or _BLOCKED.search(title)):
        return NotArticle(
            reason="blocked by the site's bot protection",
            hint="use the site's feed with full text, or ask the publisher for access",
        )
    if short and len(_COOKIES.findall(text)) >= 1 + (len(text) > _MIN_ARTICLE * 2):
        return NotArticle(
            reason="cookie wall",
            hint="the page shows its text only after consent; use the site's feed instead",
        )
    if len(text) < _TEASER and _is_teaser(text, page_text, html):
        return NotArticle(
            reason="pay-wall teaser", hint="only the beginning is free; use another source for this news"
        )
    if len(text) < _MIN_ARTICLE:
        return NotArticle(
            reason="no article text", hint="the page may build its text with JavaScript, or list links"
        )
    return None


def _is_teaser(text: str, page_text: str, html: str) -> bool:
    """Whether a short body is only what stands before a pay-wall."""
    if _WALL.search(text[-_SHORT:]):
        return True
    declared = _NOT_FREE.search(html) is not None
    broken_off = _ELLIPSIS.search(text) is not None
    if _WALL.search(page_text):
        return declared or broken_off
    return declared and broken_off and len(text) < _STUB
