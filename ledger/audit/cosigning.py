"""The signature lines of published checkpoints: each key once, what witnesses signed verifies, and none of them signed a fork."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ledger.audit.finding import FindingKind, at_checkpoint
from ledger.audit.heads import StatedHead
from ledger.audit.journal import Journal
from ledger.errors import SuyuanError
from ledger.evidence.checkpoint import cosignature_time
from ledger.evidence.key import index_keys
from ledger.evidence.note import SignedNote
from ledger.evidence.policy import Policy


class CosigningCheck:
    """Told of each head that parses and that the log signed; witnesses are those of the auditor's policy."""

    def __init__(self, policy: Policy, journal: Journal) -> None:
        self._journal = journal
        self._keys = index_keys(witness.key for witness in policy.witnesses)
        self._names = {witness.key: witness.name for witness in policy.witnesses}
        self._last_held: dict[str, int] = {}
        self._forked: list[tuple[int, frozenset[str]]] = []

    def holds(self, head: StatedHead) -> None:
        """This head is one of the log, as its entries give it."""
        for name in self._cosigners(head):
            self._last_held[name] = max(head.size, self._last_held.get(name, 0))

    def contradicts(self, head: StatedHead) -> None:
        """The entries of the log give another root at the size of this head."""
        self._forked.append((head.size, self._cosigners(head)))

    def finish(self) -> None:
        """Whoever cosigned a head that the log contradicts, and one of the log that is as long or longer, signed a fork."""
        for size, cosigners in self._forked:
            for name in sorted(cosigners):
                held = self._last_held.get(name, 0)
                if held >= size:
                    message = f"witness {name} cosigned it, and size {held} of this log, which does not go on from it"
                    self._journal.add(FindingKind.WITNESS_COSIGNED_FORK, at_checkpoint(size), message)

    def keep(self) -> tuple[dict[str, int], list[tuple[int, list[str]]]]:
        """The longest head that each witness cosigned truly, and the heads that the log contradicts with their cosigners."""
        return self._last_held, [(size, sorted(names)) for size, names in self._forked]

    def resume(self, held: Mapping[str, int], forked: Iterable[tuple[int, Sequence[str]]]) -> None:
        self._last_held = dict(held)
        self._forked = [(size, frozenset(names)) for size, names in forked]

    def _cosigners(self, head: StatedHead) -> frozenset[str]:
        """The policy's names of the witnesses whose lines verify; what is wrong with lines is told, but of a kept head."""
        note, position = SignedNote.parse(head.note), at_checkpoint(head.size)
        seen: set[tuple[str, bytes]] = set()
        cosigned: set[str] = set()
        for line in note.signatures:
            named = (line.name, line.key_id)
            if named in seen and not head.kept:
                message = f"two lines by {line.name}+{line.key_id.hex()}"
                self._journal.add(FindingKind.SIGNATURE_LINE_REPEATED, position, message)
            seen.add(named)
            key = self._keys.get(named)
            if key is None:
                continue
            try:
                cosignature_time(note, line, key)
            except SuyuanError as reason:
                if not head.kept and not self._journal.has(FindingKind.COSIGNATURE_WRONG, position):
                    self._journal.add(FindingKind.COSIGNATURE_WRONG, position, str(reason))
                continue
            cosigned.add(self._names[key])
        return frozenset(cosigned)
