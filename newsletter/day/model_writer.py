"""The summarizer: the extract, or the extract reworded by a language model. I/O (network, database).

Whatever the model does (hallucinates, stalls, answers nonsense, is down), every story gets its highlights:
the extract is made first, and only bullets that pass the gate replace parts of it. Each question is
written into the ledger before its answer is used. Time is bounded: by each answer's time-out, by the
circuit breaker, and by ``RUN_SECONDS`` for the whole run.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

from newsletter.config import Collect, Editorial, Model
from newsletter.errors import FetchError
from newsletter.highlights import writer
from newsletter.highlights.candidates import Candidate, find_candidates
from newsletter.highlights.summarize import summarize_story
from newsletter.http import HTTPClient, StatusError
from newsletter.logs import get_log
from newsletter.model import Article, Highlight
from newsletter.store.engine import Store
from newsletter.store.model_calls import ModelCall, find_answer, keep_answer, record_call, spent_since

RUN_SECONDS = 900.0  # for all questions of one issue; compose_at and send_at are an hour apart by default
_FATAL = frozenset({400, 401, 402, 403, 404})  # the same question will fail again, whatever it is about

log = get_log("rewriting")


@dataclass(kw_only=True)
class Report:
    """What the model did in one run, for the operator."""

    asked: int = 0
    cached: int = 0
    reworded: int = 0  # bullets
    refused: int = 0  # bullets that the gate refused
    failed: int = 0  # questions without a usable answer
    skipped: int = 0  # stories left to the extract
    why: list[str] = field(default_factory=list)

    def note(self, reason: str) -> None:
        """Keep a reason, once."""
        if reason not in self.why:
            self.why.append(reason)

    def counts(self) -> dict[str, int]:
        """The figures, named for the record of the run; none where nothing was asked."""
        figures = {
            "model_asked": self.asked,
            "model_cached": self.cached,
            "model_reworded": self.reworded,
            "model_refused": self.refused,
            "model_failed": self.failed,
            "model_skipped": self.skipped,
        }
        return figures if any(figures.values()) else {}


class Summarizer(Protocol):
    """Gives each story (its articles, the lead first) its highlights; none where no sentence is fit."""

    report: Report

    def summarize(self, stories: Sequence[Sequence[Article]]) -> tuple[tuple[Highlight, ...], ...]:
        """Return the highlights of each story, in the order given. Never raises for what a model does."""
        ...


class Extractive:
    """The default: sentences of the articles, no network."""

    def __init__(self, settings: Editorial, terms: Callable[[str], float]) -> None:
        self._settings = settings
        self._terms = terms
        self.report = Report()

    def summarize(self, stories: Sequence[Sequence[Article]]) -> tuple[tuple[Highlight, ...], ...]:
        """Return the extract of each story."""
        return tuple(
            summarize_story(articles, settings=self._settings, terms=self._terms) for articles in stories
        )


class Rewriting:
    """The extract, its bullets chosen and reworded by a language model where the gate agrees."""

    def __init__(
        self,
        *,
        extract: Extractive,
        editorial: Editorial,
        model: Model,
        collect: Collect,
        store: Store,
        clock: Callable[[], datetime],
        contact: str = "",
    ) -> None:
        self._extract = extract
        self._editorial = editorial
        self._model = model
        self._collect = collect
        self._store = store
        self._clock = clock
        self._contact = contact
        self._budget = writer.Budget()
        self._in_a_row = 0
        self._open = False  # the circuit breaker: once open, this run asks no more
        self.report = Report()

    def summarize(self, stories: Sequence[Sequence[Article]]) -> tuple[tuple[Highlight, ...], ...]:
        """Return the highlights of each story: reworded where that passed, else the extract."""
        extracts = self._extract.summarize(stories)
        with ThreadPoolExecutor(1) as pool:  # the caller may itself stand in an event loop
            found = pool.submit(asyncio.run, self._rewrite_all(stories, extracts)).result()
        log.info("model", **self.report.counts(), why=self.report.why)
        return found

    async def _rewrite_all(
        self, stories: Sequence[Sequence[Article]], extracts: Sequence[tuple[Highlight, ...]]
    ) -> tuple[tuple[Highlight, ...], ...]:
        now = self._clock()
        spent = spent_since(self._store, now.replace(day=1, hour=0, minute=0, second=0, microsecond=0))
        self._budget = writer.Budget(month=spent.tokens, cost=spent.cost)
        found = list(extracts)
        began = time.monotonic()
        async with HTTPClient(self._collect, contact=self._contact) as client:
            for number, (articles, extract) in enumerate(zip(stories, extracts, strict=True)):
                if not extract:
                    continue
                left = RUN_SECONDS - (time.monotonic() - began)
                if left <= 0:
                    self._skip("the time for this run is over")
                    continue
                found[number] = await self._rewrite(client, articles, extract, seconds=left)
        return tuple(found)

    async def _rewrite(
        self,
        client: HTTPClient,
        articles: Sequence[Article],
        extract: tuple[Highlight, ...],
        *,
        seconds: float,
    ) -> tuple[Highlight, ...]:
        candidates = [
            c for article in articles for c in find_candidates(article, max_words=self._editorial.max_words)
        ]
        offered = writer.choose_sentences(candidates, extract)
        if not offered:
            return extract
        self._budget = self._budget.for_next_item()
        refused: tuple[writer.Refused, ...] = ()
        first: tuple[writer.Draft, ...] = ()
        began = time.monotonic()
        for attempt in range(1, self._model.max_attempts + 1):
            left = seconds - (time.monotonic() - began)
            drafts = await self._ask(client, offered, refused, attempt=attempt, seconds=left)
            if drafts is None:
                continue
            good, refused = writer.check_drafts(drafts, offered, self._editorial)
            self.report.refused += len(refused)
            for item in refused:
                self.report.note(item.reasons[0])
            first = max(first, good, key=len)  # a second answer may be worse than what passed before
            if not refused:
                break
        good = first
        if not good and not refused:
            self.report.skipped += 1
            return extract
        self.report.reworded += len(good)
        return writer.make_highlights(good, refused, offered, extract, self._editorial)

    async def _ask(
        self,
        client: HTTPClient,
        offered: Sequence[Candidate],
        refused: Sequence[writer.Refused],
        *,
        attempt: int,
        seconds: float,
    ) -> tuple[writer.Draft, ...] | None:
        """Ask once, or take the kept answer; None where there is no usable one."""
        messages = writer.write_messages(offered, self._editorial, refused=refused)
        key = writer.digest_question(messages, self._model)
        most = self._editorial.max_highlights
        kept = find_answer(self._store, key)
        if kept is not None:
            self.report.cached += 1
            return writer.read_drafts(kept, offered=len(offered), most=most)
        tokens_in = writer.estimate_tokens(messages)
        if self._open or seconds <= 0:
            return None
        if reason := writer.why_not_ask(self._budget, self._model, tokens_in=tokens_in, attempt=attempt):
            self.report.note(reason)
            return None
        call = ModelCall(
            at=self._clock(),
            item=key,
            model=self._model.name,
            prompt=writer.PROMPT_VERSION,
            attempt=attempt,
            outcome="failed",
            reason=None,
            tokens_in=tokens_in,
            tokens_out=0,
            cost=0.0,
            seconds=0.0,
        )
        return await self._post(client, messages, call, offered=len(offered), seconds=seconds)

    async def _post(
        self,
        client: HTTPClient,
        messages: list[dict[str, str]],
        call: ModelCall,
        *,
        offered: int,
        seconds: float,
    ) -> tuple[writer.Draft, ...] | None:
        self.report.asked += 1
        began = time.monotonic()
        drafts = None
        try:
            body = await client.post_json(
                f"{self._model.endpoint.rstrip('/')}/chat/completions",
                writer.write_payload(messages, self._model),
                headers=self._headers(),
                timeout=min(self._model.timeout, seconds),
            )
            call = replace(call, tokens_out=writer.MAX_ANSWER_TOKENS)  # until the endpoint says better
            answer = writer.read_answer(body)
            call = replace(
                call,
                tokens_in=answer.tokens_in if answer.tokens_in is not None else call.tokens_in,
                tokens_out=(
                    answer.tokens_out
                    if answer.tokens_out is not None
                    else writer.estimate_tokens([{"content": answer.content}])
                ),
            )
            drafts = writer.read_drafts(answer.content, offered=offered, most=self._editorial.max_highlights)
        except writer.AnswerError as error:
            call = replace(call, outcome=error.outcome, reason=str(error))
        except FetchError as error:
            call = replace(call, reason=str(error))
            self._open = self._open or (isinstance(error, StatusError) and error.status in _FATAL)
        else:
            call = replace(call, outcome="used")
            keep_answer(self._store, call.item, answer.content, call.at)
        self._settle(replace(call, seconds=time.monotonic() - began))
        return drafts

    def _headers(self) -> dict[str, str]:
        secret = self._model.api_key.get_secret_value()
        return {"authorization": f"Bearer {secret}"} if secret else {}

    def _settle(self, call: ModelCall) -> None:
        """Write the question into the ledger, and open the breaker after too many failures in a row."""
        call = replace(call, cost=writer.price(call.tokens_in, call.tokens_out, self._model))
        record_call(self._store, call)
        self._budget = self._budget.spend(call.tokens_in + call.tokens_out, call.cost)
        if call.outcome == "used":
            self._in_a_row = 0
            return
        self.report.failed += 1
        self.report.note(call.reason or call.outcome)
        self._in_a_row += 1
        if self._open or self._in_a_row >= writer.BREAK_AFTER:
            self._open = True
            self.report.note("the model is not asked again in this run")

    def _skip(self, reason: str) -> None:
        self.report.skipped += 1
        self.report.note(reason)
