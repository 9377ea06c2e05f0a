from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from newsletter import links
from newsletter.config import load_prices
from newsletter.day.pipeline import Composed, compose_day
from newsletter.errors import ConfigError
from newsletter.issue.price_strip import MOST, choose_prices, leave_bare, quote_stories
from newsletter.model import ArticleId, Citation, Issue, IssueKey, IssuePrice, Price
from newsletter.render.present import present_issue
from newsletter.render.view import PriceLine
from newsletter.store.engine import Store
from newsletter.store.prices import load_price_history, save_prices
from newsletter.web.reading import draw_chart
from tests.render.render_sample import IDENTITY, render, sample_issue
from tests.support.app_factory import make_app
from tests.support.factories import NOW, make_article, make_story

DAY = date(2026, 1, 5)
HEAD = "date,product,purity,basis,currency,unit,low,high,source,url\n"


def price(product: str = "NdPr oxide", day: date = DAY, low: str = "60", **changes: Any) -> IssuePrice:
    values: dict[str, Any] = {
        "currency": "$",
        "unit": "kg",
        "low": Decimal(low),
        "high": Decimal(low),
        **changes,
    }
    return IssuePrice(price=Price(product=product, date=day, **values), source="Argus")


def shown(*prices: IssuePrice) -> tuple[PriceLine, ...]:
    return present_issue(sample_issue(prices=prices), IDENTITY).prices


def test_the_operators_own_come_first_and_tell_the_change_since_the_last_value() -> None:
    own = [price(day=date(2025, 12, 29), low="60"), price(low="63")]
    (first, second) = choose_prices(own, [price(), price("terbium oxide")], day=DAY)
    assert (first.price.change, first.price.against) == (Decimal(5), "29 December 2025")
    assert second.price.product == "terbium oxide"
    (line, _) = shown(first, second)
    assert (line.value, line.change, line.bar) == (
        "$63/kg",
        "up 5.0% from 29 December 2025".replace(".0", ""),
        25,
    )
    (fallen,) = shown(*choose_prices([price(day=date(2025, 12, 29), low="90"), price(low="63")], (), day=DAY))
    assert fallen.bar == -50


def test_an_old_value_a_later_one_and_more_than_five_stay_out() -> None:
    assert choose_prices([price(day=date(2025, 12, 28))], (), day=DAY) == ()
    assert choose_prices([price(day=date(2026, 1, 6))], (), day=DAY) == ()
    assert len(choose_prices([price(f"oxide {n}") for n in range(9)], (), day=DAY)) == MOST


def test_the_first_value_of_a_series_stands_on_its_own_day_alone() -> None:
    yesterday = price("yttrium oxide", day=date(2026, 1, 4))
    assert choose_prices([yesterday], (), day=DAY) == ()
    assert choose_prices([yesterday], (), day=date(2026, 1, 4)) == (yesterday,)
    assert len(choose_prices([yesterday, price("yttrium oxide")], (), day=DAY)) == 1


def test_another_purity_or_basis_is_another_series() -> None:
    own = [price(day=date(2025, 12, 29), purity="99%"), price(purity="99.9%")]
    assert choose_prices(own, (), day=DAY)[-1].price.change is None


def test_a_change_that_one_of_several_rows_alone_has_is_left_out() -> None:
    others = [price("yttrium"), price("terbium"), price("cerium", change=Decimal(0))]
    lone = choose_prices((), [price("gadolinium", change=Decimal("1.50")), *others], day=DAY)
    assert {one.price.change for one in lone} == {None}
    both = choose_prices((), [price("gadolinium", change=Decimal("1.50")), others[0], others[2]], day=DAY)
    assert both[0].price.change == Decimal("1.50")


TEXT = (
    "Dysprosium oxide was assessed at $640 to $720 per kilogram cif Rotterdam. "
    "Terbium oxide was assessed at $2,950 to $3,200 per kilogram. Copper was assessed at $9 per kilogram cif Rotterdam."
)


def test_a_report_is_quoted_with_its_sentence() -> None:
    story = make_story("s", section="prices", articles=(make_article(text=TEXT),))
    other = make_story("o", section="companies", articles=(make_article("x", text=TEXT),))
    one, bare = quote_stories(
        [story, other], sections=frozenset({"prices"}), weigh=lambda text: float("oxide" in text)
    )
    assert (bare.price.product, bare.price.basis) == ("Terbium oxide", "")
    assert (one.price.product, one.price.basis, one.story) == ("Dysprosium oxide", "cif Rotterdam", "s")
    assert one.citation is not None
    assert one.citation.sentence == TEXT.partition(". ")[0] + "."


def test_a_price_without_its_basis_needs_a_table_of_prices_around_it() -> None:
    rows = ["Product | Price | Change | Unit"]
    rows += [f"{one} oxide | 1,410-1,430 | -20 | yuan/kg" for one in ("Dysprosium", "Terbium", "Cerium")]

    def quote(*given: str) -> int:
        text = f"Prices held today, the bulletin said.\n\n{chr(10).join(given)}\n\n{TEXT}"
        story = make_story("s", section="prices", articles=(make_article(text=text),))
        told = quote_stories(
            [story], sections=frozenset({"prices"}), weigh=lambda text: float("oxide" in text)
        )
        return len(leave_bare(told))

    assert quote(*rows) == 4  # its rows, and the sentence with a basis
    assert quote(*rows[:3]) == 1  # too few for a table


def test_a_quoted_price_leads_to_its_sentence_on_the_storys_page() -> None:
    story = sample_issue().stories[0]
    citation = story.highlights[1].citation
    quoted = IssuePrice(price=price().price, source="Argus", story=story.key, citation=citation)
    page = links.story_url(IDENTITY.base_url, sample_issue().key, story.key)
    assert [line.url for line in shown(quoted)] == [f"{page}#s2"]


@pytest.mark.parametrize(
    ("changes", "value", "change"),
    [
        ({"high": Decimal(65)}, "$60–65/kg", ""),
        ({"currency": "yuan", "low": Decimal(541000), "high": Decimal(546000), "unit": "tonne"},
         "541,000–546,000 yuan per tonne", ""),
        ({"change": Decimal("-3.5"), "in_percent": True, "against": "a week earlier"}, "$60/kg",
         "down 3.5% from a week earlier"),
        ({"change": Decimal(5)}, "$60/kg", "up $5"),
        ({"currency": "Yn", "change": Decimal(-5)}, "Yn60/kg", "down Yn5"),
        ({"change": Decimal("-0.50")}, "$60/kg", "down $0.50"),
        ({"change": Decimal("-0.035")}, "$60/kg", "down $0.035"),
        ({"currency": "yuan", "change": Decimal(-5)}, "60 yuan/kg", "down 5 yuan"),
        ({"currency": "Euro", "change": Decimal(-5)}, "60 Euro/kg", "down 5 Euro"),
        ({"change": Decimal(0)}, "$60/kg", "unchanged"),
    ],
)  # fmt: skip
def test_a_price_is_shown_as_the_source_has_it(changes: dict[str, Any], value: str, change: str) -> None:
    values = {"currency": "$", "unit": "kg", "low": Decimal(60), "high": Decimal(60), **changes}
    (line,) = shown(IssuePrice(price=Price(product="NdPr oxide", date=DAY, **values), source="Argus"))
    assert (line.value, line.change) == (value, change)


def test_both_parts_of_the_mail_show_the_prices_and_nothing_where_there_is_none() -> None:
    rendered = render(sample_issue(prices=(price("praseodymium oxide"),)))
    assert "Praseodymium oxide" in rendered.html
    assert "* Praseodymium oxide $60/kg\n  Argus, 5 January" in rendered.text
    bare: Issue = sample_issue()
    assert "PRICES" not in render(bare).text


def test_prices_csv_is_read_as_it_is(tmp_path: Path) -> None:
    assert load_prices(tmp_path) == load_prices(None) == ()
    (tmp_path / "prices.csv").write_text(
        HEAD
        + "2026-01-05,NdPr oxide,99.5%,ex-works China,yuan,tonne,541000,546000,Asian Metal,https://am.example/\n"
        "2026-01-05,Terbium oxide,,,$,kg,0.45,,Argus,\n"
    )
    first, second = load_prices(tmp_path)
    assert (first.price.low, first.price.high) == (Decimal(541000), Decimal(546000))
    assert first.url == "https://am.example/"
    assert (second.price.low, second.price.high, second.price.purity) == (
        Decimal("0.45"),
        Decimal("0.45"),
        "",
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("date,product\n", "currency"),
        (HEAD.replace("url", "link"), "link"),
        (HEAD + "2026-01-05,NdPr,,,,kg,1,2,Argus,\n", "line 2: currency is empty"),
        (HEAD + "5.1.2026,NdPr,,,$,kg,1,2,Argus,\n", "line 2"),
        (HEAD + "2026-01-05,NdPr,,,$,kg,1 000,2,Argus,\n", "line 2"),
        (HEAD + "2026-01-05,NdPr,,,$,kg,3,2,Argus,\n", "low is above high"),
        (HEAD + "2026-01-05,NdPr,,,$,kg,NaN,,Argus,\n", "line 2"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "prices.csv").write_text(text)
    with pytest.raises(ConfigError, match=told):
        load_prices(tmp_path)


def test_series_are_kept_and_a_later_value_of_a_day_replaces_it(store: Store) -> None:
    old, new = price(day=date(2025, 12, 29), low="60.50"), price(low="63")
    with store.write() as connection:
        save_prices(connection, [old, price(low="61")])
        save_prices(connection, [new])
    assert load_price_history(store, DAY) == (old, new)
    assert load_price_history(store, date(2026, 1, 4)) == (old,)


def test_a_chart_runs_from_the_first_day_to_the_last_and_needs_two() -> None:
    history = [price(day=date(2026, 1, day), low=low) for day, low in ((1, "60"), (3, "70"), (5, "65"))]
    chart = draw_chart(history[0].price.series, [*history, price("other oxide")])
    assert chart is not None
    assert chart["points"] == "0,120 300,0 600,60"
    assert (chart["lowest"], chart["highest"]) == ("60", "70")
    assert draw_chart(history[0].price.series, history[:1]) is None


def test_a_wrong_file_costs_the_prices_alone_and_the_operator_hears_of_it(tmp_path: Path) -> None:
    app = make_app(tmp_path)

    def break_off() -> tuple[IssuePrice, ...]:
        raise ConfigError("prices.csv, line 2: low is above high.", hint="low comes first.")

    composing = replace(app.composing, load_prices=break_off)
    composed = compose_day(composing, IssueKey(date=DAY), NOW, reports=(), extra=[make_article()])
    assert isinstance(composed, Composed)
    assert composed.issue.prices == ()
    assert [item.why for item in composed.left_out] == [
        "prices.csv, line 2: low is above high. low comes first."
    ]


def test_what_today_s_article_quotes_is_the_newest_value_of_its_series(tmp_path: Path) -> None:
    app = make_app(tmp_path)
    table = "All prices are ex-works Ganzhou.\n\n| Product | Unit | Low | High | Change |\n\n"
    text = f"Rare earth prices fell in China on Monday, traders said.\n\n{table}" + "\n\n".join(
        f"| {what} oxide | $/kg | {low} | {low + 2} | -1 |" for what, low in (("NdPr", 58), ("Terbium", 900))
    )
    with app.store.write() as connection:
        save_prices(
            connection,
            [
                price(
                    "NdPr oxide", NOW.date() - timedelta(days=days), str(60 + days), basis="ex-works Ganzhou"
                )
                for days in (1, 2)
            ],
        )
    article = make_article(title="NdPr oxide prices fall in China", text=text)
    composing = replace(
        app.composing,
        sources=tuple(replace(s, key=article.source, prices=True) for s in app.composing.sources[:1]),
    )
    composed = compose_day(composing, IssueKey(date=NOW.date()), NOW, reports=(), extra=[article])
    assert isinstance(composed, Composed)
    assert [(one.price.product, int(one.price.low)) for one in composed.issue.prices] == [
        ("NdPr oxide", 58),
        ("Terbium oxide", 900),
    ]


def test_what_moved_comes_before_what_did_not_and_one_product_s_bases_stand_together() -> None:
    flat = price("gadolinium oxide", change=Decimal(0))
    up = price("terbium oxide", change=Decimal(5))
    home = price("NdPr oxide", basis="non-Chinese", change=Decimal(0))
    other = price("NdPr oxide", basis="any origin", change=Decimal(-2))
    elsewhere = replace(price("NdPr oxide", basis="ex works"), source="Bulletin")
    chosen = choose_prices((), [flat, home, up, other, other, elsewhere], day=DAY)
    assert chosen == (home, other, up, flat)


def test_a_change_that_is_no_figure_of_the_source_is_that_of_the_middle_of_the_range() -> None:
    text = "Dysprosium oxide 99.5% 770-860 (730-820)"
    cited = Citation(article=ArticleId("a"), start=0, end=len(text), sentence=text)
    ranged = price("dysprosium oxide", low="770", high=Decimal(860), change=Decimal(40))
    assert shown(replace(ranged, citation=cited))[0].change == "midpoint up $40"
    said = replace(cited, sentence=f"{text}, up $40")
    assert shown(replace(ranged, citation=said))[0].change == "up $40"
    assert shown(price(low="60", change=Decimal(4)))[0].change == "up $4"
