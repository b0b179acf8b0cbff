"""What readiness says of the witnesses: who cosigned, who is left alone and why, and whether the quorum was met."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ledger.actions.log.publish_checkpoint import CheckpointUnwitnessed
from ledger.actions.log.publisher import Publisher
from ledger.actions.log.witnesses.witnesses import WitnessState
from ledger.actions.open_ledger import Ledger
from ledger.evidence.instant import Instant, format_instant
from ledger.storage.checkpoints import KeptCheckpoint, newest_kept
from ledger.storage.database import reading
from ledger.trade.parties.state import Governance
from ledger.trade.parties.witnessing import policy_of, witness_mark


@dataclass(frozen=True, slots=True)
class WitnessStanding:
    """How one witness of the policy in force stands with this process.

    Attributes:
        ok: its last answer, if it was asked at all, was a cosignature.
        size, time: of the newest one; None where this process has none.
        waits_s: for how many seconds it is left alone after a failure.
        code: of that failure.
    """

    name: str
    ok: bool
    message: str
    code: str | None
    size: int | None
    time: str | None
    waits_s: int


def describe_witnesses(ledger: Ledger, publisher: Publisher) -> str:
    """How many witnesses of the policy in force fail, and whether the quorum was met, in one line.

    Raises:
        CheckpointUnwitnessed: nothing is published for want of a quorum.
    """
    state, newest = _now(ledger)
    if witness_mark(state) is None:
        return "none is asked for"
    said = f"{_counted(witness_standings(state, publisher))}; {said_of_newest(state, newest)}"
    if isinstance(publisher.failure, CheckpointUnwitnessed):
        raise CheckpointUnwitnessed(seen=said, wanted=f"quorum {policy_of(state).quorum}")
    return said


def witness_standings(state: Governance, publisher: Publisher) -> list[WitnessStanding]:
    """Each witness of the policy in force, in the order of its lines; none where none is asked for."""
    if witness_mark(state) is None:
        return []
    return [_standing(one) for one in publisher.witnesses.states(policy_of(state))]


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


def _counted(standings: Sequence[WitnessStanding]) -> str:
    failing = sum(not one.ok for one in standings)
    return f"{failing} of {len(standings)} fail" if failing else f"none of {len(standings)} fails"


def _standing(state: WitnessState) -> WitnessStanding:
    cosigned, failure = state.cosigned, state.failure
    time = None if cosigned is None else format_instant(Instant(cosigned.time_s * 1_000))
    message = f"cosigned {state.size} entries at {time}" if cosigned else "not asked yet"
    if failure is not None:
        message = failure.title
    return WitnessStanding(
        name=state.line.name,
        ok=failure is None,
        message=message,
        code=None if failure is None else failure.code,
        size=None if cosigned is None else state.size,
        time=time,
        waits_s=round(state.waits_s),
    )
