"""docs/INTEROP.md names what is really built, at the version that is really pinned."""

from __future__ import annotations

import re

import pytest

from tests.house.sources import CHECKOUT
from tests.interop.go_programs import FOLDER, QUICK, SLOW

DOCUMENT = (CHECKOUT / "docs" / "INTEROP.md").read_text(encoding="utf-8")
GO_MOD = (FOLDER / "go.mod").read_text(encoding="utf-8")
PINNED = dict(re.findall(r"^\t(\S+) (v\S+)", GO_MOD, re.MULTILINE))
ROW = re.compile(r"^\| `([^`]+)` \| (v\S+) \|", re.MULTILINE)


def test_the_versions_in_the_table_are_those_of_go_mod() -> None:
    named = dict(ROW.findall(DOCUMENT))
    assert named
    assert {module: PINNED.get(module) for module in named} == named


def test_every_module_that_is_used_directly_stands_in_the_table() -> None:
    direct = {module for module, _ in re.findall(r"^\t(\S+) (v\S+)$", GO_MOD, re.MULTILINE)}
    commands = re.findall(r"^\t(\S+)$", GO_MOD, re.MULTILINE)
    tools = {module for module in PINNED for command in commands if command.startswith(f"{module}/")}
    assert (direct | tools) <= set(dict(ROW.findall(DOCUMENT)))


@pytest.mark.parametrize("package", [*QUICK, *SLOW])
def test_every_program_is_named(package: str) -> None:
    assert f"`{package.rsplit('/', 1)[-1]}`" in DOCUMENT


def test_the_go_it_needs_is_the_one_in_go_mod() -> None:
    wanted = re.search(r"^go (\d+\.\d+)", GO_MOD, re.MULTILINE)
    assert wanted
    assert f"Go {wanted[1]} or newer" in DOCUMENT
