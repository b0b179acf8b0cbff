"""The desk of a story behind a real server: every record goes over HTTP, as its parties signed it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import uuid4

from cli.remote import Remote, problem_in, refusal
from ledger.actions.capture.sign_own import OwnNote
from ledger.actions.escrow.stories.desk import Answer
from ledger.errors import Conflict
from ledger.storage.position import Position

_JSON: Final = "application/json"


class ProposalUnsigned(Conflict):
    title = "a proposal still waits for signatures where all should have signed"


@dataclass(frozen=True, slots=True)
class RemoteDesk:
    """`api_keys`: by short name, of the parties that read, or let the operator sign for them."""

    remote: Remote
    api_keys: Mapping[str, str]

    def post(self, records: Sequence[bytes], own: OwnNote, *, party: str) -> list[Answer]:  # noqa: ARG002 (the note says who)
        return self._answers("/escrow/records", files=_parts(records, own))

    def post_held(self, records: Sequence[bytes], *, party: str) -> list[Answer]:
        headers = {**self._key(party), "Content-Type": _JSON}
        return self._answers("/escrow/records", headers=headers, content=_document(records))

    def propose(self, records: Sequence[bytes], partly: OwnNote, *, party: str, held: Sequence[str]) -> list[Answer]:  # noqa: ARG002 (as above)
        proposed = self._ask("/escrow/proposals", files=_parts(records, partly))
        if not proposed.is_success:
            raise refusal(proposed)
        name = proposed.json()["id"]
        answers: list[Answer] = []
        for short in held:
            answers = self._answers(f"/escrow/proposals/{name}/signatures", headers=self._key(short))
        if not answers:
            raise ProposalUnsigned(seen=name)
        return answers

    def receipt(self, position: Position, *, party: str) -> bytes:
        answer = self.remote.ask("GET", f"/receipts/{position.entry}/{position.place}", headers=self._key(party))
        if not answer.is_success:
            raise refusal(answer)
        return answer.content

    def _answers(self, path: str, **request: Any) -> list[Answer]:  # noqa: ANN401 - passed on as they come
        """The verdicts: of what was written, or the one of a single record that stands there refused."""
        answer = self._ask(path, **request)
        if answer.is_success:
            said = answer.json()
            return [_answer(one) for one in (said.get("written", said) or {}).get("verdicts", ())]
        problem = problem_in(answer)
        if "position" not in problem:
            raise refusal(answer)
        return [_answer(problem)]

    def _ask(self, path: str, *, headers: Mapping[str, str] | None = None, **request: Any) -> Any:  # noqa: ANN401 - as above
        return self.remote.ask("POST", path, headers={"Idempotency-Key": uuid4().hex, **(headers or {})}, **request)

    def _key(self, party: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.api_keys[party]}"}


def _answer(said: Mapping[str, Any]) -> Answer:
    return Answer(Position(*said["position"]), said.get("refusal") or None, tuple(said.get("postings", ())))


def _document(records: Sequence[bytes]) -> bytes:
    return b"\n".join(records)


def _parts(records: Sequence[bytes], own: OwnNote) -> dict[str, tuple[str, bytes, str]]:
    return {
        "note": ("note", own.note, "text/plain; charset=utf-8"),
        "seed": ("seed", own.seed, "application/octet-stream"),
        "document": ("document", _document(records), _JSON),
    }
