"""What ``newsletter init`` asks, and the newsletter.toml that is made of the answers. Pure. tomlkit's one door."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import time
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

import tomlkit
from pydantic import ValidationError

from newsletter.check.sender.relays import is_near
from newsletter.config import Security, Settings
from newsletter.subscribers.addresses import Address, parse_address

Values = Mapping[str, Mapping[str, Any]]  # table ─▶ setting ─▶ value


TEMPLATE = files("newsletter.cli").joinpath("first_settings.toml").read_text("utf-8")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One thing to ask: by its option, in a file of answers, or on the terminal."""

    key: str
    text: str
    read: Callable[[str], Values]  # ValueError says what is wrong with an answer
    tell: Callable[[Settings], str]  # the answer that the present settings are
    needed: tuple[str, str] | None = None  # the setting whose default is nobody's
    asked: bool = True  # on a terminal, and not only by its option


def _one(table: str, name: str, *, none: str = "") -> Callable[[str], Values]:
    return lambda answer: {table: {name: "" if answer == none else answer}}


def read_url(answer: str) -> Values:
    """Read a public address; https where no scheme is given."""
    url = answer if "://" in answer else f"https://{answer}"
    host = urlsplit(url).hostname or ""
    is_name = "." in host or host == "localhost" or url == answer  # "https://intranet" is one
    if not (host and is_name):
        raise ValueError(f"{answer!r} is no address: write it as https://news.example.org")
    return {"newsletter": {"base_url": url}}


def read_relay(answer: str) -> Values:
    """Read ``[user@]host[:port]`` or ``folder``. The port says how the connection is protected (RFC 8314)."""
    if answer == "folder":
        return {"relay": {"type": "folder"}}
    user, _, server = answer.rpartition("@")
    try:
        parts = urlsplit(f"//{server}")
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if ":" in user:
        name = user.partition(":")[0]
        raise ValueError(f"the password of {name} does not belong here: it would be written down")
    if not host or parts.path:
        form = "smtp.example.org:587 or user@smtp.example.org:587"
        raise ValueError(f"{answer!r} is no relay: write it as {form}")
    port = port or (25 if is_near(host) else 587)
    usual = {465: Security.TLS, 587: Security.STARTTLS}
    security = usual.get(port, Security.NONE if is_near(host) else Security.STARTTLS)
    return {
        "relay": {"type": "smtp", "host": host, "port": port, "security": security.value, "username": user}
    }


def tell_relay(settings: Settings) -> str:
    """Return the answer that the relay's settings are."""
    relay = settings.relay
    return "folder" if relay.is_folder else f"{relay.username}{'@' if relay.username else ''}{relay.place}"


def read_send(answer: str) -> Values:
    """Read a zone and an hour: ``Europe/Berlin 06:30``. Composing begins an hour before, or at midnight."""
    zone, _, hour = answer.rpartition(" ")
    try:
        send = time.fromisoformat(hour.zfill(5)).replace(tzinfo=None)
    except ValueError:
        send = None
    if not zone or send is None:
        raise ValueError(f"{answer!r} is no zone and hour: write it as Europe/Berlin 06:30")
    compose = send.replace(hour=send.hour - 1) if send.hour else time(0, 0)
    return {"newsletter": {"timezone": zone.strip()}, "schedule": {"compose_at": compose, "send_at": send}}


def _address(answer: str) -> str:
    found = parse_address(answer, any_domain=True)
    if not isinstance(found, Address):
        raise ValueError(f"{answer!r} is no mail address: {found.reason}")  # noqa: TRY004 - it is a text
    return found.text


QUESTIONS = (
    Question(
        key="name",
        text="The newsletter's name",
        read=_one("newsletter", "name"),
        tell=lambda now: now.newsletter.name,
    ),
    Question(
        key="base_url",
        text="Its public address, as readers reach its pages (https://…)",
        read=read_url,
        tell=lambda now: now.newsletter.base_url,
        needed=("newsletter", "base_url"),
    ),
    Question(
        key="sender",
        text="The address it is sent from",
        read=lambda answer: {"newsletter": {"from_address": _address(answer)}},
        tell=lambda now: now.newsletter.from_address,
        needed=("newsletter", "from_address"),
    ),
    Question(
        key="relay",
        text="The relay: [user@]host[:port] (in Docker, this machine is host.docker.internal), or folder for a trial",
        read=read_relay,
        tell=tell_relay,
    ),
    Question(
        key="send",
        text="Time zone and hour to send at",
        read=read_send,
        tell=lambda now: f"{now.newsletter.timezone} {now.schedule.send_at:%H:%M}",
    ),
    Question(
        key="mail_to",
        text="Your own address, which is told when something goes wrong",
        read=lambda answer: {"alerts": {"mail_to": [_address(one) for one in answer.split(",")]}},
        tell=lambda now: ", ".join(now.alerts.mail_to),
        needed=("alerts", "mail_to"),
    ),
    Question(
        key="model_endpoint",
        text="Language model, if any: its OpenAI-compatible address (- for none)",
        read=_one("model", "endpoint", none="-"),
        tell=lambda now: now.model.endpoint,
    ),
    Question(
        key="model_name",
        text="Language model: its name there (- for none)",
        read=_one("model", "name", none="-"),
        tell=lambda now: now.model.name,
    ),
    Question(
        key="postal_address",
        text="The postal address at the foot of every mail",
        read=_one("newsletter", "postal_address"),
        tell=lambda now: now.newsletter.postal_address,
        asked=False,
    ),
)


def read_answer(question: Question, answer: str) -> Values:
    """Return the settings that an answer makes. Raises ValueError for one that the settings would refuse."""
    values = question.read(answer.strip())
    try:
        Settings.model_validate(values)
    except ValidationError as error:
        raise ValueError(error.errors()[0]["msg"].removeprefix("Value error, ")) from error
    return values


def change_settings(text: str, values: Values) -> str:
    """Return a newsletter.toml with those values in it; every other line stays as it is."""
    document = tomlkit.parse(text)
    named = document.unwrap()
    now = Settings.model_validate(named).model_dump()
    needed = {question.needed for question in QUESTIONS}
    for table, own in values.items():
        for name, value in own.items():
            is_open = (table, name) in needed and name not in named.get(table, {})
            present = now[table][name]
            plain = list(present) if isinstance(present, tuple) else present  # TOML knows lists alone
            if is_open or plain != value:
                document.setdefault(table, tomlkit.table())[name] = value
    return tomlkit.dumps(document)
