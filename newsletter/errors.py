"""The errors an operator meets: what, where and what to do. Pure.

::

    NewsletterError            exit 1
    ├── ConfigError            exit 2   a setting, a config file, a folder
    ├── InputError             exit 2   what a command was given
    ├── StoreError             exit 1   the database
    │   ├── StoreConflictError          another process wrote the same thing first
    │   ├── UnstorableError    exit 2   what was given is nothing that a database holds
    │   ├── FlightLogError              the file beside it that a sender writes before each message
    │   └── StoreVersionError           made by a newer version
    ├── FetchError             exit 1   a source could not be read (``permanent``: do not retry)
    ├── TemplateError          exit 1   a template
    └── RelayError             exit 3   the relay (``permanent``: the same call will fail again)

An expected failure of one item is carried as a value; these are raised where a command must stop.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar


class NewsletterError(Exception):
    """Root. ``str(error)`` says what and where; ``hint`` says what to do."""

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, hint: str = "", permanent: bool = False) -> None:
        super().__init__(message)
        self.hint = hint
        self.permanent = permanent


@contextmanager
def told_as(kind: type[NewsletterError], what: str, hint: str, *also: type[Exception]) -> Iterator[None]:
    """Tell a file that cannot be used, or is not text, as an error of that ``kind``: ``what``, why, what to do.

    ``also`` are further errors that mean the same.
    """
    faults: tuple[type[Exception], ...] = (OSError, UnicodeDecodeError, *also)
    try:
        yield
    except faults as error:
        raise kind(f"{what}: {getattr(error, 'strerror', None) or error}.", hint=hint) from error


class ConfigError(NewsletterError):
    """A setting, a config file or a folder is wrong."""

    exit_code = 2


class InputError(NewsletterError):
    """A command was given something it cannot use."""

    exit_code = 2


class StoreError(NewsletterError):
    """The database cannot do what was asked."""


class StoreConflictError(StoreError):
    """Another process wrote the same thing first: look again, and decide anew."""


class UnstorableError(StoreError, InputError):
    """What was given is nothing that a database holds: a number too large, bytes that are no text."""


class FlightLogError(StoreError):
    """What is handed over cannot be noted down, so nothing may be handed over."""


class StoreVersionError(StoreError):
    """The database was made by a newer version of the program."""


class FetchError(NewsletterError):
    """A source could not be read."""


class TemplateError(NewsletterError):
    """A template cannot be rendered."""


class RelayError(NewsletterError):
    """The relay does not take mail."""

    exit_code = 3
