"""`suyuan post`: send EPCIS documents to a ledger."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import click

from cli import data_options
from cli.exits import ExitCode
from cli.own_keys import OwnKeys, own_keys
from cli.policy_file import read_policy
from cli.post_beside import Beside, Prepared, beside_options
from cli.post_outcome import Answer, Answers, answers_as_json, print_answers
from cli.post_receipts import (
    Archive,
    KeptReceipt,
    LocalArchive,
    RemoteArchive,
    keep_receipts,
    print_receipts,
    receipts_as_json,
)
from cli.post_senders import Looking, OwnSigner, Posting, Sender, Writing
from cli.progress import progress
from cli.remote import reached
from ledger.actions.capture.author import ProceedWithOwnNote
from ledger.actions.capture.capture_job import OnError
from ledger.actions.open_ledger import system_clock
from ledger.actions.parties.admit_party import full_name
from ledger.errors import Misused, SuyuanError
from ledger.evidence.authority import ReadRule
from ledger.evidence.policy import Policy

_ENDINGS: Final = (".json", ".jsonld")
_SEQUENCED, _INTEGRATED, _PUBLISHED = _WAITS = ("sequenced", "integrated", "published")
_RECEIPTS: Final = Path("receipts")


class NoDocuments(Misused):
    title = "there are no EPCIS documents here"
    default_hint = "in folders, files that end in .json or .jsonld are taken"


@dataclass(frozen=True, slots=True)
class _Ways:
    """What the options say about how to get in."""

    url: str | None
    api_key_file: Path | None
    data: Path | None
    unlock: Path | None
    party: str | None
    own: OwnKeys
    policy: Policy | None
    read: ReadRule
    on_error: OnError
    receipts: Path | None
    wait: str
    beside: Beside
    as_json: bool


@click.command()
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@data_options.url_of_server
@data_options.api_key_file
@data_options.data_if_local
@click.option("--as", "--party", "party", help="With --data: the party that says it, whose key the operator holds.")
@data_options.unlock
@own_keys(key_help="One's own private key file: the documents are signed here.")
@click.option(
    "--policy", type=data_options.FILE, help="The ledger's policy file: needed to sign for --url; receipts are verified with it."
)
@click.option(
    "--read",
    type=click.Choice([rule.value for rule in ReadRule]),
    default=ReadRule.CODE.value,
    show_default=True,
    help="Who may read the records.",
)
@click.option("--proceed", is_flag=True, help="Take what is right of a document; by default all of it or nothing.")
@click.option("--dry-run", is_flag=True, help="Only look: show everything that would be found, send nothing.")
@click.option("--receipts", type=data_options.DIRECTORY, help="Folder for the receipts, and the bytes they prove.")
@click.option(
    "--wait",
    type=click.Choice(_WAITS),
    help=(
        "What to wait for. `sequenced`: it is durable and has its place in the log. `integrated`: the tree holds it too. "
        "`published`: a signed checkpoint covers it, cosigned by the witnesses that the policy asks for; this keeps receipts, in "
        "the folder `receipts` unless told otherwise, and says who cosigned. By default `sequenced`, with --receipts `published`."
    ),
)
@beside_options
@data_options.as_json
def command(
    *,
    paths: tuple[Path, ...],
    url: str | None,
    api_key_file: Path | None,
    data: Path | None,
    party: str | None,
    unlock: Path | None,
    own: OwnKeys,
    policy: Path | None,
    read: str,
    proceed: bool,
    dry_run: bool,
    receipts: Path | None,
    wait: str | None,
    beside: Beside,
    as_json: bool,
) -> None:
    """Send EPCIS documents to a ledger.

    PATH is a file or a folder of EPCIS 2.0 documents, or single events, in JSON. The bytes are sent exactly as they are.
    Sending again is safe: what is there already is answered with its first position or, signed with an own key, refused
    by name.

    \b
    Exit codes: 0 all of it is there, 5 something was refused, 11 no server or no checkpoint in
    time: what is said on standard output is taken and durable; `suyuan receipt` fetches its proof later.

    \b
    Examples:
      suyuan post events/ --dry-run
      suyuan post events/ --url https://ledger.example --api-key-file key --wait published --policy policy
      suyuan post harvest.json --url https://ledger.example --key lab.key --policy policy
      suyuan post harvest.json --data DIR --as spring-garden
      suyuan post sale.json --data DIR --as shop --withhold x:buyer --disclosures-out sale.disclosures --disclose
      suyuan post day.json --data DIR --as shop --pad-to 512
    """
    files = list(_documents(paths))
    trusted = None if policy is None else read_policy(policy)
    on_error = OnError.PROCEED if proceed else OnError.ROLLBACK
    receipts = receipts or (_RECEIPTS if wait == _PUBLISHED else None)
    wait_for = wait or (_SEQUENCED if receipts is None else _PUBLISHED)
    rule = ReadRule(read)
    ways = _Ways(url, api_key_file, data, unlock, party, own, trusted, rule, on_error, receipts, wait_for, beside, as_json)
    answers, kept = _send(ways, files, dry_run=dry_run)
    told = kept if wait == _PUBLISHED else []
    if as_json:
        click.echo(answers_as_json(answers, receipts_as_json(told)))
    else:
        print_answers(answers, dry_run=dry_run)
        print_receipts(told)
        if receipts is not None and not dry_run:
            click.echo(f"receipts: {len(kept)} in {receipts}{'' if trusted is None else ', verified'}")
    if any(answer.refused for _, answer in answers):
        raise click.exceptions.Exit(ExitCode.MALFORMED)


def _documents(paths: tuple[Path, ...]) -> Iterator[Path]:
    for path in paths:
        if path.is_file():
            yield path
            continue
        found = sorted(below for below in path.rglob("*") if below.suffix in _ENDINGS and below.is_file())
        if not found:
            raise NoDocuments(seen=str(path))
        yield from found


def _send(ways: _Ways, files: list[Path], *, dry_run: bool) -> tuple[Answers, list[KeptReceipt]]:
    if dry_run:
        return _send_all(Looking(system_clock, ways.on_error), files, {}), []
    with _way(ways) as (send, archive):
        prepared = ways.beside.prepare(files)
        answers = _send_all(send, files, prepared)
        if ways.receipts is None:
            return answers, []
        try:
            return answers, keep_receipts(answers, ways.receipts, archive=archive, policy=ways.policy, sent_as=prepared)
        except SuyuanError:
            # What was taken stays taken; that is said before why its receipts are not here.
            if ways.as_json:
                click.echo(answers_as_json(answers))
            else:
                print_answers(answers, dry_run=False)
            raise


def _send_all(send: Sender, files: list[Path], prepared: Mapping[Path, Prepared]) -> list[tuple[Path, Answer]]:
    answers = []
    with progress("files") as (tell,):
        for done, file in enumerate(files, 1):
            data, disclosures = prepared[file] if file in prepared else (file.read_bytes(), ())
            answers.append((file, send(data, disclosures)))
            if tell is not None and len(files) > 1:
                tell(done, len(files))
    return answers


@contextmanager
def _way(ways: _Ways) -> Iterator[tuple[Sender, Archive]]:
    key = ways.own.signer()
    if key is not None and ways.on_error is OnError.PROCEED:
        raise ProceedWithOwnNote(seen="--proceed with --key", wanted="one of them")
    if ways.url is not None:
        signer = None
        if key is not None and ways.policy is not None:
            signer = OwnSigner(key, ways.policy.origin, ways.policy.first_entry)
        if signer is None and (key is not None or ways.api_key_file is None):
            raise click.UsageError("with --url give --api-key-file FILE, or --key FILE and --policy FILE")
        with reached(ways.url, ways.api_key_file) as remote:
            # Receipts are waited for when they are fetched, all of them at once.
            wait = ways.wait if ways.receipts is None else _SEQUENCED
            posting = Posting(remote, ways.read, ways.on_error, system_clock, wait, signer, ways.beside.pad_to)
            yield posting, RemoteArchive(remote)
        return
    if ways.data is None or (key is None) == (ways.party is None):
        raise click.UsageError("give --url URL, or --data DIR with --as NAME or --key FILE; or --dry-run")
    with data_options.changed(ways.data, ways.unlock) as ledger:
        signer = None if key is None else OwnSigner(key, ledger.origin, ledger.state().first_entry)
        party = full_name(ledger.origin, ways.party) if key is None and ways.party else ""
        yield Writing(ledger, party, ways.read, ways.on_error, signer, ways.beside.pad_to), LocalArchive(ledger)
