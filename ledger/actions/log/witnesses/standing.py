"""How each witness stands with this process: what it cosigned last, and after a failure how long it is left alone."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Final

from ledger.actions.log.witnesses.answer import Cosignature
from ledger.actions.log.witnesses.refusals import WitnessAsksToWait
from ledger.errors import SuyuanError

BACK_OFF_S: Final = 1.0
BACK_OFF_S_MAX: Final = 60.0
RETRY_AFTER_S_MAX: Final = 300.0
"""However long a witness asks to be left alone: it must not stop the others' publication for a day by one header."""

_DOUBLINGS_MAX: Final = 6


@dataclass
class Standing:
    """One address. Only the thread that asks changes it.

    Attributes:
        last_size: what the witness cosigned last; 0 where this process does not know, and a conflict then tells it.
        cosigned: its newest cosignatures, and the size of their checkpoint.
        failure: what became of the last asking; None after a success, or before the first.
        retry_at: on the monotonic clock, when it may be asked again.
    """

    last_size: int = 0
    cosigned: tuple[Cosignature, ...] = ()
    failure: SuyuanError | None = None
    failures: int = 0
    retry_at: float = 0.0

    def succeed(self, size: int, cosigned: tuple[Cosignature, ...]) -> None:
        """It cosigned the checkpoint of `size`."""
        self.last_size, self.cosigned = size, cosigned
        self.failure, self.failures, self.retry_at = None, 0, 0.0

    def fail(self, failure: SuyuanError, *, now: float) -> None:
        """It gave nothing that could be taken: it is left alone, longer each time, and at least for as long as it asked."""
        self.failure = failure
        asked_s = min(failure.after_s, RETRY_AFTER_S_MAX) if isinstance(failure, WitnessAsksToWait) else 0.0
        self.retry_at = now + max(_back_off(self.failures), asked_s)
        self.failures += 1

    def waits_s(self, now: float) -> float:
        """For how many seconds it is still left alone."""
        return max(0.0, self.retry_at - now)


def _back_off(failures: int) -> float:
    whole = min(BACK_OFF_S * (1 << min(failures, _DOUBLINGS_MAX)), BACK_OFF_S_MAX)
    # Many logs that lost one witness must not all come back in the same second.
    return whole * random.uniform(0.5, 1.0)  # noqa: S311 - spreads load, guards nothing
