"""The known attacks on tree heads: two histories, stolen and retired log keys, witnesses that lie and lines that are copied.

Each function changes the database, or what the auditor was shown before, and returns the position at which an audit must name it.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Final

from ledger.evidence.checkpoint import Checkpoint, cosign, sign_checkpoint
from ledger.evidence.instant import Instant
from ledger.evidence.key import KeyType, SigningKey
from ledger.evidence.note import SIGNATURES_MAX, SignatureLine, SignedNote, sign_note
from ledger.storage.forging import Attack, Forgery

_FAR: Final = 7
_NO_ROOT: Final = hashlib.sha256(b"no tree has this root").digest()

# --- two histories --------------------------------------------------------------------------------------------------------


def show_another_end_to_one_auditor(forge: Forgery) -> str:
    """Let the last entry say another time, signed with the held key and the log key, and show each auditor one of the two."""
    _tell_another_end(forge)
    return f"checkpoint {forge.size}"


def let_witnesses_cosign_both_ends(forge: Forgery) -> str:
    """The same, with witnesses that cosign whatever they are shown."""
    _tell_another_end(forge)
    forge.sign(forge.size, witnesses=forge.scene.witnesses)
    return f"checkpoint {forge.size}"


def let_a_witness_cosign_an_older_fork(forge: Forgery) -> str:
    """Publish another root for an earlier size, with the log key and a cosignature that a witness gave to it."""
    forge.sign(forge.scene.early_size, root=_NO_ROOT, witnesses=forge.scene.witnesses[:1])
    return f"checkpoint {forge.scene.early_size}"


# --- log keys -------------------------------------------------------------------------------------------------------------


def publish_a_later_head_with_the_stolen_key(forge: Forgery) -> str:
    """Publish a head beyond the last entry, over entries that nobody has, signed with the stolen log key."""
    missing = forge.size
    forge.sign(missing + _FAR, root=_NO_ROOT)
    return f"entry {missing}"


def hand_out_a_later_head_with_the_stolen_key(forge: Forgery) -> str:
    """Give one auditor a head over entries that nobody has, signed with the stolen log key, and publish it nowhere."""
    size = forge.size + _FAR
    forge.kept = forge.signed(size, root=_NO_ROOT).to_bytes()
    return f"checkpoint {size}"


def sign_the_newest_head_with_a_retired_key(forge: Forgery) -> str:
    """Sign the newest head with a log key that was retired."""
    forge.publish(forge.size, forge.signed(forge.size, keys=[forge.scene.retired]))
    return f"checkpoint {forge.size}"


def sign_an_older_head_with_a_retired_key(forge: Forgery) -> str:
    """Sign a head of a time after its retirement with a retired log key."""
    size = forge.scene.early_size
    forge.publish(size, forge.signed(size, keys=[forge.scene.retired]))
    return f"checkpoint {size}"


def sign_a_head_of_another_origin(forge: Forgery) -> str:
    """Publish a head that names another log, signed with that log's key."""
    key = SigningKey.generate(f"{forge.origin}/other")
    root = Checkpoint.parse(forge.published(forge.size).text).root
    forge.publish(forge.size, sign_checkpoint(Checkpoint(key.verifier.name, forge.size, root), [key]))
    return f"checkpoint {forge.size}"


def add_an_extension_line(forge: Forgery) -> str:
    """Add a line to the text of a head, for which no witness vouches, and sign it with the log key."""
    size = forge.scene.early_size
    text = f"{forge.published(size).text}more is true\n"
    forge.publish(size, sign_note(text, [forge.key(forge.origin)]))
    return f"checkpoint {size}"


def keep_a_head_under_another_size(forge: Forgery) -> str:
    """File a published head under a size that it does not state."""
    size = forge.scene.early_size
    forge.run("UPDATE checkpoints SET size = ? WHERE size = ?", size + 1, size)
    return f"checkpoint {size + 1}"


# --- witnesses ------------------------------------------------------------------------------------------------------------


def publish_a_head_that_nobody_cosigned(forge: Forgery) -> str:
    """Publish the newest head without asking the witnesses."""
    forge.sign(forge.size)
    return f"checkpoint {forge.size}"


def strip_a_quorum(forge: Forgery) -> str:
    """Take so many cosignatures off the newest head that the quorum is missing."""
    return _with_lines(forge, _cosignatures(forge, forge.size)[:1])


def forge_a_cosignature(forge: Forgery) -> str:
    """Put a line under the newest head that names a witness and is not by it."""
    first, *others = _cosignatures(forge, forge.size)
    return _with_lines(forge, [_flipped(first), *others])


def forge_a_cosignature_of_an_older_head(forge: Forgery) -> str:
    """The same under an earlier head, which nobody's newest receipt refers to."""
    size = forge.scene.early_size
    first, *others = _cosignatures(forge, size)
    return _with_lines(forge, [_flipped(first), *others], size=size)


def cosign_without_a_time(forge: Forgery) -> str:
    """Put a witness's signature under the newest head that says no time, as a time of 0 does."""
    first, *others = _cosignatures(forge, forge.size)
    return _with_lines(forge, [replace(first, signature=bytes(8) + first.signature[8:]), *others])


def cosign_in_the_name_of_a_witness(forge: Forgery) -> str:
    """Meet the quorum with a key that bears the name of a witness and is none of the policy's."""
    stranger = SigningKey.generate(forge.scene.witnesses[1].verifier.name, forge.scene.witnesses[1].verifier.type)
    line = cosign(forge.published(forge.size), stranger, forge.time_s)
    return _with_lines(forge, [_cosignatures(forge, forge.size)[0], line])


def count_one_witness_twice(forge: Forgery) -> str:
    """Meet the quorum of two with two lines by one key."""
    first = _cosignatures(forge, forge.size)[0]
    again = cosign(forge.published(forge.size), forge.scene.witnesses[0], forge.time_s + 1)
    return _with_lines(forge, [first, again])


def repeat_a_cosignature(forge: Forgery) -> str:
    """Add a second line by a witness beside a quorum that is met."""
    lines = _cosignatures(forge, forge.size)
    return _with_lines(forge, [*lines, lines[-1]])


def copy_a_late_cosignature(forge: Forgery) -> str:
    """Copy the line of a witness from an earlier head under the newest one, as if it had come late."""
    lines = _cosignatures(forge, forge.size)
    return _with_lines(forge, [*lines[:1], _cosignatures(forge, forge.scene.early_size)[1]])


def drown_a_head_in_lines(forge: Forgery) -> str:
    """Put more lines under the newest head than anybody reads."""
    note = forge.published(forge.size)
    strangers = (SigningKey.generate(f"rehearsal.example/{number}", _cosigning(forge)) for number in range(SIGNATURES_MAX))
    return _with_lines(forge, [*_cosignatures(forge, forge.size), *(cosign(note, key, forge.time_s) for key in strangers)])


def _tell_another_end(forge: Forgery) -> None:
    last = forge.size - 1
    batch = forge.batch(last)
    note = sign_note(replace(batch, time=Instant(batch.time - 1)).text, [forge.key(party) for party in batch.parties])
    forge.put_entry(last, replace(forge.entry(last), note=note.to_bytes()))
    forge.cover_up(last)


def _cosigning(forge: Forgery) -> KeyType:
    return forge.scene.witnesses[0].verifier.type


def _cosignatures(forge: Forgery, size: int) -> list[SignatureLine]:
    """The lines of the scene's witnesses, in their order."""
    lines = {(line.name, line.key_id): line for line in forge.published(size).signatures}
    return [lines[witness.verifier.name, witness.verifier.key_id] for witness in forge.scene.witnesses]


def _with_lines(forge: Forgery, lines: list[SignatureLine], *, size: int | None = None) -> str:
    """Publish the head of a size, by default the newest, with the log's own lines and these."""
    at = forge.size if size is None else size
    note = forge.published(at)
    witnesses = {witness.verifier.name for witness in forge.scene.witnesses}
    own = tuple(line for line in note.signatures if line.name not in witnesses)
    forge.publish(at, SignedNote(note.text, own), lines)
    return f"checkpoint {at}"


def _flipped(line: SignatureLine) -> SignatureLine:
    return replace(line, signature=line.signature[:-1] + bytes([line.signature[-1] ^ 1]))


ON_THE_HEADS: Final = (
    Attack("KeptCheckpointContradicted", show_another_end_to_one_auditor, against_kept=True),
    Attack("WitnessCosignedFork", let_witnesses_cosign_both_ends, against_kept=True, witnessed=True),
    Attack("WitnessCosignedFork", let_a_witness_cosign_an_older_fork, witnessed=True),
    Attack("EntryMissing", publish_a_later_head_with_the_stolen_key),
    Attack("KeptCheckpointContradicted", hand_out_a_later_head_with_the_stolen_key, against_kept=True),
    Attack("CheckpointNotByLogKey", sign_the_newest_head_with_a_retired_key),
    Attack("CheckpointSignatureWrong", sign_an_older_head_with_a_retired_key),
    Attack("CheckpointNotByLogKey", sign_a_head_of_another_origin),
    Attack("CheckpointMalformed", add_an_extension_line),
    Attack("CheckpointMalformed", keep_a_head_under_another_size),
    Attack("QuorumUnmet", publish_a_head_that_nobody_cosigned, witnessed=True),
    Attack("QuorumUnmet", strip_a_quorum, witnessed=True),
    Attack("CosignatureWrong", forge_a_cosignature, witnessed=True),
    Attack("CosignatureWrong", forge_a_cosignature_of_an_older_head, witnessed=True),
    Attack("CosignatureWrong", cosign_without_a_time, witnessed=True),
    Attack("QuorumUnmet", cosign_in_the_name_of_a_witness, witnessed=True),
    Attack("QuorumUnmet", count_one_witness_twice, witnessed=True),
    Attack("SignatureLineRepeated", repeat_a_cosignature, witnessed=True),
    Attack("CosignatureWrong", copy_a_late_cosignature, witnessed=True),
    Attack("CheckpointMalformed", drown_a_head_in_lines, witnessed=True),
)
"""Attacks on tree heads; those on entries stand in `tampering.py`."""
