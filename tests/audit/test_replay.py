"""The audit of a small log in memory: what it finds, where, and what it says it could not check."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ledger.audit.finding import FindingKind
from ledger.audit.heads import KeptCheckpointUnusable
from ledger.audit.replay import audit
from ledger.audit.report import AuditReport, AuditVerdict
from ledger.evidence.instant import Instant
from ledger.evidence.key import SigningKey
from ledger.evidence.note import SignedNote, sign_note
from ledger.evidence.policy import Policy
from tests.audit.memory_source import MemorySource
from tests.scenario import DOCUMENT, EVENTS, GARDEN, LABORATORY, LOG_KEY, TinyLedger, key_of, tiny_ledger


@pytest.fixture
def ledger() -> TinyLedger:
    return tiny_ledger()


def found(report: AuditReport) -> list[tuple[str, str]]:
    return [(finding.kind.value, finding.position) for finding in report.findings]


def test_an_honest_log_is_clean(ledger: TinyLedger) -> None:
    report = audit(MemorySource(ledger, sizes=[1, 3]), ledger.policy())
    assert report.findings == ()
    assert report.clean
    assert (report.size, report.root) == (5, ledger.policy().open(ledger.checkpoint()).checkpoint.root)
    counted = report.checked
    assert (counted.entries, counted.records, counted.bodies, counted.checkpoints, counted.tiles) == (5, 8, 8, 3, 1)
    assert report.to_json()["clean"] is True
    assert set(report.to_json()) == {"clean", "size", "root", "findings", "checked", "not_checked"}


def test_progress_is_told(ledger: TinyLedger) -> None:
    told: list[tuple[int, int]] = []
    audit(MemorySource(ledger), ledger.policy(), progress=lambda done, total: told.append((done, total)))
    assert told == [(5, 5)]


def test_withheld_bodies_make_it_incomplete_never_clean(ledger: TinyLedger) -> None:
    source = MemorySource(ledger)
    true = source.true_records(4)
    unseen = [None] * 4
    source.records_held[4] = true._replace(context=None, salts=unseen, bodies=unseen, withheld=frozenset(range(4)))
    report = audit(source, ledger.policy())
    assert report.findings == ()
    assert report.verdict is AuditVerdict.INCOMPLETE
    assert any("4 bodies" in what for what in report.not_checked)


def test_a_missing_body_is_named(ledger: TinyLedger) -> None:
    source = MemorySource(ledger)
    true = source.true_records(4)
    source.records_held[4] = true._replace(
        salts=[*true.salts[:2], None, true.salts[3]], bodies=[*true.bodies[:2], None, true.bodies[3]]
    )
    assert found(audit(source, ledger.policy())) == [("BodyMissing", "entry 4 place 2")]


def test_one_altered_entry_hides_nothing_and_drowns_nothing(ledger: TinyLedger) -> None:
    source = MemorySource(ledger)
    entry = ledger.written[2].entry
    source.entries_held[2] = replace(entry, time=Instant(entry.time + 1)).to_bytes()
    true = source.true_records(4)
    source.records_held[4] = true._replace(bodies=[true.bodies[0], true.bodies[1] + b" ", *true.bodies[2:]])
    assert found(audit(source, ledger.policy())) == [("EntryAltered", "entry 2"), ("BodyAltered", "entry 4 place 1")]


def test_missing_entries_are_one_finding(ledger: TinyLedger) -> None:
    source = MemorySource(ledger)
    source.entries_held.update({2: None, 3: None})
    report = audit(source, ledger.policy())
    assert found(report) == [("EntryMissing", "entry 2")]
    assert "1 after it" in report.findings[0].message


def test_a_false_tile_is_named_and_accuses_no_entry(ledger: TinyLedger) -> None:
    source = MemorySource(ledger)
    source.tiles_held[0, 0] = bytes(5 * 32)
    assert found(audit(source, ledger.policy())) == [("TileWrong", "tile 0/0")]


def test_another_log_key_is_a_matter_of_policy(ledger: TinyLedger) -> None:
    lines = ledger.policy().text.replace(str(LOG_KEY.verifier), str(key_of("other.example").verifier))
    policy = Policy.parse(lines.replace("first-entry ledger.example/main", "first-entry other.example"))
    report = audit(MemorySource(ledger), policy)
    assert found(report) == [("CheckpointNotByLogKey", "checkpoint 5")]
    assert report.verdict is AuditVerdict.DISTRUSTED


def test_a_retired_log_key_is_not_accused_where_governance_cannot_be_read(ledger: TinyLedger) -> None:
    source = MemorySource(ledger, sizes=[2])
    text = SignedNote.parse(ledger.checkpoint(size=2)).text
    retired = SigningKey.generate(LOG_KEY.verifier.name)
    source.checkpoints_held[2] = sign_note(text, [retired]).to_bytes()
    assert found(audit(source, ledger.policy())) == [("CheckpointSignatureWrong", "checkpoint 2")]
    source.records_held[0] = source.true_records(0)._replace(salts=[None], bodies=[None], withheld=frozenset({0}))
    report = audit(source, ledger.policy())
    assert (found(report), report.verdict, report.checked.checkpoints) == ([], AuditVerdict.INCOMPLETE, 1)
    assert any("log keys that are not known" in what for what in report.not_checked)
    # A line by a key that is known has to hold all the same.
    source.checkpoints_held[2] = SignedNote.parse(ledger.checkpoint(size=3)).to_bytes().replace(b"\n3\n", b"\n2\n")
    assert found(audit(source, ledger.policy())) == [("CheckpointSignatureWrong", "checkpoint 2")]


def test_another_first_entry_is_a_matter_of_policy(ledger: TinyLedger) -> None:
    first = ledger.policy().text.split("\n")[1]
    policy = Policy.parse(ledger.policy().text.replace(first, f"first-entry ledger.example/main {'A' * 43}="))
    report = audit(MemorySource(ledger), policy)
    assert found(report) == [("FirstEntryDiffers", "entry 0")]
    assert report.verdict is AuditVerdict.DISTRUSTED


def test_an_unmet_quorum_is_a_matter_of_policy(ledger: TinyLedger) -> None:
    source = MemorySource(ledger)
    source.checkpoints_held[5] = ledger.checkpoint(witnessed=False)
    report = audit(source, ledger.policy())
    assert found(report) == [("QuorumUnmet", "checkpoint 5")]
    assert report.verdict is AuditVerdict.DISTRUSTED


def test_a_kept_checkpoint_of_another_history(ledger: TinyLedger) -> None:
    other = tiny_ledger()
    other.written.pop()
    other.capture((DOCUMENT, EVENTS[0]))
    assert audit(MemorySource(ledger), ledger.policy(), kept=ledger.checkpoint(size=3)).clean
    report = audit(MemorySource(ledger), ledger.policy(), kept=other.checkpoint())
    # Its one witness signs whatever it is given, so it is told too.
    assert found(report) == [("KeptCheckpointContradicted", "checkpoint 5"), ("WitnessCosignedFork", "checkpoint 5")]


def test_a_kept_checkpoint_of_a_longer_log(ledger: TinyLedger) -> None:
    longer = tiny_ledger()
    longer.capture((DOCUMENT, EVENTS[0]))
    report = audit(MemorySource(ledger), ledger.policy(), kept=longer.checkpoint())
    assert found(report) == [("KeptCheckpointContradicted", "checkpoint 6")]


def test_a_kept_checkpoint_of_nobody_is_no_checkpoint(ledger: TinyLedger) -> None:
    with pytest.raises(KeptCheckpointUnusable):
        audit(MemorySource(ledger), ledger.policy(), kept=b"ledger.example/main\n5\n")


def test_a_suspended_role_and_a_revoked_key(ledger: TinyLedger) -> None:
    ledger.revoke(GARDEN)
    ledger.capture((DOCUMENT, EVENTS[0]))
    events = (DOCUMENT, EVENTS[1])
    ledger.write(ledger.batch(events, issuer=LABORATORY), events, context=b"[]")
    report = audit(MemorySource(ledger), ledger.policy())
    assert found(report)[0] == ("KeyNotValid", "entry 6")
    assert ("ContextWrong", "entry 7") in found(report)
    assert ("EventRepeated", "entry 6 place 1") in found(report)


def test_an_event_said_again_is_named(ledger: TinyLedger) -> None:
    ledger.capture((DOCUMENT, EVENTS[0]))
    report = audit(MemorySource(ledger), ledger.policy())
    assert found(report) == [("EventRepeated", "entry 5 place 1")]


def test_many_bundles(ledger: TinyLedger) -> None:
    for number in range(300):
        body = EVENTS[0].replace(b"/21/1001", b"/21/%d" % (5_000 + number))
        ledger.capture((body,))
    source = MemorySource(ledger, sizes=[256, 257])
    report = audit(source, ledger.policy())
    assert report.findings == ()
    assert report.checked.tiles == 3
    source.entries_held[270] = source.entries(271, 272)[0]
    source.entries_held[271] = source.entries(270, 271)[0] and ledger.written[270].entry.to_bytes()
    assert found(audit(source, ledger.policy())) == [("EntryMoved", "entry 270"), ("EntryMoved", "entry 271")]


def test_broken_bodies_by_the_rules_of_a_record(ledger: TinyLedger) -> None:
    bodies = (DOCUMENT, b'{"type":"ObjectEvent","type":"ObjectEvent"}', b'{"type":"PartyAdmitted"}', b"", EVENTS[0] + b" ")
    ledger.write(ledger.batch(bodies), bodies, context=ledger.written[4].context)
    assert [kind for kind in found(audit(MemorySource(ledger), ledger.policy())) if kind[1].startswith("entry 5")] == [
        (FindingKind.RECORD_MALFORMED, "entry 5 place 1"),
        (FindingKind.TYPE_NOT_IN_CLASS, "entry 5 place 2"),
        (FindingKind.PADDING_MISPLACED, "entry 5 place 3"),
        (FindingKind.RECORD_MALFORMED, "entry 5 place 4"),
    ]
