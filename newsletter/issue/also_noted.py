"""The one-line "also noted": stories without room, headlines that could not be read or stood beside articles. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from newsletter.config import Editorial
from newsletter.highlights.lead_ins import name_publisher
from newsletter.model import AlsoNoted, PublisherKind, Story
from newsletter.stories.fingerprint import LEAD_CHARS, read_numbers, read_stems
from newsletter.stories.lexicon import Lexicon
from newsletter.stories.novelty import History, clean_headline, digest_headline
from newsletter.stories.opinion import label_genre, tell_genre
from newsletter.stories.rank import Drop, drop_of
from newsletter.stories.relevance import judge_headline

_TOLD = 0.75  # of a headline's words in the title and beginning of one text: it tells the same news
_TELLING_WORDS = 4  # fewer are found together by chance: "Lynas shares rise"


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """The lines, how many headlines that nobody read were kept and dropped, and how many are in other languages."""

    lines: tuple[AlsoNoted, ...]
    headlines_kept: int
    headlines_dropped: int
    foreign: int = 0


def choose_also_noted(
    stories: Sequence[Story],
    *,
    lexicon: Lexicon,
    settings: Editorial,
    history: History | None = None,
    unread: Sequence[AlsoNoted] = (),
    weighed: Sequence[str] = (),
) -> Noted:
    """Choose the lines for ``stories`` (kept and not kept, the best first).

    Stories without room come first, then ``unread`` headlines (of pages that could not be read, the
    newest first), then those that were only seen beside an article. A headline is given once, never
    one whose news a kept story or an earlier issue tells, never one that an earlier issue noted, or read and left out
    (``weighed``).
    What is in a language that readers may not know is counted, and left out.
    """
    lines = _begin(stories, history or History(), settings.max_also_noted)
    for story in stories:
        if drop_of(story) is Drop.NO_ROOM:
            lines.take(_note_story(story))
    lines.know(article.title for story in stories for article in story.articles)
    lines.know(weighed)
    read = len(lines.taken)
    voices: Counter[str] = Counter()
    own = [line for line in unread if _is_known(line, settings)]
    for line in own:
        named = replace(line, headline=clean_headline(line.headline, line.publisher), read=False)
        voice = line.publisher.casefold()
        if voices[voice] < settings.max_per_publisher and judge_headline(named.headline, lexicon):
            voices[voice] += lines.take(
                replace(named, language=None, label=tell_genre(line.headline, line.url) or line.label)
            )
    beside = [
        AlsoNoted(headline=headline, publisher=article.publisher.name, label=tell_genre(headline, None) or "")
        for story in stories
        if story.kept
        for article in story.articles
        for headline in article.related
    ]
    for line in beside:
        if judge_headline(line.headline, lexicon):
            lines.take(line)
    kept = len(lines.taken) - read
    return Noted(
        lines=tuple(lines.taken),
        headlines_kept=kept,
        headlines_dropped=len(own) + len(beside) - kept,
        foreign=len(unread) - len(own) + sum(drop_of(story) is Drop.LANGUAGE for story in stories),
    )


def _note_story(story: Story) -> AlsoNoted:
    article = story.articles[0]
    return AlsoNoted(
        headline=clean_headline(article.title, article.publisher.name),
        publisher=name_publisher(article).name,
        url=article.url,
        read=True,
        published=article.published,
        label=label_genre(article) or label_release(article.publisher.kind),
    )


def label_release(kind: PublisherKind) -> str:
    """Return how a line of a company's own is labelled; "" for others."""
    return kind.value if kind is PublisherKind.ISSUER else ""


def _is_known(line: AlsoNoted, settings: Editorial) -> bool:
    """Whether a headline is in a language of the newsletter, as far as is known."""
    return not line.language or line.language.split("-")[0].lower() in settings.languages


@dataclass(frozen=True, slots=True)
class _Text:
    """What a headline may repeat: the words and figures of a title and the beginning of its text."""

    stems: frozenset[str]
    numbers: frozenset[str]


def _read(title: str, text: str = "") -> _Text:
    whole = f"{title}.\n{text[:LEAD_CHARS]}"
    return _Text(frozenset(read_stems(whole)), frozenset(read_numbers(whole)))


def _begin(stories: Sequence[Story], history: History, room: int) -> _Lines:
    kept = [(article.title, article.text) for story in stories if story.kept for article in story.articles]
    sent = [pair for story in history.stories for pair in story.texts]
    return _Lines(
        room=room,
        digests={digest_headline(title) for title, _ in (*kept, *sent)} | history.noted,
        texts=[_read(*pair) for pair in (*kept, *sent)] + [_read(headline) for headline in history.noted],
    )


@dataclass(slots=True)
class _Lines:
    """The lines chosen so far, and what the reader has been told, in this issue or an earlier one."""

    room: int
    digests: set[str]
    texts: list[_Text]
    taken: list[AlsoNoted] = field(default_factory=list)

    def _has(self, headline: str) -> bool:
        """Whether a headline says nothing that was not told. One with a figure of its own does."""
        digest = digest_headline(headline)
        if not digest or digest in self.digests:
            return True
        own = _read(headline)
        if len(own.stems) < _TELLING_WORDS:
            return False
        return any(
            len(own.stems & text.stems) >= _TOLD * len(own.stems) and own.numbers <= text.numbers
            for text in self.texts
        )

    def take(self, line: AlsoNoted) -> bool:
        """Take a line, unless there is no room or it was told; say whether it was taken."""
        if len(self.taken) >= self.room or self._has(line.headline):
            return False
        self.taken.append(line)
        self.know([line.headline])
        return True

    def know(self, titles: Iterable[str]) -> None:
        """Take titles for told: they are lines, or of stories that were weighed and left out."""
        for title in titles:
            self.digests.add(digest_headline(title))
            self.texts.append(_read(title))
