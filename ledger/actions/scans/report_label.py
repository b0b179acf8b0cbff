"""Report a label: what a person found wrong becomes a record of the operator; their words lie beside the ledger."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Final

from sqlalchemy import Connection

from ledger.actions.dossier.submit_dossier import submit_held
from ledger.actions.open_ledger import Ledger
from ledger.actions.scans.claim_item import Desks, operator_or_closed
from ledger.errors import Malformed, TooLarge, Unavailable
from ledger.evidence.authority import ReadRule, RecordClass
from ledger.evidence.instant import Instant
from ledger.evidence.merkle import Digest
from ledger.storage.identifier_index import positions_said_of_any
from ledger.storage.label_words import keep_words
from ledger.storage.position import Position
from ledger.storage.scans import scanned_key, take_report
from ledger.trade.code_history import day_of
from ledger.trade.dossier.bodies.coded import LABEL_FAULTS, LabelReported

WORDS_CHARACTERS_MAX: Final = 1_000
A_DAY_MAX: Final = 500
"""Reports of everybody together in a day: the ledger keeps them for ever."""
OF_ONE_CODE_MAX: Final = 200
"""Records about one code by whoever holds it, claims among them: what more would say was said, and a flood buries no claim."""

_RETRY_AFTER_S: Final = 3_600
_SAID: Final = RecordClass.SCAN.value


class FaultUnknown(Malformed):
    title = "a label is reported for one of a few reasons"


class WordsTooLong(TooLarge):
    title = "the words of a report are too long"


class ReportsTooMany(Unavailable):
    title = "so many labels were reported today, or this one so often, that no more reports are taken"
    default_hint = "nothing was written; come again tomorrow, or write to the shop"
    retry_after_s = _RETRY_AFTER_S


@dataclass(frozen=True, slots=True)
class Report:
    """Somebody's finding about the label of `item`, a canonical identifier. `territory`: ISO 3166, or `-`."""

    item: str
    fault: str
    words: str = ""
    territory: str = "-"


def report_label(ledger: Ledger, report: Report, *, desks: Desks) -> Position:
    """Write `LabelReported`; only the SHA-256 of the words goes into the ledger, and whose they are goes nowhere.

    Raises:
        FaultUnknown, WordsTooLong, BodyMalformed: nothing was written.
        ReportsTooMany, ClaimsClosed.
    """
    if report.fault not in LABEL_FAULTS:
        raise FaultUnknown(seen=report.fault, wanted=", ".join(LABEL_FAULTS), pointer="/fault")
    words = report.words.strip()
    if len(words) > WORDS_CHARACTERS_MAX:
        raise WordsTooLong(seen=f"{len(words)} characters", wanted=f"at most {WORDS_CHARACTERS_MAX}", pointer="/words")
    issuer = operator_or_closed(ledger)
    LabelReported(report.item, report.fault).to_body()
    kept = desks.desk.write_aside(partial(_keep, ledger=ledger, item=report.item, words=words, now=ledger.clock()))
    territory = None if report.territory == "-" else report.territory
    body = LabelReported(report.item, report.fault, territory, kept)
    return Position(submit_held(ledger, [body.to_body()], issuer=issuer, queue=desks.queue, read=ReadRule.CODE).entry, 0)


def _keep(connection: Connection, *, ledger: Ledger, item: str, words: str, now: Instant) -> Digest | None:
    said = positions_said_of_any(connection, {item}, classes=(_SAID,))
    if len(said[_SAID]) >= OF_ONE_CODE_MAX:
        raise ReportsTooMany(wanted=f"at most {OF_ONE_CODE_MAX} of one code")
    if not take_report(connection, day_of(now), most=A_DAY_MAX):
        raise ReportsTooMany(wanted=f"at most {A_DAY_MAX} a day")
    return keep_words(connection, item=scanned_key(ledger.event_secret, item), words=words, now=now) if words else None
