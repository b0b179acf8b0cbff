"""The ways in which dossier records reach a ledger: through its data directory, or over HTTP."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from cli.remote import Remote, refusal
from ledger.actions.capture.sign_own import OwnNote, sign_note
from ledger.actions.capture.split_records import split_records
from ledger.actions.dossier.as_json import Json, checked_json, refusal_json, written_json
from ledger.actions.dossier.post_records import check_posted, post_held, post_signed, read_posted
from ledger.actions.dossier.submit_dossier import class_of
from ledger.actions.log.own_turn import OwnTurn
from ledger.actions.open_ledger import Ledger, system_clock
from ledger.errors import Misused
from ledger.evidence.authority import DOSSIER_CLASSES, TYPES, ReadRule, RecordClass
from ledger.evidence.note_signer import NoteSigner
from ledger.evidence.policy import Policy
from ledger.trade.dossier.bodies.base import DossierBody

Post = Callable[[bytes], Json]
_JSON: Final = "application/json"


class ClassUnclear(Misused):
    title = "these records may stand in several classes, or in none together"
    default_hint = "an examiner says them with --class inspection, a seller with --class description"


@dataclass(frozen=True, slots=True)
class PostingHere:
    """Writes into a data directory, as a party whose key is held there or as one that signs for itself."""

    ledger: Ledger
    party: str
    read: ReadRule
    key: NoteSigner | None = None
    klass: RecordClass | None = None

    def __call__(self, document: bytes) -> Json:
        ledger, records, queue = self.ledger, split_records(document), OwnTurn(self.ledger)
        if self.key is None:
            written = post_held(ledger, records, issuer=self.party, queue=queue, read=self.read)
        else:
            state, bodies = ledger.state(), read_posted(records)
            klass = self.klass or class_of(bodies, state.party(self.key.verifier.name).roles)
            own = sign_note(
                records,
                [self.key],
                klass=klass,
                read=self.read,
                now=ledger.clock(),
                origin=state.origin,
                first_entry=state.first_entry,
            )
            written = post_signed(ledger, records, note=own.note, seed=own.seed, queue=queue)
        return written_json(written, ledger.origin, receipt=lambda position: f"receipts/{position.entry}/{position.place}")


@dataclass(frozen=True, slots=True)
class PostingThere:
    """Posts to a server with an API key.

    The same bytes go under the same `Idempotency-Key`: to send a file again does nothing twice, unless `again` is set.
    """

    remote: Remote
    read: ReadRule
    again: bool

    def __call__(self, document: bytes) -> Json:
        key = secrets.token_hex(16) if self.again else hashlib.sha256(self.read.encode() + b"\n" + document).hexdigest()
        headers = {"Content-Type": _JSON, "Idempotency-Key": key}
        return _answered(self.remote, params={"read": self.read.value}, headers=headers, content=document)


@dataclass(frozen=True, slots=True)
class PostingSigned:
    """Posts to a server under a note that one's own key signs here."""

    remote: Remote
    read: ReadRule
    key: NoteSigner
    policy: Policy
    klass: RecordClass | None

    def __call__(self, document: bytes) -> Json:
        own = self._sign(split_records(document))
        files = {
            "note": ("note", own.note, "text/plain; charset=utf-8"),
            "seed": ("seed", own.seed, "application/octet-stream"),
            "document": ("document", document, _JSON),
        }
        return _answered(self.remote, headers={"Idempotency-Key": secrets.token_hex(16)}, files=files)

    def _sign(self, records: Sequence[bytes]) -> OwnNote:
        klass, log = self.klass or only_class(read_posted(records)), self.policy
        return sign_note(
            records,
            [self.key],
            klass=klass,
            read=self.read,
            now=system_clock(),
            origin=log.origin,
            first_entry=log.first_entry,
        )


def only_class(bodies: Sequence[DossierBody]) -> RecordClass:
    """The one class in which all of `bodies` may stand: who signs for a server elsewhere does not know its own roles there.

    Raises:
        ClassUnclear: there are several, or none.
    """
    kinds = {type(body).__name__ for body in bodies}
    able = [klass for klass in RecordClass if klass in DOSSIER_CLASSES and kinds <= TYPES[klass]]
    if len(able) != 1:
        wanted = f"--class {' or '.join(able)}" if able else "records of one class at a time"
        raise ClassUnclear(seen=", ".join(sorted(kinds)), wanted=wanted)
    return able[0]


def check_here(ledger: Ledger, party: str) -> Post:
    """Say what would become of records if `party` posted them into this ledger."""
    return lambda document: checked_json(check_posted(ledger, split_records(document), issuer=party), say=refusal_json)


def check_there(remote: Remote) -> Post:
    """Ask a server the same, as the party of the API key."""

    def check(document: bytes) -> Json:
        answer = remote.ask("POST", "/records/validate", headers={"Content-Type": _JSON}, content=document)
        if not answer.is_success:
            raise refusal(answer)
        said: Json = answer.json()
        return said

    return check


def _answered(remote: Remote, **request: Any) -> Json:  # noqa: ANN401 - passed on as they come
    answer = remote.ask("POST", "/records", **request)
    if not answer.is_success:
        raise refusal(answer)
    said: Json = answer.json()
    return said
