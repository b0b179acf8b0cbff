"""The options by which the commands of the escrow say who speaks, and to which ledger."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

import click

from cli import data_options
from cli.own_keys import own_keys

F = TypeVar("F", bound=Callable[..., Any])

RECORDS: Final = click.argument("file", type=click.File("rb"))
PAGE_MAX: Final = 1_000

limit = click.option(
    "--limit", type=click.IntRange(1, PAGE_MAX), default=100, show_default=True, help="At most so many; ask on with --after."
)


def ledger(command: F) -> F:
    """`--url` with `--api-key-file`, or `--data` with `--unlock`; and `--json`."""
    for option in (
        data_options.as_json,
        data_options.unlock,
        data_options.data_if_local,
        data_options.api_key_file,
        data_options.url_of_server,
    ):
        command = option(command)
    return command


def speakers(command: F) -> F:
    """Who says it: a party whose key the operator holds, or one's own keys."""
    for option in (
        click.option("--policy", type=data_options.FILE, help="The ledger's policy file: needed to sign for --url."),
        own_keys(key_help="One's own private key file, used here and never sent; may be repeated, the issuer's first."),
        click.option("--party", help="With --data: the party that says it, whose key the operator holds."),
    ):
        command = option(command)
    return command


def keyed(command: F) -> F:
    """`--idempotency-key`."""
    option = click.option(
        "--idempotency-key",
        help="With --url: under which key it is sent; sending it again under the same key does nothing twice. Random by default.",
    )
    return option(command)
