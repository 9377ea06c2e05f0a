"""Ways to spoil a real mail, each with the name of the check that must see it."""

from __future__ import annotations

import re

from newsletter.links import UNSUBSCRIBE_SLOT
from tests.render.mail_sample import TOKEN, Spoil, add, both, head, html, html_all, parts, text

STORY = "Lynas lifts NdPr output to 2,080 tonnes"
NOTED = "Heavy Rare Earth Element Deposits in Europe"
LINK = "https://weekly.example/supra?id=1&amp;x=2"
WHY = "You get this mail because this address is subscribed."


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


def _empty_text(raw: bytes) -> bytes:
    top, gap, rest = raw.partition(b"Content-Transfer-Encoding: quoted-printable\r\n\r\n")
    boundary = re.search(rb'boundary="?([^";\r\n]+)', top)
    assert boundary, top
    return top + gap + rest[rest.index(b"\r\n--" + boundary[1]) :]


def _bare_bytes(raw: bytes) -> bytes:
    """Send the text part's own bytes under the name of seven bits."""
    top, _, rest = raw.partition(b"Content-Transfer-Encoding: quoted-printable")
    return top + b"Content-Transfer-Encoding: 7bit" + rest.replace(b"=E2=80=99", "\u2019".encode(), 1)


def _cut(words: str, begin: str, end: str) -> str:
    """Leave out what stands from ``begin`` to the next ``end``."""
    start = words.index(begin, words.index("TOP STORY") if "TOP STORY" in words else 0)
    return words[:start] + words[words.index(end, start + 1) :]


def _double(words: str, begin: str, end: str) -> str:
    """Let what stands from ``begin`` to the next ``end`` stand twice."""
    start = words.index(begin)
    stop = words.index(end, start)
    return words[:stop] + words[start:]


def _reply(address: bytes) -> Spoil:
    return lambda raw: add(b"Reply-To: " + address)(re.sub(rb"(?m)^Reply-To: .*\r\n", b"", raw))


def _bullet_twice(_raw: bytes) -> bytes:
    def double(words: str) -> str:
        bullet = re.search(r"\n\* [^*]{60,}?(?=\n\*|\n\n)", words[words.index("TOP STORY") :])
        assert bullet, words
        return words.replace(bullet[0], bullet[0] * 2, 1)

    return parts(lambda html, text: (html, double(text)))(b"")


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
    ("an encoded line break in the subject", "header-controls",
     head(rb"^Subject: .*$", b"Subject: =?utf-8?q?a=0D=0ABcc=3A_x?=\r")),
    ("no mailto in List-Unsubscribe", "list-unsubscribe", head(rb",\r\n <mailto:[^>]*>", b"")),
    ("http in List-Unsubscribe", "list-unsubscribe", head(rb"List-Unsubscribe: <https:", b"List-Unsubscribe: <http:")),
    ("List-Unsubscribe encoded", "list-unsubscribe",
     head(rb"^List-Unsubscribe: <", b"List-Unsubscribe: =?utf-8?q?=3Chttps=3A?= <")),
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
    ("entities in the text", "text-markup", text("Companies & deals", "Companies &amp; deals")),
    ("HTML of 82 KB", "size", html("</ul>", "</ul>" + "<p>More of the same, and more.</p>" * 2150)),
    ("HTML of 100 KB", "size", html("</ul>", "</ul>" + "<p>More of the same, and more.</p>" * 2750)),
    ("a subject of 90 characters", "subject", head(rb"^Subject: .*$", b"Subject: " + b"Long words " * 9 + b"\r")),
    ("a shouting subject", "subject", head(rb"^Subject: .*$", b"Subject: RARE EARTHS SOAR ON EXPORT BAN!!\r")),
    ("yesterday's subject", "subject", head(rb"^Subject: .*$", b"Subject: Magnet makers book offtake through 2030\r")),
    ("no subject", "subject", head(rb"^Subject: .*$", b"Subject: \r")),
    ("no preheader", "preheader", html("display:none", "color:#221d18")),
    ("a preheader that repeats the subject", "preheader",
     html("Also: Lynas lifts NdPr output to 2,080 tonnes in the December quarter",
          "Baogang says Baiyun Obo resource profile is largely clarified today")),
    ("a template's braces", "leftovers", both("Baotou’s", "{{ story.place }}")),
    ("None where a value was missing", "leftovers", html("Dates ahead", "None")),
    ("lorem ipsum", "leftovers", both("drawing over 30", "lorem ipsum 30")),
    ("a model's apology", "leftovers",
     both("It launched a rare earth price index", "As an AI language model, I launched an index")),
    ("a model's tracking", "leftovers",
     html("https://reuters.example/2026/01/05/story",
          "https://reuters.example/2026/01/05/story?utm_source=chatgpt.com")),
    ("stray markdown", "leftovers", both("62%", "**62%**")),
    ("a model's marks", "leftovers", both("price index,", "price index Reuters+13AP News+9Lynas,")),
    ("a relative link", "links-https", html(LINK, "/issues/today")),
    ("an http link", "links-https", both("https://weekly.example/supra", "http://weekly.example/supra")),
    ("a script as a link", "links-https", html(LINK, "javascript:alert(1)")),
    ("a link to an IP address", "links-https", both("https://weekly.example/supra", "https://203.0.113.9/supra")),
    ("a name before the host", "links-https",
     both("https://weekly.example/supra", "https://weekly.example@evil.example/supra")),
    ("a shortener", "shorteners", both("https://weekly.example/supra?id=1", "https://bit.ly/supra?id=1")),
    ("a link that says another domain", "link-text", html(">Reuters<", ">reuters.com<")),
    ("a link without words", "link-text", html(">Reuters<", "><")),
    ("click here", "link-text-generic", html(">Reuters<", ">click here<")),
    ("no postal address in the HTML", "footer", html("10115 Berlin", "")),
    ("no reason in the text", "footer", text(WHY, "")),
    ("no unsubscribe link in the HTML", "footer", html("/u/", "/x/")),
    ("no web version in the text", "footer",
     parts(lambda html, text: (html, text.replace("https://news.example.org/issues/2026-01-05\n", "\n")))),
    ("an unsubscribe link of another host", "footer", html("https://news.example.org/u/", "https://track.example/u/")),
    # the markup
    ("a table that is not closed", "html-valid", html("</table>", "")),
    ("an id given twice", "html-valid", html_all("<ul ", '<ul id="x" ')),
    ("no document type", "html-valid", html("<!DOCTYPE html>", "")),
    ("a picture without words", "images",
     html("</ul>", '</ul><img src="https://news.example.org/a.png" width="10" height="10">')),
    ("a picture without a size", "images",
     html("</ul>", '</ul><img src="https://news.example.org/a.png" alt="A chart">')),
    ("a picture that counts readers", "tracking",
     html("</ul>", '</ul><img src="https://news.example.org/o.gif" alt="" width="1" height="1">')),
    ("a picture of another host", "outside-request",
     html("</ul>", '</ul><img src="https://cdn.example/a.png" alt="A" width="90" height="90">')),
    ("a script", "forbidden", html("</ul>", "</ul><script>1</script>")),
    ("a form", "forbidden", html("</ul>", '</ul><form action="https://news.example.org/"></form>')),
    ("an outside style sheet", "forbidden", html("</head>", ('<link rel="stylesheet" '
        'href="https://x.example/a.css"></head>'))),
    ("a handler", "forbidden", html("<ul ", '<ul onclick="x()" ')),
    ("a web font", "outside-request", html("</head>", ("<style>@font-face{font-family:x;"
        "src:url(https://x.example/f.woff)}</style></head>"))),
    ("flex that the look needs", "client-support", html("margin:8px 0 0 18px", "display:flex;margin:8px 0 0 18px")),
    ("a picture in data:", "client-support",
     html("</ul>", '</ul><img src="data:image/png;base64,AA" alt="A" width="90" height="90">')),
    ("a style sheet of 20 KB", "style-size", html("</style>\n</head>", ".x{color:#000000}" * 1300 + "</style></head>")),
    ("no zooming", "zoom", html("initial-scale=1", "initial-scale=1, maximum-scale=1")),
    ("text of 9 px", "font-size", html("font-size:14px", "font-size:9px")),
    ("no language", "language", html('lang="en"', "")),
    ("no title", "language",
     parts(lambda html, text: (html[: html.index("<title>")] + html[html.index("</title>") + 8 :], text))),
    ("a layout table without its role", "roles", html(' role="presentation"', "")),
    ("a layout table for Word without its role", "roles",
     html('<!--[if mso]><table role="presentation"', "<!--[if mso]><table")),
    ("two h1", "headings", html_all("h2", "h1")),
    ("a level left out", "headings", html_all("h2", "p")),
    ("grey on paper", "contrast", html_all("#221d18", "#c9c2b8")),
    ("a colour lost in the dark", "contrast", html_all("#efe7db", "#2a2420")),
    # what came to the list later
    ("a link broken by folding", "list-unsubscribe", head(rb"(?<=<https://news\.example\.org)/u/", b"\r\n /u/")),
    ("a header of bare UTF-8", "header-controls", head(rb"^Subject: ", "Subject: L\u2019été ".encode())),
    ("bytes beyond ASCII that nobody announced", "encoding", _bare_bytes),
    ("a bare carriage return", "line-ends", lambda raw: raw.replace(b"\r\n\r\n", b"\r\n\r\n\rx", 1)),
    ("two List-Unsubscribe headers", "headers-once",
     add(b"List-Unsubscribe: <https://news.example.org/u/x>, <mailto:a@news.example.org>")),
    ("two Dates", "headers-once", add(b"Date: Mon, 05 Jan 2026 06:30:00 +0000")),
    ("a Message-ID without brackets", "message-id", head(rb"<(i1\.s7@[^>]*)>", rb"\1")),
    ("an empty text part", "alternative", _empty_text),
    ("the text of another issue", "text-complete",
     parts(lambda html, text: (html, text.replace("Baiyun Obo", "Mountain Pass")))),
    ("pictographs in the subject", "subject",
     head(rb"^Subject: .*$", b"Subject: =?utf-8?q?=F0=9F=9A=80_Rare_earths_=F0=9F=94=A5_today?=\r")),
    ("nan where a number was missing", "leftovers", both("2,080 tonnes of", "nan tonnes of")),
    ("None behind a colon", "leftovers", text("Mining Weekly", "Mining Weekly (None)")),
    ("a link to this machine", "links-https", both("https://weekly.example/supra", "https://localhost/supra")),
    ("a link into a private network", "links-https",
     both("https://weekly.example/supra", "https://wiki.internal/supra")),
    ("a link with a campaign's name", "tracking",
     both("https://reuters.example/2026/01/05/story", "https://reuters.example/2026/01/05/story?utm_source=daily")),
    ("a link with a reader's click", "tracking",
     both("https://reuters.example/2026/01/05/story", "https://reuters.example/2026/01/05/story?mc_eid=1a2b")),
    ("text of 13 px", "font-size", html("font-size:14px", "font-size:13px")),
    ("a picture at http", "outside-request",
     html("</ul>", '</ul><img src="http://cdn.example/a.png" alt="A" width="90" height="90">')),
    ("a background from elsewhere", "outside-request",
     html("margin:8px 0 0 18px", "background:url(https://x.example/a.png);margin:8px 0 0 18px")),
    ("a frame", "forbidden", html("</ul>", '</ul><iframe src="https://news.example.org/"></iframe>')),
    ("a refresh", "forbidden", html("</head>", '<meta http-equiv="refresh" content="1"></head>')),
    ("no direction", "language", html('dir="ltr"', "")),
    ("an empty heading", "headings", html("</ul>", "</ul><h3></h3>")),
    ("no unsubscribe link in the text", "footer", text("/u/", "/x/")),
    ("no postal address in the text", "footer", text("10115 Berlin", "")),
    ("no web version in the HTML", "footer",
     html_all("https://news.example.org/issues/2026-01-05", "https://news.example.org/")),
    # what a stranger seeded and the checks missed, and its kind
    ("another figure in the text", "text-complete", text("62% of Baotou", "26% of Baotou")),
    ("another figure in the HTML", "text-complete", html("<b>2,080 tonnes</b></a> of", "<b>2,800 tonnes</b></a> of")),
    ("another day in the text's footnote", "text-complete", text("Reuters, 5 January", "Reuters, 6 January")),
    ("a bullet missing in the text", "text-complete",
     text("* First dysprosium oxide is expected from Kuantan in June. [4] (reworded\n  by a language model)\n", "")),
    ("a bullet missing in the HTML", "text-complete", parts(lambda html, text: (
        re.sub(r"<em>Reports differ:</em>.*?</li>", "</li>", html, count=1), text))),
    ("a story missing in the text whose headline stands elsewhere", "text-complete",
     parts(lambda html, text: (html, _cut(text, "\nBaogang says Baiyun Obo", "Exchanges’ view")))),
    ("a bullet with another verb in the text", "text-complete", text("had produced", "had refined")),
    ("a key to a sentence that is not there", "text-complete",
     parts(lambda html, text: (re.sub(r'#s1"', '#s99"', html, count=1), text))),
    ("a header that tells a path", "headers-once", add(b"X-Debug: /srv/newsletter/issue.json")),
    ("a priority", "headers-once", add(b"X-Priority: 1 (Highest)")),
    ("a brace too many", "client-support", html("@media screen{", "@media screen{{")),
    ("the web version of another day", "issue-date",
     parts(lambda html, text: (html.replace("/issues/2026-01-05", "/issues/2026-01-04", 1), text))),
    ("a story twice", "stories-whole", parts(lambda html, text: (_double(html, "<h3 ", "<h2 "), text))),
    ("a story without highlights", "stories-whole",
     parts(lambda html, text: (_cut(html, '<p style="margin:10px 0 0"><em>', "<h2 "), text))),
    ("yesterday's date in the masthead", "issue-date", both("Monday, 5 January 2026", "Sunday, 4 January 2026")),
    ("last year's date in the masthead of the text", "issue-date", text("5 January 2026", "5 January 2025")),
    ("an ISO date of another day", "issue-date", both("Monday, 5 January 2026", "2026-01-06")),
    ("Hello None", "leftovers", both("You get this mail because", "Hello None! You get this mail because")),
    ("a greeting without its name", "leftovers", both("You get this mail because", "Dear , you get this mail because")),
    *((f"a placeholder of {system}", "leftovers", both("You get this mail", f"{left} You get this mail"))
      for system, left in (
          ("Mailchimp", "*|FNAME|*"), ("Salesforce", "%%FirstName%%"), ("ActiveCampaign", "%FIRSTNAME%"),
          ("Campaign Monitor", "[firstname,fallback=reader]"), ("phpList", "[NAME]"), ("Mailjet", "[[data:name]]"),
          ("Mautic", "{contactfield=firstname}"), ("MailerLite", "{$name}"), ("Zoho", "$[FNAME|Reader]$"),
          ("Word", "«First_Name»"), ("HubSpot", "{{ contact.firstname }}"), ("Python", "{first_name}"))),
    ("a placeholder in the subject", "leftovers", head(rb"^Subject: .*$", b"Subject: Your news, *|FNAME|*\r")),
    ("a placeholder in the name of From", "leftovers", head(rb"^From: [^<]*<", b"From: {first_name} <")),
    ("None as the reader's name", "leftovers", head(rb"^To: .*$", b"To: None <reader@example.com>\r")),
    ("a name escaped twice", "leftovers", both("You get this mail because", "Q&amp;A. You get this mail because")),
    ("a blank escaped twice in the HTML", "leftovers", html("You get this mail", "You&amp;nbsp;get this mail")),
    ("a Bcc", "recipients", add(b"Bcc: archive@news.example.org")),
    ("a Cc", "recipients", add(b"Cc: ceo@news.example.org")),
    ("a copy by Resent-To", "recipients", add(b"Resent-To: x@example.net")),
    ("a receipt asked for", "tracking", add(b"Disposition-Notification-To: daily@news.example.org")),
    ("Reply-To the reader", "reply-to", _reply(b"reader@example.com")),
    ("Reply-To the unsubscribe address", "reply-to", _reply(b"unsubscribe@news.example.org")),
    ("From the unsubscribe address", "reply-to", head(rb"^From: .*$", b"From: Daily <unsubscribe@news.example.org>\r")),
    ("a Sender elsewhere", "from", add(b"Sender: bulk@mailer.example")),
    ("an envelope sender elsewhere", "envelope", add(b"Return-Path: <b-1@mailer.example>")),
    ("no envelope sender", "envelope", add(b"Return-Path: <>")),
    ("List-Unsubscribe at this machine", "list-unsubscribe",
     head(rb"List-Unsubscribe: <https://news\.example\.org/", b"List-Unsubscribe: <https://localhost/")),
    ("List-Unsubscribe at another host", "list-unsubscribe",
     head(rb"List-Unsubscribe: <https://news\.example\.org/", b"List-Unsubscribe: <https://mailer.example/")),
    ("the subject of an answer", "subject", head(rb"^Subject: ", b"Subject: Re: ")),
    ("a cid: picture without its part", "images",
     html("</ul>", '</ul><img src="cid:logo" alt="A" width="90" height="90">')),
    ("a picture at a relative address", "images",
     html("</ul>", '</ul><img src="/logo.png" alt="A" width="90" height="90">')),
    ("a picture of nothing", "images", html("</ul>", '</ul><img src="" alt="A" width="90" height="90">')),
    *((f"keywords hidden by {how}", "hidden", html("</ul>", f'</ul><p style="{style}">cheap loans</p>'))
      for how, style in (
          ("display", "display:none"), ("visibility", "visibility:hidden"), ("size", "font-size:0"),
          ("one pixel", "font-size:1px"), ("opacity", "opacity:0"), ("indent", "text-indent:-9999px"),
          ("height", "max-height:0;overflow:hidden"))),
    ("keywords hidden by an attribute", "hidden", html("</ul>", "</ul><p hidden>cheap loans</p>")),
    ("our own pages on this machine", "links-https", both("https://news.example.org/issues", "https://localhost/issues")),
    # what a second reader seeded on a full day
    ("yesterday in the masthead, today's date beside a price", "issue-date",
     both("Monday, 5 January 2026", "Sunday, 4 January 2026")),
    ("other words in the second row of a bullet", "text-complete", text("by a language model", "by an editor")),
    ("a headline that leads to another story", "text-complete",
     html('href="https://reuters.example/2026/01/05/story"', 'href="https://weekly.example/supra?id=1&amp;x=2"')),
    ("a bullet that stands twice in the text", "text-complete", _bullet_twice),
    ("the title of another issue", "subject", parts(lambda html, text: (
        re.sub("<title>.*?</title>", "<title>Magnet makers book offtake</title>", html), text))),
    ("a subject encoded twice", "header-controls",
     head(rb"^Subject: .*$", b"Subject: =?utf-8?q?=3D=3Futf-8=3Fq=3FHello=3F=3D?=\r")),
    ("letters that turn the subject round", "header-controls",
     head(rb"^Subject: ", b"Subject: =?utf-8?q?=E2=80=AE?= ")),
    ("a program's escapes", "leftovers", both("Baotou’s", "Baotou\\u2019s")),
    ("quoted-printable that nobody decoded", "leftovers", both("Baotou’s", "Baotou=E2=80=99s")),
    ("a note to a colleague in a comment", "leftovers", html("<h2", "<!-- TODO: out before we send --><h2")),
    ("an item without words", "leftovers", html("</ul>", "<li></li></ul>")),
    ("a file's name for a picture", "images",
     html("</ul>", '</ul><img src="https://news.example.org/a.png" alt="IMG_1234.png" width="90" height="90">')),
    ("another charset in the HTML", "encoding", html('<meta charset="utf-8">', '<meta charset="iso-8859-1">')),
    ("a link to the trial site", "links-https",
     both("https://news.example.org/privacy", "https://staging.news.example.org/privacy")),
    ("an archive at another host", "list-id", head(rb"^List-Archive: .*$", b"List-Archive: <http://old.example/i>\r")),
    ("answers that nobody reads", "reply-to", _reply(b"no-reply@news.example.org")),
)  # fmt: skip
