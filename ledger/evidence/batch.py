"""The batch note: what an issuer, and all who say the same, sign over the root of a batch.

    suyuan.batch/v1
    log ledger.example/main <base64 leaf hash of entry 0; 32 zero bytes inside entry 0>
    issuer ledger.example/party/duyun-tea
    signer <party>                       0 to 15 lines, ascending, unique, never the issuer
    class epcis
    read code
    time 2026-11-20T08:00:00.000Z
    context <base64 SHA-256>             in class epcis, nowhere else
    seen <size> <base64 root>            optional
    size 500
    root <base64>

    — ledger.example/party/duyun-tea <base64 key ID and signature>     one line per named party, in that order

Co-signers stand in the signed text, so none can be stripped or added. The text is the batch's identity: signatures are not
unique.

Source: docs/FORMATS.md, "Batch note"; C2SP signed-note.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from ledger.errors import Malformed, Unprocessable, Untrusted
from ledger.evidence.authority import ReadRule, RecordClass
from ledger.evidence.instant import Instant, format_instant, parse_instant
from ledger.evidence.key import NOTE_KEY_TYPES, SignatureWrong, VerifierKey
from ledger.evidence.lines import LineReader
from ledger.evidence.merkle import DIGEST_BYTES, Digest
from ledger.evidence.note import SignatureLine, SignedNote, sign_note
from ledger.evidence.note_signer import NoteSigner
from ledger.evidence.spelling import format_base64, parse_base64, parse_size

RECORDS_MAX: Final = 10_001
"""A document and up to 10,000 events; padding counts."""

BATCH_BYTES_MAX: Final = 64 << 20
SIGNERS_MAX: Final = 15
NAME_BYTES_MAX: Final = 100
ORIGIN_BYTES_MAX: Final = 80

_HEADER: Final = "suyuan.batch/v1"
_NAME: Final = re.compile(r"[a-z0-9.-]+(?:/[a-z0-9.-]+)*", re.ASCII)


class NameMalformed(Malformed):
    title = "the name of a log or party has another shape"


class BatchMalformed(Malformed):
    title = "a batch note is not in its one accepted form"


class SignersMisordered(Malformed):
    title = "signers are not ascending, unique and other than the issuer"


class BatchSizeWrong(Unprocessable):
    title = "a batch has no records, or too many"


class ContextLineWrong(Unprocessable):
    title = "a context belongs to every batch of class epcis and to no other"


class GovernanceLinesWrong(Unprocessable):
    title = "a batch of class governance is public and holds one record"


class SignatureLinesWrong(Untrusted):
    title = "a batch note is not signed by exactly the parties it names, in their order"


class PartyUnknown(Untrusted):
    title = "this party has no valid key here"


class SigningKeyUnknown(Untrusted):
    title = "a batch note is signed with a key that its party does not have here"


class BatchSignatureWrong(Untrusted):
    title = "a signature does not verify over the batch note"


# The same few names stand in every batch. Only names that hold are remembered, and those are short.
@lru_cache(maxsize=4_096)
def refuse_name(name: str, *, bytes_max: int = NAME_BYTES_MAX) -> None:
    """Return if `name` may name a log or party: `[a-z0-9./-]`, no empty, `.` or `..` segment.

    Raises:
        NameMalformed: another shape, or longer than `bytes_max`.
    """
    if len(name) > bytes_max or not _NAME.fullmatch(name) or not {".", ".."}.isdisjoint(name.split("/")):
        raise NameMalformed(seen=name, wanted=f"1 to {bytes_max} of a-z 0-9 . - in segments between /")


@dataclass(frozen=True, slots=True)
class Batch:
    """The text of a batch note. A value of this type keeps every rule that the text alone can keep.

    Raises, when built:
        NameMalformed, SignersMisordered, BatchSizeWrong, ContextLineWrong, GovernanceLinesWrong, BatchMalformed.
    """

    origin: str
    first_entry: Digest
    issuer: str
    signers: tuple[str, ...]
    klass: RecordClass
    read: ReadRule
    time: Instant
    context: Digest | None
    seen: tuple[int, Digest] | None
    size: int
    root: Digest

    def __post_init__(self) -> None:
        _refuse_names(self)
        _refuse_contents(self)

    @property
    def parties(self) -> tuple[str, ...]:
        """All who sign, in the order of their signature lines."""
        return (self.issuer, *self.signers)

    @property
    def log_line(self) -> str:
        return _log_line(self.origin, self.first_entry)

    @property
    def issuer_line(self) -> str:
        return f"issuer {self.issuer}"

    @property
    def time_line(self) -> str:
        return f"time {format_instant(self.time)}"

    @property
    def text(self) -> str:
        lines = [_HEADER, self.log_line, self.issuer_line, *(f"signer {signer}" for signer in self.signers)]
        lines += [f"class {self.klass}", f"read {self.read}", self.time_line]
        if self.context is not None:
            lines.append(f"context {format_base64(self.context)}")
        if self.seen is not None:
            lines.append(f"seen {self.seen[0]} {format_base64(self.seen[1])}")
        lines += [f"size {self.size}", f"root {format_base64(self.root)}", ""]
        return "\n".join(lines)

    @classmethod
    def parse(cls, text: str) -> Batch:
        """Read exactly what `text` prints.

        Raises:
            LineUnexpected: a line is missing, out of place or has other values.
            BatchMalformed: a value outside its closed list, or something after the last line.
            Base64Malformed, SizeMalformed, InstantMalformed, and what building a `Batch` raises.
        """
        lines = LineReader(text)
        lines.take(_HEADER, 0)
        origin, first_entry = lines.take("log", 2)
        issuer = lines.take("issuer")[0]
        signers = tuple(signer for (signer,) in lines.take_while("signer"))
        klass, read, time = lines.take("class")[0], lines.take("read")[0], lines.take("time")[0]
        context = lines.take_while("context")[:1]
        seen = lines.take_while("seen", 2)[:1]
        size, root = lines.take("size")[0], lines.take("root")[0]
        if klass not in set(RecordClass) or read not in set(ReadRule):
            raise BatchMalformed(seen=f"class {klass}, read {read}", wanted="a class and a read rule of the closed lists")
        batch = cls(
            origin=origin,
            first_entry=parse_base64(first_entry, length=DIGEST_BYTES),
            issuer=issuer,
            signers=signers,
            klass=RecordClass(klass),
            read=ReadRule(read),
            time=parse_instant(time),
            context=parse_base64(context[0][0], length=DIGEST_BYTES) if context else None,
            seen=(parse_size(seen[0][0]), parse_base64(seen[0][1], length=DIGEST_BYTES)) if seen else None,
            size=parse_size(size),
            root=parse_base64(root, length=DIGEST_BYTES),
        )
        if batch.text != text:
            raise BatchMalformed(seen=text[len(batch.text) - 1 :], wanted="each line once and nothing after the root")
        return batch


@lru_cache(maxsize=64)
def _log_line(origin: str, first_entry: Digest) -> str:
    return f"log {origin} {format_base64(first_entry)}"


def _refuse_names(batch: Batch) -> None:
    refuse_name(batch.origin, bytes_max=ORIGIN_BYTES_MAX)
    for party in batch.parties:
        refuse_name(party)
    if list(batch.signers) != sorted(set(batch.signers) - {batch.issuer}):
        raise SignersMisordered(seen=", ".join(batch.parties), wanted="ascending by bytes, each once, without the issuer")
    if len(batch.signers) > SIGNERS_MAX:
        raise SignersMisordered(seen=f"{len(batch.signers)} signers", wanted=f"at most {SIGNERS_MAX}")


def _refuse_contents(batch: Batch) -> None:
    optional = (batch.context, batch.seen[1] if batch.seen else None)
    if any(len(found) != DIGEST_BYTES for found in (batch.first_entry, batch.root, *optional) if found is not None):
        raise BatchMalformed(seen="a hash of another length", wanted=f"{DIGEST_BYTES} bytes each")
    if not 1 <= batch.size <= RECORDS_MAX:
        raise BatchSizeWrong(seen=batch.size, wanted=f"1 to {RECORDS_MAX}")
    if batch.seen is not None and batch.seen[0] < 1:
        raise BatchMalformed(seen="seen 0", wanted="a checkpoint of at least one entry")
    if (batch.context is not None) != (batch.klass is RecordClass.EPCIS):
        raise ContextLineWrong(seen=f"class {batch.klass} {'without' if batch.context is None else 'with'} a context")
    if batch.klass is RecordClass.GOVERNANCE and (batch.read is not ReadRule.PUBLIC or batch.size != 1):
        raise GovernanceLinesWrong(seen=f"read {batch.read}, size {batch.size}", wanted="read public, size 1")


@dataclass(frozen=True, slots=True)
class SignedBatch:
    """A batch note with one signature line per named party, in order; the signatures are not yet checked.

    `note` is the whole note verbatim, as it stands in its entry.
    """

    batch: Batch
    note: bytes
    signatures: tuple[SignatureLine, ...]

    @classmethod
    def parse(cls, note: bytes) -> SignedBatch:
        """Read a note that prints back byte for byte.

        Raises:
            SignatureLinesWrong: a line missing, extra, repeated, of another party or out of order.
            What `SignedNote.parse` and `Batch.parse` raise.
        """
        opened = SignedNote.parse(note)
        batch = Batch.parse(opened.text)
        signed_by = tuple(line.name for line in opened.signatures)
        if signed_by != batch.parties:
            raise SignatureLinesWrong(seen=", ".join(signed_by), wanted=", ".join(batch.parties))
        return cls(batch, note, opened.signatures)


def sign_batch(batch: Batch, keys: Sequence[NoteSigner]) -> SignedBatch:
    """Return the batch signed with one key per named party, in their order.

    Raises:
        SignatureLinesWrong: the keys are not those of the named parties, in order.
    """
    signed_by = tuple(key.verifier.name for key in keys)
    if signed_by != batch.parties:
        raise SignatureLinesWrong(seen=", ".join(signed_by), wanted=", ".join(batch.parties))
    note = sign_note(batch.text, keys)
    return SignedBatch(batch, note.to_bytes(), note.signatures)


def verify_batch(signed: SignedBatch, keys_of: Callable[[str], Sequence[VerifierKey]]) -> tuple[VerifierKey, ...]:
    """Return the key each party signed with, in the order of `batch.parties`.

    Stricter than C2SP, whose "ignore unknown keys" would let a line of junk stand: every line must verify.

    Args:
        signed: the parsed note.
        keys_of: the keys of a party that are valid where this batch stands or wants to stand. The caller answers for them.

    Raises:
        PartyUnknown: `keys_of` has none for a named party.
        SigningKeyUnknown: none of them is the one of the signature line.
        BatchSignatureWrong: a signature does not verify.
    """
    return tuple(_verify_line(signed, line, keys_of(line.name)) for line in signed.signatures)


def _verify_line(signed: SignedBatch, line: SignatureLine, keys: Sequence[VerifierKey]) -> VerifierKey:
    if not keys:
        raise PartyUnknown(seen=line.name, wanted="a party with a valid key")
    for key in keys:
        if (key.name, key.key_id) == (line.name, line.key_id) and key.type in NOTE_KEY_TYPES:
            try:
                key.verify(signed.batch.text.encode("ascii"), line.signature)
            except SignatureWrong as reason:
                raise BatchSignatureWrong(seen=f"signature of {line.name}", wanted=f"one by {key}") from reason
            return key
    raise SigningKeyUnknown(
        seen=f"{line.name}, key ID {line.key_id.hex()}", wanted=f"one of {', '.join(key.key_id.hex() for key in keys)}"
    )
