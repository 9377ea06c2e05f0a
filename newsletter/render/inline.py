"""The one door to css-inline: rules of a template's <style> onto its elements. Pure.

A <style data-css-inline="keep"> stays in the head: media queries and dark colours, which the inlined
look never depends on.
"""

from __future__ import annotations

import re

import css_inline

from newsletter.errors import TemplateError

_KEEP = ' data-css-inline="keep"'
_CLASS = re.compile(r' class="([^"]*)"')
_CLASS_RULE = re.compile(r"\.([A-Za-z][\w-]*)")
_KEPT_STYLE = re.compile(r"<style\b[^>]*>(.*?)</style>", re.DOTALL)  # also the one in Word's comment
_BETWEEN = re.compile(r">\s*\n\s*<")


_INLINER = css_inline.CSSInliner(keep_style_tags=False, load_remote_stylesheets=False, minify_css=True)


def inline_styles(html: str) -> str:
    """Return ``html`` with its rules inlined, and without line breaks and classes that serve nothing.

    Raises TemplateError where the style sheet cannot be read.
    """
    try:
        inlined: str = _INLINER.inline("\n".join(line.strip() for line in html.splitlines()))
    except css_inline.InlineError as error:
        raise TemplateError(
            f"The style sheet of a mail template cannot be inlined: {error}.",
            hint="Look at the <style> block of templates/email/layout.html, or at the theme's values.",
        ) from error
    used = {name for style in _KEPT_STYLE.findall(inlined) for name in _CLASS_RULE.findall(style)}

    def keep_used(match: re.Match[str]) -> str:
        kept = [name for name in match.group(1).split() if name in used]
        return f' class="{" ".join(kept)}"' if kept else ""

    slim = _CLASS.sub(keep_used, inlined).replace(_KEEP, "")
    return _BETWEEN.sub(">\n<", slim)


def apply_rules(html: str, rules: str) -> str:
    """Return ``html`` as it looks once ``rules`` apply too, for checks of a look. Raises TemplateError."""
    inliner = css_inline.CSSInliner(load_remote_stylesheets=False, extra_css=rules)
    try:
        applied: str = inliner.inline(html)
    except css_inline.InlineError as error:
        raise TemplateError(
            f"A style sheet of the mail cannot be read: {error}.", hint="Look at the <style> blocks."
        ) from error
    return applied
