"""Keys under a name: what verifies, what signs, and the one way each is written.

    <name>+<8 hex digits of the key ID>+<base64 of type byte and public key>

Source: C2SP signed-note, "Verifier keys".
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidSignature

from ledger.errors import Malformed, Untrusted
from ledger.evidence import signature as algorithms
from ledger.evidence.signature import Algorithm, PrivateKey
from ledger.evidence.spelling import format_base64, parse_base64

KEY_ID_BYTES: Final = 4

_NOT_IN_NAME: Final = re.compile("[\\s+\x00-\x1f\ud800-\udfff]")
_VKEY: Final = re.compile(r"(?P<name>[^+]+)\+(?P<id>[0-9a-f]{8})\+(?P<key>[A-Za-z0-9+/]+=*)", re.ASCII)


class KeyType(IntEnum):
    """The byte that says what a key is for; part of its key ID, so that no key serves two purposes."""

    ED25519 = 0x01
    ECDSA_P256 = 0x02
    COSIGNATURE = 0x04
    MLDSA44 = 0x06

    @property
    def algorithm(self) -> Algorithm:
        return _ALGORITHM[self]


_ALGORITHM: Final = {
    KeyType.ED25519: Algorithm.ED25519,
    KeyType.ECDSA_P256: Algorithm.ECDSA_P256,
    KeyType.COSIGNATURE: Algorithm.ED25519,
    KeyType.MLDSA44: Algorithm.MLDSA44,
}

NOTE_KEY_TYPES: Final = frozenset({KeyType.ED25519, KeyType.ECDSA_P256})
"""Keys of these types sign a note's text as it stands; the others sign tree heads in forms of their own."""


class KeyNameMalformed(Malformed):
    title = "a key name is empty or holds white space, a plus or a control character"


class KeyMalformed(Malformed):
    title = "a key is not in its one accepted form"


class KeyRefused(Untrusted):
    title = "a public key of this form cannot be trusted, whoever holds it"


class KeysCollide(Untrusted):
    title = "two different keys have the same name and key ID"


class SignatureWrong(Untrusted):
    title = "a signature does not verify"


# The same few keys sign everything.
@lru_cache(maxsize=4_096)
def _key_id(name: str, kind: KeyType, public: bytes) -> bytes:
    if kind is KeyType.ECDSA_P256:
        return sha256(public).digest()[:KEY_ID_BYTES]
    return sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:KEY_ID_BYTES]


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key under a name: `<name>+<8 hex digits of key ID>+<base64 of type byte and public key>`.

    Args:
        name: at least one character, no white space, no plus.
        type: what it may sign.
        public: 32 raw bytes (Ed25519), 91 bytes of SubjectPublicKeyInfo (P-256) or 1,312 raw bytes (ML-DSA-44).

    Raises:
        KeyNameMalformed, KeyMalformed: the parts cannot make a key.

    Source: C2SP signed-note, "Verifier keys".
    """

    name: str
    type: KeyType
    public: bytes

    def __post_init__(self) -> None:
        refuse_key_name(self.name)
        fault = algorithms.fault_of_form(self.type.algorithm, self.public)
        if fault:
            raise KeyMalformed(seen=fault, wanted=f"a public key of type {self.type.name}")

    @property
    def key_id(self) -> bytes:
        """Four bytes that tell keys of one name apart; not a fingerprint to rely on."""
        return _key_id(self.name, self.type, self.public)

    @classmethod
    def parse(cls, vkey: str) -> VerifierKey:
        """Read exactly what `str` prints.

        Raises:
            KeyMalformed, KeyNameMalformed, Base64Malformed: it is spelled otherwise.
        """
        parts = _VKEY.fullmatch(vkey)
        if not parts:
            raise KeyMalformed(seen=vkey, wanted="<name>+<8 lower-case hex digits>+<base64>")
        typed = parse_base64(parts["key"])
        try:
            key = cls(parts["name"], KeyType(typed[0]), typed[1:])
        except ValueError as reason:
            raise KeyMalformed(seen=f"type {typed[0]:#04x}", wanted=f"one of {[f'{t:#04x}' for t in KeyType]}") from reason
        if str(key) != vkey:
            raise KeyMalformed(seen=f"key ID {parts['id']}", wanted=f"key ID {key.key_id.hex()}")
        return key

    @classmethod
    def of_public(cls, name: str, data: bytes) -> VerifierKey:
        """Return the key that signs notes under `name`, from SubjectPublicKeyInfo in PEM or DER.

        Raises:
            KeyMalformed: something else, or neither Ed25519 nor on P-256. KeyNameMalformed.
        """
        try:
            algorithm, public = algorithms.load_public(data)
        except ValueError as reason:
            raise KeyMalformed(seen=str(reason), wanted="a public key in PEM or DER, Ed25519 or on P-256") from reason
        return cls(name, KeyType.ED25519 if algorithm is Algorithm.ED25519 else KeyType.ECDSA_P256, public)

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{format_base64(bytes([self.type]) + self.public)}"

    @property
    def short(self) -> str:
        """For people, who compare and do not copy: a key of 1.8 kB, ML-DSA-44, as `<name>+<key ID>+…`; any other whole."""
        return f"{self.name}+{self.key_id.hex()}+…" if self.type is KeyType.MLDSA44 else str(self)

    def verify(self, message: bytes, signature: bytes) -> None:
        """Return if `signature` over exactly `message` is by this key.

        The caller says what the message is: for types 0x04 and 0x06 it is not the note's text (see checkpoint.py).

        Raises:
            SignatureWrong: it does not verify.
            KeyRefused: the key is no point of its curve.
        """
        try:
            algorithms.check_of(self.type.algorithm, self.public)(signature, message)
        except InvalidSignature as reason:
            raise SignatureWrong(seen=f"key {self.name}+{self.key_id.hex()}", wanted="a signature over these bytes") from reason
        except ValueError as reason:
            raise KeyRefused(seen=f"key {self.name}+{self.key_id.hex()}", wanted="a point of its curve") from reason


def refuse_key_name(name: str) -> None:
    """Return if `name` may name a key. Source: C2SP signed-note, "Format"."""
    if not name or _NOT_IN_NAME.search(name):
        raise KeyNameMalformed(seen=name, wanted="at least one character; no white space, plus or control character")


def refuse_weak_key(key: VerifierKey) -> None:
    """Return if this public key may be admitted.

    Raises:
        KeyRefused: an Ed25519 point that is of small order, off the curve or not canonically encoded;
            a P-256 point that is off the curve.
    """
    fault = algorithms.fault_of_key(key.type.algorithm, key.public)
    if fault:
        raise KeyRefused(seen=fault, wanted="a canonical point of large order, on its curve")


class SigningKey:
    """A private key with the verifier key that it belongs to. Nothing here prints the secret.

    The private form is 32 bytes for every type: the seed (Ed25519, ML-DSA-44) or the big-endian scalar (P-256).
    """

    __slots__ = ("_private", "verifier")

    def __init__(self, name: str, type: KeyType, private: PrivateKey) -> None:  # noqa: A002  (the word of the standard)
        self._private = private
        self.verifier = VerifierKey(name, type, algorithms.dump_public(private))

    @classmethod
    def generate(cls, name: str, type: KeyType = KeyType.ED25519) -> SigningKey:  # noqa: A002
        """Return a fresh key from the system's randomness."""
        return cls(name, type, algorithms.generate(type.algorithm))

    @classmethod
    def from_private(cls, name: str, type: KeyType, private: bytes) -> SigningKey:  # noqa: A002
        """Return the key that `to_private` was taken from.

        Raises:
            KeyMalformed: not 32 bytes, or a scalar outside the curve's order.
        """
        try:
            return cls(name, type, algorithms.load_private(type.algorithm, private))
        except ValueError as reason:
            raise KeyMalformed(seen=f"{len(private)} bytes", wanted=f"a private key of type {type.name}") from reason

    def to_private(self) -> bytes:
        return algorithms.dump_private(self._private)

    def sign(self, message: bytes) -> bytes:
        """Return the raw signature over exactly these bytes (P-256: DER, deterministic after RFC 6979)."""
        return algorithms.sign(self._private, message)

    def __repr__(self) -> str:
        return f"SigningKey({self.verifier.name}+{self.verifier.key_id.hex()})"


def index_keys(keys: Iterable[VerifierKey]) -> dict[tuple[str, bytes], VerifierKey]:
    """Return the keys by what a signature line says of them: name and key ID.

    Raises:
        KeysCollide: two different keys answer to the same line, so that neither can be told from it.
    """
    known: dict[tuple[str, bytes], VerifierKey] = {}
    for key in keys:
        other = known.setdefault((key.name, key.key_id), key)
        if other != key:
            raise KeysCollide(seen=f"{key.name}+{key.key_id.hex()}", wanted="one key per name and key ID")
    return known
