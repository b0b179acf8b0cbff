"""`suyuan serve`: serve a ledger over HTTP, in the foreground, until it is told to stop."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
from collections.abc import Callable, Generator
from pathlib import Path

import click

from api.app import create_app
from api.settings import Settings, read_settings
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
from ledger.actions.log.begin_guard import guarded_store
from ledger.actions.open_ledger import Clock, open_ledger, system_clock


@click.command()
@data_options.data
@click.option("--port", type=click.IntRange(0, 65_535), default=8_000, show_default=True, help="0 takes any free one.")
@click.option("--host", default=HOST, show_default=True, help="The address to listen on; 0.0.0.0 for all.")
@click.option(
    "--public-url",
    envvar="SUYUAN_PUBLIC_URL",
    help="Where the world finds this server, as https://host[:port][/stem]. Item codes and links are printed with it.",
)
@data_options.unlock
def command(*, data: Path, port: int, host: str, public_url: str | None, unlock: Path | None) -> None:
    """Serve a ledger over HTTP.

    Runs in the foreground until SIGTERM or SIGINT; requests under way are finished first. Any number of servers and
    commands may work on one data directory. Put a proxy with TLS in front of it.

    \b
    Example:
      suyuan serve --data ledger-data --public-url https://ledger.example
    """
    log_to_standard_error()
    with listening(host, port) as listener:
        settings = settings_of(data, listener, host=host, public_url=public_url, unlock=unlock)
        serve(settings, listener, when_ready=lambda: click.echo(f"serving {data} on {settings.public_url}", err=True))


def settings_of(
    data: Path, listener: socket.socket, *, host: str = HOST, public_url: str | None = None, unlock: Path | None = None
) -> Settings:
    """The settings of a server on `listener`; its public address is where it listens, unless told otherwise."""
    return read_settings(os.environ, data=data, unlock=unlock, public_url=public_url or url_of(listener, host))


def serve(settings: Settings, listener: socket.socket, *, when_ready: Callable[[], None]) -> None:
    """Serve until SIGTERM or SIGINT, then finish what is under way, and return.

    Raises:
        What `open_ledger` and `guarded_store` raise: they are tried before anything else, so that it is said by name.
        ServerNotStarted: something else failed while starting.
    """
    with contextlib.closing(open_ledger(settings.data, unlock=settings.unlock)) as ledger:
        guarded_store(ledger)
    keep_what_is_loaded()
    server = Server(config_of(create_app(settings, clock=system_clock)), when_ready)
    server.run(sockets=[listener])
    if not server.started:
        raise ServerNotStarted(seen=str(settings.data))


@contextlib.contextmanager
def serving_beside(settings: Settings, listener: socket.socket, *, clock: Clock) -> Generator[None, None, None]:
    """Serve in a thread of this process, for rehearsals whose days pass on a clock of their own.

    Raises:
        ServerNotStarted: the application did not start.
    """
    ready = threading.Event()
    server = Server(config_of(create_app(settings, clock=clock)), ready.set)

    def run() -> None:
        try:
            server.run(sockets=[listener])
        finally:
            ready.set()

    thread = threading.Thread(target=run, name="server", daemon=True)
    thread.start()
    ready.wait()
    if not server.started:
        raise ServerNotStarted(seen=str(settings.data))
    try:
        yield
    finally:
        server.should_exit = True
        thread.join()
