"""The closed shapes of the governance records about brands: who may number trade items under which GS1 company prefix."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Final

from ledger.trade.parties.governance_body import GovernanceBody
from ledger.trade.shapes.kinds import NAME, text_kind

PREFIX_DIGITS_MIN: Final = 4
PREFIX_DIGITS_MAX: Final = 12

_PREFIX: Final = re.compile(rf"[0-9]{{{PREFIX_DIGITS_MIN},{PREFIX_DIGITS_MAX}}}", re.ASCII)


def _prefix(text: str) -> str:
    if _PREFIX.fullmatch(text) is None:
        raise ValueError(text)
    return text


PREFIX: Final = text_kind(f"a GS1 company prefix of {PREFIX_DIGITS_MIN} to {PREFIX_DIGITS_MAX} digits", _prefix, str)


@dataclass(frozen=True, slots=True)
class PrefixLicensed(GovernanceBody):
    """The party is the brand of every trade item whose number begins so, after the indicator digit of its GTIN-14.

    Whoever writes it has seen the licence of the GS1 member organisation.
    """

    party: Annotated[str, NAME]
    prefix: Annotated[str, PREFIX]


@dataclass(frozen=True, slots=True)
class PrefixWithdrawn(GovernanceBody):
    """The party is the brand of these items no more; the prefix may be licensed to another."""

    party: Annotated[str, NAME]
    prefix: Annotated[str, PREFIX]
