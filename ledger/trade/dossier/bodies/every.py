"""Every type of dossier record, and how one is read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from ledger.evidence.record import type_of
from ledger.trade.dossier.bodies import coded, described, inspected, recalled
from ledger.trade.dossier.bodies.base import DossierBody
from ledger.trade.dossier.bodies.contradictions import refuse_contradictions
from ledger.trade.shapes.members import read_members
from ledger.trade.shapes.refusals import BodyTypeUnknown

BODIES: Final[Mapping[str, type[DossierBody]]] = {
    shape.__name__: shape
    for shape in (
        described.ProductDescribed,
        described.PlaceDescribed,
        described.PartyDescribed,
        described.MediaDescribed,
        described.StepsExpected,
        described.StatementWithdrawn,
        inspected.TestReported,
        inspected.CertificateIssued,
        inspected.LicenceChecked,
        recalled.RecallIssued,
        recalled.RecallEnded,
        coded.SerialsIssued,
        coded.ItemClaimed,
        coded.ItemTransferred,
        coded.LabelReported,
        coded.ScansCounted,
    )
}

_EVENTS: Final = "EPCIS events are posted with `suyuan post`, or to /epcis/events"


def read_dossier_body(record: Mapping[str, Any]) -> DossierBody:
    """Read a record that passed the strict pass.

    Raises:
        BodyTypeUnknown: its `type` is none of `BODIES`.
        BodyMalformed: its members are not those of its type, of the wrong kind, or contradict each other.
    """
    kind = type_of(record)
    shape = BODIES.get(kind)
    if shape is None:
        raise BodyTypeUnknown(seen=kind, wanted=", ".join(BODIES), pointer="/type", hint=_EVENTS)
    members = dict(record)
    del members["type"]
    body = read_members(shape, members, "")
    refuse_contradictions(body)
    return body
