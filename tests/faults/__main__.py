"""Break a ledger on purpose, many times over: `make faults`."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import click

from ledger.actions.log.guard import GUARD_VARIABLE
from tests.faults.kills import kill_rounds
from tests.faults.power import power_rounds
from tests.faults.strikes import can_trace, strike_all


@click.command()
@click.option("--kills", type=int, default=200, show_default=True, help="Rounds in which a server is killed under load.")
@click.option("--doubles", type=int, default=50, show_default=True, help="The same with two servers over one directory.")
@click.option("--moments", type=int, default=200, show_default=True, help="Moments at which the power fails.")
@click.option("--every", type=int, default=1, show_default=True, help="Strike every n-th writing system call; 0: none.")
@click.option("--seed", type=int, default=1, show_default=True, help="Decides what is sent, and when what is broken.")
def main(*, kills: int, doubles: int, moments: int, every: int, seed: int) -> None:
    """Kill servers, cut the power, fail system calls; count what was acknowledged before and after, and audit each time."""
    click.echo(f"seed: {seed}")
    traced = can_trace()
    if not traced:
        click.echo("no tracer here (strace): neither power cuts nor single system calls can be tried")
    with tempfile.TemporaryDirectory(prefix="suyuan-faults-") as name:
        folder = Path(name)
        os.environ[GUARD_VARIABLE] = str(folder / "guards")
        for title, rounds, servers in (("kills", kills, 1), ("kills of two servers", doubles, 2)):
            if rounds:
                (folder / title).mkdir()
                click.echo(f"{title}: {kill_rounds(folder / title, rounds=rounds, seed=seed, servers=servers, tell=click.echo)}")
        if traced and moments:
            (folder / "power").mkdir()
            click.echo(f"power cuts: {power_rounds(folder / 'power', rounds=moments, seed=seed, tell=click.echo)}")
        if traced and every:
            (folder / "strikes").mkdir()
            strikes, acknowledged, refused, found = strike_all(folder / "strikes", seed=seed, every=every, tell=click.echo)
            click.echo(f"struck calls: {strikes}; events acknowledged {acknowledged}, found {found}, documents refused {refused}")


if __name__ == "__main__":
    main()
