"""The load generator's own verification: no answer counts before the log has been seen to hold what it says."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import msgspec

from benchmarks.connection import Connection, request
from benchmarks.load import Exchange
from benchmarks.made_events import Made
from ledger.evidence.bodies import decode_bodies
from ledger.evidence.checkpoint import Checkpoint
from ledger.evidence.commitment import commit_all
from ledger.evidence.entry import Entry
from ledger.evidence.merkle import HashReader, inclusion_proof, root_of, verify_inclusion
from ledger.evidence.policy import Policy
from ledger.evidence.receipt import verify_receipt
from ledger.evidence.tile import ENTRIES_LEVEL, TILE_WIDTH, TileAddress, decode_bundle, reader_over_tiles

_PUBLISHED_S_MAX: Final = 10.0
_WHOLE_BATCHES: Final = 3
_RECEIPTS_PER_BATCH: Final = 8


class AnswerUntrue(RuntimeError):
    """The server answered what the log does not bear out."""


class Captured(NamedTuple):
    """Where the records of one request are said to be: in one entry, at these places."""

    entry: int
    places: Sequence[int]
    made: Made

    @property
    def is_document(self) -> bool:
        return self.made.data != self.made.events[0]


class Checker:
    """Verifies against `policy` what the ledger at `port` answered to `party`."""

    def __init__(self, port: int, policy: Policy, *, party: str, key: str, seed: int) -> None:
        self._port, self._policy, self._party, self._key = port, policy, party, key
        self._random = random.Random(seed)

    def confirm(self, exchanges: Sequence[Exchange], sent: Sequence[Made], *, receipts: bool) -> int:
        """Return how many events are in the log as answered.

        Every entry is shown to be included in a verified checkpoint. Of some batches every record is fetched with its
        salt, and the signed root recomputed. `receipts`: those of every single event, and of some events of each
        document, are fetched and verified too.

        Raises:
            AnswerUntrue: an event was not accepted, or the log says something else.
            Untrusted leaves: a signature or proof fails.
        """
        captured = [read_answer(exchange, sent[exchange.index]) for exchange in exchanges]
        with Connection(self._port) as connection:
            checkpoint = self._checkpoint_over(connection, max(one.entry for one in captured))
            self._prove_entries(connection, checkpoint, captured)
            for one in self._some(captured, _WHOLE_BATCHES):
                self._prove_batch(connection, one)
            if receipts:
                for one in captured:
                    self._verify_receipts(connection, one)
        return sum(len(one.places) for one in captured)

    def _checkpoint_over(self, connection: Connection, entry: int) -> Checkpoint:
        until = time.monotonic() + _PUBLISHED_S_MAX
        while time.monotonic() < until:
            checkpoint = self._policy.open(self._get(connection, "/log/checkpoint")).checkpoint
            if checkpoint.size > entry:
                return checkpoint
            time.sleep(0.05)
        raise AnswerUntrue(f"no checkpoint over entry {entry} within {_PUBLISHED_S_MAX:g} s")

    def _prove_entries(self, connection: Connection, checkpoint: Checkpoint, captured: Sequence[Captured]) -> None:
        read = reader_over_tiles(checkpoint.size, lambda address: self._get(connection, f"/log/{address.path}"))
        by_bundle: dict[int, list[Captured]] = {}
        for one in captured:
            by_bundle.setdefault(one.entry // TILE_WIDTH, []).append(one)
        for index, inside in by_bundle.items():
            address = TileAddress.within(checkpoint.size, level=ENTRIES_LEVEL, index=index)
            entries = decode_bundle(self._get(connection, f"/log/{address.path}"))
            for one in inside:
                self._prove_entry(one, Entry.parse(entries[one.entry % TILE_WIDTH]), checkpoint, read)

    def _prove_entry(self, one: Captured, entry: Entry, checkpoint: Checkpoint, read: HashReader) -> None:
        proof = inclusion_proof(index=one.entry, size=checkpoint.size, read=read)
        verify_inclusion(index=one.entry, size=checkpoint.size, leaf_hash=entry.leaf_hash(), proof=proof, root=checkpoint.root)
        batch = entry.signed().batch
        records = len(one.places) + one.is_document
        if (batch.issuer, batch.size) != (self._party, records):
            raise AnswerUntrue(f"entry {one.entry} holds {batch.size} records of {batch.issuer}")

    def _prove_batch(self, connection: Connection, one: Captured) -> None:
        """Recompute the signed root from the bodies as they were sent."""
        address = TileAddress(ENTRIES_LEVEL, one.entry // TILE_WIDTH, one.entry % TILE_WIDTH + 1)
        batch = Entry.parse(decode_bundle(self._get(connection, f"/log/{address.path}"))[-1]).signed().batch
        _, records = decode_bodies(self._get(connection, f"/bodies/{one.entry}"))
        bodies = [record.body for record in records]
        if bodies[one.is_document :] != list(one.made.events):
            raise AnswerUntrue(f"the bodies of entry {one.entry} are not the bytes that were sent")
        salts = [record.salt for record in records]
        if root_of(commit_all(origin=batch.origin, issuer=self._party, salts=salts, bodies=bodies)) != batch.root:
            raise AnswerUntrue(f"the signed root of entry {one.entry} is not that of its bodies")

    def _verify_receipts(self, connection: Connection, one: Captured) -> None:
        events = list(zip(one.places, one.made.events, strict=True))
        for place, body in self._some(events, _RECEIPTS_PER_BATCH):
            receipt = self._get(connection, f"/receipts/{one.entry}/{place}")
            verify_receipt(receipt, body=body, policy=self._policy)

    def _some(self, items: Sequence[Any], count: int) -> Sequence[Any]:
        return items if len(items) <= count else self._random.sample(items, count)

    def _get(self, connection: Connection, path: str) -> bytes:
        answer = connection.send(request("GET", path, key=self._key))
        if answer.status != 200:
            raise AnswerUntrue(f"GET {path} answered {answer.status}: {answer.body[:300]!r}")
        return answer.body


def read_answer(exchange: Exchange, made: Made) -> Captured:
    """Read a capture job, or the verdict on a single event; every event must have been accepted into one entry."""
    answer = exchange.answer
    if answer.status not in (201, 202):
        raise AnswerUntrue(f"status {answer.status}: {answer.body[:300]!r}")
    said = msgspec.json.decode(answer.body)
    verdicts = said.get("events", [said])
    if [verdict["verdict"] for verdict in verdicts] != ["accepted"] * len(made.events):
        raise AnswerUntrue(f"not every event was accepted: {answer.body[:300]!r}")
    entries = {verdict["position"][0] for verdict in verdicts}
    if len(entries) != 1:
        raise AnswerUntrue(f"one document stands in {len(entries)} entries")
    return Captured(entries.pop(), [verdict["position"][1] for verdict in verdicts], made)
