"""What is answered about posted dossier records, as JSON values: the same for the API and for `suyuan record … --json`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ledger.actions.dossier.post_records import CheckedRecord, CheckedRecords
from ledger.actions.dossier.submit_dossier import DossierWritten
from ledger.errors import SuyuanError
from ledger.evidence.instant import format_instant
from ledger.storage.position import Position
from ledger.trade.shapes.address import Address

Json = dict[str, Any]


def written_json(written: DossierWritten, origin: str, *, receipt: Callable[[Position], str]) -> Json:
    """A batch that stands in the ledger, and where each of its records does; `receipt` says where its receipt is had."""
    positions = [Position(written.entry, place) for place in range(len(written.bodies))]
    return {
        "class": written.klass.value,
        "entry": written.entry,
        "time": format_instant(written.time),
        "records": [
            {
                "position": list(position),
                "address": str(Address(origin, *position)),
                "receipt": receipt(position),
                "type": type(body).__name__,
            }
            for position, body in zip(positions, written.bodies, strict=True)
        ],
    }


def checked_json(checked: CheckedRecords, *, say: Callable[[SuyuanError], Json]) -> Json:
    """The verdict on records that were only checked; `say` puts a refusal into words."""
    return {
        "accepted": checked.accepted,
        "class": None if checked.klass is None else checked.klass.value,
        "refusal": None if checked.refusal is None else say(checked.refusal),
        "records": [_checked_json(record, say) for record in checked.records],
    }


def refusal_json(refusal: SuyuanError) -> Json:
    """A refusal as the problem documents of the API name its parts."""
    said: Json = {"code": refusal.code, "title": refusal.title, "pointer": refusal.pointer}
    return said | {"seen": refusal.seen, "wanted": refusal.wanted, "hint": refusal.hint}


def _checked_json(record: CheckedRecord, say: Callable[[SuyuanError], Json]) -> Json:
    return {
        "type": None if record.body is None else type(record.body).__name__,
        "refusal": None if record.refusal is None else say(record.refusal),
    }
