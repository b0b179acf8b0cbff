"""The key register of one entry: every key valid there, as sorted lines and their RFC 6962 tree.

    key <party> <vkey> <custody> <roles> <territory>

Leaf = SHA-256(0x00 ‖ line ‖ LF). One path under an entry's register root proves that a key was valid and not revoked
there; that the register follows from the governance records is for auditors to recompute.

Source: docs/FORMATS.md, "Key register".
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Final, Literal, TypeAlias

from ledger.errors import Absent, Malformed
from ledger.evidence.batch import refuse_name
from ledger.evidence.key import NOTE_KEY_TYPES, VerifierKey
from ledger.evidence.lines import LineReader
from ledger.evidence.merkle import Digest, HashReader, inclusion_proof, leaf_hash, reader_of, root_of

Custody: TypeAlias = Literal["self", "operator"]
"""Who holds a private key: the party itself, or the ledger's operator for it."""

_ROLES: Final = re.compile(r"[a-z-]+(?:,[a-z-]+)*", re.ASCII)
_TERRITORY: Final = re.compile(r"[A-Z]{2}(?:-[A-Z0-9]{1,3})?|-", re.ASCII)


class KeyLineMalformed(Malformed):
    title = "a key line is not in its one accepted form"


class KeyLineRepeated(Malformed):
    title = "a register holds the same key twice"


class KeyLineAbsent(Absent):
    title = "the register has no such line"


@dataclass(frozen=True)
class KeyLine:
    """One valid key of one party.

    Args:
        party: its name, which is also the key's.
        key: Ed25519 or ECDSA P-256.
        custody: who holds the private key.
        roles: ascending, unique, at least one.
        territory: ISO 3166 country or subdivision, `-` for none.

    Raises:
        NameMalformed, KeyLineMalformed: the parts cannot make a line.
    """

    party: str
    key: VerifierKey
    custody: Custody
    roles: tuple[str, ...]
    territory: str

    def __post_init__(self) -> None:
        refuse_name(self.party)
        if self.key.name != self.party or self.key.type not in NOTE_KEY_TYPES:
            raise KeyLineMalformed(seen=str(self.key), wanted=f"an Ed25519 or P-256 key named {self.party}")
        if self.custody not in ("self", "operator"):
            raise KeyLineMalformed(seen=f"custody {self.custody}", wanted="self or operator")
        if not _ROLES.fullmatch(",".join(self.roles)) or list(self.roles) != sorted(set(self.roles)):
            raise KeyLineMalformed(seen=f"roles {','.join(self.roles)}", wanted="[a-z-]+, ascending, each once")
        if not _TERRITORY.fullmatch(self.territory):
            raise KeyLineMalformed(seen=f"territory {self.territory}", wanted="ISO 3166, as CN or CN-GZ, or -")

    @cached_property
    def line(self) -> str:
        """The line without LF."""
        return f"key {self.party} {self.key} {self.custody} {','.join(self.roles)} {self.territory}"

    @cached_property
    def leaf(self) -> Digest:
        return leaf_hash(f"{self.line}\n".encode("ascii"))

    @classmethod
    def parse(cls, line: str) -> KeyLine:
        """Read exactly what `line` prints.

        Raises:
            LineUnexpected, KeyLineMalformed, NameMalformed, and what `VerifierKey.parse` raises.
        """
        party, vkey, custody, roles, territory = LineReader(line).take("key", 5)
        # mypy cannot see that __post_init__ closes the list of custodies.
        key_line = cls(party, VerifierKey.parse(vkey), custody, tuple(roles.split(",")), territory)  # type: ignore[arg-type]
        if key_line.line != line:
            raise KeyLineMalformed(seen=line, wanted=key_line.line)
        return key_line


@dataclass(frozen=True)
class Register:
    """All keys valid at one entry, sorted by the bytes of their lines. Built once per change of governance, by `of`."""

    lines: tuple[KeyLine, ...]

    @classmethod
    def of(cls, lines: Iterable[KeyLine]) -> Register:
        """Return the register of these lines, given in any order.

        Raises:
            KeyLineRepeated: a party has the same key in two lines.
        """
        held = tuple(sorted(lines, key=lambda line: line.line))
        for one, next_one in pairwise(held):
            if one.key == next_one.key:
                raise KeyLineRepeated(seen=next_one.line, wanted="each key once")
        return cls(held)

    @property
    def size(self) -> int:
        return len(self.lines)

    @cached_property
    def root(self) -> Digest:
        return root_of([line.leaf for line in self.lines])

    def prove(self, line: KeyLine) -> tuple[int, list[Digest]]:
        """Return the place of a line and the path from it to the root.

        Raises:
            KeyLineAbsent: the register does not hold it.
        """
        place = self._places.get(line.line)
        if place is None:
            raise KeyLineAbsent(seen=line.line, wanted=f"one of the {self.size} lines")
        return place, inclusion_proof(index=place, size=self.size, read=self._hashes)

    def keys_of(self, party: str) -> tuple[KeyLine, ...]:
        """Return the lines of one party; none where it has no valid key."""
        return self._by_party.get(party, ())

    @cached_property
    def _hashes(self) -> HashReader:
        return reader_of([line.leaf for line in self.lines])

    @cached_property
    def _places(self) -> dict[str, int]:
        return {line.line: place for place, line in enumerate(self.lines)}

    @cached_property
    def _by_party(self) -> dict[str, tuple[KeyLine, ...]]:
        found: dict[str, tuple[KeyLine, ...]] = {}
        for line in self.lines:
            found[line.party] = (*found.get(line.party, ()), line)
        return found
