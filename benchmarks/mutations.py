"""Small faults in a module's syntax tree: another operator or number, a lost guard, leg or note, another seat, no refusal."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_COMPARISONS: Final[dict[type[ast.cmpop], type[ast.cmpop]]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
_METHODS: Final = {"debit": "credit", "credit": "debit", "into": "out_of", "out_of": "into"}
_SEATS: Final = {"B": "M", "M": "K", "K": "B", "Q": "L", "L": "Q", "C": "O", "A": "F", "F": "A", "O": "A"}
_ROW_LISTS: Final = ("guards", "while_own", "also", "postings")


@dataclass(frozen=True, slots=True)
class Mutation:
    """One fault. `says` names it; `number` is its place among all of this file."""

    path: Path
    number: int
    line: int
    says: str

    def tree(self) -> ast.Module:
        """The module with the fault in it."""
        tree = ast.parse(self.path.read_text("utf-8"))
        for number, (_, _, change) in enumerate(_changes(tree)):
            if number == self.number:
                change()
                return ast.fix_missing_locations(tree)
        raise AssertionError("the file has changed since its mutations were counted")


def mutations_of(path: Path) -> list[Mutation]:
    """Every fault that this program knows to make in the file, in order."""
    tree = ast.parse(path.read_text("utf-8"))
    return [Mutation(path, number, line, says) for number, (line, says, _) in enumerate(_changes(tree))]


_Change = tuple[int, str, Callable[[], None]]


def _changes(tree: ast.Module) -> Iterator[_Change]:
    for node in _outside_decorators(tree):
        yield from _of_expression(node)
        yield from _of_call(node)
        if isinstance(node, ast.Return) and node.value is not None and _makes_refusal(node.value):
            yield node.lineno, "returns None where it refuses", _setter(node, "value", ast.Constant(None))


def _outside_decorators(tree: ast.Module) -> Iterator[ast.AST]:
    """Every node; `@dataclass(frozen=True)` protects from faults of others and is none of the rules."""
    decorators = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef | ast.FunctionDef)
        for decorator in node.decorator_list
        for inner in ast.walk(decorator)
    }
    return iter([node for node in ast.walk(tree) if node not in decorators])


def _of_expression(node: ast.AST) -> Iterator[_Change]:
    match node:
        case ast.Compare(ops=[op]) if type(op) in _COMPARISONS:
            other = _COMPARISONS[type(op)]
            yield node.lineno, f"{type(op).__name__} becomes {other.__name__}", _setter(node, "ops", [other()])
        case ast.BinOp(op=ast.Add() | ast.Sub() as op):
            other_op = ast.Sub() if isinstance(op, ast.Add) else ast.Add()
            yield node.lineno, f"{type(op).__name__} becomes {type(other_op).__name__}", _setter(node, "op", other_op)
        case ast.BoolOp(op=op):
            turned = ast.Or() if isinstance(op, ast.And) else ast.And()
            yield node.lineno, f"{type(op).__name__} becomes {type(turned).__name__}", _setter(node, "op", turned)
        case ast.UnaryOp(op=ast.USub()):
            yield node.lineno, "minus is lost", _setter(node, "op", ast.UAdd())
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield node.lineno, "not is lost", _setter(node, "operand", ast.UnaryOp(ast.Not(), operand))
        case ast.Constant(value=bool(value)):
            yield node.lineno, f"{value} becomes {not value}", _setter(node, "value", not value)
        case ast.Constant(value=int(value)):
            yield node.lineno, f"{value} becomes {value + 1}", _setter(node, "value", value + 1)
        case ast.IfExp(body=ast.Constant(value=None)) | ast.IfExp(orelse=ast.Constant(value=None)):
            # The two ways to write a guard: "None if right else Refusal(…)" and "Refusal(…) if wrong else None".
            yield node.lineno, "never refuses", _setter(node, "test", ast.Constant(isinstance(node.body, ast.Constant)))
        case ast.Attribute(value=ast.Name(id="Box"), attr=box):
            yield node.lineno, f"box {box} becomes another", _setter(node, "attr", "REF" if box != "REF" else "REL")


def _of_call(node: ast.AST) -> Iterator[_Change]:
    if not isinstance(node, ast.Call):
        return
    if isinstance(node.func, ast.Attribute) and node.func.attr in _METHODS:
        method = node.func.attr
        yield node.lineno, f"{method} becomes {_METHODS[method]}", _setter(node.func, "attr", _METHODS[method])
    if isinstance(node.func, ast.Attribute) and node.func.attr in ("note", "done"):
        for keyword in node.keywords:
            yield keyword.value.lineno, f"{keyword.arg} is not noted", _remover(node.keywords, keyword)
    if _makes_row(node):
        yield from _of_row(node)


def _of_row(row: ast.Call) -> Iterator[_Change]:
    """A row loses a guard, its timeout or a state beside it, or asks another seat."""
    for keyword in row.keywords:
        if keyword.arg in _ROW_LISTS and isinstance(keyword.value, ast.Tuple):
            for element in keyword.value.elts:
                yield element.lineno, f"{keyword.arg} loses {ast.unparse(element)}", _remover(keyword.value.elts, element)
        if keyword.arg == "timeout":
            yield keyword.value.lineno, "timeout is lost", _remover(row.keywords, keyword)
    for argument in [*row.args, *(keyword.value for keyword in row.keywords if keyword.arg == "signers")]:
        for seat in ast.walk(argument):
            if isinstance(seat, ast.Name) and seat.id in _SEATS:
                yield seat.lineno, f"seat {seat.id} becomes {_SEATS[seat.id]}", _setter(seat, "id", _SEATS[seat.id])


def _makes_row(call: ast.Call) -> bool:
    """`Row("FundsReceived", Own.AGREED, …)`, or a function that makes such a row."""
    match call.args:
        case [ast.Constant(value=str()), ast.Attribute(), *_]:
            return True
    return False


def _makes_refusal(value: ast.expr) -> bool:
    return isinstance(value, ast.Call) and any(keyword.arg in ("seen", "wanted") for keyword in value.keywords)


def _setter(node: ast.AST, name: str, value: object) -> Callable[[], None]:
    return lambda: setattr(node, name, copy.copy(value))


def _remover(items: list, item: object) -> Callable[[], None]:  # type: ignore[type-arg]
    return lambda: items.remove(item)
