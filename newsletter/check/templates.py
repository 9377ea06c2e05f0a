"""Checking templates: every one is rendered on hard content, and what is wrong is said in plain words.

Pure but for the loader behind ``Templates``. Behind ``newsletter templates check``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache

from newsletter import links
from newsletter.check.finding import Expected, Finding, fail, find_host, solidify, warn
from newsletter.check.mail import content
from newsletter.check.mail.check_mail import MARKUP_CHECKS
from newsletter.check.mail.colours import contrast, invert, parse_colour
from newsletter.check.mail.content import Reading
from newsletter.check.mail.parsed_mail import Mail, Part
from newsletter.config import Edition, Identity
from newsletter.errors import TemplateError
from newsletter.model import Issue, NoticeKind
from newsletter.render.hard_issues import HEADLINES, PUBLISHERS, hard_correction, tricky_issues
from newsletter.render.issue import render_issue
from newsletter.render.notice import render_notice
from newsletter.render.size_limit import measure_encoded
from newsletter.render.templates import Templates
from newsletter.render.theme import Palette, Theme
from newsletter.render.words import WIDTH, clean, join_words

_TOKEN = "t" * links.TOKEN_LENGTH
_EDITIONS = (
    Edition(key="daily", name="Donaudampfschifffahrt & <b>{{ 7 }}</b>", about="稀土, every day"),
    Edition(key="w", name="W"),
)
_READABLE = 4.5  # to 1: WCAG 2.2, 1.4.3
_FOREIGN = frozenset(map(solidify, (*HEADLINES, *(publisher.name for publisher in PUBLISHERS))))
_CONTENT_CHECKS = (
    content.check_same_content,
    content.check_text,
    content.check_size,
    content.check_leftovers,
)


def _as_mail(subject: str, html: str, text: str) -> Mail:
    parts = tuple(
        Part(type=kind, charset="utf-8", content=part.encode(), encoded_size=measure_encoded(part))
        for kind, part in (("text/plain", text), ("text/html", html))
    )
    return Mail(
        raw=b"", head=b"", headers=(), type="multipart/alternative", parts=parts, defects=(), subject=subject,
        html=html, text=text,
    )  # fmt: skip


def _look(mail: Mail, identity: Identity, theme: Theme) -> Iterator[Finding]:
    reading = Reading(mail)
    pictures = (find_host(theme.logo.url),)
    expected = Expected(base_url=identity.base_url, foreign=_FOREIGN, pictures=pictures)
    for check in (*_CONTENT_CHECKS, *MARKUP_CHECKS):
        yield from check(reading, expected)
    for line in mail.text.splitlines():
        if len(line) > WIDTH and "://" not in line:
            yield warn("text-width", f"A line of the text part has {len(line)} characters: {line[:40]}…",
                       "Pass what it shows through the filter wrap.")  # fmt: skip
            break


def _look_for(mail: Mail, wanted: dict[str, str], file: str) -> Iterator[Finding]:
    reading = Reading(mail)
    html = f"{reading.shown} {reading.addresses}"
    places = ((f"email/{file}.html", html), (f"email/{file}.txt", reading.text))
    for template, shown in places:
        solid = solidify(shown)
        for name, words in wanted.items():
            if words and solidify(words) not in solid:
                yield fail("template-content", f"{template} does not show {name}: {words[:60]}",
                           "Compare your copy with the shipped template.")  # fmt: skip


def _wanted(issue: Issue, identity: Identity) -> dict[str, str]:
    base = identity.base_url
    wanted = {
        "the unsubscribe link": links.unsubscribe_url(base, links.UNSUBSCRIBE_SLOT),
        "the web version": links.issue_url(base, issue.key, identity.archive_secret),
        "the sign-up page": links.home_url(base),
        "the privacy page": links.privacy_url(base),
        "why a reader gets it": identity.why,
        "the issue's number": f"No. {issue.number}",
        "the quiet-day note": issue.note or "",
    }
    for story in issue.stories:
        wanted[f"the headline of {story.key}"] = clean(story.headline)
        wanted[f"the publisher of {story.key}"] = clean(story.references[0].publisher.name)
        wanted[f"the caution of {story.key}"] = story.caution or ""
    for noted in issue.also_noted:
        wanted[f"a line of also noted ({noted.publisher[:20]})"] = clean(noted.headline)
    for ahead in issue.dates_ahead:
        wanted["a date ahead"] = ahead.text.rstrip(".")
    return wanted


def _check_issues(templates: Templates, identity: Identity) -> Iterator[tuple[str, Finding]]:
    for hard, issue in tricky_issues():
        named = replace(issue, newsletter=identity.title)
        try:
            rendered = render_issue(named, identity, templates)
        except TemplateError as error:
            yield hard, fail("template", str(error), error.hint)
            continue
        mail = _as_mail(rendered.subject, rendered.html, rendered.text)
        for finding in (
            *_look_for(mail, _wanted(named, identity), "issue"),
            *_look(mail, identity, templates.theme),
        ):
            yield hard, finding


def _join_alike(found: Iterable[tuple[str, Finding]], most: int) -> Iterator[Finding]:
    """Say once what is wrong with several contents, and with which; ``most`` is how many there are."""
    contents: dict[Finding, dict[str, None]] = {}
    for hard, finding in found:
        contents.setdefault(finding, {})[hard] = None  # each once, in their order
    for finding, names in contents.items():
        shown = "every content" if len(names) == most else join_words(names)
        yield replace(finding, message=f"With {shown}: {finding.message}")


def _check_notices(templates: Templates, identity: Identity) -> Iterator[Finding]:
    for kind in NoticeKind:
        try:
            notice = render_notice(
                kind, identity, templates, token=_TOKEN,
                latest=next(tricky_issues())[1], editions=_EDITIONS, correction=hard_correction(),
            )  # fmt: skip
        except TemplateError as error:
            yield fail("template", f"In the {kind} notice: {error}", error.hint)
            continue
        wanted = {
            NoticeKind.CONFIRM: {"its link": links.confirm_url(identity.base_url, _TOKEN)},
            NoticeKind.WELCOME: {"its unsubscribe link": links.unsubscribe_url(identity.base_url, _TOKEN)},
            NoticeKind.LEAVE: {"its link": links.unsubscribe_url(identity.base_url, _TOKEN)},
            NoticeKind.CORRECTION: {
                "its unsubscribe link": links.unsubscribe_url(identity.base_url, _TOKEN),
                "the corrected words": "2,080 tonnes",
            },
            NoticeKind.GOODBYE: {"the way back": links.home_url(identity.base_url)},
        }[kind]
        mail = _as_mail(notice.subject, notice.html, notice.text)
        if not notice.subject:
            yield fail("template", f"The {kind} notice has no subject.", f"Write email/{kind}.subject.txt.")
        for finding in (*_look_for(mail, wanted, kind.value), *_look(mail, identity, templates.theme)):
            yield replace(finding, message=f"In the {kind} notice: {finding.message}")


def _check_palette(palette: Palette, name: str) -> Iterator[Finding]:
    pairs = [(ink, ground) for ground in ("paper", "tint") for ink in ("ink", "muted", "accent")]
    pairs.append(("paper" if name == "light" else "page", "accent"))  # a button
    for ink, ground in pairs:
        front, back = parse_colour(getattr(palette, ink)), parse_colour(getattr(palette, ground))
        assert front is not None, ink  # the theme has read both
        assert back is not None, ground
        modes = [(name, front, back)]
        if name == "light":
            modes.append(("forced dark", invert(front), invert(back)))
        for mode, one, other in modes:
            if (ratio := contrast(one, other)) < _READABLE:
                yield fail("theme-contrast",
                           f"theme.toml, [{name}]: {ink} on {ground} has a contrast of {ratio:.1f} to 1 in {mode}.",
                           f"Text needs {_READABLE} to 1: make one darker or the other lighter.")  # fmt: skip


def check_templates(templates: Templates, identity: Identity) -> tuple[Finding, ...]:
    """Return what is wrong with the mail's templates and theme; good ones give nothing.

    Renders every template on hard content: very long words, right-to-left names, Chinese titles, no
    stories, one, sixty, and titles that look like markup or template code. The shipped ones alone are looked at once
    for each ``identity``: they stay as they are while the process lives.
    """
    return _check(templates, identity) if templates.folder else _check_shipped(identity)


@lru_cache(maxsize=8)
def _check_shipped(identity: Identity) -> tuple[Finding, ...]:
    return _check(Templates(), identity)


def _check(templates: Templates, identity: Identity) -> tuple[Finding, ...]:
    found = [
        *_check_palette(templates.theme.light, "light"),
        *_check_palette(templates.theme.dark, "dark"),
        *_join_alike(_check_issues(templates, identity), len(tuple(tricky_issues()))),
        *_check_notices(templates, identity),
    ]
    return tuple(dict.fromkeys(found))
