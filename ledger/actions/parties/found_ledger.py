"""Found a ledger: make its keys, write entry 0, and leave a policy file that pins it."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import Connection

from ledger.actions.capture.stage_batch import Statement, sign_with
from ledger.actions.log.begin_guard import begin_guard
from ledger.actions.log.guard import guard_folders, refuse_guard_inside
from ledger.actions.log.publish_checkpoint import publish_checkpoint
from ledger.actions.open_ledger import EVENT_KEYS, UNLOCK_FILE, UNLOCK_VARIABLE, Clock, Ledger, open_ledger, system_clock
from ledger.actions.parties.record_governance import record_by_held_keys
from ledger.errors import Misused
from ledger.evidence.authority import ReadRule, RecordClass
from ledger.evidence.batch import ORIGIN_BYTES_MAX, refuse_name
from ledger.evidence.entry import GENESIS, link
from ledger.evidence.key import SigningKey
from ledger.evidence.register import Register
from ledger.storage.database import open_engine, upgrade_schema, writing
from ledger.storage.entries import StoredBatch, append
from ledger.storage.event_keys import add_note_keys, note_key
from ledger.storage.governance import change_lines, keep_snapshot
from ledger.storage.guard_file import make_folder
from ledger.storage.head import Head, advance_head, empty_head, read_head
from ledger.storage.held_keys import keep_key, keep_secret
from ledger.storage.sealing import Seal, make_unlock_file
from ledger.storage.tiles import extend_tiles
from ledger.storage.witness.store import WITNESS_FILE
from ledger.trade.epcis.vocabulary import PINNED_CONTEXTS
from ledger.trade.parties.bodies import LedgerContinued, LedgerFounded
from ledger.trade.parties.body_parts import GovernanceKey, PinnedContext, Registrar
from ledger.trade.parties.fold import found
from ledger.trade.parties.refusals import ContinuationMisplaced
from ledger.trade.parties.witnessing import policy_of

POLICY_FILE: Final = "policy"
_SEATS_MAX: Final = 16


class SeatsOutOfRange(Misused):
    title = "a ledger has 1 to 16 governance keys, and a threshold of 1 to all of them"


class WitnessInDirectory(Misused):
    title = "a witness lies in this directory; a ledger needs one of its own"
    default_hint = "choose another directory: a backup of the ledger must never bring an older witness back"


@dataclass(frozen=True, slots=True)
class Founding:
    """What a founder decides.

    Attributes:
        origin: name of the log, as ledger.example/main.
        seats: how many governance keys there are; the operator holds them at first, shown as such.
        threshold: how many of them must sign.
        territory: of the registrar, ISO 3166, or - for none.
        continues: entry 1, where this ledger goes on from another one; see `continuation_of`.
    """

    origin: str
    seats: int = 1
    threshold: int = 1
    territory: str = "-"
    continues: LedgerContinued | None = None

    @property
    def registrar(self) -> str:
        return f"{self.origin.partition('/')[0]}/registrar"


def found_ledger(
    data: Path,
    founding: Founding,
    *,
    unlock: Path | None = None,
    clock: Clock = system_clock,
    guard: Sequence[Path] | None = None,
) -> Ledger:
    """Found a ledger in `data` and open it. Its policy file is `data/policy`.

    Args:
        unlock: where to write the unlock file; by default where `SUYUAN_UNLOCK_FILE` says, else `data/unlock`.
        guard: the folders of its guard; by default those that `SUYUAN_GUARD` names.

    Raises:
        NameMalformed, SeatsOutOfRange, ContinuationMisplaced: the founding cannot be.
        AlreadyFounded, UnlockFileExists, WitnessInDirectory: something is there already; nothing is changed.
        GuardInsideData, GuardUnusable: no guard can be kept; nothing is founded.
    """
    refuse_name(founding.origin, bytes_max=ORIGIN_BYTES_MAX)
    if not 1 <= founding.threshold <= founding.seats <= _SEATS_MAX:
        seen = f"a threshold of {founding.threshold} with {founding.seats} keys"
        raise SeatsOutOfRange(seen=seen, wanted=f"1 to {_SEATS_MAX} keys, and a threshold of 1 up to their number")
    _refuse_own_past(founding)
    if (data / WITNESS_FILE).is_file():
        raise WitnessInDirectory(seen=str(data / WITNESS_FILE))
    folders = guard_folders() if guard is None else guard
    refuse_guard_inside(data, folders)
    for folder in folders:
        make_folder(folder)
    engine = open_engine(data, create=True)
    upgrade_schema(engine)
    keys = _Keys.generate(founding)
    with writing(engine) as connection:
        _refuse_founded(connection)
        path = unlock or _named(os.environ) or data / UNLOCK_FILE
        _write_entry_0(connection, founding, keys, clock)
        _hold(connection, make_unlock_file(path), keys)
    engine.dispose()
    ledger = open_ledger(data, unlock=path, clock=clock, guard=guard)
    begin_guard(ledger)
    if founding.continues is not None:
        record_by_held_keys(ledger, founding.continues)
    (data / POLICY_FILE).write_text(policy_of(ledger.state()).text, encoding="utf-8")
    publish_checkpoint(ledger)
    return ledger


@dataclass(frozen=True, slots=True)
class _Keys:
    log: SigningKey
    seats: tuple[SigningKey, ...]
    registrar: SigningKey

    @classmethod
    def generate(cls, founding: Founding) -> _Keys:
        seats = tuple(SigningKey.generate(f"{founding.origin}/governance/{n}") for n in range(1, founding.seats + 1))
        return cls(SigningKey.generate(founding.origin), seats, SigningKey.generate(founding.registrar))


def _write_entry_0(connection: Connection, founding: Founding, keys: _Keys, clock: Clock) -> None:
    body = _body(founding, keys)
    issuer, *signers = keys.seats
    statement = Statement(issuer.verifier.name, RecordClass.GOVERNANCE, ReadRule.PUBLIC, [body.to_body()], governance_body=body)
    now = clock()
    signing = [issuer, *sorted(signers, key=lambda key: key.verifier.name)]
    staged = sign_with(statement, signing, origin=founding.origin, first_entry=GENESIS, now=now)
    entry = link(GENESIS, admitted=now, register=Register.of(()), note=staged.signed.note)
    leaf, batch = entry.leaf_hash(), staged.signed.batch
    state = found(batch=batch, body=body, keys=staged.keys, entry_hash=leaf)
    row = StoredBatch(0, batch.issuer, batch.klass.value, batch.read.value, batch.size, batch.root, None)
    stored = (0, staged.commitments[0], staged.salts[0], staged.bodies[0])
    append(connection, entries=[(0, entry.to_bytes(), leaf)], batches=[row], records=[stored])
    add_note_keys(connection, [(note_key(batch.issuer, batch.root), 0)])
    extend_tiles(connection, size=0, leaves=[leaf])
    change_lines(connection, entry=1, gone=(), new=[line.line for line in state.register().lines])
    keep_snapshot(connection, origin=founding.origin, upto=1, version=1, snapshot=state.to_json())
    advance_head(connection, None, Head(founding.origin, leaf, now, empty_head(founding.origin, GENESIS).frontier.append(leaf)))


def _body(founding: Founding, keys: _Keys) -> LedgerFounded:
    return LedgerFounded(
        origin=founding.origin,
        log_keys=(keys.log.verifier,),
        governance_keys=tuple(GovernanceKey(key.verifier.name, key.verifier, "operator") for key in keys.seats),
        threshold=founding.threshold,
        registrars=(Registrar(founding.registrar, (keys.registrar.verifier,), "operator", founding.territory),),
        witness_policy=None,
        contexts=tuple(PinnedContext(url, digest) for url, digest in sorted(PINNED_CONTEXTS.items())),
        rule_packs=(),
    )


def _hold(connection: Connection, seal: Seal, keys: _Keys) -> None:
    for key in (keys.log, *keys.seats, keys.registrar):
        keep_key(connection, seal, key)
    keep_secret(connection, seal, EVENT_KEYS)


def _refuse_own_past(founding: Founding) -> None:
    """Said before anything is written: a ledger that moves takes another name."""
    before = founding.continues
    if before is not None and before.origin == founding.origin:
        raise ContinuationMisplaced(seen=before.origin, wanted="another origin than that of the ledger before")


def _refuse_founded(connection: Connection) -> None:
    head = read_head(connection)
    if head is not None:
        # Said before any file is touched; `advance_head` would refuse it as well.
        advance_head(connection, None, head)


def _named(environment: Mapping[str, str]) -> Path | None:
    named = environment.get(UNLOCK_VARIABLE, "")
    return Path(named) if named else None
