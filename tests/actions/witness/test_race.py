"""Two servers on one directory, asked at one time for heads that contradict each other: never both."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path

import pytest

from api.problems import status_of
from ledger.actions.witness.add_checkpoint import add_checkpoint
from ledger.actions.witness.introduce_log import introduce_log
from ledger.actions.witness.known_logs import add_logs, remove_log, show_log
from ledger.actions.witness.open_witness import Witness, open_witness
from ledger.errors import SuyuanError
from ledger.evidence.add_checkpoint import AddCheckpoint
from ledger.evidence.checkpoint import cosignature_time
from ledger.evidence.instant import Instant
from ledger.evidence.note import SignedNote
from ledger.storage.witness.store import WitnessBusy
from tests.actions.witness.conftest import NAME
from tests.witnessed_log import ORIGIN, MadeLog, key_of

LOG, FORKED = MadeLog(), MadeLog(history="other")
ROUNDS, SEED = 100, 20_261_121


def opened(stack: ExitStack, data: Path, before_persisting: Callable[[], None] | None = None) -> Witness:
    witness = stack.enter_context(closing(open_witness(data, name=NAME)))
    return replace(witness, before_persisting=before_persisting) if before_persisting else witness


def status(witness: Witness, request: bytes) -> int:
    """What a server would answer; a cosignature is looked at before it counts."""
    try:
        lines = add_checkpoint(witness, request)
    except SuyuanError as error:
        return status_of(type(error))
    note = SignedNote.parse(AddCheckpoint.parse(request).note)
    cosignature_time(note, lines[0], witness.verifiers[0])
    return 200


CONTRADICTIONS = [
    # what was cosigned before, and two requests that are each right by themselves
    (None, LOG.request(0, 7), FORKED.request(0, 7)),
    (None, LOG.request(0, 7), FORKED.request(0, 9)),
    (5, LOG.request(5, 7), FORKED.request(5, 7, shared=5)),
    (5, LOG.request(5, 7), FORKED.request(5, 9, shared=5)),
]


@pytest.mark.parametrize(("before", "one", "other"), CONTRADICTIONS)
def test_when_both_were_judged_right_one_is_cosigned(tmp_path: Path, before: int | None, one: bytes, other: bytes) -> None:
    meeting = threading.Barrier(2)
    once = threading.local()

    def meet() -> None:
        # Both have been judged by now, and neither is written; whoever has to try again does not wait again.
        if not getattr(once, "met", False):
            once.met = True
            meeting.wait(20)

    with ExitStack() as stack, ThreadPoolExecutor(2) as threads:
        first, second = opened(stack, tmp_path, meet), opened(stack, tmp_path, meet)
        plain = opened(stack, tmp_path)
        introduce_log(plain, LOG.introduction())
        if before is not None:
            add_checkpoint(plain, LOG.request(0, before))
        answers = list(threads.map(status, (first, second), (one, other)))
        assert sorted(answers) in ([200, 409], [200, 422]), answers
        log = show_log(plain.engine, ORIGIN).log
        assert log.cosigned is not None
        winner = SignedNote.parse(AddCheckpoint.parse((one, other)[answers.index(200)]).note)
        assert log.cosigned.note.startswith(f"{winner.text}\n".encode())


def test_the_same_again_and_growth_may_both_be_cosigned_but_only_in_that_order(tmp_path: Path) -> None:
    """The race of the standard: the smaller size must not be written over the larger one."""
    with ExitStack() as stack:
        plain = opened(stack, tmp_path)
        introduce_log(plain, LOG.introduction())
        add_checkpoint(plain, LOG.request(0, 5))
        later = Instant(plain.clock() + 60_000)
        overtaken = replace(plain, before_persisting=lambda: grow(plain), clock=lambda: later)
        assert status(overtaken, LOG.request(5, 5)) == 409
        log = show_log(plain.engine, ORIGIN).log
        assert log.cosigned is not None
        assert log.cosigned.size == 9


def grow(witness: Witness) -> None:
    assert status(witness, LOG.request(5, 9)) == 200


def test_a_hundred_random_rounds_leave_one_history(tmp_path: Path) -> None:
    chance = random.Random(SEED)
    with ExitStack() as stack, ThreadPoolExecutor(4) as threads:
        servers = [opened(stack, tmp_path / "w") for _ in range(4)]
        for number in range(ROUNDS):
            keys, origin = [key_of("first", name=f"log.example/{number}")], f"log.example/{number}"
            log, lie = MadeLog(keys, origin=origin), MadeLog(keys, history="other", origin=origin)
            introduce_log(servers[0], log.introduction())
            old = chance.choice([0, 0, 3])
            if old:
                add_checkpoint(servers[0], log.request(0, old))
            asked = [
                (each, size, each.request(old, size, shared=old))
                for each in (log, log, lie, lie)
                for size in [chance.randint(old + 1, old + 3)]
            ]
            chance.shuffle(asked)
            answers = list(threads.map(status, servers, [request for _, _, request in asked]))
            cosigned = {(each.history, size) for (each, size, _), answer in zip(asked, answers, strict=True) if answer == 200}
            assert len(cosigned) == 1, (SEED, number, answers)
            assert set(answers) <= {200, 409, 422}


def test_a_log_that_is_taken_off_meanwhile_is_not_cosigned(tmp_path: Path) -> None:
    with ExitStack() as stack:
        plain = opened(stack, tmp_path)
        introduce_log(plain, LOG.introduction())
        slow = replace(plain, before_persisting=lambda: remove_log(plain.engine, ORIGIN))
        assert status(slow, LOG.request(0, 7)) == 404
        assert show_log(plain.engine, ORIGIN).log.cosigned is None


def test_who_is_never_first_is_told_to_come_again(tmp_path: Path) -> None:
    with ExitStack() as stack:
        plain = opened(stack, tmp_path)
        keys = {ORIGIN: (LOG.keys[0].verifier,)}
        add_logs(plain.engine, keys, clock=plain.clock)
        unlucky = replace(plain, before_persisting=lambda: add_logs(plain.engine, keys, clock=plain.clock))
        with pytest.raises(WitnessBusy):
            add_checkpoint(unlucky, LOG.request(0, 7))
        assert show_log(plain.engine, ORIGIN).log.cosigned is None
