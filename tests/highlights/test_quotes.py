from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from newsletter.extract.html_article import extract_html
from newsletter.highlights.quotes import find_quotes
from newsletter.model import Extracted, Quote
from tests.support.factories import make_article

MONDAY = datetime(2026, 7, 13, 12, tzinfo=UTC)


def quotes(text: str) -> tuple[Quote, ...]:
    article = make_article(title="Prices", text=text, published=MONDAY, first_seen=MONDAY)
    found = find_quotes(article)
    assert all(text[q.citation.start : q.citation.end] == q.citation.sentence for q in found)
    return found


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Terra assessed tin metal, minimum 99.9%, at $31,610-31,660/t in-warehouse Rotterdam, up $35/t from a week earlier.", ("tin metal", "99.9%", "in-warehouse Rotterdam", "$", "t", "31610", "31660", "35", False, "a week earlier")),
        ("Brent crude rose 51 cents, or 0.7%, to $75.17 a barrel on Monday.", ("Brent crude", "", "", "$", "barrel", "75.17", "75.17", "0.51", False, "")),
        ("Cocoa butter, 99.5%, cif Rotterdam, fell to $240 a kilogram.", ("Cocoa butter", "99.5%", "cif Rotterdam", "$", "kilogram", "240", "240", None, False, "")),
        ("Spot gold fell 0.1% to $2,895.38 per ounce.", ("Spot gold", "", "", "$", "ounce", "2895.38", "2895.38", "-0.1", True, "")),
        ("Coking coal was unchanged at 1,620-1,640 yuan/t ex-works Shanxi.", ("Coking coal", "", "ex-works Shanxi", "yuan", "t", "1620", "1640", "0", False, "")),
        ("Prices for skimmed milk powder were steady at €2,410 a tonne.", ("skimmed milk powder", "", "", "€", "tonne", "2410", "2410", "0", False, "")),
        ("Day-ahead power settled at 58 euros per megawatt hour, down 4 euros from Friday.", ("Day-ahead power", "", "", "euros", "megawatt hour", "58", "58", "-4", False, "Friday")),
        ("Softwood pulp was quoted $20 lower at $1,450 a tonne.", ("Softwood pulp", "", "", "$", "tonne", "1450", "1450", "-20", False, "")),
        ("Arabica coffee: $3.21 per pound, up 2%.", ("Arabica coffee", "", "", "$", "pound", "3.21", "3.21", "2", True, "")),
        ("Wafers of silicon traded at 1.10 to 1.20 yuan per piece.", ("Wafers of silicon", "", "", "yuan", "piece", "1.10", "1.20", None, False, "")),
        ("Thai rice was offered at $412 a tonne fob Bangkok.", ("Thai rice", "", "fob Bangkok", "$", "tonne", "412", "412", None, False, "")),
        ("The Daily assessed pig iron (94.5%, low in tin) at Rmb3,380–3,440/t ex-works, down from Rmb3,420–3,480/t on Friday.", ("pig iron", "94.5%", "ex-works", "Rmb", "t", "3380", "3440", "-40", False, "Friday")),
        ("Pig iron was put at CNY 3,380-3,440/t, down CNY 20 at the low end and unchanged at the high end.", ("Pig iron", "", "", "CNY", "t", "3380", "3440", None, False, "")),
        ("Tin metal was last quoted in Rotterdam at $31,610 a tonne.", ("Tin metal", "", "", "$", "tonne", "31610", "31610", None, False, "")),
        ("Terra assessed tin metal (99.9%, cif Rotterdam) at $31,610/t, up 2% at the midpoint on the week.", ("tin metal", "99.9%", "cif Rotterdam", "$", "t", "31610", "31610", "2", True, "a week earlier")),
        ("In China, pig iron eased to Yn3,380-3,440/t from Yn3,400-3,460/t.", ("pig iron", "", "", "Yn", "t", "3380", "3440", "-20", False, "")),
        ("The Daily's assessment for scrap rose to $342-350/t from $330-340/t a week earlier.", ("scrap", "", "", "$", "t", "342", "350", "11", False, "a week earlier")),
    ],
)  # fmt: skip
def test_a_sentence_that_quotes_a_price_whole_is_a_quote(sentence: str, expected: tuple[object, ...]) -> None:
    (found,) = quotes(sentence)
    product, purity, basis, currency, unit, low, high, change, in_percent, against = expected
    assert (found.product, found.purity, found.basis) == (product, purity, basis)
    assert (found.currency, found.unit, found.low, found.high) == (
        currency,
        unit,
        Decimal(str(low)),
        Decimal(str(high)),
    )
    assert found.change == (None if change is None else Decimal(str(change)))
    assert (found.in_percent, found.against) == (in_percent, against)


@pytest.mark.parametrize(
    "sentence",
    [
        "NdPr oxide was unchanged at 612,000 yuan.",
        "The mill would cost $40 million a year.",
        "Acme forecast that copper would trade at $9,450 a tonne in May.",
        "The metal was up 0.5% at $2,876 per ounce.",
        "It was steady at $2,860 per ounce.",
        "Two lots of 50kg were sold at $1,550/kg.",
        "Offers from mills in Germany and Benelux were heard at €660-670/t.",
        "Prices in China gained 3,000 yuan to 158,000-162,000 yuan/t.",
        "Unit costs fell to $31.40 a kilogram at the mine.",
        "The dollar was quoted at 1.04 dollars per euro.",
        "A ticket costs 4 euros a trip.",
        "The tin premium, which had climbed to $402 a tonne on fear of a strike, eased on Friday.",
        "Third, acid is turning, and we see the price at $95/t by then.",
        "Acme's bookings are ahead, and it hedged its fuel at $71 a barrel.",
        "Shares closed at $31 a share.",
        "Traders paid 2,900 pounds an hour for the crane.",
    ],
)
def test_what_lacks_a_unit_or_a_thing_is_no_quote(sentence: str) -> None:
    assert quotes(sentence) == ()


@pytest.mark.parametrize(
    ("sentence", "purity", "basis"),
    [
        ("Tin metal (99.9%) was assessed at $31,610-31,660 a tonne (in-warehouse Rotterdam).", "99.9%",
         "in-warehouse Rotterdam"),
        ("Urea was quoted at $402-410 a tonne (fob Black Sea).", "", "fob Black Sea"),
        ("Antimony ingot, 99.65%, stood at 152,000 yuan a tonne (ex-works China, including VAT).", "99.65%",
         "ex-works China, including VAT"),
        ("Soymeal (48% protein) traded at $390 a tonne (cif Rotterdam), its lowest since May.", "48%", "cif Rotterdam"),
        ("Scrap rose to 355 euros/t (delivered Ruhr) from 340 euros.", "", "delivered Ruhr"),
        ("Ferro-chrome was assessed at $1.52-1.60/lb (ddp US warehouses).", "", "ddp US warehouses"),
        ("Antimony ingot was assessed at $31,000 a tonne (it was $30,400 before).", "", ""),
        ("Urea was quoted at $402-410 a tonne (the highest since 2022).", "", ""),
        ("Scrap rose to 355 euros/t (from 340 euros).", "", ""),
        ("Tin metal was assessed at $31,610 a tonne.", "", ""),
    ],
)  # fmt: skip
def test_purity_and_basis_count_in_brackets_and_what_else_stands_there_does_not(
    sentence: str, purity: str, basis: str
) -> None:
    (quote,) = quotes(sentence)
    assert (quote.purity, quote.basis) == (purity, basis)


@pytest.mark.parametrize("gap", range(0, 60, 6))
def test_what_a_price_is_compared_with_is_whole_however_far_behind_it_stands(gap: int) -> None:
    padding = "x" * gap
    (quote,) = quotes(
        f"Tin was assessed at $31,610 a tonne in Rotterdam, the {padding} said, down $10 from a week earlier."
    )
    assert quote.against in {"a week earlier", ""}


def test_two_clauses_give_two_quotes() -> None:
    found = quotes("Brent rose 1% to $75.64 a barrel and WTI fell 2% to $72.06 a barrel.")
    assert [(q.product, q.low, q.change) for q in found] == [
        ("Brent", Decimal("75.64"), Decimal(1)),
        ("WTI", Decimal("72.06"), Decimal(-2)),
    ]


def test_the_rows_of_a_table_are_quotes_with_their_own_units() -> None:
    text = "Prices held.\n\nAssessments, 10 July\nProduct Basis Unit Low High Change\nTin metal 99.9% exw China yuan/kg 1,590 1,610 0\nTin metal 99.9% cif Europe $/kg 290 310 -4.50"
    china, europe = quotes(text)
    assert (china.product, china.purity, china.basis, china.currency, china.unit) == (
        "Tin metal",
        "99.9%",
        "exw China",
        "yuan",
        "kg",
    )
    assert (china.low, china.high, china.change) == (Decimal(1590), Decimal(1610), Decimal(0))
    assert (europe.basis, europe.currency, europe.change) == ("cif Europe", "$", Decimal("-4.50"))
    assert china.date == europe.date == date(2026, 7, 10)


def test_a_unit_above_the_table_holds_for_its_rows_and_brackets_are_no_price() -> None:
    text = "Weekly quotes, $/t unless stated\nUrea gran. fob Egypt 480-488 (470-476)\nWheat 12.5% fob Constanta 233 (233)\nWheat 11% dlvd Rouen €/t 186 (188)\nPrevious week in brackets."
    urea, sea, rouen = quotes(text)
    assert (urea.product, urea.currency, urea.unit) == ("Urea gran.", "$", "t")
    assert (sea.low, rouen.currency) == (Decimal(233), "€")


def test_a_table_without_units_takes_them_from_the_sentence_that_gives_the_same_figures() -> None:
    text = "Terra assessed tin metal at $610-660/kg.\n\nProduct Low High Change\nTin metal 99.5% 610 660 +35\nLead ingots 99.9% 64 67 0"
    found = quotes(text)
    assert [(q.product, q.currency, q.unit) for q in found] == [
        ("tin metal", "$", "kg"),
        ("Tin metal", "$", "kg"),
    ]


def test_results_and_tests_in_tables_are_no_prices() -> None:
    assert (
        quotes("Segment summary ($m) Q2 Q1\nMining revenue 84.9 79.4 78.8\nMagnet loss 27.8 18.3 5.1") == ()
    )


def test_a_weekday_is_the_last_one_of_its_name() -> None:
    (found,) = quotes("Spot gold fell 0.1% to $2,895.38 per ounce on Friday.")
    assert found.date == date(2026, 7, 10)


LISTS = """
Assessments, 10 July 2026 (low-high, change on previous day at midpoint):
Milling wheat, 12% min, fob Constanta, VAT incl., $/t: 212-218 (+4)
Tin metal, 99.9% min, ex-works Yunnan, yuan/t: 261,000-263,500 (-1,500)
Maize, cif Rotterdam, $/t: 198 (unch)

Quotes for the week, delivered Ningbo, yuan/kg:
Rubber 20: 14.20-14.60, up 0.25
Granular urea 46%, cif Santos: 405.00-438.00 USD/t, down 9.50 w/w

Headcount: 412 (+12)
"""


def test_lines_of_a_price_list_are_quotes_with_the_unit_of_their_own_or_of_the_line_above() -> None:
    found = [
        (q.product, q.purity, q.basis, q.currency, q.unit, str(q.low), str(q.high), str(q.change), q.against)
        for q in quotes(LISTS)
    ]
    assert found == [
        ("Milling wheat", "12%", "fob Constanta, VAT incl.", "$", "t", "212", "218", "4", "previous day"),
        ("Tin metal", "99.9%", "ex-works Yunnan", "yuan", "t", "261000", "263500", "-1500", "previous day"),
        ("Maize", "", "cif Rotterdam", "$", "t", "198", "198", "0", "previous day"),
        ("Rubber 20", "", "delivered Ningbo", "yuan", "kg", "14.20", "14.60", "0.25", ""),
        ("Granular urea", "46%", "cif Santos", "USD", "t", "405.00", "438.00", "-9.50", "a week earlier"),
    ]
    assert quotes(LISTS)[0].date == date(2026, 7, 10)


def test_a_day_that_a_price_is_compared_with_is_not_its_own() -> None:
    (found,) = quotes("Pig iron was assessed at $342-350/t, up by $9/t from 6 July.")
    assert found.date == MONDAY.date()
    (found,) = quotes("Pig iron was assessed at $342-350/t, $9 below the record of 6 July.")
    assert found.date == MONDAY.date()


HOUSE_FORMS = """
Iron was quiet.

**Domestic, ex-works Ruhr, duty unpaid, including 19% VAT**

Tin metal (min 99.9%): 205,000-208,000 yuan/t, down 3,000 yuan/t from 19 June

Lead ingots (min 99%): 17,000-17,400 yuan/t, unchanged; one deal heard at 17,600 yuan/t, not included

Zinc dust, nominal: 22,000-22,900 yuan/t

**Commentary**

Nobody bought.

**Tin metal 99.9%, fob Callao:** $31.50-34.00/kg (last week $32.00-34.50/kg; -$0.50)

**Tin solder 60% Sn, cif Hamburg:** €29-31/kg (+€0.60)

**Cobalt metal 99.8%, in warehouse Rotterdam:** $18-20/lb (+$1 at the high end)

Index, 10 July (ex-works Leipzig, cash, incl. VAT)

Bismuth: EUR 9,800-9,900/t, mid 9,850 (−50 on day; −2.1% on week)

Antimony: EUR 21,000-21,400/t (–90/–40)

Indium, 99.99% min, in warehouse Rotterdam: $385-410/kg, up $5/kg from last Friday

Opex: $24.10/kg
"""


def test_each_house_form_of_a_list_is_read_and_what_its_heading_says_holds_for_its_rows() -> None:
    found = [
        (q.product, q.purity, q.basis, f"{q.low}-{q.high} {q.currency}/{q.unit}", q.change, q.against)
        for q in quotes(HOUSE_FORMS)
    ]
    ruhr, leipzig = "ex-works Ruhr, duty unpaid, including 19% VAT", "ex-works Leipzig, cash, incl. VAT"
    assert found == [
        ("Tin metal", "99.9%", ruhr, "205000-208000 yuan/t", Decimal(-3000), "19 June"),
        ("Lead ingots", "99%", ruhr, "17000-17400 yuan/t", Decimal(0), ""),
        ("Zinc dust", "", f"nominal, {ruhr}", "22000-22900 yuan/t", None, ""),
        ("Tin metal", "99.9%", "fob Callao", "31.50-34.00 $/kg", Decimal("-0.50"), "last week"),
        ("Tin solder", "60% Sn", "cif Hamburg", "29-31 €/kg", Decimal("0.60"), ""),
        ("Cobalt metal", "99.8%", "in warehouse Rotterdam", "18-20 $/lb", None, ""),
        ("Bismuth", "", leipzig, "9800-9900 EUR/t", Decimal(-50), "a day earlier"),
        ("Antimony", "", leipzig, "21000-21400 EUR/t", None, ""),
        ("Indium", "99.99%", "in warehouse Rotterdam", "385-410 $/kg", Decimal(5), "last Friday"),
    ]


def test_a_barred_table_gives_each_row_its_change_and_the_time_that_its_head_names() -> None:
    found = quotes(
        "Prices fell.\n\n| Product | Purity | Basis | Unit | Price | Change on week |\n\n"
        "| Tin metal | 99.9% | cif Rotterdam | $/kg | 31-34 | -2.00 (mid) |\n\n"
        "| Lead | 99% | ex-works Ruhr | €/t | 2,050-2,100 | unch |\n\n"
        "| | Q3 2026 | Q2 2026 |\n\n| Zinc price, fob Callao ($/t) | 2,920 | 2,530 |\n"
    )
    assert [(q.product, q.basis, q.change, q.against) for q in found] == [
        ("Tin metal", "cif Rotterdam", Decimal(-2), "a week earlier"),
        ("Lead", "ex-works Ruhr", Decimal(0), "a week earlier"),
    ]


@pytest.mark.parametrize(
    ("sentence", "change", "against"),
    [
        ("Copper fell $5 to $9,610/t.", -5, ""),
        ("Tin was assessed by Terra at $31-34/kg on Thursday, from $32-35/kg a week ago.", -1, "a week ago"),
        ("Tin rose to $31-34/kg from $25-28/kg in early May.", None, ""),
        ("Tin rose to $31-34/kg from $29/kg.", None, ""),
        ("Tin rose to $31-34/kg, up $2/kg on the week.", 2, "a week earlier"),
    ],
)  # fmt: skip
def test_a_change_is_told_with_its_time_or_stays_out(sentence: str, change: int | None, against: str) -> None:
    (found,) = quotes(sentence)
    assert (found.low in {31, 9610}, found.change, found.against) == (True, change, against)


@pytest.mark.parametrize(
    ("sentence", "change", "in_percent"),
    [
        ("Tin was assessed at $60-62/kg fob Callao, down 2 percent.", -2, True),
        ("Tin rose 2 pct to $15,000/t.", 2, True),
        ("Tin was assessed at $15,000/t, 2 percent higher.", 2, True),
        ("Tin was assessed at $15,000/t, up 2 percentage points.", None, False),
        ("Tin rose 2% and ended at $15,000/t, up $50 on the week.", 2, True),
    ],
)
def test_a_change_in_per_cent_is_no_money(sentence: str, change: int | None, in_percent: bool) -> None:
    (found,) = quotes(sentence)
    assert (found.change, found.in_percent, found.against) == (change, in_percent, "")


@pytest.mark.parametrize(
    "sentence",
    [
        "Tin ended at $15,000/t, its lowest since 2020, after stocks rose 4%.",
        "Tin was assessed at $15,000/t as the dollar gained 1%.",
        "Tin ended at $15,000/t, with stocks up 4%.",
        "Tin ended at $15,000/t, its lowest since 2020, and stocks rose 4%.",
        "Tin ended at $15,000/t and cobalt, up 2%, at $30/kg.",
        "Tin ended at $15,000/t as trade was flat.",
        "With stocks up 4%, Terra assessed tin at $15,000/t.",
        "In a flat market, Terra assessed tin at $15,000/t.",
        "Tin: $15,000-15,100/t; stocks 300 t (-4%)",
    ],
)
def test_another_thing_s_move_is_no_change_of_the_price(sentence: str) -> None:
    (found,) = quotes(sentence)
    assert found.low == Decimal(15000)
    assert found.change is None


@pytest.mark.parametrize(
    "sentence",
    [
        "Shipments rose 12% as tin fell to $10,000/t.",
        "Tin was quiet and cobalt traded at $30/kg.",
        "Exports of tin rose 4% at $31/kg.",
        "EBITDA rose 4% to $40/t.",
    ],
)
def test_what_is_counted_or_earned_is_not_what_a_price_is_of(sentence: str) -> None:
    assert quotes(sentence) == ()


@pytest.mark.parametrize(
    "name", ["AISC", "Net revenue", "Operating margin", "EBITDA", "Carbon tax", "Import duty",
             "Gold price deck", "Treatment charge", "Gold sold"]
)  # fmt: skip
def test_a_sum_that_is_told_by_a_unit_is_no_price(name: str) -> None:
    assert quotes(f"Quarter.\n\n{name}: $1,200-1,240/t, down $5\n") == ()


def test_a_column_in_per_cent_is_no_money() -> None:
    for head in ("Change (%)", "Change, %", "Change pct"):
        (found,) = quotes(f"| Product | Price, $/kg | {head} |\n|---|---|---|\n| Tin | 60 | 2 |\n")
        assert found.in_percent
        assert found.change == Decimal(2)


def test_an_assumption_is_no_price() -> None:
    assert quotes("Price assumptions\n\nTin: $31-32/kg\n") == ()
    named = quotes("Metals prices, 10 July\n\nTin: $31/kg\n\nCharge chrome: $1.05/lb, up $0.05\n")
    assert [q.product for q in named] == ["Tin", "Charge chrome"]


@pytest.mark.parametrize(
    ("head", "row", "low_high"),
    [
        ("| Product ($/kg), fob Callao | Low | High |\n| --- | --- | --- |", "| Tin | 60 | 62 |", (60, 62, None)),
        ("| Product ($/kg), fob Callao | High | Low |\n|:---|---:|---:|", "| Tin | 62 | 60 |", (60, 62, None)),
        ("Product | Low | High | Change\nPrices in $/kg, fob Callao", "Tin | 60 | 62 | +1", (60, 62, 1)),
        ("Prices in $/kg, fob Callao\n\n| Product | Price | Low | High | Change | YTD |\n|---|---|---|---|---|---|",
         "| **Tin** | 61 | 60 | 62 | -1 | +20% |", (60, 62, -1)),
        ("Prices in $/kg, fob Callao\n\nProduct | 3 Jul | 10 Jul | Change", "Tin | 61 | 60 | -2%", (60, 60, -2)),
        ("Prices in $/kg, fob Callao\n\nProduct | Friday | Week ago | Year ago", "Tin | 60 | 61 | 64", (60, 60, None)),
        ("| Product ($/kg), fob Callao | Last week | This week | Change |\n|---|---|---|---|", "| Tin | 61 | 60 | 1 |",
         (60, 60, 1)),
        ("| Product ($/kg), fob Callao | Last | Change |\n|---|---|---|", "| Tin | 60 | 1 |", (60, 60, 1)),
        ("| Product ($/kg), fob Callao | Open | Last |\n|---|---|---|", "| Tin | 61 | 60 |", (60, 60, None)),
        ("| Product ($/kg), fob Callao | Price | YoY change |\n|---|---|---|", "| Tin | 60 | +9 |", (60, 60, None)),
        ("| Product ($/kg), fob Callao | Price | Annual change |\n|---|---|---|", "| Tin | 60 | 9 |", (60, 60, None)),
        ("Prices in $/kg\n\n| Product | Low | High | Change | Basis |", "| Tin | 60 | 62 | +1 | fob Callao |", (60, 62, 1)),
        ("| Product | Mid | Change on week | Basis |", "| Tin | 60 | -1 | fob Callao, $/kg |", (60, 60, -1)),
        ("| Product | Low | High | Change | Unit | Basis |", "| Tin | 60 | 62 |  | $/kg | fob Callao |", (60, 62, None)),
        ("| Product | Low | Price | High | Basis |", "| Tin |  | 60 |  | fob Callao, $/kg |", (60, 60, None)),
        ("| Product, fob Callao | Price | Unit | Daily change | Daily change % | Date |",
         "| Tin | 60.00 | USD/KG | +2 | +3.45% | 9 Jul 2026 |", (60, 60, 2)),
        ("| Product, fob Callao | Price range ($/kg) | Average | Change | Date |",
         "| Tin | 60-62 | 61 | -1 | Jul 9, 2026 |", (60, 62, -1)),
        ("| Product, fob Callao | $/kg | Change |", "| Tin | 60 | ▼ 2.5% |", (60, 60, -2)),
        ("| Product, fob Callao | $/kg | Mid | Change on week | Change |", "| Tin | 60 | 61 | +4 | +5% |", (60, 60, 4)),
        ("Prices in $/kg, fob Callao   Low    High   Change", "Tin    60     62    +4", (60, 62, 4)),
        ("Prices in $/kg, fob Callao\n\nProduct | 26 Dec | 2 Jan", "Tin | 61 | 60", (60, 60, None)),
        ("| Product, fob Callao | $/kg | Change |", "| Tin | 60 | 0.00% |", (60, 60, 0)),
    ],
)  # fmt: skip
def test_the_head_of_a_table_says_which_figure_is_which(
    head: str, row: str, low_high: tuple[int, int, int | None]
) -> None:
    (found,) = quotes(f"Prices held.\n\n{head}\n{row}\n")
    assert (found.product, found.basis, found.unit.lower()) == ("Tin", "fob Callao", "kg")
    assert (int(found.low), int(found.high), found.change and int(found.change)) == low_high


@pytest.mark.parametrize(
    "heads",
    [
        "Mine | Port",
        "Price | Price",
        "fob Callao | cif Rotterdam",
        "52-week low | 52-week high",
    ],
)
def test_of_two_figures_whose_heads_do_not_say_which_is_the_price_none_is(heads: str) -> None:
    assert quotes(f"| $/kg | {heads} |\n| --- | --- | --- |\n| Tin | 61 | 60 |\n") == ()


def test_the_price_table_of_a_page_is_read_row_by_row() -> None:
    said = "Prices of tin held in the week, and buyers took what they had ordered in the spring, two traders said. "
    head = "<tr><th rowspan=2>Product<th colspan=2>Price, $/kg<th rowspan=2>Change on week<th rowspan=2>Basis"
    page = f"""<html><body><article><h1>Tin prices hold</h1><p>{said * 3}</p><h2>Prices, 10 July 2026</h2>
    <table><thead>{head}<tr><th>Low<th>High</thead>
    <tr><td rowspan=2>Tin metal<td>31<td>34<td>+1.5<td>fob Callao<tr><td>35<td>36<td><td>cif Rotterdam
    <tr><td>Tin oxide<td>8<td>9<td>unch<td>fob Callao</table><p>{said * 2}</p></article></body></html>"""
    extracted = extract_html(page)
    assert isinstance(extracted, Extracted)
    found = quotes(extracted.text)
    assert [(q.product, q.basis, q.currency, q.unit, int(q.low), int(q.high)) for q in found] == [
        ("Tin metal", "fob Callao", "$", "kg", 31, 34),
        ("Tin metal", "cif Rotterdam", "$", "kg", 35, 36),
        ("Tin oxide", "fob Callao", "$", "kg", 8, 9),
    ]
    assert [q.change for q in found] == [Decimal("1.5"), None, Decimal(0)]
    assert {q.date for q in found} == {date(2026, 7, 10)}


def test_a_leap_day_of_another_year_is_no_day() -> None:
    january = datetime(2028, 1, 10, tzinfo=UTC)  # the last 29 February was in 2024
    article = make_article(text="Prices, 29 February\n\nTin: $31/kg\n", published=january, first_seen=january)
    assert [quote.date for quote in find_quotes(article)] == [january.date()]


def test_a_line_within_a_table_does_not_end_what_its_head_says() -> None:
    head = "| Product ($/kg), fob Callao | Low | High |"
    assert (
        len(quotes(f"{head}\n\n| Base metals |\n\n| Tin | 60 | 62 |\n\n| Others |\n\n| Lead | 2 | 3 |")) == 2
    )
    assert len(quotes(f"{head}\n\n| Tin | 60 | 62 |\n\n| In yuan/t |\n\n| Lead | 2 | 3 |")) == 1
    titled = "| Prices, $/kg, 10 July |\n\n| Product | Low | High | Basis |\n\n| Tin | 60 | 62 | fob Callao |"
    (found,) = quotes(f"Prices held.\n\n{titled}")
    assert (found.unit, found.date, int(found.high)) == ("kg", date(2026, 7, 10), 62)


@pytest.mark.parametrize(
    ("note", "basis"),
    [
        ("Prices are ex-works China and include 13% VAT.", "ex-works China, including 13% VAT"),
        ("All prices exclude VAT.", "excluding VAT"),
        ("Prices are up in the port since duty was raised.", ""),
    ],
)
@pytest.mark.parametrize("above", [True, False])
def test_what_a_sentence_says_of_all_prices_holds_for_each_row(note: str, basis: str, above: bool) -> None:
    table = "| Product | Unit | Low | High | Change |\n\n| Tin | $/kg | 60 | 62 | 1 |\n\n| Lead | $/t | 2 | 3 | 0 |"
    found = quotes(f"{note}\n\n{table}\n" if above else f"Prices held.\n\n{table}\n\n{note}\n")
    assert [(q.product, q.basis, str(q.change)) for q in found] == [("Tin", basis, "1"), ("Lead", basis, "0")]


def test_a_row_that_is_not_understood_is_no_head_of_the_next() -> None:
    rows = "| Tin | 60 | 62 | 1 | 7 |\n\n| Lead | $/t | 2 |\n\n| Zinc | $/t | 0 |"
    found = quotes(f"| Product | Unit | Change |\n\n{rows}\n")
    assert [(q.product, q.change) for q in found] == []


def test_a_row_names_its_day_and_its_purity() -> None:
    head = "| Product | Purity | Unit | Price | Date |\n|---|---|---|---|---|\n"
    (found,) = quotes(f"{head}| Tin oxide | ≥99.5% | $/kg | 60 | 9 Jul 2026 |\n")
    assert (found.product, found.purity, found.basis, found.date) == (
        "Tin oxide",
        "99.5%",
        "",
        date(2026, 7, 9),
    )


def test_without_tax_is_not_told_as_with_it() -> None:
    (found,) = quotes("| Product | Price, $/kg, ex VAT | Change |\n|---|---|---|\n| Tin | 60 | 1 |\n")
    assert found.basis == "ex VAT"


def test_a_row_whose_first_cell_is_a_figure_is_no_price() -> None:
    assert quotes("Price ($/t) | NPV (m) | IRR (%)\n1,740 | 2,190 | 40.1\n870 | (31) | 7.6\n") == ()


@pytest.mark.parametrize("heads", ["30-day change | 1-day change", "Monthly change | Change"])
def test_of_several_changes_none_is_told(heads: str) -> None:
    (found,) = quotes(f"| $/kg | Price | {heads} |\n|---|---|---|---|\n| Tin | 60 | 5 | 1 |\n")
    assert (int(found.low), found.change, found.against) == (60, None, "")
