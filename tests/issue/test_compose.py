from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.config import Editorial, Identity, load_table
from newsletter.issue.also_noted import choose_also_noted
from newsletter.issue.compose import begin_issue, compose_issue, find_caution, show_story
from newsletter.issue.dates_ahead import find_condition, find_dates_ahead, read_dates
from newsletter.issue.subject_line import condense, fit_headline, write_line
from newsletter.model import (
    Article,
    Coverage,
    Highlight,
    HighlightKind,
    Issue,
    IssueKey,
    LeadIn,
    Publisher,
    PublisherKind,
    Story,
)
from newsletter.render.coverage import describe_coverage
from newsletter.stories.lexicon import build_lexicon
from newsletter.stories.opinion import find_genre, label_genre
from tests.support.factories import (
    NOW,
    TODAY,
    make_article,
    make_citation,
    make_highlight,
    make_publisher,
    make_story,
)

LEXICON = build_lexicon(load_table("lexicon.toml"))
BAOGANG = Publisher(name="Baogang Daily", kind=PublisherKind.STATE_MEDIA)
DISCLAIMER = (
    "This report originates from Baogang Daily, a publication of a state-owned enterprise. The information should be "
    "independently verified before forming business conclusions."
)


def say(text: str, speaker: str | None = None, **changes: Any) -> Highlight:
    citation = make_citation(make_article(text=text), text)
    lead_in = LeadIn(text=f"{speaker} says:", speaker=speaker, citation=citation) if speaker else None
    return make_highlight(text, citation=citation, lead_in=lead_in, **changes)


def quote(article: Article, sentence: str) -> Highlight:
    return make_highlight(sentence, citation=make_citation(article, sentence))


def compose(*stories: Story) -> Issue:
    begun = begin_issue(IssueKey(date=TODAY), 1, Identity(), Coverage(articles_read=3), NOW)
    tagline = Identity().tagline
    return compose_issue(begun, stories, settings=Editorial(), lexicon=LEXICON, tagline=tagline)


def story(key: str, section: str = "companies", score: float = 5.0, **changes: Any) -> Story:
    article = changes.pop("article", None) or make_article(key, title=f"Headline of {key}")
    values = {"articles": (article,), "highlights": (say(f"Sales of {key} rose in Baotou."),), **changes}
    return make_story(key, section=section, score=score, **values)


def test_the_best_story_comes_first_and_sections_come_by_their_weightiest_story() -> None:
    issue = compose(story("a", "china", 9), story("c", "prices"), story("v", "opinion"), story("b", "china"))
    assert [(part.key, [item.key for item in part.stories]) for part in issue.sections] == [
        ("top", ["a"]), ("prices", ["c"]), ("china", ["b"]), ("opinion", ["v"]),
    ]  # fmt: skip
    other = compose(story("a", "china", 9), story("d", "technology"), story("c", "prices"))
    assert [part.key for part in other.sections] == ["top", "technology", "prices"]
    assert issue.sections[0].stories[0].section == "china"


def test_stories_not_kept_or_without_highlights_are_not_shown() -> None:
    issue = compose(story("a"), story("b", kept=False), story("c", highlights=()))
    assert [item.key for item in issue.stories] == ["a"]
    assert issue.coverage.stories_kept == 1


def test_who_speaks_and_whose_words_are_told_apart() -> None:
    article = make_article(
        origin=BAOGANG, disclaimer=DISCLAIMER, publisher=make_publisher("Rare Earth Exchanges")
    )
    (shown,) = compose(story("a", article=article)).stories
    assert shown.labels == ("trade press", "relaying state-owned media (Baogang Daily)")
    assert shown.caution == "should be independently verified"


@pytest.mark.parametrize(
    ("disclaimer", "caution"),
    [
        (DISCLAIMER, "should be independently verified"),
        ("The claims have not been independently verified.", "have not been independently verified"),
        ("Investing is risky.", None),
    ],
)
def test_the_caution_is_the_source_s_own_words(disclaimer: str, caution: str | None) -> None:
    assert find_caution(disclaimer) == caution


@pytest.mark.parametrize(
    "words",
    [
        "This article has been disseminated on behalf of Acme Inc. and may include paid advertising.",
        "This post contains sponsored content.",
        "StockNotes has been retained and compensated by Acme to assist in the distribution of this content.",
    ],
)
def test_a_source_that_was_paid_says_so_beside_the_headline(words: str) -> None:
    article = make_article("a", text=f"Acme opened a mill in Ontario.\n\n{words}\n\nInvesting is risky.")
    (shown,) = compose(story("a", article=article)).stories
    by_acme = "of Acme Inc" in words  # the label says all of it
    assert shown.caution == (None if by_acme else words)
    assert shown.labels == ("paid for by Acme Inc" if by_acme else "paid content",)


@pytest.mark.parametrize(
    "words",
    [
        "Acme has sponsored research into magnets and was paid in shares.",
        "The law lets workers receive compensation for changes of schedule.",
        "Acme acted on behalf of its owners and includes two mills.",
        "The company paid 4 million dollars for the reports of the survey.",
    ],
)
def test_what_a_company_pays_for_is_no_disclosure(words: str) -> None:
    article = make_article("a", text=f"Acme opened a mill in Ontario. {words}")
    (shown,) = compose(story("a", article=article)).stories
    assert (shown.caution, shown.labels) == (None, ("trade press",))


def test_a_disclosure_stands_beside_a_caution() -> None:
    article = make_article(
        "a", text="Acme opened a mill.\n\nThis post contains sponsored content.", disclaimer=DISCLAIMER
    )
    (shown,) = compose(story("a", article=article)).stories
    assert shown.caution == "should be independently verified … This post contains sponsored content."


def test_an_undated_article_is_flagged() -> None:
    article = make_article(published=None)
    assert compose(story("a", article=article)).stories[0].flags == ("dated by first sight",)


def test_copies_of_one_publisher_are_one_reference_with_the_address() -> None:
    plain = make_article("plain", url=None, url_key=None)
    page = make_article("page")
    other = make_article("other", publisher=make_publisher("Reuters"))
    cited = make_highlight(citation=make_citation(plain))
    (shown,) = compose(story("a", articles=(plain, page, other), highlights=(cited,))).stories
    assert [(item.article, item.url) for item in shown.references] == [
        ("plain", page.url),
        ("other", other.url),
    ]


@pytest.mark.usefixtures("words_of_the_subject")
def test_the_subject_of_the_seed_keeps_speaker_and_hedge() -> None:
    profile = say(
        "the resource profile of the Baiyun Obo mine—the world’s largest rare earth deposit—has now been largely "
        "clarified.",
        "Baogang",
    )
    issue = compose(story("a", highlights=(profile,)))
    assert issue.subject == "Baogang says Baiyun Obo resource profile has been largely clarified"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Lynas said that output rose 4% in the quarter.", "Lynas says output rose 4% in the quarter"),
        (
            "Lynas denied that output fell 4% in the quarter.",
            "Lynas denied that output fell 4% in the quarter",
        ),
        ("The firm stated that it holds 62% of the market.", None),
        ("Prices fell, with dealers in Baotou and Ganzhou selling all that they still held.", "Prices fell"),
        (
            "The refinery in Baotou will be built next year, subject to approval by the state council and banks.",
            None,
        ),
    ],
)
def test_a_line_is_made_by_deletion_that_alters_no_claim(text: str, line: str | None) -> None:
    assert condense(say(text), 70) == line


def test_the_publisher_s_view_is_no_subject() -> None:
    assert condense(say("An explicit move.", kind=HighlightKind.VIEW), 70) is None


def test_a_line_of_the_day_keeps_its_articles() -> None:
    text = (
        "Balta Materials restarted the light rare earth line at its Narva plant on Tuesday, two days after a fire, but "
        "said the heavy line would not run before 11 January or thereabouts."
    )
    assert condense(say(text), 156) is None
    assert (
        condense(say("The firm Balta restarted the light line at the plant in the old town of Narva."), 70)
        is not None
    )


def test_a_long_headline_is_cut_between_clauses_and_never_in_a_figure() -> None:
    headline = (
        "China exports 5,473 tonnes of rare earth magnets in October as European buyers restock for winter"
    )
    assert fit_headline(headline, 70) == "China exports 5,473 tonnes of rare earth magnets in October"
    two = "India shortlists five firms for rare earth magnet subsidy; two drop out"
    assert fit_headline(two, 70) == "India shortlists five firms for rare earth magnet subsidy…"
    assert not fit_headline("Output of the new plant at Kuantan in Malaysia was 2,080 tonnes", 55).endswith(
        "2,080…"
    )


@given(st.text(min_size=1, max_size=300), st.integers(20, 110))
def test_a_fitted_headline_fits(headline: str, room: int) -> None:
    assert len(fit_headline(headline, room)) <= room


@given(st.text(min_size=1, max_size=200), st.text(min_size=1, max_size=200))
def test_subject_and_preheader_keep_their_lengths(headline: str, other: str) -> None:
    issue = compose(
        story("a", article=make_article("a", title=headline), highlights=(say("It rose."),)),
        story("b", article=make_article("b", title=other)),
    )
    assert len(issue.subject) <= 70
    assert len(issue.preheader) <= 110


def test_the_preheader_adds_to_the_subject() -> None:
    first = story("a", highlights=(say("Lynas said that output rose 4% in the quarter."),))
    second = story(
        "b", article=make_article("b", title="Solvay opens a rare earth line at La Rochelle in France")
    )
    issue = compose(first, second)
    assert "Solvay opens a rare earth line" in issue.preheader
    assert issue.subject not in issue.preheader
    assert 40 <= len(issue.preheader) <= 110


def test_the_same_stories_give_the_same_issue() -> None:
    stories = (story("a", "china", 9), story("b"))
    assert compose(*stories) == compose(*stories)


def test_nothing_to_say_is_an_issue_without_stories() -> None:
    issue = compose(replace(story("a"), kept=False))
    assert issue.sections == ()
    assert issue.subject.startswith("Rare Earth Daily")


@pytest.mark.parametrize(
    ("sentence", "day"),
    [
        ("The licence rule takes effect on 1 December.", None),  # next December is too far from 5 January
        ("The licence rule takes effect on 1 March.", date(2026, 3, 1)),
        ("The tariff will apply from Feb. 10, 2026.", date(2026, 2, 10)),
        ("The truce expires 2026-11-10 at midnight.", date(2026, 11, 10)),
        ("The rule took effect on 1 March 2026.", None),
        ("Oxide will keep flowing until around 1 March.", None),
        ("It said on 3 March that output will rise.", None),
        ("The plant will open in June.", None),
        ("Comments are due by 30 February.", None),
        ("The rule takes effect on 2 January 2026.", None),
        ("Dysprosium is up 22% from 12 June.", None),
        ("Tariffs will be up 22% from 12 June.", date(2026, 6, 12)),
        ("By the rule of 12 November 2025 the tariff will apply from 10 February.", date(2026, 2, 10)),
        ("The tender opens on 10 February and will close on 6 March 2026.", date(2026, 2, 10)),
    ],
)
def test_a_date_ahead_is_a_whole_day_on_which_something_takes_effect(sentence: str, day: date | None) -> None:
    found = find_dates_ahead([("a", say(sentence))], today=TODAY)
    assert [(item.date, item.citation.sentence, item.story) for item in found] == (
        [(day, sentence, "a")] if day else []
    )


def test_a_company_s_own_release_names_it_and_a_translation_says_what_it_is() -> None:
    issuer = Publisher(name="Chilwa Metals Plc", kind=PublisherKind.ISSUER)
    show = partial(show_story, lexicon=LEXICON)
    for title, headline in (
        ("61m at 3.4% TREO from surface", "Chilwa Metals: 61m at 3.4% TREO from surface"),
        ("Chilwa drills 61m", "Chilwa drills 61m"),
        ("CM drills 61m", "CM drills 61m"),
        ("Correction: 61m at 3.4% TREO", "Correction: 61m at 3.4% TREO"),
    ):
        assert show(make_story(articles=(make_article(title=title, publisher=issuer),))).headline == headline
    article = make_article(text="Unofficial translation. The original prevails.")
    assert show(make_story(articles=(article,))).caution == "Unofficial translation"


def test_lines_of_an_agenda_are_dates_as_they_stand_but_not_a_publisher_s_own() -> None:
    text = (
        "The law was put to parliament. It would let rights stand.\n\n**What to watch**\n\n"
        "- 11 March: vote on the amended law\n\n- 14 April: auction, with two bidders\n\n"
        "List prices from the north on 4 March; export statistics by country on 20 March.\n\n"
        "The bulletin will hold a webinar on the law on 3 March."
    )
    article = make_article(text=text)
    found = read_dates({"a": (article,)}, {}, today=TODAY, max_words=34)
    assert [(one.date.day, one.date.month, one.text) for one in found] == [
        (4, 3, "List prices from the north on 4 March."),
        (11, 3, "11 March: vote on the amended law."),
        (20, 3, "Export statistics by country on 20 March."),
        (14, 4, "14 April: auction, with two bidders."),
    ]
    assert all(article.text[one.citation.start : one.citation.end] == one.citation.sentence for one in found)


@pytest.mark.parametrize(
    ("rows", "days"),
    [
        ("- 20 November: hearing on the ban\n- 11 December: vote on the law\n- 20 January: the law is to apply",
         [date(2026, 12, 11), date(2027, 1, 20)]),
        ("- 28 November: hearing on the ban\n- 11 December: vote on the law", [date(2026, 12, 11)]),
        ("- 30 February: hearing on the ban\n- 11 December: vote on the law", [date(2026, 12, 11)]),
        ("- 12 May: mill burns\n- 20 November: mill opens\n- 11 December: vote on the law", []),
        ("- 20 November 2025: mill burns\n- 11 December: vote on the law", []),
    ],
)  # fmt: skip
def test_a_past_or_unreadable_row_does_not_lose_an_agenda(rows: str, days: list[date]) -> None:
    article = make_article(text=f"Next steps\n\n{rows}\n")
    found = read_dates({"a": (article,)}, {}, today=date(2026, 11, 28), max_words=34)
    assert [one.date for one in found] == days


@pytest.mark.parametrize(
    ("company", "title", "named"),
    [
        ("Critical Metals Corp", "Critical minerals offtake signed", "Critical Metals: "),
        ("Critical Metals Corp", "Critical Metals signs offtake", ""),
        ("American Rare Earths", "Permits are due", "American Rare Earths: "),
        ("5E Advanced Materials", "Earnings fall", "5E Advanced Materials: "),
        ("5E Advanced Materials", "5E starts its line", ""),
        ("Baotou Steel Co., Ltd.", "Output rises", "Baotou Steel: "),
        ("Arafura Rare Earths Pty Ltd", "Output rises", "Arafura Rare Earths: "),
        ("Newsfile", "Acme drills", ""),
    ],
)
def test_a_company_is_named_once_by_words_of_its_own(company: str, title: str, named: str) -> None:
    article = make_article(title=title, publisher=Publisher(name=company, kind=PublisherKind.ISSUER))
    shown = show_story(make_story(articles=(article,)), lexicon=LEXICON)
    assert shown.headline == f"{named}{title}"


@pytest.mark.parametrize(
    ("title", "text", "headline", "publisher"),
    [
        ("Commissioning Update – Bintulu Circuit",
         ('Aranda Rare Earths Ltd (ASX: ARR, "Aranda") provides the following update.\n\n'
         "Aranda is pleased to advise that the circuit has produced its first dysprosium oxide."),
         "Aranda Rare Earths: Commissioning Update – Bintulu Circuit", "Aranda Rare Earths, via Beacon Newswire"),
        ("Gander Lake Announces Upsized Placement",
         ('TORONTO, Jan. 27, 2026 -- Gander Lake Scandium Inc. (CSE: GLS) (the "Company") announces that it has'
         " increased its placement."),
         "Gander Lake Announces Upsized Placement", "Gander Lake Scandium, via Beacon Newswire"),
        ("Half-year results", "Net sales rose 2% on strong demand for pumps in the half.",
         "Half-year results", "Beacon Newswire"),  # nobody is named
    ],
)  # fmt: skip
def test_a_release_is_of_the_company_that_it_is_from_and_not_of_its_distributor(
    title: str, text: str, headline: str, publisher: str
) -> None:
    wire = Publisher(name="Beacon Newswire", kind=PublisherKind.ISSUER)
    story = make_story(articles=(make_article(title=title, text=text, publisher=wire),))
    shown = show_story(story, lexicon=LEXICON)
    assert (shown.headline, shown.references[0].publisher.name) == (headline, publisher)
    assert shown.references[0].publisher.independence == wire.independence
    noted = choose_also_noted(
        [replace(story, kept=False, reasons=("no room",))], lexicon=LEXICON, settings=Editorial()
    )
    assert [(line.publisher, line.label) for line in noted.lines] == [(publisher, "issuer press release")]


def test_a_company_s_own_correction_names_it_once() -> None:
    issuer = Publisher(name="Chilwa Metals Plc", kind=PublisherKind.ISSUER)
    article = make_article(title="61m at 3.4%", text="Corrects the grade of one hole.", publisher=issuer)
    shown = show_story(make_story(articles=(article,)), lexicon=LEXICON)
    assert shown.headline == "Chilwa Metals Plc corrects: 61m at 3.4%"
    tagged = make_article(title="CORRECTED-61m at 3.4%", text="One hole met zinc.", publisher=issuer)
    assert show_story(make_story(articles=(tagged,)), lexicon=LEXICON).headline == shown.headline


@pytest.mark.parametrize(
    "text",
    [
        "- 4 April: China puts seven elements under licence\n- 12 May: both sides agree a truce",
        "**2025**\n\n- 20 January: Narva mill burns\n- 4 February: Narva mill opens",
        "- 28 December: Narva mill burns\n- 20 January: vote on the law",
        "- 20 January: our webinar on the law\n- 24 January: next issue of this bulletin",
        "The plant was shut on 12 February; it opened again on 20 March.",
        "Lynas bought ore from Perth on 12 February; it shipped by road on 20 February.",
        "Lynas applied for the licence on 3 March; the ministry refused it on 20 June.",
        "Beijing called in the ambassador on 12 February. The union called a strike on 4 May.",
        "Lynas calls the order of 4 May a mistake. The ministry expects no auction on 1 March.",
        "An earlier version said that the ban of Perth would take effect on 1 March 2026.",
    ],
)
def test_what_may_be_past_is_no_date_ahead(text: str) -> None:
    assert not read_dates({"a": (make_article(text=text),)}, {}, today=TODAY, max_words=34)


@pytest.mark.parametrize(
    "text",
    [
        "- 4 April 2026: China puts seven elements under licence",
        "The mediator has called both sides for 4 April.",
    ],
)
def test_a_day_with_its_year_and_a_summons_are_ahead(text: str) -> None:
    found = read_dates({"a": (make_article(text=text),)}, {}, today=TODAY, max_words=34)
    assert [one.date for one in found] == [date(2026, 4, 4)]


def test_only_after_is_a_condition() -> None:
    assert find_condition("Funds flow only after Lynas raises $9 million by 30 June.") == (
        "only after Lynas raises $9 million by 30 June"
    )


def test_remarks_on_story_and_date_reach_the_reader() -> None:
    ahead = make_article(flags=("dated in the future by its source",))
    issue = compose(story("a", articles=(ahead,), flags=("corrected at the source",)))
    assert issue.stories[0].flags == ("corrected at the source", "dated in the future by its source")


@pytest.mark.parametrize(
    ("changes", "genre"),
    [
        ({"title": "Opinion: Price floors work"}, "opinion"),
        ({"title": "Op-ed | Price floors work"}, "opinion"),
        ({"title": "Price floors work", "url": "https://paper.example/opinion/price-floors"}, "opinion"),
        ({"title": "Sponsored: The quiet revolution in recycling"}, "paid content"),
        ({"publisher": make_publisher("Industry Futures (sponsored by ReMagnata)")}, "paid content"),
        ({"text": "This post contains sponsored content."}, "paid content"),
        ({"title": "Viewpoint: Price floors are a leash"}, "opinion"),
        ({"text": "Floors work.\n\nThe views expressed are her own."}, "opinion"),
        (
            {"text": "Floors work.\n\nThe opinions expressed in this article are those of the author."},
            "opinion",
        ),
        ({"text": "Floors work.\n\nAnn Lee is a columnist of the Harbour."}, "opinion"),
        ({"text": "Floors work.\n\nBo Li is a columnist, and he spoke.\n\nThe price rose."}, None),
        ({"text": "The views of the ministry are its own affair. Lynas is a maker of columns."}, None),
        ({"title": "Opinion is split on price floors"}, None),
        ({"title": "Mine sponsored by Japan opens", "url": "https://paper.example/opinions-differ"}, None),
        ({"title": "Comment period on tariffs ends"}, None),
        ({"title": "COLUMN-Floors are a leash"}, "opinion"),
        ({"title": "Opinion-makers meet on price floors"}, None),
        ({"title": "The Harbour’s view: price floors work"}, "opinion"),
        ({"title": "Letters: price floors work"}, "opinion"),
        ({"text": "The Harbour view\n\nFloors work."}, "opinion"),
        ({"text": "PARTNER CONTENT for Acme\n\nClays need no blasting."}, "paid content"),
        ({"text": "COMMENT | Ann Lee\n\nA shelf of tinned peaches is no plan."}, "opinion"),
        ({"text": "From our columnist\n\nThere is a fence, a sign and a heron."}, "opinion"),
        ({"text": "Ann Lee\n\nFloors work.\n\nAnn Lee is a former trade negotiator."}, "opinion"),
        ({"text": "By Dr Ann Lee\n\nFloors work.\n\nDr Lee practises law and has written on it."}, None),
        (
            {"text": "I do not say that a floor cannot work. I say it pays twice, and my doubts grow."},
            "opinion",
        ),
        ({"text": "“I do not say so,” she said. “I never did, and my board knows. I asked it.”"}, None),
        (
            {
                "text": "Q: Why?\n\nI never asked.\n\nQ: And now?\n\nI do, I ask my board.\n\nQ: Who?\n\nQ: When?"
            },
            None,
        ),
        ({"text": "Ann Lee\n\nLynas rose.\n\nAnn Lee is a reporter in Perth."}, None),
        (
            {"text": "I had come to Lund to see a mill. On my last day I met Bo, and I asked him why."},
            None,  # a reporter's trip
        ),
    ],
)
def test_opinion_and_paid_content_say_what_they_are(changes: dict[str, Any], genre: str | None) -> None:
    assert find_genre(make_article(**changes)) == genre


def test_opinion_names_its_author_and_paid_content_who_paid() -> None:
    signed = "ANN LEE\n\nFloors work.\n\nAnn Lee is a former trade negotiator."
    paid = (
        "PARTNER CONTENT for Greywater Terras\n\nClays work.\n\nThis piece was paid for by Greywater Terras."
    )
    assert label_genre(make_article(text=signed)) == "opinion by Ann Lee"
    column = "Column: The Assay Office, by Bo Li\n\nFloors work."
    assert label_genre(make_article(text=column)) == "opinion by Bo Li"
    posted = "Opinion\n\nPosted by Bo Li in Rants\n\nFloors work."
    assert label_genre(make_article(text=posted)) == "opinion by Bo Li"
    assert label_genre(make_article(text=paid)) == "paid for by Greywater Terras"
    assert label_genre(make_article(text="This post contains sponsored content.")) == "paid content"


def test_opinion_stands_apart_last_and_leads_only_where_there_is_nothing_else() -> None:
    view = make_article("v", title="Opinion: Price floors work", byline="Ann Lee")
    issue = compose(story("v", "opinion", 9, article=view), story("b", "projects", 2))
    assert [(part.key, part.apart) for part in issue.sections] == [("top", False), ("opinion", True)]
    assert issue.sections[0].stories[0].key == "b"
    assert issue.sections[1].stories[0].labels == ("opinion by Ann Lee", "trade press")
    assert [one.key for one in issue.by_weight] == ["b", "v"]
    assert [line.story for line in issue.lines] == ["b"]
    assert compose(story("v", "opinion", 9, article=view)).stories[0].key == "v"


def test_a_date_ahead_says_whose_it_is() -> None:
    held = say("the permit expires on 1 March.", "Lynas")
    assert [one.text for one in find_dates_ahead([("a", held)], today=TODAY)] == [
        "Lynas says: the permit expires on 1 March."
    ]


def test_dates_are_read_from_whole_sentences_that_no_highlight_tells() -> None:
    text = (
        "Lynas opened a mill in Kuantan.\n\nComments on the draft tariff codes may be submitted until 10 May.\n\n"
        "It named a delivery window from 11 May to 20 May.\n\nAnn Lee joins Lynas on 12 May from a salmon producer.\n\n"
        "Lynas said that the separation offtake, which expires on 30 June, is under renegotiation."
    )
    article = make_article("a", title="Lynas opens a mill", text=text)
    issue = compose(
        story("a", article=article, highlights=(quote(article, "Lynas opened a mill in Kuantan."),))
    )
    assert [one.date.isoformat()[5:] for one in issue.dates_ahead] == ["05-10", "06-30"]
    assert "under renegotiation" in issue.dates_ahead[1].text
    for one in issue.dates_ahead:
        assert text[one.citation.start : one.citation.end] == one.citation.sentence


def test_two_stories_that_have_one_day_for_one_matter_give_it_once() -> None:
    told = {
        "a": "China will require licences for furnaces from 12 May.",
        "b": "China says furnaces will need licences from 12 May.",
        "c": "Lynas closes its offer for shares on 12 May.",
    }
    stories = [
        story(
            key,
            article=(one := make_article(key, title=f"Title {key}", text=text)),
            highlights=(quote(one, text),),
        )
        for key, text in told.items()
    ]
    assert [one.story for one in compose(*stories).dates_ahead] == ["a", "c"]


def test_one_event_has_one_line_of_the_day() -> None:
    rule = (
        "China will require licences for furnaces used in magnet plants from 15 January, it said on Thursday."
    )
    again = "Beijing said on Thursday that furnaces used in magnet plants will need licences from January."
    told = {
        "rule": rule,
        "again": again,
        "fire": "A fire stopped Narva.",
        "deal": "Lodemar sold itself.",
        "mine": "Weda dug.",
    }
    stories = [
        story(
            key, score=9.0 - number, highlights=(say(text),), article=make_article(key, title=f"Title {key}")
        )
        for number, (key, text) in enumerate(told.items())
    ]
    assert [line.story for line in compose(*stories).lines] == ["rule", "fire", "deal", "mine"]


def test_a_section_of_opinion_alone_is_not_called_paid_and_a_correction_says_so() -> None:
    view = make_article("v", title="Opinion: a floor", text="I think so.")
    news = make_article(
        "n", title="Serra Mansa plant makes 4,800 t", text="(Corrects the figure.)\n\nIt does."
    )
    issue = compose(story("n", article=news), story("v", section="opinion", article=view))
    assert issue.sections[-1].title == "Opinion"
    assert issue.stories[0].headline == f"{news.publisher.name} corrects: Serra Mansa plant makes 4,800 t"


def test_a_sentence_of_two_days_stands_once() -> None:
    text = "The deal depends on a decision by 30 June 2026 and on a board that meets on 11 May 2026."
    assert [one.date.isoformat() for one in find_dates_ahead([("a", say(text))], today=TODAY)] == [
        "2026-05-11"
    ]


def test_a_date_keeps_the_condition_that_another_report_of_the_story_gives() -> None:
    one = make_article("one", text="Malaysia's ban takes effect on 1 July.")
    other = make_article(
        "other",
        title="Another report",
        text="Officials spoke. The measure starts on 1 July if the senate agrees.",
    )
    issue = compose(story("a", articles=(one, other), highlights=(quote(one, one.text),)))
    (ahead,) = issue.dates_ahead
    assert ahead.condition is not None
    assert ahead.condition.sentence == "The measure starts on 1 July if the senate agrees."
    alone = compose(story("a", articles=(one,), highlights=(quote(one, one.text),)))
    assert alone.dates_ahead[0].condition is None


def _join(first: str, second: str) -> Highlight:
    article = make_article("one", text=f"{first} {second}")
    one, other = (quote(article, sentence) for sentence in (first, second))
    text = f"{first.rstrip('.')}; {second[0].lower()}{second[1:]}"
    return replace(one, text=text, citations=one.citations + other.citations)


def test_sentences_that_were_joined_are_told_each_for_its_own_day() -> None:
    joined = _join("Comments are due by 4 May.", "A hearing will be held on 9 May.")
    assert [one.text for one in find_dates_ahead([("a", joined)], today=TODAY)] == [
        "Comments are due by 4 May.", "A hearing will be held on 9 May.",
    ]  # fmt: skip
    pointing = _join("The Bureau opened a review.", "It has until 9 May to report.")
    (ahead,) = find_dates_ahead([("a", pointing)], today=TODAY)
    assert ahead.text == "The Bureau opened a review; it has until 9 May to report."


def test_what_an_advertisement_awaits_is_no_date_ahead() -> None:
    article = make_article("one", text="The offer ends on 1 July.")
    offer = story("a", "opinion", article=article, highlights=(quote(article, article.text),))
    assert compose(story("b"), offer).dates_ahead == ()
    assert compose(story("b"), replace(offer, section="companies")).dates_ahead != ()


def test_headlines_in_other_languages_are_counted_in_the_coverage() -> None:
    other = story("b", kept=False, reasons=("in another language: de",))
    issue = compose(story("a"), other)
    assert issue.coverage.headlines_foreign == 1
    assert describe_coverage(issue.coverage)[-1] == "1 headline in other languages left out."


@pytest.mark.parametrize(
    ("headline", "texts", "room", "line"),
    [
        ("Lynas makes 2,080 tonnes", ["Sales of Lynas rose 4%."], 70, "Lynas makes 2,080 tonnes"),
        ("Lynas lifts output", ["Output of Lynas rose 4%."], 70, "Output of Lynas rose 4%"),
        ("Baotou grows", ["Sales rose.", "Baotou sold 9 tonnes."], 70, "Baotou grows. Baotou sold 9 tonnes"),
        ("NdPr up for a third day", ["Prices rose.", "Mills ran at 55%."], 70, "NdPr up for a third day"),
        ("Output grows", ["Prices fell in Asia."], 70, "Output grows"),
        ("Drilling Update, Kamanje", ["Holes at Kamanje hit it."], 70, "Holes at Kamanje hit it"),
        ("Notice of an inquiry into magnets", ["The EU had a complaint."], 70, "Notice of an inquiry into magnets"),
        ("Japan rushes to repair", ["Beijing wants it."], 70, "Japan rushes to repair"),
        ("Lynas report for the year to 31 December 2025", ["Sales rose 4%."], 70,
         "Lynas report for the year to 31 December 2025. Sales rose 4%"),
        ("Output grows", ["Sales rose."], 70, "Output grows"),
        ("Furnaces need licences from 15 May", ["It asks 45 days."], 70, "Furnaces need licences from 15 May"),
        ("China licenses targets from 15 May", ["It asks 45 days."], 70, "China licenses targets from 15 May"),
        ("Licences needed", ["China's ministry wants licences from 8 May."], 70,
         "China's ministry wants licences from 8 May"),
    ],
)  # fmt: skip
def test_a_line_is_the_event_with_actor_and_figure(
    headline: str, texts: list[str], room: int, line: str
) -> None:
    told = story("a", article=make_article("a", title=headline), highlights=tuple(map(say, texts)))
    assert write_line(compose(told).stories[0], room) == line
