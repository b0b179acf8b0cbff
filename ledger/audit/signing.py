"""Who signed a batch, with keys valid at its entry, in a role that may: judged by the folded governance."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from ledger.audit.finding import FindingKind
from ledger.audit.journal import Journal
from ledger.errors import SuyuanError
from ledger.evidence.authority import RoleMayNotSign
from ledger.evidence.batch import BatchSignatureWrong, PartyUnknown, SignedBatch, SigningKeyUnknown, verify_batch
from ledger.evidence.key import NOTE_KEY_TYPES, VerifierKey
from ledger.evidence.note import SignatureLine
from ledger.trade.parties.fold import admit
from ledger.trade.parties.refusals import (
    KeyRevokedBefore,
    LedgerIsClosed,
    NoteOfAnotherLog,
    PartyNotActive,
    PartyWithoutRole,
    SigningKeyMissing,
)
from ledger.trade.parties.state import Governance, PartyNotAdmitted

_KIND_OF: Final[dict[type[SuyuanError], FindingKind]] = {
    BatchSignatureWrong: FindingKind.SIGNATURE_WRONG,
    PartyNotAdmitted: FindingKind.KEY_NOT_VALID,
    PartyUnknown: FindingKind.KEY_NOT_VALID,
    SigningKeyUnknown: FindingKind.KEY_NOT_VALID,
    KeyRevokedBefore: FindingKind.KEY_NOT_VALID,
    PartyNotActive: FindingKind.KEY_NOT_VALID,
    PartyWithoutRole: FindingKind.KEY_NOT_VALID,
    SigningKeyMissing: FindingKind.SIGNATURE_WRONG,
    RoleMayNotSign: FindingKind.ROLE_MAY_NOT_SIGN,
    NoteOfAnotherLog: FindingKind.BATCH_OF_ANOTHER_LOG,
    LedgerIsClosed: FindingKind.GOVERNANCE_REFUSED,
}


def check_signatures(
    index: int,
    signed: SignedBatch,
    state: Governance,
    journal: Journal,
    proposed: Sequence[VerifierKey] | None = None,
) -> tuple[VerifierKey, ...] | None:
    """Return the keys that signed, or None, with a finding, where one of them does not hold.

    Every key that a party ever had is tried, so that a revoked one is called revoked and not unknown.

    Args:
        proposed: keys that verified over this very note already. They count where the state names the same ones.
    """
    try:
        keys = _named_alike(signed, state, proposed) or verify_batch(signed, state.keys_ever_of)
        journal.checked.signatures += len(keys)
        admit(state, signed.batch, keys, index=index)
    except SuyuanError as reason:
        journal.entry(_KIND_OF.get(type(reason), FindingKind.GOVERNANCE_REFUSED), index, str(reason))
        return None
    return keys


def _named_alike(
    signed: SignedBatch, state: Governance, proposed: Sequence[VerifierKey] | None
) -> tuple[VerifierKey, ...] | None:
    """The proposed keys, if for each line the state names that one, and before it no other of the same name and key ID."""
    if proposed is None:
        return None
    for line, key in zip(signed.signatures, proposed, strict=True):
        if _key_of(line, state) != key:
            return None
    return tuple(proposed)


def keys_said_of(signed: SignedBatch, state: Governance) -> tuple[VerifierKey, ...]:
    """The keys that the signature lines name, where the state knows them. Nothing is verified: somebody did so before."""
    named = []
    for line in signed.signatures:
        try:
            named.append(_key_of(line, state))
        except SuyuanError:
            continue
    return tuple(key for key in named if key is not None)


def _key_of(line: SignatureLine, state: Governance) -> VerifierKey | None:
    return next((key for key in state.keys_ever_of(line.name) if _may_be_of(key, line.name, line.key_id)), None)


class ProposedKeys:
    """Keys that governance records name, whether valid or not, by name and key ID: enough to verify with, not to judge."""

    def __init__(self) -> None:
        self._by_id: dict[tuple[str, bytes], list[VerifierKey]] = {}

    def take(self, keys: Iterable[VerifierKey]) -> None:
        for key in keys:
            held = self._by_id.setdefault((key.name, key.key_id), [])
            if key not in held:
                held.append(key)

    def learn(self, record: Mapping[str, Any] | None) -> None:
        """Take the keys that a governance record names."""
        if record is not None:
            self.take(keys_named_in(record))

    def signers_of(self, signed: SignedBatch) -> tuple[VerifierKey, ...] | None:
        """The keys that verify over the note, one a line; None where one line has none that does."""
        try:
            return verify_batch(signed, self._of_lines(signed))
        except SuyuanError:
            return None

    def _of_lines(self, signed: SignedBatch) -> Callable[[str], Sequence[VerifierKey]]:
        by_name = {line.name: self._by_id.get((line.name, line.key_id), ()) for line in signed.signatures}
        return by_name.__getitem__


def keys_named_in(value: object) -> Iterator[VerifierKey]:
    """Every text in a parsed record that is a verifier key."""
    if isinstance(value, str):
        if value.count("+") >= 2:
            try:
                yield VerifierKey.parse(value)
            except SuyuanError:
                return
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from keys_named_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from keys_named_in(inner)


def _may_be_of(key: VerifierKey, name: str, key_id: bytes) -> bool:
    return (key.name, key.key_id) == (name, key_id) and key.type in NOTE_KEY_TYPES
