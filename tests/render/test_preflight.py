from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from newsletter.links import UNSUBSCRIBE_SLOT
from newsletter.model import AlsoNoted, Issue, IssueStory
from newsletter.render.preflight.check import check_message, find_blocking
from newsletter.render.preflight.finding import Level
from newsletter.render.tricky import make_story, tricky_issues
from tests.render.mail_sample import (
    EXPECTED,
    TOKEN,
    Spoil,
    add,
    both,
    good_mail,
    head,
    html,
    html_all,
    look,
    mail_of,
    parts,
    text,
)
from tests.render.render_sample import render, sample_issue

STORY = "Lynas lifts NdPr output to 2,080 tonnes"
NOTED = "Heavy Rare Earth Element Deposits in Europe"
LINK = "https://weekly.example/supra?id=1&amp;x=2"
WHY = "You get this mail because you subscribed and confirmed your address."


def _swap_parts(raw: bytes) -> bytes:
    return (
        raw.replace(b"text/plain", b"text/SWAP")
        .replace(b"text/html", b"text/plain")
        .replace(b"text/SWAP", b"text/html")
    )


def _other_token(raw: bytes) -> bytes:
    top, found, rest = raw.rpartition(TOKEN.encode())
    return top + found.replace(TOKEN.encode(), b"Z" * 40) + rest


def _no_html(raw: bytes) -> bytes:
    top, _, body = raw.partition(b"\r\n\r\n")
    lines = [line for line in top.split(b"\r\n") if not line.startswith((b"Content-Type", b" boundary"))]
    return b"\r\n".join([*lines, b"Content-Type: text/plain; charset=utf-8"]) + b"\r\n\r\n" + body


DEFECTS: tuple[tuple[str, str, Spoil], ...] = (
    # the message
    ("a bare line feed", "line-ends", lambda raw: raw.replace(b"\r\n", b"\n", 3)),
    ("a NUL byte", "line-ends", lambda raw: raw + b"\x00\r\n"),
    ("a line of 1,200 octets", "line-length", add(b"X-Long: " + b"x" * 1200)),
    ("a boundary that ends nothing", "parses", lambda raw: raw.rstrip()[:-34]),
    ("no From", "headers-once", head(rb"^From: .*\r\n", b"")),
    ("two From headers", "headers-once", add(b"From: other@news.example.org")),
    ("From of another domain", "from", head(rb"@news\.example\.org>", b"@elsewhere.example>")),
    ("a signature of another domain", "from", head(rb"d=news\.example\.org", b"d=mailer.example")),
    ("a Date of yesterday", "date", head(rb"^Date: .*$", b"Date: Sun, 04 Jan 2026 06:30:00 +0000\r")),
    ("a Date that is none", "date", head(rb"^Date: .*$", b"Date: this morning\r")),
    ("no Message-ID", "message-id", head(rb"^Message-ID: .*\r\n", b"")),
    ("a Message-ID of another domain", "message-id", head(rb"<i1\.s7@[^>]*>", b"<i1.s7@localhost>")),
    ("two subjects", "headers-once", add(b"Subject: another")),
    ("two readers in To", "recipients", head(rb"^To: .*$", b"To: a@example.com, b@example.com\r")),
    ("a control character in a header", "header-controls", head(rb"^Subject: ", b"Subject: \x07")),
    ("an encoded line break in the subject", "header-controls", head(rb"^Subject: .*$", b"Subject: =?utf-8?q?a=0D=0ABcc=3A_x?=\r")),
    ("no mailto in List-Unsubscribe", "list-unsubscribe", head(rb",\r\n <mailto:[^>]*>", b"")),
    ("http in List-Unsubscribe", "list-unsubscribe", head(rb"List-Unsubscribe: <https:", b"List-Unsubscribe: <http:")),
    ("List-Unsubscribe encoded", "list-unsubscribe", head(rb"^List-Unsubscribe: <", b"List-Unsubscribe: =?utf-8?q?=3Chttps=3A?= <")),
    ("no List-Unsubscribe", "headers-once", head(rb"^List-Unsubscribe: [^\r]*\r\n [^\r]*\r\n", b"")),
    ("One-Click misspelt", "one-click", head(rb"=One-Click", b"=OneClick")),
    ("an unsigned List-Unsubscribe-Post", "dkim-covers", head(rb":list-unsubscribe-post|list-unsubscribe-post:", b"")),
    ("no signature", "dkim-covers", head(rb"^DKIM-Signature: [^\r]*\r\n(?: [^\r]*\r\n)*", b"")),
    ("another reader's token in the header", "token", head(TOKEN.encode(), b"Z" * 40)),
    ("another reader's token in the HTML", "token", _other_token),
    ("a slot that was never filled", "token", lambda raw: raw.replace(TOKEN.encode(), UNSUBSCRIBE_SLOT.encode())),
    ("a List-Id of no form", "list-id", head(rb"^List-Id: .*$", b"List-Id: Rare Earth Daily\r")),
    ("no Feedback-ID", "feedback-id", head(rb"^Feedback-ID: .*\r\n", b"")),
    ("no Auto-Submitted", "auto-submitted", head(rb"^Auto-Submitted: .*\r\n", b"")),
    ("no Precedence", "auto-submitted", head(rb"^Precedence: .*\r\n", b"")),
    ("HTML before text", "alternative", _swap_parts),
    ("no HTML at all", "alternative", _no_html),
    ("latin-1 named as charset", "encoding", lambda raw: raw.replace(b"charset=utf-8", b"charset=iso-8859-1", 1)),
    ("bytes that are no UTF-8", "encoding", lambda raw: raw.replace(b"=E2=80=99", b"=E2=80", 1)),
    ("U+FFFD", "encoding", both("Baotou’s", "Baotou\ufffds")),
    ("damage of windows-1252", "encoding", both("Baotou’s", "Baotouâ€™s")),
    ("damage of windows-874", "encoding", text("Baotou’s", "Baotouโ€™s")),
    # the content
    ("a story missing in the text", "text-complete", parts(lambda html, text: (html, text.replace(STORY, "Lynas")))),
    ("an address missing in the text", "text-complete", text("https://reuters.example/2026/01/05/story", "")),
    ("tags in the text", "text-markup", text(NOTED, f"<b>{NOTED}</b>")),
    ("entities in the text", "text-markup", text("COMPANIES & DEALS", "COMPANIES &amp; DEALS")),
    ("HTML of 82 KB", "size", html("</ul>", "</ul>" + "<p>More of the same, and more.</p>" * 2150)),
    ("HTML of 100 KB", "size", html("</ul>", "</ul>" + "<p>More of the same, and more.</p>" * 2750)),
    ("a subject of 90 characters", "subject", head(rb"^Subject: .*$", b"Subject: " + b"Long words " * 9 + b"\r")),
    ("a shouting subject", "subject", head(rb"^Subject: .*$", b"Subject: RARE EARTHS SOAR ON EXPORT BAN!!\r")),
    ("yesterday's subject", "subject", head(rb"^Subject: .*$", b"Subject: Magnet makers book offtake through 2030\r")),
    ("no subject", "subject", head(rb"^Subject: .*$", b"Subject: \r")),
    ("no preheader", "preheader", html("display:none", "color:#221d18")),
    ("a preheader that repeats the subject", "preheader", html("Also: Lynas lifts NdPr output to 2,080 tonnes in the December quarter", "Baogang says Baiyun Obo resource profile is largely clarified today")),
    ("a template's braces", "leftovers", both("Baotou’s", "{{ story.place }}")),
    ("None where a value was missing", "leftovers", html("Dates ahead", "None")),
    ("lorem ipsum", "leftovers", both("drawing over 30", "lorem ipsum 30")),
    ("a model's apology", "leftovers", both("it launched a rare earth price index", "As an AI language model, I launched an index")),
    ("a model's tracking", "leftovers", html("https://reuters.example/2026/01/05/story", "https://reuters.example/2026/01/05/story?utm_source=chatgpt.com")),
    ("stray markdown", "leftovers", both("62%", "**62%**")),
    ("a model's marks", "leftovers", both("price index,", "price index Reuters+13AP News+9Lynas,")),
    ("a relative link", "links-https", html(LINK, "/issues/today")),
    ("an http link", "links-https", both("https://weekly.example/supra", "http://weekly.example/supra")),
    ("a script as a link", "links-https", html(LINK, "javascript:alert(1)")),
    ("a link to an IP address", "links-https", both("https://weekly.example/supra", "https://203.0.113.9/supra")),
    ("a name before the host", "links-https", both("https://weekly.example/supra", "https://weekly.example@evil.example/supra")),
    ("a shortener", "shorteners", both("https://weekly.example/supra?id=1", "https://bit.ly/supra?id=1")),
    ("a link that says another domain", "link-text", html(">Reuters<", ">reuters.com<")),
    ("a link without words", "link-text", html(">Reuters<", "><")),
    ("click here", "link-text-generic", html(">Reuters<", ">click here<")),
    ("no postal address in the HTML", "footer", html("10115 Berlin", "")),
    ("no reason in the text", "footer", text(WHY, "")),
    ("no unsubscribe link in the HTML", "footer", html("/u/", "/x/")),
    ("no web version in the text", "footer", parts(lambda html, text: (html, text.replace("https://news.example.org/issues/2026-01-05\n", "\n")))),
    ("an unsubscribe link of another host", "footer", html("https://news.example.org/u/", "https://track.example/u/")),
    # the markup
    ("a table that is not closed", "html-valid", html("</table>", "")),
    ("an id given twice", "html-valid", html_all("<ul ", '<ul id="x" ')),
    ("no document type", "html-valid", html("<!DOCTYPE html>", "")),
    ("a picture without words", "images", html("</ul>", '</ul><img src="https://news.example.org/a.png" width="10" height="10">')),
    ("a picture without a size", "images", html("</ul>", '</ul><img src="https://news.example.org/a.png" alt="A chart">')),
    ("a picture that counts readers", "tracking", html("</ul>", '</ul><img src="https://news.example.org/o.gif" alt="" width="1" height="1">')),
    ("a picture of another host", "outside-request", html("</ul>", '</ul><img src="https://cdn.example/a.png" alt="A" width="90" height="90">')),
    ("a script", "forbidden", html("</ul>", "</ul><script>1</script>")),
    ("a form", "forbidden", html("</ul>", '</ul><form action="https://news.example.org/"></form>')),
    ("an outside style sheet", "forbidden", html("</head>", '<link rel="stylesheet" href="https://x.example/a.css"></head>')),
    ("a handler", "forbidden", html("<ul ", '<ul onclick="x()" ')),
    ("a web font", "outside-request", html("</head>", "<style>@font-face{font-family:x;src:url(https://x.example/f.woff)}</style></head>")),
    ("flex that the look needs", "client-support", html("margin:8px 0 0 20px", "display:flex;margin:8px 0 0 20px")),
    ("a picture in data:", "client-support", html("</ul>", '</ul><img src="data:image/png;base64,AA" alt="A" width="90" height="90">')),
    ("a style sheet of 20 KB", "style-size", html("</style>\n</head>", ".x{color:#000000}" * 1300 + "</style></head>")),
    ("no zooming", "zoom", html("initial-scale=1", "initial-scale=1, maximum-scale=1")),
    ("text of 9 px", "font-size", html("font-size:14px", "font-size:9px")),
    ("no language", "language", html('lang="en"', "")),
    ("no title", "language", parts(lambda html, text: (html[: html.index("<title>")] + html[html.index("</title>") + 8 :], text))),
    ("a layout table without its role", "roles", html(' role="presentation"', "")),
    ("a layout table for Word without its role", "roles", html('<!--[if mso]><table role="presentation"', "<!--[if mso]><table")),
    ("two h1", "headings", html_all("h2", "h1")),
    ("a level left out", "headings", html_all("h2", "p")),
    ("grey on paper", "contrast", html_all("#221d18", "#c9c2b8")),
    ("a colour lost in the dark", "contrast", html_all("#efe7db", "#2a2420")),
)  # fmt: skip


@pytest.mark.parametrize(
    ("check", "spoil"), [pytest.param(check, spoil, id=name) for name, check, spoil in DEFECTS]
)
def test_a_seeded_defect_is_caught_under_its_name(check: str, spoil: Spoil) -> None:
    found = look(spoil(good_mail()))
    assert check in {finding.check for finding in found}, found
    assert all(finding.message for finding in found)


def test_the_defects_are_as_many_as_promised_and_each_differs() -> None:
    assert len(DEFECTS) >= 40
    assert len({name for name, _, _ in DEFECTS}) == len(DEFECTS)


def _stories(count: int, *, plain: bool) -> Iterator[IssueStory]:
    for number in range(count):
        yield make_story(number, f"Story {number}: a plant for {100 + number} tonnes opens", plain=plain)


def _good_issues() -> Iterator[tuple[str, Issue]]:
    base = sample_issue()
    yield "the sample", base
    yield "without also noted", replace(base, also_noted=())
    yield "without dates", replace(base, dates_ahead=())
    yield "one story", replace(base, sections=base.sections[:1], dates_ahead=())
    yield (
        "no story but a note",
        replace(base, sections=(), dates_ahead=(), note="A quiet day: nothing new reached us."),
    )
    yield "late", replace(base, covers_since=base.composed.replace(day=2))
    yield "a subject of two words in capitals", replace(base, subject="MP Materials")
    yield "a subject in Chinese", replace(base, subject="稀土出口管制新规将于十二月一日生效")
    yield "a subject with a question and a dollar", replace(base, subject="Is NdPr worth $110/kg?")
    yield (
        "names of domains",
        replace(
            base,
            also_noted=(AlsoNoted(headline="mining.com", publisher="x", url="https://www.mining.com/a"),),
        ),
    )
    yield (
        "French and Portuguese",
        replace(
            base,
            also_noted=(
                AlsoNoted(
                    headline="L’été à São Paulo : terres rares « légères » — NÃO", publisher="Le Monde"
                ),
            ),
        ),
    )
    yield (
        "Thai and Chinese",
        replace(
            base,
            also_noted=(
                AlsoNoted(headline="นายกฯ ย้ำแร่หายาก", publisher="ไทยรัฐ"),
                AlsoNoted(headline="鈥元素漲價", publisher="中國稀土網"),
            ),
        ),
    )
    for count in (2, 3, 5, 8, 14, 20):
        section = replace(base.sections[1], stories=tuple(_stories(count, plain=True)))
        yield f"{count} plain stories", replace(base, sections=(section,), dates_ahead=())
    for count in (2, 6, 12):
        section = replace(base.sections[1], stories=tuple(_stories(count, plain=False)))
        yield f"{count} full stories", replace(base, sections=(section,), dates_ahead=())
    for words in (
        "As an AI boom lifts magnet demand, prices follow",
        "Todo sobre las tierras raras",
        "“I cannot help but think of 2010,” a trader says",
        "The end date is undefined",
        "Company XXX is sorry, but insists: I/O cards need Nd",
        "MP Materials + Apple: 10x more magnets (and 2+ plants)",
    ):
        yield words, replace(base, also_noted=(AlsoNoted(headline=words, publisher="x"),))
    yield (
        "none of the above",
        replace(
            base,
            also_noted=(
                AlsoNoted(
                    headline="None of the bids was accepted; the price is undefined, TODOs remain"[:52],
                    publisher="x",
                ),
            ),
        ),
    )


@pytest.mark.parametrize("issue", [pytest.param(issue, id=name) for name, issue in _good_issues()])
def test_a_good_issue_raises_no_alarm(issue: Issue) -> None:
    assert look(mail_of(issue)) == ()


def test_the_good_issues_are_at_least_twenty() -> None:
    assert len(list(_good_issues())) >= 20


def test_an_issue_of_hard_content_raises_no_alarm_once_its_headlines_are_known() -> None:
    name, issue = next(tricky_issues())
    titles = tuple(story.headline for story in issue.stories)
    named = replace(EXPECTED, foreign=titles)
    found = look(mail_of(issue), named)
    assert found == (), (name, found)


def test_what_needs_a_browser_says_that_it_was_not_run() -> None:
    levels = [finding.level for finding in check_message(good_mail(), EXPECTED)]
    assert levels == [Level.NOT_RUN]
    assert check_message(good_mail(), EXPECTED, browser=True) == ()


def test_a_check_without_its_knowledge_is_left_out() -> None:
    assert {
        finding.check for finding in look(good_mail(), replace(EXPECTED, token="", now=None, why=""))
    } == set()


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=400))
def test_no_bytes_make_the_preflight_raise(raw: bytes) -> None:
    check_message(raw, EXPECTED)


@settings(max_examples=25, deadline=None)
@example(at=9924, junk=b"\x00")  # broke the dark style sheet, and the check with it
@given(at=st.integers(0, len(render().html)), junk=st.binary(min_size=1, max_size=20))
def test_no_damage_inside_a_mail_makes_the_preflight_raise(at: int, junk: bytes) -> None:
    raw = good_mail()
    check_message(raw[:at] + junk + raw[at + 7 :], EXPECTED)
    json.dumps([finding.message for finding in check_message(raw[:at] + junk, EXPECTED)])


def test_a_failing_check_blocks_unless_it_is_waived_by_name() -> None:
    found = look(both("https://weekly.example/supra", "http://weekly.example/supra")(good_mail()))
    assert {finding.check for finding in find_blocking(found)} == {"links-https"}
    assert find_blocking(found, ["links-https"]) == ()
    warned = look(head(rb"^Precedence: .*\r\n", b"")(good_mail()))
    assert find_blocking(warned) == ()
