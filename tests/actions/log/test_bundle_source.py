"""A bundle audited: whatever is bent in it is found or refused by name, by accident or by a forger who rewrites its manifest."""

from __future__ import annotations

import io
import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.actions.log.bundle_source import BUNDLE_PART, BundleSource
from ledger.actions.log.export import export_log
from ledger.actions.log.export_layout import MANIFEST, frame_note, notes_in
from ledger.actions.log.open_source import SourceAbsent, open_source
from ledger.actions.log.own_turn import OwnTurn
from ledger.actions.parties.admit_party import Admission, admit_party
from ledger.actions.parties.found_ledger import Founding, found_ledger
from ledger.audit.finding import FindingKind
from ledger.audit.replay import audit
from ledger.audit.report import AuditReport, AuditVerdict
from ledger.audit.source import SourceUnreadable
from ledger.evidence.key import SigningKey
from ledger.evidence.policy import Policy
from tests.actions.conftest import ORIGIN, Clock, World
from tests.actions.log.bundled import found, members, report_of, together, write

SAMPLED = 120


@dataclass(frozen=True)
class Bundle:
    data: bytes
    policy: Policy

    @property
    def parts(self) -> dict[str, bytes]:
        return members(self.data)

    def judge(self, data: bytes) -> AuditReport:
        """What an audit says of these bytes; `SourceUnreadable` where it does not even open."""
        return audit(BundleSource(Path("bundle"), io.BytesIO(data)), self.policy)

    def is_found(self, data: bytes) -> bool:
        try:
            return self.judge(data).verdict is not AuditVerdict.CLEAN
        except SourceUnreadable as reason:
            assert reason.part == BUNDLE_PART
            return True


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    folder = tmp_path_factory.mktemp("bundle")
    clock = Clock()
    ledger = found_ledger(folder / "data", Founding(ORIGIN), clock=clock, guard=[folder / "guard"])
    tea = admit_party(ledger, Admission("tea", ["merchant"], "CN")).party
    lab_key = SigningKey.generate("ledger.example/party/lab")
    lab = admit_party(ledger, Admission("lab", ["laboratory"], "CN-GZ", key=lab_key.verifier)).party
    write(World(ledger, clock, OwnTurn(ledger), tea, lab, lab_key))
    policy = Policy.parse((ledger.data / "policy").read_text())
    with open_source(str(ledger.data)) as source:
        export_log(source, folder / "bundle", policy=b"trust everybody\n")
    ledger.close()
    return Bundle((folder / "bundle").read_bytes(), policy)


def test_it_is_clean_and_forgers_tools_of_these_tests_change_nothing(bundle: Bundle) -> None:
    assert bundle.judge(bundle.data).verdict is AuditVerdict.CLEAN
    assert together(bundle.parts) == bundle.data


def test_a_byte_changed_anywhere_is_found_or_refused(bundle: Bundle) -> None:
    positions = random.Random(5).sample(range(len(bundle.data)), SAMPLED)
    missed = [at for at in positions if not bundle.is_found(_flipped(bundle.data, at))]
    # The policy in a bundle is believed by nobody, so nobody reads it either.
    start = bundle.data.index(b"trust everybody")
    assert not [at for at in missed if not start - 60 <= at < start + 20]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_forger_who_rewrites_the_manifest_is_found_all_the_same(bundle: Bundle, data: st.DataObject) -> None:
    parts = bundle.parts
    name = data.draw(st.sampled_from([name for name in parts if name not in (MANIFEST, "policy")]))
    at = data.draw(st.integers(0, len(parts[name]) - 1))
    parts[name] = _flipped(parts[name], at)
    assert bundle.is_found(together(parts))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_cut_members_under_a_fitting_manifest_are_found(bundle: Bundle, data: st.DataObject) -> None:
    parts = bundle.parts
    name = data.draw(st.sampled_from([name for name in parts if name not in (MANIFEST, "policy")]))
    parts[name] = parts[name][: data.draw(st.integers(0, len(parts[name]) - 1))]
    assert bundle.is_found(together(parts))


def test_a_bundle_cut_at_the_end_of_any_member_is_refused(bundle: Bundle) -> None:
    with pytest.raises(SourceUnreadable):
        bundle.judge(bundle.data[:-1])
    ends = [at for at in range(len(bundle.data)) if bundle.data[at : at + 2] == b"PK"]
    assert len(ends) > len(bundle.parts)
    for end in ends:
        with pytest.raises(SourceUnreadable):
            bundle.judge(bundle.data[:end])


def test_a_policy_in_it_is_not_trusted(bundle: Bundle) -> None:
    assert bundle.judge(together(bundle.parts | {"policy": b"quorum none\n"})).verdict is AuditVerdict.CLEAN


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (lambda parts: {**parts, "records/0": b""}, FindingKind.SOURCE_UNREADABLE),
        (lambda parts: {**parts, "records/0": parts["records/0"] + b"\0"}, FindingKind.SOURCE_UNREADABLE),
        (lambda parts: {**parts, "checkpoint": b"x" * 1_000_001}, FindingKind.SOURCE_UNREADABLE),
        (lambda parts: {**parts, "checkpoints/1": _notes_but_last(parts)}, FindingKind.SOURCE_UNREADABLE),
        (lambda parts: {**parts, "checkpoints/1": _notes_twice(parts)}, FindingKind.SOURCE_UNREADABLE),
    ],
    ids=["no records", "a byte more", "a huge checkpoint", "a checkpoint less", "checkpoints twice"],
)
def test_a_part_that_is_not_whole_is_named(
    bundle: Bundle, change: Callable[[dict[str, bytes]], dict[str, bytes]], kind: FindingKind
) -> None:
    parts = bundle.parts
    first = next(name for name in parts if name.startswith("checkpoints/"))
    bent = {first if name == "checkpoints/1" else name: content for name, content in change(parts).items()}
    findings = {finding.kind for finding in bundle.judge(together(bent)).findings}
    assert kind in findings


def _notes(parts: dict[str, bytes]) -> list[tuple[int, bytes]]:
    name = next(name for name in parts if name.startswith("checkpoints/"))
    return list(notes_in(parts[name], name=name))


def _notes_but_last(parts: dict[str, bytes]) -> bytes:
    return b"".join(frame_note(*note) for note in _notes(parts)[:-1])


def _notes_twice(parts: dict[str, bytes]) -> bytes:
    return b"".join(frame_note(*note) for note in _notes(parts) for _ in range(2))


def _flipped(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 0x10]) + data[at + 1 :]


def test_a_file_that_never_was_a_bundle_is_no_source(bundle: Bundle, tmp_path: Path) -> None:
    (tmp_path / "text").write_bytes(b"no bundle" * 10)
    with pytest.raises(SourceAbsent, match="or a bundle that"):
        report_of(tmp_path / "text", bundle.policy)


@pytest.mark.parametrize("content", [b"", b"PK\x03", b"PK\x05\x06" + bytes(18)], ids=["empty", "cut", "an empty ZIP file"])
def test_a_file_that_may_have_been_a_bundle_is_a_finding(bundle: Bundle, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "bundle").write_bytes(content)
    report = report_of(tmp_path / "bundle", bundle.policy)
    assert found(report) == [("SourceUnreadable", "bundle")]
    assert "BundleFileMalformed" in report.findings[0].message


def test_it_is_opened_by_its_name(bundle: Bundle, tmp_path: Path) -> None:
    (tmp_path / "bundle").write_bytes(bundle.data)
    report = report_of(tmp_path / "bundle", bundle.policy)
    assert (report.source, report.verdict) == (str(tmp_path / "bundle"), AuditVerdict.CLEAN)


def test_another_ledgers_policy_does_not_take_it(bundle: Bundle, tmp_path: Path) -> None:
    other = found_ledger(tmp_path / "other", Founding(ORIGIN))
    other.close()
    policy = Policy.parse((tmp_path / "other" / "policy").read_text())
    report = audit(BundleSource(Path("bundle"), io.BytesIO(bundle.data)), policy)
    assert report.verdict is AuditVerdict.DISTRUSTED
