"""Bytes to text by our own rule. Pure.

The order is: byte order mark, valid UTF-8, *nearly* valid UTF-8, the declared charset (HTTP header,
then XML declaration or HTML ``<meta>``), a guess. What a server declares comes third because it is
wrong more often than text is valid UTF-8 by accident: a legacy text of more than a few non-ASCII
bytes almost never is. One stray byte must not turn a whole page into another alphabet, which is
what feed and page libraries do with it; so nearly valid UTF-8 is mended byte by byte.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

from charset_normalizer import from_bytes

_BOMS = (  # longest first: UTF-32's begins with UTF-16's
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_HEAD = 4096  # bytes of a document in which a declaration is looked for
_SAMPLE = 64 * 1024  # bytes a guess is made from
_DECLARATIONS = (
    re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']?\s*([A-Za-z0-9._:-]{2,40})""", re.IGNORECASE),
    re.compile(rb"""<meta[^>]{0,400}?charset\s*=\s*["']?\s*([A-Za-z0-9._:-]{2,40})""", re.IGNORECASE),
)
_CHARSET = re.compile(r"""charset\s*=\s*["']?\s*([A-Za-z0-9._:-]{2,40})""", re.IGNORECASE)

# What labels mean on the web (WHATWG Encoding Standard, section 4.2): a superset of the name given.
_MEANT = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
}
_SEVEN_BIT = frozenset({"iso2022_jp", "iso2022_jp_1", "iso2022_jp_2", "iso2022_kr", "hz"})
_NOT_TEXT = frozenset(
    {"utf-7", "punycode", "idna", "unicode-escape", "raw-unicode-escape", "undefined", "mbcs"}
)
_GUESSABLE = (  # single-byte code pages of the languages we meet, and the Asian multi-byte ones
    *("cp1252", "cp1250", "cp1251", "koi8_r", "iso8859_2", "cp1253", "cp1254", "cp1255", "cp1256", "cp874"),
    *("gb18030", "big5", "cp932", "euc_jp", "cp949", "iso2022_jp"),
)
# A character of more than one byte (RFC 3629, section 4, without its finer exclusions), and what is left.
_SEQUENCE = re.compile(rb"[\xC2-\xDF][\x80-\xBF]|[\xE0-\xEF][\x80-\xBF]{2}|[\xF0-\xF4][\x80-\xBF]{3}")
# In windows-1252 these would be š, ž, or a symbol (¹ ³ ± ¶ ¼ ¾ ¿) inside a word: Central European text.
_NOT_WESTERN = re.compile(rb"[\x8A\x8E\x9A\x9E]|[A-Za-z][\xB1\xB3\xB6\xB9\xBC\xBE\xBF][a-z]")
_KANA = re.compile("[\u3041-\u30ff]")
_HALF_WIDTH = re.compile("[\uff61-\uff9f]")  # what single-byte alphabets look like when read as Shift_JIS
_MUCH = 0.3  # of what is no ASCII is kana: Japanese
_ZEROS = 0.7  # of the places that hold them in UTF-16 and UTF-32
_NEAR = 0.05  # of coherence: one sign of a currency weighs so much
_HIGH_RUN = re.compile(rb"[\x80-\xFF]+")


def decode_bytes(body: bytes, *, content_type: str | None = None) -> str:
    """Decode a document as served. Never raises; undecodable bytes become U+FFFD.

    ``content_type`` is the header's value. Line ends are left as they are.
    """
    for bom, encoding in _BOMS:
        if body.startswith(bom):
            return body[len(bom) :].decode(encoding, errors="replace").removeprefix("\ufeff")
    if wide := _wide_encoding(body):
        return body.decode(wide, errors="replace")
    declared = tuple(_declared(body, content_type))
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return _decode_legacy(body, declared)
    if declared and declared[0] in _SEVEN_BIT and (b"\x1b" in body or b"~{" in body):
        return _decode_legacy(body, declared)  # such text is pure ASCII, so valid UTF-8 proves nothing
    return text


def _decode_legacy(body: bytes, declared: tuple[str, ...]) -> str:
    if (mended := _mend_utf8(body, certain="utf-8" in declared)) is not None:
        return mended
    for encoding in (name for name in declared if name != "utf-8"):
        text = body.decode(encoding, errors="replace")
        if text.count("\ufffd") * 200 <= len(text):  # under half a percent is damage, more is a lie
            return text
    if guessed := _guess(body):
        return body.decode(guessed, errors="replace")
    return body.decode("cp1252", errors="replace")


def _declared(body: bytes, content_type: str | None) -> Iterator[str]:
    labels = [match[1] for match in _CHARSET.finditer(content_type or "")][:1]
    labels += [
        match[1].decode("ascii")
        for pattern in _DECLARATIONS
        if (match := pattern.search(body[:_HEAD])) is not None
    ]
    for label in labels:
        try:
            name = codecs.lookup(label).name
        except (LookupError, ValueError):
            continue
        name = _MEANT.get(name, name)
        if name.startswith(("utf-16", "utf-32", "utf_16", "utf_32")):
            continue  # it could be read in a declaration of ASCII bytes: so it is not true
        if name not in _NOT_TEXT and _is_text_codec(name):
            yield name


def _is_text_codec(name: str) -> bool:
    try:
        return isinstance(b"a".decode(name, errors="replace"), str)
    except (LookupError, ValueError, TypeError):
        return False


def _wide_encoding(body: bytes) -> str | None:
    """Recognize UTF-16 and UTF-32 without a byte order mark by the zeros of their ASCII characters."""
    head = body[:64].ljust(4)
    if b"\0" not in head:
        return None
    size = len(head) // 4 * 4
    zeros = "".join("0" if head[index:size:4].count(0) * 4 >= size * _ZEROS else "." for index in range(4))
    return {".000": "utf-32-le", "000.": "utf-32-be", ".0.0": "utf-16-le", "0.0.": "utf-16-be"}.get(zeros)


def _mend_utf8(body: bytes, *, certain: bool) -> str | None:
    """Decode UTF-8 with a few bad bytes, or return None where it is not UTF-8.

    ``certain``: it is declared as UTF-8, so bad bytes need less evidence against them.
    """
    good = len(_SEQUENCE.findall(body))
    bad = len(_HIGH_RUN.findall(_SEQUENCE.sub(b" ", body)))
    if bad == 0:
        return None  # text of seven bits
    if good < bad * (1 if certain else 4) and not (certain and bad * 1000 <= len(body)):
        return None
    return body.decode("utf-8", errors="newsletter-mend")


def _mend_bad_byte(error: UnicodeError) -> tuple[str, int]:
    """Read one stray byte as windows-1252, the usual stray; a torn sequence becomes U+FFFD."""
    assert isinstance(error, UnicodeDecodeError)
    stray = error.object[error.start : error.end]
    return (stray.decode("cp1252", errors="replace") if len(stray) == 1 else "\ufffd"), error.end


codecs.register_error("newsletter-mend", _mend_bad_byte)


def _guess(body: bytes) -> str | None:
    """Return the likeliest legacy encoding of a text that declares none, or None."""
    sample = body[:_SAMPLE]
    for japanese in ("cp932", "euc_jp"):
        if _kana_share(sample, _KANA, japanese) > _MUCH:
            return japanese  # read as anything else, Japanese gives no kana
    matches = [
        match
        for match in from_bytes(sample, cp_isolation=list(_GUESSABLE), enable_fallback=False)
        if match.encoding != "cp932" or _kana_share(sample, _HALF_WIDTH, "cp932") < _MUCH
    ]
    if not matches:
        return None
    best = matches[0]
    western = next((match for match in matches if match.encoding == "cp1252"), best)
    as_likely = western.chaos <= best.chaos and western.coherence >= best.coherence - _NEAR
    if as_likely and not _NOT_WESTERN.search(sample):
        return western.encoding  # by far the most common of all
    return best.encoding


def _kana_share(sample: bytes, kana: re.Pattern[str], encoding: str) -> float:
    """Return which share of the text beyond ASCII would be such kana in a Japanese encoding."""
    text = sample.decode(encoding, errors="replace")
    beyond = sum(not char.isascii() for char in text)
    if text.count("\ufffd") * 50 > beyond:
        return 0.0  # it is another encoding
    return len(kana.findall(text)) / beyond if beyond else 0.0
