"""Hand-overs that nobody confirmed, that broke the chain, or that stand in the wrong order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from ledger.trade.assessment.finding import ItemFinding, finding
from ledger.trade.assessment.grade import EXAMINERS
from ledger.trade.assessment.handovers import Handover, by_thing, handovers, named_receiver, sends, takes
from ledger.trade.assessment.matter import Matter
from ledger.trade.assessment.terms import bare, receiver_of, sender_of
from ledger.trade.assessment.told import Told
from ledger.trade.custody import UNKNOWN, apply
from ledger.trade.identifiers import application_values

CLOCK_SLACK_MS: Final = 300_000
"""Two clocks of two parties may differ by five minutes without anybody being wrong."""

# Steps of somebody who has the thing, besides sending and receiving it.
_HAS: Final = frozenset({"holding", "stocking", "storing", "dispensing", "retail_selling"})


def custody_findings(matter: Matter) -> Iterator[ItemFinding]:
    """Each place in the item's history where it changed hands without its holder letting go."""
    custody = UNKNOWN
    for handling in sorted(matter.handlings, key=lambda one: (one.event_time, one.position)):
        before, custody = custody, apply(custody, handling)
        if custody.broken:
            positions = [handling.position, *([] if before.position is None else [before.position])]
            yield finding("custody-broken", positions, holder=before.holder or "", taker=handling.issuer)
            custody = replace(custody, broken=False)


def hand_over_findings(matter: Matter) -> Iterator[ItemFinding]:
    """What was sent and never confirmed, what arrived before it was sent, what arrived without being sent."""
    events = matter.events
    naming = {thing: told for thing, told in by_thing(events).items() if names_something_definite(thing)}
    receipts = [told for told in events if takes(told)]
    open_ones = [one for one in handovers(events, matter.party_of) if one.received is None and one.thing in naming]
    reported: set[str] = set()
    for handover in open_ones:
        key = f"{handover.sent.position}"
        if key not in reported and (later := _holder_later(handover, naming[handover.thing], receipts, matter)) is not None:
            reported.add(key)
            yield finding(
                "hand-over-unconfirmed",
                (handover.sent.position, later.position),
                thing=handover.thing,
                sender=handover.sent.issuer,
                holder=later.issuer,
            )
    yield from _received_early(open_ones, naming, matter)
    yield from _received_unsent(naming)


def names_something_definite(thing: str) -> bool:
    """Whether an identifier names a lot or a single thing; a bare GTIN names all there ever will be."""
    values = application_values(thing)
    return values is None or values[0][0] != "01" or len(values) > 1


def _holder_later(handover: Handover, naming: list[Told], receipts: list[Told], matter: Matter) -> Told | None:
    """Who had it after an unanswered sending without ever saying that it arrived."""
    sent = handover.sent
    after = [told for told in naming if told.event_time > sent.event_time and told.issuer != sent.issuer]
    if any(takes(told) for told in after):
        return None
    receiver = named_receiver(sent, matter.party_of)
    # Who opened a pallet may have said that its cases arrived: that is an answer too.
    received = {told.issuer for told in receipts if told.event_time >= sent.event_time}
    for told in after:
        has = told.issuer == receiver or sends(told) or bare(told.event.biz_step) in _HAS
        if has and told.issuer not in received and not EXAMINERS.intersection(told.roles):
            return told
    return None


def _received_early(open_ones: list[Handover], naming: dict[str, list[Told]], matter: Matter) -> Iterator[ItemFinding]:
    for handover in open_ones:
        sent = handover.sent
        receiver, party = receiver_of(sent.event), named_receiver(sent, matter.party_of)
        for told in naming[handover.thing]:
            early = sent.event_time - told.event_time
            if not takes(told) or told.issuer == sent.issuer or early <= CLOCK_SLACK_MS:
                continue
            is_receiver = told.issuer == party if party is not None else receiver_of(told.event) == receiver is not None
            if is_receiver and not _sent_before(told, naming[handover.thing]):
                yield finding(
                    "received-before-sent", (told.position, sent.position), thing=handover.thing, minutes=str(early // 60_000)
                )
                break


def _received_unsent(naming: dict[str, list[Told]]) -> Iterator[ItemFinding]:
    """Of what the item was made from; of the item itself this breaks custody."""
    for thing, events in sorted(naming.items()):
        for told in events:
            if not takes(told) or told.own or sender_of(told.event) is None:
                continue
            others = [one for one in events if one.issuer != told.issuer]
            if others and not any(sends(one) for one in others):
                yield finding("received-but-never-sent", (told.position,), thing=thing, receiver=told.issuer)
                break


def _sent_before(received: Told, naming: list[Told]) -> bool:
    return any(sends(one) and one.issuer != received.issuer and one.event_time <= received.event_time for one in naming)
