"""Questions to a language model as files, answered by one that sees nothing else, and replayed through the real path.

    python -m tests.support.recorded_answers write CASES.jsonl FOLDER [--random 20]
    python -m tests.support.recorded_answers replay CASES.jsonl FOLDER [--scorer score_nuggets.py] [--save FILE]

A case: id, title, text, publisher, kind. ``write`` puts the very messages about each into FOLDER/ID.txt; the answer
to it belongs into FOLDER/ID.json. ``replay`` asks through HTTP, as an installation does, writes each second question as
FOLDER/ID.2.txt, tells what was refused, and with a scorer what a reader learns with and without the gate and the second
answer. That belongs into FOLDER/ID.2.json. ``--save`` keeps it all as one line a case, with the words of the cited
sentences for their numbers, so that it outlives another way of numbering.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import random
import re
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from newsletter.config import Collect, Editorial, Model
from newsletter.day.ask_model import Report
from newsletter.day.model_writer import Extractive, ModelWriter
from newsletter.highlights import model_budget
from newsletter.highlights.model_question import Message, Offer, make_offer, write_question
from newsletter.highlights.writer import Drafts, ask_again, check_drafts, read_drafts
from newsletter.model import Article, PublisherKind, Summary
from tests.support.app_factory import MORNING, make_app
from tests.support.factories import make_article, make_publisher
from tests.support.model_server import Asked, Said, chat, model_server

Case = dict[str, Any]
Bullet = dict[str, Any]  # text, rests_on: the sentences it cites
EDITORIAL = Editorial()


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """What a model answered about one case, and to the second question; nothing where it was not asked that."""

    bullets: list[Bullet]
    line: Bullet | None = None
    again: Recorded | None = None

    def answer(self, asked: Sequence[str]) -> dict[str, Any]:
        """The answer with the numbers under which its sentences were now given."""
        bullets = [renumber(one, asked) for one in self.bullets]
        return {"bullets": bullets} | ({"line": renumber(self.line, asked)} if self.line else {})


def article_of(case: Case) -> Article:
    """The article of a case."""
    known = case.get("kind") in {kind.value for kind in PublisherKind}
    kind = PublisherKind(case["kind"]) if known else PublisherKind.OTHER
    return make_article(
        case["id"],
        title=case["title"],
        text=case["text"],
        publisher=make_publisher(case.get("publisher") or "The publisher", kind=kind),
        published=None,
        first_seen=datetime(2026, 1, 5, tzinfo=UTC),
    )


def offer_of(case: Case) -> Offer:
    """What of a case is offered, with the settings that ship."""
    return make_offer([article_of(case)], EDITORIAL, tokens=model_budget.room_for_question(Model()))


def digest_prompt() -> str:
    """The digest of what a model is told to do in both questions, whatever the story."""
    nothing = Offer(articles=(make_article(),), sentences=())
    question = write_question(nothing, EDITORIAL)
    review = ask_again(question, Drafts(bullets=()), nothing, EDITORIAL)
    return sha256(f"{question[0]['content']}\n{review[-1]['content']}".encode()).hexdigest()[:16]


def spell(messages: Sequence[Message]) -> str:
    """The messages as one text."""
    return "\n\n".join(f"=== {message['role']} ===\n{message['content']}" for message in messages) + "\n"


def renumber(bullet: Bullet, asked: Sequence[str]) -> Bullet:
    """The bullet with the numbers under which its sentences were now given."""
    wanted = [squeeze(words) for words in bullet["rests_on"]]
    given = [squeeze(words) for words in asked]
    numbers = [
        n
        for words in wanted
        for n, text in enumerate(given, 1)
        if words == text or (len(text) > 20 and (words in text or text in words))
    ]
    return {"text": bullet["text"], "sentences": list(dict.fromkeys(numbers))}


def squeeze(text: str) -> str:
    """A sentence without what a question changes of it."""
    return re.sub(r"[\s<‹>\[\]]+", " ", text).strip()


class Replay:
    """A model that answers as it did, by the headline of the question; the same again where no second was recorded.

    ``keep`` is given the headline and each second question.
    """

    def __init__(
        self, records: dict[str, Recorded], *, keep: Callable[[str, str], object] = lambda *_: None
    ) -> None:
        self.records = records  # by headline
        self._keep = keep

    def __call__(self, asked: Asked) -> Said:
        """Answer a first or a second question."""
        messages = asked.payload["messages"]
        headline = squeeze(re.findall(r"^Headline: (.*)$", messages[1]["content"], re.MULTILINE)[0])
        record = self.records[headline]
        if len(messages) > 2:
            self._keep(headline, spell(messages))
            record = record.again or record
        return chat(json.dumps(record.answer(asked.sentences)))


def replay(cases: Sequence[Case], model: Replay, data: Path) -> tuple[tuple[Summary, ...], Report]:
    """Write the cases as an installation would that asks ``model``; also what it reports."""
    app = make_app(data)
    with model_server(model) as server:
        settings = Model(
            endpoint=server.endpoint, name="recorded", max_tokens_run=10**8, max_tokens_month=10**8
        )
        rewriting = ModelWriter(
            extract=Extractive(EDITORIAL, app.lexicon.weigh),
            editorial=EDITORIAL,
            model=settings,
            collect=Collect(),
            store=app.store,
            clock=lambda: MORNING,
            contact="",
        )
        found = rewriting.summarize([[article_of(case)] for case in cases])
    app.close()
    return found, rewriting.report


def check_first(case: Case, record: Recorded) -> Drafts:
    """What the check says of a first answer."""
    offer = offer_of(case)
    content = json.dumps(record.answer([one.sentence.text for one in offer.sentences]))
    return check_drafts(read_drafts(content, most=EDITORIAL.max_highlights), offer, EDITORIAL)


def read_record(answer: dict[str, Any]) -> Recorded:
    """A record as it was saved."""
    again = answer.get("again")
    return Recorded(**{**answer, "again": read_record(again) if again else None})


def load_scorer(path: Path) -> Any:
    """The scorer of nuggets as a module."""
    spec = importlib.util.spec_from_file_location("score_nuggets", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def show(summary: Summary) -> list[str]:
    """Highlights as a reader sees them."""
    return [f"{one.lead_in.text} {one.text}" if one.lead_in else one.text for one in summary.highlights]


def _read_folder(folder: Path, case: Case) -> Recorded:
    question = (folder / f"{case['id']}.txt").read_text("utf-8")  # sentences may be numbered otherwise by now
    texts = {int(n): text for n, text in re.findall(r"^\[(\d+)\] (.*)$", question, re.MULTILINE)}

    def cite(bullet: Bullet) -> Bullet:
        return {"text": bullet["text"], "rests_on": [texts[n] for n in bullet["sentences"]]}

    def read(name: str, again: Recorded | None = None) -> Recorded | None:
        path = folder / f"{case['id']}{name}.json"
        if not path.exists():
            return None
        answer = json.loads(path.read_text("utf-8"))
        line = cite(answer["line"]) if answer.get("line") else None
        return Recorded(bullets=[cite(one) for one in answer["bullets"]], line=line, again=again)

    record = read("", read(".2"))
    assert record is not None
    return record


def _replay(cases: Sequence[Case], options: argparse.Namespace) -> None:
    cases = [case for case in cases if (options.folder / f"{case['id']}.json").exists()]
    records = {case["id"]: _read_folder(options.folder, case) for case in cases}
    names = {squeeze(case["title"]): case["id"] for case in cases}
    model = Replay(
        {title: records[name] for title, name in names.items()},
        keep=lambda title, question: (options.folder / f"{names[title]}.2.txt").write_text(question, "utf-8"),
    )
    with tempfile.TemporaryDirectory() as data:
        found, report = replay(cases, model, Path(data))
    checked = [check_first(case, records[case["id"]]) for case in cases]
    for case, drafts in zip(cases, checked, strict=True):
        for draft in (*drafts.refused, *([drafts.line] if drafts.line and drafts.line.faults else [])):
            print(f"{case['id']} {draft.text}\n    ! {'; '.join(draft.faults)}")
    bullets, refused = (
        sum(map(len, sets)) for sets in (([d.bullets for d in checked]), [d.refused for d in checked])
    )
    print(
        f"{len(cases)} cases, {bullets} bullets, {refused} refused at first, {refused / max(1, bullets):.1%}; {report}"
    )
    if options.scorer:
        module = load_scorer(options.scorer)
        first = [records[case["id"]] for case in cases]
        second = [record.again or record for record in first]
        answered = [
            [[one["text"] for one in record.bullets] for record in answers] for answers in (first, second)
        ]
        shown = [show(one) for one in found]
        for name, sets in zip(
            ("first answer", "second answer", "after the gate"), (*answered, shown), strict=True
        ):
            print(
                module.line(
                    name, [module.judge(case, told)[0] for case, told in zip(cases, sets, strict=True)]
                )
            )
    if options.save:
        lines = [
            json.dumps(
                {name: case[name] for name in ("id", "title", "text", "publisher", "kind")}
                | {"prompt": digest_prompt(), "answer": asdict(records[case["id"]])},
                ensure_ascii=False,
            )
            for case in cases
        ]
        options.save.write_text("\n".join(lines) + "\n", "utf-8")


def main() -> None:
    """Read the command line, and write or replay."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("act", choices=["write", "replay"])
    parser.add_argument("cases", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--random", type=int, default=0, help="so many of them, drawn with the seed 7")
    parser.add_argument("--scorer", type=Path)
    parser.add_argument("--save", type=Path)
    options = parser.parse_args()
    cases = [json.loads(line) for line in options.cases.read_text("utf-8").splitlines()]
    if options.random:
        random.seed(7)
        cases = random.sample(cases, options.random)
    if options.act == "replay":
        _replay(cases, options)
        return
    options.folder.mkdir(parents=True, exist_ok=True)
    for case in cases:
        (options.folder / f"{case['id']}.txt").write_text(
            spell(write_question(offer_of(case), EDITORIAL)), "utf-8"
        )
    print(f"{len(cases)} questions in {options.folder}")


if __name__ == "__main__":
    main()
