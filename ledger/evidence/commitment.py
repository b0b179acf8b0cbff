"""The salted commitment to one record, and the salts an issuer derives from its seed.

    commitment = SHA-256(0x00 ‖ "suyuan.record/v1" ‖ LF ‖ origin ‖ LF ‖ issuer ‖ LF ‖ salt ‖ body)

It is the RFC 6962 leaf hash of a batch's tree. Kind, ledger and issuer stand in it so that nothing signed elsewhere can be
passed off as a record here; the salt hides a body that could be guessed, and is deleted when the record is erased.

Source: docs/FORMATS.md, "Commitment" and "Salts of an own note".
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256, shake_256
from typing import Final

from ledger.errors import Malformed
from ledger.evidence.merkle import Digest

SALT_BYTES: Final = 16
SEED_BYTES: Final = 32


class SaltMalformed(Malformed):
    title = "a salt is not 16 bytes long"


class SeedMalformed(Malformed):
    title = "a seed is not 32 bytes long"


def commit(*, origin: str, issuer: str, salt: bytes, body: bytes) -> Digest:
    """Return the commitment to one record.

    Args:
        origin, issuer: names as in the batch note; they hold no LF.
        salt: 16 bytes.
        body: the record's bytes as received; empty for padding.

    Raises:
        SaltMalformed: a salt of another length, which could lend bytes to the body or borrow some.
    """
    return commit_all(origin=origin, issuer=issuer, salts=(salt,), bodies=(body,))[0]


def commit_all(*, origin: str, issuer: str, salts: Sequence[bytes], bodies: Sequence[bytes]) -> list[Digest]:
    """Return the commitments to the records of one batch, in order; one salt per body.

    Raises:
        SaltMalformed: as in `commit`.
    """
    for salt in salts:
        if len(salt) != SALT_BYTES:
            raise SaltMalformed(seen=f"{len(salt)} bytes", wanted=f"{SALT_BYTES} bytes")
    begun = sha256(f"\0suyuan.record/v1\n{origin}\n{issuer}\n".encode("ascii"))
    commitments = []
    for salt, body in zip(salts, bodies, strict=True):
        # Copied, not begun anew: no body is joined to what stands before it, which would copy all its bytes.
        hasher = begun.copy()
        hasher.update(salt)
        hasher.update(body)
        commitments.append(hasher.digest())
    return commitments


def derive_salts(*, seed: bytes, log_line: str, issuer_line: str, time_line: str, count: int) -> list[bytes]:
    """Return the salts of the first `count` records of an own note: consecutive 16 bytes of SHAKE256.

    The three lines stand in it so that one seed sent with two notes never gives the same salts.

    Args:
        seed: 32 random bytes chosen by the issuer; a secret until the batch is sent, and never stored.
        log_line, issuer_line, time_line: these lines of the batch note, without LF.
        count: how many, at least 0.

    Raises:
        SeedMalformed: a seed of another length.
    """
    if len(seed) != SEED_BYTES:
        raise SeedMalformed(seen=f"{len(seed)} bytes", wanted=f"{SEED_BYTES} bytes")
    lines = f"{log_line}\n{issuer_line}\n{time_line}\n".encode("ascii")
    stream = shake_256(b"suyuan.salt/v1\n" + seed + lines).digest(SALT_BYTES * count)
    return [stream[at : at + SALT_BYTES] for at in range(0, len(stream), SALT_BYTES)]
