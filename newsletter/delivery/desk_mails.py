"""The mails to editors: signing in, the morning mail, its reminder. I/O (database).

Each is written when it leaves, from what the ledger says it is about: no link stands in the database.
"""

from __future__ import annotations

from newsletter.config import Settings
from newsletter.delivery.reader_letters import write_reader_letter
from newsletter.model import DeskMail, IssueKey, RenderedNotice, SubscriberId
from newsletter.render.editor_mail import Brief, EditorLinks, render_editor_mail
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
    """Return what a mail to an editor says. Raises TemplateError, and ValueError for a row that is none."""
    if claim.ref is None or claim.created is None:
        raise ValueError("the notice says not what it is about")
    if (letter := write_reader_letter(settings, keys, claim)) is not None:
        return render_letter(letter, settings.newsletter, templates)
    if claim.notice is DeskMail.SIGN_IN:
        return _write_sign_in(settings, keys, templates, claim)
    return _write_morning(store, settings, keys, templates, claim)


def _write_sign_in(settings: Settings, keys: Keys, templates: Templates, claim: Claim) -> RenderedNotice:
    assert claim.created is not None
    token = sign(keys, Purpose.SIGN_IN, SubscriberId(int(claim.ref or 0)), now=claim.created)
    over = (claim.created + LINK_LIFETIME).astimezone(settings.newsletter.zone)
    letter = Letter(
        subject=f"Sign in to {settings.newsletter.name}",
        lead="One press, and you are at the desk.",
        paragraphs=(
            f"The link works once, until {over:%H:%M %Z}.",
            "You did not ask for it? Then do nothing: without this mail nobody gets in.",
        ),
        buttons=((f"{settings.desk_url}/sign-in/{token}", "Open the desk"),),
    )
    return render_letter(letter, settings.newsletter, templates)


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
        EditorLinks(approve=link("approve"), hold=link("hold"), desk=f"{base}/?day={key}"),
        settings.newsletter,
        templates,
        who=who,
        is_reminder=claim.notice is DeskMail.REMINDER,
    )
