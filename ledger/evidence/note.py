"""C2SP signed notes: a text, its signature lines, and the keys that make and check them.

<text, UTF-8, every line ends with LF>
<empty line>
— <key name> <base64 of 4-byte key ID and signature>     one or more such lines
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidSignature

from ledger.errors import Malformed, TooLarge, Untrusted
from ledger.evidence import signature as algorithms
from ledger.evidence.signature import Algorithm, PrivateKey
from ledger.evidence.spelling import format_base64, parse_base64

NOTE_BYTES_MAX: Final = 1_000_000
SIGNATURES_MAX: Final = 64
KEY_ID_BYTES: Final = 4

_EM_DASH: Final = "\u2014"
_NOT_IN_TEXT: Final = re.compile("[\x00-\x09\x0b-\x1f\ud800-\udfff]")
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


class NoteMalformed(Malformed):
    title = "a signed note is not in its one accepted form"


class NoteTooLarge(TooLarge):
    title = "a signed note is larger, or has more signatures, than is read here"


class NoteUnsigned(Untrusted):
    title = "a note carries no signature by a known key"


class SignatureWrong(Untrusted):
    title = "a signature does not verify"


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
        if self.type is KeyType.ECDSA_P256:
            return sha256(self.public).digest()[:KEY_ID_BYTES]
        return sha256(self.name.encode() + b"\n" + bytes([self.type]) + self.public).digest()[:KEY_ID_BYTES]

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

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{format_base64(bytes([self.type]) + self.public)}"

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


@dataclass(frozen=True, slots=True)
class SignatureLine:
    """One line below a note: `— <name> <base64 of key ID and signature>`; `str` gives it without LF."""

    name: str
    key_id: bytes
    signature: bytes

    def __post_init__(self) -> None:
        refuse_key_name(self.name)
        if len(self.key_id) != KEY_ID_BYTES or not self.signature:
            raise NoteMalformed(
                seen=f"{len(self.key_id)} and {len(self.signature)} bytes", wanted="a 4-byte key ID and a signature"
            )

    def __str__(self) -> str:
        return f"{_EM_DASH} {self.name} {format_base64(self.key_id + self.signature)}"

    @classmethod
    def parse(cls, line: str) -> SignatureLine:
        """Read exactly what `str` prints.

        Raises:
            NoteMalformed, KeyNameMalformed, Base64Malformed: it is spelled otherwise.
        """
        parts = line.split(" ")
        if len(parts) != 3 or parts[0] != _EM_DASH:
            raise NoteMalformed(seen=line, wanted=f"{_EM_DASH} <name> <base64>")
        signed = parse_base64(parts[2])
        return cls(parts[1], signed[:KEY_ID_BYTES], signed[KEY_ID_BYTES:])


@dataclass(frozen=True, slots=True)
class SignedNote:
    """A text and 1 to 64 signature lines over it. That they are there does not mean that they verify.

    Raises:
        NoteMalformed: the text does not end with LF or holds a control character; no signature.
        NoteTooLarge: more signatures than `SIGNATURES_MAX`.

    Source: C2SP signed-note, "Format".
    """

    text: str
    signatures: tuple[SignatureLine, ...]

    def __post_init__(self) -> None:
        refuse_note_text(self.text)
        if not self.signatures:
            raise NoteMalformed(seen="no signature line", wanted="at least one")
        if len(self.signatures) > SIGNATURES_MAX:
            raise NoteTooLarge(seen=f"{len(self.signatures)} signatures", wanted=f"at most {SIGNATURES_MAX}")

    @classmethod
    def parse(cls, data: bytes) -> SignedNote:
        """Read exactly what `to_bytes` prints.

        Raises:
            NoteMalformed, KeyNameMalformed, Base64Malformed: it is spelled otherwise.
            NoteTooLarge: more bytes than `NOTE_BYTES_MAX`, or too many signatures.
        """
        if len(data) > NOTE_BYTES_MAX:
            raise NoteTooLarge(seen=f"{len(data)} bytes", wanted=f"at most {NOTE_BYTES_MAX}")
        try:
            whole = data.decode("utf-8")
        except UnicodeDecodeError as reason:
            raise NoteMalformed(
                seen=f"byte {data[reason.start]:#04x}", wanted="UTF-8", pointer=f"byte {reason.start}"
            ) from reason
        # The text may hold empty lines of its own; the last one is where the signatures begin.
        text, separator, below = whole.rpartition("\n\n")
        if not separator or not below.endswith("\n"):
            raise NoteMalformed(seen=whole[-40:], wanted="a text, an empty line, and signature lines that end with LF")
        lines = below[:-1].split("\n", SIGNATURES_MAX + 1)
        return cls(text + "\n", tuple(SignatureLine.parse(line) for line in lines[: SIGNATURES_MAX + 1]))

    def to_bytes(self) -> bytes:
        return "".join([self.text, "\n", *(f"{line}\n" for line in self.signatures)]).encode()


def refuse_note_text(text: str) -> None:
    """Return if `text` may be signed as a note: ends with LF, no other character below 0x20, valid UTF-8."""
    odd = _NOT_IN_TEXT.search(text)
    if odd:
        raise NoteMalformed(seen=repr(odd[0]), wanted="no control character but LF", pointer=f"character {odd.start()}")
    if not text.endswith("\n"):
        raise NoteMalformed(seen=text[-40:], wanted="a text that ends with LF")


def sign_note(text: str, keys: Sequence[SigningKey]) -> SignedNote:
    """Return the note with one signature line per key, in the order given.

    Raises:
        NoteMalformed: the text cannot be signed, or there is no key.
        KeyRefused: a key that signs tree heads only.
    """
    refuse_note_text(text)
    message = text.encode()
    lines = []
    for key in keys:
        _refuse_tree_head_key(key.verifier)
        lines.append(SignatureLine(key.verifier.name, key.verifier.key_id, key.sign(message)))
    return SignedNote(text, tuple(lines))


def verify_note(note: SignedNote, keys: Iterable[VerifierKey]) -> tuple[VerifierKey, ...]:
    """Return the known keys that signed, in the order of their lines, each once; never none.

    Lines by unknown keys are ignored. Every line by a known key must verify.

    Raises:
        SignatureWrong: a line names a known key and fails.
        NoteUnsigned: no line is by a known key.
        KeysCollide, KeyRefused: the known keys cannot be used together, or for notes.

    Source: C2SP signed-note, "Signatures".
    """
    known = index_keys(keys)
    message = note.text.encode()
    signed: dict[VerifierKey, None] = {}
    for line in note.signatures:
        key = known.get((line.name, line.key_id))
        if key is not None:
            _refuse_tree_head_key(key)
            key.verify(message, line.signature)
            signed[key] = None
    if not signed:
        raise NoteUnsigned(
            seen=", ".join(line.name for line in note.signatures), wanted=", ".join(str(key) for key in known.values())
        )
    return tuple(signed)


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


def _refuse_tree_head_key(key: VerifierKey) -> None:
    if key.type not in NOTE_KEY_TYPES:
        raise KeyRefused(seen=f"a key of type {key.type.name}", wanted="a key that signs notes: ED25519 or ECDSA_P256")
