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
    BizTransaction,
    Event,
    ObjectEvent,
    Place,
    QuantityElement,
    TransactionEvent,
    TransformationEvent,
)
from ledger.trade.epcis.extensions import is_plain_ilmd, without_extensions
from ledger.trade.epcis.meaning import AHEAD_MS_MAX
from ledger.trade.epcis.syntax import (
    EPC_URNS,
    GTIN_LINK_CHARACTERS,
    MOMENT,
    OFFSET,
    ORDINARY_URI,
    ORDINARY_URIS,
    SERIAL_LINKS,
    UNIT,
    URI,
    offset_minutes,
)
from ledger.trade.identifiers import canonical, check_digit_holds, is_class_identifier

if TYPE_CHECKING:
    from ledger.trade.epcis.prefixes import Prefixes

_REMEMBERED: Final = 1 << 14
_REMEMBERED_CHARACTERS_MAX: Final = 256
_EPOCH: Final = datetime(1970, 1, 1)


class Ordinary(NamedTuple):
    event: AnyEvent
    time: Instant


class _Place(Place, forbid_unknown_fields=True):
    pass


class _Plain(Event, kw_only=True):
    """Members that need a thorough look make decoding fail, as do members nobody knows.

    Whoever asks looks at the event's own `@context`, which is left as bytes.
    """

    context: msgspec.Raw | UnsetType = UNSET
    record_time: UnsetType = UNSET
    certification_info: UnsetType = UNSET
    error_declaration: UnsetType = UNSET
    sensor_element_list: UnsetType = UNSET
    read_point: _Place | UnsetType = UNSET
    biz_location: _Place | UnsetType = UNSET


class _PlainObject(_Plain, ObjectEvent, kw_only=True, tag="ObjectEvent", forbid_unknown_fields=True):
    persistent_disposition: UnsetType = UNSET


class _PlainAggregation(_Plain, AggregationEvent, kw_only=True, tag="AggregationEvent", forbid_unknown_fields=True):
    persistent_disposition: UnsetType = UNSET


class _PlainTransaction(_Plain, TransactionEvent, kw_only=True, tag="TransactionEvent", forbid_unknown_fields=True):
    pass


class _PlainTransformation(_Plain, TransformationEvent, kw_only=True, tag="TransformationEvent", forbid_unknown_fields=True):
    persistent_disposition: UnsetType = UNSET


class _PlainAssociation(_Plain, AssociationEvent, kw_only=True, tag="AssociationEvent", forbid_unknown_fields=True):
    pass


_DECODER: Final[msgspec.json.Decoder[AnyEvent]] = msgspec.json.Decoder(
    _PlainObject | _PlainAggregation | _PlainTransaction | _PlainTransformation | _PlainAssociation
)
_BIZ_STEPS: Final = vocabulary.BIZ_STEP.words | {UNSET}
_DISPOSITIONS: Final = vocabulary.DISPOSITION.words | {UNSET}
_TRANSACTION_TYPES: Final = vocabulary.BIZ_TRANSACTION_TYPE.words | {UNSET}
_PARTY_TYPES: Final = vocabulary.SOURCE_DESTINATION_TYPE.words


def read_ordinary(body: bytes, *, now: Instant, prefixes: Prefixes, explained: bool = False) -> Ordinary | None:
    """The typed event and its time if no shape and no rule has anything to say about `body`; None to look thoroughly.

    `explained`: the event brings its own `@context`, of which there is nothing to say, and which declares `prefixes`.
    """
    try:
        event = _read(body, prefixes)
        time = None if event is None else _read_time(event.event_time, event.event_time_zone_offset)
    except ValueError:
        return None
    if event is None or time is None or time - now > AHEAD_MS_MAX or (event.context is not UNSET) is not explained:
        return None
    return Ordinary(event, time) if _is_plain(event) and _means_something(event, prefixes) else None


def _read(body: bytes, prefixes: Prefixes) -> AnyEvent | None:
    try:
        return _DECODER.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        stripped = without_extensions(body, prefixes)
    try:
        return None if stripped is None else _DECODER.decode(stripped)
    except msgspec.DecodeError:
        return None


def _read_time(text: str, offset: str) -> Instant | None:
    """The time of two agreeing members. Raises ValueError for a day that does not exist."""
    shift = _offset_ms(offset) if len(offset) == len("+00:00") else None
    if shift is None or MOMENT.search(text) is None:
        return None
    # Arithmetic on times without a zone takes a fifth of the time, and here the zone is known to be a fixed shift.
    if text[-1] == "Z":
        return _instant(datetime.fromisoformat(text[:-1]), 0)
    return _instant(datetime.fromisoformat(text[:-6]), shift) if text[-6:] == offset else None


def _instant(local: datetime, shift_ms: int) -> Instant:
    since = local - _EPOCH
    return Instant(since.days * 86_400_000 + since.seconds * 1000 + since.microseconds // 1000 - shift_ms)


def _is_plain(event: Event) -> bool:
    return (
        event.biz_step in _BIZ_STEPS
        and event.disposition in _DISPOSITIONS
        and (event.event_id is UNSET or ORDINARY_URI.fullmatch(event.event_id) is not None)
        and (event.read_point is UNSET or _is_sound(event.read_point.id))
        and (event.biz_location is UNSET or _is_sound(event.biz_location.id))
        and (event.biz_transaction_list is UNSET or _are_transactions_known(event.biz_transaction_list))
        and (event.source_list is event.destination_list is UNSET or _are_parties_known(event))
    )


def _are_transactions_known(transactions: list[BizTransaction]) -> bool:
    for transaction in transactions:
        if transaction.type not in _TRANSACTION_TYPES or not _is_sound(transaction.biz_transaction):
            return False
    return True


def _are_parties_known(event: Event) -> bool:
    for source in event.source_list or ():
        if source.type not in _PARTY_TYPES or not _is_sound(source.source):
            return False
    for destination in event.destination_list or ():
        if destination.type not in _PARTY_TYPES or not _is_sound(destination.destination):
            return False
    return True


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


def _means_something(event: AnyEvent, prefixes: Prefixes) -> bool:
    match event:
        case ObjectEvent():
            return _object(event) and (event.ilmd is UNSET or (event.action == "ADD" and is_plain_ilmd(event.ilmd, prefixes)))
        case AggregationEvent():
            return _aggregation(event)
        case TransactionEvent():
            return _transaction(event)
        case TransformationEvent():
            return _transformation(event) and (event.ilmd is UNSET or is_plain_ilmd(event.ilmd, prefixes))
        case AssociationEvent():
            return _association(event)


def _are_single(epcs: list[str] | UnsetType) -> bool:
    if not epcs:
        return True
    lines = "\n".join(epcs)
    # An identifier with a line break of its own would pass for two.
    if lines.count("\n") >= len(epcs):
        return False
    if EPC_URNS.fullmatch(lines) is not None:
        return True
    # The check digit is the GTIN's, and there are few GTINs.
    if SERIAL_LINKS.fullmatch(lines) is not None:
        return all(map(_is_sound, {epc[:GTIN_LINK_CHARACTERS] for epc in epcs}))
    return ORDINARY_URIS.fullmatch(lines) is not None and all(map(_is_single, epcs))


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
        if not _is_sound(element.epc_class) or (element.uom is not UNSET and UNIT.search(element.uom) is None):
            return False
    return True


def _is_outside(parent: str, children: list[str] | UnsetType) -> bool:
    if not children:
        return True
    spelling = canonical(parent) or parent
    return all(child != parent and (canonical(child) or child) != spelling for child in children)


def _is_sound(uri: str) -> bool:
    return len(uri) <= _REMEMBERED_CHARACTERS_MAX and _has_nothing_wrong(uri)


def _is_single(epc: str) -> bool:
    return len(epc) <= _REMEMBERED_CHARACTERS_MAX and _names_one_thing(epc)


@lru_cache(maxsize=256)
def _offset_ms(offset: str) -> int | None:
    return None if OFFSET.search(offset) is None else 60_000 * offset_minutes(offset)


# Places, parties and classes come back event after event. What is remembered is bounded in number and in length: a
# megabyte of URI is legal, and thousands of them must not stay in memory.
@lru_cache(maxsize=_REMEMBERED)
def _has_nothing_wrong(uri: str) -> bool:
    return URI.search(uri) is not None and check_digit_holds(uri) is not False


@lru_cache(maxsize=_REMEMBERED)
def _names_one_thing(epc: str) -> bool:
    return not is_class_identifier(epc) and check_digit_holds(epc) is not False
