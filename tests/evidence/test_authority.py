"""The closed tables of classes, roles and types, held row by row."""

from __future__ import annotations

import pytest

from ledger.evidence.authority import (
    DOSSIER_CLASSES,
    MAY_SIGN,
    ROLES,
    TYPES,
    RecordClass,
    RoleMayNotSign,
    TypeNotInClass,
    refuse_foreign_type,
    refuse_unauthorised,
)
from ledger.trade.dossier.bodies.every import BODIES as DOSSIER_BODIES
from ledger.trade.escrow.bodies.every import BODIES

# The table once more, as FORMATS prints it; class governance is open to all of them.
_TABLE = {
    "governance": "",
    "registrar": "",
    "data-protection": "",
    "merchant": "epcis description recall evidence escrow",
    "factory": "epcis description recall evidence escrow",
    "carrier": "epcis evidence escrow",
    "laboratory": "epcis inspection evidence escrow",
    "inspector": "epcis inspection recall evidence escrow",
    "warehouse": "epcis evidence escrow",
    "shop": "epcis description recall evidence escrow scan",
    "customs": "epcis inspection recall evidence escrow",
    "bank": "escrow",
    "arbiter": "evidence escrow",
    "trustee": "escrow",
    "guarantor": "escrow",
    "authority": "inspection recall evidence escrow",
    "buyer": "evidence escrow scan",
    "operator": "scan escrow",
}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("klass", list(RecordClass))
def test_every_cell_of_the_table(role: str, klass: RecordClass) -> None:
    allowed = klass == RecordClass.GOVERNANCE or klass in _TABLE[role].split()
    if allowed:
        refuse_unauthorised([role], klass)
    else:
        with pytest.raises(RoleMayNotSign, match=f"{role} for class {klass}"):
            refuse_unauthorised([role], klass)
    assert (klass in MAY_SIGN[role]) == allowed


def test_the_table_has_no_other_row() -> None:
    assert set(ROLES) == set(_TABLE)
    assert set(TYPES) == set(RecordClass)


@pytest.mark.parametrize("roles", [[], ["king"], ["bank", "king"]])
def test_no_role_and_unknown_roles_sign_nothing(roles: list[str]) -> None:
    with pytest.raises(RoleMayNotSign):
        refuse_unauthorised(roles, RecordClass.EPCIS)


def test_one_role_of_several_is_enough() -> None:
    refuse_unauthorised(["bank", "carrier"], RecordClass.EPCIS)
    with pytest.raises(RoleMayNotSign):
        refuse_unauthorised(["bank", "carrier"], RecordClass.SCAN)


def test_only_statements_about_goods_and_of_oneself_may_stand_in_several_classes() -> None:
    named = [kind for kinds in TYPES.values() for kind in kinds]
    several = {kind for kind in named if named.count(kind) > 1}
    classes = {klass for klass in RecordClass if TYPES[klass] & several}
    assert classes == {RecordClass.DESCRIPTION, RecordClass.INSPECTION, RecordClass.EVIDENCE}
    for klass in RecordClass:
        for kind in named:
            if kind in TYPES[klass]:
                refuse_foreign_type(kind, klass)
            else:
                with pytest.raises(TypeNotInClass):
                    refuse_foreign_type(kind, klass)


def test_the_types_of_the_dossier_are_those_that_have_a_shape() -> None:
    assert set().union(*(TYPES[klass] for klass in DOSSIER_CLASSES)) == set(DOSSIER_BODIES)


def test_the_types_of_the_escrow_are_those_that_have_a_shape() -> None:
    assert TYPES[RecordClass.ESCROW] == set(BODIES)
