"""A withheld field: its digest stands in the signed record, and a disclosure that is kept apart opens it.

disclosure  base64url, without padding, of the JSON array [salt, name, value]
digest      SHA-256 of the disclosure's ASCII; base64url without padding in the array `suyuan:_sd`

The array stands in the object from which the field was taken. Source: docs/FORMATS.md, "Disclosures"; after SD-JWT.
"""

from __future__ import annotations

import binascii
import hashlib
import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from ledger.errors import TooLarge, Unprocessable
from ledger.evidence.merkle import DIGEST_BYTES, Digest
from ledger.evidence.record import read_json

DIGESTS_MEMBER: Final = "suyuan:_sd"
DISCLOSURE_BYTES_MAX: Final = 65_536
DISCLOSURES_MAX: Final = 1_000
"""Of one batch."""
_SALT: Final = re.compile(r"[A-Za-z0-9_-]{22,128}", re.ASCII)
"""At least 128 random bits; without them a field could be guessed from its digest."""


class DisclosureMalformed(Unprocessable):
    title = "a disclosure is not the base64url of a JSON array [salt, name, value]"


class DisclosuresTooMany(TooLarge):
    title = "more disclosures than one batch may have"


@dataclass(frozen=True, slots=True)
class Disclosure:
    """`text` exactly as it was given: its ASCII is what the digest is made of."""

    text: str
    salt: str
    name: str
    value: Any

    @property
    def digest(self) -> Digest:
        return hashlib.sha256(self.text.encode("ascii")).digest()

    @classmethod
    def of(cls, salt: bytes, name: str, value: bytes) -> Disclosure:
        """The disclosure of a field.

        Args:
            salt: at least 16 random bytes, never used again.
            value: of the field, as JSON.

        Raises:
            DisclosureMalformed, and what `read_json` raises of the value.
        """
        array = b"[%b,%b,%b]" % (
            *(json.dumps(text, ensure_ascii=False).encode() for text in (format_base64url(salt), name)),
            value,
        )
        return cls.parse(format_base64url(array))

    @classmethod
    def parse(cls, text: str, *, pointer: str = "") -> Disclosure:
        """Read one disclosure.

        Raises:
            DisclosureMalformed, and what `read_json` raises of the array.
        """
        if len(text) > DISCLOSURE_BYTES_MAX:
            raise DisclosureMalformed(seen=f"{len(text)} characters", wanted=f"at most {DISCLOSURE_BYTES_MAX}", pointer=pointer)
        data = parse_base64url(text)
        if data is None:
            raise DisclosureMalformed(seen=text, wanted="base64url without padding", pointer=pointer)
        array = read_json(data, bytes_max=DISCLOSURE_BYTES_MAX)
        if not isinstance(array, list) or len(array) != 3:
            raise DisclosureMalformed(seen=type(array).__name__, wanted="an array of three", pointer=pointer)
        salt, name, value = array
        if not isinstance(salt, str) or not _SALT.fullmatch(salt):
            raise DisclosureMalformed(seen="another salt", wanted="22 to 128 base64url characters", pointer=pointer)
        if not isinstance(name, str) or name in ("", "...", "_sd", DIGESTS_MEMBER):
            raise DisclosureMalformed(seen="another name", wanted="the name of the field", pointer=pointer)
        return cls(text, salt, name, value)


def read_disclosures(data: bytes) -> tuple[Disclosure, ...]:
    """Read a JSON array of disclosures, each once.

    Raises:
        DisclosureMalformed, DisclosuresTooMany, and what `read_json` raises.
    """
    texts = read_json(data, bytes_max=DISCLOSURE_BYTES_MAX * 64)
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise DisclosureMalformed(seen=type(texts).__name__, wanted="an array of disclosures")
    if len(texts) > DISCLOSURES_MAX:
        raise DisclosuresTooMany(seen=len(texts), wanted=f"at most {DISCLOSURES_MAX}")
    repeated = next((number for number, text in enumerate(texts) if text in texts[:number]), None)
    if repeated is not None:
        raise DisclosureMalformed(seen="the same one again", wanted="each once", pointer=f"/{repeated}")
    return tuple(Disclosure.parse(text, pointer=f"/{number}") for number, text in enumerate(texts))


def digests_in(value: object) -> Iterator[Digest]:
    """Every digest of a withheld field in a decoded record, at any depth; what is no digest is passed over."""
    if isinstance(value, Mapping):
        named = value.get(DIGESTS_MEMBER)
        for text in named if isinstance(named, list) else ():
            digest = parse_base64url(text) if isinstance(text, str) else None
            if digest is not None and len(digest) == DIGEST_BYTES:
                yield digest
        for member in value.values():
            yield from digests_in(member)
    elif isinstance(value, list):
        for item in value:
            yield from digests_in(item)


def format_base64url(data: bytes) -> str:
    """Base64url without padding. Source: RFC 7515 section 2."""
    return urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def parse_base64url(text: str) -> bytes | None:
    """Read exactly what `format_base64url` prints; None for any other spelling."""
    try:
        data = urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
    except (binascii.Error, UnicodeEncodeError, ValueError):
        return None
    return data if format_base64url(data) == text else None
