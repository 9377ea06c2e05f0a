"""The settings of newsletter.toml: one class a table, with defaults and limits. Pure.

Every setting is described in docs/configuration.md; a test keeps the two in step.
"""

from __future__ import annotations

import ipaddress
import re
from datetime import date, time
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal, get_args
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    StringConstraints,
    field_validator,
    model_validator,
)

Positive = Annotated[int, Field(gt=0)]
NotNegative = Annotated[int, Field(ge=0)]
Seconds = Annotated[float, Field(gt=0)]
_LEAST_TOKEN = 20
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)  # by date.weekday()


def _require_english(tag: str) -> str:
    """The gate knows negation, hedges and speakers of English alone: nothing else can be checked."""
    if tag.lower().split("-")[0] != "en":
        raise ValueError(
            f"{tag!r}: highlights can be checked in English alone until another language has its rules in "
            'newsletter/english; write "en" (articles in other languages become headlines all the same)'
        )
    return tag


def _require_server(value: str) -> str:
    """An address or a name, with or without a port; "" is none."""
    parts = urlsplit(f"//{value}")
    is_server = parts.hostname and not parts.path and (parts.port or 1) > 0  # .port raises what is no number
    if value and not is_server:
        raise ValueError(f"{value!r} is no server: write host, or host:port")
    return value


def _require_host(value: str) -> str:
    """The name or address of a server whose port is a setting of its own; "" is none."""
    if value.count(":") == 1 or any(char in "/@" or char.isspace() for char in value):
        raise ValueError(f"{value!r} is no host: write its name or address alone, its port beside it as port")
    return value


def _name_port(port: int) -> AfterValidator:
    """Where the server is given without a port, it listens where its kind does."""
    return AfterValidator(
        lambda value: f"{value}:{port}" if value and urlsplit(f"//{value}").port is None else value
    )


def _require_name_server(value: str) -> str:
    """An address, with or without a port: a name could not be asked for. IPv6 without a port needs no brackets."""
    is_alone = value.count(":") > 1 and "[" not in value
    host = value if is_alone else urlsplit(f"//{_require_server(value)}").hostname
    try:
        if host:
            ipaddress.ip_address(host)
    except ValueError as error:
        raise ValueError(
            f"{value!r} is no address of a name server, such as 192.0.2.53 or 192.0.2.53:53"
        ) from error
    return value


def require_zone(value: str) -> str:
    """Return the name of a time zone as it is. Raises ValueError where this machine knows none of that name."""
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError) as error:  # ZoneInfoNotFoundError is a KeyError
        if not available_timezones():
            raise ValueError(
                "no time zone can be used: this machine has no tz database; install tzdata"
            ) from error
        raise ValueError(f"{value!r} is not a time zone of the tz database, such as Europe/Berlin") from error
    return value


def _require_http(value: str) -> str:
    if not value.startswith(("https://", "http://")):
        raise ValueError("must begin with https:// (or http:// on a trial)")
    if any(map(str.isspace, value)) or not urlsplit(value).hostname:
        raise ValueError("must be an address with a host and without a space")
    try:
        is_port = urlsplit(value).port != 0
    except ValueError:
        is_port = False
    if not is_port:
        raise ValueError("has a port that is none: write a number from 1 to 65535 after the host, or no port")
    return value.rstrip("/")


def _require_secret_http(value: SecretStr) -> SecretStr:
    """As an address; nothing of it is told, and it stays as it was given. "" is none."""
    if given := value.get_secret_value():
        _require_http(given)
    return value


def _require_person(value: str) -> str:
    """A mail address."""
    local, _, domain = value.partition("@")
    if not (local and domain) or "@" in domain or any(map(str.isspace, value)) or not value.isascii():
        alone = ": write it alone, without a name" if "<" in value else ""
        raise ValueError(f"{value!r} is not an email address of ASCII characters{alone}")
    return value


Person = Annotated[str, AfterValidator(_require_person)]
Address = Annotated[str, AfterValidator(lambda value: value and _require_person(value))]  # "" is none
Endpoint = Annotated[str, AfterValidator(lambda value: value and _require_http(value))]  # "" is none
Host = Annotated[str, AfterValidator(_require_host)]
SecretURL = Annotated[SecretStr, AfterValidator(_require_secret_http)]
English = Annotated[str, AfterValidator(_require_english)]
Server = Annotated[str, AfterValidator(_require_server)]
Zone = Annotated[str, AfterValidator(require_zone)]
NameServer = Annotated[str, AfterValidator(_require_name_server)]


class Table(BaseModel):
    """A table that knows all its settings: another name in it is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Identity(Table):
    """``[newsletter]``: who we are, in every mail and on every page."""

    name: str = Field("Rare Earth Daily", min_length=1, max_length=60)
    tagline: str = "The day in rare earths, sourced and checked"
    timezone: Zone = "UTC"
    language: English = "en"
    # Of the public web face, as subscribers reach it.
    base_url: Annotated[str, AfterValidator(_require_http)] = "http://127.0.0.1:8080"
    from_address: Address = "newsletter@localhost.localdomain"
    from_name: str = ""  # "" means the newsletter's name
    notice_from: Address = ""  # From of confirm, welcome, goodbye and leave; "" means from_address
    reply_to: Address = ""  # "" means from_address
    unsubscribe_address: Address = ""  # "" means unsubscribe@ the domain of from_address
    bounce_domain: Host = ""  # of VERP envelope senders; "" means the domain of from_address
    postal_address: str = ""
    editors: str = ""  # who answers for it, as the about page names them
    list_id: str = ""  # "" means one made from the name and the domain
    archive_key: SecretStr = SecretStr("")  # of a private archive; "" there means one made in the data folder
    why: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)] = (
        "You get this mail because this address is subscribed."
    )

    @property
    def title(self) -> str:
        """What stands at the head of an issue."""
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which a day begins and ends."""
        return ZoneInfo(self.timezone)

    @property
    def domain(self) -> str:
        """The sending domain."""
        return self.from_address.rpartition("@")[2].lower()

    @property
    def leaving_address(self) -> str:
        """Where mail goes that asks to leave."""
        return self.unsubscribe_address or f"unsubscribe@{self.domain}"

    @property
    def archive_secret(self) -> bytes:
        """What signs the links to issues of a private archive; b"" where the archive is public."""
        return self.archive_key.get_secret_value().encode()

    @property
    def own_list_id(self) -> str:
        """The identifier of the list (RFC 2919): the setting, else made of the name and the domain."""
        if self.list_id:
            return self.list_id.strip("<> ")
        return f"{re.sub('[^a-z0-9]+', '-', self.name.lower()).strip('-') or 'newsletter'}.{self.domain}"

    @property
    def notice_domain(self) -> str:
        """The sending domain of notices."""
        return (self.notice_from or self.from_address).rpartition("@")[2].lower()


class EditionIdentity(Identity):
    """Who we are in an edition beside the default one: no table of its own."""

    edition_name: str

    @property
    def title(self) -> str:
        """What stands at the head of an issue, with the edition's name."""
        return f"{self.name}: {self.edition_name}"


class QuietDay(StrEnum):
    """What a day without news gets."""

    SKIP = "skip"
    NOTE = "note"


class DaysOff(Table):
    """Local dates without an issue, both included."""

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        """Whether it is one of them."""
        return self.first <= day <= self.last


def parse_days_off(given: object) -> DaysOff:
    """Read a date, or ``first/last`` (an interval of ISO 8601). Raises ValueError, in words, for anything else."""
    if isinstance(given, DaysOff):
        return given
    first, parted, last = str(given).partition("/")
    try:
        found = DaysOff(
            first=date.fromisoformat(first.strip()),
            last=date.fromisoformat((last if parted else first).strip()),
        )
    except ValueError as error:
        raise ValueError(
            'is no date: write "2026-12-25", or "2026-12-24/2027-01-03" from the first to the last'
        ) from error
    if found.last < found.first:
        raise ValueError("ends before it begins")
    return found


class Schedule(Table):
    """``[schedule]``: when an issue is composed and sent, in the newsletter's zone."""

    compose_at: time = time(5, 30)
    send_at: time = time(6, 30)
    send_days: tuple[Weekday, ...] = WEEKDAYS
    days_off: tuple[Annotated[DaysOff, BeforeValidator(parse_days_off)], ...] = ()
    days_off_file: Path | None = None  # more of them, one a line; beside newsletter.toml, or absolute
    latest_start_hours: Annotated[float, Field(gt=0, le=23)] = 6
    quiet_day: QuietDay = QuietDay.SKIP
    approval: Literal["none", "required", "unless-held"] = "none"
    approve_by: time | None = None  # when it leaves unapproved, unless held; None means send_at

    @model_validator(mode="after")
    def _in_order(self) -> Schedule:
        if self.compose_at >= self.send_at:
            raise ValueError("compose_at must come before send_at, on the same day")
        if self.approve_by is not None and self.approve_by < self.send_at:
            raise ValueError("approve_by must not come before send_at, on the same day")
        if not self.send_days:
            raise ValueError("send_days names no day")
        return self

    def find_days_off_file(self, beside: Path) -> Path | None:
        """Return the file of further days off; a relative one is looked for ``beside``."""
        return None if self.days_off_file is None else beside / self.days_off_file

    def has_issue(self, day: date) -> bool:
        """Whether an issue is due on a local date."""
        is_off = any(day in off for off in self.days_off)
        return WEEKDAYS[day.weekday()] in self.send_days and not is_off


class Edition(Table):
    """``[[edition]]``: a newsletter that readers choose. What it does not say is as in the other tables."""

    key: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,31}$")]  # in addresses, for ever
    name: Annotated[str, Field(min_length=1, max_length=40)]
    about: Annotated[str, Field(max_length=120)] = ""  # one line for readers: what comes, and when
    default: bool = False  # ticked in the sign-up form; where nobody says which
    span: Literal["day", "week"] = "day"  # "week": the week in review
    sections: tuple[str, ...] = ()  # of lexicon.toml; () means all
    send_days: tuple[Weekday, ...] = ()
    compose_at: time | None = None
    send_at: time | None = None
    timezone: Annotated[str, AfterValidator(lambda value: value and require_zone(value))] = ""
    max_stories: Positive | None = None
    max_per_section: Positive | None = None
    max_highlights: Positive | None = None


class Collect(Table):
    """``[collect]``: how sources are read."""

    user_agent_contact: str = ""  # "" means the newsletter's base_url
    connect_timeout: Seconds = 10
    read_timeout: Seconds = 15
    total_timeout: Seconds = 45
    source_timeout: Seconds = 300  # for all new articles of one source in one run
    max_body_bytes: Positive = 8_000_000  # after decompression
    max_redirects: NotNegative = 5
    concurrency: Positive = 40
    per_host_delay: Annotated[float, Field(ge=0)] = 1.0
    respect_robots: bool = True
    allow_hosts: tuple[str, ...] = ()  # "host" or "host:port" that may have a private address
    min_interval_minutes: Positive = 30
    max_interval_hours: Positive = 24
    max_entries: Positive = 40  # new entries a source and run
    first_read_max_age_days: Positive = 3  # older entries of a new source are known, not news
    max_age_days: Positive = 7  # older entries are never news
    alert_after_failures: Positive = 3


class Editorial(Table):
    """``[editorial]``: what gets in, and how long it may be."""

    lead_time_hours: Positive = 36  # an older story counts for less
    lead_max_age_days: Positive = 3  # an older story leads only where there is no other
    min_score: float = 1.0
    max_stories: Positive = 14
    max_per_section: Positive = 5
    max_per_publisher: Positive = 6
    max_also_noted: NotNegative = 5
    min_highlights: Positive = 2
    max_highlights: Positive = 4
    max_words: Annotated[int, Field(ge=12, le=40)] = 34  # a highlight
    max_verbatim_words: Positive = 136  # an article: four highlights of 34
    languages: tuple[English, ...] = ("en",)


class Model(Table):
    """``[model]``: an optional language model behind any OpenAI-compatible endpoint. Off by default."""

    endpoint: Endpoint = ""  # such as http://127.0.0.1:11434/v1; "" means off
    name: str = ""
    api_key: SecretStr = SecretStr("")
    timeout: Seconds = 60
    max_attempts: Positive = 2  # with 1 no set is reviewed
    max_tokens_answer: Positive = 1_000  # one that thinks first needs more
    max_tokens_item: Positive = 16_000
    max_tokens_run: Positive = 300_000
    max_tokens_month: Positive = 9_000_000
    price_in: Annotated[float, Field(ge=0)] = 0.0  # of a million tokens
    price_out: Annotated[float, Field(ge=0)] = 0.0
    max_cost_month: Annotated[float, Field(ge=0)] = 0.0  # 0 means no limit
    # Of the request: fields that are added or changed; "" leaves one out.
    parameters: dict[str, Any] = {}


class Security(StrEnum):
    """How the connection to the relay is protected."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


class RelaySettings(Table):
    """``[relay]``: the SMTP server that mail is handed to, or a folder of .eml files."""

    type: Literal["smtp", "folder"] = "smtp"
    folder: Path = Path("outbox")  # for type = "folder", below the data folder
    host: Host = "localhost"
    port: Annotated[int, Field(gt=0, lt=65536)] = 25
    security: Security = Security.NONE
    verify: bool = True  # the relay's certificate
    ca_file: Path | None = None
    username: str = ""
    password: SecretStr = SecretStr("")
    helo: Host = ""  # "" means the sending domain
    connections: Positive = 4
    messages_per_connection: Positive = 100
    per_second: Annotated[float, Field(ge=0)] = 0  # 0 means no limit
    per_hour: NotNegative = 0
    per_day: NotNegative = 0
    connect_timeout: Seconds = 15
    command_timeout: Seconds = 60
    data_timeout: Seconds = 300

    @property
    def is_folder(self) -> bool:
        """Whether mails stay on this machine, as files: a trial."""
        return self.type == "folder"

    @property
    def is_encrypted(self) -> bool:
        """Whether nobody on the way can read mails and password."""
        return self.security is not Security.NONE

    @property
    def place(self) -> str:
        """Where mail goes, in words."""
        if self.is_folder:
            return f"the folder {self.folder}"
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


class RelayFailover(Table):
    """``[relay_failover]``: a second SMTP server; what it does not say is as for the first one."""

    host: Host = ""  # "" means that there is none
    port: Annotated[int, Field(gt=0, lt=65536)] = 25
    security: Security = Security.NONE
    verify: bool = True
    ca_file: Path | None = None
    username: str = ""
    password: SecretStr = SecretStr("")
    connections: Positive = 4
    per_second: Annotated[float, Field(ge=0)] = 0
    per_hour: NotNegative = 0
    per_day: NotNegative = 0


class DKIM(Table):
    """``[dkim]``: signatures made here. Leave the selector empty where the relay signs."""

    selector: str = ""
    domain: str = ""  # "" means the sending domain
    key_file: Path | None = None  # rsa-2048, PEM; default: keys/dkim-<selector>.pem in the data folder
    ed25519_selector: str = ""
    ed25519_key_file: Path | None = None


class DeliverySettings(Table):
    """``[delivery]``: retries, the uncertain, and the limits of a late send."""

    retry_minutes: Annotated[tuple[Positive, ...], Field(min_length=1)] = (2, 5, 15, 30, 60, 120)
    jitter: Annotated[float, Field(ge=0, le=1)] = 0.2  # of each wait
    expire_hours: Positive = 12  # a morning mail is not sent next week
    uncertain: Literal["resend", "hold"] = "resend"
    lease_seconds: Positive = 120
    batch: Positive = 50
    drain_seconds: Annotated[float, Field(gt=0, le=8)] = 6  # and 1.5 to write down and end
    same_refusal_limit: Positive = 20  # that many in a row are the relay's own fault
    soft_bounce_limit: Positive = 5
    soft_bounce_days: Positive = 30
    likely_suppressions: Positive = 10  # more than this and the share in an hour, or of one issue, are held
    likely_suppressions_share: Annotated[float, Field(gt=0, le=1)] = 0.02
    domain_per_second: dict[str, Annotated[float, Field(gt=0)]] = {}  # messages, by each sender process
    domain_connections: dict[str, Positive] = {}  # messages on their way at once, by each sender process


class Bounces(Table):
    """``[bounces]``: where reports come back."""

    imap_host: Host = ""
    imap_port: Annotated[int, Field(gt=0, lt=65536)] = 993
    imap_tls: bool = True
    imap_username: str = ""
    imap_password: SecretStr = SecretStr("")
    imap_folder: str = "INBOX"
    maildir: Path | None = None
    ses_topic: str = ""  # ARN of the topic of Amazon SNS whose notices are taken; "" means none
    postmark_login: SecretStr = SecretStr("")  # "user:password" of Postmark's webhook; "" means it is off
    mailgun_key: SecretStr = SecretStr("")  # signs Mailgun's webhooks; "" means that they are off
    authserv_id: str = ""  # whose Authentication-Results are believed; "" means nobody's
    complaint_warn: Annotated[float, Field(gt=0, lt=1)] = 0.001
    complaint_stop: Annotated[float, Field(gt=0, lt=1)] = 0.003


class Web(Table):
    """``[web]``: the public face."""

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, lt=65536)] = 8080
    allowed_hosts: tuple[str, ...] = ()  # beside the host of base_url, localhost and 127.0.0.1
    trusted_proxies: tuple[str, ...] = ()  # networks whose X-Forwarded-For counts
    archive: Literal["public", "private"] = "public"
    signup: bool = True
    min_form_seconds: NotNegative = 2
    signups_per_address_day: Positive = 3
    signups_per_address_month: Positive = 6
    signups_per_domain_day: Positive = 3
    signups_per_network_hour: Positive = 20
    signups_total_hour: Positive = 500
    max_body_bytes: Positive = 65_536
    confirm_days: Positive = 7
    goodbye: bool = False  # a mail to who left by one-click
    metrics_token: SecretStr = SecretStr("")  # of whoever may read /metrics; "" means that it is off

    @field_validator("metrics_token")
    @classmethod
    def _long(cls, value: SecretStr) -> SecretStr:
        if 0 < len(value) < _LEAST_TOKEN:
            raise ValueError(f"has fewer than {_LEAST_TOKEN} characters: openssl rand -hex 32 makes one")
        return value

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for network in value:
            ipaddress.ip_network(network)
        return value


class Desk(Table):
    """``[desk]``: who may run the newsletter from a browser, and where. Off while nobody is named."""

    editors: tuple[Person, ...] = ()  # issues and sources
    operators: tuple[Person, ...] = ()  # everything
    # Where its pages are, as a browser reaches them; "" means /desk below newsletter.base_url.
    url: Endpoint = ""
    port: Annotated[int, Field(ge=0, lt=65536)] = 0  # of its own, at web.host; 0 means that of the web face
    session_hours: Annotated[int, Field(ge=1, le=168)] = 12
    morning_mail: bool = True  # each issue to the editors, once it is composed
    remind_minutes: NotNegative = 15  # before approve_by, where nobody answered; 0 means never
    ask_next: tuple[Person, ...] = ()  # of them: who gets the reminder too

    @model_validator(mode="after")
    def _reachable(self) -> Desk:
        if self.port and not self.url:
            raise ValueError("a port of its own needs url: where browsers reach it")
        known = {address.casefold() for address in self.people}
        for address in self.ask_next:
            if address.casefold() not in known:
                raise ValueError(f"ask_next names {address}, who is neither editor nor operator")
        return self

    @property
    def asked(self) -> tuple[str, ...]:
        """Who gets the morning mail: the editors, or the operators where there are none."""
        return self.editors or self.operators

    @property
    def people(self) -> tuple[str, ...]:
        """Everybody who may sign in, operators first."""
        return tuple({address.casefold(): address for address in (*self.operators, *self.editors)}.values())


class PreflightSettings(Table):
    """``[preflight]``: what is checked before a send."""

    waive: tuple[str, ...] = ()  # names of checks that may fail; newsletter check prints them
    outgoing: tuple[str, ...] = ()  # IP addresses that mail leaves from; () means those of the relay
    resolver: NameServer = ""  # "address" or "address:port" of a name server; "" means this machine's own
    spamassassin: Annotated[Server, _name_port(783)] = "127.0.0.1:783"  # a spamd; "" means none is asked
    rspamd: Annotated[Server, _name_port(11333)] = "127.0.0.1:11333"  # its normal worker; "" as above

    @field_validator("outgoing")
    @classmethod
    def _addresses(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for address in value:
            ipaddress.ip_address(address)
        return value


class Alerts(Table):
    """``[alerts]``: how the operator is told."""

    mail_to: tuple[Person, ...] = ()
    webhook_url: SecretURL = SecretStr("")
    heartbeat_url: SecretURL = SecretStr("")
    repeat_hours: Positive = 12  # the same alert again at the earliest


class Retention(Table):
    """``[retention]``: for how long things are kept. Issues are kept for ever."""

    articles_days: Positive = 90  # not used in an issue
    fetch_log_days: Positive = 30
    deliveries_days: Positive = 400
    pending_days: Positive = 30  # sign-ups that were never confirmed
    unsubscribed_days: NotNegative = 0  # then erased, a keyed digest stays; 0 keeps the address


class Storage(Table):
    """``[storage]``: the data folder and the database in it."""

    data: Path = Path("data")
    database: str = ""  # "" means sqlite in the data folder; else postgresql://…

    @field_validator("database")
    @classmethod
    def _known_engine(cls, value: str) -> str:
        parts = urlsplit(value)
        known = {"", "postgresql", "postgres", "postgresql+psycopg", "sqlite", "sqlite+pysqlite"}
        if parts.scheme not in known or (value and "://" not in value) or (parts.port or 1) < 1:
            raise ValueError(
                'is no address of a database: leave it empty for SQLite, or write "postgresql://user:password@host/'
                'name", with the @, : and / of a password as %40, %3A and %2F'
            )
        return value


class BackupSettings(Table):
    """``[backup]``: the copy of everything that is made by itself, once a day."""

    at: time = time(3, 30)  # in the newsletter's zone
    keep: NotNegative = 7  # that many, the older ones go; 0 means that none is made by itself
    folder: Path = Path("backups")  # below the data folder, or absolute
    hook: tuple[str, ...] = ()  # a command that is run then, {file} in it the path: to copy it elsewhere


class Logs(Table):
    """``[logs]``."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["auto", "json", "text"] = "auto"  # auto: text on a terminal, JSON elsewhere
