"""Tiles and bundles: the published examples, paths, and proofs read through tiles."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import cache
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.evidence.merkle import (
    Digest,
    HashReader,
    LeafOutsideTree,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    reader_of,
    root_at,
    root_of,
    verify_consistency,
    verify_inclusion,
)
from ledger.evidence.tile import (
    ENTRIES_LEVEL,
    BundleEntryTooLarge,
    BundleMalformed,
    TileAddress,
    TileAddressMalformed,
    TileMalformed,
    bundles_of,
    decode_bundle,
    decode_tile,
    encode_bundle,
    reader_over_tiles,
    tiles_of,
)

LOG_SIZE: Final = 66_100


@cache
def log() -> tuple[list[Digest], HashReader]:
    leaves = [leaf_hash(index.to_bytes(4, "big")) for index in range(LOG_SIZE)]
    return leaves, reader_of(leaves)


def served(size: int) -> Callable[[TileAddress], bytes]:
    """Serve the tiles of the log at `size`, and nothing else."""
    _, read = log()

    def serve(address: TileAddress) -> bytes:
        assert address == TileAddress.within(size, level=address.level, index=address.index)
        first = address.index * 256
        return b"".join(read(8 * address.level, first + place) for place in range(address.width))

    return serve


@pytest.mark.parametrize(
    ("address", "path"),
    [
        (TileAddress(0, 0), "tile/0/000"),
        (TileAddress(0, 273, 112), "tile/0/273.p/112"),
        (TileAddress(0, 1234067), "tile/0/x001/x234/067"),
        (TileAddress(3, 1000, 1), "tile/3/x001/000.p/1"),
        (TileAddress(63, 999, 255), "tile/63/999.p/255"),
        (TileAddress(ENTRIES_LEVEL, 1234067, 12), "tile/entries/x001/x234/067.p/12"),
    ],
)
def test_paths(address: TileAddress, path: str) -> None:
    assert address.path == path
    assert TileAddress.parse(path) == address


@given(st.builds(TileAddress, st.integers(-1, 63), st.integers(0, (1 << 63) - 1), st.integers(1, 256)))
def test_paths_read_back(address: TileAddress) -> None:
    assert TileAddress.parse(address.path) == address


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/tile/0/000",
        "tile/0/000/",
        "tile/0/00",
        "tile/0/0000",
        "tile/0/x000/000",
        "tile/0/001/000",
        "tile/0/x001",
        "tile/0/x1/000",
        "tile/00/000",
        "tile/64/000",
        "tile/-1/000",
        "tile/entries",
        "tile/Entries/000",
        "tile/0/000.p/0",
        "tile/0/000.p/01",
        "tile/0/000.p/256",
        "tile/0/000.p/",
        "tile/0/000.p",
        "tile/0/000\n",
        "tile/0/٠٠٠",
        "tile/0/../000",
        "tile/0/x999/x999/x999/x999/x999/x999/999",
    ],
)
def test_other_paths_are_refused(path: str) -> None:
    with pytest.raises(TileAddressMalformed):
        TileAddress.parse(path)


@pytest.mark.parametrize(("level", "index", "width"), [(-2, 0, 1), (64, 0, 1), (0, -1, 1), (0, 0, 0), (0, 0, 257)])
def test_places_that_no_tile_has_are_refused(level: int, index: int, width: int) -> None:
    with pytest.raises(TileAddressMalformed):
        TileAddress(level, index, width)


def test_tiles_of_the_published_examples() -> None:
    assert [address.path for address in tiles_of(256)] == ["tile/0/000", "tile/1/000.p/1"]
    many = list(tiles_of(70_000))
    assert Counter((address.level, address.width) for address in many) == {
        (0, 256): 273,
        (0, 112): 1,
        (1, 256): 1,
        (1, 17): 1,
        (2, 1): 1,
    }
    assert many == sorted(many)
    assert list(tiles_of(0)) == []
    assert [address.path for address in tiles_of(1)] == ["tile/0/000.p/1"]


def test_bundles_stand_at_the_places_of_level_0() -> None:
    assert [address.path for address in bundles_of(300)] == ["tile/entries/000", "tile/entries/001.p/44"]
    assert list(bundles_of(0)) == []
    assert TileAddress.within(300, level=ENTRIES_LEVEL, index=1) == TileAddress(ENTRIES_LEVEL, 1, 44)
    with pytest.raises(TileAddressMalformed):
        TileAddress.within(300, level=0, index=2)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, LOG_SIZE) | st.sampled_from([1, 255, 256, 257, 511, 512, 65_535, 65_536, 65_537, LOG_SIZE]), st.data())
def test_proofs_come_out_of_the_tiles_of_any_size(size: int, data: st.DataObject) -> None:
    leaves, whole = log()
    read = reader_over_tiles(size, served(size))
    root = root_at(size=size, read=whole)
    assert root_at(size=size, read=read) == root

    index = data.draw(st.integers(0, size - 1))
    proof = inclusion_proof(index=index, size=size, read=read)
    verify_inclusion(index=index, size=size, leaf_hash=leaves[index], proof=proof, root=root)

    old = data.draw(st.integers(1, size))
    steps = consistency_proof(old_size=old, new_size=size, read=read)
    verify_consistency(old_size=old, new_size=size, old_root=root_at(size=old, read=whole), new_root=root, proof=steps)


def test_every_perfect_subtree_is_read_alike() -> None:
    _, whole = log()
    size = 66_000
    read = reader_over_tiles(size, served(size))
    for level in range(17):
        for index in {0, (size >> level) // 2, (size >> level) - 1}:
            assert read(level, index) == whole(level, index)
        with pytest.raises(LeafOutsideTree):
            read(level, size >> level)
    for level, index in ((-1, 0), (0, -1), (0, 2 * size), (17, 0), (40, 0)):
        with pytest.raises(LeafOutsideTree):
            read(level, index)


def test_one_proof_reads_each_tile_once() -> None:
    asked: list[TileAddress] = []
    serve = served(LOG_SIZE)

    def watched(address: TileAddress) -> bytes:
        asked.append(address)
        return serve(address)

    inclusion_proof(index=300, size=LOG_SIZE, read=reader_over_tiles(LOG_SIZE, watched))
    assert len(asked) == len(set(asked)) <= 5


def test_a_tile_of_another_length_is_refused() -> None:
    with pytest.raises(TileMalformed, match=r"tile/0/000\.p/3"):
        reader_over_tiles(3, lambda address: bytes(95))(0, 0)
    assert decode_tile(TileAddress(0, 0, 2), bytes(64)) == [bytes(32), bytes(32)]


def test_golden_bundle() -> None:
    assert encode_bundle([b"", b"tea", b"\xff" * 256]).hex() == "0000" + "0003746561" + "0100" + "ff" * 256


@given(st.lists(st.binary(max_size=40), min_size=1, max_size=256))
def test_bundles_read_back(entries: list[bytes]) -> None:
    data = encode_bundle(entries)
    assert decode_bundle(data) == entries
    with pytest.raises(BundleMalformed):
        decode_bundle(data[:-1])


@given(st.binary(max_size=60))
def test_a_bundle_that_decodes_encodes_back(data: bytes) -> None:
    try:
        entries = decode_bundle(data)
    except BundleMalformed:
        return
    assert encode_bundle(entries) == data


def test_bundles_have_limits() -> None:
    assert decode_bundle(encode_bundle([bytes(65_535)] * 256)) == [bytes(65_535)] * 256
    with pytest.raises(BundleEntryTooLarge):
        encode_bundle([b"", bytes(65_536)])
    for count in (0, 257):
        with pytest.raises(BundleMalformed):
            encode_bundle([b""] * count)
        with pytest.raises(BundleMalformed):
            decode_bundle(bytes(2 * count))


def test_a_reader_over_tiles_agrees_with_the_definition() -> None:
    leaves, _ = log()
    assert root_at(size=700, read=reader_over_tiles(700, served(700))) == root_of(leaves[:700])
