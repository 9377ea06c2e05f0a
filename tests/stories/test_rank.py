from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.config import Editorial, load_table
from newsletter.issue.also_noted import choose_also_noted
from newsletter.model import Article, PublisherKind, Story
from newsletter.stories.group import group_articles
from newsletter.stories.lexicon import build_lexicon
from newsletter.stories.opinion import is_round_up
from newsletter.stories.rank import Drop, drop_of, make_key, rank_stories
from tests.support.factories import NOW, make_article, make_publisher

LEXICON = build_lexicon(load_table("lexicon.toml"))


def rank(*groups: tuple[Article, ...], settings: Editorial | None = None) -> tuple[Story, ...]:
    return rank_stories(groups, lexicon=LEXICON, settings=settings or Editorial(), now=NOW)


def test_an_article_off_the_subject_comes_back_with_its_reason() -> None:
    (story,) = rank((make_article(title="Copper price rises", text="Copper rose in London."),))
    assert not story.kept
    assert drop_of(story) is Drop.OFF_SUBJECT
    assert story.reasons[0] == "off the subject: no word shows the subject"


def test_of_a_trusted_source_the_lexicon_only_ranks_and_age_drops_nothing() -> None:
    old = make_article(
        title="Steel outlook", text="Steel.", trusted=True, published=NOW - timedelta(days=300)
    )
    (story,) = rank((old,))
    assert story.kept


def test_an_old_story_fades() -> None:
    fresh = make_article("fresh", title="Lynas lifts output")
    old = make_article("old", title="Arafura lifts output", published=NOW - timedelta(days=6))
    stories = rank((old,), (fresh,))
    assert [story.articles[0].id for story in stories] == ["fresh", "old"]
    assert "6 days old" in stories[1].reasons


def test_a_story_past_its_freshness_never_leads_while_there_is_another() -> None:
    """The seed of 4 January stood on top of November's mail: nothing of a trusted source fades."""
    seed = make_article(
        "seed",
        title="Lynas, MP and Iluka lift rare earth output",
        trusted=True,
        published=NOW - timedelta(days=300),
    )
    small = make_article(
        "small", title="Rare earth miner Pensana opens office", text="Pensana opened an office."
    )
    stories = rank((seed,), (small,))
    assert stories[1].score > stories[0].score > Editorial().min_score
    assert [story.articles[0].id for story in stories if story.kept] == ["small", "seed"]
    assert rank((seed,))[0].kept


def test_more_independent_publishers_rank_higher_and_an_aggregator_adds_nothing() -> None:
    alone = make_article("alone")
    second = make_article("second", publisher=make_publisher("Reuters"))
    feeds = make_article("feeds", publisher=make_publisher("Feeds", kind=PublisherKind.AGGREGATOR))
    base = rank((alone,))[0].score
    assert rank((alone, feeds))[0].score == base
    both = rank((alone, second))[0]
    assert both.score > base
    assert "2 independent publishers" in both.reasons


@pytest.mark.parametrize("kind", [PublisherKind.AGGREGATOR, PublisherKind.ANALYST])
def test_no_aggregator_or_analyst_leads_where_there_is_another(kind: PublisherKind) -> None:
    feeds = make_article("feeds", text="Lynas. " * 500, publisher=make_publisher("F", kind=kind))
    (story,) = rank((feeds, make_article("own")))
    assert story.articles[0].id == "own"


@pytest.mark.parametrize(
    ("text", "leads"), [("Lynas opened its plant in Kuantan. " * 20, "wire"), ("Lynas. " * 20, "firm")]
)
def test_a_wire_with_a_whole_text_leads_before_the_longer_release(text: str, leads: str) -> None:
    wire = make_article("wire", text=text, publisher=make_publisher("Meridian", kind=PublisherKind.WIRE))
    firm = make_article(
        "firm", text="Lynas rare earths. " * 200, publisher=make_publisher("Lynas", kind=PublisherKind.ISSUER)
    )
    (story,) = rank((firm, wire))
    assert story.articles[0].id == leads


def test_a_wire_that_names_nothing_of_the_subject_does_not_lead() -> None:
    wire = make_article(
        "wire",
        title="Shares rise",
        text="Banks rose. " * 60,
        publisher=make_publisher("M", kind=PublisherKind.WIRE),
    )
    (story,) = rank((wire, make_article("own")))
    assert story.articles[0].id == "own"


def test_what_was_paid_for_ranks_lower_and_never_leads() -> None:
    text = make_article().text
    paid = make_article("paid", text=f"{text}\n\nThis post contains sponsored content.")
    own = make_article("own", publisher=make_publisher("Reuters"))
    (alone,) = rank((paid,))
    assert alone.score < rank((make_article("plain"),))[0].score
    assert "somebody paid for it" in alone.reasons
    assert rank((paid, own))[0].articles[0].id == "own"


def test_what_others_tell_too_takes_no_place_of_the_publisher_that_leads_it() -> None:
    wire = make_publisher("Meridian", kind=PublisherKind.WIRE)
    text = "Lynas opened its rare earths plant in Kuantan. " * 20
    told = [
        (
            make_article(f"w{number}", title=f"Lynas opens plant {number}", text=text, publisher=wire),
            make_article(
                f"t{number}", title=f"Plant {number} of Lynas opens", publisher=make_publisher(f"T{number}")
            ),
        )
        for number in range(4)
    ]
    alone = [
        (make_article(f"a{number}", title=f"Lynas mine {number}", publisher=wire),) for number in range(4)
    ]
    stories = rank(*told, *alone, settings=Editorial(max_per_publisher=2, max_per_section=20))
    assert [len(story.articles) for story in stories if story.kept] == [2, 2, 2, 2, 1, 1]


def test_an_aggregator_s_own_stories_take_its_places() -> None:
    feeds = make_publisher("Feeds", kind=PublisherKind.AGGREGATOR)
    alone = [
        (make_article(f"a{number}", title=f"Lynas mine {number}", publisher=feeds),) for number in range(4)
    ]
    stories = rank(*alone, settings=Editorial(max_per_publisher=2, max_per_section=20))
    assert sum(story.kept for story in stories) == 2


def test_what_several_tell_is_likelier_of_the_subject() -> None:
    text = "Acme names a chief.\n\nIt has a mine. The mine has rare earths."
    told = [
        make_article(
            f"a{number}", title="Acme names a chief", text=text, publisher=make_publisher(f"P{number}")
        )
        for number in range(3)
    ]
    settings = Editorial(min_score=0.6)
    assert [rank(tuple(told[:count]), settings=settings)[0].kept for count in (1, 2, 3)] == [
        False,
        True,
        True,
    ]


def test_of_the_first_four_no_two_are_of_one_matter() -> None:
    """A fire as a wire and as a local paper tell it, where nobody saw that they are one event."""
    marked = Path(__file__).parents[2] / "benchmarks" / "marked" / "events.jsonl"
    rows = {row["id"]: row for row in map(json.loads, marked.read_text("utf-8").splitlines())}
    wanted = ("mb-06-b", "mb-06-c", "mb-01-b", "mb-02-b", "mb-03-b", "mb-04-b", "mb-07-b", "mb-08-b")
    articles = [
        make_article(key, title=rows[key]["title"], text=rows[key]["text"], publisher=make_publisher(key))
        for key in wanted
    ]
    stories = rank(*((one,) for one in articles), settings=Editorial(max_per_publisher=20, min_score=0.1))
    kept = [story.articles[0].id for story in stories if story.kept]
    assert len(kept) > 5
    assert len({"mb-06-b", "mb-06-c"} & {*kept[:4]}) == 1
    beside = next(story for story in stories if any(why.startswith("beside ") for why in story.reasons))
    assert beside.articles[0].id in {"mb-06-b", "mb-06-c"}
    assert [story.score for story in stories] == sorted((story.score for story in stories), reverse=True)


def test_caps_hold_and_say_so() -> None:
    groups = [
        (
            make_article(
                f"a{number}",
                title=f"Lynas shares gain on plant {number}",
                publisher=make_publisher(f"Paper {number % 3}"),
            ),
        )
        for number in range(12)
    ]
    settings = Editorial(max_stories=9, max_per_section=20, max_per_publisher=2)
    stories = rank(*groups, settings=settings)
    kept = [story for story in stories if story.kept]
    assert len(kept) == 6
    dropped = [story for story in stories if not story.kept]
    assert {drop_of(story) for story in dropped} == {Drop.NO_ROOM}
    assert all("Paper" in story.reasons[0] for story in dropped)


def test_another_language_is_counted_and_left_out() -> None:
    (story,) = rank((make_article(language="de", title="Lynas steigert NdPr"),))
    assert drop_of(story) is Drop.LANGUAGE
    noted = choose_also_noted([story], lexicon=LEXICON, settings=Editorial())
    assert (noted.lines, noted.foreign) == ((), 1)


def test_related_headlines_are_noted_once_unread_and_on_the_subject() -> None:
    article = make_article(
        related=(
            "Rare earth deposits in Europe",
            "Rare Earth Deposits in Europe",
            "Football results",
            "Lynas lifts NdPr output",  # the story's own
        )
    )
    noted = choose_also_noted(rank((article,)), lexicon=LEXICON, settings=Editorial())
    assert [(line.headline, line.read, line.published) for line in noted.lines] == [
        ("Rare earth deposits in Europe", False, None)
    ]
    assert (noted.headlines_kept, noted.headlines_dropped) == (1, 3)


def test_keys_are_unique_within_the_day() -> None:
    stories = rank(*[(make_article(f"a{number}"),) for number in range(3)])
    assert sorted(story.key for story in stories) == [
        "lynas-lifts-ndpr-output", "lynas-lifts-ndpr-output-2", "lynas-lifts-ndpr-output-3",
    ]  # fmt: skip


def test_the_order_of_groups_does_not_matter() -> None:
    groups = [(make_article(f"a{number}", title=f"Lynas output {number}"),) for number in range(5)]
    assert rank(*groups) == rank(*reversed(groups))


def test_source_weight_multiplies_relevance() -> None:
    article = make_article()
    assert rank((replace(article, weight=2.0),))[0].score > rank((article,))[0].score


@given(st.text(max_size=200))
def test_a_key_is_fit_for_an_address(headline: str) -> None:
    key = make_key(headline)
    assert re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", key)
    assert len(key) <= 60


@pytest.mark.parametrize(
    ("headline", "key"),
    [
        ("Ørsted resumes work", "orsted-resumes-work"),
        ("KGHM opens Łódź plant", "kghm-opens-lodz-plant"),
        ("Kvanefjeld: Æbelø and Straße", "kvanefjeld-aebelo-and-strasse"),
        ("Société Générale", "societe-generale"),
    ],
)
def test_no_letter_of_a_name_is_lost_from_a_key(headline: str, key: str) -> None:
    assert make_key(headline) == key


def test_what_happened_weighs_more_than_a_companys_results() -> None:
    rule = make_article(
        "rule",
        title="China adds dysprosium to its rare earth export control list",
        text="Exports need a licence.",
    )
    results = make_article(
        "results",
        title="Lynas quarterly report: NdPr oxide and dysprosium",
        text="Revenue of Lynas rose. NdPr oxide and dysprosium oxide sold well.",
        publisher=make_publisher("Lynas", kind=PublisherKind.ISSUER),
    )
    first, second = rank((results,), (rule,))
    assert (first.section, second.section) == ("china", "companies")


def test_the_days_news_leads_before_a_round_up_a_notion_and_a_deal() -> None:
    titles = {
        "brief": "Rare earths in brief: Lynas, Iluka, Arafura, Aclara and MP Materials",
        "notion": "Vietnam may lift its export ban on rare earths",
        "deal": "Lynas and Less Common Metals sign offtake for NdPr and dysprosium from Mount Weld",
        "rule": "China bans exports of yttrium",
        "correction": "Correction: tariff on rare earth magnets",
        "digest": "Midweek digest: Canada opens rare earth tender, India's magnet tariff, quota in Hanoi",
    }
    ranked = rank(*((make_article(name, title=title, text=f"{title}."),) for name, title in titles.items()))
    first, *rest = [story.articles[0].id for story in ranked]
    assert (first, set(rest[:2]), set(rest[2:])) == (
        "rule", {"deal", "notion"}, {"correction", "digest", "brief"},
    )  # fmt: skip
    reasons = {str(story.articles[0].id): story.reasons for story in ranked}
    assert "several things at once" in reasons["brief"]
    assert "corrects an article" in reasons["correction"]


def test_what_stays_as_it_was_and_who_will_speak_somewhere_are_no_event() -> None:
    def first(*titles: str) -> str:
        articles = [
            make_article(str(number), title=title, text=f"{title}, it was said on Monday.")
            for number, title in enumerate(titles)
        ]
        return rank(*((one,) for one in articles))[0].articles[0].title

    keeps, bans = "Malaysia keeps ban on rare earth exports", "China bans rare earth exports to Norway"
    assert first(keeps, bans) == bans
    speaks = "Rare earth miner Norfjord says its chief executive will present at a conference"
    halts = "Rare earth miner Norfjord says its output will be halted at a mine"
    assert first(speaks, halts) == halts


def test_what_stops_supply_weighs_more_than_a_hole_drilled_or_a_laboratory() -> None:
    issuer = make_publisher("Tam", kind=PublisherKind.ISSUER)
    told = {
        "fire": ("Narva plant restarts one of two lines after fire", "It makes terbium, a heavy rare earth."),
        "deal": (
            "Halvorsen signs supply agreement for NdFeB magnets",
            "Aurelis will buy the magnets for years.",
        ),
        "hole": ("Tam intersects 41 m of 2.9% TREO, dysprosium and terbium", "The assays show NdPr oxide."),
        "study": (
            "Molecule parts dysprosium from terbium",
            "Rautio et al. part neodymium from other lanthanides.",
        ),
    }
    articles = [
        make_article(key, title=title, text=text, **({"publisher": issuer} if key == "hole" else {}))
        for key, (title, text) in told.items()
    ]
    ranked = [story.articles[0].id for story in rank(*((one,) for one in articles))]
    assert (ranked[0], set(ranked[2:])) == ("fire", {"hole", "study"})


def test_an_opinion_and_a_round_up_are_no_voice_of_a_story_and_its_section_is_what_all_tell() -> None:
    news = "Indonesia bans exports of monazite, a rare earth mineral"
    titles = {
        "ban": news,
        "other": f"{news}, ministry says",
        "view": f"Opinion: {news}",
        "week": f"The week in rare earths: {news}",
    }
    articles = [
        make_article(
            name,
            title=title,
            text=f"{news}, the energy ministry said in Jakarta.",
            publisher=make_publisher(name),
        )
        for name, title in titles.items()
    ]
    groups = group_articles(articles, lexicon=LEXICON)
    assert sorted(sorted(one.id for one in group) for group in groups) == [
        ["ban", "other"],
        ["view"],
        ["week"],
    ]
    (story,) = (one for one in rank(*groups) if len(one.articles) > 1)
    assert story.section == "policy"
    assert "2 independent publishers" in story.reasons


@pytest.mark.parametrize(
    ("title", "text", "several"),
    [
        ("Five things to know about yttrium", "Yttrium is scarce.", True),
        ("The week in rare earths", "Yttrium is scarce.", True),
        (
            "News of the week",
            "Lynas: It sold.\n\nIluka: It built.\n\nAclara: It dug.\n\nUcore: It paid.",
            True,
        ),
        ("Lacaze on prices", "Ridley: Why?\n\nLacaze: So.\n\nRidley: When?\n\nLacaze: Now.", False),
        ("China adds 12 items to its control list", "The list grows.", False),
        (
            "Magnets From Thailand: Preliminary Determination",
            "AGENCY: Commerce.\n\nSUMMARY: Magnets are dumped.\n\nDATES: Now.\n\nFOR FURTHER INFORMATION CONTACT: Us.",
            False,
        ),
        (
            "Norfjord to open its plant",
            "WHO: Norfjord.\n\nWHAT: An opening.\n\nWHEN: Monday.\n\nWHERE: Narvik.",
            False,
        ),
        ("News", "LYNAS: It sold.\n\nILUKA: It built.\n\nACLARA: It dug.\n\nUCORE: It paid.", True),
    ],
)
def test_several_things_at_once_are_told_by_title_or_form(title: str, text: str, several: bool) -> None:
    assert is_round_up(make_article(title=title, text=text)) is several


def test_a_release_is_the_companys_news_whatever_it_names() -> None:
    article = make_article(
        title="Harrowgate welcomes Section 232 tariff and export control on rare earth magnets",
        text="Harrowgate will sell magnets to the Pentagon under the Defense Production Act.",
        publisher=make_publisher("Harrowgate", kind=PublisherKind.ISSUER),
    )
    wire = replace(article, publisher=make_publisher("Reuters", kind=PublisherKind.WIRE))
    assert [rank((one,))[0].section for one in (article, wire)] == ["companies", "policy"]
