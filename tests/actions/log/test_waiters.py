"""Many who wait for publication: threads and coroutines, woken at once, and nobody left behind."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from ledger.actions.log.publish_checkpoint import Published
from ledger.actions.log.waiters import PublicationSlow, Waiters


def of(size: int, *, witnessed: bool | None = None) -> Published:
    return Published(size, b"note", witnessed)


def test_a_thousand_coroutines_wait_without_a_thread_and_each_for_its_own_entry() -> None:
    waiters = Waiters()

    async def wait_for_all() -> list[int]:
        before = threading.active_count()
        waiting = [asyncio.create_task(waiters.arrive(entry, timeout_s=20)) for entry in range(1_000)]
        await asyncio.sleep(0)
        assert threading.active_count() == before
        done: list[int] = []
        for size in (1, 400, 400, 1_000):
            await asyncio.to_thread(waiters.announce, of(size))
            await asyncio.sleep(0.01)
            done.append(sum(task.done() for task in waiting))
        assert {task.result().size for task in waiting} == {1, 400, 1_000}
        return done

    assert asyncio.run(wait_for_all()) == [1, 400, 400, 1_000]
    assert waiters._futures == {}


def test_who_comes_later_does_not_wait() -> None:
    waiters = Waiters()
    waiters.announce(of(5, witnessed=False))
    assert waiters.wait(4, timeout_s=0) == of(5, witnessed=False)
    assert asyncio.run(waiters.arrive(0, timeout_s=0)) == of(5, witnessed=False)
    waiters.announce(of(5, witnessed=True))  # the same, now with its quorum
    waiters.announce(of(3))
    assert waiters.wait(4, timeout_s=0) == of(5, witnessed=True)


def test_who_waited_in_vain_is_told_and_forgotten() -> None:
    waiters = Waiters()
    with pytest.raises(PublicationSlow):
        waiters.wait(0, timeout_s=0.01)
    with pytest.raises(PublicationSlow):
        asyncio.run(waiters.arrive(0, timeout_s=0.01))
    assert waiters._futures == {}
    waiters.announce(of(1))  # and nothing breaks for the loop that is gone


def test_who_gives_up_is_forgotten() -> None:
    waiters = Waiters()

    async def give_up() -> None:
        task = asyncio.create_task(waiters.arrive(7, timeout_s=20))
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])

    asyncio.run(give_up())
    assert waiters._futures == {}


def test_threads_and_loops_wait_side_by_side() -> None:
    waiters = Waiters()
    with ThreadPoolExecutor(8) as pool:
        threads = [pool.submit(waiters.wait, entry, timeout_s=20) for entry in range(4)]
        loops = [pool.submit(lambda at=entry: asyncio.run(waiters.arrive(at, timeout_s=20))) for entry in range(4)]
        waiters.announce(of(2))
        waiters.announce(of(4))
        assert all(waiting.result().size >= 2 for waiting in [*threads, *loops])
