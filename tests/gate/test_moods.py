"""What may, could or is to happen, and what tells it as a fact."""

from __future__ import annotations

import pytest

from newsletter.gate import check_bullet


def reasons(text: str, cited: tuple[str, ...], more: str = "") -> tuple[str, ...]:
    source = " ".join((*cited, more))
    return check_bullet(text, headline="", publisher="Ostmark News", cited=cited, source=source).reasons


QUAY = ("The line may close the Ribe quay, the harbour master said.",)
FLEET = ("Halden Line plans to double its fleet in Ribe.",)
FARES = ("The storm could lift fares.", "Fares rose in May.")
COURT = ("The court held that captains may pursue the claim.",)
CARRIERS = ("Carriers will get a third of the fuel until June.",)


@pytest.mark.parametrize(
    ("text", "cited"),
    [
        ("The line closes the Ribe quay.", QUAY),
        ("Halden Line double its fleet in Ribe.", FLEET),
        ("The storm lift fares, the master says.", FARES[:1]),
        ("The Ribe quay be closed.", QUAY),
    ],
)
def test_a_fact_that_the_source_does_not_give_is_refused(text: str, cited: tuple[str, ...]) -> None:
    assert reasons(text, cited)


@pytest.mark.parametrize(
    ("text", "cited"),
    [
        ("The line might close the Ribe quay.", QUAY),
        ("The Ribe quay is to be closed, perhaps.", QUAY),
        ("Halden Line wants to double its fleet in Ribe.", FLEET),
        ("Halden Line has a plan for a double fleet in Ribe.", FLEET),
        ("Fares rose in May, and the storm could lift fares.", FARES),
        ("The court let captains pursue the claim.", COURT),
        ("Carriers get a third of the fuel until June.", CARRIERS),
    ],
)
def test_other_words_for_what_may_come_pass(text: str, cited: tuple[str, ...]) -> None:
    assert not reasons(text, cited)
