"""Lines of witnesses under published checkpoints: what does not verify, comes twice, or was given to two histories."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ledger.audit.replay import audit
from ledger.audit.report import AuditReport, AuditVerdict
from ledger.evidence.checkpoint import cosign
from ledger.evidence.key import KeyType, SigningKey
from ledger.evidence.note import SignatureLine, SignedNote
from ledger.evidence.policy import GroupLine, Policy, QuorumLine, WitnessLine
from tests.audit.memory_source import MemorySource
from tests.scenario import DOCUMENT, EVENTS, TinyLedger, tiny_ledger

SIZE = 5
EARLY = 3
TIME_S = 1_800_000_000
WITNESSES = [SigningKey.generate(f"witness.example/{number}", KeyType.COSIGNATURE) for number in range(3)]
STRANGER = SigningKey.generate("witness.example/2", KeyType.COSIGNATURE)


@pytest.fixture
def ledger() -> TinyLedger:
    return tiny_ledger()


def policy_of(ledger: TinyLedger) -> Policy:
    """Two of three witnesses."""
    given = [line for line in ledger.policy().lines if not isinstance(line, WitnessLine | GroupLine | QuorumLine)]
    witnesses = [WitnessLine(f"w{number}", key.verifier) for number, key in enumerate(WITNESSES)]
    return Policy((*given, *witnesses, GroupLine("most", "2", ("w0", "w1", "w2")), QuorumLine("most")))


def unsigned(ledger: TinyLedger, size: int) -> SignedNote:
    return SignedNote.parse(ledger.checkpoint(size=size, witnessed=False))


def by(note: SignedNote, *keys: SigningKey) -> list[SignatureLine]:
    return [cosign(note, key, TIME_S) for key in keys]


def under(note: SignedNote, lines: list[SignatureLine]) -> bytes:
    return SignedNote(note.text, (*note.signatures, *lines)).to_bytes()


def found(report: AuditReport) -> list[tuple[str, str]]:
    return [(finding.kind.value, finding.position) for finding in report.findings]


Bend = Callable[[SignedNote, SignedNote], list[SignatureLine]]


@pytest.mark.parametrize(
    ("bend", "findings"),
    [
        (lambda new, _: by(new, *WITNESSES[:2]), []),
        (lambda new, _: by(new, *WITNESSES), []),
        (lambda new, _: by(new, *WITNESSES[:2], STRANGER), []),
        (lambda new, _: by(new, WITNESSES[0]), ["QuorumUnmet"]),
        (lambda new, _: by(new, WITNESSES[0], STRANGER), ["QuorumUnmet"]),
        (lambda new, _: by(new, WITNESSES[0], WITNESSES[0]), ["QuorumUnmet", "SignatureLineRepeated"]),
        (lambda new, _: by(new, *WITNESSES[:2], WITNESSES[1]), ["SignatureLineRepeated"]),
        (lambda new, old: [*by(new, WITNESSES[0]), *by(old, WITNESSES[1])], ["CosignatureWrong"]),
        (lambda new, old: [*by(new, *WITNESSES[:2]), *by(old, WITNESSES[2])], ["CosignatureWrong"]),
        (lambda new, _: [*new.signatures, *by(new, *WITNESSES)], ["SignatureLineRepeated"]),
    ],
    ids=[
        "a quorum", "all of them", "a stranger beside a quorum", "too few", "a stranger for a witness", "one key for two",
        "one key once more", "an older line for a witness", "an older line beside a quorum", "the log twice",
    ],
)  # fmt: skip
def test_lines_under_the_newest_checkpoint(ledger: TinyLedger, bend: Bend, findings: list[str]) -> None:
    new, old = unsigned(ledger, SIZE), unsigned(ledger, EARLY)
    source = MemorySource(ledger, checkpoints_held={SIZE: under(new, bend(new, old))})
    assert found(audit(source, policy_of(ledger))) == [(kind, f"checkpoint {SIZE}") for kind in findings]


def test_lines_under_an_older_checkpoint_are_checked_too(ledger: TinyLedger) -> None:
    new, old = unsigned(ledger, SIZE), unsigned(ledger, EARLY)
    held = {SIZE: under(new, by(new, *WITNESSES)), EARLY: under(old, by(new, WITNESSES[0]))}
    report = audit(MemorySource(ledger, sizes=[EARLY], checkpoints_held=held), policy_of(ledger))
    assert found(report) == [("CosignatureWrong", f"checkpoint {EARLY}")]
    assert report.verdict is AuditVerdict.BROKEN


def test_lines_by_keys_that_the_policy_does_not_name_say_nothing(ledger: TinyLedger) -> None:
    new, old = unsigned(ledger, SIZE), unsigned(ledger, EARLY)
    held = {SIZE: under(new, by(new, *WITNESSES)), EARLY: under(old, by(new, STRANGER))}
    assert audit(MemorySource(ledger, sizes=[EARLY], checkpoints_held=held), policy_of(ledger)).clean


def forked(ledger: TinyLedger) -> TinyLedger:
    """Another history of the same length."""
    other = tiny_ledger()
    other.written.pop()
    other.capture((DOCUMENT, EVENTS[0]))
    return other


def test_a_witness_that_cosigned_two_histories_is_named(ledger: TinyLedger) -> None:
    new = unsigned(ledger, SIZE)
    fork = unsigned(forked(ledger), SIZE)
    source = MemorySource(ledger, checkpoints_held={SIZE: under(new, by(new, WITNESSES[0], WITNESSES[1]))})
    kept = under(fork, by(fork, WITNESSES[1], WITNESSES[2]))
    report = audit(source, policy_of(ledger), kept=kept)
    assert found(report) == [
        ("KeptCheckpointContradicted", f"checkpoint {SIZE}"),
        ("WitnessCosignedFork", f"checkpoint {SIZE}"),
    ]
    assert "witness w1 " in report.findings[1].message


def test_a_witness_of_a_shorter_history_is_not_accused(ledger: TinyLedger) -> None:
    """Whoever cosigned size 3 of this log and size 5 of another may have been shown one history that begins alike."""
    new, old = unsigned(ledger, SIZE), unsigned(ledger, EARLY)
    fork = unsigned(forked(ledger), SIZE)
    held = {SIZE: under(new, by(new, *WITNESSES[:2])), EARLY: under(old, by(old, WITNESSES[2]))}
    report = audit(
        MemorySource(ledger, sizes=[EARLY], checkpoints_held=held), policy_of(ledger), kept=under(fork, by(fork, WITNESSES[2]))
    )
    assert found(report) == [("KeptCheckpointContradicted", f"checkpoint {SIZE}")]


def test_a_head_of_another_history_among_the_published_ones(ledger: TinyLedger) -> None:
    new = unsigned(ledger, SIZE)
    other = forked(ledger)
    other.written[EARLY - 1] = other.written[0]
    fork = unsigned(other, EARLY)
    held = {SIZE: under(new, by(new, *WITNESSES[:2])), EARLY: under(fork, by(fork, WITNESSES[0]))}
    report = audit(MemorySource(ledger, sizes=[EARLY], checkpoints_held=held), policy_of(ledger))
    assert found(report) == [
        ("CheckpointRootWrong", f"checkpoint {EARLY}"),
        ("WitnessCosignedFork", f"checkpoint {EARLY}"),
    ]
