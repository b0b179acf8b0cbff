"""Clients that send events to servers which may die at any moment, and keep what was acknowledged."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

import msgspec

from benchmarks.connection import Answer, AnswerUnreadable, Connection, request
from benchmarks.made_events import Made, Maker
from tests.faults.acknowledged import Acknowledged, Acknowledgement, Loss

_DOCUMENT_EVENTS: Final = 20
_WAITS: Final = ("sequenced", "sequenced", "published")


@contextmanager
def sending(ports: Sequence[int], key: str, acknowledged: Acknowledged, *, seed: int, clients: int = 6) -> Iterator[None]:
    """Send from `clients` threads until the block ends or their server does not answer any more.

    Every third client sends documents, every third waits for publication.
    """
    stop = threading.Event()
    makers = [Maker(seed * 1_000 + number) for number in range(clients)]
    faults: list[BaseException] = []

    def client(number: int) -> None:
        try:
            _send(number, ports[number % len(ports)], key, makers[number], acknowledged=acknowledged, stop=stop)
        except (OSError, AnswerUnreadable):
            return  # the server died: what it had not answered it need not keep
        except Loss as fault:
            faults.append(fault)

    threads = [threading.Thread(target=client, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    if faults:
        raise faults[0]


def _send(number: int, port: int, key: str, maker: Maker, *, acknowledged: Acknowledged, stop: threading.Event) -> None:
    events = _DOCUMENT_EVENTS if number % 3 == 1 else 1
    path = f"/epcis/{'events' if events == 1 else 'capture'}?wait={_WAITS[number % 3]}"
    with Connection(port) as connection:
        while not stop.is_set():
            (made,) = maker.documents(1, events=events)
            acknowledged.tried()
            answer = connection.send(request("POST", path, made.data, key=key))
            if answer.status == 503:
                acknowledged.turned_away()
                stop.wait(0.02)
            else:
                acknowledged.add(read(answer, made))


def read(answer: Answer, made: Made) -> list[Acknowledgement]:
    """The acknowledgements in an answer.

    Raises:
        Loss: it is neither an acknowledgement nor a refusal for the moment.
    """
    if answer.status not in (201, 202):
        raise Loss(f"status {answer.status}: {answer.body[:300]!r}")
    said = msgspec.json.decode(answer.body)
    verdicts = said.get("events", [said])
    if len(verdicts) != len(made.events):
        raise Loss(f"{len(verdicts)} verdicts on {len(made.events)} events")
    return [Acknowledgement(body, *verdict["position"]) for body, verdict in zip(made.events, verdicts, strict=True)]
