from __future__ import annotations

from datetime import date

import pytest

from newsletter import links
from newsletter.model import NoticeKind
from newsletter.render.notice import RenderedNotice, render_alert, render_notice
from tests.render.render_sample import IDENTITY, environment, theme

TOKEN = "t" * links.TOKEN_LENGTH


def render(kind: NoticeKind, *, token: str = TOKEN) -> RenderedNotice:
    return render_notice(
        kind,
        IDENTITY,
        environment=environment(),
        theme=theme(),
        token=token,
        latest=date(2026, 1, 5),
        latest_subject="Prices <rise> & fall",
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


def test_a_welcome_shows_the_latest_issue_and_its_own_unsubscribe_link() -> None:
    notice = render(NoticeKind.WELCOME)
    for part in (notice.html, notice.text):
        assert links.unsubscribe_url(IDENTITY.base_url, TOKEN) in part
        assert links.issue_url(IDENTITY.base_url, date(2026, 1, 5)) in part
    assert "Prices <rise> & fall" in notice.text
    assert "Prices &lt;rise&gt; &amp; fall" in notice.html


def test_a_goodbye_needs_no_token_and_offers_the_way_back() -> None:
    notice = render(NoticeKind.GOODBYE, token="")
    assert links.home_url(IDENTITY.base_url) in notice.text
    assert "/u/" not in notice.text + notice.html


@pytest.mark.parametrize("kind", [NoticeKind.CONFIRM, NoticeKind.WELCOME])
def test_a_notice_without_its_token_is_refused(kind: NoticeKind) -> None:
    with pytest.raises(ValueError, match="token"):
        render(kind, token="")


def test_an_alert_is_wrapped_text_on_one_subject_line() -> None:
    alert = render_alert("Relay is\r\nBcc: down", "word " * 40 + "\n\n  a table\n  stays", IDENTITY)
    assert alert.subject == "[Rare Earth Daily] Relay is Bcc: down"
    assert alert.html == ""
    assert "  a table\n  stays" in alert.text
    assert max(map(len, alert.text.splitlines())) <= 72
