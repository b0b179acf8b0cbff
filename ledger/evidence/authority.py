"""The closed tables: which roles may sign which class of records, and which types belong to a class.

In class governance the role decides nothing: there the table of signers, by the record's type, says who must sign, so every
role may. A few types stand in several classes: the same report is an inspection when a laboratory signs it, and the
seller's word when the seller does.

Source: docs/FORMATS.md, "Classes, roles and types".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from ledger.errors import Unprocessable, Untrusted


class RecordClass(StrEnum):
    """What a batch is about; one class per batch."""

    GOVERNANCE = "governance"
    EPCIS = "epcis"
    DESCRIPTION = "description"
    INSPECTION = "inspection"
    RECALL = "recall"
    EVIDENCE = "evidence"
    ESCROW = "escrow"
    SCAN = "scan"


class ReadRule(StrEnum):
    """Who may read the bodies of a batch."""

    PUBLIC = "public"
    CODE = "code"
    """Whoever holds the item's serial or lot code."""
    PARTIES = "parties"


class RoleMayNotSign(Untrusted):
    title = "no role of this party may sign records of this class"


class TypeNotInClass(Unprocessable):
    title = "the record's type does not belong to the class of its batch"


_GOVERNANCE: Final = RecordClass.GOVERNANCE
_EPCIS: Final = RecordClass.EPCIS
_DESCRIPTION: Final = RecordClass.DESCRIPTION
_INSPECTION: Final = RecordClass.INSPECTION
_RECALL: Final = RecordClass.RECALL
_EVIDENCE: Final = RecordClass.EVIDENCE
_ESCROW: Final = RecordClass.ESCROW
_SCAN: Final = RecordClass.SCAN

_MAKERS: Final = frozenset({_GOVERNANCE, _EPCIS, _DESCRIPTION, _RECALL, _EVIDENCE, _ESCROW})
_MOVERS: Final = frozenset({_GOVERNANCE, _EPCIS, _EVIDENCE, _ESCROW})
_EXAMINERS: Final = frozenset({_GOVERNANCE, _EPCIS, _INSPECTION, _EVIDENCE, _ESCROW})
_MONEY: Final = frozenset({_GOVERNANCE, _ESCROW})

MAY_SIGN: Final[Mapping[str, frozenset[RecordClass]]] = MappingProxyType(
    {
        "governance": frozenset({_GOVERNANCE}),
        "registrar": frozenset({_GOVERNANCE}),
        "data-protection": frozenset({_GOVERNANCE}),
        "merchant": _MAKERS,
        "factory": _MAKERS,
        "carrier": _MOVERS,
        "laboratory": _EXAMINERS,
        "inspector": _EXAMINERS | {_RECALL},
        "warehouse": _MOVERS,
        "shop": _MAKERS | {_SCAN},
        "customs": _EXAMINERS | {_RECALL},
        "bank": _MONEY,
        "arbiter": _MONEY | {_EVIDENCE},
        "trustee": _MONEY,
        "guarantor": _MONEY,
        "authority": frozenset({_GOVERNANCE, _INSPECTION, _RECALL, _EVIDENCE, _ESCROW}),
        "buyer": frozenset({_GOVERNANCE, _EVIDENCE, _ESCROW, _SCAN}),
        "operator": frozenset({_GOVERNANCE, _ESCROW, _SCAN}),
    }
)
"""Role to the classes it may sign, every role of the ledger included."""

ROLES: Final[tuple[str, ...]] = tuple(MAY_SIGN)

EVENT_TYPES: Final = frozenset({"ObjectEvent", "AggregationEvent", "TransactionEvent", "TransformationEvent", "AssociationEvent"})

ESCROW_TYPES: Final = frozenset(
    [
        "OrderAgreed",
        "FundsReceived",
        "FundsReturned",
        "OrderCancelled",
        "OrderLapsed",
        "GoodsDispatched",
        "LotCommitted",
        "InspectionReported",
        "InspectionEscalated",
        "ReinspectionRequested",
        "EntryRejected",
        "GoodsDelivered",
        "DeliveryLapsed",
        "DeliveryAccepted",
        "AcceptanceLapsed",
        "WithdrawalNoticed",
        "ReturnCarried",
        "ReturnReceived",
        "ReturnRefused",
        "ReturnLapsed",
        "WithdrawalLapsed",
        "CurrencyExchanged",
        "ReleaseInstructed",
        "PayoutSettled",
        "PayoutReturned",
        "RefundSettled",
        "RefundReturned",
        "TitleTransferred",
        "DisputeOpened",
        "ClaimOpened",
        "DisputeWithdrawn",
        "OfferMade",
        "OfferAccepted",
        "EvidenceFiled",
        "DisputeEscalated",
        "ArbiterReplaced",
        "RulingMade",
        "AppealOpened",
        "AppealRuled",
        "AppealLapsed",
        "RulingExecuted",
        "GuaranteeLocked",
        "GuaranteeReleased",
        "FundAdvanced",
        "AdvancePaid",
        "RecourseSettled",
        "RecourseTaken",
        "RecourseRepaid",
        "RecourseWrittenOff",
        "ChargebackNoticed",
        "ChargebackPaid",
        "ChargebackRecovered",
        "LegalHoldPlaced",
        "LegalHoldLifted",
        "LineRecalled",
        "RecallLifted",
        "LineClosed",
        "FeePaid",
        "StatementReported",
        "FundPaidIn",
        "FundPaidOut",
    ]
)
"""Every record of an order line, a fund or a fee; what each says is the business of `ledger.trade.escrow`."""

_OF_ONESELF: Final = frozenset({"PartyDescribed", "PlaceDescribed", "MediaDescribed", "StatementWithdrawn"})
"""What everybody may say of itself, its places and its pictures, in whichever of these classes its role may sign."""

DOSSIER_CLASSES: Final = frozenset({_DESCRIPTION, _INSPECTION, _RECALL, _EVIDENCE, _SCAN})
"""Classes whose records are about goods, places and parties, one by one; their shapes: `ledger.trade.dossier`."""

TYPES: Final[Mapping[RecordClass, frozenset[str]]] = MappingProxyType(
    {
        _GOVERNANCE: frozenset(
            {
                "LedgerFounded",
                "GovernanceChanged",
                "LogKeyAdded",
                "LogKeyRetired",
                "WitnessPolicyAdopted",
                "PolicyAdopted",
                "ClockCorrected",
                "LedgerContinued",
                "LedgerClosed",
                "PartyExpelled",
                "RoleGranted",
                "RoleWithdrawn",
                "CustodyChanged",
                "PartyAdmitted",
                "PartySuspended",
                "PartyReinstated",
                "KeyAdded",
                "KeyRevoked",
                "RecordErased",
                "AllyAdmitted",
                "AllyExpelled",
                "OwnershipDeclared",
                "FundConstituted",
                "StakeRequired",
                "PrefixLicensed",
                "PrefixWithdrawn",
            }
        ),
        _EPCIS: EVENT_TYPES | {"EPCISDocument", "EPCISQueryDocument"},
        _DESCRIPTION: _OF_ONESELF | {"ProductDescribed", "StepsExpected", "SerialsIssued", "TestReported", "CertificateIssued"},
        _INSPECTION: _OF_ONESELF | {"TestReported", "CertificateIssued", "LicenceChecked"},
        _RECALL: frozenset({"RecallIssued", "RecallEnded"}),
        _EVIDENCE: _OF_ONESELF,
        _ESCROW: ESCROW_TYPES,
        _SCAN: frozenset({"ItemClaimed", "ItemTransferred", "LabelReported", "ScansCounted"}),
    }
)
"""Class to the closed list of its record types."""


def refuse_unauthorised(roles: Iterable[str], klass: RecordClass) -> None:
    """Return if one of the roles may sign records of this class; an unknown role may sign nothing.

    Raises:
        RoleMayNotSign: none may.
    """
    held = tuple(roles)
    if not any(klass in MAY_SIGN.get(role, ()) for role in held):
        able = ", ".join(role for role, classes in MAY_SIGN.items() if klass in classes)
        raise RoleMayNotSign(seen=f"{','.join(held) or 'no role'} for class {klass}", wanted=f"one of {able}")


def refuse_foreign_type(kind: str, klass: RecordClass) -> None:
    """Return if records of type `kind` belong to this class.

    Raises:
        TypeNotInClass: they do not.
    """
    if kind not in TYPES[klass]:
        raise TypeNotInClass(seen=f"{kind} in class {klass}", wanted=", ".join(sorted(TYPES[klass])), pointer="/type")
