"""Why a governance record about the alliance is refused: one class per reason."""

from __future__ import annotations

from ledger.errors import Absent, Conflict, Unprocessable
from ledger.trade.parties.refusals import GovernanceRefused


class SeatWithoutRole(Unprocessable, GovernanceRefused):
    title = "the party has no role that may sit there"
    default_hint = "grant it the role first"


class SeatHeldAlready(Conflict, GovernanceRefused):
    title = "the party has this seat for these territories already"


class SeatNotHeld(Absent, GovernanceRefused):
    title = "the party does not have this seat"


class OwnershipOfItself(Unprocessable, GovernanceRefused):
    title = "nothing owns itself or is affiliated with itself"


class FundPartyNotAlly(Unprocessable, GovernanceRefused):
    title = "a trustee or the bank of a fund does not have the seat that this needs"
    default_hint = "admit it to the seat first"


class FundThresholdWrong(Unprocessable, GovernanceRefused):
    title = "a fund is decided by more than half of its trustees, and by all of them at most"
