"""What a relay's answer means for a delivery, and what it means for the relay. Pure.

The relay's own fault is nobody's bounce: an answer that would be the same for every recipient gives a
``RelayFault``, with which nothing is marked and the run waits.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from newsletter.config import DeliverySettings
from newsletter.delivery.reasons import Reason, find_reason
from newsletter.model import DeliveryStatus, Outcome, Reply


class Phase(StrEnum):
    """Where in the conversation something happened."""

    CONNECT = "connect"
    TLS = "tls"
    AUTH = "auth"
    GREETING = "greeting"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"  # up to the final dot: the message is certainly not taken
    BODY = "body"  # from the final dot on: only the answer says whether it is taken


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """The relay answered; at ``BODY`` with 2xx it took the message."""

    phase: Phase
    reply: Reply

    @property
    def accepted(self) -> bool:
        """Whether the relay took the message over."""
        return self.phase is Phase.BODY and 200 <= self.reply.code < 300  # noqa: PLR2004 - RFC 5321


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """The connection ended, hung or spoke no SMTP in that phase of this message."""

    phase: Phase
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreachable:
    """No conversation could be opened: refused, no TLS, no AUTH, a banner that says no."""

    phase: Phase
    reason: str
    reply: Reply | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmailable:
    """This one message cannot be handed to this relay at all."""

    reason: str


Result = Answered | Lost | Unreachable | Unmailable


@dataclass(frozen=True, slots=True, kw_only=True)
class RelayFault:
    """The relay does not work for anyone: mark nobody, wait, tell the operator."""

    key: str  # the same fault has the same key
    reason: str
    reply: Reply | None = None


_TRANSIENT, _PERMANENT = 4, 5
_SLOW_DOWN = re.compile(
    r"too many (concurrent |simultaneous )?(connections|sessions)|connection (rate|limit)|"
    r"rate.?limit|too fast|too much mail|slow down|throttl|try again later, too many|exceeded.{0,20}(rate|limit)",
    re.IGNORECASE,
)
_RELAYING = re.compile(
    r"relay(ing)? (access )?(is )?(denied|prohibited|not (allowed|permitted))|"
    r"(unable|not (allowed|permitted|authori[sz]ed)) to relay|authentication (is )?required|"
    r"must (first )?(authenticate|issue a starttls)|not logged in|no relaying|we do not relay",
    re.IGNORECASE,
)
# RFC 4954 and RFC 3207: the relay wants AUTH or TLS, or does not believe our password.
_AUTH_CODES = frozenset({530, 534, 535, 538})
# The relay does not know a command of ours: it is not the relay we think it is.
_PROTOCOL_CODES = frozenset({500, 502, 503})
# RFC 5321 section 4.5.3.1.10: 552 came to mean "too many recipients", and is to be treated as 452.
_TEMPORARY_AFTER_ALL = frozenset({552})
_MAILBOX_STATUS = re.compile(r"5\.(1\.|2\.[0-9]$)")


def decide_outcome(
    result: Result, *, attempts: int, settings: DeliverySettings, now: datetime, rng: Callable[[], float]
) -> Outcome | RelayFault:
    """Return what a result means for its delivery, or that the relay is at fault.

    ``attempts`` counts this one; ``rng`` gives numbers of [0, 1) for the jitter.
    """
    match result:
        case Answered(phase=phase, reply=reply):
            return _decide_answer(phase, reply, _later(attempts, settings, now, rng))
        case Lost(phase=Phase.BODY, reason=reason):
            return Outcome(
                status=DeliveryStatus.UNCERTAIN,
                next_try=_later(attempts, settings, now, rng),  # of its second and last try
                reason=f"no answer after the final dot: {reason}",
            )
        case Lost(phase=phase, reason=reason):
            return Outcome(
                status=DeliveryStatus.DEFERRED,
                next_try=_later(attempts, settings, now, rng),
                reason=f"before the message was complete ({phase}): {reason}",
            )
        case Unmailable(reason=reason):
            return Outcome(status=DeliveryStatus.FAILED, reason=reason)
        case Unreachable(phase=phase, reason=reason, reply=refusal):
            return RelayFault(key=f"relay {phase}", reason=reason, reply=refusal)


def _decide_answer(phase: Phase, reply: Reply, later: datetime) -> Outcome | RelayFault:
    kind = reply.code // 100
    if phase is Phase.BODY and is_taken(reply):
        return Outcome(status=DeliveryStatus.SENT, reply=reply)
    if kind not in {_TRANSIENT, _PERMANENT}:
        # 250 to DATA, 354 to RCPT, 999: no SMTP. After the dot it may have been taken all the same.
        status = DeliveryStatus.UNCERTAIN if phase is Phase.BODY else DeliveryStatus.DEFERRED
        return Outcome(status=status, reply=reply, next_try=later, reason=f"an answer out of place ({phase})")
    if is_temporary(reply):
        return Outcome(status=DeliveryStatus.DEFERRED, reply=reply, next_try=later)
    if phase is Phase.MAIL:
        return unwanted(reply) or RelayFault(
            key="relay sender", reason="the relay refuses our sender address", reply=reply
        )
    of_mailbox = phase is Phase.RCPT or _MAILBOX_STATUS.match(reply.enhanced or "") is not None
    status = DeliveryStatus.BOUNCED if of_mailbox else DeliveryStatus.FAILED
    return Outcome(status=status, reply=reply, saw_content=phase in {Phase.DATA, Phase.BODY})


def is_taken(reply: Reply) -> bool:
    """Whether an answer to the final dot says that the relay has the message."""
    return reply.code // 100 == 2  # noqa: PLR2004


def is_temporary(reply: Reply) -> bool:
    """Whether a refusal is to be tried again."""
    return reply.code // 100 == _TRANSIENT or reply.code in _TEMPORARY_AFTER_ALL


def unwanted(reply: Reply) -> RelayFault | None:
    """Return the fault of a relay that takes no mail from us, where it says so in code or words."""
    says_so = not is_temporary(reply) and _RELAYING.search(reply.text) is not None
    if reply.code not in _AUTH_CODES and not says_so:
        return None
    return RelayFault(key="relay auth", reason="the relay does not accept mail from us", reply=reply)


def _later(attempts: int, settings: DeliverySettings, now: datetime, rng: Callable[[], float]) -> datetime:
    steps = settings.retry_minutes
    minutes = steps[min(max(attempts, 1), len(steps)) - 1]
    return now + timedelta(minutes=minutes * (1 + settings.jitter * (2 * rng() - 1)))


def is_slow_down(result: Result) -> bool:
    """Whether the relay asks us to slow down: 421, or words about connections and rates (RFC 5321 3.8)."""
    match result:
        case Answered(reply=reply) | Unreachable(reply=Reply() as reply):
            temporary = reply.code // 100 == _TRANSIENT
            return reply.code == 421 or (temporary and _SLOW_DOWN.search(reply.text) is not None)  # noqa: PLR2004
        case _:
            return False


class Blame(StrEnum):
    """What a refusal is about, as far as one answer tells it."""

    RELAY = "relay"  # nothing in it is of a recipient
    US = "us"  # the sender, the content, a rule
    DEAD = "dead"  # there is no such address
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspicion:
    """That a refusal may be the relay's own: the same one has the same ``key``."""

    key: str
    blame: Blame


# RFC 3463 section 3: of mail system, protocol, and policy; none is about who was to get it.
_NO_RECIPIENTS_STATUS, _POLICY_STATUS = ("5.3.", "5.5."), "5.7."
# What a relay may say of everyone, whoever they are: of us, of our content, of its own rules.
_OF_EVERYONE = frozenset({*(reason for reason in Reason if reason.is_about_us), Reason.POLICY, Reason.SYSTEM})
# Of the relay's own system. Not 4.3.2, which postscreen says to a new host as greylisting does, once.
_SYSTEM_STATUS = re.compile(r"4\.3\.(?!2$)")
_GREYLISTED = 2  # tries that greylisting may refuse: it is lifted after minutes
# Addresses, hosts, numbers and ids are another in each answer.
_VARIES = re.compile(r"<[^<>\s]*>|\S*[@\d]\S*|\S*\w\.\w\S*")


def suspicion(result: Result, *, attempts: int, took_since: bool, is_down: bool = False) -> Suspicion | None:
    """Return what a refusal may say of the relay; None where it says nothing of it.

    Any 5xx may be the relay's: one is a recipient's, the same for many recipients in a row is not. A 4xx is also what
    greylisting says of each recipient, until minutes later; and those who are tried again are those whom their own
    hosts put off, which says nothing of a relay that took others since their first try (``took_since``). Of one that
    ``is_down`` any refusal says that it still is.
    """
    if not isinstance(result, Answered) or result.reply.code // 100 not in {_TRANSIENT, _PERMANENT}:
        return None
    phase, reply = result.phase, result.reply
    if is_temporary(reply):
        slows = is_slow_down(result)
        if phase is Phase.MAIL and not slows:
            return Suspicion(key=_words_key(phase, reply), blame=Blame.RELAY)
        is_system = slows or _SYSTEM_STATUS.match(reply.enhanced or "") is not None
        if not is_down and ((took_since and attempts > 1) or (attempts <= _GREYLISTED and not is_system)):
            return None
        return Suspicion(key=_words_key(phase, reply), blame=Blame.UNCLEAR)
    found = _suspect_permanent(phase, reply)
    # Postfix puts off whom it looks up (reject_unverified_recipient), and then knows the dead among them.
    is_looked_up = found.blame is Blame.DEAD and attempts > 1 and took_since and not is_down
    return None if is_looked_up else found


def _suspect_permanent(phase: Phase, reply: Reply) -> Suspicion:
    if unwanted(reply) is not None:
        return Suspicion(key=f"{phase} {Reason.RELAYING}", blame=Blame.RELAY)
    reason = find_reason(reply.text, reply.enhanced)
    status = reply.enhanced or ""
    # "550 5.5.0 mailbox unavailable" says in words that it is the recipient's, whatever its number says.
    if status.startswith(_POLICY_STATUS) or (status.startswith(_NO_RECIPIENTS_STATUS) and not reason.is_dead):
        return Suspicion(key=f"{phase} {status}", blame=Blame.US)
    if reply.code in _PROTOCOL_CODES:
        return Suspicion(key=f"{phase} {reply.code}", blame=Blame.US)
    if reason in _OF_EVERYONE:
        return Suspicion(key=f"{phase} {reason}", blame=Blame.US)
    return Suspicion(key=_words_key(phase, reply), blame=Blame.DEAD if reason.is_dead else Blame.UNCLEAR)


def _words_key(phase: Phase, reply: Reply) -> str:
    words = " ".join(_VARIES.sub(" ", reply.text).lower().split())
    return f"{phase} {reply.code} {reply.enhanced or ''} {words}"
