"""`suyuan serve` as a real process: it answers when it says so, stops cleanly, and says by name why it cannot start."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import threading
from pathlib import Path

import httpx
import pytest

from cli.exits import ExitCode
from cli.serve import serving_beside, settings_of
from cli.server import HOST, ServerNotStarted, listening
from ledger.actions.open_ledger import open_ledger, system_clock
from ledger.evidence.instant import Instant
from tests.cli.conftest import Place
from tests.cli.serving import CONTEXT, PROGRAM, done, event, run, serving


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_answers_and_stops_cleanly(place: Place, number: int) -> None:
    with serving(place.data) as server:
        assert httpx.get(f"{server.url}/readyz").json()["ready"] is True
        assert server.stop(number) == ExitCode.CLEAN
        assert server.process.stderr is not None
        assert [line for line in server.process.stderr if "api.access" not in line] == []
    assert not (place.data / "ledger.sqlite-wal").exists(), "closed to the end"


def test_what_it_logs_names_no_item(place: Place) -> None:
    with serving(place.data) as server:
        httpx.get(f"{server.url}/01/09521234000013/21/SECRET7")
        server.stop(signal.SIGTERM)
        assert server.process.stderr is not None
        log = "".join(server.lines) + server.process.stderr.read()
    assert "GET" in log and "SECRET7" not in log


@pytest.mark.parametrize("command", ["serve", "demo"])
def test_a_taken_port_is_said_by_name(tmp_path: Path, command: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        refused = subprocess.run(
            [PROGRAM, command, "--data", tmp_path / "data", "--port", port],
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
    assert refused.returncode == ExitCode.UNAVAILABLE
    assert refused.stderr.startswith("suyuan: PortTaken: ")
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("host", ["256.1.1.1", "192.0.2.1", "::zz", "a..b"])
def test_an_address_that_is_none_of_this_machine_is_said_by_name(tmp_path: Path, host: str) -> None:
    refused = run("serve", "--data", tmp_path / "data", "--port", "0", "--host", host)
    assert refused.exit_code == ExitCode.MISUSED
    assert refused.stderr.startswith("suyuan: AddressUnusable: ") and host in refused.stderr


def test_no_ledger_is_said_by_name(tmp_path: Path) -> None:
    refused = subprocess.run(
        [PROGRAM, "serve", "--data", tmp_path, "--port", "0"], capture_output=True, text=True, timeout=30, check=False
    )
    assert (refused.returncode, refused.stderr[:22]) == (ExitCode.ABSENT, "suyuan: LedgerAbsent: ")


def test_a_party_admitted_beside_a_running_server_is_known_at_once(place: Place) -> None:
    with serving(place.data) as server:
        admitted = done(
            "party",
            "admit",
            "late",
            "--role",
            "shop",
            "--territory",
            "SG",
            "--custody",
            "operator",
            "--data",
            place.data,
            "--json",
        )
        key = httpx.Response(200, text=admitted.stdout).json()["api_key"]
        answer = httpx.get(f"{server.url}/epcis/capture", headers={"Authorization": f"Bearer {key}"})
        assert (answer.status_code, answer.json()) == (200, [])


def test_a_server_in_a_thread_answers_by_the_clock_it_is_given(place: Place) -> None:
    ahead = Instant(system_clock() + 400 * 86_400_000)
    with listening(HOST, 0) as listener:
        settings = settings_of(place.data, listener)
        with serving_beside(settings, listener, clock=lambda: ahead):
            key = place.tea_key.read_text().strip()
            document = json.dumps({"@context": [CONTEXT], **event()}).encode()
            headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/ld+json"}
            assert httpx.post(f"{settings.public_url}/epcis/events", content=document, headers=headers).is_success
    ledger = open_ledger(place.data)
    assert ledger.head().time == ahead
    ledger.close()
    assert not [thread for thread in threading.enumerate() if thread.name == "server"]


def test_a_server_in_a_thread_that_cannot_start_says_so(tmp_path: Path) -> None:
    with listening(HOST, 0) as listener, pytest.raises(ServerNotStarted):
        settings = settings_of(tmp_path / "nothing", listener)
        with serving_beside(settings, listener, clock=system_clock):
            raise AssertionError("there is nothing to serve")
