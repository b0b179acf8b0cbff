"""Which party a location number stands for."""

from __future__ import annotations

from ledger.trade.assessment.registered import parties_by_identifier
from ledger.trade.assessment.told import Statement
from ledger.trade.dossier.bodies.described import PartyDescribed, Registration
from tests.trade.assessment.scene import NAMES, said

GLN = "9521234000037"
OWN = f"https://id.gs1.org/417/{GLN}"


def describing(party: str, *numbers: str, scheme: str = "gln", issuer: str | None = None, **more: object) -> Statement:
    body = PartyDescribed(party, NAMES, tuple(Registration(scheme, number) for number in numbers) or None)
    return said(body, issuer or party, **more)  # type: ignore[arg-type]


def test_a_party_says_its_own_number() -> None:
    assert parties_by_identifier([describing("works", GLN)]) == {OWN: "works", f"https://id.gs1.org/414/{GLN}": "works"}


def test_the_newest_description_counts() -> None:
    assert parties_by_identifier([describing("works", at=9), describing("works", GLN, at=8)]) == {}


def test_what_stands_for_nobody() -> None:
    assert parties_by_identifier([describing("works", GLN), describing("rival", GLN)]) == {}
    assert parties_by_identifier([describing("works", GLN, issuer="rival")]) == {}
    assert parties_by_identifier([describing("works", GLN, withdrawn=True)]) == {}
    assert parties_by_identifier([describing("works", GLN, scheme="duns")]) == {}
