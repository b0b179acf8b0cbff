"""The log's own keys: add one, retire one with an overlap, list them all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ledger.actions.log.staging import Sequenced
from ledger.actions.open_ledger import Ledger
from ledger.actions.parties.recommend_policy import rewrite_policy
from ledger.actions.parties.record_governance import held_signers, record_by_held_keys, record_governance
from ledger.errors import Absent, Unavailable
from ledger.evidence.key import KeyType, SigningKey, VerifierKey
from ledger.storage.database import reading, writing
from ledger.storage.held_keys import held_vkeys, keep_key
from ledger.trade.parties.bodies import LogKeyAdded, LogKeyRetired
from ledger.trade.parties.possession import prove_possession
from ledger.trade.parties.refusals import OverlapInThePast
from ledger.trade.parties.state import Governance, LogKey

_TRIES_MAX: Final = 20


class LogKeyUnknown(Absent):
    title = "the log has no such key"
    default_hint = "`suyuan log key list` shows all of them"


class LogTooBusy(Unavailable):
    title = "entries kept coming between looking at the log and writing the retirement"
    default_hint = "state an end that lies ahead: --overlap-until SIZE"


@dataclass(frozen=True, slots=True)
class LogKeyStanding:
    """A key of the log as it stands: which checkpoints bear it, and whether it can sign here.

    Attributes:
        signs: whether the next checkpoint bears it.
        held: whether its private half is kept here.
    """

    log_key: LogKey
    signs: bool
    held: bool


def add_log_key(ledger: Ledger, kind: KeyType = KeyType.ED25519) -> tuple[VerifierKey, Sequenced]:
    """Make a log key, keep it sealed, and have governance add it; every checkpoint from here on bears it too.

    Raises:
        NoHeldKey: governance has its keys elsewhere. LogKeysTooMany, and other refusals of the fold.
    """
    state = ledger.state()
    key = SigningKey.generate(state.origin, kind)
    proof = prove_possession(key, origin=state.origin, first_entry=state.first_entry, party=state.origin)
    body = LogKeyAdded(key.verifier, proof)
    issuer, *signers = held_signers(ledger, state, body)
    with writing(ledger.engine) as connection:
        # Kept before it is added: without its private half no checkpoint could be signed any more.
        keep_key(connection, ledger.seal, key)
    written = record_governance(ledger, body, issuer=issuer, signers=signers)
    rewrite_policy(ledger)
    return key.verifier, written


def retire_log_key(ledger: Ledger, named: str, *, last_size: int | None = None) -> tuple[VerifierKey, Sequenced]:
    """State the end of a log key; until then it signs beside the others.

    Args:
        named: the vkey, `<name>+<key ID>`, or the key ID alone.
        last_size: size of the last checkpoint that bears it; by default that over the retirement itself.

    Raises:
        LogKeyUnknown, NoHeldKey, LastLogKey, LogKeyNotActive, OverlapInThePast.
        LogTooBusy: without `last_size`, on a log that never rests.
    """
    key = _named(ledger.state(), named)
    written = _retire_now(ledger, key) if last_size is None else _retire_later(ledger, key, last_size)
    rewrite_policy(ledger)
    return key, written


def list_log_keys(ledger: Ledger) -> list[LogKeyStanding]:
    """Every key that the log ever had, oldest first."""
    state, size = ledger.state(), ledger.head().size
    with reading(ledger.engine) as connection:
        held = frozenset(held_vkeys(connection, state.origin))
    return [LogKeyStanding(one, one.signs(size + 1), str(one.key) in held) for one in state.log_keys]


def _retire_now(ledger: Ledger, key: VerifierKey) -> Sequenced:
    for _ in range(_TRIES_MAX):
        try:
            return record_by_held_keys(ledger, LogKeyRetired(key, ledger.head().size))
        except OverlapInThePast:
            continue  # a server wrote in between; nothing of ours was
    raise LogTooBusy(seen=f"{_TRIES_MAX} tries", wanted="a moment without entries")


def _retire_later(ledger: Ledger, key: VerifierKey, last_size: int) -> Sequenced:
    try:
        return record_by_held_keys(ledger, LogKeyRetired(key, last_size - 1))
    except OverlapInThePast as reason:
        # In sizes, as it was asked for; the record counts entries.
        raise OverlapInThePast(seen=f"size {last_size}", wanted=f"size {ledger.head().size + 1} or later") from reason


def _named(state: Governance, named: str) -> VerifierKey:
    for log_key in state.log_keys:
        key = log_key.key
        if named in (str(key), f"{key.name}+{key.key_id.hex()}", key.key_id.hex()):
            return key
    raise LogKeyUnknown(seen=named, wanted=", ".join(f"{one.key.name}+{one.key.key_id.hex()}" for one in state.log_keys))
