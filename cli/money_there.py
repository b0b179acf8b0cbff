"""The escrow of a ledger behind a server."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from cli.money_answer import Answer, Json, answer_of
from cli.money_signing import line_under, sign_here
from cli.remote import Remote
from ledger.actions.open_ledger import system_clock
from ledger.actions.parties.admit_party import full_name
from ledger.errors import Misused
from ledger.evidence.note_signer import NoteSigner
from ledger.evidence.policy import Policy
from ledger.evidence.spelling import parse_base64

_JSON = "application/json"


class PolicyNeeded(Misused):
    title = "to sign for a server one needs the ledger's policy file"
    default_hint = "give --policy FILE: it names the ledger that the signature is for"


@dataclass(frozen=True, slots=True)
class There:
    """One server. `idempotency_key` is under which this command's request is sent."""

    remote: Remote
    policy: Policy | None
    idempotency_key: str | None

    def post(self, document: bytes, party: str | None, keys: Sequence[NoteSigner], signers: Sequence[str]) -> Answer:  # noqa: ARG002 (the API key says who)
        return self._post("/escrow/records", **self._request(document, keys, ()))

    def validate(self, document: bytes, parties: Sequence[str]) -> Answer:
        request = {"content": document, "params": {"signer": list(parties)}, "headers": {"Content-Type": _JSON}}
        return self._post("/escrow/validate", **request)

    def propose(self, document: bytes, party: str | None, keys: Sequence[NoteSigner], signers: Sequence[str]) -> Answer:  # noqa: ARG002 (the API key says who)
        request = self._request(document, keys, signers)
        return self._post("/escrow/proposals", **request, params={} if keys else {"signer": list(signers)})

    def waiting(self, party: str) -> Json:  # noqa: ARG002 (the API key says who)
        return self._get("/escrow/proposals")

    def sign(self, proposal: str, party: str | None, key: NoteSigner | None) -> Answer:  # noqa: ARG002 (the API key says who)
        path = f"/escrow/proposals/{quote(proposal, safe='')}"
        if key is None:
            return self._post(f"{path}/signatures")
        policy, found = self._trusted(), self._get(path)
        line = line_under(
            found["note"],
            key,
            document=found["document"].encode(),
            seed=parse_base64(found["seed"]),
            origin=policy.origin,
            first_entry=policy.first_entry,
        )
        return self._post(f"{path}/signatures", content=line.encode(), headers={"Content-Type": "text/plain; charset=utf-8"})

    def lines(self, after: str, limit: int) -> Json:
        return self._get("/escrow/lines", after=after, limit=str(limit))

    def line(self, name: str) -> Json:
        return self._get(f"/escrow/lines/{quote(name)}")

    def statement(self, name: str) -> bytes:
        return self.remote.get(f"/escrow/lines/{quote(name)}/statement")

    def balances(self, after: str, limit: int) -> Json:
        return self._get("/escrow/balances", after=after, limit=str(limit))

    def events(self, after: str, limit: int) -> Json:
        return self._get("/escrow/events", after=after, limit=str(limit))

    def _request(self, document: bytes, keys: Sequence[NoteSigner], signers: Sequence[str]) -> dict[str, Any]:
        if not keys:
            return {"content": document, "headers": {"Content-Type": _JSON}}
        policy = self._trusted()
        others = [full_name(policy.origin, signer) for signer in signers]
        own = sign_here(
            document,
            keys,
            signers=others,
            origin=policy.origin,
            first_entry=policy.first_entry,
            now=system_clock(),
            seen=self._seen(policy),
        )
        return {
            "files": {
                "note": ("note", own.note, "text/plain; charset=utf-8"),
                "seed": ("seed", own.seed, "application/octet-stream"),
                "document": ("document", document, _JSON),
            }
        }

    def _trusted(self) -> Policy:
        """Which ledger an own key signs for is never the server's word."""
        if self.policy is None:
            raise PolicyNeeded(wanted="--policy FILE")
        return self.policy

    def _seen(self, policy: Policy) -> tuple[int, bytes]:
        """The server's newest checkpoint, verified: what the signers cite."""
        checkpoint = policy.open(self.remote.get("/log/checkpoint")).checkpoint
        return checkpoint.size, checkpoint.root

    def _post(self, path: str, **request: Any) -> Answer:  # noqa: ANN401 - passed on as they come
        headers = {"Idempotency-Key": self.idempotency_key or secrets.token_hex(16), **request.pop("headers", {})}
        return answer_of(self.remote.ask("POST", path, headers=headers, **request))

    def _get(self, path: str, **query: str) -> Json:
        answer = self.remote.ask("GET", path, params={name: value for name, value in query.items() if value})
        return answer_of(answer).said
