"""The keys of a witness: made once, in files that only their owner can read."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Final

from ledger.actions.parties.key_file import read_key_file, write_key_file
from ledger.errors import Conflict, Misused
from ledger.evidence.key import KeyType, SigningKey, VerifierKey
from ledger.storage.witness.store import sync_directory

KEY_FILES: Final = {KeyType.COSIGNATURE: "witness.key", KeyType.MLDSA44: "witness-ml-dsa-44.key"}
"""Kind of key -> name of its file in the data directory."""


class WitnessKeyAbsent(Misused):
    title = "the witness's private key is gone, and its database says which one it was"
    default_hint = "bring the file back; or begin a new witness, with a new name, in an empty directory"


class WitnessKeyDiffers(Conflict):
    title = "the private key in the data directory is not this witness's"
    default_hint = "what was cosigned belongs to one key: bring that key back, or begin anew in an empty directory"


def own_key(data: Path, name: str, kind: KeyType, *, known: str | None) -> SigningKey:
    """The key of this kind in `data`; made where there was never one.

    Args:
        known: the verifier key that the database remembers; None where there was never one.

    Raises:
        WitnessKeyAbsent, WitnessKeyDiffers, KeyFileOpen, KeyFileMalformed.
    """
    path = data / KEY_FILES[kind]
    if not path.is_file():
        if known is not None:
            raise WitnessKeyAbsent(seen=f"no file {path}", wanted=f"the private key of {VerifierKey.parse(known).short}")
        _make(path, SigningKey.generate(name, kind))
    key = read_key_file(path, types=[kind])
    if key.verifier.name != name or known not in (None, str(key.verifier)):
        wanted = f"a key named {name}" if known is None else VerifierKey.parse(known).short
        raise WitnessKeyDiffers(seen=key.verifier.short, wanted=wanted)
    return key


def _make(path: Path, key: SigningKey) -> None:
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    write_key_file(draft, key)
    try:
        # Whole or not there at all, after a crash too; of two that start together, the first one's key stays.
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    sync_directory(path.parent)
