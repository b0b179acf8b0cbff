"""The style of the house, as far as a machine can read it."""

from __future__ import annotations

import ast
import re
from pathlib import PurePosixPath
from typing import Final

from tests.house.sources import CHECKOUT, listed, sources, tracked

FILE_LINES_MAX: Final = 300
TEST_LINES_MAX: Final = 450
"""One test file stands for one source file, and its tables of cases may take more room than the rule they hold."""

FUNCTION_LINES_MAX: Final = 60
LONG_FILES: Final[dict[str, str]] = {}
LONG_FUNCTIONS: Final[dict[str, str]] = {}
"""Path, or path::function, and the reason why it is longer than the rest."""

NAMELESS: Final = {"utils", "util", "helpers", "helper", "common", "misc", "shared"}
UNFINISHED: Final = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X)\b")
PROSE: Final = {".py", ".md", ".toml", ".html", ".css", ".js", ".svg", ".yaml", ".yml", ".mako", ".txt", ".sh", ""}


def test_every_file_begins_with_a_sentence_of_purpose() -> None:
    wrong = []
    for source in sources():
        first = source.text.split("\n", 1)[0]
        sentence = first.removeprefix('r"""').removeprefix('"""').removesuffix('"""')
        if not re.match(r'r?"""\S', first) or not sentence.endswith((".", "?", ".)")):
            wrong.append(f"{source.path}: {first[:80]}")
    assert not wrong, listed(wrong)


def limit_of(path: str) -> int:
    return TEST_LINES_MAX if path.startswith("tests/") else FILE_LINES_MAX


def test_files_are_short() -> None:
    long = [
        f"{source.path}: {count} lines"
        for source in sources()
        if (count := source.text.count("\n")) > limit_of(source.path) and source.path not in LONG_FILES
    ]
    assert not long, listed(long)


def test_functions_are_short() -> None:
    long = [
        f"{source.at(function)}: {function.name}() has {count} lines"
        for source in sources()
        for function in source.functions()
        if (count := (function.end_lineno or 0) - function.lineno + 1) > FUNCTION_LINES_MAX
        and f"{source.path}::{function.name}" not in LONG_FUNCTIONS
    ]
    assert not long, listed(long)


def test_the_exceptions_are_still_needed() -> None:
    by_path = {source.path: source for source in sources()}
    idle = [path for path in LONG_FILES if path not in by_path or by_path[path].text.count("\n") <= FILE_LINES_MAX]
    functions = {f"{s.path}::{f.name}": (f.end_lineno or 0) - f.lineno + 1 for s in sources() for f in s.functions()}
    idle += [name for name in LONG_FUNCTIONS if functions.get(name, 0) <= FUNCTION_LINES_MAX]
    assert not idle, listed(idle)


def test_every_name_says_what_is_in_it() -> None:
    wrong = [name for name in tracked() if NAMELESS & {PurePosixPath(part).stem for part in PurePosixPath(name).parts}]
    assert not wrong, listed(wrong)


def test_a_package_file_holds_only_a_docstring() -> None:
    wrong = [
        source.path
        for source in sources()
        if source.is_package and (len(source.tree.body) != 1 or ast.get_docstring(source.tree) is None)
    ]
    assert not wrong, listed(wrong)


def test_no_broad_except() -> None:
    wrong = []
    for source in sources():
        for node in source.nodes:
            if not isinstance(node, ast.ExceptHandler):
                continue
            kinds = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
            if any(kind is None or ast.unparse(kind) in {"Exception", "BaseException"} for kind in kinds):
                wrong.append(source.at(node))
    assert not wrong, listed(wrong)


def test_nothing_is_marked_unfinished() -> None:
    wrong = [
        f"{name}:{number}: {line.strip()[:80]}"
        for name in tracked()
        if PurePosixPath(name).suffix in PROSE and name != "LICENSE"
        for number, line in enumerate((CHECKOUT / name).read_text(encoding="utf-8").splitlines(), start=1)
        if UNFINISHED.search(line)
    ]
    assert not wrong, listed(wrong)


def test_every_function_is_annotated() -> None:
    wrong = []
    for source in sources():
        for function in source.functions():
            arguments = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
            arguments += [a for a in (function.args.vararg, function.args.kwarg) if a is not None]
            bare = [a.arg for a in arguments if a.annotation is None and a.arg not in {"self", "cls"}]
            if bare or function.returns is None:
                wrong.append(f"{source.at(function)}: {function.name}({', '.join(bare)})")
    assert not wrong, listed(wrong)


def test_no_test_reads_a_stopwatch() -> None:
    """Speed is measured in benchmarks/: a timed test says more about the machine than about the program."""
    watches = {"perf_counter", "process_time", "perf_counter_ns", "process_time_ns", "thread_time"}
    timed = [
        f"{source.at(node)}: {node.attr}"
        for source in sources()
        if source.path.startswith("tests/")
        for node in source.nodes
        if isinstance(node, ast.Attribute) and node.attr in watches
    ]
    assert not timed, listed(timed)
