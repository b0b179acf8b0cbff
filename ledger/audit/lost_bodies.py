"""Bodies that are not there, and bodies that should not be: judged when it is known what the log erased."""

from __future__ import annotations

from ledger.audit.finding import FindingKind, Place
from ledger.audit.governing import GovernanceReplay
from ledger.audit.journal import Journal
from ledger.audit.keeping import KeptCheck
from ledger.audit.readable import Readable
from ledger.audit.records import RecordCheck


def tell_lost_bodies(
    source: Readable, journal: Journal, records: RecordCheck, governance: GovernanceReplay, kept: KeptCheck | None
) -> None:
    """Tell each body that is absent though nothing erased it, and each that is shown though it was erased."""
    erased = governance.erased
    claimed: set[Place] = set()
    if kept is not None:
        with journal.reading():
            claimed = kept.claimed_erasures(governance)
    if claimed:
        journal.leave("bodies that are said to be erased by an entry that cannot be read")
    for index, place in sorted(records.absent - erased.keys() - claimed):
        journal.record(FindingKind.BODY_MISSING, index, place, "neither present nor erased by the log")
    for (index, place), by in sorted(erased.items()):
        if _is_shown(source, index, place):
            journal.record(FindingKind.BODY_KEPT, index, place, f"erased by entry {by.entry}, {by.ground}")
        elif not journal.is_spoilt(index, place):
            # Its batch led to the signed root with the commitment that stayed.
            journal.checked.erased += 1
    if records.withheld:
        journal.leave(f"{records.withheld} bodies that this reader may not read, and the grounds of erasures among them")


def _is_shown(source: Readable, index: int, place: int) -> bool:
    records = next(iter(source.records(index, index + 1)))
    rows = zip(records.places, records.salts, records.bodies, strict=True)
    return any(at == place and (salt, body) != (None, None) for at, salt, body in rows)
