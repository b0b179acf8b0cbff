"""Who is in the alliance: parties, the seats they hold, the fund, and what must be staked. All of them are invented."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from ledger.evidence.key import KeyType
from ledger.trade.alliance.body_parts import Reserve

ORIGIN: Final = "alliance.example/rehearsal"
PACKS: Final = ("SG@2026.1", "TW@2026.1")
FUND: Final = "alliance.example/fund/harbour"
FUND_THRESHOLD: Final = 2

_ED25519: Final = KeyType.ED25519
_P256: Final = KeyType.ECDSA_P256


@dataclass(frozen=True, slots=True)
class Member:
    """A party. `key` is the kind of key it holds itself, None where the operator holds one for it.

    Attributes:
        seats: seat to the territories for which the party sits there.
        belongs_to: its organisation in a register, where that is declared.
    """

    role: str
    territory: str
    label: str | None
    key: KeyType | None
    seats: Mapping[str, tuple[str, ...]]
    belongs_to: str | None = None


def _seat(name: str, *territories: str) -> Mapping[str, tuple[str, ...]]:
    return MappingProxyType({name: territories})


_NO_SEAT: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType({})

MERCHANT: Final = "duyun-tea"
BUYER: Final = "buyer-3f81"
HELD_BUYER: Final = "buyer-90c2"
"""Has no key of its own: acts through the operator, and is shown so."""
TAIWAN_BUYER: Final = "buyer-tw-5ad7"
CUSTODIAN: Final = "straits-custody"
TAIWAN_CUSTODIAN: Final = "formosa-custody"
FUND_BANK: Final = "harbour-bank"
INSPECTOR: Final = "lion-inspection"
REINSPECTOR: Final = "pearl-inspection"
CARRIER: Final = "south-sea-lines"
WAREHOUSE: Final = "jurong-warehouse"
CUSTOMS: Final = "import-desk"
ARBITERS: Final = ("arbiter-almond", "arbiter-cedar", "arbiter-maple", "arbiter-willow")
TAIWAN_ARBITERS: Final = ("arbiter-camphor", "arbiter-cypress", "arbiter-juniper", "arbiter-plum")
TRUSTEES: Final = ("trustee-east", "trustee-north", "trustee-south")
GUARANTOR: Final = "qiannan-guarantee"
OPERATOR: Final = "clock"

MEMBERS: Final[Mapping[str, Member]] = MappingProxyType(
    {
        MERCHANT: Member("merchant", "CN-GZ", "Duyun Ridge Tea", _ED25519, _NO_SEAT, "register.example/duyun-ridge"),
        # No names of people: what the ledger admits can never be erased.
        BUYER: Member("buyer", "SG", None, _P256, _NO_SEAT),
        HELD_BUYER: Member("buyer", "SG", None, None, _NO_SEAT),
        TAIWAN_BUYER: Member("buyer", "TW", None, _ED25519, _NO_SEAT),
        CUSTODIAN: Member("bank", "SG", "Straits Custody Bank", _P256, _seat("custodian", "SG")),
        TAIWAN_CUSTODIAN: Member("bank", "TW", "Formosa Custody Bank", _P256, _seat("custodian", "TW")),
        FUND_BANK: Member("bank", "SG", "Harbour Bank", _ED25519, _seat("fund-bank", "SG", "TW")),
        INSPECTOR: Member(
            "inspector", "SG", "Lion Inspection", _ED25519, _seat("inspector", "SG"), "register.example/lion-inspection"
        ),
        REINSPECTOR: Member(
            "inspector", "SG", "Pearl Inspection", _P256, _seat("inspector", "SG"), "register.example/pearl-inspection"
        ),
        CARRIER: Member("carrier", "CN-GD", "South Sea Lines", _P256, _seat("carrier", "SG", "TW")),
        WAREHOUSE: Member("warehouse", "SG", "Jurong Dry Warehouse", _ED25519, _seat("warehouse", "SG")),
        CUSTOMS: Member("customs", "SG", "Import Desk (invented)", _ED25519, _seat("customs", "SG")),
        **{name: Member("arbiter", "SG", None, _ED25519, _seat("arbiter", "SG")) for name in ARBITERS},
        **{name: Member("arbiter", "TW", None, _ED25519, _seat("arbiter", "TW")) for name in TAIWAN_ARBITERS},
        **{name: Member("trustee", "SG", None, _ED25519, _seat("trustee", "SG", "TW")) for name in TRUSTEES},
        GUARANTOR: Member(
            "guarantor", "CN-GZ", "Qiannan Guarantee", _P256, _seat("guarantor", "SG"), "register.example/qiannan-guarantee"
        ),
        OPERATOR: Member("operator", "-", "The operator's clock", None, _NO_SEAT),
    }
)

RESERVES: Final = (
    Reserve("SGD", floor=1_000_000, claim_cap=500_000, cover_cap=2_000_000),
    Reserve("TWD", floor=20_000_000, claim_cap=10_000_000, cover_cap=40_000_000),
)
REQUIRED: Final = (
    (MERCHANT, "deposit", "SGD", 200_000),
    (MERCHANT, "deposit", "TWD", 4_000_000),
    (GUARANTOR, "stake", "SGD", 500_000),
)
"""Who must keep what: party, purpose, currency, minor units."""

PAID_IN: Final[tuple[tuple[str, str | None, str, int], ...]] = (
    ("capital", None, "SGD", 5_000_000),
    ("capital", None, "TWD", 100_000_000),
    ("deposit", MERCHANT, "SGD", 250_000),
    ("deposit", MERCHANT, "TWD", 5_000_000),
    ("stake", GUARANTOR, "SGD", 800_000),
)
"""What the fund's bank has received before the stories begin: purpose, party, currency, minor units."""
