"""One spelling for every identifier, and what an identifier says about itself."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.trade.application_identifiers import PATTERNS, WORDS, check_digit, check_pair, qualifiers_hold
from ledger.trade.identifiers import IDENTIFIER_CHARACTERS_MAX, canonical, check_digit_holds, is_class_identifier, ladder

ROOT = "https://id.gs1.org"
SET_82 = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
SERIALS = st.text(SET_82, min_size=1, max_size=20)
DIGITS = st.text("0123456789", min_size=13, max_size=13)


@pytest.mark.parametrize(
    ("identifier", "expected"),
    [
        ("urn:epc:id:sgtin:9521234.000001.A1", "/01/09521234000013/21/A1"),
        ("urn:epc:id:sgtin:9521234.000001.9.8", "/01/09521234000013/21/9.8"),
        ("urn:epc:class:lgtin:9521234.000001.L/1", "/01/09521234000013/10/L%2F1"),
        ("urn:epc:id:sgln:952123400001..0", "/414/9521234000013"),
        ("urn:epc:idpat:sgln:952123400001..*", "/414/9521234000013"),
        ("urn:epc:idpat:sgtin:9521234.000001.A1", "/01/09521234000013/21/A1"),
        ("urn:epc:id:sgtin:9521234.000001.*", "/01/09521234000013/21/%2A"),
        ("https://x.example/01/9521234000013/22/V/10/L/21/S", "/01/09521234000013/21/S"),
        ("https://x.example/01/9521234000013/235/T", "/01/09521234000013/235/T"),
        ("https://x.example/01/9521234000013/22/V", "/01/09521234000013"),
        ("https://x.example/414/9521234000013/254/0", "/414/9521234000013"),
        ("https://x.example/414/9521234000013/7040/1ABC", "/414/9521234000013"),
        ("HTTPS://X.EXAMPLE/8018/952123400000000014/8019/7", "/8018/952123400000000014"),
        ("https://x.example:8443/shop/cpid/9521234A/cpsn/7#x", "/8010/9521234A/8011/7"),
        ("https://x.example/8006/095212340000130102/21/S", "/8006/095212340000130102/21/S"),
        ("https://x.example/01/00000000000000/01/9521234000013", "/01/09521234000013"),
        ("https://x.example/01/9521234000013/21/a%2fb", "/01/09521234000013/21/a%2Fb"),
        ("https://x.example/01/9521234000013/21/01", "/01/09521234000013/21/01"),
    ],
)
def test_spellings_that_mean_the_same(identifier: str, expected: str) -> None:
    assert canonical(identifier) == ROOT + expected


@pytest.mark.parametrize(
    "identifier",
    [
        "",
        "urn:epc:",
        "urn:epc:id:sgtin",
        "urn:epc:id:sgtin:",
        "urn:epc:id:sgtin:9521234.000001",
        "urn:epc:id:sgtin:9521234.000001.",
        "urn:epc:id:sgtin:9521234.00001.A1",
        "urn:epc:id:sgtin:95212.00000001.A1",
        "urn:epc:id:sgtin:9521234.000001.A 1",
        "urn:epc:id:sgtin:9521234.000001.é",
        "urn:epc:id:sgtin:9521234.000001.%zz",
        "urn:epc:id:sgtin:9521234.000001." + "A" * 21,
        "urn:epc:id:sgtin:٩٥٢١٢٣٤.٠٠٠٠٠١.A1",
        "urn:epc:class:sgtin:9521234.000001.A1",
        "urn:epc:id:lgtin:9521234.000001.A1",
        "urn:epc:idpat:sgtin:9521234.*.*",
        "urn:epc:idpat:giai:9521234.",
        "urn:epc:id:gid:95100000.12345.400",
        "urn:epc:id:grai:4012345.00022.",
        "urn:epc:id:nonsense:1.2.3",
        "urn:uuid:5e7b2c1e-0000-4000-8000-1234567890ab",
        "https://x.example/01/9521234000013/10/L/22/V",
        "https://x.example/01/9521234000013/21/S/235/T",
        "https://x.example/01/9521234000013/21/S/21/S",
        "https://x.example/01/9521234000013/21/",
        "https://x.example/01/9521234000013/",
        "https://x.example/01/9521234000013/21/a%0Ab",
        "https://x.example/01/9521234000013/21/%E8%8C%B6",
        "https://x.example/01/9521234000013/21/100%",
        "https://x.example/?01=9521234000013",
        "ftp://x.example/01/9521234000013",
        "//x.example/01/9521234000013",
        "https://x.example/stem/01/9521234000013/21/" + "A" * IDENTIFIER_CHARACTERS_MAX,
    ],
)
def test_what_has_no_canonical_spelling(identifier: str) -> None:
    assert canonical(identifier) is None
    assert check_digit_holds(identifier) is None
    assert ladder(identifier) == (identifier,)


@given(body=DIGITS, serial=SERIALS, prefix=st.integers(6, 12), lot=st.booleans())
def test_urn_and_link_of_one_thing_agree(body: str, serial: str, prefix: int, lot: bool) -> None:
    company, reference = body[1 : prefix + 1], body[0] + body[prefix + 1 :]
    head, ai = ("urn:epc:class:lgtin", "10") if lot else ("urn:epc:id:sgtin", "21")
    urn = f"{head}:{company}.{reference}.{quote(serial, safe='')}"
    link = f"http://any.example/x/01/{body}{check_digit(body)}/{ai}/{quote(serial, safe='')}?17=301231"
    found = canonical(urn)
    assert found == canonical(link) == canonical(link.replace("/x/", "/").partition("?")[0])
    assert found is not None
    assert canonical(found) == found
    assert is_class_identifier(urn) == is_class_identifier(link) == is_class_identifier(found) == lot
    assert check_digit_holds(found) is check_digit_holds(link) is True
    assert ladder(urn) == ladder(found) == (found, found.rsplit("/", 2)[0])


@given(st.text(max_size=60) | st.text("urn:epcidsgt/.0123456789*%htps", max_size=60))
def test_no_text_breaks_the_reading(text: str) -> None:
    found = canonical(text)
    assert found is None or canonical(found) == found
    assert isinstance(is_class_identifier(text), bool)


@given(body=st.text("0123456789", min_size=1, max_size=18), wrong=st.integers(1, 9))
def test_check_digits_against_the_schoolbook(body: str, wrong: int) -> None:
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(body)))
    assert (total + int(check_digit(body))) % 10 == 0
    assert (total + int(check_digit(body)) + wrong) % 10 != 0


@pytest.mark.parametrize(
    ("identifier", "holds"),
    [
        ("https://id.gs1.org/01/09521234000013", True),
        ("https://id.gs1.org/01/09521234000014", False),
        ("https://id.gs1.org/01/09521234000014/21/A1", False),
        ("https://x.example/01/96385074", True),
        ("https://x.example/gtin/9521234000013/ser/A1", True),
        ("https://id.gs1.org/00/340123451111111111", True),
        ("https://id.gs1.org/00/340123451111111112", False),
        ("https://id.gs1.org/414/4012345000054/254/122", True),
        ("https://id.gs1.org/414/4012345000055", False),
        ("https://id.gs1.org/8003/04012345000221334455", True),
        ("https://id.gs1.org/8003/030013450007718765", False),
        ("https://id.gs1.org/8006/040123451111180102/21/987", True),
        ("https://id.gs1.org/402/40123452223334442", True),
        ("https://id.gs1.org/8013/1987654Ad4X4bL5ttr2310c2K", True),
        ("https://id.gs1.org/8013/1987654Ad4X4bL5ttr2310c2L", False),
        ("https://id.gs1.org/8004/4000001111", None),
        ("https://id.gs1.org/8010/9521234A", None),
        ("urn:epc:id:sgtin:9521234.000001.A1", None),
        ("https://tea.example/about", None),
    ],
)
def test_check_digits_of_identifiers(identifier: str, holds: bool | None) -> None:
    assert check_digit_holds(identifier) is holds


def test_a_check_pair_as_the_general_specifications_compute_it() -> None:
    assert check_pair("1987654Ad4X4bL5ttr2310c") == "2K"


@pytest.mark.parametrize(
    ("identifier", "is_class"),
    [
        ("urn:epc:class:lgtin:9521234.000001.L1", True),
        ("urn:epc:idpat:sgtin:9521234.000001.*", True),
        ("urn:epc:idpat:sgtin:9521234.*.*", True),
        ("urn:epc:idpat:grai:9521234.00001.*", True),
        ("urn:epc:id:sgtin:9521234.000001.A1", False),
        ("urn:epc:id:sgln:9521234.00001.0", False),
        ("https://id.gs1.org/01/09521234000013", True),
        ("https://id.gs1.org/01/09521234000013/10/L1", True),
        ("https://x.example/01/09521234000013/22/V", True),
        ("https://x.example/01/09521234000013/10/L1/21/A1", False),
        ("https://x.example/01/09521234000013/235/T", False),
        ("https://id.gs1.org/8006/040123451111180102/10/L1", True),
        ("https://id.gs1.org/8006/040123451111180102/21/A1", False),
        ("https://id.gs1.org/8010/9521234A", True),
        ("https://id.gs1.org/8010/9521234A/8011/7", False),
        ("https://id.gs1.org/8003/04012345000221", True),
        ("https://id.gs1.org/8003/0401234500022142", False),
        ("https://id.gs1.org/253/4012345000054", True),
        ("https://id.gs1.org/253/4012345000054987", False),
        ("https://id.gs1.org/255/4012345222227", True),
        ("https://id.gs1.org/8013/1987654Ad4X4bL5ttr2310c2K", True),
        ("https://id.gs1.org/00/340123451111111111", False),
        ("https://id.gs1.org/414/4012345000054", False),
        ("https://id.gs1.org/417/4012345000054", False),
        ("https://id.gs1.org/8004/4000001111", False),
        ("https://tea.example/item/7", False),
    ],
)
def test_class_or_single_thing(identifier: str, is_class: bool) -> None:
    assert is_class_identifier(identifier) is is_class


@pytest.mark.parametrize(
    ("identifier", "rungs"),
    [
        ("https://x.example/01/9521234000013/22/V/10/l/21/s",
         ["/01/09521234000013/21/s", "/01/09521234000013/10/l", "/01/09521234000013"]),
        ("https://x.example/01/9521234000013/21/s", ["/01/09521234000013/21/s", "/01/09521234000013"]),
        ("urn:epc:class:lgtin:9521234.000001.l", ["/01/09521234000013/10/l", "/01/09521234000013"]),
        ("https://id.gs1.org/01/09521234000013", ["/01/09521234000013"]),
        ("urn:epc:id:grai:4012345.00022.33", ["/8003/0401234500022133", "/8003/04012345000221"]),
        ("urn:epc:id:sgln:4012345.00005.122", ["/414/4012345000054/254/122", "/414/4012345000054"]),
        ("urn:epc:id:sgln:4012345.00005.0", ["/414/4012345000054"]),
        ("urn:epc:id:itip:4012345.011111.01.02.9",
         ["/8006/040123451111180102/21/9", "/8006/040123451111180102", "/01/04012345111118"]),
        ("https://id.gs1.org/00/340123451111111111", ["/00/340123451111111111"]),
    ],
)  # fmt: skip
def test_the_ladder_from_item_to_type(identifier: str, rungs: list[str]) -> None:
    assert list(ladder(identifier)) == [ROOT + rung for rung in rungs]
    assert ladder(identifier)[0] == canonical(identifier)


def test_the_table_of_application_identifiers_is_whole() -> None:
    assert len(PATTERNS) > 500
    assert all(not (ai != other and other.startswith(ai)) for ai in PATTERNS for other in PATTERNS)
    assert set(WORDS.values()) <= set(PATTERNS)
    assert qualifiers_hold("01", ["22", "21"])
    assert not qualifiers_hold("01", ["21", "10"])


def test_what_is_remembered_does_not_mix_up_what_is_alike() -> None:
    names = [f"urn:epc:id:sgtin:9521234.000001.{n}" for n in range(2_000)]
    names += [f"{ROOT}/01/09521234000013/21/A{n}" for n in range(2_000)]
    assert len({canonical(name) for name in names}) == 4_000
