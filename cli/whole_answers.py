"""HTTP connections on which a short answer goes out in one write."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, RequestResponseCycle

from cli.head_in_time import HeadInTime

WHOLE_ANSWER: Final = "suyuan.whole_answer"
"""The ASGI extension by which an application hands over a whole answer; `api/front_door.py` knows it by this name."""


class WholeAnswers(HeadInTime):
    """The server writes head and body one after the other: two system calls, and a client that wakes up twice for each event."""

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:  # noqa: ANN401 - passed on as it comes
        cycle.scope["extensions"] = {WHOLE_ANSWER: {"send": partial(_answer_whole, cycle)}}
        super()._start_asgi_task(cycle, app)


def _answer_whole(cycle: RequestResponseCycle, status: int, headers: Iterable[tuple[bytes, bytes]], body: bytes) -> bool:
    """Send an answer whose headers say its length; False if it must go the ordinary way, and nothing of it was sent."""
    if cycle.response_started or cycle.disconnected or cycle.flow.write_paused or not cycle.keep_alive:
        return False
    lines = [b"%b: %b" % pair for pair in (*cycle.default_headers, *headers)]
    head = b"\r\n".join(lines)
    # Whatever would end a line early is for the server to refuse.
    if head.count(b"\n") != len(lines) - 1 or head.count(b"\r") != len(lines) - 1 or b"\x00" in head:
        return False
    cycle.transport.write(b"%b%b\r\n\r\n%b" % (STATUS_LINE[status], head, body))
    cycle.response_started = cycle.response_complete = True
    cycle.waiting_for_100_continue = False
    cycle.message_event.set()
    cycle.on_response()
    return True
