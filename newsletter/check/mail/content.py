"""Checks of what a mail says: both parts, subject, preheader, links, leftovers. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import lxml.html

from newsletter.check.finding import Expected, Finding, fail, find_host, is_within, solidify, squeeze, warn
from newsletter.check.mail.parsed_mail import Mail, is_hidden, parse_shown, shown_text, words_of
from newsletter.issue.unfinished_text import find_leftovers
from newsletter.render.words import is_bare_ip, is_private

SIZE_WARN, SIZE_FAIL, GMAIL_CLIPS = 80_000, 95_000, 102_000  # bytes of encoded HTML
_SUBJECT_MAX = 70
_PREHEADER = (40, 110)
_SHOUT_LETTERS = 12  # fewer may be a name: "MP Materials"
_SHOUTS = 0.6  # of the letters, in capitals
_SHORTENERS = frozenset(
    {
        "bit.ly", "t.co", "goo.gl", "tinyurl.com", "ow.ly", "is.gd", "buff.ly", "rebrand.ly", "lnkd.in", "dlvr.it",
        "trib.al", "shorturl.at", "cutt.ly", "t.ly", "rb.gy", "tiny.cc", "fb.me", "wp.me", "youtu.be",
    }
)  # fmt: skip
_GENERIC = frozenset(
    {
        "click here", "here", "read more", "more", "link", "this", "learn more", "continue", "view", "go", "details",
        "this link", "see more", "find out more", "read on",
    }
)  # fmt: skip
_ALONE = frozenset({"none", "null", "undefined", "nan", "n/a", "todo", "()", "[]", "{}"})
# A value that was missing, between marks: "Source: None", "(undefined)". A source may say so too: it only warns.
_MISSING = re.compile(r"[:(\[,·|–]\s?(?:None|null|undefined|nan)(?=\s*(?:[)\],·|;]|\.?$))", re.MULTILINE)
_TRACKING = re.compile(
    r"[?&](?:utm_(?:source|medium|campaign|term|content|id)|fbclid|gclid|dclid|msclkid|mc_[ce]id|mkt_tok|"
    r"_hsenc|_hsmi|vero_id|yclid|igshid)=",
    re.IGNORECASE,
)
_EMOJI = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\u2b50\u2b55]")
_MOST_EMOJI = 1
_TAGS = re.compile(
    r"</?(?:p|a|b|i|em|strong|div|span|table|tr|td|br|ul|li|h[1-6]|img|html|body|style|font)\b[^<>\n]*>",
    re.IGNORECASE,
)
_ENTITIES = re.compile(r"&(?:amp|lt|gt|nbsp|quot|apos|#\d+|#x[0-9a-f]+|[a-z]{4,8});", re.IGNORECASE)
_TRIAL_HOST = re.compile(r"(?:staging|stage|test|dev|preview|uat|beta|local)[\d-]*\.", re.IGNORECASE)
_DOMAIN_LIKE = re.compile(r"(?:https?://)?((?:[a-z0-9-]+\.)+[a-z]{2,})(?:[/?#]\S*)?", re.IGNORECASE)
_MAIL_ADDRESS = re.compile(r"(?<![\w/:.+-])[\w.+-]+@(?:[\w-]+\.)+[a-z]{2,}\b", re.IGNORECASE)
_FILLER = re.compile("[\u00a0\u00ad\u034f\u2000-\u200f\u2028-\u202f\u2060\u2800\ufeff\\s]+")


@dataclass(frozen=True)
class Link:
    """One <a> with an address."""

    href: str
    text: str


def _link_text(element: lxml.html.HtmlElement) -> str:
    """Return what a link says aloud: its words, its label, or the words of its pictures."""
    pictures = " ".join(image.get("alt", "") for image in element.iter("img"))
    return words_of(element) or element.get("aria-label", "") or pictures


class Reading:
    """A mail's HTML as it is read: parsed once for all the checks."""

    def __init__(self, mail: Mail) -> None:
        self.mail = mail

    @cached_property
    def document(self) -> lxml.html.HtmlElement:
        """The HTML without what only Word sees."""
        return parse_shown(self.mail.html)

    @cached_property
    def body(self) -> lxml.html.HtmlElement:
        """Its body."""
        return next(self.document.iter("body"), self.document)

    @cached_property
    def shown(self) -> str:
        """What a reader sees."""
        return shown_text(self.body)

    @cached_property
    def addresses(self) -> str:
        """The addresses of all links, in one text."""
        return " ".join(link.href for link in self.links)

    @cached_property
    def links(self) -> tuple[Link, ...]:
        """Every link, hidden ones too."""
        return tuple(
            Link(element.get("href", "").strip(), _link_text(element))
            for element in self.document.iter("a")
            if element.get("href") is not None
        )

    @cached_property
    def hidden_line(self) -> lxml.html.HtmlElement | None:
        """The element of the preheader."""
        return next((element for element in self.body.iter("div", "span", "p") if is_hidden(element)), None)

    @cached_property
    def preheader(self) -> str:
        """The hidden first line, without its filler."""
        line = self.hidden_line
        return "" if line is None else _FILLER.sub(" ", str(line.text_content())).strip()

    @cached_property
    def text(self) -> str:
        """The text part on one line: wrapping and quotation bars undone."""
        return squeeze(re.sub(r"\n[>!*] ?", "\n", self.mail.text))


def _plain(href: str) -> str:
    return href.split("#", maxsplit=1)[0]


def check_same_content(reading: Reading, _: Expected) -> Iterator[Finding]:
    """18: the text part has every title and every address of the HTML."""
    text = solidify(reading.text)
    for heading in reading.document.iter("h1", "h2", "h3"):
        words = words_of(heading) or next((image.get("alt", "") for image in heading.iter("img")), "")
        if words and solidify(words) not in text:
            yield fail("text-complete", f"The text part lacks the heading “{words[:80]}”.",
                       "Correct email/issue.txt: it must say what the HTML says.")  # fmt: skip
    addresses = {_plain(address) for address in re.findall(r"https?://[^\s<>\"]+", reading.mail.text)}
    known = addresses | {address.rstrip(".,;)") for address in addresses}
    linked = dict.fromkeys(_plain(link.href) for link in reading.links if link.href.startswith("http"))
    for href in linked:
        if href not in known:
            yield fail("text-complete", f"The text part lacks the address {href[:120]}.",
                       "Correct email/issue.txt: readers of text need every link.")  # fmt: skip


def check_text(reading: Reading, expected: Expected) -> Iterator[Finding]:
    """19: no markup in the text part that a reader of the HTML would not see too."""
    for pattern, kind in ((_TAGS, "a tag"), (_ENTITIES, "an entity")):
        told = (item for item in pattern.findall(reading.mail.text) if not expected.is_foreign(item))
        found = next((item for item in told if item not in reading.shown), "")
        if found:
            yield warn("text-markup", f"The text part holds {kind}: {found[:60]}", "Write plain words there.")


def check_size(reading: Reading, _: Expected) -> Iterator[Finding]:
    """20: the encoded HTML stays under Gmail's limit."""
    size, hint = reading.mail.html_size, "Lower editorial.max_stories or max_highlights."
    if size > SIZE_FAIL:
        yield fail("size", f"The HTML is {size:,} bytes encoded; Gmail cuts it near 102,000.", hint)
    elif size > SIZE_WARN:
        yield warn("size", f"The HTML is {size:,} bytes encoded, near Gmail's limit of 102,000.", hint)


def check_subject(reading: Reading, expected: Expected) -> Iterator[Finding]:
    """21: a subject of 1–70 characters that neither shouts nor repeats."""
    subject = reading.mail.subject.strip()
    if not subject:
        yield fail("subject", "The subject is empty.", "Retitle the top story, or look at the composer.")
        return
    if len(subject) > _SUBJECT_MAX:
        yield warn("subject", f"The subject has {len(subject)} characters; phones show {_SUBJECT_MAX}.",
                   "Shorten it.")  # fmt: skip
    letters = [char for char in subject if char.isalpha()]
    capitals = sum(char.isupper() for char in letters)
    if (len(letters) >= _SHOUT_LETTERS and capitals > _SHOUTS * len(letters)) or re.search(
        r"!!|\?\?|\$\$", subject
    ):
        yield warn("subject", "The subject shouts.", "Write it in ordinary letters with one mark at most.")
    if len(_EMOJI.findall(subject)) > _MOST_EMOJI:
        yield warn("subject", "The subject holds several pictographs, as spam does.", "Take them out.")
    if subject.casefold() in {old.strip().casefold() for old in expected.recent_subjects}:
        yield warn("subject", "A recent issue had the same subject.", "Retitle the top story.")


def check_title(reading: Reading, _: Expected) -> Iterator[Finding]:
    """21: the title of the page, which some clients show and read aloud, is the subject or the newsletter's name."""
    title = squeeze(str(reading.document.findtext(".//title") or ""))
    names = [words_of(heading) for heading in reading.body.iter("h1")]
    if title and not any(solidify(title) in solidify(words) for words in (reading.mail.subject, *names)):
        yield warn("subject", f"The HTML's title is not the subject: {title[:80]}", "Correct {{ title }}.")


def check_preheader(reading: Reading, expected: Expected) -> Iterator[Finding]:
    """22: a preheader of 40–110 characters that adds to the subject."""
    preheader = reading.preheader
    least, most = _PREHEADER
    if not preheader:
        yield warn("preheader", "There is no preheader.", "Inboxes show it beside the subject.")
    elif not least <= len(preheader) <= most:
        yield warn(
            "preheader",
            f"The preheader has {len(preheader)} characters; {least}–{most} are shown whole.",
            "Rewrite it.",
        )
    elif expected.preheader and solidify(preheader) != solidify(expected.preheader):
        yield warn("preheader", "The preheader is not that of the issue.", "Look at the template.")
    elif preheader.casefold().startswith(reading.mail.subject.strip().casefold()):
        yield warn("preheader", "The preheader repeats the subject.", "Let it add to the subject.")


def check_strangers(reading: Reading, expected: Expected) -> Iterator[Finding]:
    """No mail address stands in our own words but those of the head: it may be another reader's."""
    known = " ".join(value for _, value in reading.mail.headers).casefold()
    for name, words in (("HTML", reading.shown), ("text", reading.mail.text)):
        for address in dict.fromkeys(_MAIL_ADDRESS.findall(words)):
            own = address.casefold() in known or address.casefold().endswith(f"@{expected.domain}")
            if expected.beside and not own and not expected.is_foreign(address):
                yield warn("leftovers", f"The {name} part names a mail address that is not ours: {address}.",
                           "Look whether it is a reader's.")  # fmt: skip


def check_leftovers(reading: Reading, expected: Expected) -> Iterator[Finding]:
    """23: nothing left over from a template; what a source's own words hold was judged at composing."""
    comments = " ".join(re.findall(r"<!--(?!\[if|<!\[endif)(.*?)-->", reading.mail.html, re.DOTALL))
    places = (("subject", reading.mail.subject), ("HTML part", f"{reading.shown} {reading.preheader}"),
              ("HTML's comments", comments),
              ("text part", reading.mail.text),
              ("HTML source", reading.addresses))  # fmt: skip
    for where, words in places:
        own = {kind: found for kind, found in find_leftovers(words) if not expected.is_foreign(found)}
        for kind, found in own.items():
            yield fail("leftovers", f"The {where} holds a leftover {kind}: {found[:60].strip()}",
                       "Correct the template.")  # fmt: skip
        missing = next((item[0] for item in _MISSING.finditer(words) if not expected.is_foreign(item[0])), "")
        if missing:
            yield warn("leftovers", f"The {where} seems to lack a value: {missing.strip()}",
                       "Look whether a template shows what is not there.")  # fmt: skip
    hint = "A value was missing in the template."
    for element in reading.body.iter("p", "li", "h1", "h2", "h3", "a", "td", "strong", "em", "b", "span"):
        words = words_of(element).casefold()
        if not words and element.tag == "li":
            yield fail("leftovers", "A list has an item without words.", hint)
        if words in _ALONE and not expected.is_whole(words):
            yield fail("leftovers", f"A <{element.tag}> says only “{words}”.", hint)
    for line in reading.mail.text.splitlines():
        words = line.strip(" *>!-:")
        if words.casefold() in _ALONE - {"()", "[]", "{}"} and not expected.is_whole(words):
            yield fail("leftovers", f"A line of the text part says only “{line.strip()}”.", hint)
            break


def check_links(reading: Reading, expected: Expected) -> Iterator[Finding]:
    """24–27: every link absolute, https, named for what it opens."""
    for link in reading.links:
        if not link.href.startswith("mailto:"):
            yield from _check_target(link)
            yield from _check_words(link, expected)


def _check_target(link: Link) -> Iterator[Finding]:
    shown, host = link.href[:120], find_host(link.href)
    if not link.href.startswith("https://") or not host:
        yield fail("links-https", f"A link is not an absolute https address: {shown or '(empty)'}",
                   "Set newsletter.base_url to a public https address, or drop the source's link.")  # fmt: skip
    if is_bare_ip(host):
        yield fail("links-https", f"A link leads to a bare IP address: {shown}", "Spam filters refuse those.")
    elif is_private(host):
        yield fail("links-https", f"A link leads to a machine that readers cannot reach: {shown}",
                   "Set newsletter.base_url to a public address, or drop the source's link.")  # fmt: skip
    if found := _TRACKING.search(link.href):
        yield warn("tracking", f"A link carries {found[0].strip('?&=')}: {shown}",
                   "Link the page without it; a list of such words is cut when sources are read.")  # fmt: skip
    if "@" in link.href.removeprefix("https://").split("/")[0]:
        yield fail("links-https", f"A link holds a name before its host: {shown}", "It looks like phishing.")
    if any(host in {name, "www." + name} for name in _SHORTENERS):
        yield warn("shorteners", f"A link goes through a shortener: {shown}", "Link the page itself.")


def _check_words(link: Link, expected: Expected) -> Iterator[Finding]:
    shown, host = link.href[:120], find_host(link.href)
    named = _DOMAIN_LIKE.fullmatch(link.text)
    if named and host and not (is_within(host, named[1].removeprefix("www.")) or is_within(named[1], host)):
        tell = warn if expected.is_whole(link.text) else fail  # a publisher may be called by its domain
        yield tell("link-text", f"A link says {link.text[:60]} but opens {host}.", "It looks like phishing.")
    if not link.text:
        yield fail("link-text", f"A link has no words: {shown}", "Readers who listen hear nothing.")
    if link.text.casefold().strip(" .…→»›") in _GENERIC:
        yield warn("link-text-generic", f"A link says only “{link.text}”.", "Say what it opens.")


def check_footer(reading: Reading, expected: Expected) -> Iterator[Finding]:
    """42: who and why, address, unsubscribe and web version, in both parts."""
    for where, shown, addresses in (
        ("HTML part", reading.shown, reading.addresses),
        ("text part", reading.text, reading.mail.text),
    ):
        for line in expected.postal:
            if squeeze(line) not in shown:
                yield fail("footer", f"The {where} lacks the postal address ({line}).",
                           "Set newsletter.postal_address.")  # fmt: skip
        if expected.why and squeeze(expected.why) not in shown:
            yield fail("footer", f"The {where} does not say why a reader gets this mail.",
                       "Restore it in the template.")  # fmt: skip
        if "unsubscribe" not in shown.casefold() or not re.search(r"/u/[\w-]+", addresses):
            yield fail("footer", f"The {where} has no unsubscribe link.",
                       "Restore {{ links.unsubscribe }} and, before it, the word “unsubscribe”.")  # fmt: skip
        if not re.search(r"/issues/(?:[a-z][a-z0-9-]*/)?\d{4}-\d\d-\d\d(?![\w/-])", addresses):
            yield fail("footer", f"The {where} has no link to the web version.", "Restore {{ links.web }}.")


def check_charset(reading: Reading, _: Expected) -> Iterator[Finding]:
    """16: the HTML says of itself that it is UTF-8, or nothing."""
    for meta in reading.document.iter("meta"):
        said = meta.get("charset") or "".join(re.findall(r"charset=([\w-]+)", meta.get("content") or ""))
        if said and said.casefold() not in {"utf-8", "utf8"}:
            yield warn("encoding", f"The HTML says charset {said}.", "It must say utf-8.")


def check_own_links(reading: Reading, expected: Expected) -> Iterator[Finding]:
    """42: the links to our own pages lead to this issue, at our own address."""
    if expected.issue and f"/issues/{expected.issue}" not in reading.addresses:
        yield fail("footer", f"No link leads to the web version of {expected.issue}.",
                   "Restore {{ links.web }}; another issue's page is linked.")  # fmt: skip
    if expected.base_url:
        wanted = find_host(expected.base_url)
        for link in reading.links:
            host = find_host(link.href)
            if host != wanted and is_within(host, expected.domain) and _TRIAL_HOST.match(host):
                yield warn("links-https", f"A link leads to a trial site: {link.href[:120]}",
                           "Was the issue rendered where the templates are tried?")  # fmt: skip
            if "unsubscribe" in link.text.casefold() and host not in {wanted, ""}:
                yield fail("footer", f"The unsubscribe link opens {host}, not {wanted}.",
                           "Restore {{ links.unsubscribe }}.")  # fmt: skip


def check_no_postal(_: Reading, expected: Expected) -> Iterator[Finding]:
    """42: the law of many countries asks for a postal address."""
    if not expected.postal:
        yield fail("footer", "No postal address is set.",
                   "Set newsletter.postal_address: CAN-SPAM and others ask for it.")  # fmt: skip
