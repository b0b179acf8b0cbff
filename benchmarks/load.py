"""The load generator: clients in threads of this process that share a list of requests; its own cost is measured."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from benchmarks.connection import Answer, Connection


@dataclass(frozen=True, slots=True)
class Exchange:
    """The request at `index` of the list, what came back, and after how many seconds."""

    index: int
    seconds: float
    answer: Answer


@dataclass(frozen=True, slots=True)
class Load:
    """What all clients together did.

    Attributes:
        seconds: from the first request sent to the last answer read.
        own_cpu_s: processor seconds of this process in that time.
    """

    exchanges: list[Exchange]
    seconds: float
    own_cpu_s: float

    @property
    def own_share(self) -> float:
        """Processors kept busy by the load generator, 1.0 being one of them."""
        return self.own_cpu_s / self.seconds

    def latency_s(self, share: float) -> float:
        """The latency that `share` of the requests did not exceed."""
        ordered = sorted(exchange.seconds for exchange in self.exchanges)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def drive(port: int, requests: Sequence[bytes], *, clients: int, seconds_max: float, per_second: float | None = None) -> Load:
    """Send `requests` from `clients` keep-alive connections, each sending its next when its last was answered.

    After `seconds_max` no further request is sent; what is under way is waited for. With `per_second` each request has a
    moment at which it is due, and its latency counts from there, however late a client was free to send it.
    """
    clients = min(clients, len(requests))
    turns = itertools.count()
    started = threading.Barrier(clients)

    def client() -> tuple[list[Exchange], float, float]:
        done: list[Exchange] = []
        with Connection(port) as connection:
            started.wait()
            begin = time.perf_counter()
            until = begin + seconds_max
            # `next` on a count is one step under the interpreter lock, so no request is sent twice.
            while (index := next(turns)) < len(requests):
                before = time.perf_counter() if per_second is None else _wait_until(begin + index / per_second)
                answer = connection.send(requests[index])
                after = time.perf_counter()
                done.append(Exchange(index, after - before, answer))
                if after > until:
                    break
        return done, begin, time.perf_counter()

    with ThreadPoolExecutor(clients, thread_name_prefix="client") as pool:
        cpu = time.process_time()
        running = [pool.submit(client) for _ in range(clients)]
        results = [one.result() for one in running]
        cpu = time.process_time() - cpu
    exchanges = [exchange for done, _, _ in results for exchange in done]
    seconds = max(end for _, _, end in results) - min(begin for _, begin, _ in results)
    return Load(exchanges, seconds, cpu)


def _wait_until(due: float) -> float:
    rest = due - time.perf_counter()
    if rest > 0:
        time.sleep(rest)
    return due
