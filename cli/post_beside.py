"""What `suyuan post` sends beside a document or leaves out of it: padding, withheld fields, and their disclosures."""

from __future__ import annotations

import functools
import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeVar, cast

import click

from cli import data_options
from ledger.actions.capture.withhold import withhold
from ledger.errors import Conflict
from ledger.evidence.batch import RECORDS_MAX
from ledger.evidence.disclosure import Disclosure, read_disclosures

F = TypeVar("F", bound=Callable[..., Any])

_OWNER_ONLY: Final = 0o600
_OPTIONS: Final = (
    click.option(
        "--pad-to",
        type=click.IntRange(1, RECORDS_MAX),
        metavar="N",
        default=None,
        help="Hide how much is said: end the batch with empty records until there are N.",
    ),
    click.option(
        "--withhold",
        "fields",
        metavar="FIELD",
        multiple=True,
        help="Sign a digest in the place of this extension field, or of what a JSON pointer from the event names. Repeatable.",
    ),
    click.option(
        "--disclosures-out", type=data_options.NEW_FILE, help="With --withhold: the new file for what opens the digests again."
    ),
    click.option("--disclose", is_flag=True, help="With --withhold: give them to the ledger too, for whom its rules let in."),
    click.option("--disclosures", type=data_options.FILE, help="Of fields withheld before: give these to the ledger."),
)


class DisclosuresExist(Conflict):
    title = "there is a file already where the disclosures would go"
    default_hint = "nothing was sent; disclosures that are lost open nothing any more"


class Prepared(NamedTuple):
    """A document as it is sent, and what is disclosed of it."""

    data: bytes
    disclosures: tuple[Disclosure, ...]


@dataclass(frozen=True, slots=True)
class Beside:
    """What the options say.

    Attributes:
        out: gets what opens the fields that are withheld; `disclose`: the ledger gets it too.
        given: goes to the ledger with the one document there is.
    """

    pad_to: int = 0
    fields: tuple[str, ...] = ()
    out: Path | None = None
    disclose: bool = False
    given: tuple[Disclosure, ...] = ()

    def prepare(self, files: Sequence[Path]) -> dict[Path, Prepared]:
        """Every document that is changed or disclosed, as it is to be sent; empty where nothing is.

        What opens the digests again is on the disk before anything is sent.

        Raises:
            click.UsageError, DisclosuresExist, FieldNotWithheld.
        """
        if self.given and len(files) != 1:
            raise click.UsageError("--disclosures goes with one document")
        if bool(self.fields) != (self.out is not None) or (self.disclose and not self.fields):
            raise click.UsageError("--withhold and --disclosures-out FILE go together, and --disclose goes with them")
        if not self.fields:
            return {file: Prepared(file.read_bytes(), self.given) for file in files} if self.given else {}
        changed = {file: withhold(file.read_bytes(), self.fields) for file in files}
        if self.out is not None:
            _keep(self.out, [one.text for _, disclosures in changed.values() for one in disclosures])
        return {file: Prepared(data, taken if self.disclose else self.given) for file, (data, taken) in changed.items()}


def beside_options(command: F) -> F:
    """`--pad-to`, `--withhold`, `--disclosures-out` and `--disclosures`; the command gets them as `beside: Beside`."""

    @functools.wraps(command)
    def bound(
        *,
        pad_to: int | None,
        fields: tuple[str, ...],
        disclosures_out: Path | None,
        disclose: bool,
        disclosures: Path | None,
        **rest: Any,  # noqa: ANN401 - as the command's
    ) -> Any:  # noqa: ANN401
        given = () if disclosures is None else read_disclosures(disclosures.read_bytes())
        return command(beside=Beside(pad_to or 0, fields, disclosures_out, disclose, given), **rest)

    for option in reversed(_OPTIONS):
        bound = option(bound)
    return cast(F, bound)


def _keep(out: Path, texts: list[str]) -> None:
    try:
        descriptor = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
    except FileExistsError as reason:
        raise DisclosuresExist(seen=str(out)) from reason
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        json.dump(texts, file, indent=0)
        file.write("\n")
        file.flush()
        os.fsync(descriptor)
