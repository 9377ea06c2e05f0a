"""The order and the caps of sections. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from newsletter.config import Editorial
from newsletter.model import Story
from newsletter.stories.lexicon import Lexicon


def choose_within_caps(stories: Sequence[Story], *, lexicon: Lexicon, settings: Editorial) -> dict[str, str]:
    """Return ``{story key: why there is no room}`` for the stories over a cap, the best coming first.

    The best story moves to the lead section and takes no place in its own. Publishers without a name are
    not one publisher.
    """
    titles = {section.key: section.title for section in lexicon.sections}
    by_section: Counter[str] = Counter()
    by_publisher: Counter[str] = Counter()
    over: dict[str, str] = {}
    kept = 0
    for story in stories:
        publisher = story.articles[0].publisher
        voice = publisher.independence
        if kept >= settings.max_stories:
            over[story.key] = f"the issue has its {settings.max_stories} stories"
        elif by_section[story.section] >= settings.max_per_section:
            over[story.key] = f"{titles[story.section]} has its {settings.max_per_section} stories"
        elif voice and by_publisher[voice] >= settings.max_per_publisher:
            over[story.key] = f"{publisher.name} has its {settings.max_per_publisher} stories"
        else:
            by_section[story.section] += 1 if kept else 0
            by_publisher[voice] += 1
            kept += 1
    return over
