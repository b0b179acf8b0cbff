"""More known attacks: on bodies and salts, on published checkpoints, and on every table that the operator keeps."""

from __future__ import annotations

import hashlib
from typing import Final

from ledger.evidence.commitment import commit
from ledger.evidence.key import SigningKey
from ledger.evidence.note import SignedNote, sign_note
from ledger.storage.forging import Attack, Forgery
from ledger.storage.position import pack
from ledger.storage.tampered_journal import ON_THE_JOURNAL
from ledger.storage.tampering import ON_THE_LOG

_PLACE: Final = 1

# --- bodies ---------------------------------------------------------------------------------------------------------------


def edit_a_body(forge: Forgery) -> str:
    """Change a word of a record."""
    index, body = forge.scene.document, _body(forge)
    _put(forge, "body", body.replace(b'"OBSERVE"', b'"DELETE"', 1))
    return f"entry {index} place {_PLACE}"


def edit_a_body_and_its_commitment(forge: Forgery) -> str:
    """Change a record, and make its kept commitment fit."""
    edit_a_body(forge)
    batch, (_, salt, body) = forge.batch(forge.scene.document), forge.records(forge.scene.document)[_PLACE]
    _put(forge, "commitment", commit(origin=batch.origin, issuer=batch.issuer, salt=salt or b"", body=body or b""))
    return f"entry {forge.scene.document}"


def swap_bodies(forge: Forgery) -> str:
    """Let two records of a batch change bodies and salts."""
    index = forge.scene.document
    (_, salt_1, body_1), (_, salt_2, body_2) = forge.records(index)[1:3]
    for place, salt, body in ((1, salt_2, body_2), (2, salt_1, body_1)):
        forge.run("UPDATE records SET salt = ?, body = ? WHERE position = ?", salt, body, pack(index, place))
    return f"entry {index} place 1"


def edit_a_salt(forge: Forgery) -> str:
    """Change the salt of a record."""
    _put(forge, "salt", bytes(16))
    return f"entry {forge.scene.document} place {_PLACE}"


def edit_a_commitment(forge: Forgery) -> str:
    """Change the kept commitment of a record."""
    _put(forge, "commitment", bytes(32))
    return f"entry {forge.scene.document} place {_PLACE}"


def drop_a_body(forge: Forgery) -> str:
    """Remove a body and its salt as if the record had been erased."""
    _put(forge, "body", None)
    _put(forge, "salt", None)
    return f"entry {forge.scene.document} place {_PLACE}"


def drop_a_body_and_note_an_erasure(forge: Forgery) -> str:
    """Remove a body, and add the row that erasures leave, which no entry of the log stands behind."""
    index = forge.scene.document
    packed = pack(index, _PLACE)
    forge.run("INSERT INTO erasures VALUES (?, ?, ?)", packed, index, "person-request")
    forge.run("DELETE FROM identifiers WHERE position = ?", packed)
    forge.run("DELETE FROM event_keys WHERE position = ?", packed)
    return drop_a_body(forge)


def keep_an_erased_body(forge: Forgery) -> str:
    """Put back what the log has erased."""
    (index, place), scene = forge.scene.erased, forge.scene
    values = (scene.erased_salt, scene.erased_body, pack(index, place))
    forge.run("UPDATE records SET salt = ?, body = ? WHERE position = ?", *values)
    return f"entry {index} place {place}"


def delete_a_record(forge: Forgery) -> str:
    """Remove the row of a record."""
    forge.run("DELETE FROM records WHERE position = ?", pack(forge.scene.document, _PLACE))
    return f"entry {forge.scene.document} place {_PLACE}"


def add_a_record(forge: Forgery) -> str:
    """Add a row behind the last record of a batch."""
    index = forge.scene.document
    place = forge.batch(index).size
    forge.run("INSERT INTO records VALUES (?, ?, ?, ?)", pack(index, place), bytes(32), bytes(16), b"{}")
    return f"entry {index} place {place}"


def edit_a_context(forge: Forgery) -> str:
    """Change what the terms of a document mean."""
    forge.run("UPDATE batches SET context = ? WHERE entry = ?", b'"https://terms.example/other"', forge.scene.document)
    return f"entry {forge.scene.document}"


def edit_a_key_record(forge: Forgery) -> str:
    """Put another key into the record that admitted a party."""
    index = forge.scene.admission
    key = SigningKey.generate(forge.scene.issuer).verifier
    body = (forge.records(index)[0][2] or b"").replace(str(forge.key(forge.scene.issuer).verifier).encode(), str(key).encode())
    forge.run("UPDATE records SET body = ? WHERE position = ?", body, pack(index, 0))
    return f"entry {index} place 0"


# --- checkpoints ----------------------------------------------------------------------------------------------------------


def edit_a_checkpoint(forge: Forgery) -> str:
    """Change the size in a published checkpoint's text and leave its signature."""
    size = forge.scene.early_size
    note: bytes = forge.value("SELECT note FROM checkpoints WHERE size = ?", size)
    root = note.split(b"\n")[2]
    forge.run("UPDATE checkpoints SET note = ? WHERE size = ?", note.replace(root, b"A" * 43 + b"=", 1), size)
    return f"checkpoint {size}"


def sign_a_false_checkpoint(forge: Forgery) -> str:
    """Publish another root for an earlier size, signed with the log key."""
    forge.sign(forge.scene.early_size, root=bytes(32))
    return f"checkpoint {forge.scene.early_size}"


def sign_with_another_log_key(forge: Forgery) -> str:
    """Sign the newest checkpoint with a key that is not the log's."""
    size = forge.size
    kept: bytes = forge.value("SELECT note FROM checkpoints WHERE size = ?", size)
    note = sign_note(SignedNote.parse(kept).text, [SigningKey.generate(forge.origin)]).to_bytes()
    forge.run("UPDATE checkpoints SET note = ? WHERE size = ?", note, size)
    return f"checkpoint {size}"


# --- kept rows ------------------------------------------------------------------------------------------------------------


def edit_a_leaf_hash(forge: Forgery) -> str:
    """Change the kept leaf hash of an entry."""
    forge.run('UPDATE entries SET leaf_hash = ? WHERE "index" = ?', bytes(32), forge.scene.document)
    return f"entry {forge.scene.document}"


def edit_a_tile(forge: Forgery) -> str:
    """Change a hash inside a tile."""
    index = forge.scene.document
    hashes: bytes = forge.value('SELECT hashes FROM tiles WHERE level = 0 AND "index" = ?', index >> 8)
    at = (index & 255) * 32
    false = hashes[:at] + bytes(32) + hashes[at + 32 :]
    forge.run('UPDATE tiles SET hashes = ? WHERE level = 0 AND "index" = ?', false, index >> 8)
    return f"tile 0/{index >> 8}"


def edit_the_head(forge: Forgery) -> str:
    """Change the time in the head row."""
    forge.run("UPDATE head SET time = time + 1")
    return "head"


def edit_a_projection_row(forge: Forgery) -> str:
    """Change the issuer in the columns of a batch."""
    forge.run("UPDATE batches SET issuer = ? WHERE entry = ?", forge.scene.other, forge.scene.document)
    return f"entry {forge.scene.document}"


def edit_block_roots(forge: Forgery) -> str:
    """Change the kept roots inside a large batch."""
    forge.run("UPDATE blocks SET hashes = ? WHERE entry = ?", bytes(32), forge.scene.large)
    return f"entry {forge.scene.large}"


def remove_an_index_row(forge: Forgery) -> str:
    """Hide an event from whoever looks for what it names."""
    packed = pack(forge.scene.document, _PLACE)
    forge.run("DELETE FROM identifiers WHERE position = ?", packed)
    return f"identifiers entry {forge.scene.document} place {_PLACE}"


def add_an_index_row(forge: Forgery) -> str:
    """Let an event be found under an identifier that it does not name."""
    forge.run("INSERT INTO identifiers VALUES (?, ?, ?)", 1, 42, pack(forge.scene.document, _PLACE))
    return f"identifiers entry {forge.scene.document} place {_PLACE}"


def remove_an_event_key(forge: Forgery) -> str:
    """Let an eventID be used again."""
    forge.run("DELETE FROM event_keys WHERE position = ?", pack(forge.scene.document, _PLACE))
    return f"event_keys entry {forge.scene.document} place {_PLACE}"


def remove_a_note_key(forge: Forgery) -> str:
    """Let a signed batch be written again."""
    forge.run("DELETE FROM note_keys WHERE entry = ?", forge.scene.document)
    return f"note_keys entry {forge.scene.document}"


def edit_a_key_line(forge: Forgery) -> str:
    """Change the role of a party in the kept register."""
    line, since = forge.rows("SELECT line, valid_from FROM register_lines WHERE line LIKE ?", f"key {forge.scene.bank} %")[0]
    forge.run("UPDATE register_lines SET line = ? WHERE line = ?", line.replace(" bank ", " merchant "), line)
    return f"register_lines from entry {since}"


def edit_the_governance_state(forge: Forgery) -> str:
    """Change the role of a party in the state that decides who may write."""
    snapshot: bytes = forge.value("SELECT snapshot FROM governance")
    forge.run("UPDATE governance SET snapshot = ?", snapshot.replace(b'"bank"', b'"shop"'))
    return "governance"


def forget_an_erasure(forge: Forgery) -> str:
    """Remove the row that says which entry erased a record."""
    index, place = forge.scene.erased
    forge.run("DELETE FROM erasures WHERE position = ?", pack(index, place))
    return f"erasures entry {index} place {place}"


def keep_a_false_disclosure(forge: Forgery) -> str:
    """Keep what a record withholds in the operator's own words."""
    text = b"WyJBQUVDQXdRRkJnY0lDUW9MREEwT0R3IiwidGVhOnJlc2VydmVkRm9yIiwiTWVpIl0"
    packed = pack(forge.scene.document, _PLACE)
    forge.run("INSERT INTO disclosures VALUES (?, 0, ?, ?, NULL)", packed, hashlib.sha256(text).digest(), text)
    return f"disclosures entry {forge.scene.document} place {_PLACE}"


def _body(forge: Forgery) -> bytes:
    return forge.records(forge.scene.document)[_PLACE][2] or b""


def _put(forge: Forgery, column: str, value: bytes | None) -> None:
    forge.run(f"UPDATE records SET {column} = ? WHERE position = ?", value, pack(forge.scene.document, _PLACE))  # noqa: S608


ATTACKS: Final[tuple[Attack, ...]] = (
    *ON_THE_LOG,
    Attack("BodyAltered", edit_a_body),
    Attack("BatchRootWrong", edit_a_body_and_its_commitment),
    Attack("BodyAltered", swap_bodies),
    Attack("BodyAltered", edit_a_salt),
    Attack("CommitmentWrong", edit_a_commitment),
    Attack("BodyMissing", drop_a_body),
    Attack("BodyMissing", drop_a_body_and_note_an_erasure),
    Attack("BodyKept", keep_an_erased_body),
    Attack("RecordMissing", delete_a_record),
    Attack("RecordUnknown", add_a_record),
    Attack("ContextWrong", edit_a_context),
    Attack("BodyAltered", edit_a_key_record),
    Attack("CheckpointSignatureWrong", edit_a_checkpoint),
    Attack("CheckpointRootWrong", sign_a_false_checkpoint),
    Attack("CheckpointNotByLogKey", sign_with_another_log_key),
    Attack("LeafHashWrong", edit_a_leaf_hash),
    Attack("TileWrong", edit_a_tile),
    Attack("HeadWrong", edit_the_head),
    Attack("BatchRowWrong", edit_a_projection_row),
    Attack("BlocksWrong", edit_block_roots),
    Attack("IdentifierIndexWrong", remove_an_index_row),
    Attack("IdentifierIndexWrong", add_an_index_row),
    Attack("EventKeyWrong", remove_an_event_key),
    Attack("NoteKeyWrong", remove_a_note_key),
    Attack("RegisterLineWrong", edit_a_key_line),
    Attack("GovernanceSnapshotWrong", edit_the_governance_state),
    Attack("ErasureRowWrong", forget_an_erasure),
    Attack("DisclosureWrong", keep_a_false_disclosure),
    *ON_THE_JOURNAL,
)
"""All known attacks: those of `tampering.py`, then these, then those of `tampered_journal.py`."""
