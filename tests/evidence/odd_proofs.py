"""Proofs whose every signature and path is right and whose records no honest log takes: bodies, classes, roles, keys, notes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from ledger.evidence.authority import ROLES, TYPES, ReadRule, RecordClass
from ledger.evidence.checkpoint import Checkpoint, sign_checkpoint
from ledger.evidence.key import KeyType
from ledger.evidence.merkle import root_of
from ledger.evidence.note import SignatureLine, SignedNote
from ledger.evidence.policy import FirstEntryLine, LogLine, Policy, QuorumLine
from ledger.evidence.proof_file import KeptRecord
from ledger.evidence.receipt import Receipt
from ledger.evidence.register import KeyLine, Register
from tests.evidence.proof_world import ITEM, bare_ledger, keys_of, proof_of, say, write
from tests.scenario import CONTEXT, COSIGNED_S, EVENTS, FOUNDING, GARDEN, LOG_KEY, TinyLedger, json_body, key_of

_HEAD: Final = b'{"type":"ObjectEvent","epcList":["%b"],"x":' % ITEM.encode()


def _of_x(*values: bytes) -> list[bytes]:
    return [_HEAD + value + b"}" for value in values]


BODIES: Final[tuple[bytes, ...]] = (
    *_of_x(b"[" * 63 + b"]" * 63, b"[" * 64 + b"]" * 64, b'"[[[\\"["', b"{}", b"[]", b"[ ]", b"[,]", b"[1,]", b'{"a":1,}'),
    *_of_x(b"1" * 38, b"1" * 39, b"-" + b"1" * 38, b"0." + b"1" * 37, b"0." + b"1" * 38, b"01", b"-0", b"-", b"1.", b".5", b"+1"),
    *_of_x(
        b"1e400", b"1e-400", b"1e401", b"1e308", b"1e309", b"1E+5", b"1e", b"1e5.5", b"NaN", b"Infinity", b"-Infinity", b"0x1"
    ),
    *_of_x(
        b'"\\ud83c\\udf75"', b'"\\ud83c"', b'"\\udf75"', b'{"\\ud800":1}', b'"\\u00e9"', b'"\\x"', b'"\\u12"', b'"\x01"', b'"\t"'
    ),
    *_of_x(
        b'"\xc3\xa9"', b'"\xff"', b'"\xed\xa0\x80"', b'"\xc0\x80"', b'"\xf4\x90\x80\x80"', b'"\x7f"', b"'a'", b'"\xe2\x80\xa8"'
    ),
    *_of_x(b"true", b"True", b"nul", b"null ", b" null", b"1 2", b"/* */1", b'"a" "b"', b'"unended', b"\xc2\xa01"),
    *_of_x(b'{"a":1,"a":2}', b'{"a":1,"\\u0061":2}', b'{"a":{"a":1}}', b'{"":1,"":2}', b'{"__proto__":1}', b'{"a":1,"A":2}'),
    *_of_x(b'"\\\\"', b'"\\\\\\""', b'{"\\"":1,"\\\\":2}', b'"' + b"a" * 70_000 + b'"'),
    b'{"type":"ObjectEvent","type":"ObjectEvent"}',
    b'{"type":["ObjectEvent"],"x":"ObjectEvent"}',
    b'{"type":null}',
    b'{"x":{"type":"ObjectEvent"}}',
    b'{"Type":"ObjectEvent"}',
    b'{"type":"objectEvent"}',
    b'{"type":"constructor"}',
    b'{"type":"\\u004fbjectEvent"}',
    b'{"type" : "ObjectEvent" }',
    b'{\n"type"\t:\r"ObjectEvent"}',
    b'\xef\xbb\xbf{"type":"ObjectEvent"}',
    b'{"type":"ObjectEvent"}\n',
    b' {"type":"ObjectEvent"}',
    b'{"type":"ObjectEvent"}}',
    b'{"type":"ObjectEvent"}{}',
    b'["ObjectEvent"]',
    b'"{}"',
    b"{}",
    b"{",
    b"}",
    b'{"type":"ObjectEvent","x":"%b"}' % (b"b" * (1 << 20)),
)

NAMES: Final[tuple[str, ...]] = (
    ITEM,
    "https://tea.example/shop/01/09521321000014/22/V/10/L1/21/1001?17=271231",
    "http://tea.example/01/09521321000014/21/1001#top",
    "https://tea.example/gtin/9521321000014/ser/1001",
    "urn:epc:id:sgtin:9521321.000001.1001",
    "urn:epc:id:sgtin:952132100.0001.1001",
    "urn:epc:id:sgtin:952132.1000001.1001",
    "urn:epc:class:lgtin:9521321.000001.1001",
    "https://id.gs1.org/01/09521321000014/21/%31001",
    "https://id.gs1.org/01/09521321000014/21/1001/",
    "https://id.gs1.org/01/09521321000014/21/1001/21/1001",
    "https://id.gs1.org/01/09521321000014/21/1001/10/L1",
    "https://id.gs1.org/GTIN/09521321000014/21/1001",
    "HTTPS://ID.GS1.ORG/01/09521321000014/21/1001",
    "https://id.gs1.org/01/09521321000014/99/x/21/1001",
    "https://id.gs1.org/01/01/01/09521321000014/21/1001",
    "https://id.gs1.org/01/09521321000014/10/1001",
    "https://id.gs1.org/01/09521321000014",
    "https://id.gs1.org/01/09521321000014/21/1002",
    "https://id.gs1.org/01/95213210000/21/1001",
    "https://id.gs1.org/00/095212345678901235",
    "https://id.gs1.org/01/09521321000014/21/%zz",
    "ftp://id.gs1.org/01/09521321000014/21/1001",
    f"see {ITEM}",
    f"{ITEM} ",
    "x" * 2_000,
)


def bodies() -> dict[str, bytes]:
    """One record each, in class epcis."""
    return {repr(body[:80]): _one([body]) for body in BODIES}


def namings() -> dict[str, bytes]:
    return {name: _one([json_body(type="ObjectEvent", ilmd={"a": [name]})]) for name in NAMES}


def classes() -> dict[str, bytes]:
    """Every type in every class, and every role under every class."""
    found = {}
    kinds = sorted(frozenset().union(*TYPES.values()))
    for klass in RecordClass:
        some = [kind for at, kind in enumerate(kinds) if kind in TYPES[klass] or at % 9 == 0]
        single = klass is RecordClass.GOVERNANCE
        groups: list[list[str]] = [[kind] for kind in some] if single else [some]
        for group in groups:
            found[f"{klass} {group[0]}"] = _one([json_body(type=kind) for kind in group], klass=klass)
        for role in (*ROLES, "constructor", "king"):
            body = FOUNDING if single else json_body(type=min(TYPES[klass]))
            found[f"{role} says {klass}"] = _by_role((role,), klass, body)
    found["one of two roles may"] = _by_role(("bank", "merchant"), RecordClass.EPCIS, EVENTS[0])
    return found


def keys() -> dict[str, bytes]:
    """Keys that left the register, were never in it, or are another party's."""
    ledger = bare_ledger()
    ledger.revoke(GARDEN)
    entry = say(ledger, EVENTS)
    line = KeyLine(GARDEN, key_of(GARDEN).verifier, "self", ("merchant",), "CN-GZ")
    lines = [(line, 0, ledger.written[entry].register.prove(ledger.register.lines[0])[1])]
    receipt = ledger.receipt(entry, 1, keys=lines)
    record = KeptRecord((entry, 1), receipt, EVENTS[1])
    return {"revoked": proof_of(ledger, [], records=(record,)).to_bytes()}


def contexts() -> dict[str, bytes]:
    found = {}
    for name, context in (("other", b"[]"), ("none", None), ("empty", b"")):
        ledger = bare_ledger()
        batch = ledger.batch(EVENTS)
        found[name] = proof_of(ledger, [(write(ledger, batch, EVENTS, context), 1)]).to_bytes()
    return found


def checkpoints() -> dict[str, bytes]:
    """Signed notes with more lines than one, known and unknown, right and wrong."""
    ledger = bare_ledger()
    entry = say(ledger, EVENTS)
    note = SignedNote.parse(ledger.checkpoint(witnessed=False))
    (right,) = note.signatures
    wrong = SignatureLine(right.name, right.key_id, bytes(64))
    short = SignatureLine(right.name, right.key_id, b"1")
    strangers = [SignatureLine(f"stranger{number}", b"1234", b"5") for number in range(64)]
    odd_names = [SignatureLine(name, b"1234", b"5") for name in ("\ufeff", "茶", "a<b&c>", '"\\', "\u200b")]
    lines: dict[str, Sequence[SignatureLine]] = {
        "twice": (right, right),
        "right and wrong": (right, wrong),
        "wrong": (wrong,),
        "short": (short,),
        "63 strangers": (*strangers[:63], right),
        "odd names": (*odd_names, right),
    }
    found = {name: _under(ledger, entry, SignedNote(note.text, tuple(one)).to_bytes()) for name, one in lines.items()}
    spelt = note.to_bytes().decode()
    for name in ("\x85", "\u2003", "\u3000", "a b", "", "a+b"):
        found[f"name {name!r}"] = _under(ledger, entry, f"{spelt}— {name} MTIzNDU=\n".encode())
    found["64 strangers"] = _under(ledger, entry, (spelt + "".join(f"{one}\n" for one in strangers)).encode())
    found["a line more"] = _under(ledger, entry, _sign(f"{note.text}more\n"))
    found["a line less"] = _under(ledger, entry, _sign("ledger.example/main\n5\n"))
    found["empty lines"] = _under(ledger, entry, _sign(f"{note.text}\n\n"))
    found["control"] = _under(ledger, entry, spelt.replace("\n\n", "\r\n\n").encode())
    big = Checkpoint(ledger.origin, (1 << 63) - 1, root_of(ledger.leaves))
    found["huge"] = _under(ledger, entry, sign_checkpoint(big, [LOG_KEY]).to_bytes())
    return found


def two_kinds_of_log_keys(*, stripped: bool = False) -> bytes:
    """A proof under a checkpoint by an Ed25519 and an ML-DSA-44 key of the log; `stripped` of the line by the first."""
    ledger = bare_ledger()
    entry, post_quantum = say(ledger, EVENTS), key_of(ledger.origin, KeyType.MLDSA44)
    head = Checkpoint(ledger.origin, len(ledger.leaves), root_of(ledger.leaves))
    note = sign_checkpoint(head, [LOG_KEY, post_quantum], time_s=COSIGNED_S)
    lines = note.signatures[1:] if stripped else note.signatures
    known = (LogLine(LOG_KEY.verifier), LogLine(post_quantum.verifier))
    policy = Policy((*known, FirstEntryLine(ledger.origin, ledger.first_entry), QuorumLine("none")))
    return _under(ledger, entry, SignedNote(note.text, lines).to_bytes(), policy=policy)


def batches() -> dict[str, bytes]:
    """What a batch note may say beside its records."""
    ledger, found = bare_ledger(), {}
    seen = (4, root_of(ledger.leaves[:4]))
    for name, changes in {
        "seen": {"seen": seen},
        "public": {"read": ReadRule.PUBLIC},
        "parties": {"read": ReadRule.PARTIES},
    }.items():
        ledger = bare_ledger()
        found[name] = proof_of(ledger, [(say(ledger, EVENTS, **changes), 2)]).to_bytes()
    for name, origin in (("another origin", "other.example/main"), ("another first entry", None)):
        ledger, other = bare_ledger(), bare_ledger()
        if origin is None:
            other.written[0] = other.written[1]
        else:
            other.origin = origin
        found[name] = proof_of(ledger, [(write(ledger, other.batch(EVENTS), EVENTS, CONTEXT), 1)]).to_bytes()
    return found


ODD_PROOFS: Final[dict[str, Callable[[], dict[str, bytes]]]] = {
    "bodies": bodies,
    "namings": namings,
    "classes": classes,
    "keys": keys,
    "contexts": contexts,
    "checkpoints": checkpoints,
    "batches": batches,
}
"""Group -> name of a proof -> the proof."""


def _one(records: Sequence[bytes], **batch: Any) -> bytes:
    ledger = bare_ledger()
    entry = say(ledger, records, **batch)
    kept = [(entry, place) for place, record in enumerate(records) if len(record) <= 1 << 20]
    return proof_of(ledger, kept).to_bytes()


def _by_role(roles: tuple[str, ...], klass: RecordClass, body: bytes) -> bytes:
    ledger = bare_ledger()
    lines = [line for line in ledger.register.lines if line.party != GARDEN]
    ledger.register = Register.of([*lines, KeyLine(GARDEN, keys_of(GARDEN).verifier, "self", roles, "-")])
    return proof_of(ledger, [(say(ledger, [body], klass=klass), 0)]).to_bytes()


def _sign(text: str) -> bytes:
    signature = LOG_KEY.sign(text.encode())
    line = SignatureLine(LOG_KEY.verifier.name, LOG_KEY.verifier.key_id, signature)
    return SignedNote(text, (line,)).to_bytes()


def _under(ledger: TinyLedger, entry: int, note: bytes, **changed_file: Any) -> bytes:
    """A proof of one record under another checkpoint note."""
    receipt = Receipt.parse(ledger.receipt(entry, 0))
    changed = Receipt(
        note, receipt.index, receipt.inclusion, receipt.entry, receipt.place, receipt.path, receipt.salt, None, receipt.keys,
        receipt.context,
    )  # fmt: skip
    return proof_of(ledger, [], records=(KeptRecord((entry, 0), changed.to_bytes(), EVENTS[0]),), **changed_file).to_bytes()
