"""The words of a page that are not the article's: what they look like, in general. Pure.

A small list of phrases that stand on countless sites; nothing here names a site. Headings that open a
part of their own (highlights, disclaimer, related headlines) are here too, so that all such words can be
read in one place.
"""

from __future__ import annotations

import regex

_LONGEST_HEADING = 60
_LONGEST = 200  # characters: chrome is short, a paragraph that mentions a newsletter is not chrome
_I = regex.IGNORECASE

_WHOLE = regex.compile(
    r"(?:search|menu|home|share|tweet|print|email|e-mail|comments?|reply|subscribe(?: now)?|sign (?:in|up)|log ?in|"
    r"register|advertisement|sponsored(?: content)?|ad|read more|more|next|previous|back to top|close|skip to content|"
    r"facebook|twitter|x|linkedin|whatsapp|reddit|pinterest|telegram|instagram|youtube|rss|copy link|link copied!?|"
    r"\d+ (?:comments?|shares?|views?|replies|min(?:ute)?s? read)|no comments(?: yet)?|leave a (?:comment|reply)|"
    r"(?:submit|post|add) (?:a )?comments?|about the author|tags?:?.{0,80}|topics?:|filed under.{0,80}|"
    r"(?:all rights reserved|privacy policy|terms of (?:use|service)|cookie (?:policy|settings)|contact us)\.?|"
    r"anzeige|werbung|kommentare?|teilen|drucken|publicité|partager|publicidad|compartir)",
    _I,
)
_OPENING = regex.compile(
    r"(?:sign up (?:for|to)|subscribe (?:to|for|now|today)|click here|read more|read also|also read|see also|related:|"
    r"read next|watch:|listen:|follow (?:us|me|him|her|@)|join (?:our|the \w+ (?:newsletter|community))|"
    r"share this|share on|"
    r"your email address|required fields|enter your email|get (?:the|our) (?:latest|daily|free|best)|"
    r"receive (?:a|our|the) (?:daily|weekly|free|latest)|straight (?:in)?to your inbox|thank(?:s| you) for subscribing|"
    r"fantastic! thanks|copyright|©|all rights reserved|(?:image|photo|picture|foto)(?: credit| by|s?:)|photograph:|"
    r"this (?:site|website) uses|we use cookies|by (?:signing up|subscribing|clicking)|download (?:the|our) app|"
    r"posted in|filed under|tagged (?:with|in)|advertisement|sponsored by|have a tip|got a tip|report (?:a "
    r"typo|an error)|"
    r"you may unsubscribe|unsubscribe at any time|save my name|notify me of|mehr zum thema|lesen sie auch|lire aussi|"
    r"leer también|leggi anche|este artículo|this article (?:first|originally) appeared)\b",
    _I,
)
_INSIDE = regex.compile(
    r"(?:to your inbox|thanks for subscribing|email address will not be published|accept (?:all )?cookies|"
    r"all rights reserved|terms (?:of (?:use|service)|and conditions)|privacy (?:policy|notice)|enable javascript|"
    r"min(?:ute)? read\b|newsletter sign.?up|sign up for our newsletter)",
    _I,
)
HIGHLIGHTS = regex.compile(
    r"(?:article |key |story |top )?(?:highlights?|takeaways?|points?|facts at a glance|summary points)|"
    r"(?:the )?key (?:takeaways?|points?|facts|findings|messages)|at a glance|in brief|tl;?dr|quick (?:take|"
    r"summary|read)s?|"
    r"what (?:you need )?to know|why it matters in brief|summary|executive summary|auf einen blick|das "
    r"wichtigste in kürze|"
    r"l['’]essentiel|lo más importante|in sintesi",
    _I,
)
DISCLAIMER = regex.compile(
    r"(?:\W{0,3})(?:(?:important |legal |general )?disclaimers?|(?:editor['’]s |important )?disclosures?|"
    r"haftungsausschluss|"
    r"avertissement|descargo de responsabilidad|risk warning|cautionary (?:note|"
    r"statement)[^:]{0,80})\s*(?::|—|–|-(?=\s)|$)",
    _I,
)
RELATED = regex.compile(
    r"(?:recent|latest|related|more|other|top|trending|popular|most (?:read|popular|viewed|recent)|"
    r"recommended|must.read|"
    r"editor['’]s (?:picks?|choice)|further|similar|featured|breaking|suggested|don['’]t miss|you (?:may|"
    r"might) also (?:like|enjoy)|"
    r"also (?:read|on)|read (?:next|more|also)|see also|what to read next|up next|in other news|from "
    r"(?:around )?the web)"
    r"(?:\s+[\w&'’.-]+){0,4}\s*:?",
    _I,
)
_RELATED_NOUN = regex.compile(
    r"news|articles?|stor(?:y|ies)|posts?|reads?|headlines|reading|coverage|links?|like|enjoy|next|more|also|"
    r"picks?|choice|popular|trending|web|miss|read|views?|viewed|updates|insights|releases",
    _I,
)


def is_chrome(text: str) -> bool:
    """Whether a block is furniture of the page: a button, a form, a sign-up box, a credit."""
    if len(text) > _LONGEST:
        return False
    return bool(_WHOLE.fullmatch(text) or _OPENING.match(text) or _INSIDE.search(text))


def is_related_heading(text: str) -> bool:
    """Whether a short block opens a list of other articles' headlines."""
    return (
        len(text) <= _LONGEST_HEADING
        and bool(RELATED.fullmatch(text) and _RELATED_NOUN.search(text))
        and not text.endswith((".", "?", "!"))
    )
