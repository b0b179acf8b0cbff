"""The logs of a witness, chosen by hand from policy files of any program."""

from __future__ import annotations

import pytest

from ledger.actions.witness.add_checkpoint import add_checkpoint
from ledger.actions.witness.decide import LogUnknown, SameSizeRootDiffers
from ledger.actions.witness.known_logs import (
    LogNotKnown,
    NeverCosigned,
    add_logs,
    latest_checkpoint,
    list_logs,
    log_keys_in,
    remove_log,
    show_log,
)
from ledger.actions.witness.open_witness import Witness
from ledger.actions.witness.show_conflicts import conflicts_as_json
from ledger.errors import SuyuanError
from ledger.evidence.add_log import AddLogMalformed
from ledger.evidence.key import KeyType
from ledger.evidence.policy import PolicyMalformed
from ledger.storage.witness.logs import origin_hash
from tests.witnessed_log import ORIGIN, MadeLog, key_of

LOG, FORKED = MadeLog(), MadeLog(history="other")
A, B = LOG.keys[0].verifier, key_of("first", name="log.example/b").verifier
COSIGNER = key_of("w", name="w.example", kind=KeyType.COSIGNATURE).verifier


def test_a_key_that_would_flood_the_screen_is_shown_by_its_id() -> None:
    post_quantum = key_of("w", name="w.example", kind=KeyType.MLDSA44).verifier
    assert post_quantum.short == f"w.example+{post_quantum.key_id.hex()}+…"
    assert (A.short, COSIGNER.short) == (str(A), str(COSIGNER))


def test_every_log_of_a_policy_file_is_read_with_all_its_keys() -> None:
    second = key_of("second").verifier
    policy = f"""# logs
log {A} https://log.example/a

log\t{second}
log {B}
witness w {COSIGNER}
first-entry {ORIGIN} AAAA
group g any w
quorum g
"""
    assert log_keys_in(policy.encode()) == {ORIGIN: (A, second), B.name: (B,)}


@pytest.mark.parametrize(
    ("policy", "kind"),
    [
        (b"", PolicyMalformed),
        (b"quorum none\n", PolicyMalformed),
        (b"\xff\n", PolicyMalformed),
        (f"log {A}\nlogs {B}\n".encode(), PolicyMalformed),
        (f"log {A} url more\n".encode(), SuyuanError),
        (f"log {A}\nlog {A}\n".encode(), AddLogMalformed),
        (f"log {COSIGNER}\n".encode(), AddLogMalformed),
        (f"log {key_of('first', name='o' * 256).verifier}\n".encode(), AddLogMalformed),
        (b"log x\n", SuyuanError),
    ],
)
def test_a_file_that_names_no_log_is_refused_by_name(policy: bytes, kind: type[SuyuanError]) -> None:
    with pytest.raises(kind):
        log_keys_in(policy)


def test_what_was_cosigned_outlives_being_taken_off_and_added_again(witness: Witness) -> None:
    add_logs(witness.engine, {ORIGIN: (A,)}, clock=witness.clock)
    add_checkpoint(witness, LOG.request(0, 5))
    remove_log(witness.engine, ORIGIN)
    with pytest.raises(LogUnknown):
        add_checkpoint(witness, LOG.request(5, 6))
    assert latest_checkpoint(witness.engine, origin_hash(ORIGIN), seen="").startswith(b"log.example/a\n5\n")
    add_logs(witness.engine, {ORIGIN: (A,)}, clock=witness.clock)
    with pytest.raises(SameSizeRootDiffers):
        add_checkpoint(witness, FORKED.request(5, 5))
    add_checkpoint(witness, LOG.request(5, 6))


def test_logs_are_listed_with_the_forks_they_signed(witness: Witness) -> None:
    add_logs(witness.engine, {ORIGIN: (A,), B.name: (B,)}, clock=witness.clock)
    add_checkpoint(witness, LOG.request(0, 5))
    with pytest.raises(SameSizeRootDiffers):
        add_checkpoint(witness, FORKED.request(5, 5))
    logs, forks = list_logs(witness.engine)
    assert [log.origin for log in logs] == [ORIGIN, B.name]
    assert forks == {ORIGIN: 1}
    (shown,) = conflicts_as_json(show_log(witness.engine, ORIGIN).conflicts)
    assert (shown["kind"], shown["size"], shown["old_size"], shown["proof"]) == ("fork", 5, 5, [])
    assert shown["refused"] == FORKED.note(5).to_bytes().decode()
    assert shown["cosigned"] == latest_checkpoint(witness.engine, origin_hash(ORIGIN), seen="").decode()


def test_a_log_that_was_never_there_is_said_by_name(witness: Witness) -> None:
    for ask in (show_log, remove_log):
        with pytest.raises(LogNotKnown):
            ask(witness.engine, ORIGIN)
    add_logs(witness.engine, {ORIGIN: (A,)}, clock=witness.clock)
    with pytest.raises(NeverCosigned):
        latest_checkpoint(witness.engine, origin_hash(ORIGIN), seen="")
