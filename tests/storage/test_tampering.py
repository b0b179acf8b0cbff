"""Every known attack on a data directory is found with its kind, at its place, and hardly anything else is said."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ledger.actions.log import guard
from ledger.actions.rehearsal_guard import GUARD, GuardAttack
from ledger.actions.rehearse_attacks import ATTACKS, Rehearsed, rehearse_attacks
from ledger.audit.finding import MEANING, FindingKind
from ledger.storage.forging import NamedAttack


@pytest.fixture(scope="module")
def rehearsed() -> Iterator[dict[str, Rehearsed]]:
    yield {one.attack.name: one for one in rehearse_attacks(None)}


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_found_with_kind_and_position(attack: NamedAttack, rehearsed: dict[str, Rehearsed]) -> None:
    one = rehearsed[attack.name]
    assert one.found, f"{attack.name}: wanted {attack.kind}"
    assert one.kind == attack.kind
    assert one.position


def test_attacks_have_names_sentences_and_kinds_of_the_closed_list() -> None:
    assert len(ATTACKS) == len({attack.name for attack in ATTACKS}) >= 100
    for attack in ATTACKS:
        assert attack.sentence.endswith(".")
        if isinstance(attack, GuardAttack):
            assert issubclass(getattr(guard, attack.kind), Exception)
        else:
            assert FindingKind(attack.kind) in MEANING


def test_what_a_guard_refuses_is_said_of_the_guard(rehearsed: dict[str, Rehearsed]) -> None:
    assert {one.position for one in rehearsed.values() if isinstance(one.attack, GuardAttack)} == {GUARD}


def test_most_kinds_of_the_closed_list_are_rehearsed() -> None:
    """What is left is what the log cannot hold without a key of the auditor's own policy, or needs a fault of the rules."""
    left = set(FindingKind) - {FindingKind(attack.kind) for attack in ATTACKS if not isinstance(attack, GuardAttack)}
    assert left <= {
        FindingKind.FIRST_ENTRY_DIFFERS,
        FindingKind.ESCROW_RECORD_MALFORMED,
        FindingKind.ESCROW_INVARIANT_BROKEN,
    }
