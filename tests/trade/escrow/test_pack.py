"""The packs that are shipped, leaf by leaf, and what a changed pack is refused for."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import fields
from datetime import date
from hashlib import sha256
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ledger.trade.escrow.currencies import EXPONENTS
from ledger.trade.escrow.pack import FEES, GOODS_CLASSES, Pack, parse_pack, shipped_packs
from ledger.trade.escrow.pack_rules import Verified
from ledger.trade.escrow.pack_table import PACK_BYTES_MAX, PackMalformed
from tests.house.sources import tracked

TERRITORIES = ("BR", "CN", "EU", "GB", "IN", "JP", "KR", "PH", "SG", "TH", "TW", "US", "VN")
FOLDER = files("ledger.trade.escrow").joinpath("packs")
FILES = {entry.name: entry.read_bytes() for entry in FOLDER.iterdir()}
EACH_FILE = pytest.mark.parametrize("name", sorted(FILES))
EACH_PACK = pytest.mark.parametrize("pack", shipped_packs().values(), ids=lambda pack: pack.name)

TERMS = {
    "payment_days": 5, "dispatch_grace_days": 7, "inspection_days": 10, "merchant_reply_working_days": 5, "return_days": 30,
    "answer_days": 3, "negotiation_days": 7, "evidence_days": 14, "ruling_working_days": 20, "appeal_days": 10,
    "appeal_ruling_days": 40, "delivery_days": 60, "hold_review_days": 30, "chargeback_days": 540, "cover_share_bp": 2000,
    "reinspection_working_days": 7,
}  # fmt: skip


def pack_of(territory: str) -> Pack:
    return next(pack for pack in shipped_packs().values() if pack.territory == territory)


def cn(old: str = "", new: str = "", *, count: int = 1) -> bytes:
    """The Chinese pack with its first `old` replaced."""
    text = FILES["cn-2026.1.toml"].decode()
    assert old in text
    return text.replace(old, new, count).encode()


def test_every_territory_has_its_pack_and_every_file_is_one() -> None:
    assert sorted(pack.territory for pack in shipped_packs().values()) == sorted(TERRITORIES)
    assert {digest: pack.digest for digest, pack in shipped_packs().items()} == {
        sha256(data).digest(): sha256(data).digest() for data in FILES.values()
    }
    assert len({pack.name for pack in shipped_packs().values()}) == len(FILES)
    assert {name for name in tracked() if "/packs/" in name} == {f"ledger/trade/escrow/packs/{name}" for name in FILES}


@EACH_FILE
def test_a_file_is_named_for_its_pack(name: str) -> None:
    pack = parse_pack(FILES[name])
    assert name == f"{pack.name.lower().replace('@', '-')}.toml"


@EACH_FILE
def test_every_table_of_law_says_cites_and_tells_how_far_it_was_verified(name: str) -> None:
    """Read from the file, not from what the parser made of it."""
    file = tomllib.loads(FILES[name].decode())
    tables = [*file["law"].values(), *file.get("multiplier", ()), *file.get("provision", ())]
    assert len(tables) == len(parse_pack(FILES[name]).rules)
    for table in tables:
        assert table["says"].endswith(".") and len(table["cite"]) > 10
        assert table["verified"] in set(Verified)
    assert set(file) <= {"schema", "name", "currency", "holidays", "law", "multiplier", "provision", "alliance"}


@EACH_PACK
def test_the_terms_of_the_alliance(pack: Pack) -> None:
    assert {name: getattr(pack, name) for name in TERMS} == TERMS
    assert pack.acceptance_days == max(pack.withdrawal_days, 7)
    assert pack.large_minor == 10 * pack.small_minor
    assert dict(pack.fee_caps_bp) == {"platform": 500, "inspection": 500, "tax": 3000, "spread": 300}
    assert tuple(pack.fee_caps_bp) == FEES
    assert pack.currency in EXPONENTS


@pytest.mark.parametrize(
    ("territory", "granted"),
    [
        ("BR", ("BRL", 7, 14, 180, 0, 120_000)),
        ("CN", ("CNY", 7, 7, 183, 183, 150_000)),
        ("EU", ("EUR", 14, 14, 730, 365, 20_000)),
        ("GB", ("GBP", 14, 14, 183, 183, 17_000)),
        ("IN", ("INR", 0, 14, 180, 0, 2_000_000)),
        ("JP", ("JPY", 8, 14, 180, 0, 32_000)),
        ("KR", ("KRW", 7, 14, 180, 0, 300_000)),
        ("PH", ("PHP", 0, 14, 730, 0, 1_300_000)),
        ("SG", ("SGD", 0, 14, 183, 183, 30_000)),
        ("TH", ("THB", 7, 14, 180, 0, 750_000)),
        ("TW", ("TWD", 7, 14, 180, 0, 700_000)),
        ("US", ("USD", 0, 14, 180, 0, 22_000)),
        ("VN", ("VND", 0, 14, 180, 0, 6_000_000)),
    ],
)
def test_what_the_territories_grant(territory: str, granted: tuple[str, int, int, int, int, int]) -> None:
    """Currency; days of withdrawal, refund, late claims and reversed burden of proof; the first amount of note."""
    pack = pack_of(territory)
    days = (pack.withdrawal_days, pack.refund_days, pack.conformity_days, pack.burden_of_proof_days)
    assert (pack.currency, *days, pack.small_minor) == granted
    assert pack.withdrawal_before_dispatch is (pack.withdrawal_days > 0)
    assert pack.first_claimed_pays is (territory == "CN")


def test_the_rules_of_china() -> None:
    pack = pack_of("CN")
    assert pack.withdrawal_excluded == {
        "made_to_order", "fresh_food", "perishable", "unsealed_media", "digital_download", "periodical", "unsuitable_confirmed",
    }  # fmt: skip
    assert pack.first_claimed_classes == {"food", "fresh_food"}
    assert pack.burden_of_proof_classes == {"durable"}
    assert "food_below_safety_standard" in pack.prima_facie
    assert pack.rules["unsafe_food"].verified is Verified.PRIMARY
    fraud, food = pack.multipliers
    assert (fraud.id, fraud.times, fraud.or_times_loss, fraud.floor_minor) == ("fraud", 3, 0, 50_000)
    assert (food.id, food.times, food.or_times_loss, food.floor_minor) == ("unsafe_food", 10, 3, 100_000)
    knew = frozenset({"food_below_safety_standard", "seller_knew"})
    assert food.holds(knew) and not food.holds(knew | {"label_defect_only"}) and not food.holds(frozenset({"seller_knew"}))


@EACH_PACK
def test_what_nobody_verified_takes_no_right_away(pack: Pack) -> None:
    assert pack.withdrawal_excluded <= GOODS_CLASSES
    if pack.withdrawal_excluded:
        assert pack.rules["withdrawal_exclusions"].verified is not Verified.UNVERIFIED


def test_packs_are_read_once_and_are_the_same_on_every_reading() -> None:
    assert shipped_packs() is shipped_packs()
    for data in FILES.values():
        assert parse_pack(data) == shipped_packs()[sha256(data).digest()]
        assert hash(parse_pack(data)) == hash(parse_pack(data))


def test_a_comment_more_is_another_pack() -> None:
    changed = parse_pack(cn() + b"# seen\n")
    assert changed.digest != pack_of("CN").digest
    unlike = [field.name for field in fields(Pack) if getattr(changed, field.name) != getattr(pack_of("CN"), field.name)]
    assert unlike == ["digest"]


def test_holidays_are_dates() -> None:
    assert parse_pack(cn("holidays = []", "holidays = [2026-10-01, 2026-10-02]")).holidays == {
        date(2026, 10, 1), date(2026, 10, 2),
    }  # fmt: skip


CHANGES = [
    ("suyuan-rule-pack/1", "suyuan-rule-pack/2", "/schema"),
    ('name = "CN@2026.1"', 'name = "China"', "/name"),
    ('name = "CN@2026.1"', 'name = "CN@2026.01"', "/name"),
    ('name = "CN@2026.1"', 'title = "CN@2026.1"', "/name"),
    ('currency = "CNY"', 'currency = "CNX"', "/currency"),
    ('currency = "CNY"', "currency = 156", "/currency"),
    ("holidays = []", "holidays = [2026-10-01T00:00:00]", "/holidays"),
    ("holidays = []", 'holidays = ["2026-10-01"]', "/holidays"),
    ("holidays = []", "holidays = [2026-10-01, 2026-10-01]", "/holidays"),
    ("holidays = []", "", "/holidays"),
    ("days = 7", "days = 7.0", "/law/withdrawal/days"),
    ("days = 7", "days = true", "/law/withdrawal/days"),
    ("days = 7", "days = -7", "/law/withdrawal/days"),
    ("days = 7", 'days = "7"', "/law/withdrawal/days"),
    ("days = 7", "days = 3661", "/law/withdrawal/days"),
    ("days = 7", "hours = 7", "/law/withdrawal/days"),
    ("days = 7", "days = 7\nfreight = 1", "/law/withdrawal/freight"),
    ("days = 7", "days = 0", "/law/withdrawal_exclusions"),
    ("days = 7", "days = 8", "/alliance/acceptance_days"),
    ('"made_to_order"', '"made-to-order"', "/law/withdrawal_exclusions/classes"),
    ('"made_to_order"', '"perishable"', "/law/withdrawal_exclusions/classes"),
    ('"made_to_order"', "[]", "/law/withdrawal_exclusions/classes"),
    ("[law.refund]", "[law.refunds]", "/alliance/refund_days"),
    ("payment_days = 5", "payment_days = 5\nrefund_days = 3", "/alliance/refund_days"),
    ("payment_days = 5", "payment_days = 0", "/alliance/payment_days"),
    ("payment_days = 5", "pay_days = 5", "/alliance/payment_days"),
    ("[law.first_claimed]", "[law.first_claim]", "/law/first_claim"),
    ("working_days = 7", "working_days = 0", "/law/reinspection/working_days"),
    ("conformity_days = 183", "conformity_days = 182", "/alliance/conformity_days"),
    ("small_minor = 150000", "small_minor = 1500000", "/alliance/large_minor"),
    ("large_minor = 1500000", "large_minor = 1000000000000000", "/alliance/large_minor"),
    ("cover_share_bp = 2000", "cover_share_bp = 10001", "/alliance/cover_share_bp"),
    ("tax = 3000", "tax = 3000, postage = 1", "/alliance/fee_caps_bp/postage"),
    ("tax = 3000, ", "", "/alliance/fee_caps_bp/tax"),
    ("\n[alliance]", "\n[[alliance]]", "/alliance"),
    ("\n[alliance]", "\n[league]", "/alliance"),
    ('prima_facie = ["food', 'prima_facie = ["good', "/alliance/prima_facie"),
    ('trigger = "fraud_found"', 'trigger = "fraud_found OR"', "/multiplier/0/trigger"),
    ("times = 3", "times = 0", "/multiplier/0/times"),
    ('id = "unsafe_food"', 'id = "fraud"', "/multiplier/1"),
    ('id = "governing_law"', 'id = "withdrawal"', "/provision/0"),
    ('id = "governing_law"', 'id = "Governing law"', "/provision/0/id"),
    ("\n[[provision]]", "\n[[proviso]]", "/proviso"),
]


@pytest.mark.parametrize(("old", "new", "pointer"), CHANGES)
def test_a_changed_pack_is_refused_at_its_place(old: str, new: str, pointer: str) -> None:
    with pytest.raises(PackMalformed) as refused:
        parse_pack(cn(old, new))
    assert refused.value.pointer == pointer


def test_an_exception_that_nobody_verified_is_refused() -> None:
    head, _, tail = cn().decode().partition("[law.withdrawal_exclusions]")
    changed = head + "[law.withdrawal_exclusions]" + tail.replace('"primary"', '"unverified"', 1)
    with pytest.raises(PackMalformed) as refused:
        parse_pack(changed.encode())
    assert refused.value.pointer == "/law/withdrawal_exclusions/verified"


def lines_of_law() -> Iterator[tuple[str, int, str]]:
    for name, data in sorted(FILES.items()):
        for number, line in enumerate(data.decode().split("\n")):
            if re.match(r"(says|cite|verified) = ", line):
                yield name, number, line.partition(" ")[0]


@pytest.mark.parametrize("key", ["says", "cite", "verified"])
def test_a_rule_without_its_words_source_or_standing_is_refused(key: str) -> None:
    tried = 0
    for name, number, found in lines_of_law():
        lines = FILES[name].decode().split("\n")
        for spoiled in ([], [f'{key} = ""'], [f"{key} = 1"], [f'{key} = " "'], [f'{key} = "a\\u0000b"']):
            if found == key:
                tried += 1
                with pytest.raises(PackMalformed) as refused:
                    parse_pack("\n".join([*lines[:number], *spoiled, *lines[number + 1 :]]).encode())
                assert str(refused.value.pointer).endswith(f"/{key}")
    assert tried == 5 * sum(len(pack.rules) for pack in shipped_packs().values())


NOT_TOML = [
    b"", b"\xff", b"\xef\xbb\xbf" + cn(), b"a = ", b"a = " + b"[" * 20_000, b"a = " + b"9" * 5000, b"a = 1\na = 2", b"{}",
    cn() + b"#" * PACK_BYTES_MAX,
]  # fmt: skip


@pytest.mark.parametrize("data", NOT_TOML, ids=range(len(NOT_TOML)))
def test_what_is_no_pack_at_all(data: bytes) -> None:
    with pytest.raises(PackMalformed):
        parse_pack(data)


@given(st.integers(0, len(FILES["sg-2026.1.toml"]) - 1), st.binary(max_size=3), st.integers(0, 40))
@example(0, b"", 0)
def test_a_pack_with_a_part_overwritten_is_read_or_refused_by_name(place: int, written: bytes, removed: int) -> None:
    data = FILES["sg-2026.1.toml"]
    changed = data[:place] + written + data[place + removed :]
    try:
        pack: Any = parse_pack(changed)
    except PackMalformed:
        return
    assert pack.digest == sha256(changed).digest()
    assert pack.acceptance_days >= pack.withdrawal_days and pack.small_minor < pack.large_minor
