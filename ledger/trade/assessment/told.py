"""What the rules look at: events of an item's trace and statements about it, each with who said it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any

from ledger.evidence.authority import RecordClass
from ledger.evidence.instant import Instant
from ledger.trade.dossier.bodies.base import DossierBody
from ledger.trade.epcis.event import AnyEvent
from ledger.trade.membership import Position, TracedEvent


class About(StrEnum):
    """What an event has to do with the item."""

    ITEM = "item"
    ORIGIN = "origin"
    CARRIER = "carrier"


@dataclass(frozen=True)
class Told:
    """One readable event of the trace.

    Attributes:
        roles: of the issuer, as its batch says.
        signers: everybody who signed the batch, the issuer included or not.
        extensions: members outside the standard, as the event spells them.
        withdrawn: declared erroneous by its issuer, or such a declaration: no rule but the one about withdrawals looks at it.
    """

    position: Position
    event: AnyEvent
    traced: TracedEvent
    event_time: Instant
    issuer: str
    roles: tuple[str, ...]
    about: About
    signers: tuple[str, ...] = ()
    extensions: Mapping[str, Any] = field(default_factory=dict)
    withdrawn: bool = False

    @property
    def own(self) -> bool:
        """It names the item itself, or a container while the item was inside."""
        return self.about is not About.ORIGIN

    @cached_property
    def things(self) -> frozenset[str]:
        """Everything it names, container included, by canonical identifier."""
        said = self.traced
        named = (*said.children, *said.inputs, *said.outputs, *said.others)
        return frozenset(named if said.parent is None else (said.parent, *named))


@dataclass(frozen=True, slots=True)
class Statement:
    """One readable dossier record about something of the trace.

    roles: of the issuer at its signing. signers: everybody who signed the batch. withdrawn: by who said it.
    """

    position: Position
    body: DossierBody
    issuer: str
    roles: tuple[str, ...]
    klass: RecordClass
    signers: tuple[str, ...] = ()
    withdrawn: bool = False
