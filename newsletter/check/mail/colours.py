"""Contrast of text against what is behind it: in light, in dark, and when a client inverts. Pure.

WCAG 2.2, 1.4.3: 4.5 to 1, and 3 to 1 for large text. Colours are read from inline styles, inherited
down the tree; for dark the rules of ``prefers-color-scheme: dark`` are inlined over them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

import lxml.html

from newsletter.check.finding import Expected, Finding, fail, squeeze
from newsletter.check.mail.content import Reading
from newsletter.check.mail.parsed_mail import is_hidden, parse_shown
from newsletter.errors import TemplateError
from newsletter.render.inline import apply_rules

RGB = tuple[float, float, float]
_NAMED: dict[str, RGB] = {"white": (255, 255, 255), "black": (0, 0, 0), "red": (255, 0, 0), "gray": (128, 128, 128),
                          "grey": (128, 128, 128), "blue": (0, 0, 255), "silver": (192, 192, 192)}  # fmt: skip
_TEXT, _LARGE = 4.5, 3.0
_LARGE_PX, _LARGE_BOLD_PX = 24.0, 18.66
_SHORT = 3  # digits of #rgb
_LINEAR = 0.04045  # sRGB below it is linear (WCAG, relative luminance)
_LINK: RGB = (0, 0, 238)  # what a link without a colour is drawn in
_DARK = re.compile(r"@media[^{]*prefers-color-scheme:\s*dark[^{]*\{((?:[^{}]*\{[^{}]*\})*)\s*\}")


@lru_cache(1_000)
def parse_colour(value: str) -> RGB | None:
    """Read #rgb, #rrggbb, rgb(…) or a plain name; None for anything else."""
    value = value.strip().lower()
    if match := re.fullmatch(r"#([0-9a-f]{3}|[0-9a-f]{6})", value):
        digits = match[1] if len(match[1]) > _SHORT else "".join(char * 2 for char in match[1])
        return (int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16))
    if match := re.fullmatch(r"rgb\(\s*(\d+)[\s,]+(\d+)[\s,]+(\d+)\s*\)", value):
        return (int(match[1]), int(match[2]), int(match[3]))
    return _NAMED.get(value)


def _luminance(colour: RGB) -> float:
    def linear(part: float) -> float:
        share = part / 255
        return share / 12.92 if share <= _LINEAR else ((share + 0.055) / 1.055) ** 2.4

    red, green, blue = map(linear, colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: RGB, other: RGB) -> float:
    """Return the contrast ratio of two colours, 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def invert(colour: RGB) -> RGB:
    """Return what forced dark makes of a colour: inverted, then its hue turned back (CSS filter effects)."""
    red, green, blue = (255 - part for part in colour)
    turned = (
        -0.574 * red + 1.430 * green + 0.144 * blue,
        0.426 * red + 0.430 * green + 0.144 * blue,
        0.426 * red + 1.430 * green - 0.856 * blue,
    )
    return (min(255, max(0, turned[0])), min(255, max(0, turned[1])), min(255, max(0, turned[2])))


@lru_cache(1_000)  # a mail repeats a few dozen of them on thousands of elements
def _declared(style: str) -> Mapping[str, str]:
    declared: dict[str, str] = {}
    for name, _, value in (part.partition(":") for part in style.split(";") if ":" in part):
        key = name.strip().lower()
        if "!important" in value or "!important" not in declared.get(key, ""):
            declared[key] = value.strip()
    return {key: value.replace("!important", "").strip() for key, value in declared.items()}


class _Look(NamedTuple):
    """Colour, ground and size that text inherits."""

    ink: RGB
    ground: RGB
    size: float
    bold: bool

    def over(self, element: lxml.html.HtmlElement) -> _Look:
        declared = _declared(element.get("style") or "")
        ink = parse_colour(declared.get("color", "")) or (
            _LINK if element.tag == "a" and element.get("href") else self.ink
        )
        ground = (
            parse_colour(declared.get("background-color", ""))
            or parse_colour(declared.get("background", "").split(" ")[0])
            or parse_colour(element.get("bgcolor") or "")
            or self.ground
        )
        size = re.search(r"(\d+(?:\.\d+)?)px", declared.get("font-size", "") or declared.get("font", ""))
        weight = declared.get("font-weight", "") or declared.get("font", "")
        bold = self.bold or (element.tag in {"b", "strong", "h1", "h2", "h3"} and "normal" not in weight)
        return _Look(ink, ground, float(size[1]) if size else self.size, bold=bold or "bold" in weight)

    @property
    def needed(self) -> float:
        """The ratio that text of this size needs."""
        large = self.size >= (_LARGE_BOLD_PX if self.bold else _LARGE_PX)
        return _LARGE if large else _TEXT


def _walk(element: lxml.html.HtmlElement, look: _Look) -> Iterator[tuple[str, _Look]]:
    if not isinstance(element.tag, str) or is_hidden(element) or element.tag in {"style", "script", "head"}:
        return
    inside = look.over(element)
    if words := squeeze(element.text or ""):
        yield words, inside
    for child in element:
        yield from _walk(child, inside)
        if tail := squeeze(child.tail or ""):
            yield tail, inside


def _judge(document: lxml.html.HtmlElement, scheme: str, *, inverted: bool) -> Iterator[Finding]:
    body = next(document.iter("body"), document)
    told: set[tuple[RGB, RGB]] = set()
    for words, look in _walk(body, _Look((0, 0, 0), (255, 255, 255), 16, bold=False)):
        ink, ground = (invert(look.ink), invert(look.ground)) if inverted else (look.ink, look.ground)
        ratio = contrast(ink, ground)
        if ratio < look.needed and (look.ink, look.ground) not in told:
            told.add((look.ink, look.ground))
            yield fail("contrast",
                       f"In {scheme}, “{words[:40]}” has a contrast of {ratio:.1f} to 1; it needs {look.needed}.",
                       "Change the colour in theme.toml.")  # fmt: skip


def check_contrast(reading: Reading, _: Expected) -> Iterator[Finding]:
    """39: text can be read in light, in dark and in forced dark."""
    light = _inherit_style_sheet(reading.mail.html)
    yield from _judge(parse_shown(light), "light", inverted=False)
    yield from _judge(parse_shown(light), "forced dark", inverted=True)
    if rules := " ".join(_DARK.findall(reading.mail.html)):
        try:
            dark = apply_rules(light, rules)
        except TemplateError as error:
            yield fail("contrast", f"How it looks in dark cannot be told: {error}", error.hint)
        else:
            yield from _judge(parse_shown(dark), "dark", inverted=False)


def _inherit_style_sheet(html: str) -> str:
    """Apply what a screen's own rules set, so that a colour given only there counts."""
    rules = " ".join(re.findall(r"@media screen\s*\{((?:[^{}]*\{[^{}]*\})*)\s*\}", html))
    try:
        return apply_rules(html, rules) if rules else html
    except TemplateError:
        return html
