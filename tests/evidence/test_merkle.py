"""The tree: against the definition, under every mutation, and at its limits."""

from __future__ import annotations

from hashlib import sha256
from typing import Final

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ledger.evidence.frontier import EMPTY_FRONTIER, Frontier, FrontierMalformed
from ledger.evidence.merkle import (
    EMPTY_ROOT,
    ConsistencyUnproven,
    Digest,
    DigestMalformed,
    InclusionUnproven,
    LeafOutsideTree,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    reader_of,
    root_at,
    root_from_inclusion,
    root_of,
    subtree_consistency_proof,
    verify_consistency,
    verify_inclusion,
    verify_subtree_consistency,
    verify_subtree_inclusion,
)

SIZES: Final = st.integers(1, 300)


def leaves_of(size: int) -> list[Digest]:
    return [leaf_hash(b"leaf %d" % index) for index in range(size)]


def defined_root(leaves: list[Digest]) -> Digest:
    """The definition of RFC 6962 section 2.1, word for word and slow."""
    if len(leaves) < 2:
        return leaves[0] if leaves else sha256(b"").digest()
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return sha256(b"\x01" + defined_root(leaves[:split]) + defined_root(leaves[split:])).digest()


def flip(data: bytes, bit: int) -> bytes:
    whole = int.from_bytes(data, "big") ^ 1 << bit % (8 * len(data))
    return whole.to_bytes(len(data), "big")


def test_golden_bytes() -> None:
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert leaf_hash(b"").hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert root_of(leaves_of(1)) == leaves_of(1)[0]
    assert root_of(leaves_of(7)).hex() == "5a61fc2b54f9cfa71774f2432143dd40c6cb2b11947faf65a7d3da5cb65199c8"
    assert EMPTY_FRONTIER.extend(leaves_of(3)).to_bytes().hex() == (
        "0000000000000003" + node_hash(*leaves_of(2)).hex() + leaves_of(3)[2].hex()
    )


def test_root_follows_the_definition_at_every_small_size() -> None:
    leaves = leaves_of(130)
    for size in range(131):
        assert root_of(leaves[:size]) == defined_root(leaves[:size])


@given(SIZES, SIZES)
def test_frontier_agrees_with_the_bulk_root(first: int, more: int) -> None:
    leaves = leaves_of(first + more)
    grown = EMPTY_FRONTIER.extend(leaves[:first]).extend(leaves[first:])
    assert grown.root() == root_of(leaves)
    assert grown.append(leaves[0]).root() == root_of([*leaves, leaves[0]])
    assert Frontier.from_bytes(grown.to_bytes()) == grown


@given(SIZES)
def test_root_at_agrees_with_the_bulk_root(size: int) -> None:
    leaves = leaves_of(300)
    assert root_at(size=size, read=reader_of(leaves)) == root_of(leaves[:size])
    assert root_at(size=0, read=reader_of(leaves)) == EMPTY_ROOT


@given(st.data(), SIZES)
def test_inclusion_is_proven_and_every_mutation_refused(data: st.DataObject, size: int) -> None:
    leaves = leaves_of(size)
    index = data.draw(st.integers(0, size - 1))
    proof = inclusion_proof(index=index, size=size, read=reader_of(leaves))
    root, leaf = root_of(leaves), leaves[index]
    verify_inclusion(index=index, size=size, leaf_hash=leaf, proof=proof, root=root)
    assert root_from_inclusion(index=index, size=size, leaf_hash=leaf, proof=proof) == root

    bit = data.draw(st.integers(0, 255))
    wrong = [
        (index, size, flip(leaf, bit), proof, root),
        (index, size, leaf, proof, flip(root, bit)),
        (index, size, leaf, [*proof, root], root),
        (index, size, leaf, [leaf, *proof], root),
        *((index ^ 1 << place, size, leaf, proof, root) for place in range(64)),
        *((index, size, leaf, [*proof[:at], flip(step, bit), *proof[at + 1 :]], root) for at, step in enumerate(proof)),
        *((index, size, leaf, [*proof[:at], *proof[at + 1 :]], root) for at in range(len(proof))),
    ]
    for other_index, other_size, other_leaf, other_proof, other_root in wrong:
        with pytest.raises(InclusionUnproven):
            verify_inclusion(index=other_index, size=other_size, leaf_hash=other_leaf, proof=other_proof, root=other_root)


@given(st.data(), st.integers(2, 300))
def test_consistency_is_proven_and_every_mutation_refused(data: st.DataObject, new: int) -> None:
    leaves = leaves_of(new)
    old = data.draw(st.integers(1, new))
    proof = consistency_proof(old_size=old, new_size=new, read=reader_of(leaves))
    old_root, new_root = root_of(leaves[:old]), root_of(leaves)
    verify_consistency(old_size=old, new_size=new, old_root=old_root, new_root=new_root, proof=proof)

    bit = data.draw(st.integers(0, 255))
    wrong = [
        (old, new, flip(old_root, bit), new_root, proof),
        (old, new, old_root, flip(new_root, bit), proof),
        (old, new, old_root, new_root, [*proof, new_root]),
        (old, new, old_root, new_root, [old_root, *proof]),
        *((old, new, old_root, new_root, [*proof[:at], flip(step, bit), *proof[at + 1 :]]) for at, step in enumerate(proof)),
        *((old, new, old_root, new_root, [*proof[:at], *proof[at + 1 :]]) for at in range(len(proof))),
    ]
    if old < new:
        wrong.append((old, new, new_root, old_root, proof))
    for old_size, new_size, first, second, other_proof in wrong:
        with pytest.raises(ConsistencyUnproven):
            verify_consistency(old_size=old_size, new_size=new_size, old_root=first, new_root=second, proof=other_proof)


@given(st.data(), st.integers(1, 200))
def test_subtrees_are_proven(data: st.DataObject, size: int) -> None:
    leaves, level = leaves_of(size), data.draw(st.integers(0, 7))
    start = data.draw(st.integers(0, (size - 1) >> level)) << level
    end = data.draw(st.integers(start + 1, min(size, start + (1 << level))))
    subtree_root, root = root_of(leaves[start:end]), root_of(leaves)
    proof = subtree_consistency_proof(start=start, end=end, size=size, read=reader_of(leaves))
    verify_subtree_consistency(start=start, end=end, size=size, subtree_root=subtree_root, root=root, proof=proof)

    index = data.draw(st.integers(start, end - 1))
    path = inclusion_proof(index=index - start, size=end - start, read=reader_of(leaves[start:end]))
    verify_subtree_inclusion(index=index, start=start, end=end, leaf_hash=leaves[index], proof=path, root=subtree_root)

    for at, step in enumerate(proof):
        with pytest.raises(ConsistencyUnproven):
            bent = [*proof[:at], flip(step, at), *proof[at + 1 :]]
            verify_subtree_consistency(start=start, end=end, size=size, subtree_root=subtree_root, root=root, proof=bent)
    with pytest.raises(ConsistencyUnproven):
        verify_subtree_consistency(start=start, end=end, size=size, subtree_root=flip(subtree_root, 0), root=root, proof=proof)


def shape_of(index: int, size: int) -> tuple[int, int]:
    """How many hashes of an inclusion proof are inside the last common subtree, and how many along the right edge."""
    inner = (index ^ (size - 1)).bit_length()
    return inner, (index >> inner).bit_count()


@given(st.data(), SIZES)
def test_another_size_is_refused_wherever_it_gives_the_proof_another_shape(data: st.DataObject, size: int) -> None:
    # A root does not commit to its size: leaf 0 has the same path in trees of 3 and of 4 leaves. Sizes come signed.
    leaves = leaves_of(size)
    index = data.draw(st.integers(0, size - 1))
    proof = inclusion_proof(index=index, size=size, read=reader_of(leaves))
    for place in range(64):
        other = size ^ 1 << place
        if index < other < 1 << 63 and sum(shape_of(index, other)) == sum(shape_of(index, size)):
            continue
        with pytest.raises(InclusionUnproven):
            verify_inclusion(index=index, size=other, leaf_hash=leaves[index], proof=proof, root=root_of(leaves))


def test_entries_put_before_an_earlier_tree_are_no_consistent_successor() -> None:
    # A verifier that takes the shape from the prover accepts [x, y, a, b] as a successor of [a, b].
    old, new = leaves_of(4)[2:], leaves_of(4)
    left, right = node_hash(*new[:2]), node_hash(*new[2:])
    for proof in ([left], [right], [left, right], [right, left], []):
        with pytest.raises(ConsistencyUnproven):
            verify_consistency(old_size=2, new_size=4, old_root=root_of(old), new_root=root_of(new), proof=proof)


@pytest.mark.parametrize("size", [0, 1])
def test_consistency_from_the_empty_tree_is_always_refused(size: int) -> None:
    root = root_of(leaves_of(size))
    with pytest.raises(ConsistencyUnproven, match="old size 0"):
        verify_consistency(old_size=0, new_size=size, old_root=EMPTY_ROOT, new_root=root, proof=[])
    with pytest.raises(LeafOutsideTree):
        consistency_proof(old_size=0, new_size=size, read=reader_of(leaves_of(size)))


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0), (0, -1), (0, 1 << 63), (1 << 63, 1 << 64)])
def test_places_outside_the_tree_are_refused(index: int, size: int) -> None:
    leaf = leaves_of(1)[0]
    with pytest.raises(InclusionUnproven):
        verify_inclusion(index=index, size=size, leaf_hash=leaf, proof=[], root=leaf)
    with pytest.raises(LeafOutsideTree):
        inclusion_proof(index=index, size=size, read=reader_of(leaves_of(3)))


@pytest.mark.parametrize(("old", "new"), [(-1, 3), (3, 2), (1, 1 << 63)])
def test_sizes_out_of_order_are_refused(old: int, new: int) -> None:
    root = leaves_of(1)[0]
    with pytest.raises(ConsistencyUnproven):
        verify_consistency(old_size=old, new_size=new, old_root=root, new_root=root, proof=[])
    with pytest.raises(LeafOutsideTree):
        consistency_proof(old_size=old, new_size=new, read=reader_of(leaves_of(3)))


@pytest.mark.parametrize("length", [0, 31, 33])
def test_hashes_of_another_length_are_refused(length: int) -> None:
    odd = bytes(length)
    with pytest.raises(DigestMalformed):
        root_of([bytes(32), odd])
    with pytest.raises(DigestMalformed):
        EMPTY_FRONTIER.append(odd)
    with pytest.raises(DigestMalformed):
        reader_of([odd])
    with pytest.raises(InclusionUnproven):
        verify_inclusion(index=0, size=1, leaf_hash=odd, proof=[], root=odd)
    with pytest.raises(ConsistencyUnproven):
        verify_consistency(old_size=1, new_size=2, old_root=odd, new_root=node_hash(odd, bytes(32)), proof=[bytes(32)])


@pytest.mark.parametrize(("start", "end"), [(1, 3), (2, 5), (3, 2), (2, 2), (-2, 0), (0, 9)])
def test_a_range_that_is_no_subtree_of_the_tree_is_refused(start: int, end: int) -> None:
    leaves = leaves_of(8)
    with pytest.raises(LeafOutsideTree):
        subtree_consistency_proof(start=start, end=end, size=8, read=reader_of(leaves))
    with pytest.raises(ConsistencyUnproven):
        verify_subtree_consistency(start=start, end=end, size=8, subtree_root=leaves[0], root=root_of(leaves), proof=[])


def test_leaves_that_share_no_subtree_are_not_proven_by_hashing_them_together() -> None:
    leaves = leaves_of(4)
    with pytest.raises(InclusionUnproven, match="a subtree"):
        root = node_hash(leaves[1], leaves[2])
        verify_subtree_inclusion(index=1, start=1, end=3, leaf_hash=leaves[1], proof=[leaves[2]], root=root)


def test_a_proof_reads_only_perfect_subtrees_inside_the_tree() -> None:
    leaves = leaves_of(70)
    read = reader_of(leaves)

    def watched(level: int, index: int) -> Digest:
        assert index + 1 << level <= 70
        return read(level, index)

    for index in range(70):
        proof = inclusion_proof(index=index, size=70, read=watched)
        assert root_from_inclusion(index=index, size=70, leaf_hash=leaves[index], proof=proof) == root_of(leaves)
    with pytest.raises(LeafOutsideTree):
        read(1, 35)


@given(st.binary(max_size=80))
def test_frontier_bytes_are_read_strictly(data: bytes) -> None:
    assume(len(data) != 8 + 32 * int.from_bytes(data[:8], "big").bit_count())
    with pytest.raises(FrontierMalformed):
        Frontier.from_bytes(data)


@settings(max_examples=20)
@given(st.integers(0, 6), st.integers(0, 4))
def test_a_frontier_has_one_hash_per_subtree(size: int, count: int) -> None:
    assume(size.bit_count() != count)
    with pytest.raises(FrontierMalformed):
        Frontier(size, (EMPTY_ROOT,) * count)
