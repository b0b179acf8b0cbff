"""The page of a witness for people: plain HTML in one file, no script, nothing loaded from anywhere."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from jinja2 import Environment, StrictUndefined
from starlette.responses import HTMLResponse

from api.pages.foreign_text import shown
from ledger.evidence.instant import Instant, format_instant
from ledger.evidence.key import VerifierKey
from ledger.storage.witness.logs import KnownLog, origin_hash

_TEMPLATE: Final = Path(__file__).with_name("page.html")
_NAME_CHARACTERS_MAX: Final = 255


class StatusPage:
    """The template, read once, and the policy that lets a browser use its one style sheet and nothing else."""

    def __init__(self) -> None:
        environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
        environment.filters["shown"] = shown
        text = _TEMPLATE.read_text(encoding="utf-8")
        style = text.partition("<style>")[2].partition("</style>")[0]
        digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode("ascii")
        self._policy = f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; frame-ancestors 'none'"
        self._template = environment.from_string(text)

    def show(self, keys: Sequence[VerifierKey], logs: Sequence[KnownLog], forks: Mapping[str, int]) -> HTMLResponse:
        """Who the witness is, and each log with the size and time of the last cosignature.

        Args:
            forks: origin to how many proven contradictions are kept, where there are any.
        """
        rows = [
            {
                "origin": log.origin,
                "hash": origin_hash(log.origin).hex(),
                "known": bool(log.keys),
                "size": f"{log.cosigned.size:,}" if log.cosigned else "",
                "time": _written(log.cosigned.time_s) if log.cosigned else "",
                "forks": forks.get(log.origin, 0),
            }
            for log in logs
        ]
        content = self._template.render(name=keys[0].name, keys=[str(key) for key in keys], logs=rows, limit=_NAME_CHARACTERS_MAX)
        return HTMLResponse(content, headers={"Cache-Control": "no-cache", "Content-Security-Policy": self._policy})


def _written(time_s: int) -> str:
    """`2026-11-21 08:00:00 UTC`."""
    return f"{format_instant(Instant(1_000 * time_s))[:19].replace('T', ' ')} UTC"
