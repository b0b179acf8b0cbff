"""The packages that are tested are those of this checkout, and a command loads no more than it needs."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from cli.main import COMMANDS
from tests.house.sources import CHECKOUT, PACKAGES

HEAVY = {"fastapi", "starlette", "uvicorn", "sqlmodel", "sqlalchemy", "alembic", "pydantic", "jinja2", "httpx", "PIL"}
LIGHT_COMMANDS = ("verify", "version")


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_resolves_inside_this_checkout(package: str) -> None:
    spec = find_spec(package)
    assert spec is not None and spec.origin is not None, f"{package} is not importable as a package"
    assert Path(spec.origin).resolve() == CHECKOUT / package / "__init__.py"


def test_the_installed_command_runs_this_checkout() -> None:
    where = _python("import cli.main, ledger.errors; print(cli.main.__file__); print(ledger.errors.__file__)").splitlines()
    assert [Path(line).resolve() for line in where] == [CHECKOUT / "cli" / "main.py", CHECKOUT / "ledger" / "errors.py"]


def test_every_command_is_there_and_carries_its_line_of_the_list() -> None:
    program = (
        "import json; from importlib import import_module; from cli.main import COMMANDS\n"
        "print(json.dumps({n: import_module(f'cli.{n}').command.get_short_help_str(200) for n in COMMANDS}))"
    )
    missing = [name for name in COMMANDS if not (CHECKOUT / "cli" / f"{name}.py").is_file()]
    assert not missing, f"no file cli/<name>.py for: {', '.join(missing)}"
    found = json.loads(_python(program))
    wanted = {name: line.removesuffix(".") for name, line in COMMANDS.items()}
    assert {name: line.removesuffix(".") for name, line in found.items()} == wanted


@pytest.mark.parametrize("command", LIGHT_COMMANDS)
def test_a_light_command_loads_no_heavy_library(command: str) -> None:
    program = (
        "import sys; from cli.main import suyuan\n"
        f"suyuan.main(['{command}', '--help'], prog_name='suyuan', standalone_mode=False)\n"
        "print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    )
    loaded = set(_python(program).splitlines()[-1].split())
    assert loaded & HEAVY == set()


def test_the_list_of_commands_loads_no_command() -> None:
    program = (
        "import sys; from cli.main import suyuan\n"
        "suyuan.main(['--help'], prog_name='suyuan', standalone_mode=False)\n"
        "print(*sorted(name for name in sys.modules if name.startswith('cli.')))"
    )
    assert _python(program).splitlines()[-1].split() == ["cli.boundary", "cli.exits", "cli.main"]


def _python(program: str) -> str:
    # A process of its own: this one has long imported everything. Another directory: nothing may hang on the current one.
    run = subprocess.run([sys.executable, "-c", program], cwd="/", capture_output=True, text=True, check=False, timeout=60)
    assert run.returncode == 0, run.stderr
    return run.stdout
