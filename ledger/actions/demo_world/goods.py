"""What the works says of its goods: fresh leaves, tea, and the tin that is sold."""

from __future__ import annotations

from typing import Final

from ledger.actions.demo_world.identifiers import LEAF_GTIN, TEA_GTIN, TIN_GTIN, product
from ledger.actions.demo_world.likenesses.tin_model import TIN_SIZE
from ledger.actions.demo_world.measuring import MOISTURE, NET_WEIGHT, POLYPHENOLS, STORAGE, declared
from ledger.actions.demo_world.telling import words
from ledger.trade.dossier.bodies.described import ProductDescribed

BRAND: Final = "Yunwu Ridge 云雾岭"

LEAF: Final = ProductDescribed(
    product(LEAF_GTIN),
    words("Fresh tea leaves, one bud and one leaf", "鲜茶叶，一芽一叶", "鮮茶葉，一心一葉"),
    "farm-produce",
    brand=BRAND,
    origin="CN-GZ",
)
TEA: Final = ProductDescribed(
    product(TEA_GTIN),
    words("Duyun Maojian green tea, loose", "都匀毛尖绿茶（散装）", "都勻毛尖綠茶（散裝）"),
    "farm-produce",
    brand=BRAND,
    origin="CN-GZ",
    parameters=(
        declared("moisture", "5.5", "P1", low="3.0", high="6.5", names=MOISTURE),
        declared("tea-polyphenols", "20.0", "P1", low="15.0", high="32.0", names=POLYPHENOLS),
    ),
)


def tin_described(picture: bytes, model: bytes) -> ProductDescribed:
    """The tin, with the SHA-256 of its picture and of its model."""
    return ProductDescribed(
        product(TIN_GTIN),
        words("Duyun Maojian green tea, 100 g", "都匀毛尖绿茶 100 克", "都勻毛尖綠茶 100 公克"),
        "farm-produce",
        brand=BRAND,
        texts=words(
            "One bud and one leaf, picked before the rains of April on two plots of the Yunwu Ridge, fired in the pan on the same"
            " day. Keep it dry, cool and dark.",
            "谷雨前采自云雾岭两块茶园的一芽一叶，当日入锅炒制。请置于干燥、阴凉、避光处。",
            "穀雨前採自雲霧嶺兩塊茶園的一心一葉，當日下鍋炒製。請存放於乾燥、陰涼、避光處。",
        ),
        origin="CN-GZ",
        parameters=(
            declared("net-weight", "100", "GRM", low="95.5", high="104.5", names=NET_WEIGHT),
            declared("moisture", "5.5", "P1", low="3.0", high="6.5", names=MOISTURE),
            declared("storage-temperature", "20", "CEL", low="0", high="30", names=STORAGE),
        ),
        dimensions=TIN_SIZE,
        picture=picture,
        model=model,
    )
