"""A log written into one file: all of it, the same bytes each time, and nothing half-written."""

from __future__ import annotations

import sqlite3
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.app import create_app
from api.settings import Settings
from ledger.actions.log.export import BundleExists, ErasureUnpublished, LogNotWhole, export_log
from ledger.actions.log.export_layout import Manifest
from ledger.actions.log.open_source import open_source
from ledger.actions.log.publish_checkpoint import publish_checkpoint
from ledger.audit.report import AuditVerdict
from ledger.audit.source import SourceUnreadable
from ledger.errors import SuyuanError
from ledger.evidence.checkpoint import Checkpoint
from ledger.evidence.note import SignedNote
from ledger.evidence.policy import Policy
from ledger.evidence.tile import decode_bundle
from tests.actions.conftest import ORIGIN, World
from tests.actions.log.bundled import erase, members, post, report_of, write
from tests.api.serving import listening, serving


def export(world: World, out: Path) -> bytes:
    with open_source(str(world.ledger.data)) as source:
        export_log(source, out, policy=b"quorum none\n")
    return out.read_bytes()


def policy_of(world: World) -> Policy:
    return Policy.parse((world.ledger.data / "policy").read_text())


def test_all_of_it_is_there_and_holds(world: World, tmp_path: Path) -> None:
    write(world)
    parts = members(export(world, tmp_path / "bundle"))
    manifest = Manifest.parse(parts["manifest"])
    assert (manifest.origin, manifest.checkpoints) == (ORIGIN, 4)
    assert parts["policy"] == b"quorum none\n"
    assert Checkpoint.parse(SignedNote.parse(parts["checkpoint"]).text).size == manifest.size
    assert len(decode_bundle(parts[f"tile/entries/000.p/{manifest.size}"])) == manifest.size
    assert len(parts[f"tile/0/000.p/{manifest.size}"]) == 32 * manifest.size
    report = report_of(tmp_path / "bundle", policy_of(world))
    assert (report.findings, report.verdict, report.with_tables) == ((), AuditVerdict.CLEAN, False)
    assert (report.checked.entries, report.checked.checkpoints) == (manifest.size, 4)
    assert report.checked.bodies == report.checked.records - 1


def test_the_same_ledger_gives_the_same_bytes(world: World, tmp_path: Path) -> None:
    write(world)
    assert export(world, tmp_path / "one") == export(world, tmp_path / "two")


def test_progress_is_told_and_what_was_made(world: World, tmp_path: Path) -> None:
    write(world)
    told: list[tuple[int, int]] = []
    with open_source(str(world.ledger.data)) as source:
        made = export_log(source, tmp_path / "bundle", progress=lambda done, total: told.append((done, total)))
    assert told == [(made.entries, made.entries)]
    assert (made.origin, made.checkpoints, made.bytes) == (ORIGIN, 4, (tmp_path / "bundle").stat().st_size)
    assert "policy" not in members((tmp_path / "bundle").read_bytes())


def test_only_its_owner_reads_it_and_nothing_is_overwritten(world: World, tmp_path: Path) -> None:
    publish_checkpoint(world.ledger)
    export(world, tmp_path / "bundle")
    assert stat.S_IMODE((tmp_path / "bundle").stat().st_mode) == 0o600
    with pytest.raises(BundleExists):
        export(world, tmp_path / "bundle")


def test_entries_that_no_checkpoint_covers_are_left_out(world: World, tmp_path: Path) -> None:
    publish_checkpoint(world.ledger)
    size = world.ledger.head().size
    post(world, 1)
    export(world, tmp_path / "bundle")
    assert Manifest.parse(members((tmp_path / "bundle").read_bytes())["manifest"]).size == size
    assert report_of(tmp_path / "bundle", policy_of(world)).clean


def test_an_erasure_that_is_not_published_yet_waits(world: World, tmp_path: Path) -> None:
    entry = post(world, 2)
    publish_checkpoint(world.ledger)
    erase(world, entry, 1)
    with pytest.raises(ErasureUnpublished):
        export(world, tmp_path / "bundle")
    publish_checkpoint(world.ledger)
    export(world, tmp_path / "bundle")
    assert report_of(tmp_path / "bundle", policy_of(world)).clean


@pytest.mark.parametrize(
    ("statement", "refusal"),
    [
        ('DELETE FROM entries WHERE "index" = 2', LogNotWhole),
        ("UPDATE tiles SET hashes = x'00' WHERE level = 0", LogNotWhole),
        ("DELETE FROM tiles", LogNotWhole),
        ("DELETE FROM records WHERE position = 49153", LogNotWhole),
        ("UPDATE records SET commitment = x'00' WHERE position = 49153", LogNotWhole),
        ("UPDATE records SET salt = NULL WHERE position = 49153", LogNotWhole),
        ("UPDATE records SET salt = x'00' WHERE position = 49153", LogNotWhole),
        ("DROP TABLE records", SourceUnreadable),
        ("DROP TABLE batches", SourceUnreadable),
        ("DELETE FROM checkpoints", SuyuanError),
    ],
)
def test_what_is_broken_is_not_exported(world: World, tmp_path: Path, statement: str, refusal: type[SuyuanError]) -> None:
    write(world)
    with sqlite3.connect(world.ledger.data / "ledger.sqlite") as connection:
        for (trigger,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {trigger}")
        connection.execute(statement)
    connection.close()
    with pytest.raises(refusal):
        export(world, tmp_path / "out")
    assert not list(tmp_path.glob("*out*")), "half a bundle was left"


def test_a_body_that_is_gone_without_a_record_is_found_in_the_bundle(world: World, tmp_path: Path) -> None:
    write(world)
    with sqlite3.connect(world.ledger.data / "ledger.sqlite") as connection:
        for (trigger,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {trigger}")
        connection.execute("UPDATE records SET salt = NULL, body = NULL WHERE position = 49153")
    connection.close()
    export(world, tmp_path / "bundle")
    report = report_of(tmp_path / "bundle", policy_of(world))
    assert [(one.kind.value, one.position) for one in report.findings] == [("BodyMissing", "entry 3 place 1")]


@pytest.fixture
def served(world: World) -> Iterator[str]:
    write(world)
    with listening() as (bound, url):
        app = create_app(Settings(data=world.ledger.data, public_url=url), clock=world.clock)
        with serving(app, bound):
            yield url


def test_a_served_log_is_exported_as_far_as_the_reader_may_read(world: World, served: str, tmp_path: Path) -> None:
    with open_source(served) as source:
        export_log(source, tmp_path / "bundle")
        size = Checkpoint.parse(SignedNote.parse(source.newest()).text).size
    report = report_of(tmp_path / "bundle", policy_of(world))
    assert (report.findings, report.verdict, report.size) == ((), AuditVerdict.INCOMPLETE, size)
    assert any("may not read" in what for what in report.not_checked)
