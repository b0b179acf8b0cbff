"""What readiness says of the witnesses: who cosigned, who is left alone and why, and whether the quorum was met."""

from __future__ import annotations

from ledger.actions.log.publish_checkpoint import CheckpointUnwitnessed
from ledger.actions.log.publisher import Publisher
from ledger.actions.log.witnesses.witnesses import WitnessState
from ledger.actions.open_ledger import Ledger
from ledger.evidence.instant import Instant, format_instant
from ledger.storage.checkpoints import KeptCheckpoint, newest_kept
from ledger.storage.database import reading
from ledger.trade.parties.state import Governance
from ledger.trade.parties.witnessing import policy_of, witness_mark


def describe_witnesses(ledger: Ledger, publisher: Publisher) -> str:
    """How the witnesses of the policy in force stand, in one line.

    Raises:
        CheckpointUnwitnessed: nothing is published for want of a quorum.
    """
    state, newest = _now(ledger)
    if witness_mark(state) is None:
        return "none is asked for"
    policy = policy_of(state)
    said = "; ".join([*map(_said, publisher.witnesses.states(policy)), said_of_newest(state, newest)])
    if isinstance(publisher.failure, CheckpointUnwitnessed):
        raise CheckpointUnwitnessed(seen=said, wanted=f"quorum {policy.quorum}")
    return said


def notes_on_witnesses(ledger: Ledger) -> list[str]:
    """What an operator should know though nothing is broken."""
    state, newest = _now(ledger)
    mark = witness_mark(state)
    if mark is None:
        return ["no witnesses are configured, so the clock is compared with the log only, not with outside clocks"]
    return [said_of_newest(state, newest)] if newest is not None and newest.met != mark else []


def said_of_newest(state: Governance, newest: KeptCheckpoint | None) -> str:
    """Whether the newest published checkpoint met the quorum of the policy in force."""
    if newest is None:
        return "no checkpoint is published"
    met = "met" if newest.met == witness_mark(state) else "did not meet"
    return f"the newest checkpoint, of {newest.size} entries, {met} its quorum"


def _now(ledger: Ledger) -> tuple[Governance, KeptCheckpoint | None]:
    with reading(ledger.engine) as connection:
        return ledger.governance.load(connection), newest_kept(connection)


def _said(state: WitnessState) -> str:
    name = state.line.name
    if state.failure is not None:
        again = f"left alone for {state.waits_s:.0f} s" if state.waits_s else "asked again now"
        return f"{name}: {again} after {state.failure.code}: {state.failure.title}"
    if state.cosigned is None:
        return f"{name}: not asked yet"
    return f"{name}: cosigned {state.size} entries at {format_instant(Instant(state.cosigned.time_s * 1_000))}"
