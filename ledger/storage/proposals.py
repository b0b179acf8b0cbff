"""Proposals: records that wait until every party named in their note has signed it, or until they expire."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, text

from ledger.errors import Absent
from ledger.evidence.instant import Instant


class ProposalAbsent(Absent):
    title = "there is no such proposal for this party, or it has expired"


@dataclass(frozen=True, slots=True)
class Signatory:
    """A party that a proposal names, and its signature line once it has signed."""

    party: str
    line: str | None


@dataclass(frozen=True, slots=True)
class Proposal:
    """`text` is the note's text that all sign, `seed` the sealed seed of its salts, `entry` where it was written.

    `signatories` stand in the order of the note: the issuer first.
    """

    id: str
    issuer: str
    text: str
    seed: bytes
    document: bytes
    created: Instant
    expires: Instant
    signatories: tuple[Signatory, ...]
    entry: int | None = None

    @property
    def missing(self) -> tuple[str, ...]:
        """Who has not signed yet."""
        return tuple(one.party for one in self.signatories if one.line is None)


def keep_proposal(connection: Connection, proposal: Proposal) -> None:
    """Keep a new proposal; one that is there under the same id stays as it is. The caller commits."""
    values = {name: getattr(proposal, name) for name in ("id", "issuer", "text", "seed", "document")}
    values |= {"created": int(proposal.created), "expires": int(proposal.expires)}
    if connection.execute(_KEEP, values).rowcount == 1:
        rows = [
            {"party": one.party, "proposal": proposal.id, "place": place, "line": one.line}
            for place, one in enumerate(proposal.signatories)
        ]
        connection.execute(_KEEP_SIGNER, rows)


def read_proposal(connection: Connection, proposal: str, *, party: str | None, now: Instant) -> Proposal:
    """A proposal that has not expired, for a party that it names (for the operator of the data directory: None).

    Raises:
        ProposalAbsent.
    """
    row = connection.execute(_READ, {"proposal": proposal, "now": int(now)}).one_or_none()
    if row is None:
        raise ProposalAbsent(seen=proposal)
    signatories = tuple(Signatory(*found) for found in connection.execute(_SIGNERS, {"proposal": proposal}))
    if party is not None and party not in {one.party for one in signatories}:
        raise ProposalAbsent(seen=proposal)
    name, issuer, note_text, seed, document, created, expires, entry = row
    return Proposal(name, issuer, note_text, seed, document, Instant(created), Instant(expires), signatories, entry)


def waiting_for(connection: Connection, party: str, *, now: Instant, after: str, limit: int) -> list[str]:
    """Ids of the proposals that wait for the signature of `party`, by id, those after `after`."""
    values = {"party": party, "now": int(now), "after": after, "limit": limit}
    return [found for (found,) in connection.execute(_WAITING, values)]


def add_signature(connection: Connection, proposal: str, party: str, line: str) -> None:
    """Keep the signature line of a party; its first one stays. The caller commits."""
    connection.execute(_SIGN, {"proposal": proposal, "party": party, "line": line})


def mark_written(connection: Connection, proposal: str, entry: int) -> None:
    """Remember the entry that came of a proposal. The caller commits."""
    connection.execute(_WRITTEN, {"proposal": proposal, "entry": entry})


def count_open(connection: Connection, issuer: str, *, now: Instant) -> int:
    """How many proposals of `issuer` wait."""
    return int(connection.execute(_COUNT, {"issuer": issuer, "now": int(now)}).scalar_one())


def drop_expired(connection: Connection, *, now: Instant) -> None:
    """Remove what has expired; what was written stands in the ledger. The caller commits."""
    for statement in (_DROP_SIGNERS, _DROP):
        connection.execute(statement, {"now": int(now)})


_KEEP: Final = text(
    "INSERT INTO escrow_proposals (id, issuer, text, seed, document, created, expires) "
    "VALUES (:id, :issuer, :text, :seed, :document, :created, :expires) ON CONFLICT DO NOTHING"
)
_KEEP_SIGNER: Final = text(
    "INSERT INTO escrow_proposal_signers (party, proposal, place, line) VALUES (:party, :proposal, :place, :line)"
)
_READ: Final = text(
    "SELECT id, issuer, text, seed, document, created, expires, entry FROM escrow_proposals "
    "WHERE id = :proposal AND expires > :now"
)
_SIGNERS: Final = text("SELECT party, line FROM escrow_proposal_signers WHERE proposal = :proposal ORDER BY place")
_WAITING: Final = text(
    "SELECT p.id FROM escrow_proposal_signers s JOIN escrow_proposals p ON p.id = s.proposal "
    "WHERE s.party = :party AND s.line IS NULL AND s.proposal > :after AND p.expires > :now AND p.entry IS NULL "
    "ORDER BY p.id LIMIT :limit"
)
_SIGN: Final = text(
    "UPDATE escrow_proposal_signers SET line = :line WHERE party = :party AND proposal = :proposal AND line IS NULL"
)
_WRITTEN: Final = text("UPDATE escrow_proposals SET entry = :entry WHERE id = :proposal AND entry IS NULL")
_COUNT: Final = text("SELECT count(*) FROM escrow_proposals WHERE issuer = :issuer AND expires > :now AND entry IS NULL")
_DROP_SIGNERS: Final = text(
    "DELETE FROM escrow_proposal_signers WHERE proposal IN (SELECT id FROM escrow_proposals WHERE expires <= :now)"
)
_DROP: Final = text("DELETE FROM escrow_proposals WHERE expires <= :now")
