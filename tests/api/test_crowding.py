"""A crowded server turns away who comes on top, with pauses that differ, and is normal at once when the crowd is gone."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator

from starlette.types import Message, Receive, Scope, Send

from api.crowding import Crowding, Room


def _scope(path: str) -> Scope:
    return {"type": "http", "method": "GET", "path": path, "headers": [], "query_string": b""}


async def _ask(app: Crowding, path: str = "/") -> list[Message]:
    said: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b""}

    async def send(message: Message) -> None:
        said.append(message)

    await app(_scope(path), receive, send)
    return said


def _pauses(answers: list[list[Message]]) -> Iterator[str]:
    for start, body in answers:
        assert (start["status"], json.loads(body["body"])["code"]) == (503, "RequestsTooMany")
        yield dict(start["headers"])[b"retry-after"].decode()


def test_only_so_many_are_worked_on_at_once() -> None:
    async def run() -> None:
        go_on = asyncio.Event()

        async def slow(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["path"] == "/":
                await go_on.wait()
            await send({"type": "http.response.start", "status": 200, "headers": []})

        app = Crowding(slow, room=Room(3))
        under_way = [asyncio.create_task(_ask(app)) for _ in range(3)]
        await asyncio.sleep(0)
        pauses = set(_pauses([await _ask(app) for _ in range(100)]))
        assert len(pauses) > 1
        assert (await _ask(app, "/healthz"))[0]["status"] == 200
        go_on.set()
        assert [(await task)[0]["status"] for task in under_way] == [200] * 3
        assert [(await _ask(app))[0]["status"] for _ in range(10)] == [200] * 10

    asyncio.run(run())


def test_a_request_that_fails_leaves_room() -> None:
    async def run() -> None:
        async def broken(scope: Scope, receive: Receive, send: Send) -> None:
            raise RuntimeError("broken")

        app = Crowding(broken, room=Room(1))
        for _ in range(3):
            try:
                await _ask(app)
            except RuntimeError:
                continue
            raise AssertionError("it was turned away")

    asyncio.run(run())
