"""More known attacks: on the tables of the escrow, on its records, and on the governance that its verdicts hang on."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Final

from ledger.evidence.authority import ReadRule, RecordClass
from ledger.evidence.commitment import commit
from ledger.evidence.note import SignedNote, sign_note
from ledger.storage.event_keys import note_key
from ledger.storage.forging import Attack, Forgery
from ledger.storage.position import pack
from ledger.trade.alliance.bodies import AllyExpelled

_SALT: Final = bytes(16)

# --- verdicts and legs ----------------------------------------------------------------------------------------------------


def turn_a_refusal_into_an_acceptance(forge: Forgery) -> str:
    """Let a refused payment have been accepted."""
    entry = forge.scene.escrow.refused
    forge.run("UPDATE escrow_verdicts SET refusal = NULL, postings = 'P2' WHERE position = ?", pack(entry, 0))
    return f"escrow_verdicts entry {entry} place 0"


def turn_an_acceptance_into_a_refusal(forge: Forgery) -> str:
    """Let an accepted payment have been refused."""
    entry = forge.scene.escrow.paid
    values = ("reference_settled", pack(entry, 0))
    forge.run("UPDATE escrow_verdicts SET refusal = ?, line = NULL, seq = NULL, postings = '' WHERE position = ?", *values)
    return f"escrow_verdicts entry {entry} place 0"


def hide_a_refusal(forge: Forgery) -> str:
    """Remove the verdict on a record that was refused."""
    entry = forge.scene.escrow.refused
    forge.run("DELETE FROM escrow_verdicts WHERE position = ?", pack(entry, 0))
    return f"escrow_verdicts entry {entry} place 0"


def invent_a_verdict(forge: Forgery) -> str:
    """Add the verdict on an escrow record that nobody sent."""
    entry = forge.scene.document
    values = (pack(entry, 0), "FeePaid", None, None, None, None, "P18")
    forge.run("INSERT INTO escrow_verdicts VALUES (?, ?, ?, ?, ?, ?, ?)", *values)
    return f"escrow_verdicts entry {entry} place 0"


def change_a_leg(forge: Forgery) -> str:
    """Change the amount of one leg of a posting."""
    entry = forge.scene.escrow.paid
    forge.run("UPDATE escrow_legs SET amount = 2 * amount WHERE position = ? AND number = 0", pack(entry, 0))
    return f"escrow_legs entry {entry} place 0"


def add_two_legs(forge: Forgery) -> str:
    """Add two legs that sum to zero to a posting."""
    scene, packed = forge.scene.escrow, pack(forge.scene.escrow.paid, 0)
    for number, account, amount in ((90, scene.account, -50), (91, f"payable:platform:{scene.custodian}", 50)):
        forge.run("INSERT INTO escrow_legs VALUES (?, ?, ?, ?, ?)", packed, number, account, scene.currency, amount)
    return f"escrow_legs entry {scene.paid} place 0"


def forget_a_sum(forge: Forgery) -> str:
    """Remove the running sum that holds a posting to zero."""
    entry = forge.scene.escrow.paid
    forge.run("DELETE FROM escrow_leg_sums WHERE position = ?", pack(entry, 0))
    return f"escrow_leg_sums entry {entry} place 0"


def allow_another_sum(forge: Forgery) -> str:
    """Let the legs of a record sum to something else than zero."""
    forge.run("INSERT INTO escrow_zero VALUES (50)")
    return "escrow_zero"


# --- caches ---------------------------------------------------------------------------------------------------------------


def change_a_balance(forge: Forgery) -> str:
    """Change what a bank holds."""
    scene = forge.scene.escrow
    values = (scene.account, scene.currency)
    forge.run("UPDATE escrow_accounts SET balance = balance + 5000 WHERE account = ? AND currency = ?", *values)
    return f"escrow_accounts {scene.account} {scene.currency}"


def change_a_balance_into_a_word(forge: Forgery) -> str:
    """Put a word where the balance of an account stands."""
    scene = forge.scene.escrow
    forge.run("UPDATE escrow_accounts SET balance = 'plenty' WHERE account = ? AND currency = ?", scene.account, scene.currency)
    return f"escrow_accounts {scene.account} {scene.currency}"


def change_the_state_of_a_line(forge: Forgery) -> str:
    """Let a line have been paid out, in its cached state and in the column beside it."""
    scene = forge.scene.escrow
    state = json.loads(forge.value("SELECT state FROM escrow_lines WHERE name = ?", scene.line))
    state |= {"own": "released", "held": 0, "paid_merchant": state["held"]}
    values = ("released", json.dumps(state).encode(), scene.line)
    forge.run("UPDATE escrow_lines SET own = ?, state = ? WHERE name = ?", *values)
    return f"escrow_lines {scene.line}"


def change_a_column_of_a_line(forge: Forgery) -> str:
    """Let another party be the buyer of a line, in the column alone."""
    scene = forge.scene
    forge.run("UPDATE escrow_lines SET buyer = ? WHERE name = ?", scene.other, scene.escrow.line)
    return f"escrow_lines {scene.escrow.line}"


def damage_the_state_of_a_line(forge: Forgery) -> str:
    """Put bytes that are no JSON where the state of a line stands."""
    forge.run("UPDATE escrow_lines SET state = ? WHERE name = ?", b'{"name": \xff', forge.scene.escrow.line)
    return f"escrow_lines {forge.scene.escrow.line}"


def remove_a_line(forge: Forgery) -> str:
    """Remove a line that was agreed and not paid yet."""
    forge.run("DELETE FROM escrow_lines WHERE name = ?", forge.scene.escrow.unpaid)
    return f"escrow_lines {forge.scene.escrow.unpaid}"


def let_a_stranger_read_a_line(forge: Forgery) -> str:
    """Add a party to those who may read a line."""
    scene = forge.scene
    forge.run("INSERT INTO escrow_line_parties VALUES (?, ?)", scene.other, scene.escrow.line)
    return f"escrow_line_parties {scene.other} {scene.escrow.line}"


def forget_a_settlement(forge: Forgery) -> str:
    """Remove the reference of a payment, so that it may be booked again."""
    scene = forge.scene.escrow
    forge.run("DELETE FROM escrow_settlements WHERE bank = ? AND reference = ?", scene.custodian, scene.reference)
    return f"escrow_settlements {scene.custodian} {scene.reference}"


def invent_a_clean_guarantee(forge: Forgery) -> str:
    """Add a guarantee that ended clean, for the points of the next ones."""
    scene = forge.scene
    forge.run("INSERT INTO escrow_closings VALUES (?, ?, ?, ?)", scene.other, scene.issuer, pack(scene.escrow.paid, 0), 0)
    return f"escrow_closings {scene.other} {scene.issuer} entry {scene.escrow.paid} place 0"


def change_an_owner(forge: Forgery) -> str:
    """Let the title of a second-hand item have passed to somebody else."""
    scene = forge.scene
    forge.run("UPDATE escrow_owners SET owner = ? WHERE serial = ?", scene.other, scene.escrow.serial)
    return f"escrow_owners {scene.escrow.serial.hex()}"


def hide_a_statement_break(forge: Forgery) -> str:
    """Let a bank's statement, which differed from the books, have agreed with them."""
    scene = forge.scene.escrow
    values = (scene.custodian, scene.currency)
    forge.run("UPDATE escrow_statements SET difference = 0 WHERE bank = ? AND currency = ?", *values)
    return f"escrow_statements {scene.custodian} {scene.currency}"


# --- records --------------------------------------------------------------------------------------------------------------


def edit_an_escrow_body(forge: Forgery) -> str:
    """Change the amount in a bank's record."""
    entry = forge.scene.escrow.paid
    body = _more_money(forge.records(entry)[0][2] or b"")
    forge.run("UPDATE records SET body = ? WHERE position = ?", body, pack(entry, 0))
    return f"entry {entry} place 0"


def forge_an_escrow_record(forge: Forgery) -> str:
    """Change the amount in a bank's record with everything that hangs on it but the bank's signature, and cover it up."""
    entry = forge.scene.escrow.paid
    _rewrite(forge, entry, _more_money(forge.records(entry)[0][2] or b""), sign=False)
    return f"entry {entry}"


def change_a_payment_with_the_held_key(forge: Forgery) -> str:
    """Let a bank whose key the operator holds have confirmed another amount, sign all anew, and forget the journal."""
    entry = forge.scene.escrow.paid
    _rewrite(forge, entry, _more_money(forge.records(entry)[0][2] or b""), sign=True)
    return f"escrow_legs entry {entry} place 0"


def smuggle_a_posting(forge: Forgery) -> str:
    """Sequence a record whose signer says himself what is posted."""
    scene = forge.scene.escrow
    said = json.loads(forge.records(scene.paid)[0][2] or b"")
    legs = [{"account": scene.account, "currency": scene.currency, "amount": -1}]
    body = json.dumps({**said, "legs": legs}, separators=(",", ":")).encode()
    batch = replace(forge.batch(scene.paid), root=_commitment(forge, scene.custodian, body), seen=None)
    batch = replace(batch, klass=RecordClass.ESCROW, read=ReadRule.PARTIES, time=forge.entry(forge.size - 1).time)
    record = (batch.root, _SALT, body)
    return f"entry {forge.append(batch, [forge.key(scene.custodian)], [record], context=None)} place 0"


def expel_an_ally_after_the_fact(forge: Forgery) -> str:
    """Rewrite governance so that the bank had lost its seat before the orders, sign all anew, and forget the journal."""
    scene = forge.scene.escrow
    _rewrite(forge, scene.spare, AllyExpelled(scene.custodian, "custodian", "own-request").to_body(), sign=True)
    return f"escrow_verdicts entry {scene.agreed} place 0"


def _more_money(body: bytes) -> bytes:
    said = json.loads(body)
    said["money"]["minor"] = str(int(said["money"]["minor"]) + 1)
    return json.dumps(said, separators=(",", ":")).encode()


def _rewrite(forge: Forgery, index: int, body: bytes, *, sign: bool) -> None:
    """Put another body into an entry of one record, with commitment, root and note, and cover it up."""
    before = forge.batch(index)
    batch = replace(before, root=_commitment(forge, before.issuer, body))
    forge.run("UPDATE records SET commitment = ?, salt = ?, body = ? WHERE position = ?", batch.root, _SALT, body, pack(index, 0))
    forge.run("UPDATE batches SET root = ? WHERE entry = ?", batch.root, index)
    forge.run("UPDATE note_keys SET key = ? WHERE entry = ?", note_key(batch.issuer, batch.root), index)
    if sign:
        note = sign_note(batch.text, [forge.key(party) for party in batch.parties])
    else:
        note = SignedNote(batch.text, SignedNote.parse(forge.entry(index).note).signatures)
    forge.put_entry(index, replace(forge.entry(index), note=note.to_bytes()))
    forge.cover_up(index)


def _commitment(forge: Forgery, issuer: str, body: bytes) -> bytes:
    """Of a batch of one record this is the root, too."""
    return commit(origin=forge.origin, issuer=issuer, salt=_SALT, body=body)


ON_THE_JOURNAL: Final = (
    Attack("EscrowVerdictDiffers", turn_a_refusal_into_an_acceptance),
    Attack("EscrowVerdictDiffers", turn_an_acceptance_into_a_refusal),
    Attack("EscrowVerdictDiffers", hide_a_refusal),
    Attack("EscrowVerdictDiffers", invent_a_verdict),
    Attack("EscrowLegsDiffer", change_a_leg),
    Attack("EscrowLegsDiffer", add_two_legs),
    Attack("EscrowLegsDiffer", forget_a_sum),
    Attack("EscrowLegsDiffer", allow_another_sum),
    Attack("EscrowBalanceDiffers", change_a_balance),
    Attack("EscrowBalanceDiffers", change_a_balance_into_a_word),
    Attack("EscrowLineDiffers", change_the_state_of_a_line),
    Attack("EscrowLineDiffers", change_a_column_of_a_line),
    Attack("EscrowLineDiffers", damage_the_state_of_a_line),
    Attack("EscrowLineDiffers", remove_a_line),
    Attack("EscrowReaderDiffers", let_a_stranger_read_a_line),
    Attack("EscrowSettlementDiffers", forget_a_settlement),
    Attack("EscrowClosingDiffers", invent_a_clean_guarantee),
    Attack("EscrowOwnerDiffers", change_an_owner),
    Attack("EscrowStatementDiffers", hide_a_statement_break),
    Attack("BodyAltered", edit_an_escrow_body),
    Attack("SignatureWrong", forge_an_escrow_record),
    Attack("EscrowLegsDiffer", change_a_payment_with_the_held_key),
    Attack("EscrowRecordMalformed", smuggle_a_posting),
    Attack("EscrowVerdictDiffers", expel_an_ally_after_the_fact),
)
"""Attacks on the money; `tampered_tables.py` lists them with all others."""
