"""A page's title: the best of all that may be it. Pure over its tree, but for reading its data file once.

A page names itself many times, and rarely twice alike: headings, ``<title>``, og:title, JSON-LD, with the
site's name before or behind, a kicker above, a teaser for search engines instead. Every such text, and every
part of one between separators, is a candidate; a linear score over where it stands, what else says the same,
the words of the page's address and the running text that follows it makes the choice.

The weights are in ``title_weights.json``, made by ``benchmarks/train_title.py`` (a conditional logit over
each page's candidates).
"""

from __future__ import annotations

import html
import itertools
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from operator import mul
from urllib.parse import unquote, urlsplit

import regex
from lxml import etree
from lxml.html import HtmlElement

from newsletter import kickers
from newsletter.data_files import read_data
from newsletter.extract.clean import clean_text, squeeze
from newsletter.extract.html_blocks import MOSTLY_LINKS, Block
from newsletter.extract.page import Page

_SHOWN = etree.XPath(".//text()[not(ancestor::script or ancestor::style or ancestor::template)]")
_WORD = regex.compile(r"[\p{L}\p{M}\p{N}]+")
_SEPARATOR = regex.compile(r"\s+(?:[|–—:»›·•/~-]|::|>>)+\s+|\s*\|\s*|:\s+")
_DECLARED = ("og:title", "twitter:title", "dc.title", "headline", "title", "ld")
_SAID = ("og:title", "twitter:title", "title", "ld", "headline")  # of them, what others are compared with
_LEVELS = (1, 2, 3)
_MAX_TITLE = 300  # characters
_MAX_HEADINGS = 60  # that are looked at
_MAX_PARTS = 6  # of a declared title
_RUNNING = 25  # words of a block that is running text, and no link
_FEW, _MANY = (1, 2), 18  # words
_MIN_NAME = 4  # letters of a host's name
_NEAR, _FAR = 2, 12  # blocks between a title and the text that follows
_MARKS = ("title", "in article", "in header", "side", "related", "body", "hidden")
_LABELLED = regex.compile(rf"(?:{kickers.OPINION}|{kickers.PAID})\s?[:|–—]\s*", regex.IGNORECASE)
_WEIGHTS: list[float] = read_data("newsletter.extract", "title_weights.json")
_ALIKE = 0.4  # share of words in common: two wordings of one title


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A heading of the page, and how far from it running text begins."""

    text: str
    level: int
    number: int  # among those of its level
    gap: int  # blocks until running text
    marks: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """All the ways in which a page names itself."""

    headings: list[Heading]
    declared: dict[str, str]
    site: list[str]  # words of the site's name
    host: str
    slug: list[str]  # words of the address


@dataclass(slots=True)
class Candidate:
    """A text that may be the title, and where it was found."""

    text: str
    words: list[str]
    headings: list[Heading] = field(default_factory=list)
    whole: set[str] = field(default_factory=set)  # declared names that are exactly this
    first: set[str] = field(default_factory=set)  # declared names that begin with it, before a separator
    last: set[str] = field(default_factory=set)
    middle: set[str] = field(default_factory=set)


def choose_title(page: Page) -> str:
    """The page's title as a reader would name it; empty where the page has none."""
    names = read_names(page)
    candidates = find_candidates(names)
    if not candidates:
        return ""
    rows = describe_candidates(candidates, names)
    best = max(range(len(rows)), key=lambda number: (sum(map(mul, _WEIGHTS, rows[number])), -number))
    return _keep_kicker(candidates[best].text, candidates, names)


def _keep_kicker(title: str, candidates: Iterable[Candidate], names: Names) -> str:
    """Return ``title`` with what belongs before it: whose words they are ("Viewpoint: …"), or of what ("Kiruna: …").

    The latter is what the page's main heading and one of its declared names say before a colon, but the site's name.
    """
    for one in candidates:
        kicker = one.text[: -len(title)] if one.text.endswith(title) else ""
        is_main = bool(one.whole | one.first) and any(heading.level == 1 for heading in one.headings)
        if _LABELLED.fullmatch(kicker) or (
            kicker.endswith(": ") and is_main and not _is_site(words_of(kicker), names)
        ):
            return one.text
    return title


def _is_site(words: list[str], names: Names) -> bool:
    return bool({*words} & {*names.site}) or _is_host("".join(words), names.host)


def _is_host(joined: str, host: str) -> bool:
    """Whether words, joined, are the name of a host or of a part of it, or hold it."""
    return len(joined) >= _MIN_NAME and bool(host) and (joined in host or host in joined)


def read_names(page: Page) -> Names:
    """Everything that the page calls itself."""
    declared = {name: page.metas[name] for name in _DECLARED if name in page.metas}
    if (element := page.root.find(".//title")) is not None:
        declared["title"] = "".join(element.itertext())
    headlines = (node["headline"] for node in page.linked if isinstance(node.get("headline"), str))
    if named := next(headlines, None):
        declared["ld"] = named
    address = urlsplit(page.url or "")
    return Names(
        headings=list(_read_headings(page.root, page.blocks)),
        declared={name: tidy for name, text in declared.items() if (tidy := tidy_title(text))},
        site=words_of(page.metas.get("og:site_name")),
        host="".join(words_of(address.netloc.removeprefix("www.").rpartition(".")[0])),
        slug=[word for word in words_of(unquote(address.path)) if not word.isdecimal()],
    )


def tidy_title(text: str | None) -> str:
    """One line without markup or entities."""
    return squeeze(clean_text(html.unescape(text or "")))[:_MAX_TITLE]


def words_of(text: str | None) -> list[str]:
    """The words of a title, for comparison."""
    return [word.casefold() for word in _WORD.findall(text or "")]


def _read_headings(root: HtmlElement, blocks: list[Block]) -> Iterator[Heading]:
    gaps = _measure_gaps(blocks)
    places = [place for place, block in enumerate(blocks) if block.level]
    counts = dict.fromkeys(_LEVELS, 0)
    at = 0
    for element in itertools.islice(root.iter("h1", "h2", "h3"), _MAX_HEADINGS):
        text = tidy_title(" ".join(_read_shown(element)))
        if not text:
            continue
        ahead = itertools.islice(enumerate(places[at:], at), _MAX_PARTS)
        found = next((number for number, place in ahead if blocks[place].text in text), None)
        at = at if found is None else found + 1
        level = int(element.tag[1])
        yield Heading(
            text=text,
            level=level,
            number=counts[level],
            gap=_FAR if found is None else gaps[places[found]],
            marks=frozenset() if found is None else blocks[places[found]].marks,
        )
        counts[level] += 1


def _read_shown(element: HtmlElement) -> list[str]:
    """The texts in an element, but for those of scripts and styles."""
    found = _SHOWN(element)
    return [str(text) for text in found] if isinstance(found, list) else []


def _measure_gaps(blocks: list[Block]) -> list[int]:
    """For each block, how many follow it until running text begins."""
    gaps, gap = [0] * len(blocks), _FAR
    for place in range(len(blocks) - 1, -1, -1):
        gaps[place] = gap
        block = blocks[place]
        running = block.links < MOSTLY_LINKS and len(block.text.split()) >= _RUNNING
        gap = 0 if running else min(_FAR, gap + 1)
    return gaps


def find_candidates(names: Names) -> list[Candidate]:
    """Every text that may be the title, each once."""
    found: dict[tuple[str, ...], Candidate] = {}
    for heading in names.headings:
        for candidate in _add(found, heading.text):
            candidate.headings.append(heading)
    for name, text in names.declared.items():
        for candidate in _add(found, text):
            candidate.whole.add(name)
        cuts = [match.span() for match in _SEPARATOR.finditer(text)][:_MAX_PARTS]
        for candidate in _add(found, *(text[:start] for start, _ in cuts)):
            candidate.first.add(name)
        for candidate in _add(found, *(text[end:] for _, end in cuts)):
            candidate.last.add(name)
        for candidate in _add(found, *(text[i:j] for (_, i), (j, _) in itertools.combinations(cuts, 2))):
            candidate.middle.add(name)
    return list(found.values())


def _add(found: dict[tuple[str, ...], Candidate], *texts: str) -> list[Candidate]:
    """The candidates of these texts, known or new."""
    known = ((text, words_of(text)) for text in texts)
    return [found.setdefault(tuple(words), Candidate(text, words)) for text, words in known if words]


def describe_candidates(candidates: list[Candidate], names: Names) -> list[list[float]]:
    """One row of numbers a candidate."""
    told = _Told(
        said=[words_of(names.declared[name]) for name in _SAID if name in names.declared],
        tops=[words_of(heading.text) for heading in names.headings if heading.level == 1],
        headings=[set(words_of(heading.text)) for heading in names.headings],
    )
    return [
        [
            *_describe_sources(candidate, told),
            *_describe_agreement(candidate, told),
            *_describe_words(candidate, names),
            *_describe_surroundings(candidate),
        ]
        for candidate in candidates
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """The words of what the page declares and shows, split once."""

    said: list[list[str]]
    tops: list[list[str]]  # headings of the first level
    headings: list[set[str]]


def _find_main(candidate: Candidate) -> Heading | None:
    """The highest heading that shows the candidate."""
    return min(candidate.headings, key=lambda heading: heading.level, default=None)


def _describe_sources(candidate: Candidate, told: _Told) -> list[float]:
    """Where the candidate was found."""
    main = _find_main(candidate)
    level, first = (main.level, main.number == 0) if main else (0, False)
    cut = bool(candidate.first | candidate.last | candidate.middle)
    return [
        *(float(level == known) for known in _LEVELS),
        float(level == 1 and len(told.tops) == 1),
        *(float(level == known and first) for known in _LEVELS),
        float(level > 1 and first and not told.tops),
        *(float(name in candidate.whole) for name in _DECLARED),
        *(float(bool(names)) for names in (candidate.first, candidate.last, candidate.middle)),
        float("title" in candidate.first),
        float("og:title" in candidate.first),
        float("title" in candidate.last),
        float(bool(candidate.whole) and level == 1),
        float(cut and level == 1),
        float(bool(candidate.whole) and level > 1),
        float(cut and level > 1),
        float(len(candidate.whole) > 1),
        float(len(candidate.whole | candidate.first | candidate.last) > 1),
        float(len(candidate.headings) > 1),
    ]


def _describe_agreement(candidate: Candidate, told: _Told) -> list[float]:
    """How far the page's other names say the same."""
    words, own = candidate.words, set(candidate.words)
    main = _find_main(candidate)
    top = main is not None and main.level == 1
    alike = [_likeness(own, set(other)) for other in told.said]
    shares = [len(words) / len(other) if holds(other, words) else 0.0 for other in told.said]
    nearest, share = max(alike, default=0.0), max(shares, default=0.0)
    return [
        nearest,
        sum(alike) / max(1, len(alike)),
        float(nearest >= _ALIKE),
        float(top and nearest >= _ALIKE),
        float(top and len(told.tops) == 1 and nearest >= _ALIKE),
        float(share > 0),
        sum(value > 0 for value in shares) / max(1, len(shares)),
        share,
        share * float(main is not None),
        max((_likeness(own, set(other)) for other in told.tops), default=0.0) if not main else 0.0,
        float(not main and any(holds(other, words) for other in told.tops)),
        max((_likeness(own, other) for other in told.headings if other != own), default=0.0),
    ]


def _describe_words(candidate: Candidate, names: Names) -> list[float]:
    """What the words are: the site's name, those of the address, many or few."""
    own, slug = set(candidate.words), set(names.slug)
    joined = "".join(candidate.words)
    main = _find_main(candidate)
    in_slug, of_slug = len(own & slug) / len(own), len(own & slug) / max(1, len(slug))
    return [
        float(candidate.words == names.site),
        len(own & set(names.site)) / len(own),
        float(_is_host(joined, names.host)),
        in_slug,
        of_slug,
        in_slug * of_slug,
        in_slug * float(main is not None and main.level == 1),
        float(bool(slug) and main is not None),
        math.log1p(len(candidate.words)),
        *(float(len(candidate.words) == few) for few in _FEW),
        float(len(candidate.words) > _MANY),
        float(candidate.text.isupper()),
        float(any(char.isdigit() for char in candidate.text)),
    ]


def _describe_surroundings(candidate: Candidate) -> list[float]:
    """Where in the page a heading stands; nothing for what is none."""
    main = _find_main(candidate)
    if main is None:
        return [0.0] * (3 + len(_MARKS))
    return [
        math.log1p(main.number),
        math.log1p(main.gap),
        float(main.gap <= _NEAR),
        *(float(mark in main.marks) for mark in _MARKS),
    ]


def _likeness(one: set[str], other: set[str]) -> float:
    """The share of words that two titles have in common."""
    return len(one & other) / max(1, len(one | other))


def holds(outer: list[str], inner: list[str]) -> bool:
    """Whether ``inner`` stands in ``outer`` word for word."""
    size = len(inner)
    return bool(inner) and any(outer[at : at + size] == inner for at in range(len(outer) - size + 1))
