"""The policy file that the ledger recommends: what governance says now of log keys, witnesses and quorum."""

from __future__ import annotations

from pathlib import Path

from ledger.actions.open_ledger import Ledger
from ledger.actions.parties.found_ledger import POLICY_FILE
from ledger.evidence.policy import Policy
from ledger.trade.parties.witnessing import policy_of


def rewrite_policy(ledger: Ledger) -> Policy:
    """Put the policy of now into the data directory's policy file, whole at every moment, and return it."""
    policy = policy_of(ledger.state())
    write_policy(ledger.data / POLICY_FILE, policy)
    return policy


def write_policy(path: Path, policy: Policy) -> None:
    # An auditor's script may read it at any moment, and half a policy might name half of the witnesses.
    fresh = path.with_name(f".{path.name}.new")
    fresh.write_text(policy.text, encoding="utf-8")
    fresh.replace(path)
