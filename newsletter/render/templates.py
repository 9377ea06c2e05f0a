"""The one door to Jinja. I/O (its loader reads template files).

The operator's folder comes first, file by file, then the shipped one. HTML is autoescaped, an
undefined name is an error, and where the operator's folder is there, every template runs in Jinja's
sandbox: whoever may write a template into the data folder does not thereby run code.
"""

from __future__ import annotations

import traceback
from functools import cached_property
from pathlib import Path
from typing import Any

import jinja2
from jinja2.bccache import Bucket
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from newsletter.errors import TemplateError
from newsletter.paths import shipped_folder
from newsletter.render.theme import Theme, load_theme
from newsletter.render.words import (
    break_long_words,
    count_noun,
    join_words,
    keep_together,
    text_direction,
    wrap,
    write_date,
)


class _Compiled(jinja2.BytecodeCache):
    """Compiled templates of this process, by file and content: an environment built anew compiles no known one."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[str, bytes]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give what is known of the template, if its content is the same."""
        checksum, code = self._known.get(bucket.key, ("", b""))
        if checksum == bucket.checksum:
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep the newest compilation of the template."""
        self._known[bucket.key] = (bucket.checksum, bucket.bytecode_to_string())


# The sandbox compiles calls otherwise, so each kind of environment has its own.
_COMPILED = {jinja2.Environment: _Compiled(), ImmutableSandboxedEnvironment: _Compiled()}
_HINT = (
    "Correct it, or delete your copy to fall back to the shipped template; then run "
    "`newsletter templates check`."
)


def _soften(text: str) -> Markup:
    """Escape ``text`` and let very long words break: <wbr> shows nothing and is not copied."""
    return Markup("<wbr>").join(break_long_words(keep_together(text)))


class Templates:
    """What mails and pages are rendered with, the operator's over the shipped; read when first asked for.

    Late, so that a broken theme stops no mail that is frozen already.
    """

    def __init__(self, given: Path | None = None) -> None:
        """``given``: the operator's folder, there or not."""
        self._given = given

    @property
    def folder(self) -> Path | None:
        """The operator's own templates, where there are any."""
        return self._given if self._given is not None and self._given.is_dir() else None

    @cached_property
    def environment(self) -> jinja2.Environment:
        """Jinja over the operator's templates and the shipped ones.

        Filters beside Jinja's: ``soften`` (a foreign text in HTML), ``wrap`` (text at 72 columns),
        ``direction``, ``date``, ``counted`` and ``listed``.
        """
        own = self.folder
        # The sandbox makes rendering about twice as slow, so shipped templates alone go without it.
        kind = ImmutableSandboxedEnvironment if own else jinja2.Environment
        environment = kind(
            loader=jinja2.FileSystemLoader(
                [folder for folder in (own, shipped_folder("templates")) if folder]
            ),
            autoescape=jinja2.select_autoescape(("html",), default=False, default_for_string=False),
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            auto_reload=own is not None,
            bytecode_cache=_COMPILED[kind],
        )
        environment.filters.update(
            soften=_soften,
            wrap=wrap,
            direction=text_direction,
            date=write_date,
            counted=count_noun,
            listed=join_words,
        )
        return environment

    @cached_property
    def theme(self) -> Theme:
        """Colours, fonts and logo. Raises TemplateError."""
        return load_theme(self.folder)

    def render(self, name: str, context: dict[str, Any]) -> str:
        """Render template ``name`` in the theme. Raises TemplateError."""
        return render_template(self.environment, name, {"theme": self.theme, **context})


def _find_line(error: BaseException) -> str:
    """Return the deepest place in a template that ``error`` passed through; "" where it passed through none."""
    frames = traceback.extract_tb(error.__traceback__)
    places = [frame for frame in frames if frame.filename.endswith((".html", ".txt"))]
    return f"{places[-1].filename}, line {places[-1].lineno}" if places else ""


def _find_unreadable(environment: jinja2.Environment) -> Path | None:
    """Return the first template that is no UTF-8 text: the error itself does not say which."""
    loader = environment.loader
    for folder in loader.searchpath if isinstance(loader, jinja2.FileSystemLoader) else ():
        for file in sorted(path for path in Path(folder).rglob("*") if path.suffix in {".html", ".txt"}):
            try:
                file.read_text("utf-8")
            except UnicodeDecodeError:
                return file
    return None


def render_template(environment: jinja2.Environment, name: str, context: dict[str, Any]) -> str:
    """Render template ``name``. Raises TemplateError with the file, the line and what to do."""
    try:
        return environment.get_template(name).render(context)
    except jinja2.TemplateSyntaxError as error:
        where = f"{error.filename or error.name or name}, line {error.lineno}"
        raise TemplateError(f"{where}: {error.message}.", hint=_HINT) from error
    except jinja2.TemplateNotFound as error:
        raise TemplateError(
            f"Template {name} needs {error.name}, which is in none of the template folders.",
            hint="Restore that file, or correct the name in include, import or extends.",
        ) from error
    except UnicodeDecodeError as error:
        unreadable = _find_unreadable(environment) or f"Template {name}"
        raise TemplateError(f"{unreadable} is no UTF-8 text: {error.reason}.", hint=_HINT) from error
    except (jinja2.TemplateError, ArithmeticError, LookupError, TypeError, ValueError, AttributeError,
            RecursionError) as error:  # fmt: skip
        where = _find_line(error) or f"Template {name}"
        words = "it includes or calls itself without end" if isinstance(error, RecursionError) else error
        raise TemplateError(f"{where}: {words}.", hint=_HINT) from error
