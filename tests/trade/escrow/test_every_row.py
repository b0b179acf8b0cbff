"""Together the stories take every row of the table with every alternative of its signers, and post every posting."""

from __future__ import annotations

import importlib
import inspect
from functools import cache
from itertools import product
from typing import Any

from ledger.trade.escrow.table.every import OFF_LINE, ROWS
from tests.trade.escrow import world as worlds
from tests.trade.escrow.test_table import POSTINGS
from tests.trade.escrow.world import World

STORIES = (
    "test_agreement",
    "test_goods",
    "test_release",
    "test_disputes",
    "test_fund",
    "test_holds_and_recalls",
    "test_line_decided",
    "test_attacks",
)


class Watched(World):
    """A world that is remembered with all others of its kind."""

    made: list[World] = []  # noqa: RUF012 - filled by `_all_worlds` and read there

    def __init__(self, territory: str = "SG") -> None:
        super().__init__(territory)
        self.made.append(self)


def _cases(test: Any) -> list[dict[str, Any]]:
    """The arguments of every case of a parametrised test, without `world`."""
    axes = []
    for mark in getattr(test, "pytestmark", ()):
        names = [name.strip() for name in mark.args[0].split(",")] if isinstance(mark.args[0], str) else list(mark.args[0])
        values = [value if len(names) > 1 else (value,) for value in mark.args[1]]
        axes.append([dict(zip(names, value, strict=True)) for value in values])
    return [{name: value for part in parts for name, value in part.items()} for parts in product(*axes)]


@cache
def _all_worlds() -> tuple[World, ...]:
    """Tell every story again and keep its worlds."""
    kept = worlds.World
    Watched.made.clear()
    modules = [importlib.import_module(f"tests.trade.escrow.{name}") for name in STORIES]
    for module in modules:
        module.World = Watched  # type: ignore[attr-defined]
    try:
        for module in modules:
            for name, test in inspect.getmembers(module, inspect.isfunction):
                if name.startswith("test_"):
                    takes_world = "world" in inspect.signature(test).parameters
                    for case in _cases(test):
                        test(**case, **({"world": Watched()} if takes_world else {}))
    finally:
        for module in modules:
            module.World = kept  # type: ignore[attr-defined]
    return tuple(Watched.made)


def test_every_row_was_taken_with_every_alternative_of_its_signers() -> None:
    taken = set().union(*(world.taken for world in _all_worlds()))
    missing = [(row.record, row.before, row.when, seats) for row in ROWS for seats in row.signers if (row, seats) not in taken]
    assert not missing, missing
    assert {record for world in _all_worlds() for record in world.off_line_taken} == set(OFF_LINE)


def test_every_posting_was_made() -> None:
    posted = set().union(*(world.posted for world in _all_worlds()))
    assert posted | {"P11b"} == POSTINGS


def test_every_move_that_a_record_may_bring_with_it_was_made_by_it() -> None:
    made = set().union(*(world.side_moves for world in _all_worlds()))
    announced = {(row.record, before, after) for row in ROWS for before, after in row.also}
    assert announced == made, announced ^ made
