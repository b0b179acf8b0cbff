"""The proof to keep that docs/FORMATS.md shows: the second record of the golden log's entry 2."""

from __future__ import annotations

from functools import cache

from ledger.evidence.instant import parse_instant
from ledger.evidence.policy import Policy
from ledger.evidence.proof_file import KeptRecord, LeftOut, ProofFile, WhyLeftOut
from tests.house.golden import BODIES, ORIGIN, golden_log

ITEM = "https://id.gs1.org/01/06901234567892/21/1"
MADE_AT = "2026-11-20T08:05:00.000Z"


@cache
def golden_proof() -> ProofFile:
    """One record kept, one named as not published yet."""
    log = golden_log()
    return ProofFile(
        origin=ORIGIN,
        first_entry=log.entries[0].leaf_hash(),
        item=ITEM,
        made=parse_instant(MADE_AT),
        policy=Policy.parse(log.policy),
        records=(KeptRecord((2, 1), log.receipt, BODIES[1]),),
        left_out=(LeftOut((3, 0), WhyLeftOut.UNPUBLISHED),),
    )


def proof_example() -> str:
    """The whole file, fenced, and the fingerprint of its keys."""
    proof = golden_proof()
    said = f"Example: the receipt of the example above with its body. The keys have the fingerprint `{proof.fingerprint}`."
    return f"{said}\n\n```text\n{proof.to_bytes().decode()}\n```"
