"""A witness keeps its name and key; one that has lost its memory does not go on."""

from __future__ import annotations

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ledger.actions.parties.key_file import KeyFileMalformed, KeyFileOpen
from ledger.actions.witness.open_witness import (
    WitnessNameDiffers,
    WitnessNameTooLong,
    WitnessStateAbsent,
    open_witness,
)
from ledger.actions.witness.own_keys import KEY_FILES, WitnessKeyAbsent, WitnessKeyDiffers
from ledger.evidence.key import KeyNameMalformed, KeyType, VerifierKey
from ledger.storage.witness.store import WITNESS_FILE
from tests.actions.witness.conftest import NAME

KEY, MLDSA_KEY = KEY_FILES[KeyType.COSIGNATURE], KEY_FILES[KeyType.MLDSA44]


def keys_in(data: Path, *, name: str = NAME, post_quantum: bool = False) -> tuple[VerifierKey, ...]:
    witness = open_witness(data, name=name, post_quantum=post_quantum)
    witness.close()
    return witness.verifiers


def test_it_keeps_its_key_in_a_file_for_its_owner_only(tmp_path: Path) -> None:
    data = tmp_path / "deep" / "w"
    (first,) = keys_in(data)
    assert (first.name, first.type) == (NAME, KeyType.COSIGNATURE)
    assert stat.S_IMODE((data / KEY).stat().st_mode) == 0o600
    assert keys_in(data) == (first,)
    assert {path.name for path in data.iterdir()} == {KEY, WITNESS_FILE}


def test_a_post_quantum_key_stays_once_it_was_told(tmp_path: Path) -> None:
    (first,) = keys_in(tmp_path)
    both = keys_in(tmp_path, post_quantum=True)
    assert (both[0], both[1].type) == (first, KeyType.MLDSA44)
    assert keys_in(tmp_path) == both


def test_it_has_one_name_for_ever(tmp_path: Path) -> None:
    keys_in(tmp_path)
    with pytest.raises(WitnessNameDiffers, match=NAME):
        keys_in(tmp_path, name="witness.example/w2")


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\nb"])
def test_a_name_that_no_key_can_bear_is_refused_before_anything_is_made(tmp_path: Path, name: str) -> None:
    with pytest.raises(KeyNameMalformed):
        keys_in(tmp_path / "w", name=name)
    with pytest.raises(WitnessNameTooLong):
        keys_in(tmp_path / "w", name="w" * 256)
    assert not (tmp_path / "w").exists()


def test_without_what_it_cosigned_it_does_not_go_on(tmp_path: Path) -> None:
    keys_in(tmp_path)
    (tmp_path / WITNESS_FILE).unlink()
    with pytest.raises(WitnessStateAbsent):
        keys_in(tmp_path)
    assert not (tmp_path / WITNESS_FILE).exists()


@pytest.mark.parametrize("file", [KEY, MLDSA_KEY])
def test_without_its_key_it_makes_no_other(tmp_path: Path, file: str) -> None:
    keys_in(tmp_path, post_quantum=True)
    (tmp_path / file).unlink()
    with pytest.raises(WitnessKeyAbsent):
        keys_in(tmp_path)


def test_the_key_of_another_witness_is_noticed(tmp_path: Path) -> None:
    keys_in(tmp_path / "a")
    keys_in(tmp_path / "b")
    (tmp_path / "b" / KEY).replace(tmp_path / "a" / KEY)
    with pytest.raises(WitnessKeyDiffers):
        keys_in(tmp_path / "a")


def test_a_key_file_that_others_can_read_or_that_is_cut_short_is_refused(tmp_path: Path) -> None:
    keys_in(tmp_path)
    path = tmp_path / KEY
    path.chmod(0o644)
    with pytest.raises(KeyFileOpen):
        keys_in(tmp_path)
    path.chmod(0o600)
    os.truncate(path, 20)
    with pytest.raises(KeyFileMalformed):
        keys_in(tmp_path)


@pytest.mark.parametrize("made", [(), (KEY,), (KEY, MLDSA_KEY)])
def test_a_first_start_that_was_cut_short_is_completed(tmp_path: Path, made: tuple[str, ...]) -> None:
    """The name is written first, then the keys, then which they are: whatever stands, the next start goes on from there."""
    keys_in(tmp_path, post_quantum=True)
    witness = open_witness(tmp_path, name=NAME)
    with witness.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE witness_identity SET vkey = NULL, mldsa_vkey = NULL")
    witness.close()
    for file in {KEY, MLDSA_KEY} - set(made):
        (tmp_path / file).unlink()
    keys = keys_in(tmp_path)
    assert keys_in(tmp_path) == keys
    assert len(keys) == (2 if MLDSA_KEY in made else 1)


def test_of_several_that_start_together_all_have_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(6) as threads:
        found = list(threads.map(lambda _: keys_in(tmp_path / "w", post_quantum=True), range(6)))
    assert len(set(found)) == 1
    assert not [path for path in (tmp_path / "w").iterdir() if path.name.startswith(".")]


@pytest.mark.parametrize("cut_off", [False, True])
def test_a_key_beside_an_empty_database_does_not_go_on(tmp_path: Path, cut_off: bool) -> None:
    first = open_witness(tmp_path / "w", name=NAME)
    copy = tmp_path / "copy"
    copy.mkdir()
    for file in (KEY, WITNESS_FILE):
        # What a running witness has written last stands in the write-ahead log, which somebody forgot to copy.
        (copy / file).write_bytes(b"" if cut_off and file == WITNESS_FILE else (tmp_path / "w" / file).read_bytes())
        (copy / file).chmod(0o600)
    first.close()
    for _ in range(2):
        with pytest.raises(WitnessStateAbsent):
            keys_in(copy)
    assert keys_in(tmp_path / "w") == first.verifiers
