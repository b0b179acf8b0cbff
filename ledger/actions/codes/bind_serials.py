"""The record that issues serial numbers makes them issued, in its own transaction, whichever way it came in."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy import Connection

from ledger.storage.position import Position
from ledger.storage.serials import bind_issue
from ledger.trade.dossier.bodies.base import DossierBody
from ledger.trade.dossier.bodies.coded import SerialsIssued


def bind_serials(issuer: str, bodies: Sequence[DossierBody]) -> Callable[[Connection, int], None] | None:
    """What is to be done beside the records `bodies` of `issuer`, given their entry; None where nothing is.

    Numbers that the issuer drew elsewhere are not known here: then the record stands alone.
    """
    said = [(place, body) for place, body in enumerate(bodies) if isinstance(body, SerialsIssued)]
    if not said:
        return None

    def bind(connection: Connection, entry: int) -> None:
        for place, body in said:
            bind_issue(
                connection,
                issuer=issuer,
                product=body.product,
                lot=body.lot,
                count=body.count,
                root=body.root,
                position=Position(entry, place),
            )

    return bind
