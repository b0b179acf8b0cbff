"""Closed JSON shapes as frozen dataclasses: the fields are the members, each with its kind, and nothing else is allowed.

A field is annotated with its `Kind`: `party: Annotated[str, NAME]`. A field with the default None may be absent, and is
never null, so that there is one way to say nothing.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import cache
from typing import Any, Generic, TypeVar, cast, get_args, get_type_hints

from ledger.trade.shapes.refusals import BodyMemberMissing, BodyMemberUnknown, BodyMemberWrong

T = TypeVar("T")
S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class Kind(Generic[T]):
    """How one member is read from JSON and written back.

    `read` takes the JSON value and its pointer, and raises a `BodyMalformed` that names both. `shape` is that of the
    object, or of each object of a list; None where there is none.
    """

    wanted: str
    read: Callable[[object, str], T]
    write: Callable[[T], object]
    shape: type[Any] | None = None


@dataclass(frozen=True, slots=True)
class Member:
    """One member of a shape, for those who write or explain one."""

    name: str
    kind: Kind[Any]
    required: bool


def members_of(shape: type[Any]) -> tuple[Member, ...]:
    """Return the members of a shape in the order in which they are written."""
    return tuple(Member(name, kind, required) for name, (_, kind, required) in _declared(shape).items())


def read_members(shape: type[S], value: object, pointer: str) -> S:
    """Read the JSON object `value` as a `shape`, a dataclass whose fields are annotated with a `Kind`.

    Raises:
        BodyMemberWrong: not an object, or a member of the wrong kind.
        BodyMemberUnknown, BodyMemberMissing: the object is not exactly this shape.
    """
    if not isinstance(value, dict):
        raise BodyMemberWrong(seen=value, wanted="a JSON object", pointer=pointer)
    declared = _declared_once(cast(Hashable, shape))
    if not value.keys() <= declared.keys():
        name = next(name for name in value if name not in declared)
        raise BodyMemberUnknown(seen=name, wanted=", ".join(declared), pointer=f"{pointer}/{_escape(name)}")
    found: dict[str, object] = {}
    for name, (field, kind, required) in declared.items():
        if name in value:
            found[field] = kind.read(value[name], f"{pointer}/{name}")
        elif required:
            raise BodyMemberMissing(seen=", ".join(map(str, value)), wanted=kind.wanted, pointer=f"{pointer}/{name}")
    return shape(**found)


def write_members(shaped: object) -> dict[str, object]:
    """Return the JSON object of a shape, its members in the order of their declaration."""
    written: dict[str, object] = {}
    for name, (field, kind, required) in _declared(type(shaped)).items():
        value = getattr(shaped, field)
        if required or value is not None:
            written[name] = kind.write(value)
    return written


def object_of(shape: type[S]) -> Kind[S]:
    return Kind(
        wanted="a JSON object with " + ", ".join(_declared(shape)),
        read=lambda value, pointer: read_members(shape, value, pointer),
        write=write_members,
        shape=shape,
    )


def _declared(shape: type[Any]) -> dict[str, tuple[str, Kind[Any], bool]]:
    """JSON name -> (field name, kind, must be present), in order of declaration."""
    return _declared_once(cast(Hashable, shape))


@cache
def _declared_once(shape: Any) -> dict[str, tuple[str, Kind[Any], bool]]:  # noqa: ANN401 - mypy holds no class to be hashable
    hints = get_type_hints(shape, include_extras=True)
    return {
        _camel(field.name): (field.name, get_args(hints[field.name])[1], field.default is dataclasses.MISSING)
        for field in dataclasses.fields(shape)
    }


def _camel(field_name: str) -> str:
    first, *rest = field_name.rstrip("_").split("_")
    return first + "".join(word.capitalize() for word in rest)


def _escape(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
