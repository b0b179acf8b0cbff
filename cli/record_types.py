"""`suyuan record types`: every type of dossier record with its members, so that one can write one by hand."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import click

from cli import data_options
from ledger.evidence.authority import DOSSIER_CLASSES, MAY_SIGN, TYPES
from ledger.trade.dossier.bodies.every import BODIES
from ledger.trade.dossier.permission import OTHER_WAYS
from ledger.trade.shapes.members import members_of


@click.command()
@click.argument("kinds", metavar="[TYPE]...", nargs=-1, type=click.Choice(tuple(BODIES)))
@data_options.as_json
def command(*, kinds: tuple[str, ...], as_json: bool) -> None:
    """Print every type of record with its members; or only those of TYPE.

    A member in [brackets] may be left out. No other member is allowed, and none is null.

    \b
    Example:
      suyuan record types RecallIssued
    """
    chosen = [BODIES[kind] for kind in kinds or BODIES]
    if as_json:
        click.echo(json.dumps([_type_json(shape) for shape in chosen], ensure_ascii=False, indent=1))
        return
    click.echo("\n\n".join("\n".join(_type_lines(shape)) for shape in chosen))


def _type_lines(shape: type[Any]) -> Iterator[str]:
    yield f"{shape.__name__}  {_meaning(shape)}"
    if shape.__name__ in OTHER_WAYS:
        yield f"  not posted: {OTHER_WAYS[shape.__name__]}"
    yield f"  class {', '.join(_classes(shape))}; by {', '.join(_roles(shape))}"
    yield f'  "type"  "{shape.__name__}"'
    yield from _member_lines(shape, "  ")


def _member_lines(shape: type[Any], indent: str) -> Iterator[str]:
    for member in members_of(shape):
        name = f'"{member.name}"' if member.required else f'["{member.name}"]'
        yield f"{indent}{name}  {member.kind.wanted}"
        if member.kind.shape is not None:
            yield from _member_lines(member.kind.shape, indent + "    ")


def _type_json(shape: type[Any]) -> dict[str, Any]:
    return {
        "type": shape.__name__,
        "meaning": _meaning(shape),
        "classes": _classes(shape),
        "roles": _roles(shape),
        "posted": shape.__name__ not in OTHER_WAYS,
        "members": _members_json(shape),
    }


def _members_json(shape: type[Any]) -> list[dict[str, Any]]:
    return [
        {
            "name": member.name,
            "required": member.required,
            "wanted": member.kind.wanted,
            "members": [] if member.kind.shape is None else _members_json(member.kind.shape),
        }
        for member in members_of(shape)
    ]


def _meaning(shape: type[Any]) -> str:
    return (shape.__doc__ or "").strip().partition("\n")[0]


def _classes(shape: type[Any]) -> list[str]:
    return sorted(klass.value for klass in DOSSIER_CLASSES if shape.__name__ in TYPES[klass])


def _roles(shape: type[Any]) -> list[str]:
    classes = {klass for klass in DOSSIER_CLASSES if shape.__name__ in TYPES[klass]}
    return [role for role, may in MAY_SIGN.items() if may & classes]
