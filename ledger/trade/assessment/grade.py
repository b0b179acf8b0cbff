"""How far a fact rests on more than its issuer's word."""

from __future__ import annotations

from enum import StrEnum


class Grade(StrEnum):
    """The evidence grade of one record, weakest first."""

    SELF_DECLARED = "self-declared"
    """Its issuer says so of its own goods."""
    COUNTERPARTY_CONFIRMED = "counterparty-confirmed"
    """A second party, not affiliated with the first, signed the same, or the other side of the same hand-over."""
    SENSOR = "sensor"
    """A named device measured it; who reads the device out still signs."""
    INDEPENDENT = "independent"
    """A laboratory, inspector, customs or authority that does not belong to whom it examines."""
