"""The commands under `suyuan escrow claim`: links by which buyers without a key of their own act."""

from __future__ import annotations

import json
from pathlib import Path

import click

from cli import data_options
from ledger.actions.escrow.claims import (
    DAYS_MAX,
    DAYS_USUAL,
    list_claims,
    open_claim,
    reissue_claim,
    withdraw_claim,
)
from ledger.actions.parties.admit_party import full_name
from ledger.evidence.instant import Instant, format_instant
from ledger.storage.claims import Claim


@click.group()
def command() -> None:
    """Make, list and revoke the links by which buyers act.

    Whoever holds a link acts as its buyer, signed with a key that the operator holds and is shown to hold. A link that is
    made for a seller signs nothing until whoever opens it has made it theirs alone. Only hashes of links are kept. A buyer
    with a key of their own needs none.
    """


@command.command()
@click.argument("seller", required=False)
@click.option("--buyer", "claim_id", metavar="ID", help="Make another link for the buyer of the link ID (see `list`) instead.")
@click.option("--territory", default="-", show_default=True, help="Where the buyer is, ISO 3166, such as SG.")
@click.option(
    "--days", type=click.IntRange(1, DAYS_MAX), default=DAYS_USUAL, show_default=True, help="How long the link is good."
)
@click.option("--public-url", default="", help="Put before the link: where the world finds the server.")
@data_options.data
@data_options.unlock
@data_options.as_json
def new(
    *,
    seller: str | None,
    claim_id: str | None,
    territory: str,
    days: int,
    public_url: str,
    data: Path,
    unlock: Path | None,
    as_json: bool,
) -> None:
    """Make a link for a fresh buyer of SELLER; it is shown this once.

    \b
    Example:
      suyuan escrow claim new spring-garden --territory SG --public-url https://ledger.example --data DIR
    """
    if (seller is None) == (claim_id is None):
        raise click.UsageError("give SELLER, or --buyer ID")
    with data_options.changed(data, unlock) as ledger:
        if claim_id is not None:
            made = reissue_claim(ledger, claim_id, days=days)
        else:
            made = open_claim(ledger, full_name(ledger.origin, seller or ""), territory=territory, days=days)
    link = f"{public_url.removesuffix('/')}/escrow/claim/{made.secret}"
    click.echo(json.dumps({**_as_json(made.claim), "link": link}) if as_json else link)


@command.command("list")
@click.argument("seller", required=False)
@data_options.data
@data_options.unlock
@data_options.as_json
def list_links(*, seller: str | None, data: Path, unlock: Path | None, as_json: bool) -> None:
    """List all links, or those that SELLER asked for."""
    with data_options.opened(data, unlock) as ledger:
        claims, now = list_claims(ledger, seller), ledger.clock()
    if as_json:
        click.echo(json.dumps([_as_json(claim) for claim in claims]))
        return
    rows = [("id", "standing", "buyer", "seller")]
    rows += [(claim.id, _standing(claim, now), claim.buyer, claim.merchant) for claim in claims]
    wide = [max(len(row[at]) for row in rows) for at in range(3)]
    for claim_id, standing, buyer, of in rows:
        click.echo(f"{claim_id:{wide[0]}}  {standing:{wide[1]}}  {buyer:{wide[2]}}  {of}")


@command.command()
@click.argument("claim_id", metavar="ID")
@data_options.data
@data_options.unlock
def revoke(*, claim_id: str, data: Path, unlock: Path | None) -> None:
    """Revoke the link with this ID (see `list`), at once and for good, whatever its buyer has agreed to.

    The buyer's orders stay as they are; `new --buyer ID` makes another link for the same buyer.
    """
    with data_options.opened(data, unlock) as ledger:
        withdraw_claim(ledger, claim_id)
    click.echo(f"revoked: {claim_id}")


def _as_json(claim: Claim) -> dict[str, object]:
    return {
        "id": claim.id,
        "buyer": claim.buyer,
        "seller": claim.merchant,
        "created": format_instant(claim.created),
        "expires": format_instant(claim.expires),
        "revoked": None if claim.revoked is None else format_instant(claim.revoked),
    }


def _standing(claim: Claim, now: Instant) -> str:
    if claim.revoked is not None:
        return f"revoked {format_instant(claim.revoked)}"
    return f"{'expired' if claim.expires <= now else 'good to'} {format_instant(claim.expires)}"
