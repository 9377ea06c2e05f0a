"""Every check by its stable name, with what it looks at and its kind. Pure. An operator waives a check by this name.

What is wrong with a sentence or a story is left out when an issue is composed or edited, and never keeps one back.
What is wrong with the sender or the mail as a whole is the send gate's, and only that keeps an issue back.
"""

from __future__ import annotations

_MESSAGE = {
    "parses": "The message can be taken apart without a defect",
    "line-ends": "Every line ends in CRLF",
    "line-length": "No line is longer than 998 octets",
    "from": "One From, at the sending domain",
    "envelope": "The envelope sender is aligned with From",
    "date": "Date is right, and so is this machine's clock",
    "message-id": "Message-ID is there, on the sending domain",
    "headers-once": "Every required header stands once, and none is somebody else's",
    "header-controls": "No control character is in a header",
    "recipients": "To names one recipient, and no other header any",
    "reply-to": "Answers reach the sender: not the reader, nor the address that takes people off",
    "list-unsubscribe": "List-Unsubscribe holds an https link and a mail address, unencoded",
    "one-click": "List-Unsubscribe-Post is exact (RFC 8058)",
    "unsubscribe-works": "One click unsubscribes, without login or redirect",
    "token": "Each unsubscribe link holds this recipient's token",
    "dkim-covers": "The DKIM signature covers what it must",
    "dkim-verifies": "The DKIM signature holds",
    "verp": "The envelope sender leads back to its delivery",
    "list-id": "List-Id has its form",
    "feedback-id": "Feedback-ID has its form",
    "auto-submitted": "Auto-Submitted and Precedence keep vacation replies away",
    "alternative": "Two parts, text first",
    "encoding": "Valid UTF-8, and no broken character in our own words",
}
_CONTENT = {
    "text-complete": "Both parts say the same, and what the issue says",
    "stories-whole": "No story stands twice or is a headline alone",
    "issue-date": "The date above the stories is the issue's",
    "text-markup": "The text part holds no markup",
    "text-width": "The text part is wrapped",
    "size": "Gmail shows the mail whole",
    "subject": "The subject is short, calm and new",
    "preheader": "The preheader adds to the subject",
    "leftovers": "Our own words hold no leftover of a template or a draft",
    "links-https": "Every link is an absolute https address",
    "shorteners": "No link goes through a shortener",
    "tracking": "No link tracks a reader",
    "link-text": "Words that look like an address are that address",
    "links-answer": "The pages that are linked are there",
    "link-text-generic": "Every link says what it opens",
    "footer": "Who, why, postal address, unsubscribe and web version",
    "html-valid": "The HTML is valid",
    "forbidden": "No script, form, frame or outside style sheet",
    "hidden": "No words are hidden but the preheader",
    "images": "Pictures have alt, width, height and an address",
    "outside-request": "Nothing is loaded when the mail is opened",
    "client-support": "Gmail, Outlook and Yahoo show what the mail needs",
    "style-size": "The style sheet is under 16 KB",
    "font-size": "No text is under 14 px",
    "zoom": "Readers can zoom",
    "language": "Language, direction and title are set",
    "roles": "Layout tables are read aloud as text",
    "headings": "One h1, no level left out",
    "contrast": "Contrast of 4.5 to 1 in light, dark and forced dark",
    "overflow": "Nothing overflows at 320, 375, 600 and 1280 px",
    "spamassassin": "SpamAssassin gives less than 2 points",
    "rspamd": "rspamd gives less than 4 points",
    "template": "Every template renders on hard content",
    "template-content": "Every template shows what a mail must show",
    "theme-contrast": "The theme's colours can be read",
}
_SENDER = {
    "dkim-key": "The DKIM key is long enough and stands in DNS",
    "spf": "SPF lets the relay send, in ten look-ups",
    "dmarc": "DMARC is published, and From is aligned",
    "mx": "Replies and bounces can come back",
    "ptr": "The sending address has a name that leads back",
    "trial": "Mail goes to a relay only with public address, From and postal address set",
    "relay": "The relay answers, with TLS and login as set",
    "bounce-mailbox": "The mailbox of bounces can be read",
}
_LEDGER = {
    "audience": "There are recipients, none twice, none suppressed",
    "sent": "The issue has not been sent",
    "released": "The issue is not held, and approved where that is asked",
    "fresh": "Sources were read and the news is new",
    "stories": "There is something to tell, and no more than set",
    "citations": "Every highlight is sound and leads to the sentence it came from",
    "repeated": "No story stands twice or comes again within seven issues",
}
CATALOGUE = _MESSAGE | _CONTENT | _SENDER | _LEDGER
STORY_CHECKS = frozenset(  # of a sentence, a story, a source's link or headline: they warn at most
    {"citations", "repeated", "stories-whole", "shorteners", "links-answer", "preheader"}
)
TEMPLATE_CHECKS = frozenset({"template", "template-content", "theme-contrast", "text-width"})
FILTER_CHECKS = frozenset({"spamassassin", "rspamd"})
LEDGER_CHECKS = frozenset(_LEDGER)
_OUTER = FILTER_CHECKS | {"verp", "dkim-verifies", "unsubscribe-works", "links-answer"}
MAIL_CHECKS = (frozenset(_MESSAGE) | frozenset(_CONTENT)) - TEMPLATE_CHECKS - _OUTER
DNS_CHECKS = frozenset({"dkim-key", "spf", "dmarc", "mx", "ptr"})
