"""A small write of another subject that shares the next round's transaction, and so its one sync, instead of having its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

from sqlalchemy import Connection

from ledger.actions.open_ledger import Ledger
from ledger.errors import SuyuanError
from ledger.storage.database import writing

T = TypeVar("T")


class Aside(Generic[T]):
    """What is to be done in the transaction; `outcome` is its answer, or the error by which it refused.

    It may refuse by a `SuyuanError` only before it has written anything: the others of the round go on.
    """

    def __init__(self, work: Callable[[Connection], T]) -> None:
        self._work = work
        self.outcome: T | SuyuanError | None = None

    def run(self, connection: Connection) -> None:
        try:
            self.outcome = self._work(connection)
        except SuyuanError as refusal:
            self.outcome = refusal


class Desk(Protocol):
    """Where small writes are handed in; durable when this returns."""

    def write_aside(self, work: Callable[[Connection], T]) -> T: ...


class OwnDesk:
    """Each in a transaction of its own."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def write_aside(self, work: Callable[[Connection], T]) -> T:
        with writing(self._ledger.engine) as connection:
            return work(connection)
