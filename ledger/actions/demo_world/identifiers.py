"""Who and what the story is about: parties, places and things, under GS1 identifiers of a company that does not exist.

The company prefix 9506000 is of the range that GS1 keeps for demonstrations. Every check digit holds.
"""

from __future__ import annotations

from base64 import b32encode
from dataclasses import dataclass
from hashlib import sha256
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from ledger.evidence.key import KeyType
from ledger.trade.application_identifiers import check_digit
from ledger.trade.identifiers import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping

ORIGIN: Final = "tea.example/main"
COMPANY_PREFIX: Final = "9506000"
CASES: Final = 4
TINS_IN_CASE: Final = 24
_SERIAL_CHARACTERS: Final = 12


@dataclass(frozen=True, slots=True)
class Member:
    """A party of the story. `key` is the kind of key it holds itself; None where the operator holds one for it."""

    role: str
    territory: str
    label: str
    gln: str
    key: KeyType | None = None

    @property
    def gln_uri(self) -> str:
        """The party in source and destination lists."""
        return f"{ROOT}/417/{self.gln}"


def _gln(reference: str) -> str:
    return COMPANY_PREFIX + reference + check_digit(COMPANY_PREFIX + reference)


def _gtin(reference: str) -> str:
    return "0" + _gln(reference)


def _sscc(reference: str) -> str:
    body = "3" + COMPANY_PREFIX + reference
    return f"{ROOT}/00/{body}{check_digit(body)}"


def _place(reference: str, extension: str) -> str:
    return f"{ROOT}/414/{_gln(reference)}/254/{extension}"


GARDEN: Final = "yunwu-garden"
WORKS: Final = "duyun-works"
LABORATORY: Final = "guiyang-laboratory"
EXPORTER: Final = "qiannan-trading"
CARRIER: Final = "south-sea-lines"
CUSTOMS: Final = "import-desk"
WAREHOUSE: Final = "jurong-warehouse"
SHOP: Final = "lantern-lane-tea"

MEMBERS: Final[Mapping[str, Member]] = MappingProxyType(
    {
        GARDEN: Member("merchant", "CN-GZ", "Yunwu Ridge Tea Garden Cooperative", _gln("10001")),
        WORKS: Member("factory", "CN-GZ", "Duyun Maojian Tea Works", _gln("10002"), KeyType.ED25519),
        LABORATORY: Member("laboratory", "CN-GZ", "Guiyang Leaf Laboratory", _gln("10003"), KeyType.ECDSA_P256),
        EXPORTER: Member("merchant", "CN-GZ", "Qiannan Tea Trading", _gln("10004"), KeyType.ED25519),
        CARRIER: Member("carrier", "CN-GD", "South Sea Container Lines", _gln("10005"), KeyType.ECDSA_P256),
        CUSTOMS: Member("customs", "SG", "Import Desk (invented)", _gln("10006"), KeyType.ED25519),
        WAREHOUSE: Member("warehouse", "SG", "Jurong Dry Warehouse", _gln("10007")),
        SHOP: Member("shop", "SG", "Lantern Lane Tea", _gln("10008")),
    }
)

PLOT_7: Final = _place("10001", "plot-7")
PLOT_9: Final = _place("10001", "plot-9")
WEIGHING: Final = _place("10002", "weighing")
FIRING: Final = _place("10002", "firing-hall")
PACKING: Final = _place("10002", "packing-room")
WORKS_DOCK: Final = _place("10002", "dock")
BENCH: Final = _place("10003", "bench-2")
TERMINAL: Final = _place("10005", "yantian-terminal")
VESSEL: Final = _place("10005", "vessel-morning-star")
PORT: Final = _place("10006", "pasir-panjang-gate")
HALL: Final = _place("10007", "hall-b")
SHOP_FLOOR: Final = _place("10008", "shelf")

LEAF_GTIN: Final = _gtin("20001")
TEA_GTIN: Final = _gtin("20002")
TIN_GTIN: Final = _gtin("20003")


def leaf_lot(number: int) -> str:
    """Fresh leaves of one plot and day."""
    return f"{ROOT}/01/{LEAF_GTIN}/10/PICK{number}"


def day_lot(number: int) -> str:
    """Tea made of one day's leaves."""
    return f"{ROOT}/01/{TEA_GTIN}/10/DAY{number}"


BLEND: Final = f"{ROOT}/01/{TEA_GTIN}/10/MX26A"
TIN_LOT: Final = "T26A"
SAMPLE: Final = f"{ROOT}/8004/{COMPANY_PREFIX}SAMPLE41"
WEATHER_STATION: Final = f"{ROOT}/8004/{COMPANY_PREFIX}WS07"
LOGGER: Final = f"{ROOT}/8004/{COMPANY_PREFIX}LOG118"
OVEN: Final = f"{ROOT}/8004/{COMPANY_PREFIX}OVEN3"
SPECTROMETER: Final = f"{ROOT}/8004/{COMPANY_PREFIX}ICPMS1"
CONTAINER: Final = f"{ROOT}/8003/0{_gln('30001')}C40118"
PALLET: Final = _sscc("000000001")


def case(number: int) -> str:
    """A case of tins, from 0."""
    return _sscc(f"{101 + number:09d}")


def tin(case_number: int, place: int) -> str:
    """A tin, by the case it was packed in and its place there.

    Serial numbers cannot be guessed from one another: whoever knows one reads what is for the holder of the code.
    """
    serial = b32encode(sha256(f"tin {case_number} {place}".encode()).digest()).decode()[:_SERIAL_CHARACTERS]
    return f"{ROOT}/01/{TIN_GTIN}/21/{serial}"


ITEM: Final = tin(0, 0)
"""The tin that the demonstration shows: packed in the first case, at the end on the shelf."""
