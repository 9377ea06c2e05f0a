from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.gate import check_grounding

PAIRS = Path(__file__).parents[1] / "data" / "hedge_pairs.jsonl"
SOURCE = (
    "Lynas Rare Earths said on Thursday that output of NdPr oxide rose 12% to 2,080 tonnes in the December quarter. "
    "The company plans to spend up to $3.5bn on a plant in Kuantan, Malaysia, by 2028. "
    "“We have not changed our guidance for the year,” chief executive Amanda Lacaze told analysts. "
    "The International Energy Agency expects demand to double. Shares closed at A$9.40, down 4 per cent."
)


def reasons(summary: str, source: str = SOURCE) -> str:
    return " | ".join(check_grounding(source, summary).reasons)


@pytest.mark.parametrize(
    "summary",
    [
        "Lynas said that output of NdPr oxide rose 12 percent to 2080 tonnes in the December quarter.",
        "Lynas says: output of NdPr oxide rose 12% to 2,080 tonnes in the December quarter.",
        "The company plans to spend up to 3.5 billion dollars on a Malaysian plant.",
        "The IEA expects demand to double.",
        "Shares closed at A$9.40, down 4%.",
        "“We have not changed our guidance for the year,” Lacaze told analysts.",
    ],
)
def test_what_the_source_says_in_other_forms_is_grounded(summary: str) -> None:
    assert check_grounding(SOURCE, summary).reasons == ()


@pytest.mark.parametrize(
    ("source", "summary"),
    [
        (
            "The mine moved 120, 000 tonnes and had 1. 4 million hours of work.",
            "The mine moved 120,000 tonnes in 1.4 million hours of work.",
        ),
        ("Output should grow by 4% to 7% this year.", "Output should grow by 4-7% this year."),
        ("The plant cost about £15m to build.", "The plant cost about £ 15 m to build."),
    ],
)
def test_a_figure_written_in_another_way_is_the_same_figure(source: str, summary: str) -> None:
    assert check_grounding(source, summary).reasons == ()


@pytest.mark.parametrize(
    ("source", "summary", "word"),
    [
        (
            "The mine moved 120, 000 tonnes of rock.",
            "The mine moved 121,000 tonnes of rock.",
            "121,000 tonnes",
        ),
        ("Output should grow by 4% to 7% this year.", "Output should grow by 4-9% this year.", "9%"),
    ],
)
def test_another_figure_is_refused_however_the_source_writes_it(source: str, summary: str, word: str) -> None:
    assert any(word in reason for reason in check_grounding(source, summary).reasons)


@pytest.mark.parametrize(
    ("summary", "word"),
    [
        ("Lynas said that output of NdPr oxide rose 13% in the December quarter.", "13%"),
        ("Lynas said that output of NdPr oxide rose 12 million in the December quarter.", "12 million"),
        (
            "Lynas said that output of NdPr oxide rose 12% to 2,080 kg in the December quarter.",
            "2,080 tonnes",
        ),
        ("The company plans to spend up to $3.5m on a plant in Kuantan.", "$3.5m"),
        ("The company plans to spend up to €3.5bn on a plant in Kuantan.", "$3.5bn"),
        ("The company plans to spend $3.5bn on a plant in Kuantan, Malaysia.", "up to"),
        ("The company plans to spend up to $3.5bn on a plant in Gebeng, Malaysia.", "Gebeng"),
        ("Lynas said that output of NdPr oxide fell 12% to 2,080 tonnes.", "fell"),
        ("“We have raised our guidance for the year,” Lacaze told analysts.", "verbatim"),
        ("“We have changed our guidance for the year,” Lacaze told analysts.", "verbatim"),
    ],
)
def test_a_refusal_names_what_is_wrong(summary: str, word: str) -> None:
    verdict = check_grounding(SOURCE, summary)
    assert not verdict.grounded
    assert word in reasons(summary)


def test_tonnes_of_one_kind_are_not_tonnes_of_another() -> None:
    source = "The mill made 500 t TREO in May. Sales were flat."
    assert check_grounding(source, "The mill made 500 t TREO.").grounded
    assert not check_grounding(source, "The mill made 500 t REO.").grounded


def test_a_lead_in_must_name_someone_of_the_source() -> None:
    assert check_grounding(
        SOURCE, "Lynas says: the company plans to spend up to $3.5bn on a plant in Kuantan."
    ).grounded
    assert not check_grounding(
        SOURCE, "Iluka says: the company plans to spend up to $3.5bn on a plant in Kuantan."
    ).grounded


@pytest.mark.usefixtures("words_of_the_subject")
def test_hedges_of_figures_are_held() -> None:
    rows = [json.loads(line) for line in PAIRS.read_text("utf-8").splitlines()]
    around = "Analysts follow the market. {} Shares in the sector were little changed that day."
    refused = {
        row["id"]: not check_grounding(around.format(row["source"]), row["summary"]).grounded for row in rows
    }
    altered = [refused[row["id"]] for row in rows if not row["faithful"]]
    faithful = [refused[row["id"]] for row in rows if row["faithful"]]
    assert len(rows) >= 170
    assert sum(altered) >= 0.95 * len(altered)
    assert sum(faithful) <= 0.02 * len(faithful)


def test_one_negation_kept_does_not_excuse_another_lost() -> None:
    source = (
        "Vietnam has yet to award the Dong Pao licence, and the ministry named no date. Analysts follow it."
    )
    assert "yet to" in reasons(
        "Vietnam awarded the Dong Pao licence, and the ministry named no date.", source
    )


@given(st.text(max_size=200), st.text(max_size=80))
def test_any_text_gets_a_verdict_with_reasons_where_refused(source: str, summary: str) -> None:
    verdict = check_grounding(source, summary)
    assert verdict.grounded == (not verdict.reasons)
