"""The proof to keep: one JSON text that holds every record a page rested on, each with its receipt.

    {"format":"suyuan.proof/v1","origin":…,"firstEntry":…,"item":…,"made":…,"policy":…,
     "records":[{"position":[27,1],"receipt":"c2sp.org/tlog-proof@v1\\n…","body":…}],
     "leftOut":[{"position":[30,0],"why":"unpublished"}],"withheld":0}

Exactly these members in this order, without white space; bytes in base64. `<`, `>` and `&` are written as escapes, so that the
same bytes may stand in a page. Nobody signs this text: what its parts prove is for `proof_verdict` to find out.

Source: docs/FORMATS.md, "Proof to keep".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from hashlib import sha256
from itertools import pairwise
from typing import Final, TypeAlias

import msgspec

from ledger.errors import Malformed, SuyuanError, TooLarge
from ledger.evidence.batch import ORIGIN_BYTES_MAX, RECORDS_MAX, refuse_name
from ledger.evidence.instant import Instant, format_instant, parse_instant
from ledger.evidence.merkle import Digest
from ledger.evidence.policy import NO_QUORUM, FirstEntryLine, LogLine, Policy, QuorumLine
from ledger.evidence.receipt import RECEIPT_BYTES_MAX
from ledger.evidence.record import RECORD_BYTES_MAX

FORMAT: Final = "suyuan.proof/v1"
PROOF_BYTES_MAX: Final = 32 << 20
PROOF_RECORDS_MAX: Final = 1_000
LEFT_OUT_MAX: Final = 10_000
WITHHELD_MAX: Final = 1 << 31
ENTRY_LIMIT: Final = 1 << 49

PAGE_BYTES_MAX: Final = PROOF_BYTES_MAX + (1 << 20)
"""A page that carries a proof, with its words, its style and its script."""

BEFORE_PROOF: Final = b'<script type="application/json" id="proof">'
AFTER_PROOF: Final = b"</script>"

_ITEM: Final = re.compile(r"[!-~]{1,1024}", re.ASCII)
_ESCAPED: Final = ((b"<", b"\\u003c"), (b">", b"\\u003e"), (b"&", b"\\u0026"))

Place: TypeAlias = tuple[int, int]
"""(entry, place in its batch); the ledger's first entry is in no proof."""


class ProofMalformed(Malformed):
    title = "a proof to keep is not in its one accepted form"


class ProofTooLarge(TooLarge):
    title = "a proof to keep is larger than is read here"


class ProofPageMalformed(Malformed):
    title = "a page does not carry exactly one proof to keep"
    default_hint = "use the file as it was downloaded, not what a browser saved of the page"


class WhyLeftOut(StrEnum):
    """Why a record of the page is named in its proof, and not in it."""

    UNPUBLISHED = "unpublished"
    """No checkpoint covered it yet."""
    DAMAGED = "damaged"
    """The server could not give its content or its proof."""
    NO_ROOM = "no-room"
    """There are more records than one file holds."""


@dataclass(frozen=True, slots=True)
class KeptRecord:
    """A record as it is kept: its receipt, and its bytes exactly; None where it was erased."""

    position: Place
    receipt: bytes
    body: bytes | None


@dataclass(frozen=True, slots=True)
class LeftOut:
    position: Place
    why: WhyLeftOut


@dataclass(frozen=True)
class ProofFile:
    """The claims of a proof to keep, none of them checked but that they fit each other in form.

    Args:
        origin, first_entry: the ledger, as the policy of the file names it too.
        item: canonical identifier of the item, all keys that its address states.
        made: when the file was made, as its maker says.
        policy: the log keys and the first entry as the maker of the file says, without witnesses.
        records: in log order, each once.
        left_out: in log order, none of them among `records`.
        withheld: how many records of the page were not for the reader who asked.

    Raises:
        ProofMalformed: values that no file may hold. ProofTooLarge: more than one file may hold.
    """

    origin: str
    first_entry: Digest
    item: str
    made: Instant
    policy: Policy
    records: tuple[KeptRecord, ...]
    left_out: tuple[LeftOut, ...] = ()
    withheld: int = 0

    def __post_init__(self) -> None:
        refuse_name(self.origin, bytes_max=ORIGIN_BYTES_MAX)
        if self.policy != plain_policy(self.policy) or (self.policy.origin, self.policy.first_entry) != (
            self.origin,
            self.first_entry,
        ):
            raise ProofMalformed(seen=self.policy.text, wanted="log lines, first-entry and quorum none, of this ledger")
        if not _ITEM.fullmatch(self.item):
            raise ProofMalformed(seen=self.item, wanted="1 to 1024 visible ASCII characters", pointer="/item")
        if not 0 <= self.withheld < WITHHELD_MAX:
            raise ProofMalformed(seen=self.withheld, wanted=f"0 to below {WITHHELD_MAX}", pointer="/withheld")
        if len(self.records) > PROOF_RECORDS_MAX or len(self.left_out) > LEFT_OUT_MAX:
            seen = f"{len(self.records)} records, {len(self.left_out)} left out"
            raise ProofTooLarge(seen=seen, wanted=f"at most {PROOF_RECORDS_MAX} and {LEFT_OUT_MAX}")
        kept, left_out = [one.position for one in self.records], [one.position for one in self.left_out]
        _refuse_places(kept, "/records")
        _refuse_places(left_out, "/leftOut")
        if both := set(kept) & set(left_out):
            raise ProofMalformed(seen=sorted(both)[0], wanted="a record that is kept or left out", pointer="/leftOut")
        for one in self.records:
            _refuse_bytes(one)

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of the policy's text in hexadecimal: one value to compare instead of every key."""
        return sha256(self.policy.text.encode()).hexdigest()

    def to_bytes(self) -> bytes:
        """The one spelling of this proof.

        Raises:
            ProofTooLarge: over `PROOF_BYTES_MAX`.
        """
        printed = _print(
            _Printed(
                format=FORMAT,
                origin=self.origin,
                first_entry=self.first_entry,
                item=self.item,
                made=format_instant(self.made),
                policy=self.policy.text,
                records=tuple(_PrintedRecord(one.position, one.receipt.decode(), one.body) for one in self.records),
                left_out=tuple(_PrintedLeftOut(one.position, one.why) for one in self.left_out),
                withheld=self.withheld,
            )
        )
        if len(printed) > PROOF_BYTES_MAX:
            raise ProofTooLarge(seen=f"{len(printed)} bytes", wanted=f"at most {PROOF_BYTES_MAX}")
        return printed

    @classmethod
    def parse(cls, data: bytes) -> ProofFile:
        """Read exactly what `to_bytes` prints; receipts and bodies are not looked into.

        Raises:
            ProofTooLarge: over `PROOF_BYTES_MAX`, or more records than one file may hold.
            ProofMalformed: members unknown, missing, repeated, out of order or spelled otherwise.
            NameMalformed, InstantMalformed, and what `Policy.parse` raises.
        """
        if len(data) > PROOF_BYTES_MAX:
            raise ProofTooLarge(seen=f"{len(data)} bytes", wanted=f"at most {PROOF_BYTES_MAX}")
        try:
            printed = msgspec.json.decode(data, type=_Printed)
        except (msgspec.DecodeError, UnicodeDecodeError) as reason:
            raise ProofMalformed(seen=str(reason), wanted="the members of a proof to keep") from reason
        # The decoder forgives repeated members, white space, and stray bits in base64. Printing again does not.
        if _print(printed) != data:
            raise ProofMalformed(seen="members that print back differently", wanted="the one accepted form")
        if printed.format != FORMAT:
            raise ProofMalformed(seen=printed.format, wanted=FORMAT, pointer="/format")
        policy = _read_policy(printed.policy)
        return cls(
            origin=printed.origin,
            first_entry=printed.first_entry,
            item=printed.item,
            made=parse_instant(printed.made),
            policy=policy,
            records=tuple(KeptRecord(one.position, one.receipt.encode(), one.body) for one in printed.records),
            left_out=tuple(LeftOut(one.position, one.why) for one in printed.left_out),
            withheld=printed.withheld,
        )


def plain_policy(policy: Policy) -> Policy:
    """The log keys and the first entry of a policy alone: no addresses, no witnesses, no quorum."""
    keys = [LogLine(key) for key in policy.log_keys]
    return Policy((*keys, FirstEntryLine(policy.origin, policy.first_entry), QuorumLine(NO_QUORUM)))


def proof_in_page(page: bytes) -> bytes:
    """The bytes of the proof that a page carries, as they stand there.

    Nothing else of the page is looked at: what its script would show is the script's word.

    Raises:
        ProofPageMalformed: none, or more than one.
    """
    _, opened, rest = page.partition(BEFORE_PROOF)
    proof, closed, after = rest.partition(AFTER_PROOF)
    if not opened or not closed or BEFORE_PROOF in after or b"<" in proof:
        raise ProofPageMalformed(seen=f"{page.count(BEFORE_PROOF)} proofs", wanted="one, between its two tags")
    return proof


class _PrintedRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    position: Place
    receipt: str
    body: bytes | None


class _PrintedLeftOut(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    position: Place
    why: WhyLeftOut


class _Printed(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename="camel"):
    """The members in the order in which they are printed; meanings as in `ProofFile`."""

    format: str
    origin: str
    first_entry: Digest
    item: str
    made: str
    policy: str
    records: tuple[_PrintedRecord, ...]
    left_out: tuple[_PrintedLeftOut, ...]
    withheld: int


def _print(printed: _Printed) -> bytes:
    data = msgspec.json.encode(printed)
    for character, escape in _ESCAPED:
        data = data.replace(character, escape)
    return data


def _read_policy(text: str) -> Policy:
    try:
        policy = Policy.parse(text)
    except SuyuanError as reason:
        raise ProofMalformed(seen=str(reason), wanted="a policy", pointer="/policy") from reason
    if policy.text != text:
        raise ProofMalformed(seen=text, wanted="a policy without comments and runs of blanks", pointer="/policy")
    return policy


def _refuse_places(places: list[Place], pointer: str) -> None:
    for entry, place in places:
        if not (0 < entry < ENTRY_LIMIT and 0 <= place < RECORDS_MAX):
            raise ProofMalformed(seen=f"{entry}/{place}", wanted="an entry after the first, a place in a batch", pointer=pointer)
    for one, next_one in pairwise(places):
        if one >= next_one:
            raise ProofMalformed(seen=f"{next_one} after {one}", wanted="log order, each once", pointer=pointer)


def _refuse_bytes(record: KeptRecord) -> None:
    body = 1 if record.body is None else len(record.body)
    if len(record.receipt) > RECEIPT_BYTES_MAX or not 0 < body <= RECORD_BYTES_MAX:
        raise ProofMalformed(
            seen=f"{len(record.receipt)} and {body} bytes at {record.position}",
            wanted=f"at most {RECEIPT_BYTES_MAX}, and 1 to {RECORD_BYTES_MAX} of a body",
        )
