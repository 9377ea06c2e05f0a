"""Checks of a mail's HTML: what clients refuse, what readers who listen need, what tracks. Pure."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from html.parser import HTMLParser

import lxml.html

from newsletter.check.finding import Expected, Finding, fail, is_within, warn
from newsletter.check.mail.content import Reading
from newsletter.check.mail.parsed_mail import words_of

_STYLE_MAX = 16_384  # bytes; Gmail drops all styles beyond
_FORBIDDEN = (
    "script", "form", "iframe", "object", "embed", "applet", "base", "video", "audio", "input", "button", "select",
    "textarea",
)  # fmt: skip
# Inline properties and values that Gmail, Outlook on Windows or Yahoo do not show (caniemail.com).
_UNSUPPORTED = re.compile(
    r"display:\s*(?:flex|grid|inline-flex|inline-grid)|position:\s*(?:absolute|fixed|sticky|relative)|\bfloat:"
    r"|var\(|calc\(|clamp\(|min\(|background-image:|\bgap:|grid-template|\bfilter:|transform:\s*(?!uppercase|"
    r"lowercase|none|capitalize)\w+\("
    r"|animation|transition:|\d(?:rem|vw|vh)\b|linear-gradient",
    re.IGNORECASE,
)
_UNSEEN = re.compile(
    r"display:\s*none|visibility:\s*hidden|opacity:\s*0(?![.\d])|text-indent:\s*-\d{3}|mso-hide:\s*all"
    r"|left:\s*-\d{3}|color:\s*transparent",
    re.IGNORECASE,
)
_NO_SIZE = re.compile(
    r"(?:font-size|max-height|line-height|width):\s*[01](?:px|pt|em)?\s*(?:;|$|!)", re.IGNORECASE
)
_FILE_NAME = re.compile(r"[\w ()-]+\.(?:png|jpe?g|gif|webp|svg)|(?:img|image|dsc)[_ -]?\d*", re.IGNORECASE)
_REMOTE_CSS = re.compile(r"@import|@font-face|url\(\s*['\"]?(?:https?:)?//", re.IGNORECASE)
_FOR_WORD = re.compile(r"<!--\[if [^\]]*mso[^\]]*\]>(.*?)<!\[endif\]-->", re.DOTALL)
_VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]
)
_OPTIONAL = frozenset(
    ["li", "p", "td", "tr", "th", "tbody", "thead", "tfoot", "html", "head", "body", "option", "dd", "dt"]
)
_MIN_FONT = 14  # CSS pixels
_TEXT_IMAGE_SHARE = 200  # characters a mail needs beside its pictures


class _Balance(HTMLParser):
    """Finds tags that do not match, ids and attributes given twice."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.problems: list[str] = []
        self.ids: set[str] = set()
        self.doctype = ""

    def handle_decl(self, decl: str) -> None:
        self.doctype = decl

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        if len(set(names)) < len(names):
            self.problems.append(f"<{tag}> has an attribute twice")
        identity = dict(attrs).get("id")
        if identity and identity in self.ids:
            self.problems.append(f"two elements have the id {identity}")
        self.ids.add(identity or "")
        if tag == "a" and "a" in self.open:
            self.problems.append("a link stands inside a link")
        outer = self.open[-1] if self.open else ""
        if tag in {"p", "h1", "h2", "h3", "ul", "table", "div"} and outer in {"p", "h1", "h2", "h3"}:
            self.problems.append(f"<{tag}> stands inside <{outer}>")
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID:
            return
        if tag not in self.open:
            self.problems.append(f"</{tag}> closes nothing")
            return
        while self.open:
            last = self.open.pop()
            if last == tag:
                return
            if last not in _OPTIONAL:
                self.problems.append(f"<{last}> is not closed")


def check_html(reading: Reading, _: Expected) -> Iterator[Finding]:
    """33: the HTML is sound: a document type, tags that match, nothing twice."""
    parser = _Balance()
    try:
        parser.feed(reading.mail.html)
        parser.close()
    except AssertionError:  # html.parser on "<![ …", up to Python 3.12
        parser.problems.append("a declaration cannot be read")
    problems = [*parser.problems, *(f"<{tag}> is not closed" for tag in parser.open if tag not in _OPTIONAL)]
    if parser.doctype.lower() != "doctype html":
        problems.insert(0, "<!DOCTYPE html> is missing")
    for problem in dict.fromkeys(problems):
        yield warn("html-valid", f"In the HTML, {problem}.", "Correct the template.")


def check_forbidden(reading: Reading, _: Expected) -> Iterator[Finding]:
    """32: nothing that clients strip or filters refuse."""
    for tag in _FORBIDDEN:
        if next(reading.document.iter(tag), None) is not None:
            yield fail("forbidden", f"The HTML holds <{tag}>.",
                       "Mail clients strip it, filters refuse it: take it out.")  # fmt: skip
    elements = [element for element in reading.document.iter() if isinstance(element.tag, str)]
    for element in elements:
        handler = next((name for name in element.attrib if str(name).startswith("on")), "")
        if handler:
            yield fail("forbidden", f"<{element.tag}> has a script in {handler}.", "Take it out.")
        if element.tag == "link" and "stylesheet" in (element.get("rel") or ""):
            yield fail("forbidden", "The HTML loads an outside style sheet.", "Inline the rules.")
        if element.tag == "meta" and (element.get("http-equiv") or "").lower() == "refresh":
            yield fail("forbidden", "The HTML has a refresh.", "Take it out.")
    styles = " ".join(str(style.text or "") for style in reading.document.iter("style"))
    styles += " ".join(element.get("style") or "" for element in elements)
    if found := _REMOTE_CSS.search(styles):
        yield fail("outside-request", f"A style asks for something outside ({found[0]}).",
                   "Use fonts and colours that are there.")  # fmt: skip


def check_hidden(reading: Reading, _: Expected) -> Iterator[Finding]:
    """Words that nobody sees, beside the preheader: filters take them for a spammer's."""
    for element in reading.body.iter():
        if not isinstance(element.tag, str) or element is reading.hidden_line or not _is_unseen(element):
            continue
        words = words_of(element)
        if any(char.isalnum() for char in words):
            yield fail("hidden", f"Hidden words: “{words[:80]}”.", "Take them out, or let readers see them.")


def _is_unseen(element: lxml.html.HtmlElement) -> bool:
    style = element.get("style") or ""
    # Of no size: a cell may be so for its blanks, with words of a size of their own in it.
    own = "".join([element.text or "", *(child.tail or "" for child in element)]).strip()
    return element.get("hidden") is not None or bool(
        _UNSEEN.search(style) or (own and _NO_SIZE.search(style))
    )


def check_images(reading: Reading, expected: Expected) -> Iterator[Finding]:
    """30, 41: pictures have words and a size, come from home, and do not count readers."""
    home = re.sub(r"^https?://", "", expected.base_url).split("/")[0].split(":")[0]
    images = list(reading.document.iter("img"))
    for image in images:
        source = (image.get("src") or "")[:100]
        if image.get("alt") is None or not image.get("width") or not image.get("height"):
            yield fail("images", f"A picture lacks alt, width or height: {source}", "Give all three.")
        if _FILE_NAME.fullmatch(image.get("alt") or ""):
            yield warn("images", f"A picture's alt is the name of its file: {image.get('alt')}",
                       "Say what it shows, or leave it empty where it only adorns.")  # fmt: skip
        size = {image.get("width", "").rstrip("px"), image.get("height", "").rstrip("px")}
        hidden = re.search(r"display:\s*none|visibility:\s*hidden", image.get("style") or "")
        if size & {"0", "1"} or hidden:
            yield fail("tracking", f"A picture of no size counts who opens the mail: {source}",
                       "Take it out.")  # fmt: skip
        host = re.sub(r"^(?:https?:)?//", "", source).split("/")[0].split(":")[0]
        own = any(is_within(host, name) for name in (home, *expected.pictures) if name)
        if source.startswith(("http://", "https://", "//")) and home and not own:
            yield fail("outside-request", f"A picture is loaded from {host}.",
                       "Serve it from your own address; a logo may stand where theme.toml says.")  # fmt: skip
        if not re.match(r"(?i)https?://|//|data:", source):
            where = "a part that the mail has not" if source.lower().startswith("cid:") else "no address"
            yield fail("images", f"A picture is at {where}: {source or '(empty)'}",
                       "Give its whole address: a mail has no place of its own.")  # fmt: skip
        if source.startswith("data:"):
            yield fail("client-support", "A picture is embedded as data:, which Gmail and Outlook do not show.",
                       "Serve it from your own address.")  # fmt: skip
    if images and len(reading.shown) < _TEXT_IMAGE_SHARE:
        yield warn("images", "The mail is nearly all picture.",
                   "Filters distrust that, and some readers see none.")  # fmt: skip


def check_support(reading: Reading, _: Expected) -> Iterator[Finding]:
    """34, 35: nothing that the look needs and a large client lacks."""
    for element in reading.body.iter():
        if isinstance(element.tag, str) and (found := _UNSUPPORTED.search(element.get("style") or "")):
            yield fail("client-support", f"<{element.tag}> needs {found[0].strip()}, which a large mail client lacks.",
                       "Use tables, px and plain colours inline.")  # fmt: skip
            break
    for tag in ("svg", "picture", "canvas", "math"):
        if next(reading.document.iter(tag), None) is not None:
            yield fail("client-support", f"The HTML holds <{tag}>, which Gmail or Outlook does not show.",
                       "Use text or a PNG.")  # fmt: skip
    size = sum(len(str(style.text or "").encode()) for style in reading.document.iter("style"))
    if size > _STYLE_MAX:
        yield warn("style-size", f"The style sheet has {size:,} bytes; Gmail drops all beyond {_STYLE_MAX:,}.",
                   "Inline more, keep less.")  # fmt: skip
    for style in reading.document.iter("style"):
        css = str(style.text or "")
        if css.count("{") != css.count("}"):
            yield fail("client-support", "A style sheet has a brace too many or too few; Gmail drops all of it.",
                       "Look at the <style> blocks of email/layout.html.")  # fmt: skip
    fonts = [float(px) for px in re.findall(r"font(?:-size)?:[^;\"]*?(\d+(?:\.\d+)?)px", reading.mail.html)]
    if fonts and min(fonts) < _MIN_FONT:
        yield warn("font-size", f"Some text is set in {min(fonts):g} px.", "Nothing should be under 14 px.")
    viewport = " ".join(
        meta.get("content", "") for meta in reading.document.iter("meta") if meta.get("name") == "viewport"
    )
    if re.search(r"user-scalable\s*=\s*(?:no|0)|maximum-scale\s*=\s*1(?:\.0)?\b", viewport):
        yield fail("zoom", "The mail forbids zooming.", "Take maximum-scale and user-scalable out.")


def check_language(reading: Reading, _: Expected) -> Iterator[Finding]:
    """36: language and direction, on <html> and on what stands in <body>; a title."""
    root = reading.document.getroottree().getroot()
    children = [
        child for child in reading.body if isinstance(child.tag, str) and child.tag not in {"style", "script"}
    ]
    for name in ("lang", "dir"):
        if not root.get(name):
            yield fail("language", f"<html> has no {name}.", "Readers who listen need it.")
        if not all(child.get(name) for child in children):
            yield fail("language", f"What stands in <body> has no {name}.",
                       "Webmail drops <html>: repeat it on the first <div>.")  # fmt: skip
    title = next(reading.document.iter("title"), None)
    if title is None or not str(title.text_content()).strip():
        yield fail("language", "The HTML has no title.", "Give it the subject.")


def check_roles(reading: Reading, _: Expected) -> Iterator[Finding]:
    """37: tables that only lay out say so, those for Word too."""
    bare = sum(
        table.get("role") not in {"presentation", "none"} and next(table.iter("th"), None) is None
        for table in reading.document.iter("table")
    )
    for comment in _FOR_WORD.findall(reading.mail.html):
        tables = re.findall(r"<table[^>]*>", comment)
        bare += sum("presentation" not in table and 'role="none"' not in table for table in tables)
    if bare:
        yield fail("roles", f'{bare} layout tables have no role="presentation".',
                   "Screen readers read out every cell.")  # fmt: skip


def check_headings(reading: Reading, _: Expected) -> Iterator[Finding]:
    """38: one h1, no level left out, none empty."""
    levels = []
    for heading in reading.body.iter("h1", "h2", "h3", "h4", "h5", "h6"):
        levels.append(int(heading.tag[1]))
        if not str(heading.text_content()).strip() and not any(
            image.get("alt") for image in heading.iter("img")
        ):
            yield fail("headings", f"An <{heading.tag}> is empty.", "Give it words, or take it out.")
    if levels.count(1) != 1:
        yield fail("headings", f"There are {levels.count(1)} <h1>; there must be one.",
                   "The masthead is the <h1>.")  # fmt: skip
    if any(after - before > 1 for before, after in itertools.pairwise(levels)):
        yield fail("headings", "A level of headings is left out.", "Go from <h2> to <h3>, not to <h4>.")
