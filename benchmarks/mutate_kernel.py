"""Mutation run over the escrow kernel: one small fault at a time, and whether the kernel's tests notice it (`make mutants`).

A child process is forked for each mutant, in which one module of the kernel is compiled from a changed syntax tree and the
tests run until the first failure; no file is touched. Faults that no test notices are printed. Source: docs/MUTANTS.md.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import CodeType, ModuleType
from typing import Final

import click
import hypothesis.strategies  # noqa: F401 - loaded once, before the forks
import pytest

from benchmarks.mutations import Mutation, mutations_of

CHECKOUT: Final = Path(__file__).resolve().parent.parent
_KERNEL: Final = CHECKOUT / "ledger/trade/escrow"
_TESTS: Final = CHECKOUT / "tests/trade/escrow"
_TARGETS: Final = (
    "accounts.py",
    "conditions.py",
    "deadlines.py",
    "draft.py",
    "kernel.py",
    "off_line.py",
    "seating.py",
    "deeds/*.py",
    "guards/*.py",
    "table/disputes.py",
    "table/every.py",
    "table/fund.py",
    "table/goods.py",
    "table/money.py",
)
_NOT_OF_THE_KERNEL: Final = ("test_allocation", "test_calendar", "test_currencies", "test_describe", "test_model", "test_money")
_NOR_THESE: Final = ("test_pack", "test_reading", "test_trigger")
_SECONDS_MAX: Final = 120.0


class _Instead(MetaPathFinder, Loader):
    """Loads one module from other code."""

    def __init__(self, name: str, code: CodeType) -> None:
        self._name, self._code = name, code

    def find_spec(self, fullname: str, _path: object, _target: object = None) -> ModuleSpec | None:
        return ModuleSpec(fullname, self) if fullname == self._name else None

    def exec_module(self, module: ModuleType) -> None:
        exec(self._code, module.__dict__)


@click.command()
@click.option("--jobs", type=int, default=2, show_default=True, help="Mutants at once.")
@click.option("--sample", type=int, help="So many of the mutants, drawn with the seed; all of them unless given.")
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--only", default="", help="Only files whose path contains this.")
def main(*, jobs: int, sample: int | None, seed: int, only: str) -> None:
    """Change the kernel in one place at a time and see whether its tests notice."""
    tests = [str(path) for path in sorted(_TESTS.glob("test_*.py")) if path.stem not in (*_NOT_OF_THE_KERNEL, *_NOR_THESE)]
    if _run(None, tests) != 0:
        raise click.ClickException("the tests fail without any mutation")
    every = [mutation for path in _targets() if only in str(path) for mutation in mutations_of(path)]
    chosen = every if sample is None else random.Random(seed).sample(every, min(sample, len(every)))
    click.echo(f"{len(every)} mutants, {len(chosen)} of them run, {len(tests)} test files")
    survived = 0
    with ThreadPoolExecutor(jobs) as pool:
        for mutation, outcome in zip(chosen, pool.map(lambda one: _run(one, tests), chosen), strict=True):
            if outcome == 0:
                survived += 1
                click.echo(f"survived: {mutation.path.relative_to(CHECKOUT)}:{mutation.line}: {mutation.says}")
    killed = len(chosen) - survived
    click.echo(f"{killed} of {len(chosen)} killed ({killed / max(1, len(chosen)):.1%}), {survived} survived")


def _targets() -> Iterator[Path]:
    for pattern in _TARGETS:
        yield from (path for path in sorted(_KERNEL.glob(pattern)) if path.stem != "__init__")


def _run(mutation: Mutation | None, tests: Sequence[str]) -> int:
    """The exit code of the tests in a process of their own; a mutant that never ends is noticed by that."""
    child = os.fork()
    if child == 0:
        _become(mutation, tests)
    until = time.monotonic() + _SECONDS_MAX
    while time.monotonic() < until:
        found, status = os.waitpid(child, os.WNOHANG)
        if found:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.05)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return -signal.SIGKILL


def _become(mutation: Mutation | None, tests: Sequence[str]) -> None:
    """Run the tests in this process, which was forked for it, and end it."""
    silence = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(silence, descriptor)
    outcome = 1
    try:
        if mutation is not None:
            name = ".".join(mutation.path.relative_to(CHECKOUT).with_suffix("").parts)
            sys.meta_path.insert(0, _Instead(name, compile(mutation.tree(), str(mutation.path), "exec")))
        options = ["-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--rootdir", str(CHECKOUT)]
        outcome = int(pytest.main([*options, *tests]))
    finally:
        os._exit(outcome)


if __name__ == "__main__":
    if any(name.startswith("ledger.trade.escrow") for name in sys.modules):
        raise AssertionError("the kernel is loaded before the forks")
    main()
