"""Which SMTP command a host refused, as reports of all kinds tell it. Pure.

A refusal of RCPT TO is about the reader; one of MAIL FROM, or earlier, is about us, whatever its words and code; one
after DATA is about the content (RFC 5321 section 4.3.2). Each frame is a way of telling it, with the mail system that
writes it so; ``{verb}`` stands for the command.
"""

from __future__ import annotations

import re

from newsletter.delivery.outcomes import Phase

_VERBS = {
    Phase.GREETING: r"(?:ehlo|helo|(?:the )?initial connection|starttls)",
    Phase.MAIL: r"mail(?:(?:\s+|[_-])?from(?![\w-])|(?= command))",
    Phase.RCPT: r"rcpt(?:[ _-]?to)?(?![\w-])",
    Phase.BODY: r"(?:end of )?data(?![\w-])",
}
_ANSWER = (
    r"(?:<<<|<--?|<=|s:|(?:remote )?(?:(?:server|host|system) )?"
    r"(?:replied|responded|said|answered|response|answer)\b:?)"
)
_FRAMES = (
    r"in (?:reply|response) to (?:the )?{verb}",  # Postfix, Zimbra
    r"after (?:sending |pipelined )?(?:the )?{verb}(?!(?:base)?s)",  # Exim, Mailman, James
    r"while (?:sending|performing|waiting for (?:the )?(?:reply|response) to) (?:the )?(?:end of )?{verb}",  # Postfix
    r"(?:failed|rejected|refused|error) (?:on|at|in|during) (?:the )?{verb} (?:command|phase|stage)",  # qmail
    r"{verb} (?:command )?(?:was )?(?:failed|rejected|refused)",
    # A transcript (sendmail, Courier, MDaemon, hMailServer): the command, then its refusal. 503 is of the one before.
    r"(?:>>>|-->|->|=>|c:|sent:)[\t\x20]*{verb}[^\n]*\s+(?:[^\n]{{0,40}}\x20)?"
    + _ANSWER
    + r"\s*[45](?!03)\d\d",
)
_TOLD = tuple(  # reports break their lines anywhere
    (phase, re.compile(frame.format(verb=verb).replace(" ", r"\s+"), re.IGNORECASE))
    for phase, verb in _VERBS.items()
    for frame in _FRAMES
)
_IN_WORDS = (
    (Phase.MAIL, re.compile(r"but (?:my )?sender was rejected", re.IGNORECASE)),  # qmail
    (Phase.RCPT, re.compile(r"does not like recipient", re.IGNORECASE)),  # qmail
    (Phase.BODY, re.compile(r"failed after I sent the message", re.IGNORECASE)),  # qmail
    # With pipelining (RFC 2920) the refusal of the only recipient stands below DATA in a transcript.
    (
        Phase.RCPT,
        re.compile(r"<<< 5\d\d[ -].*(?:\bvalid (?:recipient|rcpt)|need rcpt|all rcpt)", re.IGNORECASE),
    ),
)

# OpenSMTPD's words: it reports the answer to whatever command was refused, and never which.
_NEVER_TOLD = re.compile(
    r"An error has occurred while attempting to deliver a message for\s+the following list of recipients"
)


def is_never_told(text: str) -> bool:
    """Whether a report is of a mail system that never says which command was refused."""
    return _NEVER_TOLD.search(text) is not None


def find_refused(*texts: str) -> Phase | None:
    """Return the command that was refused, from the first of the texts that tells it; None where none does.

    Where a text tells of several the last one counts: a host that asked another one first says so before.
    """
    for text in texts:
        found = [
            (match.end(), phase) for phase, frame in (*_TOLD, *_IN_WORDS) for match in frame.finditer(text)
        ]
        if found:
            return max(found, key=lambda one: one[0])[1]
    return None
