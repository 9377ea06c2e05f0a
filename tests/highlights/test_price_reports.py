"""Thirty ways in which price reports of different houses state a price, and what is none of theirs."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from newsletter.highlights.quotes import find_quotes
from newsletter.model import Quote
from tests.support.factories import make_article

FRIDAY = datetime(2026, 10, 16, 12, tzinfo=UTC)


def read(text: str) -> list[str]:
    return [
        spell(one)
        for one in find_quotes(make_article(title="Prices", text=text, published=FRIDAY, first_seen=FRIDAY))
    ]


def spell(one: Quote) -> str:
    change = "" if one.change is None else f"{one.change.normalize():+f}{'%' if one.in_percent else ''}"
    what = f"{one.product} | {one.purity} | {one.basis} | {one.currency}/{one.unit}"
    return f"{what} {one.low:f}-{one.high:f} | {change}"


@pytest.mark.parametrize(
    ("text", "quotes"),
    [
        ("Lanthis assessed NdPr oxide (99%, EXW China, including 13% VAT) at 612,000-620,000 yuan/t on Friday, down by 14,000 yuan/t, or 2.2%, from a week earlier.", ["NdPr oxide | 99% | EXW China, including 13% VAT | yuan/t 612000-620000 | -14000"]),
        ("Outside China, dysprosium oxide (99.5%, CIF Rotterdam) was assessed at $880-960/kg, against $840-910/kg a week before.", ["dysprosium oxide | 99.5% | CIF Rotterdam | $/kg 880-960 | +45"]),
        ("In China, dysprosium oxide eased to 1.36-1.39mn yuan/t, from 1.38-1.41mn yuan/t, and terbium oxide held at 6.05-6.15mn yuan/t.", ["dysprosium oxide |  | in China | yuan/t 1360000-1390000 | -20000", "terbium oxide |  | in China | yuan/t 6050000-6150000 | +0"]),
        ("Yttrium oxide in Europe was unchanged at $120-140/kg, after a sixteen-fold rise over the preceding twelve months.", ["Yttrium oxide |  | in Europe | $/kg 120-140 | +0"]),
        ("Cerium oxide stayed at 11,200-11,800 yuan/t and lanthanum oxide at 4,300-4,600 yuan/t.", ["Cerium oxide |  |  | yuan/t 11200-11800 | +0", "lanthanum oxide |  |  | yuan/t 4300-4600 | "]),
        ("Neodymium-praseodymium oxide fell 2.1% in China this week to a range of 538-546 yuan per kilogram, including 13% VAT, as magnet makers returned from the holiday with comfortable stocks.", ["Neodymium-praseodymium oxide |  | in China, including 13% VAT | yuan/kilogram 538-546 | -2.1%"]),
        ("NdPr metal was assessed at 662-670 yuan per kilogram, down from 678-685 yuan.", ["NdPr metal |  |  | yuan/kilogram 662-670 | -15.5"]),
        ("Outside China, NdPr oxide was unchanged at $86-92 per kilogram, cif Rotterdam, on four reported deals totalling 31 tonnes.", ["NdPr oxide |  | cif Rotterdam | $/kilogram 86-92 | +0"]),
        ("In Europe, terbium oxide was assessed at $3,100-3,500 per kilogram, compared with $3,300-3,700 the week before.", ["terbium oxide |  | in Europe | $/kilogram 3100-3500 | -200"]),
        ("Yttrium oxide of 99.999% purity changed hands at $118-135 per kilogram in Europe, up from $105-126 and more than 15 times its level in January.", ["Yttrium oxide | 99.999% | in Europe | $/kilogram 118-135 | +11"]),
        ("Dysprosium oxide in China lost 1.2% to 1,590-1,615 yuan per kilogram.", ["Dysprosium oxide |  | in China | yuan/kilogram 1590-1615 | -1.2%"]),
        ("The price of praseodymium oxide slipped to CNY610/kg, excluding VAT, on Tuesday.", ["praseodymium oxide |  | excluding VAT | CNY/kg 610-610 | "]),
        ("The front-month TTF contract settled at €31.85/MWh, down 1.4% on the day.", ["front-month TTF contract |  |  | €/MWh 31.85-31.85 | -1.4%"]),
        ("Holmium oxide, 99.5% purity, FOB China, was held at $74–78/kg for a third week.", ["Holmium oxide | 99.5% | FOB China | $/kg 74-78 | +0"]),
        ("Meanwhile, gadolinium oxide traded between 167,000 and 170,000 yuan/t ex-works Ganzhou.", ["gadolinium oxide |  | ex-works Ganzhou | yuan/t 167000-170000 | "]),
        ("Gallium (4N, in-warehouse Rotterdam) advanced to $1,150-1,250 per kg, up $50 from Friday.", ["Gallium | 4N | in-warehouse Rotterdam | $/kg 1150-1250 | +50"]),
        ("Ferro-dysprosium (80% Dy) was quoted at RMB 1,540,000/mt EXW, including 13% VAT.", ["Ferro-dysprosium | 80% Dy | EXW, including 13% VAT | RMB/mt 1540000-1540000 | "]),
        ("Spodumene concentrate (6% Li2O, CIF China) rose $20 to $860-880/t, Orsa said.", ["Spodumene concentrate | 6% Li2O | CIF China | $/t 860-880 | +20"]),
        ("Battery-grade lithium carbonate retreated to 71,500-73,000 yuan a tonne delivered east China, VAT included.", ["Battery-grade lithium carbonate |  | delivered east China, VAT included | yuan/tonne 71500-73000 | "]),
        ("Antimony trioxide was last heard at US$21.50/kg to US$22.50/kg duty unpaid Rotterdam.", ["Antimony trioxide |  | duty unpaid Rotterdam | US$/kg 21.50-22.50 | "]),
        ("Three-month copper on the LME closed at $9,742 a metric ton, up 0.6%.", ["Three-month copper |  | on the LME | $/metric ton 9742-9742 | +0.6%"]),
        ("Samarium oxide is at 15.2-15.8 yuan/kg, flat on the week; europium oxide is at 168-172 yuan/kg.", ["Samarium oxide |  |  | yuan/kg 15.2-15.8 | +0", "europium oxide |  |  | yuan/kg 168-172 | "]),
        ("European 99.5% terbium metal fetched $4,400-4,700/kg, Hallmark Prices reported.", ["European terbium metal | 99.5% |  | $/kg 4400-4700 | "]),
        ("We put dysprosium metal at $1,020-1,080/kg CIF Rotterdam, $30/kg higher than last week.", ["dysprosium metal |  | CIF Rotterdam | $/kg 1020-1080 | +30"]),
        ("Bismuth ingot prices in Rotterdam were steady at $12.80-13.40/lb this week.", ["Bismuth ingot |  | in Rotterdam | $/lb 12.80-13.40 | +0"]),
        ("The Meridian index for NdPr oxide ended the week at $84.70/kg, ex-VAT.", ["NdPr oxide |  | ex-VAT | $/kg 84.70-84.70 | "]),
        ("Tin metal, min 99.9%: 205,000-208,000 yuan/t, EXW, incl. VAT (-3,000)", ["Tin metal | 99.9% | EXW, incl. VAT | yuan/t 205000-208000 | -3000"]),
        ("Prices, yuan/kg, EXW China incl. VAT\n\n| Product | Low | High | Change |\n|---|---|---|---|\n| NdPr oxide 99% | 538 | 546 | -12 |\n| Dysprosium oxide 99.5% | 1,590 | 1,615 | -20 |", ["NdPr oxide | 99% | EXW China incl. VAT | yuan/kg 538-546 | -12", "Dysprosium oxide | 99.5% | EXW China incl. VAT | yuan/kg 1590-1615 | -20"]),
        ("| Product | Basis | Price ($/kg) | Previous week |\n|---|---|---|---|\n| Terbium oxide 99.99% | CIF Rotterdam | 3,100–3,500 | 3,300–3,700 |", ["Terbium oxide | 99.99% | CIF Rotterdam | $/kg 3100-3500 | "]),
        ("UK power for day-ahead delivery was assessed at £71.40/MWh and German power at €84.25/MWh.", ["UK power |  |  | £/MWh 71.40-71.40 | ", "German power |  |  | €/MWh 84.25-84.25 | "]),
    ],
)  # fmt: skip
def test_each_house_s_form_of_a_price_is_read_whole(text: str, quotes: list[str]) -> None:
    assert read(text) == quotes


@pytest.mark.parametrize(
    "text",
    [
        "A monthly tender by a state-owned group in the north, which is widely watched as a signal, was set at 26,834 yuan/t for bastnaesite concentrate, unchanged from the fourth quarter.",
        "One separation plant in Jiangxi was heard selling 60 tonnes at 536 yuan/kg for prompt cash, which is outside our range.",
        "Traders polled expect NdPr oxide in China to move between 520 and 550 yuan/kg in the coming two weeks.",
        "Corrigendum: In our report of 10 October, the range for cerium oxide was shown as 11.2-11.8 yuan/kg.",
        "Correction: last week's report gave the price of gadolinium oxide as 176,000-179,000 yuan/t. It should have read 167,000-170,000 yuan/t.",
        "The premium over the Chinese price widened to $30/kg.",
        "The gap was $12-14/kg.",
        "Acme said its cash cost was $31/kg.",
        "A year ago NdPr oxide was at 410 yuan/kg.",
        "Acme agreed to sell terbium oxide at a floor price of $110/kg.",
        "The Pentagon guarantees Acme a price of $110/kg for NdPr oxide.",
        "NdPr oxide oxide rose for a week and metal at 660 yuan/kg was hard to sell.",
        "NdPr oxide traded around $84/kg.",
        "The study assumes NdPr oxide at $140/kg.",
        "NdPr oxide was below $80/kg.",
        "In January, tin traded at $30/kg.",
        "The mine plan values dysprosium oxide at $450/kg.",
        "NdPr oxide peaked at $98/kg in August.",
        "If NdPr oxide rises to $110/kg, the mine pays.",
        "Capital intensity was $12-14/kg.",
        "NdPr oxide was at $84/kg in 2024.",
        "Power consumption was put at 30 dollars/kg.",
        "The contract price rose to about $84-86/kg.",
        "The government capped gas at €50/MWh.",
        "Shares in Acme rose to $12-13/unit.",
        "In 2025, NdPr oxide averaged $62/kg and reached $90/kg.",
        "Last week, dysprosium oxide was at $900/kg.",
        "Turkish import prices for heavy melting scrap rose by $3.50 to $352 per tonne cfr.",
        "Chinese export prices fell by $3 to $78-84/t fob.",
        "Packers are paying €120 to €140 a tonne for potatoes.",
        "Cerium and lanthanum oxides were flat at $0.95-1.10/kg and $1.45-1.60/kg respectively.",
        "Gas for the ceramics sector rose to $5.75 a gigajoule.",
        "Prices for 95% purity, which had sagged to €480/kg as units in Poland started, are being quoted at €690-740/kg.",
    ],
)  # fmt: skip
def test_what_is_no_price_of_today_or_of_no_thing_is_no_quote(text: str) -> None:
    assert read(text) == []


def test_manganese_is_no_nationality() -> None:
    assert read("Manganese prices rose to $31-32/kg.") == ["Manganese |  |  | $/kg 31-32 | "]


def test_a_range_without_a_unit_has_the_one_of_all_other_prices_in_its_money() -> None:
    tin = "Tin oxide in Europe was at $31-32 per kilogram.\n\nTin metal was assessed at $41-42 per kilogram."
    bare = "Tin solder was steady at $76-85, with offers but no deals."
    assert read(f"{tin}\n\n{bare}")[-1] == "Tin solder |  |  | $/kilogram 76-85 | +0"
    assert len(read(f"{tin}\n\nLead was at $1.05-1.10/lb.\n\n{bare}")) == len(read(tin)) + 1
    assert read(bare) == []
