"""litewitness, a C2SP witness that nobody here wrote, asked in the words of `ledger.evidence`."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ledger.actions.log.witnesses.answer import conflict_in, cosignatures_in
from ledger.evidence.key import SignatureWrong
from ledger.evidence.policy import WitnessLine
from tests.interop.foreign_processes import LiteWitness, free_port, litewitness
from tests.interop.witnessed_head import LOG_KEY, ML_DSA_LOG_KEY, ORIGIN, STRANGER, Heads

pytestmark = pytest.mark.interop

HEADS = Heads()


@pytest.fixture
def witness(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiteWitness]:
    with litewitness(tmp_path_factory.mktemp("w"), free_port()) as running:
        yield running


def cosigned(witness: LiteWitness, old_size: int, size: int, heads: Heads = HEADS) -> int:
    """Ask, and verify what it answers; returns the time of the cosignature in POSIX seconds."""
    answer = witness.ask(heads.request(old_size, size))
    assert answer.status_code == 200, answer.text
    (cosignature,) = cosignatures_in(answer.content, heads.note(size), [WitnessLine("lite", witness.key)])
    with pytest.raises(SignatureWrong):
        cosignatures_in(answer.content, heads.note(size + 1), [WitnessLine("lite", witness.key)])
    return cosignature.time_s


def test_it_cosigns_every_step_and_its_lines_verify(witness: LiteWitness) -> None:
    witness.learn(ORIGIN, [LOG_KEY.verifier])
    times = [cosigned(witness, old, new) for old, new in [(0, 1), (1, 2), (2, 3), (3, 8), (8, 300), (300, 300), (300, 512)]]
    assert times == sorted(times)
    assert times[0] > 1_700_000_000


def test_what_it_refuses_is_what_we_expect(witness: LiteWitness) -> None:
    assert witness.ask(HEADS.request(0, 5)).status_code == 404
    witness.learn(ORIGIN, [LOG_KEY.verifier])
    assert witness.ask(Heads(keys=[STRANGER]).request(0, 5)).status_code == 403
    cosigned(witness, 0, 5)
    conflict = witness.ask(HEADS.request(0, 9))
    assert conflict.status_code == 409
    assert conflict.headers["content-type"] == "text/x.tlog.size"
    assert conflict_in(conflict.content, asked_from=0) == 5
    assert witness.ask(Heads("second").request(5, 9)).status_code == 422
    assert witness.ask(HEADS.request(5, 4)).status_code == 400
    cosigned(witness, 5, 9)


def test_a_log_key_of_a_kind_that_it_does_not_know_does_not_disturb_it(witness: LiteWitness) -> None:
    witness.learn(ORIGIN, [LOG_KEY.verifier])
    both = Heads(keys=[LOG_KEY, ML_DSA_LOG_KEY])
    request = both.request(0, 5)
    assert len(request.to_bytes()) < 10 * 1024, "it reads no more"
    cosigned(witness, 0, 5, both)
