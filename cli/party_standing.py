"""The commands under `suyuan party` that change what a party may do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

import click

from cli import data_options
from ledger.actions.log.staging import Sequenced
from ledger.actions.open_ledger import Ledger
from ledger.actions.parties.admit_party import full_name
from ledger.actions.parties.change_party import (
    expel_party,
    grant_role,
    license_prefix,
    reinstate_party,
    suspend_party,
    withdraw_prefix,
    withdraw_role,
)
from ledger.evidence.authority import ROLES
from ledger.storage.database import writing
from ledger.storage.grants import grant_reading, withdraw_reading
from ledger.trade.parties.body_parts import EXPULSION_REASONS, REINSTATEMENT_REASONS, SUSPENSION_REASONS

_Change = Callable[[Ledger, str], Sequenced]


def _because(reasons: tuple[str, ...]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    return click.option("--reason", type=click.Choice(reasons), required=True, help="Why; written into the ledger for ever.")


@click.command()
@click.argument("name")
@_because(SUSPENSION_REASONS)
@data_options.data
@data_options.unlock
def suspend(*, name: str, reason: str, data: Path, unlock: Path | None) -> None:
    """Suspend a party: from the next entry on it has no valid key.

    \b
    Example:
      suyuan party suspend spring-garden --reason under-investigation --data DIR
    """
    _write(data, unlock, name, lambda ledger, party: suspend_party(ledger, party, reason=reason))


@click.command()
@click.argument("name")
@_because(REINSTATEMENT_REASONS)
@data_options.data
@data_options.unlock
def reinstate(*, name: str, reason: str, data: Path, unlock: Path | None) -> None:
    """End a suspension; the keys it had are valid again."""
    _write(data, unlock, name, lambda ledger, party: reinstate_party(ledger, party, reason=reason))


@click.command()
@click.argument("name")
@_because(EXPULSION_REASONS)
@data_options.data
@data_options.unlock
def expel(*, name: str, reason: str, data: Path, unlock: Path | None) -> None:
    """Expel a party for good; who comes back does so under a new name."""
    _write(data, unlock, name, lambda ledger, party: expel_party(ledger, party, reason=reason))


@click.command("grant-role")
@click.argument("name")
@click.argument("role", type=click.Choice(ROLES))
@data_options.data
@data_options.unlock
def give_role(*, name: str, role: str, data: Path, unlock: Path | None) -> None:
    """Give a party one more role."""
    _write(data, unlock, name, lambda ledger, party: grant_role(ledger, party, role))


@click.command("withdraw-role")
@click.argument("name")
@click.argument("role", type=click.Choice(ROLES))
@data_options.data
@data_options.unlock
def take_role(*, name: str, role: str, data: Path, unlock: Path | None) -> None:
    """Take a role from a party; without any it can sign nothing."""
    _write(data, unlock, name, lambda ledger, party: withdraw_role(ledger, party, role))


@click.command("prefix")
@click.argument("name")
@click.argument("prefix")
@data_options.data
@data_options.unlock
def give_prefix(*, name: str, prefix: str, data: Path, unlock: Path | None) -> None:
    """Make a party the brand of a GS1 company prefix of 4 to 12 digits.

    Every product whose number (GTIN) begins so is its own: its descriptions of them and its recalls count as the brand's.
    See the licence of the GS1 organisation first.

    \b
    Example:
      suyuan party prefix spring-garden 690123456 --data DIR
    """
    _write(data, unlock, name, lambda ledger, party: license_prefix(ledger, party, prefix))


@click.command("withdraw-prefix")
@click.argument("name")
@click.argument("prefix")
@data_options.data
@data_options.unlock
def take_prefix(*, name: str, prefix: str, data: Path, unlock: Path | None) -> None:
    """Take a GS1 company prefix from a party; it may be given to another."""
    _write(data, unlock, name, lambda ledger, party: withdraw_prefix(ledger, party, prefix))


@click.command("grant-reading")
@click.argument("issuer")
@click.argument("reader")
@click.option("--withdraw", is_flag=True, help="Take the grant back.")
@data_options.data
@data_options.unlock
def let_read(*, issuer: str, reader: str, withdraw: bool, data: Path, unlock: Path | None) -> None:
    """Let READER read all records of ISSUER, as ISSUER has asked for.

    \b
    Example:
      suyuan party grant-reading spring-garden lantern-lane-tea --data DIR
    """
    with data_options.opened(data, unlock) as ledger:
        state, now = ledger.state(), ledger.clock()
        names = [state.party(full_name(ledger.origin, name)).name for name in (issuer, reader)]
        with writing(ledger.engine) as connection:
            if withdraw:
                withdraw_reading(connection, issuer=names[0], reader=names[1])
            else:
                grant_reading(connection, issuer=names[0], reader=names[1], now=now)
    click.echo(f"{names[1]} may {'no longer ' if withdraw else ''}read the records of {names[0]}")


def _write(data: Path, unlock: Path | None, name: str, change: _Change) -> None:
    with data_options.changed(data, unlock) as ledger:
        written = change(ledger, full_name(ledger.origin, name))
    click.echo(f"entry: {written.entry}")


CHANGES: Final = (suspend, reinstate, expel, give_role, take_role, give_prefix, take_prefix, let_read)
