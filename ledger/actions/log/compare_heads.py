"""Compare two states of a log, wherever they are shown: one history, a fork with its evidence, or not to be told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from ledger.actions.log.open_source import open_source
from ledger.audit.source import LogSource
from ledger.errors import Misused, SuyuanError, Untrusted
from ledger.evidence.checkpoint import Checkpoint
from ledger.evidence.fork import ForkEvidence, stated_in
from ledger.evidence.merkle import (
    DIGEST_BYTES,
    ConsistencyUnproven,
    Digest,
    HashReader,
    consistency_proof,
    root_at,
    verify_consistency,
)
from ledger.evidence.note import NOTE_BYTES_MAX
from ledger.evidence.receipt import RECEIPT_BYTES_MAX
from ledger.evidence.tile import TileAddress, reader_over_tiles
from ledger.evidence.tlog_proof import TlogProof

_PROOF_START: Final = b"c2sp.org/tlog-proof@v1\n"
_SCHEMES: Final = ("http://", "https://")
_CHECKPOINT_PATHS: Final = ("/log/checkpoint", "/log")


class LogsDiffer(Misused):
    title = "the two checkpoints are of two logs, which need not agree"


class TilesContradictCheckpoint(Untrusted):
    title = "the tiles that are shown are not those of the checkpoint that is shown with them"


class Relation(StrEnum):
    """What two checkpoints are to each other."""

    ONE_HISTORY = "one history"
    FORK = "fork"
    UNKNOWN = "not to be told"


@dataclass(frozen=True, slots=True)
class Side:
    """One state of a log: the checkpoint that is shown, and the log behind it, where there is one to read tiles from."""

    name: str
    note: bytes
    checkpoint: Checkpoint
    source: LogSource | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """`evidence` stands where the relation is a fork."""

    relation: Relation
    first: Side
    second: Side
    evidence: ForkEvidence | None = None


@contextmanager
def open_side(name: str) -> Iterator[Side]:
    """What `name` shows: a checkpoint or receipt in a file, or the newest checkpoint of a served log, a data directory or a
    bundle.

    Raises:
        What opening and parsing raise: there is nothing there, or it is no checkpoint.
    """
    file = Path(name)
    if not name.startswith(_SCHEMES) and file.is_file():
        note = _note_in(file)
        if note is not None:
            yield Side(name, note, stated_in(note))
            return
    with open_source(_base_of(name)) as source:
        note = source.newest()
        yield Side(name, note, stated_in(note), source)


def compare(a: Side, b: Side) -> Comparison:
    """Compare by size first; where one is smaller, the tiles of the larger one say which root it had at that size.

    Raises:
        LogsDiffer: they are of two origins.
        TilesContradictCheckpoint: a source shows tiles that are not its checkpoint's.
    """
    first, second = sorted((a, b), key=lambda side: side.checkpoint.size)
    old, new = first.checkpoint, second.checkpoint
    if old.origin != new.origin:
        raise LogsDiffer(seen=f"{a.checkpoint.origin} and {b.checkpoint.origin}", wanted="one origin")
    if old.size in (0, new.size):
        same = old.size == 0 or old.root == new.root
        evidence = None if same else ForkEvidence(first.note, second.note, new.root, ())
        return Comparison(Relation.ONE_HISTORY if same else Relation.FORK, first, second, evidence)
    if second.source is None:
        return Comparison(Relation.UNKNOWN, first, second)
    reader = _tiles_of(second, second.source)
    root = root_at(size=old.size, read=reader)
    proof = consistency_proof(old_size=old.size, new_size=new.size, read=reader)
    _refuse_unproven(second, old_size=old.size, root=root, proof=proof)
    if root == old.root:
        return Comparison(Relation.ONE_HISTORY, first, second)
    return Comparison(Relation.FORK, first, second, ForkEvidence(first.note, second.note, root, tuple(proof)))


def _refuse_unproven(side: Side, *, old_size: int, root: Digest, proof: Sequence[Digest]) -> None:
    # The checkpoint's root vouches only for the tiles it was computed from: below a true upper tile a lower one may be of
    # another history, and show whichever root somebody wants to see.
    new = side.checkpoint
    try:
        verify_consistency(old_size=old_size, new_size=new.size, old_root=root, new_root=new.root, proof=proof)
    except ConsistencyUnproven as reason:
        raise TilesContradictCheckpoint(seen=f"tiles of another tree at size {old_size}", wanted=reason.wanted) from reason


def _tiles_of(side: Side, source: LogSource) -> HashReader:
    """Hashes of the tree that a source shows; what it shows is its checkpoint's tree, or nothing is believed."""

    def read(address: TileAddress) -> bytes:
        tile = source.tile(address)
        if tile is None or len(tile) < address.width * DIGEST_BYTES:
            raise TilesContradictCheckpoint(seen=f"no {address.path}", wanted="every tile that the checkpoint has")
        return tile[: address.width * DIGEST_BYTES]

    reader = reader_over_tiles(side.checkpoint.size, read)
    shown: Digest = root_at(size=side.checkpoint.size, read=reader)
    if shown != side.checkpoint.root:
        raise TilesContradictCheckpoint(seen=f"root {shown.hex()}", wanted=f"root {side.checkpoint.root.hex()}")
    return reader


def _note_in(file: Path) -> bytes | None:
    """The checkpoint in a file; None where the file is neither a checkpoint nor a receipt."""
    with file.open("rb") as opened:
        data = opened.read(max(NOTE_BYTES_MAX, RECEIPT_BYTES_MAX) + 1)
    if data.startswith(_PROOF_START):
        return TlogProof.parse(data).checkpoint_note
    try:
        stated_in(data)
    except SuyuanError:
        if data[:1].isalnum() and b"\n" in data[:200] and b"\n\n" in data:
            raise  # it looks like a note: say what is wrong with it
        return None
    return data


def _base_of(name: str) -> str:
    """The address of a served log, whether or not the path of its checkpoint stands behind it."""
    if name.startswith(_SCHEMES):
        for path in _CHECKPOINT_PATHS:
            if name.rstrip("/").endswith(path):
                return name.rstrip("/").removesuffix(path)
    return name
