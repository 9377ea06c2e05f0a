"""What a language model may cost: tokens counted, priced and held against the ceilings of the settings. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import ceil, inf

from newsletter.config import Model

AGAIN = 1_000  # tokens of a first answer, its faults and the task, in a second question


def estimate_tokens(messages: Iterable[Mapping[str, str]]) -> int:
    """Tokens of a question, rather too many than too few: three bytes each."""
    return ceil(sum(len(message["content"].encode()) + 12 for message in messages) / 3)


def room_for_question(settings: Model) -> int:
    """Tokens that one question may have, so that every attempt that is allowed has its share of the item's ceiling."""
    return settings.max_tokens_item // settings.max_attempts - settings.max_tokens_answer - AGAIN


def price(tokens_in: int, tokens_out: int, settings: Model) -> float:
    """What so many tokens cost, in the money of the settings."""
    return (tokens_in * settings.price_in + tokens_out * settings.price_out) / 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """What was spent so far, in this run, in this month."""

    run: int = 0
    month: int = 0
    cost: float = 0.0

    def spend(self, tokens: int, cost: float) -> Budget:
        """The same after one more question."""
        return Budget(run=self.run + tokens, month=self.month + tokens, cost=self.cost + cost)


def why_not_ask(budget: Budget, settings: Model, *, tokens_in: int) -> str | None:
    """Return which ceiling forbids the question, or None."""
    tokens = tokens_in + settings.max_tokens_answer
    cost = budget.cost + price(tokens_in, settings.max_tokens_answer, settings)
    ceilings = (
        ("max_tokens_item", tokens * settings.max_attempts, settings.max_tokens_item),
        ("max_tokens_run", budget.run + tokens, settings.max_tokens_run),
        ("max_tokens_month", budget.month + tokens, settings.max_tokens_month),
        ("max_cost_month", cost, settings.max_cost_month or inf),
    )
    return next((f"model.{name} would be passed" for name, sum_, most in ceilings if sum_ > most), None)
