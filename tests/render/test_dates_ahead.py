"""How a date ahead is told: what takes effect, whose it is, and the day once."""

from __future__ import annotations

from datetime import date

import pytest

from newsletter.model import DateAhead
from newsletter.render.evidence import number_sentences
from newsletter.render.present import present_issue
from tests.render.render_sample import IDENTITY, cite, sample_issue

HEADLINE = "Lynas lifts NdPr output to 2,080 tonnes"


def tell(text: str, day: date, story: str = "lynas-ndpr-output") -> str:
    ahead = DateAhead(date=day, text=text, citation=cite(text, article="reuters"), story=story)
    (line,) = present_issue(sample_issue(dates_ahead=(ahead,)), IDENTITY).dates
    return f"{line.day}: {line.text}"


@pytest.mark.parametrize(
    ("text", "day", "told"),
    [
        ("Cyclic Materials expects to decide on a plant by 30 June 2026.", date(2026, 6, 30),
         "By 30 June: Cyclic Materials expects to decide on a plant."),
        ("A public hearing on the duties of Lynas will be held on Feb. 2.", date(2026, 2, 2),
         f"2 February: A public hearing on the duties of Lynas will be held ({HEADLINE})."),
        ("The licences of Lynas Rare Earths count from 1 March 2026.", date(2026, 3, 1),
         f"From 1 March: The licences of Lynas Rare Earths count ({HEADLINE})."),
    ],
)  # fmt: skip
def test_one_clause_that_ends_with_the_day_says_it_once(text: str, day: date, told: str) -> None:
    assert tell(text, day) == told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("The plant in Perth must report by May, and Malaysia counts ore from 1 March 2026.",
         "The plant in Perth must report by May, and Malaysia counts ore from that day."),
        ("Kuantan, which Lynas runs, will close on 1 March 2026.",
         "Kuantan, which Lynas runs, will close."),
        ("On 1 March 2026 the plant of Lynas in Kuantan will close for repairs.",
         "The plant of Lynas in Kuantan will close for repairs."),
        ("Brazil bans a kind of ore that takes effect on 1 March 2026 if the senate agrees.",
         "Brazil bans a kind of ore that takes effect on that day if the senate agrees."),
        ("Perth rejects a rule that takes effect on 1 March 2026 and not before.",
         "Perth rejects a rule that takes effect on that day and not before."),
        ("The offtake of Lynas, which expires on 1 March 2026, is being renegotiated.",
         "The offtake of Lynas, which expires on that day, is being renegotiated."),
        ("Lynas will sell shares to its holders by an offer, which closes on 1 March 2026.",
         "Lynas will sell shares to its holders by an offer, which closes on that day."),
        ("Lynas has to list its ore, and prices are due between 27 February and 1 March 2026.",
         "Lynas has to list its ore, and prices are due between 27 February and 1 March 2026."),
        ('Lynas, which mines ore, spoke of "ore on 1 March 2026".',
         'Lynas, which mines ore, spoke of "ore on 1 March 2026".'),
    ],
)  # fmt: skip
def test_where_there_is_more_than_one_clause_the_day_is_said_once_as_that_day(text: str, told: str) -> None:
    assert tell(text, date(2026, 3, 1)).removesuffix(f" ({HEADLINE}).").rstrip(
        "."
    ) == f"1 March: {told}".rstrip(".")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Malaysia will exempt Lynas from a ban on exports of ore that takes effect on 1 July 2026, it said.",
         "A ban on exports of ore takes effect"),
        ("Lynas is ready for the licence duty which will come into force on 1 July 2026.",
         "The licence duty will come into force"),
        ("Tokyo prepares for the permit that would expire on 1 July 2026.", "The permit would expire"),
    ],
)  # fmt: skip
def test_what_takes_effect_is_told_alone_with_its_own_hedge(text: str, told: str) -> None:
    assert tell(text, date(2026, 7, 1)) == f"1 July: {told} ({HEADLINE})."


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("The regulation takes effect on 1 March 2026, provided that the European Parliament approves it.",
         f"The regulation takes effect, provided that the European Parliament approves it ({HEADLINE})."),
        ("A hearing will be held on 1 March 2026 in Washington, D.C.",
         f"A hearing will be held in Washington, D.C. ({HEADLINE})."),
    ],
)  # fmt: skip
def test_what_follows_the_day_stands_and_who_is_named_there_is_not_whose_it_is(text: str, told: str) -> None:
    assert tell(text, date(2026, 3, 1)) == f"1 March: {told}"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("1 March 2026: vote on the law of Lynas.", "1 March: Vote on the law of Lynas"),
        ("From 1 March 2026, works that separate ore.", "From 1 March: Works that separate ore"),
        ("List prices of Lynas on 1 March 2026.", "1 March: List prices of Lynas"),
        ("Under the scheme of Lynas, bids for 1,800 tonnes close on 1 March 2026, Perth said.",
         "1 March: Under the scheme of Lynas, bids for 1,800 tonnes close, Perth said"),
        ("Ada Lee, who settles strikes, has called Lynas and its union to Perth on Sunday, 1 March 2026.",
         "1 March: Ada Lee, who settles strikes, has called Lynas and its union to Perth"),
        ("Offers are due March 1 at 3 p.m. Eastern.", "1 March: Offers are due at 3 p.m. Eastern"),
        ("Perth has shut the unit and has given the company until 1 March 2026 to hand over its books.",
         "1 March: Last day for the company to hand over its books"),
        ("The notice obliges Lynas to report, by 1 March 2026, all its stocks.",
         "By 1 March: The notice obliges Lynas to report all its stocks"),
        ("Lynas may comment on the draft until 1 March 2026, 18.00 (Brussels time), through the portal.",
         "Until 1 March, 18.00 (Brussels time): Lynas may comment on the draft"),
        ("The EU has until 1 March 2026 to answer the letter of Lynas.",
         "1 March: Last day for the EU to answer the letter of Lynas"),
        ("Perth voted down a duty on Lynas that will take effect on 1 March 2026.",
         "1 March: Perth voted down a duty on Lynas that will take effect"),
        ("Lynas struck out a clause which will expire on 1 March 2026.",
         "1 March: Lynas struck out a clause which will expire"),
        ("In the Danish round that closes on 1 March 2026, there are points for Lynas.",
         "1 March: The Danish round closes"),
        ("Lynas says that the pact is to be put to Parliament in the sitting that begins on 1 March 2026.",
         "1 March: Lynas says that the pact is to be put to Parliament in the sitting that begins"),
    ],
)  # fmt: skip
def test_a_date_is_told_as_an_event(text: str, told: str) -> None:
    assert tell(text, date(2026, 3, 1)).removesuffix(f" ({HEADLINE}).").rstrip(".") == told


@pytest.mark.parametrize(
    "text",
    [
        "If the senate agrees, Lynas would have until {} to hand over its registers.",
        "Lynas will not have until {} to hand over its registers.",
        "Perth rejected a plan that would have given Lynas until {} to hand over its registers.",
        "The court did not say that it had given Lynas until {} to hand over its registers.",
        "Lynas has until {} to answer, and Perth then to appeal.",
        "Nobody has until {} to answer.",
        "In a ruling against the tender of Lynas that closes on {}, Perth was heard.",
        "Lynas has cancelled the tender that closes on {}.",
        "The court stopped the tender of Lynas that closes on {}.",
        "Perth repeals the ban on Lynas that takes effect on {}.",
        "Lynas has given its lenders until {} to hand over its books.",
        "Bids of Lynas are due by {}, 18.00 (Brussels time), by courier only.",
    ],
)
def test_what_may_not_happen_or_has_more_to_it_is_told_whole(text: str) -> None:
    told = tell(text.format("1 March 2026"), date(2026, 3, 1)).removesuffix(f" ({HEADLINE}).").rstrip(".")
    assert told == f"1 March: {text.format('that day').rstrip('.')}"


def test_a_condition_of_another_sentence_stands_beside_the_day_and_is_where_the_line_leads() -> None:
    said = "The measure starts on 1 July 2026 if the senate agrees."
    ahead = DateAhead(
        date=date(2026, 7, 1),
        text="Lynas is ready for the ban that takes effect on 1 July 2026.",
        citation=cite("Lynas is ready for the ban that takes effect on 1 July 2026.", article="reuters"),
        story="lynas-ndpr-output",
        condition=cite(said, article="reuters"),
    )
    issue = sample_issue(dates_ahead=(ahead,))
    (line,) = present_issue(issue, IDENTITY).dates
    assert line.day == "1 July, if the senate agrees"
    story = next(story for story in issue.stories if story.key == ahead.story)
    numbers = {one.number: one.citation for one in number_sentences(story, issue)}
    assert [numbers[mark.number] for mark in line.marks] == [ahead.condition, ahead.citation]
    assert line.url == line.marks[0].url


def test_a_body_without_a_name_says_of_which_story_it_is() -> None:
    told = tell("Council meets again March 3 at 6 p.m.", date(2026, 3, 3))
    assert told == f"3 March: Council meets again that day at 6 p.m. ({HEADLINE})."


def test_a_line_that_names_nobody_says_of_which_story_it_is() -> None:
    text = "Written comments are due by 11 January 2026."
    assert tell(text, date(2026, 1, 11)) == f"By 11 January: Written comments are due ({HEADLINE})."
    assert tell("Lynas says: it will decide by 11 January 2026.", date(2026, 1, 11)).endswith(
        "it will decide."
    )
    assert tell(text, date(2026, 1, 11), story="gone").endswith("are due.")
