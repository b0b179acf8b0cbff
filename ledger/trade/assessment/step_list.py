"""The published lists of expected steps: TOML files, never edited once published, each with a name and a version.

A change is a new file with the next number; what a brand pinned stays as it was.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Final

from ledger.evidence.merkle import Digest
from ledger.trade.assessment.showing import Showing, read_showing
from ledger.trade.assessment.told import Statement, Told
from ledger.trade.dossier.bodies.described import CATEGORIES
from ledger.trade.escrow.pack_table import PackMalformed, Table, read_toml
from ledger.trade.membership import Position

SCHEMA: Final = "suyuan-steps/1"
_SLUG: Final = r"[a-z][a-z0-9]*(-[a-z0-9]+){0,7}"
_NAME: Final = r"[a-z]+(-[a-z]+)*/[1-9][0-9]{0,3}"


@dataclass(frozen=True, slots=True)
class StepRule:
    """One step. `showings`: any of them shows it. if_any: expected only where something shows it."""

    slug: str
    says: str
    showings: tuple[Showing, ...]
    if_any: bool = False

    def shown_by(self, told: tuple[Told, ...], statements: tuple[Statement, ...]) -> tuple[Position, ...]:
        """The records that show it, in log order."""
        found = {position for showing in self.showings for position in showing.found(told, statements)}
        return tuple(sorted(found))


@dataclass(frozen=True, slots=True)
class StepList:
    """What is expected of goods of one category. digest: SHA-256 of the file's bytes."""

    name: str
    category: str
    digest: Digest
    steps: tuple[StepRule, ...]

    @property
    def version(self) -> int:
        return int(self.name.rpartition("/")[2])


def parse_step_list(data: bytes) -> StepList:
    """Read a list from the bytes of its file; what is not exactly in its form is refused.

    Raises:
        PackMalformed: no TOML, an unknown or missing key, a wrong type, a step named twice; `pointer` is the place.
    """
    root = read_toml(data)
    if root.text("schema") != SCHEMA:
        raise PackMalformed(wanted=SCHEMA, pointer="/schema")
    name, category = root.text("name", shape=_NAME), root.one_of("category", CATEGORIES)
    steps = tuple(_read_step(table) for table in root.tables("step"))
    root.end()
    slugs = [step.slug for step in steps]
    if not steps or len(set(slugs)) != len(slugs):
        raise PackMalformed(seen=slugs, wanted="one step or more, each once", pointer="/step")
    return StepList(name, category, sha256(data).digest(), steps)


def _read_step(table: Table) -> StepRule:
    slug, says = table.text("slug", shape=_SLUG), table.text("says")
    if_any = table.one_of("expected", ("always", "if_any")) == "if_any"
    showings = tuple(read_showing(found) for found in table.tables("shown_by"))
    table.end()
    if not showings:
        raise PackMalformed(wanted="[[step.shown_by]] once or more", pointer=f"{table.pointer}/shown_by")
    return StepRule(slug, says, showings, if_any)


@cache
def shipped_lists() -> Mapping[str, StepList]:
    """Every list that comes with this release, by name."""
    folder = files(__package__).joinpath("steps")
    names = sorted(entry.name for entry in folder.iterdir() if re.fullmatch(r"[a-z-]+-[1-9][0-9]*\.toml", entry.name))
    lists = [parse_step_list(folder.joinpath(name).read_bytes()) for name in names]
    return {one.name: one for one in lists}


def list_for(category: str | None, pack: str | None) -> StepList | None:
    """The list named `pack` if it is published here, else the newest of the category, else None."""
    if pack is not None and pack in shipped_lists():
        return shipped_lists()[pack]
    ours = [one for one in shipped_lists().values() if one.category == category]
    return max(ours, key=lambda one: one.version, default=None)
