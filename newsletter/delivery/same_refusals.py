"""Refusals that may be the relay's own, held back until it is clear whose they are. Pure.

What many recipients at several domains hear alike, with no message taken between, is the relay's. What one domain says
is that domain's, and one answer a recipient's: both count as soon as the relay takes a message of somebody else.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from newsletter.delivery.outcomes import Blame, Suspicion
from newsletter.store.ledger import Recorded

_FEWEST, _FEWEST_DOMAINS = 3, 2  # recipients and their domains that make "everyone" of a short list
_TAIL = 4  # a part of the limit so small is enough at the end of a list, of what is said of us
_MOST = 5  # times the limit may be held: so many refusals in ever other words are their recipients'


@dataclass(frozen=True, slots=True)
class _Refusal:
    item: Recorded
    at: float


@dataclass(slots=True)
class _Same:
    """Refusals alike."""

    blame: Blame
    refusals: list[_Refusal] = field(default_factory=list)

    @property
    def items(self) -> list[Recorded]:
        return [refusal.item for refusal in self.refusals]

    @property
    def are_many(self) -> bool:
        """Whether they are at more than one domain."""
        return len({item.claim.domain for item in self.items}) >= _FEWEST_DOMAINS


class SameRefusals:
    """What one relay refused since it last took a message. Times are seconds of a clock that never jumps.

    Where ``limit`` were refused alike, domains that did not refuse yet are asked first. If one of them refuses as
    well, or there is none, it is the relay's fault. From then on one more is enough; each message that it takes asks
    for one more, up to the limit.
    """

    def __init__(self, limit: int) -> None:
        self._limit = self._needed = limit
        self._held: dict[str, _Same] = {}
        self._refused: dict[str, float] = {}  # domains, and when each refused last
        self._faulty: float | None = None  # since when the relay refuses everyone
        self._is_alone = True  # nothing was taken since ``settle``
        self._has_no_others = False  # every domain that may be asked refused

    @property
    def held(self) -> int:
        """How many answers are held back."""
        return sum(len(same.refusals) for same in self._held.values())

    @property
    def is_faulty(self) -> bool:
        """Whether the relay refuses everyone."""
        return self._faulty is not None

    @property
    def avoided(self) -> frozenset[str]:
        """The domains behind all others: what they say is known."""
        is_full = any(len(same.refusals) >= self._needed for same in self._held.values())
        is_asking = (is_full or self.is_faulty) and not self._has_no_others
        return frozenset(self._refused if is_asking else ())

    def stop_avoiding(self) -> bool:
        """There is nobody at another domain; return whether any domain was avoided."""
        found = bool(self.avoided)
        self._has_no_others = self._has_no_others or found
        return found

    def take(self, began: float) -> list[Recorded] | None:
        """Note that a message begun then was taken; return what was refused before, which counts as it was decided.

        None: it proves nothing, for everyone has been refused since.
        """
        if self._faulty is not None and began < self._faulty:
            return None
        self._needed = min(self._limit, self._needed + 1)
        self._faulty, self._is_alone, self._has_no_others = None, False, False
        self._refused = {domain: at for domain, at in self._refused.items() if at >= began}
        return self._release(began)

    def refuse(self, found: Suspicion, item: Recorded, now: float) -> tuple[list[Recorded], list[Recorded]]:
        """Take one more refusal; return (those that count, those that are the relay's fault)."""
        is_further = item.claim.domain not in self._refused
        self._refused[item.claim.domain] = now
        same = self._held.setdefault(found.key, _Same(found.blame))
        same.refusals.append(_Refusal(item, now))
        if self._is_faults(same, is_further=is_further):
            del self._held[found.key]
            self._blame_relay(now)
            return [], same.items
        if self._has_no_others and len(same.refusals) >= self._needed:
            return self._held.pop(found.key).items, []  # a domain's answer
        return (self.drop(), []) if self.held >= _MOST * self._limit else ([], [])

    def _is_faults(self, same: _Same, *, is_further: bool) -> bool:
        if self.is_faulty or (self._has_no_others and self._is_of_all(same)):
            return True
        return is_further and len(same.refusals) > self._needed

    def _is_of_all(self, same: _Same) -> bool:
        """Whether so many are the relay's fault where nobody else can be asked."""
        is_whole_list = self._is_alone and same.blame is not Blame.DEAD
        return len(same.refusals) >= self._needed and (same.are_many or is_whole_list)

    def settle(self, now: float) -> tuple[list[Recorded], list[Recorded]]:
        """Nothing else is going to be answered: return what counts, and what is the relay's fault."""
        counted: list[Recorded] = []
        faulty: list[Recorded] = []
        for same in self._held.values():
            (faulty if self._is_of_all(same) or self._is_everyone(same) else counted).extend(same.items)
        if faulty:
            self._blame_relay(now)
        self._held.clear()
        self._is_alone = True
        return counted, faulty

    def _is_everyone(self, same: _Same) -> bool:
        """Whether these are all of a short list, or the end of one, that heard the same."""
        if self._is_alone:
            return same.blame is Blame.RELAY or (len(same.refusals) >= _FEWEST and same.are_many)
        is_ours = same.blame in {Blame.RELAY, Blame.US}
        return is_ours and len(same.refusals) >= self._limit / _TAIL and same.are_many

    def _blame_relay(self, now: float) -> None:
        self._faulty, self._needed, self._has_no_others = now, 1, False

    def drop(self) -> list[Recorded]:
        """Return all that is held back, held no longer."""
        return self._release(math.inf)

    def _release(self, before: float) -> list[Recorded]:
        """Return what was refused before then, held no longer."""
        released = []
        for key, same in tuple(self._held.items()):
            released += [refusal.item for refusal in same.refusals if refusal.at < before]
            same.refusals = [refusal for refusal in same.refusals if refusal.at >= before]
            if not same.refusals:
                del self._held[key]
        return released
