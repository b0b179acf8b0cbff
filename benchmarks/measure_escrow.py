"""Escrow: durable transitions a second with group commit, and the replay of transitions from the bytes of their records."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from typing import Final

import msgspec

from benchmarks.checking import AnswerUntrue
from benchmarks.escrow_floor import BareJournal
from benchmarks.escrow_worlds import ORIGIN, EscrowWorld, Posted, sign_step
from benchmarks.figures import Rounds
from benchmarks.made_orders import LINES, Order, made_order
from benchmarks.sizes import EscrowSize
from ledger.actions.escrow.submit_records import Written, submit_signed
from ledger.actions.log.publisher import Publisher
from ledger.actions.log.writer import Writer
from ledger.evidence.batch import verify_batch
from ledger.evidence.instant import Instant
from ledger.evidence.record import read_record
from ledger.trade.escrow.bodies.every import read_escrow_body
from ledger.trade.escrow.books import Refused
from ledger.trade.escrow.fold import GovernedRules
from ledger.trade.escrow.hearing import Said
from ledger.trade.escrow.invariants import breaches, broken_legs
from ledger.trade.escrow.kernel import apply
from ledger.trade.escrow.memory_books import MemoryBooks
from ledger.trade.escrow.pack import shipped_packs

_MILLION: Final = 1_000_000
_ORDERS_AT_ONCE: Final = 10


class EscrowMeasure:
    """Posts orders of 100 lines to the ledger of `world`, and replays others in memory."""

    def __init__(self, rounds: Rounds, world: EscrowWorld, size: EscrowSize, folder: Path) -> None:
        self._rounds, self._world, self._size = rounds, world, size
        self._bare = BareJournal(world.ledger.data, folder / "bare-journal.sqlite")
        self._orders = 0

    def transitions(self) -> None:
        """Orders go their whole way, step by step; signing is not timed, checking signatures is."""
        orders = [self._next_order() for _ in range(self._size.orders)]
        entries: dict[str, int | None] = dict.fromkeys(order.name for order in orders)
        seconds, bare_seconds, done = 0.0, 0.0, 0
        with (
            Writer(self._world.ledger) as writer,
            Publisher(self._world.ledger, writer),
            ThreadPoolExecutor(self._size.clients) as pool,
        ):
            for number in range(max(len(order.steps) for order in orders)):
                going = [order for order in orders if number < len(order.steps)]
                posted = [sign_step(self._world, order, number, entries[order.name]) for order in going]
                begin = time.perf_counter()
                written = list(pool.map(lambda one: self._post(writer, one), posted))
                seconds += time.perf_counter() - begin
                for one, verdicts in zip(posted, written, strict=True):
                    entries[one.order.name] = _accepted_entry(verdicts)
                done += LINES * len(posted)
                bare_seconds += self._bare.insert([one.entry for one in written], together=self._size.clients)
        name = f"escrow, batches of {LINES} records, {self._size.clients} clients"
        self._rounds.add(name, done / seconds, "transitions/s", floors={"SQLite": done / bare_seconds})

    def replay(self) -> None:
        """Read, judge and book every record from its bytes, on one core; all invariants afterwards, legs at every step."""
        rules = GovernedRules(self._world.ledger.state(), shipped_packs())
        books, seconds, bare_seconds, done = MemoryBooks(), 0.0, 0.0, 0
        gc.collect()
        for batches in _made_batches(self._world, self._size.replayed):
            begin = time.process_time()
            for entry, order, signers, records in batches:
                _replay_batch(books, rules, records, entry=entry, parties=signers, now=order.agreed_at)
            seconds += time.process_time() - begin
            bare_seconds += _parse_and_hash_s([record for *_, records in batches for record in records])
            done += sum(len(records) for *_, records in batches)
        begin = time.process_time()
        broken = breaches(books)
        seconds += time.process_time() - begin
        if broken:
            raise AnswerUntrue(f"the replay breaks {broken[:3]}")
        name = "escrow replay with all invariants, one core"
        self._rounds.add(name, done / seconds, "transitions/s", floors={"parse and hash": done / bare_seconds})
        what = "measured" if done >= _MILLION else f"extrapolated from {done:,}"
        self._rounds.add(f"escrow replay of a million, {what}", seconds * _MILLION / done, "s")

    def signatures(self) -> None:
        """What the replay leaves out: checking the signatures, of one or two parties for a batch of 100 records."""
        order, keys_of = self._next_order(), self._world.ledger.state().keys_ever_of
        posted = [sign_step(self._world, order, number, number or None) for number in range(len(order.steps))]
        begin = time.process_time()
        for one in posted:
            verify_batch(one.signed, keys_of)
        rate = LINES * len(posted) / (time.process_time() - begin)
        self._rounds.add("escrow signatures of batches of 100, one core", rate, "transitions/s")

    def _post(self, writer: Writer, one: Posted) -> Written:
        return submit_signed(self._world.ledger, one.records, signed=one.signed, seed=one.seed, queue=writer)

    def _next_order(self) -> Order:
        self._orders += 1
        now = self._world.ledger.clock()
        return made_order(self._orders, origin=ORIGIN, seats=self._world.seats(self._orders), now=now)


_Batch = tuple[int, Order, tuple[str, ...], list[bytes]]


def _made_batches(world: EscrowWorld, transitions: int) -> Iterator[list[_Batch]]:
    """Batches of `transitions` records or a few more, each about another order than the one before; entries from 1 on."""
    now, entry, number, made = world.ledger.clock(), 0, 0, 0
    while made < transitions:
        orders = [
            made_order(number + place, origin=ORIGIN, seats=world.seats(number + place), now=now)
            for place in range(_ORDERS_AT_ONCE)
        ]
        number += len(orders)
        before: dict[str, int | None] = dict.fromkeys(order.name for order in orders)
        batches: list[_Batch] = []
        for step in range(max(len(order.steps) for order in orders)):
            for order in orders:
                if step < len(order.steps):
                    entry += 1
                    batches.append((entry, order, order.signers(order.steps[step]), order.records(step, before[order.name])))
                    before[order.name] = entry
        made += LINES * len(batches)
        yield batches


def _replay_batch(
    books: MemoryBooks, rules: GovernedRules, records: Sequence[bytes], *, entry: int, parties: tuple[str, ...], now: Instant
) -> None:
    bodies = [read_escrow_body(read_record(data)) for data in records]
    for place, (body, data) in enumerate(zip(bodies, records, strict=True)):
        said = Said(body, data, (entry, place), parties, seen=False, now=now)
        verdict = apply(books, said, rules)
        if isinstance(verdict, Refused):
            raise AnswerUntrue(f"{type(said.body).__name__} is refused: {verdict.reason}")
        for broken in broken_legs(verdict.change.legs):
            raise AnswerUntrue(f"{type(said.body).__name__}: {broken}")
        books.take(verdict.change, now)


def _parse_and_hash_s(records: Sequence[bytes]) -> float:
    decode = msgspec.json.Decoder().decode
    begin = time.process_time()
    for data in records:
        decode(data)
        sha256(data).digest()
    return time.process_time() - begin


def _accepted_entry(written: Written) -> int:
    refused = {verdict.refusal for verdict in written.verdicts if verdict.refusal is not None}
    if refused or len(written.verdicts) != LINES:
        raise AnswerUntrue(f"entry {written.entry}: {refused}, {len(written.verdicts)} verdicts")
    return written.entry
