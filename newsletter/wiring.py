"""The composition root: settings ─▶ what the flows need. I/O (opens files and the database).

Everything is opened when it is first asked for, so that ``newsletter --help`` reads nothing and one
broken part stops only the flows that need it. Each flow gets a bundle that is defined in its own room.
Only ``cli``, ``serve``, the desk's workbench and tests import this.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import MISSING, dataclass, field, fields, replace
from datetime import UTC, date, datetime
from difflib import get_close_matches
from functools import cached_property, lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, TypeVar, cast

from pydantic import SecretStr

from newsletter.config import (
    Settings,
    SourceList,
    added_sources,
    find_config,
    find_place,
    load_prices,
    load_settings,
    load_sources,
    load_table,
)
from newsletter.errors import ConfigError, InputError, StoreError, told_as
from newsletter.logs import get_log
from newsletter.model import DAILY, EditionKey, IssueKey, Source, parse_day

if TYPE_CHECKING:
    from newsletter.check.doctor import Examining
    from newsletter.day.compose_today import Making
    from newsletter.day.edit_issue import Editing, Freezing
    from newsletter.day.gather import Gathering
    from newsletter.day.pipeline import Composing
    from newsletter.day.returns import Returning
    from newsletter.day.scheduled_jobs import Waking
    from newsletter.day.shared_work import SharedWork
    from newsletter.delivery.operator_alerts import Alerting
    from newsletter.delivery.prepare_messages import Sending
    from newsletter.render.templates import Templates
    from newsletter.store.backup import Everything
    from newsletter.store.engine import Store
    from newsletter.stories.lexicon import Lexicon
    from newsletter.subscribers.consent import Register
    from newsletter.subscribers.tokens import Keys
    from newsletter.web.services import WebServices

Clock = Callable[[], datetime]
_Flow = TypeVar("_Flow")
_FIRST_DAY, _LAST_DAY = date(1971, 1, 1), date(9000, 1, 1)  # weeks before and after are dates as well


def system_clock() -> datetime:
    """Return the current time: the one place where it is read."""
    return datetime.now(UTC)


@lru_cache(maxsize=4)
def _read_lexicon(path: Path, *written: int) -> Lexicon:
    """Return the subject as a file tells it, read once while it stays as it was ``written``. Raises ConfigError."""
    from newsletter.stories.lexicon import build_lexicon

    del written
    table = load_table(path.name, path.parent)
    try:
        return build_lexicon(table)
    except ConfigError as error:
        raise ConfigError(f"{path}: {str(error).removeprefix('lexicon.toml: ')}", hint=error.hint) from error


@dataclass
class Installation:
    """One installation: its settings, its clock, what is opened from them on demand, and each flow's bundle."""

    settings: Settings
    config_folder: Path | None = None
    clock: Clock = system_clock
    # Where there is none; who only looks must not take a new one for the operator's.
    makes_ledger: bool = True
    given_sources: tuple[Source, ...] | None = None  # in place of those of sources.toml
    _read_sources: tuple[tuple[tuple[Path, int], ...], SourceList] | None = field(
        default=None, init=False, repr=False, compare=False
    )

    @property
    def data(self) -> Path:
        """The data folder."""
        return self.settings.data

    @property
    def today(self) -> date:
        """Today in the newsletter's zone."""
        return self.today_of(DAILY)

    def today_of(self, edition: EditionKey) -> date:
        """Today in the zone of an edition."""
        return self.clock().astimezone(self.settings.of(edition).newsletter.zone).date()

    def find_issue(self, given: str, edition: str = "") -> IssueKey:
        """Return the issue of the local date ``given``, or of today; "weekly/2026-01-09" names its edition, too.

        Raises InputError for anything else.
        """
        named, parted, day = given.rpartition("/")
        edition = named if parted else edition
        key = EditionKey(edition) if edition else self.settings.edition_keys[0]
        if edition and self.settings.find_edition(edition) is None:
            from newsletter.store.issues import has_issues

            if not has_issues(self.store, key):
                there = ", ".join(self.settings.edition_keys)
                raise InputError(f"There is no edition {edition!r}.", hint=f"There is: {there}.")
        asked = parse_day(day) if day else self.today_of(key)
        if asked is None:
            raise InputError(f"{given!r} is not a date.", hint="Write it as 2026-01-05.")
        if not _FIRST_DAY < asked < _LAST_DAY:
            raise InputError(f"No issue is of {asked}.", hint="Write it as 2026-01-05.")
        return IssueKey(edition=key, date=asked)

    @property
    def sources(self) -> tuple[Source, ...]:
        """Every source of ``source_list``. Raises ConfigError."""
        return self.source_list.sources

    @property
    def source_list(self) -> SourceList:
        """What sources.toml lists as it is now: the desk adds some while we run.

        Where it was made wrong since it was read, the sources are those of before. Raises ConfigError.
        """
        if self.given_sources is not None:
            return SourceList(sources=self.given_sources)
        added = added_sources(self.data)
        paths = (find_config("sources.toml", self.config_folder), added)
        stamp = tuple((path, path.stat().st_mtime_ns if path.is_file() else 0) for path in paths)
        if self._read_sources is None or self._read_sources[0] != stamp:
            try:
                self._read_sources = (stamp, load_sources(self.config_folder, added))
            except ConfigError as error:
                if self._read_sources is None:
                    raise
                get_log("wiring").warning("sources not read", error=str(error), hint=error.hint)
                return replace(self._read_sources[1], faults=(error,))
        return self._read_sources[1]

    @property
    def lasting_sources(self) -> SourceList:
        """The same for who makes an issue: where sources.toml is broken since the start, what was read last counts.

        Raises ConfigError where nothing ever was.
        """
        from newsletter.store.last_sources import load_last_sources

        try:
            return self.source_list
        except ConfigError as error:
            if self.missing_ledger or not (last := load_last_sources(self.store)):
                raise
            return SourceList(sources=last, faults=(error,))

    @cached_property
    def lexicon(self) -> Lexicon:
        """The subject: lexicon.toml; the rules of the language learn its words."""
        from newsletter.english.rules import learn

        path = find_config("lexicon.toml", self.config_folder)
        written = path.stat()
        lexicon = _read_lexicon(path, written.st_mtime_ns, written.st_size)
        learn(lexicon.words)
        return lexicon

    def find_subject(self) -> str:
        """Return what the newsletter is about; its name where lexicon.toml cannot be read: leaving must work."""
        from newsletter.stories.lexicon_file import parse_lexicon_file

        try:
            return parse_lexicon_file(load_table("lexicon.toml", self.config_folder)).newsletter.subject
        except ConfigError as error:
            get_log("wiring").warning("no subject", error=str(error), hint=error.hint)
            return self.settings.newsletter.name

    @cached_property
    def store(self) -> Store:
        """The ledger, up to date. Raises StoreVersionError where a newer version made it."""
        from newsletter.store.migrate import is_current

        self.refuse_lost()
        if not is_current(self.raw_store):
            from newsletter.store.upgrade import bring_up_to_date

            bring_up_to_date(self.everything, self.settings.backup, self.clock())
        return self.raw_store

    @cached_property
    def raw_store(self) -> Store:
        """The ledger as it is, whatever its revision."""
        from newsletter.store.engine import Store, database_url, open_engine
        from newsletter.store.private_files import make_private_file

        if not self.makes_ledger:
            self._refuse_missing()
        make_folder(self.data)
        store = Store(open_engine(database_url(self.settings.storage.database, self.data)))
        if store.file is not None:
            make_private_file(store.file)
        return store

    @cached_property
    def keys(self) -> Keys:
        """The signing keys, made on first use; never made anew for a ledger in use, nor others taken for its own."""
        from newsletter.subscribers.keys import load_keys, refuse_foreign_keys

        keys = load_keys(self.data, may_make=self._needs_no_keys, alone=self.store.is_sqlite)
        refuse_foreign_keys(self.data, keys, self.store)
        return keys

    def _needs_no_keys(self) -> bool:
        """Whether the ledger was used with no keys yet."""
        from newsletter.store.subscribers import needs_keys

        with self.store.read() as connection:
            return not needs_keys(connection)

    @property
    def register(self) -> Register:
        """Where subscribers are kept, and what their changes need."""
        from newsletter.subscribers.consent import make_register

        return make_register(self.store, self.keys, self.settings)

    @cached_property
    def templates(self) -> Templates:
        """The operator's templates and theme over the shipped ones."""
        from newsletter.render.templates import Templates

        return Templates(self.data / "templates")

    @property
    def everything(self) -> Everything:
        """What a backup is taken of: the database as it is, the data folder, the operator's config."""
        from newsletter.store.backup import Everything

        return Everything(store=self.raw_store, data=self.data, config=self.config_folder)

    # ── what each flow needs ─────────────────────────────────────────────────────────────────────

    @property
    def gathering(self) -> Gathering:
        """For reading sources."""
        from newsletter.day.gather import Gathering

        found = self.lasting_sources
        return self._build(Gathering, sources=found.sources, faults=found.faults)

    @property
    def composing(self) -> Composing:
        """For composing an issue from what is stored."""
        from newsletter.day.pipeline import Composing

        return self._build(
            Composing,
            sources=self.lasting_sources.sources,
            shared=self.shared_work,
            load_prices=lambda: load_prices(self.config_folder),
        )

    @cached_property
    def shared_work(self) -> SharedWork:
        """What editions of one day need to make only once."""
        from newsletter.day.shared_work import SharedWork

        return SharedWork()

    @property
    def making(self) -> Making:
        """For a day's issue, from sources to frozen."""
        from newsletter.day.compose_today import Making

        return self._build(Making, open_composing=lambda: self.composing)

    @property
    def freezing(self) -> Freezing:
        """For freezing an issue anew."""
        from newsletter.day.edit_issue import Freezing

        return self._build(Freezing)

    @property
    def editing(self) -> Editing:
        """For changing an issue's stories."""
        from newsletter.day.edit_issue import Editing

        return self._build(Editing, read_sources=lambda: self.sources)

    @property
    def alerting(self) -> Alerting:
        """For telling the operator."""
        from newsletter.delivery.operator_alerts import Alerting

        return self._build(Alerting)

    @property
    def sending(self) -> Sending:
        """For sending what is due, and for the preflight."""
        from newsletter.delivery.prepare_messages import Sending

        return self._build(Sending)

    @property
    def returning(self) -> Returning:
        """For taking back mail."""
        from newsletter.day.returns import Returning

        return self._build(Returning)

    def _look_for_checking(self) -> Sending:
        """As ``sending``; where there are no keys yet, with ones of which nothing is kept: looking makes nothing."""
        from newsletter.delivery.prepare_messages import Sending
        from newsletter.subscribers.keys import key_path, make_keys

        is_new = not key_path(self.data).exists() and self._needs_no_keys()
        return self._build(Sending, **({"keys": make_keys()} if is_new else {}))

    def _build(self, flow: Callable[..., _Flow], **own: Any) -> _Flow:
        """Return a flow's bundle: what it names, has no default for and is not given is the attribute of that name."""
        wanted = (one for one in fields(cast("Any", flow)) if one.name not in own and one.default is MISSING)
        names = [one.name for one in wanted if one.default_factory is MISSING]
        return flow(**{name: getattr(self, name) for name in names}, **own)

    @property
    def waking(self) -> Waking:
        """For the scheduler."""
        from newsletter.day.scheduled_jobs import Waking

        return self._build(
            Waking,
            open_making=lambda: self.making,
            open_checking=lambda: self.sending,
            open_returning=lambda: self.returning,
        )

    @property
    def examining(self) -> Examining:
        """For the doctor."""
        from newsletter.check.doctor import Examining
        from newsletter.day.daily_backup import look_at_backups
        from newsletter.day.due_now import describe_due
        from newsletter.day.model_trial import try_model

        folder = self.config_folder
        return Examining(
            settings=self.settings,
            settings_file=str(folder / "newsletter.toml") if folder else "config/newsletter.toml",
            clock=self.clock,
            read_sources=lambda: self.source_list,
            read_lexicon=lambda: self.lexicon,
            open_store=self._find_database,
            open_checking=self._look_for_checking,
            describe_due=lambda: describe_due(self._find_database(), self.settings, self.clock()),
            try_model=lambda: try_model(self.settings, self._find_database, self.clock),
            look_at_backups=lambda: look_at_backups(self.everything, self.settings, self.clock()),
        )

    def _find_database(self) -> Store:
        """Return the ledger as it is. Raises StoreError where there is none: looking makes nothing."""
        self._refuse_missing()
        return self.raw_store

    @property
    def missing_ledger(self) -> Path | None:
        """The file of the ledger where it is not there yet."""
        from newsletter.store.engine import find_missing

        return find_missing(self.settings.storage.database, self.data)

    def refuse_lost(self) -> None:
        """Raise StoreError where the keys are there and their ledger is not: a new one would have no readers."""
        from newsletter.subscribers.keys import key_path

        if (
            "raw_store" not in self.__dict__
            and key_path(self.data).exists()
            and (missing := self.missing_ledger)
        ):
            raise StoreError(
                f"The database is lost: {missing} is {_state(missing)}, and the keys that it was used with are there.",
                hint="newsletter restore FILE puts a backup back. To begin anew in its place: move keys/ of"
                " the data folder away.",
            )

    @contextmanager
    def passing_ledger(self) -> Iterator[None]:
        """Work, where there is no ledger yet, on one that is gone at the end: a dry run leaves nothing.

        Raises StoreError where the ledger was lost.
        """
        from newsletter.store.engine import Store, database_url, open_engine

        self.refuse_lost()
        if self.missing_ledger is None:
            yield
            return
        with TemporaryDirectory(prefix="newsletter-") as folder:
            self.raw_store = Store(open_engine(database_url("", Path(folder))))
            try:
                yield
            finally:
                self.close()
                for name in ("raw_store", "store"):
                    self.__dict__.pop(name, None)

    def _refuse_missing(self) -> None:
        self.refuse_lost()
        if missing := self.missing_ledger:
            raise StoreError(
                f"There is no database yet: {missing} is {_state(missing)}.",
                hint="Is that the data folder (--data, NEWSLETTER_DATA)? newsletter serve, run, subscribers add and "
                "db upgrade make a new one.",
            )

    @property
    def web_services(self) -> WebServices:
        """For the public pages."""
        from newsletter.web.health import standard_checks
        from newsletter.web.services import WebServices

        return WebServices(
            register=self.register,
            settings=self.settings,
            templates=self.templates,
            now=self.clock,
            subject=self.find_subject(),
            checks=standard_checks(self.store, self.data, self.clock, ("scheduler", "sender")),
            read_sources=lambda: self.sources,
        )

    def close(self) -> None:
        """Close the database, if it was opened."""
        if "raw_store" in self.__dict__:
            self.raw_store.close()


def _state(missing: Path) -> str:
    return "empty" if missing.exists() else "not there"


def make_folder(folder: Path) -> None:
    """Make the data folder, its owner's alone. Raises ConfigError where it cannot be made."""
    from newsletter.store.private_files import make_private_folder

    hint = "Choose another with --data or NEWSLETTER_STORAGE__DATA, or make it writable."
    with told_as(ConfigError, f"The data folder {folder} cannot be made", hint):
        make_private_folder(folder)


def open_installation(
    config_folder: Path | None = None,
    *,
    data: Path | None = None,
    clock: Clock = system_clock,
    is_examined: bool = False,
    **overrides: Any,
) -> Installation:
    """Read the settings and return the installation.

    ``config_folder`` is the operator's; without one, that of ``find_config_folder``, else the shipped files.
    Raises ConfigError where the data folder may not be read, unless ``is_examined``: the doctor tells the rest.
    """
    from newsletter.store.folder_rights import explain_denied, find_denied_data

    if data is not None:
        overrides["storage"] = {**overrides.get("storage", {}), "data": data}
    if config_folder is None:
        config_folder = find_config_folder(data, is_examined=is_examined)
    settings = load_settings(config_folder, **overrides)
    denied = find_denied_data(settings.data)
    if denied is None:
        settings = lock_archive(settings)
    elif not is_examined:
        raise explain_denied(denied)
    _refuse_unknown_checks(settings.preflight.waive, config_folder)
    return Installation(settings=settings, config_folder=config_folder, clock=clock)


def find_config_folder(data: Path | None, *, is_examined: bool = False) -> Path | None:
    """Return the config folder where none is named: in the data folder, else in the current one.

    Raises ConfigError where the first may not be looked for; the doctor (``is_examined``) takes the next.
    """
    from newsletter.store.folder_rights import explain_denied, find_denied

    for folder in (data / "config" if data else None, Path("data/config"), Path("config")):
        if folder is None:
            continue
        if (denied := find_denied(folder)) is None:
            if folder.is_dir():
                return folder
        elif not is_examined:
            raise explain_denied(denied)
    return None


def _refuse_unknown_checks(waived: tuple[str, ...], config_folder: Path | None) -> None:
    """A misspelt check must not be silently without effect."""
    from newsletter.check.catalogue import CATALOGUE

    for name in waived:
        if name not in CATALOGUE:
            near = ", ".join(get_close_matches(name, CATALOGUE)) or ", ".join(CATALOGUE)
            place = find_place("preflight", "waive", file=str(find_config("newsletter.toml", config_folder)))
            raise ConfigError(
                f"preflight.waive: there is no check {name!r}, in {place}.", hint=f"There is: {near}."
            )


def lock_archive(settings: Settings) -> Settings:
    """Return the settings with the secret of a private archive in them, and of a public one with none."""
    secret = settings.newsletter.archive_key
    if settings.web.archive == "public":
        secret = SecretStr("")
    elif not secret.get_secret_value():
        from newsletter.subscribers.keys import load_archive_key

        make_folder(settings.data)
        secret = SecretStr(load_archive_key(settings.data))
    identity = settings.newsletter.model_copy(update={"archive_key": secret})
    return settings.model_copy(update={"newsletter": identity})
