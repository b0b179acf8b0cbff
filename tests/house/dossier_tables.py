"""The dossier records, their classes and their members, as they stand in docs/FORMATS.md."""

from __future__ import annotations

from collections.abc import Iterator

from ledger.evidence.authority import DOSSIER_CLASSES, TYPES, RecordClass
from ledger.trade.dossier.bodies.every import BODIES
from ledger.trade.dossier.permission import OTHER_WAYS
from ledger.trade.shapes.members import members_of
from tests.house.markdown import table


def dossier_classes() -> str:
    """Type to the classes in which it may stand, and how it comes in."""
    classes = [klass for klass in RecordClass if klass in DOSSIER_CLASSES]
    rows = [
        (f"`{kind}`", *("x" if kind in TYPES[klass] else "" for klass in classes), OTHER_WAYS.get(kind, "posted"))
        for kind in BODIES
    ]
    return table(("Type", *(f"`{klass}`" for klass in classes), "How it comes in"), rows)


def dossier_records() -> str:
    """A heading, a sentence and the members of every type, then the objects inside them."""
    parts: dict[str, type] = {}
    for shape in BODIES.values():
        parts.update({part.__name__: part for part in _parts_of(shape)})
    sections = [_section(name, shape, type_name=name) for name, shape in BODIES.items()]
    sections += [_section(f"{name}, a part", part, type_name=None) for name, part in sorted(parts.items())]
    return "\n\n".join(sections)


def _section(title: str, shape: type, *, type_name: str | None) -> str:
    rows = [("`type`", f"`{type_name}`")] if type_name else []
    for member in members_of(shape):
        rows.append((f"`{member.name}`", member.kind.wanted if member.required else f"{member.kind.wanted}; or absent"))
    said = " ".join((shape.__doc__ or "").split())
    return f"### {title}\n\n{said}\n\n{table(('Member', 'Value'), rows)}"


def _parts_of(shape: type) -> Iterator[type]:
    for member in members_of(shape):
        if member.kind.shape is not None:
            yield member.kind.shape
            yield from _parts_of(member.kind.shape)
