"""`suyuan escrow propose`: put records that several parties must sign before the others."""

from __future__ import annotations

from pathlib import Path
from typing import IO

import click

from cli import money_options
from cli.money_ways import keys_in, way
from cli.own_keys import OwnKeys


@click.command()
@money_options.RECORDS
@money_options.speakers
@click.option("--signer", "signers", multiple=True, required=True, help="Who must sign too; may be repeated.")
@money_options.keyed
@money_options.ledger
def command(
    *,
    file: IO[bytes],
    party: str | None,
    own: OwnKeys,
    policy: Path | None,
    signers: tuple[str, ...],
    idempotency_key: str | None,
    url: str | None,
    api_key_file: Path | None,
    data: Path | None,
    unlock: Path | None,
    as_json: bool,
) -> None:
    """Propose records that others must sign too; this signs them first.

    The proposal waits until each of its signers has said `suyuan escrow sign`; then its records are written and judged.
    It is a queue, not the ledger: nothing in it counts before, and after some days it expires.

    \b
    Examples:
      suyuan escrow propose agreed.json --party tea --signer buyer-17 --data DIR
      suyuan escrow propose agreed.json --key tea.key --signer buyer-17 --url https://ledger.example --policy policy
    """
    keys = keys_in(own, party=party, url=url)
    with way(
        url=url, api_key_file=api_key_file, data=data, unlock=unlock, policy=policy, idempotency_key=idempotency_key
    ) as found:
        answer = found.propose(file.read(), party, keys, signers)
    said = answer.said
    text = [f"proposal: {said['id']}", f"waits for: {', '.join(said['missing'])}", f"expires: {said['expires']}"]
    answer.show(text, as_json=as_json)
