"""Words of an event without their namespace: the business step, the local name of an extension, places and receivers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from msgspec import UNSET

from ledger.trade.assessment.told import Told
from ledger.trade.epcis.event import AnyEvent
from ledger.trade.identifiers import canonical

_MARKS: Final = ("BizStep-", "Disp-", "SDT-")


def bare(term: object) -> str | None:
    """The bare word of a term of the core business vocabulary however it is spelt; foreign terms as they are."""
    if not isinstance(term, str):
        return None
    return _bare(term) if "cbv" in term else term


def _bare(term: str) -> str:
    for mark in _MARKS:
        before, found, word = term.rpartition(mark)
        if found and before.endswith(("cbv/", "cbv:")):
            return word
    return term


def local_name(name: str) -> str:
    """`cbvmda:harvestEndDate`, `urn:…#harvestEndDate` and `https://…/harvestEndDate` all end in the local name."""
    for mark in ("#", "/", ":"):
        name = name.rpartition(mark)[2]
    return name


def happened_at(event: AnyEvent) -> str | None:
    """Where it happened, in the canonical spelling: the read point, else the business location."""
    return _place(event.read_point) or _place(event.biz_location)


def is_then_at(event: AnyEvent) -> str | None:
    """Where the things are from then on: the business location, else the read point."""
    return _place(event.biz_location) or _place(event.read_point)


def receiver_of(event: AnyEvent) -> str | None:
    """The destination of type possessing party, in the canonical spelling."""
    for destination in event.destination_list or ():
        if bare(destination.type) == "possessing_party":
            return canonical(destination.destination) or destination.destination
    return None


def sender_of(event: AnyEvent) -> str | None:
    """The source of type possessing party, in the canonical spelling."""
    for source in event.source_list or ():
        if bare(source.type) == "possessing_party":
            return canonical(source.source) or source.source
    return None


def master_data(told: Told) -> Iterator[tuple[str, Any]]:
    """(local name, value) of the event's ilmd and of its extension members."""
    ilmd = getattr(told.event, "ilmd", UNSET)
    for holder in (ilmd, told.extensions):
        if isinstance(holder, Mapping):
            for name, value in holder.items():
                yield local_name(name), value


def _place(place: Any) -> str | None:  # noqa: ANN401 - UNSET or a place
    return None if place is UNSET else canonical(place.id) or place.id
