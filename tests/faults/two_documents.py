"""A program to be struck: it posts two documents, publishes after each, and says what it was told, line by line."""

from __future__ import annotations

import sys
from contextlib import closing
from pathlib import Path
from typing import Final

import click

from benchmarks.made_events import Maker
from ledger.actions.capture.author import HeldAuthor
from ledger.actions.capture.document_capture import Submission
from ledger.actions.capture.submit_document import submit_document
from ledger.actions.log.own_turn import OwnTurn
from ledger.actions.log.publish_checkpoint import publish_checkpoint
from ledger.actions.open_ledger import open_ledger
from ledger.errors import SuyuanError
from ledger.evidence.authority import ReadRule

DOCUMENTS: Final = 2
EVENTS: Final = 3


def main() -> None:
    """Arguments: the data directory, the party, the seed."""
    data, party, seed = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    documents = Maker(seed).documents(DOCUMENTS, events=EVENTS)
    with closing(open_ledger(data)) as ledger:
        author, turn = HeldAuthor(party, ReadRule.CODE), OwnTurn(ledger)
        click.echo("begin")
        for number, made in enumerate(documents):
            try:
                job = submit_document(ledger, Submission(made.data, author), turn)
                positions = [job.position_of(event) for event in job.events]
                click.echo(" ".join(["acknowledged", str(number), *(f"{p.entry}/{p.place}" for p in positions if p)]))
                click.echo(f"published {publish_checkpoint(ledger).size}")
            except SuyuanError as refusal:
                click.echo(f"refused {number} {refusal.code}")


if __name__ == "__main__":
    main()
