"""``newsletter init``: a few questions, a newsletter.toml, and what is still to do. I/O (terminal, files, network)."""

from __future__ import annotations

import asyncio
import difflib
import os
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import SecretStr, ValidationError

from newsletter.check.dns_to_publish import PUBLISHED, list_records
from newsletter.check.doctor import Examined
from newsletter.check.finding import Finding, Level
from newsletter.check.remote_checks import choose_ask, describe_sender
from newsletter.check.sender.dns_records import check_sender
from newsletter.check.sender.relays import check_relays
from newsletter.cli.context import JSONCall, Place, note, print_json, say, write_file
from newsletter.cli.dkim import make_key
from newsletter.cli.first_settings import QUESTIONS, TEMPLATE, Question, Values, change_settings, read_answer
from newsletter.config import Settings, load_sources, seed_folder
from newsletter.config.edited_files import list_edited
from newsletter.config.files import read_toml
from newsletter.config.settings import describe_problems
from newsletter.day.model_trial import try_model
from newsletter.delivery.dkim import DNSRecord
from newsletter.delivery.signers import key_path, load_signers
from newsletter.errors import ConfigError, InputError
from newsletter.model import SourceType
from newsletter.paths import shipped_folder
from newsletter.store import migrate
from newsletter.store.engine import Store, database_url, open_engine
from newsletter.wiring import Installation, find_config_folder, make_folder, open_installation

SELECTOR = "news"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tried:
    """What relay, DNS and language model said."""

    findings: tuple[Finding, ...]
    records: tuple[DNSRecord, ...]  # to publish
    dns_asked: bool
    model: Examined | None


def init(
    call: JSONCall,
    name: Annotated[str | None, typer.Option(help="The newsletter's name.")] = None,
    base_url: Annotated[str | None, typer.Option(help="Its public address: https://…")] = None,
    sender: Annotated[str | None, typer.Option(help="The address it is sent from.")] = None,
    relay: Annotated[str | None, typer.Option(help="[user@]host[:port], or folder for a trial.")] = None,
    send: Annotated[str | None, typer.Option(help='Zone and hour: "Europe/Berlin 06:30".')] = None,
    mail_to: Annotated[str | None, typer.Option(help="Your own address.")] = None,
    model_endpoint: Annotated[
        str | None, typer.Option(help="A language model's address; - for none.")
    ] = None,
    model_name: Annotated[str | None, typer.Option(help="Its name there.")] = None,
    postal_address: Annotated[str | None, typer.Option(help="At the foot of every mail.")] = None,
    answers: Annotated[
        Path | None, typer.Option(help="A TOML file of answers, named as the options: base_url = …")
    ] = None,
    sign: Annotated[
        bool | None, typer.Option("--sign/--relay-signs", help="Who signs (DKIM); default: the newsletter.")
    ] = None,
    test: Annotated[bool, typer.Option("--test/--no-test", help="Try relay, DNS and language model.")] = True,
    yes: Annotated[bool, typer.Option("--yes", help="Change a newsletter.toml that is there.")] = False,
) -> None:
    """Ask a few questions, write newsletter.toml into your config folder, try relay and DNS, say what to publish.

    Your folder is --config or NEWSLETTER_CONFIG, outside the checkout; it is made where it is missing, and what you
    edited in the checkout's config/ is copied there. Run it again to change an answer. Without a terminal (or with
    --json) every answer comes as an option or from a file.
    """
    place = call.place
    folder = _choose_folder(place)
    options = locals()
    given = _read_answers(answers) if answers else {}
    given |= {one.key: options[one.key] for one in QUESTIONS if options[one.key] is not None}
    ask = sys.stdin.isatty() and not call.as_json
    file = folder / "newsletter.toml"
    edited = {path.name: path for path in _list_own(folder)}
    candidates = (file, edited.pop(file.name, file))
    base = next((path for path in candidates if path.exists() and read_toml(path)), None)
    before = file.read_text(encoding="utf-8") if file.exists() else ""
    named = read_toml(base) if base else {}
    text = base.read_text(encoding="utf-8") if base else TEMPLATE
    now = _read_present(text, base or file)
    values = _collect(given, now, named, sign=sign, ask=ask)
    if base is None:  # one data folder, wherever a command is given
        people = ", ".join(f'"{address}"' for address in values.get("alerts", {}).get("mail_to", ()))
        text = text.replace("# operators = []", f"# operators = [{people}]")
        values["storage"] = {"data": str((place.data or now.storage.data).absolute())}
    text = change_settings(text, values)
    if before and text != before and not yes:
        _confirm(file, before, text, ask=ask)
    copied = [path for path in edited.values() if not (folder / path.name).exists()]
    for path in copied:
        write_file(folder / path.name, path.read_bytes())
    if text != before:
        _replace(file, text)
    app = open_installation(folder, data=place.data)
    tried = asyncio.run(_try(app, _with_password(app.settings, ask=ask))) if test else None
    report = {
        "file": file.absolute(),
        "changed": text != before,
        "copied": [path.name for path in copied],
        "tried": tried
        and {"relay_and_dns": tried.findings, "dns_asked": tried.dns_asked, "model": tried.model},
        "publish": [
            {"name": record.name, "type": "TXT", "value": record.value, "zone_line": record.zone_line}
            for record in (tried.records if tried else ())
        ],
        "next": [*_list_lost_seeds(copied, folder), *_list_next(app.settings, folder)],
    }
    print_json(report) if call.as_json else _say(report, app.settings, tried)


def _choose_folder(place: Place) -> Path:
    """Return the operator's folder, made where it is missing.

    Raises InputError where it is the checkout's own, where none is named, or where it takes no file.
    """
    folder = place.config or find_config_folder(place.data)
    if folder is None or folder.resolve() == shipped_folder("config").resolve():
        raise InputError(
            "Your settings need a folder of their own, outside this checkout.",
            hint="Choose one, such as: export NEWSLETTER_CONFIG=$HOME/newsletter",
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if os.statvfs(folder).f_flag & os.ST_RDONLY:
            raise InputError(
                f"{folder} is mounted read-only.",
                hint="Mount it writable for `newsletter init` (compose: without :ro); serve only reads it.",
            )
        takes_files, why = os.access(folder, os.W_OK), ""
    except OSError as error:
        takes_files, why = False, f": {error.strerror}"
    if not takes_files:
        raise InputError(
            f"{folder} takes no file from user {os.getuid()}{why}.",
            hint=f"Make it that user's: chown {os.getuid()} with the folder's name on this machine.",
        )
    return folder


def _list_own(folder: Path) -> tuple[Path, ...]:
    """Return what the operator edited in the config/ that was used so far: the one of the current folder."""
    used = Path("config")
    return list_edited(used) if used.is_dir() and used.resolve() != folder.resolve() else ()


def _read_present(text: str, file: Path) -> Settings:
    try:
        return Settings.model_validate(tomllib.loads(text))
    except ValidationError as error:
        raise ConfigError(
            describe_problems(error, lambda _: str(file)),
            hint="Correct it, or move the file away and begin anew.",
        ) from error


def _read_answers(path: Path) -> dict[str, str]:
    known = [question.key for question in QUESTIONS]
    given = read_toml(path)
    for key, value in given.items():
        if key not in known or not isinstance(value, str):
            raise InputError(
                f"{path}: {key} is no answer.", hint=f"Texts are wanted for: {', '.join(known)}."
            )
    return given


def _collect(
    given: Mapping[str, str], now: Settings, named: Values, *, sign: bool | None, ask: bool
) -> dict[str, dict[str, Any]]:
    """Return the settings that the answers make; what is not given is asked, or stays as it is.

    ``named`` is what the operator's file says so far: no other setting has been answered.
    """
    values: dict[str, dict[str, Any]] = {}
    if sign is not None:
        values["dkim"] = {"selector": (now.dkim.selector or SELECTOR) if sign else ""}
    missing, has_model = [], bool(now.model.endpoint)
    for question in QUESTIONS:
        present = question.tell(now)
        unset = question.needed is not None and question.needed[1] not in named.get(question.needed[0], {})
        if question.key in given:
            answer = _take(question, given[question.key])
        elif ask and question.asked and (question.key != "model_name" or has_model):
            answer = _ask(question, None if unset else present)
        else:
            missing += [question.key] if unset else []
            continue
        for table, own in answer.items():
            values[table] = {**values.get(table, {}), **own}
        has_model = bool(values.get("model", {}).get("endpoint", now.model.endpoint))
    if missing:
        options = " ".join(f"--{key.replace('_', '-')} …" for key in missing)
        raise InputError(f"Not answered: {', '.join(missing)}.", hint=f"Give {options}, or --answers FILE.")
    return values


def _take(question: Question, answer: str) -> Values:
    try:
        return read_answer(question, answer)
    except ValueError as error:
        option = f"--{question.key.replace('_', '-')}"
        raise InputError(f"{option}: {error}.", hint="newsletter init --help says what is wanted.") from error


def _ask(question: Question, present: str | None) -> Values:
    """Ask until the answer can be used; what stays as it is changes nothing."""
    while True:
        answer = typer.prompt(question.text, default=present, show_default=bool(present)).strip()
        if answer == present:
            return {}
        try:
            return read_answer(question, answer)
        except ValueError as error:
            note(f"{error}.")


def _confirm(file: Path, before: str, after: str, *, ask: bool) -> None:
    """Let the operator see what would change in a file of theirs. Raises InputError where nobody can be asked."""
    if not ask:
        raise InputError(f"{file} is there, and would change.", hint="Add --yes to change it.")
    changed = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=0)
    note("\n".join(line for line in changed if not line.startswith(("---", "+++", "@@"))))
    typer.confirm(f"Change {file}?", abort=True)


def _replace(file: Path, text: str) -> None:
    """Write the file whole or not at all."""
    draft = file.with_name(f"{file.name}.new")
    write_file(draft, text)
    draft.replace(file)


# ── trying it ────────────────────────────────────────────────────────────────────────────────────


def _with_password(settings: Settings, *, ask: bool) -> Settings:
    """Return the settings with the relay's password in them: it is asked where it is needed and not set."""
    relay = settings.relay
    if not (ask and relay.username and not relay.password.get_secret_value()):
        return settings
    given = typer.prompt(
        f"The password of {relay.username}, for a try; it is not written down", hide_input=True
    )
    return settings.model_copy(update={"relay": relay.model_copy(update={"password": SecretStr(given)})})


async def _try(app: Installation, settings: Settings) -> _Tried:
    """Make the signing key where it is missing; try the relay, DNS and the language model."""
    path = key_path(app.data, settings.dkim.selector, settings.dkim.key_file)
    if settings.dkim.selector and not path.exists():
        make_folder(app.data)
        make_key(app, path, settings.dkim.selector, "rsa")
    signers = load_signers(settings)
    ask = choose_ask(settings)
    named = await check_sender(describe_sender(settings, signers), ask) if ask else ()
    return _Tried(
        findings=(*await check_relays(settings, sending=False), *named),
        records=await list_records(settings, signers, named, ask),
        dns_asked=ask is not None,
        model=await _try_model(app) if settings.model.endpoint else None,
    )


async def _try_model(app: Installation) -> Examined:
    """Ask the model one question; what it costs is counted in a ledger that is thrown away."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store(open_engine(database_url("", Path(folder))))
        migrate.upgrade(store)
        try:
            return await try_model(app.settings, lambda: store, app.clock)
        finally:
            store.close()


# ── telling it ───────────────────────────────────────────────────────────────────────────────────


def _list_lost_seeds(copied: Iterable[Path], folder: Path) -> list[str]:
    """Return what to change in a copied sources.toml: a seed folder is looked for beside the file's own."""
    return [
        f"in {folder / path.name}, give source {source.key} the location {old.resolve()}"
        for path in copied
        if path.name == "sources.toml"
        for source in load_sources(path.parent).sources
        if source.type is SourceType.SEED
        and (old := seed_folder(source, path.parent)).is_dir()
        and not seed_folder(source, folder).is_dir()
    ]


def _list_next(settings: Settings, folder: Path) -> list[str]:
    """Return what is still to do, in order."""
    steps = []
    given = os.environ.get("NEWSLETTER_CONFIG", "")
    if not given or Path(given).resolve() != folder.resolve():
        steps.append(f"export NEWSLETTER_CONFIG={folder.absolute()}")
    checkout, line = shipped_folder("config").parent, f"NEWSLETTER_CONFIG={folder.absolute()}"
    variables = checkout / ".env"
    is_set = variables.exists() and line in variables.read_text("utf-8")
    if (checkout / "compose.yaml").exists() and not is_set:
        steps.append(f"with Docker: echo {line} >> {variables}")
    if not settings.newsletter.postal_address:
        steps.append(f"set postal_address in {folder / 'newsletter.toml'}")
    if settings.relay.username and not settings.relay.password.get_secret_value():
        steps.append("put the relay's password into a file, named by NEWSLETTER_RELAY__PASSWORD_FILE")
    if not settings.desk.people:
        file = folder / "newsletter.toml"
        steps.append(f"to run it from a browser: take the # from [desk] and operators in {file}")
    steps += [f"newsletter subscribers add {address}" for address in settings.alerts.mail_to[:1]]
    return [*steps, "newsletter run --dry-run", "newsletter doctor", "newsletter serve"]


def _say(report: Mapping[str, Any], settings: Settings, tried: _Tried | None) -> None:
    say(f"{'Wrote' if report['changed'] else 'Nothing changed in'} {report['file']}.")
    for name in report["copied"]:
        say(f"Copied {name} from config/. `git checkout config/{name}` gives back the project's own.")
    if tried:
        _say_tried(settings, tried)
    say("\nThen:")
    for step in report["next"]:
        say(f"  {step}")


def _say_tried(settings: Settings, tried: _Tried) -> None:
    told = {finding.check for finding in tried.findings}
    for table, relay in settings.relays if "relay" not in told else ():
        say(f"✓ {table} {relay.place} answers")
    for finding in tried.findings:
        say(f"{'✗' if finding.level is Level.FAIL else '!'} {finding.check}: {finding.message}")
        stands_below = tried.records and finding.level is Level.FAIL and finding.check in PUBLISHED
        if not stands_below:
            say(f"    {finding.hint}")
    if tried.model:
        say(f"{'✓' if tried.model.ok else '✗'} {tried.model.what}: {tried.model.detail}")
        if tried.model.hint:
            say(f"    {tried.model.hint}")
    if not tried.dns_asked:
        say("· DNS was not asked: base_url is no public https address, so this is a trial.")
    if tried.records:
        when = "" if tried.dns_asked else ", once it is no trial"
        say(f"\nPublish in DNS{when}, as a zone file has it")
        say("(--json gives name and value apart, as a provider's page wants them):\n")
        say("\n".join(record.zone_line for record in tried.records))
