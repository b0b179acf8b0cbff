"""The hand-written data behind docs/ESCROW.md is complete, and its examples are records that the code reads back."""

from __future__ import annotations

import re

import pytest

from ledger.evidence.record import read_record
from ledger.trade.escrow import accounts
from ledger.trade.escrow.accounts import Box
from ledger.trade.escrow.bodies.every import BODIES, read_escrow_body
from ledger.trade.escrow.invariants import INVARIANTS
from ledger.trade.escrow.pack import Pack, shipped_packs
from ledger.trade.escrow.refusals.precedence import REFUSALS
from ledger.trade.escrow.regions import REGIONS
from tests.house.escrow_records import _NUMBERS
from tests.house.escrow_tables import ACCOUNTS, ELSEWHERE
from tests.house.sources import CHECKOUT

ESCROW = (CHECKOUT / "docs" / "ESCROW.md").read_text(encoding="utf-8")
EXAMPLES = dict(re.findall(r"^### (\w+)\n(?:(?!^#).)*?```json\n(.*?)\n```", ESCROW, re.MULTILINE | re.DOTALL))


@pytest.mark.parametrize("record", BODIES)
def test_every_type_of_record_has_an_example_that_prints_back(record: str) -> None:
    body = EXAMPLES[record].encode()
    read = read_escrow_body(read_record(body))
    assert type(read) is BODIES[record]
    assert read.to_body() == body


def test_every_record_has_a_sentence_of_its_own() -> None:
    bare = [name for name, shape in BODIES.items() if not shape.__doc__ or shape.__doc__.startswith(f"{name}(")]
    assert bare == []


def test_every_kind_of_account_is_described() -> None:
    named = {name.partition(":")[0] for name, _ in ACCOUNTS}
    assert named == set(accounts._KINDS)
    assert {name.rpartition(":")[2] for name, _ in ACCOUNTS if name.startswith("ord:")} == {box.value for box in Box}


def test_every_invariant_is_told_once() -> None:
    assert not set(ELSEWHERE) & set(INVARIANTS)
    assert {*ELSEWHERE, *INVARIANTS} == {f"I{number}" for number in range(1, 19)}


def test_every_number_of_a_pack_is_told() -> None:
    (pack, *_) = shipped_packs().values()
    numbers = {name for name in Pack.__slots__ if type(getattr(pack, name)) is int}
    assert numbers == {name for _, name in _NUMBERS}


def test_codes_that_the_text_names_exist() -> None:
    by_hand = re.sub(r"<!-- generated: .*?<!-- end of ", "", ESCROW, flags=re.DOTALL)
    codes = set(re.findall(r"`([a-z]+_[a-z_]+)`", by_hand)) - {"zero_sum"}
    assert codes == {"stale_prev", "window_open", "clock_not_witnessed", "negative_asset"}
    assert codes <= set(REFUSALS)


def test_the_text_names_every_region() -> None:
    (listed,) = re.findall(r"move by\nthemselves: (.*?)\. Each record", ESCROW, re.DOTALL)
    assert {*re.split(r", | and ", listed.replace("\n", " "))} == set(REGIONS) - {"line"}
