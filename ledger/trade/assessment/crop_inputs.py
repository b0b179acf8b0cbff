"""What was put on a crop: fertilisers and pesticides, as events state them.

An event states them as a list under the local name `cropInputs`, in its ilmd or as an extension member; an empty list
says that nothing was used. Source: docs/FORMATS.md, "Expected steps".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from ledger.trade.assessment.terms import local_name, master_data
from ledger.trade.assessment.told import Told

FERTILISER: Final = "fertiliser"
PESTICIDE: Final = "pesticide"
INPUT_KINDS: Final = (FERTILISER, PESTICIDE, "other")
INTERVAL_DAYS_MAX: Final = 1_000
_INPUTS_MAX: Final = 200


@dataclass(frozen=True, slots=True)
class CropInput:
    """One treatment. days: the pre-harvest interval, whole days from `applied`; None where it is not stated."""

    kind: str
    substance: str
    applied: date
    days: int | None = None


def crop_inputs(told: Told) -> tuple[CropInput, ...] | None:
    """What the event states; None where it states no list, or one that is not in its form.

    One entry that cannot be read makes the whole list unread: what is half stated counts as not stated.
    """
    for name, value in master_data(told):
        if name == "cropInputs":
            return _read(value)
    return None


def _read(value: object) -> tuple[CropInput, ...] | None:
    if not isinstance(value, list) or len(value) > _INPUTS_MAX:
        return None
    found = [_read_one(item) for item in value]
    stated = tuple(one for one in found if one is not None)
    return stated if len(stated) == len(found) else None


def _read_one(item: object) -> CropInput | None:
    if not isinstance(item, Mapping):
        return None
    members = {local_name(name): member for name, member in item.items()}
    kind, substance, days = members.get("kind"), members.get("substance"), members.get("preHarvestDays")
    applied = read_date(members.get("appliedOn"))
    if kind not in INPUT_KINDS or not isinstance(substance, str) or not substance.strip() or applied is None:
        return None
    if days is not None and not (type(days) is int and 0 <= days <= INTERVAL_DAYS_MAX):
        return None
    return CropInput(kind, substance.strip(), applied, days)


def read_date(value: object) -> date | None:
    """The day that a text such as `2026-04-18` or `2026-04-18T08:00:00+08:00` begins with; None where there is none."""
    if not isinstance(value, str):
        return None
    try:
        return date.fromisoformat(value[:10])
    except ValueError:
        return None
