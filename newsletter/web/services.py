"""What the public web face is given. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from newsletter.config import Settings
from newsletter.model import Source, Subscriber, SubscriberId
from newsletter.render.templates import Templates
from newsletter.store.engine import Store
from newsletter.store.subscribers import find_by_id
from newsletter.subscribers.consent import Register
from newsletter.subscribers.tokens import Keys, Purpose, Token, TokenFault, check_token


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one check of ``/readyz`` found."""

    ok: bool
    detail: str  # in words; never a secret, an address or a path of the machine


Look = Callable[[], Finding]  # at one thing that must hold to do the work; where it raises, that does not


@dataclass(frozen=True, slots=True, kw_only=True)
class WebServices:
    """Everything the public pages need, made by the composition root."""

    register: Register  # with the ledger and the keys
    settings: Settings
    templates: Templates
    now: Callable[[], datetime]
    subject: str  # what the newsletter is about, in words
    checks: Mapping[str, Look] = field(default_factory=dict)  # of /readyz, beside the database
    read_sources: Callable[[], tuple[Source, ...]] = tuple  # of sources.toml, for the metrics; may raise
    warm_seconds: float = 2.0  # for making pages before the first visitor; the rest when it is asked for

    @property
    def store(self) -> Store:
        """The ledger."""
        return self.register.store

    @property
    def keys(self) -> Keys:
        """What signs the links."""
        return self.register.keys

    @property
    def today(self) -> date:
        """Today in the newsletter's zone."""
        return self.now().astimezone(self.settings.newsletter.zone).date()

    def check(self, token: str, purpose: Purpose, lifetime: timedelta | None) -> Token | TokenFault:
        """Return a token of a link, cookie or form, if it is ours, for ``purpose`` and young enough."""
        return check_token(self.keys, token, purpose, now=self.now(), lifetime=lifetime)

    def find_subscriber(self, number: SubscriberId) -> Subscriber | None:
        """Return a subscriber, as the ledger has them now."""
        with self.store.read() as connection:
            return find_by_id(connection, number)
