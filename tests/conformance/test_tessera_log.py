"""A whole log made by another implementation: every signature, tile, root and proof of it."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from typing import Final

import pytest

from ledger.evidence.checkpoint import Checkpoint, open_checkpoint
from ledger.evidence.frontier import EMPTY_FRONTIER
from ledger.evidence.key import VerifierKey
from ledger.evidence.merkle import (
    EMPTY_ROOT,
    Digest,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    root_at,
    root_of,
    verify_consistency,
    verify_inclusion,
)
from ledger.evidence.tile import ENTRIES_LEVEL, TileAddress, bundles_of, decode_bundle, encode_bundle, reader_over_tiles, tiles_of

pytestmark = pytest.mark.conformance

SIZE: Final = 15
KEY: Final = VerifierKey.parse("example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx")


@pytest.fixture(scope="module")
def log(conformance: Path) -> Path:
    return conformance / "tlog" / "tessera"


@pytest.fixture(scope="module")
def checkpoints(log: Path) -> list[Checkpoint]:
    """The checkpoint of every size from 0 to 15, each with a verified signature."""
    opened = []
    for size in range(SIZE + 1):
        data = (log / f"checkpoint.{size}").read_bytes()
        checkpoint, note = open_checkpoint(data, origin=KEY.name, log_keys=[KEY])
        assert note.to_bytes() == data
        opened.append(checkpoint)
    return opened


@pytest.fixture(scope="module")
def leaves(log: Path) -> list[Digest]:
    """The leaf hashes, recomputed from the widest entry bundle."""
    data = (log / TileAddress(ENTRIES_LEVEL, 0, SIZE).path).read_bytes()
    return [leaf_hash(entry) for entry in decode_bundle(data)]


def _reader(log: Path) -> Callable[[TileAddress], bytes]:
    return lambda address: (log / address.path).read_bytes()


def test_sizes_and_roots_are_those_of_the_entries(checkpoints: list[Checkpoint], leaves: list[Digest]) -> None:
    assert [checkpoint.size for checkpoint in checkpoints] == list(range(SIZE + 1))
    assert [checkpoint.root for checkpoint in checkpoints] == [root_of(leaves[:size]) for size in range(SIZE + 1)]
    assert checkpoints[0].root == EMPTY_ROOT


def test_the_frontier_passes_through_every_root(checkpoints: list[Checkpoint], leaves: list[Digest]) -> None:
    frontier = EMPTY_FRONTIER
    for checkpoint, leaf in zip(checkpoints, leaves, strict=False):
        assert frontier.root() == checkpoint.root
        frontier = frontier.append(leaf)
    assert frontier.root() == checkpoints[-1].root


def test_the_latest_checkpoint_is_the_last_one(log: Path, checkpoints: list[Checkpoint]) -> None:
    latest, _ = open_checkpoint((log / "checkpoint").read_bytes(), origin=KEY.name, log_keys=[KEY])
    assert latest == checkpoints[-1]


def test_every_tile_and_bundle_is_recomputed(log: Path, leaves: list[Digest]) -> None:
    expected = set()
    for size in range(1, SIZE + 1):
        (tile,), (bundle,) = tiles_of(size), bundles_of(size)
        entries = (log / bundle.path).read_bytes()
        assert encode_bundle(decode_bundle(entries)) == entries
        assert [leaf_hash(entry) for entry in decode_bundle(entries)] == leaves[:size]
        assert (log / tile.path).read_bytes() == b"".join(leaves[:size])
        expected |= {tile.path, bundle.path}
    assert {path.relative_to(log).as_posix() for path in log.glob("tile/**/*") if path.is_file()} == expected


def test_every_entry_is_included_in_every_tree(log: Path, checkpoints: list[Checkpoint], leaves: list[Digest]) -> None:
    proven = 0
    for checkpoint in checkpoints[1:]:
        read = reader_over_tiles(checkpoint.size, _reader(log))
        assert root_at(size=checkpoint.size, read=read) == checkpoint.root
        for index in range(checkpoint.size):
            proof = inclusion_proof(index=index, size=checkpoint.size, read=read)
            verify_inclusion(index=index, size=checkpoint.size, leaf_hash=leaves[index], proof=proof, root=checkpoint.root)
            proven += 1
    assert proven == SIZE * (SIZE + 1) // 2


def test_all_checkpoints_are_consistent(log: Path, checkpoints: list[Checkpoint]) -> None:
    proven = 0
    for old, new in combinations(checkpoints[1:], 2):
        proof = consistency_proof(old_size=old.size, new_size=new.size, read=reader_over_tiles(new.size, _reader(log)))
        verify_consistency(old_size=old.size, new_size=new.size, old_root=old.root, new_root=new.root, proof=proof)
        proven += 1
    assert proven == SIZE * (SIZE - 1) // 2
