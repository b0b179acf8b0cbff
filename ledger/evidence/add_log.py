"""How a log introduces itself to a witness: its keys, and a checkpoint that each of them signed.

log <vkey>                 1 to 16 lines, one per key of the log; all are named like it
<empty line>
<checkpoint, a signed note>

Source: docs/FORMATS.md, "Witness".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ledger.errors import Malformed, TooLarge
from ledger.evidence.key import VerifierKey, index_keys, refuse_weak_key
from ledger.evidence.note import NOTE_BYTES_MAX
from ledger.evidence.policy import LOG_KEY_TYPES

LOG_KEYS_MAX: Final = 16
INTRODUCTION_BYTES_MAX: Final = NOTE_BYTES_MAX + 65_536

_LOG: Final = "log "


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

    Raises:
        AddLogMalformed: no key, too many, one twice, names that differ, or a type that signs no checkpoints.
        KeyRefused, KeysCollide: a weak key, or two that a signature line cannot tell apart.
    """

    keys: tuple[VerifierKey, ...]
    note: bytes

    def __post_init__(self) -> None:
        refuse_log_keys(self.keys)

    @property
    def origin(self) -> str:
        """The name of the log, as its keys have it."""
        return self.keys[0].name

    def to_bytes(self) -> bytes:
        return "".join([*(f"{_LOG}{key}\n" for key in self.keys), "\n"]).encode() + self.note

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
            lines = head.decode("utf-8").split("\n", LOG_KEYS_MAX + 1)
        except UnicodeDecodeError as reason:
            raise AddLogMalformed(seen=f"byte {data[reason.start]:#04x}", wanted="UTF-8") from reason
        odd = next((line for line in lines if not line.startswith(_LOG)), None)
        if odd is not None or len(lines) > LOG_KEYS_MAX:
            seen = f"{len(lines)} lines" if odd is None else odd
            raise AddLogMalformed(seen=seen, wanted=f"1 to {LOG_KEYS_MAX} lines `log <vkey>`")
        return cls(tuple(VerifierKey.parse(line.removeprefix(_LOG)) for line in lines), note)


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
