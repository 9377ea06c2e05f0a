"""Searching the archive. I/O (database).

The index follows the archive by itself: what left since the last search is indexed by the next one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from threading import Lock
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from newsletter import links
from newsletter.english.stems import stem
from newsletter.model import Issue, IssueStory
from newsletter.render.words import clean
from newsletter.store.issues import archive_version, load_issue
from newsletter.store.search import (
    SearchRow,
    drop_accents,
    index_issue,
    list_indexed,
    search_issues,
    split_words,
)
from newsletter.web.forms import client_network
from newsletter.web.pages import NotFound, Pages, add_page
from newsletter.web.rate_limit import RateLimit
from newsletter.web.reading import Reading

Marked = tuple[tuple[str, bool], ...]  # a text in parts, and whether each is a word searched for
_WORD = re.compile(r"\w+")
LONGEST_QUERY = 200  # characters
SEARCHES_A_MINUTE = 30  # by one network


def build_searching(pages: Pages) -> APIRouter:
    """Return the route ``/search``."""
    router = APIRouter()
    add_page(router, "/search", Searching(pages).search)
    return router


class Searching:
    """What the route does."""

    def __init__(self, pages: Pages) -> None:
        self.pages = pages
        self.services = pages.services
        self.reading = Reading(pages)
        self.limit = RateLimit(SEARCHES_A_MINUTE)
        self._indexing = Lock()
        self._indexed = ""  # the version of the archive that is indexed

    def search(self, request: Request) -> Response:
        """Show the stories that hold every word of what is asked."""
        if not self.pages.is_public:
            raise NotFound
        shown, network = clean(request.query_params.get("q", ""))[:LONGEST_QUERY], client_network(request)
        words = split_words(shown)
        if words and not self.limit.allows(network or "unknown", self.services.now()):
            context = {"query": shown, "found": [], "said": self.pages.say("search.busy")}
            return self.pages.page("search", context, status=429, headers={"retry-after": "60"})
        found = list(self._find(words)) if words else []
        said = self.pages.say("search.nothing", query=shown) if words and not found else ""
        return self.pages.page("search", {"query": shown, "found": found, "said": said})

    def _find(self, words: tuple[str, ...]) -> Iterator[dict[str, Any]]:
        self.bring_up_to_date()
        base = self.pages.base
        for one in search_issues(self.services.store, words):
            page = links.story_url(base, one.issue, one.story) if one.story else ""
            yield {
                "url": page or links.issue_url(base, one.issue),
                "headline": mark_words(one.headline, words),
                "text": _choose_line(one.body.splitlines(), words),
                "date": one.issue.date,
                "kind": "story" if one.story else "issue",
            }

    def bring_up_to_date(self) -> None:
        """Index what left since the last time."""
        with self._indexing:
            version = archive_version(self.services.store)
            if version != self._indexed:
                self._index()
                self._indexed = version

    def _index(self) -> None:
        indexed = list_indexed(self.services.store)
        for record in self.reading.published():
            if indexed.get(record.key) == record.hash or record.hash is None:
                continue
            stored = load_issue(self.services.store, record.key)
            if stored is not None:
                index_issue(self.services.store, record.key, stored.hash, _rows(stored.issue))


def mark_words(text: str, words: Sequence[str]) -> Marked:
    """Return the text in parts, each with whether it is a word searched for, in any form as the index has it. Pure."""
    wanted = {_fold(part) for word in words for part in _WORD.findall(word)}
    begun = drop_accents(words[-1]).lower() if words else ""
    parts, end = [], 0
    for word in _WORD.finditer(text):
        if _fold(word[0]) in wanted or (begun and drop_accents(word[0]).lower().startswith(begun)):
            parts += [(text[end : word.start()], False), (word[0], True)]
            end = word.end()
    return tuple(part for part in (*parts, (text[end:], False)) if part[0])


def _fold(word: str) -> str:
    return stem(drop_accents(word).lower())


def _choose_line(lines: Sequence[str], words: Sequence[str]) -> Marked:
    """Return the first line that holds a word searched for, else the first, its words marked."""
    marked = [mark_words(line, words) for line in lines]
    return next((line for line in marked if any(is_word for _, is_word in line)), (marked or [()])[0])


def _rows(issue: Issue) -> list[SearchRow]:
    noted = "\n".join(clean(line.headline) for line in issue.also_noted)
    own = SearchRow(story="", headline=clean(issue.subject), body=f"{clean(issue.preheader)}\n{noted}")
    return [own, *map(_story_row, issue.stories)]


def _story_row(story: IssueStory) -> SearchRow:
    highlights = [f"{one.lead_in.text} {one.text}" if one.lead_in else one.text for one in story.highlights]
    names = [reference.publisher.name for reference in story.references]
    body = "\n".join(clean(line) for line in (*highlights, *names))
    return SearchRow(story=story.key, headline=clean(story.headline), body=body)
