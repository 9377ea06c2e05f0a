"""What stands before a sentence in its block and is no part of it: a time, a speaker, a heading run in. Pure.

Told by its form and by the blocks around it: one "Smith:" is a label only where others take turns with it, a heading
only where others stand in the text, one with a full stop only where three stand in a row.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import groupby

from newsletter.english.blocks import Block, BlockKind
from newsletter.english.datelines import strip_dateline
from newsletter.english.fragments import lacks_verb
from newsletter.english.letters import compile_latin

_CAP = r"[A-Z][\w.’'&/-]*"
_TIME = compile_latin(
    r"\[?(?P<label>[+−-]?(?:[A-Z][a-z]{2,5}day,\s)?"
    r"(?:(?:(?:[01]?\d|2[0-3])[:h]|(?:[01]\d|2[0-3])\.)[0-5]\d(?:\s?[ap]\.?m\b\.?)?"
    r"|\d{1,2}(?:\.[0-5]\d)?\s?[ap]\.?m\b\.?)(?:\s(?:GMT|UTC"
    r"|[A-Z]{1,3}[SD]?T)\b)?(?:,\s[a-z]+(?=\]))?)(?:\]|(?:\s\([a-z]+\))?\s?[-–—:|,.]?)\s+"
    r"(?:[A-Z]{4,}(?:\s[A-Z]{3,})?:\s+)?(?=[A-Z“\"\d$£€])"
)
NOTE = (  # by editors
    r"(?:Clarification|Correction|Update|Note|Related|Read more|Sources?|Attachments?|Editor[’']?s?[’']? [Nn]ote)\b"
)
_TURN = compile_latin(
    rf"(?!{NOTE})(?:\[\d[\d:]{{3,8}}\]\s)?(?P<label>(?:Q|A|Question|Answer)\s?\d{{0,2}}(?=\s?[.:–—])|{_CAP}"
    rf"(?:\s(?:{_CAP}|&|of|and|the)){{0,5}}(?:\s\([^()]{{1,60}}\)|(?:,\s[^,:?!]{{2,60}}){{1,3}})?(?=:)"
    rf"|{_CAP}(?:\s{_CAP})?(?=\s[–—]))"
    r"\s?[.:–—]\s+(?=\S)"
)
_ASKED = re.compile(r"\?[”\"’' ]*(?:\s\([^()]*\))?\s*$")  # "Is there any? (M.P., Leeds)"
_COLON = compile_latin(
    r"(?P<label>[A-Z][^\s:.!?;“”\"]*(?:\s[^\s:.!?;“”\"]+){0,6}):[*•]?(?:\s+(?=\S)|(?=[A-Z][a-z]))"
)
_DASH = compile_latin(r"(?P<label>[A-Z][\w&’'()/-]*(?:\s[\w&’'()/-]+){0,5})\s[–—-]\s(?=\S)(?!.*\s[–—-]\s)")
# "South Africa. Acme will …", "Magnets? Not yet. …": one that ends with a mark.
_WORD = r"(?:(?:[A-Z]\.){2,}|[^\s.!?:;“”\"()]+)"
_STOPPED = compile_latin(rf"(?P<label>(?=[A-Z]){_WORD}(?:\s{_WORD}){{0,6}})[.?!]\s+(?=[“\"]?[A-Z\d$€£¥])")
_IN_A_ROW = 3  # such headings at least
_VERB = compile_latin(
    r"\b(?:is|are|was|were|has|have|had|will|would|can|could|may|might|should|says?|said|told|adds?|added|asks?"
    r"|asked|writes?|wrote|rose|fell|shall|include[sd]?|(?<!-)[a-z]{3,}ed)\b"
)
_Heads = Mapping[int, str]  # what stands in each block that may have a label
_Matches = dict[int, re.Match[str]]


def find_labels(text: str, blocks: Sequence[Block]) -> dict[int, tuple[BlockKind, re.Match[str]]]:
    """Find the label of each block of ``text`` that has one, by the number of the block.

    Group ``label`` is what is shown of it, the text goes on behind the match; both are counted from where the block's
    text begins.
    """
    prose = {
        n: text[block.begin : block.end]
        for n, block in enumerate(blocks)
        if block.kind in {BlockKind.PARAGRAPH, BlockKind.BULLET, BlockKind.HEADING}
    }
    no_headings = {n: words for n, words in prose.items() if blocks[n].kind is not BlockKind.HEADING}
    found: dict[int, tuple[BlockKind, re.Match[str]]] = {}
    for kind, matches in (
        (BlockKind.SPEAKER, _find_turns(prose)),  # of a transcript, which may have times as well
        (BlockKind.TIME, _match(_TIME, prose)),
        (BlockKind.LABEL, _find_heads(no_headings)),
    ):
        for n, match in matches.items():
            found.setdefault(n, (kind, match))
    return found


def _match(pattern: re.Pattern[str], prose: _Heads) -> _Matches:
    return {n: match for n, words in prose.items() if (match := pattern.match(words))}


def _find_turns(prose: _Heads) -> _Matches:
    """Speakers who take turns: one asks, and the next block answers."""
    turns = _match(_TURN, prose)
    return turns if any(is_question(prose[n]) and n + 1 in turns for n in turns) else {}


def is_question(block: str) -> bool:
    """Whether the text of a block ends with a question, whoever asked it in brackets apart."""
    return _ASKED.search(block) is not None


def _find_heads(prose: _Heads) -> _Matches:
    """Headings that were run into the text of their block."""
    return _find_stopped(prose) | _find_marked(_COLON, prose) | _find_marked(_DASH, prose)


def _find_marked(pattern: re.Pattern[str], prose: _Heads) -> _Matches:
    """Words before a mark that can be a heading, where there are several and not all the same.

    They hold no verb and no half of a parenthesis, and are no dateline.
    """
    found = {
        n: m
        for n, m in _match(pattern, prose).items()
        if not _VERB.search(m["label"])
        and m["label"].count("(") == m["label"].count(")")
        and not strip_dateline(prose[n])[1]
    }
    return found if len({m["label"] for m in found.values()}) > 1 else {}


# "Mr. Potanin", "Robert M. Alvarez", "Alcoa Corp. Chief Executive …": a stop that ends no heading.
_ABBREVIATED = compile_latin(
    r"(?:^|\s)(?:[A-Z]|Mr|Mrs|Ms|Dr|Prof|St|Gen|Sen|Rep|Gov|Capt|Lt|Col|Sgt|Adm|Rev|Hon|Inc|Ltd|Corp|Co|LLC|P(?:lc|LC)"
    r"|Cos|Sdn|Bhd|P(?:te|ty|vt)|Jr|Sr)$"
)


def _find_stopped(prose: _Heads) -> _Matches:
    """Headings with a full stop: three in a row that are no sentences."""
    heads = {
        n: m
        for n, m in _match(_STOPPED, prose).items()
        if lacks_verb(f"{m['label']}.") and not _ABBREVIATED.search(m["label"])
    }
    runs = [list(run) for found, run in groupby(prose, key=heads.__contains__) if found]
    return {n: heads[n] for run in runs if len(run) >= _IN_A_ROW for n in run}
