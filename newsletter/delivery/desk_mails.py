"""The mails to an address of their own: an editor's, or one that a reader gives or had. I/O (database).

Each is written when it leaves, from what the ledger says it is about: no link stands in the database.
"""

from __future__ import annotations

from datetime import datetime

from newsletter import links
from newsletter.config import Settings
from newsletter.model import DeskMail, IssueKey, RenderedNotice, SubscriberId
from newsletter.render.editor_mail import Brief, render_editor_mail
from newsletter.render.letter import Letter, render_letter
from newsletter.render.templates import Templates
from newsletter.store.engine import Store
from newsletter.store.installation import read_fact
from newsletter.store.issues import load_issue
from newsletter.store.ledger import Claim
from newsletter.subscribers.tokens import LINK_LIFETIME, Keys, Purpose, sign, sign_act

ACTS = ("approve", "hold")


def brief_fact(key: IssueKey) -> str:
    """Return under which name the ledger keeps what an edition's editors should know."""
    return f"brief:{key.edition}"


ACT_PATH = "act/{act}/{edition}/{day}/{content}/{token}"  # of a link of the mail, below the desk's address


def act_path(act: str, key: IssueKey, content: str, token: str) -> str:
    """Return the path of one link."""
    return ACT_PATH.format(act=act, edition=key.edition, day=key.date, content=content, token=token)


def write_desk_mail(
    store: Store, settings: Settings, keys: Keys, templates: Templates, claim: Claim
) -> RenderedNotice:
    """Return what such a mail says. Raises TemplateError, and ValueError for a row that is none."""
    if claim.ref is None or claim.created is None:
        raise ValueError("the notice says not what it is about")
    if claim.notice in (DeskMail.MORNING, DeskMail.REMINDER):
        return _write_morning(store, settings, keys, templates, claim)
    letter = _write_letter(settings, keys, claim, claim.ref, claim.created)
    return render_letter(letter, settings.newsletter, templates)


def _write_letter(settings: Settings, keys: Keys, claim: Claim, ref: str, created: datetime) -> Letter:
    identity = settings.newsletter
    if claim.notice is DeskMail.SIGN_IN:
        token = sign(keys, Purpose.SIGN_IN, SubscriberId(int(ref)), now=created)
        over = (created + LINK_LIFETIME).astimezone(identity.zone)
        return Letter(
            subject=f"Sign in to {identity.name}",
            lead="One press, and you are at the desk.",
            paragraphs=(
                f"The link works once, until {over:%H:%M %Z}.",
                "You did not ask for it? Then do nothing: without this mail nobody gets in.",
            ),
            buttons=((f"{settings.desk_url}/sign-in/{token}", "Open the desk"),),
        )
    if claim.notice is DeskMail.NEW_ADDRESS:
        token = sign(keys, Purpose.NEW_ADDRESS, SubscriberId(claim.id), now=created)
        return Letter(
            subject=f"Your new address for {identity.name}",
            lead=f"One press, and {identity.name} comes to this address.",
            paragraphs=(
                f"The link works for {settings.web.confirm_days} days. Until you press it, everything stays as it is.",
                "It was not you? Then do nothing.",
            ),
            buttons=((links.new_address_url(identity.base_url, token), "Send it to this address"),),
            why=f"It came because a reader of {identity.name} gave this address as their new one.",
        )
    if claim.notice is DeskMail.OLD_ADDRESS:
        write_to = identity.reply_to or identity.from_address
        return Letter(
            subject=f"{identity.name} no longer comes to this address",
            lead="Your subscription moved to another address.",
            paragraphs=(
                "It was asked for by the link in one of our mails to you, and confirmed from the new address.",
                f"It was not you? Write to {write_to}, and we undo it.",
            ),
            why=f"It came because {identity.name} was sent here until now; this is the last mail.",
        )
    token = sign(keys, Purpose.OPEN_ARCHIVE, SubscriberId(int(ref.partition(":")[0])), now=created)
    return Letter(
        subject=f"Past issues of {identity.name}",
        lead="One press, and the past issues are open in this browser.",
        paragraphs=("The link works for an hour.", "You did not ask for it? Then do nothing."),
        buttons=((links.open_archive_url(identity.base_url, token), "Open the past issues"),),
        why=f"It came because {identity.name} is sent to this address, and somebody asked to read its past issues.",
    )


def _write_morning(
    store: Store, settings: Settings, keys: Keys, templates: Templates, claim: Claim
) -> RenderedNotice:
    key = IssueKey.parse(claim.ref or "")
    stored, known = load_issue(store, key), read_fact(store, brief_fact(key))
    if stored is None or known is None:
        raise ValueError(f"there is no issue of {key} to show to an editor")
    base, who = settings.desk_url, claim.address

    def link(act: str) -> str:
        token = sign_act(keys, act, f"{key}", stored.hash, who)
        return f"{base}/{act_path(act, key, stored.hash, token)}"

    return render_editor_mail(
        stored.rendered,
        Brief.load(known),
        {"approve": link("approve"), "hold": link("hold"), "desk": f"{base}/?day={key}"},
        settings.newsletter,
        templates,
        who=who,
        is_reminder=claim.notice is DeskMail.REMINDER,
    )
