"""Who appears in the short stories besides the tea's own people, and where they are. All of them are invented."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from ledger.actions.demo_world.companies import Company, Permit
from ledger.actions.demo_world.identifiers import (
    AUTHORITY,
    BEEKEEPER,
    ELECTRICIANS,
    HONEY_PREFIX,
    KETTLE_PREFIX,
    KETTLE_WORKS,
    KITCHEN_SHOP,
    place_of,
)
from ledger.actions.demo_world.places import spot
from ledger.actions.demo_world.telling import words
from ledger.trade.dossier.bodies.described import PlaceDescribed

APIARY_SHED: Final = place_of("10001", "shed", prefix=HONEY_PREFIX)
ASSEMBLY: Final = place_of("10001", "line-3", prefix=KETTLE_PREFIX)
TEST_BENCH: Final = place_of("10002", "bench-5", prefix=KETTLE_PREFIX)
KITCHEN_SHELF: Final = place_of("10003", "shelf", prefix=KETTLE_PREFIX)

CAST_COMPANIES: Final[Mapping[str, Company]] = MappingProxyType(
    {
        BEEKEEPER: Company(words("Moon Slope Honey", "月坡蜂蜜", "月坡蜂蜜"), "93522727MA7DEM0753"),
        KETTLE_WORKS: Company(
            words("Lingnan Kettles", "岭南水壶厂", "嶺南水壺廠"),
            "91440606MA7DEM083A",
            Permit(
                words("Compulsory product certification", "强制性产品认证", "強制性產品驗證"),
                "CCC 2025010717118",
                "Certification administration",
            ),
        ),
        ELECTRICIANS: Company(
            words("Pearl River Electrical Laboratory", "珠江电器检测所", "珠江電器檢測所"),
            "91440605MA7DEM091N",
            Permit(
                words("Qualification of a testing body", "检验检测机构资质认定", "檢驗檢測機構資質認定"),
                "CMA 240019070044",
                "Guangdong market supervision",
            ),
        ),
        KITCHEN_SHOP: Company(words("Kitchen of the Strait", "海峡厨具", "海峽廚具")),
        AUTHORITY: Company(words("Food Office (invented)", "食品安全办公室（虚构）", "食品安全辦公室（虛構）")),
    }
)
CAST_PLACES: Final[Mapping[str, tuple[PlaceDescribed, ...]]] = MappingProxyType(
    {
        KETTLE_WORKS: (
            spot(
                ASSEMBLY,
                "factory",
                "CN-GD",
                "Line 3, Foshan",
                "佛山 3 号线",
                "佛山 3 號線",
                at=("22.8402", "113.2506"),
            ),
        ),
        ELECTRICIANS: (
            spot(
                TEST_BENCH,
                "laboratory",
                "CN-GD",
                "Laboratory in Foshan",
                "佛山检测所",
                "佛山檢測所",
                at=("23.0216", "113.1214"),
            ),
        ),
        KITCHEN_SHOP: (
            spot(
                KITCHEN_SHELF,
                "shop",
                "SG",
                "Shop in River Valley",
                "里峇峇利店面",
                "里峇峇利店面",
                at=("1.3009", "103.8392"),
            ),
        ),
    }
)
