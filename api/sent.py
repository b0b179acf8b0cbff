"""What a client sent to be captured: the bytes exactly as they came, and the issuer's own note where there is one."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Annotated, Final

from fastapi import Depends, Query, Request
from pydantic import WithJsonSchema
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from api.dependencies import CallerUnknown, MaybeCaller, WriterDep
from api.problems import RequestMalformed
from ledger.actions.capture.author import Author, HeldAuthor, read_own_note
from ledger.actions.log.writer import Writer
from ledger.errors import Malformed, MediaTypeUnsupported, TooLarge
from ledger.evidence.authority import ReadRule
from ledger.evidence.batch import RECORDS_MAX
from ledger.evidence.disclosure import read_disclosures
from ledger.storage.api_keys import ApiKey

JSON_TYPES: Final = ("application/json", "application/ld+json")
MULTIPART: Final = "multipart/form-data"
PARTS: Final = ("note", "seed", "document")
DISCLOSURES_PART: Final = "disclosures"
_PADDING: Final = re.compile(rb"padTo|%")
_PADDING_SCHEMA: Final = WithJsonSchema({"type": "integer", "minimum": 0, "maximum": RECORDS_MAX})
_HEADERS_PER_PART_MAX: Final = 8
_HEADER_BYTES_MAX: Final = 1_024
_PART_BYTES_MAX: Final = {"note": 65_535, "seed": 128, DISCLOSURES_PART: 4 << 20}


class MediaTypeUnknown(MediaTypeUnsupported):
    title = "a document of this media type is not read here"
    default_hint = "say what the body is: Content-Type: application/ld+json"


class MultipartMalformed(Malformed):
    title = "the multipart body does not hold the parts it should"
    default_hint = "send the parts note, seed and document, each once, as multipart/form-data"


class PartTooLarge(TooLarge):
    title = "a part of the multipart body is larger than it can rightly be"


@dataclass(frozen=True, slots=True)
class Sent:
    """`document` as it was sent; who says it.

    Attributes:
        key: the API key that came with it, where it is known from an earlier request only: it must be looked up again.
    """

    document: bytes
    author: Author
    key: ApiKey | None = None


async def _read_sent(
    request: Request,
    writer: WriterDep,
    caller: MaybeCaller,
    read: Annotated[ReadRule, Query(description="Who may read the records; a signed note says so itself.")] = ReadRule.CODE,
    pad_to: Annotated[  # noqa: ARG001 (described here; read below, where both ways come together)
        str | None, _PADDING_SCHEMA, Query(alias="padTo", description="How many records the batch has, empty ones counted.")
    ] = None,
) -> Sent:
    return await read_sent(request, writer, caller, read)


async def read_sent(request: Request, writer: Writer, caller: str | None, read: ReadRule) -> Sent:
    """Refuse what can be refused before the body is read, then read it.

    Raises:
        MediaTypeUnknown, MultipartMalformed, PartTooLarge, CallerUnknown, RequestMalformed, QueueFull, WriterStopped, and
        what `read_own_note` raises.
    """
    media_type, boundary = media_type_of(request)
    if media_type != MULTIPART and caller is None:
        raise CallerUnknown(wanted="an API key, or the issuer's own note as multipart/form-data")
    pad_to = _pad_to(request)
    writer.refuse_if_full()
    body = await request.body()
    held = None if caller is None else HeldAuthor(caller, read, pad_to)
    if media_type == MULTIPART:
        return _sent_in_parts(body, boundary, held)
    if held is None:
        raise CallerUnknown(wanted="an API key")
    return Sent(body, held)


def _sent_in_parts(body: bytes, boundary: bytes, held: HeldAuthor | None) -> Sent:
    """Under the issuer's own note; or, with the caller's held key, a document and what is disclosed of it."""
    parts = split_parts(body, boundary, needed=("document",), others=("note", "seed", DISCLOSURES_PART))
    disclosures = read_disclosures(parts[DISCLOSURES_PART]) if DISCLOSURES_PART in parts else ()
    if held is not None and DISCLOSURES_PART in parts and not {"note", "seed"} & parts.keys():
        return Sent(parts["document"], replace(held, disclosures=disclosures))
    missing = [name for name in ("note", "seed") if name not in parts]
    if missing:
        raise MultipartMalformed(seen=f"no {missing[0]}", wanted="note, seed and document, each once")
    return Sent(parts["document"], read_own_note(parts["note"], parts["seed"], disclosures))


def _pad_to(request: Request) -> int:
    # Parsing the query costs as much as reading the body, and hardly anybody pads.
    given = request.query_params.get("padTo", "0") if _PADDING.search(request.scope["query_string"]) else "0"
    if not given.isascii() or not given.isdecimal() or len(given) > 5 or int(given) > RECORDS_MAX:
        raise RequestMalformed(seen=given, wanted=f"a number of records, at most {RECORDS_MAX}", pointer="query/padTo")
    return int(given)


SentDep = Annotated[Sent, Depends(_read_sent)]


async def _read_json_body(request: Request, caller: MaybeCaller, writer: WriterDep) -> bytes:
    if caller is None:
        raise CallerUnknown(wanted="an API key")
    media_type, _ = media_type_of(request)
    if media_type == MULTIPART:
        raise MediaTypeUnknown(seen=media_type, wanted=" or ".join(JSON_TYPES))
    writer.refuse_if_full()
    return await request.body()


JsonBody = Annotated[bytes, Depends(_read_json_body)]
"""The bytes of a JSON body, as sent, from a caller with an API key."""


def media_type_of(request: Request) -> tuple[str, bytes]:
    """The media type of a body that is read here, and its boundary where it has parts.

    Raises:
        MediaTypeUnknown, MultipartMalformed.
    """
    header = request.headers.get("content-type", "")
    encoding = request.headers.get("content-encoding", "identity")
    if header in JSON_TYPES and encoding == "identity":  # as nearly all say it
        return header, b""
    name, options = parse_options_header(header)
    media_type = name.decode("latin-1").lower()
    charset = options.get(b"charset", b"utf-8").lower()
    if media_type not in (*JSON_TYPES, MULTIPART) or charset not in (b"utf-8", b"utf8"):
        raise MediaTypeUnknown(seen=header or "nothing", wanted=", ".join((*JSON_TYPES, MULTIPART)), pointer="Content-Type")
    if encoding != "identity":
        raise MediaTypeUnknown(seen=encoding, wanted="a body without compression", pointer="Content-Encoding")
    boundary = options.get(b"boundary", b"")
    if media_type == MULTIPART and not 0 < len(boundary) <= 70:
        raise MultipartMalformed(seen=header, wanted="a boundary of 1 to 70 characters", pointer="Content-Type")
    return media_type, boundary


class _Parts:
    """Collects the parts as the parser finds them."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self._names = names
        self.found: dict[str, bytes] = {}
        self._pieces: list[bytes] = []
        self._headers: dict[bytes, bytes] = {}
        self._name, self._value = b"", b""

    def on_part_begin(self) -> None:
        self._pieces, self._headers = [], {}

    def on_header_field(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]
        self._refuse_long()

    def on_header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]
        self._refuse_long()

    def on_header_end(self) -> None:
        self._headers[self._name.lower()] = self._value
        self._name, self._value = b"", b""
        if len(self._headers) > _HEADERS_PER_PART_MAX:
            raise MultipartMalformed(seen="more headers in a part", wanted=f"at most {_HEADERS_PER_PART_MAX}")

    def on_part_data(self, data: bytes, start: int, end: int) -> None:
        self._pieces.append(data[start:end])

    def on_part_end(self) -> None:
        _, options = parse_options_header(self._headers.get(b"content-disposition", b""))
        name = options.get(b"name", b"").decode("utf-8", "replace")
        if name not in self._names or name in self.found:
            raise MultipartMalformed(seen=name or "a part without a name", wanted=f"{', '.join(self._names)}, each once")
        given, _ = parse_options_header(self._headers.get(b"content-type", b""))
        if given.endswith(b"xml"):
            raise MediaTypeUnknown(seen=given.decode("latin-1"), wanted=" or ".join(JSON_TYPES), pointer=name)
        whole = b"".join(self._pieces)
        if len(whole) > _PART_BYTES_MAX.get(name, len(whole)):
            raise PartTooLarge(seen=f"{len(whole)} bytes", wanted=f"at most {_PART_BYTES_MAX[name]}", pointer=name)
        self.found[name] = whole

    def _refuse_long(self) -> None:
        if len(self._name) + len(self._value) > _HEADER_BYTES_MAX:
            raise MultipartMalformed(seen="a long header in a part", wanted=f"at most {_HEADER_BYTES_MAX} bytes")


def split_parts(
    body: bytes, boundary: bytes, *, needed: tuple[str, ...] = PARTS, others: tuple[str, ...] = ()
) -> dict[str, bytes]:
    """The parts note, seed and document, each there once, or those that are `needed`; of `others` those that are there.

    Raises:
        MultipartMalformed, PartTooLarge, MediaTypeUnknown.
    """
    parts = _Parts((*needed, *others))
    parser = MultipartParser(
        boundary,
        {
            "on_part_begin": parts.on_part_begin,
            "on_header_field": parts.on_header_field,
            "on_header_value": parts.on_header_value,
            "on_header_end": parts.on_header_end,
            "on_part_data": parts.on_part_data,
            "on_part_end": parts.on_part_end,
        },
    )
    try:
        parser.write(body)
        parser.finalize()
    except FormParserError as reason:
        raise MultipartMalformed(seen=str(reason)) from reason
    missing = [name for name in needed if name not in parts.found]
    if missing:
        raise MultipartMalformed(seen=f"no {missing[0]}", wanted=f"{', '.join(needed)}, each once")
    return parts.found
