"""A small ledger whose records have every kind of signer, proofs to keep of it, and ways to bend what stands in one."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, Final

from ledger.evidence.authority import ReadRule, RecordClass
from ledger.evidence.batch import Batch, sign_batch
from ledger.evidence.instant import Instant
from ledger.evidence.key import KeyType, SigningKey
from ledger.evidence.proof_file import KeptRecord, Place, ProofFile, plain_policy
from ledger.evidence.register import KeyLine, Register
from tests.scenario import CONTEXT, DOCUMENT, EVENTS, LABORATORY, TinyLedger, json_body, key_of, tiny_ledger

CARRIER: Final = "ledger.example/party/tea-road"
ITEM: Final = "https://id.gs1.org/01/09521321000014/21/1001"
REPORT: Final = json_body(type="TestReported", subjects=[ITEM], note="Dry <b>leaf</b> & 7 % — 都勻")
PRODUCT: Final = json_body(type="ProductDescribed", product="https://id.gs1.org/01/09521321000014", names={"en": "Tea </script>"})

Bend = Callable[[dict[str, Any]], None]
"""Changes the JSON of a proof in place."""


def keys_of(party: str) -> SigningKey:
    """The carrier and the laboratory sign by ECDSA, the others by Ed25519."""
    return key_of(party, KeyType.ECDSA_P256 if party in (CARRIER, LABORATORY) else KeyType.ED25519)


def say(ledger: TinyLedger, bodies: Sequence[bytes], **batch: Any) -> int:
    """Append a batch signed by all its parties; the ledger checks nothing."""
    context = batch.pop("context", CONTEXT)
    text = ledger.batch(bodies, context=context, **batch)
    return write(ledger, text, bodies, context)


def write(ledger: TinyLedger, batch: Batch, bodies: Sequence[bytes], context: bytes | None) -> int:
    note = sign_batch(batch, [keys_of(party) for party in batch.parties]).note
    return ledger.write(batch, bodies, context=context if batch.klass is RecordClass.EPCIS else None, note=note)


def bare_ledger() -> TinyLedger:
    """The tiny ledger with the carrier in it, and with ECDSA keys for carrier and laboratory."""
    ledger = tiny_ledger()
    lines = [line for line in ledger.register.lines if line.party != LABORATORY]
    ecdsa = ((CARRIER, "carrier"), (LABORATORY, "laboratory"))
    lines += [KeyLine(party, keys_of(party).verifier, "self", (role,), "CN-GZ") for party, role in ecdsa]
    ledger.register = Register.of(lines)
    return ledger


@cache
def told_ledger() -> TinyLedger:
    """Entry 4: the garden's document. 5: garden and carrier together. 6: a report. 7: a description. 8: an erased event."""
    ledger = bare_ledger()
    say(ledger, (DOCUMENT, *EVENTS), signers=(CARRIER,))
    say(ledger, [REPORT], issuer=LABORATORY, klass=RecordClass.INSPECTION, read=ReadRule.PUBLIC)
    say(ledger, [PRODUCT], klass=RecordClass.DESCRIPTION)
    say(ledger, [EVENTS[0]])
    return ledger


PLACES: Final[tuple[Place, ...]] = ((4, 1), (4, 2), (5, 1), (6, 0), (7, 0))
ERASED: Final[Place] = (8, 0)


def kept(ledger: TinyLedger, position: Place, *, erased: bool = False) -> KeptRecord:
    receipt = ledger.receipt(*position, erased=erased)
    return KeptRecord(position, receipt, None if erased else ledger.written[position[0]].bodies[position[1]])


def proof_of(ledger: TinyLedger, places: Sequence[Place], *, erased: Sequence[Place] = (), **changed: Any) -> ProofFile:
    """A proof of these records, made a minute after the last entry."""
    records = [kept(ledger, place, erased=place in erased) for place in sorted({*places, *erased})]
    values: dict[str, Any] = {
        "origin": ledger.origin,
        "first_entry": ledger.first_entry,
        "item": ITEM,
        "made": Instant(ledger.now + 60_000),
        "policy": plain_policy(ledger.policy()),
        "records": tuple(records),
    }
    return ProofFile(**{**values, **changed})


@cache
def honest_proof() -> ProofFile:
    """Five records that hold, by one and by two signers, by Ed25519 and ECDSA."""
    return proof_of(told_ledger(), PLACES)


def bent(proof: bytes, bend: Bend) -> bytes:
    """The same proof after `bend`, spelled as proofs are."""
    value = json.loads(proof)
    bend(value)
    return spelled(value)


def spelled(value: object) -> bytes:
    """JSON as a proof spells it."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026").encode()


def of_record(at: int, change: Callable[[dict[str, Any]], None]) -> Bend:
    """Change one record."""
    return lambda proof: change(proof["records"][at])


def of_extra(at: int, change: Callable[[dict[str, Any]], None]) -> Bend:
    """Change the JSON inside a record's receipt."""

    def bend(record: dict[str, Any]) -> None:
        lines = record["receipt"].split("\n")
        extra = json.loads(b64decode(lines[1].removeprefix("extra ")))
        change(extra)
        printed = json.dumps(extra, ensure_ascii=False, separators=(",", ":")).encode()
        lines[1] = f"extra {b64encode(printed).decode()}"
        record["receipt"] = "\n".join(lines)

    return of_record(at, bend)


def of_entry(at: int, change: Callable[[str], str]) -> Bend:
    """Change the text of a record's log entry."""

    def bend(extra: dict[str, Any]) -> None:
        text = b64decode(extra["entry"]).decode()
        changed = change(text)
        assert changed != text
        extra["entry"] = b64encode(changed.encode()).decode()

    return of_extra(at, bend)


def of_receipt(at: int, change: Callable[[str], str]) -> Bend:
    """Change the text of a record's receipt."""

    def bend(record: dict[str, Any]) -> None:
        changed = change(record["receipt"])
        assert changed != record["receipt"]
        record["receipt"] = changed

    return of_record(at, bend)


def flipped(text: str, byte: int = 0) -> str:
    """Base64 with one bit of one byte turned."""
    data = bytearray(b64decode(text))
    data[byte] ^= 1
    return b64encode(bytes(data)).decode()


def line_changed(text: str, keyword: str, change: Callable[[str], str]) -> str:
    """A text whose first line beginning with `keyword` has its last word changed."""
    lines = text.split("\n")
    at = next(number for number, line in enumerate(lines) if line.startswith(keyword))
    head, _, last = lines[at].rpartition(" ")
    lines[at] = f"{head} {change(last)}"
    return "\n".join(lines)
