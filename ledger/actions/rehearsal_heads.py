"""What the rehearsal adds about tree heads: witnesses in its own process, and a log key that takes another's place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ledger.actions.log.publish_checkpoint import Publication, Published
from ledger.actions.log.witnesses.answer import Cosignature
from ledger.actions.log.witnesses.asked import Asked
from ledger.actions.open_ledger import Ledger
from ledger.actions.parties.log_keys import add_log_key, retire_log_key
from ledger.actions.parties.record_governance import record_by_held_keys
from ledger.evidence.checkpoint import cosign
from ledger.evidence.key import KeyType, SigningKey
from ledger.evidence.policy import GroupLine, Policy, QuorumLine, WitnessLine
from ledger.storage.database import reading
from ledger.storage.held_keys import open_key
from ledger.trade.parties.bodies import WitnessPolicyAdopted

_WITNESSES: Final = 3
_QUORUM: Final = "rehearsal"


@dataclass(frozen=True, slots=True)
class PresentWitnesses:
    """Cosigners for `Publication` that need no network: they sign what they are asked, all of them."""

    keys: tuple[SigningKey, ...]
    time_s: int

    def ask(self, asked: Asked, policy: Policy, *, everyone: bool = False) -> tuple[Cosignature, ...]:  # noqa: ARG002
        names = {line.key: line.name for line in policy.witnesses}
        return tuple(
            Cosignature(names[key.verifier], cosign(asked.note, key, self.time_s), self.time_s)
            for key in self.keys
            if key.verifier in names
        )

    def quorum_in_s(self, policy: Policy) -> float:  # noqa: ARG002 - they are always here
        return 0.0


def adopt_witnesses(ledger: Ledger) -> tuple[SigningKey, ...]:
    """Have governance adopt a quorum of two out of three new witnesses.

    Raises:
        NoHeldKey: governance has its keys elsewhere.
    """
    keys = tuple(SigningKey.generate(f"rehearsal.example/witness/{number}", KeyType.COSIGNATURE) for number in range(_WITNESSES))
    lines = [WitnessLine(f"witness-{number}", key.verifier) for number, key in enumerate(keys)]
    group = GroupLine(_QUORUM, "2", tuple(line.name for line in lines))
    text = "".join(f"{line}\n" for line in (*lines, group, QuorumLine(_QUORUM)))
    record_by_held_keys(ledger, WitnessPolicyAdopted(text))
    return keys


def publish_witnessed(ledger: Ledger, witnesses: tuple[SigningKey, ...]) -> Published:
    return Publication(ledger, PresentWitnesses(witnesses, ledger.clock() // 1_000)).publish()


def replace_a_log_key(ledger: Ledger) -> SigningKey:
    """Let a new Ed25519 log key take the place of the one there is; return the one that signs no more.

    Raises:
        NoHeldKey: governance has its keys elsewhere. LogKeysTooMany: there is no room for another key.
    """
    lasting = (one.key for one in ledger.state().log_keys if one.overlap_until is None)
    old = next(key for key in lasting if key.type is KeyType.ED25519)
    add_log_key(ledger)
    retire_log_key(ledger, str(old))
    with reading(ledger.engine) as connection:
        return open_key(connection, ledger.seal, old)
