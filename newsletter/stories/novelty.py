"""What earlier issues sent, and whether a story is new against it. Pure.

A story that was sent comes back only as an update: with a figure, a name or a stage that the earlier
news did not have, in its title or first sentences. Otherwise it is dropped with the reason. All of
it is read from the issues themselves and the articles they cite: there is no other memory.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from newsletter.model import Article, ArticleId, Flag, Issue, IssueKey, IssueStory, SourceKey, StoryRef
from newsletter.stories.corrections import drop_notes, read_corrections
from newsletter.stories.fingerprint import (
    Fingerprint,
    fold,
    overlap,
    read_names,
    read_numbers,
    read_stems,
    same_story,
    take_fingerprint,
)
from newsletter.stories.headline import drop_tag, read_claim
from newsletter.stories.lexicon import Lexicon
from newsletter.stories.vetoes import name_different_things, read_slots

REMEMBERED = timedelta(days=45)  # older news is no longer compared by its words, only by identity
SAME_TEXT = 0.5  # share of words from which two texts are about one event whatever their titles say
LEAD_CHARS = 900  # where an update says what is new
TOP_CHARS = 400  # where it says what became of a plan, and by which two texts are known to be one
_STAGES = re.compile(
    r"\b(?:propos(?:e[sd]?|al)|plann?(?:s|ed)?|consider(?:s|ed|ing)?|appl(?:y|ies|ied)|fil(?:e[sd]|ing)|"
    r"approv(?:e[sd]?|al)|reject(?:s|ed)?|grant(?:s|ed)?|sign(?:s|ed)?|complet(?:e[sd]?|ion)|clos(?:e[sd]|ing)|"
    r"cancel(?:s|l?ed)?|terminat(?:e[sd]?|ion)|suspend(?:s|ed)?|resum(?:e[sd]?|ption)|delay(?:s|ed)?|"
    r"postpon(?:e[sd]?|ement)|commission(?:s|ed|ing)|start(?:s|ed)?|begin(?:s)?|began|launch(?:es|ed)?|"
    r"open(?:s|ed)?|shut(?:s|down)?|halt(?:s|ed)?|withdr(?:aws?|ew|awn)|extend(?:s|ed)?|raise[sd]?|"
    r"cut(?:s)?|den(?:y|ies|ied)|confirm(?:s|ed)?|dismiss(?:es|ed)?|settle[sd]?|appeal(?:s|ed)?)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SentStory:
    """One story of an earlier issue, as novelty remembers it."""

    issue: IssueKey
    key: str
    headline: str
    articles: frozenset[ArticleId]
    url_keys: frozenset[str]
    digests: frozenset[str]  # of title and beginning, whoever published them
    texts: tuple[tuple[str, str], ...]  # title and text of each article, as far as kept
    fingerprints: tuple[Fingerprint, ...]  # of the same
    names: frozenset[str]
    numbers: frozenset[str]
    stages: frozenset[str]
    versions: Mapping[tuple[SourceKey, str], str]  # (source, entry) ─▶ title, text

    @property
    def reference(self) -> str:
        """How an update names it: "YYYY-MM-DD/story-key"."""
        return str(StoryRef(issue=self.issue, story=self.key))


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What earlier issues sent, the newest first."""

    stories: tuple[SentStory, ...] = ()
    noted: frozenset[str] = field(default_factory=frozenset)  # digests of headlines already noted


@dataclass(frozen=True, slots=True, kw_only=True)
class Novelty:
    """The answer about one story. ``reason`` says why it is dropped, or what is new."""

    is_new: bool
    update_of: str | None = None
    reason: str = ""
    correction: str = ""  # the remark for the reader that it is one, and of what where the source says so


def build_history(issues: Iterable[Issue], articles: Mapping[ArticleId, Article]) -> History:
    """Read what was sent from earlier issues; ``articles`` are those that they cite, as far as kept.

    Of an article no longer kept, its headline and its cited sentences are remembered.
    """
    stories: list[SentStory] = []
    noted: set[str] = set()
    for issue in sorted(issues, key=lambda issue: issue.date, reverse=True):
        stories += [_remember(issue.key, story, articles) for story in issue.stories]
        noted |= {digest_headline(line.headline) for line in issue.also_noted}
    return History(stories=tuple(stories), noted=frozenset(noted))


def decide_novelty(
    articles: tuple[Article, ...], history: History, *, today: date, lexicon: Lexicon | None = None
) -> Novelty:
    """Decide whether the story of these articles is new, an update, or was sent already.

    With a lexicon, news of another element, company or mine is never taken for the same.
    """
    if correction := _find_stated_correction(articles, history, lexicon) or _find_correction(
        articles, history
    ):
        return correction
    digests = {one.id: digest_text(read_claim(one.title, one.publisher), one.text) for one in articles}
    fresh = tuple(
        article
        for article in articles
        if not any(_is_in(article.id, digests[article.id], sent) for sent in history.stories)
    )
    if not fresh:
        sent = next(sent for sent in history.stories if any(_is_in(*one, sent) for one in digests.items()))
        return Novelty(is_new=False, reason=f"in the issue of {sent.issue} ({sent.key})")
    earlier = _find_earlier(articles, digests, history, today, lexicon)
    if earlier is None:
        return Novelty(is_new=True)
    news = _find_news(fresh, earlier)
    if news:
        return Novelty(is_new=True, update_of=earlier[0].reference, reason=f"update: {news}")
    return Novelty(
        is_new=False,
        reason=f"the same news as in the issue of {earlier[0].issue} ({earlier[0].key}), "
        "with no new figure, name or stage",
    )


def digest_headline(headline: str) -> str:
    """Return a headline as it is compared: the words of its claim, folded."""
    return _fold_all(read_claim(headline))


def keep_latest(articles: Iterable[Article]) -> tuple[Article, ...]:
    """Return the articles, given in the order they came, without versions that a later one replaces."""
    return tuple({(article.source, article.entry_key): article for article in articles}.values())


def clean_headline(title: str, publisher: str) -> str:
    """Return a title on one line, without the publisher's name at its end and a wire's tag before it."""
    line = drop_tag(re.sub(r"\s+", " ", title).strip())
    for separator in (" - ", " | ", " – ", " — "):
        head, found, tail = line.rpartition(separator)
        if found and head and _fold_all(tail) == _fold_all(publisher):
            return head.strip()
    return line


def digest_text(title: str, text: str) -> str:
    """Return what tells that two articles are one text: the folded words of title and beginning."""
    return _fold_all(f"{title} {text[:TOP_CHARS]}")


def _fold_all(text: str) -> str:
    return " ".join(fold(word) for word in re.findall(r"[^\W_]+", text))


def _find_correction(articles: tuple[Article, ...], history: History) -> Novelty | None:
    """Return the answer where the source replaced a figure in an article that was sent."""
    for sent in history.stories:
        for article in articles:
            before = sent.versions.get((article.source, article.entry_key))
            if before is None or article.id in sent.articles:
                continue
            old, new = tuple(read_numbers(before)), tuple(read_numbers(_whole(article)))
            added = next((number for number in new if number not in old and number not in sent.numbers), None)
            removed = next((number for number in old if number not in new), None)
            if added and removed:
                return Novelty(
                    is_new=True,
                    update_of=sent.reference,
                    reason=f"{Flag.CORRECTED}: {_show(added)} where it was {_show(removed)}",
                    correction=Flag.CORRECTED,
                )
    return None


def _find_stated_correction(
    articles: tuple[Article, ...], history: History, lexicon: Lexicon | None
) -> Novelty | None:
    """Return the answer where an article says which figure or date of what was sent its earlier version had wrong."""
    for article in articles:
        for stated in read_corrections(article.title, article.text):
            claim = read_claim(article.title, article.publisher)
            mine = claim, article.text, take_fingerprint(claim, article.text)
            for sent in history.stories:
                told = "\n".join(f"{title}\n{text}" for title, text in sent.texts)
                change = stated.find_change(told)
                is_version = (article.source, article.entry_key) in sent.versions
                if change and (is_version or _is_same(mine, sent, lexicon)):
                    reason = f"{Flag.CORRECTED}: {change[0]} where it was {change[1]}"
                    return Novelty(is_new=True, update_of=sent.reference, reason=reason, correction=reason)
    return None


def _whole(article: Article) -> str:
    return f"{article.title}\n{article.text}"


def _remember(issue: IssueKey, story: IssueStory, articles: Mapping[ArticleId, Article]) -> SentStory:
    cited: dict[ArticleId, list[str]] = {reference.article: [] for reference in story.references}
    for highlight in story.highlights:
        for citation in highlight.citations:
            cited.setdefault(citation.article, []).append(citation.sentence)
    texts = []
    for reference in story.references:
        kept = articles.get(reference.article)
        text = kept.text if kept else " ".join(cited[reference.article])
        texts.append((read_claim(reference.title, reference.publisher), text))
    still_kept = [articles[item] for item in cited if item in articles]
    whole = "\n".join(f"{title}\n{text}" for title, text in texts)
    return SentStory(
        issue=issue,
        key=story.key,
        headline=story.headline,
        articles=frozenset(cited),
        url_keys=frozenset(one.url_key for one in still_kept if one.url_key),
        digests=frozenset(digest_text(title, text) for title, text in texts if text),
        texts=tuple(texts),
        fingerprints=tuple(take_fingerprint(title, text) for title, text in texts),
        names=frozenset(read_names(whole)) | frozenset(fold(word) for word in re.findall(r"[^\W_]+", whole)),
        numbers=frozenset(read_numbers(whole)),
        stages=_read_stages(whole),
        versions={(one.source, one.entry_key): _whole(one) for one in still_kept},
    )


def _is_in(article: ArticleId, digest: str, sent: SentStory) -> bool:
    return article in sent.articles or digest in sent.digests


def _find_earlier(
    articles: tuple[Article, ...],
    digests: Mapping[ArticleId, str],
    history: History,
    today: date,
    lexicon: Lexicon | None,
) -> tuple[SentStory, ...] | None:
    """Return the earlier stories about the same event, the newest first."""
    if not history.stories:
        return None
    mine = [
        (claim, article.text, take_fingerprint(claim, article.text))
        for article in articles
        for claim in [read_claim(article.title, article.publisher)]
    ]
    keys = {article.url_key for article in articles if article.url_key}
    earlier = tuple(
        sent
        for sent in history.stories
        if keys & sent.url_keys
        or any(_is_in(*one, sent) for one in digests.items())
        or (today - sent.issue.date <= REMEMBERED and any(_is_same(one, sent, lexicon) for one in mine))
    )
    return earlier or None


def _is_same(mine: tuple[str, str, Fingerprint], sent: SentStory, lexicon: Lexicon | None) -> bool:
    title, text, own = mine
    return any(
        same_story(own, theirs)
        and _share_more_than_names(mine, (*other, theirs), lexicon)
        and not name_different_things(
            read_slots(title, text, own, lexicon), read_slots(*other, theirs, lexicon)
        )
        for other, theirs in zip(sent.texts, sent.fingerprints, strict=True)
    )


def _share_more_than_names(
    one: tuple[str, str, Fingerprint], other: tuple[str, str, Fingerprint], lexicon: Lexicon | None
) -> bool:
    """Whether the titles share what happened, not only the subject and whose news it is; else the texts decide."""
    if lexicon is None:
        return True
    left, right = (
        frozenset(print_.title)
        - {
            stem
            for hit in lexicon.find(title)
            if hit.term.subject or hit.term.distinct
            for stem in read_stems(title[hit.start : hit.end])
        }
        for title, _, print_ in (one, other)
    )
    return bool(left & right) or overlap(one[2].words, other[2].words) >= SAME_TEXT


def _find_news(fresh: tuple[Article, ...], earlier: tuple[SentStory, ...]) -> str:
    """Say what the title and first sentences of the new articles have that no earlier news had."""
    leads = [drop_notes(article.text[:LEAD_CHARS]) for article in fresh]
    head = "\n".join(f"{article.title}.\n{lead}" for article, lead in zip(fresh, leads, strict=True))
    numbers = [number for number in read_numbers(head) if not any(number in sent.numbers for sent in earlier)]
    if numbers:
        return f"new figure {_show(numbers[0])}"
    stages = sorted(_read_stages(head[:TOP_CHARS]) - frozenset().union(*(sent.stages for sent in earlier)))
    if stages:
        return f"new stage: {stages[0]}"
    known = frozenset().union(*(sent.names for sent in earlier))
    names = [
        name for lead in leads for name in read_names(lead) if name not in known and fold(name) not in known
    ]
    return f"new name: {names[0].capitalize()}" if names else ""


def _show(figure: str) -> str:
    return f"{int(figure):,}" if figure.isdigit() else figure


def _read_stages(text: str) -> frozenset[str]:
    return frozenset(match[0].lower()[:5] for match in _STAGES.finditer(text))
