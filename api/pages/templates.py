"""The templates, each read as one: what it includes or imports stands in its place before it is compiled."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

_INCLUDED: Final = re.compile(r'\{% include "(?P<name>[a-z_]+\.html)" %\}\n')
_IMPORTED: Final = re.compile(r'\{% from "(?P<name>[a-z_]+\.html)" import [a-z_, ]+ with context %\}\n')


class _WholeTemplates(FileSystemLoader):
    """A page of eleven parts that each import the macros they use defines those nine times over, and copies its context
    for each part: a fifth of its time.
    """

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        text, path, is_fresh = super().get_source(environment, template)
        whole = _INCLUDED.sub(lambda found: self._read(environment, found["name"]), text)
        imported: set[str] = set()

        def defined_once(found: re.Match[str]) -> str:
            if found["name"] in imported:
                return ""
            imported.add(found["name"])
            return self._read(environment, found["name"])

        return _IMPORTED.sub(defined_once, whole), path, is_fresh

    def _read(self, environment: Environment, name: str) -> str:
        return super().get_source(environment, name)[0].removesuffix("\n")


def environment_of(folder: Path) -> Environment:
    """Every value is escaped, a missing one is an error, and a file is read once."""
    return Environment(
        loader=_WholeTemplates(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        # Jinja would ask the disk, for every part of every page, whether somebody changed it.
        auto_reload=False,
    )


def compiled(environment: Environment) -> dict[str, Template]:
    """All templates by name. Compiled where it is first used, one would keep a reader waiting, or two threads do it at once."""
    return {name: environment.get_template(name) for name in environment.list_templates(["html"])}
