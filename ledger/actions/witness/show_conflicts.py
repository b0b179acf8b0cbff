"""Refused heads as JSON: what a third party needs to see for itself."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ledger.evidence.instant import format_instant
from ledger.evidence.spelling import format_base64
from ledger.storage.witness.conflicts import Conflict


def conflicts_as_json(conflicts: Iterable[Conflict]) -> list[dict[str, Any]]:
    """Each with both notes as they were signed. Source: docs/FORMATS.md, "Witness"."""
    return [
        {
            "kind": "fork" if one.proven else "proof-wrong",
            "seen": format_instant(one.seen),
            "size": one.size,
            "old_size": one.old_size,
            "proof": [format_base64(digest) for digest in one.proof],
            "cosigned": one.cosigned.decode(),
            "refused": one.refused.decode(),
        }
        for one in conflicts
    ]
