"""Index rows made in bulk are those that records are indexed under one by one."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ledger.actions.capture.index_rows import index_keys
from ledger.actions.log.kept_keys import KeptKeys
from ledger.audit.index_rows import key_row, rows_of, split_rows
from ledger.audit.said import SaidEvents
from ledger.evidence.record import read_record
from ledger.storage.position import pack
from ledger.trade.dossier.bodies.base import DossierBody
from tests.documents import event
from tests.trade.dossier.samples import SAMPLES

ISSUER = "ledger.example/party/tea"
ITEM = "https://id.gs1.org/01/09506000134352/21/S1"
EVENTS: tuple[dict[str, Any], ...] = (
    event(1),
    event(2, epcList=[ITEM, ITEM]),
    event(3, epcList=["https://id.gs1.org/01/09506000134352/10/L1/21/S1", "urn:example:crate"]),
    event(4, epcList=["urn:epc:id:sgtin:9506000.013435.1", "https://example.com/01/09506000134352/21/S%2F1"]),
    event(5, eventID=None),
    event(6, epcList=None, quantityList=[{"epcClass": "urn:epc:class:lgtin:9506000.013435.L"}]),
    event(7, eventID="urn:uuid:é茶", epcList=[]),
)


@pytest.mark.parametrize("secret", [b"s" * 32, b"s" * 64, b"s" * 100, b"", None])
@pytest.mark.parametrize("chosen", [EVENTS, EVENTS[:2], EVENTS[2:3], ()])
def test_events(secret: bytes | None, chosen: tuple[dict[str, Any], ...]) -> None:
    said = [(place, body, read_record(body)) for place, body in enumerate((json.dumps(one).encode() for one in chosen), 1)]
    rows = KeptKeys(secret).of_events(12, ISSUER, SaidEvents(said))
    alone = [(pack(12, place), *index_keys(secret, ISSUER, body)) for place, body, _ in said]
    assert rows.once == b"".join(key_row(once, packed) for packed, once, _ in alone if once is not None)
    assert set(split_rows(rows.identifiers)) == {row for packed, _, keys in alone for row in split_rows(rows_of(keys, packed))}


@pytest.mark.parametrize("said", SAMPLES, ids=lambda said: type(said).__name__)
def test_a_dossier_record(said: DossierBody) -> None:
    rows = KeptKeys(b"secret").of_dossier(3, 2, said)
    once, keys = index_keys(b"secret", ISSUER, said.to_body())
    assert rows.once == (b"" if once is None else key_row(once, pack(3, 2)))
    assert rows.identifiers == rows_of(keys, pack(3, 2))
    assert KeptKeys(None).of_dossier(3, 2, said).once == b""
