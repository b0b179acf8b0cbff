"""What can hardly be true, or does not agree, or has run out: shown beside the record, never a reason to refuse it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Final, NamedTuple

from ledger.trade.membership import Position


class Weight(StrEnum):
    """NOTE is shown with its record; CAUTION makes the verdict `verified with findings`."""

    NOTE = "note"
    CAUTION = "caution"


@dataclass(frozen=True, slots=True)
class ItemFinding:
    """A finding about an item: a stable code such as `cold-chain-broken`, the records it rests on, the values it saw."""

    code: str
    weight: Weight
    positions: tuple[Position, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)


class Meaning(NamedTuple):
    """How much a code weighs, what it means, and the names of the values it may carry."""

    weight: Weight
    sentence: str
    values: tuple[str, ...] = ()


_NOTE: Final = Weight.NOTE
_CAUTION: Final = Weight.CAUTION

CODES: Final[Mapping[str, Meaning]] = MappingProxyType(
    {
        "cold-chain-broken": Meaning(
            _CAUTION,
            "a sensor rang, or read a temperature outside the declared storage range",
            ("readings", "lowest", "highest", "unit", "low", "high"),
        ),
        "sensor-alarm": Meaning(_CAUTION, "a sensor of something else than temperature rang", ("kind", "readings")),
        "harvest-inside-pre-harvest-interval": Meaning(
            _CAUTION,
            "it was harvested before the interval after the last treatment was over",
            ("substance", "applied", "harvested", "days"),
        ),
        "impossible-travel": Meaning(
            _CAUTION, "one thing was at two places sooner than an aeroplane could carry it", ("thing", "kilometres", "minutes")
        ),
        "custody-broken": Meaning(_CAUTION, "it changed hands without its holder letting go of it", ("holder", "taker")),
        "hand-over-unconfirmed": Meaning(
            _CAUTION, "it was sent, nobody confirmed its arrival, and somebody else had it later", ("thing", "sender", "holder")
        ),
        "received-but-never-sent": Meaning(
            _NOTE, "somebody received what it was made from; whoever it came from never said so", ("thing", "receiver")
        ),
        "used-before-made": Meaning(
            _CAUTION, "a record names the thing at a time before the one at which it was made", ("thing", "minutes")
        ),
        "received-before-sent": Meaning(_CAUTION, "it arrived before it was sent", ("thing", "minutes")),
        "expired-certificate": Meaning(
            _CAUTION, "a certificate has run out and no newer one is here", ("number", "standard", "until")
        ),
        "expired-licence": Meaning(_CAUTION, "a licence of a party has run out", ("party", "number", "until")),
        "licence-check-failed": Meaning(
            _CAUTION, "whoever looked a licence up did not find it valid", ("party", "number", "result", "checked")
        ),
        "measured-outside-declared": Meaning(
            _CAUTION,
            "a measurement does not agree with what is declared",
            ("parameter", "declared", "declared-unit", "measured", "measured-unit"),
        ),
        "test-failed": Meaning(_CAUTION, "a test report says that it failed", ("number", "about")),
        "found-non-conformant": Meaning(
            _CAUTION, "a laboratory, inspector, customs or authority looked at it and did not find it in order", ("disposition",)
        ),
        "report-without-accreditation": Meaning(
            _NOTE, "a report names no accreditation that held when it was made", ("number", "until")
        ),
        "report-expired": Meaning(_CAUTION, "a report has run out and no newer one is here", ("number", "until")),
        "more-out-than-in": Meaning(
            _CAUTION, "more came out, or was passed on, than there was", ("thing", "in", "out", "unit")
        ),
        "past-its-date": Meaning(_CAUTION, "its date of expiry has passed", ("date",)),
        "picture-changed": Meaning(_CAUTION, "a file is not the one that was signed", ("digest",)),
        "model-does-not-fit": Meaning(_CAUTION, "the 3D model has not the declared size"),
        "synthetic-picture": Meaning(_NOTE, "a picture was made, not taken, as its issuer says", ("digest",)),
        "description-by-stranger": Meaning(
            _NOTE, "somebody described it who is neither its brand nor a maker of it", ("issuer",)
        ),
        "recall-by-stranger": Meaning(
            _NOTE, "somebody called it back who is neither authority nor inspector, nor its brand or a maker", ("issuer",)
        ),
        "withdrawn-record": Meaning(_NOTE, "records were withdrawn by who said them", ("records",)),
        "issuer-not-in-good-standing": Meaning(
            _CAUTION, "somebody who signed for it is suspended or expelled now", ("party", "standing")
        ),
    }
)  # fmt: skip
"""Every code with its weight and meaning; docs/FORMATS.md lists them, and each language has a text for each."""


def finding(code: str, positions: Iterable[Position], **values: str) -> ItemFinding:
    """The finding of this code, weighed by the table. Names of values are written with hyphens for underscores.

    Raises:
        LookupError: the table does not know the code, or not one of the values. A mistake of the code.
    """
    meaning = CODES[code]
    named = {name.strip("_").replace("_", "-"): value for name, value in values.items()}
    for name in named:
        if name not in meaning.values:
            raise LookupError(f"{code} has no value {name}")
    return ItemFinding(code, meaning.weight, tuple(sorted(set(positions))), named)
