"""A request about money is answered once, whatever clients, crashes and restarts do."""

from __future__ import annotations

import threading

import httpx
import pytest
from sqlalchemy import text

from api.app import create_app
from api.settings import Settings
from ledger.storage.database import reading, writing
from ledger.trade.escrow.money import Money
from tests.api.escrow_market import LINE, OWN_BUYER, MoneyWorld
from tests.api.serving import listening, serving

RECORDS = "/escrow/records"


def paid(money: MoneyWorld, minor: int = 100, reference: str = "R1") -> bytes:
    return money.body("FundsReceived", LINE, money=Money("SGD", minor), reference=reference)


def entries(money: MoneyWorld) -> int:
    return money.market.ledger.head().size


def leave_running(money: MoneyWorld, *, server: str) -> None:
    """As if the server had gone away after the ledger was written and before the answer was kept."""
    with writing(money.market.ledger.engine) as connection:
        connection.execute(
            text("UPDATE escrow_idempotency SET status = NULL, answer = NULL, server = :server"), {"server": server}
        )


@pytest.mark.parametrize(
    ("path", "who"),
    [(RECORDS, "bank"), ("/escrow/proposals", "tea"), ("/escrow/proposals/x/signatures", "tea")],
)
def test_every_post_about_money_needs_a_key(money: MoneyWorld, path: str, who: str) -> None:
    answer = money.client.post(path, content=b"{}", headers={"Content-Type": "application/json", **money.auth(who)})
    assert (answer.status_code, answer.json()["code"]) == (400, "IdempotencyKeyMissing")
    assert answer.json()["pointer"] == "Idempotency-Key"


@pytest.mark.parametrize("key", ["k" * 65, "a\tb", "schlüssel".encode()])
def test_a_key_of_another_shape_is_refused(money: MoneyWorld, key: str | bytes) -> None:
    headers = [(b"Idempotency-Key", key if isinstance(key, bytes) else key.encode()), (b"Content-Type", b"application/json")]
    headers += [(name.encode(), value.encode()) for name, value in money.auth("bank").items()]
    answer = money.client.post(RECORDS, content=b"{}", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (400, "IdempotencyKeyMalformed")


def test_two_keys_are_refused(money: MoneyWorld) -> None:
    headers = [
        ("Idempotency-Key", "a"),
        ("Idempotency-Key", "b"),
        ("Content-Type", "application/json"),
        *money.auth("bank").items(),
    ]
    assert money.client.post(RECORDS, content=b"{}", headers=headers).json()["code"] == "IdempotencyKeyMalformed"


def test_the_same_request_again_gets_the_same_answer(money: MoneyWorld) -> None:
    money.agreed()
    body = paid(money)
    first = money.post(RECORDS, "bank", body, key="one")
    size = entries(money)
    again = money.post(RECORDS, "bank", body, key="one")
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert (again.status_code, again.content) == (first.status_code, first.content) == (201, first.content)
    assert entries(money) == size


def test_a_refusal_is_replayed_too(money: MoneyWorld) -> None:
    money.agreed()
    body = money.body("OrderCancelled", LINE)
    first = money.post(RECORDS, "bank", body, key="one")
    again = money.post(RECORDS, "bank", body, key="one")
    assert first.json()["refusal"] == "wrong_signer_role"
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.headers["content-type"] == "application/problem+json"
    assert (again.status_code, again.content) == (first.status_code, first.content)


def test_a_key_serves_one_request(money: MoneyWorld) -> None:
    money.agreed()
    money.post(RECORDS, "bank", paid(money), key="one")
    size = entries(money)
    other = money.post(RECORDS, "bank", paid(money, 200, "R2"), key="one")
    assert (other.status_code, other.json()["code"]) == (422, "IdempotencyKeyReused")
    assert entries(money) == size
    assert money.post(RECORDS, "tea", paid(money, 200, "R2"), key="one").json()["refusal"] == "wrong_signer_role"


def test_a_key_is_free_again_where_nothing_was_written(money: MoneyWorld) -> None:
    money.agreed()
    assert money.post(RECORDS, "bank", b'{"type":"FundsReceived"}', key="one").status_code == 400
    assert money.post(RECORDS, "bank", paid(money), key="one").status_code == 201


def test_a_second_one_waits_while_the_first_is_running(money: MoneyWorld) -> None:
    money.agreed()
    body = paid(money)
    money.post(RECORDS, "bank", body, key="one")
    with reading(money.market.ledger.engine) as connection:
        start = connection.execute(text("SELECT server FROM escrow_idempotency")).scalar_one()
    leave_running(money, server=start)
    again = money.post(RECORDS, "bank", body, key="one")
    assert (again.status_code, again.json()["code"]) == (409, "IdempotencyRunning")
    money.clock.offset_ms += 5 * 60 * 1_000
    late = money.post(RECORDS, "bank", body, key="one")
    assert late.status_code == 201
    assert late.json()["repeated"]


def test_what_a_broken_server_left_is_taken_over_and_happens_once(money: MoneyWorld) -> None:
    money.agreed()
    body = paid(money)
    first = money.post(RECORDS, "bank", body, key="one").json()
    size = entries(money)
    leave_running(money, server="another start")
    again = money.post(RECORDS, "bank", body, key="one")
    assert again.status_code == 201
    assert again.json()["verdicts"] == first["verdicts"]
    assert again.json()["repeated"]
    assert entries(money) == size
    assert money.market.line(LINE).unallocated == 100


def test_answers_outlive_the_server(money: MoneyWorld) -> None:
    money.agreed()
    body = paid(money)
    first = money.post(RECORDS, "bank", body, key="one")
    with listening() as (bound, url):
        app = create_app(Settings(data=money.data, public_url=url, escrow_tick_s=0), clock=money.clock)
        with serving(app, bound), httpx.Client(base_url=url, timeout=30) as client:
            headers = {"Idempotency-Key": "one", "Content-Type": "application/json", **money.auth("bank")}
            again = client.post(RECORDS, content=body, headers=headers)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.content == first.content


def test_of_many_at_once_one_writes(money: MoneyWorld) -> None:
    money.agreed()
    body, size = paid(money), entries(money)
    answers: list[httpx.Response] = []
    threads = [threading.Thread(target=lambda: answers.append(money.post(RECORDS, "bank", body, key="one"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert entries(money) == size + 1
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} <= {"IdempotencyRunning"}
    assert len({answer.content for answer in answers if answer.status_code == 201}) == 1


def test_nobody_occupies_the_keys_of_a_party_without_its_signature(money: MoneyWorld) -> None:
    money.agreed()
    body = money.body("OrderCancelled", LINE)
    parts = money.parts(money.draft([body], issuer=OWN_BUYER), body)
    broken = {**parts, "note": ("note", parts["note"][1].replace(b"size 1", b"size 2"))}
    assert money.client.post(RECORDS, files=broken, headers={"Idempotency-Key": "k"}).status_code in (403, 409)
    whole = money.client.post(RECORDS, files=parts, headers={"Idempotency-Key": "k"})
    assert whole.json()["refusal"] == "wrong_signer_role"
