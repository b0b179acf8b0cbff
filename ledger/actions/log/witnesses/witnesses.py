"""The witnesses of a policy, asked in parallel until its quorum is met; one thread with connections that stay open."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
import time
from collections.abc import Collection, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Final

from ledger.actions.log.witnesses.answer import Cosignature
from ledger.actions.log.witnesses.ask_witness import ask_witness
from ledger.actions.log.witnesses.asked import Asked
from ledger.actions.log.witnesses.exchange import Exchange
from ledger.actions.log.witnesses.refusals import WitnessClockDiffers, WitnessSlow, WitnessUrlRefused
from ledger.actions.log.witnesses.standing import BACK_OFF_S_MAX, Standing
from ledger.actions.log.witnesses.witness_url import witness_address
from ledger.actions.open_ledger import Clock
from ledger.errors import SuyuanError
from ledger.evidence.policy import Policy, QuorumUnmet, WitnessLine

CLOCK_DIFFERS_S_MAX: Final = 60
_GRACE_S: Final = 1.0

_log: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class WitnessState:
    """What is known of one witness now: its newest cosignature and the size it is over, or why there is none."""

    line: WitnessLine
    cosigned: Cosignature | None
    size: int
    failure: SuyuanError | None
    waits_s: float


@dataclass
class _Place:
    """An address, the witnesses whose keys answer there, and how they stand. One request at a time."""

    address: str
    lines: tuple[WitnessLine, ...]
    standing: Standing
    free: asyncio.Lock = field(default_factory=asyncio.Lock)


class Witnesses:
    """Use as a context manager; one thread asks at a time. What it remembers is found again by asking after a restart.

    Args:
        timeout_s: how long one witness may take, all its requests together.
        clock: against which the times of cosignatures are held.
    """

    def __init__(self, *, timeout_s: float, clock: Clock) -> None:
        self._timeout_s, self._clock = timeout_s, clock
        self._standings: dict[str, Standing] = {}
        self._places: dict[str, _Place] = {}
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = threading.Thread(target=self._run, name="witnesses", daemon=True)
        self._started: Future[asyncio.AbstractEventLoop] = Future()
        self._late: set[asyncio.Task[tuple[Cosignature, ...]]] = set()
        self._ended: asyncio.Event | None = None

    def __enter__(self) -> Witnesses:
        return self

    def __exit__(self, *_: object) -> None:
        if self._loop is not None and self._ended is not None:
            self._loop.call_soon_threadsafe(self._ended.set)
            self._thread.join()

    def ask(self, asked: Asked, policy: Policy, *, everyone: bool = False) -> tuple[Cosignature, ...]:
        """Return verified cosignatures, as many as came before the quorum of `policy` was met, or could not be any more.

        What comes later is dropped: it only tells how its witness stands.

        Args:
            everyone: wait for all of them, whatever the quorum.
        """
        if not policy.witnesses:
            return ()
        if self._loop is None:
            self._thread.start()
            self._loop = self._started.result()
        return asyncio.run_coroutine_threadsafe(self._ask(asked, policy, everyone=everyone), self._loop).result()

    def states(self, policy: Policy) -> list[WitnessState]:
        """How each witness of `policy` stands, in the order of its lines."""
        now = time.monotonic()
        with self._lock:
            return [self._state(line, now) for line in policy.witnesses]

    def quorum_in_s(self, policy: Policy) -> float:
        """In how many seconds so many witnesses may be asked again that they could meet the quorum; 0 for now."""
        states = [state for state in self.states(policy) if not isinstance(state.failure, WitnessUrlRefused)]
        for waits_s in sorted({0.0, *(state.waits_s for state in states)}):
            if _meets(policy, [state.line.name for state in states if state.waits_s <= waits_s]):
                return waits_s
        return BACK_OFF_S_MAX

    def doubt_of_clock(self, policy: Policy) -> SuyuanError | None:
        """The failure of a witness whose clock differs from this one, if so many say so that they would make the quorum."""
        doubts = {
            state.line.name: state.failure for state in self.states(policy) if isinstance(state.failure, WitnessClockDiffers)
        }
        return next(iter(doubts.values())) if doubts and _meets(policy, doubts) else None

    def _state(self, line: WitnessLine, now: float) -> WitnessState:
        try:
            standing = self._standings.get(_address(line), Standing())
        except WitnessUrlRefused as refusal:
            return WitnessState(line, None, 0, refusal, BACK_OFF_S_MAX)
        cosigned = next((one for one in standing.cosigned if one.name == line.name), None)
        return WitnessState(line, cosigned, standing.last_size, standing.failure, standing.waits_s(now))

    def _run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        self._ended = asyncio.Event()
        async with Exchange(timeout_s=self._timeout_s) as self._exchange:
            self._started.set_result(asyncio.get_running_loop())
            await self._ended.wait()
            for task in self._late:
                task.cancel()
            await asyncio.gather(*self._late, return_exceptions=True)

    async def _ask(self, asked: Asked, policy: Policy, *, everyone: bool) -> tuple[Cosignature, ...]:
        places = self._places_of(policy)
        waiting = {asyncio.create_task(self._ask_place(place, asked)): place for place in places}
        cosigned: dict[str, Cosignature] = {}
        ends = time.monotonic() + self._timeout_s + _GRACE_S
        while waiting and ends > time.monotonic():
            possible = {*cosigned, *(line.name for place in waiting.values() for line in place.lines)}
            if not everyone and (_meets(policy, cosigned) or not _meets(policy, possible)):
                break
            done, _ = await asyncio.wait(waiting, timeout=ends - time.monotonic(), return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                del waiting[task]
                cosigned |= {one.name: one for one in task.result()}
        for task in waiting:
            self._late.add(task)
            task.add_done_callback(self._late.discard)
        return tuple(cosigned[line.name] for line in policy.witnesses if line.name in cosigned)

    def _places_of(self, policy: Policy) -> list[_Place]:
        """Where witnesses of `policy` may be asked now; what is known of others is forgotten."""
        lines = _by_address(policy)
        with self._lock:
            self._standings = {address: self._standings.get(address, Standing()) for address in lines}
        kept = self._places
        self._places = {}
        for address, together in lines.items():
            place = kept.get(address)
            if place is None or place.lines != tuple(together):
                place = _Place(address, tuple(together), self._standings[address])
            self._places[address] = place
        now = time.monotonic()
        return [place for place in self._places.values() if not place.standing.waits_s(now)]

    async def _ask_place(self, place: _Place, asked: Asked) -> tuple[Cosignature, ...]:
        """The cosignatures of one address; none where it failed, which its standing then says."""
        try:
            async with asyncio.timeout(self._timeout_s), place.free:
                cosigned = await self._ask_in_time(place, asked)
        except TimeoutError:
            self._failed(place, WitnessSlow(seen=f"{self._timeout_s:g} s", wanted="a whole answer"))
        except SuyuanError as failure:
            self._failed(place, failure)
        else:
            return cosigned
        return ()

    async def _ask_in_time(self, place: _Place, asked: Asked) -> tuple[Cosignature, ...]:
        standing = place.standing
        cosigned = await ask_witness(self._exchange, place.address, place.lines, asked, last_size=standing.last_size)
        # What it cosigned it has cosigned, whatever time it says; as a failure it is left alone longer each time.
        standing.last_size = asked.size
        self._refuse_odd_times(cosigned)
        recovered = standing.failures
        with self._lock:
            standing.succeed(asked.size, cosigned)
        if recovered:
            _log.info("witness %s answers again", _names(place.lines))
        return cosigned

    def _refuse_odd_times(self, cosigned: Sequence[Cosignature]) -> None:
        now_s = self._clock() // 1_000
        for one in cosigned:
            if abs(one.time_s - now_s) > CLOCK_DIFFERS_S_MAX:
                raise WitnessClockDiffers(
                    seen=f"{one.time_s - now_s:+d} s", wanted=f"within {CLOCK_DIFFERS_S_MAX} s", pointer=one.name
                )

    def _failed(self, place: _Place, failure: SuyuanError) -> None:
        with self._lock:
            place.standing.fail(failure, now=time.monotonic())
        if place.standing.failures == 1:
            _log.warning("witness %s: %s", _names(place.lines), failure)


def _meets(policy: Policy, names: Collection[str]) -> bool:
    try:
        policy.refuse_short_quorum(names)
    except QuorumUnmet:
        return False
    return True


def _address(line: WitnessLine) -> str:
    if line.url is None:
        raise WitnessUrlRefused(seen="no address", wanted="an address in the line of the policy")
    return witness_address(line.url)


def _by_address(policy: Policy) -> dict[str, list[WitnessLine]]:
    """The witnesses of a policy that can be asked, by address; several keys may answer at one."""
    lines: dict[str, list[WitnessLine]] = {}
    for line in policy.witnesses:
        with contextlib.suppress(WitnessUrlRefused):
            lines.setdefault(_address(line), []).append(line)
    return lines


def _names(lines: Sequence[WitnessLine]) -> str:
    return ", ".join(line.name for line in lines)
