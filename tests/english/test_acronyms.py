from __future__ import annotations

from newsletter.english.acronyms import (
    explain_within,
    find_acronyms,
    find_unexplained,
)
from newsletter.english.sentences import split_sentences

ARTICLE = split_sentences(
    "Acme made rare earth permanent magnets (REPMs) in Ohio. The REPMs passed. "
    "Its Strategic Processing Centre (“SPC”) is planned."
)


def test_an_acronym_of_small_words_needs_them_told() -> None:
    assert find_unexplained("The REPMs passed.", "Acme hires", ARTICLE) == "REPM"
    assert find_unexplained("The REPMs passed.", "Rare earth permanent magnets from Ohio", ARTICLE) == ""
    assert find_unexplained("The SPC opens.", "Acme hires", ARTICLE) == "SPC"


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


def test_a_chemical_symbol_comes_back_where_it_is_read() -> None:
    source = "Acme’s terbium (“Tb”) oxide passed all tests in Ontario."
    cut = "Acme’s terbium oxide passed all tests in Ontario."
    assert explain_within(cut, source, later="Tb oxide was approved.") == source
    assert explain_within(cut, source, later="The oxide was approved.") == cut
    assert (
        explain_within("London traders met.", "London (Reuters) traders met.", later="Reuters said so.")
        == "London traders met."
    )
