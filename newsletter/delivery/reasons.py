"""Why a delivery failed, read from a relay's or a mail server's own words. Pure.

Suppression follows from a **reason**, never from the word "permanent": a full box, a block or a policy is
permanent today and gone tomorrow; only a dead address stays dead. Where the words say nothing, the
enhanced code (RFC 3463 and its registry) does, and where that is vague the answer is "unknown".
"""

from __future__ import annotations

import re
from enum import StrEnum


class Reason(StrEnum):
    """What is wrong. The first four mean a dead address."""

    USER_UNKNOWN = "user unknown"
    HOST_UNKNOWN = "host unknown"
    MOVED = "moved"
    ACCEPTS_NO_MAIL = "accepts no mail"
    MAILBOX_FULL = "mailbox full"
    SUSPENDED = "suspended"
    TOO_BIG = "too big"
    SPAM = "taken for spam"
    SENDER_REFUSED = "sender refused"
    AUTHENTICATION = "authentication"
    BLOCKED = "blocked"
    POLICY = "policy"
    RELAYING = "relaying denied"
    EXPIRED = "expired"
    NETWORK = "network"
    SYSTEM = "system"
    UNKNOWN = "unknown"

    @property
    def is_dead(self) -> bool:
        """Whether the address will never work again."""
        return self in _DEAD

    @property
    def is_about_us(self) -> bool:
        """Whether the sender or the content was refused: it says nothing about the reader."""
        return self in _ABOUT_US


_ABOUT_US = frozenset(
    {Reason.SENDER_REFUSED, Reason.AUTHENTICATION, Reason.BLOCKED, Reason.SPAM, Reason.RELAYING}
)
_DEAD = frozenset({Reason.USER_UNKNOWN, Reason.HOST_UNKNOWN, Reason.MOVED, Reason.ACCEPTS_NO_MAIL})


def _words(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)


_NOT_THERE = (
    r"(?:(?:does|do|did) ?(?:n.t| not) (?:exist|appear to exist)|not (?:be )?found|not (?:a )?(?:known|valid)|"
    r"(?:is )?(?:unknown|invalid|unrecogni[sz]ed|undeliverable|nonexistent|non-existent)|not exist|"
    r"(?:is )?not (?:an? )?(?:active|existing|recogni[sz]ed|local|listed|in (?:our|the|my)))"
)
_PERSON = (
    r"(?:user(?:name|id|\(s\))?|mail ?box|mailbox name|recipients?|recipient address(?:es)?|account|"
    r"e?-?mail address(?:es)?|"
    r"address(?:es)?|e-?mail account|local[- ]part|alias|person|subscriber|customer|member|addressee|inbox|name)"
)

# Common words for "recipient" and "unknown" of other languages: either may come first.
_PERSON_ABROAD = (
    r"(?:empf(?:ä|ae?)nger|(?:be)?nutzer|postfach|adresse|destinat[aá]r\w*|usu[aá]rio|utente|utilizador|"
    r"utilisateur|destinataire|"
    r"cuenta|casilla|casella|conta|caixa|bo[iî]te|gebruiker|ontvanger|odbiorc\w+|u[zż]ytkownik\w*|adres\w*|"
    r"bruker|anv[aä]ndare|mottak?a?ger\w*|mottagare\w*|"
    r"modtager\w*|al[iı]c[iı]|kullan[iı]c[iı]|адресат\w*|получател\w*|пользовател\w*|收件人|用户|邮箱|宛先|ユーザ)"
)
_UNKNOWN_ABROAD = (
    r"(?:unbekannt\w*|existiert nicht|ung(?:ü|ue?)ltig\w*|nicht (?:gefunden|vorhanden)|desconocid\w+|"
    r"inexist[ae]nte?\w*|no existe|sconosciut\w+|inesistente|"
    r"non esiste|desconhecid\w+|n[aã]o existe|inconnue?s?|n.existe pas|introuvable|invalide|onbekende?|"
    r"bestaat niet|nieznan\w+|nie (?:istnieje|ma takiego)|"
    r"ok[aä]nd\w*|ukendt|ukjent|finnes ikke|finns inte|findes ikke|bulunamad[iı]|bilinmeyen|не найден\w*|"
    r"неизвест\w+|не существует|нет такого|不存在|不明|存在しません)"
)

# The order matters: what is said about the sender, the content or the box comes before "rejected".
_RULES: tuple[tuple[Reason, re.Pattern[str]], ...] = (
    (
        Reason.MAILBOX_FULL,
        _words(
            r"(?:mail ?box|inbox|maildir|account|user|recipient|folder|directory|quota|storage|disk|disc).{0,60}"
            r"(?:is |are |has |was |been )*(?:full|exceeded?|exceeds|over ?quota|out of (?:disk |storage )?space)",
            r"over ?(?:the |its |his |their |disk |disc |storage |mail )*(?:allocated |maximum )?(?:quota|limit on)",
            r"quota (?:is |has been )?(?:exceed|full|violation|exhaust|reached)",
            r"exceed(?:s|ed|ing)? (?:\w+ ){0,4}(?:quota|storage|disk space|mailbox|mail folder)",
            r"(?:not enough|insufficient|no|out of) (?:\w+ ){0,3}(?:storage|space)(?! on the server)",
            r"too (?:many|much) (?:messages|mails?|data) (?:on|in|for)",
            r"postfach.{0,20}voll|llen[oa]\b|casella.{0,30}piena|caixa.{0,30}cheia|postvak.{0,20}vol\b",
            r"переполнен|已满|容量",
            r"zu ?viele mails|mailbox_?full|mail_?quota|boite.{0,20}pleine|has too many messages",
            r"would (?:be over|exceed).{0,20}quota",
        ),
    ),
    (
        Reason.TOO_BIG,
        _words(
            r"(?:message|mail|size|header|attachment)s?.{0,40}(?:too (?:big|large|long)|exceed(?:s|ed)? "
            r".{0,40}(?:size|limit|maximum))",
            r"exceeded? (?:the )?maximum (?:inbound |allowed )?(?:message )?size",
            r"max(?:imum|\.)? (?:message|mail) size|message length|recipsizelimit|size limit|too (?:big|large) for",
        ),
    ),
    (
        Reason.AUTHENTICATION,
        _words(
            r"\bdmarc\b|\bdkim\b|\bspf\b(?!am)|sender policy framework|unauthenticated|not authenticated|"
            r"authentication (?:checks?|fail|is required|required|information)|failed.{0,20}authenticat|domainkeys",
        ),
    ),
    (
        Reason.NETWORK,  # nobody answered: not a host that refuses us
        _words(r"connect(?:ion)? to \S+.{0,60}(?:connection refused|timed out|no route)"),
    ),
    (
        Reason.BLOCKED,
        _words(
            r"black ?list|block ?list|black hole|dns ?bl|\brbls?\b|spamhaus|spamcop|sorbs|barracudacentral|"
            r"\bbl\b|sender ?base|proofpoint\.com|cloudmark",
            r"(?:client|host|server|ip|ip address|network|connection|domain|sender|you|your \w+)(?: "
            r"\S+){0,6} (?:is |was |has been |are |been |temporarily |currently )*(?:blocked|banned|listed|"
            r"refused|not allowed|throttled)",
            r"(?:blocked|banned|refused|denied)(?: \S+){0,5} (?:ip|host|sender|client|sending)",
            r"(?:reverse dns|\bptr\b|reverse lookup|rdns|ip name lookup|reverse-?hostname|cannot find your "
            r"(?:reverse )?hostname)",
            r"bad reputation|poor reputation|reputation|user complaints|unexpected volume|rate.?limit|too "
            r"many (?:connections|recipients|concurrent|invalid|messages)|"
            r"too many unknown|sent too many|sending too|sent to too many|helo|ehlo|not accepting "
            r"connections|deferred due to|from this ip|bloqu[eé]e",
            r"sender verif\w+|verification failed for|call(?:out|back) (?:verification )?fail|(?:sender.s|"
            r"sending|bad outbound) (?:address|domain|sender)\b|"
            r"sender rejected|sender address rejected|(?:domain of )?sender(?:'s)? (?:address|"
            r"domain)?.{0,40}(?:does not (?:exist|resolve)|not found|invalid|unknown|denied|\bno (?:valid )?mx\b)|"
            r"(?:unroute?able|unknown|invalid|bad|forged) sender",
            r"service refuse",
        ),
    ),
    (
        Reason.SPAM,
        _words(
            r"\bspam|spam(?:my|ming|med)?\b|junk|\bube\b|\buce\b|unsolicited|bulk ?mail|content (?:filter|"
            r"rejected|rejection|denied|restriction)|virus|malware|infected|phish|"
            r"mass mail|message (?:was |has been )?(?:rejected|refused|blocked|looks).{0,30}content|"
            r"objectionable|high.?probability|suspicious|message rejected due to|"
            r"message filtered|blocked because its content|urls? (?:is|are) listed|contains? (?:a "
            r")?(?:forbidden|prohibited|url)|attachment",
        ),
    ),
    (
        Reason.POLICY,  # who may write to a list or a person (Exchange's RESOLVER.RST), not whether they are there
        _words(
            r"(?:allowed|accepted|approved|permitted|safe)[ -]?senders?|sender(?: \S+){0,4} not "
            r"(?:authori[sz]ed|allowed|permitted|on|in)\b|"
            r"resolver\.rst\.|white ?list|list of senders"
        ),
    ),
    (
        Reason.RELAYING,
        _words(
            r"relay(?:ing)? (?:access )?(?:is )?(?:denied|not (?:allowed|permitted)|prohibited)|not "
            r"(?:permitted|allowed|able) to relay|"
            r"unable to relay|allowed rcpthosts|we do not relay|cannot relay|no relaying|relay not|will not "
            r"relay|unauthorized relay|open relay",
        ),
    ),
    (
        Reason.MOVED,
        _words(
            r"(?:user|recipient|account|address|customer|he|she|has) (?:\S+ ){0,3}(?:has )?moved|no longer "
            r"(?:on|at|with|here|in use|valid|available|used|works|employed|exists?|a customer|active)|"
            r"not our customer|address (?:has )?changed|new (?:e-?mail )?address|left the (?:company|"
            r"organi[sz]ation)|have moved",
        ),
    ),
    (
        Reason.SUSPENDED,
        _words(
            r"(?:account|mail ?box|user|recipient|address|alias|email|domain)(?: \S+){0,8} (?:is |are |has "
            r"been |was |been |temporarily |currently )*"
            r"(?:disabled|suspended|inactive|locked|blocked|closed|deactivated|expired|frozen|terminated|"
            r"discontinued|on hold|bloqu[eé])",
            r"(?:disabled|suspended|inactive|deactivated|locked|frozen|blocked|closed|dormant) (?:\w+ "
            r"){0,2}(?:account|mail ?box|user|recipient|address)",
            r"temporary locked|account_?disabled|not been activated|not activated|is (?:a )?deactivated",
        ),
    ),
    (
        Reason.ACCEPTS_NO_MAIL,
        _words(
            r"(?:domain|host|address|server|account|recipient|user|we|it|that) (?:\S+ ){0,3}(?:does ?n.t|"
            r"does not|do not|don.t|not|never|no longer) (?:currently )?(?:accept|receive)s?(?: \w+){0,2} "
            r"(?:e?-?mails?|messages)",
            r"\b521[ -]5\.3\.2\b|\b556[ -]|"  # RFC 7504: this host, this domain takes no mail at all
            r"null ?mx|nullmx|no smtp service|no mail accepted|(?:does not|doesn.t) accept (?:any )?mail|"
            r"not accept(?:ing)? (?:any )?(?:e?-?mail|messages) (?:for|from anyone|to this)",
        ),
    ),
    (
        Reason.NETWORK,
        _words(
            r"(?:host not found|name server|lookup|resolve|dns|name service)(?: \S+){0,8},? (?:try again|"
            r"later|temporar\w+)|malformed (?:\w+ ){0,3}(?:reply|response|answer)|malformed or unexpected|"
            r"server failure|servfail"
        ),
    ),
    (
        Reason.SYSTEM,
        _words(
            r"(?:couldn.t|can.?t|cannot|unable to) (?:create|open|write|lock) \S*[/\"]|no such (?:file|directory)"
        ),
    ),
    (
        Reason.HOST_UNKNOWN,
        _words(
            r"(?:host|domain|name|mx|server|hostname)(?: \S+){0,4} (?:is |was |could |can )*(?:not be |not |"
            r"un)(?:found|known|resolve|resolved|exist|reachable|listed|valid)",
            r"(?:unknown|no such|invalid|unrouteable|unroutable|unresolvable|bad|illegal|non-?existent) "
            r"(?:mail |destination |e-?mail )?(?:host|domain|server|mx)",
            r"name or service not known|nxdomain|no (?:valid )?mx|couldn.t find any host|could ?n.t find "
            r"(?:a |any )?(?:host|mail exchanger)|domain name not found|"
            r"all relevant mx records point to non-existent|no route to (?:host|domain)|domain (?:does not|"
            r"doesn.t) exist|unrouteable (?:mail )?domain|"
            r"(?:host|domain) (?:does not|doesn.t) exist|can.t (?:find|resolve)|lookup.{0,40}failed|name "
            r"service error|no (?:dns|a|mail) (?:record|server|exchanger)",
        ),
    ),
    (
        Reason.USER_UNKNOWN,
        _words(
            rf"{_PERSON}(?: \S+){{0,7}} {_NOT_THERE}",
            rf"{_PERSON}[: ]+\S* ?{_NOT_THERE}",
            rf"{_NOT_THERE}(?:[ _-](?:mail|e-?mail|local|virtual|final))?[ _-]{_PERSON}",
            r"no[ _-]?(?:such|valid|known|mail ?box|recipients?|mail|account|user)\b(?: (?:such|e?-?mail|"
            r"mail|user|here|available|by that|with that|for|on|at|in|this|named|\S+@\S+)\b)*",
            r"(?:unknown|invalid|bad|wrong|illegal|unrouteable|no such|nonexistent|incorrect|non-existent|"
            r"ambiguous|undeliverable)[ _-](?:\w+ ){0,2}(?:user|recipient|address|mail ?box|account|local|"
            r"name|alias|to address|destination)",
            r"recipient ?not ?found|recipnotfound|"
            r"does ?n.t have an? (?:\S+ )*(?:account|mailbox)|recipient rejected|rejected recipient|"
            r"not in (?:the |our )?(?:directory|address ?book|user list)|is not (?:listed|known|here)|"
            r"unable to (?:find|locate|validate) (?:\S+ ){0,3}(?:user|recipient|mailbox|address)|"
            r"user_?unknown|unrouteable address|not a (?:valid|known|registered|recogni[sz]ed)|"
            r"adresse .{0,40}invalide|nicht gefunden|inconnu|desconocid",
            rf"{_PERSON_ABROAD}.{{0,40}}{_UNKNOWN_ABROAD}|{_UNKNOWN_ABROAD}.{{0,20}}{_PERSON_ABROAD}",
            r"the e-?mail account that you tried to reach does not exist|this (?:address|user|account)(?: "
            r"\S+){0,4} (?:isn.t|is not|doesn.t|does not)",
            r"<?\S+@\S+>? (?:is )?(?:not (?:found|known)|unknown|does not exist|is not a known user|is not "
            r"an active address)",
        ),
    ),
)
# Words that say what happened, but not to whom: a clear enhanced code is better than these.
_VAGUE: tuple[tuple[Reason, re.Pattern[str]], ...] = (
    (
        Reason.EXPIRED,
        _words(
            r"(?:delivery|message|mail|queue|retry|retries|time)(?: \S+){0,4} (?:expired|timed? ?out|time "
            r"?out|exceeded|delayed)|expired|time ?out|timed out|too long|giving up|"
            r"failed \d+ (?:attempts|times)|not (?:yet )?been delivered|could not be delivered (?:for|"
            r"within|after)|will (?:continue|keep) (?:to )?try|warning|still (?:trying|being)|retry|delay",
        ),
    ),
    (
        Reason.NETWORK,
        _words(
            r"connection (?:refused|reset|lost|closed|dropped)|connect(?:ing)? to|network|unreachable|no "
            r"route|routing|loop|too many hops|hop count|"
            r"no answer from host|did not accept our requests|\btls\b|certificate",
        ),
    ),
    (
        Reason.USER_UNKNOWN,
        _words(
            r"(?:recipient|user|mailbox|address) (?:address )?rejected(?!: (?!access denied))|mail ?box "
            r"(?:\S+ )?(?:unavailable|not available)|"
            r"user(?: \S+){0,3} (?:is )?unavailable"
        ),
    ),
    (
        Reason.POLICY,
        _words(
            r"polic(?:y|ies)|not (?:authori[sz]ed|allowed|permitted|accepted)|prohibited|denied|restricted|"
            r"refused|rejected|pre-approved|header error"
        ),
    ),
    (
        Reason.SYSTEM,
        _words(
            r"disk|i/o error|system|service (?:currently |temporarily )?unavailable|local(?:ly)? (?:error|"
            r"problem)|mailer|configuration|command|sequence|syntax|resource|internal"
        ),
    ),
)

_BY_CODE: tuple[tuple[re.Pattern[str], Reason], ...] = (
    (re.compile(r"5\.1\.[013]$"), Reason.USER_UNKNOWN),
    (re.compile(r"[45]\.1\.2$|5\.4\.4$"), Reason.HOST_UNKNOWN),
    (re.compile(r"5\.1\.6$"), Reason.MOVED),
    (re.compile(r"[45]\.1\.10$"), Reason.ACCEPTS_NO_MAIL),
    (re.compile(r"[45]\.2\.2$"), Reason.MAILBOX_FULL),
    (re.compile(r"[45]\.2\.1$|5\.7\.13$"), Reason.SUSPENDED),
    (re.compile(r"5\.2\.3$|5\.3\.4$"), Reason.TOO_BIG),
    (re.compile(r"[45]\.3\.[125]$"), Reason.SYSTEM),
    (re.compile(r"[45]\.7\.(2[0-9]|9|509)$"), Reason.AUTHENTICATION),
    (re.compile(r"[45]\.4\.7$|4\.4\."), Reason.EXPIRED),
)
# Codes that mean one thing only: they are believed before any words.
_FIRM = {
    "5.1.6": Reason.MOVED,
    "5.1.7": Reason.BLOCKED,  # this and the next are about the sender (RFC 3463 section 3.2)
    "5.1.8": Reason.BLOCKED,
    "5.1.10": Reason.ACCEPTS_NO_MAIL,
    "5.2.2": Reason.MAILBOX_FULL,
    "4.2.2": Reason.MAILBOX_FULL,
    "5.2.3": Reason.TOO_BIG,
    "5.3.4": Reason.TOO_BIG,
    "5.7.13": Reason.SUSPENDED,
    "5.7.25": Reason.BLOCKED,
    "5.7.26": Reason.AUTHENTICATION,
    "5.7.27": Reason.BLOCKED,  # the sender's domain takes no mail (RFC 7505 section 4.2)
    "5.7.509": Reason.AUTHENTICATION,
    "5.7.606": Reason.BLOCKED,
}
_ADDRESS = re.compile(r"<?[^\s<>@]+@[^\s<>]+>?")


# Some carriers say "user unknown" to mail that their subscriber's own filter does not want.
FILTERS_SAY = _words(
    r"\b5\d\d:? : user unknown",  # about nobody in particular (au, ezweb)
    r"\b550[- ]'?unknown user <?\S+@\S",  # docomo
)


def find_reason(words: str, status: str | None = None) -> Reason:
    """Return the reason that ``words`` give, with the enhanced code where they give none."""
    if status in _FIRM:
        return _FIRM[status]
    text = _without_addresses(words)
    reason = _by_rules(_RULES, text) or _by_code(status) or _by_rules(_VAGUE, text) or Reason.UNKNOWN
    if reason is Reason.SUSPENDED and status == "5.1.1" and not _PASSES.search(text):
        return Reason.USER_UNKNOWN  # closed for good: the code says that there is no such address
    return reason


def _without_addresses(words: str) -> str:
    """Addresses hold any word at all ("spam-reports@…"): they say nothing about the reason."""
    return _ADDRESS.sub("<@>", " ".join(words.split()))


# What will pass, whatever else is said.
_PASSES = _words(
    r"\bcurrently\b|\btemporar\w+|suspended|on hold|try again later|later time|(?:will|to) be (?:re-?tried|re-?sent)|"
    r"(?:will|is) (?:continue|keep|be|going) (?:to )?(?:re)?try(?:ing)?|still being retried|not yet"
)
# Codes of RFC 3463 that name a dead address, and such as speak of something else: a full box, a limit, a rule.
_CODE_OF_DEAD = re.compile(r"5\.1\.(?:[012369]|10|351)$|5\.4\.4$|5\.4\.310$")
_CODE_OF_LIVING = re.compile(r"5\.(?:2\.[02-9]|3\.[1345]|4\.[235-9]|6\.\d+|7\.(?:[2-9]|[1-9]\d+))$")


def is_contradicted(reason: Reason, words: str, status: str | None) -> bool:
    """Whether code and words do not agree on ``reason``, which says that the address is dead or that it lives."""
    text = _without_addresses(words)
    if not reason.is_dead:
        return status is not None and _CODE_OF_DEAD.match(status) is not None
    if _PASSES.search(text) or (status and _CODE_OF_LIVING.match(status)):
        return True
    # Some say "inactive" of what is gone: beside 5.1.1 that agrees.
    agreeing = {*_DEAD, Reason.SUSPENDED} if status == "5.1.1" else _DEAD
    return any(other not in agreeing and pattern.search(text) for other, pattern in _RULES)


_DIRECTORY = _words(
    r"name is not recogni[sz]ed", r"final delivery", r"directory", r"address (?:couldn.t|could not) be found",
    r"unrouteable address", r"address ?book", r"local user", r"local recipient",
)  # fmt: skip
_CODE = re.compile(r"(?<![\d.])5\d\d(?=[\s:;-])|(?<![\d.])5\.\d{1,3}\.\d{1,3}")


def is_sure(words: str, status: str | None) -> bool:
    """Whether "user unknown" rests on more than a phrase.

    Either a host said it with its code, or the reporting system speaks of its own directory. A report that
    only hands the phrase on, without any code, was wrong half of the time in what we measured.
    """
    if status is not None and not status.endswith(".0.0"):
        return True
    return _CODE.search(words.replace("5.0.0", "")) is not None or _DIRECTORY.search(words) is not None


def _by_rules(rules: tuple[tuple[Reason, re.Pattern[str]], ...], text: str) -> Reason | None:
    return next((reason for reason, pattern in rules if pattern.search(text)), None)


def _by_code(status: str | None) -> Reason | None:
    return next((reason for code, reason in _BY_CODE if status and code.match(status)), None)
