"""A few rounds of each fault; `make faults` does hundreds."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from api.settings import read_settings
from benchmarks.connection import Connection, request
from benchmarks.made_events import Maker
from benchmarks.worlds import found_world
from cli.serve import listening, serving_beside
from tests.faults.acknowledged import Acknowledged, Loss, audit_clean, confirm
from tests.faults.clock import SteppedClock
from tests.faults.kills import kill_rounds
from tests.faults.power import power_rounds
from tests.faults.sending import read
from tests.faults.strikes import Range, Strike, can_trace, strike_all

_HOUR_MS = 3_600_000
traced = pytest.mark.skipif(not can_trace(), reason="programs cannot be traced here (strace)")


def test_a_killed_server_loses_nothing_that_it_acknowledged(tmp_path: Path) -> None:
    outcome = kill_rounds(tmp_path, rounds=2, seed=20)
    assert outcome.found == outcome.acknowledged > 0


def test_two_killed_servers_lose_nothing_either(tmp_path: Path) -> None:
    outcome = kill_rounds(tmp_path, rounds=1, seed=21, servers=2)
    assert outcome.found == outcome.acknowledged > 0


@traced
def test_the_power_may_fail_at_any_moment(tmp_path: Path) -> None:
    outcome = power_rounds(tmp_path, rounds=12, seed=22)
    assert outcome.found == outcome.acknowledged > 0


@traced
def test_a_disk_that_only_says_that_it_synced_is_found_out(tmp_path: Path) -> None:
    with pytest.raises(Loss):
        power_rounds(tmp_path, rounds=30, seed=23, lying_disk=True)


@traced
def test_a_writing_call_may_fail(tmp_path: Path) -> None:
    strikes, acknowledged, _refused, kept = strike_all(tmp_path, seed=24, every=61)
    assert (strikes > 3, kept >= acknowledged) == (True, True)


@traced
def test_after_a_failed_sync_a_process_writes_no_more(tmp_path: Path) -> None:
    ground = Range.set_up(tmp_path, seed=25)
    syncs = [strike for strike in ground.strikes() if strike == Strike("fdatasync", strike.number, "error=EIO")]
    struck = ground.strike(syncs[0])
    assert (struck.acknowledged, struck.refused) == (0, 2)


def test_a_stepped_clock_loses_nothing(tmp_path: Path) -> None:
    world, clock, kept = found_world(tmp_path / "data"), SteppedClock(), Acknowledged()
    maker = Maker(26)
    with listening("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        settings = read_settings({}, data=world.data, unlock=None, public_url=f"http://127.0.0.1:{port}")
        with serving_beside(settings, listener, clock=clock), Connection(port) as connection:

            def send(ahead_ms: int) -> int:
                clock.ahead_ms = ahead_ms
                (made,) = maker.documents(1, events=1)
                answer = connection.send(request("POST", "/epcis/events?wait=sequenced", made.data, key=world.key))
                if answer.status == 503:
                    assert json.loads(answer.body)["code"] == "ClockBehind"
                else:
                    kept.add(read(answer, made))
                return answer.status

            assert [send(ahead) for ahead in (0, -3_000, -60_000, 0, _HOUR_MS, 0, _HOUR_MS - 3_000, _HOUR_MS)] == [
                201, 201, 503, 201, 201, 503, 201, 201,
            ]  # fmt: skip
            clock.ahead_ms = 0
            assert connection.send(request("GET", "/readyz")).status == 503
    assert confirm(world.data, kept) == 6
    audit_clean(world.data)
