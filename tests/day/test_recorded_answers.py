"""What a capable model answered to the prompt that ships, about articles invented for it, through the real path.

The answers were given by a model that saw the question alone, and are kept in ``tests/data``. A changed prompt
needs other answers: ``tests/support/recorded_answers.py`` says how they are made.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from newsletter.day.ask_model import Report
from newsletter.model import Author, Summary
from tests.support.recorded_answers import (
    Case,
    Replay,
    check_first,
    digest_prompt,
    read_record,
    replay,
    squeeze,
)

DATA = Path(__file__).parents[1] / "data" / "model_answers.jsonl"
CASES: list[Case] = [json.loads(line) for line in DATA.read_text("utf-8").splitlines()]
RECORDS = [read_record(case["answer"]) for case in CASES]

# Nearly every bullet of a first answer is faithful, so what is refused of them is refused wrongly: .03 is the aim.
MOST_REFUSED_AT_FIRST = 0.03
LEAST_WRITTEN = 0.96  # of the bullets that are shown in the end


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[Sequence[Summary], Report]:
    model = Replay({squeeze(case["title"]): record for case, record in zip(CASES, RECORDS, strict=True)})
    return replay(CASES, model, tmp_path_factory.mktemp("recorded") / "data")


def test_the_answers_were_given_to_the_prompt_that_ships() -> None:
    assert {case["prompt"] for case in CASES} == {digest_prompt()}, (
        "The prompt was changed: write the questions anew, have them answered, and replay them with --save."
    )


def test_few_faithful_bullets_are_refused_at_first() -> None:
    checked = [check_first(case, record) for case, record in zip(CASES, RECORDS, strict=True)]
    refused = [draft for drafts in checked for draft in drafts.refused]
    share = len(refused) / sum(len(drafts.bullets) for drafts in checked)
    assert share <= MOST_REFUSED_AT_FIRST, [(draft.text, draft.faults) for draft in refused]


def test_the_event_stays_first_and_nearly_all_bullets_are_the_models(
    told: tuple[Sequence[Summary], Report],
) -> None:
    found, report = told
    assert (report.failed, report.skipped) == (0, 0)
    shown = [highlight for summary in found for highlight in summary.highlights]
    assert all(summary.highlights[0].author is Author.MODEL for summary in found)
    assert sum(one.author is Author.MODEL for one in shown) >= LEAST_WRITTEN * len(shown)
    assert all(one.lead_in is None for one in shown if one.author is Author.MODEL)
    assert len(shown) == 4 * len(found)


def test_each_bullet_cites_sentences_of_its_article(told: tuple[Sequence[Summary], Report]) -> None:
    several = 0
    for case, summary in zip(CASES, told[0], strict=True):
        for highlight in summary.highlights:
            several += len(highlight.citations) > 1
            for one in highlight.citations:
                assert case["text"][one.start : one.end] == one.sentence
    assert several > len(CASES), "what several sentences tell is merged"
