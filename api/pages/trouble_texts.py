"""What went wrong, in the words of the person who scanned or typed a code."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from api.problems import status_of
from ledger.errors import SuyuanError
from ledger.trade.digital_link import CheckDigitWrong


class Trouble(NamedTuple):
    """What happened, and what the person can do."""

    title: str
    advice: str


# Keys whose check digit is their last.
_CHECKED_LAST: Final = frozenset({"(00)", "(01)"})

_NOT_A_CODE: Final = ("DigitalLinkMalformed", "ElementStringMalformed", "IdentificationKeyMissing", "PathUnsafe")
_GARBLED: Final = (
    "AiValueMalformed", "ApplicationIdentifierRepeated", "ApplicationIdentifierUnknown", "AttributeNotAllowed",
    "PercentEncodingBroken", "QualifierMisplaced", "UriCharacterForbidden",
)  # fmt: skip

_UNKEYED: Final = ("ApiKeyExpired", "ApiKeyRevoked", "ApiKeyUnknown", "CallerUnknown")

TROUBLES: Final[Mapping[str, Mapping[str, Trouble]]] = MappingProxyType(
    {
        "en": {
            "CheckDigitWrong": Trouble(
                "This code was mistyped or misprinted: {which} digit should be {digit}",
                "Compare every digit with the package: any one of them may be the wrong one.",
            ),
            "ItemUnknown": Trouble(
                "No record here is about this item",
                "Compare the code with the package. If they agree, ask the seller where the item is recorded.",
            ),
            "CodeUnreadable": Trouble(
                "This does not look like a code from a package",
                "Type the number under the bar code, the text with brackets such as (01)…(21)…, or paste the web address.",
            ),
            "RouteAbsent": Trouble("There is no page at this address", "Enter the code from the package instead."),
            "UriTooLong": Trouble("This address is too long", "Enter the code from the package instead."),
            **dict.fromkeys(
                _NOT_A_CODE,
                Trouble(
                    "This code is incomplete or of another kind", "Scan it again, or type all of what stands under the bar code."
                ),
            ),
            **dict.fromkeys(
                _GARBLED,
                Trouble("A part of this code cannot be right", "Compare it with the package, sign by sign, or scan it again."),
            ),
            **dict.fromkeys(
                _UNKEYED,
                Trouble("The access key that was sent is not accepted", "Open the page without a key, or use a valid one."),
            ),
            "ClaimUnknown": Trouble("This link is not known here", "Copy the whole link from the shop's message."),
            "ClaimExpired": Trouble(
                "This link has run out", "Ask the operator or the shop for a new one. Your order is as it was."
            ),
            "ClaimRevoked": Trouble(
                "This link works no more. If you did not make it yours, do not pay",
                "Did you make it yours? Then open the address that you kept. If not, somebody else has made it theirs, or ended "
                "it: pay nothing, and ask the operator for a new link.",
            ),
            "GuessesTooMany": Trouble("Too many wrong links came from here", "Wait a minute, then open your link again."),
            "4": Trouble("This could not be looked up", "Scan the code again, or type it."),
            "5": Trouble("The server cannot answer right now", "Try again in a moment. This says nothing about the item."),
        },
        "zh": {
            "CheckDigitWrong": Trouble(
                "代码输入有误或印刷有误：{which}应为 {digit}", "请与包装逐位核对：其中任何一位都可能有误。"
            ),
            "ItemUnknown": Trouble("此处没有关于该物品的记录", "请与包装核对代码。若一致，请向卖家询问该物品记录在何处。"),
            "CodeUnreadable": Trouble("这不像是包装上的代码", "请输入条码下方的数字、形如 (01)…(21)… 的文字，或粘贴网址。"),
            "RouteAbsent": Trouble("此地址没有页面", "请改为输入包装上的代码。"),
            "UriTooLong": Trouble("网址过长", "请改为输入包装上的代码。"),
            **dict.fromkeys(_NOT_A_CODE, Trouble("代码不完整，或不是此类代码", "请重新扫描，或完整输入条码下方的内容。")),
            **dict.fromkeys(_GARBLED, Trouble("代码中有一部分不正确", "请与包装逐字核对，或重新扫描。")),
            **dict.fromkeys(_UNKEYED, Trouble("所发送的访问密钥未被接受", "请不带密钥打开页面，或使用有效密钥。")),
            "ClaimUnknown": Trouble("此处没有这个链接", "请从商家的消息中复制完整链接，直到最后一个字符。"),
            "ClaimExpired": Trouble("链接已过期", "请向运营方或商家索取新的链接，您的订单不受影响。"),
            "ClaimRevoked": Trouble(
                "链接已失效。若不是您使它归己独有，请勿付款",
                "若是您本人，请打开您保存的网址。若不是，则已有他人将其据为己有或终止：请勿付款，并向运营方索取新的链接。",
            ),
            "GuessesTooMany": Trouble("从此处发来过多错误链接", "请稍等一分钟，再打开您的链接。"),
            "4": Trouble("无法查询", "请重新扫描或输入代码。"),
            "5": Trouble("服务器暂时无法回答", "请稍后再试。这并不说明物品有问题。"),
        },
    }
)
"""Language to error code to words; `4` and `5` stand for every other error with such a status."""

_WHICH: Final = MappingProxyType({"en": ("its last", "its check"), "zh": ("最后一位", "校验位")})


def say_trouble(error: SuyuanError, language: str) -> Trouble:
    """The words for an error in a language; those of its status where the error has none of its own."""
    troubles = TROUBLES[language]
    found = troubles.get(error.code) or troubles["5" if status_of(type(error)) >= 500 else "4"]
    if isinstance(error, CheckDigitWrong):
        which = _WHICH[language][error.pointer not in _CHECKED_LAST]
        return found._replace(title=found.title.format(which=which, digit=error.digit_wanted))
    return found
