"""Heads that a log signed and a witness refused: kept as evidence, a bounded number for each log."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, and_, delete, func, select, update
from sqlalchemy.dialects.sqlite import insert

from ledger.evidence.instant import Instant
from ledger.evidence.merkle import DIGEST_BYTES, Digest
from ledger.storage.witness.tables import CONFLICTS

CONFLICTS_MAX: Final = 16
"""Of each kind, for each log."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """A head that the log signed and that was refused.

    Attributes:
        proven: two signed heads of one size with different roots: whoever reads both notes knows. Otherwise only the proof
            that came with it was wrong, which whoever sent it may have spoiled.
        size, root: of the refused head.
        old_size, proof: what was sent with it.
        cosigned: the note that stood against it; refused: the other. Both hold only lines that were verified.
    """

    origin: str
    proven: bool
    seen: Instant
    size: int
    root: Digest
    old_size: int
    proof: tuple[Digest, ...]
    cosigned: bytes
    refused: bytes


def keep_conflict(connection: Connection, found: Conflict) -> None:
    """Keep it, each refused head once. The caller commits.

    Of what is proven the first stay: nobody who made a fork can push the evidence of it out. Of the others the newest stay,
    because anybody can make them out of a published checkpoint.
    """
    values = {
        "proven": found.proven,
        "seen": int(found.seen),
        "old_size": found.old_size,
        "proof": b"".join(found.proof),
        "cosigned": found.cosigned,
        "refused": found.refused,
    }
    kept = insert(CONFLICTS).values(origin=found.origin, size=found.size, root=found.root, **values)
    stronger = and_(kept.excluded.proven, ~CONFLICTS.c.proven)
    connection.execute(kept.on_conflict_do_update(index_elements=["origin", "size", "root"], set_=values, where=stronger))
    _trim(connection, found.origin)


def settle_conflicts(connection: Connection, origin: str, *, size: int, root: Digest, note: bytes) -> None:
    """Look again at refused heads of the size that was just cosigned. The caller commits.

    The same root: it was honest, and is forgotten. Another root: now two signed heads of one size are there.
    """
    unproven = and_(CONFLICTS.c.origin == origin, CONFLICTS.c.size == size, ~CONFLICTS.c.proven)
    connection.execute(delete(CONFLICTS).where(unproven, CONFLICTS.c.root == root))
    if connection.execute(update(CONFLICTS).where(unproven).values(proven=True, cosigned=note)).rowcount:
        _trim(connection, origin)


def read_conflicts(connection: Connection, origin: str) -> list[Conflict]:
    """Those of a log, what is proven first, each kind in the order in which it was seen."""
    rows = connection.execute(
        select(CONFLICTS).where(CONFLICTS.c.origin == origin).order_by(CONFLICTS.c.proven.desc(), CONFLICTS.c.id)
    )
    return [
        Conflict(
            origin=row.origin,
            proven=row.proven,
            seen=Instant(row.seen),
            size=row.size,
            root=row.root,
            old_size=row.old_size,
            proof=tuple(row.proof[at : at + DIGEST_BYTES] for at in range(0, len(row.proof), DIGEST_BYTES)),
            cosigned=row.cosigned,
            refused=row.refused,
        )
        for row in rows
    ]


def count_proven(connection: Connection) -> dict[str, int]:
    """How many proven contradictions there are of each log that has any."""
    counted = select(CONFLICTS.c.origin, func.count()).where(CONFLICTS.c.proven).group_by(CONFLICTS.c.origin)
    return {row[0]: row[1] for row in connection.execute(counted)}


def _trim(connection: Connection, origin: str) -> None:
    for proven, order in ((True, CONFLICTS.c.id), (False, CONFLICTS.c.id.desc())):
        of_kind = and_(CONFLICTS.c.origin == origin, CONFLICTS.c.proven.is_(proven))
        kept = select(CONFLICTS.c.id).where(of_kind).order_by(order).limit(CONFLICTS_MAX)
        connection.execute(delete(CONFLICTS).where(of_kind, CONFLICTS.c.id.not_in(kept)))
