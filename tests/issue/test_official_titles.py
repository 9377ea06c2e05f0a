"""The title of an official document as a headline."""

from __future__ import annotations

from typing import Any

import pytest

from newsletter.issue.official_titles import TABLE, write_headline


@pytest.mark.parametrize("example", TABLE["example"], ids=lambda example: example["title"][:40])
def test_each_example_of_the_table(example: dict[str, Any]) -> None:
    assert write_headline(example["title"], example["text"]) == example["headline"]


@pytest.mark.parametrize(
    "title",
    [
        "Decision on Lynas is due in May",
        "Order book of Lynas grows",
        "Notice of annual meeting",
        "Regulation (EU) 2026/11 on batteries",
        "Commission opens inquiry into magnets",
        "Decision imposing duties on magnets — annulled",
        "Decision imposing duties on magnets — partial withdrawal",
        "Commission notice on implementing the export ban — delayed until May",
    ],
)
def test_any_other_title_stays(title: str) -> None:
    assert write_headline(title, "The European Commission has received a complaint.") == title


def test_whose_act_it_is_stands_in_the_text_or_is_the_publisher_s() -> None:
    title = "Notice of termination of the quota on cerium"
    assert (
        write_headline(title, "It ends.", "Ministry of Trade") == "Ministry of Trade ends the quota on cerium"
    )
    assert write_headline(title, "It ends.", "Official Journal") == title


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Proposed rule: Imposition of duties on imports of magnets", "The Department of Commerce proposes duties."),
        ("Proposed Rule on the Withdrawal of the export ban", "The Department of Commerce has a plan."),
        ("Draft regulation on the withdrawal of the export ban", "The Department of Commerce has a plan."),
        ("Order on the withdrawal of the export ban", "ACTION: Proposed rule.\n\nThe Department of Commerce acts."),
        ("Order on the withdrawal of the export ban", "The Department of Commerce does not lift the ban."),
        ("Notice of request for extension of time", "The Department of Commerce received a request from Acme."),
        ("Decision on the request for suspension of the export ban",
         "The General Court Service of the European Commission rejects the request."),
        ("Notice of extension of time", "The Ministry of Trade was told of a delay."),
        ("Notice of extension of time", "The Ministry of Trade of India, the Council and others agree."),
        ("Notice of İNİTİATİON OF an inquiry", "The European Commission opens an inquiry."),
    ],
)  # fmt: skip
def test_nothing_is_told_as_done_that_is_not_nor_by_another(title: str, text: str) -> None:
    assert write_headline(title, text, "Official Journal") == title


def test_who_asked_for_it_does_not_do_it() -> None:
    title = "Notice of initiation of an anti-dumping proceeding concerning imports of magnets"
    text = "Following a {} by the Government of India, the European Commission opens a proceeding."
    opens = "European Commission opens an anti-dumping proceeding on imports of magnets"
    assert write_headline(title, text.format("request"), "Official Journal") == title
    assert write_headline(title, text.format("complaint"), "Official Journal") == title
    assert write_headline(title, text.format("complaint"), "European Commission") == opens
    other = "The Government of India has made a complaint."
    assert write_headline(title, other, "European Commission") == title
