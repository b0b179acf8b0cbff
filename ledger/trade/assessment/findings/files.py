"""Pictures that were changed or made up, and models that do not fit."""

from __future__ import annotations

from collections.abc import Iterator

from ledger.trade.assessment.finding import ItemFinding, finding
from ledger.trade.assessment.matter import Matter
from ledger.trade.dossier.bodies.described import MediaDescribed


def file_findings(matter: Matter) -> Iterator[ItemFinding]:
    for digest, position in sorted(matter.changed_files.items()):
        yield finding("picture-changed", (position,), digest=digest)
    if matter.unfit_model is not None:
        yield finding("model-does-not-fit", (matter.unfit_model,))
    for said in matter.standing:
        if isinstance(said.body, MediaDescribed) and said.body.origin == "synthetic":
            yield finding("synthetic-picture", (said.position,), digest=said.body.media.hex())
