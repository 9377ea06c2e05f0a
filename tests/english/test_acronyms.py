from __future__ import annotations

from newsletter.english.acronyms import (
    explain_within,
    find_acronyms,
)


def test_what_every_reader_knows_needs_no_words() -> None:
    assert find_acronyms("The CEO sells ETFs and SPCs; the F-35 and the PWM-360 fly.") == ("SPC",)


def test_a_definition_that_was_cut_comes_back_where_the_next_bullet_goes_on_with_it() -> None:
    source = "Acme made rare earth permanent magnets (REPMs) in Ohio."
    text = "Acme made rare earth permanent magnets in Ohio."
    assert explain_within(text, source, later="The REPMs passed.") == source
    assert explain_within(text, source, later="The magnets passed.") == text
    quoted = "Acme signed a letter of intent (“LOI”) with Borealis."
    short = "Acme signed a letter of intent with Borealis."
    assert explain_within(short, quoted, later="The LOI is not binding.") == quoted
    dateline = "A passenger on a flight from Atlanta (CNN) told a CNN reporter."
    assert explain_within(dateline.replace(" (CNN)", ""), dateline).count("(CNN)") == 0


def test_a_wire_in_brackets_does_not_come_back() -> None:
    assert (
        explain_within("London traders met.", "London (Reuters) traders met.", later="Reuters said so.")
        == "London traders met."
    )
