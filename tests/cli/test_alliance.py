"""`suyuan alliance`: what the held keys write, what is shown, and what is refused."""

from __future__ import annotations

import json
from base64 import b64decode
from typing import Any

import pytest

from cli.exits import ExitCode
from ledger.trade.escrow.pack import shipped_packs
from tests.cli.conftest import HOST, Place
from tests.cli.serving import done, run

BANK, ANN, BO = (f"{HOST}/party/{name}" for name in ("bank", "ann", "bo"))
FUND = f"{HOST}/fund"


def admit(place: Place, name: str, role: str) -> None:
    done("party", "admit", name, "--role", role, "--territory", "SG", "--custody", "operator", "--data", place.data)


def alliance(place: Place, *asked: str) -> str:
    return done("alliance", *asked, "--data", place.data).stdout


def shown(place: Place) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(alliance(place, "show", "--json"))
    return answer


@pytest.fixture
def allied(place: Place) -> Place:
    admit(place, "bank", "bank")
    alliance(place, "admit", "bank", "--seat", "fund-bank", "--territory", "SG", "--territory", "CN-GZ")
    for name in ("ann", "bo"):
        admit(place, name, "trustee")
        alliance(place, "admit", name, "--seat", "trustee", "--territory", "-")
    return place


def test_a_ledger_begins_without_allies(place: Place) -> None:
    assert shown(place) == {"allies": [], "ownership": [], "funds": [], "requirements": [], "rulePacks": []}
    assert alliance(place, "show").splitlines() == ["allies", "ownership", "funds", "requirements", "rule packs"]


def test_everything_that_is_declared_is_shown(allied: Place) -> None:
    alliance(allied, "owners", "bank", "--organisation", "lei/1", "--owner", "lei/2", "--affiliate", "tea")
    constituted = ("fund", FUND, "--trustee", "ann", "--trustee", "bo", "--threshold", "2", "--bank", "bank")
    written = alliance(allied, *constituted, "--territory", "SG", "--reserve", "SGD:100:200:300", "--reserve", "CNY:0:1:2")
    assert written.startswith("entry: ")
    alliance(allied, "stake", "tea", "--purpose", "deposit", "--currency", "CNY", "--minor", "1000000")
    assert shown(allied) == {
        "allies": [
            {"party": ANN, "seat": "trustee", "territories": ["-"], "active": True},
            {"party": BANK, "seat": "fund-bank", "territories": ["CN-GZ", "SG"], "active": True},
            {"party": BO, "seat": "trustee", "territories": ["-"], "active": True},
        ],
        "ownership": [{"party": BANK, "organisation": "lei/1", "owners": ["lei/2"], "affiliates": [f"{HOST}/party/tea"]}],
        "funds": [
            {
                "fund": FUND,
                "trustees": [ANN, BO],
                "threshold": 2,
                "bank": BANK,
                "territories": ["SG"],
                "reserves": [
                    {"currency": "SGD", "floor": "100", "claimCap": "200", "coverCap": "300"},
                    {"currency": "CNY", "floor": "0", "claimCap": "1", "coverCap": "2"},
                ],
            }
        ],
        "requirements": [{"party": f"{HOST}/party/tea", "purpose": "deposit", "currency": "CNY", "minor": "1000000"}],
        "rulePacks": [],
    }
    lines = alliance(allied, "show").splitlines()
    assert f"  {BANK}  of lei/1  owned by lei/2  affiliated with {HOST}/party/tea" in lines
    assert f"  {FUND}  2 of {ANN}, {BO}  at {BANK}  for SG" in lines
    assert "    SGD  floor 100  claim cap 200  cover cap 300" in lines
    assert f"  {HOST}/party/tea  deposit  CNY 1000000" in lines
    assert done("audit", allied.data, "--policy", allied.policy).exit_code == ExitCode.CLEAN


def test_adopted_rule_packs_are_shown_as_terms_pin_them(place: Place) -> None:
    _, *printed = alliance(place, "adopt", "TW@2026.1", "SG@2026.1").splitlines()
    pins = shown(place)["rulePacks"]
    assert [pin["name"] for pin in pins] == ["SG@2026.1", "TW@2026.1"]
    assert b64decode(pins[0]["sha256"]) in shipped_packs()
    assert printed == [f"pack: {json.dumps(pin)}" for pin in pins]
    assert f"  {json.dumps(pins[0])}" in alliance(place, "show").splitlines()
    assert done("audit", place.data, "--policy", place.policy).exit_code == ExitCode.CLEAN


def test_a_seat_that_is_lost_or_asleep(allied: Place) -> None:
    done("party", "suspend", "ann", "--reason", "own-request", "--data", allied.data)
    alliance(allied, "expel", "bo", "--seat", "trustee", "--reason", "own-request")
    assert [(ally["party"], ally["active"]) for ally in shown(allied)["allies"]] == [(ANN, False), (BANK, True)]
    assert f"  {ANN}  trustee  -  (not active)" in alliance(allied, "show").splitlines()


@pytest.mark.parametrize(
    ("asked", "code", "leaf"),
    [
        (("admit", "tea", "--seat", "carrier", "--territory", "SG"), ExitCode.MALFORMED, "SeatWithoutRole"),
        (("admit", "bank", "--seat", "custodian", "--territory", "sg"), ExitCode.MALFORMED, "BodyMemberWrong"),
        (("admit", "tea", "--seat", "throne", "--territory", "SG"), ExitCode.MISUSED, "Invalid value"),
        (("expel", "tea", "--seat", "carrier", "--reason", "own-request"), ExitCode.ABSENT, "SeatNotHeld"),
        (("adopt", "SG@2026.1", "XX@2026.1"), ExitCode.MISUSED, "PackUnheardOf"),
        (("owners", "tea", "--organisation", "a", "--owner", "a"), ExitCode.MALFORMED, "OwnershipOfItself"),
        (
            ("fund", FUND, "--trustee", "ann", "--threshold", "1", "--bank", "tea", "--territory", "SG"),
            ExitCode.MALFORMED,
            "FundPartyNotAlly",
        ),
        (
            ("fund", FUND, "--trustee", "ann", "--threshold", "1", "--bank", "bank", "--territory", "SG", "--reserve", "SGD:1"),
            ExitCode.MISUSED,
            "ReserveUnclear",
        ),
        (
            ("stake", "tea", "--purpose", "stake", "--currency", "SGD", "--minor", "1.50"),
            ExitCode.MALFORMED,
            "BodyMemberWrong",
        ),
    ],
)
def test_what_is_refused_changes_nothing(allied: Place, asked: tuple[str, ...], code: ExitCode, leaf: str) -> None:
    before = shown(allied)
    refused = run("alliance", *asked, "--data", allied.data)
    assert (refused.exit_code, leaf in refused.stderr) == (code, True)
    assert shown(allied) == before
