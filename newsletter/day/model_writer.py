"""The summarizer: the extract, or a language model with the extract in its place where it fails.

I/O (network, database).

Whatever the model does (hallucinates, stalls, answers nonsense, is down), every story gets its highlights, and within
``RUN_SECONDS`` for the whole run.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime

from newsletter.config import Collect, Editorial, Model
from newsletter.day.ask_model import Asker, Report
from newsletter.day.past_faults import BROKE
from newsletter.day.shared_work import SharedWork
from newsletter.highlights import model_budget, writer
from newsletter.highlights.model_question import Offer, make_offer, write_question
from newsletter.highlights.summarize import summarize_story
from newsletter.http import HTTPClient
from newsletter.logs import get_log
from newsletter.model import Article, Highlight, Summary
from newsletter.parser_process import CostlyDocumentError, NoParserError, begin_apart
from newsletter.store.engine import Store

RUN_SECONDS = 900.0  # for all questions of one issue; compose_at and send_at are an hour apart by default

log = get_log("writing")


@dataclass(slots=True)
class Extractive:
    """The default: sentences of the articles, no network."""

    settings: Editorial
    terms: Callable[[str], float]
    shared: SharedWork = field(default_factory=SharedWork)
    report: Report = field(default_factory=Report)

    def summarize(self, stories: Sequence[Sequence[Article]]) -> tuple[Summary, ...]:
        """Return the extract of each story; one on which a rule breaks, or that takes too long, gets none and says so.

        What another edition extracted already is taken from ``shared``.
        """
        return self.shared.summarized(self.settings, stories, self._extract)

    def _extract(self, stories: Sequence[Sequence[Article]]) -> tuple[Summary, ...]:
        """In processes that can be killed: what strangers wrote must not keep the day from being composed."""
        begun = [
            begin_apart(summarize_story, articles, settings=self.settings, terms=self.terms)
            for articles in stories
        ]
        return tuple(map(self._end, stories, begun))

    def _end(self, articles: Sequence[Article], begun: Future[tuple[Highlight, ...]]) -> Summary:
        try:
            return Summary(highlights=begun.result())
        except NoParserError:
            raise
        except Exception as error:  # the loop over stories must live on: a rule that breaks costs one story
            log.exception("a rule broke", step="summarizing", on=[article.id for article in articles])
            return Summary(fault=str(error) if isinstance(error, CostlyDocumentError) else BROKE)


@dataclass(slots=True, kw_only=True)
class _Written:
    """A story and how far it is written."""

    articles: Sequence[Article]
    extract: Summary
    told: Summary  # the extract, until the model told it
    offer: Offer | None = None
    drafts: writer.Drafts | None = None
    done: bool = False


@dataclass(slots=True, kw_only=True)
class ModelWriter:
    """Bullets that a model writes from all of a story's sentences, where the gate passes them; else the extract."""

    extract: Extractive
    editorial: Editorial
    model: Model
    collect: Collect
    store: Store
    clock: Callable[[], datetime]
    contact: str
    report: Report = field(default_factory=Report)

    def summarize(self, stories: Sequence[Sequence[Article]]) -> tuple[Summary, ...]:
        """Return each story as the model wrote it, bullet by bullet where that passed, else the extract."""
        extracts = self.extract.summarize(stories)
        with ThreadPoolExecutor(1) as pool:  # the caller may itself stand in an event loop
            found = pool.submit(asyncio.run, self._write_all(stories, extracts)).result()
        log.info("model", **self.report.counts(), why=self.report.why)
        return found

    async def _write_all(
        self, stories: Sequence[Sequence[Article]], extracts: Sequence[Summary]
    ) -> tuple[Summary, ...]:
        """Ask about each story, then have each set reviewed: a slow model or a small budget costs reviews first."""
        asker = Asker(self.model, self.store, self.clock, report=self.report)
        over = time.monotonic() + RUN_SECONDS
        written = [
            _Written(articles=one, extract=extract, told=extract)
            for one, extract in zip(stories, extracts, strict=True)
        ]
        async with HTTPClient(self.collect, contact=self.contact) as client:
            for attempt in range(1, self.model.max_attempts + 1):
                for story in written:
                    await self._ask(client, asker, story, attempt=attempt, seconds=over - time.monotonic())
        self._count(written)
        return tuple(story.told for story in written)

    async def _ask(
        self, client: HTTPClient, asker: Asker, story: _Written, *, attempt: int, seconds: float
    ) -> None:
        if story.done:
            return
        try:
            offer = story.offer or make_offer(
                story.articles, self.editorial, tokens=model_budget.room_for_question(self.model)
            )
            story.offer, story.done = offer, not offer.sentences
            if story.done:
                return
            question = write_question(offer, self.editorial)
            before = story.drafts
            messages = writer.ask_again(question, before, offer, self.editorial) if before else question
            new = await asker.ask(
                client, messages, attempt=attempt, most=self.editorial.max_highlights, seconds=seconds
            )
            if new is None:
                return
            new = writer.check_drafts(new, offer, self.editorial)
            self._note(new)
            drafts = writer.put_in(before, new) if before else new
            story.told = writer.summarize(drafts, offer, story.extract, self.editorial)
            story.drafts, story.done = drafts, before is not None and not drafts.refused
        except Exception:  # the loop over stories must live on: what was told before stands
            log.exception("a rule broke", step="writing", on=[article.id for article in story.articles])
            story.done = True

    def _count(self, written: Sequence[_Written]) -> None:
        for story in written:
            if story.drafts:
                self.report.written += len(story.drafts.bullets) - len(story.drafts.refused)
            elif not story.done:
                self.report.skipped += 1

    def _note(self, drafts: writer.Drafts) -> None:
        self.report.refused += len(drafts.refused)
        for draft in drafts.refused:
            self.report.note(draft.faults[0])


Summarizer = Extractive | ModelWriter
