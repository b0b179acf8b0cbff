"""Base classes of every named error, and the registry of their stable codes.

    SuyuanError
    ├── Malformed            the input is not what the format says            400
    │   └── Unprocessable    well-formed, but breaks a rule                   422
    ├── Untrusted            a proof, signature or authority does not hold    403
    │   └── Unauthenticated  nobody, or an unknown somebody, is asking        401
    ├── Absent               there is no such thing                           404
    ├── Conflict             it contradicts what is already recorded          409
    ├── TooLarge             over a stated limit                              413
    ├── MediaTypeUnsupported                                                  415
    ├── Unavailable          try again later                                  503
    └── Misused              a command or setting is used wrongly             (exit code 2)

Leaves say what happened. They live in the room that raises them and carry their evidence as
fields: what was seen, what was wanted, where. The class name of a leaf is its stable code;
`docs/ERRORS.md` has a row for every one of them.
"""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar, Final

_REGISTRY: Final[dict[str, type[SuyuanError]]] = {}
_SHOWN_CHARACTERS_MAX: Final = 200


class SuyuanError(Exception):
    """One named thing that went wrong, with the value seen and the value wanted.

    Args:
        seen: the offending value; shown shortened, never a secret.
        wanted: what would have been accepted, in words.
        hint: what to do next; falls back to the class's own hint.
        pointer: RFC 6901 JSON pointer, or another position, of the offending value.
    """

    title: ClassVar[str] = "something went wrong"
    default_hint: ClassVar[str] = ""

    def __init__(self, *, seen: object = None, wanted: str = "", hint: str = "", pointer: str | None = None) -> None:
        self.seen = None if seen is None else _shorten(seen)
        self.wanted = wanted
        self.hint = hint or self.default_hint
        self.pointer = pointer
        super().__init__(str(self))

    def __init_subclass__(cls) -> None:
        other = _REGISTRY.setdefault(cls.__name__, cls)
        if other is not cls and (other.__module__, other.__qualname__) != (cls.__module__, cls.__qualname__):
            raise TypeError(f"error code {cls.__name__} is taken by {other.__module__}")

    @property
    def code(self) -> str:
        return type(self).__name__

    def __str__(self) -> str:
        parts = [f"{self.code}: {self.title}"]
        if self.pointer is not None:
            parts.append(f"at {self.pointer or 'the root'}")
        if self.seen is not None:
            parts.append(f"saw {self.seen}")
        if self.wanted:
            parts.append(f"wanted {self.wanted}")
        return "; ".join(parts) + (f" ({self.hint})" if self.hint else "")

    def __reduce__(self) -> tuple[object, ...]:
        return (_revive, (type(self), self.__dict__.copy(), str(self)))


class Malformed(SuyuanError):
    title = "the input does not follow its format"


class Unprocessable(Malformed):
    title = "the input is well-formed but breaks a rule"


class Untrusted(SuyuanError):
    title = "a proof, a signature or an authority does not hold"


class Unauthenticated(Untrusted):
    title = "the caller is not known"


class Absent(SuyuanError):
    title = "there is no such thing here"


class Conflict(SuyuanError):
    title = "it contradicts what is recorded"


class TooLarge(SuyuanError):
    title = "it is larger than the stated limit"


class MediaTypeUnsupported(SuyuanError):
    title = "this media type is not read here"


class Unavailable(SuyuanError):
    title = "not possible right now"
    default_hint = "try again in a moment; nothing was written"


class Misused(SuyuanError):
    title = "the command or setting was used wrongly"


def registered_codes() -> dict[str, type[SuyuanError]]:
    """Every named error that the imported rooms define, by code."""
    return dict(_REGISTRY)


def _shorten(value: object) -> str:
    text = str(value) if isinstance(value, str | Decimal) else repr(value)
    shown = text if len(text) <= _SHOWN_CHARACTERS_MAX else text[:_SHOWN_CHARACTERS_MAX] + "…"
    # Half a surrogate pair may come from an argument or from JSON; no answer and no terminal could take it.
    return shown if shown.isascii() else shown.encode(errors="backslashreplace").decode()


def _revive(kind: type[SuyuanError], fields: dict[str, object], message: str) -> SuyuanError:
    error = kind.__new__(kind)
    Exception.__init__(error, message)
    error.__dict__.update(fields)
    return error
