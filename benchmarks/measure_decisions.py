"""Decisions over HTTP: single escrow records, signed by their parties' own keys, at a fixed rate; the time to the verdict."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec

from benchmarks.checking import AnswerUntrue
from benchmarks.connection import request
from benchmarks.escrow_worlds import ORIGIN, EscrowWorld, sign_step
from benchmarks.figures import Rounds
from benchmarks.load import drive
from benchmarks.made_orders import LINES, made_order
from benchmarks.sizes import EscrowSize
from ledger.actions.escrow.submit_records import submit_signed
from ledger.actions.log.own_turn import OwnTurn
from ledger.evidence.instant import Instant

_CLIENTS: Final = 16
_BOUNDARY: Final = "benchmark-part"
_MS: Final = 1_000.0
_CREATED: Final = 201


class DecisionMeasure:
    """Pays for lines that are agreed before the server starts, one record a request, each line once."""

    def __init__(self, rounds: Rounds, world: EscrowWorld, size: EscrowSize, *, measures: int) -> None:
        self._rounds, self._world, self._size = rounds, world, size
        self._payments = _payments(world, size.decisions * measures)
        self._sent = 0

    def warm_up(self, *, ledger: int, bare: int) -> None:
        """One measure that does not count."""
        rounds, self._rounds = self._rounds, Rounds()
        self.decide(ledger=ledger, bare=bare)
        self._rounds = rounds

    def decide(self, *, ledger: int, bare: int) -> None:
        """Latency counts from the moment a request is due, so that a slow answer delays no measurement."""
        requests = [self._request(next(self._payments)) for _ in range(self._size.decisions)]
        rate = self._size.decisions_per_s
        load = drive(ledger, requests, clients=_CLIENTS, seconds_max=_seconds(len(requests), rate), per_second=rate)
        for exchange in load.exchanges:
            said = msgspec.json.decode(exchange.answer.body)
            if exchange.answer.status != _CREATED or not said["accepted"]:
                raise AnswerUntrue(f"status {exchange.answer.status}: {exchange.answer.body[:300]!r}")
        floor = drive(bare, requests, clients=_CLIENTS, seconds_max=_seconds(len(requests), rate), per_second=rate)
        for label, share in (("p50", 0.5), ("p99", 0.99)):
            below = {"HTTP": _MS * floor.latency_s(share)}
            name = f"escrow decision at {rate}/s, {label}"
            self._rounds.add(name, _MS * load.latency_s(share), "ms", floors=below, own_share=load.own_share)

    def _request(self, record: bytes) -> bytes:
        self._sent += 1
        own = self._world.sign([record], [self._world.seats(0).custodian], now=self._world.ledger.clock())
        body = b"".join(
            f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"; filename="{name}"\r\n\r\n'.encode() + part + b"\r\n"
            for name, part in (("note", own.note), ("seed", own.seed), ("document", record))
        )
        body += f"--{_BOUNDARY}--\r\n".encode()
        media_type = f"multipart/form-data; boundary={_BOUNDARY}"
        return request("POST", "/escrow/records", body, media_type=media_type, once=f"decision {self._sent}")


def _payments(world: EscrowWorld, count: int) -> Iterator[bytes]:
    """Agree lines enough now, and return a payment for each of them."""
    records: list[bytes] = []
    for number in range(-(-count // LINES)):
        order = made_order(number, origin=ORIGIN, seats=world.seats(number), now=Instant(world.ledger.clock()))
        agreed = sign_step(world, order, 0, None)
        entry = submit_signed(
            world.ledger, agreed.records, signed=agreed.signed, seed=agreed.seed, queue=OwnTurn(world.ledger)
        ).entry
        records += order.records(1, entry)
    return iter(records)


def _seconds(count: int, rate: int) -> float:
    return 2 * count / rate + 1
