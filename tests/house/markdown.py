"""Tables and names as the documents write them."""

from __future__ import annotations

from collections.abc import Iterable


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """A table of Markdown."""
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join("| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines)


def names(found: Iterable[str]) -> str:
    """Names of the code, each in its own marks."""
    return " ".join(f"`{name}`" for name in found)


def camel(field_name: str) -> str:
    """The JSON name of a member."""
    first, *rest = field_name.rstrip("_").split("_")
    return first + "".join(word.capitalize() for word in rest)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
