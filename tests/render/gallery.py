"""The pictures of the mail: which there are, how two are compared, and the page that shows them side by side.

    python -m tests.render.gallery           draws build/pictures anew: look at its index.html
    python -m tests.render.gallery demo      records the demo issue anew, after a change of the editorial part
    python -m tests.render.gallery accept    takes what was drawn as reviewed, once a person has looked at it
    python -m tests.render.gallery accept demo-dark-375 …

Two pictures are compared as through half-closed eyes: the mean colour of each tile of 8 by 8 px. Where an edge
is smoothed otherwise, no mean changes much; a lost colour, another column width or a missing section change many.
"""

from __future__ import annotations

import html
import json
import os
import shutil
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from PIL import Image, ImageChops

HERE = Path(__file__).parent / "pictures"
REVIEWED = HERE / "reviewed"
FONTS = HERE / "fonts.conf"
DEMO = HERE / "demo.json"
ENGINES = HERE / "engines.json"  # the versions that drew what was reviewed
BUILD = Path(__file__).resolve().parents[2] / "build" / "pictures"
ACTUAL, DIFFERENCE, TOLD = BUILD / "actual", BUILD / "difference", BUILD / "told"

WIDTHS = (320, 375, 600, 1280)
SCHEMES = ("light", "dark")
TRICKY = ("tricky-0", "tricky-1", "tricky-2", "tricky-3", "tricky-4")
LOOKS = ("forced", "outlook", "plain", "text-200")  # of the demo, where clients do as they like
TILE = 8  # px
SEEN = 8  # of 255: a mean that is further off is seen
MOST = 0.003  # of all tiles
HEIGHT = 3  # px by which a picture may be taller or shorter
GROUND = 3  # of 255, for the colour that most of a picture has: a flat colour is never smoothed
LOOSE = 5  # times as much is let pass where another version of the engine drew than the one that was reviewed
_COLOURS = 112  # of a kept picture: enough that no mean of a tile changes by it
_DEMO_HEIGHT, _TRICKY_HEIGHT = 2400, 1100  # px that are kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """One picture: which mail, how it is looked at, and how much of it is kept."""

    mail: str
    width: int
    scheme: str = "light"
    engine: str = "chromium"
    look: str = ""  # what a client does to it

    @property
    def name(self) -> str:
        """The name of its files."""
        engine = "" if self.engine == "chromium" else f"-{self.engine}"
        return f"{self.mail}-{self.look or self.scheme}-{self.width}{engine}"

    @property
    def height(self) -> int:
        """How much of it is looked at, from the top, in px."""
        return _DEMO_HEIGHT if self.mail == "demo" else _TRICKY_HEIGHT

    @property
    def scale(self) -> int:
        """By what it is made smaller to be kept; the demo's are kept as large as they are."""
        return 1 if self.mail == "demo" and self.engine == "chromium" and not self.look else 2


@cache
def list_pictures() -> tuple[Picture, ...]:
    """Return every picture: the demo first, then the tricky contents, then the other engine."""
    whole = [
        Picture(mail=mail, width=width, scheme=scheme)
        for mail in ("demo", *TRICKY)
        for scheme in SCHEMES
        for width in WIDTHS
    ]
    looks = [Picture(mail="demo", width=600 if look == "outlook" else 375, look=look) for look in LOOKS]
    other = [
        Picture(mail=mail, width=width, scheme=scheme, engine="webkit")
        for mail, width in (("demo", 375), ("demo", 600), ("tricky-0", 375))
        for scheme in SCHEMES
    ]
    return (*whole, *looks, *other)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What came of comparing a picture with the reviewed one."""

    name: str
    share: float  # of tiles that are seen to differ
    taller: int  # px
    fault: str  # "" where it passes


def compare(
    name: str, actual: Image.Image, reviewed: Image.Image, scale: int, *, loose: int = 1
) -> tuple[Verdict, Image.Image]:
    """Compare two pictures; also return one of the tiles that differ, over the actual one. Pure.

    ``scale`` is by what the reviewed one is smaller; ``loose`` times the tolerance is let pass.
    """
    actual, reviewed = actual.convert("RGB"), reviewed.convert("RGB")
    taller = actual.height - reviewed.height * scale
    room = (min(actual.width // scale, reviewed.width), min(actual.height // scale, reviewed.height))
    if actual.width // scale != reviewed.width:
        fault = f"is {actual.width} px wide, not {reviewed.width * scale}"
        return Verdict(name=name, share=1.0, taller=taller, fault=fault), actual
    seen = _differ(_tiles(actual, room, scale, TILE), _tiles(reviewed, room, 1, TILE // scale))
    share = seen.histogram()[255] / (seen.width * seen.height)
    faults = []
    if abs(taller) > HEIGHT * scale * loose:
        faults.append(f"is {abs(taller)} px {'taller' if taller > 0 else 'shorter'}")
    if share > MOST * loose:
        faults.append(f"{share:.1%} of its tiles differ")
    if any(abs(one - other) > GROUND for one, other in zip(_ground(actual), _ground(reviewed), strict=True)):
        faults.append(f"its ground is {_ground(actual)}, not {_ground(reviewed)}")
    mask = seen.resize((actual.width, seen.height * TILE), Image.Resampling.NEAREST)
    marked = actual.crop((0, 0, *mask.size))
    marked.paste(
        Image.new("RGB", mask.size, "#e0218a"), mask=mask.point([value * 5 // 8 for value in range(256)])
    )
    return Verdict(name=name, share=share, taller=taller, fault="; ".join(faults)), marked


def _ground(picture: Image.Image) -> tuple[int, ...]:
    colours = picture.getcolors(picture.width * picture.height)
    return max(colours)[1]  # type: ignore[arg-type,return-value]  # RGB


def _tiles(picture: Image.Image, room: tuple[int, int], scale: int, tile: int) -> Image.Image:
    part = picture.crop((0, 0, room[0] * scale, room[1] * scale))
    size = (max(1, part.width // tile), max(1, part.height // tile))
    return part.crop((0, 0, size[0] * tile, size[1] * tile)).reduce(tile)


def _differ(one: Image.Image, other: Image.Image) -> Image.Image:
    room = (0, 0, min(one.width, other.width), min(one.height, other.height))
    red, green, blue = ImageChops.difference(one.crop(room), other.crop(room)).split()
    most = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    return most.point([255 if value > SEEN else 0 for value in range(256)])


def look_at(picture: Picture, version: str) -> Verdict:
    """Compare what ``version`` of the engine drew with what was reviewed; keep all for a person. I/O (files)."""
    kept, marked = REVIEWED / f"{picture.name}.png", DIFFERENCE / f"{picture.name}.png"
    marked.unlink(missing_ok=True)
    if kept.is_file():
        loose = 1 if _read_engines().get(picture.engine) == version else LOOSE
        with Image.open(ACTUAL / kept.name) as actual, Image.open(kept) as reviewed:
            verdict, difference = compare(picture.name, actual, reviewed, picture.scale, loose=loose)
        if verdict.fault:
            DIFFERENCE.mkdir(parents=True, exist_ok=True)
            difference.save(marked)
    else:
        fault = "was never reviewed: look at it, then python -m tests.render.gallery accept"
        verdict = Verdict(name=picture.name, share=1.0, taller=0, fault=fault)
    TOLD.mkdir(parents=True, exist_ok=True)
    told = {"share": verdict.share, "fault": verdict.fault}
    _write(TOLD / f"{picture.name}.json", json.dumps(told))
    return verdict


def _read_engines() -> dict[str, str]:
    engines: dict[str, str] = json.loads(ENGINES.read_text(encoding="utf-8")) if ENGINES.is_file() else {}
    return engines


def accept(picture: Picture) -> int:
    """Keep what was drawn as reviewed; return the bytes it takes. I/O (files)."""
    actual = Image.open(ACTUAL / f"{picture.name}.png").convert("RGB")
    if picture.scale > 1:
        room = (actual.width // picture.scale, actual.height // picture.scale)
        actual = actual.crop((0, 0, room[0] * picture.scale, room[1] * picture.scale)).reduce(picture.scale)
    path = REVIEWED / f"{picture.name}.png"
    actual.quantize(_COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(
        path, optimize=True
    )
    return path.stat().st_size


def write_index() -> Path:
    """Write the page that shows what was drawn, what was reviewed and what differs. I/O (files)."""
    rows = []
    for picture in list_pictures():
        told = TOLD / f"{picture.name}.json"
        if not told.is_file():
            continue
        verdict = json.loads(told.read_text(encoding="utf-8"))
        said = html.escape(verdict["fault"] or f"{verdict['share']:.2%} of its tiles differ")
        kept = REVIEWED / f"{picture.name}.png"
        images = "".join(
            f'<figure><figcaption>{title}</figcaption><img loading="lazy" src="{source}" alt="" '
            f'style="width:{picture.width}px"></figure>'
            for title, source in (
                ("reviewed", f"{kept.as_uri()}"),
                ("drawn now", f"actual/{picture.name}.png"),
                ("what differs", f"difference/{picture.name}.png"),
            )
        )
        state = ' class="bad" open' if verdict["fault"] else ""
        rows.append(f"<details{state}><summary>{picture.name}: {said}</summary><div>{images}</div></details>")
    page = BUILD / "index.html"
    style = (
        "body{font:15px/1.5 sans-serif;margin:2rem;background:#ddd}summary{cursor:pointer;padding:.3rem}"
        ".bad summary{color:#a00;font-weight:bold}div{display:flex;gap:1rem;overflow:auto;align-items:start}"
        "figure{margin:0}img{border:1px solid #888;display:block}"
    )
    bad = sum(row.startswith('<details class="bad"') for row in rows)
    _write(
        page,
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Pictures of the '
        f"mail</title><style>{style}</style>"
        f"<h1>{len(rows)} pictures of the mail, {bad} that fail</h1>{''.join(rows)}</html>\n",
    )
    return page


def _write(path: Path, text: str) -> None:
    """Write a file at once: tests of another process read it meanwhile."""
    half = path.with_suffix(f".{os.getpid()}")
    half.write_text(text, encoding="utf-8")
    half.replace(path)


def _choose(names: Iterable[str]) -> list[Picture]:
    wanted = set(names)
    unknown = wanted - {picture.name for picture in list_pictures()}
    if unknown:
        sys.exit(f"There is no picture {', '.join(sorted(unknown))}.")
    return [picture for picture in list_pictures() if not wanted or picture.name in wanted]


def main(given: list[str]) -> None:
    """Draw every picture and compare; or accept what was drawn."""
    from tests.render.cameras import draw_all, find_versions, record_demo

    if given[:1] == ["accept"]:
        chosen = [picture for picture in _choose(given[1:]) if (ACTUAL / f"{picture.name}.png").is_file()]
        REVIEWED.mkdir(exist_ok=True)
        size = sum(accept(picture) for picture in chosen)
        ENGINES.write_text(json.dumps(find_versions(), indent=1) + "\n", encoding="utf-8")
        print(
            f"{len(chosen)} pictures are reviewed now, {size:,} bytes. See git diff before you commit them."
        )
    elif given == ["demo"]:
        print(f"Wrote {record_demo()}: the issue that the seed gives today.")
    elif not given:
        shutil.rmtree(BUILD / "actual", ignore_errors=True)
        versions = find_versions()
        for picture in draw_all(list_pictures()):
            verdict = look_at(picture, versions[picture.engine])
            print(
                f"{'FAIL' if verdict.fault else 'ok  '} {picture.name:32} {verdict.share:7.2%} {verdict.fault}"
            )
        print(f"Look at {write_index()}")
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
