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
    r"rate.?limit|too fast|slow down|throttl|try again later, too many|exceeded.{0,20}(rate|limit)",
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
    if phase is Phase.BODY and kind == 2:  # noqa: PLR2004
        return Outcome(status=DeliveryStatus.SENT, reply=reply)
    if reply.code in _AUTH_CODES or (kind == _PERMANENT and _RELAYING.search(reply.text) is not None):
        return RelayFault(key="relay auth", reason="the relay does not accept mail from us", reply=reply)
    temporary = kind == _TRANSIENT or reply.code in _TEMPORARY_AFTER_ALL
    if not temporary and kind != _PERMANENT:
        # 250 to DATA, 354 to RCPT, 999: no SMTP. After the dot it may have been taken all the same.
        status = DeliveryStatus.UNCERTAIN if phase is Phase.BODY else DeliveryStatus.DEFERRED
        due = None if phase is Phase.BODY else later
        return Outcome(status=status, reply=reply, next_try=due, reason=f"an answer out of place ({phase})")
    if temporary:
        return Outcome(status=DeliveryStatus.DEFERRED, reply=reply, next_try=later)
    if phase is Phase.MAIL:
        return RelayFault(key="relay sender", reason="the relay refuses our sender address", reply=reply)
    of_mailbox = phase is Phase.RCPT or _MAILBOX_STATUS.match(reply.enhanced or "") is not None
    status = DeliveryStatus.BOUNCED if of_mailbox else DeliveryStatus.FAILED
    return Outcome(status=status, reply=reply, saw_content=phase in {Phase.DATA, Phase.BODY})


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


NOBODY_KNOWN = "knows nobody"  # the suspicion that a relay calls every address unknown
# RFC 3463 section 3: of mail system, protocol, and policy; none is about who was to get it.
_NO_RECIPIENTS_STATUS, _POLICY_STATUS = ("5.3.", "5.5."), "5.7."
# What a relay may say of everyone, whoever they are: of us, of our content, of its own rules.
_OF_EVERYONE = frozenset(
    {Reason.BLOCKED, Reason.POLICY, Reason.AUTHENTICATION, Reason.SPAM, Reason.RELAYING, Reason.SYSTEM}
)


def suspicion(result: Result, *, alone: bool) -> str | None:
    """Return a key where a refusal may be the relay's own: policy, or commands it does not know.

    One such answer is a recipient's. The same one for many recipients in a row is the relay's. That there is
    no such address is suspect only while a relay has said nothing else (``alone``): one that takes itself for
    the last stop says so of everyone.
    """
    if not isinstance(result, Answered) or result.reply.code // 100 != _PERMANENT:
        return None
    reply = result.reply
    reason = find_reason(reply.text, reply.enhanced)
    status = reply.enhanced or ""
    # "550 5.5.0 mailbox unavailable" says in words that it is the recipient's, whatever its number says.
    if status.startswith(_POLICY_STATUS) or (status.startswith(_NO_RECIPIENTS_STATUS) and not reason.is_dead):
        return f"{result.phase} {status}"
    if reply.code in _PROTOCOL_CODES:
        return f"{result.phase} {reply.code}"
    if reason in _OF_EVERYONE:
        return f"{result.phase} {reason}"
    return NOBODY_KNOWN if alone and reason.is_dead else None
