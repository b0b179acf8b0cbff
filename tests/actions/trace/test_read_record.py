"""Records by position and events by eventID: exact bytes for whom the table lets in, and what is said of the rest."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from ledger.actions.capture.submit_event import submit_event
from ledger.actions.parties.admit_party import Admission, admit_party
from ledger.actions.parties.record_governance import record_governance
from ledger.actions.trace.asking import ANYBODY, Asking
from ledger.actions.trace.read_bodies import read_bodies
from ledger.actions.trace.read_event import EventUnknown, position_of_event, read_event
from ledger.actions.trace.read_record import BodyErased, BodyLost, read_record, refuse_reading
from ledger.evidence.batch import PartyUnknown
from ledger.evidence.bodies import BodyState, decode_bodies
from ledger.storage.database import reading, writing
from ledger.storage.entries import EntryAbsent, RecordAbsent
from ledger.storage.grants import grant_reading, withdraw_reading
from ledger.storage.position import Position
from ledger.trade.parties.bodies import PartySuspended, RecordErased
from ledger.trade.reading import ReadingForbidden
from tests.actions.conftest import World
from tests.documents import bare

ITEM = "https://id.gs1.org/01/09506000134352/21/S1"


def taken(world: World, number: int = 1) -> Position:
    return submit_event(world.ledger, bare(number), world.held, world.turn).position


def erase(world: World, position: Position) -> None:
    officer = admit_party(world.ledger, Admission("officer", ["data-protection"], "CN")).party
    body = RecordErased(origin=world.ledger.origin, entry=position.entry, place=position.place, ground="consent-withdrawn")
    record_governance(world.ledger, body, issuer=world.tea, signers=[officer])


def test_the_bytes_are_those_that_were_sent(world: World) -> None:
    opened = read_record(world.ledger, taken(world), Asking(world.tea))
    assert opened.body == bare(1)
    assert opened.recorded == world.clock.now
    assert opened.batch.issuer == world.tea


def test_a_grant_opens_and_its_withdrawal_closes(world: World) -> None:
    position = taken(world)
    with pytest.raises(ReadingForbidden):
        read_record(world.ledger, position, Asking(world.lab))
    with writing(world.ledger.engine) as connection:
        grant_reading(connection, issuer=world.tea, reader=world.lab, now=world.clock.now)
    assert read_record(world.ledger, position, Asking(world.lab)).body
    with writing(world.ledger.engine) as connection:
        withdraw_reading(connection, issuer=world.tea, reader=world.lab)
    with pytest.raises(ReadingForbidden):
        read_record(world.ledger, position, Asking(world.lab))


def test_a_suspended_party_keeps_reading_what_it_issued_and_no_more(world: World) -> None:
    own = taken(world)
    customs = admit_party(world.ledger, Admission("customs", ["customs", "shop"], "SG")).party
    other = submit_event(world.ledger, bare(3), type(world.held)(customs, world.held.read), world.turn).position
    with writing(world.ledger.engine) as connection:
        grant_reading(connection, issuer=customs, reader=world.tea, now=world.clock.now)
    assert read_record(world.ledger, other, Asking(world.tea)).body
    assert read_record(world.ledger, own, Asking(customs)).body
    for party in (world.tea, customs):
        record_governance(world.ledger, PartySuspended(party, "own-request"), issuer=world.ledger.state().registrars[0])
    assert read_record(world.ledger, own, Asking(world.tea)).body == bare(1)
    with pytest.raises(ReadingForbidden):
        read_record(world.ledger, other, Asking(world.tea))
    with pytest.raises(ReadingForbidden):
        read_record(world.ledger, own, Asking(customs))
    assert read_record(world.ledger, own, Asking(customs, ITEM)).body, "the code in its hand still opens it"


def test_a_party_that_never_was_is_refused(world: World) -> None:
    position = taken(world)
    with pytest.raises(PartyUnknown):
        read_record(world.ledger, position, Asking("ledger.example/party/nobody"))


def test_an_erased_record_says_so_and_its_receipt_is_open(world: World) -> None:
    position = taken(world)
    erase(world, position)
    with pytest.raises(BodyErased, match="consent-withdrawn"):
        read_record(world.ledger, position, Asking(world.tea))
    with reading(world.ledger.engine) as connection:
        refuse_reading(connection, world.ledger.governance.load(connection), position, ANYBODY)
    with pytest.raises(EventUnknown):
        read_event(world.ledger, "urn:example:event:1", Asking(world.tea))
    _, (record,) = decode_bodies(read_bodies(world.ledger, position.entry, Asking(world.tea)))
    assert record.state is BodyState.ERASED


def test_a_body_that_vanished_is_named(world: World) -> None:
    position = taken(world)
    with writing(world.ledger.engine) as connection:
        for (name,) in connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
            connection.execute(text(f'DROP TRIGGER "{name}"'))
        connection.execute(text("UPDATE records SET body = NULL, salt = NULL WHERE position = :at"), {"at": position.entry << 14})
    with pytest.raises(BodyLost):
        read_record(world.ledger, position, Asking(world.tea))


def test_positions_without_a_record_are_absent(world: World) -> None:
    position = taken(world)
    with pytest.raises(EntryAbsent):
        read_record(world.ledger, Position(position.entry + 1, 0), ANYBODY)
    with pytest.raises(RecordAbsent):
        read_record(world.ledger, Position(position.entry, 1), ANYBODY)


def test_an_event_id_is_scoped_by_issuer_and_all_are_given(world: World) -> None:
    first = taken(world)
    other = admit_party(world.ledger, Admission("shop", ["shop"], "SG")).party
    author = type(world.held)(other, world.held.read)
    second = submit_event(world.ledger, bare(1), author, world.turn).position
    found = read_event(world.ledger, "urn:example:event:1", Asking(code=ITEM))
    assert [opened.position for opened in found] == [first, second]
    assert position_of_event(world.ledger, "urn:example:event:1", Asking(other)) == second


def test_an_address_is_the_id_of_an_event_without_one(world: World) -> None:
    with_id = taken(world)
    without = submit_event(world.ledger, bare(2, eventID=None), world.held, world.turn).position
    prefix = f"https://{world.ledger.origin}/records"
    assert position_of_event(world.ledger, f"{prefix}/{without.entry}/0", Asking(world.tea)) == without
    for address in (f"{prefix}/{with_id.entry}/0", f"{prefix}/999/0", f"https://other.example/main/records/{without.entry}/0"):
        with pytest.raises(EventUnknown):
            read_event(world.ledger, address, Asking(world.tea))
