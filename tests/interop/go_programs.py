"""The Go programs of this folder and of the modules it pins, built once per checkout."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final, NoReturn

import pytest

FOLDER: Final = Path(__file__).resolve().parent
BUILT: Final = FOLDER.parents[1] / "build" / "interop"
GO_PLACES: Final = (shutil.which("go"), "/usr/local/go/bin/go")

QUICK: Final = ("./verify", "./cosign", "github.com/transparency-dev/tessera/cmd/fsck")
"""About a minute to build on a machine that never did, a second afterwards."""

SLOW: Final = (
    "./agent",
    "filippo.io/torchwood/cmd/litewitness",
    "github.com/transparency-dev/tessera/cmd/examples/posix-oneshot",
)
"""As long again: a witness brings an SQLite with it. Built where `SUYUAN_INTEROP=whole`, as `make interop` sets it."""

_BUILD_S: Final = 900


def program(name: str) -> Path:
    """The built program of this name; the test is skipped, with the reason, where it cannot be had."""
    package = next(package for package in (*QUICK, *SLOW) if package.rsplit("/", 1)[-1] == name)
    if package in SLOW and os.environ.get("SUYUAN_INTEROP") != "whole":
        pytest.skip(f"{name} is part of `make interop` only")
    build(QUICK if package in QUICK else SLOW)
    return BUILT / name


def run(name: str, *arguments: object, given: bytes | None = None) -> subprocess.CompletedProcess[str]:
    """Run one of the programs to its end; standard output and error as text."""
    command = [str(program(name)), *map(str, arguments)]
    done = subprocess.run(command, input=given, capture_output=True, timeout=120, check=False)
    return subprocess.CompletedProcess(command, done.returncode, done.stdout.decode(), done.stderr.decode())


@cache
def build(packages: Sequence[str]) -> None:
    """Build `packages` with pinned versions; skip, or fail where `SUYUAN_REQUIRE_GO=1`, where that is not possible."""
    go = _find_go()
    BUILT.mkdir(parents=True, exist_ok=True)
    with (BUILT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # tests run in several processes, and a program that runs cannot be written over
        staging = BUILT / "new"
        done = subprocess.run(
            [go, "build", "-trimpath", "-o", f"{staging}/", *packages],
            cwd=FOLDER,
            env={**os.environ, **settings()},
            capture_output=True,
            text=True,
            timeout=_BUILD_S,
            check=False,
        )
        if done.returncode:
            _refuse(f"the Go programs do not build, or their modules cannot be had:\n{done.stderr[-2_000:]}")
        for path in staging.iterdir():
            path.replace(BUILT / path.name)


def settings() -> Mapping[str, str]:
    """Nothing of the machine's own Go settings changes what is built: no other toolchain, no workspace, no C."""
    return {"CGO_ENABLED": "0", "GOTOOLCHAIN": "local", "GOWORK": "off", "GOFLAGS": "-mod=readonly"}


def _find_go() -> str:
    assert GO_WANTED
    for go in filter(None, GO_PLACES):
        if not Path(go).exists():
            continue
        said = subprocess.run(
            [go, "env", "GOVERSION"], env={**os.environ, **settings()}, capture_output=True, text=True, check=False
        )
        found = re.match(r"go(\d+)\.(\d+)", said.stdout)
        if found and tuple(map(int, found.groups())) >= tuple(map(int, GO_WANTED.groups())):
            return go
    _refuse(f"Go {GO_WANTED[1]}.{GO_WANTED[2]} or newer is found neither on the PATH nor in /usr/local/go")


def _refuse(reason: str) -> NoReturn:
    if os.environ.get("SUYUAN_REQUIRE_GO") == "1":
        pytest.fail(reason)
    pytest.skip(reason)
