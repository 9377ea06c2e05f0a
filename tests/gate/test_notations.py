"""A figure or a name in another usual notation is the same; the next one beside it is not."""

from __future__ import annotations

import pytest

from newsletter.gate import check_bullet

BEFORE, BEHIND = "Officials at Harlow Mining confirmed that", "on the same terms as before."


def is_passed(told: str, source: str) -> bool:
    cited = f"{BEFORE} {source} {BEHIND}"
    return check_bullet(
        f"{BEFORE} {told} {BEHIND}",
        headline="Harlow Mining reports on its year",
        publisher="Metal Wire",
        cited=[cited],
        source=f"{cited} It has mines elsewhere.",
    ).grounded


@pytest.mark.parametrize(
    ("source", "told", "wrong"),
    [
        ("the plant cost 250 million Norwegian kroner", "the plant cost NOK250m", "the plant cost NOK250bn"),
        ("it cost 24 million kronor", "it cost SEK 24m", "it cost CHF 24m"),
        ("it cost 480 million reais", "it cost R$480m", "it cost A$480m"),
        ("it cost 70 million Canadian dollars", "it cost C$70m", "it cost A$70m"),
        ("it cost 3.2 trillion won", "it cost ₩3.2tn", "it cost ¥3.2tn"),
        ("it cost 400 million rupees", "it cost Rs 400m", "it cost RM 400m"),
        ("it cost 500 million rand", "it cost R500m", "it cost R500bn"),
        ("it sold 40 billion cubic metres", "it sold 40 bcm", "it sold 40 mcm"),
        ("rates rose by 25 basis points", "rates rose by 25bp", "rates rose by 25%"),
        ("it used 300 megawatt hours", "it used 300 MWh", "it used 300 GWh"),
        ("it sold 30,000 ounces", "it sold 30 koz", "it sold 30 ounces"),
        ("it reached 290 newton-metres", "it reached 290 Nm", "it reached 290 MW"),
        ("on 2025-03-04 it closed", "on 4 March 2025 it closed", "on 5 March 2025 it closed"),
        (
            "Sens. Ada Lund and Ivo Moss back it",
            "Senators Ada Lund and Ivo Moss back it",
            "Dukes Ada Lund and Ivo Moss back it",
        ),
        (
            "the survey was not possible without pilots",
            "the survey needed pilots",
            "the survey was possible without pilots",
        ),
        (
            "it can’t raise fares as costs rise",
            "rising costs keep it from raising fares",
            "rising costs let it raise fares",
        ),
        ("seats are not as dear as cabins", "seats are less dear than cabins", "seats are as dear as cabins"),
        ("water reached as high as 8 metres", "water stood as deep as 8 metres", "water stood 8 metres deep"),
        (
            "at least one other ship sank",
            "another ship of one firm sank",
            "51 other ships of one firm sank",
        ),
        (
            "a plan for a block of flats was approved",
            "it approved a plan for flats",
            "it rejected a plan for flats",
        ),
        (
            "it has never sold a mill, nor bought a quarry",
            "it has never sold a mill or bought a quarry",
            "it has never sold a mill and bought a quarry",
        ),
        ("it raised 7.50 dlrs a share", "it raised $7.50 a share", "it raised €7.50 a share"),
        (
            "it sold 9.7 tonnes in 1985/86, and 6.7 in 1987/88",
            "in 1987/88 it sold 6.7 tonnes, against 9.7 tonnes in 1985/86",
            "in 1987/88 it sold 9.7 tonnes, against 6.7 tonnes in 1985/86",
        ),
        (
            "the strike is not just about pay",
            "the strike is about pay and hours",
            "the strike is not about pay",
        ),
        (
            "hulls count, but not boats on rivers, which count as craft",
            "boats on rivers, which count as craft, are not counted",
            "boats on rivers, which count as craft, are counted",
        ),
        ("Ada Lund of the yard signed it", "AdaLund of the yard signed it", "AdaBerg of the yard signed it"),
        ("on 3 September it closed", "on Sept 3 it closed", "on Oct 3 it closed"),
        ("in the 2024/25 season it closed", "in 2024-25 it closed", "in 2024-26 it closed"),
        ("electric vehicle sales rose", "EV sales rose", "MD sales rose"),
        ("a joint venture was signed", "a JV was signed", "a VP was signed"),
        ("a Finnish company closed", "a company in Finland closed", "a company in Peru closed"),
        ("imports rose to 97 000 tonnes", "imports rose to 97,000 tonnes", "imports rose to 97 tonnes"),
        ("allies or the UK closed it", "allies or Britain closed it", "allies or Norway closed it"),
        ("the German government closed it", "Berlin closed it", "Warsaw closed it"),
        (
            "revenue for 9M 2025 rose",
            "revenue for nine months of 2025 rose",
            "revenue for six months of 2025 rose",
        ),
        (
            "it met the PMT v2.1 norm",
            "it met version 2.1 of the PMT norm",
            "it met version 2.2 of the PMT norm",
        ),
        (
            "a mill in Kansas City, Mo., closed",
            "a mill in Kansas City, Missouri, closed",
            "a mill in Maine closed",
        ),
        ("Gov. Ada Lund closed it", "Governor Ada Lund closed it", "Senator Ada Lund closed it"),
        (
            "in 2023, it won a grant",
            "it had a yard and in 2023 won a grant",
            "it had a yard and in 2022 won a grant",
        ),
        ("no later than one year after, it closed", "within one year it closed", "after one year it closed"),
        (
            "a mill in Greenfield, IN, closed",
            "a mill in Greenfield, Indiana, closed",
            "a mill in Idaho closed",
        ),
    ],
)
def test_another_notation_is_the_same(source: str, told: str, wrong: str) -> None:
    assert is_passed(told, source)
    assert not is_passed(wrong, source)


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("sales rose in the fourth quarter to $40 million", "sales rose 25% to $40 million"),
        ("its third mine cut output to 40 tonnes", "its mine cut output by 33% to 40 tonnes"),
        ("in the second half of this year it sold less", "it sold 50% less this year"),
        ("it sells where the duty does not apply to magnets", "it sells where the duty applies to magnets"),
        ("its mine made 26 tonnes of oxide", "its mine made 26 tonnes of oxide in FY26"),
    ],
)
def test_what_only_looks_like_a_notation_is_none(source: str, told: str) -> None:
    assert is_passed(source, source)
    assert not is_passed(told, source)


def test_a_run_of_capitals_costs_no_time() -> None:
    assert not is_passed(f"it sold the {'RMB' * 40} mine", "it sold the mine")
