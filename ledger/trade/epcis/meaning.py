"""What an event must mean to be true: rules between its members, one small function each, in a table by event type."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from ledger.trade.epcis import syntax
from ledger.trade.identifiers import canonical, is_class_identifier

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from ledger.evidence.instant import Instant
    from ledger.trade.epcis.shape import Notes

AHEAD_MS_MAX: Final = 300_000
Rule = Callable[[dict[str, Any], str, "Notes"], None]
"""Takes an event as decoded JSON of whatever kind its members have, its pointer, and the notes to write in."""


def look_at_clock(event: dict[str, Any], at: str, notes: Notes, now: Instant) -> None:
    """Mark an event time more than five minutes after `now`."""
    moment = _moment(event.get("eventTime"))
    if moment is not None and syntax.instant_of(moment) - now > AHEAD_MS_MAX:
        notes.add("EventTimeAhead", f"{at}/eventTime", seen=event["eventTime"], wanted="at most five minutes ahead of the ledger")


def _offsets_agree(event: dict[str, Any], at: str, notes: Notes) -> None:
    text, offset = event.get("eventTime"), event.get("eventTimeZoneOffset")
    moment = _moment(text)
    if moment is None or not isinstance(offset, str) or syntax.OFFSET.search(offset) is None:
        return
    own = syntax.own_offset_minutes(str(text), moment)
    if own is not None and own != syntax.offset_minutes(offset):
        notes.add("OffsetContradictsTime", f"{at}/eventTimeZoneOffset", seen=offset, wanted=f"the offset of {text}")


def _says_something(event: dict[str, Any], at: str, notes: Notes) -> None:
    sensed = _some(event, "sensorElementList") and "readPoint" in event
    if "epcList" not in event and not _some(event, "quantityList") and not sensed:
        notes.add("ContentMissing", at, wanted="epcList, quantityList, or sensorElementList with readPoint")


def _transacts_something(event: dict[str, Any], at: str, notes: Notes) -> None:
    if event.get("action") != "DELETE" and "epcList" not in event and not _some(event, "quantityList"):
        notes.add("ContentMissing", at, wanted="epcList or quantityList")


def _observes_something(event: dict[str, Any], at: str, notes: Notes) -> None:
    present = ("epcList", "quantityList", "sensorElementList", "parentID")
    if event.get("action") == "OBSERVE" and "epcList" in event and not any(event.get(name) for name in present):
        notes.add("NothingObserved", f"{at}/epcList", seen=event["epcList"], wanted="at least one thing")


def _has_children(event: dict[str, Any], at: str, notes: Notes) -> None:
    if event.get("action") != "DELETE" and not _some(event, "childEPCs") and not _some(event, "childQuantityList"):
        notes.add("ChildrenMissing", at, wanted="childEPCs or childQuantityList")


def _adds_to_parent(event: dict[str, Any], at: str, notes: Notes) -> None:
    if event.get("action") == "ADD" and "parentID" not in event:
        notes.add("ParentMissing", f"{at}/parentID", wanted="what the children were packed into")


def _is_no_child_of_itself(event: dict[str, Any], at: str, notes: Notes) -> None:
    parent = event.get("parentID")
    if isinstance(parent, str):
        for place, child in _texts(event, "childEPCs"):
            if child == parent or _one_spelling(child) == _one_spelling(parent):
                notes.add("ParentAmongChildren", f"{at}/childEPCs/{place}", seen=child, wanted="something else than the parent")


def _begins_where_ilmd_stands(event: dict[str, Any], at: str, notes: Notes) -> None:
    if "ilmd" in event and event.get("action") in ("OBSERVE", "DELETE"):
        notes.add("IlmdNotAllowedHere", f"{at}/ilmd", seen=event["ilmd"], wanted="action ADD")


def _has_its_sides(event: dict[str, Any], at: str, notes: Notes) -> None:
    inputs = _some(event, "inputEPCList") or _some(event, "inputQuantityList")
    outputs = _some(event, "outputEPCList") or _some(event, "outputQuantityList")
    if not (inputs and outputs) and not ("transformationID" in event and (inputs or outputs)):
        notes.add("TransformationSideMissing", at, wanted="inputs and outputs, or a transformationID with one of them")


def _turns_things_into_others(event: dict[str, Any], at: str, notes: Notes) -> None:
    inputs = {_one_spelling(text) for _, text in _texts(event, "inputEPCList")}
    for place, text in _texts(event, "outputEPCList"):
        if _one_spelling(text) in inputs:
            notes.add("SameIdentifierBothSides", f"{at}/outputEPCList/{place}", seen=text, wanted="something new")


def _disposes_of_something(event: dict[str, Any], at: str, notes: Notes) -> None:
    lasting = event.get("persistentDisposition")
    if isinstance(lasting, dict) and "set" not in lasting and "unset" not in lasting:
        notes.add("FieldMissing", f"{at}/persistentDisposition", seen=lasting, wanted="set or unset")


def _single_things(name: str, code: str) -> Rule:
    def look(event: dict[str, Any], at: str, notes: Notes) -> None:
        for place, text in _texts(event, name):
            if is_class_identifier(text):
                notes.add(code, f"{at}/{name}/{place}", seen=text, wanted="the identifier of one thing")

    return look


def _quantities(name: str) -> Rule:
    def look(event: dict[str, Any], at: str, notes: Notes) -> None:
        for place, element in enumerate(_list(event, name)):
            number = element.get("quantity") if isinstance(element, dict) else None
            if isinstance(number, bool) or not isinstance(number, (int, Decimal)):
                continue
            pointer = f"{at}/{name}/{place}/quantity"
            if number < 0:
                notes.add("QuantityNegative", pointer, seen=number, wanted="zero or more")
            if isinstance(number, Decimal) and number != number.to_integral_value() and "uom" not in element:
                notes.add("QuantityFractionalWithoutUnit", pointer, seen=number, wanted="uom beside it, or a whole number")

    return look


def _sensors(event: dict[str, Any], at: str, notes: Notes) -> None:
    moment = _moment(event.get("eventTime"))
    for place, element in enumerate(_list(event, "sensorElementList")):
        if not isinstance(element, dict):
            continue
        pointer = f"{at}/sensorElementList/{place}"
        metadata = element.get("sensorMetadata")
        parts = [(f"{pointer}/sensorMetadata", metadata)] if isinstance(metadata, dict) else []
        reports = [
            (f"{pointer}/sensorReport/{n}", r) for n, r in enumerate(_list(element, "sensorReport")) if isinstance(r, dict)
        ]
        for where, part in parts + reports:
            _read_before(moment, part, where, notes)
        if isinstance(metadata, dict) and "deviceID" in metadata:
            for where, report in reports:
                if "deviceID" in report:
                    notes.add("DeviceIdTwice", f"{where}/deviceID", seen=report["deviceID"], wanted="one place for the device")


def _read_before(event_time: datetime | None, part: dict[str, Any], at: str, notes: Notes) -> None:
    if event_time is None:
        return
    for name in ("time", "startTime", "endTime"):
        moment = _moment(part.get(name))
        if moment is not None and moment > event_time:
            notes.add("SensorTimeAfterEvent", f"{at}/{name}", seen=part[name], wanted="no later than eventTime")


def _some(event: dict[str, Any], name: str) -> bool:
    return bool(_list(event, name))


def _list(holder: dict[str, Any], name: str) -> list[Any]:
    value = holder.get(name)
    return value if isinstance(value, list) else []


def _texts(event: dict[str, Any], name: str) -> Iterator[tuple[int, str]]:
    return ((place, value) for place, value in enumerate(_list(event, name)) if isinstance(value, str))


def _one_spelling(identifier: str) -> str:
    return canonical(identifier) or identifier


def _moment(text: object) -> datetime | None:
    return syntax.read_moment(text) if isinstance(text, str) and syntax.MOMENT.search(text) is not None else None


_ALWAYS: Final = (_offsets_agree, _sensors)
_CHILDREN: Final = (
    _has_children,
    _is_no_child_of_itself,
    _single_things("childEPCs", "ClassIdentifierAmongInstances"),
    _quantities("childQuantityList"),
)
RULES: Final[Mapping[str, tuple[Rule, ...]]] = MappingProxyType(
    {
        "ObjectEvent": (
            *_ALWAYS,
            _says_something,
            _observes_something,
            _begins_where_ilmd_stands,
            _disposes_of_something,
            _single_things("epcList", "ClassIdentifierInEpcList"),
            _quantities("quantityList"),
        ),
        "AggregationEvent": (*_ALWAYS, *_CHILDREN, _adds_to_parent, _disposes_of_something),
        "TransactionEvent": (
            *_ALWAYS,
            _transacts_something,
            _observes_something,
            _single_things("epcList", "ClassIdentifierInEpcList"),
            _quantities("quantityList"),
        ),
        "TransformationEvent": (
            *_ALWAYS,
            _has_its_sides,
            _turns_things_into_others,
            _disposes_of_something,
            _single_things("inputEPCList", "ClassIdentifierAmongInstances"),
            _single_things("outputEPCList", "ClassIdentifierAmongInstances"),
            _quantities("inputQuantityList"),
            _quantities("outputQuantityList"),
        ),
        "AssociationEvent": (*_ALWAYS, *_CHILDREN),
    }
)
"""What holds for each type beyond its shape."""
