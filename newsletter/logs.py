"""Structured logs. I/O (writes to standard error).

Events are short constant messages with fields. **Never an address, a token or a body**: ids only.
"""

from __future__ import annotations

import logging
import sys
from threading import Lock
from typing import TYPE_CHECKING, Any

from newsletter.config import Logs
from newsletter.control_characters import make_printable

if TYPE_CHECKING:
    from structlog.typing import EventDict, FilteringBoundLogger, Processor


_opening = Lock()
_chosen: list[Logs] = []  # the settings, until the first line is written


def configure_logs(settings: Logs) -> None:
    """Send every log line to standard error: text on a terminal, else one JSON object a line.

    What writes the lines is imported with the first of them: most commands that only show something write none.
    """
    _chosen[:] = [settings]


def _configure(settings: Logs) -> None:
    import structlog  # noqa: PLC0415 - a tenth of the start of a command that writes no line

    as_json = settings.format == "json" or (settings.format == "auto" and not sys.stderr.isatty())
    renderer: Processor = (
        structlog.processors.JSONRenderer()
        if as_json
        else structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *([structlog.processors.format_exc_info] if as_json else [_make_printable]),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.getLevelNamesMapping()[settings.level.upper()]
        ),
        # sys.stderr as it is when the line is written: whoever replaced it may have closed the old one
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )


def _make_printable(logger: object, method: str, line: EventDict) -> EventDict:
    """Take out of a line what would act on the terminal that shows it; JSON escapes it anyway."""
    del logger, method
    return {name: make_printable(value) if isinstance(value, str) else value for name, value in line.items()}


class _Log:
    """A logger that is opened with its first line."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, method: str) -> Any:
        import structlog  # noqa: PLC0415 - as above

        with _opening:
            if _chosen:
                _configure(_chosen.pop())
        return getattr(structlog.get_logger(part=self._name), method)


def get_log(name: str) -> FilteringBoundLogger:
    """Return a logger whose lines carry the name of their part."""
    log: Any = _Log(name)
    opened: FilteringBoundLogger = log
    return opened
