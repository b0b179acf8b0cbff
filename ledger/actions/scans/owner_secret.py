"""The secret of an item's owner: 125 random bits in five groups of five, made to be written down and typed.

    7K2QM-0ZV4T-…

What the ledger holds are 32 bytes made of it: their SHA-256 while it is secret, the bytes themselves once it is passed on.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import unicodedata
from typing import Final

from ledger.errors import Untrusted
from ledger.trade.serials import ALPHABET

GROUPS, GROUP_CHARACTERS = 5, 5
_CHARACTERS: Final = GROUPS * GROUP_CHARACTERS
_BITS: Final = 5 * _CHARACTERS
_TYPED_MAX: Final = 100
_SEEN_AS: Final = str.maketrans("OIL", "011")
_ONCE_CHARACTERS: Final = 32


class OwnerUnknown(Untrusted):
    title = "this is not the secret of whoever holds the item now"
    default_hint = "type the 25 letters and digits that were shown once when the item was claimed or passed on"


def draw_once() -> str:
    """A random value for a form, so that what it asks for is done once and its answer can be had again."""
    return secrets.token_hex(_ONCE_CHARACTERS // 2)


def new_secret(server_secret: bytes, *, said: str, once: str) -> str:
    """A secret to show once. The same form sent again gets the same, which nobody else can compute.

    Args:
        said: what it is for: the claim of an item, or the record that it passes on.
        once: what `draw_once` put into the form; anything shorter gets a secret of its own each time.
    """
    random = secrets.token_bytes(32)
    if len(once) >= _ONCE_CHARACTERS:
        random = hmac.digest(server_secret, b"owner\0" + said.encode() + b"\0" + once.encode("utf-8", "replace"), "sha256")
    number = int.from_bytes(random, "big") >> (256 - _BITS)
    characters = "".join(ALPHABET[number >> 5 * place & 31] for place in reversed(range(_CHARACTERS)))
    return "-".join(characters[at : at + GROUP_CHARACTERS] for at in range(0, _CHARACTERS, GROUP_CHARACTERS))


def read_secret(typed: str) -> bytes:
    """The 32 bytes that an owner's secret stands for. Case, spaces and hyphens do not matter, nor O for 0, I and L for 1.

    Raises:
        OwnerUnknown: it is no such secret.
    """
    folded = unicodedata.normalize("NFKC", typed[:_TYPED_MAX]).upper().translate(_SEEN_AS)
    characters = "".join(character for character in folded if character.isalnum())
    if len(characters) != _CHARACTERS or not set(characters) <= set(ALPHABET):
        raise OwnerUnknown(wanted=f"{_CHARACTERS} letters and digits")
    return hashlib.sha256(b"suyuan owner\0" + characters.encode()).digest()


def owner_of(released: bytes) -> bytes:
    """What stands in a record for whoever knows `released`."""
    return hashlib.sha256(released).digest()
