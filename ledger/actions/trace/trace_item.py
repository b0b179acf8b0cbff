"""Trace an item back to where it came from, or forward to where it went."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from ledger.actions.open_ledger import Ledger
from ledger.actions.trace.asking import Asking, reader_of
from ledger.actions.trace.find_events import EventFinder, FoundEvent
from ledger.errors import Absent
from ledger.storage.database import reading
from ledger.storage.position import Position
from ledger.trade.genealogy import LIMIT, Direction, Trace, trace
from ledger.trade.identifiers import canonical, ladder
from ledger.trade.parties.state import Governance
from ledger.trade.reading import opened_by


class ItemUnknown(Absent):
    title = "no record here names this item"
    default_hint = "compare the code with the package; an item nobody recorded here may be genuine all the same"


@dataclass(frozen=True, slots=True)
class ItemTrace:
    """A trace, the events it rests on by position, and what it had to leave out.

    withheld: records that name things of the trace and are not for this reader, with the type of their event. withdrawn:
    events that their issuers declared erroneous, and the declarations. damaged: records whose content is gone or changed
    behind the ledger's back.
    """

    starts: tuple[str, ...]
    trace: Trace
    events: dict[Position, FoundEvent]
    withheld: Mapping[Position, str]
    withdrawn: frozenset[Position]
    damaged: frozenset[Position]


def trace_item(ledger: Ledger, identifier: str, *, direction: Direction, party: str | None = None) -> ItemTrace:
    """Trace what `identifier` names, in any spelling. Whoever knows an item's serial or lot holds its code.

    Raises:
        ItemUnknown: nothing names it.
    """
    with reading(ledger.engine) as connection:
        return trace_within(connection, ledger.governance.load(connection), identifier, direction=direction, party=party)


def trace_within(
    connection: Connection, state: Governance, identifier: str, *, direction: Direction, party: str | None = None
) -> ItemTrace:
    """The same inside a transaction of the caller's."""
    finder = EventFinder(connection, reader_of(connection, state, Asking(party, identifier)), origin=state.origin)
    found = walk(finder, starts_of(identifier), direction=direction)
    if not found.events and not found.withheld and not found.damaged:
        raise ItemUnknown(seen=identifier, wanted="an identifier that an event of this ledger names")
    return found


def walk(finder: EventFinder, starts: tuple[str, ...], *, direction: Direction, limit: int = LIMIT) -> ItemTrace:
    """Walk from `starts`, and tell what was met; nothing at all where nothing names them."""
    walked = trace(starts, direction=direction, events_naming=finder, look_ahead=finder.look_ahead, limit=limit)
    if finder.cut:
        walked = replace(walked, truncated=True)
    return ItemTrace(
        starts=starts,
        trace=walked,
        events=finder.found,
        withheld=dict(finder.withheld),
        withdrawn=frozenset(finder.withdrawn),
        damaged=frozenset(finder.damaged),
    )


def starts_of(identifier: str) -> tuple[str, ...]:
    """The item and the lot that its own address states; a GTIN alone only where nothing finer is said."""
    return tuple(rung for rung in ladder(identifier) if rung in opened_by(identifier)) or (canonical(identifier) or identifier,)
