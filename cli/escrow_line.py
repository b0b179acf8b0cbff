"""`suyuan escrow line`: everything about one order line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from cli import money_options
from cli.money_answer import Answer, Json
from cli.money_ways import way


@click.command()
@click.argument("line")
@money_options.ledger
def command(
    *, line: str, url: str | None, api_key_file: Path | None, data: Path | None, unlock: Path | None, as_json: bool
) -> None:
    """Show the order line LINE: its states, where the money is, what may come next, and every step so far.

    `prev` is what the next record about it must cite. Amounts are minor units.

    \b
    Example:
      suyuan escrow line ledger.example/party/tea/order-17/1 --data DIR
    """
    with way(url=url, api_key_file=api_key_file, data=data, unlock=unlock) as found:
        said = found.line(line)
    Answer(said).show(list(_told(said)), as_json=as_json)


def _told(said: Json) -> Iterator[str]:
    for title in ("line", "merchant", "buyer", "custodian", "prev"):
        yield f"{title:10} {said[title]}"
    yield f"{'terms':10} sha256 {said['terms']['digest']} at {said['terms']['record']}"
    yield f"{'states':10} " + ", ".join(f"{region} {state}" for region, state in said["states"].items())
    boxes = (f"{box} {minor}" for box, minor in said["boxes"].items())
    yield f"{'boxes':10} {said['currency']} " + ", ".join(boxes)
    for step in said["next"]:
        when = "".join(f" {word} {step[name]}" for word, name in (("from", "at"), ("until", "until")) if step[name])
        who = "; or ".join(" and ".join(seats) for seats in step["signers"])
        yield f"{'next':10} {step['record']}{when}: {who}"
    for step in said["steps"]:
        fate = f"refused {step['refusal']}" if step["refusal"] else f"step {step['sequence']}"
        yield f"{'record':10} {step['position'][0]}/{step['position'][1]} {step['time']} {step['type']}: {fate}"
        for leg in step["legs"]:
            yield f"{'':10}   {leg['account']} {leg['minor']} {leg['currency']}"
