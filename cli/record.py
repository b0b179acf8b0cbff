"""`suyuan record`: a list of commands, each in a file `cli/record_<command>.py`."""

from __future__ import annotations

from typing import Final

import click

from cli.main import LazyGroup

COMMANDS: Final = {
    "types": "Print every type of record with its members.",
    "check": "Say what would become of records; write nothing.",
    "post": "Write records into a ledger.",
    "show": "Show one record as it was signed.",
}
"""Every subcommand with its line in the list; `types` stands in `cli/record_types.py`."""


@click.command(cls=LazyGroup, lines=COMMANDS, package="cli.record_")
def command() -> None:
    """Describe goods, report tests, recall.

    Beside events a ledger holds records about goods, places and parties: what a product is, what a laboratory measured,
    which certificate holds, what is called back. A record is one JSON object. This one is whole; write it into a file:

    \b
      {"type": "ProductDescribed",
       "product": "https://id.gs1.org/01/09521234000013",
       "names": [{"language": "en", "text": "Duyun Maojian, 100 g"},
                 {"language": "zh-Hans", "text": "都匀毛尖 100 克"}],
       "category": "farm-produce",
       "parameters": [{"parameter": "net-weight", "value": "100", "unit": "GRM"}]}

    \b
    Look at it, write it, and read it again:
      suyuan record types ProductDescribed
      suyuan record check tin.json
      suyuan record post tin.json --data DIR --as spring-garden
      suyuan record show 7/0 --data DIR

    What is written stays. A record counts no more once its issuer says StatementWithdrawn of its address.
    """
