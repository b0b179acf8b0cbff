"""Every row of the table of statuses, and that no proof but the right one is ever believed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.problems import status_of
from ledger.actions.witness.decide import (
    Asked,
    CheckpointExtended,
    Cosign,
    CosignedSizeDiffers,
    Decision,
    EmptyTreeMisstated,
    LogUnknown,
    OldSizeAhead,
    ProofWithoutOld,
    ProofWrong,
    Refuse,
    SameSizeRootDiffers,
    SignaturesTooMany,
    decide,
)
from ledger.errors import Malformed, SuyuanError, TooLarge
from ledger.evidence.checkpoint import Checkpoint, CheckpointMalformed
from ledger.evidence.instant import Instant
from ledger.evidence.key import KeyType, SignatureWrong, SigningKey, VerifierKey
from ledger.evidence.merkle import EMPTY_ROOT
from ledger.evidence.note import SIGNATURES_MAX, NoteUnsigned, SignatureLine, SignedNote, sign_note
from ledger.evidence.spelling import format_base64
from ledger.storage.witness.logs import Cosigned, KnownLog
from tests.witnessed_log import ORIGIN, MadeLog, key_of, signed

LOG = MadeLog()
KEYS = (LOG.keys[0].verifier,)


def known(size: int | None, *, keys: tuple[VerifierKey, ...] = KEYS) -> KnownLog:
    cosigned = None if size is None else Cosigned(size, LOG.checkpoint(size).root, 1, LOG.note(size).to_bytes())
    return KnownLog(ORIGIN, keys, 0, Instant(0), cosigned, 0)


def judged(request: bytes, at: KnownLog | None) -> Decision:
    return decide(Asked.parse(request), at)


def refusal(request: bytes, at: KnownLog | None) -> Refuse:
    decision = judged(request, at)
    assert isinstance(decision, Refuse)
    return decision


def zero_note(root: bytes) -> SignedNote:
    """A head that `Checkpoint` would not even let us make."""
    return sign_note(f"{ORIGIN}\n0\n{format_base64(root)}\n", LOG.keys)


@pytest.mark.parametrize(("last", "size"), [(None, 0), (None, 1), (None, 9), (0, 0), (0, 7), (1, 2), (5, 13), (7, 7), (8, 9)])
def test_200_what_grows_or_stays_is_cosigned(last: int | None, size: int) -> None:
    decision = judged(LOG.request(last or 0, size), known(last))
    assert isinstance(decision, Cosign)
    assert decision.signed == LOG.note(size)


WRONG_ROOT = b"\1" * 32
FORKED = MadeLog(history="other")
ROWS = [
    (400, OldSizeAhead, LOG.request(9, 7, proof=[]), known(9)),
    (403, NoteUnsigned, LOG.request(5, 7, note=LOG.note(7, keys=[key_of("stranger")])), known(5)),
    (404, LogUnknown, LOG.request(0, 7), None),
    (404, LogUnknown, LOG.request(5, 7), known(5, keys=())),
    (409, CosignedSizeDiffers, LOG.request(0, 7), known(5)),
    (409, CosignedSizeDiffers, LOG.request(5, 7), known(None)),
    (409, CosignedSizeDiffers, LOG.request(4, 7), known(5)),
    (422, ProofWithoutOld, LOG.request(0, 7, proof=[WRONG_ROOT]), known(None)),
    (422, ProofWithoutOld, LOG.request(0, 0, proof=[WRONG_ROOT]), known(0)),
    (422, ProofWrong, LOG.request(5, 7, proof=[]), known(5)),
    (422, ProofWrong, LOG.request(5, 7, proof=LOG.proof(4, 7)), known(5)),
    (422, ProofWrong, LOG.request(7, 7, proof=[WRONG_ROOT]), known(7)),
    (422, ProofWrong, FORKED.request(5, 7), known(5)),
    (422, SameSizeRootDiffers, FORKED.request(7, 7), known(7)),
    (422, EmptyTreeMisstated, LOG.request(0, 0, note=zero_note(WRONG_ROOT)), known(None)),
]


@pytest.mark.parametrize(("status", "kind", "request_", "at"), ROWS)
def test_every_other_row(status: int, kind: type[SuyuanError], request_: bytes, at: KnownLog | None) -> None:
    error = refusal(request_, at).error
    assert type(error) is kind
    assert status_of(kind) == status


def test_409_says_which_size_was_cosigned() -> None:
    error = refusal(LOG.request(0, 7), known(5)).error
    assert isinstance(error, CosignedSizeDiffers)
    assert error.size == 5


@pytest.mark.parametrize(
    ("kind", "note"),
    [
        (CheckpointExtended, sign_note(f"{LOG.checkpoint(7).text}more\n", LOG.keys)),
        (CheckpointMalformed, sign_note(f"{ORIGIN}\n7\n", LOG.keys)),
        (Malformed, sign_note(f"{ORIGIN}\n07\n{format_base64(EMPTY_ROOT)}\n", LOG.keys)),
        (Malformed, sign_note(f"{ORIGIN}\n7\nAAAA\n", LOG.keys)),
        (Malformed, sign_note(f"a b\n7\n{format_base64(EMPTY_ROOT)}\n", LOG.keys)),
        (Malformed, b"no note\n"),
    ],
)
def test_400_what_does_not_parse(kind: type[SuyuanError], note: SignedNote | bytes) -> None:
    with pytest.raises(kind) as refused:
        Asked.parse(LOG.request(5, 7, note=note))
    assert status_of(type(refused.value)) == 400


def lines_of_strangers(count: int) -> tuple[SignatureLine, ...]:
    return tuple(SignatureLine(f"stranger.example/{n}", b"\0\0\0\1", b"x" * 64) for n in range(count))


@pytest.mark.parametrize("count", [16, SIGNATURES_MAX - 1])
def test_many_lines_are_read_and_those_of_unknown_keys_not_kept(count: int) -> None:
    note = LOG.note(7)
    crowded = SignedNote(note.text, (*lines_of_strangers(count), *note.signatures))
    decision = judged(LOG.request(5, 7, note=crowded), known(5))
    assert isinstance(decision, Cosign)
    assert decision.signed == note


def test_too_many_lines_are_400() -> None:
    lines = "".join(f"{line}\n" for line in (*LOG.note(7).signatures, *lines_of_strangers(SIGNATURES_MAX)))
    with pytest.raises(SignaturesTooMany) as refused:
        Asked.parse(LOG.request(5, 7, note=f"{LOG.note(7).text}\n{lines}".encode()))
    assert status_of(type(refused.value)) == 400


def test_a_body_that_no_request_can_have_is_413() -> None:
    with pytest.raises(TooLarge):
        Asked.parse(b"old 0\n" + b"A" * 2_000_000)


@pytest.mark.parametrize("first", [True, False])
def test_403_a_forged_line_of_a_known_key_spoils_the_note(first: bool) -> None:
    key = LOG.keys[0].verifier
    forged, honest = SignatureLine(key.name, key.key_id, b"\0" * 64), LOG.note(7).signatures[0]
    note = SignedNote(LOG.note(7).text, (forged, honest) if first else (honest, forged))
    assert isinstance(refusal(LOG.request(5, 7, note=note), known(5)).error, SignatureWrong)


@pytest.mark.parametrize("signature", [b"x", b"\0" * 8, b"\0" * 2_428, b"\xff" * 72])
def test_403_a_misshapen_line_of_a_post_quantum_key(signature: bytes) -> None:
    other = key_of("pq", kind=KeyType.MLDSA44).verifier
    note = LOG.note(7)
    spoilt = SignedNote(note.text, (*note.signatures, SignatureLine(other.name, other.key_id, signature)))
    error = refusal(LOG.request(5, 7, note=spoilt), known(5, keys=(*KEYS, other))).error
    assert isinstance(error, SignatureWrong)


@pytest.mark.parametrize("kind", [KeyType.ED25519, KeyType.ECDSA_P256, KeyType.MLDSA44])
def test_one_key_of_any_kind_speaks_for_the_log_and_all_that_signed_are_kept(kind: KeyType) -> None:
    other = key_of("other", kind=kind)
    note = signed(LOG.checkpoint(7), [LOG.keys[0], other])
    both = judged(LOG.request(5, 7, note=note), known(5, keys=(*KEYS, other.verifier)))
    alone = judged(LOG.request(5, 7, note=note), known(5, keys=(other.verifier,)))
    assert isinstance(both, Cosign)
    assert isinstance(alone, Cosign)
    assert both.signed.signatures == note.signatures
    assert alone.signed.signatures == note.signatures[1:]


def test_a_line_said_twice_is_kept_once() -> None:
    note = LOG.note(7)
    decision = judged(LOG.request(5, 7, note=SignedNote(note.text, note.signatures * 2)), known(5))
    assert isinstance(decision, Cosign)
    assert decision.signed == note


def test_the_key_of_another_log_does_not_speak_for_this_one() -> None:
    stranger = SigningKey.from_private("log.example/b", KeyType.ED25519, LOG.keys[0].to_private())
    forged = sign_note(LOG.checkpoint(7).text, [stranger])
    assert isinstance(refusal(LOG.request(5, 7, note=forged), known(5)).error, NoteUnsigned)


EVIDENCE = [
    # request, what was cosigned, is it kept, does it prove a fork
    (FORKED.request(7, 7), 7, True, True),
    (FORKED.request(0, 7), 7, True, True),
    (FORKED.request(3, 7, proof=[]), 7, True, True),
    (FORKED.request(9, 7, proof=[]), 7, True, True),
    (FORKED.request(7, 9), 7, True, False),
    (LOG.request(5, 7, proof=[]), 5, True, False),
    (LOG.request(0, 9), 7, False, False),
    (LOG.request(0, 7), 7, False, False),
    (FORKED.request(0, 9), 7, False, False),
    (LOG.request(0, 7, proof=[WRONG_ROOT]), None, False, False),
    (LOG.request(0, 0, note=zero_note(WRONG_ROOT)), None, False, False),
    (LOG.request(0, 0, note=zero_note(WRONG_ROOT)), 0, True, True),
    (FORKED.request(7, 7, note=FORKED.note(7, keys=[key_of("stranger")])), 7, False, False),
]


@pytest.mark.parametrize(("request_", "last", "kept", "proven"), EVIDENCE)
def test_what_is_kept_as_evidence(request_: bytes, last: int | None, kept: bool, proven: bool) -> None:
    refused = refusal(request_, known(last))
    assert (refused.evidence is not None, refused.proven) == (kept, proven)


SIZES = st.integers(1, 70)


@given(SIZES, SIZES, st.data())
def test_no_spoilt_proof_is_believed(old: int, size: int, data: st.DataObject) -> None:
    old, size = min(old, size), max(old, size)
    proof = LOG.proof(old, size)
    assert isinstance(judged(LOG.request(old, size), known(old)), Cosign)
    match data.draw(st.sampled_from(["flip", "drop", "add", "swap"])):
        case "flip" if proof:
            at = data.draw(st.integers(0, len(proof) - 1))
            spoilt = [*proof[:at], bytes([proof[at][0] ^ 1]) + proof[at][1:], *proof[at + 1 :]]
        case "drop" if proof:
            at = data.draw(st.integers(0, len(proof) - 1))
            spoilt = proof[:at] + proof[at + 1 :]
        case "swap" if len(set(proof)) > 1:
            spoilt = proof[::-1]
        case _:
            spoilt = [*proof, WRONG_ROOT]
    assert isinstance(refusal(LOG.request(old, size, proof=spoilt), known(old)).error, ProofWrong)


@given(SIZES, SIZES, st.integers(0, 69))
def test_no_other_history_is_cosigned(old: int, size: int, shared: int) -> None:
    old, size = min(old, size), max(old, size)
    shared = min(shared, old - 1)
    request = FORKED.request(old, size, shared=shared)
    assert isinstance(refusal(request, known(old)).error, ProofWrong | SameSizeRootDiffers)


def test_the_empty_checkpoint_is_what_we_think() -> None:
    assert LOG.checkpoint(0) == Checkpoint(ORIGIN, 0, EMPTY_ROOT)
