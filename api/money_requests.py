"""What a client sends about money: under a key of its own choice, so that sending it again does nothing twice."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import Depends, Query, Request, Response

from api.dependencies import CallerUnknown, MaybeCaller, WriterDep
from api.problems import PROBLEM_MEDIA_TYPE
from api.sent import MULTIPART, MediaTypeUnknown, media_type_of, split_parts
from ledger.actions.capture.author import read_seed
from ledger.actions.escrow.idempotency import GivenAnswer, KeyedRequest
from ledger.errors import Malformed, TooLarge
from ledger.evidence.batch import SIGNERS_MAX, Batch
from ledger.evidence.note import SignatureLine, SignedNote

HEADER: Final = "Idempotency-Key"
PAGE_MAX: Final = 1_000
LINE_CHARACTERS_MAX: Final = 140
PRIVATE: Final = {"Cache-Control": "private, no-store"}
_KEY: Final = re.compile(r"[ -~]{1,64}", re.ASCII)
_SIGNATURE_BYTES_MAX: Final = 4_096
_JSON: Final = "application/json"


class IdempotencyKeyMissing(Malformed):
    title = "a request about money needs an Idempotency-Key"
    default_hint = "choose a fresh one for every new request, and the same one to send a request again"


class IdempotencyKeyMalformed(Malformed):
    title = "an Idempotency-Key is 1 to 64 printable ASCII characters, said once"


class SignatureTooLarge(TooLarge):
    title = "a signature line is larger than it can rightly be"


async def _key(request: Request) -> str:
    said = request.headers.getlist(HEADER)
    if not said:
        raise IdempotencyKeyMissing(wanted="1 to 64 printable ASCII characters", pointer=HEADER)
    if len(said) > 1 or not _KEY.fullmatch(said[0]):
        raise IdempotencyKeyMalformed(seen=", ".join(said), wanted="one key", pointer=HEADER)
    return said[0]


KeyDep = Annotated[str, Depends(_key)]
"""The `Idempotency-Key` of a request."""


@dataclass(frozen=True, slots=True)
class SentRecords:
    """Records as they were sent: by a party whose key the operator holds, or with a note of their own beside them.

    Attributes:
        party: who says them: the caller, or the issuer that the note names.
        note: the note, with the seed of its salts; None where the operator signs.
    """

    request: KeyedRequest
    party: str
    document: bytes
    note: bytes | None = None
    seed: bytes = b""


async def _sent_records(request: Request, key: KeyDep, writer: WriterDep, caller: MaybeCaller) -> SentRecords:
    media_type, boundary = media_type_of(request)
    if media_type != MULTIPART and caller is None:
        raise CallerUnknown(wanted="an API key, or the signers' own note as multipart/form-data")
    writer.refuse_if_full()
    body = await request.body()
    if media_type != MULTIPART:
        party = _known(caller)
        return SentRecords(KeyedRequest(party, key, _path(request), (body,)), party, body)
    parts = split_parts(body, boundary)
    issuer = Batch.parse(SignedNote.parse(parts["note"]).text).issuer
    keyed = KeyedRequest(issuer, key, _path(request), (parts["note"], parts["seed"], parts["document"]))
    return SentRecords(keyed, issuer, parts["document"], parts["note"], read_seed(parts["seed"]))


SentRecordsDep = Annotated[SentRecords, Depends(_sent_records)]


@dataclass(frozen=True, slots=True)
class SentSignature:
    """A signature under a proposal: `line` as the party signed it itself, or None to sign with its held key."""

    request: KeyedRequest
    party: str
    line: str | None


async def _sent_signature(request: Request, key: KeyDep, writer: WriterDep, caller: MaybeCaller) -> SentSignature:
    writer.refuse_if_full()
    body = await request.body()
    if len(body) > _SIGNATURE_BYTES_MAX:
        raise SignatureTooLarge(seen=f"{len(body)} bytes", wanted=f"at most {_SIGNATURE_BYTES_MAX}")
    if not body.strip():
        party = _known(caller)
        return SentSignature(KeyedRequest(party, key, _path(request), (b"",)), party, None)
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "text/plain":
        raise MediaTypeUnknown(seen=media_type or "nothing", wanted="text/plain with the signature line", pointer="Content-Type")
    line = body.decode("utf-8", "replace").removesuffix("\n")
    party = SignatureLine.parse(line).name
    return SentSignature(KeyedRequest(party, key, _path(request), (body,)), party, line)


SentSignatureDep = Annotated[SentSignature, Depends(_sent_signature)]


SignersQuery = Annotated[list[str] | None, Query(alias="signer", max_length=SIGNERS_MAX, description="Who else signs.")]
LimitQuery = Annotated[int, Query(ge=1, le=PAGE_MAX)]
AfterQuery = Annotated[str, Query(max_length=256, description="`next` of the page before.")]


def respond(answer: GivenAnswer) -> Response:
    """The HTTP answer, marked where it is given again."""
    media_type = _JSON if answer.status < 400 else PROBLEM_MEDIA_TYPE
    headers = {**PRIVATE, **({"Idempotency-Replayed": "true"} if answer.replayed else {})}
    return Response(answer.body, answer.status, headers=headers, media_type=media_type)


def _known(caller: str | None) -> str:
    if caller is None:
        raise CallerUnknown(wanted="an API key")
    return caller


def _path(request: Request) -> str:
    return f"{request.url.path}?{request.url.query}"
