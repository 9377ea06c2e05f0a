"""The question that a language model is asked about a story: all its sentences, and what to do with them. Pure.

It is shown headline, publisher and every sentence in whole, numbered, in the order of the articles. Only what orders a
model about is left out, and what a budget of tokens does not hold, from the end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files
from string import Template

from newsletter.config import Editorial
from newsletter.english.injection import find_injection
from newsletter.english.sentences import BlockKind, Sentence, split_sentences
from newsletter.highlights.lead_ins import cite
from newsletter.highlights.model_budget import estimate_tokens
from newsletter.highlights.structure import Unit, read_structure
from newsletter.highlights.structure.units import MARKS
from newsletter.model import Article, Citation

PROMPT_VERSION = "9"
FIRST = 8  # sentences that no budget cuts away
SPARE_WORDS = 1  # models count words badly: they are told fewer than may stand
Message = dict[str, str]

_PROMPT = Template(files(__package__).joinpath("writer_prompt.txt").read_text("utf-8"))
_SEVERAL = (
    "\n\nThe story is told by several reports: tell once what they have in common, what the others add where it "
    "weighs, and where they give different figures both, each under its publisher."
)
# What is no sentence of the text; the others are offered, small print too: it may hold a claim's caveat.
_MARKS = MARKS - {BlockKind.BIOGRAPHY} | {BlockKind.CAPTION, BlockKind.DATELINE}
_SMALL = frozenset({BlockKind.BOILERPLATE, BlockKind.CALL, BlockKind.QUALITY})  # and not at the end
_TOKEN = re.compile(
    r"<(?=[A-Za-z_|/!])|\[(?=/?[A-Z_]+\])"
)  # "<|im_end|>", "[INST]": control words of some models


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """One sentence that is offered; its number is its place in the offer, from 1."""

    article: Article
    sentence: Sentence
    about: str = ""  # what it belongs to: a heading, a question and who answers, a segment, a time

    @property
    def citation(self) -> Citation:
        """Where it stands."""
        return cite(self.article, self.sentence)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What of a story is put before the model. ``articles[0]`` leads."""

    articles: tuple[Article, ...]
    sentences: tuple[Offered, ...]

    @property
    def headline(self) -> str:
        """The headline that the reader sees above the bullets."""
        return self.articles[0].title

    def find(self, places: Sequence[int]) -> list[Offered]:
        """What stands at ``places``, from 0, so far as anything does."""
        return [self.sentences[place] for place in places if place < len(self.sentences)]


def make_offer(articles: Sequence[Article], settings: Editorial, *, tokens: int) -> Offer:
    """Offer every sentence that ``tokens`` for the whole question have room for, and the first ones always."""
    whole = Offer(articles=tuple(articles), sentences=tuple(_find_sentences(articles)))
    room = tokens - estimate_tokens(write_question(Offer(articles=whole.articles, sentences=()), settings))
    kept = []
    for number, one in enumerate(whole.sentences):
        room -= estimate_tokens([{"content": one.sentence.text + one.about}])
        if number >= FIRST and room < 0:
            break
        kept.append(one)
    return Offer(articles=whole.articles, sentences=tuple(kept))


def _find_sentences(articles: Sequence[Article]) -> Iterator[Offered]:
    for article in articles:
        suspect = find_injection(article.text) is not None
        sentences = [one for one in split_sentences(article.text) if one.kind not in _MARKS]
        while sentences and sentences[-1].kind in _SMALL:
            sentences.pop()
        units = read_structure(article).by_sentence()
        for sentence in sentences:
            if not (suspect and find_injection(sentence.text)):
                about = _name_unit(sentence, units.get(sentence.index))
                yield Offered(article=article, sentence=sentence, about=about)


def _name_unit(sentence: Sentence, unit: Unit | None) -> str:
    speaker = unit.speaker if unit else ""
    label = (unit.label if unit else "") or sentence.heading
    about = as_data(f"{label} ({speaker})" if label and speaker else label or speaker)
    return "" if find_injection(about) else about


def write_question(offer: Offer, settings: Editorial) -> list[Message]:
    """Write the question: what to do, and the story between marks that its own text cannot hold."""
    body = "\n".join(_write_story(offer))
    mark = sha256(body.encode()).hexdigest()[:12]
    task = _PROMPT.substitute(
        least=settings.min_highlights, most=settings.max_highlights, words=settings.max_words - SPARE_WORDS
    )
    return [
        {"role": "system", "content": task + (_SEVERAL if len(offer.articles) > 1 else "")},
        {"role": "user", "content": f"<<<{mark}\n{body}\n{mark}>>>"},
    ]


def _write_story(offer: Offer) -> Iterator[str]:
    for number, article in enumerate(offer.articles):
        kind = f"{article.publisher.name} ({article.publisher.kind.value})"
        origin = f", relaying {article.origin.name} ({article.origin.kind.value})" if article.origin else ""
        title = article.title if find_injection(article.title) is None else ""
        yield f"{'Another report' if number else 'Headline'}: {as_data(title)}"
        yield f"Publisher: {as_data(kind + origin)}"
        above = ""
        for place, one in enumerate(offer.sentences, 1):
            if one.article is not article:
                continue
            if one.about != above:
                yield f"# {one.about or '–'}"
            above = one.about
            yield f"[{place}] {as_data(one.sentence.text)}"


def as_data(text: str) -> str:
    """One line, without what a model could take for structure."""
    text = "".join(char if char.isprintable() else " " for char in text)
    return " ".join(_TOKEN.sub("‹", text).split())
