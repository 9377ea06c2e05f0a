from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.subscribers.addresses import Address, AddressFault, clean_name, parse_address
from tests.support.subscriber_factories import make_address


@pytest.mark.parametrize(
    ("text", "mailed", "key"),
    [
        ("reader@example.org", "reader@example.org", "reader@example.org"),
        ("  reader@example.org\n", "reader@example.org", "reader@example.org"),
        ("Jane.Doe@EXAMPLE.org", "Jane.Doe@example.org", "jane.doe@example.org"),
        ("jane+ree@example.org", "jane+ree@example.org", "jane+ree@example.org"),
        ("o'hara@example.org", "o'hara@example.org", "o'hara@example.org"),
        ("info@bücher.example", "info@xn--bcher-kva.example", "info@xn--bcher-kva.example"),
        ("info@例え.jp", "info@xn--r8jz45g.jp", "info@xn--r8jz45g.jp"),
    ],
)
def test_a_good_address_has_one_form_and_one_key(text: str, mailed: str, key: str) -> None:
    address = make_address(text)
    assert (address.text, address.key) == (mailed, key)


def test_an_internationalized_domain_is_shown_in_its_own_letters() -> None:
    assert make_address("info@xn--bcher-kva.example").shown == "info@bücher.example"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no address"),
        ("   ", "no address"),
        ("reader", "no @"),
        ("rea der@example.org", "a space"),
        ("reader@example.org\nBcc: other@example.org", "one line"),
        ("reader@example.org\r\nX: y", "one line"),
        ("reader\x00@example.org", "invisible"),
        ("rea\u200bder@example.org", "invisible"),
        ("jörg@example.org", "plain Latin letters"),
        ("读者@example.org", "plain Latin letters"),
        ("a@b@example.org", "@"),
        ("@example.org", "before the @"),
        ("reader@", "after the @"),
        ("reader@localhost", "period"),
        ("reader@example..org", "period"),
        ("Jane <jane@example.org>", "space"),
        ("a" * 65 + "@example.org", "too long"),
        ("a@" + "b." * 130 + "org", "too many"),
    ],
)
def test_a_bad_address_is_refused_in_clear_words(text: str, words: str) -> None:
    fault = parse_address(text)
    assert isinstance(fault, AddressFault)
    assert words in fault.reason


def test_the_operator_may_mail_his_own_machine() -> None:
    assert isinstance(parse_address("reader@localhost"), AddressFault)
    assert isinstance(parse_address("reader@inbox.test"), AddressFault)
    assert isinstance(parse_address("reader@localhost", any_domain=True), Address)
    assert isinstance(parse_address("reader@inbox.test", any_domain=True), Address)


@given(st.text(max_size=80))
def test_whatever_is_typed_becomes_a_safe_address_or_a_reason(text: str) -> None:
    found = parse_address(text)
    if isinstance(found, AddressFault):
        assert found.reason
    else:
        assert found.text.isascii()
        assert found.text.isprintable()
        assert " " not in found.text
        assert parse_address(found.text) == found, "parsing is idempotent"


@given(st.from_regex(r"[A-Za-z0-9+._'-]{1,20}@[A-Za-z0-9-]{1,20}\.(org|de|jp)", fullmatch=True))
def test_case_never_makes_two_people_of_one(text: str) -> None:
    found = parse_address(text)
    if isinstance(found, Address):
        again = parse_address(text.swapcase())
        assert isinstance(again, Address)
        assert again.key == found.key


def test_a_name_is_one_printable_line() -> None:
    assert clean_name(" Jane\r\nBcc: x@y.z\x00 Doe ") == "Jane Bcc: x@y.z Doe"
    assert clean_name("  \n ") is None
    assert clean_name(None) is None
    assert len(clean_name("n" * 500) or "") == 120
