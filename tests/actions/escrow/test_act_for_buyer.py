"""What the holder of a claim link may do and see, against a real ledger: once each, never blindly, never for others."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from ledger.actions.escrow.act_for_buyer import Asked, ProposalDiffers, act_for_buyer, sign_for_buyer
from ledger.actions.escrow.buyer_acts import ACTS, ActUnknown, NothingToSay, ReasonUnknown, Wish, WordsMissing
from ledger.actions.escrow.buyer_view import StepAbsent, read_step, receipt_of_step, view_claim
from ledger.actions.escrow.claims import ClaimShared, NewClaim, open_claim, take_over_claim
from ledger.actions.escrow.proposals import propose_held
from ledger.actions.log.own_turn import OwnTurn
from ledger.actions.trace.check_proof import own_policy
from ledger.evidence.receipt import verify_receipt
from ledger.storage.database import reading
from ledger.storage.journal_reading import LineAbsent
from ledger.storage.position import Position
from ledger.trade.escrow.bodies.every import BODIES
from ledger.trade.escrow.money import Money
from ledger.trade.escrow.refusals.obstacles import WindowOpen
from ledger.trade.escrow.refusals.standing import StalePrev
from ledger.trade.escrow.regions import Dispute, Own
from tests.actions.conftest import Clock
from tests.market import HOST, ORIGIN, Market

DAY_MS = 86_400_000


@pytest.fixture
def claim(market: Market) -> NewClaim:
    return own_claim(market)


def own_claim(market: Market, territory: str = "SG") -> NewClaim:
    return take_over_claim(market.ledger, open_claim(market.ledger, f"{HOST}/tea", territory=territory).secret)


def ask(market: Market, act: str, line: str, wish: Wish | None = None, words: str = "") -> Asked:
    return Asked(act, line, str(market.line(line).address(ORIGIN)), wish or Wish(), words)


def act(market: Market, claim: NewClaim, asked: Asked) -> Position:
    return act_for_buyer(market.ledger, claim.secret, asked, OwnTurn(market.ledger))


def acts_of(market: Market, claim: NewClaim) -> set[str]:
    (line,) = view_claim(market.ledger, claim.secret).lines
    return set(line.acts)


def test_every_act_says_a_record_of_its_own() -> None:
    records = [found.record for found in ACTS.values()]
    assert set(records) <= set(BODIES)
    assert len(records) == len(set(records))


def test_the_page_offers_what_the_rules_would_take_now(market: Market, claim: NewClaim, clock: Clock) -> None:
    line = market.agree(claim.claim.buyer)
    assert acts_of(market, claim) == {"cancel"}
    market.fund(line)
    assert acts_of(market, claim) == {"dispute"}
    market.ship(line)
    assert acts_of(market, claim) == {"dispute"}
    market.deliver(line)
    assert acts_of(market, claim) == {"accept", "dispute"}
    act(market, claim, ask(market, "accept", line))
    assert acts_of(market, claim) == {"release", "dispute"}
    market.publish()
    act(market, claim, ask(market, "release", line))
    market.do("PayoutSettled", line, "bank", **market.cash(line, market.line(line).rel))
    assert acts_of(market, claim) == {"claim"}
    clock.advance(184 * DAY_MS)
    assert acts_of(market, claim) == set()


def test_late_goods_let_the_buyer_cancel_or_be_refunded(market: Market, claim: NewClaim, clock: Clock) -> None:
    line = market.agree(claim.claim.buyer)
    market.fund(line)
    early = ask(market, "cancel", line)
    with pytest.raises(WindowOpen):
        act(market, claim, early)
    clock.advance(18 * DAY_MS)
    assert "cancel" in acts_of(market, claim)
    market.ship(line)
    clock.advance(100 * DAY_MS)
    assert "refund" in acts_of(market, claim)
    act(market, claim, ask(market, "refund", line))
    assert market.line(line).own is Own.REFUNDING


def test_the_law_of_the_buyer_opens_the_way_back(market: Market) -> None:
    buyer = own_claim(market, "TW")
    line = market.agree(buyer.claim.buyer, territory="TW")
    market.fund(line)
    market.ship(line)
    market.deliver(line)
    assert "withdraw" in acts_of(market, buyer)
    act(market, buyer, ask(market, "withdraw", line))
    assert market.line(line).own is Own.RETURNING


def test_the_record_is_signed_with_the_key_held_for_the_buyer(market: Market, claim: NewClaim) -> None:
    line = market.delivered(claim.claim.buyer)
    position = act(market, claim, ask(market, "accept", line))
    market.publish()
    body = read_step(market.ledger, claim.secret, position)
    assert b'"DeliveryAccepted"' in body
    policy = own_policy(market.ledger.state())
    proved = verify_receipt(receipt_of_step(market.ledger, claim.secret, position), body=body, policy=policy)
    assert [(signer.party, signer.custody) for signer in proved.parties] == [(claim.claim.buyer, "operator")]
    (seen,) = view_claim(market.ledger, claim.secret).lines
    assert (seen.steps[0].position, seen.steps[0].type) == (position, "DeliveryAccepted")
    assert [step.type for step in seen.steps[1:]] == ["GoodsDelivered", "GoodsDispatched", "FundsReceived", "OrderAgreed"]


def test_the_same_click_twice_is_one_record(market: Market, claim: NewClaim) -> None:
    asked = ask(market, "accept", market.delivered(claim.claim.buyer))
    first = act(market, claim, asked)
    size = market.ledger.head().size
    assert act(market, claim, asked) == first
    assert market.ledger.head().size == size


def test_clicks_at_once_are_one_accepted_record(market: Market, claim: NewClaim) -> None:
    line = market.delivered(claim.claim.buyer)
    asked, found, failed = ask(market, "accept", line), [], []

    def click() -> None:
        try:
            found.append(act(market, claim, asked))
        except StalePrev as refusal:
            failed.append(refusal)

    threads = [threading.Thread(target=click) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert len(found) == 6
    assert len(set(found)) == 1
    assert market.line(line).own is Own.ACCEPTED


def test_a_page_that_is_out_of_date_moves_nothing(market: Market, claim: NewClaim) -> None:
    line = market.agree(claim.claim.buyer)
    asked = ask(market, "cancel", line)
    market.fund(line)
    size = market.ledger.head().size
    with pytest.raises(StalePrev):
        act(market, claim, asked)
    for prev in ("", "x", f"https://{ORIGIN}/records/0/0", "https://evil.example/main/records/1/0"):
        with pytest.raises(StalePrev):
            act(market, claim, replace(asked, prev=prev))
    assert market.ledger.head().size == size


def test_nobody_acts_on_the_order_of_another_buyer(market: Market, claim: NewClaim) -> None:
    other = own_claim(market)
    line = market.delivered(claim.claim.buyer)
    market.publish()
    position = Position(*market.line(line).head)
    with pytest.raises(LineAbsent):
        act(market, other, ask(market, "accept", line))
    for read in (read_step, receipt_of_step):
        with pytest.raises(StepAbsent):
            read(market.ledger, other.secret, position)
        with pytest.raises(StepAbsent):
            read(market.ledger, claim.secret, Position(0, 0))
    assert view_claim(market.ledger, other.secret).lines == ()


def test_a_dispute_freezes_what_the_buyer_says_and_keeps_the_words(market: Market, claim: NewClaim) -> None:
    line = market.delivered(claim.claim.buyer)
    wish = Wish(Money("SGD", 4_000), "damaged")
    act(market, claim, ask(market, "dispute", line, wish, "  One tin\r\nis dented.  "))
    moved = market.line(line)
    assert (moved.dispute, moved.disputed, moved.held) == (Dispute.OPEN, 4_000, 8_900)
    (seen,) = view_claim(market.ledger, claim.secret).lines
    assert list(seen.letters.values()) == ["One tin\nis dented."]
    assert set(seen.letters) == set(moved.case.evidence if moved.case else ())
    assert {"offer", "evidence", "stop"} <= set(seen.acts)
    assert "settle" not in seen.acts
    market.do("OfferMade", line, "tea", buyer_share=Money("SGD", 3_000))
    (seen,) = view_claim(market.ledger, claim.secret).lines
    assert seen.acts["settle"] == Money("SGD", 3_000)
    act(market, claim, ask(market, "settle", line, Wish(Money("SGD", 3_000))))
    assert (market.line(line).ref, market.line(line).rel) == (3_000, 1_000)


@pytest.mark.parametrize(
    ("wish", "words", "refusal"),
    [
        (Wish(reason="damaged"), "  ", WordsMissing),
        (Wish(reason="damaged"), "x" * 2_001, WordsMissing),
        (Wish(reason="buyer_default"), "x", ReasonUnknown),
        (Wish(reason="<script>"), "x", ReasonUnknown),
    ],
)
def test_a_dispute_needs_words_and_a_reason(
    market: Market, claim: NewClaim, wish: Wish, words: str, refusal: type[Exception]
) -> None:
    line = market.delivered(claim.claim.buyer)
    with pytest.raises(refusal):
        act(market, claim, ask(market, "dispute", line, wish, words))
    assert market.line(line).dispute is Dispute.NONE


def test_what_is_not_on_the_page_is_refused_by_name(market: Market, claim: NewClaim) -> None:
    line = market.delivered(claim.claim.buyer)
    with pytest.raises(ActUnknown):
        act(market, claim, ask(market, "everything", line))
    with pytest.raises(NothingToSay):
        act(market, claim, ask(market, "settle", line))
    with reading(market.ledger.engine) as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM escrow_letters").scalar_one() == 0
    assert market.line(line).own is Own.DELIVERED


def test_a_refused_record_says_why(market: Market, claim: NewClaim) -> None:
    line = market.delivered(claim.claim.buyer)
    wish = Wish(Money("SGD", 99_999), "damaged")
    with pytest.raises(Exception, match="OverdrawnLine"):
        act(market, claim, ask(market, "dispute", line, wish, "all of it"))
    assert market.line(line).disputed == 0


def letters_kept(market: Market) -> int:
    with reading(market.ledger.engine) as connection:
        return int(connection.exec_driver_sql("SELECT count(*) FROM escrow_letters").scalar_one())


@pytest.mark.parametrize("name", sorted(ACTS))
def test_no_act_is_taken_with_a_link_that_the_seller_knows(market: Market, name: str) -> None:
    shared = open_claim(market.ledger, f"{HOST}/tea")
    line = market.delivered(shared.claim.buyer)
    before = market.line(line), market.ledger.head()
    with pytest.raises(ClaimShared) as refusal:
        act(market, shared, ask(market, name, line, Wish(Money("SGD", 100), "damaged"), "dented"))
    assert shared.secret not in str(refusal.value)
    assert (market.line(line), market.ledger.head(), letters_kept(market)) == (*before, 0)


def test_a_click_that_was_taken_is_not_told_again_to_a_link_that_the_seller_knows(market: Market) -> None:
    shared = open_claim(market.ledger, f"{HOST}/tea")
    line = market.delivered(shared.claim.buyer)
    asked = ask(market, "accept", line)
    market.do("DeliveryAccepted", line, shared.claim.buyer)
    with pytest.raises(ClaimShared):
        act(market, shared, asked)
    own = take_over_claim(market.ledger, shared.secret)
    assert act(market, own, asked) == Position(*market.line(line).head)


def test_no_offer_is_signed_with_a_link_that_the_seller_knows(market: Market) -> None:
    shared = open_claim(market.ledger, f"{HOST}/tea")
    body = market.terms(shared.claim.buyer).to_body()
    offer = propose_held(
        market.ledger, body, issuer=f"{HOST}/tea", signers=[shared.claim.buyer], name="0" * 32, seed=bytes(32)
    ).id
    (seen,) = view_claim(market.ledger, shared.secret).offers
    size, queue = market.ledger.head().size, OwnTurn(market.ledger)
    for digest in (seen.digest, "0" * 64):
        with pytest.raises(ClaimShared):
            sign_for_buyer(market.ledger, shared.secret, offer, digest=digest, queue=queue)
    assert view_claim(market.ledger, shared.secret).offers == (seen,)
    assert market.ledger.head().size == size
    own = take_over_claim(market.ledger, shared.secret)
    with pytest.raises(ProposalDiffers):
        sign_for_buyer(market.ledger, own.secret, offer, digest="0" * 64, queue=queue)
    assert sign_for_buyer(market.ledger, own.secret, offer, digest=seen.digest, queue=queue)
    assert view_claim(market.ledger, own.secret).offers == ()
