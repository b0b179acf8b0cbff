"""`suyuan escrow stories`: a small alliance, its own keys, a real server, and orders told from the first word to the last."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click

from cli import data_options
from cli.remote import reached
from cli.serve import serving_beside, settings_of
from cli.server import HOST, listening
from cli.story_desk import RemoteDesk
from ledger.actions.escrow.alliance_world.build import AllianceWorld, build_alliance
from ledger.actions.escrow.stories.step import Step, in_words
from ledger.actions.escrow.stories.story_clock import DAY_MS, StoryClock
from ledger.actions.escrow.stories.tell_stories import DAYS_ALL, STORIES, StoryTold, tell_stories
from ledger.actions.log.restore import refuse_unless_empty
from ledger.actions.open_ledger import Ledger, open_ledger, system_clock
from ledger.evidence.instant import Instant, format_instant
from ledger.trade.escrow.money import MINOR_MAX, Money


@click.command()
@click.option("--data", type=data_options.DIRECTORY, required=True, help="A new directory for the alliance's ledger.")
@click.option("--story", "number", type=click.IntRange(1, len(STORIES)), help="Only this one.")
@data_options.as_json
def command(*, data: Path, number: int | None, as_json: bool) -> None:
    """Tell whole orders to a real server.

    Founds a small invented alliance in DIR: a merchant in Guizhou, buyers in Singapore and Taiwan, banks, inspection
    bodies, a carrier, a warehouse, arbiters, trustees, a guarantor, each with a key of its own. They talk to a server of
    this process over HTTP. Its clock is the story's, so that months pass in seconds: the times in this ledger are
    rehearsed, and lie before today. What is refused on purpose stands in the ledger as refused.

    DIR is an ordinary data directory afterwards: audit it, replay it, serve it.

    \b
    Example:
      suyuan escrow stories --data alliance-data
      suyuan audit alliance-data --policy alliance-data/policy
    """
    data = data.resolve()
    refuse_unless_empty(data)
    numbers = tuple(STORIES) if number is None else (number,)
    told = [_result(one) for one in _told(data, numbers, _Telling(aloud=not as_json))]
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        click.echo(f"\nThe ledger is in {data}. Check it:\n  suyuan audit {data} --policy {data / 'policy'}")


def _told(data: Path, numbers: Sequence[int], telling: _Telling) -> Iterator[StoryTold]:
    clock = StoryClock(Instant(system_clock() - DAYS_ALL * DAY_MS))
    with _served(data, clock) as (world, ledger, desk):
        for told in tell_stories(world, ledger, clock, desk, numbers=numbers, on_story=telling.begin, on_step=telling.step):
            telling.end(told)
            yield told


@contextmanager
def _served(data: Path, clock: StoryClock) -> Iterator[tuple[AllianceWorld, Ledger, RemoteDesk]]:
    """The alliance founded in `data` and served, with the operator's own opened ledger beside the server."""
    world = build_alliance(data, clock=clock)
    ledger = open_ledger(data, clock=clock)
    try:
        with listening(HOST, 0) as listener:
            # The story says when the operator's clock ticks; by itself the server would wait for real minutes.
            settings = replace(settings_of(data, listener), escrow_tick_s=0)
            with serving_beside(settings, listener, clock=clock), reached(settings.public_url, None) as remote:
                yield world, ledger, RemoteDesk(remote, world.api_keys)
    finally:
        ledger.close()


@dataclass
class _Telling:
    """Writes what happens, step by step, for people; nothing where it is not `aloud`."""

    aloud: bool
    _day: str = ""

    def begin(self, number: int, title: str) -> None:
        if self.aloud:
            click.secho(f"\nStory {number}: {title}", bold=True)

    def step(self, step: Step) -> None:
        if not self.aloud:
            return
        day = format_instant(step.time)[:10]
        if day != self._day:
            self._day = day
            click.secho(f"\n  {day}", dim=True)
        what = " ".join(filter(None, (step.record, step.line, step.detail)))
        click.echo(f"    {' and '.join(step.who)}: {what}  ", nl=False)
        if step.refusal is None:
            click.secho(" ".join(("accepted", *step.postings)), fg="green")
        else:
            click.secho(f"refused: {step.refusal}", fg="red")
        if step.line is not None:
            money = ", ".join(f"{place} {in_words(amount)}" for place, amount in step.money.items()) or "no money yet"
            click.secho(f"      {' '.join(step.states)} | {money}", dim=True)

    def end(self, told: StoryTold) -> None:
        if not self.aloud:
            return
        reckoning = told.reckoning
        refused = sum(record.refusal is not None for record in told.records)
        click.echo(
            f"\n  {len(told.records)} records were told, {refused} of them refused; {told.receipts} receipts verified. "
            "The ledger also holds those that filled the fund before."
        )
        click.echo(f"  By the ledger alone: zero sum {_yes(reckoning.zero_sum)}, segregated {_yes(reckoning.segregated)}.")
        for currency, accounts in reckoning.balances.items():
            for account, minor in accounts.items():
                click.echo(f"    {account}  {_signed(currency, minor)}")


def _yes(holds: bool) -> str:
    return "yes" if holds else "NO"


def _signed(currency: str, minor: int) -> str:
    return ("-" if minor < 0 else "") + in_words(Money(currency, min(abs(minor), MINOR_MAX)))


def _result(told: StoryTold) -> Mapping[str, Any]:
    """What others rely on; docs/ESCROW.md, "Stories"."""
    return {
        "story": told.number,
        "title": told.title,
        "start": format_instant(told.start),
        "end": format_instant(told.end),
        "transitions": [
            {
                "line": record.line,
                "record type": record.record,
                "from": record.before,
                "to": record.after,
                "also": [list(move) for move in record.also],
                "position": list(record.position),
            }
            for record in told.records
            if record.refusal is None
        ],
        "refused": [
            {"line": record.line, "record type": record.record, "refusal": record.refusal, "position": list(record.position)}
            for record in told.records
            if record.refusal is not None
        ],
        "balances": told.reckoning.balances,
        "zero_sum": told.reckoning.zero_sum,
        "segregated": told.reckoning.segregated,
        "receipts": told.receipts,
    }
