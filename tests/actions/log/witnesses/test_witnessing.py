"""The settings of witnessing, and addresses of witnesses."""

from __future__ import annotations

import pytest

from ledger.actions.log.witnesses.refusals import WitnessAsksToWait, WitnessSlow, WitnessUrlRefused
from ledger.actions.log.witnesses.standing import BACK_OFF_S_MAX, RETRY_AFTER_S_MAX, Standing
from ledger.actions.log.witnesses.witness_url import witness_address
from ledger.actions.log.witnesses.witnessing import Unwitnessed, Witnessing, WitnessSettingRefused, read_witnessing


def test_without_a_word_nothing_is_published_unwitnessed() -> None:
    assert read_witnessing({}) == Witnessing(Unwitnessed.WAIT, 5.0)
    assert read_witnessing({"SUYUAN_UNWITNESSED": "", "SUYUAN_WITNESS_TIMEOUT_S": ""}) == Witnessing(Unwitnessed.WAIT, 5.0)


def test_what_is_said_is_done() -> None:
    said = {"SUYUAN_UNWITNESSED": "publish", "SUYUAN_WITNESS_TIMEOUT_S": "12", "SUYUAN_PUBLISH_INTERVAL_MS": "1500"}
    assert read_witnessing(said) == Witnessing(Unwitnessed.PUBLISH, 12.0, 1.5)


@pytest.mark.parametrize(
    "said",
    [
        {"SUYUAN_UNWITNESSED": "never"},
        *({"SUYUAN_WITNESS_TIMEOUT_S": odd} for odd in ("0", "61", "-1", "1.5", "soon", "٣")),
        *({"SUYUAN_PUBLISH_INTERVAL_MS": odd} for odd in ("99", "60001", "1.5", "٣٣٣")),
    ],
)
def test_nonsense_is_refused_by_name(said: dict[str, str]) -> None:
    with pytest.raises(WitnessSettingRefused) as refusal:
        read_witnessing(said)
    assert refusal.value.pointer in said


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("http://127.0.0.1:8100", "http://127.0.0.1:8100"),
        ("https://w.example/", "https://w.example"),
        ("https://w.example/stem/of/it", "https://w.example/stem/of/it"),
        ("http://[::1]:8100/", "http://[::1]:8100"),
    ],
)
def test_an_address_is_a_stem(url: str, address: str) -> None:
    assert witness_address(url) == address


def test_a_password_in_an_address_is_not_shown() -> None:
    with pytest.raises(WitnessUrlRefused) as refusal:
        witness_address("https://user:secret@w.example")
    assert "secret" not in str(refusal.value)


def test_a_witness_that_asks_to_be_left_alone_is_up_to_a_bound() -> None:
    standing, waits = Standing(), []
    for after_s in (30, 10, 10**9):
        standing.fail(WitnessAsksToWait(status=429, after_s=after_s), now=0.0)
        waits.append(standing.waits_s(0.0))
    assert waits == [30, 10, RETRY_AFTER_S_MAX]


def test_the_time_that_a_failing_witness_is_left_alone_grows_to_a_bound() -> None:
    standing, waits = Standing(), []
    for _ in range(12):
        standing.fail(WitnessSlow(), now=0.0)
        waits.append(standing.waits_s(0.0))
    assert 0.5 <= waits[0] <= 1
    assert all(0.5 * 2**n <= wait <= 2**n for n, wait in enumerate(waits[:6]))
    assert all(BACK_OFF_S_MAX / 2 <= wait <= BACK_OFF_S_MAX for wait in waits[6:])
    standing.succeed(7, ())
    assert (standing.waits_s(0.0), standing.failure, standing.last_size) == (0.0, None, 7)
