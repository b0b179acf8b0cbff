"""The public log is what C2SP tlog-tiles says, as far as a published checkpoint reaches."""

from __future__ import annotations

import pytest

from ledger.actions.log.export_layout import notes_in
from ledger.evidence.checkpoint import Checkpoint
from ledger.evidence.merkle import leaf_hash
from ledger.evidence.note import SignedNote
from ledger.evidence.tile import decode_bundle
from tests.api.tea_world import TeaWorld, document, seen


def newest(world: TeaWorld) -> Checkpoint:
    return world.policy.open(world.get("/log/checkpoint").content).checkpoint


def test_the_checkpoint_is_a_note_that_verifies_and_is_kept(world: TeaWorld) -> None:
    world.captured("shop", document(seen()))
    answer = world.get("/log/checkpoint")
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.headers["Cache-Control"] == "public, max-age=1"
    size = Checkpoint.parse(SignedNote.parse(answer.content).text).size
    assert world.policy.open(answer.content).checkpoint.size == size
    assert world.get(f"/log/checkpoints/{size}").content == answer.content
    assert world.get(f"/log/checkpoints/{size + 1}").status_code == 404
    assert world.get("/log/checkpoints/0").status_code == 404


def test_all_checkpoints_are_given_page_by_page(world: TeaWorld) -> None:
    for _ in range(2):
        world.captured("shop", document(seen()))
    answer = world.get("/log/checkpoints")
    assert answer.headers["Cache-Control"] == "public, no-cache"
    listed = list(notes_in(answer.content, name="checkpoints"))
    assert len(listed) > 1
    assert all(world.policy.open(note).checkpoint.size == size for size, note in listed)
    (size, note), (last, newest_note) = listed[-2:]
    assert world.get(f"/log/checkpoints/{size}").content == note
    assert list(notes_in(world.get(f"/log/checkpoints?after={size}").content, name="")) == [(last, newest_note)]
    assert world.get(f"/log/checkpoints?after={last}").content == b""
    assert world.get("/log/checkpoints?after=-1").status_code == 400


def test_tiles_and_entries_fit_each_other(world: TeaWorld) -> None:
    world.captured("shop", document(seen()))
    size = newest(world).size
    tile = world.get(f"/log/tile/0/000.p/{size}")
    bundle = world.get(f"/log/tile/entries/000.p/{size}")
    assert tile.headers["Content-Type"] == "application/octet-stream"
    assert "immutable" in tile.headers["Cache-Control"]
    entries = decode_bundle(bundle.content)
    assert b"".join(map(leaf_hash, entries)) == tile.content
    assert len(entries) == size
    assert world.get(f"/log/tile/0/000.p/{size - 1}").content == tile.content[:-32]


@pytest.mark.parametrize("kind", ["0", "entries"])
def test_widths_that_no_checkpoint_reaches_are_not_there(world: TeaWorld, kind: str) -> None:
    size = newest(world).size
    for path in (f"{kind}/000.p/{size + 1}", f"{kind}/000", f"{kind}/001", f"{kind}/x001/000"):
        answer = world.get(f"/log/tile/{path}")
        assert (answer.status_code, answer.json()["code"]) == (404, "TileAbsent"), path


@pytest.mark.parametrize(
    "path", ["0/0", "0/000.p/0", "0/000.p/256", "64/000", "0/000/", "x/000", "0//000", "entries", "0/x000/x001"]
)
def test_addresses_that_are_none_are_refused(world: TeaWorld, path: str) -> None:
    assert world.get(f"/log/tile/{path}").status_code in (400, 404)


def test_commitments_are_public(world: TeaWorld) -> None:
    ((entry, _),) = world.captured("shop", document(seen()), read="parties")
    assert len(world.get(f"/log/commitments/{entry}").content) == 2 * 32
    assert world.get(f"/log/commitments/{newest(world).size}").status_code == 404
