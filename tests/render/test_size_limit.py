from __future__ import annotations

from dataclasses import replace

import pytest

from newsletter import links
from newsletter.model import Citation, Highlight, Issue, IssueKey
from newsletter.render.size_limit import MOST_ENCODED, measure_encoded
from tests.render.render_sample import render, sample_issue

SENTENCE = "Lynas said that it made {} tonnes of NdPr oxide in the quarter to December, up 4% on the year."


def issue_of(count: int, highlights: int = 2) -> Issue:
    """An issue of ``count`` stories of the usual kind: a headline of a line, two highlights of twenty words."""
    issue = sample_issue(dates_ahead=())
    story = issue.sections[1].stories[0]
    stories = []
    for number in range(count):
        sentences = [SENTENCE.format(1000 + number * 10 + index) for index in range(highlights)]
        reference = replace(
            story.references[0],
            article=story.references[0].article,
            url=f"https://reuters.example/2026/01/05/lynas-{number}",
        )
        stories.append(
            replace(
                story,
                key=f"lynas-ndpr-output-{number}",
                headline=f"Lynas lifts NdPr output to {1000 + number * 10} tonnes as prices recover",
                update_of=None,
                references=(reference,),
                labels=("wire",),
                highlights=tuple(
                    Highlight(
                        text=sentence,
                        citations=(
                            Citation(
                                article=reference.article,
                                start=index * 200,
                                end=index * 200 + len(sentence),
                                sentence=sentence,
                            ),
                        ),
                    )
                    for index, sentence in enumerate(sentences)
                ),
            )
        )
    top = replace(issue.sections[0], stories=tuple(stories[:1]))
    return replace(issue, sections=(top, replace(issue.sections[1], stories=tuple(stories[1:]))))


@pytest.mark.parametrize(("stories", "limit"), [(20, 25_000), (100, 80_000)])
def test_an_issue_of_usual_stories_stays_light(stories: int, limit: int) -> None:
    rendered = render(issue_of(stories))
    assert len(rendered.html.encode()) < limit


@pytest.mark.parametrize("highlights", [2, 3, 4])
def test_twenty_stories_lose_no_word_and_no_sentence_to_be_light(highlights: int) -> None:
    rendered = render(issue_of(20, highlights))
    for number in range(20):
        for index in range(highlights):
            assert SENTENCE.format(1000 + number * 10 + index) in rendered.html


def test_a_mail_is_never_longer_than_a_mailbox_shows_and_says_what_it_left_out() -> None:
    rendered = render(issue_of(100, 4))
    assert measure_encoded(rendered.html) <= MOST_ENCODED
    assert "more highlights" in rendered.html
    assert "more highlights, and the sentences behind it:" in rendered.text
    for number in range(100):
        assert f"Lynas lifts NdPr output to {1000 + number * 10} tonnes" in rendered.html
    for index in range(4):
        assert SENTENCE.format(1000 + index) in rendered.html, "the top story is whole"


def test_what_the_html_leaves_out_the_text_leaves_out_too() -> None:
    rendered = render(issue_of(100, 4))
    unwrapped = " ".join(rendered.text.split())
    for number in range(100):
        for index in range(4):
            sentence = SENTENCE.format(1000 + number * 10 + index)
            assert (sentence in rendered.html) == (sentence in unwrapped)


def test_an_issue_of_usual_size_links_every_number_to_its_sentence() -> None:
    rendered = render(issue_of(14, 3))
    page = links.story_url(
        "https://news.example.org", IssueKey(date=sample_issue().date), "lynas-ndpr-output-7"
    )
    assert [f"{page}#s{number}" in rendered.html for number in (1, 2, 3)] == [True] * 3


def test_a_tight_issue_links_the_page_of_each_story_once() -> None:
    rendered = render(issue_of(30, 3))
    assert rendered.html.count("Evidence [1]–[3]</a>") == 30
    assert "#s1" not in rendered.html
