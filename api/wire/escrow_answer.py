"""Answers about escrow records: the verdicts of a batch, and a single refusal as a problem document."""

from __future__ import annotations

import json
from typing import Any

from api.problems import problem_of, status_of
from ledger.actions.escrow.as_json import address, written_json
from ledger.actions.escrow.submit_records import Written
from ledger.actions.requests.answer_once import GivenAnswer

_CREATED = 201


def written_answer(written: Written, origin: str, *, around: dict[str, Any] | None = None) -> GivenAnswer:
    """201 with the verdict on each record; one record that was refused alone is a problem with the status of its class.

    It stands in the ledger all the same: `position` says where.

    Args:
        around: members that the batch's own answer is put into, under `written`.
    """
    refused = written.verdicts[0].refused if len(written.verdicts) == 1 else None
    if refused is None:
        said = written_json(written, origin)
        return answer(_CREATED, said if around is None else {**around, "written": said})
    position = written.verdicts[0].position
    problem = problem_of(refused) | {
        "type": f"urn:suyuan:error:{refused.code}",
        "position": list(position),
        "record": address(origin, position),
    }
    return answer(status_of(type(refused)), problem)


def answer(status: int, content: dict[str, Any]) -> GivenAnswer:
    return GivenAnswer(status, encoded(content))


def encoded(content: dict[str, Any]) -> bytes:
    """The bytes of a JSON answer."""
    return json.dumps(content, ensure_ascii=False).encode("utf-8", "replace")
