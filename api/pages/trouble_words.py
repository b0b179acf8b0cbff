"""What went wrong, in the words of the person who scanned, typed or pressed something."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from api.pages.words import Words, words_of
from api.problems import status_of
from ledger.errors import SuyuanError
from ledger.trade.digital_link import CheckDigitWrong


class Trouble(NamedTuple):
    """What happened, and what the person can do."""

    title: str
    advice: str


# Keys whose check digit is their last.
_CHECKED_LAST: Final = frozenset({"(00)", "(01)"})

ALIKE: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "incomplete": (
            "DigitalLinkMalformed", "ElementStringMalformed", "IdentificationKeyMissing", "PathUnsafe",
        ),
        "garbled": (
            "AiValueMalformed", "ApplicationIdentifierRepeated", "ApplicationIdentifierUnknown", "AttributeNotAllowed",
            "PercentEncodingBroken", "QualifierMisplaced", "UriCharacterForbidden",
        ),
        "unkeyed": ("ApiKeyExpired", "ApiKeyRevoked", "ApiKeyUnknown", "CallerUnknown"),
        "erased": ("BodyErased",),
        "lost": ("MediaAbsent", "MediaLost"),
        "changed": ("MediaChanged",),
        "GuessesTooMany": ("ReportsTooFast", "TriedTooOften", "TriesTooMany", "UnknownTooMany"),
        "waiting": ("NotPublishedYet", "PublicationSlow"),
        "busy": (
            "BodiesTooMany", "ClockBehind", "LedgerBusy", "ProposalsTooMany", "QueueFull", "TurnsExhausted", "WriterStopped",
        ),
    }
)  # fmt: skip
"""Key of the catalogue to the errors that are one to a person."""

_ALIKE_BY_CODE: Final = MappingProxyType({code: key for key, codes in ALIKE.items() for code in codes})
_PAGE_TITLES: Final = MappingProxyType({403: "page.forbidden", 404: "page.unknown", 503: "page.later"})


def say_trouble(error: SuyuanError, language: str) -> Trouble:
    """The words for an error in a language; those of its status where the error has none of its own."""
    words = words_of("trouble", language)
    found = _trouble(words, _key(error, words))
    if isinstance(error, CheckDigitWrong):
        which = words["which.last" if error.pointer in _CHECKED_LAST else "which.check"]
        return found._replace(title=found.title.format(which=which, digit=error.digit_wanted))
    return found


def say_page_title(status: int, language: str) -> str:
    """The heading of a page that says what went wrong, by its HTTP status."""
    return words_of("trouble", language)[_PAGE_TITLES.get(status, "page.failed")]


def say_refused(error: SuyuanError, language: str) -> Trouble:
    """The words for what a claim page would not do."""
    words = words_of("claim", language)
    key = f"refused.{error.code}"
    return _trouble(words, key if f"{key}.title" in words else "refused.other")


def _key(error: SuyuanError, words: Words) -> str:
    status = status_of(type(error))
    tried = (error.code, _ALIKE_BY_CODE.get(error.code, ""), f"status.{status}", f"status.{status // 100}")
    return next((key for key in tried if f"{key}.title" in words), "status.5")


def _trouble(words: Words, key: str) -> Trouble:
    return Trouble(words[f"{key}.title"], words[f"{key}.advice"])
