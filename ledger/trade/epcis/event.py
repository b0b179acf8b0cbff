"""The five event types of EPCIS 2.0 with every field of the standard, as typed objects decoded straight from bytes.

Attribute names are the JSON names in snake case: `childEPCs` is `child_epcs`. A member that is not there is `UNSET`.
Extension members are not kept here; the bytes are what counts. Source: EPCIS 2.0 standard, sections 7.4 and 10.
"""

from __future__ import annotations

from typing import Any, Final, Literal, TypeAlias

import msgspec
from msgspec import UNSET, Struct, UnsetType

_UPPER: Final = {"id": "ID", "ids": "IDs", "epc": "EPC", "epcs": "EPCs"}


def _json_name(attribute: str) -> str:
    if attribute == "context":
        return "@context"
    first, *rest = attribute.split("_")
    return first + "".join(_UPPER.get(word, word.capitalize()) for word in rest)


# What these strings look like is checked by the shapes in schema.py, not by patterns here: one compiled pattern per
# field costs three times the decoding, and msgspec 0.22 frees the patterns of `Uri | list[Uri]` twice.
Uri: TypeAlias = str
Time: TypeAlias = str
"""RFC 3339, as written by whoever made the event."""
Term: TypeAlias = str
"""A bare word of the vocabulary, a URI or a prefixed name."""
Number: TypeAlias = int | float
Action: TypeAlias = Literal["OBSERVE", "ADD", "DELETE"]


class Place(Struct, rename=_json_name, gc=False):
    id: Uri


class QuantityElement(Struct, rename=_json_name, gc=False, forbid_unknown_fields=True):
    epc_class: Uri
    quantity: Number | UnsetType = UNSET
    uom: str | UnsetType = UNSET


class BizTransaction(Struct, rename=_json_name, gc=False, forbid_unknown_fields=True):
    biz_transaction: Uri
    type: Term | UnsetType = UNSET


class Source(Struct, rename=_json_name, gc=False, forbid_unknown_fields=True):
    type: Term
    source: Uri


class Destination(Struct, rename=_json_name, gc=False, forbid_unknown_fields=True):
    type: Term
    destination: Uri


class PersistentDisposition(Struct, rename=_json_name):
    set: list[Term] | UnsetType = UNSET
    unset: list[Term] | UnsetType = UNSET


class ErrorDeclaration(Struct, rename=_json_name):
    declaration_time: Time
    reason: Term | UnsetType = UNSET
    corrective_event_ids: list[Uri] | UnsetType = UNSET


class SensorMetadata(Struct, rename=_json_name):
    time: Time | UnsetType = UNSET
    start_time: Time | UnsetType = UNSET
    end_time: Time | UnsetType = UNSET
    device_id: Uri | UnsetType = UNSET
    device_metadata: Uri | UnsetType = UNSET
    raw_data: Uri | UnsetType = UNSET
    data_processing_method: Uri | UnsetType = UNSET
    biz_rules: Uri | UnsetType = UNSET


class SensorReport(Struct, rename=_json_name):
    type: Term
    exception: Term | UnsetType = UNSET
    device_id: Uri | UnsetType = UNSET
    device_metadata: Uri | UnsetType = UNSET
    raw_data: Uri | UnsetType = UNSET
    data_processing_method: Uri | UnsetType = UNSET
    biz_rules: Uri | UnsetType = UNSET
    time: Time | UnsetType = UNSET
    microorganism: Uri | UnsetType = UNSET
    chemical_substance: Uri | UnsetType = UNSET
    coordinate_reference_system: Uri | UnsetType = UNSET
    value: Number | UnsetType = UNSET
    component: Term | UnsetType = UNSET
    string_value: str | UnsetType = UNSET
    boolean_value: bool | UnsetType = UNSET
    hex_binary_value: str | UnsetType = UNSET
    uri_value: Uri | UnsetType = UNSET
    min_value: Number | UnsetType = UNSET
    max_value: Number | UnsetType = UNSET
    mean_value: Number | UnsetType = UNSET
    s_dev: Number | UnsetType = UNSET
    perc_rank: Number | UnsetType = UNSET
    perc_value: Number | UnsetType = UNSET
    uom: str | UnsetType = UNSET


class SensorElement(Struct, rename=_json_name):
    sensor_report: list[SensorReport]
    sensor_metadata: SensorMetadata | UnsetType = UNSET


class Event(Struct, kw_only=True, rename=_json_name, tag_field="type"):
    """What all events have."""

    event_time: Time
    event_time_zone_offset: str
    event_id: Uri | UnsetType = UNSET
    context: Any = UNSET
    record_time: Time | UnsetType = UNSET
    certification_info: Uri | list[Uri] | UnsetType = UNSET
    error_declaration: ErrorDeclaration | UnsetType = UNSET
    biz_step: Term | UnsetType = UNSET
    disposition: Term | UnsetType = UNSET
    read_point: Place | UnsetType = UNSET
    biz_location: Place | UnsetType = UNSET
    biz_transaction_list: list[BizTransaction] | UnsetType = UNSET
    source_list: list[Source] | UnsetType = UNSET
    destination_list: list[Destination] | UnsetType = UNSET
    sensor_element_list: list[SensorElement] | UnsetType = UNSET

    @property
    def type(self) -> str:
        return str(self.__struct_config__.tag)


class ObjectEvent(Event, kw_only=True, tag="ObjectEvent"):
    action: Action
    epc_list: list[Uri] | UnsetType = UNSET
    quantity_list: list[QuantityElement] | UnsetType = UNSET
    persistent_disposition: PersistentDisposition | UnsetType = UNSET
    ilmd: dict[str, Any] | UnsetType = UNSET


class AggregationEvent(Event, kw_only=True, tag="AggregationEvent"):
    action: Action
    parent_id: Uri | UnsetType = UNSET
    child_epcs: list[Uri] | UnsetType = UNSET
    child_quantity_list: list[QuantityElement] | UnsetType = UNSET
    persistent_disposition: PersistentDisposition | UnsetType = UNSET


class TransactionEvent(Event, kw_only=True, tag="TransactionEvent"):
    action: Action
    biz_transaction_list: list[BizTransaction]
    parent_id: Uri | UnsetType = UNSET
    epc_list: list[Uri] | UnsetType = UNSET
    quantity_list: list[QuantityElement] | UnsetType = UNSET


class TransformationEvent(Event, kw_only=True, tag="TransformationEvent"):
    input_epc_list: list[Uri] | UnsetType = UNSET
    input_quantity_list: list[QuantityElement] | UnsetType = UNSET
    output_epc_list: list[Uri] | UnsetType = UNSET
    output_quantity_list: list[QuantityElement] | UnsetType = UNSET
    transformation_id: Uri | UnsetType = UNSET
    persistent_disposition: PersistentDisposition | UnsetType = UNSET
    ilmd: dict[str, Any] | UnsetType = UNSET


class AssociationEvent(Event, kw_only=True, tag="AssociationEvent"):
    action: Action
    parent_id: Uri
    child_epcs: list[Uri] | UnsetType = UNSET
    child_quantity_list: list[QuantityElement] | UnsetType = UNSET


AnyEvent: TypeAlias = ObjectEvent | AggregationEvent | TransactionEvent | TransformationEvent | AssociationEvent
_DECODER: Final[msgspec.json.Decoder[AnyEvent]] = msgspec.json.Decoder(AnyEvent)


def read_event(body: bytes) -> AnyEvent:
    """The typed form of an event that was found acceptable (`EventVerdict.refused` is false).

    Raises:
        msgspec.ValidationError: a member is of the wrong kind.
    """
    return _DECODER.decode(body)
