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

_BUILD_S: Final = 600


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
        said = _said_by_build([go, "build", "-trimpath", "-o", f"{staging}/", *packages])
        if said is not None:
            _refuse(f"the Go programs do not build, or their modules cannot be had:\n{said[-2_000:]}")
        for path in staging.iterdir():
            path.replace(BUILT / path.name)


def _said_by_build(command: Sequence[str]) -> str | None:
    """What the build said where it failed; None where it succeeded."""
    environment = {**os.environ, **settings()}
    try:
        done = subprocess.run(command, cwd=FOLDER, env=environment, capture_output=True, text=True, timeout=_BUILD_S, check=False)
    except subprocess.TimeoutExpired:
        return f"no end after {_BUILD_S} s"
    return done.stderr if done.returncode else None


def settings() -> Mapping[str, str]:
    """Nothing of the machine's own Go settings changes what is built: no other toolchain, no workspace, no C."""
    return {"CGO_ENABLED": "0", "GOTOOLCHAIN": "local", "GOWORK": "off", "GOFLAGS": "-mod=readonly"}


def _find_go() -> str:
    wanted = re.search(r"^go (\d+\.\d+)", (FOLDER / "go.mod").read_text(encoding="utf-8"), re.MULTILINE)
    assert wanted
    new_enough = [go for go in GO_PLACES if go and Path(go).exists() and _version(go) >= _parts(wanted[1])]
    if not new_enough:
        _refuse(f"Go {wanted[1]} or newer is found neither on the PATH nor in /usr/local/go")
    return new_enough[0]


def _version(go: str) -> tuple[int, ...]:
    environment = {**os.environ, **settings()}
    said = subprocess.run([go, "env", "GOVERSION"], env=environment, capture_output=True, text=True, check=False)
    return _parts(said.stdout.removeprefix("go"))


def _parts(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version)[:2])


def _refuse(reason: str) -> NoReturn:
    if os.environ.get("SUYUAN_REQUIRE_GO") == "1":
        pytest.fail(reason)
    pytest.skip(reason)
