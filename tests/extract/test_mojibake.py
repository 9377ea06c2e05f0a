"""Broken encodings are mended, healthy text is left alone, and every repair is on record."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.extract.mojibake import repair_text
from tests.support.factories import SEED

SHIPPED = SEED.read_text(encoding="utf-8")
HEALTHY_WORDS = [
    "China’s", "“rare earths”", "2026–2030", "—", "•", "นายก", "รถ", "แบบ", "ภาษาไทย", "鈥", "稀土永磁", "レアアース",
    "희토류", "Норникель", "Её", "ελληνικά", "naïve", "Kvanefjeld", "Norra Kärr", "São Paulo", "½", "€5", "№ 7",
    "עברית",
]  # fmt: skip


def misread(text: str, codec: str) -> str:
    """UTF-8 bytes shown in another encoding, undefined bytes as windows-1252 and 9D dropped."""
    shown = []
    for byte in text.encode("utf-8"):
        raw = bytes([byte])
        shown.append(raw.decode(codec, "ignore") or raw.decode("cp1252", "ignore"))
    return "".join(shown)


def test_the_seeds_quotes_dashes_and_sign_are_mended_and_its_bullets_kept() -> None:
    mended = repair_text(SHIPPED)
    assert len(mended.repairs) == 19
    assert "China’s 14th Five-Year Plan" in mended.text
    assert "mine—the world’s largest rare earth deposit—has" in mended.text
    assert "(2026–2030)" in mended.text
    assert "“White House Put”" in mended.text
    assert "\n©!-- /wp:paragraph -->" in mended.text
    assert mended.text.count("•") == SHIPPED.count("•") == 8
    assert "โ" not in mended.text


def test_repairs_put_into_the_damaged_text_give_the_mended_text() -> None:
    mended = repair_text(SHIPPED)
    rebuilt, last = [], 0
    for repair in mended.repairs:
        assert SHIPPED[repair.start : repair.start + len(repair.before)] == repair.before
        rebuilt += [SHIPPED[last : repair.start], repair.after]
        last = repair.start + len(repair.before)
    assert "".join(rebuilt) + SHIPPED[last:] == mended.text


@pytest.mark.parametrize(
    ("damaged", "meant"),
    [
        ("Baogangโ€™s claim โ€” โ€œlargely clarifiedโ€", "Baogang’s claim — “largely clarified”"),
        ("nicht nur wรผnschenswert", "nicht nur wünschenswert"),
        ("â€œI’m on trackâ€ he said, itâ€™s", "“I’m on track” he said, it’s"),
        ("polgГЎr Г©s az", "polgár és az"),
        ("ΓÇ£Star Wars,ΓÇ¥ itΓÇÖs", "“Star Wars,” it’s"),
        ("people who donÃ¢â‚¬â„¢t", "people who don’t"),
        ("The state&#226;&#8364;&#8482;s new slogan", "The state’s new slogan"),
        ("don鈥檛 own a console", "don’t own a console"),
        ("one table鈥攖he left table鈥攁s the", "one table—the left table—as the"),
        ("He窶冱 not the only one who isn窶冲", "He’s not the only one who isn’t"),
        ("Selvkj첩rende biler p책 produsentene", "Selvkjørende biler på produsentene"),
        ("mixed “healthy” and itâ€™s • broken", "mixed “healthy” and it’s • broken"),
    ],
)
def test_damage_of_many_kinds_is_mended(damaged: str, meant: str) -> None:
    assert repair_text(damaged).text == meant


@pytest.mark.parametrize("codec", ["cp874", "cp1251", "cp1252", "cp1250", "cp437"])
def test_a_sentence_read_in_the_wrong_encoding_comes_back(codec: str) -> None:
    meant = "Neo’s “magnet” plant – Estonia’s first — opened"
    assert repair_text(misread(meant, codec)).text == meant


@pytest.mark.parametrize(
    "healthy",
    [
        "นายกรัฐมนตรีกล่าวว่า “รถยนต์ไฟฟ้า” จะใช้แม่เหล็กถาวร",
        "The Thai word รถ means car, and แบบ means model.",
        "鈥是一種化學元素，符號為Ho。",
        "Holmium (鈥) is a rare earth element named after Stockholm.",
        "Zhengzhou (郑州) and Baotou (包头) in Inner Mongolia (内蒙古)",
        "Its symbol is Ho; 鈥 in Chinese.",
        "Её цена выросла на 5 % — «Норникель»",
        "CAFÉ” he wrote; «CAF&Eacute;&raquo;",
        "R&D, AT&amp;T and &lt;b&gt; stay as they are",
        "├┤a┼┐a┼┐",
        "“curly” ‘quotes’ and ﬁ ligatures, ｆｕｌｌ ｗｉｄｔｈ",
        "a\r\nb\u2028c\x0cd\u200b",
    ],
)
def test_healthy_text_is_not_touched(healthy: str) -> None:
    mended = repair_text(healthy)
    assert mended.text == healthy
    assert mended.repairs == ()


@given(st.lists(st.sampled_from([*HEALTHY_WORDS, "the", "price", "of", "NdPr", "rose."]), max_size=30))
def test_healthy_words_in_any_order_are_not_touched(words: list[str]) -> None:
    text = " ".join(words)
    assert repair_text(text).text == text


@given(
    st.lists(
        st.sampled_from(HEALTHY_WORDS + [misread(word, "cp874") for word in HEALTHY_WORDS]), max_size=12
    ),
    st.sampled_from(["", " ", "\n"]),
)
def test_repairing_twice_is_repairing_once(words: list[str], between: str) -> None:
    once = repair_text(between.join(words)).text
    assert repair_text(once).text == once


@given(st.text(alphabet=st.sampled_from(list("โ€™œย”ร“ร่Ãâ€œ\x9d\x80鈥檛窶ﾃ｡ГЎ вЂ&#226;;aZ \n"))))
def test_any_mixture_of_broken_characters_has_a_fixed_point(text: str) -> None:
    mended = repair_text(text)
    assert repair_text(mended.text).text == mended.text
    assert mended.text.count("\n") == text.count("\n")


@given(st.text())
def test_no_text_makes_it_fail(text: str) -> None:
    assert repair_text(repair_text(text).text).repairs == ()
