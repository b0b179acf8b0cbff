"""PINs for many items: random, told about as they are set, and kept as hashes."""

from __future__ import annotations

import pytest

from ledger.actions.log.aside import OwnDesk
from ledger.actions.scans.claim_item import PinRefused, claim_item
from ledger.actions.scans.set_pins import PIN_DIGITS, draw_pins, set_pins
from tests.actions.scans.conftest import ITEM, Codes


def test_pins_are_eight_digits_each_of_its_own() -> None:
    pins = draw_pins(f"{ITEM}{number}" for number in range(200))
    assert all(len(pin) == PIN_DIGITS and pin.isascii() and pin.isdigit() for _, pin in pins)
    assert len({pin for _, pin in pins}) > 190


def test_every_item_opens_with_its_pin(codes: Codes) -> None:
    pins = draw_pins(f"{ITEM}{number}" for number in range(5))
    told: list[tuple[int, int]] = []
    set_pins(codes.ledger, pins, desk=OwnDesk(codes.ledger), tell=lambda done, whole: told.append((done, whole)))
    assert told == [(5, 5)]
    for item, pin in pins:
        assert claim_item(codes.ledger, item, pin, desks=codes.desks).item == item


def test_no_pins_are_no_work(codes: Codes) -> None:
    told: list[tuple[int, int]] = []
    set_pins(codes.ledger, [], desk=OwnDesk(codes.ledger), tell=lambda done, whole: told.append((done, whole)))
    assert all(done == whole == 0 for done, whole in told)
    with pytest.raises(PinRefused):
        claim_item(codes.ledger, f"{ITEM}9", "12345678", desks=codes.desks)
