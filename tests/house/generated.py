"""The parts of README.md and docs/ that are written from the code, and the pictures; `make docs` writes them, tests compare them.

A part stands between the lines `<!-- generated: NAME -->` and `<!-- end of NAME -->`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Final

from tests.house.assessment_tables import item_findings_table, step_lists, verdict_table
from tests.house.commands_text import command_sections, list_of_commands
from tests.house.dossier_tables import dossier_classes, dossier_records
from tests.house.error_tables import error_sections, exit_code_table
from tests.house.escrow_diagram import escrow_svg
from tests.house.escrow_records import pack_tables, record_sections
from tests.house.escrow_tables import (
    account_table,
    invariant_table,
    posting_table,
    refusal_table,
    refused_pairs_table,
    state_tables,
    timeout_table,
    transition_tables,
)
from tests.house.format_tables import (
    authority_tables,
    erasure_table,
    event_findings_table,
    findings_tables,
    governance_tables,
    reading_table,
    signers_table,
)
from tests.house.golden_proof import proof_example
from tests.house.golden_statement import statement_example
from tests.house.golden_texts import (
    batch_example,
    checkpoint_example,
    commitment_example,
    entry_example,
    keys_example,
    policy_example,
    receipt_example,
    register_example,
    salts_example,
)
from tests.house.sources import CHECKOUT

PARTS: Final[dict[str, dict[str, Callable[[], str]]]] = {
    "README.md": {"commands": list_of_commands},
    "docs/ERRORS.md": {"errors": error_sections},
    "docs/ESCROW.md": {
        "transitions": transition_tables,
        "states": state_tables,
        "refusals": refusal_table,
        "refused-pairs": refused_pairs_table,
        "records": record_sections,
        "accounts": account_table,
        "postings": posting_table,
        "timeouts": timeout_table,
        "invariants": invariant_table,
        "packs": pack_tables,
    },
    "docs/FORMATS.md": {
        "golden-keys": keys_example,
        "golden-commitment": commitment_example,
        "golden-salts": salts_example,
        "golden-batch": batch_example,
        "authority": authority_tables,
        "golden-register": register_example,
        "golden-entry": entry_example,
        "signers": signers_table,
        "governance-records": governance_tables,
        "dossier-classes": dossier_classes,
        "dossier-records": dossier_records,
        "erasure": erasure_table,
        "golden-checkpoint": checkpoint_example,
        "golden-receipt": receipt_example,
        "golden-policy": policy_example,
        "golden-proof": proof_example,
        "golden-statement": statement_example,
        "reading": reading_table,
        "findings": findings_tables,
        "event-findings": event_findings_table,
        "expected-steps": step_lists,
        "item-findings": item_findings_table,
        "verdict": verdict_table,
    },
    "docs/OPERATIONS.md": {"exit-codes": exit_code_table, "commands": command_sections},
}
"""Document -> name of a part -> what writes it."""

PICTURES: Final[dict[str, Callable[[], str]]] = {"docs/escrow.svg": escrow_svg}
"""Picture -> what draws it."""


def rewritten(text: str, parts: dict[str, Callable[[], str]]) -> str:
    """`text` with every part written anew; a part whose place is not marked exactly once is an error."""
    for name, write in parts.items():
        place = re.compile(rf"(?<=<!-- generated: {name} -->\n).*?(?=<!-- end of {name} -->)", re.DOTALL)
        written = write().strip().replace("\\", r"\\")
        text, count = place.subn(f"\n{written}\n\n", text)
        if count != 1:
            raise LookupError(f"the part {name} is marked {count} times")
    return text


def main() -> None:
    """Write every part of every document anew, and draw every picture."""
    for picture, draw in PICTURES.items():
        (CHECKOUT / picture).write_text(draw(), encoding="utf-8")
    for document, parts in PARTS.items():
        path: Path = CHECKOUT / document
        path.write_text(rewritten(path.read_text(encoding="utf-8"), parts), encoding="utf-8")


if __name__ == "__main__":
    main()
