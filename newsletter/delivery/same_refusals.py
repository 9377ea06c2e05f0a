"""The same refusal of many in a row: whose fault is it? Pure."""

from __future__ import annotations

from newsletter.store.ledger import Recorded


class SameRefusals:
    """Refusals that may be the relay's own fault, held back until it is clear whose they are.

    The same refusal ``limit`` times in a row is the relay's: nobody is marked. Any other answer shows that
    the relay works for others, and what was held back counts as it was decided.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._key: str | None = None
        self._held: list[Recorded] = []
        self._warned = False
        self.is_alone = True  # whether nothing else was ever answered since the last ``settle``

    @property
    def held(self) -> int:
        """How many answers are held back."""
        return len(self._held)

    def add(self, key: str | None, item: Recorded) -> tuple[list[Recorded], list[Recorded]]:
        """Take one more answer; return (those that count, those that are the relay's fault)."""
        if key is None or (self._key is not None and key != self._key):
            counted = self._empty()
            self._warned = self.is_alone = False
            if key is None:
                return [*counted, item], []
            self._key, self._held = key, [item]
            return counted, []
        self._key = key
        self._held.append(item)
        if self._warned or len(self._held) >= self._limit:
            # After a fault one more such answer is enough: nobody is tried twenty at a time for ever.
            self._warned = True
            faulty, self._held = self._held, []
            return [], faulty
        return [], []

    def settle(self) -> list[Recorded]:
        """Return what is held back: nothing else is going to be answered. What follows is a new beginning."""
        self.is_alone = True
        return self._empty()

    def _empty(self) -> list[Recorded]:
        held, self._held, self._key = self._held, [], None
        return held
