"""Asking a language model: within its budget, once for one question, and no more after it failed too often.

I/O (network, database).

Each question is written into the ledger before its answer is used. Time is bounded by each answer's time-out and by the
circuit breaker.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256

from newsletter.config import Model
from newsletter.errors import FetchError
from newsletter.highlights import model_budget, writer
from newsletter.highlights.model_question import PROMPT_VERSION, Message
from newsletter.http import HTTPClient, StatusError
from newsletter.store.engine import Store
from newsletter.store.model_calls import ModelCall, find_answer, keep_answer, record_call, spent_since

BREAK_AFTER = 3  # failures in a row after which this run asks no more
_NO_SCHEMA = frozenset({400, 422})  # what an endpoint says to a form of answer that it does not know
_FATAL = frozenset({400, 401, 402, 403, 404})  # the same question will fail again, whatever it is about


@dataclass(kw_only=True)
class Report:
    """What the model did in one run, for the operator."""

    asked: int = 0
    cached: int = 0
    written: int = 0  # bullets
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
        names = ("asked", "cached", "written", "refused", "failed", "skipped")
        figures = {f"model_{name}": int(getattr(self, name)) for name in names}
        return figures if any(figures.values()) else {}


class Asker:
    """Asks a language model: within the budget, once for one question, and no more after it failed too often."""

    def __init__(
        self, model: Model, store: Store, clock: Callable[[], datetime], *, report: Report | None = None
    ) -> None:
        self._model = model
        self._store = store
        self._clock = clock
        self._in_a_row = 0
        self._by_schema = True
        self._open = False  # the circuit breaker: once open, this run asks no more
        self.report = report or Report()
        self.last: ModelCall | None = None  # the newest question, as the ledger has it
        month = clock().replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        tokens, cost = spent_since(store, month)
        self._budget = model_budget.Budget(month=tokens, cost=cost)

    async def ask(
        self,
        client: HTTPClient,
        messages: list[Message],
        *,
        attempt: int,
        most: int,
        seconds: float,
        anew: bool = False,
    ) -> writer.Drafts | None:
        """Ask once, or take the kept answer unless it is to be asked ``anew``; None where there is no usable one."""
        key = self._digest(messages)
        kept = None if anew else find_answer(self._store, key)
        if kept is not None:
            self.report.cached += 1
            return writer.read_drafts(kept, most=most)
        tokens_in = model_budget.estimate_tokens(messages)
        if self._open or seconds <= 0:
            return None
        if reason := model_budget.why_not_ask(self._budget, self._model, tokens_in=tokens_in):
            self.report.note(reason)
            return None
        call = ModelCall(
            at=self._clock(),
            item=key,
            model=self._model.name,
            prompt=PROMPT_VERSION,
            attempt=attempt,
            outcome="failed",
            reason=None,
            tokens_in=tokens_in,
            tokens_out=0,
            cost=0.0,
            seconds=0.0,
        )
        return await self._post(client, messages, call, most=most, seconds=seconds)

    def _digest(self, messages: Sequence[Message]) -> str:
        """The key of the kept answers: the question, the model, where it runs, and how it is asked."""
        asked = writer.write_payload(messages, self._model)
        return sha256(f"{self._model.endpoint}\n{sorted(asked.items())!r}".encode()).hexdigest()

    async def _post(
        self, client: HTTPClient, messages: list[Message], call: ModelCall, *, most: int, seconds: float
    ) -> writer.Drafts | None:
        self.report.asked += 1
        began, drafts = time.monotonic(), None
        try:
            body = await self._send(client, messages, seconds=seconds)
            call = replace(call, tokens_out=self._model.max_tokens_answer)  # until the endpoint says better
            answer = writer.read_answer(body)
            call = _count(call, answer)
            drafts = writer.read_drafts(answer.content, most=most)
        except writer.AnswerError as error:
            call = replace(call, outcome=error.outcome, reason=str(error))
        except FetchError as error:
            call = replace(call, reason=f"{error} {error.hint}".strip())
            self._open = self._open or (isinstance(error, StatusError) and error.status in _FATAL)
        else:
            call = replace(call, outcome="used")
            keep_answer(self._store, call.item, answer.content, call.at)
        self._settle(replace(call, seconds=time.monotonic() - began))
        return drafts

    async def _send(self, client: HTTPClient, messages: list[Message], *, seconds: float) -> bytes:
        """Post the question; once more without a schema where the endpoint knows none."""
        secret = self._model.api_key.get_secret_value()

        def post() -> Awaitable[bytes]:
            return client.post_json(
                f"{self._model.endpoint.rstrip('/')}/chat/completions",
                writer.write_payload(messages, self._model, by_schema=self._by_schema),
                headers={"authorization": f"Bearer {secret}"} if secret else {},
                timeout=min(self._model.timeout, seconds),
            )

        try:
            return await post()
        except StatusError as error:
            if not self._by_schema or error.status not in _NO_SCHEMA:
                raise
        self._by_schema = False
        return await post()

    def _settle(self, call: ModelCall) -> None:
        """Write the question into the ledger, and open the breaker after too many failures in a row."""
        call = replace(call, cost=model_budget.price(call.tokens_in, call.tokens_out, self._model))
        record_call(self._store, call)
        self.last = call
        self._budget = self._budget.spend(call.tokens_in + call.tokens_out, call.cost)
        if call.outcome == "used":
            self._in_a_row = 0
            return
        self.report.failed += 1
        self.report.note(call.reason or call.outcome)
        self._in_a_row += 1
        if self._open or self._in_a_row >= BREAK_AFTER:
            self._open = True
            self.report.note("the model is not asked again in this run")


def _count(call: ModelCall, answer: writer.Answer) -> ModelCall:
    """Take over what the endpoint counted; where it does not count, the answer is estimated."""
    guess = model_budget.estimate_tokens([{"content": answer.content}])
    return replace(
        call,
        tokens_in=call.tokens_in if answer.tokens_in is None else answer.tokens_in,
        tokens_out=guess if answer.tokens_out is None else answer.tokens_out,
    )
