"""Where one serial number stands: issued, activated, sold, claimed, passed on, ended; and what its scans say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from sqlalchemy import Connection

from ledger.actions.open_ledger import Ledger
from ledger.actions.trace.find_events import EventFinder
from ledger.actions.trace.find_statements import FoundStatement, find_statements
from ledger.evidence.entry import Entry
from ledger.storage.entries import read_entry
from ledger.storage.pins import pin_key, shown_again
from ledger.storage.scans import scanned_key, scans_of
from ledger.storage.serials import SerialIssue, issue_of_serial
from ledger.trade.assessment.terms import bare
from ledger.trade.assessment.told import About, Told
from ledger.trade.code_history import Claimed, CodeEvent, Names, day_of, history_of
from ledger.trade.digital_link import DigitalLink
from ledger.trade.dossier.bodies.coded import ItemClaimed, ItemTransferred
from ledger.trade.epcis.event import AnyEvent
from ledger.trade.identifiers import ROOT, ladder
from ledger.trade.membership import TracedEvent
from ledger.trade.ownership import Ownership, ownership_chain
from ledger.trade.reading import Reader
from ledger.trade.scans import CodeStanding, CodeState, judge_code
from ledger.trade.shapes.address import Address

_EVENTS_MAX: Final = 200


def code_standing(
    connection: Connection,
    ledger: Ledger,
    link: DigitalLink,
    told: Iterable[Told],
    said: Iterable[FoundStatement] | None = None,
) -> CodeStanding | None:
    """What is known of the serial number that `link` states; None where it states none.

    Args:
        told: events of the item's trace, as far as they may be shown; what their issuers withdrew is left out here.
        said: statements about the item among others; looked up for whoever holds its code where they are not given.
    """
    item = item_of(link)
    if item is None:
        return None
    issue = _issue(connection, link)
    lots = frozenset(_lots(link, issue))
    statements = statements_of(connection, item) if said is None else said
    events = [event for one in told if not one.withdrawn and (event := _own(one, item, lots)) is not None]
    if not any(event.names is Names.LOT for event in events):
        # A label need not say of which lot the number is; the record that issued it does.
        events += _of_lots(connection, ledger, lots)
    history = history_of(events, issued=issue is not None, claimed=_claimed(connection, ledger, item, statements))
    if history.state is CodeState.UNREGISTERED:
        return judge_code(history, ())
    return judge_code(history, scans_of(connection, scanned_key(ledger.event_secret, item)))


def item_of(link: DigitalLink) -> str | None:
    """The canonical identifier of the one item that `link` names by its serial number; None where it names none."""
    keys = dict(link.keys)
    return link.identifier if "01" in keys and "21" in keys else None


def statements_of(connection: Connection, item: str) -> tuple[FoundStatement, ...]:
    """What is said of an item, for whoever holds its code."""
    return find_statements(connection, Reader(codes=frozenset({item})), {item}).found


def ownership_of(ledger: Ledger, item: str, said: Iterable[FoundStatement]) -> Ownership:
    """Who holds an item, by the statements about it."""
    return ownership_chain(
        [
            (Address(ledger.origin, *found.position), found.body)
            for found in said
            if isinstance(found.body, ItemClaimed | ItemTransferred)
        ],
        item,
    )


def is_registered(connection: Connection, link: DigitalLink) -> bool:
    """Whether a record says that the number of this item was drawn."""
    return _issue(connection, link) is not None


def _issue(connection: Connection, link: DigitalLink) -> SerialIssue | None:
    keys = dict(link.keys)
    issue = issue_of_serial(connection, keys.get("21", ""))
    return issue if issue is not None and issue.product == f"{ROOT}/01/{keys.get('01')}" else None


def _lots(link: DigitalLink, issue: SerialIssue | None) -> Iterator[str]:
    yield from (rung for rung in ladder(link.uri(with_attributes=False)) if "/10/" in rung)
    if issue is not None and issue.lot is not None:
        yield DigitalLink((*link.keys[:1], ("10", issue.lot))).identifier


def _own(told: Told, item: str, lots: frozenset[str]) -> CodeEvent | None:
    """What an event says of the number: by name, by its lot, or by what carried it."""
    if item in told.things:
        return _event(told.event, told.traced, Names.ITEM, frozenset({item}))
    if lots & told.things:
        return _event(told.event, told.traced, Names.LOT, lots)
    return _event(told.event, told.traced, Names.CARRIER, frozenset()) if told.about is About.CARRIER else None


def _of_lots(connection: Connection, ledger: Ledger, lots: frozenset[str]) -> Iterator[CodeEvent]:
    for lot in lots:
        finder = EventFinder(connection, Reader(codes=frozenset({lot})), origin=ledger.origin, newest=_EVENTS_MAX)
        for traced in list(finder(lot)):
            found = next(event for position, event in finder.found.items() if position == traced.position)
            yield _event(found.event, traced, Names.LOT, frozenset({lot}))


def _event(event: AnyEvent, traced: TracedEvent, names: Names, named: frozenset[str]) -> CodeEvent:
    return CodeEvent(
        time=traced.event_time,
        names=names,
        step=bare(event.biz_step),
        disposition=bare(event.disposition),
        action=traced.action if traced.type == "ObjectEvent" else None,
        made=bool(named & set(traced.outputs)),
        used=bool(named & set(traced.inputs)),
    )


def _claimed(connection: Connection, ledger: Ledger, item: str, said: Iterable[FoundStatement]) -> Claimed:
    ownership = ownership_of(ledger, item, said)
    if not ownership.links:
        return Claimed()
    first = Entry.parse(read_entry(connection, ownership.links[0].at.entry)).time
    return Claimed(ownership, day_of(first), shown_again(connection, pin_key(ledger.event_secret, item)))
