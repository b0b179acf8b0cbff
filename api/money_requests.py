"""What a client sends about money: under a key of its own choice, so that sending it again does nothing twice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import Depends, Query, Request

from api.dependencies import CallerUnknown, MaybeCaller, WriterDep
from api.idempotency_key import HEADER, MaybeKeyDep, path_of
from api.sent import MULTIPART, MediaTypeUnknown, media_type_of, split_parts
from ledger.actions.capture.author import read_seed
from ledger.actions.requests.answer_once import KeyedRequest
from ledger.errors import Malformed, TooLarge
from ledger.evidence.batch import SIGNERS_MAX, Batch
from ledger.evidence.note import SignatureLine, SignedNote

PAGE_MAX: Final = 1_000
LINE_CHARACTERS_MAX: Final = 140
_SIGNATURE_BYTES_MAX: Final = 4_096


class IdempotencyKeyMissing(Malformed):
    title = "a request about money needs an Idempotency-Key"
    default_hint = "choose a fresh one for every new request, and the same one to send a request again"


class SignatureTooLarge(TooLarge):
    title = "a signature line is larger than it can rightly be"


async def _key(key: MaybeKeyDep) -> str:
    if key is None:
        raise IdempotencyKeyMissing(wanted="1 to 64 printable ASCII characters", pointer=HEADER)
    return key


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
        return SentRecords(KeyedRequest(party, key, path_of(request), (body,)), party, body)
    parts = split_parts(body, boundary)
    issuer = Batch.parse(SignedNote.parse(parts["note"]).text).issuer
    keyed = KeyedRequest(issuer, key, path_of(request), (parts["note"], parts["seed"], parts["document"]))
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
        return SentSignature(KeyedRequest(party, key, path_of(request), (b"",)), party, None)
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "text/plain":
        raise MediaTypeUnknown(seen=media_type or "nothing", wanted="text/plain with the signature line", pointer="Content-Type")
    line = body.decode("utf-8", "replace").removesuffix("\n")
    party = SignatureLine.parse(line).name
    return SentSignature(KeyedRequest(party, key, path_of(request), (body,)), party, line)


SentSignatureDep = Annotated[SentSignature, Depends(_sent_signature)]


SignersQuery = Annotated[list[str] | None, Query(alias="signer", max_length=SIGNERS_MAX, description="Who else signs.")]
LimitQuery = Annotated[int, Query(ge=1, le=PAGE_MAX)]
AfterQuery = Annotated[str, Query(max_length=256, description="`next` of the page before.")]


def _known(caller: str | None) -> str:
    if caller is None:
        raise CallerUnknown(wanted="an API key")
    return caller
