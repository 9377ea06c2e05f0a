from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from newsletter.config import Editorial, load_table
from newsletter.model import AlsoNoted, Article, Section
from newsletter.stories.lexicon import build_lexicon
from newsletter.stories.novelty import History, build_history, decide_novelty, keep_latest
from newsletter.stories.rank import FOLLOWS, Drop, drop_of, rank_stories
from tests.support.factories import (
    NOW,
    TODAY,
    make_article,
    make_citation,
    make_highlight,
    make_issue,
    make_issue_story,
    make_publisher,
    make_reference,
)

LEXICON = build_lexicon(load_table("lexicon.toml"))
YESTERDAY = TODAY - timedelta(days=1)
TEXT = (
    "Lynas Rare Earths halted its Kalgoorlie cracking and leaching plant after a power cut in Western Australia. "
    "The company said it would lose about 100 tonnes of NdPr."
)
FIRST = make_article("first", title="Lynas halts Kalgoorlie plant after power cut", text=TEXT)


def history(*articles: Article, forgotten: bool = False) -> History:
    stories = tuple(
        make_issue_story(
            "lynas-halts",
            headline=article.title,
            highlights=(make_highlight(citation=make_citation(article, article.text.split(". ")[0])),),
            references=(make_reference(article),),
        )
        for article in articles
    )
    issue = make_issue(date=YESTERDAY, sections=(Section(key="top", title="Top story", stories=stories),))
    return build_history([issue], {} if forgotten else {article.id: article for article in articles})


def test_without_history_everything_is_new() -> None:
    assert decide_novelty((FIRST,), History(), today=TODAY).is_new


def test_the_same_article_is_never_sent_again() -> None:
    novelty = decide_novelty((FIRST,), history(FIRST), today=TODAY)
    assert not novelty.is_new
    assert novelty.reason == "in the issue of 2026-01-04 (lynas-halts)"


def test_the_same_text_under_another_address_is_never_sent_again() -> None:
    moved = replace(FIRST, id="moved", url="https://x.example/b", url_key="x.example/b")  # type: ignore[arg-type]
    assert not decide_novelty((moved,), history(FIRST), today=TODAY).is_new


def test_another_publisher_with_the_same_news_is_dropped_with_a_reason() -> None:
    later = make_article(
        "later",
        title="Lynas halts Kalgoorlie plant after power cut",
        text="Lynas Rare Earths halted its Kalgoorlie plant after a power cut. It would lose about 100 tonnes of NdPr.",
        publisher=make_publisher("Reuters"),
        url_key="reuters.example/1",
    )
    novelty = decide_novelty((later,), history(FIRST), today=TODAY)
    assert not novelty.is_new
    assert "no new figure, name or stage" in novelty.reason


def test_a_new_figure_makes_an_update_that_names_the_earlier_story() -> None:
    later = make_article(
        "later",
        title="Lynas Kalgoorlie plant power cut costs 340 tonnes",
        text=(
            "Lynas Rare Earths said the power cut at its Kalgoorlie cracking and leaching plant cost 340 "
            "tonnes of NdPr."
        ),
        url_key="mining-weekly.example/later",
    )
    novelty = decide_novelty((later,), history(FIRST), today=TODAY)
    assert novelty.update_of == "2026-01-04/lynas-halts"
    assert novelty.reason == "update: new figure 340"
    (story,) = rank_stories(
        [(later,)], lexicon=LEXICON, settings=Editorial(), now=NOW, history=history(FIRST)
    )
    assert (story.update_of, story.follows) == (novelty.update_of, None)
    assert not [reason for reason in story.reasons if reason.startswith(FOLLOWS)], (
        "an update is no other news"
    )


def test_a_new_stage_makes_an_update() -> None:
    later = make_article(
        "later",
        title="Lynas resumes Kalgoorlie plant after power cut",
        text="Lynas Rare Earths resumed its Kalgoorlie cracking and leaching plant after a power cut.",
        url_key="mining-weekly.example/later",
    )
    novelty = decide_novelty((later,), history(FIRST), today=TODAY)
    assert novelty.update_of == "2026-01-04/lynas-halts"
    assert "new stage" in novelty.reason


def test_other_news_of_the_same_company_is_simply_new() -> None:
    other = make_article(
        "other",
        title="Lynas names Kuantan manager as chief financial officer",
        text="Lynas Rare Earths appointed a new chief financial officer from its Malaysian business.",
        url_key="mining-weekly.example/other",
    )
    novelty = decide_novelty((other,), history(FIRST), today=TODAY)
    assert novelty.is_new
    assert novelty.update_of is None


def test_a_look_alike_about_another_element_is_new_and_no_update() -> None:
    sent = make_article(
        "dy",
        title="China dysprosium oxide price rises 3% in a week",
        text="The price of dysprosium oxide in China rose 3% this week on restocking by magnet makers.",
    )
    other = make_article(
        "tb",
        title="China terbium oxide price rises 3% in a week",
        text="The price of terbium oxide in China rose 3% this week on restocking by magnet makers.",
        url_key="mining-weekly.example/tb",
    )
    lexicon = build_lexicon(load_table("lexicon.toml"))
    novelty = decide_novelty((other,), history(sent), today=TODAY, lexicon=lexicon)
    assert (novelty.is_new, novelty.update_of) == (True, None)


def test_the_issue_alone_remembers_when_the_article_is_no_longer_kept() -> None:
    assert not decide_novelty((FIRST,), history(FIRST, forgotten=True), today=TODAY).is_new


def test_ranking_drops_what_was_sent() -> None:
    lexicon = build_lexicon(load_table("lexicon.toml"))
    (story,) = rank_stories(
        [(FIRST,)], lexicon=lexicon, settings=Editorial(), now=NOW, history=history(FIRST)
    )
    assert drop_of(story) is Drop.SENT


def test_a_noted_headline_is_remembered() -> None:
    issue = make_issue(also_noted=(AlsoNoted(headline="Rare Earth Deposits!", publisher="X"),))
    assert build_history([issue], {}).noted == {"rare earth deposits"}


def test_a_figure_replaced_at_the_source_comes_back_as_a_correction() -> None:
    text = TEXT.replace("about 100 tonnes", "about 260 tonnes")
    corrected = replace(FIRST, id="second", text=text)  # type: ignore[arg-type]
    novelty = decide_novelty((corrected,), history(FIRST), today=TODAY)
    assert novelty.is_new
    assert novelty.update_of == "2026-01-04/lynas-halts"
    assert novelty.reason == "corrected at the source: 260 where it was 100"
    (story,) = rank_stories(
        [(corrected,)], lexicon=LEXICON, settings=Editorial(), now=NOW, history=history(FIRST)
    )
    assert story.flags == ("corrected at the source",)


def test_an_article_that_says_what_its_earlier_version_had_wrong_is_a_correction_wherever_it_stands() -> None:
    note = "Correction: An earlier version of this article said about 100 tonnes. The correct figure is 260 tonnes.\n\n"
    text = note + TEXT.replace("about 100 tonnes", "about 260 tonnes")
    anew = make_article("anew", title=f"CORRECTED: {FIRST.title}", text=text, url="https://other.example/1")
    novelty = decide_novelty((anew,), history(FIRST), today=TODAY)
    assert novelty.update_of == "2026-01-04/lynas-halts"
    assert novelty.correction == "corrected at the source: 260 tonnes where it was 100 tonnes"
    of_another = note + "A mill in Oslo makes 260 tonnes of paper a day for printers in the north."
    other = make_article("other", title="Mill in Oslo makes paper", text=of_another)
    assert not decide_novelty((other,), history(FIRST), today=TODAY).correction


STAKE = (
    "The Ministry of Mines in Oslo will lend $310 million to Norfjord Metals for a rare earth refinery in Narvik, it"
    " said on Tuesday. The 12-year loan bears 4.6% until 2028 and comes with {}. Works begin on {}, as planned."
)


@pytest.mark.parametrize(
    ("note", "right", "remark"),
    [
        ("(Corrects warrants to 5%, not 8%, in paragraph 2)", "warrants for 5%", "5% where it was 8%"),
        ("(In Dec. 1 story, corrects warrants to 5% from 8%)", "warrants for 5%", "5% where it was 8%"),
        ("(Corrects warrants from 8% to 5% in paragraph 3)", "warrants for 5%", "5% where it was 8%"),
        ("(This Jan. 3 story has been corrected to say 5% instead of 8%)", "5%", "5% where it was 8%"),
        ("An earlier version said Norfjord gives 8%.", "warrants for 5%", "5% where it was 8%"),
        ("An earlier version wrongly said 8%, not 5%.", "warrants for 5%", "5% where it was 8%"),
        ("An earlier version said January 15. That should have been February 15.", "February 15",
         "February 15 where it was January 15"),
        ("Correction (Jan. 4): Norfjord gives 5%, not 8%.", "warrants for 5%", "5% where it was 8%"),
        ("This story was corrected to say 2029, not 2028.", "2029", "2029 where it was 2028"),
        ("An earlier version said 8%; it is 5%.", "warrants for 5%", "5% where it was 8%"),
        ("It starts on February 15, not January 15, Oslo said.", "February 15",
         "February 15 where it was January 15"),
        ("Corrects start to Feb. 15, not Jan. 15.", "Feb. 15", "Feb. 15 where it was Jan. 15"),
        ("(Corrects month to February, not January)", "February", "February where it was January"),
        ("(Corrects day to Tuesday, not Monday)", "Tuesday", ""),  # we did not tell Monday
        ("(Corrects warrants to 5%, not 7%)", "warrants for 5%", ""),
        ("(Corrects spelling of Norfjord in the headline)", "warrants for 8%", ""),
        ("Prices were corrected to 5% from 8%.", "warrants for 8%", ""),
        ("The price of warrants was corrected to 5% from 8%.", "warrants for 8%", ""),
    ],
)  # fmt: skip
def test_the_reader_is_told_what_was_wrong_where_the_source_says_it(
    note: str, right: str, remark: str
) -> None:
    title = "Oslo to lend $310 million for rare earth refinery in Narvik"
    first = make_article("first", title=title, text=STAKE.format("warrants for 8%", "January 15"))
    day = right if "Feb" in right else "January 15"
    text = f"{note}\n\n{STAKE.format(right if '%' in right else 'warrants for 8%', day)}"
    anew = make_article("anew", title=f"CORRECTED-{title}", text=text, url="https://other.example/1")
    novelty = decide_novelty((anew,), history(first), today=TODAY, lexicon=LEXICON)
    assert novelty.correction == (remark and f"corrected at the source: {remark}")
    (story,) = rank_stories([(anew,)], lexicon=LEXICON, settings=Editorial(), now=NOW, history=history(first))
    assert story.flags == ((novelty.correction,) if remark else ())


def test_a_note_that_corrects_a_spelling_is_no_news() -> None:
    text = f"(Corrects spelling in headline)\n\n{TEXT}"
    anew = make_article("anew", title=f"CORRECTED-{FIRST.title}", text=text, url="https://other.example/1")
    assert not decide_novelty((anew,), history(FIRST), today=TODAY).is_new


def test_a_mended_comma_is_no_correction() -> None:
    mended = replace(FIRST, id="second", text=TEXT.replace("cut in", "cut, in"))  # type: ignore[arg-type]
    assert not decide_novelty((mended,), history(FIRST), today=TODAY).is_new


def test_a_version_not_yet_sent_is_replaced_by_the_later_one() -> None:
    later = replace(FIRST, id="second", text=TEXT + " It has since restarted.")  # type: ignore[arg-type]
    other = make_article("other")
    assert keep_latest([FIRST, other, later]) == (later, other)


def test_another_event_of_the_same_company_is_no_update() -> None:
    drill = make_article(
        "drill",
        title="Hastings Technology Metals drills rich rare earth clay in Gujarat",
        text="Drilling by Hastings Technology Metals in Gujarat met ionic clay. Assays are pending. "
        "Hastings Technology Metals is one of the few producers of rare earths outside China.",
    )
    deal = make_article(
        "deal",
        title="Estonia magnet maker to buy rare earth oxide from Hastings Technology Metals",
        text="A magnet maker in Estonia will buy 766 tonnes of oxide a year. Deliveries begin in summer. "
        "Hastings Technology Metals is one of the few producers of rare earths outside China.",
    )
    novelty = decide_novelty((deal,), history(drill), today=TODAY, lexicon=LEXICON)
    assert novelty.is_new
    assert novelty.update_of is None
