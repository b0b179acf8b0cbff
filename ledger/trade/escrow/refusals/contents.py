"""Refusals of what a record says."""

from __future__ import annotations

from ledger.errors import Conflict, Unprocessable, Untrusted
from ledger.trade.escrow.refusals.base import EscrowRefused


class AllyUnknown(Untrusted, EscrowRefused):
    title = "a party of the order has no such seat in the alliance"


class PartyIsArbiter(Untrusted, EscrowRefused):
    title = "a party of the order, or one related to it, would judge, inspect or guarantee it"


class PanelTooSmall(Unprocessable, EscrowRefused):
    title = "there are too few arbiters for a ruling"


class FundUnknown(Unprocessable, EscrowRefused):
    title = "no guarantee fund of this name, or none that the order names"


class TermsContradict(Unprocessable, EscrowRefused):
    title = "the terms contradict themselves"


class ExcludedGoodsClass(Conflict, EscrowRefused):
    title = "this class of goods is excluded from the right to withdraw"


class SerialsDiffer(Unprocessable, EscrowRefused):
    title = "the serials are not those of the agreed manifest"


class SampleSizeDiffers(Unprocessable, EscrowRefused):
    title = "the sample is not as large as the agreed plan says"


class ReinspectorMissing(Conflict, EscrowRefused):
    title = "the terms name no second inspection body"


class OfferMissing(Conflict, EscrowRefused):
    title = "the other side has made no such offer"


class EvidenceHashMismatch(Unprocessable, EscrowRefused):
    title = "the ruling cites evidence that was not filed"


class EvidenceTooMuch(Unprocessable, EscrowRefused):
    title = "more evidence is filed than one case can carry"
    default_hint = "file the digest of one list that names the digests of all"


class AppellantNotLoser(Untrusted, EscrowRefused):
    title = "who got all that was asked cannot appeal"


class FindingMissing(Conflict, EscrowRefused):
    title = "no rule of the pack lets the fund pay first without its trustees"


class ReferenceSettled(Conflict, EscrowRefused):
    title = "this bank reference was booked already"
