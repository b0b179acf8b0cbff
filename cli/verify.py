"""`suyuan verify`: check a receipt or a proof to keep offline, with nothing but the policy file and the body."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final, NoReturn

import click

from cli.boundary import one_line
from cli.exits import ExitCode, verdict_of
from cli.policy_file import read_policy
from cli.verify_proof import is_proof, verify_file
from ledger.errors import Malformed, SuyuanError, TooLarge, Untrusted
from ledger.evidence.instant import format_instant
from ledger.evidence.note import NoteUnsigned
from ledger.evidence.policy import Policy
from ledger.evidence.receipt import RECEIPT_BYTES_MAX, BatchOfAnotherLog, BodyUnprovable, verify_receipt
from ledger.evidence.record import RECORD_BYTES_MAX
from ledger.evidence.verdict import ReceiptVerdict

_FILE: Final = click.Path(exists=True, dir_okay=False, path_type=Path)
_START_BYTES: Final = 64
_LATER_KEYS: Final = (
    "the log may have changed its keys since the policy file was made: an audit with it names the entries that say so, and the "
    "new file comes from the operator; a receipt given out before the change holds under the old one"
)


@click.command()
@click.argument("file", type=_FILE)
@click.option("--body", type=_FILE, help="Of a receipt: the record's bytes exactly as received; left out where it was erased.")
@click.option("--policy", type=_FILE, help="Whom you trust: log keys, first entry, quorum. A receipt needs it.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="How to report.")
def command(file: Path, body: Path | None, policy: Path | None, form: str) -> None:
    """Verify a receipt, or a proof to keep, offline.

    FILE is the .tlog-proof file of one record, or the page (.html) or data (.json) that an item's page gave as its proof to
    keep. Nothing is asked of any server.

    Without --policy a proof to keep is checked against the keys that it brings itself: that shows that nothing in it was
    changed by somebody else, not whose keys they are.

    \b
    Exit codes: 0 proven, 1 broken evidence, 2 wrong use,
                3 a record is erased, was left out, or none names the item, 4 not the policy's trust.
    """
    trusted = None if policy is None else read_policy(policy)
    if is_proof(_read(file, _START_BYTES)):
        if body is not None:
            raise click.UsageError("--body belongs to a receipt; a proof to keep brings its bodies")
        verify_file(file, trusted, form)
    if trusted is None:
        raise click.UsageError("a receipt needs --policy FILE")
    proof = _read(file, RECEIPT_BYTES_MAX)
    record = None if body is None else _read(body, RECORD_BYTES_MAX)
    try:
        verdict = _verify(proof, record, trusted)
    except (Untrusted, Malformed, TooLarge) as reason:
        _refuse(reason, form)
    _show(verdict, form)
    raise click.exceptions.Exit(ExitCode.CLEAN if verdict.body_available else ExitCode.INCOMPLETE)


def _verify(receipt: bytes, body: bytes | None, policy: Policy) -> ReceiptVerdict:
    try:
        return verify_receipt(receipt, body=body, policy=policy)
    except BodyUnprovable:
        # Erased: no body can be shown any more, whatever file stands beside it. The commitment still can.
        return verify_receipt(receipt, body=None, policy=policy)


def _read(path: Path, bytes_max: int) -> bytes:
    """One byte more than allowed is enough for the check of the length to say so."""
    with path.open("rb") as file:
        return file.read(bytes_max + 1)


def _refuse(reason: SuyuanError, form: str) -> NoReturn:
    # Made for a ledger founded again under the policy's name: the audit says so with the same code.
    code = ExitCode.POLICY_FAILURE if isinstance(reason, BatchOfAnotherLog) else verdict_of(type(reason))
    distrusted = code is ExitCode.POLICY_FAILURE
    hint = reason.hint or (_LATER_KEYS if isinstance(reason, NoteUnsigned) else "")
    if form == "json":
        error = {"code": reason.code, "message": str(reason), "hint": hint}
        click.echo(json.dumps({"verdict": "distrusted" if distrusted else "refused", "error": error}, indent=2))
    else:
        said = (
            "Not trusted: the receipt does not satisfy the policy file." if distrusted else "Refused: the receipt proves nothing."
        )
        click.secho(said, fg="red", bold=True)
        click.echo(f"  {one_line(str(reason))}")
        if hint != reason.hint:
            click.echo(f"  {hint}")
    raise click.exceptions.Exit(code)


def _show(verdict: ReceiptVerdict, form: str) -> None:
    if form == "json":
        click.echo(json.dumps(_to_json(verdict), ensure_ascii=False, indent=2))
        return
    if verdict.body_available:
        click.secho(f"Proven: entry {verdict.index}, place {verdict.place} of {verdict.batch.origin}.", fg="green", bold=True)
    else:
        click.secho(
            "Incomplete: the record is erased; its commitment is proven, its body is not available.", fg="yellow", bold=True
        )
    click.echo()
    for number, step in enumerate(verdict.steps, 1):
        click.echo(f"  {number}  {one_line(step)}")
    if verdict.left_to_audit:
        click.echo("\nLeft to an audit")
        for what in verdict.left_to_audit:
            click.echo(f"  - {one_line(what)}")


def _to_json(verdict: ReceiptVerdict) -> dict[str, Any]:
    batch, checkpoint = verdict.batch, verdict.opened.checkpoint
    return {
        "verdict": "proven" if verdict.body_available else "incomplete",
        "position": list(verdict.position),
        "origin": batch.origin,
        "issuer": batch.issuer,
        "signers": [
            {"party": line.party, "custody": line.custody, "roles": list(line.roles), "territory": line.territory}
            for line in verdict.parties
        ],
        "class": batch.klass.value,
        "type": verdict.record_type,
        "time": format_instant(verdict.entry_time),
        "checkpoint": {"size": checkpoint.size, "cosigners": [[name, time_s] for name, time_s in verdict.opened.cosigners]},
        "steps": list(verdict.steps),
        "left_to_audit": list(verdict.left_to_audit),
    }
