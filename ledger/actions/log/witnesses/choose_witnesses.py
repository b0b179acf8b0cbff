"""Choose the log's witnesses: governance adopts the ones so far and one more, or one less, in one group."""

from __future__ import annotations

from typing import Final

from ledger.actions.log.staging import Sequenced
from ledger.actions.log.witnesses.witness_url import witness_address
from ledger.actions.open_ledger import Ledger
from ledger.actions.parties.recommend_policy import rewrite_policy
from ledger.actions.parties.record_governance import record_by_held_keys
from ledger.errors import Absent, Conflict
from ledger.evidence.key import VerifierKey
from ledger.evidence.policy import GroupLine, Policy, QuorumLine, WitnessLine
from ledger.trade.parties.bodies import WitnessPolicyAdopted
from ledger.trade.parties.witnessing import policy_of

GROUP: Final = "witnesses"
ALL: Final = "all"
ANY: Final = "any"


class WitnessKnown(Conflict):
    title = "the witness policy has this name or this key already"
    default_hint = "give another name with --name; a key counts once"


class WitnessAbsent(Absent):
    title = "the witness policy names no such witness"
    default_hint = "suyuan log witness list --data DIR"


class WitnessIsTheLog(Conflict):
    title = "this is a key of the log itself, and a log cannot witness itself"
    default_hint = "give the key that `suyuan witness serve` prints where somebody else runs it"


class WitnessGroupsNested(Conflict):
    title = "the witness policy in force has groups of its own, which this command would undo"
    default_hint = "say with --quorum that all of them shall stand in one group, or have governance adopt a policy by a record"


def add_witness(ledger: Ledger, key: VerifierKey, url: str, *, name: str, quorum: str | None) -> Sequenced:
    """Adopt the policy with this witness beside those so far, and rewrite the policy file.

    Args:
        quorum: `all`, `any` or a number; by default `all` or `any` as before, else more than half.

    Raises:
        WitnessUrlRefused, WitnessKnown, WitnessIsTheLog, WitnessGroupsNested, WitnessPolicyWrong.
        What `record_by_held_keys` raises.
    """
    line = WitnessLine(name, key, witness_address(url))
    state = ledger.state()
    # Those that are retired too: whoever had the log's key could cosign for a witness.
    if any(key.public == log_key.key.public for log_key in state.log_keys):
        raise WitnessIsTheLog(seen=key.short, wanted="a witness's own key")
    policy = policy_of(state)
    if any(line.name == one.name or line.key.public == one.key.public for one in policy.witnesses):
        raise WitnessKnown(seen=name, wanted=f"other than {', '.join(one.name for one in policy.witnesses)}")
    return _adopt(ledger, policy, (*policy.witnesses, line), quorum)


def remove_witness(ledger: Ledger, name: str, *, quorum: str | None = None) -> Sequenced:
    """Adopt the policy without this witness, and rewrite the policy file. After the last one none is asked for.

    Raises:
        WitnessAbsent, WitnessGroupsNested, WitnessPolicyWrong; and what `record_by_held_keys` raises.
    """
    policy = policy_of(ledger.state())
    left = tuple(one for one in policy.witnesses if one.name != name)
    if len(left) == len(policy.witnesses):
        raise WitnessAbsent(seen=name, wanted=", ".join(one.name for one in left) or "nothing: there are no witnesses")
    return _adopt(ledger, policy, left, quorum)


def _adopt(ledger: Ledger, before: Policy, witnesses: tuple[WitnessLine, ...], quorum: str | None) -> Sequenced:
    own = [group.name for group in before.groups] in ([], [GROUP]) and before.quorum in (GROUP, "none")
    if not own and quorum is None:
        raise WitnessGroupsNested(seen=", ".join(group.name for group in before.groups) or before.quorum)
    text = None
    if witnesses:
        group = GroupLine(GROUP, quorum or _rule(before, len(witnesses)), tuple(one.name for one in witnesses))
        text = "".join(f"{line}\n" for line in (*witnesses, group, QuorumLine(GROUP)))
    written = record_by_held_keys(ledger, WitnessPolicyAdopted(text))
    rewrite_policy(ledger)
    return written


def _rule(before: Policy, count: int) -> str:
    """`all` and `any` are kept; else more than half, so that two halves that do not see each other never both suffice."""
    kept = next((group.rule for group in before.groups if group.rule in (ALL, ANY)), None)
    return kept or str(count // 2 + 1)
