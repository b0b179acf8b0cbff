"""`suyuan log witness`: choose the witnesses that cosign the log."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from cli import data_options
from cli.boundary import one_line
from ledger.actions.log.publish_checkpoint import CheckpointUnwitnessed
from ledger.actions.log.publish_now import publish_and_hear_all
from ledger.actions.log.witnesses.choose_witnesses import add_witness, remove_witness
from ledger.actions.log.witnesses.list_witnesses import WitnessSeen, list_witnesses
from ledger.actions.log.witnesses.witnesses import WitnessState
from ledger.actions.parties.found_ledger import POLICY_FILE
from ledger.evidence.instant import Instant, format_instant
from ledger.evidence.key import VerifierKey

_quorum = click.option(
    "--quorum",
    metavar="K|all|any",
    help="How many of them must cosign. By default `all` or `any` as before, else more than half.",
)


@click.group()
def command() -> None:
    """Choose the witnesses that cosign the log.

    A witness cosigns a checkpoint only if the log goes on from the last one it cosigned, so an operator cannot show two
    histories to people who ask for cosignatures. Choose witnesses that others run. Running servers take up the change by
    themselves; what happens when witnesses fail is said in docs/OPERATIONS.md, "Witnesses".
    """


@command.command()
@click.argument("vkey")
@click.argument("url")
@click.option("--name", help="Its name in the policy; by default the name of its key.")
@_quorum
@data_options.data
@data_options.unlock
@data_options.as_json
def add(*, vkey: str, url: str, name: str | None, quorum: str | None, data: Path, unlock: Path | None, as_json: bool) -> None:
    """Have a witness cosign every checkpoint from now on.

    VKEY and URL are what `suyuan witness serve` prints. Governance adopts the witnesses so far and this one, in one group; the
    policy file in the data directory names them. The witness is introduced to the log and asked at once. If it does not
    answer, it is adopted all the same, and asked again by the server.

    \b
    Example:
      suyuan log witness add witness.example/w1+8d1f32a9+BNV... https://witness.example --data DIR
    """
    key = VerifierKey.parse(vkey.strip())
    with data_options.opened(data, unlock) as ledger:
        written = add_witness(ledger, key, url.strip(), name=name or key.name, quorum=quorum)
        published, states = publish_and_hear_all(ledger)
    answer = next(state for state in states if state.line.key == key)
    _tell(written.entry, data, as_json=as_json, witness=answer)
    if isinstance(published, CheckpointUnwitnessed):
        click.echo(
            f"The quorum is not met: no checkpoint and no receipt is published until it is. Bring the witnesses up, "
            f"or take this one back: suyuan log witness remove {answer.line.name} --data {data}",
            err=True,
        )


@command.command()
@click.argument("name")
@_quorum
@data_options.data
@data_options.unlock
@data_options.as_json
def remove(*, name: str, quorum: str | None, data: Path, unlock: Path | None, as_json: bool) -> None:
    """Ask a witness no more.

    What it cosigned stays as it is. Those who check the log with an older policy file still ask for its cosignatures: give
    them the new one.

    \b
    Example:
      suyuan log witness remove witness.example/w1 --data DIR
    """
    with data_options.changed(data, unlock) as ledger:
        written = remove_witness(ledger, name, quorum=quorum)
    _tell(written.entry, data, as_json=as_json)


@command.command("list")
@data_options.data
@data_options.unlock
@data_options.as_json
def list_all(*, data: Path, unlock: Path | None, as_json: bool) -> None:
    """List the witnesses: what each cosigned last, and what it answers now."""
    with data_options.opened(data, unlock) as ledger:
        policy, found = list_witnesses(ledger)
    if as_json:
        click.echo(json.dumps({"quorum": policy.quorum, "witnesses": [_as_json(one) for one in found]}))
        return
    for one in found:
        last = "no cosignature known" if one.last is None else f"cosigned {one.last[0]} entries at {_moment(one.last[1])}"
        answers = "answers" if one.failure is None else f"{one.failure.code}: {one.failure.title}"
        click.echo(one_line(f"{one.line.name}  {one.line.url or '-'}  {last}  {answers}"))
    group = next((str(line) for line in policy.groups if line.name == policy.quorum), f"quorum {policy.quorum}")
    click.echo(one_line(group) if found else "no witness is asked for")


def _tell(entry: int, data: Path, *, as_json: bool, witness: WitnessState | None = None) -> None:
    policy = data / POLICY_FILE
    if as_json:
        said: dict[str, Any] = {"entry": entry, "policy": str(policy)}
        if witness is not None:
            failure = None if witness.failure is None else witness.failure.code
            said |= {"witness": witness.line.name, "cosigned": witness.cosigned is not None, "code": failure}
        click.echo(json.dumps(said))
        return
    click.echo(f"entry: {entry}\npolicy: {policy}")
    if witness is not None:
        click.echo(f"witness: {one_line(_said(witness))}")
    click.echo("Give the new policy file to everybody who checks the log, by another way than this server.", err=True)


def _said(witness: WitnessState) -> str:
    name = witness.line.name
    if witness.failure is not None:
        return f"{name} is adopted, and gave no cosignature now: {witness.failure}"
    if witness.cosigned is None:
        return f"{name} is adopted, and was not asked: a server did so already"
    return f"{name} cosigned {witness.size} entries at {_moment(witness.cosigned.time_s)}"


def _moment(seconds: int) -> str:
    return format_instant(Instant(seconds * 1_000))


def _as_json(one: WitnessSeen) -> dict[str, Any]:
    return {
        "name": one.line.name,
        "key": str(one.line.key),
        "url": one.line.url,
        "last": None if one.last is None else {"size": one.last[0], "time": _moment(one.last[1])},
        "code": None if one.failure is None else one.failure.code,
    }
