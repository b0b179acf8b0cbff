"""A log introduces itself to a witness, or changes its keys there."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from sqlalchemy import Connection

from ledger.actions.witness.decide import verified_lines
from ledger.actions.witness.open_witness import NAME_BYTES_MAX, Witness
from ledger.errors import Conflict, Unavailable, Untrusted
from ledger.evidence.add_log import AddLog, AddLogMalformed, vouched_text
from ledger.evidence.checkpoint import Checkpoint
from ledger.evidence.key import NOTE_KEY_TYPES, VerifierKey
from ledger.evidence.note import SignedNote
from ledger.storage.witness.logs import KnownLog, change_keys, count_logs, insert_log, read_log
from ledger.storage.witness.store import writing

LOGS_MAX: Final = 1_000


class Introductions(StrEnum):
    """From where logs may introduce themselves."""

    LOOPBACK = "loopback"
    ANYONE = "anyone"
    NOBODY = "nobody"


class IntroductionUnsigned(Untrusted):
    title = "the introduction is not signed by every key it names"


class LogNameTaken(Conflict):
    title = "a log of this origin is known by other keys, none of which vouches for these"
    default_hint = "have a key that is known sign the change; or let the witness's operator run `suyuan witness log add`"


class IntroductionStale(Conflict):
    title = "keys that came with a checkpoint of this size, or a larger one, are known already"
    default_hint = "introduce the keys with the newest checkpoint"


class LogsTooMany(Unavailable):
    title = "this witness takes no more logs"
    default_hint = "nothing was changed; ask the witness's operator"


def introduce_log(witness: Witness, data: bytes) -> None:
    """Know a log by the keys of an introduction from now on. The same again changes nothing.

    Whether whoever sends it may introduce logs at all is the caller's to say.

    Args:
        data: an introduction as `AddLog` prints it.

    Raises:
        AddLogMalformed, CheckpointMalformed, NoteMalformed, ...: it does not parse.
        IntroductionUnsigned, NoteUnsigned, SignatureWrong, KeyRefused: its signatures or keys do not hold.
        LogNameTaken, IntroductionStale: the log is known, and these keys do not follow from those.
        LogsTooMany; WitnessBusy.
    """
    said = AddLog.parse(data)
    note = SignedNote.parse(said.note)
    checkpoint = Checkpoint.parse(note.text)
    if checkpoint.origin != said.origin or len(said.origin.encode()) > NAME_BYTES_MAX:
        raise AddLogMalformed(
            seen=f"a checkpoint of {checkpoint.origin}", wanted=f"one of {said.origin}, at most {NAME_BYTES_MAX} bytes"
        )
    refuse_unsigned(note, said.keys)
    with writing(witness.engine) as connection:
        known = read_log(connection, said.origin)
        if known is None:
            refuse_too_many(connection)
            insert_log(connection, said.origin, said.keys, keys_size=checkpoint.size, now=witness.clock())
        elif set(known.keys) != set(said.keys):
            refuse_change(known, said, checkpoint)
            change_keys(connection, said.origin, said.keys, keys_size=checkpoint.size)


def refuse_unsigned(note: SignedNote, keys: tuple[VerifierKey, ...]) -> None:
    """Return if every one of these keys has signed the checkpoint.

    Raises:
        IntroductionUnsigned, SignatureWrong, NoteUnsigned.
    """
    signed = {(line.name, line.key_id) for line in verified_lines(note, keys)}
    missing = [key for key in keys if (key.name, key.key_id) not in signed]
    if missing:
        raise IntroductionUnsigned(seen=f"no line by {missing[0].short}", wanted=f"lines by all {len(keys)} keys")


def refuse_change(known: KnownLog, said: AddLog, checkpoint: Checkpoint) -> None:
    """Return if a known log may be known by these keys from now on. Pure.

    Raises:
        LogNameTaken: no key known so far vouches for them. SignatureWrong: one seems to, and does not.
        IntroductionStale: an old introduction; sent again by whoever kept it, it would bring a retired key back.
    """
    trusted = {key.key_id: key for key in known.keys if key.type in NOTE_KEY_TYPES}
    message = vouched_text(said.keys, checkpoint.text)
    vouching = [(trusted[line.key_id], line) for line in said.vouched if line.key_id in trusted]
    for key, line in vouching:
        key.verify(message, line.signature)
    if not vouching:
        raise LogNameTaken(seen=known.origin, wanted="a line `vouched` by a key it is known by")
    if checkpoint.size <= known.keys_size:
        raise IntroductionStale(seen=f"size {checkpoint.size}", wanted=f"size {known.keys_size + 1} or more")


def refuse_too_many(connection: Connection) -> None:
    """Return if one log more may be known.

    Raises:
        LogsTooMany.
    """
    if count_logs(connection) >= LOGS_MAX:
        raise LogsTooMany(wanted=f"at most {LOGS_MAX} logs")
