"""Who may read what: every cell of the table, and who counts as what."""

from __future__ import annotations

import pytest

from ledger.evidence.authority import ROLES, ReadRule, RecordClass
from ledger.trade.reading import (
    ANYONE,
    MAY_READ,
    Reader,
    ReaderKind,
    ReadingForbidden,
    RecordFacts,
    kinds_of,
    may_read,
    opened_by,
)

TIN = "https://id.gs1.org/01/09521234000013/21/A1"
LOT = "https://id.gs1.org/01/09521234000013/10/L1"
GTIN = "https://id.gs1.org/01/09521234000013"
ISSUER, SIGNER, OTHER = "l.example/party/tea", "l.example/party/lab", "l.example/party/shop"

READERS: dict[ReaderKind, Reader] = {
    ReaderKind.ANYONE: ANYONE,
    ReaderKind.CODE_HOLDER: Reader(codes=opened_by(TIN)),
    ReaderKind.ISSUER: Reader(party=ISSUER, roles=frozenset({"factory"})),
    ReaderKind.CO_SIGNER: Reader(party=SIGNER, roles=frozenset({"laboratory"})),
    ReaderKind.GRANTEE: Reader(party=OTHER, grants=frozenset({ISSUER})),
    ReaderKind.PARTY: Reader(party=OTHER, roles=frozenset({"shop"})),
    **{
        ReaderKind(role): Reader(party=OTHER, roles=frozenset({role}))
        for role in ("governance", "registrar", "data-protection", "customs", "authority", "arbiter", "operator")
    },
}
YES, NO = True, False
# Written out by hand, so that a change of the table has to be made twice and on purpose.
TABLE = {
    #                           public code parties
    ReaderKind.ANYONE:          (YES, NO, NO),
    ReaderKind.CODE_HOLDER:     (YES, YES, NO),
    ReaderKind.ISSUER:          (YES, YES, YES),
    ReaderKind.CO_SIGNER:       (YES, YES, YES),
    ReaderKind.GRANTEE:         (YES, YES, YES),
    ReaderKind.PARTY:           (YES, NO, NO),
    ReaderKind.GOVERNANCE:      (YES, NO, NO),
    ReaderKind.REGISTRAR:       (YES, NO, NO),
    ReaderKind.DATA_PROTECTION: (YES, YES, YES),
    ReaderKind.CUSTOMS:         (YES, YES, YES),
    ReaderKind.AUTHORITY:       (YES, YES, YES),
    ReaderKind.ARBITER:         (YES, NO, NO),
    ReaderKind.OPERATOR:        (YES, NO, NO),
}  # fmt: skip
CELLS = [
    (kind, rule, allowed)
    for kind, row in TABLE.items()
    for rule, allowed in zip((ReadRule.PUBLIC, ReadRule.CODE, ReadRule.PARTIES), row, strict=True)
]


def record(rule: ReadRule, *, klass: RecordClass = RecordClass.EPCIS, items: frozenset[str] = frozenset({TIN})) -> RecordFacts:
    return RecordFacts(klass=klass, read=rule, issuer=ISSUER, signers=frozenset({SIGNER}), items=items)


def allowed(facts: RecordFacts, reader: Reader) -> bool:
    try:
        may_read(facts, reader)
    except ReadingForbidden:
        return False
    return True


def test_the_table_has_a_row_for_every_kind_and_a_column_for_every_rule() -> None:
    assert set(TABLE) == set(READERS) == set(ReaderKind)
    assert set(MAY_READ) == set(ReadRule)


@pytest.mark.parametrize(("kind", "rule", "expected"), CELLS)
def test_every_cell(kind: ReaderKind, rule: ReadRule, expected: bool) -> None:
    assert kind in kinds_of(READERS[kind], record(rule))
    assert allowed(record(rule), READERS[kind]) is expected


@pytest.mark.parametrize("klass", list(RecordClass))
@pytest.mark.parametrize("rule", list(ReadRule))
def test_governance_alone_is_public_whatever_its_line_says(klass: RecordClass, rule: ReadRule) -> None:
    assert allowed(record(rule, klass=klass), ANYONE) is (klass is RecordClass.GOVERNANCE or rule is ReadRule.PUBLIC)


@pytest.mark.parametrize("role", [role for role in ROLES if role not in set(ReaderKind)])
@pytest.mark.parametrize("rule", [ReadRule.CODE, ReadRule.PARTIES])
def test_a_trading_role_reads_nothing_of_strangers(role: str, rule: ReadRule) -> None:
    assert not allowed(record(rule), Reader(party=OTHER, roles=frozenset({role})))


def test_a_role_without_a_party_is_worth_nothing() -> None:
    assert not allowed(record(ReadRule.PARTIES), Reader(roles=frozenset({"customs"}), grants=frozenset({ISSUER})))


def test_a_grant_of_somebody_else_is_worth_nothing() -> None:
    assert not allowed(record(ReadRule.PARTIES), Reader(party=OTHER, grants=frozenset({SIGNER})))


@pytest.mark.parametrize(
    ("code", "opens"),
    [
        (GTIN, set()),
        ("https://shop.example/01/9521234000013?10=L1", set()),
        (LOT, {LOT}),
        (TIN, {TIN}),
        ("https://shop.example/01/9521234000013/10/L1/21/A1", {TIN, LOT}),
        ("urn:epc:id:sgtin:9521234.000001.A1", {TIN}),
        ("urn:epc:class:lgtin:9521234.000001.L1", {LOT}),
        ("urn:epc:idpat:sgtin:9521234.000001.*", set()),
        ("https://id.gs1.org/00/340123451111111111", {"https://id.gs1.org/00/340123451111111111"}),
        ("https://id.gs1.org/8003/04012345000221", set()),
        ("https://id.gs1.org/8003/0401234500022142", {"https://id.gs1.org/8003/0401234500022142"}),
        ("https://id.gs1.org/414/4012345000054/254/122", set()),
        ("https://id.gs1.org/417/4012345000054", set()),
        ("https://id.gs1.org/8018/401234500000067657", set()),
        ("urn:uuid:5e7b2c1e-0000-4000-8000-1234567890ab", {"urn:uuid:5e7b2c1e-0000-4000-8000-1234567890ab"}),
        ("https://tea.example/products/green", set()),
        ("", set()),
    ],
)
def test_what_a_code_opens(code: str, opens: set[str]) -> None:
    assert opened_by(code) == opens


def test_a_lot_opens_its_own_records_and_not_those_of_its_items() -> None:
    holder = Reader(codes=opened_by(LOT))
    assert allowed(record(ReadRule.CODE, items=frozenset({LOT})), holder)
    assert not allowed(record(ReadRule.CODE, items=frozenset({TIN})), holder)


def test_a_refusal_says_who_may_and_nothing_of_the_record() -> None:
    with pytest.raises(ReadingForbidden) as refused:
        may_read(record(ReadRule.CODE), ANYONE)
    assert "holder of a code" in refused.value.wanted
    assert TIN not in str(refused.value)
    assert ISSUER not in str(refused.value)
