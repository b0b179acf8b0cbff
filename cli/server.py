"""A socket to listen on, and a server on it that says when it is ready: what every serving command needs."""

from __future__ import annotations

import atexit
import contextlib
import errno
import gc
import logging
import signal
import socket
import sys
import threading
from collections.abc import Callable, Generator
from typing import Any, Final

import uvicorn

from cli.whole_answers import WholeAnswers
from ledger.errors import Misused, Unavailable

HOST: Final = "127.0.0.1"
_BACKLOG: Final = 2_048
_LAST_REQUESTS_S: Final = 20
_GARBAGE_THRESHOLDS: Final = (50_000, 20, 100)
_TALKING: Final = ("api", "ledger")
"""The server underneath speaks of warnings and failures only: that it runs, and where, is one line of ours."""
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


def url_of(listener: socket.socket, host: str) -> str:
    """The address by which programs on this machine find a server on `listener`."""
    name = _ANYWHERE.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{name}:{listener.getsockname()[1]}"


def log_to_standard_error() -> None:
    """Let our own rooms and the server say what they do."""
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s %(message)s")
    # What no line prints need not be found out for each. Source: Python's logging HOWTO, "Optimization".
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    logging._srcfile = None
    for name in _TALKING:
        logging.getLogger(name).setLevel(logging.INFO)


def keep_what_is_loaded() -> None:
    """Leave what is loaded now out of garbage collection; looking through it again and again costs a sixth of the time."""
    gc.freeze()
    # At the end it is given back: what is never collected, native libraries report as leaked, 40 lines of it.
    atexit.register(gc.unfreeze)
    gc.set_threshold(*_GARBAGE_THRESHOLDS)


def config_of(app: Callable[..., Any], *, believe_proxy: bool = True) -> uvicorn.Config:
    """How an application is served; `believe_proxy`: a proxy on this machine says for whom it asks."""
    return uvicorn.Config(
        app,
        loop="uvloop" if sys.platform != "win32" else "asyncio",
        http=WholeAnswers,
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=believe_proxy,
        timeout_graceful_shutdown=_LAST_REQUESTS_S,
    )


class Server(uvicorn.Server):
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
