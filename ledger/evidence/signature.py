"""The signature algorithms over raw bytes: Ed25519, ECDSA on P-256 and ML-DSA-44.

Nothing here knows of names or notes. What is wrong with a value is said by `ValueError`, with a signature by
`InvalidSignature`; the rooms above make named errors of them.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, auto
from functools import lru_cache
from typing import Final, TypeAlias

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey, MLDSA44PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_public_key,
    load_pem_public_key,
)

from ledger.evidence.edwards_point import fault_of_point

PrivateKey: TypeAlias = Ed25519PrivateKey | ec.EllipticCurvePrivateKey | MLDSA44PrivateKey

Check: TypeAlias = Callable[[bytes, bytes], None]
"""`(signature, message)`; raises `InvalidSignature`."""

PRIVATE_BYTES: Final = 32

# SubjectPublicKeyInfo of a P-256 key, by curve name and uncompressed, is these bytes and then x and y.
_SPKI_PREFIX: Final = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d03010703420004")
_SPKI_BYTES: Final = len(_SPKI_PREFIX) + 64
_VERIFY_ECDSA: Final = ec.ECDSA(SHA256())
_SIGN_ECDSA: Final = ec.ECDSA(SHA256(), deterministic_signing=True)


class Algorithm(Enum):
    ED25519 = auto()
    ECDSA_P256 = auto()
    MLDSA44 = auto()


_PUBLIC_BYTES: Final = {Algorithm.ED25519: 32, Algorithm.ECDSA_P256: _SPKI_BYTES, Algorithm.MLDSA44: 1312}


def fault_of_form(algorithm: Algorithm, public: bytes) -> str | None:
    """Return why these bytes do not spell a public key in the one accepted form, or None."""
    if len(public) != _PUBLIC_BYTES[algorithm]:
        return f"{len(public)} bytes, not {_PUBLIC_BYTES[algorithm]}"
    if algorithm is Algorithm.ECDSA_P256 and not public.startswith(_SPKI_PREFIX):
        return "not an uncompressed P-256 key by curve name, in DER"
    return None


def fault_of_key(algorithm: Algorithm, public: bytes) -> str | None:
    """Return why no honest key has these bytes, well-formed as they are, or None."""
    if algorithm is Algorithm.ED25519:
        return fault_of_point(public)
    try:
        check_of(algorithm, public)
    except ValueError:
        return "no point of the curve"
    return None


# The same few keys sign everything. Loading one costs about a twentieth of a P-256 verification.
@lru_cache(maxsize=4096)
def check_of(algorithm: Algorithm, public: bytes) -> Check:
    """Return the check of signatures by a public key.

    P-256 takes any DER signature that verifies, with either of the two values of s.

    Raises:
        ValueError: no such key.
    """
    if algorithm is Algorithm.ECDSA_P256:
        point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), public[len(_SPKI_PREFIX) - 1 :])
        return lambda signature, message: point.verify(signature, message, _VERIFY_ECDSA)
    kind = MLDSA44PublicKey if algorithm is Algorithm.MLDSA44 else Ed25519PublicKey
    return kind.from_public_bytes(public).verify


def generate(algorithm: Algorithm) -> PrivateKey:
    """Return a fresh key from the system's randomness."""
    if algorithm is Algorithm.ECDSA_P256:
        return ec.generate_private_key(ec.SECP256R1())
    return MLDSA44PrivateKey.generate() if algorithm is Algorithm.MLDSA44 else Ed25519PrivateKey.generate()


def load_private(algorithm: Algorithm, private: bytes) -> PrivateKey:
    """Read what `dump_private` prints.

    Raises:
        ValueError: not 32 bytes, or a scalar that is 0 or not below the order of P-256.
    """
    if len(private) != PRIVATE_BYTES:
        raise ValueError(f"{len(private)} bytes, not {PRIVATE_BYTES}")
    if algorithm is Algorithm.ECDSA_P256:
        return ec.derive_private_key(int.from_bytes(private, "big"), ec.SECP256R1())
    if algorithm is Algorithm.MLDSA44:
        return MLDSA44PrivateKey.from_seed_bytes(private)
    return Ed25519PrivateKey.from_private_bytes(private)


def dump_private(private: PrivateKey) -> bytes:
    """Return 32 bytes: the seed (Ed25519, ML-DSA-44) or the big-endian scalar (P-256)."""
    if isinstance(private, ec.EllipticCurvePrivateKey):
        return private.private_numbers().private_value.to_bytes(PRIVATE_BYTES, "big")
    return private.private_bytes_raw()


def dump_public(private: PrivateKey) -> bytes:
    """Return the public half: raw, or SubjectPublicKeyInfo in DER (P-256)."""
    if isinstance(private, ec.EllipticCurvePrivateKey):
        return private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return private.public_key().public_bytes_raw()


def load_public(data: bytes) -> tuple[Algorithm, bytes]:
    """Read SubjectPublicKeyInfo in PEM or DER, as OpenSSL, HSMs and cloud services hand it out.

    Raises:
        ValueError: something else, or a key that is neither Ed25519 nor on P-256.
    """
    try:
        key = (load_pem_public_key if data.lstrip().startswith(b"-----") else load_der_public_key)(data)
    except UnsupportedAlgorithm as reason:
        raise ValueError(str(reason)) from reason
    if isinstance(key, Ed25519PublicKey):
        return Algorithm.ED25519, key.public_bytes_raw()
    if isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1):
        return Algorithm.ECDSA_P256, key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    raise ValueError(f"a key of another kind: {type(key).__name__}")


def sign(private: PrivateKey, message: bytes) -> bytes:
    """Return the signature over exactly these bytes (P-256: DER, deterministic after RFC 6979)."""
    if isinstance(private, ec.EllipticCurvePrivateKey):
        return private.sign(message, _SIGN_ECDSA)
    return private.sign(message)
