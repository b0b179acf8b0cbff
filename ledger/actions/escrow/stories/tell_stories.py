"""Tell stories to a ledger one after the other, and reckon after each from the ledger alone what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from ledger.actions.escrow.alliance_world.build import AllianceWorld, name_of
from ledger.actions.escrow.alliance_world.members import MEMBERS, MERCHANT
from ledger.actions.escrow.stories import clean_release, way_back
from ledger.actions.escrow.stories.desk import Desk
from ledger.actions.escrow.stories.retold import Reckoning, Retelling, Retold
from ledger.actions.escrow.stories.stage import Stage
from ledger.actions.escrow.stories.step import OnStep
from ledger.actions.escrow.stories.story_clock import StoryClock
from ledger.actions.open_ledger import Ledger
from ledger.evidence.instant import Instant
from ledger.evidence.policy import Policy
from ledger.evidence.receipt import verify_receipt

DAYS_ALL: Final = 500
"""More days than all stories together take."""


@dataclass(frozen=True, slots=True)
class Story:
    """`tell` tells it on a stage."""

    title: str
    tell: Callable[[Stage], None]


STORIES: Final[Mapping[int, Story]] = MappingProxyType(
    {
        1: Story(clean_release.TITLE, clean_release.tell),
        2: Story(way_back.TITLE, way_back.tell),
    }
)


@dataclass(frozen=True, slots=True)
class StoryTold:
    """What the ledger alone says of a story.

    Attributes:
        records: every record of it, refused ones too.
        reckoning: of all books, as they stand after its last entry.
        receipts: how many receipts were fetched and verified: one for each record.
    """

    number: int
    title: str
    start: Instant
    end: Instant
    records: tuple[Retold, ...]
    reckoning: Reckoning
    receipts: int


def tell_stories(
    world: AllianceWorld,
    ledger: Ledger,
    clock: StoryClock,
    desk: Desk,
    *,
    numbers: Sequence[int],
    on_story: Callable[[int, str], None],
    on_step: OnStep,
) -> Iterator[StoryTold]:
    """Tell the stories of `numbers` in their order.

    Args:
        ledger: the data directory, opened on `clock`, for the operator's own work and for what the parties read.
        desk: where the parties hand in their records; it leads to the same data directory.
        on_story: told the number and title of each story before it begins.
        on_step: told each step as it happens.

    Raises:
        StoryBroken: the ledger judged a record otherwise than the story foresees.
        what `verify_receipt` raises: a receipt does not hold.
    """
    policy = Policy.parse(world.policy.read_text(encoding="utf-8"))
    retelling, seats = Retelling(ledger), {name_of(short): short for short in MEMBERS}
    stage = Stage(world, ledger, clock, desk, merchant=MERCHANT, on_step=on_step)
    for number in numbers:
        story, start = STORIES[number], clock()
        on_story(number, story.title)
        for _ in retelling.records(ledger.head().size):
            pass  # what was said before this story is in its books, and none of its records
        story.tell(stage)
        records = tuple(retelling.records(ledger.head().size))
        receipts = sum(_verified(record, desk, seats[record.issuer], policy) for record in records)
        yield StoryTold(number, story.title, start, clock(), records, retelling.reckon(), receipts)
        clock.advance(days=1)


def _verified(record: Retold, desk: Desk, party: str, policy: Policy) -> int:
    """Fetch the receipt as the record's issuer does, and check it offline."""
    verdict = verify_receipt(desk.receipt(record.position, party=party), body=record.body, policy=policy)
    if verdict.position != record.position:
        raise AssertionError(f"the receipt of {record.position} is one of {verdict.position}")
    return 1
