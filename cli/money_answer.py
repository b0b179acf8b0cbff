"""What a ledger answers about money: JSON values, and the refusal in them under its own name."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import click
import httpx

from cli.boundary import one_line
from cli.remote import problem_in, refusal
from ledger.actions.escrow.submit_records import Written
from ledger.errors import SuyuanError
from ledger.trade.escrow.refusals.precedence import REFUSALS

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """`said` is printed, then `refused` raised: a refusal ends a command with the exit code of its class."""

    said: Json
    refused: SuyuanError | None = None

    def show(self, text: Sequence[str], *, as_json: bool) -> None:
        """Print it for programs or, as `text`, for people.

        Raises:
            the refusal.
        """
        click.echo(json.dumps(self.said, ensure_ascii=False, indent=1) if as_json else "\n".join(map(one_line, text)))
        if self.refused is not None:
            raise self.refused


def first_refused(written: Written | None) -> SuyuanError | None:
    """The first refusal of a batch that was written here."""
    refusals = [] if written is None else [verdict.refused for verdict in written.verdicts]
    return next((refused for refused in refusals if refused is not None), None)


def answer_of(response: httpx.Response) -> Answer:
    """What a server said: verdicts, or the one refused record as it stands in the ledger.

    Raises:
        the error of any other refusal.
    """
    said = problem_in(response)
    if response.is_success:
        verdicts = (said.get("written") or said).get("verdicts", ())
        return Answer(said, next((_named(verdict) for verdict in verdicts if verdict.get("refusal")), None))
    if said.get("refusal") in REFUSALS and "position" in said:
        return Answer(said, _named(said))
    raise refusal(response)


def verdict_lines(said: Json) -> list[str]:
    """The verdicts of a batch, one per line, for people."""
    if "verdicts" not in said:
        return [_place(said) + f"refused {said.get('refusal')}: {said.get('title')}"]
    return [_place(verdict) + _verdict(verdict) for verdict in said["verdicts"]]


def _verdict(verdict: Json) -> str:
    about = f"{verdict['type']}" + (f" {verdict['line']}" if verdict["line"] else "")
    if verdict["refusal"]:
        return f"{about}: refused {verdict['refusal']}: {verdict['title']}"
    return f"{about}: accepted" + (f", {' '.join(verdict['postings'])}" if verdict["postings"] else "")


def _place(said: Json) -> str:
    return f"{said['position'][0]}/{said['position'][1]}  " if "position" in said else ""


def _named(said: Json) -> SuyuanError:
    kind = REFUSALS.get(said["refusal"])
    if kind is None:
        raise LookupError(f"the server names a refusal {said['refusal']} that this version does not know")
    return kind(seen=said.get("seen"), wanted=said.get("wanted") or "", pointer=said.get("pointer"))
