"""Whether a webhook comes from the provider that it names: Amazon SNS, Mailgun, Postmark. Pure. cryptography's door.

Nothing is taken that is older than a day or from the future; within it a notice counts once (its provider's own id is
kept in the ledger), so that one that was caught on its way and sent again does nothing.
"""

from __future__ import annotations

import base64
import hmac
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

_OLDEST, _AHEAD = timedelta(hours=24), timedelta(minutes=5)
_SNS_HOST = re.compile(r"sns\.[a-z]{2}(?:-[a-z]+)+-\d\.amazonaws\.com(?:\.cn)?")
_SNS_CERTIFICATE = re.compile(r"/SimpleNotificationService-[0-9A-Za-z]+\.pem")
# https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message-verify-message-signature.html
_SIGNED = {
    "Notification": ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    "SubscriptionConfirmation": (
        "Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type",
    ),
}  # fmt: skip
_HASHES: Mapping[str, hashes.HashAlgorithm] = {
    "1": hashes.SHA1(),  # noqa: S303 - SNS's own choice
    "2": hashes.SHA256(),
}


def is_fresh(moment: datetime, now: datetime) -> bool:
    """Whether a notice is of the last day."""
    return -_AHEAD <= now - moment <= _OLDEST


def is_of_amazon(url: str) -> bool:
    """Whether an address is on Amazon SNS's own host, over TLS, with no other port, user or trick in it."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme == "https" and _SNS_HOST.fullmatch(parts.netloc) is not None


def is_certificate_url(url: str) -> bool:
    """Whether Amazon SNS keeps its certificates at an address of that form."""
    return is_of_amazon(url) and _SNS_CERTIFICATE.fullmatch(urlsplit(url).path) is not None


def is_signed_by_sns(message: Mapping[str, Any], certificate: bytes, now: datetime) -> bool:
    """Whether the key of ``certificate`` (PEM), valid now, signed the fields of a message."""
    fields = _SIGNED.get(str(message.get("Type")))
    algorithm = _HASHES.get(str(message.get("SignatureVersion")))
    if fields is None or algorithm is None:
        return False
    text = "".join(f"{name}\n{message[name]}\n" for name in fields if message.get(name) is not None)
    try:
        found = x509.load_pem_x509_certificate(certificate)
        signature = base64.b64decode(str(message.get("Signature")), validate=True)
        key = found.public_key()
        is_valid = found.not_valid_before_utc <= now <= found.not_valid_after_utc
        if not is_valid or not isinstance(key, rsa.RSAPublicKey):
            return False
        key.verify(signature, text.encode(), padding.PKCS1v15(), algorithm)
    except (ValueError, InvalidSignature):
        return False
    return True


def is_signed_by_mailgun(signature: Mapping[str, Any], key: str, now: datetime) -> bool:
    """Whether ``key`` signed a webhook of the last day.

    https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/securing-webhooks
    """
    moment, token, given = (str(signature.get(name, "")) for name in ("timestamp", "token", "signature"))
    expected = hmac.new(key.encode(), f"{moment}{token}".encode(), sha256).hexdigest()
    if not hmac.compare_digest(expected.encode(), given.encode("utf-8", "replace")):
        return False
    is_time = re.fullmatch(r"\d{1,11}", moment) is not None
    return is_time and is_fresh(datetime.fromtimestamp(int(moment), UTC), now)


def knows_login(header: str, login: str) -> bool:
    """Whether an ``Authorization`` field holds the ``user:password`` of basic auth (RFC 7617)."""
    expected = b"Basic " + base64.b64encode(login.encode())
    return hmac.compare_digest(header.encode("utf-8", "replace"), expected)
