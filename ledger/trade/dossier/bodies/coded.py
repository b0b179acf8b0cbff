"""Serial numbers issued in bulk, items claimed and passed on, labels reported, scans counted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Final

from ledger.evidence.merkle import Digest
from ledger.trade.dossier.bodies.base import DossierBody
from ledger.trade.dossier.bodies.kinds import COUNT, DATE, ITEM, LOT, PRODUCT, SHA256, THING
from ledger.trade.shapes.address import ADDRESS, Address
from ledger.trade.shapes.kinds import DIGEST, TERRITORY, one_of, whole_number

LABEL_FAULTS: Final = ("copied", "damaged", "other", "wrong-address", "wrong-product")


@dataclass(frozen=True, slots=True)
class SerialsIssued(DossierBody):
    """`count` serial numbers were drawn for a product, and a lot of it if named.

    `root` is the RFC 6962 root over the serials in ascending order, leaf = SHA-256(0x00 ‖ serial): nobody can add one later.
    """

    product: Annotated[str, PRODUCT]
    count: Annotated[int, COUNT]
    root: Annotated[Digest, DIGEST]
    lot: Annotated[str | None, LOT] = None

    def subjects(self) -> frozenset[str]:
        return frozenset({self.product})


@dataclass(frozen=True, slots=True)
class ItemClaimed(DossierBody):
    """The first owner of an item showed its hidden PIN; `owner` is the SHA-256 of a secret that only the owner has."""

    item: Annotated[str, ITEM]
    owner: Annotated[bytes, SHA256]

    def subjects(self) -> frozenset[str]:
        return frozenset({self.item})

    def once(self) -> str | None:
        return f"claim {self.item}"


@dataclass(frozen=True, slots=True)
class ItemTransferred(DossierBody):
    """The owner passed the item on: `released` is the secret whose SHA-256 the claim or transfer before names."""

    item: Annotated[str, ITEM]
    prev: Annotated[Address, ADDRESS]
    released: Annotated[bytes, SHA256]
    owner: Annotated[bytes, SHA256]

    def subjects(self) -> frozenset[str]:
        return frozenset({self.item})

    def once(self) -> str | None:
        return f"transfer {self.prev}"


@dataclass(frozen=True, slots=True)
class LabelReported(DossierBody):
    """Somebody said on the item's page that something is wrong with its label. Their words, if any, lie beside the ledger."""

    item: Annotated[str, THING]
    fault: Annotated[str, one_of(LABEL_FAULTS)]
    territory: Annotated[str | None, TERRITORY] = None
    words: Annotated[bytes | None, SHA256] = None

    def subjects(self) -> frozenset[str]:
        return frozenset({self.item})


@dataclass(frozen=True, slots=True)
class ScansCounted(DossierBody):
    """How many scans this server counted on a day, and the root over their coarse rows, so that none is made up later."""

    day: Annotated[date, DATE]
    scans: Annotated[int, whole_number("a count below 2**53", at_least=0, below=1 << 53)]
    items: Annotated[int, whole_number("a count below 2**53", at_least=0, below=1 << 53)]
    root: Annotated[Digest, DIGEST]

    def subjects(self) -> frozenset[str]:
        return frozenset({f"scans {self.day}"})

    def once(self) -> str | None:
        return f"scans {self.day}"
