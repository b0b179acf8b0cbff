"""One table from error class to status, and problem documents that say what was seen and wanted."""

from __future__ import annotations

import json

import pytest

from api.problems import STATUS, BodySlow, MethodNotAllowed, ServerFault, headers_of, problem_of, problem_response, status_of
from ledger.actions.log.writer import QueueFull
from ledger.errors import Absent, Conflict, SuyuanError, registered_codes
from ledger.evidence.authority import RoleMayNotSign
from ledger.storage.api_keys import ApiKeyExpired
from ledger.trade.digital_link import CheckDigitWrong


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (CheckDigitWrong, 422),
        (RoleMayNotSign, 403),
        (ApiKeyExpired, 401),
        (QueueFull, 503),
        (MethodNotAllowed, 405),
        (BodySlow, 408),
    ],
)
def test_a_class_has_the_status_of_its_nearest_ancestor(kind: type[SuyuanError], status: int) -> None:
    assert status_of(kind) == status


def test_every_error_of_the_imported_rooms_has_a_status() -> None:
    assert {status_of(kind) for kind in registered_codes().values()} <= set(STATUS.values())


def test_a_problem_says_what_was_seen_and_wanted() -> None:
    error = CheckDigitWrong(ai="01", value="09521234000015", digit_seen="5", digit_wanted="3")
    problem = problem_of(error)
    assert problem["type"] == "epcisException:ValidationException"
    assert problem["code"] == "CheckDigitWrong"
    assert problem["status"] == 422
    assert problem["seen"] == "09521234000015"
    assert problem["pointer"] == "(01)"
    assert problem["wanted"]
    assert problem["hint"]


def test_the_root_pointer_is_said_and_an_absent_one_is_not() -> None:
    assert problem_of(Conflict(pointer=""))["pointer"] == ""
    assert "pointer" not in problem_of(Conflict())


def test_retry_after_is_spread() -> None:
    waits = {headers_of(QueueFull(seen=1, wanted=""))["Retry-After"] for _ in range(200)}
    assert len(waits) > 1
    assert all(1 <= int(wait) <= 4 for wait in waits)


def test_who_is_not_known_is_asked_for_a_key() -> None:
    assert headers_of(ApiKeyExpired())["WWW-Authenticate"].startswith("Bearer")
    assert "WWW-Authenticate" not in headers_of(Absent())


def test_a_fault_of_the_server_tells_nothing_of_its_cause() -> None:
    response = problem_response(SuyuanError(seen="/secret/path"))
    assert response.status_code == 500
    assert json.loads(bytes(response.body))["code"] == ServerFault.__name__
    assert b"secret" not in bytes(response.body)
