"""The options by which commands are told one's own keys: files here, or programs that sign with keys elsewhere."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar, cast

import click

from cli import data_options
from ledger.actions.parties.foreign_signer import ForeignSigner
from ledger.actions.parties.key_file import read_key_file
from ledger.evidence.note_signer import NoteSigner

F = TypeVar("F", bound=Callable[..., Any])

_KEY_HELP: Final = "One's own private key file: used here, and never sent."
_SIGN_WITH: Final = click.option(
    "--sign-with",
    "programs",
    metavar="COMMAND",
    multiple=True,
    help="In the place of a key file: a program that reads the text on standard input and answers with the raw signature.",
)
_VKEY: Final = click.option(
    "--vkey", "vkeys", metavar="VKEY", multiple=True, help="With --sign-with: the public half, as `suyuan key public` prints it."
)


@dataclass(frozen=True, slots=True)
class OwnKeys:
    """What the options name; nothing of it was opened or started yet."""

    files: tuple[Path, ...] = ()
    programs: tuple[str, ...] = ()
    vkeys: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.files or self.programs or self.vkeys)

    def signers(self) -> list[NoteSigner]:
        """All of them: the files in their order, then the programs in theirs.

        Raises:
            click.UsageError: not one vkey for each program.
            KeyFileOpen, KeyFileMalformed, SignerMisnamed, KeyMalformed, KeyRefused.
        """
        if len(self.programs) != len(self.vkeys):
            raise click.UsageError("--sign-with COMMAND and --vkey VKEY go together, one for one")
        files = [read_key_file(file) for file in self.files]
        return [*files, *(ForeignSigner.of(program, vkey) for program, vkey in zip(self.programs, self.vkeys, strict=True))]

    def signer(self) -> NoteSigner | None:
        """The one that there is; None where there is none.

        Raises:
            click.UsageError: there are more; and what `signers` raises.
        """
        found = self.signers()
        if len(found) > 1:
            raise click.UsageError("one key signs at a time: --key, or --sign-with with --vkey")
        return found[0] if found else None


def own_keys(*, key_help: str | None = _KEY_HELP) -> Callable[[F], F]:
    """`--key`, unless there is no help for it, and `--sign-with` with `--vkey`; the command gets them as `own: OwnKeys`."""

    file_option = click.option("--key", "key_files", type=data_options.FILE, multiple=True, help=key_help)

    def decorate(command: F) -> F:
        @functools.wraps(command)
        def bound(*, programs: tuple[str, ...], vkeys: tuple[str, ...], key_files: tuple[Path, ...] = (), **rest: Any) -> Any:  # noqa: ANN401
            return command(own=OwnKeys(key_files, programs, vkeys), **rest)

        bound = _SIGN_WITH(_VKEY(bound))
        return cast(F, bound if key_help is None else file_option(bound))

    return decorate
