"""The identifiers of an event straight from its parsed JSON, for who has read the record already and needs no typed event."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, get_args

from ledger.trade.epcis.event import AnyEvent
from ledger.trade.epcis.exact import EpcisUnreadable
from ledger.trade.epcis.roles import ROLES

_TEXTS: Final = frozenset({str})
IDENTIFIER_MEMBERS: Final[Mapping[str, tuple[str, ...]]] = {
    kind.__struct_config__.tag: tuple(name for name, (attribute, _) in ROLES.items() if attribute in kind.__struct_fields__)
    for kind in get_args(AnyEvent)
}
"""The members that name things, by type of event."""


def spelt_in(record: Mapping[str, Any]) -> list[str]:
    """What `spelt_identifiers` finds in the typed form of this event, in the same order.

    Raises:
        EpcisUnreadable: a member with identifiers is of another kind than the standard has there.
    """
    found: list[str] = []
    for member in IDENTIFIER_MEMBERS[record["type"]]:
        value = record.get(member)
        if value is None and member not in record:
            continue
        if type(value) is str:
            value = [value]
        elif type(value) is list and value and type(value[0]) is dict:
            value = [item.get("epcClass") if type(item) is dict else None for item in value]
        if type(value) is not list or not _TEXTS.issuperset(map(type, value)):
            raise EpcisUnreadable(seen=member, wanted="identifiers as text")
        found += value
    return found
