"""A founded ledger with one merchant under the operator's custody and one with a key of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pytest

from ledger.actions.capture.author import HeldAuthor, OwnAuthor, read_own_note
from ledger.actions.log.own_turn import OwnTurn
from ledger.actions.open_ledger import Ledger
from ledger.actions.parties.admit_party import Admission, admit_party
from ledger.actions.parties.found_ledger import Founding, found_ledger
from ledger.evidence.authority import ReadRule, RecordClass
from ledger.evidence.batch import Batch, sign_batch
from ledger.evidence.commitment import commit_all, derive_salts
from ledger.evidence.instant import Instant, parse_instant
from ledger.evidence.key import SigningKey
from ledger.evidence.merkle import root_of

ORIGIN = "ledger.example/main"
START = parse_instant("2026-11-20T08:00:00.000Z")
SEED = bytes(range(32))


class Clock:
    """A clock that stands still until it is told."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> Instant:
        return self.now

    def advance(self, milliseconds: int) -> None:
        self.now = Instant(self.now + milliseconds)


@dataclass(frozen=True)
class World:
    """A ledger, how to get a turn in it, and who may write."""

    ledger: Ledger
    clock: Clock
    turn: OwnTurn
    tea: str
    """A merchant whose key the operator holds."""
    lab: str
    """A laboratory that holds `lab_key` itself."""
    lab_key: SigningKey

    @property
    def held(self) -> HeldAuthor:
        return HeldAuthor(self.tea, ReadRule.CODE)

    def sign(self, records: list[bytes], terms: bytes, *, seed: bytes = SEED, padding: int = 0, **changed: object) -> OwnAuthor:
        """The laboratory as author of `records`; `changed` replaces fields of the batch before it is signed."""
        return read_own_note(self.note(records, terms, seed=seed, padding=padding, **changed), seed)

    def note(self, records: list[bytes], terms: bytes, *, seed: bytes = SEED, padding: int = 0, **changed: object) -> bytes:
        """The batch note of `sign`, of whatever class."""
        state = self.ledger.state()
        fields: dict[str, object] = {
            "origin": state.origin,
            "first_entry": state.first_entry,
            "issuer": self.lab,
            "signers": (),
            "klass": RecordClass.EPCIS,
            "read": ReadRule.PUBLIC,
            "time": self.clock.now,
            "context": sha256(terms).digest(),
            "seen": None,
            "size": len(records) + padding,
            "root": bytes(32),
        } | changed
        bodies = [*records, *[b""] * padding]
        draft = Batch(**fields)  # type: ignore[arg-type]
        salts = derive_salts(
            seed=seed, log_line=draft.log_line, issuer_line=draft.issuer_line, time_line=draft.time_line, count=len(bodies)
        )
        commitments = commit_all(origin=draft.origin, issuer=draft.issuer, salts=salts, bodies=bodies)
        if "root" not in changed:
            fields["root"] = root_of(commitments)
        return sign_batch(Batch(**fields), [self.lab_key]).note  # type: ignore[arg-type]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    clock = Clock()
    ledger = found_ledger(tmp_path / "data", Founding(ORIGIN), clock=clock)
    tea = admit_party(ledger, Admission("tea", ["merchant"], "CN")).party
    lab_key = SigningKey.generate("ledger.example/party/lab")
    lab = admit_party(ledger, Admission("lab", ["laboratory"], "CN-GZ", key=lab_key.verifier)).party
    yield World(ledger, clock, OwnTurn(ledger), tea, lab, lab_key)
    ledger.close()
