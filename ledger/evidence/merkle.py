"""The RFC 6962 tree: roots, frontiers, and proofs made and verified."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from hashlib import sha256
from typing import Final, TypeAlias

from ledger.errors import Absent, Malformed, Untrusted
from ledger.evidence.spelling import SIZE_LIMIT

Digest: TypeAlias = bytes
"""A SHA-256 hash, 32 bytes."""

HashReader: TypeAlias = Callable[[int, int], Digest]
"""`(level, index)` to the hash of the perfect subtree over leaves `[index << level, (index + 1) << level)`."""

DIGEST_BYTES: Final = 32
EMPTY_ROOT: Final[Digest] = sha256(b"").digest()


class DigestMalformed(Malformed):
    title = "a hash is not 32 bytes long"


class LeafOutsideTree(Absent):
    title = "the tree has no such leaf or range of leaves"


class InclusionUnproven(Untrusted):
    title = "the proof does not show that this leaf stands at this index under this root"


class ConsistencyUnproven(Untrusted):
    title = "the proof does not show that the later tree begins with the earlier one"


def leaf_hash(data: bytes) -> Digest:
    """Return `SHA-256(0x00 || data)`. Source: RFC 6962 section 2.1."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: Digest, right: Digest) -> Digest:
    """Return `SHA-256(0x01 || left || right)`. Source: RFC 6962 section 2.1."""
    return sha256(b"\x01" + left + right).digest()


def root_of(leaves: Sequence[Digest]) -> Digest:
    """Return the root over leaf hashes, in bulk: one pass per level.

    Raises:
        DigestMalformed: a leaf hash is not 32 bytes.
    """
    refuse_lengths(leaves)
    level = list(leaves)
    while len(level) > 1:
        # RFC 6962 never duplicates a last node without a sibling: it rises unchanged.
        unpaired = level[-1:] if len(level) & 1 else []
        level = _parents(level) + unpaired
    return level[0] if level else EMPTY_ROOT


def refuse_lengths(hashes: Sequence[Digest]) -> None:
    odd = set(map(len, hashes)) - {DIGEST_BYTES}
    if odd:
        raise DigestMalformed(seen=f"{odd.pop()} bytes", wanted=f"{DIGEST_BYTES} bytes")


def reader_of(leaves: Sequence[Digest]) -> HashReader:
    """Return a reader over leaf hashes in memory; all perfect subtrees are hashed once, here.

    The reader raises `LeafOutsideTree` for a subtree that is not wholly inside.
    """
    refuse_lengths(leaves)
    levels = [list(leaves)]
    while len(levels[-1]) > 1:
        levels.append(_parents(levels[-1]))

    def read(level: int, index: int) -> Digest:
        if not (0 <= level < len(levels) and 0 <= index < len(levels[level])):
            raise LeafOutsideTree(seen=f"subtree {index} of level {level}", wanted=f"one inside {len(leaves)} leaves")
        return levels[level][index]

    return read


def root_at(*, size: int, read: HashReader) -> Digest:
    """Return the root of the tree of the first `size` leaves, from at most 63 reads."""
    return join_peaks([read(level, index) for level, index in _peaks(size)]) if size else EMPTY_ROOT


def inclusion_proof(*, index: int, size: int, read: HashReader) -> list[Digest]:
    """Return the hashes that lead from leaf `index` to the root of the tree of `size` leaves, leaf first.

    Raises:
        LeafOutsideTree: not `0 <= index < size < 2**63`.

    Source: RFC 6962 section 2.1.1.
    """
    if not 0 <= index < size < SIZE_LIMIT:
        raise LeafOutsideTree(seen=f"index {index} in size {size}", wanted="0 <= index < size < 2**63")
    return [_read_node(*sibling, size=size, read=read) for sibling in _siblings(0, index, size=size)]


def consistency_proof(*, old_size: int, new_size: int, read: HashReader) -> list[Digest]:
    """Return the hashes that show that the tree of `new_size` begins with the one of `old_size`.

    Raises:
        LeafOutsideTree: not `1 <= old_size <= new_size < 2**63`; from size 0 there is nothing to prove.

    Source: RFC 6962 section 2.1.2.
    """
    return subtree_consistency_proof(start=0, end=old_size, size=new_size, read=read)


def subtree_consistency_proof(*, start: int, end: int, size: int, read: HashReader) -> list[Digest]:
    """Return the hashes that show that leaves `[start, end)` stand in the tree of `size` leaves.

    Raises:
        LeafOutsideTree: the range is empty, not a subtree (see `_is_subtree`) or not inside the tree.

    Source: draft-ietf-plants-merkle-tree-certs, on subtree consistency proofs.
    """
    if not _is_subtree(start, end) or not end <= size < SIZE_LIMIT:
        raise LeafOutsideTree(seen=f"[{start}, {end}) of size {size}", wanted="a subtree inside a tree below 2**63")
    level, carries_seed = _seed_of(start, end, size)
    index = (end - 1) >> level
    seed = [read(level, index)] if carries_seed else []
    return seed + [_read_node(*sibling, size=size, read=read) for sibling in _siblings(level, index, size=size)]


def root_from_inclusion(*, index: int, size: int, leaf_hash: Digest, proof: Sequence[Digest]) -> Digest:
    """Return the root that `proof` leads to from a leaf at `index` of a tree of `size`.

    The number of hashes and their sides follow from index and size alone, never from the proof.

    Raises:
        InclusionUnproven: index or size out of range, a hash not of 32 bytes, too many or too few hashes.

    Source: RFC 9162 section 2.1.3.2.
    """
    if not 0 <= index < size < SIZE_LIMIT:
        raise InclusionUnproven(seen=f"index {index} in size {size}", wanted="0 <= index < size < 2**63")
    if len(leaf_hash) != DIGEST_BYTES or any(len(step) != DIGEST_BYTES for step in proof):
        raise InclusionUnproven(seen="a hash of another length", wanted=f"{DIGEST_BYTES} bytes each")
    siblings = _siblings(0, index, size=size)
    if len(proof) != len(siblings):
        raise InclusionUnproven(seen=f"{len(proof)} hashes", wanted=f"{len(siblings)} for index {index} in size {size}")
    hasher, root = sha256, leaf_hash
    for (_, sibling), step in zip(siblings, proof, strict=True):
        root = hasher(b"\x01" + root + step if sibling & 1 else b"\x01" + step + root).digest()
    return root


def verify_inclusion(*, index: int, size: int, leaf_hash: Digest, proof: Sequence[Digest], root: Digest) -> None:
    """Return if the leaf stands at `index` of the tree with this size and root.

    Index, size and root are the caller's: they come from a verified checkpoint or note, never from the prover.

    Raises:
        InclusionUnproven: it is not shown.
    """
    reached = root_from_inclusion(index=index, size=size, leaf_hash=leaf_hash, proof=proof)
    if reached != root:
        raise InclusionUnproven(seen=f"root {reached.hex()}", wanted=f"root {root.hex()}")


def verify_subtree_inclusion(
    *, index: int, start: int, end: int, leaf_hash: Digest, proof: Sequence[Digest], root: Digest
) -> None:
    """Return if the leaf that the log holds at `index` stands in the subtree over `[start, end)` with this root.

    Raises:
        InclusionUnproven: it is not shown, or the range is no subtree.
    """
    if not _is_subtree(start, end):
        raise InclusionUnproven(seen=f"[{start}, {end})", wanted="a subtree")
    verify_inclusion(index=index - start, size=end - start, leaf_hash=leaf_hash, proof=proof, root=root)


def verify_consistency(*, old_size: int, new_size: int, old_root: Digest, new_root: Digest, proof: Sequence[Digest]) -> None:
    """Return if the tree of `new_size` and `new_root` begins with the tree of `old_size` and `old_root`.

    Raises:
        ConsistencyUnproven: it is not shown. Always so from size 0, where there is nothing to show:
            a caller that accepts the empty tree as a beginning says so itself.

    Source: RFC 9162 section 2.1.4.2, as the special case `[0, old_size)` of a subtree.
    """
    if old_size == 0:
        raise ConsistencyUnproven(seen="old size 0", wanted="at least one leaf")
    verify_subtree_consistency(start=0, end=old_size, size=new_size, subtree_root=old_root, root=new_root, proof=proof)


def verify_subtree_consistency(
    *, start: int, end: int, size: int, subtree_root: Digest, root: Digest, proof: Sequence[Digest]
) -> None:
    """Return if leaves `[start, end)`, under `subtree_root`, stand in the tree of this size and root.

    An empty range has the empty root and an empty proof, and shows nothing about `root`.

    Raises:
        ConsistencyUnproven: it is not shown, or the range is no subtree of the tree.

    Source: draft-ietf-plants-merkle-tree-certs, on subtree consistency proofs.
    """
    if 0 <= start == end <= size < SIZE_LIMIT:
        if proof or subtree_root != EMPTY_ROOT:
            raise ConsistencyUnproven(seen=f"root {subtree_root.hex()}", wanted="the empty root and no hashes")
        return
    if not _is_subtree(start, end) or not end <= size < SIZE_LIMIT:
        raise ConsistencyUnproven(seen=f"[{start}, {end}) of size {size}", wanted="a subtree inside a tree below 2**63")
    if (start, end) == (0, size):
        # Both roots are the caller's and name the same tree: nothing is hashed, they need only be equal.
        if proof or subtree_root != root:
            raise ConsistencyUnproven(seen=f"roots {subtree_root.hex()} and {root.hex()}", wanted="equal roots and no hashes")
        return
    if any(len(step) != DIGEST_BYTES for step in (subtree_root, root, *proof)):
        raise ConsistencyUnproven(seen="a hash of another length", wanted=f"{DIGEST_BYTES} bytes each")
    reached_subtree, reached = _roots_from_consistency(start, end, size, subtree_root, proof)
    if reached_subtree != subtree_root:
        raise ConsistencyUnproven(seen=f"earlier root {reached_subtree.hex()}", wanted=f"earlier root {subtree_root.hex()}")
    if reached != root:
        raise ConsistencyUnproven(seen=f"later root {reached.hex()}", wanted=f"later root {root.hex()}")


def _roots_from_consistency(
    start: int, end: int, size: int, subtree_root: Digest, proof: Sequence[Digest]
) -> tuple[Digest, Digest]:
    level, carries_seed = _seed_of(start, end, size)
    siblings = _siblings(level, (end - 1) >> level, size=size)
    if len(proof) != carries_seed + len(siblings):
        raise ConsistencyUnproven(
            seen=f"{len(proof)} hashes", wanted=f"{carries_seed + len(siblings)} for [{start}, {end}) of {size}"
        )
    inside = root = proof[0] if carries_seed else subtree_root
    top = (end - start - 1).bit_length()
    for (depth, sibling), step in zip(siblings, proof[carries_seed:], strict=True):
        if sibling & 1:
            root = node_hash(root, step)
        else:
            root = node_hash(step, root)
            # What stands left of the seed, below the subtree's root, belongs to both trees.
            inside = node_hash(step, inside) if depth < top else inside
    return inside, root


def _siblings(level: int, index: int, *, size: int) -> list[tuple[int, int]]:
    """Return (level, index) of every sibling on the way from a node up to the root: the shape of all proofs.

    A sibling with an odd index stands on the right. The last node of a level may have none; then it rises unchanged.
    """
    siblings = []
    last = (size - 1) >> level
    while last:
        if index ^ 1 <= last:
            siblings.append((level, index ^ 1))
        level, index, last = level + 1, index >> 1, last >> 1
    return siblings


def _seed_of(start: int, end: int, size: int) -> tuple[int, bool]:
    """Return the level of the node that a subtree's consistency proof starts from, and if the proof carries its hash.

    It is the largest perfect subtree that ends where the range ends. Where that is the whole range, or where the
    range ends with the tree, it starts from the range's own root, which the verifier has.
    """
    top = (end - start - 1).bit_length()
    perfect = (end & -end).bit_length() - 1
    return (top, False) if end == size or perfect >= top else (perfect, True)


def _is_subtree(start: int, end: int) -> bool:
    """A subtree is a range that starts at a multiple of its length, rounded up to a power of two."""
    return 0 <= start < end and start % (1 << (end - start - 1).bit_length()) == 0


def _read_node(level: int, index: int, *, size: int, read: HashReader) -> Digest:
    if (index + 1) << level <= size:
        return read(level, index)
    # The node at the right edge covers fewer leaves than its level could hold.
    return join_peaks([read(*peak) for peak in _peaks(size) if peak[0] < level])


def _peaks(size: int) -> list[tuple[int, int]]:
    """Return (level, index) of the perfect subtrees that make up a tree of this size, largest first."""
    return [(level, (size >> level) - 1) for level in reversed(range(size.bit_length())) if size >> level & 1]


def join_peaks(peaks: Sequence[Digest]) -> Digest:
    return reduce(lambda right, left: node_hash(left, right), reversed(peaks))


def _parents(level: Sequence[Digest]) -> list[Digest]:
    """Return the hashes of all whole pairs; an unpaired last node is left out."""
    hasher, nodes = sha256, iter(level)
    return [hasher(b"\x01" + left + right).digest() for left, right in zip(nodes, nodes, strict=False)]
