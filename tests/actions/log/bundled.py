"""A ledger exported once for the tests of bundles, and a bundle taken apart and put together again."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path

from ledger.actions.capture.document_capture import Submission
from ledger.actions.capture.submit_document import submit_document
from ledger.actions.log.export_layout import MANIFEST, Manifest
from ledger.actions.log.export_zip import BundleWriter
from ledger.actions.log.open_source import open_source
from ledger.actions.log.publish_checkpoint import publish_checkpoint
from ledger.actions.parties.admit_party import Admission, admit_party
from ledger.actions.parties.record_governance import record_governance
from ledger.audit.replay import audit
from ledger.audit.report import AuditReport
from ledger.evidence.policy import Policy
from ledger.trade.parties.bodies import RecordErased
from tests.actions.conftest import ORIGIN, World

CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"


def post(world: World, count: int, *, first: int = 0) -> int:
    """Post a document of `count` events; return its entry."""
    events = [
        {
            "type": "ObjectEvent",
            "eventID": f"urn:uuid:0e1f0001-0000-4000-8000-{number:012x}",
            "eventTime": "2026-11-20T07:00:00.000Z",
            "eventTimeZoneOffset": "+08:00",
            "epcList": [f"https://id.gs1.org/01/09521321000014/21/{number}"],
            "action": "OBSERVE",
        }
        for number in range(first, first + count)
    ]
    document = {"@context": CONTEXT, "type": "EPCISDocument", "schemaVersion": "2.0", "creationDate": "2026-11-20T07:00:00Z"}
    data = json.dumps({**document, "epcisBody": {"eventList": events}}).encode()
    job = submit_document(world.ledger, Submission(data, world.held), world.turn)
    assert job.entry is not None
    return job.entry


def erase(world: World, entry: int, place: int) -> None:
    """Erase one record, with a protector who is admitted for it."""
    protector = admit_party(world.ledger, Admission("protector", ["data-protection"], "CN")).party
    record_governance(
        world.ledger, RecordErased(ORIGIN, entry, place, "recorded-in-error"), issuer=world.tea, signers=(protector,)
    )


def write(world: World) -> None:
    """Documents, an erasure, three checkpoints more than that of the founding."""
    publish_checkpoint(world.ledger)
    entry = post(world, 3)
    publish_checkpoint(world.ledger)
    erase(world, entry, 2)
    post(world, 2, first=10)
    publish_checkpoint(world.ledger)


def report_of(bundle: Path, policy: Policy) -> AuditReport:
    with open_source(str(bundle)) as source:
        return audit(source, policy)


def found(report: AuditReport) -> list[tuple[str, str]]:
    return [(finding.kind.value, finding.position) for finding in report.findings]


def members(bundle: bytes) -> dict[str, bytes]:
    """Name to content, as a standard library reads them."""
    with zipfile.ZipFile(io.BytesIO(bundle)) as read:
        return {name: read.read(name) for name in read.namelist()}


def together(contents: Mapping[str, bytes], **changed: object) -> bytes:
    """A bundle of these members with a manifest that fits them, as a careful forger makes it."""
    parts = {name: content for name, content in contents.items() if name != MANIFEST}
    digests = tuple((hashlib.sha256(content).hexdigest(), name) for name, content in parts.items())
    stated = Manifest.parse(contents[MANIFEST])
    fields = {"origin": stated.origin, "size": stated.size, "checkpoints": stated.checkpoints} | changed
    manifest = Manifest(digests=digests, **fields)  # type: ignore[arg-type]
    file = io.BytesIO()
    writer = BundleWriter(file)
    for name, content in parts.items():
        writer.add(name, content)
    writer.add(MANIFEST, manifest.to_bytes())
    writer.finish()
    return file.getvalue()
