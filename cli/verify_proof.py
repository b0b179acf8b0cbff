"""Verifying a proof to keep, as JSON or inside its page: one line per record, then what all of them show."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

import click

from cli.boundary import one_line
from cli.exits import ExitCode, verdict_of
from ledger.errors import Malformed, SuyuanError, TooLarge
from ledger.evidence.instant import format_instant
from ledger.evidence.policy import Policy
from ledger.evidence.proof_file import PAGE_BYTES_MAX, ProofFile, proof_in_page
from ledger.evidence.proof_verdict import JudgedRecord, ProofVerdict, verify_proof
from ledger.evidence.receipt import BatchOfAnotherLog
from ledger.trade.named import names_item

STEP_9 = "Each shows that its issuer said it by then; not that it is true, complete, still uncorrected, or not recalled."

_COLOURS = {"holds": "green", "fails": "red", "distrusted": "red", "incomplete": "yellow"}


def is_proof(start: bytes) -> bool:
    """Whether a file that begins with these bytes can only be a proof to keep: JSON, or a page."""
    return start.lstrip()[:1] in (b"{", b"<")


def verify_file(path: Path, policy: Policy | None, form: str) -> NoReturn:
    """Say what the proof in `path` shows, and end with the exit code of its verdict."""
    with path.open("rb") as file:
        data = file.read(PAGE_BYTES_MAX + 1)
    try:
        proof = ProofFile.parse(proof_in_page(data) if data.lstrip().startswith(b"<") else data)
    except (Malformed, TooLarge) as reason:
        _refuse(reason, form)
    verdict = verify_proof(proof, names=partial(names_item, item=proof.item), policy=policy)
    code = code_of(verdict)
    if form == "json":
        click.echo(json.dumps(_to_json(verdict, code), ensure_ascii=False, indent=2))
    else:
        _show(verdict, code, click.echo)
    raise click.exceptions.Exit(code)


def code_of(verdict: ProofVerdict) -> ExitCode:
    """The exit code of a proof: the worst of its records'. What only the caller's policy distrusts is no broken evidence."""
    codes = [_code_of(failure, own_keys=verdict.own_keys) for failure in verdict.failures]
    for code in (ExitCode.INTEGRITY_FAILURE, ExitCode.POLICY_FAILURE):
        if code in codes:
            return code
    if codes:
        return ExitCode.INTEGRITY_FAILURE
    return ExitCode.CLEAN if verdict.holds and verdict.complete else ExitCode.INCOMPLETE


def _code_of(failure: SuyuanError, *, own_keys: bool) -> ExitCode:
    if own_keys:
        return ExitCode.INTEGRITY_FAILURE  # the file does not even satisfy the policy that it brings
    return ExitCode.POLICY_FAILURE if isinstance(failure, BatchOfAnotherLog) else verdict_of(type(failure))


def _refuse(reason: SuyuanError, form: str) -> NoReturn:
    if form == "json":
        error = {"code": reason.code, "message": str(reason), "hint": reason.hint}
        click.echo(json.dumps({"verdict": "refused", "error": error}, indent=2))
    else:
        click.secho("Refused: the file is no proof to keep, or was changed.", fg="red", bold=True)
        click.echo(f"  {one_line(str(reason))}")
    raise click.exceptions.Exit(ExitCode.INTEGRITY_FAILURE)


def _show(verdict: ProofVerdict, code: ExitCode, say: Callable[[str], object]) -> None:
    proof = verdict.file
    say(f"Proof to keep of {one_line(proof.item)}")
    say(f"made {format_instant(proof.made)} according to whoever made it; ledger {proof.origin}\n")
    for record in verdict.records:
        say(one_line(_line(record)))
    for left in proof.left_out:
        say(f"  left out       {left.position[0]}/{left.position[1]}  {left.why}")
    if proof.withheld:
        say(f"  withheld       {proof.withheld} more, not for whoever asked for the file")
    word = _word_of(code)
    say("")
    click.secho(f"{word.capitalize()}: {_sentence(verdict)}", fg=_COLOURS[word], bold=True)
    for sentence in _open_ends(verdict):
        say(f"  {sentence}")


def _line(record: JudgedRecord) -> str:
    address = f"{record.position[0]}/{record.position[1]}"
    if record.shown is None:
        return f"  does not hold  {address}  {record.failure}"
    shown = record.shown
    said = f"{shown.record_type or 'its commitment alone'}  {shown.batch.issuer}  {format_instant(shown.entry_time)}"
    outcome = "holds" if shown.body_available else "erased"
    return f"  {outcome:<13}  {address}  {said}{'  names the item' if record.names_item else ''}"


def _word_of(code: ExitCode) -> str:
    words = {ExitCode.CLEAN: "holds", ExitCode.INCOMPLETE: "incomplete", ExitCode.POLICY_FAILURE: "distrusted"}
    return words.get(code, "fails")


def _sentence(verdict: ProofVerdict) -> str:
    count, failed = len(verdict.records), len(verdict.failures)
    under = "the keys that the file itself brings" if verdict.own_keys else "the policy file"
    if failed:
        return f"{failed} of {count} records do not hold under {under}."
    return f"{count} of {count} records hold under {under}." if count else "the file holds no record."


def _open_ends(verdict: ProofVerdict) -> list[str]:
    proof, said = verdict.file, []
    recalls = sum(one.shown is not None and one.shown.record_type == "RecallIssued" for one in verdict.records)
    if recalls:
        said.append(f"There is a recall among these records ({recalls}): read it.")
    if verdict.own_keys:
        said.append("Whose keys those are, this file cannot show. Compare their fingerprint, or give --policy:")
        said.append(f"  {proof.fingerprint}")
    if not verdict.names_item:
        said.append("No record that holds names this very item: they may be about its lot, its product or something else.")
    if verdict.erased:
        said.append(f"Erased records: {verdict.erased}. Their place is proven, their content is not available.")
    said.append("Nobody signed the head of the file: item, date and what was left out are the word of who made it.")
    said.append(f"Ask again for recalls and corrections after {format_instant(proof.made)}.")
    said.append(STEP_9)
    return said


def _to_json(verdict: ProofVerdict, code: ExitCode) -> dict[str, Any]:
    proof = verdict.file
    return {
        "verdict": _word_of(code),
        "origin": proof.origin,
        "item": proof.item,
        "made": format_instant(proof.made),
        "keys": "of the file" if verdict.own_keys else "of the policy",
        "fingerprint": proof.fingerprint,
        "names_item": verdict.names_item,
        "records": [_record_to_json(record) for record in verdict.records],
        "left_out": [{"position": list(one.position), "why": one.why.value} for one in proof.left_out],
        "withheld": proof.withheld,
        "shows": STEP_9,
    }


def _record_to_json(record: JudgedRecord) -> dict[str, Any]:
    shown, failure = record.shown, record.failure
    if shown is None:
        error = {} if failure is None else {"code": failure.code, "message": str(failure)}
        return {"position": list(record.position), "holds": False, "error": error}
    return {
        "position": list(record.position),
        "holds": True,
        "erased": not shown.body_available,
        "type": shown.record_type,
        "class": shown.batch.klass.value,
        "issuer": shown.batch.issuer,
        "signers": [line.party for line in shown.parties],
        "time": format_instant(shown.entry_time),
        "names_item": record.names_item,
    }
