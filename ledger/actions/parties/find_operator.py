"""Find the operator's own party: whoever says what the server itself saw, with a key that it holds."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection

from ledger.actions.capture.stage_batch import NoHeldKey, held_key
from ledger.actions.open_ledger import Ledger
from ledger.errors import Absent
from ledger.trade.parties.party import Standing
from ledger.trade.parties.state import Governance

OPERATOR: Final = "operator"


class OperatorAbsent(Absent):
    title = "no party of the operator has a held key to say what the server knows"
    default_hint = "admit one: suyuan party admit clock --role operator --territory - --custody operator"


def find_operator(ledger: Ledger, connection: Connection) -> str:
    """The active party of the role operator, the first by name, whose key is held here.

    Raises:
        OperatorAbsent: there is none.
    """
    state = ledger.governance.load(connection)
    parties = state.parties
    for name in sorted(name for name in parties if OPERATOR in parties[name].roles):
        if parties[name].standing is Standing.ACTIVE and _holds(ledger, state, name):
            return name
    raise OperatorAbsent(wanted="an active party of the role operator, its key held by this ledger")


def _holds(ledger: Ledger, state: Governance, party: str) -> bool:
    try:
        held_key(ledger, state, party)
    except NoHeldKey:
        return False
    return True
