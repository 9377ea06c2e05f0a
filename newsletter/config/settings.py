"""Settings: TOML files and ``NEWSLETTER_*`` variables, checked once at the edge. I/O (reads files).

Order, the later wins: the defaults of tables.py, ``newsletter.toml``, ``NEWSLETTER_<TABLE>__<NAME>``
variables, and ``NEWSLETTER_<TABLE>__<NAME>_FILE`` (a file holding the value: for secrets).
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, get_origin

from pydantic import SecretStr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from newsletter.config.files import find_config, read_toml
from newsletter.config.tables import (
    DKIM,
    Alerts,
    Backup,
    Bounces,
    Collect,
    Delivery,
    Editorial,
    Identity,
    Logs,
    Model,
    Preflight,
    Relay,
    RelayFailover,
    Retention,
    Schedule,
    Storage,
    Web,
)
from newsletter.errors import ConfigError

ENV_PREFIX = "NEWSLETTER_"


class _Variables(PydanticBaseSettingsSource):
    """``NEWSLETTER_A__B=x`` sets ``a.b`` to x, ``NEWSLETTER_A__B_FILE=/run/secrets/b`` to that file's content.

    The files win. pydantic's own source would take ``a.b_file`` for a setting, and would tell of a list
    that is no JSON without the name of the setting.
    """

    def get_field_value(self, field: Any, field_name: str) -> tuple[Any, str, bool]:
        """Answer for no single field: __call__ gives all at once."""
        del field
        return None, field_name, False

    def __call__(self) -> dict[str, Any]:
        """Return the nested mapping of all variables. Raises ConfigError for a file that cannot be read."""
        plain: dict[str, dict[str, Any]] = {}
        from_files: dict[str, dict[str, Any]] = {}
        for variable, given in os.environ.items():
            table, parted, name = variable.removeprefix(ENV_PREFIX).lower().partition("__")
            if not (variable.startswith(ENV_PREFIX) and parted):
                continue
            own = own_settings(table)
            if name in own:  # relay.ca_file is a setting of its own
                plain.setdefault(table, {})[name] = _parse_variable(given, own[name])
            elif (secret := name.removesuffix("_file")) in own:
                value = _read_value(variable, Path(given))
                from_files.setdefault(table, {})[secret] = _parse_variable(value, own[secret])
        tables = {*plain, *from_files}
        return {table: {**plain.get(table, {}), **from_files.get(table, {})} for table in tables}


def own_settings(table: str) -> Mapping[str, FieldInfo]:
    """Return the settings of a table by name: none where there is no such table."""
    field = Settings.model_fields.get(table)
    return getattr(field.annotation, "model_fields", {}) if field else {}


def _parse_variable(given: str, field: FieldInfo) -> Any:
    """Return a list or a table given as JSON as that; what is none goes on as it is, and is refused by name."""
    if get_origin(field.annotation) not in {tuple, dict}:
        return given
    try:
        return json.loads(given)
    except ValueError:
        return given


def _read_value(variable: str, path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"{variable} names {path}, which cannot be read: {error}.",
            hint="Mount the secret there, or correct the path.",
        ) from error


class _TOML(PydanticBaseSettingsSource):
    def __init__(self, settings_cls: type[BaseSettings], values: Mapping[str, Any]) -> None:
        super().__init__(settings_cls)
        self._values = dict(values)

    def get_field_value(self, field: Any, field_name: str) -> tuple[Any, str, bool]:
        """Answer for no single field: __call__ gives all at once."""
        del field
        return None, field_name, False

    def __call__(self) -> dict[str, Any]:
        """Return newsletter.toml as read."""
        return self._values


_toml_values: dict[str, Any] = {}


class Settings(BaseSettings):
    """Every setting of newsletter.toml, by table."""

    model_config = SettingsConfigDict(extra="forbid", frozen=True)

    newsletter: Identity = Identity()
    schedule: Schedule = Schedule()
    collect: Collect = Collect()
    editorial: Editorial = Editorial()
    model: Model = Model()
    relay: Relay = Relay()
    relay_failover: RelayFailover = RelayFailover()
    dkim: DKIM = DKIM()
    delivery: Delivery = Delivery()
    bounces: Bounces = Bounces()
    web: Web = Web()
    preflight: Preflight = Preflight()
    alerts: Alerts = Alerts()
    retention: Retention = Retention()
    storage: Storage = Storage()
    backup: Backup = Backup()
    logs: Logs = Logs()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Files named by ``*_FILE`` win over variables, variables over the TOML file."""
        del env_settings, dotenv_settings, file_secret_settings
        return init_settings, _Variables(settings_cls), _TOML(settings_cls, _toml_values)

    @property
    def data(self) -> Path:
        """The data folder, absolute."""
        return self.storage.data.absolute()


def describe_problems(error: ValidationError, where: str) -> str:
    """Return every problem with the name of the setting and what was given; secrets are not repeated."""
    lines = []
    for problem in error.errors():
        name = ".".join(str(part) for part in problem["loc"])
        if problem["type"] == "extra_forbidden":
            lines.append(f"{name}: there is no such setting")
        else:
            hide = problem["type"] == "missing" or _is_secret(problem["loc"])
            shown = "" if hide else f" (got {problem['input']!r})"
            lines.append(f"{name}: {problem['msg'].removeprefix('Value error, ')}{shown}")
    return f"{where}: " + "; ".join(lines)


def _is_secret(loc: Sequence[int | str]) -> bool:
    table, name = (*map(str, loc), "", "")[:2]
    field = own_settings(table).get(name)
    return field is not None and field.annotation is SecretStr


def load_settings(folder: Path | None = None, **overrides: Any) -> Settings:
    """Read newsletter.toml of the operator's ``folder`` (else the shipped one) and the environment.

    ``overrides`` are tables given as mappings, for tests and the demo. Raises ConfigError with the
    name of the setting, what was given, and what to do.
    """
    path = find_config("newsletter.toml", folder)
    values = read_toml(path)
    _refuse_unknown_variables()
    _toml_values.clear()
    _toml_values.update(values)
    try:
        return Settings(**overrides)
    except ValidationError as error:
        raise ConfigError(
            describe_problems(error, f"{path} and NEWSLETTER_* variables"),
            hint="docs/configuration.md lists every setting with its type and default.",
        ) from error
    finally:
        _toml_values.clear()


def _refuse_unknown_variables() -> None:
    """A misspelt variable must not be silently without effect."""
    for variable in os.environ:
        table, parted, name = variable.removeprefix(ENV_PREFIX).lower().partition("__")
        if not (variable.startswith(ENV_PREFIX) and parted):
            continue
        own = own_settings(table)
        if name not in own and name.removesuffix("_file") not in own:
            raise ConfigError(
                f"The variable {variable} names no setting.",
                hint="Variables are NEWSLETTER_<TABLE>__<NAME>, such as NEWSLETTER_RELAY__HOST; "
                "docs/configuration.md lists them.",
            )
