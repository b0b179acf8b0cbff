"""Who may read the body and salt of a record: one table.

The log itself is public and holds commitments only; this table guards what they commit to. Source: docs/FORMATS.md,
"Reading rights".
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from ledger.errors import Untrusted
from ledger.evidence.authority import ReadRule, RecordClass
from ledger.trade.identifiers import application_values, is_class_identifier, ladder

if TYPE_CHECKING:
    from collections.abc import Mapping


class ReadingForbidden(Untrusted):
    title = "this reader may not see the content of this record"
    default_hint = "its place in the log can be verified without it; ask its issuer for a grant"


class ReaderKind(StrEnum):
    """What a reader is to one record. A reader is often several; one that may read is enough."""

    ANYONE = "anyone"
    CODE_HOLDER = "holder of a code of the item"
    ISSUER = "issuer"
    CO_SIGNER = "co-signer"
    GRANTEE = "party with a grant of the issuer"
    PARTY = "any other admitted party"
    GOVERNANCE = "governance"
    REGISTRAR = "registrar"
    DATA_PROTECTION = "data-protection"
    CUSTOMS = "customs"
    AUTHORITY = "authority"
    ARBITER = "arbiter"
    OPERATOR = "operator"


_ANY: Final = frozenset(ReaderKind)
# Those who said it, those they let in, and those whom the law lets in: customs and authorities to control, data
# protection to judge an erasure. To run the alliance or the server gives no right to its members' business, and an
# arbiter sees what the parties to a dispute grant.
_INSIDERS: Final = frozenset(
    {
        ReaderKind.ISSUER,
        ReaderKind.CO_SIGNER,
        ReaderKind.GRANTEE,
        ReaderKind.DATA_PROTECTION,
        ReaderKind.CUSTOMS,
        ReaderKind.AUTHORITY,
    }
)

MAY_READ: Final[Mapping[ReadRule, frozenset[ReaderKind]]] = MappingProxyType(
    {
        ReadRule.PUBLIC: _ANY,
        ReadRule.CODE: _INSIDERS | {ReaderKind.CODE_HOLDER},
        ReadRule.PARTIES: _INSIDERS,
    }
)
"""The table: which kinds of reader a record's `read` line lets in."""

_MAY_OPEN: Final[Mapping[ReadRule, frozenset[ReaderKind]]] = MappingProxyType(
    {**MAY_READ, ReadRule.PUBLIC: MAY_READ[ReadRule.CODE]}
)
"""Withheld fields of a record that everybody may read are for whom its code or a right lets in."""

_BY_ROLE: Final[Mapping[str, ReaderKind]] = MappingProxyType(
    {
        "governance": ReaderKind.GOVERNANCE,
        "registrar": ReaderKind.REGISTRAR,
        "data-protection": ReaderKind.DATA_PROTECTION,
        "customs": ReaderKind.CUSTOMS,
        "authority": ReaderKind.AUTHORITY,
        "arbiter": ReaderKind.ARBITER,
        "operator": ReaderKind.OPERATOR,
    }
)

# Keys of things one can hold in the hand. A place, a party, a person or a shipment number is no code of an item.
_KEYS_OF_ITEMS: Final = frozenset({"00", "01", "253", "255", "8003", "8004", "8006", "8010"})
_FINER: Final = frozenset({"10", "21", "235"})
_SERIAL_SCHEMES: Final = ("urn:uuid:", "urn:epc:id:gid:", "urn:epc:id:adi:", "urn:epc:id:usdod:")


@dataclass(frozen=True, slots=True)
class RecordFacts:
    """What the table needs of a record; all of it stands in its batch note but `items`.

    items: canonical identifiers that the record names; for a document record those of its events.
    """

    klass: RecordClass
    read: ReadRule
    issuer: str
    signers: frozenset[str] = frozenset()
    items: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Reader:
    """Who is asking, as known now; a suspended or expelled party has neither roles nor grants.

    roles: those the party holds now. grants: the issuers whose grant the party holds now. codes: what `opened_by` gives
    for the codes in the reader's hand and, where a trace is served, for what the trace from them reaches.
    """

    party: str | None = None
    roles: frozenset[str] = frozenset()
    grants: frozenset[str] = frozenset()
    codes: frozenset[str] = frozenset()


ANYONE: Final = Reader()


def may_read(record: RecordFacts, reader: Reader) -> None:
    """Return if the table lets this reader read this record. Governance is public whatever its `read` line says.

    Raises:
        ReadingForbidden: it does not.
    """
    rule = ReadRule.PUBLIC if record.klass is RecordClass.GOVERNANCE else record.read
    kinds = kinds_of(reader, record)
    if not kinds & MAY_READ[rule]:
        raise ReadingForbidden(
            seen=", ".join(sorted(kinds)), wanted=f"for records read by {rule}: {', '.join(sorted(MAY_READ[rule]))}"
        )


def may_open(record: RecordFacts, reader: Reader) -> None:
    """Return if the table lets this reader open what the issuer withheld from this record.

    Raises:
        ReadingForbidden: it does not.
    """
    rule = ReadRule.PUBLIC if record.klass is RecordClass.GOVERNANCE else record.read
    kinds = kinds_of(reader, record)
    if not kinds & _MAY_OPEN[rule]:
        raise ReadingForbidden(seen=", ".join(sorted(kinds)), wanted=f"for withheld fields: {', '.join(sorted(_MAY_OPEN[rule]))}")


def kinds_of(reader: Reader, record: RecordFacts) -> frozenset[ReaderKind]:
    """Everything that `reader` is to `record`; never empty."""
    kinds = {ReaderKind.ANYONE}
    if reader.codes & record.items:
        kinds.add(ReaderKind.CODE_HOLDER)
    if reader.party is None:
        return frozenset(kinds)
    kinds.add(ReaderKind.PARTY)
    kinds.update(_BY_ROLE[role] for role in reader.roles if role in _BY_ROLE)
    if reader.party == record.issuer:
        kinds.add(ReaderKind.ISSUER)
    if reader.party in record.signers:
        kinds.add(ReaderKind.CO_SIGNER)
    if record.issuer in reader.grants:
        kinds.add(ReaderKind.GRANTEE)
    return frozenset(kinds)


def opened_by(code: str) -> frozenset[str]:
    """The canonical identifiers whose `code` records open to whoever holds `code`.

    The item itself and the lot that the code states, each only with a serial or lot number: a GTIN or another type
    number is printed on every package, names no one item and opens nothing.
    """
    return frozenset(rung for rung in ladder(code) if is_code(rung))


def is_code(identifier: str) -> bool:
    """Whether a canonical identifier is the code of an item or a lot, which not everybody knows."""
    values = application_values(identifier)
    if values is None:
        return identifier.startswith(_SERIAL_SCHEMES)
    if values[0][0] not in _KEYS_OF_ITEMS:
        return False
    return not is_class_identifier(identifier) or any(ai in _FINER for ai, _ in values[1:])
