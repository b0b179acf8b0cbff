"""The escrow of a ledger on this machine, by its data directory."""

from __future__ import annotations

import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from cli.money_answer import Answer, Json, first_refused
from cli.money_signing import line_under, sign_here
from ledger.actions.capture.split_records import split_records
from ledger.actions.escrow import as_json
from ledger.actions.escrow.newest_checkpoint import newest_checkpoint
from ledger.actions.escrow.proposals import (
    DAYS_DEFAULT,
    proposals_waiting,
    propose_held,
    propose_own,
    show_proposal,
    sign_held,
    sign_with_line,
)
from ledger.actions.escrow.show_lines import list_balances, list_events, list_lines, show_line
from ledger.actions.escrow.statement import state_account
from ledger.actions.escrow.submit_records import submit_held, submit_signed
from ledger.actions.escrow.validate_records import validate_records
from ledger.actions.log.own_turn import OwnTurn
from ledger.actions.open_ledger import Ledger
from ledger.actions.parties.admit_party import full_name
from ledger.evidence.batch import SignedBatch
from ledger.evidence.commitment import SEED_BYTES
from ledger.evidence.note_signer import NoteSigner


@dataclass(frozen=True, slots=True)
class Here:
    """Answers as the server does. Whoever has the directory reads everything."""

    ledger: Ledger

    def post(self, document: bytes, party: str | None, keys: Sequence[NoteSigner], signers: Sequence[str]) -> Answer:
        ledger, queue, records = self.ledger, OwnTurn(self.ledger), split_records(document)
        if party is not None:
            issuer, others = self._name(party), [self._name(signer) for signer in signers]
            written = submit_held(ledger, records, issuer=issuer, signers=others, queue=queue)
        else:
            own = sign_here(document, keys, **self._log())
            written = submit_signed(ledger, records, signed=SignedBatch.parse(own.note), seed=own.seed, queue=queue)
        return Answer(as_json.written_json(written, ledger.origin), first_refused(written))

    def validate(self, document: bytes, parties: Sequence[str]) -> Answer:
        verdicts = validate_records(self.ledger, split_records(document), parties=[self._name(party) for party in parties])
        refused = next((verdict.refused for verdict in verdicts if verdict.refused is not None), None)
        said = {"accepted": refused is None, "verdicts": [as_json.dry_verdict_json(verdict) for verdict in verdicts]}
        return Answer(said, refused)

    def propose(self, document: bytes, party: str | None, keys: Sequence[NoteSigner], signers: Sequence[str]) -> Answer:
        others, name = [self._name(signer) for signer in signers], secrets.token_hex(16)
        if party is not None:
            seed, issuer = os.urandom(SEED_BYTES), self._name(party)
            proposal = propose_held(self.ledger, document, issuer=issuer, signers=others, name=name, seed=seed, days=DAYS_DEFAULT)
        else:
            own = sign_here(document, keys, signers=others, **self._log())
            proposal = propose_own(self.ledger, document, note=own.note, seed=own.seed, name=name, days=DAYS_DEFAULT)
        return Answer(as_json.proposal_json(proposal))

    def waiting(self, party: str) -> Json:
        found = proposals_waiting(self.ledger, self._name(party))
        return {"proposals": [as_json.proposal_json(proposal) for proposal in found], "next": None}

    def sign(self, proposal: str, party: str | None, key: NoteSigner | None) -> Answer:
        queue = OwnTurn(self.ledger)
        if key is None:
            progress = sign_held(self.ledger, proposal, party=self._name(party or ""), queue=queue)
        else:
            found, seed = show_proposal(self.ledger, proposal, party=key.verifier.name)
            state = self.ledger.state()
            line = line_under(
                found.text, key, document=found.document, seed=seed, origin=state.origin, first_entry=state.first_entry
            )
            progress = sign_with_line(self.ledger, proposal, line=line, queue=queue)
        return Answer(as_json.progress_json(progress, self.ledger.origin), first_refused(progress.written))

    def lines(self, after: str, limit: int) -> Json:
        found = list_lines(self.ledger, reader=None, after=after, limit=limit)
        return as_json.lines_json(found, self.ledger.origin, limit=limit)

    def line(self, name: str) -> Json:
        return as_json.line_json(show_line(self.ledger, name, reader=None), self.ledger.origin)

    def statement(self, name: str) -> bytes:
        return state_account(self.ledger, name, reader=None)

    def balances(self, after: str, limit: int) -> Json:
        return as_json.balances_json(list_balances(self.ledger, reader=None, after=after, limit=limit), limit=limit)

    def events(self, after: str, limit: int) -> Json:
        found, times = list_events(self.ledger, reader=None, after=after, limit=limit)
        return as_json.events_json(found, self.ledger.origin, times, after=after)

    def _name(self, name: str) -> str:
        return full_name(self.ledger.origin, name)

    def _log(self) -> Json:
        ledger = self.ledger
        first = ledger.state().first_entry
        return {"origin": ledger.origin, "first_entry": first, "now": ledger.clock(), "seen": newest_checkpoint(ledger)}
