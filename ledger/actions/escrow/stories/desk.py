"""Where the parties of a story hand in what they signed, and fetch receipts: any way into a ledger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from ledger.actions.capture.sign_own import OwnNote
from ledger.actions.escrow.alliance_world.build import name_of
from ledger.actions.escrow.proposals import propose_own, sign_held
from ledger.actions.escrow.submit_records import Written, submit_held, submit_signed
from ledger.actions.log.own_turn import OwnTurn
from ledger.actions.log.publish_checkpoint import publish_checkpoint
from ledger.actions.open_ledger import Ledger
from ledger.actions.trace.issue_receipt import issue_receipt
from ledger.evidence.batch import SignedBatch
from ledger.storage.position import Position


@dataclass(frozen=True, slots=True)
class Answer:
    """What the ledger says of one record."""

    position: Position
    refusal: str | None
    postings: tuple[str, ...]


class Desk(Protocol):
    """One ledger, as its parties reach it."""

    def post(self, records: Sequence[bytes], own: OwnNote, *, party: str) -> list[Answer]:
        """Hand in `records` under the note that their parties signed; `party`, by its short name, carries it there.

        One answer per record, in order of place.
        """

    def post_held(self, records: Sequence[bytes], *, party: str) -> list[Answer]:
        """Hand in what a party says whose key the operator holds."""

    def propose(self, records: Sequence[bytes], partly: OwnNote, *, party: str, held: Sequence[str]) -> list[Answer]:
        """Propose `records` under a note that those with own keys signed; those in `held` then have the operator sign."""

    def receipt(self, position: Position, *, party: str) -> bytes:
        """The receipt of a record that this party may read."""


@dataclass(frozen=True, slots=True)
class LocalDesk:
    """A data directory, without a server in between."""

    ledger: Ledger

    def post(self, records: Sequence[bytes], own: OwnNote, *, party: str) -> list[Answer]:  # noqa: ARG002 (whoever has the directory)
        signed = SignedBatch.parse(own.note)
        written = submit_signed(self.ledger, records, signed=signed, seed=own.seed, queue=OwnTurn(self.ledger))
        return answers_in(written)

    def post_held(self, records: Sequence[bytes], *, party: str) -> list[Answer]:
        queue = OwnTurn(self.ledger)
        return answers_in(submit_held(self.ledger, records, issuer=name_of(party), signers=(), queue=queue))

    def propose(self, records: Sequence[bytes], partly: OwnNote, *, party: str, held: Sequence[str]) -> list[Answer]:  # noqa: ARG002
        name = partly.seed[:8].hex()
        propose_own(self.ledger, b"\n".join(records), note=partly.note, seed=partly.seed, name=name)
        for short in held:
            progress = sign_held(self.ledger, name, party=name_of(short), queue=OwnTurn(self.ledger))
        if progress.written is None:
            raise AssertionError(f"nobody signs {name} as {', '.join(progress.proposal.missing)}")
        return answers_in(progress.written)

    def receipt(self, position: Position, *, party: str) -> bytes:  # noqa: ARG002 (as above)
        publish_checkpoint(self.ledger)
        return issue_receipt(self.ledger, position)


def answers_in(written: Written) -> list[Answer]:
    return [Answer(verdict.position, verdict.refusal, verdict.postings) for verdict in written.verdicts]
