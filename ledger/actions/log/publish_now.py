"""Publish once, as a server would: for commands, which are there and gone."""

from __future__ import annotations

import os

from ledger.actions.log.publish_checkpoint import CheckpointUnwitnessed, Publication, Published
from ledger.actions.log.witnesses.witnesses import Witnesses, WitnessState
from ledger.actions.log.witnesses.witnessing import read_witnessing
from ledger.actions.open_ledger import Ledger
from ledger.trade.parties.witnessing import policy_of


def publish_now(ledger: Ledger) -> Published:
    """Publish the head, with the cosignatures that the policy asks for.

    Raises:
        CheckpointUnwitnessed: the quorum was not met; a server that runs on the same directory goes on trying.
        GuardAbsent, SignedLater, HistoryForked, LedgerBusy, WitnessSettingRefused: this copy may not, or cannot.
    """
    settings = read_witnessing(os.environ)
    with Witnesses(timeout_s=settings.timeout_s, clock=ledger.clock) as witnesses:
        return Publication(ledger, cosigners=witnesses, unwitnessed=settings.unwitnessed).publish()


def publish_and_hear_all(ledger: Ledger) -> tuple[Published | CheckpointUnwitnessed, list[WitnessState]]:
    """The same, and what every witness of the policy said; each is waited for."""
    settings = read_witnessing(os.environ)
    published: Published | CheckpointUnwitnessed
    with Witnesses(timeout_s=settings.timeout_s, clock=ledger.clock) as witnesses:
        try:
            published = Publication(ledger, cosigners=witnesses, unwitnessed=settings.unwitnessed, everyone=True).publish()
        except CheckpointUnwitnessed as unwitnessed:
            published = unwitnessed
        return published, witnesses.states(policy_of(ledger.state()))
