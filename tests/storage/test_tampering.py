"""Every known attack on a data directory is found with its kind, at its place, and hardly anything else is said."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ledger.actions.rehearse_attacks import Rehearsed, rehearse_attacks
from ledger.audit.finding import MEANING, FindingKind
from ledger.storage.forging import Attack
from ledger.storage.tampered_tables import ATTACKS

# What the log's owner can do with every key in hand contradicts nothing but what others kept.
_NOT_FROM_A_DIRECTORY = {FindingKind.QUORUM_UNMET, FindingKind.FIRST_ENTRY_DIFFERS}


@pytest.fixture(scope="module")
def rehearsed() -> Iterator[dict[str, Rehearsed]]:
    yield {one.attack.name: one for one in rehearse_attacks(None)}


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_found_with_kind_and_position(attack: Attack, rehearsed: dict[str, Rehearsed]) -> None:
    one = rehearsed[attack.name]
    assert one.found, f"{attack.name}: wanted {attack.kind}"
    assert one.kind == attack.kind
    assert one.position


def test_attacks_have_names_sentences_and_kinds_of_the_closed_list() -> None:
    assert len(ATTACKS) == len({attack.name for attack in ATTACKS}) >= 24
    for attack in ATTACKS:
        assert attack.sentence.endswith(".")
        assert FindingKind(attack.kind) in MEANING
    assert _NOT_FROM_A_DIRECTORY.isdisjoint({FindingKind(attack.kind) for attack in ATTACKS})
