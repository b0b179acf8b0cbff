"""The scenes of the demonstration: the address of each, what it shows, and how it is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from ledger.actions.demo_world.dossier import introduce
from ledger.actions.demo_world.identifiers import CAST, ITEM, TIN_GTIN, item
from ledger.actions.demo_world.scenes import copied_tin, erased_record, kettle, recalled_lot, unrecorded_honey, warm_matcha
from ledger.actions.demo_world.scenes.cast import CAST_COMPANIES, CAST_PLACES
from ledger.actions.demo_world.stage import Stage

INVENTED_TIN: Final = item(TIN_GTIN, "nobody ever made this one")


@dataclass(frozen=True, slots=True)
class Scene:
    """One page worth looking at: the canonical identifier of its item, and what the page shows, in a few words."""

    item: str
    shows: str


SCENES: Final[Mapping[str, Scene]] = MappingProxyType(
    {
        "clean": Scene(ITEM, "a tin of tea whose every step is told, and whose every proof holds"),
        "findings": Scene(warm_matcha.WARM_TIN, "tea powder that became warm at sea and is moister than declared"),
        "recalled": Scene(recalled_lot.RECALLED_TIN, "a tin called back through the leaves it was made of"),
        "spared": Scene(recalled_lot.SIBLING_TIN, "its sibling from the next plot, which the recall does not reach"),
        "missing": Scene(unrecorded_honey.HONEY_JAR, "honey of which most expected records are not provided"),
        "unknown": Scene(INVENTED_TIN, "a well-formed code that nobody ever issued"),
        "copied": Scene(copied_tin.COPIED_TIN, "a tin that was sold, and whose code is scanned in many places"),
        "erased": Scene(erased_record.RESERVED_TIN, "a tin with a record that was erased because a person asked"),
        "manufactured": Scene(
            kettle.NEW_KETTLE, f"a kettle from its materials to the shop; its hidden PIN: {kettle.NEW_KETTLE_PIN}"
        ),
        "second-hand": Scene(kettle.SECOND_HAND_KETTLE, "a kettle that its first owner claimed and passed on"),
    }
)


def tell_scenes(stage: Stage) -> None:
    """Tell every scene but the first, which is the tea's own story, and the unknown code, of which there is nothing to tell."""
    for name, member in CAST.items():
        stage.admit(name, member)
    introduce(stage, CAST, CAST_COMPANIES, CAST_PLACES)
    for told in (warm_matcha, recalled_lot, unrecorded_honey, copied_tin, erased_record, kettle):
        told.tell(stage)
