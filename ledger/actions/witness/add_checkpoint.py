"""Cosign a checkpoint: judged, written down for good, and only then answered."""

from __future__ import annotations

from typing import Final

from ledger.actions.witness.decide import Asked, Cosign, Refuse, decide
from ledger.actions.witness.open_witness import Witness
from ledger.actions.witness.witness_guard import refuse_rolled_back
from ledger.evidence.checkpoint import Checkpoint, cosign
from ledger.evidence.note import SignatureLine, SignedNote
from ledger.storage.database import reading
from ledger.storage.witness.conflicts import Conflict, keep_conflict, settle_conflicts
from ledger.storage.witness.logs import Cosigned, KnownLog, move_log, read_log
from ledger.storage.witness.store import WitnessBusy, writing

_TRIES: Final = 16


def add_checkpoint(witness: Witness, data: bytes) -> tuple[SignatureLine, ...]:
    """Return this witness's cosignatures of the checkpoint in a request. They are on disk before this returns.

    Args:
        data: a request as `AddCheckpoint` prints it.

    Raises:
        What `Asked.parse` and `cosign_asked` raise.
    """
    return cosign_asked(witness, Asked.parse(data))


def cosign_asked(witness: Witness, asked: Asked) -> tuple[SignatureLine, ...]:
    """The same for a request that is parsed already.

    Raises:
        The errors of `decide`: one for each row of the protocol's table.
        WitnessRolledBack: an older copy of the database is at work; nothing was given away.
        WitnessBusy: storage could not be written, or others were always faster; nothing was given away.
    """
    for _ in range(_TRIES):
        # The guard first: it is never ahead of the newest database, however many others move both meanwhile.
        highest = witness.guard.highest(asked.origin)
        known = _known(witness, asked.origin)
        if known is not None:
            refuse_rolled_back(highest, known.cosigned)
        decision = decide(asked, known)
        if isinstance(decision, Refuse):
            _keep_evidence(witness, asked, known, decision)
            raise decision.error
        given = _given_now(witness, asked, decision)
        if given:
            _guard(witness, asked, before=asked.size)
            return given
        lines, cosigned = _cosign(witness, asked, decision)
        witness.before_persisting()
        if _persist(witness, decision.known, cosigned):
            _guard(witness, asked, before=asked.old_size)
            witness.before_replying()
            return lines
    raise WitnessBusy(seen=f"{_TRIES} others were first", wanted="a turn")


def _known(witness: Witness, origin: str) -> KnownLog | None:
    with reading(witness.engine) as connection:
        return read_log(connection, origin)


def _guard(witness: Witness, asked: Asked, *, before: int) -> None:
    highest = witness.guard.advance(Checkpoint(asked.origin, asked.size, asked.root), before=before)
    if highest.size > asked.size:
        # Another server has moved on since. If it works on this database, that shows here.
        known = _known(witness, asked.origin)
        refuse_rolled_back(highest, None if known is None else known.cosigned)


def _given_now(witness: Witness, asked: Asked, decision: Cosign) -> tuple[SignatureLine, ...]:
    """The lines already given for this head, if no second has passed since; else none.

    A published head is anybody's to send. Were each repetition written down, a few senders would keep the disk, and the
    log's next head would wait behind them.
    """
    last = decision.known.cosigned
    if last is None or (last.size, last.root) != (asked.size, asked.root) or witness.clock() // 1_000 > last.time_s:
        return ()
    own = {(key.name, key.key_id) for key in witness.verifiers}
    lines = tuple(line for line in SignedNote.parse(last.note).signatures if (line.name, line.key_id) in own)
    return lines if len(lines) == len(witness.keys) else ()


def _cosign(witness: Witness, asked: Asked, decision: Cosign) -> tuple[tuple[SignatureLine, ...], Cosigned]:
    last = decision.known.cosigned
    # A clock that is set back, or stands at its beginning, must not make cosignatures older than those given before.
    time_s = max(witness.clock() // 1_000, last.time_s if last else 0, 1)
    lines = tuple(cosign(decision.signed, key, time_s) for key in witness.keys)
    note = SignedNote(decision.signed.text, (*decision.signed.signatures, *lines))
    return lines, Cosigned(asked.size, asked.root, time_s, note.to_bytes())


def _persist(witness: Witness, before: KnownLog, cosigned: Cosigned) -> bool:
    # Checking and persisting are one step: what was judged counts only if nothing about the log has moved since.
    with writing(witness.engine) as connection:
        moved = move_log(connection, before, cosigned)
        if moved:
            settle_conflicts(connection, before.origin, size=cosigned.size, root=cosigned.root, note=cosigned.note)
    return moved


def _keep_evidence(witness: Witness, asked: Asked, known: KnownLog | None, refusal: Refuse) -> None:
    if refusal.evidence is None or known is None or known.cosigned is None:
        return
    found = Conflict(
        origin=asked.origin,
        proven=refusal.proven,
        seen=witness.clock(),
        size=asked.size,
        root=asked.root,
        old_size=asked.old_size,
        proof=asked.proof,
        cosigned=known.cosigned.note,
        refused=refusal.evidence.to_bytes(),
    )
    with writing(witness.engine) as connection:
        keep_conflict(connection, found)
