"""Escrow records over HTTP: verdicts, refusals as problems, malformed bodies, own notes, dry runs."""

from __future__ import annotations

import base64
import json
from hashlib import sha256

import pytest

from ledger.trade.escrow.money import Money
from ledger.trade.escrow.refusals.precedence import REFUSALS
from ledger.trade.shapes.address import Address
from tests.api.escrow_market import BUYER, LINE, OWN_BUYER, MoneyWorld, changed
from tests.market import MANIFEST, ORIGIN, PROOF

RECORDS = "/escrow/records"
PRICE = Money("SGD", 12_900)


def paid(money: MoneyWorld, minor: int = 12_900, reference: str = "R1", line: str = LINE) -> bytes:
    return money.body("FundsReceived", line, money=Money("SGD", minor), reference=reference)


def test_a_record_is_written_and_its_verdict_answered(money: MoneyWorld) -> None:
    money.agreed()
    answer = money.post(RECORDS, "bank", paid(money))
    assert answer.status_code == 201, answer.text
    said = answer.json()
    assert said["accepted"]
    assert not said["repeated"]
    (verdict,) = said["verdicts"]
    assert verdict["position"] == [said["entry"], 0]
    assert verdict["record"] == f"https://{ORIGIN}/records/{said['entry']}/0"
    assert (verdict["type"], verdict["line"], verdict["refusal"]) == ("FundsReceived", LINE, None)
    assert verdict["postings"] == ["P1"]
    assert money.market.line(LINE).held == 12_900


def test_one_record_per_line_each_with_its_own_verdict(money: MoneyWorld) -> None:
    money.agreed()
    good, stale = paid(money, 100, "R1"), paid(money, 100, "R2")
    answer = money.post(RECORDS, "bank", good + b"\n" + stale + b"\n")
    assert answer.status_code == 201, answer.text
    assert not answer.json()["accepted"]
    assert [verdict["refusal"] for verdict in answer.json()["verdicts"]] == [None, "stale_prev"]


def test_a_refused_record_is_a_problem_that_stands_in_the_ledger(money: MoneyWorld) -> None:
    money.agreed()
    answer = money.post(RECORDS, "bank", paid(money).replace(b"SGD", b"TWD"))
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["refusal"] == "currency_mismatch"
    assert answer.status_code == problem["status"] == 422
    assert problem["seen"]
    assert problem["wanted"]
    entry, place = problem["position"]
    record = money.get(f"/records/{entry}/{place}", "bank")
    assert record.status_code == 200
    assert b"TWD" in record.content


def test_refusals_by_name_and_status(money: MoneyWorld) -> None:
    """A representative list: each refusal through the API, under its code and the status of its class."""
    line, other = money.agreed(), money.agreed(order="other")
    old = money.market.line(line).address(ORIGIN)
    shipped = {"serials": MANIFEST, "event": PROOF}
    release = {"amount": PRICE, **dict.fromkeys(("platform", "inspection", "tax"), Money("SGD", 0))}
    said = [
        ("line_unknown", "bank", changed(paid(money), line=f"{line[:-1]}77")),
        ("wrong_signer_role", "buyer", paid(money)),
        ("threshold_not_met", "tea", money.body("GoodsDispatched", line, **shipped)),
        ("not_funded", "buyer", money.body("DeliveryAccepted", line)),
        ("currency_mismatch", "bank", changed(paid(money), money={"currency": "JPY", "minor": "9", "exponent": 0})),
        ("window_open", "clock", money.body("OrderLapsed", line)),
        ("payout_not_instructed", "bank", money.body("PayoutSettled", line, money=PRICE, reference="R7")),
        (None, "bank", paid(money, reference="SAME")),
        ("reference_settled", "bank", lambda: paid(money, reference="SAME", line=other)),
        ("stale_prev", "bank", money.body("FundsReceived", line, prev=old, money=PRICE, reference="R8")),
        ("stale_prev", "bank", lambda: changed(paid(money, reference="R9"), prev=str(Address("other.example/log", 1, 0)))),
        ("not_delivered", "buyer", lambda: money.body("ReleaseInstructed", line, **release)),
        ("already_funded", "clock", lambda: money.body("OrderLapsed", line)),
    ]
    for code, who, record in said:
        answer = money.post(RECORDS, who, record() if callable(record) else record)
        if code is None:
            assert answer.status_code == 201, answer.text
            continue
        problem = answer.json()
        assert problem.get("refusal") == code, (code, problem)
        assert problem["code"] == REFUSALS[code].__name__
        assert answer.status_code in (403, 404, 409, 422)
        assert problem["title"] == REFUSALS[code].title
        entry, place = problem["position"]
        step = next(step for step in money.get(f"/escrow/events?after={entry - 1}/9999", "clock").json()["events"])
        assert (step["position"], step["refusal"]) == ([entry, place], code)


MALFORMED = [
    ("NonIntegerAmount", {"money": {"currency": "SGD", "minor": 129.0, "exponent": 2}}),
    ("NonIntegerAmount", {"money": {"currency": "SGD", "minor": 12900, "exponent": 2}}),
    ("NegativeAmount", {"money": {"currency": "SGD", "minor": "-1", "exponent": 2}}),
    ("AmountTooLarge", {"money": {"currency": "SGD", "minor": "9" * 5_000, "exponent": 2}}),
    ("AmountTooLarge", {"money": {"currency": "SGD", "minor": str(10**15), "exponent": 2}}),
    ("AmountZero", {"money": {"currency": "SGD", "minor": "0", "exponent": 2}}),
    ("WrongMinorUnits", {"money": {"currency": "SGD", "minor": "1", "exponent": 0}}),
    ("CurrencyUnknown", {"money": {"currency": "XXQ", "minor": "1", "exponent": 2}}),
    ("MoneyMalformed", {"money": "129.00"}),
    ("BodyMemberUnknown", {"legs": []}),
    ("BodyMemberUnknown", {"postings": ["P1"]}),
    ("BodyMemberWrong", {"line": "tea"}),
    ("BodyMemberWrong", {"prev": "yesterday"}),
    ("BodyMemberMissing", {"reference": ...}),
    ("BodyTypeUnknown", {"type": "MoneyPrinted"}),
]


@pytest.mark.parametrize(("code", "members"), MALFORMED)
def test_a_malformed_body_is_refused_at_the_door(money: MoneyWorld, code: str, members: dict[str, object]) -> None:
    money.agreed()
    before = money.market.ledger.head().size
    answer = money.post(RECORDS, "bank", changed(paid(money), **members))
    assert answer.json()["code"] == code, answer.text
    assert answer.status_code in (400, 422)
    assert "refusal" not in answer.json()
    assert money.market.ledger.head().size == before


def test_terms_under_an_unknown_pack_are_refused(money: MoneyWorld) -> None:
    terms = money.market.terms(BUYER)
    body = changed(terms.to_body(), pack={"name": "SG@2026.1", "sha256": "A" * 43 + "="})
    answer = money.post("/escrow/validate?signer=" + BUYER, "tea", body)
    assert answer.status_code == 200, answer.text
    assert [verdict["refusal"] for verdict in answer.json()["verdicts"]] == ["rule_pack_unknown"]


@pytest.mark.parametrize(("body", "code"), [(b"", "RecordsMissing"), (b"{", "JsonMalformed"), (b"[]", "JsonMalformed")])
def test_what_is_no_record_is_refused(money: MoneyWorld, body: bytes, code: str) -> None:
    assert money.post(RECORDS, "bank", body).json()["code"] in (code, "RecordMalformed", "RecordNotObject")


def test_an_own_note_is_taken_without_an_api_key(money: MoneyWorld) -> None:
    money.agreed(BUYER)
    body = money.body("OrderCancelled", LINE)
    batch = money.draft([body], issuer=OWN_BUYER)
    answer = money.client.post(RECORDS, files=money.parts(batch, body), headers={"Idempotency-Key": "own 1"})
    assert answer.json()["refusal"] == "wrong_signer_role", answer.text
    again = money.client.post(RECORDS, files=money.parts(batch, body), headers={"Idempotency-Key": "own 2"})
    assert again.json()["position"] == answer.json()["position"]


def test_a_note_of_other_records_is_refused(money: MoneyWorld) -> None:
    money.agreed()
    body = money.body("OrderCancelled", LINE)
    batch = money.draft([body], issuer=OWN_BUYER)
    answer = money.client.post(
        RECORDS, files=money.parts(batch, body.replace(b"/tea/tea/1", b"/tea/tea/2")), headers={"Idempotency-Key": "own 1"}
    )
    assert (answer.status_code, answer.json()["code"]) == (403, "RootDiffers")


def test_without_key_and_note_nobody_posts(money: MoneyWorld) -> None:
    headers = {"Idempotency-Key": "k", "Content-Type": "application/json"}
    answer = money.client.post(RECORDS, content=b"{}", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (401, "CallerUnknown")


def test_a_dry_run_writes_nothing_and_sees_what_would_follow(money: MoneyWorld) -> None:
    money.agreed()
    before = money.market.ledger.head().size
    records = paid(money, 100, "R1") + b"\n" + paid(money, 100, "R1")
    answer = money.post("/escrow/validate", "bank", records)
    assert answer.status_code == 200
    assert not answer.json()["accepted"]
    first, second = answer.json()["verdicts"]
    assert (first["refusal"], first["postings"]) == (None, ["P2"])
    assert second["refusal"] == "stale_prev"
    assert second["wanted"]
    assert money.market.ledger.head().size == before
    assert money.market.line(LINE).seq == 0


def test_a_digest_of_the_terms_is_that_of_their_bytes(money: MoneyWorld) -> None:
    terms = money.market.terms(BUYER)
    money.market.say(terms.to_body(), "tea", BUYER)
    shown = money.get(f"/escrow/lines/{terms.line}", "buyer").json()["terms"]
    assert shown["digest"] == base64.b64encode(sha256(terms.to_body()).digest()).decode()
    assert shown["agreed"] == {name: value for name, value in json.loads(terms.to_body()).items() if name != "type"}


def test_a_dry_run_needs_no_key_and_writes_nothing(money: MoneyWorld) -> None:
    money.agreed()
    size = money.market.ledger.head().size
    headers = {"Content-Type": "application/json", **money.auth("bank")}
    answer = money.client.post("/escrow/validate", content=paid(money), headers=headers)
    assert (answer.status_code, answer.json()["accepted"]) == (200, True)
    assert money.market.ledger.head().size == size
