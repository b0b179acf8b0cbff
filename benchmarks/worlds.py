"""Ledgers to measure: an empty one to fill over HTTP, and a filled one to read and audit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.made_dossier import PREFIXES, descriptions, recall, reports
from benchmarks.made_events import Made, Maker, document, genealogy, history
from benchmarks.sizes import Sizes
from ledger.actions.capture.author import HeldAuthor
from ledger.actions.capture.document_capture import Submission
from ledger.actions.capture.submit_document import submit_document
from ledger.actions.dossier.submit_dossier import submit_held
from ledger.actions.log.own_turn import OwnTurn
from ledger.actions.log.publish_checkpoint import publish_checkpoint
from ledger.actions.open_ledger import open_ledger
from ledger.actions.parties.admit_party import Admission, admit_party
from ledger.actions.parties.change_party import license_prefix
from ledger.actions.parties.found_ledger import POLICY_FILE, Founding, found_ledger
from ledger.evidence.authority import ReadRule
from ledger.evidence.policy import Policy

ORIGIN: Final = "ledger.example/bench"
_CHAPTER: Final = 500


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
    """A filled ledger: `documents[i]` is entry `first_entry + i`, `pallet` begins the genealogy, `storied` has the history."""

    world: World
    documents: Sequence[Made]
    first_entry: int
    pallet: str
    storied: str
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
    """Fill a ledger without HTTP: what is said of the goods, documents of known events, a genealogy, a long history."""
    world = found_world(data)
    _tell(world)
    count = sizes.library // sizes.library_document
    documents = Maker(seed).documents(count, events=sizes.library_document)
    pallet, family = genealogy(sizes.genealogy, seed=seed)
    storied, story = history(sizes.history)
    before = world.stored_bytes()
    first_entry = _submit(world, [made.data for made in documents], progress)
    stored = (world.stored_bytes() - before) / max(1, sizes.library)
    chapters = [document(story[start : start + _CHAPTER]) for start in range(0, len(story), _CHAPTER)]
    _submit(world, [document(family), *chapters], progress)
    return Library(world, documents, first_entry, pallet, storied, stored)


def _tell(world: World) -> None:
    """Say what pages show beside events: the merchant describes, a laboratory reports, an inspector calls something back."""
    ledger = open_ledger(world.data)
    try:
        laboratory = admit_party(ledger, Admission("laboratory", ["laboratory"], "CN")).party
        inspector = admit_party(ledger, Admission("inspector", ["inspector"], "CN")).party
        for prefix in PREFIXES:
            license_prefix(ledger, world.party, prefix)
        turn = OwnTurn(ledger)
        for party, bodies in (
            (world.party, descriptions(world.party)),
            (laboratory, reports()),
            (inspector, recall(ledger.clock())),
        ):
            submit_held(ledger, [body.to_body() for body in bodies], issuer=party, queue=turn)
    finally:
        ledger.close()


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
