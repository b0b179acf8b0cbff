"""Sign escrow records as their parties do, on their own machines; nothing here needs the ledger."""

from __future__ import annotations

from collections.abc import Sequence

from ledger.actions.capture.sign_own import OwnNote, sign_note
from ledger.actions.escrow.submit_records import read_bodies
from ledger.evidence.authority import ReadRule, RecordClass
from ledger.evidence.instant import Instant
from ledger.evidence.merkle import Digest
from ledger.evidence.note_signer import NoteSigner


def sign_records(
    records: Sequence[bytes],
    keys: Sequence[NoteSigner],
    *,
    origin: str,
    first_entry: Digest,
    read: ReadRule,
    now: Instant,
    seen: tuple[int, Digest] | None = None,
    seed: bytes | None = None,
) -> OwnNote:
    """Sign `records`, each exactly as it will be sent, with one key per party: the issuer's first, the others in any order.

    Who signs a batch signs every record of it.

    Args:
        seen: a checkpoint of this log, (size, root), that the parties cite.
        seed: fresh random bytes unless given. A seed must never serve two notes.

    Raises:
        what `read_bodies` raises: nobody signs what the ledger would turn away at the door.
    """
    read_bodies(records)
    return sign_note(
        records,
        keys,
        origin=origin,
        first_entry=first_entry,
        klass=RecordClass.ESCROW,
        read=read,
        now=now,
        seen=seen,
        seed=seed,
    )
