"""What things and places are called: the names that master data and ilmd give them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from msgspec import UNSET

from ledger.trade.epcis.event import AnyEvent
from ledger.trade.identifiers import canonical

# The local names under which GS1 vocabularies carry a name a person would say, best first.
_NAMES: Final = ("productName", "tradeItemDescription", "descriptionShort", "functionalName", "regulatedProductName", "name")
_PLACE_NAMES: Final = ("name", "organizationName", "siteName", "streetAddressOne", "descriptionShort", "city")
_DEPTH_MAX: Final = 3


def name_in_ilmd(event: AnyEvent, *, language: str) -> str | None:
    """The product's name as the event that made it says it."""
    ilmd = getattr(event, "ilmd", UNSET)
    return _named(ilmd, _NAMES, language) if isinstance(ilmd, dict) else None


def names_in_header(header: Mapping[str, Any], *, language: str) -> Iterator[tuple[str, str]]:
    """(canonical identifier, name) of each vocabulary element in a document's master data that has a name."""
    for vocabulary in _list(_at(header, "epcisHeader", "epcisMasterData"), "vocabularyList"):
        for element in _list(vocabulary, "vocabularyElementList"):
            identifier = element.get("id") if isinstance(element, dict) else None
            if not isinstance(identifier, str):
                continue
            attributes = {
                attribute["id"]: attribute.get("attribute")
                for attribute in _list(element, "attributes")
                if isinstance(attribute, dict) and isinstance(attribute.get("id"), str)
            }
            name = _named(attributes, (*_NAMES, *_PLACE_NAMES), language)
            if name:
                yield canonical(identifier) or identifier, name


def _named(holder: Mapping[str, Any], names: Iterable[str], language: str) -> str | None:
    by_local_name = {_local(key): value for key, value in holder.items()}
    for name in names:
        text = _text(by_local_name.get(name), language)
        if text:
            return text
    return None


def _local(key: str) -> str:
    """`cbvmda:descriptionShort`, `urn:…#name` and `https://…/name` all end in the local name."""
    for mark in ("#", "/", ":"):
        key = key.rpartition(mark)[2]
    return key


def _text(value: object, language: str, depth: int = 0) -> str | None:
    """A string; of a list the one in the reader's language, else the first."""
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, dict) and depth < _DEPTH_MAX:
        return _text(value.get("@value", value.get("value")), language, depth + 1)
    if isinstance(value, list) and depth < _DEPTH_MAX:
        own = [item for item in value if isinstance(item, dict) and str(item.get("@language", "")).startswith(language)]
        return next((text for item in (*own, *value) if (text := _text(item, language, depth + 1))), None)
    return None


def _at(holder: object, *path: str) -> object:
    for name in path:
        holder = holder.get(name) if isinstance(holder, dict) else None
    return holder


def _list(holder: object, name: str) -> list[Any]:
    value = holder.get(name) if isinstance(holder, dict) else None
    return value if isinstance(value, list) else []
