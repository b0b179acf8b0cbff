"""The witness policy that governance adopted, and the policy file that follows from it.

The adopted text holds witness, group and quorum lines only: log keys and first entry come from the log itself, since
the founding record cannot name the hash of its own entry.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from hashlib import sha256
from typing import Final

from ledger.errors import SuyuanError
from ledger.evidence.key import VerifierKey
from ledger.evidence.merkle import Digest
from ledger.evidence.policy import NO_QUORUM, FirstEntryLine, LogLine, Policy, PolicyLine, QuorumLine
from ledger.trade.parties.refusals import WitnessPolicyWrong
from ledger.trade.parties.state import Governance

MARK_BYTES: Final = 8

_WANTED: Final = "witness and group lines and one quorum line, as a policy file prints them, without comments"


def policy_of(state: Governance) -> Policy:
    """Return the policy that governance recommends now: log keys in use, first entry, witnesses and quorum.

    An auditor pins a policy of his own; this one is for comparison, and for whoever trusts the ledger's governance.
    """
    in_use = [log_key.key for log_key in state.log_keys if log_key.overlap_until is None]
    return _policy(state.origin, state.first_entry, in_use, state.witness_policy)


def witness_mark(state: Governance) -> bytes | None:
    """Eight bytes that name the witness policy in force; None where it asks for no witness.

    Checkpoints are kept with the mark of the policy whose quorum cosigned them.
    """
    return None if state.witness_policy is None else _mark(state.witness_policy)


def refuse_witness_policy(text: str | None, *, origin: str, first_entry: Digest, log_keys: Sequence[VerifierKey]) -> None:
    """Return if `text` can be the rest of a policy file of this log; None means that no witness is asked for.

    Raises:
        WitnessPolicyWrong: a line of another kind, a comment, a weak key, a quorum that nothing defines.
    """
    try:
        policy = _policy(origin, first_entry, log_keys, text)
    except SuyuanError as reason:
        raise WitnessPolicyWrong(seen=str(reason), wanted=_WANTED, pointer="/witnessPolicy") from reason
    rest = policy.text.split("\n", len(log_keys) + 1)[-1]
    if policy.log_keys != tuple(log_keys) or (text is not None and rest != text):
        raise WitnessPolicyWrong(seen=text, wanted=_WANTED, pointer="/witnessPolicy")


@lru_cache(maxsize=16)
def _mark(text: str) -> bytes | None:
    asks_nobody = str(QuorumLine(NO_QUORUM)) in text.splitlines()
    return None if asks_nobody else sha256(text.encode()).digest()[:MARK_BYTES]


def _policy(origin: str, first_entry: Digest, log_keys: Sequence[VerifierKey], text: str | None) -> Policy:
    given: tuple[PolicyLine, ...] = (*(LogLine(key) for key in log_keys), FirstEntryLine(origin, first_entry))
    if text is None:
        return Policy((*given, QuorumLine(NO_QUORUM)))
    return Policy.parse("".join(f"{line}\n" for line in given) + text)
