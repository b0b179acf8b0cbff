"""The kinds of value that members of records have: names, keys, roles, closed lists, digests."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable
from functools import lru_cache
from typing import Any, Final, TypeVar

from ledger.errors import Malformed
from ledger.evidence.authority import ROLES
from ledger.evidence.batch import ORIGIN_BYTES_MAX, refuse_name
from ledger.evidence.instant import Instant, format_instant, parse_instant
from ledger.evidence.key import KeyType, VerifierKey
from ledger.evidence.spelling import SIZE_LIMIT, format_base64, parse_base64
from ledger.trade.shapes.members import Kind
from ledger.trade.shapes.refusals import BodyMemberRepeated, BodyMemberWrong

T = TypeVar("T")

LABEL_CHARACTERS_MAX: Final = 100
WITNESS_POLICY_CHARACTERS_MAX: Final = 32_768
PROOF_BYTES_MAX: Final = 2_420
"""An ML-DSA-44 signature; the others are shorter."""

_TERRITORY: Final = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?|-", re.ASCII)
_URL: Final = re.compile(r"[a-z][a-z0-9+.-]*:[!-~]{1,500}", re.ASCII)
# Written out, not asked from `unicodedata`, whose answers change with the Python version: what one machine
# accepted, every other one must accept for ever. Controls, surrogates, line separators, and the characters
# that turn the direction of text or take no room, with which one name can be dressed up as another.
_UNSHOWABLE: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff0-\uffff]"
)


class Explained(ValueError):
    """What is wrong with a text, for whoever wrote it."""


def text_kind(wanted: str, parse: Callable[[str], T], write: Callable[[T], str]) -> Kind[T]:
    """A kind whose JSON value is a string that `parse` takes or refuses by ValueError or a `Malformed`."""

    def read(value: object, pointer: str) -> T:
        if not isinstance(value, str):
            raise BodyMemberWrong(seen=value, wanted=wanted, pointer=pointer)
        try:
            return parse(value)
        except Explained as reason:
            raise BodyMemberWrong(seen=value, wanted=wanted, hint=str(reason), pointer=pointer) from reason
        except (Malformed, ValueError) as reason:
            raise BodyMemberWrong(seen=value, wanted=wanted, pointer=pointer) from reason

    return Kind(wanted=wanted, read=read, write=write)


def one_of(choices: Iterable[str]) -> Kind[Any]:
    allowed = frozenset(choices)
    return text_kind("one of " + ", ".join(sorted(allowed)), lambda text: _only_if(text in allowed, text), str)


def nullable(kind: Kind[T]) -> Kind[T | None]:
    return Kind(
        wanted=f"{kind.wanted}, or null",
        read=lambda value, pointer: None if value is None else kind.read(value, pointer),
        write=lambda value: None if value is None else kind.write(value),
        shape=kind.shape,
    )


def list_of(kind: Kind[T], *, at_least: int, at_most: int, unique: Callable[[T], Hashable] | None = None) -> Kind[tuple[T, ...]]:
    """A JSON array; no two items may agree in what `unique` takes from them."""
    wanted = f"a list of {at_least} to {at_most}, each {kind.wanted}"

    def read(value: object, pointer: str) -> tuple[T, ...]:
        if not isinstance(value, list) or not at_least <= len(value) <= at_most:
            raise BodyMemberWrong(seen=value, wanted=wanted, pointer=pointer)
        items = tuple(kind.read(item, f"{pointer}/{place}") for place, item in enumerate(value))
        taken: set[Hashable] = set()
        for place, item in enumerate(items):
            mark = item if unique is None else unique(item)
            if mark in taken:
                raise BodyMemberRepeated(seen=value[place], wanted="each one once", pointer=f"{pointer}/{place}")
            taken.add(mark)
        return items

    return Kind(wanted=wanted, read=read, write=lambda items: [kind.write(item) for item in items], shape=kind.shape)


def whole_number(wanted: str, *, at_least: int, below: int) -> Kind[int]:
    def read(value: object, pointer: str) -> int:
        # In Python a bool is an int; in JSON it is not a number.
        if not isinstance(value, int) or isinstance(value, bool) or not at_least <= value < below:
            raise BodyMemberWrong(seen=value, wanted=wanted, pointer=pointer)
        return value

    return Kind(wanted=wanted, read=read, write=int)


def _boolean(value: object, pointer: str) -> bool:
    if not isinstance(value, bool):
        raise BodyMemberWrong(seen=value, wanted="true or false", pointer=pointer)
    return value


def _only_if(holds: object, text: str) -> str:
    if not holds:
        raise ValueError(text)
    return text


@lru_cache(maxsize=4_096)
def _name(text: str) -> str:
    refuse_name(text)
    return text


def _origin(text: str) -> str:
    refuse_name(text, bytes_max=ORIGIN_BYTES_MAX)
    return text


def _key(text: str, types: frozenset[KeyType]) -> VerifierKey:
    key = VerifierKey.parse(text)
    _only_if(key.type in types, text)
    return key


def _proof(text: str) -> bytes:
    proof = parse_base64(text)
    _only_if(1 <= len(proof) <= PROOF_BYTES_MAX, text)
    return proof


def showable(text: str) -> bool:
    """Whether every character of `text` can be seen where it stands, and none turns or hides another."""
    return not _UNSHOWABLE.search(text)


def _label(text: str) -> str:
    _only_if(0 < len(text) <= LABEL_CHARACTERS_MAX and text == text.strip() and showable(text), text)
    return text


def _witness_policy(text: str) -> str:
    _only_if(text.endswith("\n") and len(text) <= WITNESS_POLICY_CHARACTERS_MAX, text)
    _only_if(not _UNSHOWABLE.search(text.replace("\n", "")), text)
    return text


_PARTY_KEY_TYPES: Final = frozenset({KeyType.ED25519, KeyType.ECDSA_P256})
_LOG_KEY_TYPES: Final = frozenset({KeyType.ED25519, KeyType.ECDSA_P256, KeyType.MLDSA44})

NAME: Final = text_kind("a name of [a-z0-9./-], 1 to 100 bytes, without empty, . or .. segments", _name, str)
ORIGIN: Final = text_kind("an origin: a name of at most 80 bytes", _origin, str)
PARTY_KEY: Final = text_kind("a vkey, Ed25519 or ECDSA P-256", lambda text: _key(text, _PARTY_KEY_TYPES), str)
LOG_KEY: Final = text_kind("a vkey, Ed25519, ECDSA P-256 or ML-DSA-44", lambda text: _key(text, _LOG_KEY_TYPES), str)
PROOF: Final = text_kind("a raw signature in base64", _proof, format_base64)
DIGEST: Final = text_kind("32 bytes in base64", lambda text: parse_base64(text, length=32), format_base64)
MOMENT: Final[Kind[Instant]] = text_kind("YYYY-MM-DDThh:mm:ss.sssZ", parse_instant, format_instant)
TERRITORY: Final = text_kind(
    "an ISO 3166 code such as CN or CN-GZ, or -", lambda text: _only_if(_TERRITORY.fullmatch(text), text), str
)
URL: Final = text_kind(
    "an absolute URL in ASCII, such as https://tea.example", lambda text: _only_if(_URL.fullmatch(text), text), str
)
LABEL: Final = text_kind(f"a name to show, 1 to {LABEL_CHARACTERS_MAX} showable characters", _label, str)
WITNESS_POLICY: Final = text_kind("the witness, group and quorum lines of a policy, each ended by LF", _witness_policy, str)
ROLE: Final = one_of(ROLES)
CUSTODY: Final = one_of(("self", "operator"))
INDEX: Final = whole_number("an entry index or place, counted from 0, below 2**63", at_least=0, below=SIZE_LIMIT)
BOOLEAN: Final = Kind(wanted="true or false", read=_boolean, write=bool)
