"""A turn of one's own: sequence at once, for commands and short scripts that run without a server's writer."""

from __future__ import annotations

from ledger.actions.log.sequence import sequence_group
from ledger.actions.log.staging import Outcome, StagedBatch
from ledger.actions.open_ledger import Ledger
from ledger.storage.jobs import Job


class OwnTurn:
    """Each batch is sequenced and committed by itself; a server on the same data directory is waited for."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def submit(self, staged: StagedBatch) -> Outcome:
        (outcome,) = sequence_group(self._ledger, [staged])
        return outcome

    def keep_job(self, job: Job) -> None:
        sequence_group(self._ledger, [], [job])
