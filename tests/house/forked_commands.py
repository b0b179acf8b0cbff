"""The command `suyuan` for scripts that call it often: each call is a fork of one interpreter that has loaded everything once.

Nothing is opened before the fork, so a call sees what a process of its own sees: arguments, environment, folder, standard
streams and exit code are its own. What loading takes each time is what a script of forty calls is saved.
"""

from __future__ import annotations

import json
import os
import pkgutil
import shlex
import socket
import subprocess
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Final

import cli
from cli.main import main

_CALL: Final = """
import json, os, socket, sys
with socket.socket(socket.AF_UNIX) as served:
    served.connect({address!r})
    call = json.dumps([sys.argv[1:], os.getcwd(), dict(os.environ)]).encode()
    socket.send_fds(served, [len(call).to_bytes(4, "big")], [0, 1, 2])
    served.sendall(call)
    sys.exit(int(served.recv(8) or b"70"))
"""
_UNLOADED: Final = ("cli.serve", "cli.demo")
_FAULT: Final = 70


@contextmanager
def forked_suyuan(folder: Path) -> Iterator[Path]:
    """Serve calls for as long as the context lasts; the folder it gives holds `suyuan`, to stand first in a PATH."""
    address = str(folder / "calls")
    programs = folder / "bin"
    programs.mkdir()
    (programs / "call.py").write_text(_CALL.format(address=address))
    command = programs / "suyuan"
    command.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -IS {shlex.quote(str(programs / "call.py"))} "$@"\n')
    command.chmod(0o755)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(address)
        listening.listen()
        server = subprocess.Popen([sys.executable, "-m", __name__, str(listening.fileno())], pass_fds=[listening.fileno()])
        try:
            yield programs
        finally:
            server.terminate()
            server.wait(timeout=30)


def serve(listening: socket.socket) -> None:
    """Load every command, then answer one call after the other."""
    for module in pkgutil.iter_modules(cli.__path__, "cli."):
        if module.name not in _UNLOADED:
            import_module(module.name)
    while True:
        calling, _ = listening.accept()
        with calling:
            _answer(calling)


def _answer(calling: socket.socket) -> None:
    length, streams, _, _ = socket.recv_fds(calling, 4, 3)
    with calling.makefile("rb") as rest:
        arguments, folder, environment = json.loads(rest.read(int.from_bytes(length, "big")))
    child = os.fork()
    if child == 0:
        for number, stream in enumerate(streams):
            os.dup2(stream, number)
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(environment)
        _end_as_called(arguments)
    for stream in streams:
        os.close(stream)
    calling.sendall(b"%d" % os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))


def _end_as_called(arguments: list[str]) -> None:
    """Run the command and end at once: to take all that was loaded apart again takes longer than most commands."""
    code: object = _FAULT
    try:
        sys.argv[1:] = arguments
        main()
    except SystemExit as ended:
        code = ended.code or 0
    finally:
        if code == _FAULT:
            traceback.print_exc()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code if isinstance(code, int) else 1)


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))
