"""A private key file comes back as the same key, is for its owner only, and never shows its secret in a message."""

from __future__ import annotations

from pathlib import Path

import pytest

from ledger.actions.parties.key_file import KeyFileExists, KeyFileMalformed, KeyFileOpen, read_key_file, write_key_file
from ledger.errors import SuyuanError
from ledger.evidence.key import KeyType, SigningKey

NAME = "ledger.example/party/tea"


@pytest.mark.parametrize("kind", [KeyType.ED25519, KeyType.ECDSA_P256])
def test_a_key_comes_back(tmp_path: Path, kind: KeyType) -> None:
    key = SigningKey.generate(NAME, kind)
    write_key_file(tmp_path / "key", key)
    again = read_key_file(tmp_path / "key")
    assert again.verifier == key.verifier
    again.verifier.verify(b"said", again.sign(b"said"))
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600


def test_the_line_is_that_of_other_implementations(tmp_path: Path) -> None:
    write_key_file(tmp_path / "key", SigningKey.from_private("k.example", KeyType.ED25519, bytes(32)))
    line = (tmp_path / "key").read_text()
    assert line.startswith("PRIVATE+KEY+k.example+")
    assert line.endswith("+AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n")


def test_a_key_is_never_overwritten(tmp_path: Path) -> None:
    write_key_file(tmp_path / "key", SigningKey.generate(NAME))
    before = (tmp_path / "key").read_bytes()
    with pytest.raises(KeyFileExists):
        write_key_file(tmp_path / "key", SigningKey.generate(NAME))
    assert (tmp_path / "key").read_bytes() == before


def test_a_file_that_others_read_is_refused(tmp_path: Path) -> None:
    write_key_file(tmp_path / "key", SigningKey.generate(NAME))
    (tmp_path / "key").chmod(0o640)
    with pytest.raises(KeyFileOpen, match="chmod 600"):
        read_key_file(tmp_path / "key")


@pytest.mark.parametrize("where", [12, 40, -3])
def test_a_changed_file_is_refused_without_showing_the_secret(tmp_path: Path, where: int) -> None:
    path = tmp_path / "key"
    write_key_file(path, SigningKey.generate(NAME))
    text = path.read_text()
    secret = text.split("+", 4)[4].strip()  # base64 may hold a plus of its own
    changed = text[:where] + ("?" if text[where] != "?" else "!") + text[where + 1 :]
    path.write_text(changed)
    with pytest.raises(SuyuanError) as refused:
        read_key_file(path)
    assert isinstance(refused.value, KeyFileMalformed)
    assert secret[:12] not in str(refused.value) and refused.value.__cause__ is None


def test_a_key_of_another_name_or_type_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "key"
    write_key_file(path, SigningKey.generate(NAME))
    path.write_text(path.read_text().replace("party/tea", "party/sea"))
    with pytest.raises(KeyFileMalformed, match="key ID"):
        read_key_file(path)
