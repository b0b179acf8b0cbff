"""Evidence of a witness: bounded, and never pushed out by what anybody can make."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Engine

from ledger.evidence.instant import Instant
from ledger.storage.database import reading
from ledger.storage.witness.conflicts import (
    CONFLICTS_MAX,
    Conflict,
    count_proven,
    keep_conflict,
    read_conflicts,
    settle_conflicts,
)
from ledger.storage.witness.store import writing

ONE = Conflict(
    origin="log.example/a",
    proven=False,
    seen=Instant(1),
    size=5,
    root=b"r" * 32,
    old_size=4,
    proof=(b"a" * 32, b"b" * 32),
    cosigned=b"cosigned",
    refused=b"refused",
)


def kept(store: Engine, *conflicts: Conflict) -> list[Conflict]:
    with writing(store) as connection:
        for one in conflicts:
            keep_conflict(connection, one)
    with reading(store) as connection:
        return read_conflicts(connection, ONE.origin)


def test_it_reads_back_and_is_kept_once(store: Engine) -> None:
    again = replace(ONE, seen=Instant(9), cosigned=b"later")
    assert kept(store, ONE, again) == [ONE]


def test_a_proof_of_the_same_head_takes_the_place_of_a_suspicion_and_never_the_other_way(store: Engine) -> None:
    proven = replace(ONE, proven=True, cosigned=b"the other one", proof=())
    assert kept(store, ONE, proven) == [proven]
    assert kept(store, replace(ONE, cosigned=b"later")) == [proven]
    with reading(store) as connection:
        assert count_proven(connection) == {ONE.origin: 1}


def test_the_first_proofs_and_the_newest_suspicions_stay(store: Engine) -> None:
    proven = [replace(ONE, proven=True, size=size) for size in range(3 * CONFLICTS_MAX)]
    guessed = [replace(ONE, size=size) for size in range(1_000, 1_000 + 3 * CONFLICTS_MAX)]
    assert kept(store, *proven, *guessed) == [*proven[:CONFLICTS_MAX], *guessed[-CONFLICTS_MAX:]]


def test_each_log_has_room_of_its_own(store: Engine) -> None:
    flood = [replace(ONE, origin="log.example/b", size=size) for size in range(3 * CONFLICTS_MAX)]
    assert kept(store, ONE, *flood) == [ONE]


def test_what_is_cosigned_later_settles_a_suspicion(store: Engine) -> None:
    other, elsewhere = replace(ONE, root=b"s" * 32), replace(ONE, size=6)
    assert kept(store, ONE, other, elsewhere) == [ONE, other, elsewhere]
    with writing(store) as connection:
        settle_conflicts(connection, ONE.origin, size=5, root=ONE.root, note=b"cosigned now")
        found = read_conflicts(connection, ONE.origin)
    assert found == [replace(other, proven=True, cosigned=b"cosigned now"), elsewhere]
