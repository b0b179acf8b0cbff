"""`suyuan escrow post`: write escrow records and show the verdict on each."""

from __future__ import annotations

from pathlib import Path
from typing import IO

import click

from cli import money_options
from cli.money_answer import verdict_lines
from cli.money_ways import keys_in, way
from cli.own_keys import OwnKeys


@click.command()
@money_options.RECORDS
@money_options.speakers
@click.option("--signer", "signers", multiple=True, help="With --party: who says it too, by a key the operator holds.")
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
    """Write escrow records and show the verdict on each.

    FILE holds one record as JSON, or one per line; - reads standard input. Every signer says every record of it. What is
    well-formed is written, accepted or refused: a refused record stands in the ledger, moved nothing and stays refused.
    Ends with the exit code of the first refusal. Records of signers in different places are sent by `suyuan escrow propose`.

    \b
    Examples:
      suyuan escrow post received.json --party bank --data DIR
      suyuan escrow post received.json --url https://ledger.example --api-key-file key
      suyuan escrow post agreed.json --key tea.key --key buyer.key --url https://ledger.example --policy policy
    """
    keys = keys_in(own, party=party, url=url)
    if signers and party is None:
        raise click.UsageError("--signer goes with --party; see `suyuan escrow propose`")
    with way(
        url=url,
        api_key_file=api_key_file,
        data=data,
        unlock=unlock,
        policy=policy,
        idempotency_key=idempotency_key,
        writes=True,
    ) as found:
        answer = found.post(file.read(), party, keys, signers)
    answer.show(verdict_lines(answer.said), as_json=as_json)
