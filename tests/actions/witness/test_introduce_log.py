"""Introductions: who may be known by which keys, and the thefts of a name that are refused."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import text

from ledger.actions.witness.add_checkpoint import add_checkpoint
from ledger.actions.witness.introduce_log import (
    LOGS_MAX,
    IntroductionStale,
    IntroductionUnsigned,
    LogNameTaken,
    LogsTooMany,
    introduce_log,
)
from ledger.actions.witness.known_logs import add_logs, remove_log, show_log
from ledger.actions.witness.open_witness import Witness
from ledger.errors import Malformed, Untrusted
from ledger.evidence.add_log import AddLog
from ledger.evidence.checkpoint import Checkpoint
from ledger.evidence.key import KeyType, SignatureWrong, SigningKey
from ledger.evidence.merkle import EMPTY_ROOT
from ledger.evidence.note import NoteUnsigned, SignatureLine, sign_note
from ledger.storage.witness.store import writing
from tests.witnessed_log import ORIGIN, MadeLog, key_of, signed

OLD, NEW, THIRD, THIEF = (key_of(word) for word in ("first", "second", "third", "thief"))
LOG = MadeLog([OLD])
BOTH = MadeLog([OLD, NEW])
NEXT = MadeLog([NEW])


def keys_of(witness: Witness) -> list[SigningKey]:
    named = {str(key.verifier): key for key in (OLD, NEW, THIRD, THIEF)}
    return [named[str(key)] for key in show_log(witness.engine, ORIGIN).log.keys]


def test_a_log_is_known_by_all_the_keys_it_names(witness: Witness) -> None:
    pq = MadeLog([OLD, key_of("pq", kind=KeyType.MLDSA44), key_of("p256", kind=KeyType.ECDSA_P256)])
    introduce_log(witness, pq.introduction(4))
    assert list(show_log(witness.engine, ORIGIN).log.keys) == [key.verifier for key in pq.keys]
    add_checkpoint(witness, pq.request(0, 4))


def test_the_same_again_changes_nothing_and_forgets_nothing(witness: Witness) -> None:
    introduce_log(witness, LOG.introduction(4))
    add_checkpoint(witness, LOG.request(0, 5))
    before = show_log(witness.engine, ORIGIN)
    introduce_log(witness, LOG.introduction(4))
    introduce_log(witness, LOG.introduction(0))
    assert show_log(witness.engine, ORIGIN) == before


def test_every_key_named_must_have_signed(witness: Witness) -> None:
    lacking = replace(BOTH.said(3), note=LOG.note(3).to_bytes())
    with pytest.raises(IntroductionUnsigned):
        introduce_log(witness, lacking.to_bytes())
    forged = replace(BOTH.said(3), note=LOG.note(3).to_bytes() + f"{line_of(NEW, b'x' * 64)}\n".encode())
    with pytest.raises(SignatureWrong):
        introduce_log(witness, forged.to_bytes())
    with pytest.raises(NoteUnsigned):
        introduce_log(witness, replace(LOG.said(3), note=NEXT.note(3).to_bytes()).to_bytes())


def line_of(key: SigningKey, signature: bytes) -> SignatureLine:
    return SignatureLine(key.verifier.name, key.verifier.key_id, signature)


@pytest.mark.parametrize(
    "note",
    [
        b"no note\n",
        signed(Checkpoint("log.example/b", 0, EMPTY_ROOT), [key_of("first", name="log.example/b")]).to_bytes(),
        sign_note(f"{LOG.checkpoint(3).text}more\n", [OLD]).to_bytes(),
    ],
)
def test_an_introduction_comes_with_a_checkpoint_of_the_log_itself(witness: Witness, note: bytes) -> None:
    with pytest.raises((Malformed, Untrusted)):
        introduce_log(witness, AddLog((OLD.verifier,), note).to_bytes())


def test_an_origin_that_no_cosignature_could_name_is_refused(witness: Witness) -> None:
    long = MadeLog([key_of("first", name="o" * 256)], origin="o" * 256)
    with pytest.raises(Malformed):
        introduce_log(witness, long.introduction())


def test_a_log_goes_from_key_to_key_while_one_it_is_known_by_vouches(witness: Witness) -> None:
    introduce_log(witness, LOG.introduction(4))
    add_checkpoint(witness, LOG.request(0, 4))
    introduce_log(witness, BOTH.introduction(5, by=[OLD, NEW]))
    assert keys_of(witness) == [OLD, NEW]
    add_checkpoint(witness, BOTH.request(4, 5))
    introduce_log(witness, NEXT.introduction(6, by=[NEW]))
    assert keys_of(witness) == [NEW]
    add_checkpoint(witness, NEXT.request(5, 6))
    with pytest.raises(NoteUnsigned):
        add_checkpoint(witness, LOG.request(6, 7))


def test_a_key_that_signs_no_more_may_still_vouch_for_its_successor(witness: Witness) -> None:
    introduce_log(witness, LOG.introduction(4))
    introduce_log(witness, NEXT.introduction(6, by=[OLD]))
    assert keys_of(witness) == [NEW]


@pytest.mark.parametrize("by", [(), (NEW,), (THIEF, NEW)])
def test_nobody_takes_a_name_over(witness: Witness, by: tuple[SigningKey, ...]) -> None:
    introduce_log(witness, LOG.introduction(4))
    with pytest.raises(LogNameTaken):
        introduce_log(witness, NEXT.introduction(9, by=by))
    assert keys_of(witness) == [OLD]


def test_a_line_of_a_thief_beside_a_public_checkpoint_makes_no_key(witness: Witness) -> None:
    """Anybody may sign what the log has signed, and send both lines."""
    introduce_log(witness, LOG.introduction(4))
    for keys in ([OLD, THIEF], [THIEF]):
        with pytest.raises(LogNameTaken):
            introduce_log(witness, MadeLog(keys).introduction(9, by=[THIEF]))
        signed_by_both = AddLog(tuple(key.verifier for key in keys), MadeLog([OLD, THIEF]).note(9).to_bytes())
        with pytest.raises(LogNameTaken):
            introduce_log(witness, signed_by_both.to_bytes())
    assert keys_of(witness) == [OLD]


def test_vouching_holds_for_these_keys_and_this_checkpoint_alone(witness: Witness) -> None:
    introduce_log(witness, LOG.introduction(4))
    honest = AddLog.parse(BOTH.introduction(5, by=[OLD]))
    with_thief = MadeLog([OLD, THIEF])
    for lie in (
        replace(with_thief.said(5), vouched=honest.vouched),
        replace(BOTH.said(6), vouched=honest.vouched),
        replace(honest, vouched=(line_of(OLD, b"x" * 64),)),
        replace(honest, vouched=(*honest.vouched, line_of(OLD, b"x" * 64))),
    ):
        with pytest.raises(SignatureWrong):
            introduce_log(witness, lie.to_bytes())
    assert keys_of(witness) == [OLD]


def test_an_introduction_that_somebody_kept_brings_no_retired_key_back(witness: Witness) -> None:
    kept = BOTH.introduction(5, by=[OLD, NEW])
    introduce_log(witness, LOG.introduction(4))
    introduce_log(witness, kept)
    introduce_log(witness, NEXT.introduction(6, by=[NEW]))
    with pytest.raises(IntroductionStale):
        introduce_log(witness, kept)
    assert keys_of(witness) == [NEW]


def test_what_was_taken_off_by_hand_comes_back_by_hand_only(witness: Witness) -> None:
    introduce_log(witness, LOG.introduction(4))
    add_checkpoint(witness, LOG.request(0, 4))
    remove_log(witness.engine, ORIGIN)
    with pytest.raises(LogNameTaken):
        introduce_log(witness, LOG.introduction(9, by=[OLD]))
    add_logs(witness.engine, {ORIGIN: (NEW.verifier,)}, clock=witness.clock)
    add_checkpoint(witness, NEXT.request(4, 9))
    with pytest.raises(IntroductionStale):
        introduce_log(witness, BOTH.introduction(4, by=[NEW]))


def test_there_is_room_for_so_many_logs_and_no_more(witness: Witness) -> None:
    introduce_log(witness, LOG.introduction())
    fill = text(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :count) "
        "INSERT INTO witness_logs (origin, origin_hash, vkeys, keys_size, added, revision) "
        "SELECT 'log.example/' || i, i, 'k', 0, 0, 0 FROM n"
    )
    with writing(witness.engine) as connection:
        connection.execute(fill, {"count": LOGS_MAX - 1})
    more = MadeLog([key_of("first", name="log.example/more")], origin="log.example/more")
    with pytest.raises(LogsTooMany):
        introduce_log(witness, more.introduction())
    with pytest.raises(LogsTooMany):
        add_logs(witness.engine, {"log.example/more": (more.keys[0].verifier,)}, clock=witness.clock)
    introduce_log(witness, BOTH.introduction(5, by=[OLD]))
    remove_log(witness.engine, ORIGIN)
    introduce_log(witness, more.introduction())
