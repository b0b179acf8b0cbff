"""The buyer's page: what it says, what its buttons do, and that nothing but its own secret opens it."""

from __future__ import annotations

import base64
import logging
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from api.guesses import WRONG_PER_MINUTE_MAX
from ledger.actions.escrow.claims import withdraw_claim
from ledger.actions.parties.admit_party import Admission, admit_party
from ledger.actions.trace.check_proof import own_policy
from ledger.evidence.receipt import verify_receipt
from ledger.trade.escrow.money import Money
from ledger.trade.escrow.regions import Own
from tests.api.buying import Buying
from tests.market import HOST

TEA = f"{HOST}/tea"
LINE = f"{TEA}/tea/1"


def test_a_shopper_agrees_gets_the_goods_and_accepts(buying: Buying) -> None:
    page, buyer = buying.claim()
    assert "There is no order here yet." in buying.client.get(page).text
    buying.offer(buying.market.terms(buyer), buyer)
    text = buying.client.get(page).text
    for shown in ("This waits for your answer", "Cloud Garden Teas", "SGD\u00a0129.00", "Harbour Bank", "1.75%"):
        assert shown in text
    agreed = buying.press(page, "sign")
    assert "You have signed, and it is recorded." in agreed.text
    assert "Agreed. Waiting for your payment to the bank." in agreed.text
    assert "No money has come yet. Pay the bank Harbour Bank, not the shop" in agreed.text
    buying.market.fund(LINE)
    text = buying.client.get(page).text
    assert "SGD\u00a0129.00 is held by Harbour Bank: by this bank, not by the shop and not by this website." in text
    buying.market.ship(LINE)
    buying.market.deliver(LINE)
    assert "Delivered. Please look at it." in buying.client.get(page).text
    accepted = buying.press(page, "accept")
    assert "Recorded: You accepted the delivery." in accepted.text
    assert buying.market.line(LINE).own is Own.ACCEPTED


def test_who_paid_a_part_is_asked_for_the_rest_only(buying: Buying) -> None:
    page, buyer = buying.claim()
    line = buying.market.agree(buyer)
    assert "Pay SGD\u00a0129.00 to the bank by" in buying.client.get(page).text
    buying.market.fund(line, 10_000)
    text = buying.client.get(page).text
    assert "Pay SGD\u00a029.00 to the bank by" in text
    assert "The bank has SGD\u00a0100.00 from you beside the price" in text
    assert "支付 SGD\u00a029.00" in buying.client.get(f"{page}?lang=zh").text


def test_a_kept_address_does_not_say_for_ever_that_a_button_was_just_pressed(buying: Buying) -> None:
    page, _ = buying.claim()
    assert "You have just pressed the button?" in buying.client.get(f"{page}?done=own").text
    buying.clock.offset_ms += 2 * 3_600_000
    assert "You have just pressed the button?" not in buying.client.get(f"{page}?done=own").text


def test_the_page_speaks_chinese_and_keeps_to_it(buying: Buying) -> None:
    page, buyer = buying.claim()
    buying.market.delivered(buyer)
    text = buying.client.get(page, headers={"Accept-Language": "zh-CN,zh;q=0.9"}).text
    assert '<html lang="zh-Hans">' in text
    assert "已送达，请查看货物。" in text
    assert "由 Harbour Bank 保管：在这家银行，不在商家，也不在本网站。" in text
    assert re.search(r"请在 [0-9]{4}年[0-9]{1,2}月[0-9]{1,2}日 [0-9:]{5} UTC 前确认收货", text)
    accepted = buying.press(page, "accept", lang="zh")
    assert "已记录：您确认收货。" in accepted.text


def test_every_step_has_its_proof(buying: Buying) -> None:
    page, buyer = buying.claim()
    buying.market.delivered(buyer)
    text = buying.client.get(page).text
    steps = re.findall(rf'href="{page}/receipts/([0-9]+/[0-9]+)"', text)
    assert len(steps) == 4
    policy = own_policy(buying.market.ledger.state())
    for step in steps:
        body = buying.client.get(f"{page}/records/{step}").content
        verify_receipt(buying.client.get(f"{page}/receipts/{step}").content, body=body, policy=policy)
    assert buying.client.get(f"{page}/records/0/0").status_code == 404


def test_the_law_and_its_source_are_said(buying: Buying) -> None:
    page, buyer = buying.claim("TW")
    buying.market.agree(buyer, territory="TW")
    text = buying.client.get(page).text
    assert "You may give it back without a reason within 7 days of delivery." in text
    assert "Consumer Protection Act art. 19; read in the law itself" in text
    assert "TW@2026.1" in text
    buying.market.fund(LINE, buying.market.terms(buyer, territory="TW").price.minor)
    buying.market.ship(LINE)
    buying.market.deliver(LINE)
    assert "You may give it back without a reason until " in buying.client.get(page).text
    other, buyer = buying.claim()
    buying.market.agree(buyer, order="other")
    assert "There is no right to give it back without a reason." in buying.client.get(other).text


def test_who_holds_the_key_and_what_is_not_shown_is_said(buying: Buying) -> None:
    page, buyer = buying.claim()
    text = buying.client.get(page).text
    assert "The operator of this website keeps the key that signs for you" in text
    assert f"In the ledger your name is {buyer}" in text
    assert "No proof shows that what they signed is true." in text
    assert "Did somebody send you this address?" in text


def test_a_link_as_it_was_given_shows_and_signs_nothing(buying: Buying) -> None:
    page, buyer = buying.shared_claim()
    line = buying.market.delivered(buyer)
    buying.offer(buying.market.terms(buyer, order="another"), buyer)
    text = buying.client.get(page).text
    body = text.partition("<main")[2]
    assert re.findall(r'<form action="([^"]*)"', body) == [f"{page}/own?lang=en"]
    assert body.count("<button") == 1
    order = ["First make this link yours alone", "knows it too, so nothing can be agreed or signed", "Make it mine alone"]
    order += ["This waits for your answer", "Delivered. Please look at it."]
    assert sorted(order, key=body.index) == order
    for absent in ("Nothing is asked of you right now.", "Did somebody send you this address?", "signs exactly this"):
        assert absent not in text
    assert "请先使这个链接归您独有" in buying.client.get(f"{page}?lang=zh").text
    assert buying.market.line(line).own is Own.DELIVERED


@pytest.mark.parametrize(
    ("lang", "says"),
    [
        ("en", "First make this link yours alone"),
        ("zh", "请先使这个链接归您独有"),
        ("zh-Hant", "請先將這個連結設為您個人專用"),
    ],
)
def test_a_button_that_somebody_made_up_does_nothing_with_a_shared_link(buying: Buying, lang: str, says: str) -> None:
    page, buyer = buying.shared_claim()
    line = buying.market.delivered(buyer)
    offer = buying.offer(buying.market.terms(buyer, order="another"), buyer)
    size = buying.market.ledger.head().size
    head = str(buying.market.line(line).address(buying.market.ledger.origin))
    forms = {"accept": {"line": line, "prev": head}, "sign": {"offer": offer, "prev": "0" * 64}, "nothing": {}}
    for act, form in forms.items():
        answer = buying.client.post(f"{page}/{act}?lang={lang}", data=form)
        assert (answer.status_code, re.findall(r"<code>(\w+)</code>", answer.text)) == (403, ["ClaimShared"])
        assert answer.text.count(says) == 2
    assert buying.market.ledger.head().size == size
    for done in ("accept", "sign", "own"):
        assert 'role="status"' not in buying.client.get(f"{page}?done={done}").text


def test_a_link_is_made_ones_own(buying: Buying) -> None:
    page, buyer = buying.shared_claim()
    line = buying.market.delivered(buyer)
    answer = buying.client.post(f"{page}/own", data={}, follow_redirects=True)
    own = str(answer.url).removeprefix(buying.url).partition("?")[0]
    assert own != page
    assert "Then this address is yours alone." in answer.text
    assert "Save it now" in answer.text
    assert "First make this link yours alone" not in answer.text
    buying.press(own, "accept")
    assert buying.market.line(line).own is Own.ACCEPTED


def test_who_opens_a_link_that_the_seller_took_over_is_told_not_to_pay(buying: Buying) -> None:
    page, buyer = buying.shared_claim()
    sellers = buying.take_over(page)
    for ended in (
        buying.client.get(page),
        buying.client.post(f"{page}/own", data={}),
        buying.client.post(f"{page}/sign", data={}),
    ):
        assert ended.status_code == 403
        assert "ClaimRevoked" in ended.text
        assert "This link works no more. If you did not make it yours, do not pay" in ended.text
        assert "somebody else has made it theirs, or ended it: pay nothing, and ask the operator for a new link." in ended.text
        assert buyer not in ended.text
    assert "请勿付款，并向运营方索取新的链接" in buying.client.get(f"{page}?lang=zh").text
    # The seller hands over its own address instead: the page asks who sent it, and the buyer ends it the same way.
    text = buying.client.get(f"{sellers}?done=own").text
    assert "You have just pressed the button? Then this address is yours alone." in text
    assert "Did somebody send you this address?" in text
    assert f'<form action="{sellers}/own?lang=en"' in text
    own = buying.take_over(sellers)
    assert (buying.client.get(sellers).status_code, buying.client.get(own).status_code) == (403, 200)


def test_a_dispute_of_a_part_is_opened_argued_and_settled(buying: Buying) -> None:
    page, buyer = buying.claim()
    buying.market.delivered(buyer)
    opened = buying.press(page, "dispute", reason="damaged", amount="40.00", words="One tin is dented.\r\n罐子凹了。")
    assert opened.status_code == 200
    assert "SGD\u00a040.00 is disputed between you and the shop." in opened.text
    assert "One tin is dented.<br>罐子凹了。<br>" in opened.text
    assert buying.market.line(LINE).disputed == 4_000
    assert "OfferMade" in buying.press(page, "offer", amount="35").text or buying.market.line(LINE).case
    buying.market.do("OfferMade", LINE, "tea", buyer_share=Money("SGD", 3_000))
    assert "Accept the shop&#39;s offer of SGD\u00a030.00" in buying.client.get(page).text
    settled = buying.press(page, "settle")
    assert "Recorded: A settlement was accepted." in settled.text
    assert buying.market.line(LINE).ref == 3_000


def test_the_same_press_twice_is_one_record(buying: Buying) -> None:
    page, buyer = buying.claim()
    buying.market.delivered(buyer)
    form = buying.form(page, "accept")
    with ThreadPoolExecutor(6) as threads:
        answers = list(threads.map(lambda _: buying.client.post(f"{page}/accept", data=form), range(6)))
    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.headers["location"] for answer in answers}) == 1
    assert buying.client.get(page).text.count('<p class="what">You accepted the delivery</p>') == 1


def test_an_offer_is_signed_once_and_only_as_it_was_shown(buying: Buying) -> None:
    page, buyer = buying.claim()
    buying.offer(buying.market.terms(buyer), buyer)
    form = buying.form(page, "sign")
    other = buying.client.post(f"{page}/sign", data={**form, "prev": "0" * 64})
    assert other.status_code == 409
    assert "This is not the offer that you saw" in other.text
    for _ in range(2):
        assert buying.client.post(f"{page}/sign", data=form).status_code == 303
    absent = buying.client.post(f"{page}/sign", data={**form, "offer": "x"})
    assert (absent.status_code, "ProposalAbsent" in absent.text) == (404, True)
    assert buying.market.line(LINE).seq == 0


def test_a_page_out_of_date_is_told_kindly_and_by_name(buying: Buying) -> None:
    page, buyer = buying.claim()
    buying.market.agree(buyer)
    form = buying.form(page, "cancel")
    buying.market.fund(LINE)
    answer = buying.client.post(f"{page}/cancel", data=form)
    assert answer.status_code == 409
    assert "Something happened in the meantime" in answer.text
    assert "Nothing was changed." in answer.text
    assert "StalePrev" in answer.text
    assert "Paid. The bank holds your money." in answer.text
    assert buying.market.line(LINE).own is Own.FUNDED
    assert "期间情况有变化" in buying.client.post(f"{page}/cancel?lang=zh", data=form).text
    assert f'href="{page}?lang=zh-Hans"' in answer.text


@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        ({"amount": "1,50"}, 400, "AmountUnreadable"),
        ({"amount": "-1"}, 400, "AmountUnreadable"),
        ({"amount": "1.005"}, 400, "AmountUnreadable"),
        ({"amount": "9" * 30}, 400, "AmountUnreadable"),
        ({"amount": "0"}, 422, "AmountZero"),
        ({"amount": "500.00"}, 409, "OverdrawnLine"),
        ({"words": " "}, 400, "WordsMissing"),
        ({"reason": "buyer_default"}, 400, "ReasonUnknown"),
        ({"line": f"{TEA}/other/1"}, 404, "LineAbsent"),
        ({"prev": "<script>"}, 409, "StalePrev"),
    ],
)
def test_what_cannot_be_done_is_refused_by_name(buying: Buying, fields: dict[str, str], status: int, code: str) -> None:
    page, buyer = buying.claim()
    buying.market.delivered(buyer)
    answer = buying.press(page, "dispute", **({"reason": "damaged", "amount": "1.00", "words": "dented"} | fields))
    assert (answer.status_code, re.findall(r"<code>(\w+)</code>", answer.text)) == (status, [code])
    assert "<script" not in answer.text
    assert buying.market.line(LINE).disputed == 0


@pytest.mark.parametrize("secret", ["x", "0" * 16 + "a" * 32, "%3Cscript%3E", "é", "0" * 90])
def test_a_wrong_secret_opens_nothing(buying: Buying, secret: str) -> None:
    for answer in (buying.client.get(f"/escrow/claim/{secret}"), buying.client.post(f"/escrow/claim/{secret}/accept", data={})):
        assert answer.status_code == 403
        assert "ClaimUnknown" in answer.text
        assert "This link is not known here" in answer.text
        assert "<script" not in answer.text
    assert "此处没有这个链接" in buying.client.get(f"/escrow/claim/{secret}?lang=zh").text


def test_expired_and_revoked_links_open_nothing(buying: Buying) -> None:
    expired, buyer = buying.claim()
    revoked, _ = buying.claim()
    buying.market.delivered(buyer)
    form = buying.form(expired, "accept")
    withdraw_claim(buying.market.ledger, revoked.rpartition("/")[2][:16])
    assert "ClaimRevoked" in buying.client.get(revoked).text
    buying.clock.offset_ms += 1_100 * 86_400_000
    for answer in (buying.client.get(expired), buying.client.post(f"{expired}/accept", data=form)):
        assert (answer.status_code, "This link has run out" in answer.text) == (403, True)
    assert buying.market.line(LINE).own is Own.DELIVERED


def test_guessing_is_slowed_down(buying: Buying) -> None:
    page, _ = buying.claim()
    for _ in range(WRONG_PER_MINUTE_MAX):
        assert buying.client.get("/escrow/claim/" + "0" * 48).status_code == 403
    answer = buying.client.get("/escrow/claim/" + "0" * 48)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
    assert "Too many wrong tries came from here" in answer.text
    assert buying.client.get(page).status_code == 503
    assert buying.client.get("/escrow/claim").status_code == 200


def test_the_secret_is_in_no_log_and_no_header(buying: Buying, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    page, buyer = buying.claim()
    secret = page.rpartition("/")[2]
    buying.market.delivered(buyer)
    answer = buying.client.get(page)
    pressed = buying.press(page, "accept", follow=False)
    buying.client.get(f"{page}/nothing/here")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "form-action 'self'" in answer.headers["Content-Security-Policy"]
    assert pressed.headers["Cache-Control"] == "no-store"
    ours = [record.getMessage() for record in caplog.records if record.name.startswith(("api", "ledger"))]
    assert any("/escrow/claim/{secret}" in message for message in ours)
    assert not [message for message in ours if secret in message or secret[16:] in message]


def test_the_page_loads_nothing_and_runs_nothing(buying: Buying) -> None:
    page, buyer = buying.claim()
    buying.market.delivered(buyer)
    for text in (buying.client.get(page).text, buying.client.get("/escrow/claim").text):
        assert "<script" not in text
        assert re.findall(r'(?:src|href|action)="(?!/|data:image/svg\+xml,)[^"]*"', text) == []


def test_nobody_injects_markup_through_any_field(buying: Buying) -> None:
    page, buyer = buying.claim()
    evil = '<script>alert(1)</script>\u202e" onmouseover="x'
    line = buying.market.delivered(buyer, order="x-1")
    text = buying.press(page, "dispute", reason="unsafe", amount="1", words=evil).text
    assert buying.market.line(line).disputed == 100
    for shown in (text, buying.client.get(f"{page}?done=<script>&lang=<script>").text):
        assert "&lt;script&gt;alert(1)" in shown
        assert "<script" not in shown
        assert 'onmouseover="' not in shown
        assert "\u202e" not in shown


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"code=" + b"a" * 40_000, "application/x-www-form-urlencoded", 413),
        (b"&".join(b"a=1" for _ in range(50)), "application/x-www-form-urlencoded", 400),
        (b"line=a&line=b", "application/x-www-form-urlencoded", 400),
        (b"code=%ff", "application/x-www-form-urlencoded", 400),
        (b"{}", "application/json", 400),
    ],
)
def test_what_is_no_form_is_refused(buying: Buying, content: bytes, kind: str, status: int) -> None:
    page, _ = buying.claim()
    for path in (f"{page}/accept", "/escrow/claim"):
        assert buying.client.post(path, content=content, headers={"Content-Type": kind}).status_code == status


def test_a_pasted_link_or_code_opens_the_page(buying: Buying) -> None:
    page, _ = buying.claim()
    secret = page.rpartition("/")[2]
    for code in (secret, f"  {buying.url}{page}?lang=en ", f"Your order: {buying.url}{page}"):
        answer = buying.client.post("/escrow/claim", data={"code": code})
        assert (answer.status_code, answer.headers["location"]) == (303, page)
    assert buying.client.post("/escrow/claim", data={"code": "x"}).status_code == 403


def test_the_words_of_a_buyer_reach_those_who_decide_and_nobody_else(buying: Buying) -> None:
    page, buyer = buying.claim()
    buying.market.delivered(buyer)
    buying.press(page, "dispute", reason="damaged", amount="40", words="罐子凹了。")
    for who in ("tea", "arbiter"):
        (letter,) = buying.client.get(f"/escrow/letters/{LINE}", headers=buying.auth(who)).json()["letters"]
        assert letter["text"] == "罐子凹了。"
        case = buying.market.line(LINE).case
        assert case is not None
        assert [base64.b64decode(letter["sha256"])] == list(case.evidence)
    for who in ("bank", "carrier", "inspector"):
        refused = buying.client.get(f"/escrow/letters/{LINE}", headers=buying.auth(who))
        assert (refused.status_code, refused.json()["code"]) == (403, "LettersForbidden")
    assert buying.client.get(f"/escrow/letters/{LINE}").status_code == 401
    assert buying.client.get("/escrow/letters/x/y/1", headers=buying.auth("tea")).status_code == 404


def test_a_party_cannot_inject_through_its_label(buying: Buying) -> None:
    page, buyer = buying.claim()
    admit_party(buying.market.ledger, Admission("evil", ["merchant"], "SG", label='<img src=x onerror="alert(1)">'))
    terms = buying.market.terms(buyer)
    buying.offer(replace(terms, line=f"{HOST}/evil/x/1"), buyer, by="evil")
    buying.offer(buying.market.terms(f"{HOST}/bank", order="not-mine"), buyer)
    text = buying.client.get(page).text
    assert "&lt;img src=x onerror=&#34;alert(1)&#34;&gt; offers you this order" in text
    assert "<img src=x" not in text
    assert text.count("This is not an order of yours.") == 1
