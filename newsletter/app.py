"""The composition root: settings ─▶ the objects that the stages need. I/O (opens files and the database).

Everything is opened when it is first asked for, so that ``newsletter --help`` reads nothing and one
broken part stops only the commands that need it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from newsletter.config import Settings, load_settings, load_sources, load_table
from newsletter.errors import ConfigError
from newsletter.model import Source

if TYPE_CHECKING:
    from newsletter.render.templates import Environment, Theme
    from newsletter.store.engine import Store
    from newsletter.stories.lexicon import Lexicon
    from newsletter.subscribers.consent import Register
    from newsletter.subscribers.tokens import Keys

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """Return the current time: the one place where it is read."""
    return datetime.now(UTC)


@dataclass
class App:
    """One installation: its settings, its clock, and what is opened from them on demand."""

    settings: Settings
    config_folder: Path | None = None
    clock: Clock = system_clock
    extra_sources: tuple[Source, ...] = ()  # the demo's own feed

    @property
    def data(self) -> Path:
        """The data folder."""
        return self.settings.data

    @property
    def today(self) -> date:
        """Today in the newsletter's zone."""
        return self.clock().astimezone(self.settings.newsletter.zone).date()

    @cached_property
    def sources(self) -> tuple[Source, ...]:
        """Every source of sources.toml."""
        return (*load_sources(self.config_folder), *self.extra_sources)

    @cached_property
    def lexicon(self) -> Lexicon:
        """The subject: lexicon.toml."""
        from newsletter.stories.lexicon import build_lexicon  # noqa: PLC0415 - compiled only where used

        return build_lexicon(load_table("lexicon.toml", self.config_folder))

    @cached_property
    def store(self) -> Store:
        """The ledger, up to date. Raises StoreVersionError where a newer version made it."""
        from newsletter.store.migrate import upgrade  # noqa: PLC0415 - Alembic is slow to import

        upgrade(self.raw_store)
        return self.raw_store

    @cached_property
    def raw_store(self) -> Store:
        """The ledger as it is, whatever its revision."""
        from newsletter.store.engine import Store, database_url, open_engine  # noqa: PLC0415

        make_folder(self.data)
        return Store(open_engine(database_url(self.settings.storage.database, self.data)))

    @cached_property
    def keys(self) -> Keys:
        """The signing keys, made on first use; never made anew for a ledger that needs the lost ones."""
        from newsletter.store.subscribers import needs_keys  # noqa: PLC0415
        from newsletter.subscribers.keys import load_keys  # noqa: PLC0415

        def is_new() -> bool:
            with self.store.read() as connection:
                return not needs_keys(connection)

        make_folder(self.data)
        return load_keys(self.data, may_make=is_new)

    @property
    def register(self) -> Register:
        """Where subscribers are kept, and what their changes need."""
        from newsletter.subscribers.consent import Register  # noqa: PLC0415

        domain = self.settings.newsletter.notice_domain
        return Register(store=self.store, keys=self.keys, notice_domain=domain)

    @property
    def template_folder(self) -> Path | None:
        """The operator's own templates, where there are any."""
        folder = self.data / "templates"
        return folder if folder.is_dir() else None

    @cached_property
    def environment(self) -> Environment:
        """Jinja over the operator's templates and the shipped ones."""
        from newsletter.render.templates import build_environment  # noqa: PLC0415

        return build_environment(self.template_folder)

    @cached_property
    def theme(self) -> Theme:
        """Colours, fonts and logo."""
        from newsletter.render.templates import load_theme  # noqa: PLC0415

        return load_theme(self.template_folder)

    def close(self) -> None:
        """Close the database, if it was opened."""
        if "raw_store" in self.__dict__:
            self.raw_store.close()


def make_folder(folder: Path) -> None:
    """Make the data folder. Raises ConfigError where it cannot be made."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(
            f"The data folder {folder} cannot be made: {error.strerror or error}.",
            hint="Choose another with --data or NEWSLETTER_STORAGE__DATA, or make it writable.",
        ) from error


def open_app(
    config_folder: Path | None = None,
    *,
    data: Path | None = None,
    clock: Clock = system_clock,
    **overrides: Any,
) -> App:
    """Read the settings and return the installation.

    ``config_folder`` is the operator's; without one, ``config/`` in the data folder or in the current
    folder is taken where it exists, else the shipped files.
    """
    if data is not None:
        overrides["storage"] = {**overrides.get("storage", {}), "data": data}
    if config_folder is None:
        candidates = (data / "config" if data else None, Path("data/config"), Path("config"))
        config_folder = next((folder for folder in candidates if folder and folder.is_dir()), None)
    settings = lock_archive(load_settings(config_folder, **overrides))
    return App(settings=settings, config_folder=config_folder, clock=clock)


def lock_archive(settings: Settings) -> Settings:
    """Return the settings with the secret of a private archive in them, and of a public one with none."""
    secret = settings.newsletter.archive_key
    if settings.web.archive == "public":
        secret = SecretStr("")
    elif not secret.get_secret_value():
        from newsletter.subscribers.keys import load_archive_key  # noqa: PLC0415 - needed here alone

        make_folder(settings.data)
        secret = SecretStr(load_archive_key(settings.data))
    identity = settings.newsletter.model_copy(update={"archive_key": secret})
    return settings.model_copy(update={"newsletter": identity})
