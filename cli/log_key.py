"""`suyuan log key`: add, retire and list the log's own keys."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import click

from cli import data_options
from ledger.actions.parties.log_keys import LogKeyStanding, add_log_key, list_log_keys, retire_log_key
from ledger.evidence.key import KeyType

_TYPES: Final = {"ed25519": KeyType.ED25519, "p256": KeyType.ECDSA_P256, "ml-dsa-44": KeyType.MLDSA44}
_WORDS: Final = {kind: word for word, kind in _TYPES.items()}


@click.group()
def command() -> None:
    """Add, retire and list the log's own keys.

    They sign checkpoints and nothing else. To change a key, `add` the new one, give everybody who checks the log the new
    policy file, then `retire` the old one: in between both sign. One Ed25519 key always remains.
    """


@command.command()
@click.option(
    "--type", "kind", type=click.Choice(list(_TYPES)), default="ed25519", show_default=True, help="Kind of key; see the manual."
)
@data_options.data
@data_options.unlock
@data_options.as_json
def add(*, kind: str, data: Path, unlock: Path | None, as_json: bool) -> None:
    """Make a key, seal and keep it here, and have it sign every checkpoint from now on.

    Governance records it with a proof that the private half is held, and the policy file in the data directory names it.
    An ML-DSA-44 key signs beside the others, for those who want a signature that a quantum computer cannot forge.

    \b
    Example:
      suyuan log key add --type ml-dsa-44 --data DIR
    """
    with data_options.changed(data, unlock) as ledger:
        key, written = add_log_key(ledger, _TYPES[kind])
    if as_json:
        click.echo(json.dumps({"key": str(key), "entry": written.entry}))
        return
    click.echo(f"{key}\nentry: {written.entry}")
    click.echo(f"Give everybody who checks the log the new policy file: suyuan log policy --data {data}", err=True)


@command.command()
@click.argument("vkey")
@click.option(
    "--overlap-until",
    "last_size",
    metavar="SIZE",
    type=click.IntRange(1),
    help="Size of the last checkpoint that it still signs; by default the one over its own retirement.",
)
@data_options.data
@data_options.unlock
@data_options.as_json
def retire(*, vkey: str, last_size: int | None, data: Path, unlock: Path | None, as_json: bool) -> None:
    """State the end of a key, given as VKEY or by its eight hex digits.

    Until then it signs beside the others, and never after. Receipts under its checkpoints stay valid for whoever trusts it;
    the policy file in the data directory no longer does.

    \b
    Examples:
      suyuan log key retire d18a22cc --data DIR
      suyuan log key retire d18a22cc --overlap-until 20000 --data DIR
    """
    with data_options.changed(data, unlock) as ledger:
        key, written = retire_log_key(ledger, vkey.strip(), last_size=last_size)
        size = last_size or written.entry + 1
    if as_json:
        click.echo(json.dumps({"key": str(key), "entry": written.entry, "overlap_until": size}))
        return
    click.echo(f"{key.name}+{key.key_id.hex()} signs no checkpoint beyond size {size}\nentry: {written.entry}")


@command.command("list")
@data_options.data
@data_options.unlock
@data_options.as_json
def list_keys(*, data: Path, unlock: Path | None, as_json: bool) -> None:
    """List every key that the log ever had: when it came, until when it signs, and whether it is held here."""
    with data_options.opened(data, unlock) as ledger:
        found = list_log_keys(ledger)
    if as_json:
        click.echo(json.dumps([_as_json(one) for one in found]))
        return
    for one in found:
        key = one.log_key.key
        held = "" if one.held else "  not held here"
        signs = "signs" if one.signs else "ended"
        click.echo(f"{signs}  {key.key_id.hex()}  {_WORDS[key.type]:9}  entry {one.log_key.added}, {_until(one)}{held}")


def _until(one: LogKeyStanding) -> str:
    last = one.log_key.overlap_until
    return "without an end" if last is None else f"until size {last + 1}"


def _as_json(one: LogKeyStanding) -> dict[str, Any]:
    last = one.log_key.overlap_until
    return {
        "key": str(one.log_key.key),
        "type": _WORDS[one.log_key.key.type],
        "added": one.log_key.added,
        "overlap_until": None if last is None else last + 1,
        "signs": one.signs,
        "held": one.held,
    }
