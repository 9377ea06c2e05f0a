"""An HTML page as blocks, every word of it: furniture, lists and all. Pure.

Each block keeps what its surroundings in the page say of it: the elements it stands in, and hints in
their class names and ids, by words that are in use on countless sites (after Mozilla's Readability).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache, lru_cache

import regex
from lxml import etree
from lxml.html import HtmlElement

from newsletter.extract.blocks import Block
from newsletter.extract.clean import clean_text, squeeze

_SKIPPED = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "svg",
        "iframe",
        "select",
        "option",
        "head",
        "object",
        "math",
        "textarea",
        "audio",
        "video",
        "canvas",
        "datalist",
    ]
)
_INLINE = frozenset(
    [
        "a",
        "abbr",
        "acronym",
        "b",
        "bdi",
        "bdo",
        "big",
        "cite",
        "code",
        "data",
        "del",
        "dfn",
        "em",
        "font",
        "i",
        "ins",
        "kbd",
        "label",
        "mark",
        "q",
        "rp",
        "rt",
        "ruby",
        "s",
        "samp",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "time",
        "tt",
        "u",
        "var",
        "wbr",
        "img",
    ]
)
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_TAG_MARKS = {
    "figure": "caption", "figcaption": "caption", "aside": "aside", "nav": "nav", "footer": "footer",
    "header": "header", "form": "form", "button": "form", "blockquote": "quote", "table": "table", "p": "p", "li": "li",
    "article": "article", "main": "article", "pre": "quote", "dl": "li", "address": "author",
}  # fmt: skip
_CLASS_WORDS = {  # words of a class name or an id: whole ones, and parts of any
    "caption": ("caption credit photo image img media gallery slideshow", "caption image-credit"),
    "related": (
        (
            "related recirc recommend recommended recommendation more readmore read-more see-also teaser trending "
            "popular latest most outbrain taboola promo card widget"
        ),
        "related recommend trending readmore",
    ),
    "social": (
        "share sharing social follow tweet facebook twitter print tool button toolbar",
        "share- social",
    ),
    "signup": (
        (
            "newsletter subscribe subscription signup sign-up paywall membership donate cta banner modal popup cookie "
            "consent gdpr alert"
        ),
        "newsletter subscri cookie",
    ),
    "comment": ("comment disqus respond reply discussion", "comment"),
    "author": ("author byline bio meta date time timestamp dateline info publish published", "author byline"),
    "side": (
        (
            "sidebar side rail aside footer foot header nav menu breadcrumb masthead topbar hidden ad advert sponsor "
            "sponsored"
        ),
        "sidebar breadcrumb footer",
    ),
    "tags": ("tag topic keyword category categories label", "tags"),
    "title": ("title headline heading hed", "headline"),
    "lead": (
        "lead lede summary standfirst dek deck intro subtitle excerpt description abstract teaser",
        "standfirst",
    ),
    "body": (
        "article body content entry main post text story page copy",
        "articlebody article-body entry-content post-content",
    ),
}
_CLASS_MARKS = {
    mark: regex.compile(
        rf"(?:^|[\s_-])(?:{'|'.join(words.split())})s?(?:$|[\s_-])|{'|'.join(parts.split())}",
        regex.IGNORECASE,
    )
    for mark, (words, parts) in _CLASS_WORDS.items()
}
_HIDDEN = regex.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", regex.IGNORECASE)
MARKS = tuple(dict.fromkeys([*(f"in {mark}" for mark in _TAG_MARKS.values()), *_CLASS_MARKS, "hidden"]))
_HIDDEN_MARK = frozenset({"hidden"})
_MAX_BLOCKS = 10_000
_MAX_CLASS = 300  # characters of class and id that are looked at


@dataclass(frozen=True, slots=True)
class _Context:
    """What surrounds the place where the walk is."""

    linked: bool = False
    bullet: bool = False
    heading: bool = False
    marks: frozenset[str] = frozenset()


@dataclass(slots=True)
class _Builder:
    """Collects text into blocks; a block ends where an element that is not inline begins or ends."""

    blocks: list[Block] = field(default_factory=list)
    _pieces: list[str] = field(default_factory=list)
    _linked: int = 0

    def add(self, text: str | None, *, linked: bool) -> None:
        if text:
            self._pieces.append(text)
            if linked:
                self._linked += len(text.strip())

    def end(self, context: _Context, depth: int) -> None:
        if not self._pieces:
            return
        text = squeeze(clean_text(squeeze("".join(self._pieces))))
        if any(char.isalnum() for char in text):
            self.blocks.append(
                Block(
                    text=text,
                    bullet=context.bullet,
                    heading=context.heading,
                    links=min(1.0, self._linked / len(text)),
                    indent=depth,
                    marks=context.marks,
                )
            )
        self._pieces, self._linked = [], 0


def render_blocks(root: HtmlElement) -> list[Block]:
    """Every visible block of the page, in order. Goes through the tree once, at any depth of nesting."""
    builder = _Builder()
    outer: list[_Context] = []
    context = _Context()
    skipping = 0
    for event, element in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        if event in {"comment", "pi"}:
            if not skipping:
                builder.add(element.tail, linked=context.linked)
            continue
        tag = element.tag if isinstance(element.tag, str) else ""
        inline = tag in _INLINE
        if event == "start":
            skipping += tag in _SKIPPED
            if not inline and not skipping:
                builder.end(context, len(outer))
            outer.append(context)
            context = _enter(context, tag, element)
            if not skipping:
                builder.add(element.text, linked=context.linked)
        else:
            if not inline and not skipping:
                builder.end(context, len(outer))
            context = outer.pop()
            skipping -= tag in _SKIPPED
            if not skipping:
                builder.add(element.tail, linked=context.linked)
        if len(builder.blocks) >= _MAX_BLOCKS:
            break
    builder.end(context, 0)
    return builder.blocks


def _enter(context: _Context, tag: str, element: HtmlElement) -> _Context:
    """The context inside an element."""
    marks = context.marks
    new = _tag_marks(tag)
    attributes = element.attrib
    if attributes:
        names = f"{attributes.get('class', '')} {attributes.get('id', '')}"[:_MAX_CLASS]
        if len(names) > 1 and tag != "body":
            new |= _name_marks(names)
        if attributes.get("aria-hidden") == "true" or _HIDDEN.search(attributes.get("style", "")):
            new |= _HIDDEN_MARK
    linked = context.linked or tag == "a"
    bullet = tag in {"li", "dd"} or (context.bullet and tag not in {"ul", "ol", "table"})
    heading = context.heading or tag in _HEADINGS
    if new <= marks and (linked, bullet, heading) == (context.linked, context.bullet, context.heading):
        return context
    return _Context(linked, bullet, heading, marks | new)


@cache
def _tag_marks(tag: str) -> frozenset[str]:
    return frozenset({f"in {_TAG_MARKS[tag]}"}) if tag in _TAG_MARKS else frozenset()


@lru_cache(maxsize=8_192)
def _name_marks(names: str) -> frozenset[str]:
    return frozenset(mark for mark, pattern in _CLASS_MARKS.items() if pattern.search(names))
