"""Gather what is said of an item beside its events, and of the files, parties and statements that lead on from there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from sqlalchemy import Connection

from ledger.actions.trace.find_statements import FoundStatement, Statements, find_statements
from ledger.actions.trace.trace_item import ItemTrace
from ledger.trade.assessment.terms import happened_at, is_then_at
from ledger.trade.dossier.bodies.base import media_subject
from ledger.trade.dossier.bodies.described import MediaDescribed, PartyDescribed, ProductDescribed
from ledger.trade.dossier.bodies.inspected import CertificateIssued, TestReported
from ledger.trade.identifiers import ladder
from ledger.trade.reading import Reader
from ledger.trade.shapes.address import Address

_THINGS_MAX: Final = 1_000
_FILES_MAX: Final = 64


def subjects_of(rungs: tuple[str, ...], found: ItemTrace) -> frozenset[str]:
    """Things with the lots and products they state, places, and everybody who signed an event of the trace."""
    subjects = set(rungs)
    for node in found.trace.nodes[:_THINGS_MAX]:
        subjects.update(ladder(node.identifier))
    for event in found.events.values():
        subjects.add(event.batch.issuer)
        subjects.update(filter(None, (happened_at(event.event), is_then_at(event.event))))
    return frozenset(subjects)


def statements_about(connection: Connection, origin: str, reader: Reader, subjects: frozenset[str]) -> Statements:
    """What is said of `subjects`, of the files those statements name, and what withdraws or ends them."""
    first = find_statements(connection, reader, subjects)
    more = {str(Address(origin, *found.position)) for found in first.found}
    more |= {found.batch.issuer for found in first.found} - subjects
    more |= set(list(_files(first.found))[:_FILES_MAX])
    second = find_statements(connection, reader, more)
    third = find_statements(connection, reader, {str(Address(origin, *found.position)) for found in second.found})
    found = {one.position: one for part in (first, second, third) for one in part.found}
    return Statements(
        tuple(found.values()),
        withheld=first.withheld,
        truncated=first.truncated or second.truncated or third.truncated,
    )


def _files(found: Iterable[FoundStatement]) -> Iterator[str]:
    for one in found:
        body = one.body
        if isinstance(body, ProductDescribed):
            yield from (media_subject(digest) for digest in (body.picture, body.model) if digest is not None)
        elif isinstance(body, MediaDescribed):
            yield media_subject(body.media)
        elif isinstance(body, TestReported | CertificateIssued) and body.file is not None:
            yield media_subject(body.file)
        elif isinstance(body, PartyDescribed):
            yield from (media_subject(licence.file) for licence in body.licences or () if licence.file is not None)
