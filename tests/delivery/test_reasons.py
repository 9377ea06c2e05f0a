"""What mail systems of all kinds say, and whether an address is dead by it. The texts are written for this test."""

from __future__ import annotations

from pathlib import Path

import pytest

from newsletter.delivery.failed_recipient import judge
from newsletter.delivery.reasons import Reason, find_reason, read_rules
from newsletter.model import BounceKind

# The reporter's code, then the words of the host that refused.
DEAD = r"""
5.1.10   550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient r@y.example not found by SMTP address lookup
5.4.1    550 5.4.1 Recipient address rejected: Access denied. AS(201806281) [DB5EUR03FT.eop]
5.1.2    DNS Error: DNS type 'mx' lookup of nosuch.example responded with code NXDOMAIN Domain name not found: nosuch.example
5.0.0    554 delivery error: dd This user doesn't have a yahoo.com account (r@y.example) [0] - mta1.mail
5.0.0    552 1 Requested mail action aborted, mailbox not found
5.1.1    550 5.1.1 <r@y.example>: user does not exist
5.5.0    550 5.5.0 Requested action not taken: mailbox unavailable (S2017062302).
5.0.0    550 Message was not accepted -- invalid mailbox.  Local mailbox r@y.example is unavailable: user not found
5.7.1    550 5.7.1 No such user!
5.0.0    550 Mailbox not found. https://service.help.example/detail
5.0.0    550 User not found: r@y.example
5.0.0    550 Requested action not taken: mailbox unavailable. For explanation visit https://postmaster.example/error-messages?ip=1.2.3.4&c=hi
5.1.1    550 5.1.1 Adresse d au moins un destinataire invalide. Invalid recipient. OFR204_416 [416]
5.1.1    550 5.1.1 <r@y.example>: Recipient address rejected: Address does not exist
5.0.0    550 Invalid Recipient - https://community.example/docs/DOC-1369#550
5.0.0    550 permanent failure for one or more recipients (r@y.example:550 5.1.1 User unknown)
5.1.1    550 5.1.1 <r@y.example>: Recipient address rejected: undeliverable address: host mx.y.example[1.2.3.4] said: 550 5.1.1 <r@y.example>: Recipient address rejected: User unknown (in reply to RCPT TO command)
5.1.0    550 #5.1.0 Address rejected.
5.1.1    Amazon SES did not send the message to this address because it is on the suppression list for your account.
5.1.1    550 5.1.1 This mailbox is no longer monitored. The employee has left the company
5.4.310  550 5.4.310 DNS domain y.example does not exist [Message=InfoDomainNonexistent]
5.1.351  550 5.1.351 Remote server returned unknown recipient or mailbox unavailable -> 550 5.1.1 User Unknown
5.0.0    556 Domain does not accept mail (nullMX)
5.3.2    521 5.3.2 y.example does not accept mail
5.1.1    550 5.1.1 sorry, no mailbox here by that name. (#5.7.17)
5.3.0    553 5.3.0 <r@y.example>... Addressee unknown, relay=[1.2.3.4]
5.1.1    550 5.1.1 r@y.example: recipient not found
5.0.0    550 Cuenta de correo inexistente
5.0.0    550 Usuario no existe
5.0.0    550 Destinatario sconosciuto
5.0.0    550 Utente sconosciuto
5.0.0    550 Utilizador desconhecido
5.0.0    550 Nie ma takiego uzytkownika
5.0.0    550 Gebruiker onbekend
5.0.0    550 Empfaenger unbekannt
5.0.0    550 5.1.1 Mailbox <r@y.example> existiert nicht
5.1.1    550-5.1.1 The email account that you tried to reach does not exist. Please try 550-5.1.1 double-checking the recipient's email address for typos or unnecessary spaces.
5.1.1    554 5.1.1 Recipient's domain has expired
5.4.4    Host or domain name not found. Name service error for name=y.example type=A: Host not found
5.1.0    Domain y.example does not accept mail (nullMX)
5.1.1    unknown user: "r"
5.1.1    550 5.1.1 <r@y.example> Recipient not found. <http://x.secureserver.example>
5.1.1    550 5.1.1 Recipient address rejected, invalid recipient: Code 201
5.1.0    550 #5.1.0 Address rejected r@y.example
5.1.0    550 5.1.0 <r@y.example> recipient rejected - IB603
5.1.0    550 5.1.0 Address rejected by server: user is unknown
5.1.1    550 5.1.1 <r@y.example> User unknown; rejecting
5.0.0    550 User r@y.example does not exist in y.example
5.0.0    550 mailbox for r@y.example does not exist
5.1.1    550 5.1.1 Sorry, no mailbox here by that name
5.1.1    550 5.1.1 <r@y.example>... Unknown
5.1.3    501 5.1.3 Bad recipient address syntax
5.5.1    550 5.5.1 Invalid recipient
5.0.0    550 Requested mail action not taken: mailbox not available
5.1.1    550 5.1.1 Not our Customer
5.0.0    550 Utilisateur inexistant
5.1.1    550 5.1.1 Destinatario non valido
5.1.1    550 5.1.1 Uzivatel neexistuje
5.0.0    550 Invalid address (recipient)
5.0.0    550 'r@y.example' is not a registered gateway user
5.0.0    550 no such mail drop defined
5.0.0    550 Not a valid mailbox
5.0.0    550 Address unknown.
5.1.1    550 5.1.1 unknown or illegal alias: r@y.example
5.4.4    550 5.4.4 Unable to route: no mail hosts for domain
5.4.4    unable to look up host y.example: Name or service not known
5.1.1    550 5.1.1 We could not find a mailbox for r@y.example on our platform. Please check the spelling.
5.1.1    553 5.1.1 The address you entered is not assigned to any of our customers
5.1.1    550 5.1.1 not a mailbox of ours: r@y.example
5.1.1    550 5.1.1 Account r@y.example is not on file
5.1.1    550 5.1.1 Empfänger unbekannt. Bitte informieren Sie den Absender
5.1.1    550 5.1.1 Destinataire inconnu (message renvoyé à l expéditeur)
5.1.1    550 5.1.1 El usuario no existe. Avise al remitente
5.1.1    550 5.1.1 Postfach existiert nicht / mailbox does not exist (Absender prüfen)
5.1.1    550 5.1.1 The mailbox you are looking for does not exist
5.0.0    550 unrouteable address: no such local part
5.1.1    550 5.1.1 Konto wurde gelöscht
5.1.1    550 5.1.1 Cette boîte n'existe plus
5.1.1    550 5.1.1 Esta cuenta ha sido eliminada
5.1.1    550 5.1.1 Conta não encontrada
5.1.1    550 5.1.1 L'utente r@y.example non è presente su questo server
5.1.1    550 5.1.1 收件人不存在
5.1.1    550 5.1.1 User unknown. Visit https://x.example/e for more information.
5.1.1    550 5.1.1 Address does not exist. See https://help.example/errors for details
5.1.1    550 5.1.1 Recipient Rejected. (AUP#420)
5.1.1    550-5.1.1 Mailbox unknown. Either there is no mailbox associated with this name or you do not have authorization to see it. 550 5.1.1 User unknown
"""
ALIVE = r"""
5.2.2    552-5.2.2 The email account that you tried to reach is over quota. Please direct 552-5.2.2 the recipient to https://support
5.2.1    550-5.2.1 The email account that you tried to reach is disabled. Learn more at
5.2.2    552 5.2.2 <r@y.example>: user is over quota
5.0.0    554 DT:SPM 163 smtp10,D9GowEBJ,please see http://help.example/help
5.1.1    552 5.1.1 Boite du destinataire pleine. Recipient overquota. OFR004_417 [417]
5.0.0    550 Rejected by header based manually blocked senders - block policy
5.0.0    550 Administrative prohibition - envelope blocked - https://community.example#550
5.0.0    550 permanent failure for one or more recipients (r@y.example:blocked)
5.7.0    550 5.7.0 Local Policy Violation
5.7.1    550 5.7.1 RESOLVER.RST.AuthRequired; authentication required
5.7.129  550 5.7.129 RESOLVER.RST.RestrictedToRecipientsPermission; not authorized to send to the recipient because the sender isn't on the recipient's list of senders to accept mail from
5.7.124  550 5.7.124 RESOLVER.RST.SenderNotInAllowedSendersList; the sender is not in the recipient group's allowed senders list
5.4.14   554 5.4.14 Hop count exceeded - possible mail loop ATTR34
5.7.520  550 5.7.520 Access denied, Your organization does not allow external forwarding.
5.2.1    550 5.2.1 The user you are trying to contact is receiving mail at a rate that prevents additional messages from being delivered.
5.1.8    550 5.1.8 Access denied, bad outbound sender AS(42003)
5.1.7    550 5.1.7 <bounce+d1@us.example>: Sender address rejected: User unknown in virtual mailbox table
5.0.0    550-Verification failed for <bounce+d1@us.example> 550-Called:   1.2.3.4 550-Sent:     RCPT TO:<bounce+d1@us.example> 550-Response: 550 No Such User Here 550 Sender verify failed
5.0.0    550 relay not permitted
5.0.0    554 Message not allowed - [PH01] Email not accepted for policy reasons. Please visit https://postmaster
5.0.0    554 5.0.0 Service unavailable
5.0.0    550 Blocked
5.7.1    550 #5.7.1 Your access to submit messages to this e-mail system has been rejected.
5.2.0    550 5.2.0 r@y.example Mailbox is inactive
5.3.4    552 5.3.4 Message size exceeds fixed limit
5.6.7    550 5.6.7 SMTPUTF8 is required, but was not offered by host
5.7.27   550-5.7.27 The sending domain has a null MX
5.3.2    550 5.3.2 System is not accepting network messages: maintenance
5.7.1    550 5.7.1 Message rejected as spam by Content Filtering.
5.4.317  550 5.4.317 Message expired, cannot connect to remote server
5.4.300  550 5.4.300 Message expired -> 451 4.7.500 Server busy
5.7.23   550 5.7.23 SPF validation failed: domain does not designate 1.2.3.4
5.0.350  550 5.0.350 Remote server returned an error -> 550 permanent failure for one or more recipients (r@y.example:blocked)
5.7.511  550 5.7.511 Access denied, banned sender[1.2.3.4]. To request removal from this list
5.0.0    552 Postfach voll
5.0.0    552 Buzon lleno
5.0.0    552 Casella piena
5.0.0    550 Too many invalid recipients
5.7.1    550 5.1.1 Too many unknown recipients from your host, blocked
5.7.1    550 5.7.1 The recipient domain requires that the sender has an SPF record
5.7.1    554 rejected due to spam URL in content; user not found in whitelist
5.4.6    mail forwarding loop for r@y.example
5.2.2    maildir delivery failed: error writing message: Disk quota exceeded
5.2.0    can't create user output file
5.2.0    550 5.2.0 Message Filtered. Please see the FAQs section on spam
5.7.1    554 5.7.1 - Connection refused too many sessions from 1.2.3.4
5.7.1    554 5.7.1 [P4] Message blocked due to spam content in the message.
5.3.0    553 5.3.0 flpd586 DNSBL:RBL 521< 1.2.3.4 >_is_blocked.For assistance forward this error to abuse
5.2.0    552 5.2.0 Message contains suspect URL
5.7.350  550 5.7.350 Remote server returned message detected as spam -> 554 5.7.1 rejected
5.4.312  550 5.4.312 Message expired, DNS query failed(ErrorRetry)
5.7.708  550 5.7.708 Service unavailable. Access denied, traffic not accepted from this IP
5.2.2    554 5.2.2 mailbox full; STOREDRV.Deliver.Exception:QuotaExceededException
5.2.0    554 5.2.0 STOREDRV.Deliver.Exception:MailboxUnavailableException; Failed to process message
5.2.2    550 5.2.2 user is over the quota. You can try again later.
5.0.0    550 spam message rejected. Please visit http://help.help.example/notspam-support
5.0.0    550 account is disabled
5.7.1    550 5.7.1 Policy rejection on the target address
5.0.0    550-Callback setup failed while verifying <bounce+d1@us.example> 550 Sender verify failed
5.0.0    550 Unrouteable sender address
5.0.0    501 Syntax error in parameters or arguments
5.5.1    503 5.5.1 Error: need MAIL command
5.7.0    530 5.7.0 Must issue a STARTTLS command first
5.7.8    535 5.7.8 Authentication failed
5.0.0    550 Mail rejected: sender address has no valid MX record
5.0.0    550 The sender's domain does not exist
5.1.8    550 5.1.8 <a@us.example>: Sender address rejected: Domain not found
5.7.1    554 5.7.1 <r@y.example>: Relay access denied
5.0.0    550 Delivery to this mailbox is refused: sender not in my contacts
5.7.1    550 5.7.1 this message was rejected because the recipient is not accepting mail from this sender
5.0.0    554 Denied [3:0] (Mode: normal)
5.7.0    554 5.7.0 Reject, id=1234-01 - BANNED: .exe
5.6.0    554 5.6.0 Message contains NUL characters
5.6.1    550 5.6.1 bare CR/LF not allowed
5.0.0    550 Account has been suspended, r@y.example
5.0.0    550 mailbox temporarily disabled: r@y.example
5.7.1    host mx.y.example[1.2.3.4] refused to talk to me: 554 5.7.1 You are not allowed to connect.
5.7.1    550 5.7.1 TLS required by recipient
5.3.4    message size 35000 exceeds size limit 10240 of server
5.1.1    550 5.1.1 User database is offline, all addresses are refused
5.1.1    550 5.1.1 Mailbox r@y.example is locked after a security incident
5.1.1    550 5.1.1 Sending host is not registered with our postmaster portal; recipient withheld
5.1.1    550 5.1.1 r@y.example only takes signed messages
5.1.1    550 5.1.1 Recipient lookup failed because the directory did not answer
5.3.0    550 5.3.0 Maintenance window until 06:00, mailbox unavailable
5.7.0    550 5.7.0 Licence of the mail filter expired, no mail is accepted
5.7.1    550 5.7.1 Directory harvest suspected, no recipient will be confirmed
5.2.1    550 5.2.1 Holiday mode: this mailbox takes no mail before January
5.7.1    550 5.7.1 Recipient domain requires STARTTLS, certificate not present
5.7.1    550 5.7.1 recipient requires TLS; client certificate not present
5.7.1    550 5.7.1 Recipient policy: required token not present
5.7.1    550 5.7.1 cannot validate recipient against policy server
5.4.0    550 5.4.0 cannot validate recipient, callout refused
5.4.0    550 5.4.0 user unknown to next hop
5.0.0    550 policy lookup for recipient returned no match
5.7.1    550 5.7.1 greylist: user record not present, retry
5.0.0    550 could not locate your address in our allow list
5.0.0    550 can't validate your recipient at this time
5.7.1    550 5.7.1 not one of our users may receive mail from you
5.7.1    550 5.7.1 nobody with this address may send here
5.7.1    550 5.7.1 MX query gave no result
5.7.1    550 5.7.1 Cannot find your reverse address
5.0.0    550 This is not a mailbox that accepts newsletters
5.1.1    550 5.1.1 Absender unbekannt
5.1.1    550 5.1.1 Der Absender ist dem Empfänger unbekannt
5.1.1    550 5.1.1 Adresse de l'expéditeur inconnue
5.0.0    550 El destinatario no acepta un remitente desconocido
5.0.0    550 user agent unknown
5.1.1    550 5.1.1 List-Unsubscribe address does not exist
5.1.1    550 5.1.1 Reply-To address invalid, user does not exist
5.1.6    550 5.1.6 From address no longer valid at your organisation
5.1.1    550 5.1.1 Authentication user unknown
5.0.0    550 Client host name not found in DNS
5.1.1    550 5.1.1 Unknown charset, user notified
5.1.1    550 5.1.1 Invalid bounce address
5.0.0    550 Die IP-Adresse ist unbekannt
5.1.1    550 5.1.1 Servidor de origen desconocido
5.1.1    550 5.1.1 User unknown. Visit https://x.example/e for your access.
"""
LATER = r"""
4.2.1    450 4.2.1 The user you are trying to contact is receiving mail too quickly. Please resend your message at a later time.
4.1.1    450 4.1.1 <r@y.example>: Recipient address rejected: unverified address: Address verification in progress
4.7.1    450 4.7.1 Client host rejected: cannot find your reverse hostname, [1.2.3.4]
4.7.0    421 4.7.0 [TSS04] Messages from 1.2.3.4 temporarily deferred due to unexpected volume or user complaints - 4.16.55.1
4.7.1    451 4.7.1 Greylisting in action, please come back in 00:04:59
4.4.1    connect to mx.y.example[1.2.3.4]:25: Connection timed out
4.4.3    Host or domain name not found. Name service error for name=y.example type=MX: Host not found, try again
4.4.2    421 4.4.2 Connection dropped due to SocketError
4.3.2    450 4.3.2 Service currently unavailable
4.3.1    452 4.3.1 Insufficient system storage
4.4.4    454 4.4.4 [internal] no MX or A for domain
4.4.2    lost connection with mx.y.example[1.2.3.4] while receiving the initial server greeting
4.4.1    delivery temporarily suspended: connect to y.example[1.2.3.4]:25: No route to host
4.7.4    TLS is required, but was not offered by host
"""


def lines_of(block: str) -> list[tuple[str, str]]:
    return [(line[:9].strip(), line[9:]) for line in block.strip().splitlines()]


@pytest.mark.parametrize(("status", "words"), lines_of(DEAD))
def test_a_host_that_knows_no_such_address_suppresses_it(status: str, words: str) -> None:
    failed = judge("r@y.example", words, status=status)
    assert (failed.kind, failed.suppresses) == (BounceKind.HARD, True), failed


@pytest.mark.parametrize(("status", "words"), lines_of(ALIVE))
def test_a_full_box_a_block_or_a_fault_of_the_sender_suppresses_nobody(status: str, words: str) -> None:
    failed = judge("r@y.example", words, status=status)
    assert (failed.kind, failed.suppresses) == (BounceKind.HARD, False), failed


@pytest.mark.parametrize(("status", "words"), lines_of(LATER))
def test_what_may_pass_is_soft(status: str, words: str) -> None:
    failed = judge("r@y.example", words, status=status)
    assert (failed.kind, failed.suppresses) == (BounceKind.SOFT, False), failed


def test_what_a_host_says_in_the_next_sentence_is_read_too() -> None:
    phrases = Path(__file__).parents[1] / "soak" / "refusals.tsv"
    rows = [line.split("\t") for line in phrases.read_text(encoding="utf-8").splitlines()]
    words = [(truth, said.format(r="r@y.example", s="bounce+d1@us.example")) for truth, said in rows]
    found = [
        (truth, said, judge("r@y.example", said, ours=("bounce+d1@us.example",))) for truth, said in words
    ]
    assert [said for truth, said, failed in found if truth == "alive" and failed.suppresses] == []
    dead = [failed.suppresses for truth, _, failed in found if truth == "dead"]
    assert sum(dead) / len(dead) >= 0.89, "without a second report"


@pytest.mark.parametrize(
    ("words", "status", "doubt"),
    [
        ("550 5.1.1 User unknown", "5.1.1", ""),
        ("550 5.1.1 User unknown at harbour", "5.1.1", "“harbour” is none of the ordinary words"),
        (
            "550 He has left the company; the account is disabled",
            "5.0.0",
            "“account is disabled” says “suspended”, too",
        ),
        ("No such user", "5.7.0", "5.7.0 is no code of a dead address"),
        ("550 No such user currently", "5.0.0", "“currently” will pass"),
        ("550 No such user: verify the record", "5.0.0", "“verify” is of something else"),
        ("550 5.1.1 Account disabled", "5.1.1", ""),
        ("552 5.1.1 The box is asleep", "5.1.1", "“asleep” is none of the ordinary words"),
        ("User unknown", None, "no host says so with a code"),
    ],
)
def test_a_report_that_waits_for_a_second_one_says_what_does_not_agree(
    words: str, status: str | None, doubt: str
) -> None:
    failed = judge("r@y.example", words, status=status)
    assert (failed.doubt, failed.suppresses) == (doubt, not doubt), failed


def test_a_host_that_is_away_does_not_refuse_us() -> None:
    assert find_reason("connect to mx.y.example[192.0.2.4]:25: Connection refused", "4.4.1") is Reason.NETWORK
    assert (
        find_reason("554 5.7.1 - Connection refused too many sessions from 1.2.3.4", "5.7.1")
        is Reason.BLOCKED
    )


@pytest.mark.parametrize(
    ("words", "reason"), [(words, rule["reason"]) for rule in read_rules() for words in rule["acts"]]
)
def test_each_rule_of_the_table_gives_its_reason(words: str, reason: str) -> None:
    assert find_reason(words) == reason
