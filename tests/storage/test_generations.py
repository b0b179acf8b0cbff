"""The index of identifiers in generations: whatever is merged when, every row is found once, and a forgotten one nowhere."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from sqlalchemy import Engine

from ledger.storage import generations
from ledger.storage.bulk import insert_rows
from ledger.storage.database import DATABASE_FILE, reading, writing
from ledger.storage.generations import generations_to_merge
from ledger.storage.identifier_index import (
    add_identifiers,
    forget_identifiers,
    identifier_key,
    merge_identifiers,
    newest_naming,
    positions_naming,
    positions_said_of_any,
)
from ledger.storage.position import first_of
from ledger.storage.sqlite import empty_wal
from ledger.storage.tables.log import BatchRow
from ledger.storage.whole_log import index_rows

NAMES = [f"https://id.gs1.org/01/09506000134352/21/{number}" for number in range(40)]
CLASSES = ("epcis", "recall")


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Generations of 64 rows, so that a few hundred rows make as many of them as millions do."""
    monkeypatch.setattr(generations, "GENERATION_ROWS", 64)


def fill(engine: Engine, entries: int, *, seed: int, merge: bool) -> dict[str, list[int]]:
    """Write entries that name some of `NAMES`, merging now and then; return what each is named by."""
    chance, said = random.Random(seed), {name: list[int]() for name in NAMES}
    for entry in range(entries):
        position = first_of(entry)
        named = chance.sample(NAMES, 5)
        with writing(engine) as connection:
            row = (entry, "party", CLASSES[entry % 7 == 0], "code", 1, bytes(32), None)
            insert_rows(connection, BatchRow, [row])
            add_identifiers(connection, [(identifier_key(name), position) for name in named])
        for name in named:
            said[name].append(position)
        if merge and chance.random() < 0.5:
            with writing(engine) as connection:
                merge_identifiers(connection)
    return said


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize(("seed", "merge"), [(1, False), (2, True), (3, True)])
def test_every_reader_finds_every_row_once(engine: Engine, seed: int, merge: bool) -> None:
    said = fill(engine, 250, seed=seed, merge=merge)
    with reading(engine) as connection:
        assert {name: positions_naming(connection, name) for name in NAMES} == said
        rows = sorted((identifier_key(name), position) for name, positions in said.items() for position in positions)
        assert sorted(row for some in index_rows(connection, "identifiers", None, None) for row in some) == rows
        for most in (1, 3, 40, 1_000):
            recalls = {name: [p for p in positions if (p >> 14) % 7 == 0][-most:] for name, positions in said.items()}
            assert newest_naming(connection, NAMES, record_classes=["recall"], most=most) == recalls
        together = positions_said_of_any(connection, NAMES[:3], classes=["recall"])
        assert together == {"recall": sorted({p for name in NAMES[:3] for p in said[name] if (p >> 14) % 7 == 0})}


@pytest.mark.usefixtures("small")
def test_merging_comes_to_an_end_and_a_merge_that_was_broken_off_loses_nothing(engine: Engine) -> None:
    said = fill(engine, 300, seed=4, merge=False)
    with reading(engine) as connection:
        many = generations_to_merge(connection, "identifiers")
    with pytest.raises(KeyboardInterrupt), writing(engine) as connection:
        assert merge_identifiers(connection)
        raise KeyboardInterrupt
    steps, more = 0, True
    while more:
        with writing(engine) as connection:
            more = merge_identifiers(connection)
        steps += more
    with reading(engine) as connection:
        assert {name: positions_naming(connection, name) for name in NAMES} == said
        assert generations_to_merge(connection, "identifiers") <= generations.GENERATIONS_MERGED[0] < many
    assert steps > 2


@pytest.mark.usefixtures("small")
def test_a_forgotten_row_leaves_no_byte(engine: Engine, tmp_path: Path) -> None:
    said = fill(engine, 150, seed=5, merge=True)
    name, key = NAMES[7], identifier_key(NAMES[7])
    for position in said[name]:
        with writing(engine) as connection:
            forget_identifiers(connection, [key], position)
    assert empty_wal(engine)
    with reading(engine) as connection:
        assert positions_naming(connection, name) == []
        assert {other: positions_naming(connection, other) for other in NAMES} == {**said, name: []}
    assert key.to_bytes(8, "big", signed=True) not in (tmp_path / DATABASE_FILE).read_bytes()
