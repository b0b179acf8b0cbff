"""`suyuan escrow claim`: links made, listed without their secrets, revoked, made again; and none of them in a server's log."""

from __future__ import annotations

import json
import signal

import httpx

from tests.cli.conftest import Place
from tests.cli.serving import done, run, serving


def test_a_link_is_made_listed_revoked_and_made_again(place: Place) -> None:
    link = done("escrow", "claim", "new", "tea", "--public-url", "https://l.example/", "--data", place.data).stdout.strip()
    assert link.startswith("https://l.example/escrow/claim/")
    secret = link.rpartition("/")[2]
    listed = done("escrow", "claim", "list", "--data", place.data, "--json").stdout
    (claim,) = json.loads(listed)
    assert secret.startswith(claim["id"])
    assert secret not in listed
    assert claim["seller"] == "ledger.example/party/tea"
    table = done("escrow", "claim", "list", "tea", "--data", place.data).stdout
    assert f"{claim['id']}  good to " in table
    assert secret not in table
    assert done("escrow", "claim", "revoke", claim["id"], "--data", place.data).stdout == f"revoked: {claim['id']}\n"
    again = json.loads(done("escrow", "claim", "new", "--buyer", claim["id"], "--data", place.data, "--json").stdout)
    assert (again["buyer"], again["seller"]) == (claim["buyer"], claim["seller"])
    assert again["link"] != link
    standing = {
        one["id"]: one["revoked"] for one in json.loads(done("escrow", "claim", "list", "--data", place.data, "--json").stdout)
    }
    assert standing[again["id"]] is None
    assert standing[claim["id"]] is not None


def test_wrong_use_is_named(place: Place) -> None:
    assert run("escrow", "claim", "new", "--data", place.data).exit_code == 2
    assert run("escrow", "claim", "new", "tea", "--buyer", "x", "--data", place.data).exit_code == 2
    for arguments in (("revoke", "0" * 16), ("new", "--buyer", "0" * 16)):
        absent = run("escrow", "claim", *arguments, "--data", place.data)
        assert (absent.exit_code, "ClaimAbsent" in absent.stderr) == (7, True)
    other = run("escrow", "claim", "new", "lab", "--data", place.data)
    assert (other.exit_code, "ClaimNotForYou" in other.stderr) == (1, True)


def test_the_log_of_a_server_shows_no_secret(place: Place) -> None:
    path = done("escrow", "claim", "new", "tea", "--data", place.data).stdout.strip()
    secret = path.rpartition("/")[2]
    with serving(place.data) as server:
        assert httpx.get(server.url + path).status_code == 200
        assert httpx.post(f"{server.url}{path}/accept", data={"line": "x", "prev": "y"}).status_code == 403
        assert httpx.get(f"{server.url}{path}/no/such").status_code == 404
        assert httpx.get(f"{server.url}{path[:-1]}1").status_code == 403
        server.process.send_signal(signal.SIGTERM)
        assert server.process.stderr is not None
        log = "".join(server.lines) + server.process.stderr.read()
        assert server.process.wait(timeout=30) == 0
    assert "/escrow/claim/{secret}" in log
    assert secret[:-1] not in log
