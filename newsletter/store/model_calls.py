"""What the optional language model was asked, what it cost, and the answers kept. I/O (database)."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import func, insert, select

from newsletter.store.engine import Store, write_over
from newsletter.store.schema import model_answers, model_calls


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCall:
    """One question and how it ended. Tokens are the endpoint's own count, else an estimate."""

    at: datetime
    item: str
    model: str
    prompt: str
    attempt: int
    outcome: str
    reason: str | None
    tokens_in: int
    tokens_out: int
    cost: float
    seconds: float


def record_call(store: Store, call: ModelCall) -> None:
    """Write one question into the ledger."""
    store.run(insert(model_calls).values(**asdict(call)))


def spent_since(store: Store, start: datetime) -> tuple[int, float]:
    """Return the tokens and the money spent from ``start`` on."""
    query = select(
        func.coalesce(func.sum(model_calls.c.tokens_in + model_calls.c.tokens_out), 0),
        func.coalesce(func.sum(model_calls.c.cost), 0.0),
    ).where(model_calls.c.at >= start)
    tokens, cost = store.find(query).one()
    return int(tokens), float(cost)


def find_answer(store: Store, key: str) -> str | None:
    """Return the answer that was kept for ``key``, or None."""
    return store.find(select(model_answers.c.answer).where(model_answers.c.key == key)).scalar()


def keep_answer(store: Store, key: str, answer: str, now: datetime) -> None:
    """Keep an answer over what was there."""
    with store.write() as connection:
        write_over(connection, model_answers, {"key": key, "at": now, "answer": answer})
