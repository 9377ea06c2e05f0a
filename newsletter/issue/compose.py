"""Composing the issue: sections, labels, cautions, references, subject. Pure.

Same stories, settings and day give the same issue. Nothing here chooses what is true: it orders and
labels what ranking kept and the summarizer wrote.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from newsletter.config import Editorial, Identity
from newsletter.english.injection import INJECTION_FLAG, find_injection
from newsletter.english.rules import compile_pattern
from newsletter.english.stems import content_roots
from newsletter.highlights.lead_ins import find_distributed, name_publisher
from newsletter.issue.also_noted import choose_also_noted
from newsletter.issue.dates_ahead import add_conditions, read_dates
from newsletter.issue.official_titles import write_headline
from newsletter.issue.story_faults import find_headline_fault
from newsletter.issue.subject_line import write_front
from newsletter.model import (
    AlsoNoted,
    Article,
    Coverage,
    DateAhead,
    Flag,
    Issue,
    IssueKey,
    IssueStory,
    LocalDate,
    Publisher,
    PublisherKind,
    Reference,
    Section,
    Story,
)
from newsletter.stories.lexicon import Lexicon
from newsletter.stories.lexicon_file import SectionRule
from newsletter.stories.novelty import History, clean_headline, digest_headline
from newsletter.stories.opinion import OPINION, find_genre, label_genre
from newsletter.stories.paid_content import PAID, PAID_BY, find_disclosure, is_paid

_CORRECTS = re.compile(
    r"^\W{0,3}(?:This (?:article|notice|story|version|report|item) )?corrects\s", re.IGNORECASE | re.MULTILINE
)
_LEGAL_FORM = re.compile(
    r"(?:,? \(?(?:Pty|Ltd|Limited|Plc|plc|PLC|Inc|Corp|Corporation|ASA|AG|SA|AB|NV|Oyj|GmbH|Co|LLC)"
    r"\b\.?\)?)+$"
)
_OF_WIRE = compile_pattern(r"\b{wire}\b|[Ww]ire\b")  # carries the releases of others
# Words that name no company without the next one: "Critical minerals offtake signed" is not of Critical Metals.
_ORDINARY = re.compile(
    r"critical|rare|earths?|first|energy|metals?|minerals?|mining|resources?|materials?|magnets?|advanced"
    r"|new|green|clean|battery|strategic|global|general|great|americas?|american|australian?|pacific|atlantic"
    r"|(?:north|south|east|west)(?:ern)?|arctic|european|african?|china|india|canada|usa?|iron|lithium|uranium"
    r"|gold|silver|copper|nickel|power|future|the|.",
    re.IGNORECASE,
)
_TRANSLATED = re.compile(r"[Uu]nofficial (?:English )?translation\b")
_TOP = 600  # characters of a text in which it says that it corrects an earlier one
_CAUTION = re.compile(
    r"\b(?:should|must|needs? to|has to|have to|ought to) be (?:\w+ly )?(?:verified|confirmed|checked|"
    r"treated with caution|"
    r"interpreted with caution|read with caution)(?: \w+ly)?\b"
    r"|\b(?:has|have|was|were|could|can) not (?:been |be )?(?:independently )?(?:verif(?:y|ied)|confirm(?:ed)?)\b"
    r"|\bnot (?:been )?independently verified\b",
    re.IGNORECASE,
)


def begin_issue(
    key: IssueKey, number: int, identity: Identity, coverage: Coverage, now: datetime, **known: Any
) -> Issue:
    """Return an issue that tells nothing yet; ``known`` are fields of it that are known before any story is."""
    return Issue(
        edition=key.edition,
        date=key.date,
        number=number,
        newsletter=identity.title,
        subject=f"{identity.title}, {key.date.day} {key.date:%B %Y}",
        preheader="",
        composed=now,
        sections=(),
        coverage=coverage,
        **known,
    )


def compose_quiet(begun: Issue) -> Issue:
    """Return an issue without stories that says so, and what was read to know it."""
    read = sum(report.ok for report in begun.coverage.sources)
    sources = f"{read} {'source' if read == 1 else 'sources'}"
    return replace(
        begun,
        subject=f"A quiet day, {begun.date.day} {begun.date:%B %Y}",
        preheader=f"Nothing new in {sources} read since the last issue of {begun.newsletter}"[:110],
        note=f"A quiet day: nothing new in {sources} read since the last issue. The next one comes as usual.",
    )


def compose_issue(
    begun: Issue,
    stories: Sequence[Story],
    *,
    settings: Editorial,
    lexicon: Lexicon,
    tagline: str,
    history: History | None = None,
    unread: Sequence[AlsoNoted] = (),
    weighed: Sequence[str] = (),
) -> Issue:
    """Compose an issue that was begun from ranked ``stories`` (kept and not kept, the best first).

    ``unread`` are headlines whose pages could not be read, the newest first; ``weighed`` are those of articles that
    earlier issues read. A kept story without
    highlights is not shown; the caller should have dropped it with a reason.
    """
    kept = [story for story in stories if story.kept and story.highlights]
    shown = [show_story(story, lexicon=lexicon) for story in kept]
    sections = arrange_sections(shown, lexicon)
    noted = choose_also_noted(
        stories, lexicon=lexicon, settings=settings, history=history, unread=unread, weighed=weighed
    )
    in_order = [story for section in sections for story in section.stories]
    told = {"", *(story.key for story in in_order)}
    issue = replace(
        begun,
        sections=sections,
        prices=tuple(one for one in begun.prices if one.story in told),
        also_noted=tuple(line for line in noted.lines if not find_headline_fault(line.headline)),
        dates_ahead=_find_dates(sections, kept, begun.date, settings),
        abbreviations=tuple(lexicon.abbreviations.items()),
        coverage=replace(
            begun.coverage,
            stories_kept=len(in_order),
            headlines_kept=noted.headlines_kept,
            headlines_dropped=noted.headlines_dropped,
            headlines_foreign=noted.foreign,
        ),
    )
    return write_front(issue, tagline=tagline)


def _find_dates(
    sections: Sequence[Section], stories: Sequence[Story], today: LocalDate, settings: Editorial
) -> tuple[DateAhead, ...]:
    """Return the dates ahead: none that an advertisement or an opinion awaits, each with what it depends on."""
    news = [story for section in sections if not section.apart for story in section.stories]
    cited = {story.key: {one.article for one in story.references} for story in news}
    articles = {
        story.key: [one for one in story.articles if one.id in cited[story.key]]
        for story in stories
        if story.key in cited
    }
    highlights = {story.key: story.highlights for story in news}
    ahead = read_dates(articles, highlights, today=today, max_words=settings.max_words)
    return _tell_once(add_conditions(ahead, articles, today=today), [story.key for story in stories])


def _tell_once(ahead: Sequence[DateAhead], order: Sequence[str]) -> tuple[DateAhead, ...]:
    """Return the dates, of several stories that have one day for one matter that of the weightiest."""
    kept: list[DateAhead] = []
    for one in sorted(ahead, key=lambda date: order.index(date.story)):
        own = frozenset(content_roots(one.text))
        told = (frozenset(content_roots(other.text)) for other in kept if other.date == one.date)
        if not any(2 * len(own & roots) >= min(len(own), len(roots)) for roots in told):
            kept.append(one)
    return tuple(sorted(kept, key=lambda date: (date.date, date.story)))


def find_caution(disclaimer: str) -> str | None:
    """Return the source's own words of caution: "should be independently verified"."""
    match = _CAUTION.search(disclaimer)
    return match[0] if match else None


def arrange_sections(stories: Sequence[IssueStory], lexicon: Lexicon) -> tuple[Section, ...]:
    """Put the first story first, alone, and the others into their sections, those of the weightiest first.

    Empty sections vanish.

    Opinion and paid content stays apart: where there is anything else, that leads.
    """
    apart = {rule.key for rule in lexicon.sections if rule.apart}
    stories = sorted(stories, key=lambda story: story.section in apart and not story.pinned)
    titles = {rule.key: rule.title for rule in lexicon.sections if not rule.lead}
    sections = []
    for rule in lexicon.sections:
        members = stories[:1] if rule.lead else [story for story in stories[1:] if story.section == rule.key]
        if members:
            own = titles.get(members[0].section) if rule.lead else None
            # "Top story · China watch"
            title = f"{rule.title} · {own}" if own else _name_section(rule, members)
            sections.append(Section(key=rule.key, title=title, stories=tuple(members), apart=rule.apart))
    return tuple(sorted(sections, key=lambda one: (one.apart, stories.index(one.stories[0]))))


def _name_section(rule: SectionRule, stories: Sequence[IssueStory]) -> str:
    """Return the title of a section: where all its stories are opinion, or paid for, the one that says so."""
    genres = {PAID if is_paid(story.labels) else OPINION for story in stories}
    return rule.only.get(genres.pop(), rule.title) if len(genres) == 1 else rule.title


def show_story(story: Story, *, lexicon: Lexicon) -> IssueStory:
    """Return a story as the issue holds it: labelled, with what it cites."""
    lead = story.articles[0]
    labels = _label(story, lexicon)
    cautions = [find_caution(article.disclaimer or "") for article in story.articles]
    cautions += [found[0] for one in story.articles if (found := _TRANSLATED.search(one.text[:_TOP]))]
    if not any(label.startswith(PAID_BY) for label in labels):  # which says it already
        texts = ("\n\n".join(filter(None, (one.text, one.disclaimer))) for one in story.articles)
        cautions += map(find_disclosure, texts)
    return IssueStory(
        key=story.key,
        headline=_name_correction(lead),
        section=story.section,
        highlights=story.highlights,
        line=story.line,
        references=_refer(story),
        occurred=lead.occurred,
        labels=labels,
        caution=" … ".join(dict.fromkeys(filter(None, cautions))) or None,
        update_of=story.update_of,
        follows=story.follows,
        flags=_flag(story),
        score=story.score,
        reasons=story.reasons,
    )


def _name_correction(article: Article) -> str:
    """Return the headline, which says whose correction it is where only the text does; of a document what it does.

    A release names the company that it is from, not who distributes it.
    """
    publisher = article.publisher
    headline = clean_headline(article.title, publisher.name)
    if publisher.kind is PublisherKind.REGULATOR:
        headline = write_headline(headline, article.text, publisher.name)
    if headline.casefold().startswith("correct"):
        return headline
    if article.title.startswith("CORRECT") or _CORRECTS.search(article.text[:_TOP]):
        return f"{find_distributed(article) or publisher.name} corrects: {headline}"
    company = find_distributed(article) or _LEGAL_FORM.sub("", publisher.name)
    is_own = publisher.kind is PublisherKind.ISSUER and not _OF_WIRE.search(company)
    return headline if not is_own or _names(company, headline) else f"{company}: {headline}"


def _names(company: str, headline: str) -> bool:
    """Whether a headline has a company's name up to its first word of its own, or its letters ("ZCS", "MP")."""
    words = re.findall(r"[^\W_]+", company) or [company]
    own = (number for number, word in enumerate(words, 1) if not _ORDINARY.fullmatch(word))
    name = r"\W+".join(map(re.escape, words[: next(own, len(words))]))
    letters = "".join(word[0] for word in words) if len(words) > 1 else name
    return re.search(rf"\b(?:(?i:{name})|{letters})\b", headline) is not None


def _flag(story: Story) -> tuple[str, ...]:
    """Return the remarks on a story: its own, those on its date and its text, and that no date is known at all."""
    flags = [*story.flags, *(flag for flag in story.articles[0].flags if flag != Flag.FIRST_SIGHT)]
    if not any(article.published for article in story.articles):
        flags.append(Flag.FIRST_SIGHT)
    if any(find_injection(article.text) for article in story.articles):
        flags.append(INJECTION_FLAG)
    return tuple(dict.fromkeys(flags))


def _label(story: Story, lexicon: Lexicon) -> tuple[str, ...]:
    """Return who speaks: the kind of the lead's publisher, whose words it relays, and whether it was paid for."""
    lead = story.articles[0]
    origin = next((article.origin for article in story.articles if article.origin), None)
    kind = _kind(lead.publisher, lexicon)
    genre = find_genre(lead)
    labels = [kind.value]
    if genre:  # whose it is comes first; what somebody paid for has no kind beside
        labels = [label_genre(lead)] if genre == PAID else [label_genre(lead), kind.value]
    if origin is not None:
        labels.append(f"relaying {_kind(origin, lexicon).value} ({origin.name})")
    return tuple(labels)


def _kind(publisher: Publisher, lexicon: Lexicon) -> PublisherKind:
    return PublisherKind.STATE_MEDIA if lexicon.is_state_media(publisher.name) else publisher.kind


def drop_copies(articles: Sequence[Article]) -> tuple[Article, ...]:
    """Return the articles without further copies of one publisher's text: one voice says it once."""
    first: dict[tuple[str, str], Article] = {}
    for article in articles:
        first.setdefault(_copy_key(article), article)
    return tuple(first.values())


def _copy_key(article: Article) -> tuple[str, str]:
    return article.publisher.independence, digest_headline(article.title)


def _refer(story: Story) -> tuple[Reference, ...]:
    """Return one reference an article; of one publisher's copies of one text only the cited or first."""
    cited = {
        citation.article
        for highlight in (*story.highlights, *((story.line,) if story.line else ()))
        for citation in highlight.cited
    }
    references: list[Reference] = []
    seen: set[tuple[str, str]] = set()
    for article in sorted(story.articles, key=lambda article: article.id not in cited):
        copy = _copy_key(article)
        if copy in seen and article.id not in cited:
            continue
        twins = [other.url for other in story.articles if other.url and _copy_key(other) == copy]
        seen.add(copy)
        references.append(
            Reference(
                article=article.id,
                title=article.title,
                publisher=name_publisher(article),
                origin=article.origin,
                url=article.url or (twins[0] if twins else None),
                published=article.published,
                published_is_date=article.published_is_date,
                byline=article.byline,
            )
        )
    return tuple(references)
