"""Build the small world through the same deeds that serve everybody: founding, admissions, capture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Final

from ledger.actions.demo_world import leaf_to_tea, tea_to_shelf
from ledger.actions.demo_world.dossier import tell_dossier
from ledger.actions.demo_world.identifiers import CAST, ITEM, MEMBERS, ORIGIN
from ledger.actions.demo_world.scenes.table import tell_scenes
from ledger.actions.demo_world.stage import Stage, party
from ledger.actions.demo_world.telling import Calendar
from ledger.actions.log.publish_checkpoint import publish_checkpoint
from ledger.actions.open_ledger import Clock, system_clock
from ledger.actions.parties.found_ledger import POLICY_FILE, Founding, found_ledger
from ledger.evidence.instant import Instant
from ledger.evidence.key import SigningKey

STORY_MS: Final = 34 * 24 * 3_600_000
"""From the first picking to after the last sale."""

_LONG_AGO_MS: Final = 60 * 24 * 3_600_000


@dataclass(frozen=True, slots=True)
class DemoWorld:
    """What was built. Nothing but this object holds the parties' own keys, and API keys are shown only here.

    Attributes:
        item: canonical identifier of a tin that stands on the shop's shelf.
        parties: short name to full name.
        own_keys: by short name, the keys of those who sign for themselves.
        events: how many were captured.
    """

    data: Path
    item: str
    policy: Path
    parties: Mapping[str, str]
    api_keys: Mapping[str, str] = field(repr=False)
    own_keys: Mapping[str, SigningKey] = field(repr=False)
    events: int = 0


def build_demo_world(data: Path, *, clock: Clock = system_clock, start: Instant | None = None) -> DemoWorld:
    """Found a ledger in `data` and tell it the whole story; the last checkpoint covers all of it.

    Args:
        clock: of the ledger. The entries bear its time: the story is recorded when it is told, nothing is back-dated.
        start: a moment of the day of the first picking, at least `STORY_MS` before `clock`; by default 60 days before it.

    Raises:
        AlreadyFounded, UnlockFileExists: something is there already.
    """
    calendar = Calendar(Instant(clock() - _LONG_AGO_MS) if start is None else start)
    ledger = found_ledger(data, Founding(ORIGIN, seats=3, threshold=2, territory="CN-GZ"), clock=clock)
    stage = Stage(ledger, calendar)
    try:
        api_keys = {name: stage.admit(name, member) for name, member in MEMBERS.items()}
        stage.tell([*leaf_to_tea.chapters(calendar), *tea_to_shelf.chapters(calendar)])
        tell_dossier(stage)
        tell_scenes(stage)
        publish_checkpoint(ledger)
    finally:
        ledger.close()
    return DemoWorld(
        data=data,
        item=ITEM,
        policy=data / POLICY_FILE,
        parties=MappingProxyType({name: party(name) for name in (*MEMBERS, *CAST)}),
        api_keys=MappingProxyType(api_keys),
        own_keys=MappingProxyType(stage.own_keys),
        events=stage.events,
    )
