"""Every check by its stable name, with what it looks at and its kind. Pure. An operator waives a check by this name.

What is wrong with a sentence or a story is left out when an issue is composed or edited, and never keeps one back.
What is wrong with the sender or the mail as a whole is the send gate's, and only that keeps an issue back.
"""

from __future__ import annotations

from newsletter.data_files import read_data

_KINDS: dict[str, dict[str, str]] = read_data("newsletter.check", "catalogue.toml")
CATALOGUE = {name: looks_at for kind in _KINDS.values() for name, looks_at in kind.items()}
STORY_CHECKS = frozenset(  # of a sentence, a story, a source's link or headline: they warn at most
    {"citations", "repeated", "stories-whole", "shorteners", "links-answer", "preheader"}
)
TEMPLATE_CHECKS = frozenset({"template", "template-content", "theme-contrast", "text-width"})
FILTER_CHECKS = frozenset({"spamassassin", "rspamd"})
LEDGER_CHECKS = frozenset(_KINDS["ledger"])
_OUTER = FILTER_CHECKS | {"verp", "dkim-verifies", "unsubscribe-works", "links-answer"}
MAIL_CHECKS = (frozenset(_KINDS["message"]) | frozenset(_KINDS["content"])) - TEMPLATE_CHECKS - _OUTER
DNS_CHECKS = frozenset({"dkim-key", "spf", "dmarc", "mx", "ptr"})
