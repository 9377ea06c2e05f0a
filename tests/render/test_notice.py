from __future__ import annotations

import pytest

from newsletter import links
from newsletter.model import HighlightKind, IssueKey, NoticeKind, RenderedNotice
from newsletter.render.notice import render_alert, render_notice
from newsletter.render.size_limit import MOST_ENCODED, measure_encoded
from tests.render.render_sample import IDENTITY, sample_issue, templates
from tests.render.test_size_limit import issue_of

TOKEN = "t" * links.TOKEN_LENGTH


def render(kind: NoticeKind, *, token: str = TOKEN) -> RenderedNotice:
    return render_notice(
        kind,
        IDENTITY,
        templates(),
        token=token,
        latest=sample_issue(),
    )


def test_a_confirm_notice_holds_its_link_in_both_parts_and_says_who_and_why() -> None:
    notice = render(NoticeKind.CONFIRM)
    url = links.confirm_url(IDENTITY.base_url, TOKEN)
    assert notice.subject == "Confirm your subscription to Rare Earth Daily"
    for part in (notice.html, notice.text):
        assert url in part
        assert "1 Ore Street" in part
        assert "entered on" in part
        assert "7 days" in part
        assert "/u/" not in part


def test_a_welcome_holds_the_latest_issue_and_its_own_unsubscribe_link() -> None:
    notice = render(NoticeKind.WELCOME)
    issue = sample_issue()
    for part in (notice.html, notice.text):
        assert links.unsubscribe_url(IDENTITY.base_url, TOKEN) in part
        assert links.UNSUBSCRIBE_SLOT not in part
        assert links.issue_url(IDENTITY.base_url, IssueKey(date=issue.date)) in part
    words = " ".join(notice.text.split())
    assert issue.stories
    for story in issue.stories:
        assert " ".join(story.headline.split()) in words
        facts = [highlight for highlight in story.highlights if highlight.kind is not HighlightKind.VIEW]
        assert all(" ".join(highlight.text[1:].split()) in words for highlight in facts)


def test_a_welcome_with_a_long_issue_is_as_short_as_a_mailbox_needs_it() -> None:
    latest = issue_of(100, 4)
    notice = render_notice(NoticeKind.WELCOME, IDENTITY, templates(), token=TOKEN, latest=latest)
    assert measure_encoded(notice.html) <= MOST_ENCODED
    assert all(story.headline in " ".join(notice.text.split()) for story in latest.stories)


def test_only_a_welcome_holds_the_latest_issue() -> None:
    headline = sample_issue().stories[0].headline
    for kind in (NoticeKind.CONFIRM, NoticeKind.GOODBYE):
        assert headline not in " ".join(render(kind).text.split())


def test_a_mail_that_offers_to_leave_holds_the_link() -> None:
    notice = render(NoticeKind.LEAVE)
    assert links.unsubscribe_url(IDENTITY.base_url, TOKEN) in notice.text
    assert links.unsubscribe_url(IDENTITY.base_url, TOKEN) in notice.html


def test_a_goodbye_needs_no_token_and_offers_the_way_back() -> None:
    notice = render(NoticeKind.GOODBYE, token="")
    assert links.home_url(IDENTITY.base_url) in notice.text
    assert "/u/" not in notice.text + notice.html


@pytest.mark.parametrize("kind", [NoticeKind.CONFIRM, NoticeKind.WELCOME, NoticeKind.LEAVE])
def test_a_notice_without_its_token_is_refused(kind: NoticeKind) -> None:
    with pytest.raises(ValueError, match="token"):
        render(kind, token="")


def test_an_alert_is_wrapped_text_on_one_subject_line() -> None:
    alert = render_alert("Relay is\r\nBcc: down", "word " * 40 + "\n\n  a table\n  stays", IDENTITY)
    assert alert.subject == "[Rare Earth Daily] Relay is Bcc: down"
    assert alert.html == ""
    assert "  a table\n  stays" in alert.text
    assert max(map(len, alert.text.splitlines())) <= 72
