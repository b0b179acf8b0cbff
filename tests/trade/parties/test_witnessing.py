"""A witness policy completes the policy file, and can smuggle nothing else into it."""

from __future__ import annotations

from hashlib import sha256

import pytest

from ledger.evidence.key import KeyType, SigningKey, VerifierKey
from ledger.evidence.policy import Policy
from ledger.evidence.spelling import format_base64
from ledger.trade.parties.bodies import LogKeyAdded, WitnessPolicyAdopted
from ledger.trade.parties.refusals import KeyUsedBefore, WitnessPolicyWrong
from ledger.trade.parties.witnessing import policy_of
from ledger.trade.shapes.refusals import BodyMemberWrong
from tests.trade.parties.world import FIRST_ENTRY, GOV1, GOV2, ORIGIN, World, found_world, founding, key_of


def witness(name: str) -> VerifierKey:
    key = SigningKey.from_private(name, KeyType.ED25519, sha256(name.encode()).digest())
    return VerifierKey(name, KeyType.COSIGNATURE, key.verifier.public)


TWO = (
    f"witness one {witness('w.example/1')}\n"
    f"witness two {witness('w.example/2')} https://w.example/two\n"
    "group both all one two\n"
    "quorum both\n"
)


@pytest.mark.parametrize("text", [TWO, "quorum none\n", None])
def test_adopted_lines_complete_a_policy_file(text: str | None) -> None:
    world = World()
    world.write(WitnessPolicyAdopted(text), GOV1, GOV2)
    policy = policy_of(world.state)
    assert policy.text.endswith(text or "quorum none\n")
    assert Policy.parse(policy.text) == policy
    assert (policy.origin, policy.first_entry, policy.log_keys) == (ORIGIN, FIRST_ENTRY, (key_of(ORIGIN).verifier,))


@pytest.mark.parametrize("text", [TWO, None])
def test_a_founding_may_bring_it(text: str | None) -> None:
    assert found_world(founding(witness_policy=text)).witness_policy == text


@pytest.mark.parametrize(
    "text",
    [
        "quorum none\nquorum none\n",
        "witness one two\nquorum one\n",
        f"witness one {witness('w.example/1')}\n",
        f"witness one {witness('w.example/1')}\nquorum two\n",
        "# all is well\nquorum none\n",
        "quorum  none\n",
        "\nquorum none\n",
        "quorum none\n\n",
        f"log {key_of(ORIGIN, 1).verifier}\nquorum none\n",
        f"first-entry {ORIGIN} {format_base64(bytes(32))}\nquorum none\n",
        f"witness one {VerifierKey('w.example/1', KeyType.COSIGNATURE, key_of(ORIGIN).verifier.public)}\nquorum one\n",
        f"witness one {VerifierKey('w.example/1', KeyType.COSIGNATURE, bytes(32))}\nquorum one\n",
    ],
)
def test_what_is_no_witness_policy_of_this_log_is_refused(text: str) -> None:
    world = World()
    with pytest.raises(WitnessPolicyWrong) as refused:
        world.write(WitnessPolicyAdopted(text), GOV1, GOV2)
    assert refused.value.pointer == "/witnessPolicy"
    with pytest.raises(WitnessPolicyWrong):
        found_world(founding(witness_policy=text))


@pytest.mark.parametrize("text", ["", "quorum none", "quorum none\r\n", "quorum\tnone\n"])
def test_text_of_another_shape_is_refused_already_in_the_body(text: str) -> None:
    with pytest.raises(BodyMemberWrong):
        WitnessPolicyAdopted(text).to_body()


def test_a_witness_key_becomes_no_log_key() -> None:
    world = World()
    pq = key_of(ORIGIN, 5, KeyType.MLDSA44).verifier
    world.write(WitnessPolicyAdopted(f"witness one {pq}\nquorum one\n"), GOV1, GOV2)
    with pytest.raises(KeyUsedBefore, match="used by a witness"):
        world.write(LogKeyAdded(pq, None), GOV1, GOV2)
    world.write(LogKeyAdded(key_of(ORIGIN, 6, KeyType.MLDSA44).verifier, None), GOV1, GOV2)
    assert len(policy_of(world.state).log_keys) == 2
