"""Policy files: their one printed form, their rules, and what satisfies them."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import shake_256
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import SuyuanError
from ledger.evidence.checkpoint import Checkpoint, CheckpointOfAnotherLog, cosign, sign_checkpoint
from ledger.evidence.key import KeyRefused, KeysCollide, KeyType, SignatureWrong, SigningKey, VerifierKey
from ledger.evidence.merkle import leaf_hash
from ledger.evidence.note import NoteUnsigned, SignatureLine, SignedNote
from ledger.evidence.policy import (
    FirstEntryLine,
    GroupLine,
    LogLine,
    Policy,
    PolicyLine,
    PolicyMalformed,
    QuorumLine,
    QuorumUnmet,
    WitnessLine,
)

ORIGIN: Final = "ledger.example/main"
HEAD: Final = Checkpoint(ORIGIN, 5, leaf_hash(b"root"))
LOG: Final = SigningKey.from_private(ORIGIN, KeyType.ED25519, bytes([1]) * 32)
NEXT_LOG: Final = SigningKey.from_private(ORIGIN, KeyType.ECDSA_P256, bytes([1]) * 32)
FIRST: Final = FirstEntryLine(ORIGIN, leaf_hash(b"first"))
NAMES: Final = ("X1", "X2", "X3", "Y1", "Y2")


def witness_of(name: str, type: KeyType = KeyType.COSIGNATURE) -> SigningKey:  # noqa: A002
    return SigningKey.from_private(f"witness.example/{name}", type, leaf_hash(name.encode()))


WITNESSES: Final = tuple(WitnessLine(name, witness_of(name).verifier) for name in NAMES)


def policy_of(*lines: PolicyLine) -> Policy:
    return Policy((LogLine(LOG.verifier), FIRST, *lines))


NESTED: Final = policy_of(
    *WITNESSES,
    GroupLine("X", "2", ("X1", "X2", "X3")),
    GroupLine("Y", "any", ("Y1", "Y2")),
    GroupLine("both", "all", ("X", "Y")),
    QuorumLine("both"),
)


def cosigned(names: Sequence[str], log_keys: Sequence[SigningKey] = (LOG,)) -> SignedNote:
    note = sign_checkpoint(HEAD, log_keys)
    lines = [cosign(note, witness_of(name), 1000 + place) for place, name in enumerate(names)]
    return SignedNote(note.text, (*note.signatures, *lines))


def test_golden_text() -> None:
    text = (
        "log ledger.example/main+d18a22cc+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c https://ledger.example/log/\n"
        "first-entry ledger.example/main oa8DAjHKL9IOzzDFKUuvj2kyHQm7FqxTiFzNF6OFKA0=\n"
        "witness w1 witness.example/w1+21ff8308+BARQf7h6cKy2BgswUYQQtgFZsxtIDyVYJKFEEuBnUbCF\n"
        "group trusted 1 w1\n"
        "quorum trusted\n"
    )
    policy = Policy.parse(text)
    assert policy.text == text
    assert policy == Policy(
        (
            LogLine(LOG.verifier, "https://ledger.example/log/"),
            FIRST,
            WitnessLine("w1", witness_of("w1").verifier),
            GroupLine("trusted", "1", ("w1",)),
            QuorumLine("trusted"),
        )
    )
    assert (policy.origin, policy.first_entry, policy.log_keys) == (ORIGIN, FIRST.leaf_hash, (LOG.verifier,))
    assert (policy.log_url, policy.quorum) == ("https://ledger.example/log/", "trusted")
    assert [witness.name for witness in policy.witnesses] == ["w1"]
    assert [group.threshold for group in policy.groups] == [1]


def test_comments_blank_lines_and_runs_of_blanks_are_forgotten() -> None:
    text = NESTED.text
    loose = "# who we trust\n\n" + text.replace("\n", " \t\n \t# 证人\n\t\n").replace(" ", "  ")
    assert Policy.parse(loose) == NESTED
    assert Policy.parse(text).text == text


@given(st.lists(st.sampled_from(NAMES), unique=True))
def test_nested_groups_decide_the_quorum(names: list[str]) -> None:
    satisfied = len([name for name in names if name[0] == "X"]) >= 2 and any(name[0] == "Y" for name in names)
    data = cosigned(names).to_bytes()
    if satisfied:
        opened = NESTED.open(data)
        assert opened.checkpoint == HEAD
        assert opened.note.to_bytes() == data
        assert opened.cosigners == tuple((name, 1000 + place) for place, name in enumerate(names))
    else:
        with pytest.raises(QuorumUnmet, match="quorum both"):
            NESTED.open(data)


def test_quorum_none_asks_for_the_log_alone() -> None:
    alone = policy_of(QuorumLine("none"))
    assert alone.open(cosigned([]).to_bytes()).cosigners == ()
    assert alone.open(cosigned(["X1"]).to_bytes()).cosigners == ()
    with pytest.raises(NoteUnsigned):
        alone.open(sign_checkpoint(HEAD, [SigningKey.generate(ORIGIN)]).to_bytes())
    with pytest.raises(CheckpointOfAnotherLog):
        other = SigningKey.generate("ledger.example/other")
        alone.open(sign_checkpoint(Checkpoint("ledger.example/other", 5, HEAD.root), [other]).to_bytes())


def test_one_witness_may_be_the_quorum() -> None:
    policy = policy_of(WITNESSES[0], QuorumLine("X1"))
    assert policy.open(cosigned(["X1"]).to_bytes()).cosigners == (("X1", 1000),)
    with pytest.raises(QuorumUnmet, match="nobody"):
        policy.open(cosigned(["X2"]).to_bytes())


def test_a_witness_counts_once_however_often_it_signs() -> None:
    with pytest.raises(QuorumUnmet):
        NESTED.open(cosigned(["X1", "X1", "X1", "Y1"]).to_bytes())


def test_witnesses_without_the_log_are_nothing() -> None:
    note = cosigned(NAMES)
    with pytest.raises(NoteUnsigned):
        NESTED.open(SignedNote(note.text, note.signatures[1:]).to_bytes())


def test_a_known_witness_that_fails_refuses_the_checkpoint() -> None:
    note = cosigned(["X1", "X2", "Y1"])
    false = SignatureLine(witness_of("X3").verifier.name, witness_of("X3").verifier.key_id, b"\1" * 72)
    with pytest.raises(SignatureWrong):
        NESTED.open(SignedNote(note.text, (*note.signatures, false)).to_bytes())


def test_a_cosignature_of_another_checkpoint_does_not_count() -> None:
    other = sign_checkpoint(Checkpoint(ORIGIN, 6, HEAD.root), [LOG])
    note = cosigned(["X1", "X2"])
    with pytest.raises(SignatureWrong):
        NESTED.open(SignedNote(note.text, (*note.signatures, cosign(other, witness_of("Y1"), 5))).to_bytes())


def test_mldsa_witnesses_count() -> None:
    key = witness_of("pq", KeyType.MLDSA44)
    policy = policy_of(WitnessLine("pq", key.verifier), QuorumLine("pq"))
    note = cosigned([])
    data = SignedNote(note.text, (*note.signatures, cosign(note, key, 8))).to_bytes()
    assert policy.open(data).cosigners == (("pq", 8),)


def test_one_witness_with_two_kinds_of_keys_counts_once_in_a_group_of_its_own() -> None:
    old, new = witness_of("W1"), witness_of("W1pq", KeyType.MLDSA44)
    other = witness_of("W2")
    lines = (
        WitnessLine("W1-ed", old.verifier),
        WitnessLine("W1-pq", new.verifier),
        WitnessLine("W2", other.verifier),
    )
    grouped = policy_of(*lines, GroupLine("W1", "any", ("W1-ed", "W1-pq")), GroupLine("w", "2", ("W1", "W2")), QuorumLine("w"))
    loose = policy_of(*lines, GroupLine("w", "2", ("W1-ed", "W1-pq", "W2")), QuorumLine("w"))
    note = sign_checkpoint(HEAD, [LOG])

    def by(*keys: SigningKey) -> bytes:
        return SignedNote(note.text, (*note.signatures, *(cosign(note, key, 7) for key in keys))).to_bytes()

    with pytest.raises(QuorumUnmet):
        grouped.open(by(old, new))
    assert loose.open(by(old, new)).cosigners == (("W1-ed", 7), ("W1-pq", 7))
    for keys in ((old, other), (new, other), (old, new, other)):
        assert len(grouped.open(by(*keys)).cosigners) == len(keys)


def _mldsa(number: int) -> VerifierKey:
    # Any 1,312 bytes are a key of this kind; these two share their key ID, which took a second to find.
    return VerifierKey(ORIGIN, KeyType.MLDSA44, shake_256(number.to_bytes(4, "big")).digest(1312))


def test_a_line_that_could_be_the_logs_or_a_witness_is_in_no_policy() -> None:
    log, witness = _mldsa(81_455), _mldsa(99_380)
    assert (log.key_id, log == witness) == (witness.key_id, False)
    with pytest.raises(KeysCollide):
        policy_of(LogLine(log), WitnessLine("w", witness), QuorumLine("w"))
    with pytest.raises(KeysCollide):
        policy_of(LogLine(log), LogLine(witness), QuorumLine("none"))
    with pytest.raises(PolicyMalformed, match="every public key once"):
        policy_of(LogLine(log), WitnessLine("w", log), QuorumLine("w"))


def test_a_log_may_have_several_keys() -> None:
    policy = Policy((LogLine(LOG.verifier), LogLine(NEXT_LOG.verifier, "https://next.example/"), FIRST, QuorumLine("none")))
    assert policy.log_url == "https://next.example/"
    assert Policy.parse(policy.text) == policy
    for keys in ([LOG], [NEXT_LOG], [LOG, NEXT_LOG]):
        assert policy.open(cosigned([], keys).to_bytes()).checkpoint == HEAD


@given(st.data())
def test_every_flipped_bit_of_a_needed_line_is_refused(data: st.DataObject) -> None:
    bent = bytearray(cosigned(["X1", "X2", "Y2"]).to_bytes())
    place = data.draw(st.integers(0, 8 * len(bent) - 1))
    bent[place // 8] ^= 1 << place % 8
    with pytest.raises(SuyuanError):
        NESTED.open(bytes(bent))


def test_many_lines_are_read() -> None:
    witnesses = [WitnessLine(f"w{number}", witness_of(f"w{number}").verifier) for number in range(64)]
    groups = [GroupLine(f"g{number}", "any", (f"w{number}",)) for number in range(64)]
    names = tuple(group.name for group in groups)
    policy = policy_of(*witnesses, *groups, GroupLine("all", "60", names), QuorumLine("all"))
    assert Policy.parse(policy.text) == policy
    assert len(policy.open(cosigned([f"w{number}" for number in range(60)]).to_bytes()).cosigners) == 60


LOG_LINE: Final = f"log {LOG.verifier}\n"
FIRST_LINE: Final = f"{FIRST}\n"
X1: Final = f"{WITNESSES[0]}\n"
X2: Final = f"{WITNESSES[1]}\n"
NONE: Final = "quorum none\n"
START: Final = LOG_LINE + FIRST_LINE + X1 + X2
SAME_KEY: Final = VerifierKey("witness.example/twin", KeyType.COSIGNATURE, WITNESSES[0].key.public)
LOG_AS_WITNESS: Final = VerifierKey("witness.example/log", KeyType.COSIGNATURE, LOG.verifier.public)
OTHER_LOG: Final = SigningKey.from_private("ledger.example/other", KeyType.ED25519, bytes([9]) * 32).verifier


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        START,
        START + NONE[:-1],
        START + NONE.replace("\n", "\r\n"),
        START + "quorum none\0\n",
        START + NONE + NONE,
        START + NONE + "quorum X1\n",
        START + "quorum X9\n",
        START + "quorum\n",
        START + "quorum X1 X2\n",
        START + "Quorum none\n",
        START + "quorum\u00a0none\n",
        "quorum X1\n" + START,
        FIRST_LINE + NONE,
        LOG_LINE + NONE,
        START + FIRST_LINE + NONE,
        START + LOG_LINE + NONE,
        START + f"log {OTHER_LOG}\n" + NONE,
        f"log {OTHER_LOG}\n" + FIRST_LINE + NONE,
        START + f"log {WITNESSES[2].key}\n" + NONE,
        START + f"log {NEXT_LOG.verifier} url url\n" + NONE,
        START + "log\n" + NONE,
        START + "log nonsense\n" + NONE,
        LOG_LINE + "first-entry ledger.example/main AAAA\n" + NONE,
        LOG_LINE + "first-entry ledger.example/main\n" + NONE,
        START + X1 + NONE,
        START + f"witness X1 {WITNESSES[2].key}\n" + NONE,
        START + f"witness twin {SAME_KEY}\n" + NONE,
        START + f"witness log {LOG_AS_WITNESS}\n" + NONE,
        START + f"witness none {WITNESSES[2].key}\n" + NONE,
        START + f"witness note {OTHER_LOG}\n" + NONE,
        START + f"witness X3 {WITNESSES[2].key} url url\n" + NONE,
        START + "witness X3\n" + NONE,
        START + "group g all\n" + NONE,
        START + "group g\n" + NONE,
        START + "group g 0 X1\n" + NONE,
        START + "group g 3 X1 X2\n" + NONE,
        START + "group g 01 X1\n" + NONE,
        START + "group g -1 X1\n" + NONE,
        START + "group g some X1\n" + NONE,
        START + "group g any X1 X1\n" + NONE,
        START + "group g any X9\n" + NONE,
        START + "group g any none\n" + NONE,
        START + "group g any g\n" + NONE,
        START + "group X1 any X2\n" + NONE,
        START + "group none any X2\n" + NONE,
        START + "group g any X1\ngroup g any X2\n" + NONE,
        START + "group g any X1\ngroup h any X1\n" + NONE,
        START + "group g any h\ngroup h any X1\n" + NONE,
    ],
)
def test_other_policies_are_refused(text: str) -> None:
    with pytest.raises(PolicyMalformed):
        Policy.parse(text)


def test_a_refusal_names_the_line() -> None:
    with pytest.raises(PolicyMalformed, match="at line 5") as refusal:
        Policy.parse(START + "group g 01 X1\n" + NONE)
    assert refusal.value.pointer == "line 5"


def test_weak_keys_are_refused() -> None:
    with pytest.raises(KeyRefused):
        policy_of(WitnessLine("weak", VerifierKey("witness.example/weak", KeyType.COSIGNATURE, bytes(32))), QuorumLine("none"))


@pytest.mark.parametrize("name", ["", "a b", "a\tb", "a\nb", "a\0"])
def test_a_policy_put_together_by_hand_must_be_a_file(name: str) -> None:
    with pytest.raises(PolicyMalformed):
        policy_of(WitnessLine(name, WITNESSES[0].key), QuorumLine("none"))
    with pytest.raises(PolicyMalformed):
        policy_of(WITNESSES[0], GroupLine("g", "any", ("X1", name)), QuorumLine("none"))
