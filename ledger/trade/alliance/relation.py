"""Whether two parties are one interest: the shortest chain of declarations that leads from one to the other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

_BOTH: Final = 2


@dataclass(frozen=True, slots=True)
class Ownership:
    """To which organisation a party belongs, who owns that, and with whom the party is affiliated."""

    organisation: str
    owners: tuple[str, ...]
    affiliates: tuple[str, ...]

    @property
    def named(self) -> frozenset[str]:
        """Everybody the declaration names: what binds the party."""
        return frozenset((self.organisation, *self.owners, *self.affiliates))


def chain_between(first: str, second: str, neighbours: Callable[[str], Iterable[str]]) -> tuple[str, ...] | None:
    """Return a shortest chain of names from `first` to `second`, both included, or None where nothing joins them.

    The same neighbours give the same chain on every machine: among equally short ones the first in order of names.
    """
    came_from: dict[str, str | None] = {first: None}
    frontier = [first]
    while frontier and second not in came_from:
        following = []
        for name in frontier:
            for other in sorted(neighbours(name)):
                if other not in came_from:
                    came_from[other] = name
                    following.append(other)
        frontier = following
    if second not in came_from:
        return None
    chain, before = [second], came_from[second]
    while before is not None:
        chain.append(before)
        before = came_from[before]
    return tuple(reversed(chain))


def in_words(chain: tuple[str, ...], ownership: Mapping[str, Ownership]) -> str:
    """Say in words why the two ends of a chain are one interest."""
    between = chain[1:-1]
    if len(between) == 1:
        return _through(between[0], ownership.get(chain[0]), ownership.get(chain[-1]))
    if between:
        return "linked through " + ", ".join(between)
    return "the same party" if len(chain) == 1 else "affiliated with each other"


def _through(link: str, first: Ownership | None, second: Ownership | None) -> str:
    ends = [declared for declared in (first, second) if declared is not None]
    runs = sum(declared.organisation == link for declared in ends)
    owns = sum(link in declared.owners for declared in ends)
    if runs == _BOTH:
        return f"both of the organisation {link}"
    if owns == _BOTH:
        return f"both owned by {link}"
    return f"the one is of {link}, which owns the other" if runs and owns else f"linked through {link}"
