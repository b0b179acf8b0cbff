"""Who signed a batch, with keys valid at its entry, in a role that may: judged by the folded governance."""

from __future__ import annotations

from typing import Final

from ledger.audit.finding import FindingKind
from ledger.audit.journal import Journal
from ledger.errors import SuyuanError
from ledger.evidence.authority import RoleMayNotSign
from ledger.evidence.batch import BatchSignatureWrong, PartyUnknown, SignedBatch, SigningKeyUnknown, verify_batch
from ledger.evidence.key import VerifierKey
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


def check_signatures(index: int, signed: SignedBatch, state: Governance, journal: Journal) -> tuple[VerifierKey, ...] | None:
    """Return the keys that signed, or None, with a finding, where one of them does not hold.

    Every key that a party ever had is tried, so that a revoked one is called revoked and not unknown.
    """
    try:
        keys = verify_batch(signed, state.keys_ever_of)
        journal.checked.signatures += len(keys)
        admit(state, signed.batch, keys, index=index)
    except SuyuanError as reason:
        journal.entry(_KIND_OF.get(type(reason), FindingKind.GOVERNANCE_REFUSED), index, str(reason))
        return None
    return keys
