"""The floors of the house: an import goes down or stays in its room, and some rooms are blind to some libraries."""

from __future__ import annotations

import ast
from typing import Final

from tests.house.sources import PACKAGES, Function, Source, listed, sources, tracked

FLOORS: Final = {
    "ledger.errors": 1,
    "ledger.evidence": 2,
    "ledger.trade": 3,
    "ledger.storage": 4,
    "ledger.audit": 4,
    "ledger.actions": 5,
    "api": 6,
    "cli": 6,
}
"""Rooms of one floor are blind to each other."""

DOORS: Final = {("cli.serve", "api.app"), ("cli.serve", "api.settings"), ("cli.witness_serve", "api.witness.app")}
"""The only arrows beside the table, module to module."""

TOP_LEVEL: Final = {
    "pyproject.toml",
    "README.md",
    "Makefile",
    "requirements.lock",
    "LICENSE",
    "CHANGELOG.md",
    "ledger",
    "api",
    "cli",
    "tests",
    "docker",
    "docs",
    "benchmarks",
}

SQL: Final = {"sqlite3", "sqlalchemy", "sqlmodel", "alembic", "psycopg"}
SOCKETS: Final = {"socket", "ssl", "http", "httpx", "urllib.request", "asyncio", "uvicorn"}
FILES: Final = {"os", "io", "shutil", "tempfile", "pathlib", "subprocess"}
WEB: Final = {"fastapi", "starlette", "uvicorn", "jinja2"}
TERMINAL: Final = {"click", "rich"}
BLIND: Final = {
    "ledger.errors": SQL | SOCKETS | FILES | WEB | TERMINAL,
    "ledger.evidence": SQL | SOCKETS | FILES | WEB | TERMINAL,
    "ledger.trade": SQL | SOCKETS | FILES | WEB | TERMINAL,
    "ledger.storage": SOCKETS | WEB | TERMINAL,
    "ledger.audit": SQL | SOCKETS | WEB | TERMINAL,
    "ledger.actions": WEB | TERMINAL,
    "api": TERMINAL,
    "cli": SQL | (WEB - {"uvicorn"}),
}
"""Libraries that a room never imports, by the name they begin with."""

CLOCKS: Final = {"time.time", "time.time_ns", "datetime.now", "datetime.utcnow", "datetime.today", "date.today"}
CLOCKLESS_FLOOR_MAX: Final = 4
ENGINES_AND_APPS: Final = {"create_engine", "FastAPI", "Starlette", "create_app", "Session", "Settings", "Client", "AsyncClient"}
LAZY_LOADERS: Final = {"cli.main"}
"""Modules that may import by a computed name."""


def room_of(module: str) -> str | None:
    """The room a module of this project stands in; None for other modules and for the bare package `ledger`."""
    return next((room for room in FLOORS if module == room or module.startswith(f"{room}.")), None)


def test_imports_go_down_or_stay_in_their_room() -> None:
    wrong = []
    for source in sources(*PACKAGES):
        here = room_of(source.module)
        for node, name in source.imports():
            there = room_of(name)
            if name.partition(".")[0] not in PACKAGES or here is None or here == there or (source.module, name) in DOORS:
                continue
            if there is None or FLOORS[there] >= FLOORS[here]:
                wrong.append(f"{source.at(node)}: {here} imports {name}")
    assert not wrong, listed(wrong)


def test_every_module_stands_in_a_room() -> None:
    homeless = [s.path for s in sources(*PACKAGES) if room_of(s.module) is None and s.module != "ledger"]
    assert not homeless, listed(homeless)


def test_rooms_are_blind_to_the_libraries_of_others() -> None:
    wrong = []
    for source in sources(*PACKAGES):
        room = room_of(source.module)
        if room is None:
            continue
        for node, name in source.imports():
            if any(name == library or name.startswith(f"{library}.") for library in BLIND[room]):
                wrong.append(f"{source.at(node)}: {room} imports {name}")
    assert not wrong, listed(wrong)


def test_only_tests_and_benchmarks_import_tests() -> None:
    wrong = [
        f"{source.at(node)}: imports {name}"
        for source in sources(*PACKAGES)
        for node, name in source.imports()
        if name.partition(".")[0] in {"tests", "benchmarks", "pytest", "hypothesis"}
    ]
    assert not wrong, listed(wrong)


def test_no_star_import() -> None:
    wrong = [
        f"{source.at(node)}: from {node.module} import *"
        for source in sources()
        for node in source.nodes
        if isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names)
    ]
    assert not wrong, listed(wrong)


def test_no_import_inside_a_function() -> None:
    wrong = [
        f"{source.at(node)}: import inside {function.name}()"
        for source in sources()
        for function in source.functions()
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert not wrong, listed(wrong)


def test_no_import_by_a_computed_name() -> None:
    wrong = [
        f"{source.at(call)}: {called(call)}()"
        for source in sources(*PACKAGES)
        if source.module not in LAZY_LOADERS
        for call in source.nodes
        if isinstance(call, ast.Call) and called(call) in {"import_module", "importlib.import_module", "__import__"}
    ]
    assert not wrong, listed(wrong)


def test_no_engine_app_or_clock_at_import_time() -> None:
    wrong = []
    for source in sources(*PACKAGES):
        for call in calls_at_import_time(source):
            name = called(call)
            if name.rpartition(".")[2] in ENGINES_AND_APPS or is_clock(name):
                wrong.append(f"{source.at(call)}: {name}() runs at import time")
    assert not wrong, listed(wrong)


def test_no_clock_is_read_below_the_actions() -> None:
    wrong = [
        f"{source.at(call)}: {called(call)}()"
        for source in sources(*PACKAGES)
        if (room := room_of(source.module)) is not None and FLOORS[room] <= CLOCKLESS_FLOOR_MAX
        for call in source.nodes
        if isinstance(call, ast.Call) and is_clock(called(call))
    ]
    assert not wrong, listed(wrong)


def test_the_top_level_is_exactly_the_table() -> None:
    found = {name.partition("/")[0] for name in tracked()}
    strangers = {name for name in found - TOP_LEVEL if not name.startswith(".")}
    missing = TOP_LEVEL - found
    assert not strangers and not missing, f"not in the table: {sorted(strangers)}; missing: {sorted(missing)}"


def test_docker_is_no_package() -> None:
    assert [name for name in tracked() if name.startswith("docker/") and name.endswith(".py")] == []


def called(call: ast.Call) -> str:
    """The dotted name of what is called, empty where it is an expression."""
    return ast.unparse(call.func) if isinstance(call.func, ast.Name | ast.Attribute) else ""


def is_clock(name: str) -> bool:
    """Whether a dotted name reads the wall clock, whatever the path before it: `datetime.datetime.now` too."""
    return any(name == clock or name.endswith(f".{clock}") for clock in CLOCKS)


def calls_at_import_time(source: Source) -> list[ast.Call]:
    """Calls that run when the module is imported: everything but the bodies of functions."""
    found: list[ast.Call] = []
    waiting: list[ast.AST] = [source.tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Call):
            found.append(node)
        if isinstance(node, Function):
            waiting += [*node.decorator_list, *node.args.defaults, *(d for d in node.args.kw_defaults if d)]
        elif not isinstance(node, ast.Lambda):
            waiting += ast.iter_child_nodes(node)
    return found
