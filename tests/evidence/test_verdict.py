"""A verdict says in words what each step has shown, who held the keys, and what is left to the audit."""

from __future__ import annotations

from dataclasses import replace

from ledger.evidence.receipt import verify_receipt
from ledger.evidence.verdict import ReceiptVerdict
from tests.scenario import DOCUMENT, EVENTS, GARDEN, LABORATORY, TinyLedger, tiny_ledger


def _verdict(ledger: TinyLedger, index: int, place: int = 0, *, erased: bool = False) -> ReceiptVerdict:
    body = None if erased else ledger.written[index].bodies[place]
    return verify_receipt(ledger.receipt(index, place, erased=erased), body=body, policy=ledger.policy())


def test_the_nine_steps_in_words() -> None:
    ledger = tiny_ledger()
    index = ledger.capture(signers=(LABORATORY,))
    assert _verdict(ledger, index, 1).steps == (
        "the policy names the log ledger.example/main and its first entry",
        "the log signed the checkpoint of its first 6 entries",
        "the policy's quorum is met: cosigned by w1 at 2026-11-20T08:01:00Z",
        "entry 5, taken 2026-11-20T08:00:05.000Z, stands under that checkpoint",
        "its batch was made for this log and this first entry",
        f"it is signed by {GARDEN} (key held by itself), {LABORATORY} (key held by the ledger's operator)",
        "at place 1 of 4 stands this body, of type ObjectEvent",
        "each key was in the key register of entry 5, and its role may sign class epcis",
        f"this shows that {GARDEN} said this no later than the checkpoint; "
        "not that it is true, complete, still uncorrected, or not recalled",
    )


def test_what_stands_at_the_place() -> None:
    ledger = tiny_ledger()
    index = ledger.capture([DOCUMENT, EVENTS[0], b""])
    assert "padding" in _verdict(ledger, index, 2).steps[6]
    assert "erased" in _verdict(ledger, index, 1, erased=True).steps[6]
    assert "EPCISDocument" in _verdict(ledger, index, 0).steps[6]
    assert "founding record" in _verdict(ledger, 0).steps[7]


def test_what_is_left_to_the_audit() -> None:
    ledger = tiny_ledger()
    seen = ledger.batch(EVENTS, seen=(2, ledger.first_entry))
    index = ledger.write(seen, EVENTS, context=ledger.written[4].context)
    assert _verdict(ledger, 0).left_to_audit == ()
    governance = _verdict(ledger, 3).left_to_audit
    assert [word in " ".join(governance) for word in ("key register", "table of signers", "checkpoint of")] == [True, True, False]
    captured = _verdict(ledger, index).left_to_audit
    assert [word in " ".join(captured) for word in ("key register", "table of signers", "checkpoint of 2")] == [True, False, True]


def test_cosigners_are_said_even_with_impossible_times_and_none() -> None:
    verdict = _verdict(tiny_ledger(), 4)
    for cosigners, words in (((("w1", 2**62),), "w1 at second 4611686018427387904"), ((), "nobody, and it asks for nobody")):
        changed = replace(verdict, opened=replace(verdict.opened, cosigners=cosigners))
        assert changed.steps[2].endswith(words)
