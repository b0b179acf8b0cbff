"""What the operator decides about witnessing: how long witnesses are waited for, and what happens without their quorum."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from ledger.errors import Misused

UNWITNESSED_VARIABLE: Final = "SUYUAN_UNWITNESSED"
TIMEOUT_VARIABLE: Final = "SUYUAN_WITNESS_TIMEOUT_S"
INTERVAL_VARIABLE: Final = "SUYUAN_PUBLISH_INTERVAL_MS"
TIMEOUT_S: Final = 5.0
INTERVAL_S: Final = 0.1
_TIMEOUT_S_MAX: Final = 60
_INTERVAL_MS: Final = (100, 60_000)


class WitnessSettingRefused(Misused):
    title = "a setting of witnessing makes no sense"


class Unwitnessed(StrEnum):
    """What becomes of a checkpoint whose quorum of witnesses was not met."""

    WAIT = "wait"
    """It is not published; the next try covers more."""
    PUBLISH = "publish"
    """It is published at once, and said to be without its quorum."""


@dataclass(frozen=True, slots=True)
class Witnessing:
    """`timeout_s`: how long one witness may take from the first byte sent to the last one read.

    `interval_s`: between two checkpoints at least, and so between two requests to one witness.
    """

    unwitnessed: Unwitnessed = Unwitnessed.WAIT
    timeout_s: float = TIMEOUT_S
    interval_s: float = INTERVAL_S


def read_witnessing(environment: Mapping[str, str]) -> Witnessing:
    """The settings in `environment`.

    Raises:
        WitnessSettingRefused: a value makes no sense.
    """
    said = environment.get(UNWITNESSED_VARIABLE) or Unwitnessed.WAIT.value
    if said not in set(Unwitnessed):
        wanted = " or ".join(Unwitnessed)
        raise WitnessSettingRefused(seen=said, wanted=wanted, pointer=UNWITNESSED_VARIABLE)
    seconds = environment.get(TIMEOUT_VARIABLE) or f"{TIMEOUT_S:g}"
    if not re.fullmatch(r"[0-9]{1,2}", seconds, re.ASCII) or not 1 <= int(seconds) <= _TIMEOUT_S_MAX:
        raise WitnessSettingRefused(seen=seconds, wanted=f"1 to {_TIMEOUT_S_MAX} whole seconds", pointer=TIMEOUT_VARIABLE)
    return Witnessing(Unwitnessed(said), float(seconds), _interval_ms(environment) / 1_000)


def _interval_ms(environment: Mapping[str, str]) -> int:
    said = environment.get(INTERVAL_VARIABLE) or str(_INTERVAL_MS[0])
    if not re.fullmatch(r"[0-9]{1,5}", said, re.ASCII) or not _INTERVAL_MS[0] <= int(said) <= _INTERVAL_MS[1]:
        wanted = f"{_INTERVAL_MS[0]} to {_INTERVAL_MS[1]} whole milliseconds"
        raise WitnessSettingRefused(seen=said, wanted=wanted, pointer=INTERVAL_VARIABLE)
    return int(said)
