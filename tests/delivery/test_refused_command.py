"""Which command was refused, in the words of each mail system, and that a refused sender suppresses no reader."""

from __future__ import annotations

import pytest

from newsletter.delivery.failed_recipient import judge
from newsletter.delivery.outcomes import Phase
from newsletter.delivery.read_report import read_report
from newsletter.delivery.reasons import Reason
from newsletter.delivery.refused_command import find_refused
from newsletter.model import Consequence
from tests.delivery.test_read_report import dsn

US = "bounce+d12-abcdefgh234567ab@news.example.org"
READER = "r@y.example"
VERBS = {
    Phase.GREETING: ("EHLO mx.example.org", "EHLO"),
    Phase.MAIL: (f"MAIL FROM:<{US}> SIZE=35000", "MAIL FROM"),
    Phase.RCPT: (f"RCPT TO:<{READER}>", "RCPT TO"),
    Phase.BODY: ("DATA", "DATA"),
}
# {line}: the command as it was sent; {verb}: its name; {said}: the refusal.
FRAMES = {
    "Postfix": "host mx.y.example[192.0.2.4] said: {said} (in reply to {verb} command)",
    "Exim": "SMTP error from remote mail server after {line}:\n    host mx.y.example [192.0.2.4]: {said}",
    "Exim, pipelined": "SMTP error from remote mail server after pipelined {line}: {said}",
    "sendmail": "... while talking to mx.y.example.:\n>>> {line}\n<<< {said}",
    "Courier": ">>> {line}\n<<< {said}",
    "MDaemon": "Mon: --> {line}\n Mon: <-- {said}",
    "hMailServer": "hMailServer sent: {line}\n   Remote server replied: {said}",
}
QMAIL = {
    Phase.MAIL: "Connected to 192.0.2.4 but sender was rejected.\nRemote host said: {said}",
    Phase.RCPT: "192.0.2.4 does not like recipient.\nRemote host said: {said}\nGiving up on 192.0.2.4.",
    Phase.BODY: "192.0.2.4 failed after I sent the message.\nRemote host said: {said}",
}
CASES = [
    *((phase, name, frame) for phase in VERBS for name, frame in FRAMES.items()),
    *((phase, "qmail", frame) for phase, frame in QMAIL.items()),
]
# What hosts say after MAIL FROM where the sender's DNS is broken; each would be a dead reader after RCPT TO.
OF_THE_SENDER = (
    "553 5.1.0 news.example.org does not exist",
    "550 5.1.1 User unknown",
    "553 5.1.2 Domain not found",
    "550 no such user here",
    "501 5.1.3 Bad address syntax",
    "550 5.4.4 Host unknown (Name server: host not found)",
    "554 5.1.6 Address has moved",
    "556 5.1.10 Domain does not accept mail (nullMX)",
)


def told(frame: str, phase: Phase, said: str) -> str:
    line, verb = VERBS[phase]
    return frame.format(line=line, verb=verb, said=said)


@pytest.mark.parametrize(("phase", "name", "frame"), CASES)
def test_each_mail_system_tells_which_command_was_refused(phase: Phase, name: str, frame: str) -> None:
    assert find_refused(told(frame, phase, "550 5.1.1 User unknown")) is phase, name


@pytest.mark.parametrize("said", OF_THE_SENDER)
@pytest.mark.parametrize(("phase", "name", "frame"), [case for case in CASES if case[0] is not Phase.BODY])
def test_only_a_refused_recipient_is_a_dead_address(phase: Phase, name: str, frame: str, said: str) -> None:
    failed = judge(READER, told(frame, phase, said), ours=(US,))
    expected = phase is Phase.RCPT and "news.example.org" not in said
    assert failed.suppresses is expected, (name, failed)
    if phase is not Phase.RCPT:
        assert failed.reason.is_about_us
        assert failed.consequence is Consequence.NONE


@pytest.mark.parametrize(
    ("verb", "phase"), [("MAIL FROM", Phase.MAIL), ("RCPT TO", Phase.RCPT), ("end of DATA", Phase.BODY)]
)
def test_a_line_of_the_report_may_end_anywhere_in_the_words(verb: str, phase: Phase) -> None:
    told = f"said: 550 5.1.1 User unknown (in reply to {verb} command)"
    at = told.index("(in reply")
    for space in [place for place, char in enumerate(told) if char == " " and place > at]:
        assert find_refused(f"{told[:space]}\n    {told[space + 1 :]}") is phase


def test_a_mail_that_was_refused_is_no_refusal_of_the_sender() -> None:
    assert judge(READER, "Your mail was refused: 550 5.1.1 user unknown", ours=(US,)).suppresses


@pytest.mark.parametrize("said", OF_THE_SENDER)
def test_the_transcript_beside_the_fields_tells_it_too(said: str) -> None:
    raw = dsn(said).replace(
        b"It could not be delivered.", told(FRAMES["sendmail"], Phase.MAIL, said).encode()
    )
    (failed,) = read_report(raw).failed
    assert failed.consequence is Consequence.NONE


@pytest.mark.parametrize(
    "words",
    [
        f"550 5.1.1 <{US}>: user unknown",
        "553 5.1.2 news.example.org: domain does not exist",
        "550 5.1.0 unknown address bounce@news.example.org",
    ],
)
def test_a_refusal_that_names_our_address_or_domain_is_about_us_whoever_tells_it(words: str) -> None:
    ours = (US, "bounce@news.example.org")
    assert judge(READER, words, ours=ours).reason is Reason.SENDER_REFUSED
    # With the reader named as well, or at the reader's own domain, it proves nothing.
    assert judge(READER, f"550 5.1.1 <{READER}>: unknown, mail from <{US}>", ours=ours).suppresses
    assert judge("r@news.example.org", "550 5.1.1 user unknown at news.example.org", ours=ours).suppresses


def test_the_command_of_the_host_that_reports_counts_not_the_one_it_asked_itself() -> None:
    asked = "host mx.us.example said: 550 5.1.1 <r@y.example> unknown (in reply to RCPT TO command)"
    assert (
        find_refused(f"550 5.1.7 Sender address rejected: {asked} (in reply to MAIL FROM command)")
        is Phase.MAIL
    )


def test_a_refusal_below_data_is_the_recipients_where_the_next_line_says_that_there_is_none() -> None:
    below = f">>> DATA\n<<< 550 5.1.1 <{READER}>... User unknown\n"
    assert find_refused(below) is Phase.BODY
    for none in (
        "503 5.0.0 Need RCPT (recipient)",
        "554 5.5.1 Error: no valid recipients",
        "503-All RCPT commands were",
    ):
        assert find_refused(f"{below}<<< {none}\n") is Phase.RCPT


@pytest.mark.parametrize("command", ["MAIL From:<bounce@news.example>", "DATA"])
def test_words_of_an_invalid_recipient_are_no_word_of_none_that_is_valid(command: str) -> None:
    transcript = (
        f">>> {command}\n<<< 550 5.1.3 Invalid recipient address syntax\n554 5.0.0 Service unavailable\n"
    )
    assert find_refused(transcript) is (Phase.BODY if command == "DATA" else Phase.MAIL)


def test_a_status_that_the_reporter_made_of_a_bare_code_decides_nothing() -> None:
    """Sendmail: each 550 is 5.1.1, each 552 is 5.2.2, whatever the host said."""
    for words in ("SMTP; 550 Administrative prohibition", "SMTP; 550 Not today", "smtp; 550"):
        assert judge(READER, words, status="5.1.1").consequence is Consequence.WAITS
    assert judge(READER, "SMTP; 552 1 Mail action aborted, mailbox not found", status="5.2.2").suppresses
    assert judge(READER, "SMTP; 550 no such user here", status="5.1.1").suppresses
    assert judge(READER, "X-Notes; unknown", status="5.1.1").suppresses  # no host was asked


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("5.1.1", "550 5.1.1 The mailbox is currently suspended"),
        ("5.1.1", "550 5.1.1 User unknown, message will be retried"),
        ("5.1.2", "550 5.1.2 malformed name server reply"),
        ("5.1.1", "550 5.1.1 cannot append message: no such file or directory"),
        ("5.2.2", "550 5.4.7 mailbox does not exist"),
        ("5.0.0", "550 no MX record for domain"),  # whose? nobody says which command was refused
        ("5.1.0", "550 5.1.0 domain does not exist"),
        ("5.1.1", "550 5.1.1 unknown user, temporary failure of the directory"),
    ],
)
def test_what_does_not_agree_with_itself_waits_for_a_second_report(status: str, words: str) -> None:
    assert judge(READER, words, status=status).consequence is Consequence.WAITS


def test_a_limit_of_the_box_only_counts_whatever_code_stands_beside_it() -> None:
    for words in ("552 5.1.1 exceeds the max message size", "552 5.1.1 mailbox full"):
        assert judge(READER, words, status="5.1.1").consequence is Consequence.COUNTS


def test_a_status_of_success_is_no_failure_whatever_the_action_says() -> None:
    assert not read_report(dsn("250 2.1.5 user unknown but taken", "2.1.5")).failed


@pytest.mark.parametrize(
    ("said", "suppresses"),
    [("550 5.1.1 User unknown", False), (f"550 5.1.1 <{READER}>: User unknown", True)],
)
def test_a_system_that_names_no_command_needs_a_host_that_names_the_reader(
    said: str, *, suppresses: bool
) -> None:
    told = f"while attempting to deliver a message for\n    the following list of recipients:\n\n{READER}: {said}"
    raw = (
        f"From: Mailer Daemon <MAILER-DAEMON@mx.example.org>\nTo: {US}\nMIME-Version: 1.0\n"
        'Content-Type: multipart/mixed; boundary="b"\n\n--b\nContent-Type: text/plain\n\n'
        f"    Hi!\n\n    An error has occurred {told}\n\n"
        "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.org\n\n"
        f"Final-Recipient: rfc822; {READER}\nAction: failed\nStatus: 5.0.0\n\n--b--\n"
    )
    (failed,) = read_report(raw.encode(), returned=True).failed
    expected = Consequence.DEAD if suppresses else Consequence.WAITS
    assert failed.consequence is expected, "as OpenSMTPD writes it"
