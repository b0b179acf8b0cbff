"""What a body must be to stand in a given batch: a record of its class, padding, or erased.

The same rules hold when a batch is taken, when a receipt is verified and when a ledger is audited.

Source: docs/FORMATS.md, "Record", "Batch note" (padding) and "Erasure".
"""

from __future__ import annotations

from hashlib import sha256
from typing import Final

from ledger.errors import Unprocessable, Untrusted
from ledger.evidence.authority import RecordClass, refuse_foreign_type
from ledger.evidence.batch import Batch
from ledger.evidence.record import read_record, type_of

KEPT_FOR_EVER: Final = frozenset({RecordClass.GOVERNANCE, RecordClass.ESCROW})
"""Classes whose records are never erased, and never padded: folds must be able to read every one of them."""


class PaddingMisplaced(Unprocessable):
    title = "padding stands where it may not"


class ErasureImpossible(Untrusted):
    title = "records of this class are never erased"


class ContextDiffers(Untrusted):
    title = "the context is not the one whose hash the issuer signed"


def type_in_batch(body: bytes, batch: Batch) -> str | None:
    """Return the type of the record that `body` is, or None where it is padding.

    Raises:
        PaddingMisplaced: no bytes at all, in class governance or escrow, or alone in its batch.
        TypeNotInClass: a type outside the class's closed list.
        What `read_record` and `type_of` raise.
    """
    if not body:
        if batch.klass in KEPT_FOR_EVER or batch.size == 1:
            raise PaddingMisplaced(seen=f"class {batch.klass}, size {batch.size}", wanted="another class, beside a record")
        return None
    kind = type_of(read_record(body))
    refuse_foreign_type(kind, batch.klass)
    return kind


def refuse_erased(batch: Batch) -> None:
    """Return if a record of this batch may be erased.

    Raises:
        ErasureImpossible: its class is kept for ever.
    """
    if batch.klass in KEPT_FOR_EVER:
        raise ErasureImpossible(seen=f"class {batch.klass}", wanted="a class other than governance and escrow")


def refuse_context(context: bytes | None, batch: Batch) -> None:
    """Return if `context` is what the note's `context` line is the hash of; None where the note has no such line.

    Raises:
        ContextDiffers: missing, superfluous or other bytes.
    """
    found = None if context is None else sha256(context).digest()
    if found != batch.context:
        raise ContextDiffers(
            seen="none" if found is None else found.hex(), wanted="none" if batch.context is None else batch.context.hex()
        )
