"""Where an order line stands, in the words of a shopper: what is, and what comes next by when."""

from __future__ import annotations

from typing import Final, NamedTuple

from api.pages.words import Words
from ledger.trade.escrow.regions import (
    Advance,
    Chargeback,
    Dispute,
    Guarantee,
    Hold,
    Payout,
    Recall,
    Refund,
    State,
    Surplus,
    Title,
    region_of,
)


class StateWords(NamedTuple):
    """What a state is called, and what happens next in sentences."""

    says: str
    next: tuple[str, ...]


def say_state(words: Words, state: State) -> StateWords:
    """The sentences of the catalogue `claim` about a state.

    In braces stand moments and amounts, keys of `claim_moments.MOMENTS` or of the amounts that a line has; each sentence of
    `next` is shown only where all its moments are known.
    """
    name = f"{region_of(state)}.{state.value.replace(' ', '_')}"
    return StateWords(words[f"state.{name}"], tuple(words.below(f"next.{name}").values()))


QUIET: Final[frozenset[State]] = frozenset(
    {
        Payout.IDLE,
        Refund.IDLE,
        Surplus.NONE,
        Guarantee.NONE,
        Guarantee.RELEASED,
        Dispute.NONE,
        Advance.NONE,
        Chargeback.NONE,
        Hold.FREE,
        Recall.NONE,
        Title.SELLER,
    }
)
"""States beside the line's own that a page does not mention."""
