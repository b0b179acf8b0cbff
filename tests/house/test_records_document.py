"""Every record of docs/RECORDS.md can be copied as it stands, and the commands beside it exist."""

from __future__ import annotations

import json
import re

import pytest

from ledger.evidence.record import read_record
from ledger.trade.dossier.bodies.every import read_dossier_body
from tests.house.sources import CHECKOUT

DOCUMENT = (CHECKOUT / "docs" / "RECORDS.md").read_text(encoding="utf-8")
RECORDS = re.findall(r"^```json\n(.*?)^```$", DOCUMENT, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("text", RECORDS, ids=lambda text: json.loads(text)["type"])
def test_every_record_can_be_copied(text: str) -> None:
    read_dossier_body(read_record(text.strip().encode()))


def test_what_a_merchant_and_a_laboratory_post_is_all_there() -> None:
    assert [json.loads(text)["type"] for text in RECORDS] == [
        "ProductDescribed",
        "PlaceDescribed",
        "PartyDescribed",
        "TestReported",
        "CertificateIssued",
        "RecallIssued",
        "RecallEnded",
    ]
