"""PINs of items: five tries a day, nothing kept in clear, and nobody without the secret can try any."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine, text

from ledger.evidence.instant import Instant
from ledger.storage.database import reading, writing
from ledger.storage.pins import (
    HASHER,
    LOCKED_MS,
    TRIES,
    give_tries_back,
    hash_pin,
    hash_pins,
    keep_pins,
    note_again,
    pin_holds,
    pin_key,
    shown_again,
    take_try,
)

SECRET = bytes(32)
ITEM = "https://id.gs1.org/01/09521234000013/21/T1"
KEY = pin_key(SECRET, ITEM)
PIN = "04711123"
NOW = Instant(1_800_000_000_000)


@pytest.fixture
def kept(engine: Engine) -> Engine:
    with writing(engine) as connection:
        keep_pins(connection, [hash_pin(SECRET, ITEM, PIN)])
    return engine


def taken(engine: Engine, now: int = NOW, item: bytes = KEY) -> str | None:
    with writing(engine) as connection:
        return take_try(connection, item, now=Instant(now))


def test_the_right_pin_holds_and_no_other(kept: Engine) -> None:
    found = taken(kept)
    assert pin_holds(SECRET, ITEM, PIN, found)
    assert not pin_holds(SECRET, ITEM, "04711124", found)
    assert not pin_holds(SECRET, f"{ITEM}0", PIN, found)
    assert not pin_holds(b"x" * 32, ITEM, PIN, found)


def test_an_item_without_a_pin_takes_none() -> None:
    assert not pin_holds(SECRET, ITEM, PIN, None)
    assert not pin_holds(SECRET, ITEM, "", None)


def test_after_five_tries_a_day_of_rest(kept: Engine) -> None:
    assert all(taken(kept) for _ in range(TRIES))
    assert taken(kept) is None
    assert taken(kept, NOW + LOCKED_MS - 1) is None
    assert taken(kept, NOW + LOCKED_MS) is not None


def test_the_right_pin_gives_the_tries_back(kept: Engine) -> None:
    for _ in range(TRIES):
        assert taken(kept)
    with writing(kept) as connection:
        give_tries_back(connection, KEY)
    assert all(taken(kept) for _ in range(TRIES))


def test_many_at_once_have_five_tries_together(kept: Engine) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: taken(kept), range(24)))
    assert sum(one is not None for one in found) == TRIES


def test_an_unknown_item_is_written_about_as_well_and_under_no_name(engine: Engine) -> None:
    assert taken(engine) is None
    assert taken(engine, item=pin_key(SECRET, f"{ITEM}9")) is None
    with reading(engine) as connection:
        assert connection.execute(text("SELECT item, hash, again FROM item_pins")).all() == [(bytes(16), "", 1)]


def test_a_pin_once_set_stays(kept: Engine) -> None:
    with writing(kept) as connection:
        keep_pins(connection, [hash_pin(SECRET, ITEM, "99999999")])
    assert pin_holds(SECRET, ITEM, PIN, taken(kept))


def test_a_pin_shown_after_the_claim_is_counted(kept: Engine) -> None:
    with writing(kept) as connection:
        note_again(connection, KEY)
        note_again(connection, KEY)
        assert (shown_again(connection, KEY), shown_again(connection, b"x" * 16)) == (2, 0)


def test_what_is_kept_is_argon2id_with_the_one_setting(kept: Engine) -> None:
    found = taken(kept)
    assert found is not None
    assert found.startswith("$argon2id$v=19$m=9216,t=4,p=1$")
    assert not HASHER.check_needs_rehash(found)
    with reading(kept) as connection:
        rows = repr(connection.execute(text("SELECT * FROM item_pins")).all())
    assert PIN not in rows
    assert "T1" not in rows


def test_pins_are_hashed_in_order() -> None:
    pairs = [(f"{ITEM}{number}", f"{number:08}") for number in range(6)]
    hashed = list(hash_pins(SECRET, pairs))
    assert [one.item for one in hashed] == [pin_key(SECRET, item) for item, _ in pairs]
    assert all(pin_holds(SECRET, item, pin, one.hash) for (item, pin), one in zip(pairs, hashed, strict=True))
