"""How a log introduces itself to a witness, or its keys that have changed: its keys, and a checkpoint that each of them signed.

log <vkey>                                       1 to 16 lines, one per key of the log; all are named like it
vouched <base64 of 4-byte key ID and signature>  0 to 16 lines, by keys under which the witness may know the log
<empty line>
<checkpoint, a signed note>

A signature under a checkpoint says nothing of other keys, and anybody can put a line of their own beside it. So where a log
is known already, one of the keys it is known by vouches for the new ones: it signs `vouched_text`.

Source: docs/FORMATS.md, "Witness".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ledger.errors import Malformed, TooLarge
from ledger.evidence.key import KEY_ID_BYTES, NOTE_KEY_TYPES, SigningKey, VerifierKey, index_keys, refuse_weak_key
from ledger.evidence.note import NOTE_BYTES_MAX, SignatureLine, SignedNote
from ledger.evidence.policy import LOG_KEY_TYPES
from ledger.evidence.spelling import format_base64, parse_base64

LOG_KEYS_MAX: Final = 16
INTRODUCTION_BYTES_MAX: Final = NOTE_BYTES_MAX + 65_536

_LOG: Final = "log "
_VOUCHED: Final = "vouched "
_MESSAGE: Final = "suyuan.add-log/v1"


class AddLogMalformed(Malformed):
    title = "the introduction of a log is not in its one accepted form"


class AddLogTooLarge(TooLarge):
    title = "the introduction of a log is larger than one can be"


@dataclass(frozen=True, slots=True)
class AddLog:
    """The introduction of a log; no signature of it is verified yet.

    Args:
        keys: every key that may sign the log's checkpoints from now on; no other may.
        note: a checkpoint of the log, a signed note.
        vouched: signatures over `vouched_text`; needed only where the log is known by other keys.

    Raises:
        AddLogMalformed: no key, too many, one twice, names that differ, or a type that signs no checkpoints.
        KeyRefused, KeysCollide: a weak key, or two that a signature line cannot tell apart.
    """

    keys: tuple[VerifierKey, ...]
    note: bytes
    vouched: tuple[SignatureLine, ...] = ()

    def __post_init__(self) -> None:
        refuse_log_keys(self.keys)
        if len(self.vouched) > LOG_KEYS_MAX or any(line.name != self.origin for line in self.vouched):
            raise AddLogMalformed(seen=f"{len(self.vouched)} vouching lines", wanted=f"at most {LOG_KEYS_MAX}, by the log")

    @property
    def origin(self) -> str:
        """The name of the log, as its keys have it."""
        return self.keys[0].name

    def to_bytes(self) -> bytes:
        vouched = [f"{_VOUCHED}{format_base64(line.key_id + line.signature)}\n" for line in self.vouched]
        return "".join([*(f"{_LOG}{key}\n" for key in self.keys), *vouched, "\n"]).encode() + self.note

    @classmethod
    def parse(cls, data: bytes) -> AddLog:
        """Read exactly what `to_bytes` prints; the note is not read here.

        Raises:
            AddLogMalformed, AddLogTooLarge, KeyMalformed, ...: see the class.
        """
        if len(data) > INTRODUCTION_BYTES_MAX:
            raise AddLogTooLarge(seen=f"{len(data)} bytes", wanted=f"at most {INTRODUCTION_BYTES_MAX}")
        head, separator, note = data.partition(b"\n\n")
        if not separator or not note:
            raise AddLogMalformed(seen=data[:40], wanted="lines `log <vkey>`, an empty line, and a checkpoint")
        try:
            lines = head.decode("utf-8").split("\n", 2 * LOG_KEYS_MAX)
        except UnicodeDecodeError as reason:
            raise AddLogMalformed(seen=f"byte {data[reason.start]:#04x}", wanted="UTF-8") from reason
        count = next((at for at, line in enumerate(lines) if not line.startswith(_LOG)), len(lines))
        odd = next((line for line in lines[count:] if not line.startswith(_VOUCHED)), None)
        if odd is not None or not 1 <= count <= LOG_KEYS_MAX:
            seen = f"{count} keys" if odd is None else odd
            raise AddLogMalformed(seen=seen, wanted=f"1 to {LOG_KEYS_MAX} lines `log <vkey>`, then lines `vouched <base64>`")
        keys = tuple(VerifierKey.parse(line.removeprefix(_LOG)) for line in lines[:count])
        signed = (parse_base64(line.removeprefix(_VOUCHED)) for line in lines[count:])
        vouched = tuple(SignatureLine(keys[0].name, one[:KEY_ID_BYTES], one[KEY_ID_BYTES:]) for one in signed)
        return cls(keys, note, vouched)


def introduce(note: SignedNote, keys: Sequence[VerifierKey], *, by: Sequence[SigningKey]) -> AddLog:
    """Return the introduction of a log under `keys`, vouched for by private keys under which it may be known already.

    Args:
        note: a checkpoint that every one of `keys` has signed; the larger the better, because old ones change nothing.
        by: keys of the log, former ones too; those that sign only tree heads are passed over.

    Raises:
        AddLogMalformed, KeyRefused, KeysCollide: see `AddLog`.
    """
    message = vouched_text(keys, note.text)
    vouching = [key for key in by if key.verifier.type in NOTE_KEY_TYPES]
    lines = tuple(SignatureLine(key.verifier.name, key.verifier.key_id, key.sign(message)) for key in vouching)
    return AddLog(tuple(keys), note.to_bytes(), lines)


def vouched_text(keys: Sequence[VerifierKey], checkpoint_text: str) -> bytes:
    """What a key signs to vouch for others: the keys and the checkpoint, below a line that no checkpoint begins with."""
    return "".join([f"{_MESSAGE}\n", *(f"{_LOG}{key}\n" for key in keys), "\n", checkpoint_text]).encode()


def refuse_log_keys(keys: tuple[VerifierKey, ...]) -> None:
    """Return if these may be the keys of one log.

    Raises:
        AddLogMalformed, KeyRefused, KeysCollide: see `AddLog`.
    """
    if not 1 <= len(keys) <= LOG_KEYS_MAX or len({key.public for key in keys}) != len(keys):
        raise AddLogMalformed(seen=f"{len(keys)} keys", wanted=f"1 to {LOG_KEYS_MAX}, each once")
    if len({key.name for key in keys}) != 1:
        raise AddLogMalformed(seen=", ".join(sorted({key.name for key in keys})), wanted="keys of one name, the log's origin")
    for key in keys:
        if key.type not in LOG_KEY_TYPES:
            wanted = f"a key of type {', '.join(sorted(kind.name for kind in LOG_KEY_TYPES))}"
            raise AddLogMalformed(seen=f"a key of type {key.type.name}", wanted=wanted)
        refuse_weak_key(key)
    index_keys(keys)
