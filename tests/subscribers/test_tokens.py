from __future__ import annotations

import string
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.links import TOKEN_LENGTH
from newsletter.model import SubscriberId
from newsletter.subscribers.tokens import (
    MAX_SUBSCRIBER_ID,
    Keys,
    Purpose,
    TokenFault,
    address_hmac,
    open_token,
    sign,
)
from tests.support.subscriber_factories import KEYS, NOW, read_token

ids = st.integers(min_value=0, max_value=MAX_SUBSCRIBER_ID).map(SubscriberId)
purposes = st.sampled_from(Purpose)
times = st.datetimes(min_value=datetime(2026, 1, 1), max_value=datetime(2100, 1, 1), timezones=st.just(UTC))


@given(ids, purposes, times)
def test_a_token_is_forty_url_safe_characters_and_reads_back(
    subscriber: SubscriberId, purpose: Purpose, now: datetime
) -> None:
    token = sign(KEYS, purpose, subscriber, now=now)
    assert len(token) == TOKEN_LENGTH
    assert set(token) <= set(string.ascii_letters + string.digits + "-_")
    assert read_token(KEYS, token, purpose, now=now) == subscriber


@given(ids, purposes, purposes)
def test_a_token_opens_one_door_only(subscriber: SubscriberId, made: Purpose, used: Purpose) -> None:
    got = read_token(KEYS, sign(KEYS, made, subscriber, now=NOW), used, now=NOW)
    assert got == (subscriber if made is used else TokenFault.WRONG_PURPOSE)


@given(ids, purposes, st.integers(0, 239))
def test_no_flipped_bit_is_accepted(subscriber: SubscriberId, purpose: Purpose, bit: int) -> None:
    raw = bytearray(urlsafe_b64decode(sign(KEYS, purpose, subscriber, now=NOW)))
    raw[bit // 8] ^= 1 << bit % 8
    assert isinstance(read_token(KEYS, urlsafe_b64encode(raw).decode(), purpose, now=NOW), TokenFault)


@given(ids, st.integers(0, TOKEN_LENGTH - 1), st.text(max_size=3))
def test_truncated_and_stretched_tokens_are_malformed(subscriber: SubscriberId, cut: int, tail: str) -> None:
    token = sign(KEYS, Purpose.UNSUBSCRIBE, subscriber)
    assert read_token(KEYS, token[:cut], Purpose.UNSUBSCRIBE, now=NOW) is TokenFault.MALFORMED
    if tail:
        assert read_token(KEYS, token + tail, Purpose.UNSUBSCRIBE, now=NOW) is TokenFault.MALFORMED


@given(st.text(alphabet=string.ascii_letters + string.digits + "-_", min_size=40, max_size=40))
def test_a_guessed_token_is_refused(guess: str) -> None:
    assert isinstance(open_token(KEYS, guess), TokenFault)


@given(st.text(max_size=60))
def test_any_text_is_refused_without_an_error(text: str) -> None:
    assert isinstance(open_token(KEYS, text), TokenFault)


@given(ids, ids)
def test_a_signature_does_not_fit_another_subscriber(mine: SubscriberId, theirs: SubscriberId) -> None:
    one = urlsafe_b64decode(sign(KEYS, Purpose.UNSUBSCRIBE, mine))
    other = urlsafe_b64decode(sign(KEYS, Purpose.UNSUBSCRIBE, theirs))
    swapped = urlsafe_b64encode(one[:12] + other[12:]).decode()
    got = read_token(KEYS, swapped, Purpose.UNSUBSCRIBE, now=NOW)
    assert got == mine if mine == theirs else got is TokenFault.FORGED


def test_the_other_alphabet_of_base64_is_not_another_spelling_of_a_token() -> None:
    numbers = (SubscriberId(number) for number in range(1, 500))
    token = next(t for number in numbers if "-" in (t := sign(KEYS, Purpose.UNSUBSCRIBE, number)))
    assert open_token(KEYS, token.replace("-", "+")) is TokenFault.MALFORMED


def test_confirming_expires_after_seven_days_and_leaving_never() -> None:
    reader = SubscriberId(7)
    confirm = sign(KEYS, Purpose.CONFIRM, reader, now=NOW)
    leave = sign(KEYS, Purpose.UNSUBSCRIBE, reader)
    assert read_token(KEYS, confirm, Purpose.CONFIRM, now=NOW + timedelta(days=7)) == reader
    late = NOW + timedelta(days=7, seconds=1)
    assert read_token(KEYS, confirm, Purpose.CONFIRM, now=late) is TokenFault.EXPIRED
    assert read_token(KEYS, leave, Purpose.UNSUBSCRIBE, now=NOW + timedelta(days=36_500)) == reader


def test_leaving_has_the_same_token_in_every_mail() -> None:
    tokens = {sign(KEYS, Purpose.UNSUBSCRIBE, SubscriberId(7), now=NOW + timedelta(days=n)) for n in range(3)}
    assert len(tokens) == 1


def test_links_signed_before_a_rotation_still_work() -> None:
    before = Keys(signing={1: KEYS.signing[1]}, current=1, address=KEYS.address)
    token = sign(before, Purpose.UNSUBSCRIBE, SubscriberId(7))
    assert read_token(KEYS, token, Purpose.UNSUBSCRIBE, now=NOW) == 7
    assert token != sign(KEYS, Purpose.UNSUBSCRIBE, SubscriberId(7))


def test_a_key_that_is_gone_opens_nothing() -> None:
    without = Keys(signing={1: KEYS.signing[1]}, current=1, address=KEYS.address)
    token = sign(KEYS, Purpose.UNSUBSCRIBE, SubscriberId(7))
    assert read_token(without, token, Purpose.UNSUBSCRIBE, now=NOW) is TokenFault.FORGED


@pytest.mark.parametrize("subscriber", [-1, MAX_SUBSCRIBER_ID + 1])
def test_an_id_that_does_not_fit_is_an_error(subscriber: int) -> None:
    with pytest.raises(ValueError, match="does not fit"):
        sign(KEYS, Purpose.UNSUBSCRIBE, SubscriberId(subscriber))


def test_a_confirm_token_needs_its_time() -> None:
    with pytest.raises(ValueError, match="carries its time"):
        sign(KEYS, Purpose.CONFIRM, SubscriberId(1))


def test_secrets_do_not_show_in_a_repr() -> None:
    assert "111" not in repr(KEYS)
    assert "aaa" not in repr(KEYS)


def test_the_keyed_digest_depends_on_the_key_and_the_address() -> None:
    other = Keys(signing=KEYS.signing, current=1, address=b"b" * 32)
    digests = {address_hmac(KEYS, "a@x.org"), address_hmac(KEYS, "b@x.org"), address_hmac(other, "a@x.org")}
    assert len(digests) == 3
    assert all(len(digest) == 64 for digest in digests)
