"""Claim an item by the PIN under its scratch-off: the first who shows it is the first owner, and nobody after."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from ledger.actions.capture.submit_document import Queue
from ledger.actions.dossier.submit_dossier import SaidAlready, submit_held
from ledger.actions.log.aside import Desk
from ledger.actions.open_ledger import Ledger
from ledger.actions.parties.find_operator import OperatorAbsent, find_operator
from ledger.actions.scans.code_standing import ownership_of, statements_of
from ledger.actions.scans.owner_secret import new_secret, owner_of, read_secret
from ledger.errors import Conflict, Unavailable, Untrusted
from ledger.evidence.authority import ReadRule
from ledger.storage.database import reading
from ledger.storage.pins import give_tries_back, note_again, pin_holds, pin_key, take_try
from ledger.storage.position import Position
from ledger.trade.dossier.bodies.coded import ItemClaimed
from ledger.trade.ownership import Ownership

_PIN: Final = re.compile(r"[0-9]{8}")


class PinRefused(Untrusted):
    """Said of an unknown item, an item without a PIN, a wrong PIN and a locked item alike."""

    title = "this PIN does not open this item"
    default_hint = "compare number and PIN with the label; after five wrong PINs an item takes none for a day"


class ItemClaimedAlready(Conflict):
    """`claimed`: where the first claim stands."""

    title = "somebody has claimed this item before"
    default_hint = "the PIN is right: if nobody you know used it before you, somebody copied the label; report it"

    def __init__(self, *, seen: str, claimed: Position) -> None:
        self.claimed = claimed
        super().__init__(seen=seen, wanted="an item that nobody claimed yet")


class ClaimsClosed(Unavailable):
    title = "this server has nobody who signs claims"
    default_hint = "the operator admits a party with the role operator, whose key it holds"


@dataclass(frozen=True, slots=True)
class Owned:
    """An item in new hands: the record that says so, and the one showing of the secret that passes it on."""

    item: str
    position: Position
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Desks:
    """Ways to write: batches get their turn, small rows ride along."""

    queue: Queue
    desk: Desk


def claim_item(ledger: Ledger, item: str, pin: str, *, desks: Desks, once: str = "") -> Owned:
    """Claim `item`, a canonical identifier. A form sent twice with the same `once` is told the same secret again.

    Raises:
        PinRefused: whatever is wrong with number or PIN, after the same work; at once, and without a try, if it is no PIN at all.
        ItemClaimedAlready: the PIN is right, and somebody was first.
        ClaimsClosed: no party of the operator can sign; no try was used up.
    """
    issuer = operator_or_closed(ledger)
    if not _PIN.fullmatch(pin):
        raise PinRefused(wanted="the eight digits under the scratch-off; no try was used up")
    key = pin_key(ledger.event_secret, item)
    kept = desks.desk.write_aside(partial(take_try, item=key, now=ledger.clock()))
    if not pin_holds(ledger.event_secret, item, pin, kept):
        raise PinRefused(wanted="the PIN under the scratch-off of this very item")
    desks.desk.write_aside(partial(give_tries_back, item=key))
    secret = new_secret(ledger.event_secret, said=f"claim {item}", once=once)
    body = ItemClaimed(item, owner_of(read_secret(secret)))
    try:
        written = submit_held(ledger, [body.to_body()], issuer=issuer, queue=desks.queue, read=ReadRule.CODE)
    except SaidAlready as said:
        return _same_again(ledger, said.position, body, secret, desks)
    return Owned(item, Position(written.entry, 0), secret)


def operator_or_closed(ledger: Ledger) -> str:
    """The party of the operator that signs what owners do.

    Raises:
        ClaimsClosed: there is none.
    """
    try:
        with reading(ledger.engine) as connection:
            return find_operator(ledger, connection)
    except OperatorAbsent as nobody:
        raise ClaimsClosed(wanted=nobody.wanted) from nobody


def read_ownership(ledger: Ledger, item: str) -> Ownership:
    """Who holds an item now, and by which records."""
    with reading(ledger.engine) as connection:
        return ownership_of(ledger, item, statements_of(connection, item))


def _same_again(ledger: Ledger, first: Position, body: ItemClaimed, secret: str, desks: Desks) -> Owned:
    """The first claim again, if it was made by this very form; its answer was lost on the way."""
    chain = read_ownership(ledger, body.item)
    if chain.last is not None and chain.last.owner == body.owner:
        return Owned(body.item, first, secret)
    desks.desk.write_aside(partial(note_again, item=pin_key(ledger.event_secret, body.item)))
    raise ItemClaimedAlready(seen=body.item, claimed=first)
