"""Settings: TOML files and ``NEWSLETTER_*`` variables, checked once at the edge. I/O (reads files).

Order, the later wins: the defaults of tables.py, ``newsletter.toml``, ``NEWSLETTER_<TABLE>__<NAME>``
variables, and ``NEWSLETTER_<TABLE>__<NAME>_FILE`` (a file holding the value: for secrets).
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Self, get_args, get_origin

from pydantic import BaseModel, SecretStr, ValidationError, model_validator
from pydantic.fields import FieldInfo

from newsletter.config import tables
from newsletter.config.files import find_config, read_toml
from newsletter.config.tables import (
    Edition,
    EditionIdentity,
    Identity,
    RelaySettings,
    Table,
    parse_days_off,
    require_zone,
)
from newsletter.errors import ConfigError, told_as
from newsletter.model import DAILY, EditionKey, IssueKey

ENV_PREFIX = "NEWSLETTER_"


# What an edition may set instead of [schedule] and [editorial].
_SCHEDULED = ("compose_at", "send_at", "send_days")
_LIMITS = ("max_stories", "max_per_section", "max_highlights")

# What is no setting: it says where the settings are.
_PLACES = frozenset({"NEWSLETTER_CONFIG", "NEWSLETTER_DATA"})


@dataclass(frozen=True, slots=True)
class _Variable:
    """A variable that sets ``table.name``, to its value or to what is in the file that it names."""

    variable: str
    table: str
    name: str
    is_file: bool


def _list_variables() -> tuple[_Variable, ...]:
    """Return the variables that set something, in the order in which a later one wins.

    Raises ConfigError for one that sets nothing: misspelt, it must not be silently without effect.
    """
    found = []
    for variable, given in os.environ.items():
        if not variable.startswith(ENV_PREFIX) or variable in _PLACES:
            continue
        table, parted, name = variable.removeprefix(ENV_PREFIX).lower().partition("__")
        own = own_settings(table)
        if parted and name in own:  # relay.ca_file is a setting of its own
            found.append(_Variable(variable, table, name, is_file=False))
        elif parted and name.removesuffix("_file") in own:
            found.append(_Variable(variable, table, name.removesuffix("_file"), is_file=True))
        else:
            _refuse_misspelt(variable, given)
    return tuple(sorted(found, key=lambda one: one.is_file))


def _refuse_misspelt(variable: str, given: str) -> None:
    pairs = ((table, name) for table in Settings.model_fields for name in own_settings(table))
    known = {f"{ENV_PREFIX}{table}__{name}".upper() for table, name in pairs}
    flat = {one.replace("__", "_"): one for one in (*known, *(f"{one}_FILE" for one in known))}
    # Kubernetes sets NEWSLETTER_WEB_PORT for a service "newsletter-web": "tcp://…", and some that are like no setting.
    is_foreign = variable.upper() not in flat or given.startswith("tcp://")
    if "__" not in variable and is_foreign:
        return
    near = flat.get(variable.upper()) or next(iter(get_close_matches(variable.upper(), known)), "")
    raise ConfigError(
        f"The variable {variable} names no setting.",
        hint=f"{f'Did you mean {near}? ' if near else ''}Variables are NEWSLETTER_<TABLE>__<NAME>, such as "
        "NEWSLETTER_RELAY__HOST; docs/configuration.md lists them.",
    )


def _read_variables() -> dict[str, Any]:
    """Return the nested mapping of all variables. Raises ConfigError for a file that cannot be read.

    ``NEWSLETTER_A__B=x`` sets ``a.b`` to x, ``NEWSLETTER_A__B_FILE=/run/secrets/b`` to that file's content: files win.
    """
    found: dict[str, Any] = {}
    for one in _list_variables():
        given = os.environ[one.variable]
        value = _read_value(one.variable, Path(given)) if one.is_file else given
        found.setdefault(one.table, {})[one.name] = _parse_variable(value, own_settings(one.table)[one.name])
    return found


def own_settings(table: str) -> Mapping[str, FieldInfo]:
    """Return the settings of a table by name: none where there is no such table, or where there may be several."""
    field = Settings.model_fields.get(table)
    return getattr(field.annotation, "model_fields", {}) if field else {}


def _fields_of(kind: Any) -> Mapping[str, FieldInfo]:
    """Return the fields of a table, or of each of several."""
    fields: Mapping[str, FieldInfo] = getattr(next(iter(get_args(kind)), kind), "model_fields", {})
    return fields


def _parse_variable(given: str, field: FieldInfo) -> Any:
    """Return a list or a table given as JSON as that; what is none goes on as it is, and is refused by name."""
    if get_origin(field.annotation) not in {tuple, dict}:
        return given
    try:
        return json.loads(given)
    except ValueError:
        return given


def _read_value(variable: str, path: Path) -> str:
    hint = "Mount the secret there, or correct the path."
    with told_as(ConfigError, f"{variable} names {path}, which cannot be read", hint):
        return path.read_text(encoding="utf-8").strip()


def _lay_over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Return both: tables are laid over each other name by name, anything else is as above."""
    merged = dict(below)
    for name, value in above.items():
        under = merged.get(name)
        is_table = isinstance(under, Mapping) and isinstance(value, Mapping)
        merged[name] = _lay_over(under or {}, value) if is_table else value
    return merged


class Settings(Table):
    """Every setting of newsletter.toml, by table."""

    newsletter: Identity = Identity()
    schedule: tables.Schedule = tables.Schedule()
    edition: tuple[Edition, ...] = ()
    collect: tables.Collect = tables.Collect()
    editorial: tables.Editorial = tables.Editorial()
    model: tables.Model = tables.Model()
    relay: RelaySettings = RelaySettings()
    relay_failover: tables.RelayFailover = tables.RelayFailover()
    dkim: tables.DKIM = tables.DKIM()
    delivery: tables.DeliverySettings = tables.DeliverySettings()
    bounces: tables.Bounces = tables.Bounces()
    web: tables.Web = tables.Web()
    desk: tables.Desk = tables.Desk()
    preflight: tables.PreflightSettings = tables.PreflightSettings()
    alerts: tables.Alerts = tables.Alerts()
    retention: tables.Retention = tables.Retention()
    storage: tables.Storage = tables.Storage()
    backup: tables.BackupSettings = tables.BackupSettings()
    logs: tables.Logs = tables.Logs()

    @model_validator(mode="after")
    def _sound_editions(self) -> Self:
        require_zone(self.newsletter.timezone)  # the default as well: a machine may have no tz database
        keys = [edition.key for edition in self.edition]
        if twice := sorted({key for key in keys if keys.count(key) > 1}):
            raise ValueError(f"edition: two are called {twice[0]!r}; each key names one")
        if len(self.edition) > 1 and sum(edition.default for edition in self.edition) != 1:
            raise ValueError(
                "edition: one of them has default = true: the one for whoever does not say which"
            )
        for edition in self.edition:
            schedule = self.of(edition.key).schedule
            if schedule.compose_at >= schedule.send_at:
                raise ValueError(
                    f"edition {edition.key!r}: compose_at ({schedule.compose_at}) must come before send_at "
                    f"({schedule.send_at}); what it does not set is as in [schedule]"
                )
        return self

    @property
    def relays(self) -> tuple[tuple[str, RelaySettings], ...]:
        """Where mails leave this machine, in their order, each with the name of its table; a folder is none."""
        if self.relay.is_folder:
            return ()
        first = ("[relay]", self.relay)
        second = ("[relay_failover]", self.relay.model_copy(update=dict(self.relay_failover)))
        return (first, second) if self.relay_failover.host else (first,)

    @property
    def editions(self) -> tuple[Edition, ...]:
        """The editions that readers choose from: those that are set, else the one there always is."""
        return self.edition or (Edition(key=DAILY, name="Daily", about=self.newsletter.tagline[:120]),)

    @property
    def edition_keys(self) -> tuple[EditionKey, ...]:
        """Their keys, the default one first: it is for whoever does not say which."""
        ordered = sorted(self.editions, key=lambda edition: not edition.default)
        return tuple(EditionKey(edition.key) for edition in ordered)

    def find_edition(self, key: str) -> Edition | None:
        """Return the edition of that key; None where the settings know none (any more)."""
        return next((edition for edition in self.editions if edition.key == key), None)

    @property
    def offered(self) -> tuple[Edition, ...]:
        """The editions that readers choose from; none where there is nothing to choose."""
        return self.editions if len(self.editions) > 1 else ()

    def name_edition(self, key: str) -> str:
        """Return the name of an edition as readers see it; its key where the settings know it no more."""
        found = self.find_edition(key)
        return found.name if found else key

    def name_issue(self, key: IssueKey) -> str:
        """Return how pages name an issue: its date, after its edition where there are several."""
        return f"{self.name_edition(key.edition)}, {key.date}" if self.offered else f"{key}"

    def of(self, key: str) -> Self:
        """Return the settings as they are for one edition: its hours, days, zone, limits, sender's name and List-Id.

        One that the settings know no more has those of the newsletter.
        """
        edition = next((one for one in self.edition if one.key == key), None)
        if edition is None:
            return self
        identity: dict[str, Any] = {"timezone": edition.timezone or self.newsletter.timezone}
        named: type[Identity] = Identity
        if not (edition.default or len(self.edition) == 1):
            sender = self.newsletter.from_name or self.newsletter.name
            identity |= {"from_name": f"{sender}: {edition.name}", "edition_name": edition.name}
            named = EditionIdentity
        if key != DAILY:
            identity["list_id"] = f"{key}.{self.newsletter.own_list_id}"
        given = {name: value for name in _SCHEDULED if (value := getattr(edition, name))}
        limits = {name: value for name in _LIMITS if (value := getattr(edition, name)) is not None}
        if edition.sections:
            limits["max_also_noted"] = 0  # what was seen beside is of no section
        if "max_highlights" in limits:
            limits["min_highlights"] = min(self.editorial.min_highlights, limits["max_highlights"])
        return self.model_copy(
            update={
                "newsletter": named.model_construct(**{**dict(self.newsletter), **identity}),
                "schedule": self.schedule.model_copy(update=given),
                "editorial": self.editorial.model_copy(update=limits),
            }
        )

    @property
    def desk_url(self) -> str:
        """Where the pages of the desk are, without a slash at the end."""
        return self.desk.url or f"{self.newsletter.base_url}/desk"

    @property
    def data(self) -> Path:
        """The data folder, absolute."""
        return self.storage.data.absolute()


def find_place(table: str, name: str = "", *, file: str, overrides: Mapping[str, Any] | None = None) -> str:
    """Return where a setting got its value, or what of a whole table is set: file, variables, command line."""
    if name and name in (overrides or {}).get(table, {}):
        return "the command line"
    spelt = [
        f"{one.variable} ({os.environ[one.variable]})" if one.is_file else one.variable
        for one in _list_variables()
        if one.table == table and name in {"", one.name}
    ]
    return spelt[-1] if spelt and name else " and ".join([file, *spelt])


def describe_problems(
    error: ValidationError,
    find_place: Callable[[Sequence[int | str]], str],
    *,
    of: type[BaseModel] | None = None,
) -> str:
    """Return every problem: the setting, what is wrong, what was given, where it stands. Secrets are not repeated.

    ``of``: what the file was read as, where it is not newsletter.toml.
    """
    lines = []
    for problem in error.errors():
        place = find_place(problem["loc"])
        is_whole = not problem["loc"] or problem["type"] in {"missing", "extra_forbidden"}
        is_hidden = is_whole or isinstance(problem["input"], Mapping) or _is_secret(problem, place)
        shown = "" if is_hidden else f" (got {problem['input']!r})"
        name = ".".join(map(str, problem["loc"]))
        lines.append(f"{name}{': ' if name else ''}{_word(problem, of)}{shown}, in {place}")
    return ";\n  ".join(lines)


def _word(problem: Mapping[str, Any], of: type[BaseModel] | None) -> str:
    table, name = (*(str(part) for part in problem["loc"] if not isinstance(part, int)), "", "")[:2]
    if problem["type"] == "extra_forbidden":
        known = (of or Settings).model_fields
        near = get_close_matches(name or table, _fields_of(known[table].annotation) if name else known, n=1)
        return f"there is no such setting{f', did you mean {near[0]}?' if near else ''}"
    words = {
        "time_parsing": 'should be a time such as "06:30"',
        "tuple_type": "must be tables: each begins with [[edition]] on a line of its own"
        if (table, name) == ("edition", "")
        else 'must be a list, such as ["one", "two"]',
        "model_type": f"must be a table: [{table}] on a line of its own, its settings below it",
    }
    told = problem["msg"].removeprefix("Value error, ").replace("Input should", "should", 1)
    return str(words.get(problem["type"], told))


def _is_secret(problem: Mapping[str, Any], place: str) -> bool:
    """Whether what was given must not be shown: a secret, what a file holds, an address with a password in it."""
    table, name = (*map(str, problem["loc"]), "", "")[:2]
    field, given = own_settings(table).get(name), str(problem["input"])
    is_secret = field is not None and field.annotation is SecretStr
    return is_secret or "_FILE (" in place or ("://" in given and "@" in given)


def load_settings(folder: Path | None = None, **overrides: Any) -> Settings:
    """Read newsletter.toml of the operator's ``folder`` (else the shipped one) and the environment.

    ``overrides`` are tables given as mappings, for tests and the demo. Raises ConfigError with the
    name of the setting, what was given, where it stands, and what to do.
    """
    path = find_config("newsletter.toml", folder)

    def find(loc: Sequence[int | str]) -> str:
        table, name = (*map(str, loc), "", "")[:2]
        return find_place(table, name, file=str(path), overrides=overrides)

    try:
        given = _lay_over(_lay_over(read_toml(path), _read_variables()), overrides)
        return _add_days_off(Settings.model_validate(given), folder or path.parent)
    except ValidationError as error:
        raise ConfigError(
            describe_problems(error, find),
            hint="Correct it there; docs/configuration.md lists every setting with its type and default.",
        ) from error


def _add_days_off(settings: Settings, beside: Path) -> Settings:
    """Return the settings with the dates of ``schedule.days_off_file`` among the days off."""
    schedule = settings.schedule
    if (file := schedule.find_days_off_file(beside)) is None:
        return settings
    hint = "A relative path is looked for beside newsletter.toml."
    with told_as(ConfigError, f"schedule.days_off_file names {file}, which cannot be read", hint):
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    found = []
    for number, line in enumerate(lines, start=1):
        if given := line.partition("#")[0].strip():
            try:
                found.append(parse_days_off(given))
            except ValueError as error:
                raise ConfigError(
                    f"{file}, line {number}: {given!r} {error}.", hint="One date a line; # begins a remark."
                ) from error
    days_off = (*schedule.days_off, *found)
    return settings.model_copy(update={"schedule": schedule.model_copy(update={"days_off": days_off})})
