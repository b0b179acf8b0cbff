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
HONEY_PREFIX: Final = "9506001"
KETTLE_PREFIX: Final = "9506002"
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


def gln(reference: str, *, prefix: str = COMPANY_PREFIX) -> str:
    """The 13 digits of a place or party; `reference` fills up the company prefix to 12."""
    return prefix + reference + check_digit(prefix + reference)


def gtin(reference: str, *, prefix: str = COMPANY_PREFIX) -> str:
    """The 14 digits of a product."""
    return "0" + gln(reference, prefix=prefix)


def sscc(reference: str) -> str:
    """A case or pallet; `reference` has nine digits."""
    body = "3" + COMPANY_PREFIX + reference
    return f"{ROOT}/00/{body}{check_digit(body)}"


def place_of(reference: str, extension: str, *, prefix: str = COMPANY_PREFIX) -> str:
    """A spot at the site that `reference` numbers."""
    return f"{ROOT}/414/{gln(reference, prefix=prefix)}/254/{extension}"


def serial(seed: str) -> str:
    """A serial number that cannot be guessed from another: whoever knows one reads what is for the holder of the code."""
    return b32encode(sha256(seed.encode()).digest()).decode()[:_SERIAL_CHARACTERS]


def product(of: str) -> str:
    """The product with GTIN `of`."""
    return f"{ROOT}/01/{of}"


def lot(of: str, number: str) -> str:
    """Lot `number` of the product with GTIN `of`."""
    return f"{ROOT}/01/{of}/10/{number}"


def item(of: str, seed: str) -> str:
    """One piece of the product with GTIN `of`."""
    return f"{ROOT}/01/{of}/21/{serial(seed)}"


GARDEN: Final = "yunwu-garden"
WORKS: Final = "duyun-works"
LABORATORY: Final = "guiyang-laboratory"
EXPORTER: Final = "qiannan-trading"
CARRIER: Final = "south-sea-lines"
CUSTOMS: Final = "import-desk"
CERTIFIER: Final = "qianling-certification"
WAREHOUSE: Final = "jurong-warehouse"
SHOP: Final = "lantern-lane-tea"

MEMBERS: Final[Mapping[str, Member]] = MappingProxyType(
    {
        GARDEN: Member("merchant", "CN-GZ", "Yunwu Ridge Tea Garden Cooperative", gln("10001")),
        WORKS: Member("factory", "CN-GZ", "Duyun Maojian Tea Works", gln("10002"), KeyType.ED25519),
        LABORATORY: Member("laboratory", "CN-GZ", "Guiyang Leaf Laboratory", gln("10003"), KeyType.ECDSA_P256),
        EXPORTER: Member("merchant", "CN-GZ", "Qiannan Tea Trading", gln("10004"), KeyType.ED25519),
        CARRIER: Member("carrier", "CN-GD", "South Sea Container Lines", gln("10005"), KeyType.ECDSA_P256),
        CUSTOMS: Member("customs", "SG", "Import Desk (invented)", gln("10006"), KeyType.ED25519),
        CERTIFIER: Member("inspector", "CN-GZ", "Qianling Certification", gln("10009"), KeyType.ED25519),
        WAREHOUSE: Member("warehouse", "SG", "Jurong Dry Warehouse", gln("10007")),
        SHOP: Member("shop", "SG", "Lantern Lane Tea", gln("10008")),
    }
)

BEEKEEPER: Final = "moon-slope-honey"
KETTLE_WORKS: Final = "lingnan-kettles"
ELECTRICIANS: Final = "pearl-river-electrical"
KITCHEN_SHOP: Final = "kitchen-of-the-strait"
AUTHORITY: Final = "food-office"
PROTECTOR: Final = "data-protection-office"
OPERATOR: Final = "clock"

CAST: Final[Mapping[str, Member]] = MappingProxyType(
    {
        BEEKEEPER: Member("merchant", "CN-GZ", "Moon Slope Honey", gln("10001", prefix=HONEY_PREFIX)),
        KETTLE_WORKS: Member("factory", "CN-GD", "Lingnan Kettles", gln("10001", prefix=KETTLE_PREFIX), KeyType.ED25519),
        ELECTRICIANS: Member(
            "laboratory", "CN-GD", "Pearl River Electrical Laboratory", gln("10002", prefix=KETTLE_PREFIX), KeyType.ECDSA_P256
        ),
        KITCHEN_SHOP: Member("shop", "SG", "Kitchen of the Strait", gln("10003", prefix=KETTLE_PREFIX)),
        AUTHORITY: Member("authority", "SG", "Food Office (invented)", gln("10010"), KeyType.ED25519),
        PROTECTOR: Member("data-protection", "SG", "Data Protection Office (invented)", gln("10011")),
        OPERATOR: Member("operator", "-", "The operator's clock", gln("10012")),
    }
)
"""Those who appear only in the short stories beside the tea's."""

PLOT_7: Final = place_of("10001", "plot-7")
PLOT_9: Final = place_of("10001", "plot-9")
WEIGHING: Final = place_of("10002", "weighing")
FIRING: Final = place_of("10002", "firing-hall")
PACKING: Final = place_of("10002", "packing-room")
WORKS_DOCK: Final = place_of("10002", "dock")
BENCH: Final = place_of("10003", "bench-2")
TERMINAL: Final = place_of("10005", "yantian-terminal")
VESSEL: Final = place_of("10005", "vessel-morning-star")
PORT: Final = place_of("10006", "pasir-panjang-gate")
HALL: Final = place_of("10007", "hall-b")
SHOP_FLOOR: Final = place_of("10008", "shelf")

LEAF_GTIN: Final = gtin("20001")
TEA_GTIN: Final = gtin("20002")
TIN_GTIN: Final = gtin("20003")


def leaf_lot(number: int) -> str:
    """Fresh leaves of one plot and day."""
    return lot(LEAF_GTIN, f"PICK{number}")


def day_lot(number: int) -> str:
    """Tea made of one day's leaves."""
    return lot(TEA_GTIN, f"DAY{number}")


BLEND: Final = lot(TEA_GTIN, "MX26A")
TIN_LOT: Final = "T26A"
SAMPLE: Final = f"{ROOT}/8004/{COMPANY_PREFIX}SAMPLE41"
WEATHER_STATION: Final = f"{ROOT}/8004/{COMPANY_PREFIX}WS07"
LOGGER: Final = f"{ROOT}/8004/{COMPANY_PREFIX}LOG118"
OVEN: Final = f"{ROOT}/8004/{COMPANY_PREFIX}OVEN3"
SPECTROMETER: Final = f"{ROOT}/8004/{COMPANY_PREFIX}ICPMS1"
CONTAINER: Final = f"{ROOT}/8003/0{gln('30001')}C40118"
PALLET: Final = sscc("000000001")


def case(number: int) -> str:
    """A case of tins, from 0."""
    return sscc(f"{101 + number:09d}")


def tin(case_number: int, place: int) -> str:
    """A tin, by the case it was packed in and its place there."""
    return item(TIN_GTIN, f"tin {case_number} {place}")


ITEM: Final = tin(0, 0)
"""The tin that the demonstration shows: packed in the first case, at the end on the shelf."""
