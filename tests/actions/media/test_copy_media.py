"""Backups take the files beside the ledger along; what was changed is named and left out, there and back."""

from __future__ import annotations

from pathlib import Path

import pytest

from ledger.actions.log.back_up import BackupExists, back_up, media_beside
from ledger.actions.log.publish_checkpoint import publish_checkpoint
from ledger.actions.log.restore import restore
from ledger.actions.media.check_media import check_media
from ledger.actions.media.keep_media import KeptMedia, keep_media
from ledger.actions.media.read_media import look_at, read_media
from ledger.actions.open_ledger import open_ledger
from ledger.storage.media_files import path_of
from tests.actions.conftest import World
from tests.trade.media.files import pdf, picture


@pytest.fixture
def kept(world: World) -> list[KeptMedia]:
    publish_checkpoint(world.ledger)
    return [keep_media(world.ledger, data, party=world.tea) for data in (picture("JPEG"), picture("PNG"), pdf())]


def test_there_and_back(world: World, kept: list[KeptMedia], tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    made = back_up(world.ledger.data, tmp_path / "copy", copying=lambda *files: told.append(files))
    assert (made.media.files, made.media.changed, made.media.gone) == (3, (), ())
    assert made.media.size == sum(one.size for one in kept)
    assert told == [(1, 3), (2, 3), (3, 3)]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["copy", "copy.media", "data"]
    restored = restore(made.file, tmp_path / "again", unlock=world.ledger.data / "unlock")
    assert restored.in_place and restored.media.files == 3
    assert check_media(tmp_path / "again").spoilt == ()
    again = open_ledger(tmp_path / "again", unlock=world.ledger.data / "unlock")
    assert read_media(again, kept[0].digest) == read_media(world.ledger, kept[0].digest)
    assert look_at(again, kept[0].digest).thumbnail
    again.close()


def test_changed_and_missing_files_are_named_and_left_out(world: World, kept: list[KeptMedia], tmp_path: Path) -> None:
    media = world.ledger.data / "media"
    path_of(media, kept[0].digest).write_bytes(b"another")
    path_of(media, kept[1].digest).unlink()
    made = back_up(world.ledger.data, tmp_path / "copy")
    assert (made.media.files, made.media.changed, made.media.gone) == (1, (kept[0].digest,), (kept[1].digest,))
    path_of(media_beside(made.file), kept[2].digest).write_bytes(b"another")
    restored = restore(made.file, tmp_path / "again", unlock=world.ledger.data / "unlock")
    assert restored.in_place
    assert restored.media.changed == (kept[2].digest,)
    assert set(restored.media.gone) == {kept[0].digest, kept[1].digest}
    assert {one.gone for one in check_media(tmp_path / "again").spoilt} == {True}


def test_a_backup_without_its_folder_still_brings_the_ledger_back(world: World, kept: list[KeptMedia], tmp_path: Path) -> None:
    made = back_up(world.ledger.data, tmp_path / "copy")
    media_beside(made.file).rename(tmp_path / "elsewhere")
    restored = restore(made.file, tmp_path / "again", unlock=world.ledger.data / "unlock")
    assert restored.in_place and len(restored.media.gone) == len(kept)


def test_a_folder_that_is_there_already_is_left_alone(world: World, kept: list[KeptMedia], tmp_path: Path) -> None:
    (tmp_path / "copy.media").mkdir()
    with pytest.raises(BackupExists, match=r"copy\.media"):
        back_up(world.ledger.data, tmp_path / "copy")
    assert not (tmp_path / "copy").exists()
