"""`suyuan serve`: serve a ledger over HTTP, in the foreground, until it is told to stop."""

from __future__ import annotations

import contextlib
import errno
import gc
import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any, Final

import click
import uvicorn

from api.app import create_app
from api.settings import Settings, read_settings
from cli import data_options
from ledger.actions.open_ledger import Clock, open_ledger, system_clock
from ledger.errors import Misused, Unavailable

HOST: Final = "127.0.0.1"
_BACKLOG: Final = 2_048
_LAST_REQUESTS_S: Final = 20
_GARBAGE_THRESHOLDS: Final = (50_000, 20, 100)
_TALKING: Final = ("api", "ledger", "uvicorn")
_ANYWHERE: Final = {"0.0.0.0": HOST, "::": "[::1]"}  # noqa: S104 - compared with, not bound to


class PortTaken(Unavailable):
    title = "another program listens on this port"
    default_hint = "choose another one with --port; --port 0 takes any free one"


class AddressUnusable(Misused):
    title = "no program on this machine can listen on this address and port, or this one may not"
    default_hint = "--host takes an address of this machine, such as 127.0.0.1, or 0.0.0.0 for all; low ports are often reserved"


class ServerNotStarted(Unavailable):
    title = "the server did not start"
    default_hint = "its log says why"


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
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s %(message)s")
    for name in _TALKING:
        logging.getLogger(name).setLevel(logging.INFO)
    with listening(host, port) as listener:
        settings = settings_of(data, listener, host=host, public_url=public_url, unlock=unlock)
        serve(settings, listener, when_ready=lambda: click.echo(f"serving {data} on {settings.public_url}", err=True))


@contextlib.contextmanager
def listening(host: str, port: int) -> Generator[socket.socket, None, None]:
    """A socket bound to `host` and `port`. Connections wait in it from the first moment on.

    Raises:
        PortTaken: another program has the port.
        AddressUnusable: `host` is no address of this machine, or the port is not for this user.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family, backlog=_BACKLOG)
    except (OSError, UnicodeError) as reason:
        if isinstance(reason, OSError) and reason.errno == errno.EADDRINUSE:
            raise PortTaken(seen=f"{host}:{port}", wanted="a free port") from reason
        raise AddressUnusable(seen=f"{host}:{port}: {reason}") from reason
    with listener:
        yield listener


def settings_of(
    data: Path, listener: socket.socket, *, host: str = HOST, public_url: str | None = None, unlock: Path | None = None
) -> Settings:
    """The settings of a server on `listener`; its public address is where it listens, unless told otherwise."""
    name = _ANYWHERE.get(host, f"[{host}]" if ":" in host else host)
    url = public_url or f"http://{name}:{listener.getsockname()[1]}"
    return read_settings(os.environ, data=data, unlock=unlock, public_url=url)


def serve(settings: Settings, listener: socket.socket, *, when_ready: Callable[[], None]) -> None:
    """Serve until SIGTERM or SIGINT, then finish what is under way, and return.

    Raises:
        What `open_ledger` raises: it is tried before anything else, so that it is said by name.
        ServerNotStarted: something else failed while starting.
    """
    open_ledger(settings.data, unlock=settings.unlock).close()
    # What is loaded now stays to the end; looking through it again and again for garbage costs a sixth of the time.
    gc.freeze()
    gc.set_threshold(*_GARBAGE_THRESHOLDS)
    server = _Server(_config(settings, system_clock), when_ready)
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
    server = _Server(_config(settings, clock), ready.set)

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


def _config(settings: Settings, clock: Clock) -> uvicorn.Config:
    return uvicorn.Config(
        create_app(settings, clock=clock),
        loop="uvloop" if sys.platform != "win32" else "asyncio",
        http="httptools",
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_LAST_REQUESTS_S,
    )


class _Server(uvicorn.Server):
    """Says when it is ready; a signal to stop is an ordinary end, not a death by that signal."""

    def __init__(self, config: uvicorn.Config, when_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._when_ready = when_ready

    async def startup(self, *arguments: Any, **named: Any) -> None:  # noqa: ANN401 - passed on as they come
        try:
            await super().startup(*arguments, **named)
        except SystemExit:  # how uvicorn says that the application did not start
            self.should_exit = True
            return
        if self.started and not self.should_exit:
            self._when_ready()

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        if threading.current_thread() is not threading.main_thread():
            yield  # signals are the business of whoever started this thread
            return
        handled = (signal.SIGINT, signal.SIGTERM)
        before = {number: signal.signal(number, self.handle_exit) for number in handled}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
