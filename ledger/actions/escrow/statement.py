"""The signed statement of account of an order line: made from the journal, signed by the operator's party, checked by anyone."""

from __future__ import annotations

from ledger.actions.capture.stage_batch import NoHeldKey, held_key
from ledger.actions.escrow.show_lines import show_line
from ledger.actions.open_ledger import Ledger
from ledger.errors import Conflict
from ledger.evidence.entry import Entry
from ledger.evidence.key import SigningKey, VerifierKey
from ledger.evidence.note import SignedNote, sign_note, verify_note
from ledger.storage.database import reading
from ledger.storage.entries import read_entry
from ledger.trade.escrow.account_statement import AccountStatement, state_accounts
from ledger.trade.parties.party import Standing
from ledger.trade.parties.state import Governance


class OperatorKeyAbsent(Conflict):
    title = "no active party with the role operator has a key that is held here"
    default_hint = "admit one with `suyuan party admit NAME --role operator --custody operator`"


def state_account(ledger: Ledger, line: str, *, reader: str | None) -> bytes:
    """The signed note of a line's statement, for a party that may read the line.

    Raises:
        LineAbsent, OperatorKeyAbsent.
    """
    shown = show_line(ledger, line, reader=reader)
    state = ledger.state()
    with reading(ledger.engine) as connection:
        newest = Entry.parse(read_entry(connection, shown.size - 1))
    legs = ((step.position.entry, step.position.place, step.type, leg) for step in shown.steps for leg in step.legs)
    statement = AccountStatement(
        origin=state.origin,
        first_entry=state.first_entry,
        line=line,
        size=shown.size,
        time=newest.time,
        accounts=state_accounts(legs),
    )
    return sign_note(statement.text, [_operator_key(ledger, state)]).to_bytes()


def check_statement(note: bytes, key: VerifierKey) -> AccountStatement:
    """The statement in a note, after its signature by `key` and every sum in it were checked.

    Whether the ledger says the same is the auditor's question.

    Raises:
        NoteMalformed, NoteUnsigned, SignatureWrong, StatementMalformed, StatementSumWrong.
    """
    opened = SignedNote.parse(note)
    verify_note(opened, [key])
    return AccountStatement.parse(opened.text)


def _operator_key(ledger: Ledger, state: Governance) -> SigningKey:
    for name in sorted(state.parties):
        party = state.parties[name]
        if "operator" in party.roles and party.standing is Standing.ACTIVE:
            try:
                return held_key(ledger, state, name)
            except NoHeldKey:
                continue
    raise OperatorKeyAbsent(seen=state.origin)
