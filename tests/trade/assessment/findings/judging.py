"""One matter put together from few words, and what is found in it."""

from __future__ import annotations

from typing import Any

from ledger.trade.assessment.finding import ItemFinding
from ledger.trade.assessment.findings.every import findings_of
from ledger.trade.assessment.matter import Matter
from ledger.trade.assessment.told import Statement, Told
from tests.trade.assessment.scene import TIN, TODAY


def found_in(*records: Told | Statement, **more: Any) -> tuple[ItemFinding, ...]:
    """Every finding of every family, so that no test overlooks what another family says of its records."""
    told = tuple(one for one in records if isinstance(one, Told))
    statements = tuple(one for one in records if isinstance(one, Statement))
    return findings_of(Matter(told, statements, **{"today": TODAY, "starts": (TIN,), **more}))


def codes_in(*records: Told | Statement, **more: Any) -> list[str]:
    return [finding.code for finding in found_in(*records, **more)]
