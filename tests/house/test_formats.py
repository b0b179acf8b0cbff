"""The examples of docs/FORMATS.md are what the code writes, reads back and believes."""

from __future__ import annotations

import re
from hashlib import sha256

from ledger.evidence.checkpoint import Checkpoint
from ledger.evidence.entry import GENESIS, Entry
from ledger.evidence.merkle import leaf_hash, node_hash
from ledger.evidence.note import SignedNote, verify_note
from ledger.evidence.policy import Policy
from ledger.evidence.receipt import Receipt
from ledger.evidence.record import read_record
from ledger.trade.alliance import bodies as alliance_bodies
from ledger.trade.dossier.refusals import DossierRefused
from ledger.trade.parties import brand_bodies
from ledger.trade.parties.bodies import BODIES as SHAPES
from ledger.trade.parties.bodies import read_body
from tests.house.golden import BODIES, CONTEXT, MERCHANT, ORIGIN, SALT, golden_log
from tests.house.sources import CHECKOUT

FORMATS = (CHECKOUT / "docs" / "FORMATS.md").read_text(encoding="utf-8")


def documented(first_line: str) -> list[bytes]:
    """The fenced blocks that begin with `first_line`, as bytes with the final LF, without those of placeholders."""
    blocks = re.findall(r"```text\n(.*?\n)```", FORMATS, re.DOTALL)
    return [block.encode() for block in blocks if block.startswith(first_line) and "<" not in block]


def test_the_documented_entries_parse_print_back_and_form_a_chain() -> None:
    entries = documented("suyuan.entry/v1\n")
    assert [Entry.parse(data).to_bytes() for data in entries] == entries
    assert [Entry.parse(data).prev for data in entries] == [GENESIS, leaf_hash(entries[0]), leaf_hash(entries[1])]


def test_the_documented_checkpoint_is_over_the_documented_entries() -> None:
    (data,) = documented(f"{ORIGIN}\n")
    note = SignedNote.parse(data)
    assert note.to_bytes() == data
    assert verify_note(note, [golden_log().log_key.verifier]) == (golden_log().log_key.verifier,)
    first, second, third = (leaf_hash(entry) for entry in documented("suyuan.entry/v1\n"))
    assert Checkpoint.parse(note.text) == Checkpoint(ORIGIN, 3, node_hash(node_hash(first, second), third))


def test_the_documented_policy_opens_the_documented_checkpoint() -> None:
    (text,) = documented("log ")
    policy = Policy.parse(text.decode())
    assert policy.text.encode() == text
    (checkpoint,) = documented(f"{ORIGIN}\n")
    assert policy.open(checkpoint).checkpoint.size == 3


def test_the_documented_receipt_prints_back_byte_for_byte() -> None:
    (data,) = documented("c2sp.org/tlog-proof@v1\n")
    receipt = Receipt.parse(data)
    assert receipt.to_bytes() == data
    assert (receipt.index, receipt.place, receipt.context) == (2, 1, CONTEXT)


def test_the_documented_governance_records_read_and_print_back() -> None:
    bodies = [line for line in documented("{") if b"LedgerFounded" in line or b"PartyAdmitted" in line]
    assert len(bodies) == 2
    assert [read_body(read_record(body.rstrip(b"\n"))).to_body() + b"\n" for body in bodies] == bodies


def test_the_documented_commitment_by_hand() -> None:
    # Written out from the document, without our own code: kind, ledger, issuer, salt, body.
    parts = b"\0suyuan.record/v1\nledger.example/main\nledger.example/party/duyun-tea\n" + SALT + BODIES[1]
    assert MERCHANT == "ledger.example/party/duyun-tea"
    assert f"commitment  {sha256(parts).hexdigest()}" in FORMATS


def test_the_documented_records_of_the_alliance_read_and_print_back() -> None:
    section = FORMATS.split("\n## Alliance\n")[1].split("\n## ")[0]
    bodies = re.findall(r"```text\n(\{.*\})\n```", section)
    assert [read_body(read_record(body.encode())).to_body().decode() for body in bodies] == bodies
    assert {type(read_body(read_record(body.encode()))).__module__ for body in bodies} == {alliance_bodies.__name__}
    assert len(bodies) == sum(shape.__module__ == alliance_bodies.__name__ for shape in SHAPES.values())


def test_the_documented_record_of_a_brand_reads_and_prints_back() -> None:
    section = FORMATS.split("\n## Brands\n")[1].split("\n## ")[0]
    (body,) = re.findall(r"```text\n(\{.*\})\n```", section)
    read = read_body(read_record(body.encode()))
    assert isinstance(read, brand_bodies.PrefixLicensed)
    assert read.to_body().decode() == body


def test_the_rules_of_the_dossier_are_documented_by_the_names_of_their_refusals() -> None:
    section = FORMATS.split("\n## Dossier records\n")[1].split("\n## ")[0]
    missing = [leaf.__name__ for leaf in DossierRefused.__subclasses__() if f"`{leaf.__name__}`" not in section]
    assert missing == ["TypeHasItsOwnWay"], "what is not posted stands in the table"
