"""One body of each type of escrow record, as docs/ESCROW.md shows them; a test reads every one of them back."""

from __future__ import annotations

import json
from dataclasses import fields
from hashlib import sha256
from typing import Any, Final

from ledger.evidence.spelling import format_base64
from ledger.trade.escrow.bodies.every import BODIES
from ledger.trade.escrow.pack import Pack, shipped_packs
from tests.house.markdown import camel

_PARTY: Final = "ledger.example/party"
_LINE: Final = f"{_PARTY}/duyun-tea/2026-0117/1"
_PREV: Final = "https://ledger.example/main/records/41/0"


def pack_named(name: str) -> Pack:
    """A rule pack of this release."""
    return next(pack for pack in shipped_packs().values() if pack.name == name)


def example_of(record: str) -> str:
    """The body as JSON on one line, byte for byte as the code would write it."""
    values = {**_members(), **_OF_RECORD.get(record, {})}
    members = {camel(field.name): values[camel(field.name)] for field in fields(BODIES[record])}  # type: ignore[arg-type]
    return json.dumps({"type": record, **members}, ensure_ascii=False, separators=(",", ":"))


def _digest(of: str) -> str:
    return format_base64(sha256(of.encode()).digest())


def _money(minor: str, currency: str = "SGD") -> dict[str, Any]:
    return {"currency": currency, "minor": minor, "exponent": 2}


_OF_RECORD: Final[dict[str, dict[str, Any]]] = {
    "DisputeOpened": {"reason": "damaged"},
    "ClaimOpened": {"reason": "not_as_described"},
    "LegalHoldPlaced": {"reason": "court_order"},
    "LineRecalled": {"reason": "contaminated"},
    "RulingMade": {"pack": format_base64(pack_named("SG@2026.1").digest)},
    "AppealRuled": {"pack": format_base64(pack_named("SG@2026.1").digest)},
    "FundPaidIn": {"purpose": "deposit", "party": f"{_PARTY}/duyun-tea", "fund": "ledger.example/fund"},
    "FundPaidOut": {"purpose": "capital", "party": None, "fund": "ledger.example/fund"},
}
"""Members whose value depends on the record."""


def _members() -> dict[str, Any]:
    """Member -> an example that fits wherever the member stands."""
    digests = ("manifest", "serials", "event", "report", "proof", "source", "notice")
    return {
        **{name: _digest(name if name != "serials" else "manifest") for name in digests},
        **_terms(),
        "line": _LINE,
        "prev": _PREV,
        "money": _money("12900"),
        "reference": "2026112/000417",
        "seedAfter": "2026-11-24T00:00:00.000Z",
        "sampleSize": 13,
        "defects": 0,
        "reasons": ["goods_used", "goods_incomplete"],
        "evidence": [_digest("photograph")],
        "sold": _money("12900"),
        "bought": _money("68900", "CNY"),
        "spread": _money("444", "CNY"),
        "numerator": 53755,
        "denominator": 10000,
        "amount": _money("4000"),
        "platform": _money("80"),
        "inspection": _money("40"),
        "tax": _money("0"),
        "buyerShare": _money("2500"),
        "merchantShare": _money("1500"),
        "basis": "amounts",
        "cited": ["burden_of_proof"],
        "guarantor": f"{_PARTY}/red-cliff-guarantee",
        "cover": _money("12900"),
        "until": "2027-08-01T00:00:00.000Z",
        "findings": ["inspection_failed"],
        "party": f"{_PARTY}/duyun-tea",
        "payable": "platform",
        "closing": _money("1204550"),
        "closedAt": "2026-11-20T16:00:00.000Z",
        "purpose": "deposit",
    }


def _terms() -> dict[str, Any]:
    """What an OrderAgreed says beside its line."""
    return {
        "buyer": f"{_PARTY}/buyer-7f3a",
        "custodian": f"{_PARTY}/river-bank",
        "price": _money("12900"),
        "payoutCurrency": None,
        "territory": "SG",
        "pack": {"name": "SG@2026.1", "sha256": format_base64(pack_named("SG@2026.1").digest)},
        "fees": {"platform": 200, "inspection": 100, "tax": 0, "spread": 0},
        "offerUntil": "2026-11-16T00:00:00.000Z",
        "shipBy": "2026-11-20T00:00:00.000Z",
        "deliverBy": "2026-12-05T00:00:00.000Z",
        "goodsClass": "food",
        "carriers": [f"{_PARTY}/hill-carrier"],
        "inspector": f"{_PARTY}/harbour-lab",
        "reinspector": f"{_PARTY}/island-lab",
        "sampling": {"sampleSize": 13, "accept": 0, "inspectBy": "2026-12-01T00:00:00.000Z"},
        "retention": {"basisPoints": 1000, "days": 30},
        "arbiters": [f"{_PARTY}/arbiter-lim", f"{_PARTY}/arbiter-tan", f"{_PARTY}/arbiter-wong"],
        "fund": "ledger.example/fund",
        "psp": None,
        "secondHand": False,
        "serial": None,
        "disclosure": None,
    }
