"""Who a witness is: its name and public keys, so that a lost or foreign key file is noticed."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, insert, select, update

from ledger.errors import Conflict
from ledger.storage.witness.tables import FORM, IDENTITY


class WitnessFormDiffers(Conflict):
    title = "the witness's database was written by another version of this program"


@dataclass(frozen=True, slots=True)
class Identity:
    """A name, and the public keys as far as they are made: type 0x04 first, then 0x06."""

    name: str
    vkey: str | None = None
    mldsa_vkey: str | None = None


def read_identity(connection: Connection) -> Identity | None:
    """Who this witness is; None before its first start.

    Raises:
        WitnessFormDiffers.
    """
    row = connection.execute(select(IDENTITY)).one_or_none()
    if row is None:
        return None
    if row.form != FORM:
        raise WitnessFormDiffers(seen=f"form {row.form}", wanted=f"form {FORM}")
    return Identity(row.name, row.vkey, row.mldsa_vkey)


def keep_identity(connection: Connection, identity: Identity) -> None:
    """Write it down, or complete what is written. The caller commits."""
    values = {"name": identity.name, "vkey": identity.vkey, "mldsa_vkey": identity.mldsa_vkey}
    if connection.execute(update(IDENTITY).values(values)).rowcount == 0:
        connection.execute(insert(IDENTITY).values(id=1, form=FORM, **values))
