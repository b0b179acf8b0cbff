"""The known attacks on a data directory, each as a hostile administrator would do it, on a copy.

Each function changes the database and returns the position at which an audit must name it.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any, Final

from ledger.evidence.commitment import commit
from ledger.evidence.instant import Instant
from ledger.evidence.key import SigningKey
from ledger.evidence.merkle import Digest, root_of
from ledger.evidence.note import SignedNote, sign_note
from ledger.storage.event_keys import note_key
from ledger.storage.forging import Attack, Forgery
from ledger.storage.position import pack

# --- entries --------------------------------------------------------------------------------------------------------------


def edit_an_entry(forge: Forgery) -> str:
    """Change the time in the bytes of an entry."""
    index = forge.scene.document
    entry = forge.entry(index)
    forge.put_entry(index, replace(entry, time=Instant(entry.time + 1)))
    return f"entry {index}"


def edit_an_entry_and_the_tree(forge: Forgery) -> str:
    """Change an entry, and make its leaf hash, the tiles and the head fit."""
    position = edit_an_entry(forge)
    index = forge.scene.document
    forge.run('UPDATE entries SET leaf_hash = ? WHERE "index" = ?', forge.entry(index).leaf_hash(), index)
    forge.rebuild_tree()
    return position


def delete_an_entry(forge: Forgery) -> str:
    """Remove an entry with its batch and records."""
    index = forge.scene.document
    _delete(forge, index)
    return f"entry {index}"


def delete_an_entry_and_close_ranks(forge: Forgery) -> str:
    """Remove an entry and move all that follow one index down."""
    index = forge.scene.document
    _delete(forge, index)
    for later in range(index + 1, forge.size):
        forge.run('UPDATE entries SET "index" = ? WHERE "index" = ?', later - 1, later)
    return f"entry {index}"


def insert_an_entry(forge: Forgery) -> str:
    """Move all entries from one on up by one index, and put a copy of an earlier one in the gap."""
    index = forge.scene.document
    for later in range(forge.size - 1, index - 1, -1):
        forge.run('UPDATE entries SET "index" = ? WHERE "index" = ?', later + 1, later)
    entry = forge.entry(index - 1)
    forge.run("INSERT INTO entries VALUES (?, ?, ?)", index, entry.to_bytes() + b"\n", entry.leaf_hash())
    return f"entry {index}"


def write_a_batch_twice(forge: Forgery) -> str:
    """Append a signed batch a second time, with everything that belongs to it."""
    index = forge.scene.document
    keys = [forge.key(party) for party in forge.batch(index).parties]
    again = forge.append(forge.batch(index), keys, forge.records(index), context=forge.context_of(index))
    return f"entry {again}"


def reorder_entries(forge: Forgery) -> str:
    """Let two entries change places."""
    index = forge.scene.document
    for old, new in ((index, -1), (index + 1, index), (-1, index + 1)):
        forge.run('UPDATE entries SET "index" = ? WHERE "index" = ?', new, old)
    return f"entry {index}"


def truncate_the_tail(forge: Forgery) -> str:
    """Remove the last entries."""
    size = forge.size - 2
    for index in range(size, forge.size):
        _delete(forge, index)
    return f"entry {size}"


def present_an_older_copy(forge: Forgery) -> str:
    """Serve the whole ledger as it was at an earlier checkpoint."""
    now = forge.size
    forge.restore(forge.scene.older_copy)
    return f"checkpoint {now}"


def rewrite_with_held_keys(forge: Forgery) -> str:
    """Let a party under the operator's custody have said something else, signed with its key, and sign all anew."""
    index, now = forge.scene.document, forge.size
    body = forge.records(index)[1][2] or b""
    batch, salt = forge.batch(index), bytes(16)
    false = body.replace(b'"OBSERVE"', b'"DELETE"', 1)
    commitment = commit(origin=batch.origin, issuer=batch.issuer, salt=salt, body=false)
    row = (commitment, salt, false, pack(index, 1))
    forge.run("UPDATE records SET commitment = ?, salt = ?, body = ? WHERE position = ?", *row)
    root = root_of([found for found, _, _ in forge.records(index)])
    forge.run("UPDATE batches SET root = ? WHERE entry = ?", root, index)
    forge.run("UPDATE note_keys SET key = ? WHERE entry = ?", note_key(batch.issuer, root), index)
    note = sign_note(replace(batch, root=root).text, [forge.key(batch.issuer)]).to_bytes()
    forge.put_entry(index, replace(forge.entry(index), note=note))
    forge.cover_up(index)
    return f"checkpoint {now}"


def date_an_entry_back(forge: Forgery) -> str:
    """Give an entry a time before that of the entry before it, and cover it up."""
    index = forge.scene.other_document
    _forge_entry(forge, index, time=Instant(forge.entry(index - 1).time - 1_000))
    return f"entry {index}"


def date_a_whole_day_back(forge: Forgery) -> str:
    """Give an entry and all after it the time of the one before, and cover it up."""
    index = forge.scene.document
    time = forge.entry(0).time
    for later in range(1, forge.size):
        forge.put_entry(later, replace(forge.entry(later), time=time))
    forge.cover_up(1)
    late = next(later for later in range(1, index + 1) if forge.batch(later).time > time + 300_000)
    return f"entry {late}"


def claim_a_false_register(forge: Forgery) -> str:
    """Let an entry name another key register, and cover it up."""
    index = forge.scene.document
    _forge_entry(forge, index, register_root=hashlib.sha256(b"no register").digest())
    return f"entry {index}"


# --- who signed -----------------------------------------------------------------------------------------------------------


def edit_a_batch_note(forge: Forgery) -> str:
    """Change who may read a batch, in the text that its issuer signed, and cover it up."""
    index = forge.scene.document
    note = forge.entry(index).note.replace(b"\nread code\n", b"\nread public\n", 1)
    _forge_entry(forge, index, note=note)
    return f"entry {index}"


def edit_a_signature(forge: Forgery) -> str:
    """Change one bit of an issuer's signature, and cover it up."""
    index = forge.scene.document
    note = SignedNote.parse(forge.entry(index).note)
    line = note.signatures[0]
    flipped = replace(line, signature=bytes([line.signature[0] ^ 1]) + line.signature[1:])
    _forge_entry(forge, index, note=SignedNote(note.text, (flipped,)).to_bytes())
    return f"entry {index}"


def strip_a_co_signer(forge: Forgery) -> str:
    """Take a co-signer out of a batch note, with its signature, and cover it up."""
    index = forge.scene.cosigned
    note, batch = SignedNote.parse(forge.entry(index).note), forge.batch(index)
    _forge_entry(forge, index, note=SignedNote(replace(batch, signers=()).text, note.signatures[:1]).to_bytes())
    return f"entry {index}"


def strip_a_signature(forge: Forgery) -> str:
    """Take a co-signer's signature away and leave its name, and cover it up."""
    index = forge.scene.cosigned
    note = SignedNote.parse(forge.entry(index).note)
    _forge_entry(forge, index, note=SignedNote(note.text, note.signatures[:1]).to_bytes())
    return f"entry {index}"


def add_a_co_signer(forge: Forgery) -> str:
    """Name another party in a batch note and let it sign with its held key, and cover it up."""
    index, other = forge.scene.document, forge.scene.other
    text = replace(forge.batch(index), signers=(other,)).text
    lines = (*SignedNote.parse(forge.entry(index).note).signatures, *sign_note(text, [forge.key(other)]).signatures)
    _forge_entry(forge, index, note=SignedNote(text, lines).to_bytes())
    return f"entry {index}"


def re_sign_a_foreign_root(forge: Forgery) -> str:
    """Sign the root of another issuer's batch as one's own, with its bodies and salts."""
    index, other = forge.scene.document, forge.scene.other
    batch = replace(forge.batch(index), issuer=other)
    new = forge.append(batch, [forge.key(other)], forge.records(index), context=forge.context_of(index))
    return f"entry {new} place 0"


def pass_a_log_root_off_as_a_batch_root(forge: Forgery) -> str:
    """Sign the log's own root as that of a batch, so that entries would pass for records."""
    index, issuer = forge.scene.document, forge.scene.issuer
    leaves = forge.leaves()[: forge.scene.early_size]
    records = [(leaf, bytes(16), forge.entry(at).to_bytes()) for at, leaf in enumerate(leaves)]
    batch = replace(forge.batch(index), size=len(leaves), root=root_of(leaves))
    new = forge.append(batch, [forge.key(issuer)], records, context=forge.context_of(index))
    return f"entry {new} place 0"


def slip_in_a_batch_of_a_revoked_key(forge: Forgery) -> str:
    """Sequence a batch together with the revocation of its key, as if its turn had come before."""
    key = forge.scene.revoked
    return f"entry {_append_one(forge, key.verifier.name, key=key)}"


def let_a_bank_sign_events(forge: Forgery) -> str:
    """Sequence events of a party whose role may not sign them."""
    return f"entry {_append_one(forge, forge.scene.bank)}"


def replay_into_another_log(forge: Forgery) -> str:
    """Write a batch here that its issuer signed for another log."""
    index = forge.scene.document
    batch = replace(forge.batch(index), first_entry=hashlib.sha256(b"another log").digest())
    new = forge.append(batch, [forge.key(batch.issuer)], forge.records(index), context=forge.context_of(index))
    return f"entry {new}"


def show_an_issuer_another_log(forge: Forgery) -> str:
    """Let an issuer confirm in its note a checkpoint that this log never had."""
    return f"entry {_append_one(forge, forge.scene.issuer, seen=(2, hashlib.sha256(b'fork').digest()))}"


def admit_without_authority(forge: Forgery) -> str:
    """Write an admission that a mere merchant signed."""
    issuer = forge.scene.issuer
    key, friend = forge.key(issuer).verifier, SigningKey.generate(f"{issuer}-2").verifier
    body = (forge.records(forge.scene.admission)[0][2] or b"").replace(str(key).encode(), str(friend).encode())
    body = body.replace(f'"{issuer}"'.encode(), f'"{friend.name}"'.encode())
    commitment = commit(origin=forge.origin, issuer=issuer, salt=bytes(16), body=body)
    batch = forge.new_batch(issuer=issuer, root=root_of([commitment]))
    return f"entry {forge.append(batch, [forge.key(issuer)], [(commitment, bytes(16), body)], context=None)}"


def _append_one(forge: Forgery, issuer: str, *, key: SigningKey | None = None, seen: tuple[int, Digest] | None = None) -> int:
    """Append a batch of one event that `issuer` never said."""
    index = forge.scene.document
    body = (forge.records(index)[1][2] or b"").replace(b"urn:uuid:", b"urn:uuid:f", 1)
    commitment = commit(origin=forge.origin, issuer=issuer, salt=bytes(16), body=body)
    batch = replace(forge.batch(index), issuer=issuer, size=1, root=root_of([commitment]), seen=seen)
    return forge.append(batch, [key or forge.key(issuer)], [(commitment, bytes(16), body)], context=forge.context_of(index))


def _forge_entry(forge: Forgery, index: int, **changed: Any) -> None:  # noqa: ANN401 - fields of an entry
    forge.put_entry(index, replace(forge.entry(index), **changed))
    forge.cover_up(index)


def _delete(forge: Forgery, index: int) -> None:
    forge.run('DELETE FROM entries WHERE "index" = ?', index)
    forge.run("DELETE FROM batches WHERE entry = ?", index)
    forge.run("DELETE FROM records WHERE position BETWEEN ? AND ?", pack(index, 0), pack(index + 1, 0) - 1)


ON_THE_LOG: Final = (
    Attack("EntryAltered", edit_an_entry),
    Attack("EntryAltered", edit_an_entry_and_the_tree),
    Attack("EntryMissing", delete_an_entry),
    Attack("EntryMissing", delete_an_entry_and_close_ranks),
    Attack("EntryMoved", insert_an_entry),
    Attack("BatchRepeated", write_a_batch_twice),
    Attack("EntryMoved", reorder_entries),
    Attack("EntryMissing", truncate_the_tail),
    Attack("KeptCheckpointContradicted", present_an_older_copy, against_kept=True),
    Attack("KeptCheckpointContradicted", rewrite_with_held_keys, against_kept=True),
    Attack("TimeBackwards", date_an_entry_back),
    Attack("IssuerTimeAhead", date_a_whole_day_back),
    Attack("RegisterWrong", claim_a_false_register),
    Attack("SignatureWrong", edit_a_batch_note),
    Attack("SignatureWrong", edit_a_signature),
    Attack("SignatureWrong", strip_a_co_signer),
    Attack("EntryMalformed", strip_a_signature),
    Attack("SignatureWrong", add_a_co_signer),
    Attack("BodyAltered", re_sign_a_foreign_root),
    Attack("BodyAltered", pass_a_log_root_off_as_a_batch_root),
    Attack("KeyNotValid", slip_in_a_batch_of_a_revoked_key),
    Attack("RoleMayNotSign", let_a_bank_sign_events),
    Attack("BatchOfAnotherLog", replay_into_another_log),
    Attack("SeenUntrue", show_an_issuer_another_log),
    Attack("GovernanceRefused", admit_without_authority),
)
"""Attacks on entries, their order, and who signed; those on bodies and on kept rows stand in `tampered_tables.py`."""
