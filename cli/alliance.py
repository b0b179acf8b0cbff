"""`suyuan alliance`: who has a seat, belongs to whom, keeps which fund, must stake what, and which rule packs count."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import click

from cli import data_options
from cli.alliance_text import alliance_json, alliance_lines, pin_text
from ledger.actions.open_ledger import Ledger
from ledger.actions.parties.admit_party import full_name
from ledger.actions.parties.record_governance import record_by_held_keys
from ledger.errors import Misused
from ledger.trade.alliance.bodies import AllyAdmitted, AllyExpelled, FundConstituted, OwnershipDeclared, StakeRequired
from ledger.trade.alliance.body_parts import ALLY_EXPULSION_REASONS, AMOUNT, CURRENCY, PURPOSES, SEAT_ROLES, Reserve
from ledger.trade.escrow.pack import Pack, adopted_name, shipped_packs
from ledger.trade.parties.bodies import PolicyAdopted
from ledger.trade.parties.body_parts import RulePack
from ledger.trade.parties.governance_body import GovernanceBody

_RESERVE_PARTS = 4

_seat = click.option(
    "--seat", type=click.Choice(tuple(SEAT_ROLES)), required=True, metavar="SEAT", help=f"One of {', '.join(SEAT_ROLES)}."
)
_territories = click.option(
    "--territory", "territories", multiple=True, required=True, help="Where it holds, such as SG or CN-GZ; - is everywhere."
)


class ReserveUnclear(Misused):
    title = "a reserve is given as currency, floor, claim cap and cover cap"


class PackUnheardOf(Misused):
    title = "no rule pack of this name comes with this software"


@click.group()
def command() -> None:
    """Seat allies; adopt rule packs; declare owners and funds.

    What is written here is signed with the governance keys that the operator holds, and shown as such. Where the alliance
    holds those keys itself, its signed records are written with `suyuan party record`. A party's NAME without / means
    <host of the ledger>/party/NAME. Amounts are in minor units, such as cents.
    """


@command.command()
@click.argument("name")
@_seat
@_territories
@data_options.data
@data_options.unlock
def admit(*, name: str, seat: str, territories: tuple[str, ...], data: Path, unlock: Path | None) -> None:
    """Admit a party to a seat; said again, the territories replace those before.

    \b
    Example:
      suyuan alliance admit river-bank --seat custodian --territory SG --territory CN-GZ --data DIR
    """
    _write(data, unlock, lambda ledger: AllyAdmitted(full_name(ledger.origin, name), seat, territories))


@command.command()
@click.argument("name")
@_seat
@click.option("--reason", type=click.Choice(ALLY_EXPULSION_REASONS), required=True, help="Why; written into the ledger for ever.")
@data_options.data
@data_options.unlock
def expel(*, name: str, seat: str, reason: str, data: Path, unlock: Path | None) -> None:
    """Take a seat from a party; it keeps others, and may be admitted again.

    \b
    Example:
      suyuan alliance expel river-bank --seat custodian --reason licence-lost --data DIR
    """
    _write(data, unlock, lambda ledger: AllyExpelled(full_name(ledger.origin, name), seat, reason))


@command.command()
@click.argument("packs", metavar="PACK...", nargs=-1, required=True)
@data_options.data
@data_options.unlock
def adopt(*, packs: tuple[str, ...], data: Path, unlock: Path | None) -> None:
    """Adopt rule packs that come with this software, such as SG@2026.1.

    Orders can be agreed under a pack from the next entry on. What is printed is what the terms of an order pin.

    \b
    Example:
      suyuan alliance adopt SG@2026.1 TW@2026.1 --data DIR
    """
    named = [_pack(name) for name in sorted(set(packs))]
    pinned = tuple(RulePack(adopted_name(pack.name), pack.digest) for pack in named)
    _write(data, unlock, lambda _ledger: PolicyAdopted((), pinned))
    for pack in named:
        click.echo(f"pack: {pin_text(pack)}")


@command.command()
@click.argument("name")
@click.option("--organisation", required=True, help="To which the party belongs, such as lei/5493001kjtiigc8y1r12.")
@click.option("--owner", "owners", multiple=True, help="Who owns that organisation; may be repeated.")
@click.option("--affiliate", "affiliates", multiple=True, help="A party it has ties with; may be repeated.")
@data_options.data
@data_options.unlock
def owners(
    *, name: str, organisation: str, owners: tuple[str, ...], affiliates: tuple[str, ...], data: Path, unlock: Path | None
) -> None:
    """Declare to whom a party belongs; replaces what was declared before.

    \b
    Example:
      suyuan alliance owners river-bank --organisation lei/5493001kjtiigc8y1r12 --owner lei/river-holding --data DIR
    """

    def body(ledger: Ledger) -> OwnershipDeclared:
        tied = tuple(full_name(ledger.origin, affiliate) for affiliate in affiliates)
        return OwnershipDeclared(full_name(ledger.origin, name), organisation, owners, tied)

    _write(data, unlock, body)


@command.command()
@click.argument("fund")
@click.option("--trustee", "trustees", multiple=True, required=True, help="A party with seat trustee; may be repeated.")
@click.option("--threshold", type=int, required=True, help="How many trustees decide: more than half.")
@click.option("--bank", required=True, help="The party with seat fund-bank that holds the cash.")
@_territories
@click.option(
    "--reserve",
    "reserves",
    multiple=True,
    metavar="CURRENCY:FLOOR:CLAIM:COVER",
    help="In minor units: what always stays, the most for one claim, the most of cover for one merchant.",
)
@data_options.data
@data_options.unlock
def fund(
    *,
    fund: str,
    trustees: tuple[str, ...],
    threshold: int,
    bank: str,
    territories: tuple[str, ...],
    reserves: tuple[str, ...],
    data: Path,
    unlock: Path | None,
) -> None:
    """Constitute a guarantee fund; replaces an earlier constitution of the fund.

    \b
    Example:
      suyuan alliance fund ledger.example/fund --trustee ann --trustee bo --trustee cy --threshold 2 \\
        --bank river-bank --territory SG --reserve SGD:100000:500000:2000000 --data DIR
    """
    kept = tuple(_reserve(text) for text in reserves)

    def body(ledger: Ledger) -> FundConstituted:
        named = tuple(full_name(ledger.origin, trustee) for trustee in trustees)
        return FundConstituted(fund, named, threshold, full_name(ledger.origin, bank), territories, kept)

    _write(data, unlock, body)


@command.command()
@click.argument("name")
@click.option("--purpose", type=click.Choice(PURPOSES), required=True, help="A merchant's deposit, or a guarantor's stake.")
@click.option("--currency", required=True, help="Its ISO 4217 code, such as SGD.")
@click.option("--minor", required=True, help="In minor units; 0 lifts what was asked.")
@data_options.data
@data_options.unlock
def stake(*, name: str, purpose: str, currency: str, minor: str, data: Path, unlock: Path | None) -> None:
    """Say what a party must keep as deposit or stake.

    \b
    Example:
      suyuan alliance stake spring-garden --purpose deposit --currency CNY --minor 1000000 --data DIR
    """
    asked = AMOUNT.read(minor, "/minor")
    _write(data, unlock, lambda ledger: StakeRequired(full_name(ledger.origin, name), purpose, currency, asked))


@command.command()
@data_options.data
@data_options.unlock
@data_options.as_json
def show(*, data: Path, unlock: Path | None, as_json: bool) -> None:
    """Show allies, ownership, funds, what must be staked, and the rule packs that count here."""
    with data_options.opened(data, unlock) as ledger:
        state = ledger.state()
    if as_json:
        click.echo(json.dumps(alliance_json(state)))
        return
    for line in alliance_lines(state):
        click.echo(line)


def _pack(name: str) -> Pack:
    shipped = {pack.name: pack for pack in shipped_packs().values()}
    if name not in shipped:
        raise PackUnheardOf(seen=name, wanted=f"one of {', '.join(sorted(shipped))}")
    return shipped[name]


def _reserve(text: str) -> Reserve:
    parts = text.split(":")
    if len(parts) != _RESERVE_PARTS:
        raise ReserveUnclear(seen=text, wanted="CURRENCY:FLOOR:CLAIM:COVER, such as SGD:100000:500000:2000000")
    currency, *amounts = parts
    return Reserve(CURRENCY.read(currency, "/currency"), *(AMOUNT.read(amount, "/reserves") for amount in amounts))


def _write(data: Path, unlock: Path | None, body: Callable[[Ledger], GovernanceBody]) -> None:
    with data_options.changed(data, unlock) as ledger:
        written = record_by_held_keys(ledger, body(ledger))
    click.echo(f"entry: {written.entry}")
