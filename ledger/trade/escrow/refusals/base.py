"""What every refusal of an escrow record is: an error with the stable code that the journal keeps.

A record that is refused was well-formed and signed: it stands in the ledger, moved nothing, and stays refused for ever.
"""

from __future__ import annotations

import re
from typing import ClassVar

from ledger.errors import SuyuanError


class EscrowRefused(SuyuanError):
    """Marks what the rules of the escrow refuse; never raised itself. `refusal` is the code that the journal keeps."""

    title = "the rules of the escrow refuse it"
    refusal: ClassVar[str] = ""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if "refusal" not in cls.__dict__:
            cls.refusal = re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()
