"""What a witness answers to a request to cosign: every row of the protocol's table, from bytes and known state alone.

    200  it grows out of what was cosigned last, or is the same again
    400  not in the form, extension lines, too many signature lines; `old` above the checkpoint's size
    403  no line by a key of the log, or a line of such a key that does not verify
    404  no log of this origin is known
    409  `old` is not the size cosigned last; the answer says which that is
    422  the proof fails; there is one although `old` is 0; the same size with another root; size 0 with another root than
         that of the empty tree

Source: C2SP tlog-witness, "add-checkpoint".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias

from ledger.errors import Absent, Conflict, Malformed, SuyuanError, Unprocessable, Untrusted
from ledger.evidence.add_checkpoint import AddCheckpoint
from ledger.evidence.checkpoint import CheckpointMalformed, CosignatureMalformed, cosignature_time
from ledger.evidence.key import NOTE_KEY_TYPES, SignatureWrong, VerifierKey, index_keys, refuse_key_name
from ledger.evidence.merkle import DIGEST_BYTES, EMPTY_ROOT, ConsistencyUnproven, Digest, verify_consistency
from ledger.evidence.note import NoteTooLarge, NoteUnsigned, SignatureLine, SignedNote
from ledger.evidence.spelling import parse_base64, parse_size
from ledger.storage.witness.logs import KnownLog

_HEAD_LINES: Final = 3


class SignaturesTooMany(Malformed):
    title = "a checkpoint has more signature lines than are read here"


class CheckpointExtended(Malformed):
    title = "a checkpoint has lines after its root, and nothing could vouch for them"
    default_hint = "send checkpoints of three lines: origin, size, root"


class OldSizeAhead(Malformed):
    title = "the old size is above the checkpoint's"


class LogUnknown(Absent):
    title = "this witness knows no log of this origin"
    default_hint = "introduce it with POST add-log, or ask the witness's operator to run `suyuan witness log add`"


class CosignedSizeDiffers(Conflict):
    title = "the old size is not that of the checkpoint cosigned last"

    def __init__(self, *, old_size: int, size: int) -> None:
        super().__init__(seen=f"old {old_size}", wanted=f"old {size}")
        self.size = size


class EmptyTreeMisstated(Unprocessable):
    title = "a checkpoint of size 0 has another root than that of the empty tree"


class ProofWithoutOld(Unprocessable):
    title = "there is a proof although it starts from size 0, where nothing is to be proven"


class SameSizeRootDiffers(Unprocessable):
    title = "a checkpoint of the size cosigned last has another root"


class ProofWrong(Unprocessable):
    title = "the proof does not show that the checkpoint grows out of the one cosigned last"


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that parses: what its checkpoint says, whether or not it can be true."""

    old_size: int
    proof: tuple[Digest, ...]
    note: SignedNote
    origin: str
    size: int
    root: Digest

    @classmethod
    def parse(cls, data: bytes) -> Asked:
        """Read a request to cosign. Nothing of it is verified.

        Raises:
            Malformed, and its leaves: row 400. AddCheckpointTooLarge.
        """
        request = AddCheckpoint.parse(data)
        try:
            note = SignedNote.parse(request.note)
        except NoteTooLarge as reason:
            raise SignaturesTooMany(seen=reason.seen, wanted=reason.wanted) from reason
        lines = note.text[:-1].split("\n")
        if len(lines) > _HEAD_LINES:
            raise CheckpointExtended(seen=lines[_HEAD_LINES])
        if len(lines) < _HEAD_LINES:
            raise CheckpointMalformed(seen=note.text, wanted="three lines: origin, size, root")
        refuse_key_name(lines[0])
        root = parse_base64(lines[2], length=DIGEST_BYTES)
        return cls(request.old_size, request.proof, note, lines[0], parse_size(lines[1]), root)


@dataclass(frozen=True, slots=True)
class Cosign:
    """Row 200.

    Attributes:
        signed: the note as it may be cosigned and kept, with the log's verified lines only.
        known: what it was judged by; the cosignature may be given only while that still stands.
    """

    signed: SignedNote
    known: KnownLog


@dataclass(frozen=True, slots=True)
class Refuse:
    """Any other row.

    Attributes:
        error: the status is that of its class.
        evidence: the refused note with the log's verified lines, where it is worth keeping.
        proven: it and the one cosigned last cannot both be honest.
    """

    error: SuyuanError
    evidence: SignedNote | None = None
    proven: bool = False


Decision: TypeAlias = Cosign | Refuse


def decide(asked: Asked, known: KnownLog | None) -> Decision:
    """Return what to answer. Pure; the first row that fits, in the order of the standard."""
    if known is None or not known.keys:
        return Refuse(LogUnknown(seen=asked.origin))
    try:
        signed = SignedNote(asked.note.text, verified_lines(asked.note, known.keys))
    except Untrusted as reason:
        return Refuse(reason)
    size, root = (known.cosigned.size, known.cosigned.root) if known.cosigned else (0, EMPTY_ROOT)
    refusal = _refusal(asked, size=size, root=root)
    if refusal is None:
        return Cosign(signed, known)
    # The log's own key has signed two heads of one size: that is evidence, whichever row it is answered by.
    proven = known.cosigned is not None and asked.size == size and asked.root != root
    return Refuse(refusal, signed if proven or isinstance(refusal, ProofWrong) else None, proven)


def _refusal(asked: Asked, *, size: int, root: Digest) -> SuyuanError | None:
    """Rows 400, 409 and 422 for a checkpoint that the log has signed; None where it may be cosigned."""
    if asked.old_size > asked.size:
        return OldSizeAhead(seen=f"old {asked.old_size}", wanted=f"at most {asked.size}")
    if asked.old_size != size:
        return CosignedSizeDiffers(old_size=asked.old_size, size=size)
    if asked.size == 0 and asked.root != EMPTY_ROOT:
        return EmptyTreeMisstated(seen=f"root {asked.root.hex()}", wanted=f"root {EMPTY_ROOT.hex()}")
    if asked.size == size and asked.root != root:
        return SameSizeRootDiffers(seen=f"root {asked.root.hex()} at size {size}", wanted=f"root {root.hex()}")
    return _fault_of_proof(asked, size=size, root=root)


def _fault_of_proof(asked: Asked, *, size: int, root: Digest) -> SuyuanError | None:
    # Every tree begins with the empty one, and RFC 6962 has no proof of that.
    if size == 0:
        return ProofWithoutOld(seen=f"{len(asked.proof)} hashes", wanted="none") if asked.proof else None
    try:
        verify_consistency(old_size=size, new_size=asked.size, old_root=root, new_root=asked.root, proof=asked.proof)
    except ConsistencyUnproven as reason:
        return ProofWrong(seen=reason.seen, wanted=reason.wanted)
    return None


def verified_lines(note: SignedNote, keys: tuple[VerifierKey, ...]) -> tuple[SignatureLine, ...]:
    """The lines of a checkpoint by these keys of its log, one for each key that signed; never none.

    Lines by other keys are ignored. Every line by one of these keys must verify.

    Raises:
        SignatureWrong: one does not. NoteUnsigned: there is none. KeysCollide.
    """
    known = index_keys(keys)
    found: dict[VerifierKey, SignatureLine] = {}
    for line in note.signatures:
        key = known.get((line.name, line.key_id))
        if key is not None:
            _verify(note, line, key)
            found.setdefault(key, line)
    if not found:
        seen = ", ".join(line.name for line in note.signatures)
        raise NoteUnsigned(seen=seen, wanted=", ".join(f"{key.name}+{key.key_id.hex()}" for key in keys))
    return tuple(found.values())


def _verify(note: SignedNote, line: SignatureLine, key: VerifierKey) -> None:
    if key.type in NOTE_KEY_TYPES:
        key.verify(note.text.encode(), line.signature)
        return
    try:
        cosignature_time(note, line, key)
    except (CosignatureMalformed, CheckpointMalformed) as reason:
        # A line under the log's own key that has not even the right form was not made by it.
        raise SignatureWrong(seen=f"key {key.name}+{key.key_id.hex()}: {reason.seen}", wanted=reason.wanted) from reason
