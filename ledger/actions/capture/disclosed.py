"""What is disclosed with a batch: each disclosure finds the record whose digest it opens, or the batch is refused."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from ledger.actions.log.staging import Beside
from ledger.errors import Unprocessable
from ledger.evidence.disclosure import Disclosure, digests_in
from ledger.evidence.record import RECORD_BYTES_MAX, read_json
from ledger.storage.disclosures import keep_disclosures

Disclosed = tuple[int, bytes, bytes]
"""Index of a body, digest, and the disclosure as it was given."""


class DisclosureUnmatched(Unprocessable):
    title = "a disclosure opens no digest of the records that it came with"
    default_hint = "its SHA-256 must stand in a `suyuan:_sd` of one of them; nothing was written"


def match_disclosures(bodies: Sequence[bytes], disclosures: Sequence[Disclosure]) -> list[Disclosed]:
    """Which of `bodies` each disclosure belongs to; the first one, should several hold its digest.

    Raises:
        DisclosureUnmatched: none has its digest.
    """
    if not disclosures:
        return []
    holder: dict[bytes, int] = {}
    for index, body in enumerate(bodies):
        for digest in digests_in(read_json(body, bytes_max=RECORD_BYTES_MAX)):
            holder.setdefault(digest, index)
    matched = []
    for number, disclosure in enumerate(disclosures):
        found = holder.get(disclosure.digest)
        if found is None:
            raise DisclosureUnmatched(seen=disclosure.name, wanted="a field that is withheld", pointer=f"disclosures/{number}")
        matched.append((found, disclosure.digest, disclosure.text.encode("ascii")))
    return matched


def kept_beside(disclosed: Sequence[Disclosed]) -> Beside | None:
    """What writes (place, digest, disclosure) beside the entry that carries their records; None where there is none."""
    return partial(keep_disclosures, rows=disclosed) if disclosed else None
