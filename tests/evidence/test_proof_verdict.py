"""A proof to keep shows what its receipts show, record by record; whatever is changed in it is noticed."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from hashlib import sha256
from typing import Final

import pytest

from ledger.errors import SuyuanError
from ledger.evidence.checkpoint import CheckpointOfAnotherLog
from ledger.evidence.instant import Instant
from ledger.evidence.key import KeyType, SigningKey
from ledger.evidence.policy import Policy, QuorumUnmet
from ledger.evidence.proof_file import LeftOut, ProofFile, WhyLeftOut, plain_policy
from ledger.evidence.proof_verdict import ProofVerdict, ReceiptOfAnotherRecord, RecordAfterProof, verify_proof
from ledger.evidence.receipt import BatchOfAnotherLog, RecordUnproven
from ledger.trade.named import names_item
from tests.evidence.proof_mutations import MUTATIONS
from tests.evidence.proof_world import ERASED, PLACES, bent, honest_proof, proof_of, told_ledger
from tests.scenario import LOG_KEY, ORIGIN, WITNESS_KEY, key_of

ZEROS: Final = "A" * 43 + "="
OTHER_WITNESS: Final = key_of("witness.example/w2", KeyType.COSIGNATURE).verifier
FORGED: Final = SigningKey.from_private(ORIGIN, KeyType.ED25519, bytes([7]) * 32).verifier


def judged(proof: ProofFile, **more: object) -> ProofVerdict:
    return verify_proof(proof, names=partial(names_item, item=proof.item), **more)  # type: ignore[arg-type]


def test_an_honest_proof_holds_under_its_own_keys_and_under_the_callers() -> None:
    for policy in (None, plain_policy(told_ledger().policy())):
        verdict = judged(honest_proof(), policy=policy)
        assert (verdict.holds, verdict.complete, verdict.own_keys) == (True, True, policy is None)
        assert [one.position for one in verdict.records] == list(PLACES)
        assert [one.names_item for one in verdict.records] == [True, False, True, True, False]
        assert {len(one.shown.parties) for one in verdict.records if one.shown} == {1, 2}


def test_the_callers_policy_decides() -> None:
    assert judged(honest_proof(), policy=told_ledger().policy()).holds, "the checkpoints are cosigned by its witness"
    for policy, error in (
        (f"log {key_of('other.example').verifier}\nfirst-entry other.example {ZEROS}\nquorum none\n", CheckpointOfAnotherLog),
        (f"log {LOG_KEY.verifier}\nfirst-entry {ORIGIN} {ZEROS}\nquorum none\n", BatchOfAnotherLog),
        (told_ledger().policy().text.replace(str(WITNESS_KEY.verifier), str(OTHER_WITNESS)), QuorumUnmet),
    ):
        failures = judged(honest_proof(), policy=Policy.parse(policy)).failures
        assert {type(failure) for failure in failures} == {error}


@pytest.mark.parametrize("name", MUTATIONS)
def test_every_changed_field_is_noticed(name: str) -> None:
    changed = bent(honest_proof().to_bytes(), MUTATIONS[name])
    assert changed != honest_proof().to_bytes()
    try:
        verdict = judged(ProofFile.parse(changed))
    except SuyuanError:
        return
    assert not (verdict.holds and verdict.complete), name


def test_one_bad_record_does_not_hide_the_others() -> None:
    verdict = judged(ProofFile.parse(bent(honest_proof().to_bytes(), MUTATIONS["body byte"])))
    assert [one.failure is None for one in verdict.records] == [False, True, True, True, True]
    assert isinstance(verdict.failures[0], RecordUnproven)


def test_the_receipt_of_another_record_with_its_body() -> None:
    first, second, *rest = honest_proof().records
    swapped = (replace(second, position=first.position), replace(first, position=second.position), *rest)
    verdict = judged(replace(honest_proof(), records=swapped))
    assert [type(failure) for failure in verdict.failures] == [ReceiptOfAnotherRecord] * 2


def test_no_record_is_from_after_its_proof() -> None:
    taken = told_ledger().written[6].entry.time
    verdict = judged(replace(honest_proof(), made=taken))
    assert [type(failure) for failure in verdict.failures] == [RecordAfterProof]
    assert judged(replace(honest_proof(), made=Instant(told_ledger().written[7].entry.time))).holds


def test_an_erased_record_leaves_it_incomplete() -> None:
    verdict = judged(proof_of(told_ledger(), PLACES, erased=[ERASED]))
    assert (verdict.holds, verdict.complete, verdict.erased) == (True, False, 1)


def test_what_was_left_out_leaves_it_incomplete() -> None:
    verdict = judged(replace(honest_proof(), left_out=(LeftOut((9, 0), WhyLeftOut.UNPUBLISHED),)))
    assert (verdict.holds, verdict.complete) == (True, False)


def test_records_of_another_item_hold_and_say_nothing_of_this_one() -> None:
    verdict = judged(replace(honest_proof(), item="https://id.gs1.org/01/09521321000014/21/copied"))
    assert (verdict.holds, verdict.names_item, verdict.complete) == (True, False, False)


def test_nothing_holds_where_there_is_nothing() -> None:
    assert not judged(replace(honest_proof(), records=())).holds


def test_what_nobody_signs_can_be_changed_unnoticed() -> None:
    """A later date, fewer records, fewer withheld: the documents and both verifiers say so."""
    proof = replace(honest_proof(), withheld=2)
    for changed in (
        replace(proof, made=Instant(proof.made + 86_400_000)),
        replace(proof, withheld=0),
        replace(proof, records=proof.records[:2]),
    ):
        assert judged(changed).holds


def test_the_fingerprint_tells_the_keys_and_the_first_entry_and_nothing_else() -> None:
    proof = honest_proof()
    assert proof.fingerprint == sha256(proof.policy.text.encode()).hexdigest()
    assert replace(proof, made=Instant(0), records=(), item="x").fingerprint == proof.fingerprint
    forged = Policy.parse(proof.policy.text.replace(str(LOG_KEY.verifier), str(FORGED)))
    assert replace(proof, policy=forged).fingerprint != proof.fingerprint
