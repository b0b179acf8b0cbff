"""The statement of account that docs/FORMATS.md shows: a line that was paid and partly released."""

from __future__ import annotations

from ledger.evidence.instant import parse_instant
from ledger.evidence.note import sign_note
from ledger.trade.escrow.account_statement import AccountStatement, state_accounts
from ledger.trade.escrow.accounts import Leg
from tests.scenario import key_of

LINE = "ledger.example/party/duyun-tea/order-7/1"
BANK = "ledger.example/party/harbour-bank"
OPERATOR = key_of("ledger.example/party/clock")


def golden_statement() -> AccountStatement:
    """After 42 entries of a log whose entry 0 hashes to zeros."""
    legs = [
        (17, 0, "FundsReceived", Leg(f"custody:{BANK}", "SGD", 12_900)),
        (17, 0, "FundsReceived", Leg(f"ord:{LINE}:held", "SGD", -12_900)),
        (40, 0, "ReleaseInstructed", Leg(f"ord:{LINE}:held", "SGD", 12_900)),
        (41, 3, "PayoutSettled", Leg(f"custody:{BANK}", "SGD", -12_771)),
    ]
    time = parse_instant("2026-11-20T08:00:00.142Z")
    return AccountStatement("ledger.example/main", bytes(32), LINE, 42, time, state_accounts(legs))


def signed_statement() -> str:
    """The same as the operator's party signs it."""
    return sign_note(golden_statement().text, [OPERATOR]).to_bytes().decode()


def statement_example() -> str:
    """The note, fenced, with the key that signed it."""
    said = f"Example: a line that was paid, signed by the key `{OPERATOR.verifier}`."
    return f"{said}\n\n```text\n{signed_statement().removesuffix(chr(10))}\n```"
