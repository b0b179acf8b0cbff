"""`suyuan escrow tick`, and the same by a server that ticks by itself."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from ledger.actions.open_ledger import Ledger, open_ledger, system_clock
from ledger.actions.parties.admit_party import Admission, admit_party
from ledger.actions.parties.change_party import suspend_party
from ledger.evidence.instant import Instant
from ledger.trade.escrow.calendar import DAY_MS
from ledger.trade.escrow.regions import Own
from tests.cli.serving import done, run, serving
from tests.market import HOST, Market, found_market


@pytest.fixture
def unpaid(tmp_path: Path) -> tuple[Path, str]:
    """A data directory with a line that was agreed six days ago and never paid."""

    def long_ago() -> Instant:
        return Instant(system_clock() - 6 * DAY_MS)

    data = tmp_path / "data"
    ledger, _ = found_market(data, long_ago)
    market = Market(ledger)
    line = market.agree(admit_party(ledger, Admission("buyer-1", ("buyer",), "SG")).party)
    market.publish()
    ledger.close()
    return data, line


def own_of(data: Path, line: str) -> Own:
    ledger = open_ledger(data)
    try:
        return Market(ledger).line(line).own
    finally:
        ledger.close()


def test_it_says_once_what_is_due(unpaid: tuple[Path, str]) -> None:
    data, line = unpaid
    said = json.loads(done("escrow", "tick", "--data", data, "--json").stdout)
    assert (said["due"], said["complete"]) == (1, True)
    (written,) = said["written"]
    assert (written["type"], written["line"], written["refusal"]) == ("OrderLapsed", line, None)
    again = done("escrow", "tick", "--data", data)
    assert "LineClosed" in again.stdout  # what lapsed is closed at once
    last = done("escrow", "tick", "--data", data)
    assert last.stdout == ""
    assert "lines due: 0, records written: 0" in last.stderr
    done("audit", data, "--policy", data / "policy")


def test_without_an_operator_it_says_what_is_missing(unpaid: tuple[Path, str]) -> None:
    data, line = unpaid
    changed(data, lambda ledger: suspend_party(ledger, f"{HOST}/clock", reason="key-compromised"))
    refused = run("escrow", "tick", "--data", data)
    assert refused.exit_code == 7
    assert "OperatorAbsent" in refused.stderr and "--role operator" in refused.stderr
    assert own_of(data, line) is Own.AGREED


def changed(data: Path, change: Callable[[Ledger], object]) -> None:
    ledger = open_ledger(data)
    try:
        change(ledger)
    finally:
        ledger.close()


def test_a_server_keeps_deadlines_by_itself(unpaid: tuple[Path, str], monkeypatch: pytest.MonkeyPatch) -> None:
    data, line = unpaid
    monkeypatch.setenv("SUYUAN_ESCROW_TICK_S", "1")
    with serving(data):
        for _ in range(200):
            if own_of(data, line) is Own.CLOSED:
                break
            time.sleep(0.1)
    assert own_of(data, line) is Own.CLOSED
