"""``newsletter stage NAME``: JSON lines in, JSON lines out."""

from __future__ import annotations

import json
from typing import Any

from tests.support.place import Place


def test_stages_answer_bad_lines_with_errors_in_order(place: Place) -> None:
    given = '{"text": "Chinaโ€™s exports"}\nnot json\n{"no": "text"}\n{"text": "fine"}\n'
    lines = [json.loads(line) for line in place.run("stage", "repair", given=given).splitlines()]
    assert lines[0] == {"text": "China’s exports", "repairs": 1}
    assert "error" in lines[1]
    assert "error" in lines[2]
    assert lines[3] == {"text": "fine", "repairs": 0}


def test_each_stage_speaks_the_documented_form(place: Place) -> None:
    seed = next(place.seeds.glob("*.txt"))
    article = {"id": "a", "title": "Lynas lifts output", "text": "Lynas said it made 2,080 tonnes of NdPr oxide. " * 3,
               "url": "https://x.example/a", "published": "2026-01-04T10:00:00Z", "publisher": "X"}  # fmt: skip
    wanted: list[tuple[str, dict[str, Any], set[str]]] = [
        ("extract", {"path": str(seed)}, {"title", "byline", "published", "language", "text",
                                          "publisher_highlights", "disclaimer", "origin", "related"}),
        ("url", {"url": "HTTPS://X.example/a?utm_source=b"}, {"url", "key"}),
        ("group", article, {"id", "story"}),
        ("rank", article, {"id", "kept", "score", "section", "reasons"}),
        ("summarize", article, {"id", "highlights"}),
        ("ground", {"id": "g", "source": "Lynas rose 4%.", "summary": "Lynas rose 5%."}, {"id", "grounded", "reasons"}),
    ]  # fmt: skip
    for name, line, keys in wanted:
        answer = json.loads(place.run("stage", name, given=json.dumps(line) + "\n"))
        assert set(answer) == keys, name
    assert answer["grounded"] is False
