"""The words of pages that are no articles: gone, walled by consent, by payment or by a bot check. Pure.

They are rows of ``walls.toml``. Each speaks of the page itself or to its reader, as no report about such
pages does.
"""

from __future__ import annotations

import regex

from newsletter.data_files import join_words, read_data

_TABLE = read_data("newsletter.extract", "walls.toml")


def _compile(words: str) -> regex.Pattern[str]:
    return regex.compile(join_words(words, _TABLE["pieces"]), regex.IGNORECASE)


_WORDS = {name: _compile(words) for name, words in _TABLE["words"].items()}
GONE_TITLE, BARE_GONE, GONE_TEXT = _WORDS["gone_title"], _WORDS["bare_gone"], _WORDS["gone_text"]
BLOCKED, NOT_SERVED = _WORDS["blocked"], _WORDS["not_served"]
CONSENT_MATTERS = {name: _compile(words) for name, words in _TABLE["consent"].items()}
CONSENT_CORE = ("cookie", "privacy")  # one of them must be there, and a consent or a choice
TO_READER = _WORDS["to_reader"]
WALL, REST, PAID, OTHER_OFFER = _WORDS["wall"], _WORDS["rest"], _WORDS["paid"], _WORDS["other_offer"]
NOT_FREE, GATED, BROKEN_OFF = _WORDS["not_free"], _WORDS["gated"], _WORDS["broken_off"]
