"""An item's page as JSON: everything that the page says, for programs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from api.wire.capture_job import Addresses
from ledger.actions.trace.check_proof import Said
from ledger.actions.trace.item_facts import (
    ItemFacts,
    Measurement,
    Model,
    Picture,
    ShownCertificate,
    ShownParty,
    ShownRecall,
    ShownReport,
    Source,
    Spot,
    Step,
)
from ledger.evidence.instant import format_instant
from ledger.storage.position import Position
from ledger.trade.assessment.finding import ItemFinding
from ledger.trade.genealogy import Edge
from ledger.trade.membership import Position as Place
from ledger.trade.scans import CodeStanding
from ledger.trade.shapes.members import write_members


def item_body(facts: ItemFacts, addresses: Addresses) -> dict[str, Any]:
    """The page's JSON. Lists run as on the page; `null` means that nothing is known, never that it was left out."""
    writing = Writing(addresses)
    return {
        "identifier": facts.link.identifier,
        "keys": dict(facts.link.keys),
        "verdict": facts.verdict.value,
        "name": facts.name,
        "brand": facts.brand,
        "text": facts.text,
        "describedByBrand": facts.by_brand,
        "description": None if facts.product is None else write_members(facts.product),
        "describedIn": None if facts.described is None else writing.source(facts.described),
        "checkedAt": format_instant(facts.checked),
        "logSize": facts.log_size,
        **_first_screen(facts, writing),
        "expected": {
            "list": facts.expectations.pack,
            "steps": [
                {
                    "step": step.step,
                    "provided": step.provided.value,
                    "records": writing.addresses(step.positions),
                    "reason": {words.language: words.text for words in step.reason},
                    "addedByBrand": step.added,
                }
                for step in facts.expectations.steps
            ],
        },
        "findings": [writing.finding(finding) for finding in facts.findings],
        "steps": [writing.step(step) for step in facts.steps],
        "reports": [writing.report(report) for report in facts.reports],
        "certificates": [writing.certificate(certificate) for certificate in facts.certificates],
        "measurements": [writing.measurement(measurement) for measurement in facts.measurements],
        "parties": [writing.party(party) for party in facts.parties],
        "picture": None if facts.picture is None else writing.picture(facts.picture),
        "model": None if facts.model is None else writing.model(facts.model),
        "gallery": [writing.picture(picture) for picture in facts.gallery],
        "trace": {
            "nodes": [asdict(node) for node in facts.graph.nodes],
            "edges": [writing.edge(edge) for edge in facts.graph.edges],
            "more": facts.graph.more,
        },
        "names": dict(facts.names),
        "erased": [
            {
                "address": addresses.record(erased.position),
                "issuer": erased.issuer,
                "class": erased.klass,
                "recordTime": format_instant(erased.recorded),
                "ground": erased.ground,
                "byEntry": erased.by_entry,
            }
            for erased in facts.erased
        ],
        "withheld": facts.withheld,
        "damaged": facts.damaged,
        "truncated": facts.truncated,
        "begins": facts.begins,
    }


def _first_screen(facts: ItemFacts, writing: Writing) -> dict[str, Any]:
    inspected, began = facts.inspected, facts.began
    return {
        "recalls": [writing.recall(recall) for recall in facts.recalls],
        "recallsEnded": [writing.recall(recall) for recall in facts.recalls_ended],
        "origin": None
        if began is None
        else {"place": spot_body(began.place), "eventTime": format_instant(began.time), **writing.source(began.source)},
        "lastInspection": None
        if inspected is None
        else {"day": str(inspected.day), "verdict": inspected.verdict, **writing.source(inspected.source)},
        "custody": {
            "hands": facts.custody.hands.value,
            "holder": None if facts.holder is None else said_body(facts.holder),
            "place": None if facts.holder_place is None else spot_body(facts.holder_place),
            "receiver": facts.custody.receiver,
            "since": None if facts.custody.since is None else format_instant(facts.custody.since),
            "broken": facts.custody.broken,
            "handovers": facts.handovers,
        },
        "missing": list(facts.expectations.missing),
        "code": None if facts.code is None else _code(facts.code),
    }


class Writing:
    """Writes what stands on several records, with their public addresses."""

    def __init__(self, addresses: Addresses) -> None:
        self._addresses = addresses

    def addresses(self, positions: Iterable[Place]) -> list[str]:
        return [self._addresses.record(Position(*position)) for position in positions]

    def source(self, source: Source) -> dict[str, Any]:
        proof = source.proof
        return {
            "address": self._addresses.record(source.position),
            "receipt": self._addresses.receipt(source.position),
            "grade": source.grade.value,
            "proof": {"holds": proof.holds.value, "failure": proof.failure},
            "recordTime": None if proof.recorded is None else format_instant(proof.recorded),
            "said": [said_body(said) for said in proof.said],
        }

    def step(self, step: Step) -> dict[str, Any]:
        return {
            "position": list(step.position),
            "type": step.type,
            "action": step.action,
            "bizStep": step.step,
            "disposition": step.disposition,
            "eventTime": step.text_time,
            "eventTimeZoneOffset": step.offset,
            "place": None if step.place is None else spot_body(step.place),
            "about": step.about.value,
            "withdrawn": step.withdrawn,
            "readings": [asdict(reading) for reading in step.readings],
            **self.source(step.source),
        }

    def edge(self, edge: Edge) -> dict[str, Any]:
        return {
            "kind": edge.kind,
            "sources": list(edge.sources),
            "targets": list(edge.targets),
            "record": self._addresses.record(Position(*edge.position)),
        }

    def finding(self, finding: ItemFinding) -> dict[str, Any]:
        return {
            "code": finding.code,
            "weight": finding.weight.value,
            "values": dict(finding.values),
            "records": self.addresses(finding.positions),
        }

    def recall(self, recall: ShownRecall) -> dict[str, Any]:
        return {"recall": write_members(recall.body), "through": list(recall.through), **self.source(recall.source)}

    def report(self, report: ShownReport) -> dict[str, Any]:
        flags = {
            "aboutItem": report.about_item,
            "expired": report.expired,
            "withdrawn": report.withdrawn,
            "accredited": report.accredited,
        }
        return {"report": write_members(report.body), **flags, **self.source(report.source)}

    def certificate(self, certificate: ShownCertificate) -> dict[str, Any]:
        flags = {"expired": certificate.expired, "withdrawn": certificate.withdrawn}
        return {"certificate": write_members(certificate.body), **flags, **self.source(certificate.source)}

    def measurement(self, measurement: Measurement) -> dict[str, Any]:
        return {
            "parameter": measurement.parameter,
            "name": measurement.name,
            "unit": measurement.unit,
            "declared": measurement.declared,
            "low": measurement.low,
            "high": measurement.high,
            "result": None if measurement.result is None else write_members(measurement.result),
            "report": None if measurement.report is None else self._addresses.record(measurement.report.source.position),
            "sampleSize": None if measurement.report is None else measurement.report.body.sampling.size,
            "agrees": measurement.agrees,
        }

    def party(self, party: ShownParty) -> dict[str, Any]:
        checks = [{"check": write_members(check), **self.source(source)} for check, source in party.checks]
        return {
            "party": write_members(party.body),
            "name": party.name,
            "expiredLicences": list(party.expired),
            "checks": checks,
            **self.source(party.source),
        }

    def picture(self, picture: Picture) -> dict[str, Any]:
        return {
            "sha256": picture.digest,
            "mediaType": picture.media_type,
            "size": picture.size,
            "intact": picture.intact,
            "caption": picture.caption,
            "origin": None if picture.said is None else picture.said.origin,
            **({} if picture.source is None else self.source(picture.source)),
        }

    def model(self, model: Model) -> dict[str, Any]:
        return {
            "file": self.picture(model.file),
            "declared": None if model.declared is None else write_members(model.declared),
            "measured": None if model.measured is None else write_members(model.measured),
            "fits": model.fits,
        }


def spot_body(spot: Spot) -> dict[str, Any]:
    return asdict(spot)


def said_body(said: Said) -> dict[str, Any]:
    body = asdict(said)
    held = body.pop("held")
    return {**body, "custody": "operator" if held else "self"}


def _code(code: CodeStanding) -> dict[str, Any]:
    return {
        "state": code.state.value,
        "firstScan": None if code.first_scan is None else str(code.first_scan),
        "scans": code.scans,
        "areas": code.areas,
        "score": code.score,
        "suspicion": code.suspicion.value,
        "reasons": [
            {"code": reason.code, "decibans": reason.decibans, "signed": reason.signed, "values": dict(reason.values)}
            for reason in code.reasons
        ],
    }
