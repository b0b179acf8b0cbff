"""The first claim of an item: one winner whatever happens at once, and the same refusal whatever is wrong."""

from __future__ import annotations

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ledger.actions.log.aside import OwnDesk
from ledger.actions.log.publish_checkpoint import publish_checkpoint
from ledger.actions.open_ledger import open_ledger
from ledger.actions.parties.admit_party import Admission, admit_party
from ledger.actions.parties.change_party import suspend_party
from ledger.actions.parties.found_ledger import POLICY_FILE, Founding, found_ledger
from ledger.actions.scans.claim_item import ClaimsClosed, ItemClaimedAlready, Owned, PinRefused, claim_item, read_ownership
from ledger.actions.scans.owner_secret import draw_once, owner_of, read_secret
from ledger.actions.scans.set_pins import set_pins
from ledger.actions.trace.issue_receipt import issue_receipt
from ledger.errors import SuyuanError
from ledger.evidence.policy import Policy
from ledger.evidence.receipt import verify_receipt
from ledger.storage.database import reading
from ledger.storage.entries import read_record
from ledger.storage.pins import TRIES, pin_key, shown_again
from ledger.storage.position import Position
from tests.actions.auditing import audited
from tests.actions.scans.conftest import DAY_MS, ITEM, OTHER, PIN, Codes

WRONG = "00000000"
CLAIMER = """
import sys
from pathlib import Path
from ledger.actions.log.aside import OwnDesk
from ledger.actions.log.own_turn import OwnTurn
from ledger.actions.open_ledger import open_ledger
from ledger.actions.scans.claim_item import Desks, ItemClaimedAlready, claim_item

ledger = open_ledger(Path(sys.argv[1]))
print("ready", flush=True)
sys.stdin.readline()
try:
    owned = claim_item(ledger, sys.argv[2], sys.argv[3], desks=Desks(OwnTurn(ledger), OwnDesk(ledger)))
    print(owned.secret)
except ItemClaimedAlready as lost:
    print("lost", lost.claimed.entry)
"""


def claim(codes: Codes, pin: str = PIN, item: str = ITEM, once: str = "") -> Owned:
    return claim_item(codes.ledger, item, pin, desks=codes.desks, once=once)


def refused(codes: Codes, pin: str = PIN, item: str = ITEM) -> SuyuanError:
    with pytest.raises(SuyuanError) as refusal:
        claim(codes, pin, item)
    return refusal.value


def test_the_first_claim_is_a_record_of_the_operator_that_only_the_owner_can_use(codes: Codes) -> None:
    owned = claim(codes)
    assert codes.records(owned.position.entry) == [
        {"type": "ItemClaimed", "item": ITEM, "owner": owner_of(read_secret(owned.secret)).hex()}
    ]
    assert owned.secret not in repr(owned)
    last = read_ownership(codes.ledger, ITEM).last
    assert last is not None
    assert last.owner == owner_of(read_secret(owned.secret))


def test_the_certificate_is_a_receipt_that_verifies_offline(codes: Codes) -> None:
    owned = claim(codes)
    publish_checkpoint(codes.ledger)
    with reading(codes.ledger.engine) as connection:
        body = read_record(connection, owned.position).body
    policy = Policy.parse((codes.ledger.data / POLICY_FILE).read_text(encoding="utf-8"))
    verdict = verify_receipt(issue_receipt(codes.ledger, owned.position), body=body, policy=policy)
    assert verdict.record_type == "ItemClaimed"
    assert verdict.batch.issuer == codes.operator


def test_whatever_is_wrong_the_answer_is_the_same(codes: Codes) -> None:
    wrong, unknown, without = refused(codes, WRONG), refused(codes, item=f"{ITEM}9"), refused(codes, item=OTHER)
    assert {type(one) for one in (wrong, unknown, without)} == {PinRefused}
    assert str(wrong) == str(unknown) == str(without)


@pytest.mark.parametrize("pin", ["", "0471112", "047111230", " 04711123", "٠٤٧١١١٢٣", "\udcff" * 8, "x" * 10_000])
def test_strange_pins_are_wrong_pins(codes: Codes, pin: str) -> None:
    assert isinstance(refused(codes, pin), PinRefused)


def test_what_is_no_pin_at_all_uses_up_no_try(codes: Codes) -> None:
    for _ in range(TRIES + 1):
        refused(codes, "0471 112")
    assert claim(codes).item == ITEM


def test_after_five_wrong_pins_the_right_one_is_refused_for_a_day(codes: Codes) -> None:
    for _ in range(TRIES):
        refused(codes, WRONG)
    assert isinstance(refused(codes), PinRefused)
    codes.clock.advance(DAY_MS)
    assert claim(codes).item == ITEM


def test_four_wrong_pins_do_not_add_up_with_later_ones(codes: Codes) -> None:
    for _ in range(TRIES - 1):
        refused(codes, WRONG)
    claim(codes)
    for _ in range(TRIES - 1):
        refused(codes, WRONG)
    assert isinstance(refused(codes), ItemClaimedAlready)


def test_a_second_claim_learns_where_the_first_stands_and_is_counted(codes: Codes) -> None:
    owned = claim(codes)
    lost = refused(codes)
    assert isinstance(lost, ItemClaimedAlready)
    assert lost.claimed == owned.position
    with reading(codes.ledger.engine) as connection:
        assert shown_again(connection, pin_key(codes.ledger.event_secret, ITEM)) == 1


def test_a_form_sent_twice_is_told_the_same_secret(codes: Codes) -> None:
    once = draw_once()
    owned = claim(codes, once=once)
    assert claim(codes, once=once) == owned
    with pytest.raises(ItemClaimedAlready):
        claim(codes, once=draw_once())
    with pytest.raises(PinRefused):
        claim(codes, WRONG, once=once)


def test_without_a_party_of_the_operator_no_try_is_used_up(codes: Codes) -> None:
    suspend_party(codes.ledger, codes.operator, reason="key-compromised")
    for _ in range(TRIES + 1):
        assert isinstance(refused(codes, WRONG), ClaimsClosed)


def test_of_many_first_claims_at_once_exactly_one_wins(codes: Codes) -> None:
    together = threading.Barrier(8)

    def run(_: int) -> Owned | SuyuanError:
        together.wait()
        try:
            return claim(codes)
        except SuyuanError as lost:
            return lost

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(run, range(8)))
    won = [one for one in outcomes if isinstance(one, Owned)]
    assert len(won) == 1
    assert {type(one) for one in outcomes if one is not won[0]} <= {ItemClaimedAlready, PinRefused}
    chain = read_ownership(codes.ledger, ITEM)
    assert chain.breaks == ()
    assert [link.owner for link in chain.links] == [owner_of(read_secret(won[0].secret))]


def test_of_two_processes_exactly_one_wins(tmp_path: Path) -> None:
    founded = found_ledger(tmp_path / "data", Founding("ledger.example/main"))
    admit_party(founded, Admission("clock", ["operator"], "-"))
    set_pins(founded, [(ITEM, PIN)], desk=OwnDesk(founded))
    founded.close()
    arguments = [sys.executable, "-c", CLAIMER, str(tmp_path / "data"), ITEM, PIN]
    runs = [
        subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[3])
        for _ in range(2)
    ]
    for run in runs:
        assert run.stdout is not None
        assert run.stdout.readline() == "ready\n"
    answers = [run.communicate("go\n", timeout=60)[0].strip() for run in runs]
    (lost,) = [answer for answer in answers if answer.startswith("lost")]
    (won,) = [answer for answer in answers if not answer.startswith("lost")]
    ledger = open_ledger(tmp_path / "data")
    publish_checkpoint(ledger)
    chain = read_ownership(ledger, ITEM)
    ledger.close()
    assert [link.owner for link in chain.links] == [owner_of(read_secret(won))]
    assert lost == f"lost {chain.links[0].at.entry}"
    assert audited(tmp_path / "data").clean


def test_a_position_is_where_the_record_stands(codes: Codes) -> None:
    assert claim(codes).position == Position(codes.ledger.head().size - 1, 0)
