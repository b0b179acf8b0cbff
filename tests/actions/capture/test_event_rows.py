"""Under what an event is indexed: the quick look at its identifiers finds what the careful one finds."""

from __future__ import annotations

import hmac
import json

import pytest

from ledger.actions.capture.event_rows import identifier_keys, identifier_rows, indexed_identifiers
from ledger.storage.event_keys import event_key
from ledger.storage.identifier_index import identifier_key
from ledger.trade.epcis.event import read_event
from tests.documents import event

ITEM = "https://id.gs1.org/01/09506000134352/21/A-1"
LOT = "https://id.gs1.org/01/09506000134352/10/L/21/B"
ELSEWHERE = "https://example.com/01/09506000134352/21/A-1"


@pytest.mark.parametrize(
    "named",
    [
        [ITEM],
        [ITEM, ITEM.replace("A-1", "A-2")],
        [ITEM, LOT],
        ["urn:epc:id:sgtin:0614141.107346.2017"],
        [ELSEWHERE],
        [ITEM, ELSEWHERE],
        ["urn:example:x"],
        [f"{ITEM}\n{ITEM}"],
        [f"{ITEM}\n", ITEM],
        [ITEM + "%41"],
        [],
    ],
)
def test_the_quick_look_finds_what_the_careful_one_finds(named: list[str]) -> None:
    read = read_event(json.dumps(event(1, epcList=named)).encode())
    wanted = sorted({identifier_key(identifier) for identifier in indexed_identifiers(read)})
    assert identifier_keys(read) == wanted
    assert sorted(identifier_rows([(3, read), (4, read)])) == sorted((key, place) for key in wanted for place in (3, 4))


@pytest.mark.parametrize("secret", [b"", b"short", bytes(range(32)), bytes(64), bytes(65), bytes(200)])
def test_an_event_key_is_64_bits_of_hmac_sha256(secret: bytes) -> None:
    wanted = hmac.digest(secret, b"issuer\x00id", "sha256")[:8]
    assert event_key(secret, "issuer", "id", b"") == int.from_bytes(wanted, "big", signed=True)
