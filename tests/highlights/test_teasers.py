from __future__ import annotations

from newsletter.highlights.candidates import find_candidates
from newsletter.highlights.definitions import restore_definitions
from newsletter.highlights.teasers import drop_short_forms
from tests.support.factories import make_article


def kept(text: str) -> list[str]:
    article = make_article(title="Acme grows", text=text)
    return [c.text for c in drop_short_forms(find_candidates(article, max_words=40))]


def test_a_short_form_that_lost_its_object_gives_way_to_the_full_sentence() -> None:
    short = "Tension has grown since April, when the ministry announced export restrictions."
    full = "Tension has grown since April, when the ministry announced export restrictions on seven elements."
    assert kept(f"* {short}\n* Acme has opened a mill in Ohio for its magnets.\n\n{full}") == [
        "Acme has opened a mill in Ohio for its magnets.",
        full,
    ]


def test_a_short_form_that_lost_a_hedge_gives_way_too() -> None:
    short = "The deal secures ten years of supply from the Tamworth mine."
    full = "The nonbinding deal secures ten years of supply from the Tamworth mine, which is rich in terbium."
    assert kept(f"* {short}\n\n{full}") == [full]


def test_a_short_form_that_says_the_same_stays() -> None:
    short = "Acme has secured 18 million dollars for its mill in Ohio."
    full = "With effect from Monday, Acme has secured 18 million dollars for its mill in Ohio, the third in two years."
    assert short in kept(f"* {short}\n\n{full}")


def test_what_an_acronym_stands_for_is_put_back_where_a_later_bullet_needs_it() -> None:
    article = make_article(
        title="Acme sells oxide",
        text="Acme signed a letter of intent (“LOI”) with Borealis Metals. The LOI is for two years of oxide from Ohio.",
    )
    bullets = find_candidates(article, max_words=40)
    assert "LOI" not in bullets[0].text
    restored = restore_definitions(bullets, article.title)
    assert restored[0].text == "Acme signed a letter of intent (“LOI”) with Borealis Metals."
    assert restored[0].cut == ()
    assert restored[1] == bullets[1]
