"""The project's own source files, parsed once, for the tests that read them."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Final

CHECKOUT: Final = Path(__file__).resolve().parent.parent.parent
PACKAGES: Final = ("ledger", "api", "cli")
CODE: Final = (*PACKAGES, "tests", "benchmarks")

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Source:
    """One Python file.

    Attributes:
        path: relative to the checkout, with forward slashes.
        module: dotted name; that of the package for an `__init__.py`.
    """

    path: str
    module: str
    text: str
    tree: ast.Module

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """Everything in it, walked once for all that look."""
        return tuple(ast.walk(self.tree))

    @property
    def is_package(self) -> bool:
        return self.path.endswith("/__init__.py")

    @property
    def top(self) -> str:
        return self.module.partition(".")[0]

    def at(self, node: ast.stmt | ast.expr | ast.ExceptHandler) -> str:
        """Where `node` stands, as `path:line`."""
        return f"{self.path}:{node.lineno}"

    def functions(self) -> Iterator[Function]:
        """Every function and method, nested ones too."""
        for node in self.nodes:
            if isinstance(node, Function):
                yield node

    def imports(self) -> Iterator[tuple[ast.stmt, str]]:
        """Every imported module as a dotted name, those under `TYPE_CHECKING` too.

        For `from a import b` the name is `a.b` where that is a module of this project, else `a`.
        """
        for node in self.nodes:
            if isinstance(node, ast.Import):
                for alias in node.names:
                    yield node, alias.name
            elif isinstance(node, ast.ImportFrom):
                base = self._absolute(node)
                for alias in node.names:
                    submodule = f"{base}.{alias.name}"
                    yield node, submodule if _is_module(submodule) else base

    def _absolute(self, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        parts = self.module.split(".")
        package = parts if self.is_package else parts[:-1]
        kept = package[: len(package) - node.level + 1]
        return ".".join([*kept, *([node.module] if node.module else [])])


@cache
def tracked() -> tuple[str, ...]:
    """Every file of the project, relative to the checkout: what git tracks or would offer to add."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=CHECKOUT, capture_output=True, check=True, text=True,
    ).stdout  # fmt: skip
    return tuple(sorted(name for name in listed.split("\0") if name and (CHECKOUT / name).is_file()))


@cache
def sources(*tops: str) -> tuple[Source, ...]:
    """The Python files under these top-level folders, all of `CODE` by default."""
    wanted = tops or CODE
    return tuple(_read(name) for name in tracked() if name.endswith(".py") and name.partition("/")[0] in wanted)


@cache
def _read(name: str) -> Source:
    text = (CHECKOUT / name).read_text(encoding="utf-8")
    module = name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    return Source(path=name, module=module, text=text, tree=ast.parse(text, filename=name))


@cache
def _is_module(name: str) -> bool:
    path = CHECKOUT / name.replace(".", "/")
    return path.with_suffix(".py").is_file() or path.is_dir()


def listed(violations: list[str]) -> str:
    """The violations as one message, one a line."""
    return "\n".join(["", *sorted(violations), f"{len(violations)} in all"])
