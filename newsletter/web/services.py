"""What the public web face is given. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from newsletter.config import Settings
from newsletter.render.templates import Environment, Theme
from newsletter.store.engine import Store
from newsletter.subscribers.consent import Register
from newsletter.subscribers.tokens import Keys


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one check of ``/readyz`` found."""

    ok: bool
    detail: str  # in words; never a secret, an address or a path of the machine


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that must hold for the newsletter to do its work. ``find`` may raise: then it does not."""

    name: str
    find: Callable[[], Finding]


@dataclass(frozen=True, slots=True, kw_only=True)
class WebServices:
    """Everything the public pages need, made by the composition root."""

    store: Store
    settings: Settings
    keys: Keys
    environment: Environment
    theme: Theme
    now: Callable[[], datetime]
    checks: tuple[Check, ...] = ()  # of /readyz, beside the database
    templates_folder: Path | None = None  # the operator's, for web/texts.toml

    @property
    def register(self) -> Register:
        """Where subscribers are kept, and what their changes need."""
        domain = self.settings.newsletter.notice_domain
        return Register(store=self.store, keys=self.keys, notice_domain=domain)

    @property
    def today(self) -> date:
        """Today in the newsletter's zone."""
        return self.now().astimezone(self.settings.newsletter.zone).date()
