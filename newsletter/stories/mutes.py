"""What an editor wants to hear nothing of: sources, companies, kinds of story. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from newsletter.model import AlsoNoted, Article, Mute, MuteKind, Story
from newsletter.stories.fingerprint import LEAD_CHARS
from newsletter.stories.lexicon import Lexicon


def describe_mute(mute: Mute) -> str:
    """Return a remembered choice in words, with its number, as an explanation gives it."""
    how_long = f"until {mute.until}" if mute.until else "for ever"
    return f"{mute.kind} {mute.value}, {how_long} (no. {mute.id}): {mute.reason}"


def leave_muted(group: Sequence[Article], mutes: Sequence[Mute]) -> Sequence[Article]:
    """Return what of a group comes from no muted source; all of it where nothing else is left."""
    return [article for article in group if _find_source(article, mutes) is None] or group


def find_mute(story: Story, mutes: Sequence[Mute], lexicon: Lexicon) -> Mute | None:
    """Return the choice that keeps a story out, or None."""
    lead = story.articles[0]
    if found := _find_source(lead, mutes):
        return found
    kinds = {story.section, lead.publisher.kind.value}
    for mute in mutes:
        if mute.kind is MuteKind.TOPIC and mute.value in kinds:
            return mute
        if mute.kind is MuteKind.COMPANY and names_company(
            f"{lead.title}\n{lead.text[:LEAD_CHARS]}", mute.value, lexicon
        ):
            return mute
    return None


def is_muted_line(line: AlsoNoted, mutes: Sequence[Mute], lexicon: Lexicon) -> bool:
    """Whether a headline in "also noted" is of a muted publisher, or names a muted company."""
    return any(
        line.publisher.casefold() == mute.value.casefold()
        if mute.kind is MuteKind.SOURCE
        else mute.kind is MuteKind.COMPANY and names_company(line.headline, mute.value, lexicon)
        for mute in mutes
    )


def _find_source(article: Article, mutes: Sequence[Mute]) -> Mute | None:
    names = {article.source.casefold(), article.publisher.name.casefold()}
    return next(
        (mute for mute in mutes if mute.kind is MuteKind.SOURCE and mute.value.casefold() in names), None
    )


def names_company(text: str, name: str, lexicon: Lexicon) -> bool:
    """Whether ``text`` names a company, by that name or by another one that the lexicon knows it by."""
    if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE):
        return True
    wanted = {hit.term.name for hit in lexicon.find(name) if name[hit.start : hit.end] == name}
    return bool(wanted) and any(hit.term.name in wanted for hit in lexicon.find(text))
