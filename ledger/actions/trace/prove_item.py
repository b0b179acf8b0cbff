"""Put together the proof to keep of an item: every record its page rests on, each with its receipt, in one file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sqlalchemy import Connection

from ledger.actions.open_ledger import Ledger
from ledger.actions.trace.check_proof import own_policy
from ledger.actions.trace.describe_item import is_known
from ledger.actions.trace.gather_item import Gathered, gather_item
from ledger.actions.trace.issue_receipt import ReceiptDesk
from ledger.actions.trace.trace_item import ItemUnknown
from ledger.errors import SuyuanError
from ledger.evidence.entry import Entry
from ledger.evidence.instant import Instant
from ledger.evidence.proof_file import (
    LEFT_OUT_MAX,
    PROOF_BYTES_MAX,
    PROOF_RECORDS_MAX,
    KeptRecord,
    LeftOut,
    ProofFile,
    WhyLeftOut,
    plain_policy,
)
from ledger.storage.checkpoints import NotPublishedYet
from ledger.storage.database import reading
from ledger.storage.position import Position, unpack
from ledger.trade.digital_link import DigitalLink
from ledger.trade.parties.state import Governance

_ROOM: Final = PROOF_BYTES_MAX - (1 << 20)
"""For the records; the rest is for the head of the file and what it names as left out."""

_AROUND_RECORD: Final = 200


def prove_item(ledger: Ledger, link: DigitalLink, *, party: str | None = None) -> bytes:
    """The bytes of the proof to keep of what `link` names, with what this reader may read.

    Args:
        party: who asks, by its API key; whoever has the link holds its code.

    Raises:
        ItemUnknown: no record names it.
    """
    with reading(ledger.engine) as connection:
        gathered = gather_item(connection, ledger, link, party=party)
        if not is_known(gathered):
            raise ItemUnknown(seen=gathered.asking.code, wanted="an identifier that a record of this ledger names")
        return _proof_of(gathered, connection, made=ledger.clock()).to_bytes()


def _proof_of(gathered: Gathered, connection: Connection, *, made: Instant) -> ProofFile:
    state, packer = gathered.state, _Packer(connection, gathered.state)
    for position, body in _bodies(gathered):
        packer.take(position, body)
    left_out = {**packer.left_out, **dict.fromkeys(gathered.trace.damaged, WhyLeftOut.DAMAGED)}
    # A clock that was set back makes entries later than now; no record may be from after its proof.
    taken = [Entry.parse(gathered.prover.entry(position.entry)).time for position in packer.kept]
    return ProofFile(
        origin=state.origin,
        first_entry=state.first_entry,
        item=gathered.asking.code or "",
        made=max([made, *taken]),
        policy=plain_policy(own_policy(state)),
        records=tuple(one for _, one in sorted(packer.kept.items())),
        left_out=tuple(LeftOut((entry, place), why) for (entry, place), why in sorted(left_out.items()))[:LEFT_OUT_MAX],
        withheld=len(gathered.trace.withheld) + gathered.said_withheld,
    )


def _bodies(gathered: Gathered) -> Iterator[tuple[Position, bytes | None]]:
    """What the page rests on, what may least be missing first: statements, events from the newest on, what was erased."""
    yield from ((position, one.data) for position, one in gathered.said.items())
    yield from ((one.position, one.body) for one in reversed(gathered.found))
    yield from ((unpack(one.position), None) for one in gathered.erased)


class _Packer:
    """Takes records as long as there is room, each once."""

    def __init__(self, connection: Connection, state: Governance) -> None:
        self._desk = ReceiptDesk(connection, state)
        self._room = _ROOM
        self.kept: dict[Position, KeptRecord] = {}
        self.left_out: dict[Position, WhyLeftOut] = {}

    def take(self, position: Position, body: bytes | None) -> None:
        if position in self.kept:
            return
        why = self._pack(position, body)
        if why is not None:
            self.left_out[position] = why

    def _pack(self, position: Position, body: bytes | None) -> WhyLeftOut | None:
        if len(self.kept) == PROOF_RECORDS_MAX:
            return WhyLeftOut.NO_ROOM
        try:
            receipt = self._desk.issue(position)
        except NotPublishedYet:
            return WhyLeftOut.UNPUBLISHED
        except SuyuanError:
            return WhyLeftOut.DAMAGED
        # Base64 takes four bytes for three.
        needed = len(receipt) + len(body or b"") * 4 // 3 + _AROUND_RECORD
        if needed > self._room:
            return WhyLeftOut.NO_ROOM
        self._room -= needed
        self.kept[position] = KeptRecord((position.entry, position.place), receipt, body)
        return None
