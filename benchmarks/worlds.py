"""Ledgers to measure: an empty one to fill over HTTP, and a filled one to read and audit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.made_events import Made, Maker, document, genealogy
from benchmarks.sizes import Sizes
from ledger.actions.capture.author import HeldAuthor
from ledger.actions.capture.document_capture import Submission
from ledger.actions.capture.submit_document import submit_document
from ledger.actions.log.own_turn import OwnTurn
from ledger.actions.log.publish_checkpoint import publish_checkpoint
from ledger.actions.open_ledger import open_ledger
from ledger.actions.parties.admit_party import Admission, admit_party
from ledger.actions.parties.found_ledger import POLICY_FILE, Founding, found_ledger
from ledger.evidence.authority import ReadRule
from ledger.evidence.policy import Policy

ORIGIN: Final = "ledger.example/bench"


@dataclass(frozen=True, slots=True)
class World:
    """A founded ledger with one merchant whose key the operator holds."""

    data: Path
    party: str
    key: str

    @property
    def policy_file(self) -> Path:
        return self.data / POLICY_FILE

    @property
    def policy(self) -> Policy:
        return Policy.parse(self.policy_file.read_text("utf-8"))

    def stored_bytes(self) -> int:
        """All files of the data directory."""
        return sum(path.stat().st_size for path in self.data.rglob("*") if path.is_file())


@dataclass(frozen=True, slots=True)
class Library:
    """A filled ledger: `documents[i]` is entry `first_entry + i`, and `pallet` begins the genealogy."""

    world: World
    documents: Sequence[Made]
    first_entry: int
    pallet: str
    bytes_per_event: float


def found_world(data: Path) -> World:
    """Found a ledger in `data` and admit the merchant."""
    ledger = found_ledger(data, Founding(ORIGIN))
    try:
        admitted = admit_party(ledger, Admission("merchant", ["merchant"], "CN"))
    finally:
        ledger.close()
    return World(data, admitted.party, admitted.api_key)


def fill_library(data: Path, sizes: Sizes, *, seed: int, progress: Callable[[int, int], None]) -> Library:
    """Fill a ledger without HTTP: documents of known events, then a genealogy, then a checkpoint over all of it."""
    world = found_world(data)
    count = sizes.library // sizes.library_document
    documents = Maker(seed).documents(count, events=sizes.library_document)
    pallet, family = genealogy(sizes.genealogy, seed=seed)
    before = world.stored_bytes()
    first_entry = _submit(world, [made.data for made in documents], progress)
    stored = (world.stored_bytes() - before) / max(1, sizes.library)
    _submit(world, [document(family)], progress)
    return Library(world, documents, first_entry, pallet, stored)


def _submit(world: World, documents: Sequence[bytes], progress: Callable[[int, int], None]) -> int:
    """Take documents in and publish; return the entry of the first one. Afterwards no write-ahead log is left."""
    ledger = open_ledger(world.data)
    try:
        turn, author = OwnTurn(ledger), HeldAuthor(world.party, ReadRule.CODE)
        first_entry = ledger.head().size
        for place, document_bytes in enumerate(documents, 1):
            submit_document(ledger, Submission(document_bytes, author), turn)
            progress(place, len(documents))
        publish_checkpoint(ledger)
    finally:
        ledger.close()
    return first_entry
