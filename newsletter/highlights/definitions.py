"""Put back what was cut from one bullet and is needed by another: what an acronym stands for. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from newsletter.english.acronyms import explain_within
from newsletter.highlights.candidates import LONGEST, Candidate


def restore_definitions(bullets: Sequence[Candidate], headline: str) -> list[Candidate]:
    """Give ``bullets``, in reading order, with each "(SMC)" that was cut and whose acronym is read later."""
    restored: list[Candidate] = []
    told = headline
    for place, bullet in enumerate(bullets):
        later = " ".join(other.text for other in bullets[place + 1 :])
        text = explain_within(bullet.text, bullet.sentence.text, told=told, later=later)
        if len(text.split()) > LONGEST:
            text = bullet.text
        cut = tuple(piece for piece in bullet.cut if piece not in text)
        restored.append(replace(bullet, text=text, cut=cut) if text != bullet.text else bullet)
        told = f"{told} {text}"
    return restored
