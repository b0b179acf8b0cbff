"""The list beside the guard: nothing that was erased comes back with an older backup."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.actions.capture.author import HeldAuthor
from ledger.actions.capture.submit_event import submit_event
from ledger.actions.erasure.erase_disclosure import erase_disclosure
from ledger.actions.erasure.erase_record import erase_by_held_keys
from ledger.actions.erasure.erasure_list import (
    ErasureListMalformed,
    ListedErasure,
    complete_lists,
    list_files,
    read_lists,
)
from ledger.actions.erasure.finish_erasures import finish_erasures
from ledger.actions.erasure.plan_erasure import plan_erasure
from ledger.actions.log.back_up import back_up
from ledger.actions.log.guard import Guard
from ledger.actions.log.publish_checkpoint import publish_checkpoint
from ledger.actions.log.restore import restore
from ledger.actions.parties.admit_party import Admission, admit_party
from ledger.audit.finding import FindingKind
from ledger.errors import SuyuanError
from ledger.evidence.authority import ReadRule
from ledger.evidence.disclosure import Disclosure, format_base64url
from ledger.storage.position import Position
from tests.actions.auditing import audited
from tests.actions.conftest import World
from tests.documents import bare

SALT = bytes(range(16))
SECRET = "Mei-Ling-7f3a-marker"


@pytest.fixture
def guard(tmp_path: Path) -> Guard:
    return Guard([tmp_path / "one", tmp_path / "two"], origin="ledger.example/main", first_entry=bytes(32))


@given(
    st.builds(
        ListedErasure,
        st.builds(Position, st.integers(0, 10**13), st.integers(0, 10_000)),
        st.integers(1, 10**13),
        st.none(),
        st.sampled_from(["person-request", "legal-order"]),
    )
    | st.builds(
        ListedErasure, st.just(Position(3, 1)), st.none(), st.binary(min_size=32, max_size=32), st.just("unlawful-content")
    )
)
def test_a_line_is_read_as_it_is_written(listed: ListedErasure) -> None:
    assert ListedErasure.parse(str(listed)) == listed


@given(st.text(max_size=60))
def test_any_other_line_is_refused(line: str) -> None:
    try:
        assert str(ListedErasure.parse(line)) == line
    except SuyuanError as refusal:
        assert isinstance(refusal, ErasureListMalformed)


def test_every_folder_holds_it_and_a_lost_copy_is_made_anew(guard: Guard) -> None:
    first, second = (
        ListedErasure(Position(7, 2), 9, None, "person-request"),
        ListedErasure(Position(7, 10), 8, None, "legal-order"),
    )
    complete_lists(guard, [second])
    complete_lists(guard, [first])
    assert [file.read_text() for file in list_files(guard)] == ["7/2 9 person-request\n7/10 8 legal-order\n"] * 2
    list_files(guard)[0].unlink()
    complete_lists(guard, [first])
    assert read_lists(guard) == [first, second]
    assert list_files(guard)[1].stat().st_mode & 0o777 == 0o600


def test_a_damaged_list_is_told(guard: Guard) -> None:
    complete_lists(guard, [ListedErasure(Position(7, 2), 9, None, "person-request")])
    list_files(guard)[1].write_text("7/2 nine person-request\n")
    with pytest.raises(ErasureListMalformed):
        read_lists(guard)


def told(world: World, number: int) -> Position:
    disclosure = Disclosure.of(SALT, "x:who", b'"%b"' % SECRET.encode())
    author = HeldAuthor(world.tea, ReadRule.CODE, disclosures=(disclosure,))
    body = bare(number, **{"suyuan:_sd": [format_base64url(disclosure.digest)], "suyuan:note": f"{SECRET}-{number}"})
    return submit_event(world.ledger, body, author, world.turn).position


def test_an_older_backup_brings_nothing_back(world: World, tmp_path: Path) -> None:
    admit_party(world.ledger, Admission("protector", ["data-protection"], "SG"))
    gone, opened = told(world, 1), told(world, 2)
    publish_checkpoint(world.ledger)
    older = back_up(world.ledger.data, tmp_path / "older").file
    assert older.read_bytes().count(f"{SECRET}-1".encode()) == 1
    erase_by_held_keys(world.ledger, plan_erasure(world.ledger, gone, "person-request"))
    erase_disclosure(world.ledger, opened, Disclosure.of(SALT, "x:who", b'"%b"' % SECRET.encode()).digest, "consent-withdrawn")
    assert finish_erasures(world.ledger)
    restored = restore(older, tmp_path / "again", unlock=world.ledger.data / "unlock")
    assert (restored.in_place, restored.erased, restored.report.clean) == (True, 2, True)
    left = (tmp_path / "again" / "ledger.sqlite").read_bytes()
    assert f"{SECRET}-1".encode() not in left
    assert f"{SECRET}-2".encode() in left
    assert Disclosure.of(SALT, "x:who", b'"%b"' % SECRET.encode()).text.encode() not in left
    os.link(world.ledger.data / "unlock", tmp_path / "again" / "unlock")
    kinds = {finding.kind for finding in audited(tmp_path / "again").findings}
    assert kinds == {FindingKind.BODY_MISSING, FindingKind.ERASURE_ROW_WRONG}


def test_a_backup_made_since_has_nothing_left_to_erase(world: World, tmp_path: Path) -> None:
    admit_party(world.ledger, Admission("protector", ["data-protection"], "SG"))
    gone = told(world, 1)
    erase_by_held_keys(world.ledger, plan_erasure(world.ledger, gone, "person-request"))
    assert finish_erasures(world.ledger)
    publish_checkpoint(world.ledger)
    newer = back_up(world.ledger.data, tmp_path / "newer").file
    restored = restore(newer, tmp_path / "again", unlock=world.ledger.data / "unlock")
    assert (restored.in_place, restored.erased) == (True, 0)
    assert f"{SECRET}-1".encode() not in newer.read_bytes()
