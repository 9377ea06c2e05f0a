"""Message-IDs stay what they were: a copy of a message shows as one, whichever version sent it."""

from __future__ import annotations

from base64 import b32encode
from datetime import date
from hashlib import blake2b

from newsletter.store.ledger import make_message_id, message_name


def test_a_message_id_is_the_same_for_ever() -> None:
    made = make_message_id(date(2026, 1, 5), 7, 11, "news.example")
    assert made == "<20260105.gknaklfxwfwrafr24sq5cfak@news.example>"


def test_a_name_is_base32_of_a_digest_in_small_letters() -> None:
    for number in range(200):
        what = f"{number}\0x"
        digest = blake2b(what.encode(), digest_size=15, person=b"message-id").digest()
        assert message_name(what) == b32encode(digest).decode("ascii").lower()
