"""What a shopper sees and presses on the claim page, in a real browser without scripts, at phone size."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from ledger.trade.escrow.regions import Dispute, Own
from tests.api.buying import Buying
from tests.market import HOST

pytestmark = pytest.mark.browser

LINE = f"{HOST}/tea/tea/1"
_PHONE = {"width": 360, "height": 740}
_PAGE_BYTES_MAX = 30_000


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(java_script_enabled=False, viewport=_PHONE, locale="en-SG")
    page = context.new_page()
    complaints: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("request", lambda request: asked.append(request.url))
    yield page
    assert [text for text in complaints if "409" not in text] == []
    assert {url.split("/")[2] for url in asked} <= {page.url.split("/")[2]}
    context.close()


def test_a_link_is_made_ones_own_an_offer_agreed_and_a_delivery_accepted(buying: Buying, phone: Page) -> None:
    given, buyer = buying.shared_claim()
    buying.offer(buying.market.terms(buyer), buyer)
    phone.goto(buying.url + given)
    expect(phone.get_by_text("First make this link yours alone")).to_be_in_viewport()
    expect(phone.get_by_text("SGD\u00a0129.00")).to_be_visible()
    own = phone.get_by_role("button")
    expect(own).to_have_text("Make it mine alone")
    expect(own).to_be_in_viewport()
    own.click()
    expect(phone.get_by_text("Then this address is yours alone.")).to_be_in_viewport()
    path = phone.url.removeprefix(buying.url).partition("?")[0]
    assert path != given
    expect(phone.get_by_text("SGD\u00a0129.00")).to_be_visible()
    phone.get_by_role("button", name="I agree").click()
    expect(phone.get_by_text("You have signed, and it is recorded.")).to_be_visible()
    expect(phone.get_by_text("Agreed. Waiting for your payment to the bank.")).to_be_in_viewport()
    buying.market.fund(LINE)
    buying.market.ship(LINE)
    buying.market.deliver(LINE)
    phone.reload()
    phone.goto(buying.url + path)
    for seen in ("Delivered. Please look at it.", "is held by Harbour Bank: by this bank, not by the shop"):
        expect(phone.get_by_text(seen)).to_be_in_viewport()
    accept = phone.get_by_role("button", name="Accept the delivery")
    expect(accept).to_be_in_viewport()
    accept.click()
    expect(phone.get_by_text("Recorded: You accepted the delivery.")).to_be_in_viewport()
    assert buying.market.line(LINE).own is Own.ACCEPTED
    phone.reload()
    assert buying.market.line(LINE).seq == 4


@pytest.mark.parametrize(
    "said",
    [
        ("简体中文", "已送达，请查看货物。", "确认收货", "已记录：您确认收货。"),
        ("繁體中文", "已送達，請查看商品。", "確認收貨", "已記錄：您確認收貨。"),
    ],
)
def test_the_other_language_is_one_tap_away_and_stays(buying: Buying, phone: Page, said: tuple[str, str, str, str]) -> None:
    name, delivered, accept, accepted = said
    path, buyer = buying.claim()
    buying.market.delivered(buyer)
    phone.goto(buying.url + path)
    phone.get_by_role("link", name=name).click()
    expect(phone.get_by_text(delivered)).to_be_in_viewport()
    phone.get_by_role("button", name=accept).click()
    expect(phone.get_by_text(accepted)).to_be_visible()


def test_something_wrong_is_said_by_thumb(buying: Buying, phone: Page) -> None:
    path, buyer = buying.claim()
    buying.market.delivered(buyer)
    phone.goto(buying.url + path)
    phone.locator("summary", has_text="Something is wrong").click()
    phone.get_by_label("What is wrong").select_option(label="It is damaged")
    phone.get_by_label("How much of").fill("40")
    phone.get_by_label("What happened, in your own words").fill("One tin is dented.")
    phone.get_by_role("button", name="Something is wrong").click()
    expect(phone.get_by_text("SGD\u00a040.00 is disputed between you and the shop.")).to_be_visible()
    assert buying.market.line(LINE).dispute is Dispute.OPEN


def test_a_page_left_open_is_told_kindly(buying: Buying, phone: Page) -> None:
    path, buyer = buying.claim()
    buying.market.agree(buyer)
    phone.goto(buying.url + path)
    buying.market.fund(LINE)
    phone.get_by_text("Cancel the order").first.click()
    phone.get_by_role("button", name="Cancel the order").click()
    expect(phone.get_by_text("Something happened in the meantime")).to_be_in_viewport()
    expect(phone.get_by_text("StalePrev")).to_be_visible()
    phone.get_by_role("link", name="简体中文").click()
    expect(phone.get_by_text("已付款，钱由银行保管。")).to_be_visible()


def test_nothing_runs_over_the_edge_of_a_phone_and_all_is_light(buying: Buying, browser: Browser) -> None:
    path, buyer = buying.claim()
    buying.offer(buying.market.terms(buyer, order="another"), buyer)
    buying.market.delivered(buyer)
    given, other = buying.shared_claim()
    buying.offer(buying.market.terms(other, order="third"), other)
    page = browser.new_page(viewport={"width": 320, "height": 640})
    weights: list[int] = []
    page.on("response", lambda answer: weights.append(len(answer.body())) if answer.ok else None)
    own, shared = (path, f"{path}?lang=zh", f"{path}?done=own"), (given, f"{given}?lang=zh-Hant")
    for address in (*own, *shared, "/escrow/claim", "/escrow/claim/x"):
        weights.clear()
        page.goto(buying.url + address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, address
        assert sum(weights) < _PAGE_BYTES_MAX
    page.close()
