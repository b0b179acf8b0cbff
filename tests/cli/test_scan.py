"""`suyuan scan` over a real data directory."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from cli.exits import ExitCode
from ledger.actions.log.aside import OwnDesk
from ledger.actions.open_ledger import open_ledger, system_clock
from ledger.actions.parties.admit_party import Admission, admit_party
from ledger.actions.parties.found_ledger import Founding, found_ledger
from ledger.actions.scans.count_scan import ScanCounter, Visit
from ledger.evidence.instant import Instant
from ledger.storage.database import writing
from ledger.trade.areas import read_area
from ledger.trade.code_history import day_of
from tests.cli.serving import done, run

ITEM = "https://id.gs1.org/01/09506000134352/21/S1"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A ledger on which somebody scanned two days ago."""
    ledger = found_ledger(tmp_path / "data", Founding("ledger.example/main"))
    admit_party(ledger, Admission("clock", ["operator"], "-"))
    ledger.close()
    past = open_ledger(tmp_path / "data", clock=lambda: Instant(system_clock() - 2 * 86_400_000))
    counter = ScanCounter(past, OwnDesk(past))
    counter.count(ITEM, Visit("192.0.2.7", "Mozilla/5.0", read_area("SG")))
    counter.flush()
    past.close()
    return tmp_path / "data"


def test_a_number_that_nothing_names(data: Path) -> None:
    said = done("scan", "standing", "01/09506000134352/21/S1", "--data", data).stdout
    assert "state      unregistered" in said
    assert "score      -20 dB: ok" in said
    as_json = json.loads(done("scan", "standing", "(01)09506000134352(21)S1", "--data", data, "--json").stdout)
    assert as_json["item"] == ITEM
    assert as_json["owners"] == as_json["reasons"] == []


def test_a_product_is_refused(data: Path) -> None:
    said = run("scan", "standing", "01/09506000134352", "--data", data)
    assert said.exit_code == ExitCode.MALFORMED
    assert "SerialMissing" in said.stderr


def test_days_are_closed_once_and_checked(data: Path) -> None:
    day = day_of(system_clock()) - timedelta(2)
    (closed,) = json.loads(done("scan", "close-day", "--data", data, "--json").stdout)
    assert (closed["day"], closed["scans"], closed["items"], closed["repeated"]) == (str(day), 1, 1, False)
    assert "no day is open" in done("scan", "close-day", "--data", data).stderr
    again = done("scan", "close-day", str(day), "--data", data)
    assert f"{day}  1 scans of 1 items  entry {closed['entry']}" in again.stdout
    done("scan", "close-day", str(day), "--check", "--data", data)
    ledger = open_ledger(data)
    with writing(ledger.engine) as connection:
        connection.execute(text("UPDATE scans SET area = 'DE'"))
    ledger.close()
    spoilt = run("scan", "close-day", str(day), "--check", "--data", data)
    assert "ScansDiffer" in spoilt.stderr
    assert spoilt.exit_code == ExitCode.INTEGRITY_FAILURE


def test_today_is_not_over(data: Path) -> None:
    said = run("scan", "close-day", str(day_of(system_clock())), "--data", data)
    assert "DayNotOver" in said.stderr
    assert run("scan", "close-day", "--check", "--data", data).exit_code == ExitCode.MISUSED
