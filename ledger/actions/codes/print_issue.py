"""The labels and the hidden PINs of serial numbers that were drawn, read from the table in pieces as they are asked for."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Final

from ledger.actions.codes.find_short_code import item_of
from ledger.actions.codes.label import Label, LabelStyle, label_of
from ledger.actions.log.aside import Desk
from ledger.actions.open_ledger import Ledger
from ledger.actions.scans.set_pins import draw_pins, set_pins
from ledger.errors import Absent, Untrusted
from ledger.evidence.record import read_record
from ledger.storage.database import reading
from ledger.storage.entries import read_records
from ledger.storage.identifier_index import positions_naming
from ledger.storage.position import Position
from ledger.storage.serials import SerialIssue, issue_at, issues_of, serials_after
from ledger.trade.dossier.bodies.described import ProductDescribed
from ledger.trade.dossier.bodies.every import read_dossier_body
from ledger.trade.serials import short_code

_PIECE: Final = 5_000
_NAMES_LOOKED_AT_MAX: Final = 500

Tell = Callable[[int, int], None]


class IssueAbsent(Absent):
    title = "this entry has not issued serial numbers that were drawn here"
    default_hint = "`suyuan code list` shows those that have"


class IssueNotYours(Untrusted):
    title = "only their issuer gets the serial numbers"


def list_issues(ledger: Ledger, issuer: str | None = None) -> list[SerialIssue]:
    """All drawings, or one party's, oldest first; those without a position wait for their record."""
    with reading(ledger.engine) as connection:
        return issues_of(connection, issuer)


def issue_of_entry(ledger: Ledger, entry: int, *, party: str | None = None) -> SerialIssue:
    """What entry `entry` has issued, for `party` if named.

    Raises:
        IssueAbsent, IssueNotYours.
    """
    with reading(ledger.engine) as connection:
        issue = issue_at(connection, Position(entry, 0))
    if issue is None:
        raise IssueAbsent(seen=f"entry {entry}")
    if party is not None and issue.issuer != party:
        raise IssueNotYours(seen=party)
    return issue


def labels_of_issue(ledger: Ledger, issue: SerialIssue, style: LabelStyle, *, name: str | None = None) -> Iterator[Label]:
    """A label for each serial number, in ascending order. No transaction is held open between them."""
    for serial in _serials(ledger, issue):
        yield label_of(item_of(issue, serial), style, name=name)


def product_name(ledger: Ledger, issue: SerialIssue, *, language: str) -> str | None:
    """What the issuer itself last called the product, in this language or else in its first; None where it never did."""
    with reading(ledger.engine) as connection:
        positions = positions_naming(connection, issue.product)[-_NAMES_LOOKED_AT_MAX:]
        bodies = [record.body for record in read_records(connection, positions) if record.body]
    for body in reversed(bodies):
        record = read_record(body)
        if record.get("type") != ProductDescribed.__name__:
            continue
        said = read_dossier_body(record)
        if isinstance(said, ProductDescribed) and said.product == issue.product:
            own = [words.text for words in said.names if words.language == language]
            return (own or [said.names[0].text])[0].split("\n")[0]
    return None


def pin_lines(ledger: Ledger, issue: SerialIssue, *, desk: Desk, tell: Tell | None = None) -> Iterator[bytes]:
    """Draw a PIN for each serial number, keep its hash, and yield the lines of a table for the printer of scratch-offs.

    The PINs are in these lines and nowhere else.
    """
    yield _line("serial", "short_code", "item", "pin")
    serials, done = _serials(ledger, issue), 0
    while piece := list(islice(serials, _PIECE)):
        items = {item_of(issue, serial).identifier: serial for serial in piece}
        pins = draw_pins(items)
        set_pins(ledger, pins, desk=desk, tell=None if tell is None else _ahead(tell, done, issue.count))
        done += len(piece)
        for item, pin in pins:
            yield _line(items[item], short_code(items[item]), item, pin)


def _ahead(tell: Tell, done: int, count: int) -> Tell:
    return lambda more, _: tell(done + more, count)


def _serials(ledger: Ledger, issue: SerialIssue) -> Iterator[str]:
    after = ""
    while True:
        with reading(ledger.engine) as connection:
            piece = serials_after(connection, issue.number, after, _PIECE)
        if not piece:
            return
        yield from piece
        after = piece[-1]


def _line(*cells: str) -> bytes:
    written = io.StringIO()
    csv.writer(written, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerow(cells)
    return written.getvalue().encode()
