"""`suyuan trace`: follow an item back and forward."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, get_args
from urllib.parse import quote

import click
from msgspec.structs import asdict

from cli import data_options
from cli.boundary import one_line
from cli.identifiers import whole
from cli.remote import reached
from ledger.actions.parties.admit_party import full_name
from ledger.actions.trace.trace_item import ItemTrace, trace_item
from ledger.evidence.instant import format_instant
from ledger.trade.genealogy import Direction


@click.command()
@click.argument("identifier")
@click.option("--direction", type=click.Choice(get_args(Direction)), default="both", show_default=True, help="Where to.")
@data_options.data_if_local
@data_options.unlock
@click.option("--party", help="Read as this party: what others let it read too.")
@data_options.url_of_server
@data_options.api_key_file
@data_options.as_json
def command(
    *,
    identifier: str,
    direction: Direction,
    data: Path | None,
    unlock: Path | None,
    party: str | None,
    url: str | None,
    api_key_file: Path | None,
    as_json: bool,
) -> None:
    """Follow an item back and forward.

    Over packing, processing and assembly: where it came from, where it went.

    IDENTIFIER is any identifier of an event, in any spelling; 01/… is short for https://id.gs1.org/01/…. Whoever names
    an item with its serial or lot holds its code, and is shown what is for the holder of the code.

    \b
    Example:
      suyuan trace 01/09506000200033/21/VZV4QRVYNE3P --direction back --data demo-data
    """
    start = whole(identifier)
    if url is not None:
        with reached(url, api_key_file) as remote:
            found = json.loads(remote.get(f"/trace/{quote(start, safe=':/')}", direction=direction))
    elif data is not None:
        with data_options.opened(data, unlock) as ledger:
            reader = None if party is None else full_name(ledger.origin, party)
            found = _as_json(trace_item(ledger, start, direction=direction, party=reader), direction)
    else:
        raise click.UsageError("--data DIR or --url URL says where the ledger is")
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        _print(found)


def _as_json(found: ItemTrace, direction: Direction) -> dict[str, Any]:
    """The same members as a server answers with, but for the addresses of records."""
    by_position = {tuple(position): event for position, event in found.events.items()}
    return {
        "start": list(found.starts),
        "direction": direction,
        "nodes": [asdict(node) for node in found.trace.nodes],
        "edges": [
            {"position": list(e.position), "kind": e.kind, "sources": list(e.sources), "targets": list(e.targets)}
            for e in found.trace.edges
        ],
        "events": [
            {
                "position": list(event.position),
                "type": event.type,
                "eventTime": format_instant(event.event_time),
                "action": event.action,
                "issuer": by_position[tuple(event.position)].batch.issuer,
                "eventID": by_position[tuple(event.position)].event_id,
            }
            for event in found.trace.events
        ],
        "withdrawn": [list(position) for position in sorted(found.withdrawn)],
        "withheld": len(found.withheld),
        "truncated": found.trace.truncated,
    }


def _print(found: dict[str, Any]) -> None:
    click.secho(f"Events ({len(found['events'])})", bold=True)
    for event in found["events"]:
        entry, place = event["position"]
        action = event["action"] or ""
        click.echo(
            one_line(f"  {event['eventTime']}  {entry}/{place:<4} {event['type']:19} {action:8} {event['issuer']}").rstrip()
        )
    click.secho(f"\nThings ({len(found['nodes'])})", bold=True)
    for node in found["nodes"]:
        carried = "  (carried it)" if node["carrier"] else ""
        click.echo(one_line(f"  {node['depth']:>2}  {node['identifier']}{carried}"))
    if found["withdrawn"]:
        places = ", ".join(f"{entry}/{place}" for entry, place in found["withdrawn"])
        click.echo(f"\nDeclared wrong by their issuers, and left out: {places}")
    if found["withheld"]:
        click.echo(f"\n{found['withheld']} records name things of this trace and are not for this reader.")
    if found["truncated"]:
        click.echo("\nThere is more than is shown.")
