"""Every named error and every exit code, as the tables of the documents."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from functools import cache
from typing import Final

from api.problems import status_of
from cli.exits import MEANING, exit_code_of
from ledger import errors
from ledger.errors import SuyuanError
from tests.house.sources import PACKAGES

_BASES: Final = errors.__name__
_RUN_BY_ALEMBIC: Final = "ledger.storage.migrations."


def modules() -> Iterator[str]:
    """Every module of the project but the migrations, which only run inside a migration."""
    for package in PACKAGES:
        yield package
        found = pkgutil.walk_packages(importlib.import_module(package).__path__, f"{package}.")
        yield from (module.name for module in found if not module.name.startswith(_RUN_BY_ALEMBIC))


@cache
def leaves() -> tuple[type[SuyuanError], ...]:
    """Every named error of the project, by code; the base classes and those of tests are left out."""
    for module in modules():
        importlib.import_module(module)
    named = errors.registered_codes()
    return tuple(
        kind
        for code, kind in sorted(named.items())
        if kind.__module__ != _BASES and kind.__module__.partition(".")[0] in PACKAGES
    )


def family_of(kind: type[SuyuanError]) -> type[SuyuanError]:
    """The nearest base class of `ledger/errors.py`."""
    return next(ancestor for ancestor in kind.__mro__ if ancestor.__module__ == _BASES)


def error_sections() -> str:
    """One section per family, one row per error: code, HTTP status, what happened, what to do."""
    families: list[type[SuyuanError]] = [
        SuyuanError,
        *(kind for kind in errors.registered_codes().values() if kind.__module__ == _BASES),
    ]
    sections = []
    for family in families:
        rows = [
            f"| `{kind.__name__}` | {status_of(kind)} | {_cell(kind.title)} | {_cell(kind.default_hint)} |"
            for kind in leaves()
            if family_of(kind) is family
        ]
        if rows:
            head = f"## {family.__name__}\n\n{_sentence(family.title)} Exit code {int(exit_code_of(family))}.\n\n"
            sections.append(head + "| Code | HTTP | What happened | What to do |\n|---|---|---|---|\n" + "\n".join(rows))
    return "\n\n".join(sections)


def exit_code_table() -> str:
    """Every exit code of the command line."""
    rows = [f"| {int(code)} | {meaning} |" for code, meaning in MEANING.items()]
    return "| Exit code | Meaning |\n|---|---|\n" + "\n".join(rows)


def _sentence(title: str) -> str:
    return title[:1].upper() + title[1:] + "."


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
