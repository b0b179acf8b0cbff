"""`suyuan version`."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

from click.testing import CliRunner

from cli.main import suyuan

DECLARED = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]["version"]


def test_the_release_is_the_declared_one() -> None:
    assert CliRunner().invoke(suyuan, ["version"]).stdout == f"suyuan {DECLARED}\n"


def test_as_json() -> None:
    assert json.loads(CliRunner().invoke(suyuan, ["version", "--json"]).stdout)["version"] == DECLARED
