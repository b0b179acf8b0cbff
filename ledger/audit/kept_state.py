"""What an audit remembers between two entries, as plain values: enough to go on later as if it had never stopped."""

from __future__ import annotations

from typing import TypeAlias

import msgspec

from ledger.audit.finding import Place
from ledger.audit.journal import Checked

Found: TypeAlias = tuple[str, str, str]
"""Kind, position and message of a finding."""


class KeptJournal(msgspec.Struct, frozen=True):
    """What was found, counted and left out while entries were folded; of what was said before that, nothing."""

    checked: Checked
    spoilt: list[int]
    unread: list[str]
    key_changes: list[str]
    findings: list[Found]
    counts: dict[str, int]
    not_checked: list[str]
    places: list[Place]


class KeptRun(msgspec.Struct, frozen=True):
    """Neighbouring entries with one fault, which is not told before it is known how many they are."""

    kind: str
    shift: int
    first: int
    count: int


class KeptEntries(msgspec.Struct, frozen=True):
    """The end of the chain, and what the entries of this log say of it."""

    origin: str
    first_entry: bytes
    last_leaf: bytes | None
    time: int
    false_register: tuple[int, bytes] | None
    run: KeptRun | None


class KeptErasure(msgspec.Struct, frozen=True):
    entry: int
    place: int
    by_entry: int
    ground: str


class KeptGovernance(msgspec.Struct, frozen=True):
    """The folded state as its own snapshot, and what followed from it."""

    snapshot: str | None
    gap: int | None
    doubted: bool
    skipped: int | None
    erased: list[KeptErasure]
    lines: list[tuple[str, int, int | None]]
    since: dict[str, int]


class KeptTree(msgspec.Struct, frozen=True):
    """The tree's frontier, the tiles that are not full, and which heads did not hold."""

    frontier: bytes
    unknown_from: int | None
    good_size: int
    bad: list[int]
    held: dict[str, int]
    forked: list[tuple[int, list[str]]]
    levels: list[list[bytes]]
    full: list[int]
    unknown: bool


class KeptRecords(msgspec.Struct, frozen=True):
    absent: list[Place]
    withheld: int
    declared: list[int]


class KeptTerms(msgspec.Struct, frozen=True):
    """The terms of a line: the record of its order as JSON, its digest, and where it stands."""

    body: str
    digest: bytes
    at: Place


class KeptEscrow(msgspec.Struct, frozen=True):
    """The escrow's books, what set each part of them, and how far the records were judged."""

    entries: int
    records: int
    refusals: dict[str, int]
    doubted_from: int | None
    why: str
    broken: list[str]
    unbalanced: list[str]
    count_at: int
    last: int
    lines: list[str]
    terms: dict[str, KeptTerms]
    balances: list[tuple[str, str, int]]
    readers: list[tuple[str, str]]
    settlements: list[tuple[str, str, Place]]
    closings: list[tuple[str, str, Place, int]]
    owners: list[tuple[bytes, str, Place]]
    statements: list[tuple[str, str, int, Place]]


class KeptFold(msgspec.Struct, frozen=True):
    """Everything but the rows of the indexes, which are kept beside it as they are."""

    journal: KeptJournal
    entries: KeptEntries
    governance: KeptGovernance
    tree: KeptTree
    records: KeptRecords
    escrow: KeptEscrow
