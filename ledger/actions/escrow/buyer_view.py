"""What a buyer sees of the orders that a claim link speaks for: where each stands, what may be done, who holds the money."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection

from ledger.actions.capture.split_records import split_records
from ledger.actions.escrow.buyer_acts import Scene, acts_now
from ledger.actions.escrow.claims import claim_of
from ledger.actions.escrow.read_terms import read_terms
from ledger.actions.escrow.submit_records import read_bodies
from ledger.actions.open_ledger import Ledger
from ledger.actions.trace.issue_receipt import issue_receipt
from ledger.errors import Absent
from ledger.evidence.entry import Entry
from ledger.evidence.instant import Instant
from ledger.evidence.merkle import Digest
from ledger.storage.claims import Claim
from ledger.storage.database import reading
from ledger.storage.entries import read_entry, read_record
from ledger.storage.journal import JournalBooks
from ledger.storage.journal_reading import KeptLine, lines_of, steps_of
from ledger.storage.letters import letters_about
from ledger.storage.position import Position, pack
from ledger.storage.proposals import Proposal, read_proposal, waiting_for
from ledger.trade.escrow.bodies.agreement import OrderAgreed
from ledger.trade.escrow.bodies.base import EscrowBody
from ledger.trade.escrow.bodies.kinds import merchant_of
from ledger.trade.escrow.fold import GovernedRules
from ledger.trade.escrow.line import Line, Terms
from ledger.trade.escrow.money import Money
from ledger.trade.escrow.pack import Pack, shipped_packs
from ledger.trade.parties.state import Governance

LINES_MAX: Final = 20
OFFERS_MAX: Final = 10


class StepAbsent(Absent):
    title = "there is no such step in the orders of this claim link"


@dataclass(frozen=True, slots=True)
class Done:
    """One accepted record about a line."""

    position: Position
    type: str
    time: Instant


@dataclass(frozen=True, slots=True)
class BuyerLine:
    """One line of an order.

    Attributes:
        acts: what the buyer may do now, with the most that an amount of it may be.
        steps: accepted records, the newest first.
        letters: what the buyer wrote about it, by digest.
        names: how to call the parties of the terms; those without a label by their names.
    """

    line: Line
    terms: Terms
    acts: dict[str, Money | None]
    steps: tuple[Done, ...]
    letters: dict[Digest, str]
    names: dict[str, str]


@dataclass(frozen=True, slots=True)
class Offer:
    """Records that wait for the buyer's signature.

    Attributes:
        digest: SHA-256 of the note's text, in hexadecimal: what is signed is what was shown.
        issuer: who proposes it, as it is called.
        bodies: every record of it.
        packs: the rule packs that its agreements pin, as far as this software has them.
    """

    id: str
    digest: str
    issuer: str
    expires: Instant
    bodies: tuple[EscrowBody, ...]
    packs: dict[Digest, Pack]
    names: dict[str, str]


@dataclass(frozen=True, slots=True)
class BuyerView:
    """Everything on the page of one claim link. `held`: the operator holds the buyer's key now."""

    claim: Claim
    seller: str
    held: bool
    offers: tuple[Offer, ...]
    lines: tuple[BuyerLine, ...]
    more: bool
    now: Instant


def view_claim(ledger: Ledger, secret: str) -> BuyerView:
    """What the holder of a claim link may know and do.

    Raises:
        ClaimUnknown, ClaimExpired, ClaimRevoked.
    """
    claim, now = claim_of(ledger, secret), ledger.clock()
    with reading(ledger.engine) as connection:
        state = ledger.governance.load(connection)
        kept = lines_of(connection, claim.buyer, limit=LINES_MAX + 1)
        lines = [_line(connection, state, one, now) for one in kept[:LINES_MAX]]
        names = waiting_for(connection, claim.buyer, now=now, after="", limit=OFFERS_MAX)
        offers = tuple(_offer(state, read_proposal(connection, name, party=claim.buyer, now=now)) for name in names)
    buyer = state.parties.get(claim.buyer)
    return BuyerView(
        claim=claim,
        seller=_name(state, claim.merchant),
        held=buyer is None or buyer.custody == "operator",
        offers=offers,
        # The line that moved last is the one that the buyer came for.
        lines=tuple(sorted(lines, key=lambda one: one.line.head, reverse=True)),
        more=len(kept) > LINES_MAX,
        now=now,
    )


def read_step(ledger: Ledger, secret: str, position: Position) -> bytes:
    """The bytes of a record about a line of the link's buyer, who as a party of the order may read it.

    Raises:
        ClaimUnknown, ClaimExpired, ClaimRevoked, StepAbsent.
    """
    _refuse_foreign(ledger, secret, position)
    with reading(ledger.engine) as connection:
        return read_record(connection, position).body or b""


def receipt_of_step(ledger: Ledger, secret: str, position: Position) -> bytes:
    """The receipt of such a record.

    Raises:
        ClaimUnknown, ClaimExpired, ClaimRevoked, StepAbsent, NotPublishedYet.
    """
    _refuse_foreign(ledger, secret, position)
    return issue_receipt(ledger, position)


def _line(connection: Connection, state: Governance, kept: KeptLine, now: Instant) -> BuyerLine:
    rules = GovernedRules(state, shipped_packs())
    terms = read_terms(connection, pack(*kept.terms))
    scene = Scene(kept.line, terms, now, state.origin)
    steps = [step for step in steps_of(connection, kept.line.name) if step.refusal is None]
    agreed = terms.agreed
    parties = (terms.merchant, agreed.buyer, agreed.custodian, *agreed.carriers, *agreed.arbiters)
    return BuyerLine(
        line=kept.line,
        terms=terms,
        acts=acts_now(JournalBooks(connection, read_terms), rules, scene),
        steps=tuple(Done(step.position, step.type, _time(connection, step.position.entry)) for step in reversed(steps)),
        letters=letters_about(connection, kept.line.name),
        names={party: _name(state, party) for party in parties},
    )


def _offer(state: Governance, proposal: Proposal) -> Offer:
    bodies = tuple(read_bodies(split_records(proposal.document)))
    agreed = [body for body in bodies if isinstance(body, OrderAgreed)]
    named = {party for terms in agreed for party in (terms.custodian, merchant_of(terms.line))}
    packs = {terms.pack.sha256: pack for terms in agreed if (pack := shipped_packs().get(terms.pack.sha256)) is not None}
    return Offer(
        id=proposal.id,
        digest=text_digest(proposal),
        issuer=_name(state, proposal.issuer),
        expires=proposal.expires,
        bodies=bodies,
        packs=packs,
        names={party: _name(state, party) for party in named},
    )


def text_digest(proposal: Proposal) -> str:
    """SHA-256 of the text that all of a proposal's parties sign, in hexadecimal."""
    return hashlib.sha256(proposal.text.encode()).hexdigest()


def _time(connection: Connection, entry: int) -> Instant:
    return Entry.parse(read_entry(connection, entry)).time


def _name(state: Governance, name: str) -> str:
    party = state.parties.get(name)
    return (party.label if party is not None else None) or name


def _refuse_foreign(ledger: Ledger, secret: str, position: Position) -> None:
    claim = claim_of(ledger, secret)
    with reading(ledger.engine) as connection:
        for kept in lines_of(connection, claim.buyer, limit=LINES_MAX):
            if any(step.position == position for step in steps_of(connection, kept.line.name)):
                return
    raise StepAbsent(seen=f"{position.entry}/{position.place}")
