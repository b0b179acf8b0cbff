"""Lines, statements, balances and the feed over HTTP, for those who may read them and for nobody else."""

from __future__ import annotations

import pytest

from ledger.actions.escrow.statement import check_statement
from ledger.actions.parties.record_governance import held_signers, record_governance
from ledger.evidence.key import VerifierKey
from ledger.trade.parties.bodies import SUSPENSION_REASONS, PartySuspended
from tests.api.escrow_market import LINE, MoneyWorld
from tests.market import HOST, ORIGIN


def shipped(money: MoneyWorld) -> str:
    line = money.agreed()
    money.market.fund(line)
    money.market.ship(line)
    return line


@pytest.mark.parametrize("who", ["buyer", "tea", "bank", "carrier", "arbiter", "clock", "police"])
def test_a_line_is_shown_to_those_whom_its_terms_name_and_to_those_who_oversee(money: MoneyWorld, who: str) -> None:
    line = shipped(money)
    assert money.get(f"/escrow/lines/{line}", who).status_code == 200
    assert [one["line"] for one in money.get("/escrow/lines", who).json()["lines"]] == [line]
    assert money.get(f"/escrow/lines/{line}/statement", who).status_code == 200
    assert len(money.get("/escrow/events", who).json()["events"]) == 3


@pytest.mark.parametrize("who", ["stranger", "own-buyer", "inspector"])
def test_others_learn_nothing_of_a_line(money: MoneyWorld, who: str) -> None:
    line = shipped(money)
    for path in (f"/escrow/lines/{line}", f"/escrow/lines/{line}/statement", f"/escrow/lines/{line[:-1]}99"):
        answer = money.get(path, who)
        assert (answer.status_code, answer.json()["code"]) == (404, "LineAbsent"), path
    assert money.get("/escrow/lines", who).json() == {"lines": [], "next": None}
    assert money.get("/escrow/events", who).json() == {"events": [], "next": ""}


@pytest.mark.parametrize("path", ["/escrow/lines", f"/escrow/lines/{LINE}", "/escrow/balances", "/escrow/events"])
def test_without_an_api_key_nothing_is_shown(money: MoneyWorld, path: str) -> None:
    assert money.client.get(path).status_code == 401


def test_a_line_says_everything_that_its_next_record_needs(money: MoneyWorld) -> None:
    line = shipped(money)
    answer = money.get(f"/escrow/lines/{line}", "carrier")
    assert answer.headers["cache-control"] == "private, no-store"
    said = answer.json()
    assert said["states"]["line"] == "shipped"
    assert said["boxes"]["held"] == "12900"
    assert said["prev"] == str(money.market.line(line).address(ORIGIN))
    assert [step["type"] for step in said["steps"]] == ["OrderAgreed", "FundsReceived", "GoodsDispatched"]
    legs = said["steps"][1]["legs"]
    assert {leg["account"]: leg["minor"] for leg in legs} == {f"custody:{HOST}/bank": "12900", f"ord:{line}:held": "-12900"}
    delivered = next(step for step in said["next"] if step["record"] == "GoodsDelivered")
    assert delivered["signers"] == [["a carrier of the order"], ["a carrier of the order", "the buyer"]]
    lapsed = [step for step in said["next"] if step["record"] == "DeliveryLapsed"]
    assert all(step["at"] for step in lapsed)


def test_a_statement_is_signed_by_the_operators_party_and_adds_up(money: MoneyWorld) -> None:
    line = shipped(money)
    note = money.get(f"/escrow/lines/{line}/statement", "buyer").content
    key = money.market.ledger.state().keys_of(f"{HOST}/clock")[0]
    statement = check_statement(note, VerifierKey.parse(str(key)))
    assert statement.line == line
    assert {one.account: one.closing for one in statement.accounts} == {
        f"custody:{HOST}/bank": 12_900,
        f"ord:{line}:held": -12_900,
    }


def test_balances_go_to_those_who_oversee_and_to_a_bank_its_own(money: MoneyWorld) -> None:
    line = shipped(money)
    own = {f"custody:{HOST}/bank": "12900", f"ord:{line}:held": "-12900"}
    for who in ("clock", "police", "arbiter", "bank"):
        rows = money.get("/escrow/balances", who).json()["balances"]
        assert {row["account"]: row["minor"] for row in rows if row["minor"] != "0"} == own, who
        assert {row["exponent"] for row in rows} == {2}
    for who in ("tea", "buyer", "stranger"):
        answer = money.get("/escrow/balances", who)
        assert (answer.status_code, answer.json()["code"]) == (403, "BalancesForbidden")


def test_balances_come_page_by_page(money: MoneyWorld) -> None:
    shipped(money)
    whole = money.get("/escrow/balances", "clock").json()["balances"]
    rows, after = [], ""
    while after is not None:
        page = money.client.get("/escrow/balances", params={"after": after, "limit": 1}, headers=money.auth("clock")).json()
        rows += page["balances"]
        after = page["next"]
    assert rows == whole


def test_lines_come_page_by_page(money: MoneyWorld) -> None:
    names = [money.agreed(order=order) for order in ("a", "b", "c")]
    first = money.get("/escrow/lines?limit=2", "buyer").json()
    rest = money.client.get("/escrow/lines", params={"after": first["next"]}, headers=money.auth("buyer")).json()
    assert [one["line"] for one in (*first["lines"], *rest["lines"])] == names
    assert rest["next"] is None


def test_the_feed_goes_on_where_it_ended(money: MoneyWorld) -> None:
    line = money.agreed()
    first = money.get("/escrow/events", "buyer").json()
    assert [one["type"] for one in first["events"]] == ["OrderAgreed"]
    assert money.get(f"/escrow/events?after={first['next']}", "buyer").json() == {"events": [], "next": first["next"]}
    money.market.fund(line)
    money.agreed(f"{HOST}/stranger", order="other")
    refused = money.post("/escrow/records", "bank", money.body("OrderLapsed", line)).json()
    more = money.get(f"/escrow/events?after={first['next']}", "buyer").json()
    assert [(one["type"], one["refusal"]) for one in more["events"]] == [
        ("FundsReceived", None),
        ("OrderLapsed", refused["refusal"]),
    ]
    assert more["next"] == "/".join(map(str, refused["position"]))


@pytest.mark.parametrize("after", ["x", "1", "1/", "/1", "-1/0", "1/16384", "1/99999", "9" * 20 + "/0", "١/٠"])
def test_a_cursor_of_another_shape_is_refused(money: MoneyWorld, after: str) -> None:
    answer = money.client.get("/escrow/events", params={"after": after}, headers=money.auth("clock"))
    assert (answer.status_code, answer.json()["code"]) == (400, "CursorMalformed")


@pytest.mark.parametrize("limit", ["0", "1001", "x"])
def test_a_page_has_a_size(money: MoneyWorld, limit: str) -> None:
    assert money.get(f"/escrow/lines?limit={limit}", "clock").json()["code"] == "RequestMalformed"


def test_a_suspended_party_sees_no_more_than_the_terms_let_it(money: MoneyWorld) -> None:
    line = shipped(money)
    change = PartySuspended(party=f"{HOST}/police", reason=SUSPENSION_REASONS[0])
    issuer, *signers = held_signers(money.market.ledger, money.market.ledger.state(), change)
    record_governance(money.market.ledger, change, issuer=issuer, signers=signers)
    assert money.get(f"/escrow/lines/{line}", "police").status_code == 404
    assert money.get("/escrow/balances", "police").status_code == 403
