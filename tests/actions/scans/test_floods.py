"""Floods of scans and reports by strangers, meant to discredit an honest item or to fill a disk."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import text

from ledger.actions.log.aside import OwnDesk
from ledger.actions.log.publish_checkpoint import publish_checkpoint
from ledger.actions.scans import report_label as reporting
from ledger.actions.scans.claim_item import claim_item
from ledger.actions.scans.count_scan import ScanCounter, Visit
from ledger.actions.scans.report_label import Report, ReportsTooMany, report_label
from ledger.actions.scans.transfer_item import transfer_item
from ledger.actions.trace.describe_item import describe_item
from ledger.storage.database import reading
from ledger.storage.scans import DEVICES_A_DAY_MAX
from ledger.trade.areas import read_area
from ledger.trade.assessment.verdict import Verdict
from ledger.trade.scans import ANONYMOUS_MAX, PRIOR, CoarseScan, CodeHistory, CodeState, Suspicion, judge_code
from ledger.trade.travel import Travel
from tests.actions.scans.conftest import DAY_MS, ITEM, PIN, Codes, link

DAY = date(2026, 11, 20)
FLOOD = 50_000


def test_a_flood_of_scans_of_strangers_leads_to_likely_copied_at_most() -> None:
    history = CodeHistory(CodeState.ACTIVATED, activated=DAY, shipped=DAY, market=frozenset({"CN"}))
    flood = (
        CoarseScan(DAY + timedelta(n % 365 - 30), f"{chr(65 + n % 26)}{chr(65 + n // 26 % 26)}", n.to_bytes(8), Travel.FASTER)
        for n in range(FLOOD)
    )
    found = judge_code(history, flood)
    assert found.scans == FLOOD
    assert (found.suspicion, found.score) == (Suspicion.WARN, PRIOR + ANONYMOUS_MAX)
    assert not any(reason.signed for reason in found.reasons)


def test_a_botnet_fills_a_few_rows_a_day_and_never_freezes(codes: Codes) -> None:
    codes.told(1, epcList=[ITEM], action="ADD", bizStep="commissioning")
    publish_checkpoint(codes.ledger)
    counter = ScanCounter(codes.ledger, OwnDesk(codes.ledger))
    for day in range(2):
        for number in range(3_000):
            area = f"{chr(65 + number % 26)}{chr(65 + number // 26 % 26)}/City{number}@{number % 90},{number % 180}"
            counter.count(ITEM, Visit(f"10.{number % 256}.{number // 256}.1", f"Mozilla/{number}", read_area(area)))
        counter.flush()
        codes.clock.advance(DAY_MS)
        with reading(codes.ledger.engine) as connection:
            assert connection.execute(text("SELECT count(*) FROM scans")).scalar_one() == (day + 1) * DEVICES_A_DAY_MAX
    found = describe_item(codes.ledger, link())
    assert found.code is not None
    assert found.code.suspicion is not Suspicion.FREEZE and found.code.score <= PRIOR + ANONYMOUS_MAX
    assert found.verdict in (Verdict.FINDINGS, Verdict.INCOMPLETE)


def test_reports_change_no_verdict_end_soon_and_bury_no_claim(codes: Codes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reporting, "OF_ONE_CODE_MAX", 6)
    codes.told(1, epcList=[ITEM], action="ADD", bizStep="commissioning")
    publish_checkpoint(codes.ledger)
    before = describe_item(codes.ledger, link())
    for _ in range(6):
        report_label(codes.ledger, Report(ITEM, "copied", "A fake!"), desks=codes.desks)
    size = codes.ledger.head().size
    with pytest.raises(ReportsTooMany):
        report_label(codes.ledger, Report(ITEM, "copied"), desks=codes.desks)
    assert codes.ledger.head().size == size
    publish_checkpoint(codes.ledger)
    after = describe_item(codes.ledger, link())
    assert (after.verdict, after.findings, after.code) == (before.verdict, before.findings, before.code)
    owned = claim_item(codes.ledger, ITEM, PIN, desks=codes.desks)
    assert transfer_item(codes.ledger, ITEM, owned.secret, desks=codes.desks).item == ITEM
