"""One sample question to the language model of the settings: whether it works, and what an issue would cost.

I/O (network, database).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from importlib.resources import files

from newsletter.check.doctor import Examined
from newsletter.config import Model, Settings
from newsletter.day.ask_model import Asker
from newsletter.day.model_writer import RUN_SECONDS
from newsletter.highlights import model_budget, writer
from newsletter.highlights.model_question import make_offer, write_question
from newsletter.http import HTTPClient
from newsletter.model import Article, ArticleId, Publisher, PublisherKind, SourceKey
from newsletter.store.engine import Store
from newsletter.store.model_calls import ModelCall

WHAT = "language model"


async def try_model(
    settings: Settings, open_store: Callable[[], Store], clock: Callable[[], datetime]
) -> Examined:
    """Ask about an invented article, and say how it went and what an issue of so many stories would take."""
    model, editorial = settings.model, settings.editorial
    if not model.endpoint:
        return Examined(what=WHAT, ok=True, detail="none: highlights are sentences of the articles")
    called = model.name or f"the model without a name at {model.endpoint}"
    store = open_store()
    asker = Asker(model, store, clock)
    offer = make_offer([_sample(clock())], editorial, tokens=model_budget.room_for_question(model))
    async with HTTPClient(settings.collect, contact=settings.newsletter.base_url) as client:
        drafts = await asker.ask(
            client,
            write_question(offer, editorial),
            attempt=1,
            most=editorial.max_highlights,
            seconds=model.timeout,
            anew=True,
        )
    if drafts is None or asker.last is None:
        return _failed(f"{called}: {'; '.join(asker.report.why)}")
    checked = writer.check_drafts(drafts, offer, editorial)
    if len(checked.refused) == len(checked.bullets):
        return _failed(f"{called} answers, but no bullet passed: {checked.refused[0].faults[0]}")
    passed = len(checked.bullets) - len(checked.refused)
    cost, slow = _estimate(asker.last, model, editorial.max_stories)
    return Examined(
        what=WHAT,
        ok=not slow,
        detail=f"{called} answered in {asker.last.seconds:.0f} s, {passed} of {len(checked.bullets)} "
        f"bullets passed; {cost}",
        hint=f"Not all stories would be asked about: {slow}." if slow else "",
    )


def _failed(detail: str) -> Examined:
    return Examined(
        what=WHAT,
        ok=False,
        detail=detail,
        hint="Check [model] in newsletter.toml; docs/highlights.md has the lines for common servers. Until "
        "then the extract is used.",
    )


def _estimate(call: ModelCall, model: Model, stories: int) -> tuple[str, str]:
    """What an issue of ``stories`` would take by this one answer, in words; and which limit it would pass, or ""."""
    asked = stories * min(2, model.max_attempts)  # each set is reviewed
    tokens, seconds = asked * (call.tokens_in + call.tokens_out), asked * call.seconds
    money = f", {asked * call.cost:.2f} in your money" if call.cost else ""
    slow = f"they need {seconds / 60:.0f} minutes of {RUN_SECONDS / 60:.0f}" if seconds > RUN_SECONDS else ""
    if tokens > model.max_tokens_run:
        slow = f"model.max_tokens_run is {model.max_tokens_run:,}"
    return (
        f"an issue of {stories} stories takes about {tokens:,.0f} tokens{money}, {seconds / 60:.0f} minutes",
        slow,
    )


def _sample(now: datetime) -> Article:
    title, _, text = files(__package__).joinpath("model_sample.txt").read_text("utf-8").partition("\n\n")
    return Article(
        id=ArticleId("sample"),
        source=SourceKey("sample"),
        entry_key="sample",
        title=title,
        text=text.strip(),
        publisher=Publisher(name="Sample Wire", kind=PublisherKind.WIRE),
        first_seen=now,
    )
