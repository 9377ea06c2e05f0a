"""Whether a story carries on one that the reader was told in the last days. Pure.

News that follows other news tells it again at its beginning: "Lynas shares slide" says within two
sentences that its Kalgoorlie plant was halted. So a story follows an earlier one where its headline and
beginning hold most of the earlier headline, each word by how rare it is in news at large and in the
issues of the last weeks, without the words of the subject itself. It is a story of its own, and no update:
those have a second report of the same event (novelty.py).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from newsletter.model import Article, EarlierStory
from newsletter.stories.commonness import load_commonness
from newsletter.stories.fingerprint import read_stems, take_fingerprint
from newsletter.stories.headline import read_claim
from newsletter.stories.lexicon import Lexicon
from newsletter.stories.novelty import LEAD_CHARS, History, SentStory
from newsletter.stories.vetoes import Slots, name_different_things, read_slots

RECENT = timedelta(days=4)  # a story of Thursday is carried on until Monday
RECALLED = 0.7  # of an earlier headline, by weight; of 29 fresh pairs none lies between .60 and .75
LEAST = 3  # words of it
_OTHERS = 40  # stories that are taken to have been sent besides


@dataclass(frozen=True, slots=True)
class _Earlier:
    sent: SentStory
    title: frozenset[str]  # stems of the headline, without those of the subject
    beginning: frozenset[str]  # of headline and first sentences
    slots: Slots


@dataclass(frozen=True, slots=True)
class RecentNews:
    """The stories of the last days as a follow-up is looked for. Made by ``read_recent``."""

    lexicon: Lexicon
    earlier: tuple[_Earlier, ...]
    seen: Counter[str]  # in how many of the remembered stories a stem stands
    stories: int

    def find(self, articles: Sequence[Article]) -> EarlierStory | None:
        """Return the newest story of the last days that these articles carry on; None where there is none."""
        for article in articles if self.earlier else ():
            claim = read_claim(article.title, article.publisher)
            title = _read_title(claim, self.lexicon)
            beginning = frozenset(read_stems(f"{claim}\n{article.text[:LEAD_CHARS]}"))
            slots: Slots | None = None
            for earlier in self.earlier:
                if not title & earlier.beginning or not self._recalls(earlier, beginning):
                    continue
                slots = slots or read_slots(
                    claim, article.text, take_fingerprint(claim, article.text), self.lexicon
                )
                if not name_different_things(slots, earlier.slots):
                    return EarlierStory(story=earlier.sent.reference, headline=earlier.sent.headline)
        return None

    def _recalls(self, earlier: _Earlier, beginning: frozenset[str]) -> bool:
        shared = earlier.title & beginning
        return len(shared) >= LEAST and self._weigh(shared) >= RECALLED * self._weigh(earlier.title)

    def _weigh(self, stems: frozenset[str]) -> float:
        common = load_commonness()
        shares = (common.share(stem) + self.seen[stem] / (self.stories + _OTHERS) for stem in stems)
        return math.fsum(max(0.0, -math.log(share)) for share in shares)


def read_recent(history: History, *, today: date, lexicon: Lexicon) -> RecentNews:
    """Read the stories of the last ``RECENT`` days, the newest first."""
    recent = [sent for sent in history.stories if timedelta(0) < today - sent.issue.date <= RECENT]
    return RecentNews(
        lexicon=lexicon,
        earlier=tuple(
            _Earlier(
                sent,
                _read_title(title, lexicon),
                frozenset(read_stems(f"{title}\n{text[:LEAD_CHARS]}")),
                read_slots(title, text, print_, lexicon),
            )
            for sent in recent
            for (title, text), print_ in zip(sent.texts, sent.fingerprints, strict=True)
        ),
        seen=Counter(
            stem
            for sent in (history.stories if recent else ())
            for stem in frozenset().union(
                *(print_.words.keys() | {*print_.title} for print_ in sent.fingerprints)
            )
        ),
        stories=len(history.stories),
    )


def _read_title(claim: str, lexicon: Lexicon) -> frozenset[str]:
    subject = {
        stem
        for hit in lexicon.find(claim)
        if hit.term.subject and not hit.term.distinct
        for stem in read_stems(claim[hit.start : hit.end])
    }
    return frozenset(read_stems(claim)) - subject
