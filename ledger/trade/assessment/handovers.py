"""Which sending was answered by which receiving of the same thing."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from ledger.trade.assessment.grade import Affiliated
from ledger.trade.assessment.terms import bare, receiver_of
from ledger.trade.assessment.told import Told
from ledger.trade.membership import Position

SENDS: Final = frozenset({"consigning", "shipping"})
TAKES: Final = frozenset({"accepting", "receiving"})


@dataclass(frozen=True, slots=True)
class Handover:
    """One thing sent, and the event by which its receiver said that it arrived, if there is one."""

    thing: str
    sent: Told
    received: Told | None


def sends(told: Told) -> bool:
    return bare(told.event.biz_step) in SENDS


def takes(told: Told) -> bool:
    return bare(told.event.biz_step) in TAKES


def by_thing(told: Iterable[Told]) -> dict[str, list[Told]]:
    """Canonical identifier to the events that name it, in the order given."""
    found: dict[str, list[Told]] = {}
    for one in told:
        for thing in one.things:
            found.setdefault(thing, []).append(one)
    return found


def handovers(told: Iterable[Told], party_of: Callable[[str], str | None]) -> tuple[Handover, ...]:
    """Every sending with its answer, by thing and time.

    An answer is by another party, not earlier, and by whom the sender named as possessing party: by the party that this
    identifier stands for (`party_of`), or, where nobody says which that is, by one that names the same receiver. Each
    receiving answers one sending of a thing, the earliest that is open. Withdrawn events are the caller's to leave out.
    """
    ordered = sorted((one for one in told if sends(one) or takes(one)), key=lambda one: (one.event_time, one.position))
    found: list[Handover] = []
    for thing, events in sorted(by_thing(ordered).items()):
        waiting: dict[tuple[str, str], deque[Told]] = {}
        for one in events:
            if takes(one):
                for key in _keys_of_receiver(one):
                    waiting.setdefault(key, deque()).append(one)
        found += (_answered(thing, one, waiting, party_of) for one in events if sends(one))
    return tuple(found)


def confirmed(told: Iterable[Told], *, party_of: Callable[[str], str | None], affiliated: Affiliated) -> frozenset[Position]:
    """Both events of every hand-over between parties that are not one interest."""
    positions: set[Position] = set()
    for handover in handovers(told, party_of):
        received = handover.received
        if received is not None and not affiliated(handover.sent.issuer, received.issuer):
            positions |= {handover.sent.position, received.position}
    return frozenset(positions)


def named_receiver(sent: Told, party_of: Callable[[str], str | None]) -> str | None:
    """The party that the sender named, if its identifier can be told."""
    receiver = receiver_of(sent.event)
    return None if receiver is None else party_of(receiver)


def _keys_of_receiver(received: Told) -> tuple[tuple[str, str], ...]:
    receiver = receiver_of(received.event)
    party = ("party", received.issuer)
    return (party,) if receiver is None else (party, ("identifier", receiver))


def _answered(
    thing: str, sent: Told, waiting: dict[tuple[str, str], deque[Told]], party_of: Callable[[str], str | None]
) -> Handover:
    receiver = receiver_of(sent.event)
    if receiver is None:
        return Handover(thing, sent, None)
    party = party_of(receiver)
    queue = waiting.get(("identifier", receiver) if party is None else ("party", party), deque())
    # Sendings come by time, so that what arrived before this one answers no later one either.
    while queue and queue[0].event_time < sent.event_time:
        queue.popleft()
    if queue and queue[0].issuer != sent.issuer:
        return Handover(thing, sent, queue.popleft())
    return Handover(thing, sent, None)
