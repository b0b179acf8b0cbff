"""The tree over the serial numbers of a drawing, in ascending order: its root and its proofs, read from the table in pieces."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection

from ledger.actions.open_ledger import Ledger
from ledger.errors import Absent
from ledger.evidence.merkle import Digest, inclusion_proof, leaf_hash, root_of, verify_inclusion
from ledger.storage.database import reading
from ledger.storage.position import Position
from ledger.storage.serials import SerialIssue, issue_of_serial, rank_of, serials_after, serials_at

# Pieces of a power of two are whole subtrees, so the root over their roots is the root over everything.
_PIECE_LEVEL: Final = 12
_PIECE: Final = 1 << _PIECE_LEVEL


class SerialNotIssued(Absent):
    title = "no record of this ledger has issued this serial number"


@dataclass(frozen=True, slots=True)
class SerialProof:
    """That `serial` is number `index` of the `size` under `root`, which the record at `record` commits to."""

    serial: str
    product: str
    lot: str | None
    issuer: str
    record: Position
    index: int
    size: int
    root: Digest
    path: tuple[Digest, ...]

    def verify(self) -> None:
        """Return if the path leads from the serial number to the root. The record itself has a receipt of its own.

        Raises:
            InclusionUnproven: it does not.
        """
        leaf = leaf_hash(self.serial.encode())
        verify_inclusion(index=self.index, size=self.size, leaf_hash=leaf, proof=self.path, root=self.root)


def root_over(connection: Connection, issue: SerialIssue) -> Digest:
    """RFC 6962 root over the serial numbers of a drawing; memory holds one piece and the roots of the others."""
    roots, after = [], ""
    while piece := serials_after(connection, issue.number, after, _PIECE):
        roots.append(_root(piece))
        after = piece[-1]
    return root_of(roots)


def prove_serial(ledger: Ledger, serial: str) -> SerialProof:
    """The proof that a serial number was among those that a record committed to, checked before it is returned.

    Raises:
        SerialNotIssued: it was not.
        InclusionUnproven: the table no longer holds what the record committed to.
    """
    with reading(ledger.engine) as connection:
        issue = issue_of_serial(connection, serial)
        if issue is None or issue.position is None or issue.root is None:
            raise SerialNotIssued(seen=serial, wanted="one that `suyuan code issue` or POST /codes has drawn")
        index = rank_of(connection, issue.number, serial)
        path = inclusion_proof(index=index, size=issue.count, read=lambda level, place: _subtree(connection, issue, level, place))
    proof = SerialProof(
        serial, issue.product, issue.lot, issue.issuer, issue.position, index, issue.count, issue.root, tuple(path)
    )
    proof.verify()
    return proof


def _subtree(connection: Connection, issue: SerialIssue, level: int, place: int) -> Digest:
    start, stop = place << level, (place + 1) << level
    roots: list[Digest] = []
    # Counting off the places before the first piece costs a walk over them; after that the order itself leads on.
    piece = serials_at(connection, issue.number, start, min(start + _PIECE, stop))
    while piece:
        roots.append(_root(piece))
        left = stop - start - len(roots) * _PIECE
        piece = serials_after(connection, issue.number, piece[-1], min(_PIECE, left)) if left > 0 else []
    return root_of(roots)


def _root(serials: list[str]) -> Digest:
    return root_of([leaf_hash(serial.encode()) for serial in serials])
