"""Refusals of what stands in the way: other regions of the line, and the clock."""

from __future__ import annotations

from ledger.errors import Conflict, Untrusted
from ledger.trade.escrow.refusals.base import EscrowRefused

# What stands in the way from another region


class LegalHold(Conflict, EscrowRefused):
    title = "a legal hold stands; nothing is decided about the money until it is lifted"


class SerialRecalled(Conflict, EscrowRefused):
    title = "the goods are recalled"


class SerialCloneSuspect(Conflict, EscrowRefused):
    title = "the serial is suspected of being a copy"


class StatementBreak(Conflict, EscrowRefused):
    title = "the bank's statement and the books differ; releases of this bank and currency wait"


class TitleMissing(Conflict, EscrowRefused):
    title = "a second-hand item is paid only after its title has passed"


class NotOwner(Untrusted, EscrowRefused):
    title = "the seller is not the owner of this serial"


class BoxesBusy(Conflict, EscrowRefused):
    title = "money of this line is disputed, on its way or paid out"


class LineFirst(Conflict, EscrowRefused):
    title = "the money frozen in the line is taken before any deposit, stake or loss"


class NotExchanged(Conflict, EscrowRefused):
    title = "the terms ask for another currency, and the money was not exchanged yet"


class NotSecondHand(Conflict, EscrowRefused):
    title = "title is kept of second-hand items only"


class AlreadyExchanged(Conflict, EscrowRefused):
    title = "the money was exchanged already, or the terms name no other currency"


# Time


class ClockNotWitnessed(Untrusted, EscrowRefused):
    title = "a deadline is decided only by who cites a checkpoint of the log"
    default_hint = "the batch note of a clock record has a `seen` line"


class WindowOpen(Conflict, EscrowRefused):
    title = "the time for this has not come"


class WindowClosed(Conflict, EscrowRefused):
    title = "the time for this is over"


class SeedBeforeCommit(Conflict, EscrowRefused):
    title = "the seed of the sample would be known before the lot is committed"


class EvidenceAfterClose(Conflict, EscrowRefused):
    title = "the evidence is closed, and with it the time of new offers"
