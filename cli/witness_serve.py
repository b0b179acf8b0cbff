"""`suyuan witness serve`: cosign the checkpoints of logs over HTTP, in the foreground, until told to stop."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Final

import click

from api.witness.app import create_witness_app
from cli import data_options
from cli.server import (
    HOST,
    Server,
    ServerNotStarted,
    config_of,
    keep_what_is_loaded,
    listening,
    log_to_standard_error,
    url_of,
)
from ledger.actions.witness.introduce_log import Introductions
from ledger.actions.witness.open_witness import Witness, open_witness

PORT: Final = 8_100


@click.command()
@click.option("--data", type=data_options.DIRECTORY, required=True, help="The witness's own directory; made if it is not there.")
@click.option("--name", required=True, help="Its name, for ever, such as witness.example/w1.")
@click.option("--port", type=click.IntRange(0, 65_535), default=PORT, show_default=True, help="0 takes any free one.")
@click.option("--host", default=HOST, show_default=True, help="The address to listen on; 0.0.0.0 for all.")
@click.option("--public-url", help="Where the world finds it, printed instead of the address it listens on.")
@click.option(
    "--introductions",
    type=click.Choice([one.value for one in Introductions]),
    help=(
        "Who may have it know a log: programs on this machine, anyone, or only you by command. "
        "By default `nobody` where --public-url is elsewhere than on this machine, else `loopback`."
    ),
)
@click.option("--post-quantum", is_flag=True, help="Cosign with an ML-DSA-44 key too. Once made, it stays in use.")
def command(
    *, data: Path, name: str, port: int, host: str, public_url: str | None, introductions: str | None, post_quantum: bool
) -> None:
    """Serve a witness over HTTP.

    Prints `witness: VKEY URL` when it is ready: give both to the operators of logs. At the first start it makes its key, in
    the data directory. Never bring an older copy of that directory back: it would cosign a second history, and refuses to
    where SUYUAN_GUARD, outside of it, still holds what it cosigned. Put a proxy with TLS in front of it; any number of
    servers may work on one directory.

    \b
    Examples:
      suyuan witness serve --data w1 --name witness.example/w1 --port 8100
      suyuan witness serve --data w1 --name witness.example/w1 --introductions nobody --post-quantum
    """
    log_to_standard_error()
    with (
        listening(host, port) as listener,
        closing(open_witness(data, name=name, post_quantum=post_quantum)) as witness,
    ):
        url = (public_url or url_of(listener, host)).removesuffix("/")
        welcome = None if introductions is None else Introductions(introductions)
        app = create_witness_app(witness, introductions=welcome, public_url=public_url)
        keep_what_is_loaded()
        # Whom a proxy asks for is of no use here: introductions go by who really connects.
        server = Server(config_of(app, believe_proxy=False), lambda: _say_who(witness, url))
        server.run(sockets=[listener])
        if not server.started:
            raise ServerNotStarted(seen=str(data))


def _say_who(witness: Witness, url: str) -> None:
    first, *more = witness.verifiers
    click.echo(f"witness: {first} {url}")
    for key in more:
        click.echo(f"witness-ml-dsa-44: {key}")
