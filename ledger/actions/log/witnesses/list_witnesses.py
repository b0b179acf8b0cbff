"""How the witnesses of the policy in force stand: each is asked for the newest published checkpoint, and its last word found."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection

from ledger.actions.log.witnesses.asked import Asked
from ledger.actions.log.witnesses.vouchers import vouchers_of
from ledger.actions.log.witnesses.witnesses import Witnesses
from ledger.actions.log.witnesses.witnessing import read_witnessing
from ledger.actions.open_ledger import Ledger
from ledger.errors import SuyuanError
from ledger.evidence.checkpoint import cosignature_time
from ledger.evidence.merkle import Digest, consistency_proof
from ledger.evidence.note import SignedNote
from ledger.evidence.policy import Policy, WitnessLine
from ledger.storage.checkpoints import newest_checkpoints, newest_kept
from ledger.storage.database import reading
from ledger.storage.tiles import tree_reader
from ledger.trade.parties.witnessing import policy_of

_LOOKED_BACK_MAX: Final = 1_000


@dataclass(frozen=True, slots=True)
class WitnessSeen:
    """A witness; `last` is (size, POSIX seconds) of its last known cosignature, `failure` why it gave none now."""

    line: WitnessLine
    last: tuple[int, int] | None
    failure: SuyuanError | None


def list_witnesses(ledger: Ledger) -> tuple[Policy, list[WitnessSeen]]:
    """The policy in force and its witnesses, each asked once."""
    with reading(ledger.engine) as connection:
        state, newest = ledger.governance.load(connection), newest_kept(connection)
        kept = dict(_kept(connection, policy_of(state)))
    policy = policy_of(state)
    if newest is None or not policy.witnesses:
        return policy, [WitnessSeen(line, None, None) for line in policy.witnesses]

    def proof_from(old_size: int) -> list[Digest]:
        with reading(ledger.engine) as connection:
            return consistency_proof(old_size=old_size, new_size=newest.size, read=tree_reader(connection, newest.size))

    note, keys = SignedNote.parse(newest.note), state.log_keys_at(newest.size)
    asked = Asked(note, newest.size, keys, proof_from, vouchers_of(ledger))
    with Witnesses(timeout_s=read_witnessing(os.environ).timeout_s, clock=ledger.clock) as witnesses:
        now = {one.name: (newest.size, one.time_s) for one in witnesses.ask(asked, policy, everyone=True)}
        states = witnesses.states(policy)
    return policy, [WitnessSeen(one.line, now.get(one.line.name) or kept.get(one.line.name), one.failure) for one in states]


def _kept(connection: Connection, policy: Policy) -> Iterator[tuple[str, tuple[int, int]]]:
    """The newest cosignature of each witness among the last published checkpoints."""
    wanted = {(line.key.name, line.key.key_id): line for line in policy.witnesses}
    for size, data in newest_checkpoints(connection, _LOOKED_BACK_MAX):
        if not wanted:
            return
        note = SignedNote.parse(data)
        for line in note.signatures:
            witness = wanted.pop((line.name, line.key_id), None)
            if witness is not None:
                yield witness.name, (size, cosignature_time(note, line, witness.key))
