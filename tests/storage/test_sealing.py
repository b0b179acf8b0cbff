"""Sealing: an unlock file for its owner only, and values that cannot be swapped or read without it."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine

from ledger.evidence.key import SigningKey
from ledger.storage.database import reading, writing
from ledger.storage.held_keys import HeldKeyAbsent, held_vkeys, keep_key, keep_secret, open_key, open_secret
from ledger.storage.sealing import SealBroken, UnlockFileExists, UnlockFileUnusable, make_unlock_file, read_unlock_file


def test_an_unlock_file_is_its_owners_and_opens_what_it_closed(tmp_path: Path) -> None:
    path = tmp_path / "unlock"
    sealed = make_unlock_file(path).close("label", b"value")
    assert path.stat().st_mode & 0o777 == 0o600
    assert read_unlock_file(path).open("label", sealed) == b"value"


def test_an_unlock_file_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "unlock"
    make_unlock_file(path)
    before = path.read_bytes()
    with pytest.raises(UnlockFileExists):
        make_unlock_file(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "content", ["", "suyuan.unlock/v1\n", "suyuan.unlock/v1\nAAAA\n", "another/v1\n" + "A" * 43 + "=\n", "suyuan.unlock/v1\n!!\n"]
)
def test_other_files_are_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "unlock"
    path.write_text(content)
    path.chmod(0o600)
    with pytest.raises(UnlockFileUnusable):
        read_unlock_file(path)


def test_a_file_that_others_may_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "unlock"
    make_unlock_file(path)
    path.chmod(0o644)
    with pytest.raises(UnlockFileUnusable, match="644"):
        read_unlock_file(path)


def test_values_do_not_open_under_another_label_or_file_or_changed(tmp_path: Path) -> None:
    seal = make_unlock_file(tmp_path / "one")
    sealed = seal.close("label", b"value")
    with pytest.raises(SealBroken):
        seal.open("other", sealed)
    with pytest.raises(SealBroken):
        make_unlock_file(tmp_path / "two").open("label", sealed)
    with pytest.raises(SealBroken):
        seal.open("label", sealed[:-1] + bytes([sealed[-1] ^ 1]))
    assert "value" not in repr(seal)


def test_held_keys_lie_sealed_and_sign_when_opened(engine: Engine, tmp_path: Path) -> None:
    seal, key = make_unlock_file(tmp_path / "unlock"), SigningKey.generate("a.example/party/b")
    with writing(engine) as connection:
        keep_key(connection, seal, key)
    with reading(engine) as connection:
        assert held_vkeys(connection, "a.example/party/b") == [str(key.verifier)]
        key.verifier.verify(b"message", open_key(connection, seal, key.verifier).sign(b"message"))
        sealed = connection.exec_driver_sql("SELECT sealed FROM held_keys").scalar_one()
        with pytest.raises(HeldKeyAbsent):
            open_key(connection, seal, SigningKey.generate("a.example/party/b").verifier)
    assert key.to_private() not in sealed


def test_secrets_are_random_and_read_back(engine: Engine, tmp_path: Path) -> None:
    seal = make_unlock_file(tmp_path / "unlock")
    with writing(engine) as connection:
        first, second = keep_secret(connection, seal, "first"), keep_secret(connection, seal, "second")
    with reading(engine) as connection:
        assert (open_secret(connection, seal, "first"), open_secret(connection, seal, "second")) == (first, second)
    assert first != second
