"""What the scans of one code say about whether it was copied: rules with reasons, in whole decibans."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class CodeState(StrEnum):
    """How far a serial number has come, as records tell."""

    UNREGISTERED = "unregistered"
    """No record says that this number was issued, and no event names it."""
    ISSUED = "issued"
    ACTIVATED = "activated"
    SOLD = "sold"
    CLAIMED = "claimed"
    TRANSFERRED = "transferred"
    ENDED = "ended"
    """Destroyed, decommissioned or used up."""


class Suspicion(StrEnum):
    """What the score asks for. Anonymous scans alone lead to WARN at most."""

    OK = "ok"
    CHECK = "check"
    WARN = "likely copied"
    FREEZE = "freeze"


@dataclass(frozen=True, slots=True)
class Reason:
    """A rule that fired: its code, what it added in decibans, whether it rests on signed facts, and what it saw."""

    code: str
    decibans: int
    signed: bool
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CodeStanding:
    """What is known of one code. `areas` counts different areas of anonymous scans."""

    state: CodeState
    first_scan: date | None
    scans: int
    areas: int
    score: int
    suspicion: Suspicion
    reasons: tuple[Reason, ...] = ()
