"""What a language model wrote about a story: read, checked bullet by bullet, put together with the extract. Pure.

One bad bullet costs that bullet, never the answer. The second question says what was refused and has the set reviewed;
where a bullet is still refused the extract's stands. The question is ``model_question.py``; asking is
``newsletter/day/model_writer.py``.
"""

# ruff: noqa: PLR2004 - lengths and shares of words are read best where they stand

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from heapq import nlargest
from importlib.resources import files
from string import Template
from typing import Any

from newsletter.config import Editorial, Model
from newsletter.english.fragments import is_balanced
from newsletter.english.injection import find_debris, find_injection
from newsletter.english.letters import compile_latin
from newsletter.english.speech.sayings import is_attributed, is_dangling
from newsletter.english.stems import content_roots
from newsletter.gate import check_bullet
from newsletter.highlights.bad_news import find_gravity
from newsletter.highlights.lead_ins import name_voices
from newsletter.highlights.loose_ends import find_untold
from newsletter.highlights.model_question import SPARE_WORDS, Message, Offer, as_data
from newsletter.highlights.same_facts import is_told, tells_same
from newsletter.model import Author, Highlight, HighlightKind, Summary

_REVIEW = Template(files(__package__).joinpath("review_prompt.txt").read_text("utf-8"))
_REFUSED = "A check against the sentences that each bullet cites refused:"
_INSTEAD = "Tell each without the fault, with all the sentences that it rests on, or else other news.\n"
_UNCLEAR = "A first look (not always right) asks this of these phrases, in the bullets with these numbers:"
_UNTOLD = "A first look found that no bullet rests on these sentences, of which some may weigh more than what is told:"
GRAVE_ENOUGH, MOST_UNTOLD = 0.1, 5  # of sentences that a review is shown: they limit or darken the news
SUPPORTED = 0.5  # share of a bullet's content words that headline and cited sentences must have

_FIXED = frozenset({HighlightKind.VIEW, HighlightKind.DIFFERS})  # they stand in the extract's own set alone


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One bullet as the model wrote it, and why it may not stand. ``sentences`` are places in the offer, from 0."""

    text: str
    sentences: tuple[int, ...] = ()
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafts:
    """One answer: bullets in the model's order, and the story in one line."""

    bullets: tuple[Draft, ...]
    line: Draft | None = None

    @property
    def refused(self) -> tuple[Draft, ...]:
        """The bullets that may not stand."""
        return tuple(draft for draft in self.bullets if draft.faults)


class AnswerError(ValueError):
    """An answer that cannot be used. ``outcome`` is the word of the ledger: length, empty, refused, malformed."""

    def __init__(self, outcome: str, reason: str) -> None:
        super().__init__(reason)
        self.outcome = outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A usable answer and what it took; tokens are None where the endpoint does not count."""

    content: str
    tokens_in: int | None
    tokens_out: int | None


def _form(required: Sequence[str], **properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


# The form of an answer. Without it small models run on in JSON of their own until their tokens are spent.
_PLACES = {"type": "array", "items": {"type": "integer"}}
_TOLD = _form(["text", "sentences"], text={"type": "string"}, sentences=_PLACES)
# What the text holds, by weight: a model that writes it down first leaves less out. Nobody reads it.
_MATTERS = {"type": "array", "items": {"type": "string", "maxLength": 80}, "maxItems": 12}
_BULLETS = {"type": "array", "items": _TOLD}
_FORM = _form(["matters", "bullets"], matters=_MATTERS, bullets=_BULLETS, line=_TOLD)


def write_payload(messages: Sequence[Message], settings: Model, *, by_schema: bool = True) -> dict[str, Any]:
    """The body of a chat completion, as OpenAI-compatible endpoints take it, with what the settings change.

    With ``by_schema`` it tells the form of the answer (structured outputs), else that it is to be JSON.
    """
    schema = {"type": "json_schema", "json_schema": {"name": "highlights", "schema": _FORM}}
    payload = {
        "model": settings.name,
        "messages": list(messages),
        "temperature": 0,
        "max_tokens": settings.max_tokens_answer,
        "response_format": schema if by_schema else {"type": "json_object"},
        **settings.parameters,
    }
    return {name: value for name, value in payload.items() if value != ""}


def read_answer(body: bytes) -> Answer:
    """Read a chat completion. Raises AnswerError where it was cut off, is empty, was refused, or is nonsense."""
    try:
        data = json.loads(body)
        choice = data["choices"][0]
        message = choice["message"]
        content = message.get("content")
        finish = choice.get("finish_reason")
        refusal = message.get("refusal")
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError) as error:
        raise AnswerError("malformed", "the answer is no chat completion") from error
    if finish == "length":
        raise AnswerError(
            "length", "the answer was cut off: model.max_tokens_answer is too low for this model"
        )
    if refusal or finish == "content_filter":
        raise AnswerError("refused", "the model refused to answer")
    if not isinstance(content, str | None):
        raise AnswerError("malformed", "the answer is no text")
    if not (content and content.strip()):
        raise AnswerError("empty", "the answer is empty")
    usage = data.get("usage")
    counts = usage if isinstance(usage, dict) else {}
    return Answer(
        content=content,
        tokens_in=_count(counts.get("prompt_tokens")),
        tokens_out=_count(counts.get("completion_tokens")),
    )


def _count(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**8 else None


_THOUGHT = re.compile(r"^\s*<think>.*?</think>", re.DOTALL)  # some local models think aloud
_OBJECT = re.compile(r"\s*(?:```(?:json)?\s*)?(\{.*\})(?:\s*```)?\s*", re.DOTALL)


def read_drafts(content: str, *, most: int) -> Drafts:
    """Read the bullets of an answer. Raises AnswerError where it is not the JSON that was asked for."""
    try:
        match = _OBJECT.fullmatch(_THOUGHT.sub("", content))
        data = json.loads(match[1] if match else "")
        bullets, line = data["bullets"], data.get("line")
        drafts = tuple(_read_draft(bullet) for bullet in bullets[:most])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise AnswerError("malformed", "the answer is not the JSON that was asked for") from error
    if not drafts:
        raise AnswerError("empty", "the answer holds no bullet")
    return Drafts(bullets=drafts, line=_read_draft(line) if line else None)


def _read_draft(bullet: Any) -> Draft:
    """Read one bullet as far as it can be read: what it lacks, the check will say."""
    values = bullet if isinstance(bullet, dict) else {"text": bullet}
    text, numbers = values.get("text"), values.get("sentences")
    told = " ".join(text.split()) if isinstance(text, str) else ""
    cited = numbers if isinstance(numbers, list) else [numbers]
    places = (int(number) - 1 for number in map(str, cited) if re.fullmatch(r"[1-9]\d{0,3}", number))
    return Draft(text=told, sentences=tuple(dict.fromkeys(places)))


def check_drafts(drafts: Drafts, offer: Offer, settings: Editorial) -> Drafts:
    """Say of each bullet why it may not stand: against its headline, publisher and sentences, and those above it."""
    checked: list[Draft] = []
    for draft in drafts.bullets:
        faults = find_faults(draft, offer, settings)
        if any(not other.faults and tells_same(draft.text, other.text) for other in checked):
            faults = (*faults, "another bullet tells the same")
        checked.append(replace(draft, faults=faults))
    line = drafts.line and replace(drafts.line, faults=find_faults(drafts.line, offer, settings))
    return Drafts(bullets=tuple(checked), line=line)


def find_faults(draft: Draft, offer: Offer, settings: Editorial) -> tuple[str, ...]:
    """Say why a bullet may not stand, on headline, publisher and the sentences that it cites; () where it may."""
    cited = offer.find(draft.sentences)
    if not cited:
        return ("it names no sentence that was given",)
    publisher, told = name_voices(cited[0].article), [one.sentence.text for one in cited]
    verdict = check_bullet(
        draft.text,
        headline=offer.headline,
        publisher=publisher,
        cited=[*filter(None, dict.fromkeys(one.about for one in cited)), *told],
        source="\n\n".join(article.text for article in offer.articles),
    )
    own = _find_own_faults(draft.text, settings, publisher=publisher, told="\n".join((offer.headline, *told)))
    return (*own, *verdict.reasons)


# "Other mills", "Each motor", "Both sides", "Either party", "This week's auction": what stands above it has told which.
_TELLS_WHICH = compile_latin(
    r"Other\s[a-z]+s\s|Each\s(?!of\b|will\b|would\b|\w+(?:s|ed)\b)\w|Both\s(?!was|has)\w+s\b"
    r"|(?:Either|Neither)\s(?!of\b|way\b|is\b|was\b|has\b|had\b|will\b|would\b|can\b|could\b|may\b)[a-z]+\s"
    r"|This (?:week|month|quarter|season|year)[’']s\s"
)
# "Crypto.com is to keep the coins": a company, and no site to be visited.
_CALLED_LIKE_SITE = compile_latin(
    r"(?<![\w.@/-])(?<!\bvisit\s)(?<!\bsee\s)(?<!\bat\s)(?<!\bon\s)(?<!\bvia\s)(?<!\bgo\sto\s)[A-Z][a-z]+\.com\b(?!/)"
)


def _find_own_faults(text: str, settings: Editorial, *, publisher: str, told: str) -> Iterator[str]:
    """What is wrong whatever the gate says; ``publisher`` or ``told`` may name a company called like its site."""
    companies = _CALLED_LIKE_SITE.findall(f"{publisher}\n{told}")
    debris = find_debris(_CALLED_LIKE_SITE.sub(lambda site: "" if site[0] in companies else site[0], text))
    count, most = len(text.split()), settings.max_words
    own, roots = content_roots(text), set(content_roots(told))
    supported = sum(word in roots for word in own) >= SUPPORTED * len(own)
    dangling = is_dangling(text) and not _TELLS_WHICH.match(text)
    faults = (
        (f"it {debris}", debris),
        ("it orders a language model about", find_injection(text)),
        (f"it has {count} words; 4 to {most} are wanted", not 4 <= count <= most),
        ("it is no whole sentence", not is_balanced(text) or text.endswith((":", "…", "...", "?"))),
        ("it begins with a word whose noun stands elsewhere", dangling),
        ("most of its words are not in the sentences it cites", not supported),
    )
    return (fault for fault, holds in faults if holds)


def ask_again(
    question: Sequence[Message], drafts: Drafts, offer: Offer, settings: Editorial
) -> list[Message]:
    """Write the question after ``drafts``: what was refused and why, what may lack, and to go through the set anew.

    The whole set is asked for, since a reader who knows the headline alone asks of the bullets that passed, too.
    """
    answer: dict[str, object] = {"bullets": [_as_answered(draft) for draft in drafts.bullets]}
    named = {f"bullet {n}": draft for n, draft in enumerate(drafts.bullets, 1)}
    if drafts.line:
        answer["line"] = _as_answered(drafts.line)
        named["line"] = drafts.line
    why = [f"- {what}: {as_data('; '.join(draft.faults))}" for what, draft in named.items() if draft.faults]
    content = _REVIEW.substitute(
        refused="\n".join((_REFUSED, *why, _INSTEAD, "")) if why else "",
        unclear=_list(_UNCLEAR, _find_unclear(drafts, offer)),
        untold=_list(_UNTOLD, _find_untold_news(drafts, offer)),
        most=settings.max_highlights,
        words=settings.max_words - SPARE_WORDS,
    )
    return [
        *question,
        {"role": "assistant", "content": json.dumps(answer, ensure_ascii=False)},
        {"role": "user", "content": content},
    ]


def _list(what: str, found: Sequence[str]) -> str:
    return f" {what} {', '.join(found)}." if found else ""


def _find_unclear(drafts: Drafts, offer: Offer) -> list[str]:
    """The phrases of each bullet that neither the headline nor what stands above explains."""
    above = offer.headline
    found = []
    for number, draft in enumerate(drafts.bullets, 1):
        found += [f"“{as_data(phrase)}” ({number})" for phrase in find_untold(draft.text, above)]
        above += f"\n{draft.text}"
    return found


def _find_untold_news(drafts: Drafts, offer: Offer) -> list[str]:
    """The numbers of the gravest sentences that no bullet cites, in the order of the text."""
    cited = {place for draft in drafts.bullets for place in draft.sentences}
    untold = (place for place in range(len(offer.sentences)) if place not in cited)
    weights = {place: find_gravity(offer.sentences[place].sentence.text) for place in untold}
    grave = [place for place, weight in weights.items() if weight >= GRAVE_ENOUGH]
    return [f"[{place + 1}]" for place in sorted(nlargest(MOST_UNTOLD, grave, key=weights.__getitem__))]


def _as_answered(draft: Draft) -> dict[str, object]:
    return {"text": draft.text, "sentences": [place + 1 for place in draft.sentences]}


_LEFT_OUT = Draft(text="", faults=("the review left it out",))


def put_in(drafts: Drafts, reviewed: Drafts) -> Drafts:
    """Take the checked set as reviewed; for a bullet that may not stand one of before that may and is untold.

    It is the one that rests on the same sentences, if there is one.
    """
    bullets = [*reviewed.bullets, *[_LEFT_OUT] * (len(drafts.bullets) - len(reviewed.bullets))]
    for place, new in enumerate(bullets):
        told = [one.text for one in bullets if not one.faults]
        fresh = [old for old in drafts.bullets if not (old.faults or is_told(old.text, told))]
        if new.faults and fresh:
            bullets[place] = max(fresh, key=lambda old: len({*old.sentences} & {*new.sentences}))
    lines = [line for line in (reviewed.line, drafts.line) if line]
    return Drafts(
        bullets=tuple(draft for draft in bullets if draft is not _LEFT_OUT),
        line=next((line for line in lines if not line.faults), lines[0] if lines else None),
    )


def summarize(drafts: Drafts, offer: Offer, extract: Summary, settings: Editorial) -> Summary:
    """Put the story together in the model's order; in a refused bullet's place the extract's stands, if untold.

    Where fewer than ``min_highlights`` were written the extract fills up. Where none passed it is the extract.
    """
    if len(drafts.refused) == len(drafts.bullets):
        return extract
    made = {draft: _make(draft, offer) for draft in drafts.bullets if not draft.faults}
    spare = [h for h in extract.highlights if h.kind not in _FIXED]
    found: list[Highlight] = []
    missing = settings.min_highlights - len(drafts.bullets)
    for draft in (*drafts.bullets, *[Draft(text="")] * missing):
        told = made.get(draft) or _find_spare(draft, spare, [*found, *made.values()], offer)
        found += [told] if told else []
    line = _make(drafts.line, offer) if drafts.line and not drafts.line.faults else None
    return Summary(highlights=tuple(_keep_within(found, settings.max_verbatim_words)), line=line)


def _find_spare(
    draft: Draft, spare: Sequence[Highlight], told: Sequence[Highlight], offer: Offer
) -> Highlight | None:
    """The extract's bullet in place of a refused one: that of its own sentence, else the first new one."""
    used = {(one.article, one.start) for highlight in told for one in highlight.citations}
    wanted = {(one.article.id, one.sentence.start) for one in offer.find(draft.sentences)}
    fresh = [
        one
        for one in spare
        if (one.citation.article, one.citation.start) not in used
        and not is_told(one.text, [other.text for other in told])
    ]
    return min(fresh, key=lambda one: (one.citation.article, one.citation.start) not in wanted, default=None)


def _make(draft: Draft, offer: Offer) -> Highlight:
    return Highlight(
        text=draft.text,
        citations=tuple(one.citation for one in offer.find(draft.sentences)),
        kind=HighlightKind.CLAIM if is_attributed(draft.text) else HighlightKind.FACT,
        author=Author.MODEL,
        reasons=("a language model wrote it from the sentences it cites",),
    )


def _keep_within(highlights: Sequence[Highlight], limit: int) -> Iterator[Highlight]:
    """Leave out what would take more than ``limit`` words verbatim from one article; a model's own words are not."""
    taken: dict[str, int] = {}
    for highlight in highlights:
        verbatim = highlight.author is Author.EXTRACT or highlight.text in highlight.citation.sentence
        article = highlight.citation.article
        words = taken.get(article, 0) + (len(highlight.text.split()) if verbatim else 0)
        if words <= limit:
            taken[article] = words
            yield highlight
