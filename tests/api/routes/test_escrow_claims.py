"""Claim links over HTTP: for sellers only, shown once, taken back; and what a scan says about the money."""

from __future__ import annotations

import pytest

from tests.api.buying import Buying
from tests.market import HOST, ORIGIN

LINE = f"{HOST}/tea/tea/1"
ITEM = "/01/09521234000013/21/T1"


def test_a_seller_gets_a_link_once(buying: Buying) -> None:
    answer = buying.client.post("/escrow/claims?territory=SG&days=30", headers=buying.auth("tea"))
    assert answer.status_code == 201
    assert answer.headers["Cache-Control"] == "no-store"
    made = answer.json()
    assert made["buyer"].startswith(f"{ORIGIN}/buyer/")
    assert made["link"].startswith(f"{buying.url}/escrow/claim/{made['id']}")
    listed = buying.client.get("/escrow/claims", headers=buying.auth("tea"))
    assert listed.json() == {"claims": [{name: value for name, value in made.items() if name != "link"}]}
    assert made["link"].rpartition("/")[2] not in listed.text
    assert buying.client.get(made["link"]).status_code == 200


@pytest.mark.parametrize(
    ("who", "query", "status", "code"),
    [
        (None, "", 401, "CallerUnknown"),
        ("bank", "", 403, "ClaimNotForYou"),
        ("tea", "?days=0", 400, "RequestMalformed"),
        ("tea", "?days=99999", 400, "RequestMalformed"),
        ("tea", "?territory=nowhere", 400, "RequestMalformed"),
        ("tea", "?territory=xx", 400, "BodyMemberWrong"),
    ],
)
def test_others_and_nonsense_get_none(buying: Buying, who: str | None, query: str, status: int, code: str) -> None:
    before = buying.market.ledger.head().size
    answer = buying.client.post(f"/escrow/claims{query}", headers=buying.auth(who) if who else {})
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert buying.market.ledger.head().size == before


def test_a_link_is_taken_back_by_its_seller_alone_and_in_time(buying: Buying) -> None:
    page, _ = buying.claim()
    used, buyer = buying.claim()
    buying.market.agree(buyer)
    unused_id, used_id = (path.rpartition("/")[2][:16] for path in (page, used))
    assert buying.client.delete(f"/escrow/claims/{unused_id}").status_code == 401
    assert buying.client.delete(f"/escrow/claims/{unused_id}", headers=buying.auth("bank")).status_code == 404
    assert buying.client.delete(f"/escrow/claims/{unused_id}", headers=buying.auth("tea")).status_code == 204
    assert buying.client.get(page).status_code == 403
    refused = buying.client.delete(f"/escrow/claims/{used_id}", headers=buying.auth("tea"))
    assert (refused.status_code, refused.json()["code"]) == (409, "ClaimInUse")
    assert buying.client.get(used).status_code == 200


def test_a_scan_says_that_money_is_or_was_held_and_never_whose_or_how_much(buying: Buying) -> None:
    _, buyer = buying.claim()
    seen = {
        "type": "ObjectEvent",
        "eventTime": "2026-11-20T08:00:00+08:00",
        "eventTimeZoneOffset": "+08:00",
        "epcList": ["https://id.gs1.org" + ITEM],
        "action": "OBSERVE",
        "bizStep": "storing",
    }
    posted = buying.client.post(
        "/epcis/events?read=code", json={"@context": "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld", **seen},
        headers=buying.auth("tea"),
    )  # fmt: skip
    assert posted.status_code < 300, posted.text

    def scanned() -> tuple[str, str]:
        return buying.client.get(ITEM).text, buying.client.get(ITEM, headers={"Accept": "application/json"}).json()["trust"]

    buying.market.agree(buyer)
    text, trust = scanned()
    assert (trust, "held in trust" in text) == ("none", False)
    buying.market.fund(LINE)
    text, trust = scanned()
    assert trust == "held"
    assert "A buyer&#39;s money for this item is held in trust by a bank." in text
    assert '<a href="/escrow/claim">Are you the buyer? Open your order.</a>' in text
    for secret in (buyer, "129.00", "12900", LINE, "Harbour Bank"):
        assert secret not in text
    assert "正由银行托管" in buying.client.get(f"{ITEM}?lang=zh").text
    buying.market.do("OrderCancelled", LINE, "tea", buyer)
    buying.market.do("RefundSettled", LINE, "bank", **buying.market.cash(LINE))
    text, trust = scanned()
    assert (trust, "was held in trust" in text) == ("was held", True)
    assert "trust" not in buying.client.get("/01/09521234000013").text.replace("_", "")
