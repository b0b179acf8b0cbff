"""Every state of an order line in the words of a shopper, in English and Chinese: what is, and what comes next by when.

In braces stand moments and amounts, keys of `claim_moments.MOMENTS` or of the amounts that a line has; each sentence of `next`
is shown only where all its moments are known.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from ledger.trade.escrow.regions import (
    Advance,
    Chargeback,
    Dispute,
    Guarantee,
    Hold,
    Own,
    Payout,
    Recall,
    Refund,
    State,
    Surplus,
    Title,
)


class Words(NamedTuple):
    """What a state is called, and what happens next in sentences."""

    says: str
    next: tuple[str, ...] = ()


_NO_MORE_EN: Final = ("Nothing more is needed from you.",)
_NO_MORE_ZH: Final = ("您无需再做什么。",)

_OWN_EN: Final[Mapping[State, Words]] = {
    Own.NONE: Words("Nothing was agreed yet."),
    Own.AGREED: Words(
        "Agreed. Waiting for your payment to the bank.",
        (
            "Pay {to_pay} to the bank by {payment}.",
            "If the bank has not confirmed it by then, the order ends and nobody owes anything.",
        ),
    ),
    Own.FUNDED: Words(
        "Paid. The bank holds your money.",
        (
            "Next, the shop sends the goods, promised by {ship_by}.",
            "If they are not sent by {dispatch}, you may cancel and get everything back.",
        ),
    ),
    Own.SHIPPED: Words(
        "On its way to you.",
        ("Delivery is promised by {deliver_by}.", "If it has not come by {delivery}, your money goes back to you."),
    ),
    Own.SAMPLING: Words(
        "Being inspected before it may enter.",
        ("The inspectors report by {inspection}.", "If it has not come by {delivery}, your money goes back to you."),
    ),
    Own.HELD_AT_ENTRY: Words(
        "The inspection was failed. The goods do not enter.",
        ("Unless a second inspection is asked for, your money goes back to you after {entry}.",),
    ),
    Own.CLEARED: Words(
        "Inspected and passed. On its way to you.",
        ("Delivery is promised by {deliver_by}.", "If it has not come by {delivery}, your money goes back to you."),
    ),
    Own.DELIVERED: Words(
        "Delivered. Please look at it.",
        (
            "Accept it, or say what is wrong, by {acceptance}.",
            "If you say nothing, it then counts as accepted. You keep your rights by law.",
        ),
    ),
    Own.ACCEPTED: Words(
        "Accepted.",
        ("Next, the bank pays the shop.", "You may still report a fault until {conformity}."),
    ),
    Own.RETURNING: Words(
        "You withdrew. The goods go back to the shop.",
        (
            "Give them to the carrier by {return}, else the purchase stands.",
            "The carrier has brought them back. If the shop does not answer by {return_reply}, your money goes back to you.",
        ),
    ),
    Own.RELEASING: Words(
        "The bank is paying the shop.",
        ("Next, the bank confirms the payment.", "You may still report a fault until {conformity}."),
    ),
    Own.RELEASED: Words("Done. The shop has been paid.", ("You may still report a fault until {conformity}.",)),
    Own.REFUNDING: Words("Your money is on its way back to you.", ("Next, the bank pays you and confirms it here.",)),
    Own.REFUNDED: Words("You have been paid back.", _NO_MORE_EN),
    Own.CANCELLED: Words("Cancelled before the price was paid.", _NO_MORE_EN),
    Own.CLOSED: Words("Closed. Every time for claims is over.", _NO_MORE_EN),
}

_OWN_ZH: Final[Mapping[State, Words]] = {
    Own.NONE: Words("尚未达成任何约定。"),
    Own.AGREED: Words(
        "已约定，等待您向银行付款。",
        ("请在 {payment} 前向银行支付 {to_pay}。", "届时银行若未确认到账，订单终止，双方互不欠款。"),
    ),
    Own.FUNDED: Words(
        "已付款，钱由银行保管。",
        ("接下来由商家发货，约定不迟于 {ship_by}。", "若到 {dispatch} 仍未发货，您可以取消并取回全部款项。"),
    ),
    Own.SHIPPED: Words(
        "货物正在运来。",
        ("约定不迟于 {deliver_by} 送达。", "若到 {delivery} 仍未送达，款项退还给您。"),
    ),
    Own.SAMPLING: Words(
        "货物入境前正在接受检验。",
        ("检验机构不迟于 {inspection} 出具结果。", "若到 {delivery} 仍未送达，款项退还给您。"),
    ),
    Own.HELD_AT_ENTRY: Words(
        "检验不合格，货物不得入境。",
        ("若无人要求复检，{entry} 之后款项退还给您。",),
    ),
    Own.CLEARED: Words(
        "检验合格，货物正在运来。",
        ("约定不迟于 {deliver_by} 送达。", "若到 {delivery} 仍未送达，款项退还给您。"),
    ),
    Own.DELIVERED: Words(
        "已送达，请查看货物。",
        ("请在 {acceptance} 前确认收货，或说明问题。", "若您不作表示，届时视为收货。您的法定权利不变。"),
    ),
    Own.ACCEPTED: Words("已确认收货。", ("接下来银行向商家付款。", "在 {conformity} 之前，您仍可报告质量问题。")),
    Own.RETURNING: Words(
        "您已退货，货物正退回商家。",
        (
            "请在 {return} 前把货物交给承运方，否则交易照旧。",
            "承运方已把货物送回。若商家到 {return_reply} 仍不答复，款项退还给您。",
        ),
    ),
    Own.RELEASING: Words("银行正在向商家付款。", ("接下来银行确认付款。", "在 {conformity} 之前，您仍可报告质量问题。")),
    Own.RELEASED: Words("已完成，商家已收到款项。", ("在 {conformity} 之前，您仍可报告质量问题。",)),
    Own.REFUNDING: Words("款项正在退还给您。", ("接下来银行向您付款，并在此确认。",)),
    Own.REFUNDED: Words("款项已退还给您。", _NO_MORE_ZH),
    Own.CANCELLED: Words("付款前已取消。", _NO_MORE_ZH),
    Own.CLOSED: Words("已结束，各项期限均已届满。", _NO_MORE_ZH),
}

_BESIDE_EN: Final[Mapping[State, Words]] = {
    Payout.IDLE: Words("No payment to the shop is under way."),
    Payout.INSTRUCTED: Words("The bank was told to pay the shop {rel}."),
    Payout.RETURNED: Words("A payment to the shop came back; the bank will make it again."),
    Refund.IDLE: Words("No payment to you is under way."),
    Refund.INSTRUCTED: Words("The bank was told to pay you {ref}."),
    Refund.RETURNED: Words("A payment to you came back. Tell the bank where your account is; it will pay again."),
    Surplus.NONE: Words("No money waits without a purpose."),
    Surplus.WAITING: Words("The bank has {unallocated} from you beside the price: it waits for the rest, or goes back to you."),
    Guarantee.NONE: Words("Nobody else vouches for the shop."),
    Guarantee.LOCKED: Words("A guarantor vouches for the shop with {cover} of its own."),
    Guarantee.RELEASED: Words("The guarantor's money is free again."),
    Guarantee.SLASHED: Words("The guarantor has paid for the shop."),
    Dispute.NONE: Words("Nothing is disputed."),
    Dispute.OPEN: Words(
        "{disputed} is disputed between you and the shop.",
        (
            "You can still agree with each other. From {answer} on either of you may ask the arbiters.",
            "On {negotiation} it goes to the arbiters by itself.",
        ),
    ),
    Dispute.ARBITRATION: Words(
        "Independent arbiters decide about {disputed}.",
        ("Evidence is heard until {evidence}.", "Other arbiters take over if there is no decision by {ruling}."),
    ),
    Dispute.RULED: Words("The arbiters have decided: {buyer_share} of it for you.", ("An appeal is possible until {appeal}.",)),
    Dispute.APPEALED: Words(
        "More arbiters look at it again.", ("If they do not decide by {appeal_ruling}, the first ruling stands.",)
    ),
    Dispute.FINAL: Words("The decision is final: {buyer_share} of it for you.", ("Next, it is carried out.",)),
    Advance.NONE: Words("The guarantee fund has paid nothing in advance."),
    Advance.DECIDED: Words("The guarantee fund has promised you {advanced} in advance."),
    Advance.PAID: Words("The guarantee fund has paid you {advanced} in advance."),
    Advance.RECOVERED: Words("The guarantee fund has settled what it paid you in advance."),
    Chargeback.NONE: Words("No card payment was taken back."),
    Chargeback.NOTICED: Words("Your card payment was taken back by the card company."),
    Chargeback.PAID: Words("The guarantee fund has paid the card company."),
    Chargeback.RECOVERED: Words("The card payment that was taken back is settled."),
    Hold.FREE: Words("No authority has stopped anything."),
    Hold.HELD: Words("By order of an authority or the bank nothing is decided about the money for now."),
    Recall.NONE: Words("The goods are not recalled."),
    Recall.RECALLED: Words("These goods are recalled. Do not use them."),
    Title.SELLER: Words("The item still belongs to the shop."),
    Title.BUYER: Words("The item belongs to you."),
}

_BESIDE_ZH: Final[Mapping[State, Words]] = {
    Payout.IDLE: Words("没有正在向商家支付的款项。"),
    Payout.INSTRUCTED: Words("已通知银行向商家支付 {rel}。"),
    Payout.RETURNED: Words("付给商家的款项被退回，银行将重新支付。"),
    Refund.IDLE: Words("没有正在向您支付的款项。"),
    Refund.INSTRUCTED: Words("已通知银行向您支付 {ref}。"),
    Refund.RETURNED: Words("付给您的款项被退回。请告知银行您的账户，银行将重新支付。"),
    Surplus.NONE: Words("没有用途未定的款项。"),
    Surplus.WAITING: Words("除价款外，银行还收到您的 {unallocated}：等待补足，或退还给您。"),
    Guarantee.NONE: Words("没有他人为商家担保。"),
    Guarantee.LOCKED: Words("有担保方以自有的 {cover} 为商家担保。"),
    Guarantee.RELEASED: Words("担保方的资金已解除锁定。"),
    Guarantee.SLASHED: Words("担保方已代商家赔付。"),
    Dispute.NONE: Words("没有争议。"),
    Dispute.OPEN: Words(
        "您与商家就 {disputed} 存在争议。",
        ("双方仍可自行和解。自 {answer} 起，任何一方可请求仲裁。", "到 {negotiation} 自动转交仲裁。"),
    ),
    Dispute.ARBITRATION: Words(
        "独立仲裁员正在就 {disputed} 作出裁决。",
        ("可在 {evidence} 前提交证据。", "若到 {ruling} 仍未裁决，改由其他仲裁员处理。"),
    ),
    Dispute.RULED: Words("仲裁员已裁决：其中 {buyer_share} 归您。", ("在 {appeal} 前可以上诉。",)),
    Dispute.APPEALED: Words("由更多仲裁员重新审理。", ("若到 {appeal_ruling} 仍未裁决，原裁决有效。",)),
    Dispute.FINAL: Words("裁决已生效：其中 {buyer_share} 归您。", ("接下来执行裁决。",)),
    Advance.NONE: Words("保障基金没有先行赔付。"),
    Advance.DECIDED: Words("保障基金已承诺先行向您赔付 {advanced}。"),
    Advance.PAID: Words("保障基金已先行向您赔付 {advanced}。"),
    Advance.RECOVERED: Words("保障基金已了结先行赔付的款项。"),
    Chargeback.NONE: Words("没有被撤回的银行卡付款。"),
    Chargeback.NOTICED: Words("您的银行卡付款已被卡组织撤回。"),
    Chargeback.PAID: Words("保障基金已向卡组织付款。"),
    Chargeback.RECOVERED: Words("被撤回的银行卡付款已了结。"),
    Hold.FREE: Words("没有主管部门的冻结。"),
    Hold.HELD: Words("根据主管部门或银行的要求，款项暂不作任何处理。"),
    Recall.NONE: Words("货物没有被召回。"),
    Recall.RECALLED: Words("该货物已被召回，请勿使用。"),
    Title.SELLER: Words("物品仍归商家所有。"),
    Title.BUYER: Words("物品归您所有。"),
}

STATE_WORDS: Final[Mapping[str, Mapping[State, Words]]] = {
    "en": {**_OWN_EN, **_BESIDE_EN},
    "zh": {**_OWN_ZH, **_BESIDE_ZH},
}
"""Language to state to its words; every state of every region has them."""

QUIET: Final[frozenset[State]] = frozenset(
    {
        Payout.IDLE,
        Refund.IDLE,
        Surplus.NONE,
        Guarantee.NONE,
        Guarantee.RELEASED,
        Dispute.NONE,
        Advance.NONE,
        Chargeback.NONE,
        Hold.FREE,
        Recall.NONE,
        Title.SELLER,
    }
)
"""States beside the line's own that a page does not mention."""
