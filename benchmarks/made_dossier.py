"""What is said of the made-up goods beside their events: descriptions, a test report of each, and a recall of something else."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Final

from benchmarks.made_events import GTINS, PLACES
from ledger.evidence.instant import Instant
from ledger.trade.dossier.bodies.base import DossierBody
from ledger.trade.dossier.bodies.described import Parameter, PartyDescribed, PlaceDescribed, Point, ProductDescribed
from ledger.trade.dossier.bodies.inspected import Result, Sampling, TestReported
from ledger.trade.dossier.bodies.kinds import Words
from ledger.trade.dossier.bodies.recalled import RecallIssued

PREFIXES: Final = tuple(gtin[1:8] for gtin in GTINS)
"""The merchant's company prefixes: its descriptions are those of the brand."""

_PRODUCT: Final = "https://id.gs1.org/01/{}"
_NOT_OURS: Final = "https://id.gs1.org/01/09506000134369"
_TESTED: Final = date(2026, 10, 20)


def descriptions(party: str) -> list[DossierBody]:
    """By the merchant: each product with declared parameters, both places on the map, and itself."""
    caffeine = Parameter("caffeine", Decimal("3.1"), "P1", names=_words("Caffeine", "咖啡因"))
    texts = _words("Picked before the rains, fired the same night.", "雨前采摘，当夜炒制。")
    found: list[DossierBody] = [
        ProductDescribed(_PRODUCT.format(gtin), _words("Green tea", "绿茶"), "other", "Cloud Garden", texts, "CN", (caffeine,))
        for gtin in GTINS
    ]
    points = (("CN", Point(Decimal("26.25"), Decimal("107.52"))), ("SG", Point(Decimal("1.29"), Decimal("103.85"))))
    for place, (territory, point) in zip(PLACES, points, strict=True):
        found.append(PlaceDescribed(place, _words("A warehouse", "仓库"), "warehouse", territory, point))
    return [*found, PartyDescribed(party, _words("The merchant", "商人"))]


def reports() -> list[DossierBody]:
    """By a laboratory: one of each product, with four results."""
    results = tuple(
        Result(name, "GC-MS", "MGM", "pass", below=Decimal("0.01")) for name in ("bifenthrin", "buprofezin", "fipronil", "lead")
    )
    sampling = Sampling("laboratory", 5, _TESTED)
    return [
        TestReported(_PRODUCT.format(gtin), f"R-{number}", sampling, "lot", results, "pass", _TESTED)
        for number, gtin in enumerate(GTINS)
    ]


def recall(now: Instant) -> list[DossierBody]:
    """By an inspector: a product that none of the items is of."""
    return [RecallIssued(now, (_NOT_OURS,), "safety", "return", _words("Too much lead.", "铅超标。"))]


def _words(english: str, chinese: str) -> tuple[Words, ...]:
    return (Words("en", english), Words("zh-Hans", chinese))
