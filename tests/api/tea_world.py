"""The parties, things and documents of the tea trade that the tests of the API share."""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import httpx

from ledger.actions.open_ledger import system_clock
from ledger.actions.parties.found_ledger import POLICY_FILE
from ledger.evidence.authority import ReadRule, RecordClass
from ledger.evidence.batch import Batch, sign_batch
from ledger.evidence.commitment import commit_all, derive_salts
from ledger.evidence.instant import Instant
from ledger.evidence.key import SigningKey
from ledger.evidence.merkle import root_of
from ledger.evidence.policy import Policy
from ledger.trade.epcis.document import split_document
from tests.documents import CONTEXT

ORIGIN: Final = "ledger.example/main"
GTIN: Final = "09521234000013"
TIN: Final = f"https://id.gs1.org/01/{GTIN}/21/T1"
LEAF: Final = "https://id.gs1.org/01/09521234000020/10/PICK1"
CASE: Final = "https://id.gs1.org/00/095212345678901235"
SEED: Final = bytes(range(32))


@dataclass
class SettableClock:
    """The real clock, moved by so many milliseconds."""

    offset_ms: int = 0

    def __call__(self) -> Instant:
        return Instant(system_clock() + self.offset_ms)


@dataclass
class TeaWorld:
    """The running application, the API keys of its parties, and short ways to use both."""

    data: Path
    clock: SettableClock
    client: httpx.Client
    url: str
    keys: dict[str, str]
    lab_key: SigningKey
    first_entry: bytes

    @property
    def policy(self) -> Policy:
        return Policy.parse((self.data / POLICY_FILE).read_text(encoding="utf-8"))

    def auth(self, name: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.keys[name]}"}

    def post(self, path: str, name: str, body: object, **headers: str) -> httpx.Response:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.client.post(path, content=content, headers={"Content-Type": "application/json", **self.auth(name), **headers})

    def captured(self, name: str, body: object, *, read: str = "code") -> list[tuple[int, int]]:
        """Capture, wait until published, and return the positions."""
        answer = self.post(f"/epcis/capture?read={read}&wait=published", name, body)
        assert answer.status_code == 202, answer.text
        job = answer.json()
        assert job["success"], job
        return [(event["position"][0], event["position"][1]) for event in job["events"]]

    def get(self, path: str, name: str | None = None, **headers: str) -> httpx.Response:
        return self.client.get(path, headers={**headers, **({} if name is None else self.auth(name))})

    def signed_parts(self, document: bytes, **changed: object) -> dict[str, tuple[str, bytes]]:
        """Multipart parts of a document that the laboratory signs itself; `changed` replaces fields of its batch."""
        cut = split_document(document)
        records = [cut.record, *cut.events]
        fields: dict[str, Any] = {
            "origin": ORIGIN,
            "first_entry": self.first_entry,
            "issuer": "ledger.example/party/lab",
            "signers": (),
            "klass": RecordClass.EPCIS,
            "read": ReadRule.PUBLIC,
            "time": self.clock(),
            "context": sha256(cut.context or b"").digest(),
            "seen": None,
            "size": len(records),
            "root": bytes(32),
        } | changed
        draft = Batch(**fields)
        salts = derive_salts(
            seed=SEED, log_line=draft.log_line, issuer_line=draft.issuer_line, time_line=draft.time_line, count=len(records)
        )
        commitments = commit_all(origin=draft.origin, issuer=draft.issuer, salts=salts, bodies=records)
        note = sign_batch(Batch(**{**fields, "root": changed.get("root", root_of(commitments))}), [self.lab_key]).note
        return {"note": ("note", note), "seed": ("seed", SEED), "document": ("document.json", document)}


def document(*events: dict[str, Any], **header: Any) -> dict[str, Any]:
    """An EPCISDocument around events."""
    return {
        "@context": [CONTEXT, {"ex": "https://ns.example/"}],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-11-20T08:00:00Z",
        **header,
        "epcisBody": {"eventList": list(events)},
    }


def seen(epc: str = TIN, *, at: str = "2026-11-20T08:00:00+08:00", step: str = "storing", **more: Any) -> dict[str, Any]:
    """An ObjectEvent OBSERVE of one thing."""
    return _event("ObjectEvent", at, epcList=[epc], action="OBSERVE", bizStep=step, **more)


def made(*, at: str = "2026-11-19T08:00:00+08:00", **more: Any) -> dict[str, Any]:
    """A TransformationEvent from leaves to a tin."""
    leaves = [{"epcClass": LEAF, "quantity": 2.5, "uom": "KGM"}]
    return _event("TransformationEvent", at, inputQuantityList=leaves, outputEPCList=[TIN], bizStep="commissioning", **more)


def picked(*, at: str = "2026-11-18T08:00:00+08:00", **more: Any) -> dict[str, Any]:
    """An ObjectEvent ADD of a lot of leaves."""
    leaves = [{"epcClass": LEAF, "quantity": 2.5, "uom": "KGM"}]
    return _event("ObjectEvent", at, quantityList=leaves, action="ADD", bizStep="creating_class_instance", **more)


def packed(*, at: str = "2026-11-19T09:00:00+08:00", **more: Any) -> dict[str, Any]:
    """An AggregationEvent ADD of the tin into a case."""
    return _event("AggregationEvent", at, parentID=CASE, childEPCs=[TIN], action="ADD", bizStep="packing", **more)


def _event(kind: str, at: str, **members: Any) -> dict[str, Any]:
    return {"type": kind, "eventTime": at, "eventTimeZoneOffset": "+08:00", **members}
