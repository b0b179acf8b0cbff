"""Serial numbers are issued by their record and by nothing else: all of them or none, proven, and found by their code."""

from __future__ import annotations

import csv
import random
from pathlib import Path

import pytest

from ledger.actions.capture.sign_own import sign_note
from ledger.actions.codes.find_short_code import ShortCodeUnknown, find_short_code
from ledger.actions.codes.issue_serials import (
    UNSAID_DAYS,
    DrawingAbsent,
    RequestReused,
    SerialOrder,
    draw_issue,
    issue_serials,
    issue_signed,
)
from ledger.actions.codes.label import LabelStyle
from ledger.actions.codes.print_issue import IssueAbsent, issue_of_entry, labels_of_issue, list_issues, pin_lines, product_name
from ledger.actions.codes.serial_tree import SerialNotIssued, prove_serial
from ledger.actions.dossier.submit_dossier import submit_held
from ledger.actions.log.aside import OwnDesk
from ledger.actions.log.publish_checkpoint import publish_checkpoint
from ledger.actions.log.writer import Writer
from ledger.actions.parties.admit_party import Admission, admit_party
from ledger.errors import SuyuanError
from ledger.evidence.authority import ReadRule, RecordClass
from ledger.evidence.key import SigningKey
from ledger.evidence.merkle import InclusionUnproven, leaf_hash, root_of
from ledger.evidence.record import read_record
from ledger.storage.database import reading, writing
from ledger.storage.entries import read_records
from ledger.storage.position import pack
from ledger.storage.serials import SerialIssue, issue_of_serial
from ledger.trade.dossier.bodies.coded import SerialsIssued
from ledger.trade.dossier.bodies.described import ProductDescribed
from ledger.trade.dossier.bodies.every import read_dossier_body
from ledger.trade.dossier.bodies.kinds import Words
from ledger.trade.serials import draw_serials, short_code
from tests.actions.auditing import audited
from tests.actions.conftest import World
from tests.actions.escrow.test_crash_at_every_write import Crashed, dying_at

PRODUCT = "https://id.gs1.org/01/09521234000013"


def issue(world: World, count: int = 30, **more: str) -> SerialIssue:
    order = SerialOrder(world.tea, PRODUCT, count, **more)
    return issue_serials(world.ledger, order, queue=world.turn, desk=OwnDesk(world.ledger))


def serials(world: World, found: SerialIssue) -> list[str]:
    return [label.serial or "" for label in labels_of_issue(world.ledger, found, LabelStyle("https://l.example"))]


@pytest.mark.parametrize("count", [1, 2, 4_097, 12_000])
def test_the_record_commits_to_every_number_in_ascending_order(world: World, count: int) -> None:
    told: list[tuple[int, int]] = []
    order = SerialOrder(world.tea, PRODUCT, count, "L7")
    found = issue_serials(world.ledger, order, queue=world.turn, desk=OwnDesk(world.ledger), tell=lambda *done: told.append(done))
    drawn = serials(world, found)
    assert drawn == sorted(set(drawn)) and len(drawn) == count
    assert told[-1] == (count, count)
    assert found.position is not None
    with reading(world.ledger.engine) as connection:
        (record,) = read_records(connection, [pack(*found.position)])
    root = root_of([leaf_hash(serial.encode()) for serial in drawn])
    assert read_dossier_body(read_record(record.body or b"")) == SerialsIssued(PRODUCT, count, root, "L7")


def test_a_number_is_proven_under_the_record_and_found_by_its_code(world: World) -> None:
    found = issue(world, 5_000, lot="L7")
    drawn = serials(world, found)
    for serial in (drawn[0], drawn[-1], *random.Random(7).sample(drawn, 5)):
        proof = prove_serial(world.ledger, serial)
        proof.verify()
        assert (proof.index, proof.size, proof.root) == (drawn.index(serial), 5_000, found.root)
        link = find_short_code(world.ledger, short_code(serial).lower())
        assert link.keys == (("01", "09521234000013"), ("10", "L7"), ("21", serial))


def test_a_number_that_is_put_into_the_table_later_is_not_proven(world: World) -> None:
    found = issue(world)
    late = draw_serials(bytes(16))[0]
    with writing(world.ledger.engine) as connection:
        connection.exec_driver_sql("INSERT INTO issued_serials VALUES (?, ?)", (found.number, late))
    with pytest.raises(InclusionUnproven):
        prove_serial(world.ledger, late)


def test_an_unknown_code_gets_one_answer_whatever_it_was(world: World) -> None:
    issue(world)
    strangers = draw_serials(random.Random(1).randbytes(100))
    assert len({str(refusal_of(world, short_code(serial))) for serial in strangers}) == 1
    with pytest.raises(SerialNotIssued):
        prove_serial(world.ledger, strangers[0])


def refusal_of(world: World, code: str) -> ShortCodeUnknown:
    with pytest.raises(ShortCodeUnknown) as refusal:
        find_short_code(world.ledger, code)
    return refusal.value


def test_a_crash_at_any_write_leaves_no_number_issued_without_record(world: World) -> None:
    crashed: list[SerialOrder] = []
    for number in range(100):
        size, order = world.ledger.head().size, SerialOrder(world.tea, PRODUCT, 20, "L7", f"request {number}".encode())
        with dying_at(world.ledger.engine, number):
            try:
                issue_serials(world.ledger, order, queue=world.turn, desk=OwnDesk(world.ledger))
            except Crashed:
                crashed.append(order)
        if not crashed or crashed[-1] is not order:
            break
        assert world.ledger.head().size == size
        with reading(world.ledger.engine) as connection:
            kept = connection.exec_driver_sql("SELECT serial FROM issued_serials").scalars().all()
            assert not any(issue_of_serial(connection, serial) for serial in kept)
    assert len(crashed) > 10
    for order in crashed:
        found, again = (issue_serials(world.ledger, order, queue=world.turn, desk=OwnDesk(world.ledger)) for _ in range(2))
        assert found == again and len(serials(world, found)) == 20
    assert world.ledger.head().size == size + 1 + len(crashed)
    publish_checkpoint(world.ledger)
    assert not audited(world.ledger.data).findings


def test_the_same_request_for_something_else_is_refused(world: World) -> None:
    desk = OwnDesk(world.ledger)
    draw_issue(world.ledger, SerialOrder(world.tea, PRODUCT, 20, None, b"request"), desk=desk)
    with pytest.raises(RequestReused):
        draw_issue(world.ledger, SerialOrder(world.tea, PRODUCT, 21, None, b"request"), desk=desk)


def test_what_is_refused_keeps_nothing(world: World) -> None:
    for party, product in ((world.tea, f"{PRODUCT}/21/A"), (world.lab, PRODUCT), ("ledger.example/party/none", PRODUCT)):
        with pytest.raises(SuyuanError):
            issue_serials(world.ledger, SerialOrder(party, product, 5), queue=world.turn, desk=OwnDesk(world.ledger))
    assert list_issues(world.ledger) == []


def test_an_own_key_signs_what_was_drawn_and_nothing_else(world: World) -> None:
    key = SigningKey.generate("ledger.example/party/brand")
    brand = admit_party(world.ledger, Admission("brand", ["factory"], "CN", key=key.verifier)).party
    drawn = draw_issue(world.ledger, SerialOrder(brand, PRODUCT, 9), desk=OwnDesk(world.ledger))
    kept = serials(world, drawn.issue)
    refusal_of(world, short_code(kept[0]))
    forged = SerialsIssued(PRODUCT, 9, bytes(32)).to_body()
    with pytest.raises(DrawingAbsent):
        say(world, key, forged)
    found = say(world, key, drawn.record)
    assert found.issuer == brand and find_short_code(world.ledger, short_code(kept[0])).value("21") == kept[0]


def say(world: World, key: SigningKey, record: bytes) -> SerialIssue:
    state = world.ledger.state()
    own = sign_note(
        [record],
        [key],
        origin=state.origin,
        first_entry=state.first_entry,
        klass=RecordClass.DESCRIPTION,
        read=ReadRule.PUBLIC,
        now=world.clock.now,
    )
    return issue_signed(world.ledger, record, note=own.note, seed=own.seed, queue=world.turn)


def test_what_nobody_signs_is_forgotten_in_the_end(world: World) -> None:
    key = SigningKey.generate("ledger.example/party/brand")
    brand = admit_party(world.ledger, Admission("brand", ["factory"], "CN", key=key.verifier)).party
    draw_issue(world.ledger, SerialOrder(brand, PRODUCT, 5_000), desk=OwnDesk(world.ledger))
    world.clock.advance(UNSAID_DAYS * 86_400_000)
    issue(world, 2)
    assert len(list_issues(world.ledger)) == 2
    world.clock.advance(1)
    issue(world, 3)
    assert [found.count for found in list_issues(world.ledger)] == [2, 3]
    with reading(world.ledger.engine) as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM issued_serials").scalar_one() == 5


def test_a_server_that_writes_issues_too(world: World) -> None:
    with Writer(world.ledger) as writer:
        found = issue_serials(world.ledger, SerialOrder(world.tea, PRODUCT, 7_000), queue=writer, desk=writer)
        assert len(serials(world, found)) == 7_000


def test_a_drawing_is_found_by_its_entry(world: World) -> None:
    found = issue(world, 2)
    assert found.position is not None
    assert issue_of_entry(world.ledger, found.position.entry) == found
    with pytest.raises(IssueAbsent):
        issue_of_entry(world.ledger, 0)


def test_the_product_is_called_what_its_issuer_last_called_it(world: World) -> None:
    found = issue(world, 1)
    assert product_name(world.ledger, found, language="en") is None
    for names in ((Words("en", "Old"),), (Words("en", "Spring tea"), Words("zh-Hans", "春茶"))):
        said = ProductDescribed(PRODUCT, names, "farm-produce")
        submit_held(world.ledger, [said.to_body()], issuer=world.tea, queue=world.turn)
    assert product_name(world.ledger, found, language="zh-Hans") == "春茶"
    assert product_name(world.ledger, found, language="zh-Hant") == "Spring tea"


def test_pins_go_to_their_table_and_only_hashes_stay(world: World, tmp_path: Path) -> None:
    drawn = draw_issue(world.ledger, SerialOrder(world.tea, PRODUCT, 2), desk=OwnDesk(world.ledger)).issue
    lines = b"".join(pin_lines(world.ledger, drawn, desk=OwnDesk(world.ledger))).decode().splitlines()
    rows = list(csv.DictReader(lines))
    assert [row["item"] for row in rows] == [f"{PRODUCT}/21/{serial}" for serial in serials(world, drawn)]
    assert all(len(row["pin"]) == 8 and row["pin"].isdigit() for row in rows)
    kept = (world.ledger.data / "ledger.sqlite").read_bytes() + (world.ledger.data / "ledger.sqlite-wal").read_bytes()
    assert not any(row["pin"].encode() in kept for row in rows)
