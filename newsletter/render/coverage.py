"""What stands behind an issue, in sentences: what was read, what failed, what was kept. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from newsletter.model import Coverage, SourceReport
from newsletter.render.words import clean, count_noun, join_words

_LOWERED = frozenset({"A", "An", "It", "No", "The", "There"})
_REASONS = 2  # failures beyond which the reasons are left to the web version
_SHOWN_FAILURES = 5


def describe_coverage(coverage: Coverage) -> tuple[str, ...]:
    """Say in sentences what stands behind an issue: what was read, what failed, what was kept."""
    checked, failed = len(coverage.sources), coverage.failed
    sentences = []
    if checked:
        read = f"{count_noun(checked, 'source')} checked, {len(failed) or 'none'} failed"
        sentences.append(f"{read}: {join_words(_name_failed(failed))}." if failed else f"{read}.")
    sentences.append(
        f"{count_noun(coverage.articles_read, 'article')} read, "
        f"{count_noun(coverage.stories_found, 'story', 'stories')} found, {coverage.stories_kept:,} kept."
    )
    if coverage.headlines_kept or coverage.headlines_dropped:
        sentences.append(
            f"{count_noun(coverage.headlines_kept, 'headline')} kept, {coverage.headlines_dropped:,} dropped."
        )
    if coverage.headlines_foreign:
        sentences.append(f"{count_noun(coverage.headlines_foreign, 'headline')} in other languages left out.")
    return tuple(sentences)


def sum_up_coverage(coverage: Coverage) -> str:
    """Say the same in one line, without names and reasons; a week in review may rest on no article of its own."""
    checked, failed = len(coverage.sources), len(coverage.failed)
    sources = f"{count_noun(checked, 'source')} checked, {failed or 'none'} failed; " if checked else ""
    read = f"{count_noun(coverage.articles_read, 'article')} read, " if coverage.articles_read else ""
    return f"{sources}{read}{count_noun(coverage.stories_kept, 'story', 'stories')} kept."


def _name_failed(failed: Sequence[SourceReport]) -> list[str]:
    """Name the sources that failed: a few with the reason, many without."""
    names = [clean(report.publisher) for report in failed[:_SHOWN_FAILURES]]
    if len(failed) <= _REASONS:
        reasons = [_inside(clean(report.error or "")) for report in failed]
        told = zip(names, reasons, strict=True)
        names = [f"{name} ({reason})" if reason else name for name, reason in told]
    left = len(failed) - len(names)
    return [*names, f"{left} more"] if left else names


def _inside(sentence: str) -> str:
    """Write a sentence as it stands inside another: "The server is away." → "the server is away"."""
    first, gap, rest = sentence.rstrip(". ").partition(" ")
    return (first.lower() if first in _LOWERED else first) + gap + rest
