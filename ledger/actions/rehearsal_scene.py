"""The honest act that the rehearsal of attacks adds to its copy, so that each attack has something to strike at."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from ledger.actions.capture.author import HeldAuthor
from ledger.actions.capture.document_capture import Submission
from ledger.actions.capture.event_rows import identifier_keys, key_of
from ledger.actions.capture.stage_batch import Statement, held_key, sign_for
from ledger.actions.capture.submit_document import submit_document
from ledger.actions.log.own_turn import OwnTurn
from ledger.actions.open_ledger import Ledger
from ledger.actions.parties.admit_party import Admission, admit_party
from ledger.actions.parties.change_party import rotate_held_key
from ledger.actions.parties.record_governance import record_governance
from ledger.actions.rehearsal_escrow import play_escrow
from ledger.actions.rehearsal_heads import adopt_witnesses, publish_witnessed, replace_a_log_key
from ledger.evidence.authority import ReadRule, RecordClass
from ledger.evidence.instant import Instant
from ledger.storage.database import DATABASE_FILE, reading
from ledger.storage.entries import read_record
from ledger.storage.forging import Scene
from ledger.storage.position import Position
from ledger.storage.sqlite import copy_database
from ledger.trade.epcis.event import read_event
from ledger.trade.epcis.vocabulary import PINNED_CONTEXTS
from ledger.trade.parties.bodies import RecordErased

_STEP_MS: Final = 10 * 60 * 1_000
_FEW: Final = 4
_MANY: Final = 260
_ERASED_PLACE: Final = 2


@dataclass
class SteppedClock:
    """Stands still within a deed and is moved on between deeds, so that dating back shows."""

    now: Instant

    def __call__(self) -> Instant:
        return self.now

    def move_on(self) -> None:
        self.now = Instant(self.now + _STEP_MS)


def play_scene(ledger: Ledger, clock: SteppedClock, older_copy: Path) -> tuple[Scene, bytes]:
    """Admit four parties and let them write; return where what stands, and the newest checkpoint.

    Args:
        older_copy: where to put a copy of the database from the middle of the act.

    Raises:
        NoHeldKey: the operator does not hold the governance keys that admissions need.
    """
    retired = replace_a_log_key(ledger)
    names = [f"rehearsal-{secrets.token_hex(4)}-{role}" for role in ("maker", "dealer", "bank", "protector")]
    roles = ("merchant", "merchant", "bank", "data-protection")
    admitted = [admit_party(ledger, Admission(name, (role,), "CN")) for name, role in zip(names, roles, strict=True)]
    issuer, other, bank, protector = (found.party for found in admitted)
    revoked = held_key(ledger, ledger.state(), other)
    rotate_held_key(ledger, other)
    witnesses = adopt_witnesses(ledger)
    clock.move_on()
    document = _post(ledger, issuer, _FEW)
    early = publish_witnessed(ledger, witnesses)
    copy_database(ledger.data / DATABASE_FILE, older_copy)
    clock.move_on()
    other_document = _post(ledger, other, _FEW)
    clock.move_on()
    cosigned, large = _write_one(ledger, issuer, signers=(other,)), _post(ledger, issuer, _MANY)
    padded = _write_one(ledger, issuer, padding=1)
    with reading(ledger.engine) as connection:
        doomed = read_record(connection, Position(other_document, _ERASED_PLACE))
    erasure = RecordErased(ledger.origin, other_document, _ERASED_PLACE, "recorded-in-error")
    record_governance(ledger, erasure, issuer=other, signers=(protector,))
    clock.move_on()
    escrow = play_escrow(ledger, merchant=issuer, custodian=bank)
    clock.move_on()
    _post(ledger, issuer, _FEW)
    scene = Scene(
        issuer=issuer,
        other=other,
        bank=bank,
        document=document,
        other_document=other_document,
        cosigned=cosigned,
        large=large,
        padded=padded,
        admission=admitted[0].sequenced.entry,
        erased=(other_document, _ERASED_PLACE),
        erased_salt=doomed.salt or b"",
        erased_body=doomed.body or b"",
        revoked=revoked,
        early_size=early.size,
        older_copy=older_copy,
        escrow=escrow,
        witnesses=witnesses,
        retired=retired,
        log_keys_at=ledger.state().log_keys_at,
    )
    return scene, publish_witnessed(ledger, witnesses).note


def _post(ledger: Ledger, party: str, count: int) -> int:
    """Post a document of `count` events; return its entry."""
    body = {"eventList": _events(count)}
    document = {"@context": _context(), "type": "EPCISDocument", "schemaVersion": "2.0", "epcisBody": body}
    data = json.dumps({**document, "creationDate": "2026-11-20T08:00:00.000Z"}).encode()
    job = submit_document(ledger, Submission(data, HeldAuthor(party, ReadRule.CODE)), OwnTurn(ledger))
    return _written(job.entry)


def _write_one(ledger: Ledger, issuer: str, *, signers: Sequence[str] = (), padding: int = 0) -> int:
    """Write one event that these parties sign, and padding behind it; return its entry."""
    body = json.dumps({"@context": _context(), **_events(1)[0]}).encode()
    context = json.dumps(_context()).encode()
    statement = Statement(issuer, RecordClass.EPCIS, ReadRule.CODE, [body, *[b""] * padding], context=context)
    staged = sign_for(ledger, ledger.state(), statement, now=ledger.clock(), signers=signers)
    event = read_event(body)
    keys = [(key_of(ledger.event_secret, issuer, body, event), 0)]
    found = [(key, 0) for key in identifier_keys(event)]
    outcome = OwnTurn(ledger).submit(replace(staged, event_keys=keys, identifiers=found))
    return _written(getattr(outcome, "entry", None))


def _events(count: int) -> list[dict[str, object]]:
    first = secrets.randbelow(1 << 40)
    return [
        {
            "type": "ObjectEvent",
            "eventID": f"urn:uuid:{secrets.token_hex(4)}-0000-4000-8000-{number:012x}",
            "eventTime": "2026-11-20T08:00:00.000Z",
            "eventTimeZoneOffset": "+00:00",
            "epcList": [f"https://id.gs1.org/01/09521321000014/21/{number}"],
            "action": "OBSERVE",
        }
        for number in range(first, first + count)
    ]


def _context() -> Sequence[str]:
    return sorted(PINNED_CONTEXTS)[:1]


def _written(entry: int | None) -> int:
    if entry is None:
        raise AssertionError("the rehearsal's own records were not taken")
    return entry
