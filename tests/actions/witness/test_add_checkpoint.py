"""Cosigning: what is kept and given away, at which time, and what is left of lies."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Connection, event

from ledger.actions.witness.add_checkpoint import add_checkpoint
from ledger.actions.witness.decide import CosignedSizeDiffers, LogUnknown, ProofWrong, SameSizeRootDiffers
from ledger.actions.witness.introduce_log import introduce_log
from ledger.actions.witness.known_logs import latest_checkpoint, show_log
from ledger.actions.witness.open_witness import Witness, open_witness
from ledger.errors import SuyuanError
from ledger.evidence.checkpoint import cosignature_time, open_checkpoint
from ledger.evidence.key import KeyType
from ledger.evidence.note import SignatureLine, SignedNote
from ledger.storage.witness.logs import origin_hash
from ledger.storage.witness.store import WitnessBusy
from tests.actions.witness.conftest import NAME, SetClock
from tests.witnessed_log import LOG_TIME_S, ORIGIN, MadeLog, key_of

LOG, FORKED = MadeLog(), MadeLog(history="other")


@pytest.fixture
def knowing(witness: Witness) -> Witness:
    introduce_log(witness, LOG.introduction())
    return witness


def time_of(witness: Witness, size: int, lines: tuple[SignatureLine, ...]) -> int:
    note = SignedNote(LOG.checkpoint(size).text, lines)
    (time_s,) = {cosignature_time(note, line, key) for line, key in zip(lines, witness.verifiers, strict=True)}
    return time_s


def test_growth_is_cosigned_and_the_latest_is_kept_with_both_signatures(knowing: Witness) -> None:
    for old, size in ((0, 0), (0, 3), (3, 3), (3, 20)):
        lines = add_checkpoint(knowing, LOG.request(old, size))
        assert time_of(knowing, size, lines) == LOG_TIME_S
    kept = latest_checkpoint(knowing.engine, origin_hash(ORIGIN), seen="")
    checkpoint, note = open_checkpoint(kept, origin=ORIGIN, log_keys=[LOG.keys[0].verifier])
    assert checkpoint == LOG.checkpoint(20)
    assert note.signatures == (*LOG.note(20).signatures, *lines)


def test_an_unknown_log_leaves_no_trace(witness: Witness) -> None:
    with pytest.raises(LogUnknown):
        add_checkpoint(witness, LOG.request(0, 3))
    with pytest.raises(SuyuanError, match="LogNotKnown"):
        show_log(witness.engine, ORIGIN)


def test_lines_by_unknown_keys_are_not_kept(knowing: Witness) -> None:
    stranger, note = key_of("stranger"), LOG.note(3)
    both = SignedNote(note.text, (*LOG.note(3, keys=[stranger]).signatures, *note.signatures))
    lines = add_checkpoint(knowing, LOG.request(0, 3, note=both))
    kept = SignedNote.parse(latest_checkpoint(knowing.engine, origin_hash(ORIGIN), seen=""))
    assert kept.signatures == (*note.signatures, *lines)


def test_the_same_again_is_cosigned_again_with_a_fresh_time(knowing: Witness, clock: SetClock) -> None:
    first = add_checkpoint(knowing, LOG.request(0, 3))
    clock.time_s += 60
    second = add_checkpoint(knowing, LOG.request(3, 3))
    assert time_of(knowing, 3, second) == time_of(knowing, 3, first) + 60


def test_a_head_that_strangers_repeat_is_not_written_again_within_the_second(knowing: Witness, clock: SetClock) -> None:
    def revision() -> int:
        return show_log(knowing.engine, ORIGIN).log.revision

    given = add_checkpoint(knowing, LOG.request(0, 3))
    before = revision()
    assert [add_checkpoint(knowing, LOG.request(3, 3)) for _ in range(3)] == [given] * 3
    clock.time_s -= 60
    assert add_checkpoint(knowing, LOG.request(3, 3)) == given
    assert revision() == before
    clock.time_s += 61
    assert add_checkpoint(knowing, LOG.request(3, 3)) != given
    assert revision() == before + 1


def test_a_key_that_is_new_cosigns_at_once(tmp_path: Path, clock: SetClock) -> None:
    for post_quantum in (False, True):
        with closing(open_witness(tmp_path / "w", name=NAME, post_quantum=post_quantum, clock=clock)) as witness:
            introduce_log(witness, LOG.introduction())
            lines = add_checkpoint(witness, LOG.request(3 * post_quantum, 3))
            assert time_of(witness, 3, lines) == LOG_TIME_S
    assert len(lines) == 2


@pytest.mark.parametrize("back_s", [1, LOG_TIME_S, 10 * LOG_TIME_S])
def test_the_time_never_goes_back_and_is_never_0(knowing: Witness, clock: SetClock, back_s: int) -> None:
    add_checkpoint(knowing, LOG.request(0, 3))
    clock.time_s -= back_s
    assert time_of(knowing, 4, add_checkpoint(knowing, LOG.request(3, 4))) == LOG_TIME_S


def test_a_clock_at_its_beginning_gives_a_time_all_the_same(knowing: Witness, clock: SetClock) -> None:
    clock.time_s = 0
    assert time_of(knowing, 4, add_checkpoint(knowing, LOG.request(0, 4))) == 1


def test_both_keys_cosign_where_there_are_two(tmp_path: Path, clock: SetClock) -> None:
    witness = open_witness(tmp_path / "pq", name=NAME, post_quantum=True, clock=clock)
    introduce_log(witness, LOG.introduction())
    lines = add_checkpoint(witness, LOG.request(0, 7))
    assert time_of(witness, 7, lines) == LOG_TIME_S
    assert [key.type for key in witness.verifiers] == [KeyType.COSIGNATURE, KeyType.MLDSA44]
    witness.close()


def test_what_could_not_be_written_is_not_given_away(knowing: Witness) -> None:
    add_checkpoint(knowing, LOG.request(0, 3))

    def refuse_writes(connection: Connection) -> None:
        connection.exec_driver_sql("PRAGMA query_only = ON")

    event.listen(knowing.engine, "begin", refuse_writes)
    with pytest.raises(WitnessBusy, match="readonly"):
        add_checkpoint(knowing, LOG.request(3, 5))
    event.remove(knowing.engine, "begin", refuse_writes)
    with pytest.raises(CosignedSizeDiffers, match="old 3"):
        add_checkpoint(knowing, LOG.request(5, 7))


def test_a_fork_of_the_same_size_is_kept_with_both_notes(knowing: Witness) -> None:
    add_checkpoint(knowing, LOG.request(0, 7))
    cosigned = latest_checkpoint(knowing.engine, origin_hash(ORIGIN), seen="")
    stranger = FORKED.note(7, keys=[key_of("stranger")]).signatures
    crowded = SignedNote(FORKED.note(7).text, (*stranger, *FORKED.note(7).signatures))
    with pytest.raises(SameSizeRootDiffers):
        add_checkpoint(knowing, FORKED.request(7, 7, note=crowded))
    with pytest.raises(CosignedSizeDiffers):
        add_checkpoint(knowing, FORKED.request(3, 7, proof=[]))
    (found,) = show_log(knowing.engine, ORIGIN).conflicts
    assert found.proven
    assert (found.cosigned, found.refused) == (cosigned, FORKED.note(7).to_bytes())
    assert latest_checkpoint(knowing.engine, origin_hash(ORIGIN), seen="") == cosigned


def test_a_head_with_a_wrong_proof_is_kept_until_it_proves_honest(knowing: Witness) -> None:
    add_checkpoint(knowing, LOG.request(0, 7))
    for log in (LOG, FORKED):
        with pytest.raises(ProofWrong):
            add_checkpoint(knowing, log.request(7, 9, proof=LOG.proof(6, 9)))
    honest, lie = show_log(knowing.engine, ORIGIN).conflicts
    assert (honest.proven, lie.proven) == (False, False)
    assert honest.proof == tuple(LOG.proof(6, 9))
    add_checkpoint(knowing, LOG.request(7, 9))
    kept = latest_checkpoint(knowing.engine, origin_hash(ORIGIN), seen="")
    assert show_log(knowing.engine, ORIGIN).conflicts == (replace(lie, proven=True, cosigned=kept),)
