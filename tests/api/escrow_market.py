"""A running server over a small market, and short ways to ask it about money as one of its parties."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from ledger.actions.capture.draft_batch import draft_batch
from ledger.actions.parties.admit_party import Admission, admit_party
from ledger.evidence.authority import ReadRule, RecordClass
from ledger.evidence.batch import Batch
from ledger.evidence.instant import Instant
from ledger.evidence.key import SigningKey
from ledger.evidence.note import SignedNote, sign_note
from ledger.trade.escrow.bodies.every import BODIES
from tests.api.tea_world import SettableClock
from tests.market import HOST, ORIGIN, Market, found_market

BUYER = f"{HOST}/buyer"
OWN_BUYER = f"{HOST}/own-buyer"
SEED = bytes(range(32))
LINE = f"{HOST}/tea/tea/1"


@dataclass(frozen=True)
class FoundedMarket:
    """A market that no server has run on yet; `own` is the key of the buyer that signs for itself."""

    data: Path
    keys: dict[str, str]
    own: SigningKey


def found(data: Path) -> FoundedMarket:
    ledger, keys = found_market(data, SettableClock())
    own = SigningKey.generate(OWN_BUYER)
    for name, role, key in (("buyer", "buyer", None), ("own-buyer", "buyer", own.verifier), ("police", "authority", None)):
        keys[name] = admit_party(ledger, Admission(name, [role], "SG", key=key)).api_key
    keys["stranger"] = admit_party(ledger, Admission("stranger", ["merchant"], "CN")).api_key
    ledger.close()
    return FoundedMarket(data, keys, own)


@dataclass
class MoneyWorld:
    """The server, its market from the inside, and its parties' API keys."""

    data: Path
    client: httpx.Client
    clock: SettableClock
    market: Market
    keys: dict[str, str]
    own: SigningKey
    count: int = field(default=0)

    def auth(self, name: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.keys[name]}"}

    def post(self, path: str, name: str, body: bytes = b"", *, key: str | None = None, **headers: str) -> httpx.Response:
        """A POST under a fresh Idempotency-Key unless `key` is given."""
        self.count += 1
        sent = {"Content-Type": "application/json", "Idempotency-Key": key or f"key {self.count}", **self.auth(name), **headers}
        return self.client.post(path, content=body, headers=sent)

    def get(self, path: str, name: str) -> httpx.Response:
        return self.client.get(path, headers=self.auth(name))

    def agreed(self, buyer: str = BUYER, **changes: Any) -> str:
        return self.market.agree(buyer, **changes)

    def body(self, record: str, line: str = LINE, **fields: Any) -> bytes:
        """A record about a line as it stands now."""
        prev = fields.pop("prev", None) or self.market.line(line).address(ORIGIN)
        return BODIES[record](line=line, prev=prev, **fields).to_body()  # type: ignore[call-arg]

    def draft(self, records: Sequence[bytes], *, issuer: str, signers: Sequence[str] = ()) -> Batch:
        state = self.market.ledger.state()
        return draft_batch(
            records,
            issuer=issuer,
            signers=signers,
            origin=state.origin,
            first_entry=state.first_entry,
            now=Instant(self.clock()),
            seed=SEED,
            klass=RecordClass.ESCROW,
            read=ReadRule.PARTIES,
        )

    def parts(self, batch: Batch, document: bytes) -> dict[str, tuple[str, bytes]]:
        """Multipart parts of a batch that the buyer with a key of its own signs."""
        note = sign_note(batch.text, [self.own]).to_bytes()
        return {"note": ("note", note), "seed": ("seed", SEED), "document": ("document", document)}

    def own_line(self, text: str) -> str:
        """The signature line of that buyer under a note's text."""
        note: SignedNote = sign_note(text, [self.own])
        return str(note.signatures[0])


def changed(body: bytes, **members: object) -> bytes:
    """A record with other members; what is `...` is left out."""
    said = {**json.loads(body), **members}
    return json.dumps({name: value for name, value in said.items() if value is not ...}).encode()
