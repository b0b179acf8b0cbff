"""Where single events are handed in: all that wait are looked at and signed together, then they get their turn together."""

from __future__ import annotations

import asyncio
import logging
import sys
import threading
import traceback
from collections import deque
from collections.abc import Callable, Sequence
from functools import partial
from hashlib import sha256
from typing import Final, TypeAlias

from ledger.actions.capture.author import Author
from ledger.actions.capture.event_capture import EventCapture, EventTaken
from ledger.actions.log.staging import Outcome, Sequenced, StagedBatch
from ledger.actions.log.writer import QueueFull, Writer, WriterStopped
from ledger.actions.open_ledger import Ledger
from ledger.errors import SuyuanError
from ledger.storage.api_keys import ApiKey, refusals_of
from ledger.trade.parties.state import Governance

_GROUP_MAX: Final = 64
_WAITING_MAX: Final = 2_000

Answer: TypeAlias = EventTaken | SuyuanError

_log: Final = logging.getLogger(__name__)


class EventLost(SuyuanError):
    title = "the server met something that it was not written for while it looked at an event"
    default_hint = "nothing of it was written; the operator finds the cause in the server's log"


class _Event:
    """An event from when it is handed in until its sender is answered."""

    def __init__(self, data: bytes, author: Author, key: ApiKey | None, answer: Callable[[Answer], object]) -> None:
        self.data, self.author, self.key, self.answer = data, author, key, answer
        self.capture: EventCapture | None = None
        self.outcome: Outcome | None = None

    def lose(self, reason: BaseException | None) -> None:
        """Tell its sender and the log that nothing came of it; the log names it by its hash, since its words may be secret."""
        name = f"{len(self.data)} bytes, SHA-256 {sha256(self.data).hexdigest()}"
        _log_unforeseen(reason, f"an event of {name}")
        self.answer(EventLost(seen=f"an event of {name}"))


class EventDesk:
    """Use as a context manager, inside that of its writer.

    A thread for each request costs more than looking at its event; so does a look at the governance state for each. All is
    done in the writer's own thread, just before the round: handing on to it costs more than what two threads do at once.
    """

    def __init__(self, ledger: Ledger, writer: Writer) -> None:
        self._ledger, self._writer = ledger, writer
        self._waiting: deque[_Event] = deque()
        self._lock = threading.Lock()
        self._awake = False
        self._stopping = False

    def __enter__(self) -> EventDesk:
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping = True
        self._writer.between_rounds(lambda: None)  # whoever was due before is looked at
        for event in self._waiting:
            event.answer(WriterStopped())

    async def take(self, data: bytes, author: Author, *, key: ApiKey | None = None) -> EventTaken:
        """Take one event in; it is durable when this returns. It holds no thread while it waits.

        Args:
            key: with which it was sent, where that was not looked up for this very request: it must hold still.

        Raises:
            What `submit_event` raises; ApiKeyUnknown, ApiKeyExpired, ApiKeyRevoked.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Answer] = loop.create_future()
        self.hand_in(data, author, lambda answer: loop.call_soon_threadsafe(_settle, future, answer), key=key)
        answer = await future
        if isinstance(answer, SuyuanError):
            raise answer
        return answer

    def hand_in(self, data: bytes, author: Author, answer: Callable[[Answer], object], *, key: ApiKey | None = None) -> None:
        """The same without waiting: `answer` is called from another thread, and must return at once.

        Raises:
            QueueFull, WriterStopped: nothing was accepted.
        """
        if self._stopping:
            raise WriterStopped()
        if len(self._waiting) >= _WAITING_MAX:
            raise QueueFull(seen=f"{len(self._waiting)} events waiting", wanted=f"fewer than {_WAITING_MAX}")
        self._enqueue(_Event(data, author, key, answer))

    def _enqueue(self, event: _Event) -> None:
        with self._lock:
            self._waiting.append(event)
            wake, self._awake = not self._awake, True
        if wake and not self._stopping:
            self._writer.soon(self._drain)

    def _drain(self) -> None:
        group = self._next_group()
        staged: list[tuple[_Event, StagedBatch]] = []
        left, looked = deque(group), False
        try:
            with self._writer.reading() as connection:
                state = self._ledger.governance.load(connection)
                keys = {event.key.id: event.key for event in group if event.key is not None}
                refusals = refusals_of(connection, keys.values(), now=self._ledger.clock())
            looked = True
            while left:
                event = left[0]
                batch = self._stage(event, state, None if event.key is None else refusals.get(event.key.id))
                if batch is not None:
                    staged.append((event, batch))
                left.popleft()
            self._hand_on(staged)
        except SuyuanError as failure:
            for event in left:
                event.answer(failure)
            left.clear()
        finally:
            # Something unforeseen: its sender is told so, and the others are not kept waiting.
            if left and not looked:
                _lose_all(left, sys.exception())
            elif left:
                left.popleft().lose(sys.exception())
                self._hand_on(staged)
                for event in left:
                    self._enqueue(event)

    def _hand_on(self, staged: Sequence[tuple[_Event, StagedBatch]]) -> None:
        try:
            self._writer.hand_in([(batch, partial(self._sequenced, event)) for event, batch in staged])
        except SuyuanError as refused:
            for event, _ in staged:
                event.answer(refused)

    def _next_group(self) -> Sequence[_Event]:
        with self._lock:
            group = [self._waiting.popleft() for _ in range(min(_GROUP_MAX, len(self._waiting)))]
            self._awake = bool(self._waiting)
            if self._awake and not self._stopping:
                self._writer.soon(self._drain)
        return group

    def _stage(self, event: _Event, state: Governance, refusal: SuyuanError | None) -> StagedBatch | None:
        """What is to be sequenced of one event; None if its sender is answered already."""
        try:
            if refusal is not None:
                raise refusal
            if event.capture is None:
                event.capture = EventCapture(self._ledger, state, event.data, event.author)
            elif event.outcome is not None:
                taken = event.capture.settle(event.outcome)
                if taken is not None:
                    event.answer(taken)
                    return None
            return event.capture.stage()
        except SuyuanError as refused:
            event.answer(refused)
            return None

    def _sequenced(self, event: _Event, outcome: Outcome) -> None:
        """In the writer's thread, which has no time for more than to pass on what is said already."""
        if event.capture is not None and isinstance(outcome, Sequenced):
            taken = event.capture.settle(outcome)
            if taken is not None:
                event.answer(taken)
                return
        event.outcome = outcome
        self._enqueue(event)


def _lose_all(events: Sequence[_Event], reason: BaseException | None) -> None:
    """Tell everybody and the log that the look at what they hang on failed; none of them is known to be the cause."""
    what = f"the look at the governance state and the API keys, events waiting: {len(events)}"
    _log_unforeseen(reason, what)
    for event in events:
        event.answer(EventLost(seen=what))


def _log_unforeseen(reason: BaseException | None, where: str) -> None:
    trace = None if reason is None else reason.__traceback__
    last = traceback.extract_tb(trace)[-1:]
    place = f"{last[0].filename}:{last[0].lineno}" if last else "-"
    _log.error("unforeseen %s at %s in %s", type(reason).__name__, place, where)


def _settle(future: asyncio.Future[Answer], answer: Answer) -> None:
    if not future.done():  # its request may have been given up meanwhile
        future.set_result(answer)
