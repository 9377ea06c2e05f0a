"""``/hooks/bounces/PROVIDER``, with signatures that are made here as the providers make them."""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

from newsletter.store.bounces import list_bounces
from newsletter.store.suppressions import count_suppressions
from newsletter.subscribers import consent
from newsletter.web import hooks
from newsletter.web.hook_signatures import is_certificate_url, is_of_amazon
from tests.delivery.test_provider_notices import mailgun, postmark, ses, ses_bounce
from tests.support.subscriber_factories import NOW, add_active, make_address
from tests.support.web_factories import Site

TOPIC = "arn:aws:sns:eu-west-1:123456789012:bounces"
CERTIFICATE_URL = "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0123abcd.pem"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
SECRETS = {"ses_topic": TOPIC, "postmark_login": "postmark:open sesame", "mailgun_key": "key-0123"}
DEAD = ses_bounce("Permanent", "General", "smtp; 550 5.1.1 user unknown", "5.1.1")


def make_certificate(now: datetime = NOW) -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(KEY.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
        .sign(KEY, hashes.SHA256())
    )
    return made.public_bytes(serialization.Encoding.PEM)


def sign_sns(document: dict[str, Any], version: str = "2", **changes: Any) -> dict[str, Any]:
    message = {
        "Type": "Notification",
        "MessageId": "22b80b92",
        "TopicArn": TOPIC,
        "Message": json.dumps(document),
        "Timestamp": NOW.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "SignatureVersion": version,
        "SigningCertURL": CERTIFICATE_URL,
        **changes,
    }
    kind = message["Type"]
    names = ["Message", "MessageId", "Subject", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"]
    if kind == "Notification":
        names = [name for name in names if name not in {"SubscribeURL", "Token"}]
    text = "".join(f"{name}\n{message[name]}\n" for name in names if name in message)
    algorithm = hashes.SHA256() if version == "2" else hashes.SHA1()
    signature = KEY.sign(text.encode(), padding.PKCS1v15(), algorithm)
    return {**message, "Signature": base64.b64encode(signature).decode()}


def sign_mailgun(document: dict[str, Any], moment: datetime = NOW, token: str = "t" * 50) -> dict[str, Any]:
    stamp = str(int(moment.timestamp()))
    signature = hmac.new(b"key-0123", f"{stamp}{token}".encode(), sha256).hexdigest()
    return {**document, "signature": {"timestamp": stamp, "token": token, "signature": signature}}


@pytest.fixture
def fetched() -> list[str]:
    return []


@pytest.fixture
def site(build: Callable[..., Site], fetched: list[str], monkeypatch: pytest.MonkeyPatch) -> Site:
    """A site with all three on. Nobody can be Amazon here: what would be fetched from it is given."""

    async def fetch(_: object, url: str) -> bytes:
        fetched.append(url)
        return make_certificate()

    monkeypatch.setattr(hooks._Hooks, "_fetch_from_amazon", fetch)
    site = build(bounces=SECRETS)
    add_active(site.register, "reader@example.net")
    return site


def post(site: Site, provider: str, document: Any, **options: Any) -> int:
    return site.client.post(f"/hooks/bounces/{provider}", content=json.dumps(document), **options).status_code


def is_suppressed(site: Site) -> bool:
    return bool(count_suppressions(site.register.store))


def test_they_are_off_until_configured(build: Callable[..., Site]) -> None:
    site = build()
    for provider in ("ses", "postmark", "mailgun", "other"):
        assert post(site, provider, sign_sns(DEAD)) == 404
        assert post(site, provider, {}, auth=("", "")) == 404


@pytest.mark.parametrize("version", ["1", "2"])
def test_a_notice_that_amazon_signed_is_taken_once(site: Site, fetched: list[str], version: str) -> None:
    message = sign_sns(DEAD, version)
    assert post(site, "ses", message) == 200
    assert count_suppressions(site.register.store) == {"dead address": 1}
    assert post(site, "ses", message) == 200  # sent again: counted once
    assert post(site, "ses", sign_sns(DEAD, MessageId="other")) == 200
    assert len(list_bounces(site.register.store)) == 2
    assert fetched == [CERTIFICATE_URL]  # kept


@pytest.mark.parametrize(
    "changes",
    [
        {"TopicArn": "arn:aws:sns:eu-west-1:666:bounces"},
        {
            "SigningCertURL": "https://sns.eu-west-1.amazonaws.com.evil.example/SimpleNotificationService-0.pem"
        },
        {"SigningCertURL": CERTIFICATE_URL.replace("https", "http")},
        {"Timestamp": (NOW - timedelta(hours=25)).isoformat()},
        {"Timestamp": (NOW + timedelta(hours=1)).isoformat()},
        {"Timestamp": "yesterday"},
        {"Type": "UnsubscribeConfirmation"},
        {"SignatureVersion": "3"},
    ],
)
def test_what_is_of_another_topic_host_or_time_is_refused(site: Site, changes: dict[str, str]) -> None:
    assert post(site, "ses", sign_sns(DEAD, **changes)) == 403
    assert not list_bounces(site.register.store)


@pytest.mark.parametrize("field", ["Message", "MessageId", "Timestamp", "Signature"])
def test_a_changed_field_is_refused(site: Site, field: str) -> None:
    message = sign_sns(DEAD)
    other = sign_sns(ses("Delivery"), MessageId="x", Timestamp=(NOW - timedelta(hours=1)).isoformat())
    assert post(site, "ses", {**message, field: other[field]}) == 403
    assert post(site, "ses", {**message, "Signature": "no base64!"}) == 403
    assert not list_bounces(site.register.store)


def test_a_certificate_that_has_run_out_is_refused(site: Site) -> None:
    site.pass_time(days=3)
    fresh = site.times[0].strftime("%Y-%m-%dT%H:%M:%SZ")
    assert post(site, "ses", sign_sns(DEAD, Timestamp=fresh)) == 403


def test_a_subscription_is_confirmed_at_amazons_own_host_only(site: Site, fetched: list[str]) -> None:
    url = "https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&Token=1"
    asked = {"Type": "SubscriptionConfirmation", "Token": "1", "SubscribeURL": url}
    assert post(site, "ses", sign_sns({}, **asked)) == 200
    assert fetched == [CERTIFICATE_URL, url]
    assert post(site, "ses", sign_sns({}, **{**asked, "SubscribeURL": "https://evil.example/"})) == 403
    assert post(site, "ses", sign_sns({}, **{**asked, "TopicArn": "arn:aws:sns:eu-west-1:666:x"})) == 403
    assert fetched == [CERTIFICATE_URL, url]


@pytest.mark.parametrize(
    "url",
    [
        "https://sns.us-east-1.amazonaws.com@evil.example/SimpleNotificationService-1.pem",
        "https://evil.example/sns.us-east-1.amazonaws.com/SimpleNotificationService-1.pem",
        "https://sns.us-east-1.amazonaws.com:444/SimpleNotificationService-1.pem",
        "https://snsxus-east-1.amazonaws.com/SimpleNotificationService-1.pem",
        "https://bucket.s3.amazonaws.com/SimpleNotificationService-1.pem",
        "https://sns.us-east-1.amazonaws.com/../SimpleNotificationService-1.pem",
        "https://sns.us-east-1.amazonaws.com/other.pem",
        "https://[",
        "",
    ],
)
def test_no_other_address_is_amazons(url: str) -> None:
    assert not is_certificate_url(url)


def test_amazons_hosts_in_all_regions_are_known() -> None:
    for region in ("us-east-1", "eu-central-2", "us-gov-west-1", "ap-southeast-4"):
        assert is_of_amazon(f"https://sns.{region}.amazonaws.com/")
    assert is_of_amazon("https://sns.cn-north-1.amazonaws.com.cn/")


def test_postmark_comes_with_its_login(site: Site) -> None:
    document = postmark("Bounce", "HardBounce", "smtp;550 5.1.1 user unknown")
    assert post(site, "postmark", document) == 401
    assert post(site, "postmark", document, auth=("postmark", "wrong")) == 401
    assert not is_suppressed(site)
    assert post(site, "postmark", document, auth=("postmark", "open sesame")) == 200
    assert post(site, "postmark", document, auth=("postmark", "open sesame")) == 200
    assert (is_suppressed(site), len(list_bounces(site.register.store))) == (True, 1)


def test_mailgun_signs_with_its_key(site: Site) -> None:
    document = mailgun("failed", "permanent", "bounce", 550, "5.1.1 No such user")
    assert post(site, "mailgun", document) == 403
    assert post(site, "mailgun", sign_mailgun(document, NOW - timedelta(hours=25))) == 403
    forged = sign_mailgun(document)
    forged["signature"]["token"] = "other"
    assert post(site, "mailgun", forged) == 403
    assert not is_suppressed(site)
    assert post(site, "mailgun", sign_mailgun(document)) == 200
    # Caught on its way, its words changed: the signature is of the token alone, and a token counts once.
    add_active(site.register, "other@example.net")
    changed = mailgun("complained")
    changed["event-data"]["recipient"] = "other@example.net"
    assert post(site, "mailgun", sign_mailgun(changed)) == 200
    assert count_suppressions(site.register.store) == {"dead address": 1}
    assert post(site, "mailgun", sign_mailgun(mailgun("delivered"), token="u" * 50)) == 200
    assert post(site, "mailgun", sign_mailgun(changed, token="u" * 50)) == 200
    assert count_suppressions(site.register.store) == {"dead address": 1}
    assert post(site, "mailgun", sign_mailgun(changed, token="v" * 50)) == 200
    assert count_suppressions(site.register.store) == {"dead address": 1, "complaint": 1}


def test_a_delivery_does_nothing_and_a_complaint_suppresses(site: Site) -> None:
    assert post(site, "ses", sign_sns(ses("Delivery"))) == 200
    assert not list_bounces(site.register.store)
    complaint = ses("Complaint", complaint={"complainedRecipients": [{"emailAddress": "reader@example.net"}]})
    assert post(site, "ses", sign_sns(complaint, MessageId="2")) == 200
    assert count_suppressions(site.register.store) == {"complaint": 1}


def test_half_a_surrogate_pair_is_no_fault_of_ours(site: Site) -> None:
    document = postmark("Bounce", "HardBounce", "smtp;550 5.1.1 user unknown \ud800")
    document["Email"] = "\ud800@example.net"
    assert post(site, "postmark", document, auth=("postmark", "open sesame")) == 200
    assert not is_suppressed(site)


def test_what_is_no_document_is_refused(site: Site) -> None:
    for body in ("", "[]", "[" * 60_000, '"x"', "\x00"):
        assert site.client.post("/hooks/bounces/ses", content=body).status_code == 403
    assert post(site, "ses", sign_sns({"hello": 1})) == 422
    found, _ = consent.look_up(site.register, make_address("reader@example.net"))
    assert found is not None
