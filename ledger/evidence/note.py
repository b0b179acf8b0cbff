"""C2SP signed notes: a text and its signature lines, made and checked.

<text, UTF-8, every line ends with LF>
<empty line>
— <key name> <base64 of 4-byte key ID and signature>     one or more such lines
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from ledger.errors import Malformed, TooLarge, Untrusted
from ledger.evidence.key import KEY_ID_BYTES, NOTE_KEY_TYPES, KeyRefused, VerifierKey, index_keys, refuse_key_name
from ledger.evidence.note_signer import NoteSigner
from ledger.evidence.spelling import format_base64, parse_base64

NOTE_BYTES_MAX: Final = 1_000_000
SIGNATURES_MAX: Final = 64

_EM_DASH: Final = "\u2014"
_NOT_IN_TEXT: Final = re.compile("[\x00-\x09\x0b-\x1f\ud800-\udfff]")


class NoteMalformed(Malformed):
    title = "a signed note is not in its one accepted form"


class NoteTooLarge(TooLarge):
    title = "a signed note is larger, or has more signatures, than is read here"


class NoteUnsigned(Untrusted):
    title = "a note carries no signature by a known key"


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


def sign_note(text: str, keys: Sequence[NoteSigner]) -> SignedNote:
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
            seen=", ".join(line.name for line in note.signatures), wanted=", ".join(key.short for key in known.values())
        )
    return tuple(signed)


def _refuse_tree_head_key(key: VerifierKey) -> None:
    if key.type not in NOTE_KEY_TYPES:
        raise KeyRefused(seen=f"a key of type {key.type.name}", wanted="a key that signs notes: ED25519 or ECDSA_P256")
