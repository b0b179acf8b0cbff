"""Every field of a proof to keep, changed: what both verifiers must notice. Made for `proof_world.honest_proof`."""

from __future__ import annotations

from typing import Any, Final

from ledger.evidence.key import KeyType, SigningKey, VerifierKey
from tests.evidence.proof_world import Bend, flipped, line_changed, of_entry, of_extra, of_receipt, of_record
from tests.scenario import LOG_KEY, ORIGIN

_POSITION_OF_ENTRY_5: Final = 2
"""Among the records: the one with two signers, Ed25519 and ECDSA."""

_REPORT: Final = 3


def _set(name: str, value: Any) -> Bend:
    return lambda proof: proof.__setitem__(name, value)


def _swap(proof: dict[str, Any], name: str, one: int = 0, other: int = 1) -> None:
    records = proof["records"]
    records[one][name], records[other][name] = records[other][name], records[one][name]


def _path(extra: dict[str, Any]) -> None:
    extra["path"][0] = flipped(extra["path"][0])


def _key(name: str, old: str, new: str) -> Bend:
    def bend(extra: dict[str, Any]) -> None:
        line = extra["keys"][0]["line"]
        assert old in line, name
        extra["keys"][0]["line"] = line.replace(old, new)

    return of_extra(0, bend)


def _signature(number: int) -> Bend:
    """Turn a bit in the signature of the entry with two signers."""

    def change(text: str) -> str:
        lines = text.split("\n")
        at = [n for n, line in enumerate(lines) if line.startswith("— ")][number]
        head, _, last = lines[at].rpartition(" ")
        lines[at] = f"{head} {flipped(last, 40)}"
        return "\n".join(lines)

    return of_entry(_POSITION_OF_ENTRY_5, change)


def _checkpoint(line: int, change: str) -> Bend:
    """Replace a line of the checkpoint; `bit` turns one bit of it."""

    def bend(text: str) -> str:
        head, _, note = text.partition("\n\n")
        lines = note.split("\n")
        lines[line] = flipped(lines[line]) if change == "bit" else change
        return f"{head}\n\n" + "\n".join(lines)

    return of_receipt(0, bend)


def _policy(old: str, new: str) -> Bend:
    def bend(proof: dict[str, Any]) -> None:
        assert old in proof["policy"]
        proof["policy"] = proof["policy"].replace(old, new)

    return bend


def _log_key(key: VerifierKey) -> Bend:
    """Put another key in the place of the log's."""

    def bend(proof: dict[str, Any]) -> None:
        proof["policy"] = proof["policy"].replace(str(LOG_KEY.verifier), str(key))

    return bend


MUTATIONS: Final[dict[str, Bend]] = {
    "format": _set("format", "suyuan.proof/v2"),
    "origin": _set("origin", "ledger.example/mail"),
    "first entry": lambda proof: proof.__setitem__("firstEntry", flipped(proof["firstEntry"])),
    "item": _set("item", "https://id.gs1.org/01/09521321000014/21/1009"),
    "item of another product": _set("item", "https://id.gs1.org/01/09506000134352/21/1001"),
    "item with a blank": _set("item", "https://id.gs1.org/01/09521321000014 21/1001"),
    "made before its records": _set("made", "2026-11-20T08:00:00.000Z"),
    "made on no day": _set("made", "2026-02-30T08:00:00.000Z"),
    "policy, another key": _log_key(SigningKey.from_private(ORIGIN, KeyType.ED25519, bytes([7]) * 32).verifier),
    "policy, a key of small order": _log_key(VerifierKey(ORIGIN, KeyType.ED25519, bytes([1]) + bytes(31))),
    "policy, a key off the curve": _log_key(VerifierKey(ORIGIN, KeyType.ED25519, bytes([2]) + bytes(31))),
    "policy, the key twice": lambda proof: proof.__setitem__("policy", f"log {LOG_KEY.verifier}\n{proof['policy']}"),
    "policy, no key": lambda proof: proof.__setitem__("policy", proof["policy"].partition("\n")[2]),
    "policy, another first entry": lambda proof: proof.__setitem__(
        "policy", line_changed(proof["policy"], "first-entry", flipped)
    ),
    "policy, a quorum": _policy("quorum none", "quorum some"),
    "policy, a comment": _policy("quorum none", "# trust me\nquorum none"),
    "policy, an address": _policy("\nfirst-entry", " https://evil.example\nfirst-entry"),
    "left out and kept": _set("leftOut", [{"position": [4, 1], "why": "unpublished"}]),
    "left out for no known reason": _set("leftOut", [{"position": [9, 1], "why": "secret"}]),
    "less than none withheld": _set("withheld", -1),
    "half a record withheld": _set("withheld", 0.5),
    "extra member": _set("note", "genuine"),
    "extra member of a record": of_record(0, lambda record: record.__setitem__("holds", True)),
    "missing member": lambda proof: proof.pop("withheld"),
    "missing body": of_record(0, lambda record: record.pop("body")),
    "no records": _set("records", []),
    "records out of order": lambda proof: proof["records"].reverse(),
    "a record twice": lambda proof: proof["records"].insert(0, proof["records"][0]),
    "body byte": of_record(0, lambda record: record.__setitem__("body", flipped(record["body"], 20))),
    "body of another record": lambda proof: _swap(proof, "body"),
    "body gone": of_record(0, lambda record: record.__setitem__("body", None)),
    "body empty": of_record(0, lambda record: record.__setitem__("body", "")),
    "receipt of another record": lambda proof: _swap(proof, "receipt"),
    "receipt and body of another record": lambda proof: (_swap(proof, "receipt"), _swap(proof, "body")),
    "receipt of another entry": lambda proof: _swap(proof, "receipt", 0, _REPORT),
    "position": of_record(4, lambda record: record.__setitem__("position", [7, 1])),
    "position in the first entry": of_record(0, lambda record: record.__setitem__("position", [0, 0])),
    "index": of_receipt(0, lambda text: line_changed(text, "index", lambda last: "5")),
    "inclusion": of_receipt(
        0, lambda text: "\n".join([*text.split("\n")[:3], flipped(text.split("\n")[3]), *text.split("\n")[4:]])
    ),
    "inclusion, one hash less": of_receipt(0, lambda text: "\n".join([*text.split("\n")[:3], *text.split("\n")[4:]])),
    "place": of_extra(0, lambda extra: extra.__setitem__("place", 2)),
    "path hash": of_extra(0, _path),
    "path, one hash less": of_extra(0, lambda extra: extra["path"].pop()),
    "path, one hash more": of_extra(0, lambda extra: extra["path"].append(extra["path"][0])),
    "salt": of_extra(0, lambda extra: extra.__setitem__("salt", flipped(extra["salt"]))),
    "salt too long": of_extra(0, lambda extra: extra.__setitem__("salt", "AAAAAAAAAAAAAAAAAAAAAAAA")),
    "salt gone": of_extra(0, lambda extra: extra.__setitem__("salt", None)),
    "context": of_extra(0, lambda extra: extra.__setitem__("context", flipped(extra["context"]))),
    "context gone": of_extra(0, lambda extra: extra.__setitem__("context", None)),
    "context of a report": of_extra(_REPORT, lambda extra: extra.__setitem__("context", "W10=")),
    "member of a receipt": of_extra(0, lambda extra: extra.__setitem__("note", "genuine")),
    "entry time": of_entry(0, lambda text: line_changed(text, "time", lambda last: last.replace("2026", "2025"))),
    "entry before": of_entry(0, lambda text: line_changed(text, "prev", flipped)),
    "register root": of_entry(0, lambda text: line_changed(text, "register", flipped)),
    "register size": of_entry(0, lambda text: text.replace("register ", "register 1", 1)),
    "batch time": of_entry(0, lambda text: text.replace("read code\ntime 2026", "read code\ntime 2025")),
    "batch root": of_entry(0, lambda text: line_changed(text, "root", flipped)),
    "batch class": of_entry(0, lambda text: text.replace("class epcis", "class recall")),
    "batch reading": of_entry(0, lambda text: text.replace("read code", "read public")),
    "batch of another log": of_entry(0, lambda text: line_changed(text, "log", flipped)),
    "issuer": of_entry(0, lambda text: text.replace("party/duyun-tea", "party/guiyang-lab")),
    "signer dropped": of_entry(_POSITION_OF_ENTRY_5, lambda text: text.replace("signer ledger.example/party/tea-road\n", "")),
    "signature of the issuer": _signature(0),
    "signature of the co-signer": _signature(1),
    "key line, its roles": _key("roles", " merchant ", " inspector "),
    "key line, its custody": _key("custody", " self ", " operator "),
    "key line, its territory": _key("territory", "CN-GZ", "CN-SC"),
    "key line, its party": _key("party", "duyun-tea", "duyun-tee"),
    "key line, its place": of_extra(0, lambda extra: extra["keys"][0].__setitem__("place", extra["keys"][0]["place"] + 1)),
    "key line, its path": of_extra(0, lambda extra: extra["keys"][0]["path"].pop()),
    "key lines twice": of_extra(0, lambda extra: extra["keys"].append(extra["keys"][0])),
    "no key lines": of_extra(0, lambda extra: extra["keys"].clear()),
    "checkpoint root": _checkpoint(2, "bit"),
    "checkpoint size": _checkpoint(1, "8"),
    "checkpoint of another log": _checkpoint(0, "ledger.example/mail"),
    "checkpoint unsigned": _checkpoint(4, "— ledger.example/other AAAAAAAAAAAA"),
    "checkpoint of a stranger": of_receipt(0, lambda text: text.replace("— ledger.example/main ", "— ledger.example/mean ")),
}
"""Name of what is changed -> the change. After each the proof no longer shows what it showed."""
