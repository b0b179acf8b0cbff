"""The proof to keep of docs/FORMATS.md is what the code writes, reads back and believes."""

from __future__ import annotations

import json
import re
from functools import partial
from hashlib import sha256

from ledger.evidence.proof_file import ProofFile
from ledger.evidence.proof_verdict import verify_proof
from ledger.trade.named import names_item
from tests.house.golden import BODIES
from tests.house.golden_proof import golden_proof
from tests.house.sources import CHECKOUT


def documented() -> bytes:
    formats = (CHECKOUT / "docs" / "FORMATS.md").read_text(encoding="utf-8")
    (data,) = re.findall(r'```text\n(\{"format":"suyuan\.proof/v1".*\})\n```', formats)
    return str(data).encode()


def test_the_documented_proof_prints_back_byte_for_byte() -> None:
    assert ProofFile.parse(documented()) == golden_proof()
    assert golden_proof().to_bytes() == documented()


def test_the_documented_proof_is_plain_json_with_these_bytes() -> None:
    # Read without our own code: the digest pins every byte of the format.
    value = json.loads(documented())
    assert list(value) == ["format", "origin", "firstEntry", "item", "made", "policy", "records", "leftOut", "withheld"]
    assert value["leftOut"] == [{"position": [3, 0], "why": "unpublished"}]
    assert sha256(value["policy"].encode()).hexdigest() == golden_proof().fingerprint
    assert sha256(documented()).hexdigest() == "327055da9eca9c2b119d14e5f864731bd4b3ce56ff689cdef8d2676de3be1f88"


def test_the_documented_proof_holds() -> None:
    proof = golden_proof()
    verdict = verify_proof(proof, names=partial(names_item, item=proof.item))
    assert (verdict.holds, verdict.names_item, verdict.complete) == (True, True, False)
    assert proof.records[0].body == BODIES[1]
