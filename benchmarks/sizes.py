"""How much a run measures: a smoke test, ten minutes, or up to a million events and a million escrow records."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final


@dataclass(frozen=True, slots=True)
class CaptureSize:
    """One way to send events.

    Attributes:
        events: per document; 1 means single events to `/epcis/events`.
        clients: how many send at once.
        documents: in a sequenced measure; `published`: in a published one.
        rounds: in how many of the rounds it is measured.
        seconds_max: after this long no further document is sent.
    """

    events: int
    clients: int
    documents: int
    published: int
    rounds: int
    seconds_max: float = 2.5


@dataclass(frozen=True, slots=True)
class EscrowSize:
    """How much of the escrow is measured in a round.

    Attributes:
        orders: of 100 lines each, that go their whole way; `clients` post their batches at once.
        replayed: transitions, rounded up to whole orders, in each of `replays` rounds.
        decisions: single records posted over HTTP, at `decisions_per_s`.
    """

    orders: int
    clients: int
    replayed: int
    replays: int
    decisions: int
    decisions_per_s: int = 200


@dataclass(frozen=True, slots=True)
class Sizes:
    """A whole run.

    Attributes:
        labels: that are put on sheets in a round.
        library: events, in documents of `library_document`, of the ledger that is read and audited.
        genealogy: events below the pallet that is traced.
        history: events of one item whose page is asked for.
        growth: events up to which one ledger is filled at the end; 0 leaves that out.
    """

    name: str
    rounds: int
    captures: tuple[CaptureSize, ...]
    library: int
    library_document: int
    genealogy: int
    history: int
    reads: int
    traces: int
    syncs_s: float
    escrow: EscrowSize
    labels: int
    growth: int = 0
    growth_step: int = 0


TINY: Final = Sizes(
    name="tiny",
    rounds=1,
    captures=(CaptureSize(1, 1, 2, 1, 1), CaptureSize(1, 2, 4, 2, 1), CaptureSize(10, 2, 2, 1, 1)),
    library=40,
    library_document=20,
    genealogy=10,
    history=120,
    reads=4,
    traces=1,
    syncs_s=0.02,
    escrow=EscrowSize(orders=2, clients=2, replayed=1_000, replays=1, decisions=6),
    labels=30,
    growth=40,
    growth_step=20,
)
DEFAULT: Final = Sizes(
    name="default",
    rounds=5,
    captures=(
        CaptureSize(1, 1, 400, 10, 5),
        CaptureSize(1, 16, 2_000, 160, 5),
        CaptureSize(1, 256, 0, 1_024, 5),
        CaptureSize(10, 4, 200, 40, 5),
        CaptureSize(500, 4, 32, 16, 5),
        CaptureSize(10_000, 2, 2, 2, 3),
    ),
    library=30_000,
    library_document=500,
    genealogy=10_000,
    history=10_000,
    reads=300,
    traces=2,
    syncs_s=0.3,
    escrow=EscrowSize(orders=40, clients=8, replayed=50_000, replays=5, decisions=1_000),
    labels=10_000,
)
FULL: Final = Sizes(
    name="full",
    rounds=DEFAULT.rounds,
    captures=DEFAULT.captures,
    library=DEFAULT.library,
    library_document=DEFAULT.library_document,
    genealogy=DEFAULT.genealogy,
    history=DEFAULT.history,
    reads=DEFAULT.reads,
    traces=DEFAULT.traces,
    syncs_s=DEFAULT.syncs_s,
    escrow=replace(DEFAULT.escrow, replayed=1_000_000, replays=1),
    labels=DEFAULT.labels,
    growth=1_000_000,
    growth_step=100_000,
)
