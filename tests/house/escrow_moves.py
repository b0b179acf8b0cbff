"""The arrows of the diagram, taken from the table: every move of every region, by the records that make it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from ledger.trade.escrow.regions import FINAL, REGIONS, Own, Payout, Refund, State, region_of
from ledger.trade.escrow.table.every import ROWS
from ledger.trade.escrow.table.goods import FROM_AGREED, UNDECIDED
from ledger.trade.escrow.table.seats import Signers
from tests.house.svg_canvas import Word

TIMED: Final = "*"
DECIDED: Final = frozenset(
    {
        Own.RELEASING,
        Own.RELEASED,
        Own.REFUNDING,
        Own.REFUNDED,
        Payout.INSTRUCTED,
        Payout.RETURNED,
        Refund.INSTRUCTED,
        Refund.RETURNED,
    }
)
"""States in which money is decided about."""

Way = tuple[State, State]


@dataclass(frozen=True, slots=True)
class Move:
    """One record from one state to another; `brought` where the record is about another region."""

    way: Way
    record: str
    signers: Signers
    timed: bool
    brought: bool

    @property
    def word(self) -> Word:
        return Word(self.record + (TIMED if self.timed else ""), slanted=self.brought)


def moves_of(region: str) -> Iterator[Move]:
    """Every move of the region, each once."""
    seen = set()
    for row in ROWS:
        own = [Move((row.before, row.after), row.record, row.signers, row.timeout is not None, brought=False)]
        brought = [Move(way, row.record, row.signers, timed=False, brought=True) for way in row.also]
        for move in (*own, *brought):
            if region_of(move.way[0]) == region and move not in seen:
                seen.add(move)
                yield move


def words_by_way(moves: Iterator[Move] | list[Move]) -> dict[Way, tuple[Word, ...]]:
    """The label of each arrow: its own records first, then those that bring the move with them."""
    found: dict[Way, dict[Word, None]] = {}
    for move in sorted(moves, key=lambda move: move.brought):
        words = found.setdefault(move.way, {})
        if not (move.brought and Word(move.record) in words):
            words[move.word] = None
    return {way: tuple(words) for way, words in found.items()}


def kind_of_box(state: State) -> str:
    """start, final, decided or plain."""
    if state is next(iter(REGIONS[region_of(state)])):
        return "start"
    if state in FINAL:
        return "final"
    return "decided" if state in DECIDED else "plain"


def everywhere(moves: list[Move]) -> list[Move]:
    """Moves of records that are taken in every state from the agreement on and change nothing there."""
    stays = [move for move in moves if move.way[0] is move.way[1]]
    homes = {record: {move.way[0] for move in stays if move.record == record} for record in (move.record for move in stays)}
    return [move for move in stays if set(FROM_AGREED) - {Own.AGREED} <= homes[move.record]]


def from_undecided(moves: list[Move]) -> list[Move]:
    """Moves that lead to the same state from every state in which the money is held and nothing is decided."""
    return [
        move
        for move in moves
        if move.way[0] is not move.way[1]
        and set(UNDECIDED)
        <= {
            other.way[0]
            for other in moves
            if (other.way[1], other.record, other.signers, other.timed, other.brought)
            == (move.way[1], move.record, move.signers, move.timed, move.brought)
        }
    ]
