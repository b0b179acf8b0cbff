"""What the parties of the tea's story say of themselves, and who looked their licences up. All of them are invented."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from ledger.actions.demo_world import identifiers as ids
from ledger.actions.demo_world.identifiers import Member
from ledger.actions.demo_world.stage import party
from ledger.actions.demo_world.telling import Calendar, words
from ledger.trade.dossier.bodies.described import Licence, PartyDescribed, Registration
from ledger.trade.dossier.bodies.inspected import LicenceChecked
from ledger.trade.dossier.bodies.kinds import Words

_GIVEN: Final = -400
"""Days since the first picking: when licences were given."""
_RUNS_OUT: Final = 1_426


@dataclass(frozen=True, slots=True)
class Permit:
    """A licence: its names, its number, who gave it."""

    names: tuple[Words, ...]
    number: str
    authority: str

    def licence(self, calendar: Calendar) -> Licence:
        return Licence(self.names, self.number, self.authority, calendar.day(_GIVEN), calendar.day(_RUNS_OUT))


@dataclass(frozen=True, slots=True)
class Company:
    """A party's names, its number in a register of companies, and its permit, as far as it has them."""

    names: tuple[Words, ...]
    uscc: str | None = None
    permit: Permit | None = None

    def described(self, name: str, member: Member, calendar: Calendar) -> PartyDescribed:
        numbers = [Registration("gln", member.gln)]
        if self.uscc is not None:
            numbers.append(Registration("uscc", self.uscc))
        licences = None if self.permit is None else (self.permit.licence(calendar),)
        return PartyDescribed(party(name), self.names, tuple(numbers), licences)

    def checked(self, name: str, calendar: Calendar, day: int) -> LicenceChecked:
        """The permit was looked up on a day of the story, and is valid."""
        if self.permit is None:
            raise AssertionError(f"{name} has no licence that could be looked up")
        return LicenceChecked(party(name), self.permit.number, "valid", calendar.day(day), calendar.day(_RUNS_OUT))


COMPANIES: Final[Mapping[str, Company]] = MappingProxyType(
    {
        ids.GARDEN: Company(
            words("Yunwu Ridge Tea Garden Cooperative", "云雾岭茶园合作社", "雲霧嶺茶園合作社"), "93522701MA7DEM016A"
        ),
        ids.WORKS: Company(
            words("Duyun Maojian Tea Works", "都匀毛尖茶厂", "都勻毛尖茶廠"),
            "91522701MA7DEM024B",
            Permit(
                words("Food production licence, tea", "食品生产许可证（茶叶）", "食品生產許可證（茶葉）"),
                "SC11452270100174",
                "Qiannan market supervision",
            ),
        ),
        ids.LABORATORY: Company(
            words("Guiyang Leaf Laboratory", "贵阳茗叶检测中心", "貴陽茗葉檢測中心"),
            "91520115MA7DEM032P",
            Permit(
                words("Qualification of a testing body", "检验检测机构资质认定", "檢驗檢測機構資質認定"),
                "CMA 240012260118",
                "Guizhou market supervision",
            ),
        ),
        ids.EXPORTER: Company(
            words("Qiannan Tea Trading", "黔南茶叶贸易", "黔南茶葉貿易"),
            "91522700MA7DEM040J",
            Permit(words("Registered exporter of tea", "出口茶叶备案", "出口茶葉備案"), "5206960A1T", "Guiyang customs"),
        ),
        ids.CARRIER: Company(
            words("South Sea Container Lines", "南海集装箱航运", "南海貨櫃航運"),
            "91440300MA7DEM059K",
            Permit(
                words("International liner service", "国际班轮运输经营资格", "國際定期航線經營資格"),
                "MOC-ML 00118",
                "Ministry of transport",
            ),
        ),
        ids.CUSTOMS: Company(words("Import Desk (invented)", "进口查验处（虚构）", "進口查驗處（虛構）")),
        ids.CERTIFIER: Company(
            words("Qianling Certification", "黔灵认证", "黔靈認證"),
            "91520103MA7DEM067X",
            Permit(
                words("Approved certification body", "认证机构批准书", "驗證機構核准書"),
                "CNCA-R-2019-532",
                "Certification administration",
            ),
        ),
        ids.WAREHOUSE: Company(words("Jurong Dry Warehouse", "裕廊干货仓库", "裕廊乾貨倉庫")),
        ids.SHOP: Company(
            words("Lantern Lane Tea", "灯笼巷茶铺", "燈籠巷茶舖"),
            permit=Permit(words("Retail food licence", "食品零售执照", "食品零售執照"), "SF26A0118", "Food agency of Singapore"),
        ),
    }
)
LOOKED_UP: Final[Mapping[str, tuple[tuple[str, int], ...]]] = MappingProxyType(
    {
        ids.CERTIFIER: ((ids.WORKS, 2), (ids.LABORATORY, 2)),
        ids.CUSTOMS: ((ids.EXPORTER, 20),),
    }
)
"""Who looked up whose licence, and on which day."""
