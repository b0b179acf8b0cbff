"""`suyuan escrow sign`: sign a proposal, or list those that wait."""

from __future__ import annotations

from pathlib import Path

import click

from cli import money_options
from cli.money_answer import Answer, Json, verdict_lines
from cli.money_ways import keys_in, way
from cli.own_keys import OwnKeys


@click.command()
@click.argument("proposal", required=False)
@money_options.speakers
@money_options.keyed
@money_options.ledger
def command(
    *,
    proposal: str | None,
    party: str | None,
    own: OwnKeys,
    policy: Path | None,
    idempotency_key: str | None,
    url: str | None,
    api_key_file: Path | None,
    data: Path | None,
    unlock: Path | None,
    as_json: bool,
) -> None:
    """Sign PROPOSAL; without one, list the proposals that wait for this party.

    Before an own key signs, it is seen that the note is over the records shown with it, for this very ledger. With the
    last signature the records are written and their verdicts shown; a refusal ends with the exit code of its class.

    \b
    Examples:
      suyuan escrow sign --party buyer-17 --data DIR
      suyuan escrow sign 5f1c… --party buyer-17 --data DIR
      suyuan escrow sign 5f1c… --key buyer.key --url https://ledger.example --api-key-file key --policy policy
    """
    keys = keys_in(own, party=party, url=url)
    if len(keys) > 1:
        raise click.UsageError("one key signs at a time")
    with way(
        url=url,
        api_key_file=api_key_file,
        data=data,
        unlock=unlock,
        policy=policy,
        idempotency_key=idempotency_key,
        writes=proposal is not None,
    ) as found:
        if proposal is None:
            waiting = found.waiting(party or (keys[0].verifier.name if keys else ""))
            answer, text = Answer(waiting), [_waiting(one) for one in waiting["proposals"]] or ["nothing waits"]
        else:
            answer = found.sign(proposal, party, keys[0] if keys else None)
            text = _signed(answer.said)
    answer.show(text, as_json=as_json)


def _waiting(proposal: Json) -> str:
    return f"{proposal['id']}  by {proposal['issuer']}, expires {proposal['expires']}: {proposal['document'].strip()}"


def _signed(said: Json) -> list[str]:
    if said.get("written") is not None:
        return verdict_lines(said["written"])
    if "proposal" in said:
        return [f"signed; waits for: {', '.join(said['proposal']['missing'])}"]
    return verdict_lines(said)
