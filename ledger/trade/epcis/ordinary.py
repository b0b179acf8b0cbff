"""The quick way: recognises events about which there is nothing to say, and leaves all others to the thorough way.

A quick "yes" must mean that the shapes and rules find nothing; the tests hold both ways against each other.
"""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec
from msgspec import UNSET, UnsetType

from ledger.evidence.instant import Instant
from ledger.trade.epcis import vocabulary
from ledger.trade.epcis.event import (
    AggregationEvent,
    AnyEvent,
    AssociationEvent,
    Event,
    ObjectEvent,
    Place,
    QuantityElement,
    TransactionEvent,
    TransformationEvent,
)
from ledger.trade.epcis.meaning import AHEAD_MS_MAX
from ledger.trade.epcis.syntax import instant_of
from ledger.trade.identifiers import canonical, check_digit_holds, is_class_identifier

if TYPE_CHECKING:
    from ledger.trade.epcis.event import BizTransaction, Destination, Source

_REMEMBERED: Final = 1 << 14
_GTIN: Final = "https://id.gs1.org/01/"
_GTIN_END: Final = len(_GTIN) + 14
_SERIAL: Final = "/21/"
_SERIAL_END: Final = _GTIN_END + len(_SERIAL)


class Ordinary(NamedTuple):
    event: AnyEvent
    time: Instant


class _Place(Place, forbid_unknown_fields=True):
    pass


class _Plain(Event, kw_only=True):
    """Members that need a thorough look make decoding fail, as do members nobody knows."""

    context: UnsetType = UNSET
    record_time: UnsetType = UNSET
    certification_info: UnsetType = UNSET
    error_declaration: UnsetType = UNSET
    sensor_element_list: UnsetType = UNSET
    read_point: _Place | UnsetType = UNSET
    biz_location: _Place | UnsetType = UNSET


class _PlainObject(_Plain, ObjectEvent, kw_only=True, tag="ObjectEvent", forbid_unknown_fields=True):
    persistent_disposition: UnsetType = UNSET
    ilmd: UnsetType = UNSET


class _PlainAggregation(_Plain, AggregationEvent, kw_only=True, tag="AggregationEvent", forbid_unknown_fields=True):
    persistent_disposition: UnsetType = UNSET


class _PlainTransaction(_Plain, TransactionEvent, kw_only=True, tag="TransactionEvent", forbid_unknown_fields=True):
    pass


class _PlainTransformation(_Plain, TransformationEvent, kw_only=True, tag="TransformationEvent", forbid_unknown_fields=True):
    persistent_disposition: UnsetType = UNSET
    ilmd: UnsetType = UNSET


class _PlainAssociation(_Plain, AssociationEvent, kw_only=True, tag="AssociationEvent", forbid_unknown_fields=True):
    pass


_DECODER: Final = msgspec.json.Decoder(
    _PlainObject | _PlainAggregation | _PlainTransaction | _PlainTransformation | _PlainAssociation
)
_BIZ_STEPS: Final = vocabulary.BIZ_STEP.words | {UNSET}
_DISPOSITIONS: Final = vocabulary.DISPOSITION.words | {UNSET}
_TRANSACTION_TYPES: Final = vocabulary.BIZ_TRANSACTION_TYPE.words | {UNSET}
_PARTY_TYPES: Final = vocabulary.SOURCE_DESTINATION_TYPE.words


def read_ordinary(body: bytes, *, now: Instant) -> Ordinary | None:
    """The typed event and its time if no shape and no rule has anything to say about `body`; None to look thoroughly."""
    try:
        event = _DECODER.decode(body)
        moment = datetime.fromisoformat(event.event_time)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, ValueError):
        return None
    time = instant_of(moment)
    if time - now > AHEAD_MS_MAX or not _is_plain(event) or not _means_something(event):
        return None
    return Ordinary(event, time)


def _is_plain(event: Event) -> bool:
    text = event.event_time
    return (
        (text[-1] == "Z" or text[-6:] == event.event_time_zone_offset)
        and event.biz_step in _BIZ_STEPS
        and event.disposition in _DISPOSITIONS
        and (event.read_point is UNSET or _is_sound(event.read_point.id))
        and (event.biz_location is UNSET or _is_sound(event.biz_location.id))
        and (event.biz_transaction_list is UNSET or _are_known_transactions(event.biz_transaction_list))
        and (event.source_list is UNSET or _are_known_sources(event.source_list))
        and (event.destination_list is UNSET or _are_known_destinations(event.destination_list))
    )


def _object(event: ObjectEvent) -> bool:
    epcs, quantities = event.epc_list, event.quantity_list
    if not epcs and not quantities and (event.action == "OBSERVE" or epcs is UNSET):
        return False
    return _are_single(epcs) and (not epcs or len(set(epcs)) == len(epcs)) and _are_countable(quantities)


def _aggregation(event: AggregationEvent) -> bool:
    if event.parent_id is UNSET:
        return event.action != "ADD" and _children(event)
    return _is_sound(event.parent_id) and _children(event) and _is_outside(event.parent_id, event.child_epcs)


def _association(event: AssociationEvent) -> bool:
    return _is_sound(event.parent_id) and _children(event) and _is_outside(event.parent_id, event.child_epcs)


def _children(event: AggregationEvent | AssociationEvent) -> bool:
    some = bool(event.child_epcs) or bool(event.child_quantity_list) or event.action == "DELETE"
    return some and _are_single(event.child_epcs) and _are_countable(event.child_quantity_list)


def _transaction(event: TransactionEvent) -> bool:
    something = bool(event.epc_list) or bool(event.quantity_list)
    sound = event.parent_id is UNSET or _is_sound(event.parent_id)
    return (
        something
        and sound
        and bool(event.biz_transaction_list)
        and _are_single(event.epc_list)
        and _are_countable(event.quantity_list)
    )


def _transformation(event: TransformationEvent) -> bool:
    inputs, outputs = event.input_epc_list or [], event.output_epc_list or []
    sides = (bool(inputs) or bool(event.input_quantity_list)) and (bool(outputs) or bool(event.output_quantity_list))
    together = [canonical(epc) or epc for epc in (*inputs, *outputs)]
    return (
        sides
        and len(set(together)) == len(together)
        and (event.transformation_id is UNSET or _is_sound(event.transformation_id))
        and _are_single(inputs)
        and _are_single(outputs)
        and _are_countable(event.input_quantity_list)
        and _are_countable(event.output_quantity_list)
    )


def _means_something(event: AnyEvent) -> bool:
    match event:
        case ObjectEvent():
            return _object(event)
        case AggregationEvent():
            return _aggregation(event)
        case TransactionEvent():
            return _transaction(event)
        case TransformationEvent():
            return _transformation(event)
        case AssociationEvent():
            return _association(event)


def _are_known_transactions(transactions: list[BizTransaction]) -> bool:
    return all(each.type in _TRANSACTION_TYPES and _is_sound(each.biz_transaction) for each in transactions)


def _are_known_sources(sources: list[Source]) -> bool:
    return all(each.type in _PARTY_TYPES and _is_sound(each.source) for each in sources)


def _are_known_destinations(destinations: list[Destination]) -> bool:
    return all(each.type in _PARTY_TYPES and _is_sound(each.destination) for each in destinations)


def _are_single(epcs: list[str] | UnsetType) -> bool:
    if epcs is UNSET:
        return True
    for epc in epcs:
        if epc[:11] == "urn:epc:id:":
            continue
        # A serialised GTIN in its usual spelling: the digit is the GTIN's, and there are few GTINs.
        if epc[_GTIN_END:_SERIAL_END] == _SERIAL and epc.find("/", _SERIAL_END) < 0 and epc[: len(_GTIN)] == _GTIN:
            if not _is_sound(epc[:_GTIN_END]):
                return False
        elif not _is_single(epc):
            return False
    return True


def _are_countable(quantities: list[QuantityElement] | UnsetType) -> bool:
    if quantities is UNSET:
        return True
    for element in quantities:
        number = element.quantity
        # A float has lost digits: whether it is a fraction, or a tiny debt, is seen only in the text.
        if isinstance(number, float):
            if element.uom is UNSET or number <= 0:
                return False
        elif number is not UNSET and number < 0:
            return False
        if not _is_sound(element.epc_class):
            return False
    return True


def _is_outside(parent: str, children: list[str] | UnsetType) -> bool:
    if not children:
        return True
    spelling = canonical(parent) or parent
    return all(child != parent and (canonical(child) or child) != spelling for child in children)


def _is_sound(uri: str) -> bool:
    return uri[:4] == "urn:" or _digit_is_not_wrong(uri)


@lru_cache(maxsize=_REMEMBERED)
def _digit_is_not_wrong(uri: str) -> bool:
    return check_digit_holds(uri) is not False


@lru_cache(maxsize=_REMEMBERED)
def _is_single(epc: str) -> bool:
    return not is_class_identifier(epc) and check_digit_holds(epc) is not False
