"""Take fields out of events before they are signed: each leaves a digest, and a disclosure that the issuer keeps or gives."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any, Final

import msgspec

from ledger.errors import Unprocessable
from ledger.evidence.authority import EVENT_TYPES
from ledger.evidence.batch import BATCH_BYTES_MAX
from ledger.evidence.disclosure import DIGESTS_MEMBER, Disclosure, digests_in, format_base64url
from ledger.evidence.record import read_json
from ledger.trade.epcis.document import EVENT_LISTS

_SALT_BYTES: Final = 16
_DECODER: Final = msgspec.json.Decoder(float_hook=Decimal)
_ENCODER: Final = msgspec.json.Encoder(decimal_format="number")


class FieldNotWithheld(Unprocessable):
    title = "a field cannot be withheld from these events"
    default_hint = "name an extension field such as x:buyer, or point to an optional one such as /ilmd/x:harvest"


def withhold(data: bytes, fields: Sequence[str]) -> tuple[bytes, tuple[Disclosure, ...]]:
    """Return the document or event in `data` without `fields`, and the disclosures that open them again.

    The digests stand in `suyuan:_sd` of the object that each field was taken from, in ascending order, which tells nothing of
    theirs. What is left is spelt anew, with every number as it was.

    Args:
        fields: names of extension fields, taken wherever they stand in an event; or JSON pointers from the event's root.

    Raises:
        FieldNotWithheld: no event has it, or it is a word of the standard given by its mere name.
        what `read_json` raises.
    """
    read_json(data, bytes_max=BATCH_BYTES_MAX)
    value = _DECODER.decode(data)
    events = list(_events(value))
    disclosures: list[Disclosure] = []
    for field in fields:
        found = [pair for event in events for pair in _holders(event, field)]
        if not found:
            raise FieldNotWithheld(seen=field, wanted="a field that one of the events has")
        disclosures += [_take(holder, name) for holder, name in found]
    return _ENCODER.encode(value), tuple(disclosures)


def _events(value: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - decoded JSON
    kind = value.get("type") if isinstance(value, dict) else None
    if kind in EVENT_TYPES:
        yield value
        return
    for name in EVENT_LISTS.get(kind or "", ()):
        value = value.get(name) if isinstance(value, dict) else None
    yield from (event for event in (value if isinstance(value, list) else ()) if isinstance(event, dict))


def _holders(event: dict[str, Any], field: str) -> list[tuple[dict[str, Any], str]]:
    """The objects that hold the field, with its name."""
    if field.startswith("/"):
        return _pointed(event, field)
    if ":" not in field or field == DIGESTS_MEMBER:
        raise FieldNotWithheld(seen=field, wanted="the name of an extension field, with its prefix; or a pointer")
    return [(holder, field) for holder in _objects(event) if field in holder]


def _pointed(event: dict[str, Any], pointer: str) -> list[tuple[dict[str, Any], str]]:
    *path, name = [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]
    holder: Any = event
    for step in path:
        if isinstance(holder, list) and step.isdecimal() and int(step) < len(holder):
            holder = holder[int(step)]
        else:
            holder = holder.get(step) if isinstance(holder, dict) else None
    return [(holder, name)] if isinstance(holder, dict) and name in holder and name not in ("type", DIGESTS_MEMBER) else []


def _objects(value: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - decoded JSON
    if isinstance(value, dict):
        yield value
    for below in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _objects(below)


def _take(holder: dict[str, Any], name: str) -> Disclosure:
    taken = _ENCODER.encode(holder.pop(name))
    disclosure = Disclosure.of(os.urandom(_SALT_BYTES), name, taken)
    digests = {*digests_in({DIGESTS_MEMBER: holder.get(DIGESTS_MEMBER)}), disclosure.digest}
    holder[DIGESTS_MEMBER] = sorted(map(format_base64url, digests))
    return disclosure
