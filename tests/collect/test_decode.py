from __future__ import annotations

import codecs
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.collect.decode import decode_bytes

LONG = "Baogang’s output – “up 5%” – in Baotou. " * 20


def test_valid_utf8_beats_what_is_declared() -> None:
    body = "<meta charset=iso-8859-1><p>Norra Kärr – 稀土</p>".encode()
    assert decode_bytes(body, content_type="text/html; charset=gb2312") == body.decode()


@pytest.mark.parametrize(
    ("bom", "encoding"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
    ],
)
def test_a_byte_order_mark_beats_all(bom: bytes, encoding: str) -> None:
    body = bom + "稀土 NdPr".encode(encoding)
    assert decode_bytes(body, content_type="text/xml; charset=utf-8") == "稀土 NdPr"


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_wide_text_needs_no_mark(encoding: str) -> None:
    text = '<?xml version="1.0" encoding="utf-16"?><rss>Ä</rss>'
    assert decode_bytes(text.encode(encoding)) == text


def test_a_few_bad_bytes_do_not_make_another_alphabet() -> None:
    body = LONG.encode().replace(b"5%", b"5\x92s \xe2\x80 %", 1)
    assert decode_bytes(body) == LONG.replace("5%", "5’s � %", 1)


def test_one_stray_byte_in_ascii_declared_as_utf8_stays_one() -> None:
    body = b"<meta charset=utf-8>" + b"plain words " * 200 + b"it\x92s"
    assert decode_bytes(body).endswith("it’s")


@pytest.mark.parametrize(
    ("text", "meant", "content_type"),
    [
        ("Größe", "cp1252", "text/html; charset=ISO-8859-1"),
        ("“quoted”", "cp1252", 'text/html; charset="us-ascii"'),
        ("<?xml version='1.0' encoding='gb2312'?>稀土镕", "gb18030", None),
        ('<meta charset="windows-1251">Руда', "cp1251", "text/html"),
        ('<meta http-equiv="Content-Type" content="text/html; charset=shift_jis">希土類①', "cp932", None),
        ("稀土", "big5hkscs", "text/html;charset=Big5"),
        ("กกก", "cp874", "text/plain; charset=tis-620"),
    ],
)
def test_a_declared_charset_is_read_as_the_web_reads_it(
    text: str, meant: str, content_type: str | None
) -> None:
    assert decode_bytes(text.encode(meant), content_type=content_type) == text


def test_a_declaration_that_cannot_be_true_is_not_believed() -> None:
    russian = "Редкоземельные металлы подорожали на бирже в Шанхае, сообщает агентство. " * 3
    body = russian.encode("cp1251")
    assert decode_bytes(body, content_type="text/html; charset=utf-8") == russian
    assert decode_bytes(body, content_type="text/html; charset=nonsense") == russian
    assert decode_bytes(body, content_type="text/html; charset=utf-16") == russian


@pytest.mark.parametrize(
    "label", ["punycode", "idna", "base64", "rot13", "undefined", "unicode_escape", "utf-7", "zip"]
)
def test_codecs_that_are_no_charset_are_not_used(label: str) -> None:
    assert "ä" in decode_bytes("ä".encode("cp1252") + b" plain text", content_type=f"x; charset={label}")


def test_seven_bit_japanese_is_read_where_declared() -> None:
    body = "希土類".encode("iso2022_jp")
    assert decode_bytes(body, content_type="text/html; charset=iso-2022-jp") == "希土類"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Où est la capitale des États-Unis ?", "cp1252"),
        ("Die Förderung stieg um fünf Prozent, hieß es.", "cp1252"),
        ("“The mine,” it said — and that’s all.", "cp1252"),
        ("希土類磁石の輸出規制について、経済産業省は発表した。", "cp932"),
        ("希土類磁石の輸出規制について、経済産業省は発表した。", "euc_jp"),
        ("包钢集团宣布稀土价格上调，市场反应积极，分析师表示看好后市发展。", "gb18030"),
        ("Цены на редкоземельные металлы выросли в январе.", "cp1251"),
        ("Tavaly a bányászat növekedett, közölte a minisztérium.", "cp1252"),
    ],
)
def test_undeclared_legacy_text_is_guessed(text: str, encoding: str) -> None:
    assert decode_bytes(text.encode(encoding)) == text


@given(st.binary(max_size=300), st.one_of(st.none(), st.text(max_size=40), st.just("text/html; charset=hz")))
def test_any_bytes_decode_to_text_that_can_be_stored(body: bytes, content_type: str | None) -> None:
    decode_bytes(body, content_type=content_type).encode("utf-8")


@given(st.text())
def test_utf8_comes_back_as_it_was(text: str) -> None:
    whole = text.encode("utf-8", "replace").decode()
    assert decode_bytes(whole.encode()).lstrip("\ufeff") == whole.lstrip("\ufeff") or "\0" in whole


@pytest.mark.parametrize(
    "body", [b"\xff" * 3_000_000, b"<meta " * 500_000 + b"\xe9", b"\x00\xff" * 1_000_000]
)
def test_no_large_body_takes_long(body: bytes) -> None:
    started = time.process_time()
    decode_bytes(body)
    assert time.process_time() - started < 5
