"""How commands talk to a server: busy servers are asked again, refusals keep the server's own words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from cli.remote import (
    ApiKeyFileUnusable,
    CallerNotTaken,
    PublicationAwaited,
    Remote,
    ServerBusy,
    ServerKnowsNot,
    ServerRefused,
    read_api_key,
)
from ledger.errors import SuyuanError


def remote_over(answers: Iterator[httpx.Response], slept: list[float]) -> Remote:
    transport = httpx.MockTransport(lambda request: next(answers))
    return Remote(httpx.Client(transport=transport, base_url="http://ledger.example"), slept.append)


def test_a_busy_server_is_asked_again_when_it_says() -> None:
    slept: list[float] = []
    busy = httpx.Response(503, headers={"Retry-After": "3"})
    remote = remote_over(iter([busy, busy, httpx.Response(200, content=b"here")]), slept)
    assert remote.get("/x") == b"here"
    assert slept == [3.0, 3.0]


def test_a_server_that_stays_busy_is_given_up() -> None:
    slept: list[float] = []
    busy = httpx.Response(503, headers={"Retry-After": "100000"}, json={"code": "QueueFull", "title": "too many"})
    with pytest.raises(ServerBusy, match="QueueFull"):
        remote_over(iter([busy] * 20), slept).get("/x")
    assert len(slept) == 5 and max(slept) <= 10


def test_a_server_that_has_waited_is_not_made_to_wait_again() -> None:
    slow = httpx.Response(503, json={"code": "PublicationSlow", "title": "not in time", "hint": "it is durable"})
    slept: list[float] = []
    with pytest.raises(PublicationAwaited, match="it is durable"):
        remote_over(iter([slow]), slept).get("/x")
    assert slept == []


@pytest.mark.parametrize(
    ("status", "kind"),
    [(401, CallerNotTaken), (404, ServerKnowsNot), (400, ServerRefused), (500, ServerRefused), (302, ServerRefused)],
)
def test_refusals_keep_the_servers_own_words(status: int, kind: type[SuyuanError]) -> None:
    problem = {"code": "Special", "title": "very special", "seen": "a peacock", "wanted": "something plain", "pointer": "/a"}
    with pytest.raises(kind, match=f"saw {status} Special: very special; it saw a peacock") as refused:
        remote_over(iter([httpx.Response(status, json=problem)]), []).get("/x")
    assert (refused.value.wanted, refused.value.pointer) == ("something plain", "/a")


def test_an_answer_that_is_no_problem_document_is_said_as_it_is() -> None:
    with pytest.raises(ServerRefused, match="502 Bad Gateway"):
        remote_over(iter([httpx.Response(502, text="<html>")]), []).get("/x")


def test_an_api_key_is_read_from_its_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("  suyuan_ab_cd\n")
    assert read_api_key(tmp_path / "key") == "suyuan_ab_cd"
    (tmp_path / "key").write_text("suyuan_ab\r\nHost: evil")
    with pytest.raises(ApiKeyFileUnusable) as refused:
        read_api_key(tmp_path / "key")
    assert "evil" not in str(refused.value)
