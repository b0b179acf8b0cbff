"""Signing keys and secrets that the operator holds, sealed at rest and opened only to be used."""

from __future__ import annotations

import os
from typing import Final

from sqlalchemy import Connection, select
from sqlmodel import col

from ledger.errors import Absent
from ledger.evidence.key import KeyType, SigningKey, VerifierKey
from ledger.storage.bulk import insert_rows
from ledger.storage.sealing import Seal
from ledger.storage.tables.access import HeldKeyRow, SecretRow

_SECRET_BYTES: Final = 32


class HeldKeyAbsent(Absent):
    title = "the operator holds no key for this party"
    default_hint = "a party with its own keys signs its batches itself"


def keep_key(connection: Connection, seal: Seal, key: SigningKey) -> None:
    """Seal and keep a signing key of the party that its name says. The caller commits."""
    vkey = str(key.verifier)
    insert_rows(connection, HeldKeyRow, [(vkey, key.verifier.name, seal.close(vkey, key.to_private()))])


def open_key(connection: Connection, seal: Seal, verifier: VerifierKey) -> SigningKey:
    vkey = str(verifier)
    sealed = connection.execute(select(col(HeldKeyRow.sealed)).where(col(HeldKeyRow.vkey) == vkey)).scalar_one_or_none()
    if sealed is None:
        raise HeldKeyAbsent(seen=verifier.name)
    return SigningKey.from_private(verifier.name, KeyType(verifier.type), seal.open(vkey, sealed))


def held_vkeys(connection: Connection, party: str) -> list[str]:
    query = select(col(HeldKeyRow.vkey)).where(col(HeldKeyRow.party) == party)
    return [vkey for (vkey,) in connection.execute(query)]


def keep_secret(connection: Connection, seal: Seal, name: str) -> bytes:
    """Make, seal and keep a fresh 32-byte secret. The caller commits."""
    secret = os.urandom(_SECRET_BYTES)
    insert_rows(connection, SecretRow, [(name, seal.close(f"secret {name}", secret))])
    return secret


def open_secret(connection: Connection, seal: Seal, name: str) -> bytes:
    sealed = connection.execute(select(col(SecretRow.sealed)).where(col(SecretRow.name) == name)).scalar_one()
    return seal.open(f"secret {name}", sealed)
