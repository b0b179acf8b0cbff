"""Where the tea's story happens: what each place is, its names, and a point on the real map for an invented site."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from ledger.actions.demo_world import identifiers as ids
from ledger.actions.demo_world.telling import words
from ledger.trade.dossier.bodies.described import PlaceDescribed, Point


def spot(place: str, kind: str, territory: str, *names: str, at: tuple[str, str] | None = None) -> PlaceDescribed:
    """A place with its names in English, Simplified and Traditional Chinese; `at`: latitude and longitude, WGS 84."""
    english, simplified, traditional = names
    point = None if at is None else Point(Decimal(at[0]), Decimal(at[1]))
    return PlaceDescribed(place, words(english, simplified, traditional), kind, territory, point)


PLACES: Final[Mapping[str, tuple[PlaceDescribed, ...]]] = MappingProxyType(
    {
        ids.GARDEN: (
            spot(
                ids.PLOT_7,
                "plot",
                "CN-GZ",
                "Plot 7, Yunwu Ridge",
                "都匀云雾岭 7 号茶园",
                "都勻雲霧嶺 7 號茶園",
                at=("26.2153", "107.3781"),
            ),
            spot(
                ids.PLOT_9,
                "plot",
                "CN-GZ",
                "Plot 9, Yunwu Ridge",
                "都匀云雾岭 9 号茶园",
                "都勻雲霧嶺 9 號茶園",
                at=("26.2098", "107.3864"),
            ),
        ),
        ids.WORKS: (
            spot(
                ids.WEIGHING,
                "factory",
                "CN-GZ",
                "Duyun tea works, scales",
                "都匀茶厂过秤处",
                "都勻茶廠過磅處",
                at=("26.2581", "107.5184"),
            ),
            spot(
                ids.FIRING,
                "factory",
                "CN-GZ",
                "Duyun tea works, firing hall",
                "都匀茶厂炒制车间",
                "都勻茶廠炒製車間",
                at=("26.2584", "107.5189"),
            ),
            spot(
                ids.PACKING,
                "factory",
                "CN-GZ",
                "Duyun tea works, packing room",
                "都匀茶厂包装间",
                "都勻茶廠包裝間",
                at=("26.2586", "107.5193"),
            ),
            spot(
                ids.WORKS_DOCK,
                "factory",
                "CN-GZ",
                "Duyun tea works, dock",
                "都匀茶厂装卸台",
                "都勻茶廠裝卸台",
                at=("26.2579", "107.5197"),
            ),
        ),
        ids.LABORATORY: (
            spot(
                ids.BENCH,
                "laboratory",
                "CN-GZ",
                "Laboratory in Guiyang",
                "贵阳检测中心",
                "貴陽檢測中心",
                at=("26.6470", "106.6302"),
            ),
        ),
        ids.CARRIER: (
            spot(
                ids.TERMINAL,
                "port",
                "CN-GD",
                "Yantian terminal, Shenzhen",
                "深圳盐田集装箱码头",
                "深圳鹽田貨櫃碼頭",
                at=("22.5728", "114.2713"),
            ),
            spot(ids.VESSEL, "vehicle", "-", "Vessel Morning Star", "“晨星”号货轮", "「晨星」號貨輪"),
        ),
        ids.CUSTOMS: (
            spot(
                ids.PORT,
                "port",
                "SG",
                "Pasir Panjang gate",
                "巴西班让港闸口",
                "巴西班讓港閘口",
                at=("1.2874", "103.7611"),
            ),
        ),
        ids.WAREHOUSE: (
            spot(
                ids.HALL,
                "warehouse",
                "SG",
                "Jurong, hall B",
                "裕廊 B 库",
                "裕廊 B 庫",
                at=("1.3192", "103.7064"),
            ),
        ),
        ids.SHOP: (
            spot(
                ids.SHOP_FLOOR,
                "shop",
                "SG",
                "Shop in Lantern Lane",
                "灯笼巷店面",
                "燈籠巷店面",
                at=("1.2832", "103.8443"),
            ),
        ),
    }
)
"""Who describes which places: each its own."""
AT_SEA: Final = ("22.5,114.4", "20.1,113.6", "17.4,112.0", "14.2,110.6", "10.9,109.4", "7.6,107.8", "4.6,106.0", "2.0,104.6")
"""Where a ship from Yantian to Singapore is every twelve hours: latitude, longitude."""
