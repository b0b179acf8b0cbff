"""Entry 0: the keys are those that its own record names, one per party that signs it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from ledger.errors import SuyuanError
from ledger.evidence.founding import FoundingUnproven, founding_keys
from ledger.evidence.key import KeyMalformed
from ledger.evidence.register import KeyLineMalformed
from tests.scenario import FOUNDING, GARDEN, GOVERNANCE, TinyLedger, key_of

_RECORD: dict[str, Any] = json.loads(FOUNDING)
_SEATS: list[dict[str, str]] = _RECORD["governanceKeys"]
_BATCH = TinyLedger().batch([FOUNDING], issuer=GOVERNANCE[0], signers=GOVERNANCE[1:])


def test_the_named_keys_in_the_order_of_the_note() -> None:
    shuffled = {**_RECORD, "governanceKeys": _SEATS[::-1]}
    for record in (_RECORD, shuffled):
        lines = founding_keys(record, _BATCH)
        assert [line.key for line in lines] == [key_of(name).verifier for name in GOVERNANCE]
        assert {(line.custody, line.roles, line.territory) for line in lines} == {("self", ("governance",), "-")}


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"type": "PartyAdmitted"}, FoundingUnproven),
        ({"governanceKeys": None}, FoundingUnproven),
        ({"governanceKeys": [7]}, FoundingUnproven),
        ({"governanceKeys": [{**_SEATS[0], "extra": ""}, _SEATS[1]]}, FoundingUnproven),
        ({"governanceKeys": [{**_SEATS[0], "custody": "bank"}, _SEATS[1]]}, FoundingUnproven),
        ({"governanceKeys": [{**_SEATS[0], "key": "k"}, _SEATS[1]]}, KeyMalformed),
        ({"governanceKeys": [{**_SEATS[0], "key": _SEATS[1]["key"]}, _SEATS[1]]}, KeyLineMalformed),
        ({"governanceKeys": _SEATS[:1]}, FoundingUnproven),
        ({"governanceKeys": [*_SEATS, _SEATS[0]]}, FoundingUnproven),
        (
            {"governanceKeys": [*_SEATS, {"party": GARDEN, "key": str(key_of(GARDEN).verifier), "custody": "self"}]},
            FoundingUnproven,
        ),
    ],
)
def test_another_record_is_refused(changes: dict[str, Any], error: type[SuyuanError]) -> None:
    with pytest.raises(error):
        founding_keys({**_RECORD, **changes}, _BATCH)


@pytest.mark.parametrize("signers", [(), (GOVERNANCE[1], GARDEN)])
def test_every_named_key_signs_and_no_other(signers: tuple[str, ...]) -> None:
    with pytest.raises(FoundingUnproven):
        founding_keys(_RECORD, replace(_BATCH, signers=signers))


def test_governance_seats_bear_the_name_of_the_log() -> None:
    seat = {"party": GARDEN, "key": str(key_of(GARDEN).verifier), "custody": "self"}
    with pytest.raises(FoundingUnproven):
        founding_keys({**_RECORD, "governanceKeys": [seat]}, replace(_BATCH, issuer=GARDEN, signers=()))
    with pytest.raises(FoundingUnproven):
        founding_keys(_RECORD, replace(_BATCH, issuer=GOVERNANCE[1], signers=GOVERNANCE[:1]))
