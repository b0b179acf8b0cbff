"""Which identifiers an event names, and in what role: one table for indexing, genealogy and reading rights."""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec
from msgspec import UNSET, Struct, UnsetType

from ledger.trade.epcis.exact import EpcisUnreadable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ledger.trade.epcis.event import AnyEvent


class Role(StrEnum):
    """What an identifier does in its event."""

    EPC = "epc"
    PARENT = "parent"
    CHILD = "child"
    INPUT = "input"
    OUTPUT = "output"
    CLASS = "class"
    CHILD_CLASS = "child class"
    INPUT_CLASS = "input class"
    OUTPUT_CLASS = "output class"
    TRANSFORMATION = "transformation"


class Named(NamedTuple):
    role: Role
    identifier: str


ROLES: Final[Mapping[str, tuple[str, Role]]] = MappingProxyType(
    {
        "epcList": ("epc_list", Role.EPC),
        "parentID": ("parent_id", Role.PARENT),
        "childEPCs": ("child_epcs", Role.CHILD),
        "inputEPCList": ("input_epc_list", Role.INPUT),
        "outputEPCList": ("output_epc_list", Role.OUTPUT),
        "quantityList": ("quantity_list", Role.CLASS),
        "childQuantityList": ("child_quantity_list", Role.CHILD_CLASS),
        "inputQuantityList": ("input_quantity_list", Role.INPUT_CLASS),
        "outputQuantityList": ("output_quantity_list", Role.OUTPUT_CLASS),
        "transformationID": ("transformation_id", Role.TRANSFORMATION),
    }
)
"""JSON member to attribute of the typed event and role, in the order of the answers below."""

_NAMES_BY_ATTRIBUTE: Final = {attribute: name for name, (attribute, _) in ROLES.items()}


class _Class(Struct, rename={"epc_class": "epcClass"}, gc=False):
    epc_class: str


class _Identified(Struct, rename=_NAMES_BY_ATTRIBUTE):
    """The members of any event that carry identifiers, and no others."""

    epc_list: list[str] | UnsetType = UNSET
    parent_id: str | UnsetType = UNSET
    child_epcs: list[str] | UnsetType = UNSET
    input_epc_list: list[str] | UnsetType = UNSET
    output_epc_list: list[str] | UnsetType = UNSET
    quantity_list: list[_Class] | UnsetType = UNSET
    child_quantity_list: list[_Class] | UnsetType = UNSET
    input_quantity_list: list[_Class] | UnsetType = UNSET
    output_quantity_list: list[_Class] | UnsetType = UNSET
    transformation_id: str | UnsetType = UNSET


_DECODER: Final = msgspec.json.Decoder(_Identified)


def identifiers_in(event: AnyEvent) -> list[Named]:
    """Every identifier of a typed event with its role, as spelt there; one that stands twice is named twice."""
    return list(_named(event))


def spelt_identifiers(event: AnyEvent) -> list[str]:
    """The identifiers alone, as `identifiers_in` has them; capture asks for them event after event."""
    found: list[str] = []
    for attribute, _ in roles_of(type(event)):
        value = getattr(event, attribute)
        if value is not UNSET:
            found += spelt_in(value)
    return found


def spelt_in(value: str | list[Any]) -> list[str]:
    """The identifiers in one of the attributes that `ROLES` names and that is there, as spelt there."""
    if isinstance(value, str):
        return [value]
    found: list[str] = value if value and isinstance(value[0], str) else [item.epc_class for item in value]
    return found


def read_identifiers(body: bytes) -> list[Named]:
    """The same from the bytes of an event, without looking at anything else in it.

    Raises:
        EpcisUnreadable: not an event that validation would accept.
    """
    try:
        return list(_named(_DECODER.decode(body)))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as reason:
        raise EpcisUnreadable(seen=str(reason), wanted="an accepted event") from reason


def _named(event: AnyEvent | _Identified) -> Iterator[Named]:
    for attribute, role in roles_of(type(event)):
        value = getattr(event, attribute)
        if value is not UNSET:
            for identifier in spelt_in(value):
                yield Named(role, identifier)


@lru_cache(maxsize=32)
def roles_of(kind: type[Struct]) -> tuple[tuple[str, Role], ...]:
    """Those attributes with their roles that this type of event has at all."""
    return tuple((attribute, role) for attribute, role in ROLES.values() if attribute in kind.__struct_fields__)
