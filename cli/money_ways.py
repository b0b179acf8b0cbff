"""Which way a command goes to the escrow: into a data directory, or to a server."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import click

from cli import data_options
from cli.money_answer import Answer, Json
from cli.money_here import Here
from cli.money_there import There
from cli.own_keys import OwnKeys
from cli.policy_file import read_policy
from cli.remote import reached
from ledger.evidence.note_signer import NoteSigner


class Way(Protocol):
    """What both ways can do; they answer alike."""

    def post(self, document: bytes, party: str | None, keys: Sequence[NoteSigner], signers: Sequence[str]) -> Answer: ...
    def validate(self, document: bytes, parties: Sequence[str]) -> Answer: ...
    def propose(self, document: bytes, party: str | None, keys: Sequence[NoteSigner], signers: Sequence[str]) -> Answer: ...
    def waiting(self, party: str) -> Json: ...
    def sign(self, proposal: str, party: str | None, key: NoteSigner | None) -> Answer: ...
    def lines(self, after: str, limit: int) -> Json: ...
    def line(self, name: str) -> Json: ...
    def statement(self, name: str) -> bytes: ...
    def balances(self, after: str, limit: int) -> Json: ...
    def events(self, after: str, limit: int) -> Json: ...


@contextmanager
def way(
    *,
    url: str | None,
    api_key_file: Path | None,
    data: Path | None,
    unlock: Path | None,
    policy: Path | None = None,
    idempotency_key: str | None = None,
    writes: bool = False,
) -> Iterator[Way]:
    """The way that the options name.

    Raises:
        click.UsageError: they name none.
    """
    if url is not None:
        trusted = None if policy is None else read_policy(policy)
        with reached(url, api_key_file) as remote:
            yield There(remote, trusted, idempotency_key)
    elif data is not None:
        opening = data_options.changed if writes else data_options.opened
        with opening(data, unlock) as ledger:
            yield Here(ledger)
    else:
        raise click.UsageError("give --data DIR, or --url URL with --api-key-file FILE")


def keys_in(own: OwnKeys, *, party: str | None, url: str | None) -> list[NoteSigner]:
    """One's own keys, where one signs for oneself.

    Raises:
        click.UsageError: it is not said who speaks, or twice.
    """
    if own and party is not None:
        raise click.UsageError("--party and one's own keys exclude each other: either the operator signs, or they do")
    if not own and party is None and url is None:
        raise click.UsageError("with --data give --party NAME or --key FILE")
    return own.signers()
