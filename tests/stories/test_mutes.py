from __future__ import annotations

from datetime import timedelta

import pytest

from newsletter.config import Editorial, load_table
from newsletter.model import Article, Mute, MuteKind, PublisherKind, Story
from newsletter.stories.lexicon import build_lexicon
from newsletter.stories.mutes import names_company
from newsletter.stories.rank import Drop, drop_of, rank_stories
from tests.support.factories import NOW, make_article, make_publisher

LEXICON = build_lexicon(load_table("lexicon.toml"))
ILUKA = "Iluka Resources opened its rare earths refinery at Eneabba."


def make_mute(kind: MuteKind, value: str) -> Mute:
    return Mute(id=3, kind=kind, value=value, until=None, reason="enough of it", at=NOW, by="ann@example.org")


def rank(*groups: tuple[Article, ...], mutes: tuple[Mute, ...] = ()) -> tuple[Story, ...]:
    return rank_stories(groups, lexicon=LEXICON, settings=Editorial(), now=NOW, mutes=mutes)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (MuteKind.SOURCE, "mining weekly"),
        (MuteKind.COMPANY, "Lynas"),
        (MuteKind.TOPIC, "issuer press release"),
    ],
)
def test_a_muted_story_stays_out_and_says_by_which_choice_and_why(kind: MuteKind, value: str) -> None:
    publisher = make_publisher("Mining Weekly", kind=PublisherKind.ISSUER)
    article = make_article("a", title="Lynas lifts dysprosium output", publisher=publisher)
    other = make_article(
        "b", title="Iluka opens its refinery", text=ILUKA, publisher=make_publisher("Reuters")
    )
    assert all(story.kept for story in rank((article,), (other,)))
    stories = {
        story.articles[0].id: story for story in rank((article,), (other,), mutes=(make_mute(kind, value),))
    }
    assert drop_of(stories[article.id]) is Drop.MUTED
    assert stories[article.id].reasons[0] == f"muted: {kind} {value}, for ever (no. 3): enough of it"
    assert stories[other.id].kept


def test_a_section_is_muted_by_its_key() -> None:
    (story,) = rank((make_article(title="Lynas lifts dysprosium output"),))
    (muted,) = rank(
        (make_article(title="Lynas lifts dysprosium output"),),
        mutes=(make_mute(MuteKind.TOPIC, story.section),),
    )
    assert drop_of(muted) is Drop.MUTED


def test_a_story_that_others_tell_too_goes_on_without_the_muted_source() -> None:
    own = make_article("a", title="Lynas lifts output", publisher=make_publisher("Mining Weekly"))
    other = make_article("b", title="Lynas lifts its output", publisher=make_publisher("Reuters"))
    (story,) = rank((own, other), mutes=(make_mute(MuteKind.SOURCE, "Mining Weekly"),))
    assert story.kept
    assert [article.publisher.name for article in story.articles] == ["Reuters"]


def test_a_muted_story_takes_nobodys_place() -> None:
    settings = Editorial(max_stories=1)
    first = make_article("a", title="Lynas lifts dysprosium and terbium output")
    second = make_article("b", title="Iluka refinery news", text=ILUKA)
    stories = rank_stories(
        [(first,), (second,)],
        lexicon=LEXICON,
        settings=settings,
        now=NOW,
        mutes=(make_mute(MuteKind.COMPANY, "Lynas"),),
    )
    assert [story.articles[0].id for story in stories if story.kept] == ["b"]


def test_a_company_is_a_whole_name_whatever_its_case_and_other_names() -> None:
    assert names_company("LYNAS rises", "Lynas", LEXICON)
    assert not names_company("Lynaston rises", "Lynas", LEXICON)
    assert not names_company("A mine in Peru (CMT)", "C.T", LEXICON), "a name is no pattern"


def test_a_choice_holds_until_its_day() -> None:
    mute = Mute(
        id=1, kind=MuteKind.COMPANY, value="X", until=NOW.date(), reason="r", at=NOW, by="", lifted=None
    )
    assert mute.holds(NOW.date() - timedelta(days=1))
    assert not mute.holds(NOW.date())
