"""Reading a filled ledger over HTTP: receipts, item pages, a trace; every receipt verified by the load generator."""

from __future__ import annotations

import gzip
import random
import re
from typing import Final
from urllib.parse import quote, urlsplit

import msgspec

from benchmarks.checking import AnswerUntrue
from benchmarks.connection import request
from benchmarks.figures import Rounds
from benchmarks.load import Load, drive
from benchmarks.sizes import Sizes
from benchmarks.worlds import Library
from ledger.evidence.receipt import verify_receipt

_MS: Final = 1_000.0
_PAGE_CLIENTS: Final = 4
_SAID_OF_ITEMS: Final = (b"Green tea", b"Picked before the rains", b"bifenthrin")
_LOADED: Final = re.compile(
    rb"""<(?:script|img|iframe|source|embed)\b[^>]*\ssrc=(?!["']?data:)|<link\b[^>]*\brel=["']?(?:stylesheet|preload)"""
)
"""What makes a browser ask again."""
_SECONDS_MAX: Final = 2.0


class ReadingMeasure:
    """Asks the server at port `ledger`, and the bare server for as many bytes."""

    def __init__(self, rounds: Rounds, library: Library, sizes: Sizes, *, ledger: int, bare: int, seed: int) -> None:
        self._rounds, self._library, self._sizes = rounds, library, sizes
        self._ledger, self._bare = ledger, bare
        self._random = random.Random(seed)

    def receipts(self) -> None:
        """One client; the time of a receipt without its verification, which follows."""
        asked = [self._some_record() for _ in range(self._sizes.reads)]
        requests = [self._get(f"/receipts/{entry}/{place}") for entry, place, _ in asked]
        load = self._drive(requests, clients=1)
        policy = self._library.world.policy
        for exchange in load.exchanges:
            verify_receipt(exchange.answer.body, body=asked[exchange.index][2], policy=policy)
        self._note("receipt", load, clients=1)

    def pages(self) -> None:
        """As a telephone asks. Latency with one client, rate with four; a page must name its item, and what is said of it."""
        items = [self._some_item() for _ in range(self._sizes.reads)]
        requests = [self._page(item) for item in items]
        load = self._drive(requests, clients=1)
        pages = [gzip.decompress(exchange.answer.body) for exchange in load.exchanges]
        for exchange, page in zip(load.exchanges, pages, strict=True):
            for wanted in (items[exchange.index].rpartition("/")[2].encode(), *_SAID_OF_ITEMS):
                if wanted not in page:
                    raise AnswerUntrue(f"the page of {items[exchange.index]} does not say {wanted!r}")
        self._note("item page", load, clients=1)
        self._rounds.add("item page, bytes with gzip", max(len(exchange.answer.body) for exchange in load.exchanges), "bytes")
        self._rounds.add("item page, requests", max(1 + len(_LOADED.findall(page)) for page in pages), "requests")
        load = self._drive(requests, clients=_PAGE_CLIENTS)
        bare = self._bare_load(load, clients=_PAGE_CLIENTS)
        below = {"HTTP": len(bare.exchanges) / bare.seconds}
        name = f"item page, {_PAGE_CLIENTS} clients"
        self._rounds.add(name, len(load.exchanges) / load.seconds, "pages/s", floors=below, own_share=load.own_share)

    def large_page(self) -> None:
        """The page of an item with a history longer than a page shows: it must say that there is more."""
        as_json = request("GET", urlsplit(self._library.storied).path, key=self._library.world.key, accept="application/json")
        if not msgspec.json.decode(self._drive([as_json], clients=1).exchanges[0].answer.body)["truncated"]:
            raise AnswerUntrue("the page of the long history does not say that there is more")
        load = self._drive([self._page(self._library.storied)] * self._sizes.traces, clients=1)
        below = {"HTTP": _MS * self._bare_load(load, clients=1).latency_s(0.5)}
        name = f"item page of {self._sizes.history:,} events"
        self._rounds.add(name, _MS * load.latency_s(0.5), "ms", floors=below)
        self._rounds.add(f"{name}, bytes with gzip", len(load.exchanges[0].answer.body), "bytes")

    def recalls(self) -> None:
        """The feed that shops ask for: the one recall of the library must stand in it."""
        load = self._drive([self._get("/recalls.json")] * self._sizes.reads, clients=1)
        if b"Too much lead." not in load.exchanges[0].answer.body:
            raise AnswerUntrue("the feed of recalls does not hold the recall")
        self._note("recall feed", load, clients=1)

    def trace(self) -> None:
        """The whole genealogy below one pallet; every event of it must be in the answer."""
        path = f"/trace/{quote(self._library.pallet, safe=':/')}?direction=back"
        load = self._drive([self._get(path)] * self._sizes.traces, clients=1)
        events = msgspec.json.decode(load.exchanges[0].answer.body)["events"]
        if len(events) != self._sizes.genealogy:
            raise AnswerUntrue(f"the trace holds {len(events)} events, not {self._sizes.genealogy}")
        below = {"HTTP": _MS * self._bare_load(load, clients=1).latency_s(0.5)}
        self._rounds.add("trace of a pallet", _MS * load.latency_s(0.5), "ms", floors=below)

    def _note(self, name: str, load: Load, *, clients: int) -> None:
        bare = self._bare_load(load, clients=clients)
        for label, share in (("p50", 0.5), ("p99", 0.99)):
            below = {"HTTP": _MS * bare.latency_s(share)}
            self._rounds.add(f"{name}, {label}", _MS * load.latency_s(share), "ms", floors=below, own_share=load.own_share)

    def _bare_load(self, load: Load, *, clients: int) -> Load:
        sizes = (len(exchange.answer.body) for exchange in load.exchanges)
        return drive(self._bare, [request("GET", f"/bytes/{size}") for size in sizes], clients=clients, seconds_max=_SECONDS_MAX)

    def _drive(self, requests: list[bytes], *, clients: int) -> Load:
        load = drive(self._ledger, requests, clients=clients, seconds_max=_SECONDS_MAX)
        for exchange in load.exchanges:
            if exchange.answer.status != 200:
                raise AnswerUntrue(f"status {exchange.answer.status}: {exchange.answer.body[:300]!r}")
        return load

    def _get(self, path: str) -> bytes:
        return request("GET", path, key=self._library.world.key)

    def _page(self, item: str) -> bytes:
        return request("GET", urlsplit(item).path, key=self._library.world.key, accept="text/html", gzip=True)

    def _some_record(self) -> tuple[int, int, bytes]:
        index = self._random.randrange(len(self._library.documents))
        place = self._random.randrange(self._sizes.library_document)
        return self._library.first_entry + index, 1 + place, self._library.documents[index].events[place]

    def _some_item(self) -> str:
        epc: str = self._random.choice(msgspec.json.decode(self._some_record()[2])["epcList"])
        return epc
