"""Every sentence of the pages in English and Chinese, and the words for business steps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from ledger.trade.identifiers import application_values

_TEXTS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "en": {
            "html_lang": "en",
            "ledger": "Provenance ledger",
            "unnamed": "Unnamed item",
            "gtin": "Product (GTIN)",
            "variant": "Variant",
            "lot": "Lot",
            "serial": "Serial number",
            "all_hold": "{count} records, and every proof holds.",
            "one_holds": "1 record, and its proof holds.",
            "some_fail": "{failed} of {count} proofs do not hold.",
            "some_wait": "{waiting} of {count} records wait for their proof to be published; the others hold.",
            "some_damaged": "Records whose content is gone or was changed behind the ledger's back: {count}.",
            "none_shown": "There are records, but none is open to you.",
            "checked": "Checked by this server just now, {time}. "
            "You need not believe it: download the receipts and check them yourself.",
            "hands_held": "Last known to be with",
            "hands_in transit": "On its way, and nobody has confirmed its arrival. Sent by",
            "hands_sold": "Sold by",
            "hands_gone": "Used up or taken out of service by",
            "since": "since",
            "location": "location",
            "missing": "What is missing",
            "missing_none": "Nothing that this page can see.",
            "missing_withheld": "More records name this item and are not open to you: {count}.",
            "missing_beginning": "No record open to you says where this item began.",
            "missing_holder": "No record open to you says who has it now.",
            "missing_broken": "It changed hands at least once without its holder of that time handing it over.",
            "missing_withdrawn": "Records withdrawn by those who made them, and marked so: {count}.",
            "missing_more": "There are more records than this page shows.",
            "missing_public": "Only what is open to everybody is shown. The full code with lot or serial number may open more.",
            "history": "What happened",
            "said_by": "Signed by",
            "key_held": "key held by the operator for them",
            "key_own": "with their own key",
            "about_origin": "about what it was made from",
            "about_carrier": "about the package it was in",
            "withdrawn": "withdrawn by its issuer",
            "proof_yes": "proof holds",
            "proof_no": "proof does not hold",
            "proof_not yet": "proof not published yet",
            "recorded": "recorded",
            "receipt": "Receipt",
            "record": "Record",
            "place": "at",
            "meaning": "What this does and does not show",
            "meaning_text": "A proof shows that these parties said this, no later than the checkpoint it is in, "
            "and that nobody has changed it since. It does not show that what they said "
            "is true or complete, and a code can be copied onto another package.",
            "code": "This item's code",
            "qr_alt": "QR code of this page's address",
            "enter": "Enter the code from the package",
            "enter_hint": "The number under the bar code, text such as (01)…(21)…, or the whole web address.",
            "look_up": "Look up",
            "index_text": "Every record here is signed by the party that made it, in a public log of {size} entries.",
            "index_log": "The log's newest checkpoint",
            "index_api": "For programs",
            "trouble": "This did not work",
            "trouble_404": "Nothing is known here about this",
            "trouble_seen": "What was read",
            "trouble_next": "What you can do",
            "trouble_name": "Name of the problem",
            "trouble_not_fake": "That alone does not mean an item is false: not everything is recorded here.",
            "back": "Enter another code",
        },
        "zh": {
            "html_lang": "zh-Hans",
            "ledger": "溯源账本",
            "unnamed": "未命名物品",
            "gtin": "产品（GTIN）",
            "variant": "规格",
            "lot": "批号",
            "serial": "序列号",
            "all_hold": "共 {count} 条记录，全部证明成立。",
            "one_holds": "共 1 条记录，其证明成立。",
            "some_fail": "{count} 条证明中有 {failed} 条不成立。",
            "some_wait": "{count} 条记录中有 {waiting} 条的证明尚待公布，其余成立。",
            "some_damaged": "有 {count} 条记录的内容已丢失，或在账本之外被改动。",
            "none_shown": "有记录，但没有对您公开的记录。",
            "checked": "由本服务器刚刚核验：{time}。您不必相信它：可下载回执自行核验。",
            "hands_held": "最近已知持有者：",
            "hands_in transit": "运输中，尚无人确认收到。发出者：",
            "hands_sold": "已售出。售出者：",
            "hands_gone": "已用尽或停用。经手者：",
            "since": "时间",
            "location": "位置",
            "missing": "缺少什么",
            "missing_none": "本页未发现缺失。",
            "missing_withheld": "另有 {count} 条记录涉及此物品，但不对您公开。",
            "missing_beginning": "对您公开的记录中，没有说明此物品来源的。",
            "missing_holder": "对您公开的记录中，没有说明现由谁持有的。",
            "missing_broken": "它至少有一次在当时的持有者未交出的情况下易手。",
            "missing_withdrawn": "有 {count} 条记录已由出具者撤回，已作标记。",
            "missing_more": "记录多于本页所示。",
            "missing_public": "此处只显示对所有人公开的内容。带批号或序列号的完整代码可能显示更多。",
            "history": "经过",
            "said_by": "签署方",
            "key_held": "密钥由运营方代管",
            "key_own": "使用自有密钥",
            "about_origin": "其原料",
            "about_carrier": "其外包装",
            "withdrawn": "已由出具者撤回",
            "proof_yes": "证明成立",
            "proof_no": "证明不成立",
            "proof_not yet": "证明尚未公布",
            "recorded": "记录于",
            "receipt": "回执",
            "record": "记录",
            "place": "地点",
            "meaning": "这说明什么，不说明什么",
            "meaning_text": "证明表明：这些签署方最迟在所属检查点之前作出了这些陈述，此后无人改动。"
            "它不表明陈述真实或完整；代码也可能被复制到别的包装上。",
            "code": "此物品的代码",
            "qr_alt": "本页地址的二维码",
            "enter": "输入包装上的代码",
            "enter_hint": "条码下方的数字、形如 (01)…(21)… 的文字，或完整网址。",
            "look_up": "查询",
            "index_text": "此处每条记录均由出具者签名，并链入一份公开日志，现有 {size} 项。",
            "index_log": "日志的最新检查点",
            "index_api": "供程序使用",
            "trouble": "未能完成",
            "trouble_404": "此处没有相关记录",
            "trouble_seen": "读到的内容",
            "trouble_next": "您可以",
            "trouble_name": "问题名称",
            "trouble_not_fake": "仅此并不说明物品是假的：并非所有物品都记录在此。",
            "back": "输入另一个代码",
        },
    }
)

TEXTS: Final = {"en": _TEXTS["en"], "zh-Hans": _TEXTS["zh"], "zh-Hant": _TEXTS["zh"]}

STEPS_ZH: Final[Mapping[str, str]] = MappingProxyType(
    {
        "accepting": "验收",
        "arriving": "到达",
        "assembling": "组装",
        "collecting": "收取",
        "commissioning": "赋码",
        "consigning": "托运",
        "creating_class_instance": "建立批次",
        "cycle_counting": "盘点",
        "decommissioning": "注销代码",
        "departing": "出发",
        "destroying": "销毁",
        "disassembling": "拆解",
        "dispensing": "分发",
        "encoding": "写码",
        "entering_exiting": "进出",
        "holding": "暂存",
        "inspecting": "检验",
        "installing": "安装",
        "killing": "停用标签",
        "loading": "装载",
        "other": "其他",
        "packing": "包装",
        "picking": "拣选",
        "receiving": "收货",
        "removing": "移除",
        "repackaging": "重新包装",
        "repairing": "维修",
        "replacing": "更换",
        "reserving": "预留",
        "retail_selling": "零售",
        "sampling": "取样",
        "sensor_reporting": "传感器报告",
        "shipping": "发货",
        "staging_outbound": "待发",
        "stock_taking": "清点",
        "stocking": "上架",
        "storing": "入库",
        "transporting": "运输",
        "unloading": "卸货",
        "unpacking": "拆包",
        "void_shipping": "取消发货",
    }
)

_STEPS_EN: Final[Mapping[str, str]] = MappingProxyType(
    {
        "commissioning": "given its code",
        "creating_class_instance": "new lot begun",
        "cycle_counting": "counting",
        "decommissioning": "code taken out of use",
        "encoding": "code written",
        "entering_exiting": "passing through",
        "killing": "tag switched off",
        "other": "something else",
        "sensor_reporting": "measured by a sensor",
        "staging_outbound": "made ready to leave",
        "void_shipping": "shipping called off",
    }
)
"""The steps whose name in the vocabulary is not how a person would say it."""

_ROLES: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "en": {"data-protection": "data protection", "governance": "ledger's board", "registrar": "ledger's registrar"},
        "zh": {
            "governance": "账本治理方",
            "registrar": "登记方",
            "data-protection": "数据保护",
            "merchant": "商户",
            "factory": "工厂",
            "carrier": "承运方",
            "laboratory": "检测机构",
            "inspector": "检验机构",
            "warehouse": "仓库",
            "shop": "商店",
            "customs": "海关",
            "bank": "银行",
            "arbiter": "仲裁方",
            "trustee": "受托方",
            "guarantor": "担保方",
            "authority": "主管部门",
            "buyer": "买方",
            "operator": "运营方",
        },
    }
)

_EVENTS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "en": {
            "ObjectEvent": "seen",
            "AggregationEvent": "packed",
            "TransactionEvent": "in a transaction",
            "TransformationEvent": "made into something else",
            "AssociationEvent": "joined",
        },
        "zh": {
            "ObjectEvent": "观察",
            "AggregationEvent": "聚合",
            "TransactionEvent": "交易",
            "TransformationEvent": "加工转化",
            "AssociationEvent": "关联",
        },
    }
)


def say_step(step: str | None, event_type: str, language: str) -> str:
    """A business step as a person says it; a step outside the vocabulary as it is written."""
    if step is None:
        return _EVENTS[language[:2]].get(event_type, event_type)
    if language != "en" and step in STEPS_ZH:
        return STEPS_ZH[step]
    if step in _STEPS_EN:
        return _STEPS_EN[step]
    return step.replace("_", " ") if step in STEPS_ZH else step


def say_roles(roles: Iterable[str], language: str) -> str:
    """What a party is, as a person says it."""
    return ("、" if language != "en" else ", ").join(_ROLES[language[:2]].get(role, role) for role in roles)


def say_place(place: str, language: str) -> str:
    """A place that nobody named: its number, and the part of it; coordinates as such; anything else as it is."""
    if place.startswith("geo:"):
        return place.removeprefix("geo:").partition(";")[0].replace(",", ", ")
    values = application_values(place) or ()
    if not values or values[0][0] != "414":
        return place
    return " · ".join((f"{TEXTS[language]['location']} {values[0][1]}", *(value for _, value in values[1:])))
