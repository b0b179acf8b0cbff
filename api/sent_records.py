"""What a client sends of dossier records: the bytes as they came, and the parties' own note where there is one."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Query, Request

from api.dependencies import CallerUnknown, MaybeCaller, WriterDep
from api.idempotency_key import MaybeKeyDep, path_of
from api.sent import MULTIPART, media_type_of, split_parts
from ledger.actions.capture.author import read_seed
from ledger.actions.requests.answer_once import KeyedRequest
from ledger.evidence.authority import ReadRule
from ledger.evidence.batch import Batch
from ledger.evidence.commitment import SEED_BYTES
from ledger.evidence.note import SignedNote


@dataclass(frozen=True, slots=True)
class SentDossier:
    """Dossier records as they were sent.

    Attributes:
        party: who says them: the caller, or the issuer that the note names.
        read: who may read them; a note says so itself.
        note: the parties' own note, with the `seed` of its salts; None where the operator signs with a fresh one.
        request: what was sent under an `Idempotency-Key`; None without.
    """

    party: str
    document: bytes
    read: ReadRule
    seed: bytes
    note: bytes | None
    request: KeyedRequest | None


_ReadQuery = Annotated[ReadRule, Query(description="Who may read the records; a signed note says so itself.")]


async def _sent_dossier(
    request: Request, writer: WriterDep, caller: MaybeCaller, key: MaybeKeyDep, read: _ReadQuery = ReadRule.PUBLIC
) -> SentDossier:
    """Refuse what can be refused before the body is read, then read it."""
    media_type, boundary = media_type_of(request)
    if media_type != MULTIPART and caller is None:
        raise CallerUnknown(wanted="an API key, or the parties' own note as multipart/form-data")
    writer.refuse_if_full()
    body = await request.body()
    if media_type == MULTIPART:
        parts = split_parts(body, boundary)
        party = Batch.parse(SignedNote.parse(parts["note"]).text).issuer
        keyed = None if key is None else KeyedRequest(party, key, path_of(request), tuple(parts[name] for name in sorted(parts)))
        return SentDossier(party, parts["document"], read, read_seed(parts["seed"]), parts["note"], keyed)
    if caller is None:
        raise CallerUnknown(wanted="an API key")
    keyed = None if key is None else KeyedRequest(caller, key, path_of(request), (body,))
    return SentDossier(caller, body, read, os.urandom(SEED_BYTES), None, keyed)


SentDossierDep = Annotated[SentDossier, Depends(_sent_dossier)]
