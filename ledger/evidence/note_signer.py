"""Whoever can sign as a party: a private key at hand, or a program that reaches one that never leaves its place."""

from __future__ import annotations

from typing import Protocol

from ledger.evidence.key import VerifierKey


class NoteSigner(Protocol):
    """Signs notes under one verifier key, of type Ed25519 or ECDSA P-256. A `SigningKey` is one."""

    @property
    def verifier(self) -> VerifierKey:
        """The public half, under the party's name."""

    def sign(self, message: bytes) -> bytes:
        """Return the raw signature over exactly these bytes: 64 bytes, or DER for P-256."""
