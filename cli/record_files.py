"""Files of records, one after the other: what was said of each, and how that is shown."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import click

from cli.boundary import one_line
from cli.progress import progress
from cli.record_ways import Post
from ledger.actions.dossier.as_json import Json, refusal_json
from ledger.errors import Absent, Conflict, Malformed, MediaTypeUnsupported, SuyuanError, TooLarge, Unauthenticated, Untrusted

_ABOUT_ONE_FILE: Final = (Absent, Conflict, Malformed, MediaTypeUnsupported, TooLarge, Untrusted)
"""Failures that say something of the file sent; the next one may well be taken."""


@dataclass(frozen=True, slots=True)
class FileAnswer:
    """What was said of one file; `refusal` where it was refused as a whole."""

    file: Path
    said: Json | None
    refusal: SuyuanError | None = None

    def as_json(self) -> Json:
        """What was said, under the name of the file."""
        said = {"refusal": refusal_json(self.refusal)} if self.refusal is not None else self.said
        return {"file": str(self.file), **(said or {})}


def send_all(post: Post, files: Sequence[Path]) -> list[FileAnswer]:
    """Send every file, with a bar where there are several; what refuses one does not keep the next from being sent."""
    answers = []
    with progress("files") as (tell,):
        for done, file in enumerate(files, 1):
            answers.append(_send(post, file))
            if tell is not None and len(files) > 1:
                tell(done, len(files))
    return answers


def show_answers(answers: Sequence[FileAnswer], lines: Callable[[Json], Iterator[str]], *, as_json: bool) -> None:
    """Print what was said of every file, then end with the first refusal.

    Raises:
        the first refusal.
    """
    if as_json:
        click.echo(json.dumps([answer.as_json() for answer in answers], ensure_ascii=False, indent=1))
    else:
        for answer in answers:
            said = [f"refused {answer.refusal}"] if answer.refusal is not None else lines(answer.said or {})
            for line in said:
                click.echo(one_line(f"{answer.file}  {line}"))
    for answer in answers:
        if answer.refusal is not None:
            raise answer.refusal


def _send(post: Post, file: Path) -> FileAnswer:
    try:
        return FileAnswer(file, post(file.read_bytes()))
    except Unauthenticated:
        raise
    except _ABOUT_ONE_FILE as refusal:
        return FileAnswer(file, None, refusal)
