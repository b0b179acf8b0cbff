"""The members of the records about the alliance: amounts are strings, lists and words are closed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ledger.trade.alliance.bodies import AllyAdmitted, AllyExpelled, FundConstituted, OwnershipDeclared, StakeRequired
from ledger.trade.alliance.body_parts import Reserve
from ledger.trade.parties.bodies import read_body
from ledger.trade.parties.governance_body import GovernanceBody
from ledger.trade.shapes.refusals import BodyMalformed, BodyMemberRepeated, BodyMemberUnknown, BodyMemberWrong

RESERVE = {"currency": "SGD", "floor": "0", "claimCap": "200", "coverCap": "999999999999999"}
FUND = FundConstituted("a/fund", ("a/one",), 1, "a/bank", ("SG",), (Reserve("SGD", 0, 200, 10**15 - 1),))


def changed(body: GovernanceBody, **members: object) -> dict[str, Any]:
    return {**json.loads(body.to_body()), **members}


def test_golden_bytes() -> None:
    golden = (
        '{"type":"FundConstituted","fund":"a/fund","trustees":["a/one"],"threshold":1,"bank":"a/bank","territories":["SG"],'
        '"reserves":[{"currency":"SGD","floor":"0","claimCap":"200","coverCap":"999999999999999"}]}'
    )
    assert FUND.to_body() == golden.encode()
    stake = '{"type":"StakeRequired","party":"a/b","purpose":"stake","currency":"SGD","minor":"12900"}'
    assert StakeRequired("a/b", "stake", "SGD", 12_900).to_body() == stake.encode()


@pytest.mark.parametrize("minor", [1, 1.0, "", "-1", "+1", "01", "1.0", "1e3", " 1", "1000000000000000", "١", None])
def test_amounts_are_strings_of_minor_units(minor: object) -> None:
    with pytest.raises(BodyMemberWrong) as refused:
        read_body(changed(StakeRequired("a/b", "stake", "SGD", 1), minor=minor))
    assert refused.value.pointer == "/minor"
    for name in ("floor", "claimCap", "coverCap"):
        with pytest.raises(BodyMemberWrong) as refused:
            read_body(changed(FUND, reserves=[{**RESERVE, name: minor}]))
        assert refused.value.pointer == f"/reserves/0/{name}"


@pytest.mark.parametrize(
    ("body", "member", "wrong"),
    [
        (AllyAdmitted("a/b", "carrier", ("SG",)), "seat", "bank"),
        (AllyAdmitted("a/b", "carrier", ("SG",)), "territories", []),
        (AllyAdmitted("a/b", "carrier", ("SG",)), "territories", ["sg"]),
        (AllyAdmitted("a/b", "carrier", ("SG",)), "territories", [f"CN-{number}" for number in range(65)]),
        (AllyExpelled("a/b", "carrier", "insolvency"), "reason", "dislike"),
        (OwnershipDeclared("a/b", "lei/1", (), ()), "organisation", "LEI/1"),
        (OwnershipDeclared("a/b", "lei/1", (), ()), "owners", [f"lei/{number}" for number in range(65)]),
        (StakeRequired("a/b", "stake", "SGD", 1), "purpose", "bribe"),
        (StakeRequired("a/b", "stake", "SGD", 1), "currency", "sgd"),
        (FUND, "threshold", 0),
        (FUND, "threshold", 65),
        (FUND, "trustees", []),
        (FUND, "territories", []),
    ],
)
def test_members_of_the_wrong_kind(body: GovernanceBody, member: str, wrong: object) -> None:
    with pytest.raises(BodyMalformed) as refused:
        read_body(changed(body, **{member: wrong}))
    assert (refused.value.pointer or "").startswith(f"/{member}")


def test_lists_hold_nothing_twice() -> None:
    for member, twice in (
        ("trustees", ["a/one", "a/one"]),
        ("territories", ["SG", "SG"]),
        ("reserves", [RESERVE, {**RESERVE, "floor": "1"}]),
    ):
        with pytest.raises(BodyMemberRepeated) as refused:
            read_body(changed(FUND, **{member: twice}))
        assert refused.value.pointer == f"/{member}/1"


def test_nobody_smuggles_in_a_member() -> None:
    with pytest.raises(BodyMemberUnknown):
        read_body(changed(FUND, reserves=[{**RESERVE, "owner": "a/b"}]))
