"""`suyuan key`: keys of one's own, keys that the operator holds, and API keys."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Final

import click

from cli import data_options, key_api
from cli.own_keys import OwnKeys, own_keys
from cli.policy_file import read_policy
from ledger.actions.parties.admit_party import full_name
from ledger.actions.parties.change_party import revoke_key, rotate_held_key
from ledger.actions.parties.key_file import write_key_file
from ledger.errors import Misused
from ledger.evidence.batch import refuse_name
from ledger.evidence.key import KeyType, SigningKey, VerifierKey, refuse_weak_key
from ledger.evidence.spelling import format_base64
from ledger.storage.database import reading
from ledger.storage.held_keys import held_vkeys
from ledger.trade.parties.possession import prove_possession

_PUBLIC_FILE_BYTES_MAX: Final = 16_384
_TYPES: Final = {"ed25519": KeyType.ED25519, "p256": KeyType.ECDSA_P256}


class KeyNameShort(Misused):
    title = "a key bears the full name of its party, and this one is short"


@click.group()
def command() -> None:
    """Make keys, and show or prove what is held.

    A party either holds its key itself (`new`, `prove`) or has the operator hold one for it (`list`, `rotate`). An API key
    (`api`) only says to a server who is asking; it signs nothing.
    """


@command.command()
@click.argument("name")
@click.option("--out", type=data_options.NEW_FILE, required=True, help="Where to write the private key, mode 0600.")
@click.option("--type", "kind", type=click.Choice(list(_TYPES)), default="ed25519", show_default=True, help="Kind of key.")
def new(*, name: str, out: Path, kind: str) -> None:
    """Make a key of one's own, and print its public half.

    NAME is the party's full name in the ledger, usually <host of the ledger>/party/<name>. The file never leaves this
    machine; nobody can replace it.

    \b
    Example:
      suyuan key new ledger.example/party/lab --out lab.key > lab.vkey
    """
    _refuse_name(name)
    key = SigningKey.generate(name, _TYPES[kind])
    write_key_file(out, key)
    click.echo(str(key.verifier))


@command.command()
@click.argument("name")
@click.argument("public_key", metavar="FILE", type=data_options.FILE)
def public(*, name: str, public_key: Path) -> None:
    """Print the vkey of a key whose private half is in a KMS, an HSM or a card.

    FILE holds the public half as such services hand it out: SubjectPublicKeyInfo in PEM or DER, Ed25519 or on P-256. NAME is
    the party's full name in the ledger.

    \b
    Example:
      suyuan key public ledger.example/party/lab lab-public.pem > lab.vkey
    """
    _refuse_name(name)
    with public_key.open("rb") as file:
        key = VerifierKey.of_public(name, file.read(_PUBLIC_FILE_BYTES_MAX))
    refuse_weak_key(key)
    click.echo(str(key))


@command.command()
@click.argument("key_file", metavar="FILE", required=False, type=data_options.FILE)
@own_keys(key_help=None)
@click.option("--policy", type=data_options.FILE, help="The ledger's policy file.")
@data_options.data_if_local
@data_options.unlock
def prove(*, key_file: Path | None, own: OwnKeys, policy: Path | None, data: Path | None, unlock: Path | None) -> None:
    """Print the proof that one holds the private key in FILE, for this one ledger, in base64.

    A key elsewhere proves itself by the program that signs with it.

    \b
    Examples:
      suyuan key prove lab.key --policy policy
      suyuan key prove --sign-with 'openssl dgst -sha256 -sign lab.pem' --vkey "$(cat lab.vkey)" --policy policy
    """
    key = replace(own, files=() if key_file is None else (key_file,)).signer()
    if key is None:
        raise click.UsageError("give FILE, or --sign-with COMMAND with --vkey VKEY")
    if policy is not None:
        trusted = read_policy(policy)
        origin, first_entry = trusted.origin, trusted.first_entry
    elif data is not None:
        with data_options.opened(data, unlock) as ledger:
            origin, first_entry = ledger.origin, ledger.state().first_entry
    else:
        raise click.UsageError("--policy FILE or --data DIR says for which ledger")
    proof = prove_possession(key, origin=origin, first_entry=first_entry, party=key.verifier.name)
    click.echo(format_base64(proof))


@command.command("list")
@data_options.data
@data_options.unlock
@data_options.as_json
def list_keys(*, data: Path, unlock: Path | None, as_json: bool) -> None:
    """List the keys that the operator holds, sealed, and whether they are valid."""
    with data_options.opened(data, unlock) as ledger:
        state = ledger.state()
        valid = {str(key) for party in state.parties for key in state.keys_of(party)}
        valid |= {str(key) for key in state.log_keys_at(ledger.head().size)}
        with reading(ledger.engine) as connection:
            held = [vkey for name in sorted({state.origin, *state.parties}) for vkey in held_vkeys(connection, name)]
    if as_json:
        click.echo(json.dumps([{"key": vkey, "valid": vkey in valid} for vkey in held]))
        return
    for vkey in held:
        click.echo(f"{'valid  ' if vkey in valid else 'revoked'}  {vkey}")


@command.command()
@click.argument("name")
@data_options.data
@data_options.unlock
def rotate(*, name: str, data: Path, unlock: Path | None) -> None:
    """Give a party under the operator's custody a new key, and revoke its older ones."""
    with data_options.changed(data, unlock) as ledger:
        new_key = rotate_held_key(ledger, full_name(ledger.origin, name))
    click.echo(str(new_key))


@command.command()
@click.argument("vkey")
@click.option("--compromised-since", type=click.IntRange(0), help="Entries from this index on are doubtful, though never void.")
@data_options.data
@data_options.unlock
def revoke(*, vkey: str, compromised_since: int | None, data: Path, unlock: Path | None) -> None:
    """Revoke a party's key, given as VKEY, from the next entry on.

    \b
    Example:
      suyuan key revoke "$(cat lab.vkey)" --compromised-since 118 --data DIR
    """
    with data_options.changed(data, unlock) as ledger:
        written = revoke_key(ledger, VerifierKey.parse(vkey.strip()), compromised_since=compromised_since)
    click.echo(f"entry: {written.entry}")


def _refuse_name(name: str) -> None:
    refuse_name(name)
    if "/" not in name:
        raise KeyNameShort(seen=name, wanted=f"such as ledger.example/party/{name}")


command.add_command(key_api.api)
