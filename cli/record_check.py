"""`suyuan record check`: what would become of records; nothing is written."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from cli import data_options
from cli.exits import ExitCode
from cli.record_files import send_all, show_answers
from cli.record_ways import Post, check_here, check_there
from cli.remote import reached
from ledger.actions.capture.split_records import split_records
from ledger.actions.dossier.as_json import Json, checked_json, refusal_json
from ledger.actions.dossier.post_records import CheckedRecords, check_shapes
from ledger.actions.parties.admit_party import full_name


@click.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=data_options.FILE)
@data_options.data_if_local
@click.option("--as", "party", help="With --data: the party that would say it.")
@data_options.unlock
@data_options.url_of_server
@data_options.api_key_file
@data_options.as_json
def command(
    *,
    files: tuple[Path, ...],
    data: Path | None,
    party: str | None,
    unlock: Path | None,
    url: str | None,
    api_key_file: Path | None,
    as_json: bool,
) -> None:
    """Say what would become of records; write nothing.

    Every record of a FILE is judged, the ones after a refused one too. Without --data or --url only its members are looked
    at; with one of them also who may say it, by what the ledger holds now.

    \b
    Examples:
      suyuan record check tin.json
      suyuan record check recall.json --data DIR --as spring-garden
    """
    with _way(url, api_key_file, data, unlock, party) as check:
        answers = send_all(check, files)
    show_answers(answers, _verdict_lines, as_json=as_json)
    if not all(answer.said and answer.said["accepted"] for answer in answers):
        raise click.exceptions.Exit(ExitCode.MALFORMED)


@contextmanager
def _way(url: str | None, api_key_file: Path | None, data: Path | None, unlock: Path | None, party: str | None) -> Iterator[Post]:
    if url is not None:
        with reached(url, api_key_file) as remote:
            yield check_there(remote)
    elif party is not None:
        if data is None:
            raise click.UsageError("--as goes with --data DIR")
        with data_options.opened(data, unlock) as ledger:
            yield check_here(ledger, full_name(ledger.origin, party))
    else:
        yield _check_shapes


def _check_shapes(document: bytes) -> Json:
    checked = CheckedRecords(None, None, check_shapes(split_records(document)))
    return checked_json(checked, say=refusal_json)


def _verdict_lines(said: Json) -> Iterator[str]:
    if said["refusal"] is not None:
        yield _refused(said["refusal"])
    for place, record in enumerate(said["records"]):
        verdict = "good" if record["refusal"] is None else _refused(record["refusal"])
        yield f"record {place}  {record['type'] or '-'}  {verdict}"


def _refused(refusal: Json) -> str:
    parts = [f"refused {refusal['code']}: {refusal['title']}"]
    parts += [f"{word} {refusal[name]}" for word, name in _TOLD if refusal.get(name)]
    return "; ".join(parts)


_TOLD = (("at", "pointer"), ("saw", "seen"), ("wanted", "wanted"))
