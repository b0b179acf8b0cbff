"""The kinds of value that members of escrow records have, beside those of every record: money, lines, addresses, digests."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from ledger.evidence.batch import refuse_name
from ledger.trade.escrow.currencies import exponent_of
from ledger.trade.escrow.money import Money, read_money, write_money
from ledger.trade.shapes.kinds import DIGEST, NAME, list_of, one_of, text_kind, whole_number
from ledger.trade.shapes.members import Kind

LINE_BYTES_MAX: Final = 140
PARTIES_MAX: Final = 16
EVIDENCE_MAX: Final = 32
BASIS_POINTS: Final = 10_000

_LINE: Final = re.compile(r"(?P<merchant>[a-z0-9./-]+)/(?P<order>[a-z0-9-]{1,32})/(?P<number>[1-9][0-9]{0,3})", re.ASCII)
_PACK: Final = re.compile(r"[A-Z]{2}@[0-9]{4}\.[0-9]{1,4}", re.ASCII)
_REFERENCE: Final = re.compile(r"[A-Za-z0-9/?:().,'+ -]{1,35}", re.ASCII)
_CITED: Final = re.compile(r"[A-Za-z0-9_./@-]{1,80}", re.ASCII)


def _line(text: str) -> str:
    found = _LINE.fullmatch(text)
    if found is None or len(text) > LINE_BYTES_MAX:
        raise ValueError(text)
    _refuse_merchant(found["merchant"])
    return text


# The same merchants come again and again; names that are refused are not kept.
_refuse_merchant: Final = lru_cache(maxsize=4_096)(refuse_name)


def merchant_of(line: str) -> str:
    """The merchant's name, with which the name of a line begins."""
    return line.rsplit("/", 2)[0]


def order_of(line: str) -> str:
    """The order that a line belongs to: its name without the number."""
    return line.rpartition("/")[0]


def _matching(pattern: re.Pattern[str], text: str) -> str:
    if pattern.fullmatch(text) is None:
        raise ValueError(text)
    return text


def _currency(text: str) -> str:
    exponent_of(text)
    return text


def _money(*, zero: bool) -> Kind[Money]:
    return Kind(
        wanted='money: {"currency": "SGD", "minor": "12900", "exponent": 2}' + (", zero too" if zero else ""),
        read=lambda value, pointer: read_money(value, pointer, zero=zero),
        write=write_money,
    )


LINE: Final = text_kind("an order line: merchant, order [a-z0-9-]{1,32} and number 1 to 9999, joined by /", _line, str)
MONEY: Final = _money(zero=False)
MONEY_OR_ZERO: Final = _money(zero=True)
CURRENCY: Final = text_kind("an ISO 4217 code", _currency, str)
PACK: Final = text_kind("the name of a rule pack, such as SG@2026.1", lambda text: _matching(_PACK, text), str)
REFERENCE: Final = text_kind(
    "a bank reference of 1 to 35 characters of ISO 20022's Latin set", lambda text: _matching(_REFERENCE, text), str
)
CITED: Final = text_kind("the id of a rule or finding", lambda text: _matching(_CITED, text), str)
CITED_LIST: Final = list_of(CITED, at_least=0, at_most=EVIDENCE_MAX)
COUNT: Final = whole_number("a whole number below 1,000,000", at_least=0, below=1_000_000)
POINTS_OF_HUNDRED: Final = whole_number("basis points, 0 to 10,000", at_least=0, below=BASIS_POINTS + 1)
DAYS: Final = whole_number("days, 0 to 3,660", at_least=0, below=3_661)
RATE_PART: Final = whole_number("a whole number, 1 to below 10**15", at_least=1, below=10**15)
PARTIES: Final = list_of(NAME, at_least=0, at_most=PARTIES_MAX)
CARRIERS: Final = list_of(NAME, at_least=1, at_most=PARTIES_MAX)
EVIDENCE: Final = list_of(DIGEST, at_least=1, at_most=EVIDENCE_MAX)
EVIDENCE_OR_NONE: Final = list_of(DIGEST, at_least=0, at_most=EVIDENCE_MAX)
RETURN_REASONS: Final = list_of(
    one_of(("goods_used", "goods_damaged", "goods_incomplete", "goods_not_back", "class_excluded", "window_over")),
    at_least=1,
    at_most=6,
)
