"""Evidence that a log has two histories: two of its checkpoints, and the proof that no one log can have both.

{"type": "suyuan.fork-evidence/v1", "first": <note>, "second": <note>, "root": <base64>, "proof": [<base64>, …]}

`first` is the smaller checkpoint. `root` is that of the second history at the size of the first, and `proof` the RFC 6962
consistency proof from it to the second checkpoint; where both have one size, the root is the second's own and the proof empty.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final

from ledger.errors import Malformed, SuyuanError, TooLarge, Untrusted
from ledger.evidence.checkpoint import Checkpoint, CheckpointOfAnotherLog, open_checkpoint
from ledger.evidence.merkle import DIGEST_BYTES, Digest, verify_consistency
from ledger.evidence.note import NOTE_BYTES_MAX, SignedNote
from ledger.evidence.policy import Policy
from ledger.evidence.spelling import format_base64, parse_base64

FORK_TYPE: Final = "suyuan.fork-evidence/v1"
FORK_BYTES_MAX: Final = 2 * NOTE_BYTES_MAX + 16_384
_HASHES_MAX: Final = 64
_MEMBERS: Final = ("type", "first", "second", "root", "proof")


class ForkEvidenceMalformed(Malformed):
    title = "a file of fork evidence is not in its one accepted form"


class ForkEvidenceTooLarge(TooLarge):
    title = "a file of fork evidence is larger than one can be"


class ForkUnproven(Untrusted):
    title = "the two checkpoints can be of one history, so this proves no fork"


@dataclass(frozen=True, slots=True)
class ForkEvidence:
    """Two checkpoints that exclude each other. Nothing of it is verified before `verify`.

    Args:
        first: the smaller checkpoint, a signed note; of two of one size, either.
        second: the other one.
        root: of the second history at the size of the first.
        proof: from `root` to the second checkpoint, as RFC 6962 orders it.
    """

    first: bytes
    second: bytes
    root: Digest
    proof: tuple[Digest, ...]

    def to_bytes(self) -> bytes:
        members = {
            "type": FORK_TYPE,
            "first": self.first.decode(),
            "second": self.second.decode(),
            "root": format_base64(self.root),
            "proof": [format_base64(digest) for digest in self.proof],
        }
        return (json.dumps(members, ensure_ascii=False, indent=1) + "\n").encode()

    @classmethod
    def parse(cls, data: bytes) -> ForkEvidence:
        """Read exactly what `to_bytes` prints.

        Raises:
            ForkEvidenceMalformed, ForkEvidenceTooLarge, Base64Malformed: it is spelled otherwise.
        """
        if len(data) > FORK_BYTES_MAX:
            raise ForkEvidenceTooLarge(seen=f"{len(data)} bytes", wanted=f"at most {FORK_BYTES_MAX}")
        try:
            members = json.loads(data)
        except (ValueError, RecursionError) as reason:
            raise ForkEvidenceMalformed(seen=data[:40], wanted="a JSON object") from reason
        evidence = cls(*_parts(members))
        if evidence.to_bytes() != data:
            raise ForkEvidenceMalformed(seen=data[:40], wanted="the members in their one order and spelling")
        return evidence

    def verify(self, policy: Policy) -> tuple[Checkpoint, Checkpoint]:
        """Return both checkpoints if keys of the policy signed them and no one log can have both.

        Raises:
            ForkUnproven: they can be of one history.
            CheckpointOfAnotherLog, NoteUnsigned, SignatureWrong, ConsistencyUnproven: it is no evidence against this log.
        """
        first, _ = open_checkpoint(self.first, origin=policy.origin, log_keys=policy.log_keys)
        second, _ = open_checkpoint(self.second, origin=policy.origin, log_keys=policy.log_keys)
        self.refuse_one_history()
        return first, second

    def refuse_one_history(self) -> None:
        """Return if no one log can have both checkpoints, whoever signed them.

        Raises:
            ForkUnproven, ConsistencyUnproven, CheckpointOfAnotherLog, ForkEvidenceMalformed: see `verify`.
        """
        first, second = stated_in(self.first), stated_in(self.second)
        if first.origin != second.origin:
            raise CheckpointOfAnotherLog(seen=second.origin, wanted=first.origin)
        if not 0 < first.size <= second.size:
            raise ForkEvidenceMalformed(seen=f"sizes {first.size} and {second.size}", wanted="the smaller one first, above 0")
        verify_consistency(old_size=first.size, new_size=second.size, old_root=self.root, new_root=second.root, proof=self.proof)
        if first.root == self.root:
            raise ForkUnproven(seen=f"one root at size {first.size}", wanted="two roots at one size")


def stated_in(note: bytes) -> Checkpoint:
    """What a checkpoint note says; who signed it is not looked at."""
    return Checkpoint.parse(SignedNote.parse(note).text)


def _parts(members: Any) -> tuple[bytes, bytes, Digest, tuple[Digest, ...]]:  # noqa: ANN401 - decoded JSON
    if not isinstance(members, dict) or tuple(members) != _MEMBERS or members["type"] != FORK_TYPE:
        raise ForkEvidenceMalformed(seen=str(members)[:40], wanted=f"the members {', '.join(_MEMBERS)}; type {FORK_TYPE}")
    notes, proof = (members["first"], members["second"]), members["proof"]
    if not all(isinstance(text, str) for text in (*notes, members["root"])) or not isinstance(proof, list):
        raise ForkEvidenceMalformed(seen="a member of another kind", wanted="texts, and a list of hashes")
    if len(proof) > _HASHES_MAX or not all(isinstance(text, str) for text in proof):
        raise ForkEvidenceMalformed(seen=f"{len(proof)} hashes", wanted=f"at most {_HASHES_MAX}, in base64")
    try:
        first, second = (text.encode() for text in notes)
        for note in (first, second):
            SignedNote.parse(note)
    except (UnicodeEncodeError, SuyuanError) as reason:
        raise ForkEvidenceMalformed(seen=str(reason), wanted="two signed notes") from reason
    hashes = tuple(parse_base64(text, length=DIGEST_BYTES) for text in proof)
    return first, second, parse_base64(members["root"], length=DIGEST_BYTES), hashes
