"""Later states of a ledger than a copy holds, as its witnesses, its guard and receipts given out prove them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection

from ledger.actions.log.fetching import AnswerAbsent, Fetcher
from ledger.actions.log.guard import Guard
from ledger.actions.log.witnesses.witness_url import witness_address
from ledger.errors import SuyuanError
from ledger.evidence.checkpoint import Checkpoint, open_checkpoint
from ledger.evidence.note import NOTE_BYTES_MAX
from ledger.evidence.policy import Policy, WitnessLine
from ledger.evidence.tlog_proof import TlogProof
from ledger.storage.tiles import tree_root

_ANSWER_S: Final = 10.0


@dataclass(frozen=True, slots=True)
class KnownState:
    """A checkpoint that the log signed, and who showed it."""

    shown_by: str
    checkpoint: Checkpoint


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Why a copy is not the newest state of its ledger: somebody was shown `known`, and the copy does not lead there."""

    known: KnownState
    message: str


@dataclass(frozen=True, slots=True)
class KnownStates:
    """What could be learnt, and whom it could not be learnt from, with the reason."""

    states: tuple[KnownState, ...]
    silent: tuple[str, ...]


def ask_everybody(
    policy: Policy, guard: Guard, *, witnesses: Sequence[WitnessLine] = (), receipts: Sequence[tuple[str, bytes]] = ()
) -> KnownStates:
    """Ask the guard here, `witnesses`, and `receipts` (name, bytes); what they show must be signed by the policy's log keys.

    Raises:
        What opening a receipt's checkpoint raises: a receipt that was given must be usable.
    """
    states, silent = [], []
    marked = guard.newest()
    if marked is not None:
        states.append(KnownState(f"the guard {guard.files[0]}", marked))
    for name, receipt in receipts:
        note = TlogProof.parse(receipt).checkpoint_note
        checkpoint, _ = open_checkpoint(note, origin=policy.origin, log_keys=policy.log_keys)
        states.append(KnownState(f"the receipt {name}", checkpoint))
    for witness in witnesses:
        try:
            state = _ask(witness, policy)
        except SuyuanError as reason:
            silent.append(f"{witness.name}: {reason}")
            continue
        if state is None:
            silent.append(f"{witness.name}: it has no address in the policy, or knows nothing of this log")
        else:
            states.append(state)
    return KnownStates(tuple(states), tuple(silent))


def contradictions(connection: Connection, size: int, known: Sequence[KnownState]) -> list[Contradiction]:
    """Which of `known` a store of `size` entries does not lead to."""
    found = []
    for state in known:
        checkpoint = state.checkpoint
        if checkpoint.size > size:
            found.append(Contradiction(state, f"it saw {checkpoint.size} entries, this copy has {size}"))
        elif checkpoint.size and tree_root(connection, checkpoint.size) != checkpoint.root:
            found.append(Contradiction(state, f"it saw other entries among the first {checkpoint.size}"))
    return found


def _ask(witness: WitnessLine, policy: Policy) -> KnownState | None:
    """The last checkpoint that a witness cosigned; None where it has none. Source: C2SP tlog-witness, "monitoring"."""
    if witness.url is None:
        return None
    name = hashlib.sha256(policy.origin.encode()).hexdigest()
    try:
        with Fetcher(witness_address(witness.url), answer_s=_ANSWER_S) as fetcher:
            note = fetcher.fetch(f"{name}/checkpoint", NOTE_BYTES_MAX)
    except AnswerAbsent:
        return None
    checkpoint, _ = open_checkpoint(note, origin=policy.origin, log_keys=policy.log_keys)
    return KnownState(f"the witness {witness.name}", checkpoint)
