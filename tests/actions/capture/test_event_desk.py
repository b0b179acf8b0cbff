"""Many events handed in at once: each gets its own answer, whatever becomes of its neighbours."""

from __future__ import annotations

import asyncio
import json
from hashlib import sha256
from typing import cast

import pytest

from ledger.actions.capture.author import HeldAuthor
from ledger.actions.capture.capture_job import Verdict
from ledger.actions.capture.event_capture import EventIdTaken, EventRefused, EventTaken
from ledger.actions.capture.event_desk import EventDesk, EventLost
from ledger.actions.log.writer import Writer, WriterStopped
from ledger.evidence.instant import Instant
from ledger.storage.api_keys import ApiKey, ApiKeyExpired, ApiKeyRevoked, check_api_key, issue_api_key, revoke_api_key
from ledger.storage.database import reading, writing
from ledger.storage.entries import read_record
from tests.actions.conftest import World
from tests.documents import bare


def take_all(desk: EventDesk, world: World, events: list[bytes]) -> list[EventTaken | BaseException]:
    async def together() -> list[EventTaken | BaseException]:
        return await asyncio.gather(*(desk.take(event, world.held) for event in events), return_exceptions=True)

    return asyncio.run(together())


def test_each_event_gets_its_own_answer(world: World) -> None:
    events = [bare(number) for number in range(100)]
    events[10], events[20], events[30] = bare(1), bare(1, action="ADD"), b"{"
    events[40] = bare(40, action="EAT")
    with Writer(world.ledger) as writer, EventDesk(world.ledger, writer) as desk:
        answers = take_all(desk, world, events)
    same = [answer for at, answer in enumerate(answers) if at in (1, 10, 20)]
    assert isinstance(answers[40], EventRefused)
    assert isinstance(answers[30], BaseException)
    # Which of the three under one eventID comes first is not said; the others are told by it.
    taken = [answer for answer in same if isinstance(answer, EventTaken)]
    assert len({answer.position for answer in taken}) == 1
    assert len(taken) == 3 - sum(isinstance(answer, EventIdTaken) for answer in same)
    others = [answer for at, answer in enumerate(answers) if at not in (1, 10, 20, 30, 40)]
    assert all(isinstance(answer, EventTaken) and answer.verdict is Verdict.ACCEPTED for answer in others)
    with reading(world.ledger.engine) as connection:
        for event, answer in zip(events, answers, strict=True):
            if isinstance(answer, EventTaken) and answer.verdict is Verdict.ACCEPTED:
                assert json.loads(read_record(connection, answer.position).body or b"") == json.loads(event)


def test_a_key_that_no_longer_holds_stops_its_own_events_only(world: World) -> None:
    now = world.clock.now
    with writing(world.ledger.engine) as connection:
        shown = [issue_api_key(connection, party=world.tea, name="k", now=now, expires=Instant(now + 1_000)) for _ in range(2)]
        keys = [check_api_key(connection, one, now=now) for one in shown]
        revoke_api_key(connection, keys[0].id, now=now)

    async def post(desk: EventDesk, number: int, key_at: int | None) -> EventTaken:
        return await desk.take(bare(number), world.held, key=None if key_at is None else keys[key_at])

    async def together(desk: EventDesk, first: int) -> list[EventTaken | BaseException]:
        posts = (post(desk, first + at, key_at) for at, key_at in enumerate((0, 1, None)))
        return await asyncio.gather(*posts, return_exceptions=True)

    with Writer(world.ledger) as writer, EventDesk(world.ledger, writer) as desk:
        revoked, good, without = asyncio.run(together(desk, 0))
        assert isinstance(revoked, ApiKeyRevoked)
        assert isinstance(good, EventTaken)
        assert isinstance(without, EventTaken)
        world.clock.advance(2_000)
        _, expired, without = asyncio.run(together(desk, 10))
        assert isinstance(expired, ApiKeyExpired)
        assert isinstance(without, EventTaken)


def test_a_fault_of_the_program_names_the_event_by_its_hash_and_stops_no_other(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    async def together(desk: EventDesk) -> list[EventTaken | BaseException]:
        nobody = cast(HeldAuthor, None)
        return await asyncio.gather(desk.take(bare(1), nobody), desk.take(bare(2), world.held), return_exceptions=True)

    with Writer(world.ledger) as writer, EventDesk(world.ledger, writer) as desk:
        lost, taken = asyncio.run(together(desk))
    assert isinstance(lost, EventLost)
    assert isinstance(taken, EventTaken)
    digest = sha256(bare(1)).hexdigest()
    assert digest in str(lost)
    (line,) = [line for line in caplog.messages if digest in line]
    assert "AttributeError" in line and ".py:" in line


def test_a_fault_before_any_event_was_looked_at_names_none(world: World, caplog: pytest.LogCaptureFixture) -> None:
    unreadable = ApiKey(cast(str, object()), world.tea, "k", world.clock.now, None, None)

    async def one(desk: EventDesk, key: ApiKey | None) -> EventTaken:
        return await desk.take(bare(1), world.held, key=key)

    with Writer(world.ledger) as writer, EventDesk(world.ledger, writer) as desk:
        with pytest.raises(EventLost, match="the look at"):
            asyncio.run(one(desk, unreadable))
        assert asyncio.run(one(desk, None)).verdict is Verdict.ACCEPTED
    (line,) = [line for line in caplog.messages if "unforeseen" in line]
    assert "the look at" in line and line.endswith("events waiting: 1") and sha256(bare(1)).hexdigest() not in line


def test_who_may_not_write_is_refused_alone(world: World) -> None:
    stranger = HeldAuthor("ledger.example/party/nobody", world.held.read)

    async def together(desk: EventDesk) -> list[EventTaken | BaseException]:
        return await asyncio.gather(desk.take(bare(1), stranger), desk.take(bare(2), world.held), return_exceptions=True)

    with Writer(world.ledger) as writer, EventDesk(world.ledger, writer) as desk:
        refused, taken = asyncio.run(together(desk))
    assert isinstance(refused, BaseException)
    assert isinstance(taken, EventTaken)


def test_a_desk_that_closes_answers_everybody(world: World) -> None:
    with Writer(world.ledger) as writer, EventDesk(world.ledger, writer) as desk:
        pass
    with pytest.raises(WriterStopped):
        desk.hand_in(bare(1), world.held, lambda _: None)
