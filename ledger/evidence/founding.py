"""The keys of entry 0: governance founds its ledger with the keys that its own record names.

There is no register yet that could prove them. What proves them is the policy file, which pins the entry's hash.

Source: docs/FORMATS.md, "Governance records", `LedgerFounded`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from ledger.errors import Untrusted
from ledger.evidence.batch import Batch
from ledger.evidence.key import VerifierKey
from ledger.evidence.register import Custody, KeyLine

FOUNDING_TYPE: Final = "LedgerFounded"
GOVERNANCE_ROLE: Final = "governance"
NO_TERRITORY: Final = "-"


class FoundingUnproven(Untrusted):
    title = "entry 0 is not the founding of this ledger, signed by every governance key it names"


class _GovernanceKey(msgspec.Struct, forbid_unknown_fields=True):
    party: str
    key: str
    custody: Custody


def founding_keys(record: Mapping[str, Any], batch: Batch) -> tuple[KeyLine, ...]:
    """Return the governance keys that `record` names, one per party of the batch, in its order.

    They are shown as key lines although no register holds them at entry 0.

    Raises:
        FoundingUnproven: not a `LedgerFounded`, or another party signs than `<origin>/governance/<n>` as it names them.
        What building a `KeyLine` raises.
    """
    if record.get("type") != FOUNDING_TYPE:
        raise FoundingUnproven(seen=record.get("type"), wanted=FOUNDING_TYPE, pointer="/type")
    try:
        named = msgspec.convert(record.get("governanceKeys"), list[_GovernanceKey])
    except msgspec.ValidationError as reason:
        raise FoundingUnproven(seen=str(reason), wanted="party, key and custody each", pointer="/governanceKeys") from reason
    keys = {
        one.party: KeyLine(one.party, VerifierKey.parse(one.key), one.custody, (GOVERNANCE_ROLE,), NO_TERRITORY) for one in named
    }
    if set(batch.parties) != set(keys) or len(named) != len(keys):
        raise FoundingUnproven(seen=", ".join(batch.parties), wanted=f"exactly {', '.join(keys)}", pointer="/governanceKeys")
    seats = f"{batch.origin}/{GOVERNANCE_ROLE}/"
    if batch.issuer != f"{seats}1" or not all(party.removeprefix(seats).isdecimal() for party in keys):
        raise FoundingUnproven(seen=", ".join(batch.parties), wanted=f"{seats}1 and so on", pointer="/governanceKeys")
    return tuple(keys[party] for party in batch.parties)
