"""`suyuan party`: admit parties, show them, change their standing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from cli import data_options, party_sign, party_standing
from cli.boundary import one_line
from ledger.actions.parties.admit_party import Admission, AdmissionUnclear, admit_party, full_name
from ledger.actions.parties.record_governance import record_signed_governance
from ledger.evidence.authority import ROLES
from ledger.evidence.commitment import SEED_BYTES
from ledger.evidence.key import VerifierKey
from ledger.evidence.spelling import parse_base64
from ledger.trade.parties.party import Party, PartyKey

_ABSENT = "-"


@click.group()
def command() -> None:
    """Admit parties and change their standing.

    What is written here is signed with the keys that the operator holds for governance and registrars, and shown as such.
    A NAME without / means <host of the ledger>/party/NAME. All of it works while servers run on the same directory.
    """


@command.command()
@click.argument("name")
@click.option(
    "--role",
    "roles",
    multiple=True,
    required=True,
    type=click.Choice(ROLES),
    metavar="ROLE",
    help="What it may do; may be repeated.",
)
@click.option("--territory", required=True, help="Where it sits, ISO 3166, such as SG or CN-GZ; - for nowhere.")
@click.option("--key", help="Its own public key, as `suyuan key new` prints it.")
@click.option("--proof", help="Proof that it holds the private half, as `suyuan key prove` prints it, in base64.")
@click.option(
    "--custody", type=click.Choice(["self", "operator"]), help="`operator`: make and hold a key for it. `self` needs --key."
)
@click.option("--label", help="A company's name to show. It can never be erased: no natural person's.")
@data_options.data
@data_options.unlock
@data_options.as_json
def admit(
    *,
    name: str,
    roles: tuple[str, ...],
    territory: str,
    key: str | None,
    proof: str | None,
    custody: str | None,
    label: str | None,
    data: Path,
    unlock: Path | None,
    as_json: bool,
) -> None:
    """Admit a party, with a key of its own or one that the operator holds for it; print its first API key.

    The API key is shown this once.

    \b
    Examples:
      suyuan party admit spring-garden --role merchant --territory CN-GZ --custody operator --data DIR
      suyuan party admit lab --role laboratory --territory SG --key "$(cat lab.vkey)" --data DIR
    """
    if (key is None) != (custody == "operator") or (proof is not None and key is None):
        raise AdmissionUnclear(seen=f"custody {custody}, {'a' if key else 'no'} key", wanted="--key VKEY or --custody operator")
    admission = Admission(
        name,
        roles,
        territory,
        key=None if key is None else VerifierKey.parse(key.strip()),
        proof=None if proof is None else parse_base64(proof.strip()),
        label=label,
    )
    with data_options.changed(data, unlock) as ledger:
        admitted = admit_party(ledger, admission)
    if as_json:
        click.echo(json.dumps({"party": admitted.party, "api_key": admitted.api_key}))
        return
    click.echo(f"party: {admitted.party}\napi key: {admitted.api_key}")
    click.echo(f"Admitted by entry {admitted.sequenced.entry}. The API key is not shown again.", err=True)


@command.command("list")
@data_options.data
@data_options.unlock
@data_options.as_json
def list_parties(*, data: Path, unlock: Path | None, as_json: bool) -> None:
    """List every party ever admitted, governance and registrars too."""
    with data_options.opened(data, unlock) as ledger:
        state = ledger.state()
    parties = [state.parties[name] for name in sorted(state.parties)]
    if as_json:
        click.echo(json.dumps([_summary(party) for party in parties], ensure_ascii=False))
        return
    width = max(len(party.name) for party in parties)
    click.echo(f"{'party':{width}}  {'standing':9}  {'custody':8}  territory  roles  label")
    for party in parties:
        roles = ",".join(party.roles) or _ABSENT
        label = one_line(party.label or "")
        click.echo(f"{party.name:{width}}  {party.standing:9}  {party.custody:8}  {party.territory:9}  {roles}  {label}".rstrip())


@command.command()
@click.argument("name")
@data_options.data
@data_options.unlock
@data_options.as_json
def show(*, name: str, data: Path, unlock: Path | None, as_json: bool) -> None:
    """Show a party: its standing, its brands' prefixes, and every key it ever had."""
    with data_options.opened(data, unlock) as ledger:
        state = ledger.state()
    party = state.party(full_name(ledger.origin, name))
    prefixes = [licence.prefix for licence in state.brands if licence.party == party.name]
    said = {**_summary(party), "prefixes": prefixes, "admitted": party.admitted, "keys": [_key(held) for held in party.keys]}
    if as_json:
        click.echo(json.dumps(said, ensure_ascii=False))
        return
    for title in ("party", "label", "standing", "custody", "territory", "roles", "prefixes", "admitted"):
        value = said[title]
        text = ", ".join(value) if isinstance(value, list) else value
        click.echo(f"{title:10} {one_line(str(text if text not in (None, '') else _ABSENT))}")
    for held in party.keys:
        click.echo(f"key        {held.key}\n           {_story(held)}")


@command.command()
@click.argument("body", type=data_options.FILE)
@click.option("--note", type=data_options.FILE, required=True, help="The batch note, signed by all whom the record needs.")
@click.option("--seed", type=data_options.FILE, required=True, help="The seed of its salt: 32 bytes, or those in base64.")
@data_options.data
@data_options.unlock
def record(*, body: Path, note: Path, seed: Path, data: Path, unlock: Path | None) -> None:
    """Write a governance record that its parties signed elsewhere.

    BODY is the record as JSON. This is how an alliance whose members hold the governance keys themselves decides.

    \b
    Example:
      suyuan party record expulsion.json --note expulsion.note --seed expulsion.seed --data DIR
    """
    with data_options.changed(data, unlock) as ledger:
        written = record_signed_governance(
            ledger, body.read_bytes().strip(), note=note.read_bytes(), seed=_read_seed(seed.read_bytes())
        )
    click.echo(f"entry: {written.entry}" + (" (it was there before)" if written.repeated else ""))


def _read_seed(seed: bytes) -> bytes:
    return seed if len(seed) == SEED_BYTES else parse_base64(seed.decode("ascii", "replace").strip())


def _summary(party: Party) -> dict[str, Any]:
    return {
        "party": party.name,
        "label": party.label,
        "standing": party.standing.value,
        "custody": party.custody,
        "territory": party.territory,
        "roles": list(party.roles),
    }


def _key(held: PartyKey) -> dict[str, Any]:
    return {
        "key": str(held.key),
        "custody": held.custody,
        "added": held.added,
        "proven": held.proven,
        "revoked": held.revoked,
        "compromised_since": held.compromised_since,
    }


def _story(held: PartyKey) -> str:
    parts = [f"custody {held.custody}", f"added by entry {held.added}"]
    parts.append("possession not proven yet" if held.proven is None else f"possession proven by entry {held.proven}")
    if held.revoked is not None:
        parts.append(f"revoked by entry {held.revoked}")
    if held.compromised_since is not None:
        parts.append(f"doubtful from entry {held.compromised_since}")
    return ", ".join(parts)


command.add_command(party_sign.command)
for _change in party_standing.CHANGES:
    command.add_command(_change)
