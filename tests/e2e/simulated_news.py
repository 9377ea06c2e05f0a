"""A made-up world for the simulated day: events, articles about them in several wordings, and bad sources."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
from html import escape

from newsletter.model import Publisher, PublisherKind, Source, SourceKey, SourceType
from tests.collect.loopback import Reply, Request

COMPANIES = (
    "Lynas", "MP Materials", "Arafura", "Ucore", "Northern Minerals", "Pensana", "Aclara", "NioCorp",
    "Serra Verde", "Meteoric Resources", "Noveon", "Viridis Mining", "Peak Rare Earths", "Cyclic Materials",
    "Vulcan Elements", "Hastings Technology Metals",
)  # fmt: skip
PLACES = (
    "Texas", "Malaysia", "Quebec", "Namibia", "Estonia", "Goiás", "Queensland", "Wyoming", "Norway",
    "Saskatchewan", "Poland", "Tanzania", "Utah", "Brittany", "Ontario", "Gujarat",
)  # fmt: skip
# Each happening: (two titles, two beginnings, what any report adds).
HAPPENINGS: dict[str, tuple[tuple[str, str], tuple[str, str], str]] = {
    "supply": (
        (
            "{c} signs rare earth supply deal with {p} magnet maker",
            "{p} magnet maker to buy rare earth oxide from {c}",
        ),
        (
            (
                "{c} has signed a contract to supply {n} tonnes of neodymium-praseodymium oxide a year to a "
                "magnet maker in {p}."
            ),
            (
                "A magnet maker in {p} will buy {n} tonnes of neodymium-praseodymium oxide a year from {c} "
                "under a new contract."
            ),
        ),
        (
            "Deliveries begin in the second half of the year and run for six years. The price follows an index "
            "of Asian quotations with a floor."
        ),
    ),
    "strike": (
        (
            "Strike stops {c} rare earth separation plant in {p}",
            "{c} workers in {p} walk out, halting rare earth output",
        ),
        (
            (
                "Workers walked out of the rare earth separation plant of {c} in {p}, and all {n} of its "
                "solvent extraction cells stand still."
            ),
            (
                "The rare earth plant of {c} in {p} stands still since its workers walked out; {n} solvent "
                "extraction cells are affected."
            ),
        ),
        (
            "The union asks for higher shift pay. Talks with the management are to resume on Thursday. "
            "Customers were told to expect late shipments."
        ),
    ),
    "loan": (
        (
            "{p} lends {c} {n} million dollars for heavy rare earths",
            "{c} gets {n} million dollar loan from {p} for heavy rare earths",
        ),
        (
            "The government of {p} will lend {c} {n} million dollars to build a circuit for dysprosium and terbium.",
            (
                "{c} is to receive a state loan of {n} million dollars from {p} for a circuit that separates "
                "dysprosium and terbium."
            ),
        ),
        "The loan is repaid over twelve years. It is tied to an obligation to sell half of the output at home.",
    ),
    "drill": (
        (
            "{c} drills rich rare earth clay in {p}",
            "Rare earth clay in {p} richer than thought, {c} drilling shows",
        ),
        (
            (
                "Drilling by {c} in {p} met ionic clay with {n} parts per million of total rare earth oxide "
                "from the surface."
            ),
            "Ionic clay in {p} holds {n} parts per million of total rare earth oxide, drill holes of {c} show.",
        ),
        (
            "The holes lie two kilometres beyond the known resource. A new estimate is planned for the autumn. "
            "Assays of forty further holes are pending."
        ),
    ),
}
NOISE = (
    ("City council debates the new tram line",
     "The council heard residents on the new tram line and adjourned until next week."),
    ("Band announces a tour of small venues",
     "The band will play small venues through the spring, its agent said on Friday."),
    ("Wheat harvest expected to be average",
     "Farmers expect an average harvest after a dry winter, a survey of growers showed."),
)  # fmt: skip


@dataclass(frozen=True)
class Event:
    """One true story."""

    slug: str
    company: str
    happening: str
    place: str
    figure: int
    published: datetime

    def tell(self, wording: int) -> tuple[str, str]:
        """Return title and text as one of two publishers words them."""
        titles, leads, more = HAPPENINGS[self.happening]
        words = {"c": self.company, "p": self.place, "n": str(self.figure)}
        lead, rest = leads[wording % 2].format(**words), more
        if wording % 2:
            rest = " ".join(reversed([f"{part.rstrip('.')}." for part in more.split(". ")]))
        closing = f"{self.company} is one of the few producers of rare earths outside China."
        return titles[wording % 2].format(**words), f"{lead}\n\n{rest}\n\n{closing}"


def make_events(day: int, morning: datetime) -> tuple[Event, ...]:
    """Return the true stories of the day: every company once, with another happening each day."""
    kinds = tuple(HAPPENINGS)
    return tuple(
        Event(
            slug=f"day{day}-{company.lower().replace(' ', '-')}",
            company=company,
            happening=kinds[(number + day) % len(kinds)],
            place=PLACES[(number + day * 5) % len(PLACES)],
            figure=110 + 17 * number + 401 * day,
            published=morning - timedelta(hours=3 + number % 9),
        )
        for number, company in enumerate(COMPANIES)
    )


@dataclass(frozen=True)
class Item:
    """One line of a feed and the page behind it."""

    path: str
    title: str
    text: str
    published: datetime | None


@dataclass(frozen=True)
class Site:
    """One source: what kind of trouble it is, and what it reports on each day."""

    number: int
    kind: str  # healthy, dead, slow, new-ids, republishing, mirror
    days: tuple[tuple[Item, ...], ...]

    @property
    def key(self) -> str:
        return f"{self.kind}-{self.number}"

    def source(self, base: str) -> Source:
        kind = PublisherKind.AGGREGATOR if self.kind == "mirror" else PublisherKind.TRADE_PRESS
        return Source(
            key=SourceKey(self.key),
            type=SourceType.FEED,
            location=f"{base}/{self.key}/feed",
            publisher=Publisher(name=f"Paper {self.number}", kind=kind),
            enabled=True,
        )


def make_sites(days: tuple[tuple[Event, ...], ...], morning: datetime, *, tens: int = 20) -> tuple[Site, ...]:
    """Return sites, in ``tens`` of ten: half of them healthy, a tenth each dead or of another trouble."""
    healthy = 5 * tens + tens // 2
    kinds = ["healthy"] * healthy + ["dead"] * tens + ["slow"] * (tens - tens // 2)
    kinds += ["new-ids"] * tens + ["republishing"] * tens + ["mirror"] * tens
    sites: list[Site] = []
    for number, kind in enumerate(kinds):
        if kind == "mirror":
            copied = sites[number % healthy].days
            own = tuple(
                tuple(
                    Item(f"/mirror-{number}{item.path}", item.title, item.text, item.published)
                    for item in day
                )
                for day in copied
            )
        else:
            own = tuple(_report(number, kind, day, events, morning) for day, events in enumerate(days))
        sites.append(Site(number, kind, own))
    return tuple(sites)


def _report(
    number: int, kind: str, day: int, events: tuple[Event, ...], morning: datetime
) -> tuple[Item, ...]:
    event = events[number % len(events)]
    title, text = event.tell(number // len(events))
    noise, body = NOISE[number % len(NOISE)]
    now = morning + timedelta(days=day)
    old_title, old_text = (
        f"Rare earth review of the autumn, part {number}",
        f"Prices of part {number} fell. " * 9,
    )
    old = now - timedelta(hours=2) if kind == "republishing" and day else morning - timedelta(days=60)
    undated = kind == "healthy" and number % 10 == 0 and day > 0  # at a first read it would be no news
    return (
        Item(f"/{kind}-{number}/{event.slug}", title, text, None if undated else event.published),
        Item(f"/{kind}-{number}/noise-{day}", f"{noise} ({number})", body, now - timedelta(hours=5)),
        Item(f"/{kind}-{number}/old", old_title, old_text, old),
    )


class World:
    """The server's answers, by the day that it is."""

    def __init__(self, sites: tuple[Site, ...]) -> None:
        self.sites = {site.key: site for site in sites}
        self.pages = {
            item.path: item for site in sites for day in site.days for item in day
        }  # a page once there stays
        self.day = 0
        self.asked = 0

    def answer(self, request: Request) -> Reply:
        path = request.path.partition("?")[0]
        site = self.sites.get(path.split("/")[1])
        if site is not None and path.endswith("/feed"):
            if site.kind == "dead":
                return Reply(status=(404, 500, 503)[site.number % 3])
            delay = 7.0 if site.kind == "slow" else 0.0
            return Reply(self._feed(site), headers={"content-type": "application/rss+xml"}, delay=delay)
        item = self.pages.get(path)
        if item is None:
            return Reply(status=404)
        return Reply(_page(item), headers={"content-type": "text/html; charset=utf-8"})

    def _feed(self, site: Site) -> bytes:
        self.asked += 1
        today = site.days[: self.day + 1]
        items = {item.path: item for day in today for item in day}  # the later date of an old item counts
        lines = "".join(self._lines(site, items.values()))
        return (
            f"<rss version='2.0'><channel><title>Paper {site.number}</title>{lines}</channel></rss>".encode()
        )

    def _lines(self, site: Site, items: Iterable[Item]) -> Iterator[str]:
        for item in items:
            guid = item.path
            link = item.path
            if site.kind == "new-ids":
                guid = f"{item.path}#{random.Random(self.asked).random()}"
                link = f"{item.path}?utm_source=feed{self.asked}"
            date = f"<pubDate>{format_datetime(item.published)}</pubDate>" if item.published else ""
            named = f"<title>{escape(item.title)}</title><link>{link}</link>"
            yield f"<item>{named}<guid isPermaLink='false'>{guid}</guid>{date}</item>"


def _page(item: Item) -> bytes:
    paragraphs = "".join(f"<p>{escape(part)}</p>" for part in item.text.split("\n\n"))
    return (
        f"<!doctype html><html lang='en'><head><title>{escape(item.title)}</title></head><body><nav><a "
        f"href='/'>Home</a>"
        f"<a href='/all'>All news</a></nav><main><article><h1>{escape(item.title)}</h1>{paragraphs}</article></main>"
        "<footer><p>Terms of use. All rights reserved.</p></footer></body></html>"
    ).encode()
