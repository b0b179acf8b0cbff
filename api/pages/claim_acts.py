"""What a buyer may do, the reasons of a dispute and what may go wrong with both, in English and Chinese."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from api.pages.trouble_texts import Trouble
from ledger.errors import SuyuanError


class ActWords(NamedTuple):
    """The button, and what pressing it means."""

    button: str
    says: str


ACT_WORDS: Final[Mapping[str, Mapping[str, ActWords]]] = {
    "en": {
        "accept": ActWords(
            "Accept the delivery", "It came and it is in order. The bank then pays the shop. You keep your rights by law."
        ),
        "release": ActWords("Let the bank pay the shop", "What may be paid now is paid. You keep your rights by law."),
        "settle": ActWords(
            "Accept the shop's offer of {most}", "You get this much, the shop the rest of what is disputed. That ends it."
        ),
        "withdraw": ActWords(
            "Give it back", "The law asks for no reason. If nothing was sent yet, the money comes back at once."
        ),
        "refund": ActWords(
            "It never came: money back", "The time for delivery is over. All of the money that is held goes back to you."
        ),
        "reinspect": ActWords("Ask for a second inspection", "Another body looks at the goods, once."),
        "offer": ActWords("Offer a settlement", "Say how much of what is disputed you would take. The shop may accept it."),
        "evidence": ActWords("Add to what you said", "What you write stands beside the dispute."),
        "arbiters": ActWords("Ask the arbiters", "You could not agree. Independent arbiters decide."),
        "appeal": ActWords("Appeal", "More arbiters look at it again, once."),
        "stop": ActWords("Take the dispute back", "It is settled for you, and nothing is disputed any more."),
        "dispute": ActWords("Something is wrong", "What you dispute stays with the bank until it is settled. The rest goes on."),
        "claim": ActWords("Report a fault", "That the shop was paid waived nothing. You may claim some or all of it back."),
        "cancel": ActWords("Cancel the order", "The order ends. What was paid comes back."),
    },
    "zh": {
        "accept": ActWords("确认收货", "货已收到且没有问题。银行随后向商家付款。您的法定权利不变。"),
        "release": ActWords("让银行付款给商家", "现在可以支付的部分不再等待。您的法定权利不变。"),
        "settle": ActWords("接受商家的方案：{most}", "争议金额中这部分归您，其余归商家，争议就此结束。"),
        "withdraw": ActWords("退货", "法律允许，且无需理由。若尚未发货，款项立即退还。"),
        "refund": ActWords("一直未送达：退款", "送达期限已过，保管的款项全部退还给您。"),
        "reinspect": ActWords("要求复检", "由另一家机构检验一次。"),
        "offer": ActWords("提出和解方案", "说明您愿意接受争议金额中的多少，商家可以接受。"),
        "evidence": ActWords("补充说明", "您写的内容将附于争议之后。"),
        "arbiters": ActWords("请求仲裁", "双方未能达成一致，由独立仲裁员裁决。"),
        "appeal": ActWords("上诉", "由更多仲裁员再审一次。"),
        "stop": ActWords("撤回争议", "您认为问题已解决，不再有争议。"),
        "dispute": ActWords("有问题", "有争议的金额留在银行，直到解决；其余照常。"),
        "claim": ActWords("报告质量问题", "商家虽已收款，您并未放弃权利，可以要求退还部分或全部价款。"),
        "cancel": ActWords("取消订单", "订单终止，已付款项退回。"),
    },
}
"""Language to act to its words; `{most}` is the amount that the act may be about."""

REASON_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "not_received": "It did not come",
        "late": "It came too late",
        "incomplete": "Something is missing",
        "damaged": "It is damaged",
        "not_as_described": "It is not what was described",
        "counterfeit": "It is a fake",
        "unsafe": "It is not safe",
    },
    "zh": {
        "not_received": "没有收到",
        "late": "送达过迟",
        "incomplete": "缺少部分",
        "damaged": "已损坏",
        "not_as_described": "与描述不符",
        "counterfeit": "假货",
        "unsafe": "不安全",
    },
}

REFUSED_WORDS: Final[Mapping[str, Mapping[str, Trouble]]] = {
    "en": {
        "ClaimShared": Trouble("First make this link yours alone", "Press the button below; then you can go on."),
        "StalePrev": Trouble("Something happened in the meantime", "Below is how it stands now. Look at it, then press again."),
        "ProposalAbsent": Trouble(
            "This offer is not there any more", "It has ended or was replaced. Ask the shop for a new one."
        ),
        "ProposalDiffers": Trouble("This is not the offer that you saw", "Look at what stands below, then press again."),
        "WindowOpen": Trouble("It is too early for this", "Come back on the day that stands below."),
        "WindowClosed": Trouble("The time for this is over", "See below what you can still do."),
        "DisputeOpen": Trouble("There is a dispute already", "Settle that one first."),
        "LegalHold": Trouble("The money is held by order", "Nothing can be decided about it until the hold is lifted."),
        "OverdrawnLine": Trouble("That is more than is held", "Enter a smaller amount."),
        "ClaimOverPrice": Trouble("That is more than was paid", "Enter a smaller amount."),
        "AmountDiffers": Trouble("The amount does not fit", "Look at the amounts below and try again."),
        "AmountUnreadable": Trouble("The amount could not be read", "Write it in digits with a point, such as 12.50."),
        "WordsMissing": Trouble("Some words are missing", "Write what happened, in at most 2,000 characters."),
        "ReasonUnknown": Trouble("Please choose what is wrong", "Choose one of the reasons."),
        "NoHeldKey": Trouble("The key is not kept here", "You sign with a key of your own now."),
        "": Trouble("This cannot be done now", "Below is how it stands. The name of the reason helps whoever you ask."),
    },
    "zh": {
        "ClaimShared": Trouble("请先使这个链接归您独有", "请按下面的按钮，然后继续。"),
        "StalePrev": Trouble("期间情况有变化", "以下是现在的情况，请看过后再按一次。"),
        "ProposalAbsent": Trouble("此报价已不存在", "它已失效或被替换，请向商家索取新的报价。"),
        "ProposalDiffers": Trouble("这不是您看到的报价", "请看过以下内容后再按一次。"),
        "WindowOpen": Trouble("现在还为时过早", "请在以下日期再来。"),
        "WindowClosed": Trouble("期限已过", "以下是您仍可以做的事。"),
        "DisputeOpen": Trouble("已存在争议", "请先解决该争议。"),
        "LegalHold": Trouble("款项依令冻结", "解除之前不能作任何决定。"),
        "OverdrawnLine": Trouble("超过保管的金额", "请输入较小的金额。"),
        "ClaimOverPrice": Trouble("超过已支付的金额", "请输入较小的金额。"),
        "AmountDiffers": Trouble("金额不符", "请核对以下金额后重试。"),
        "AmountUnreadable": Trouble("无法读取金额", "请用数字书写，例如 12.50。"),
        "WordsMissing": Trouble("缺少说明", "请说明情况，不超过 2,000 字。"),
        "ReasonUnknown": Trouble("请选择问题", "请选择其中一项。"),
        "NoHeldKey": Trouble("密钥不在此处保管", "您现在使用自己的密钥签名。"),
        "": Trouble("现在不能这样做", "以下是现在的情况。原因的名称有助于您询问他人。"),
    },
}
"""Language to error code to words; the empty code stands for every other refusal."""


def say_refused(error: SuyuanError, language: str) -> Trouble:
    """The words for a refusal."""
    return REFUSED_WORDS[language].get(error.code) or REFUSED_WORDS[language][""]
