"""What a page says beside a 3D model: whose it is, and whether it is as large as the thing is declared to be."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from ledger.actions.media.open_media import OpenedMedia, open_media
from ledger.actions.open_ledger import Ledger
from ledger.actions.trace.asking import Asking, reader_of
from ledger.actions.trace.find_statements import FoundStatement, find_statements
from ledger.errors import Absent
from ledger.storage.database import reading
from ledger.trade.dossier.bodies.base import media_subject
from ledger.trade.dossier.bodies.described import Dimensions, MediaDescribed, ProductDescribed, StatementWithdrawn
from ledger.trade.identifiers import ladder
from ledger.trade.media.proportion import sides_apart
from ledger.trade.media.sniff import GLB
from ledger.trade.reading import Reader
from ledger.trade.shapes.address import Address


class NotAModel(Absent):
    title = "this file is no 3D model"
    default_hint = "open the file itself"


@dataclass(frozen=True, slots=True)
class ShownModel:
    """A 3D model for one reader.

    Attributes:
        said: the first description of it that the reader may read; None for who sent it in and has not described it yet.
        issuer: who said that.
        declared: the dimensions that the newest description of the thing states; one that names this model comes first.
        measured: the box around the model.
        apart: the sides that differ by more than 2 %.
    """

    opened: OpenedMedia
    said: MediaDescribed | None
    issuer: str
    declared: Dimensions | None
    measured: Dimensions | None
    apart: tuple[str, ...]


def describe_model(ledger: Ledger, digest: bytes, asking: Asking) -> ShownModel:
    """Everything that the page of a model shows.

    Raises:
        NotAModel, and what `open_media` raises.
    """
    opened = open_media(ledger, digest, asking)
    if opened.file.media_type != GLB:
        raise NotAModel(seen=opened.file.media_type, wanted=GLB, pointer=media_subject(digest))
    first = opened.naming[0] if opened.naming else None
    said = first.body if first is not None and isinstance(first.body, MediaDescribed) else None
    if first is None or said is None:
        return ShownModel(opened, None, "", None, opened.file.box, ())
    with reading(ledger.engine) as connection:
        reader = reader_of(connection, ledger.governance.load(connection), asking)
        declared = _declared(connection, ledger.origin, reader, said)
    measured = opened.file.box
    apart = () if declared is None or measured is None else sides_apart(declared, measured)
    return ShownModel(opened, said, first.batch.issuer, declared, measured, apart)


def _declared(connection: Connection, origin: str, reader: Reader, said: MediaDescribed) -> Dimensions | None:
    found = find_statements(connection, reader, ladder(said.about)).found
    withdrawn = _withdrawn(connection, origin, reader, found)
    standing = [
        one.body
        for one in found
        if isinstance(one.body, ProductDescribed) and one.body.dimensions is not None and one not in withdrawn
    ]
    naming = [body for body in standing if body.model == said.media]
    chosen = naming or standing
    return chosen[-1].dimensions if chosen else None


def _withdrawn(connection: Connection, origin: str, reader: Reader, found: tuple[FoundStatement, ...]) -> list[FoundStatement]:
    """Those of `found` that whoever said them took back."""
    addresses = {str(Address(origin, *one.position)): one for one in found}
    back = [
        (one, addresses.get(str(one.body.statement)))
        for one in find_statements(connection, reader, addresses).found
        if isinstance(one.body, StatementWithdrawn)
    ]
    return [said for one, said in back if said is not None and said.batch.issuer == one.batch.issuer]
