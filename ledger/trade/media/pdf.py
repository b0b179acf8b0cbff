"""PDF: refuse what acts by itself, carries other files or hides from inspection (ISO 32000-2).

The bytes stay as they are. A reader may find an object at any byte that a cross-reference table names, inside of what
looks like a stream too; so names are looked for in all bytes, and again in what streams hold when they are unpacked.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from typing import Final

from ledger.trade.media.refusals import MediaMalformed, PdfActive, PdfEncrypted, PdfUninspectable

INFLATED_BYTES_MAX: Final = 64 << 20
"""Of all object streams together."""
OBJECTS_MAX: Final = 200_000
ESCAPES_MAX: Final = 200_000
READ_BYTES_MAX: Final = 256 << 20
"""Of what stands before streams. Objects may overlap: each is read from where a reader would begin."""
TOKENS_OF_HEAD_MAX: Final = 10_000
"""Most tokens of a dictionary before its stream that are looked at."""
TAIL_BYTES_MAX: Final = 1_024
"""After the last end-of-file mark; readers look for it that far from the end."""

_HEADER: Final = re.compile(rb"%PDF-(1\.[0-7]|2\.0)[\r\n \x00-\x08]")
_END: Final = b"%%EOF"
_BREAKS: Final = rb"\x00\t\n\x0c\r ()<>\[\]{}/%"
_ACTIVE: Final = (
    b"JavaScript", b"Launch", b"EmbeddedFile", b"EmbeddedFiles", b"OpenAction", b"GoToR", b"GoToE", b"RichMedia",
    b"RichMediaExecute", b"SubmitForm", b"ImportData", b"Rendition", b"XFA", b"Movie", b"Sound", b"Trans3D", b"GoTo3DView",
)  # fmt: skip
_ENDED: Final = rb"(?=[" + _BREAKS + rb"]|$)"
_NAMED: Final = re.compile(rb"/(?P<name>" + b"|".join(_ACTIVE) + rb")" + _ENDED)
# Three bytes turn up by chance in packed pictures: the name counts where a value that it could have follows.
_ADDITIONAL: Final = re.compile(
    rb"/(?P<name>AA)[\x00\t\n\x0c\r ]*(?:<<|%|[0-9]{1,10}[\x00\t\n\x0c\r ]+[0-9]{1,5}[\x00\t\n\x0c\r ]+R)"
)
_ENCRYPTED: Final = re.compile(rb"/Encrypt" + _ENDED)
_PACKED: Final = re.compile(rb"/ObjStm" + _ENDED)
_ESCAPED: Final = re.compile(rb"#([0-9A-Fa-f]{2})")

_OBJECT: Final = re.compile(rb"(?<!end)obj(?![a-zA-Z])")
_TOKEN: Final = re.compile(
    rb"[\x00\t\n\x0c\r ]+|%[^\r\n]*|<<|>>|<[0-9A-Fa-f\x00\t\n\x0c\r ]*>|/[^" + _BREAKS + rb"]*|[\[\]{}(]|[^" + _BREAKS + rb"]+"
)
_BRACKET: Final = re.compile(rb"\\.|[()]", re.DOTALL)
_BRACKETS_MAX: Final = 1_000
_PIECE: Final = 16 << 10
_LINE_END: Final = re.compile(rb"\r\n|\n|\r")
_FILTER: Final = re.compile(
    rb"/(?:Filter|F)" + _ENDED + rb"[\x00\t\n\x0c\r ]*(?P<value>\[[^\]]*\]|/[A-Za-z0-9]+|[^/\x00\t\n\x0c\r ])"
)
_FLATE: Final = frozenset({b"/FlateDecode", b"/Fl"})
_OF_PACKED: Final = (re.compile(rb"/First" + _ENDED), re.compile(rb"/N" + _ENDED))
_PARAMETERS: Final = re.compile(rb"/(?:DecodeParms|DP|FFilter|FDecodeParms)" + _ENDED)


def check_pdf(data: bytes) -> None:
    """Return if the document only shows something. That it is a sound PDF is not checked.

    Raises:
        MediaMalformed: it does not begin or end as a PDF does.
        PdfActive, PdfEncrypted: by the name that says so, in whatever spelling.
        PdfUninspectable: objects are packed in a way, or so many of them, that they cannot be looked into.
    """
    if not _HEADER.match(data):
        raise MediaMalformed(seen=data[:12].decode("latin-1"), wanted="%PDF-1.0 to 2.0", pointer="byte 0")
    end = data.rfind(_END)
    if end < 0 or len(data) - end > TAIL_BYTES_MAX:
        seen = "no %%EOF" if end < 0 else f"{len(data) - end} bytes from %%EOF on"
        raise MediaMalformed(seen=seen, wanted=f"a whole file with at most {TAIL_BYTES_MAX}", pointer=f"byte {len(data)}")
    unescaped = _unescape(data)
    if _ENCRYPTED.search(unescaped):
        raise PdfEncrypted(seen="/Encrypt")
    _refuse_active(unescaped)
    unpacked, left = 0, INFLATED_BYTES_MAX
    for head, start in _streams(data):
        if not _is_packed(head):
            continue
        unpacked += len(_PACKED.findall(head))
        inside = _unpack(head, data, start, left)
        left -= len(inside)
        _refuse_active(_unescape(inside))
    # Whatever else calls itself an object stream stands where it was not met as one.
    if len(_PACKED.findall(unescaped)) > unpacked:
        raise PdfUninspectable(seen="/ObjStm where no dictionary of a stream is", wanted="object streams that can be found")


def _unescape(data: bytes) -> bytes:
    """With `#4a` in names written out; elsewhere it does no harm."""
    written, count = _ESCAPED.subn(lambda found: bytes((int(found[1], 16),)), data, count=ESCAPES_MAX + 1)
    if count > ESCAPES_MAX:
        raise PdfUninspectable(seen=f"more than {ESCAPES_MAX} escapes", wanted="a plainer document")
    return written


def _refuse_active(data: bytes) -> None:
    found = _NAMED.search(data) or _ADDITIONAL.search(data)
    if found is not None:
        raise PdfActive(seen="/" + found["name"].decode("ascii"), wanted="a document that only shows something")


def _streams(data: bytes) -> Iterator[tuple[bytes, int]]:
    """(what stands before a stream's bytes, unescaped; where they begin) of every object that is a stream."""
    read = 0
    for number, found in enumerate(_OBJECT.finditer(data)):
        if number >= OBJECTS_MAX:
            raise PdfUninspectable(seen=f"more than {OBJECTS_MAX} objects", wanted="a smaller document")
        end, at = _stream_after(data, found.end())
        read += end - found.end()
        if read > READ_BYTES_MAX:
            raise PdfUninspectable(seen=f"more than {READ_BYTES_MAX} bytes of dictionaries", wanted="a plainer document")
        if at is not None:
            line_end = _LINE_END.match(data, at)
            yield _unescape(data[found.end() : at]), at if line_end is None else line_end.end()


def _stream_after(data: bytes, at: int) -> tuple[int, int | None]:
    """How far was read, and where the keyword `stream` of the object whose value begins at `at` ends, if it has one.

    Strings and comments are passed over as readers do, so that nothing in them is taken for a keyword.
    """
    for _ in range(TOKENS_OF_HEAD_MAX):
        token = _TOKEN.match(data, at)
        if token is None:
            return at, None
        at = token.end()
        if token[0] == b"stream":
            return at, at
        if token[0] in (b"endobj", b"obj", b"endstream"):
            return at, None
        if token[0] == b"(":
            after = _after_string(data, at)
            if after is None:
                return len(data), None
            at = after
    raise PdfUninspectable(seen=f"an object of more than {TOKENS_OF_HEAD_MAX} tokens", wanted="a plainer document")


def _after_string(data: bytes, at: int) -> int | None:
    depth = 1
    for _, found in zip(range(_BRACKETS_MAX), _BRACKET.finditer(data, at), strict=False):
        depth += {b"(": 1, b")": -1}.get(found[0], 0)
        if not depth:
            return found.end()
    return None


def _is_packed(head: bytes) -> bool:
    # Not every reader asks for the type: what has these two members can be read as one.
    return bool(_PACKED.search(head)) or all(member.search(head) for member in _OF_PACKED)


def _unpack(head: bytes, data: bytes, start: int, bytes_max: int) -> bytes:
    filters = _FILTER.findall(head)
    if _PARAMETERS.search(head) or len(filters) > 1:
        raise PdfUninspectable(seen="an object stream with parameters of its filter", wanted="FlateDecode alone")
    if not filters:
        return b""  # its bytes were looked through with all others
    if filters[0].strip(b"[] \t\r\n\x0c\x00") not in _FLATE:
        raise PdfUninspectable(seen=filters[0].decode("latin-1"), wanted="object streams packed by FlateDecode alone")
    try:
        return _inflate(data, start, bytes_max)
    except zlib.error as reason:
        raise PdfUninspectable(seen=f"an object stream that does not unpack: {reason}", wanted="FlateDecode") from reason


def _inflate(data: bytes, start: int, bytes_max: int) -> bytes:
    # Piece by piece: what is handed over at once is copied, and the stream says itself where it ends.
    inflating, pieces, size = zlib.decompressobj(), [], 0
    while not inflating.eof:
        piece = data[start : start + _PIECE]
        start += len(piece)
        inside = inflating.decompress(piece, bytes_max - size + 1)
        size += len(inside)
        if size > bytes_max or not piece:
            raise PdfUninspectable(seen=f"object streams of more than {INFLATED_BYTES_MAX} bytes, or cut off")
        pieces.append(inside)
    return b"".join(pieces)
