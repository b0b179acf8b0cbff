"""Refusals of who speaks about which line: the first that are named."""

from __future__ import annotations

from ledger.errors import Absent, Conflict, Unprocessable, Untrusted
from ledger.trade.escrow.refusals.base import EscrowRefused

# Which line, under which rules


class LineUnknown(Absent, EscrowRefused):
    title = "no order line of this name was agreed"


class LineExists(Conflict, EscrowRefused):
    title = "an order line of this name was agreed already"


class RulePackUnknown(Unprocessable, EscrowRefused):
    title = "the territory's rule pack is unknown, not adopted here, or not the one that was agreed"
    default_hint = "`suyuan alliance show` prints the packs that count here; governance adopts one with `suyuan alliance adopt`"


# Who signs


class WrongSignerRole(Untrusted, EscrowRefused):
    title = "somebody signed who has no seat at this record"


class PartyInTwoRoles(Untrusted, EscrowRefused):
    title = "one party stands in two roles of the same order"


class ThresholdNotMet(Untrusted, EscrowRefused):
    title = "not all have signed whom this record needs"
    default_hint = "propose it to the others: POST /escrow/proposals, or `suyuan escrow propose`"


# Whether it was said about what stands


class StalePrev(Conflict, EscrowRefused):
    title = "the line has moved on since this record was signed"
    default_hint = "read the line again, and sign a record that names its newest one"
