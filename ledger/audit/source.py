"""What an audit reads: any log that can show its checkpoints, tiles, entries and records, wherever it lies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple, Protocol

from ledger.audit.buckets import KeyRange
from ledger.audit.escrow_rows import EscrowRows
from ledger.audit.finding import Place
from ledger.audit.index_rows import IndexRows
from ledger.audit.said import SaidEvents
from ledger.errors import Unprocessable
from ledger.evidence.merkle import Digest
from ledger.evidence.tile import TileAddress
from ledger.trade.dossier.bodies.base import DossierBody


class SourceUnreadable(Unprocessable):
    """`part` is what could not be read, as the report names it: `tiles`, `records of entry 12`."""

    title = "a part of the audited source cannot be read"
    default_hint = "it is damaged; restore a backup and audit that"

    def __init__(self, part: str, *, seen: object, wanted: str = "") -> None:
        self.part = part
        super().__init__(seen=seen, wanted=wanted, pointer=part)


class BatchRecords(NamedTuple):
    """What a source has of the records of one entry: sequences that run alike, in ascending order of `places`.

    A commitment, salt or body that the source does not have is None. `withheld` are places whose body exists but is
    not for this reader. `context_unread` says why the context cannot be read; usually it can.
    """

    context: bytes | None
    places: Sequence[int]
    commitments: Sequence[Digest | None]
    salts: Sequence[bytes | None]
    bodies: Sequence[bytes | None]
    withheld: frozenset[int] = frozenset()
    context_unread: SourceUnreadable | None = None


class BatchColumns(NamedTuple):
    """What is kept of a batch note as columns; the words are compared as words."""

    issuer: str
    record_class: str
    read: str
    size: int
    root: bytes


class HeadColumns(NamedTuple):
    origin: str
    size: int
    leaf_hash: bytes | None
    time_ms: int
    frontier: bytes


class KeptRows(Protocol):
    """What an operator keeps beside the log to answer quickly; all of it follows from the log.

    Whatever cannot be read raises `SourceUnreadable`.
    """

    @property
    def escrow(self) -> EscrowRows:
        """The journal's tables."""

    @property
    def has_event_secret(self) -> bool:
        """Whether `event_key` can be computed: it needs a secret of the server."""

    def leaf_hashes(self, start: int, stop: int) -> Sequence[bytes | None]:
        """The kept leaf hash of each entry from `start` to below `stop`."""

    def batches(self, start: int, stop: int) -> Sequence[BatchColumns | None]: ...
    def blocks(self, start: int, stop: int) -> Mapping[int, bytes]:
        """Joined block roots by entry; only large batches have them."""

    def head(self) -> HeadColumns | None:
        """The head row, where there is exactly one."""

    def tiles(self) -> Iterator[tuple[int, int]]:
        """(level, index) of every kept tile."""

    def strays(self, size: int) -> Iterator[tuple[str, Place]]:
        """(table, place) of rows of entries from `size` on, which a log of this size does not have."""

    def register_lines(self) -> Iterator[tuple[str, int, int | None]]:
        """(line, valid from, valid until) of every kept key line."""

    def governance(self) -> tuple[int, bytes] | None:
        """(version, snapshot), where there is exactly one."""

    def erasures(self) -> Iterator[tuple[Place, int, str]]:
        """(place, erasing entry, ground)."""

    def disclosures(self) -> Iterator[tuple[Place, bytes | None, bytes | None]]:
        """(place, digest, disclosure) of every row, emptied ones too, in log order."""

    def index_rows(self, table: str, within: KeyRange) -> Iterator[bytes]:
        """Rows of an index (`identifiers`, `event_keys` or `note_keys`), joined, in any order."""

    def pack(self, entry: int, place: int) -> int: ...
    def unpack(self, packed: int) -> Place: ...
    def note_key(self, issuer: str, root: bytes) -> int: ...
    def of_events(self, index: int, issuer: str, events: SaidEvents) -> IndexRows:
        """The rows that events of one entry must have; none of what may be said only once where the secret is not known."""

    def of_dossier(self, index: int, place: int, said: DossierBody) -> IndexRows: ...


class LogSource(Protocol):
    """A log to audit. What it says is not trusted; what it does not have, it says by None or by leaving out.

    What it has but cannot read raises `SourceUnreadable`, from every method.
    """

    @property
    def description(self) -> str:
        """Where the log was read from, for the report."""

    @property
    def kept(self) -> KeptRows | None:
        """The operator's own rows, where the source is a data directory."""

    def newest(self) -> bytes:
        """The newest published checkpoint.

        Raises:
            Absent or Unavailable leaves: the source shows none.
        """

    def published(self) -> Iterator[tuple[int, bytes]]:
        """(size, note) of every published checkpoint that the source lists, smallest first."""

    def size(self) -> int:
        """How many entries it holds, also those that no checkpoint covers yet; 0 where it only shows published ones."""

    def entries(self, start: int, stop: int) -> Sequence[bytes | None]:
        """The entries from `start` to below `stop`, at most one bundle of 256, aligned to bundles."""

    def tile(self, address: TileAddress) -> bytes | None:
        """The bytes of a hash tile; of a data directory, the whole row, however wide it is."""

    def records(self, start: int, stop: int) -> Iterator[BatchRecords]:
        """The records of each entry from `start` to below `stop`, one value an entry."""
