"""What a client may wait for before it is answered, and what an answer says of the wait. Nobody who waits holds a thread."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Final

from starlette.concurrency import run_in_threadpool

from api.dependencies import Service
from ledger.evidence.spelling import format_base64
from ledger.storage.checkpoints import NotPublishedYet

TREE_HEADER: Final = "Suyuan-Tree"
CHECKPOINT_HEADER: Final = "Suyuan-Checkpoint"
WITNESSED_HEADER: Final = "Suyuan-Witnessed"


class Wait(StrEnum):
    """What a client waits for: its place in the log, the tree that holds its entry, or a published checkpoint over it."""

    SEQUENCED = "sequenced"
    INTEGRATED = "integrated"
    PUBLISHED = "published"


async def waited(service: Service, wait: Wait, entry: int | None) -> dict[str, str]:
    """Wait for `entry`, which is committed; return the headers that say what for. None: nothing was written.

    Raises:
        PublicationSlow: no checkpoint over it within the setting `published_wait_s`.
    """
    if entry is None or wait is Wait.SEQUENCED:
        return {}
    if wait is Wait.INTEGRATED:
        # The commit that gave the entry its place also put it into the tree and the tiles.
        head = await run_in_threadpool(service.ledger.head)
        return {TREE_HEADER: f"{head.size} {format_base64(head.frontier.root())}"}
    published = await service.publisher.published(entry, timeout_s=service.settings.published_wait_s)
    said = {CHECKPOINT_HEADER: str(published.size)}
    if published.witnessed is not None:
        said[WITNESSED_HEADER] = "yes" if published.witnessed else "no"
    return said


async def receipt_when_published(service: Service, entry: int, issue: Callable[[], bytes]) -> bytes:
    """What `issue` gives; where no checkpoint covers `entry` yet, it is waited for.

    Raises:
        PublicationSlow, and what `issue` raises.
    """
    try:
        return await run_in_threadpool(issue)
    except NotPublishedYet:
        # Who was just told a position may ask for its receipt within the tenth of a second between two checkpoints.
        await service.publisher.published(entry, timeout_s=service.settings.published_wait_s)
        return await run_in_threadpool(issue)
