"""Hand-overs that nobody confirmed, that broke the chain, or that stand in the wrong order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from ledger.trade.assessment.finding import ItemFinding, finding
from ledger.trade.assessment.grade import EXAMINERS
from ledger.trade.assessment.handovers import Handover, by_thing, handovers, named_receiver, sends, takes
from ledger.trade.assessment.matter import Matter
from ledger.trade.assessment.terms import bare, receiver_of, sender_of
from ledger.trade.assessment.told import Told
from ledger.trade.custody import UNKNOWN, apply
from ledger.trade.identifiers import application_values, is_class_identifier
from ledger.trade.membership import Position

CLOCK_SLACK_MS: Final = 300_000
"""Two clocks of two parties may differ by five minutes without anybody being wrong."""

# Steps of somebody who has the thing, besides sending and receiving it.
_HAS: Final = frozenset({"holding", "stocking", "storing", "dispensing", "retail_selling"})


def custody_findings(matter: Matter) -> Iterator[ItemFinding]:
    """Each place in the item's history where it changed hands without its holder letting go.

    A lot is used up in parts and is in many hands at once: no rule for it.
    """
    if not _is_single(matter):
        return
    custody = UNKNOWN
    for handling in sorted(matter.handlings, key=lambda one: (one.event_time, one.position)):
        before, custody = custody, apply(custody, handling)
        if custody.broken:
            positions = [handling.position, *([] if before.position is None else [before.position])]
            yield finding("custody-broken", positions, holder=before.holder or "", taker=handling.issuer)
            custody = replace(custody, broken=False)


def hand_over_findings(matter: Matter) -> Iterator[ItemFinding]:
    """What was sent and never confirmed, what arrived before it was sent, what arrived without being sent.

    Of each thing and sender the newest open sending is asked who has it now, and the oldest what arrived before: an item
    of ten thousand events costs no more than ten thousand looks for each of its senders.
    """
    events = matter.events
    stories = {thing: _Story(told) for thing, told in by_thing(events).items() if names_something_definite(thing)}
    open_ones = [one for one in handovers(events, matter.party_of) if one.received is None and one.thing in stories]
    newest = {(one.thing, one.sent.issuer): one for one in open_ones}
    oldest = {(one.thing, one.sent.issuer): one for one in reversed(open_ones)}
    receipts = _latest(told for told in events if takes(told))
    reported: set[Position] = set()
    for handover in newest.values():
        sent = handover.sent
        if sent.position in reported:
            continue
        later = _holder_later(handover, stories[handover.thing], receipts, matter)
        if later is not None:
            reported.add(sent.position)
            values = {"thing": handover.thing, "sender": sent.issuer, "holder": later.issuer}
            yield finding("hand-over-unconfirmed", (sent.position, later.position), **values)
    for handover in oldest.values():
        yield from _received_early(handover, stories[handover.thing], matter)
    for thing, story in sorted(stories.items()):
        yield from _received_unsent(thing, story, own=not _is_single(matter))


class _Story:
    """The events that name one thing, by time, and when each party first sent and last received it."""

    __slots__ = ("events", "first_sent", "issuers", "last_taken")

    def __init__(self, events: list[Told]) -> None:
        self.events = events
        self.issuers = {told.issuer for told in events}
        self.first_sent: dict[str, int] = {}
        for told in events:
            if sends(told):
                self.first_sent.setdefault(told.issuer, told.event_time)
        self.last_taken = _latest(told for told in events if takes(told))


def _latest(events: Iterable[Told]) -> dict[str, int]:
    """Issuer to the time of its last one of these events, which come by time."""
    return {told.issuer: told.event_time for told in events}


def names_something_definite(thing: str) -> bool:
    """Whether an identifier names a lot or a single thing; a bare GTIN names all there ever will be."""
    values = application_values(thing)
    return values is None or values[0][0] != "01" or len(values) > 1


def _is_single(matter: Matter) -> bool:
    """Whether the address names one thing; where nothing is said, it does."""
    return not matter.starts or not is_class_identifier(matter.starts[0])


def _holder_later(handover: Handover, story: _Story, receipts: Mapping[str, int], matter: Matter) -> Told | None:
    """Who had it after an unanswered sending without ever saying that it arrived."""
    sent = handover.sent
    if any(party != sent.issuer and taken > sent.event_time for party, taken in story.last_taken.items()):
        return None
    receiver = named_receiver(sent, matter.party_of)
    for told in story.events:
        if told.event_time <= sent.event_time or told.issuer == sent.issuer or EXAMINERS.intersection(told.roles):
            continue
        # Who opened a pallet may have said that its cases arrived: that is an answer too.
        has_answered = receipts.get(told.issuer, sent.event_time - 1) >= sent.event_time
        if not has_answered and (told.issuer == receiver or sends(told) or bare(told.event.biz_step) in _HAS):
            return told
    return None


def _received_early(handover: Handover, story: _Story, matter: Matter) -> Iterator[ItemFinding]:
    sent = handover.sent
    receiver, party = receiver_of(sent.event), named_receiver(sent, matter.party_of)
    for told in story.events:
        early = sent.event_time - told.event_time
        if early <= CLOCK_SLACK_MS:
            return
        if not takes(told) or told.issuer == sent.issuer:
            continue
        is_receiver = told.issuer == party if party is not None else receiver_of(told.event) == receiver is not None
        was_sent = any(other != told.issuer and first <= told.event_time for other, first in story.first_sent.items())
        if is_receiver and not was_sent:
            values = {"thing": handover.thing, "minutes": str(early // 60_000)}
            yield finding("received-before-sent", (told.position, sent.position), **values)
            return


def _received_unsent(thing: str, story: _Story, *, own: bool) -> Iterator[ItemFinding]:
    """Of what the item was made from, and of a lot itself; of a single item this breaks custody."""
    for told in story.events:
        others = story.issuers - {told.issuer}
        if (
            takes(told)
            and (own or not told.own)
            and others
            and not others & story.first_sent.keys()
            and sender_of(told.event) is not None
        ):
            yield finding("received-but-never-sent", (told.position,), thing=thing, receiver=told.issuer)
            return
