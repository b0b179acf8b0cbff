"""Build the receipt of a record and verify it at once, against the ledger's own policy."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection

from ledger.actions.trace.issue_receipt import ReceiptDesk
from ledger.errors import SuyuanError
from ledger.evidence.instant import Instant
from ledger.evidence.policy import NO_QUORUM, FirstEntryLine, LogLine, Policy, QuorumLine
from ledger.evidence.receipt import verify_receipt
from ledger.storage.checkpoints import NotPublishedYet, latest_size
from ledger.storage.entries import read_batch
from ledger.storage.position import Position
from ledger.trade.parties.state import Governance


class Holds(StrEnum):
    """What came of checking a proof."""

    YES = "yes"
    NO = "no"
    NOT_YET = "not yet"
    """The entry is sequenced; no checkpoint over it is published."""


@dataclass(frozen=True, slots=True)
class Said:
    """A party that signed, as it is shown: `held` where the operator holds its key for it."""

    party: str
    label: str | None
    roles: tuple[str, ...]
    territory: str
    held: bool


@dataclass(frozen=True, slots=True)
class Proof:
    """A record's proof as it was a moment ago. `failure` names the error where it does not hold.

    said: the parties of the batch note, issuer first; what their key lines proved, if the proof holds.
    """

    holds: Holds
    said: tuple[Said, ...]
    recorded: Instant | None = None
    failure: str | None = None


class Prover:
    """Checks proofs of one ledger, one after the other."""

    def __init__(self, connection: Connection, state: Governance) -> None:
        self._connection, self._state = connection, state
        self._desk = ReceiptDesk(connection)
        self._policy = own_policy(state)
        self.size = latest_size(connection)

    def prove(self, position: Position, body: bytes) -> Proof:
        """Build and verify the receipt of the record at `position`, whose bytes are `body`."""
        try:
            verdict = verify_receipt(self._desk.issue(position), body=body, policy=self._policy)
        except NotPublishedYet as waiting:
            return Proof(Holds.NOT_YET, self._issuer(position), failure=waiting.code)
        except SuyuanError as failure:
            return Proof(Holds.NO, self._issuer(position), failure=failure.code)
        said = tuple(
            Said(line.party, self._label(line.party), line.roles, line.territory, line.custody == "operator")
            for line in verdict.parties
        )
        return Proof(Holds.YES, said, verdict.entry_time)

    def said_by(self, name: str) -> Said:
        """A party as it stands now."""
        party = self._state.parties.get(name)
        if party is None:
            return Said(name, None, (), "-", held=False)
        return Said(name, party.label, party.roles, party.territory, party.custody == "operator")

    def _issuer(self, position: Position) -> tuple[Said, ...]:
        return (self.said_by(read_batch(self._connection, position.entry).issuer),)

    def _label(self, name: str) -> str | None:
        party = self._state.parties.get(name)
        return None if party is None else party.label


def own_policy(state: Governance) -> Policy:
    """The policy that pins this ledger as its own governance knows it, without witnesses.

    It shows that the parts of a proof fit together and to the keys; whoever distrusts the server brings another policy.
    """
    lines = [LogLine(held.key) for held in state.log_keys]
    return Policy((*lines, FirstEntryLine(state.origin, state.first_entry), QuorumLine(NO_QUORUM)))
