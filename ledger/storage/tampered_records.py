"""The known attacks on what is erased, what is padding, on the width of tiles, and what an operator lets in without right.

Each function changes the database and returns the position at which an audit must name it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from ledger.evidence.commitment import commit
from ledger.evidence.merkle import root_of
from ledger.storage.forging import Attack, Forgery
from ledger.storage.position import pack

_PLACE: Final = 1


def note_an_erasure_that_never_was(forge: Forgery) -> str:
    """Say that a record was erased which is still there, so that nobody is shown it."""
    index = forge.scene.document
    forge.run(
        "INSERT INTO erasures (position, by_entry, ground) VALUES (?, ?, ?)",
        pack(index, _PLACE),
        forge.size - 1,
        "person-request",
    )
    return f"erasures entry {index} place {_PLACE}"


def name_another_erasing_entry(forge: Forgery) -> str:
    """Say of an erased record that another entry erased it."""
    index, place = forge.scene.erased
    forge.run("UPDATE erasures SET by_entry = by_entry + 1 WHERE position = ?", pack(index, place))
    return f"erasures entry {index} place {place}"


def name_another_ground(forge: Forgery) -> str:
    """Say of an erased record that it was erased for another reason."""
    index, place = forge.scene.erased
    forge.run("UPDATE erasures SET ground = ? WHERE position = ?", "legal-order", pack(index, place))
    return f"erasures entry {index} place {place}"


def keep_the_salt_of_an_erased_record(forge: Forgery) -> str:
    """Put back the salt of an erased record, with which its content can be guessed."""
    index, place = forge.scene.erased
    forge.run("UPDATE records SET salt = ? WHERE position = ?", forge.scene.erased_salt, pack(index, place))
    return f"entry {index} place {place}"


def put_another_body_in_an_erased_place(forge: Forgery) -> str:
    """Put a body into the place of an erased one that its issuer never said."""
    index, place = forge.scene.erased
    values = (forge.scene.erased_salt, forge.scene.erased_body + b" ", pack(index, place))
    forge.run("UPDATE records SET salt = ?, body = ? WHERE position = ?", *values)
    return f"entry {index} place {place}"


def put_a_body_into_padding(forge: Forgery) -> str:
    """Give a body to a record that is padding."""
    index = forge.scene.padded
    forge.run("UPDATE records SET body = ? WHERE position = ?", b'{"type": "ObjectEvent"}', pack(index, _PLACE))
    return f"entry {index} place {_PLACE}"


def empty_a_record(forge: Forgery) -> str:
    """Pass a record off as padding."""
    index = forge.scene.document
    forge.run("UPDATE records SET body = x'' WHERE position = ?", pack(index, _PLACE))
    return f"entry {index} place {_PLACE}"


def write_padding_before_a_record(forge: Forgery) -> str:
    """Write a batch with padding between its events, so that what counts and what does not is blurred."""
    first, second = (_as_new(forge, mark) for mark in (b"a", b"b"))
    return f"entry {_append(forge, [first, b'', second])} place 1"


def write_an_event_twice(forge: Forgery) -> str:
    """Write an event of a party a second time, signed with its held key."""
    return f"entry {_append(forge, [_event(forge)])} place 0"


def write_a_record_of_another_class(forge: Forgery) -> str:
    """Write a record among events that is none."""
    entry = _append(forge, [b'{"type": "PartyAdmitted"}'])
    return f"entry {entry} place 0"


def write_what_no_record_may_be(forge: Forgery) -> str:
    """Write a body that names a member twice, so that two readers see two things."""
    entry = _append(forge, [b'{"type": "ObjectEvent", "type": "ObjectEvent"}'])
    return f"entry {entry} place 0"


def break_the_chain(forge: Forgery) -> str:
    """Let an entry name another one before it, and make tree and checkpoints fit."""
    index = forge.size - 1
    forge.put_entry(index, replace(forge.entry(index), prev=bytes(32)))
    forge.run('UPDATE entries SET leaf_hash = ? WHERE "index" = ?', forge.entry(index).leaf_hash(), index)
    forge.rebuild_tree()
    forge.sign(forge.size)
    return f"entry {index}"


def add_an_entry_beyond_the_end(forge: Forgery) -> str:
    """Put an entry far behind the last one, where nobody looks."""
    index, entry = forge.size + 1_000, forge.entry(forge.size - 1)
    forge.run("INSERT INTO entries VALUES (?, ?, ?)", index, entry.to_bytes(), entry.leaf_hash())
    return f"entry {index}"


def widen_a_tile(forge: Forgery) -> str:
    """Add a hash behind the last one of a tile."""
    return _cut_last_tile(forge, "hashes || zeroblob(32)")


def narrow_a_tile(forge: Forgery) -> str:
    """Take the last hash off a tile."""
    return _cut_last_tile(forge, "substr(hashes, 1, length(hashes) - 32)")


def cut_a_tile_inside_a_hash(forge: Forgery) -> str:
    """Cut a tile off in the middle of a hash."""
    return _cut_last_tile(forge, "substr(hashes, 1, length(hashes) - 16)")


def add_a_tile(forge: Forgery) -> str:
    """Add a tile that a log of this size does not have."""
    beyond = (forge.size >> 8) + 1
    forge.run("INSERT INTO tiles VALUES (0, ?, ?)", beyond, bytes(32))
    return f"tile 0/{beyond}"


def _append(forge: Forgery, bodies: Sequence[bytes]) -> int:
    """Write a batch that its issuer never said, signed with its held key; return its entry."""
    index, issuer, salt = forge.scene.document, forge.scene.issuer, bytes(16)
    records = [(commit(origin=forge.origin, issuer=issuer, salt=salt, body=body), salt, body) for body in bodies]
    batch = replace(forge.batch(index), size=len(records), root=root_of([record[0] for record in records]))
    return forge.append(batch, [forge.key(issuer)], records, context=forge.context_of(index))


def _event(forge: Forgery) -> bytes:
    return forge.records(forge.scene.document)[_PLACE][2] or b""


def _as_new(forge: Forgery, mark: bytes) -> bytes:
    return _event(forge).replace(b"urn:uuid:", b"urn:uuid:" + mark, 1)


def _cut_last_tile(forge: Forgery, hashes: str) -> str:
    last = (forge.size - 1) >> 8
    forge.run(f'UPDATE tiles SET hashes = CAST({hashes} AS BLOB) WHERE level = 0 AND "index" = ?', last)  # noqa: S608
    return f"tile 0/{last}"


ON_THE_RECORDS: Final = (
    Attack("ErasureRowWrong", note_an_erasure_that_never_was),
    Attack("ErasureRowWrong", name_another_erasing_entry),
    Attack("ErasureRowWrong", name_another_ground),
    Attack("BodyKept", keep_the_salt_of_an_erased_record),
    Attack("BodyAltered", put_another_body_in_an_erased_place),
    Attack("BodyAltered", put_a_body_into_padding),
    Attack("BodyAltered", empty_a_record),
    Attack("PaddingMisplaced", write_padding_before_a_record),
    Attack("EventRepeated", write_an_event_twice),
    Attack("TypeNotInClass", write_a_record_of_another_class),
    Attack("RecordMalformed", write_what_no_record_may_be),
    Attack("ChainBroken", break_the_chain),
    Attack("EntryUnknown", add_an_entry_beyond_the_end),
    Attack("TileWrong", widen_a_tile),
    Attack("TileWrong", narrow_a_tile),
    Attack("TileWrong", cut_a_tile_inside_a_hash),
    Attack("TileWrong", add_a_tile),
)
"""Attacks on erasures, padding and tiles, and on the rules of admission; those on other rows stand in `tampered_tables.py`."""
