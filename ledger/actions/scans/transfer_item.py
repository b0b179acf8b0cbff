"""Pass an item on, or show that one is its owner: whoever knows the owner's secret may, and a secret is used once."""

from __future__ import annotations

import hmac
from datetime import date
from functools import partial

from sqlalchemy import Connection

from ledger.actions.dossier.submit_dossier import SaidAlready, submit_held
from ledger.actions.open_ledger import Ledger
from ledger.actions.scans.claim_item import Desks, Owned, operator_or_closed, read_ownership
from ledger.actions.scans.count_scan import Visit
from ledger.actions.scans.owner_secret import OwnerUnknown, new_secret, owner_of, read_secret
from ledger.errors import Conflict
from ledger.evidence.authority import ReadRule
from ledger.storage.position import Position
from ledger.storage.scans import add_scans, device_of, salt_of, scanned_key, visitor_key
from ledger.trade.code_history import day_of
from ledger.trade.dossier.bodies.coded import ItemTransferred
from ledger.trade.ownership import Link, Ownership
from ledger.trade.scans import CoarseScan


class PassedOnAlready(Conflict):
    title = "this secret was used to pass the item on before"
    default_hint = "whoever has the newest secret holds the item; ask whom you gave yours"


def transfer_item(ledger: Ledger, item: str, typed: str, *, desks: Desks, once: str = "") -> Owned:
    """Pass `item` on: the owner's secret is revealed and worth nothing any more; the new one is for the next owner.

    A form sent twice with the same `once` is told the same new secret again.

    Raises:
        OwnerUnknown: nobody claimed the item, or this was never the secret of its owner.
        PassedOnAlready: somebody who knows the same secret was first.
        ClaimsClosed: no party of the operator can sign.
    """
    issuer, released = operator_or_closed(ledger), read_secret(typed)
    chain = read_ownership(ledger, item)
    prev = _link_of(chain, released).at
    secret = new_secret(ledger.event_secret, said=f"transfer {prev}", once=once)
    body = ItemTransferred(item, prev, released, owner_of(read_secret(secret)))
    try:
        written = submit_held(ledger, [body.to_body()], issuer=issuer, queue=desks.queue, read=ReadRule.CODE)
    except SaidAlready as said:
        chain = read_ownership(ledger, item)
        if chain.last is None or chain.last.owner != body.owner:
            raise PassedOnAlready(seen=item, wanted="the secret of the newest owner") from None
        return Owned(item, said.position, secret)
    return Owned(item, Position(written.entry, 0), secret)


def scan_as_owner(ledger: Ledger, item: str, typed: str, visit: Visit, *, desks: Desks) -> None:
    """Note that the owner of `item` scanned it today: it speaks for the code whose owner it is.

    Raises:
        OwnerUnknown: this is not the secret of whoever holds it.
    """
    released = read_secret(typed)
    chain = read_ownership(ledger, item)
    if _link_of(chain, released) != chain.last:
        raise PassedOnAlready(seen=item, wanted="the secret of the newest owner")
    secret = ledger.event_secret
    visitor = visitor_key(secret, visit.address, visit.agent)
    key, day, area = scanned_key(secret, item), day_of(ledger.clock()), visit.area.text
    desks.desk.write_aside(partial(_add, item=key, day=day, area=area, visitor=visitor))


def _add(connection: Connection, *, item: bytes, day: date, area: str, visitor: bytes) -> None:
    salt = salt_of(connection, day)
    if salt is not None:
        add_scans(connection, [(item, CoarseScan(day, area, device_of(salt, visitor), owner=True))])


def _link_of(chain: Ownership, released: bytes) -> Link:
    """The link whose secret this is, be it passed on or not."""
    for link in chain.links:
        if hmac.compare_digest(link.owner, owner_of(released)):
            return link
    raise OwnerUnknown(wanted="the secret of whoever holds the item")
