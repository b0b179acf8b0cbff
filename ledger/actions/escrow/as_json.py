"""What the escrow says, as JSON values: the same for the API and for `suyuan escrow … --json`.

Amounts are strings of minor units, debit positive where an account is named; times are ISO 8601 in UTC.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ledger.actions.escrow.proposals import Progress
from ledger.actions.escrow.show_lines import AccountBalance, ShownLine
from ledger.actions.escrow.submit_records import RecordVerdict, Written
from ledger.actions.escrow.validate_records import DryVerdict
from ledger.evidence.instant import Instant, format_instant
from ledger.evidence.spelling import format_base64
from ledger.storage.journal_of_party import Happening
from ledger.storage.journal_reading import KeptLine, Step
from ledger.storage.position import Position
from ledger.storage.proposals import Proposal
from ledger.trade.escrow.accounts import POINTS, Box, Leg
from ledger.trade.escrow.bodies.kinds import order_of
from ledger.trade.escrow.currencies import exponent_of
from ledger.trade.escrow.line import Case, Line
from ledger.trade.escrow.next_steps import NextStep
from ledger.trade.escrow.refusals.precedence import REFUSALS
from ledger.trade.escrow.regions import REGIONS
from ledger.trade.shapes.address import Address
from ledger.trade.shapes.members import write_members

Json = dict[str, Any]


def written_json(written: Written, origin: str) -> Json:
    """A batch that stands in the ledger, with the verdict on each record."""
    return {
        "entry": written.entry,
        "time": format_instant(written.time),
        "repeated": written.repeated,
        "accepted": written.accepted,
        "verdicts": [verdict_json(verdict, origin) for verdict in written.verdicts],
    }


def verdict_json(verdict: RecordVerdict, origin: str) -> Json:
    refused = verdict.refused
    said: Json = {
        "position": list(verdict.position),
        "record": address(origin, verdict.position),
        "type": verdict.type,
        "line": verdict.line,
        "refusal": verdict.refusal,
        "title": verdict.title,
        "postings": list(verdict.postings),
    }
    return said if refused is None else said | {"seen": refused.seen, "wanted": refused.wanted}


def dry_verdict_json(verdict: DryVerdict) -> Json:
    refused = verdict.refused
    return {
        "type": verdict.type,
        "line": verdict.line,
        "refusal": None if refused is None else refused.refusal,
        "title": "" if refused is None else refused.title,
        "postings": list(verdict.postings),
        **({} if refused is None else {"seen": refused.seen, "wanted": refused.wanted}),
    }


def line_summary_json(kept: KeptLine, origin: str) -> Json:
    line = kept.line
    return {
        "line": line.name,
        "order": order_of(line.name),
        "merchant": kept.merchant,
        "buyer": kept.buyer,
        "custodian": kept.custodian,
        "currency": line.currency,
        "exponent": exponent_of(line.currency),
        "states": states_json(line),
        "boxes": boxes_json(line),
        "prev": address(origin, Position(*line.head)),
    }


def line_json(shown: ShownLine, origin: str) -> Json:
    """Everything about a line; `prev` is what the next record of it must cite."""
    line, terms = shown.kept.line, shown.terms
    return {
        **line_summary_json(shown.kept, origin),
        "sequence": line.seq,
        "asOfSize": shown.size,
        "money": {
            "received": str(line.received),
            "unallocated": str(line.unallocated),
            "paidMerchant": str(line.paid_merchant),
            "paidBuyer": str(line.paid_buyer),
            "fees": str(line.fees),
            "toFund": str(line.to_fund),
            "advanced": str(line.advanced),
        },
        "case": None if line.case is None else _case(line.case),
        "guarantor": line.guarantor,
        "terms": {
            "digest": format_base64(terms.digest),
            "record": address(origin, shown.kept.terms),
            "agreed": write_members(terms.agreed),
        },
        "next": [_next(step) for step in shown.next],
        "steps": [_step(step, origin, shown.times) for step in shown.steps],
    }


def states_json(line: Line) -> dict[str, str]:
    """Region to its state."""
    return {region: line.state(region).value for region in REGIONS}


def boxes_json(line: Line) -> dict[str, str]:
    return {box.value: str(line.box(box)) for box in Box}


def event_json(event: Happening, origin: str, times: Mapping[int, Instant]) -> Json:
    return {
        "position": list(event.position),
        "record": address(origin, event.position),
        "time": format_instant(times[event.position.entry]),
        "type": event.type,
        "line": event.line,
        "refusal": event.refusal,
        "postings": list(event.postings),
    }


def events_json(events: Sequence[Happening], origin: str, times: Mapping[int, Instant], *, after: str) -> Json:
    """A page of the feed; `next` is where the next one begins, also where this one is empty."""
    cursor = f"{events[-1].position.entry}/{events[-1].position.place}" if events else after
    return {"events": [event_json(event, origin, times) for event in events], "next": cursor}


def balances_json(balances: Sequence[AccountBalance], *, limit: int) -> Json:
    """A page of balances; `next` is null on the last one."""
    rows = [
        {"account": one.account, "currency": one.currency, "minor": str(one.balance), "exponent": exponent(one.currency)}
        for one in balances
    ]
    more = len(balances) == limit
    return {"balances": rows, "next": f"{balances[-1].currency} {balances[-1].account}" if more else None}


def lines_json(lines: Sequence[KeptLine], origin: str, *, limit: int) -> Json:
    """A page of lines; `next` is null on the last one."""
    more = len(lines) == limit
    return {"lines": [line_summary_json(kept, origin) for kept in lines], "next": lines[-1].line.name if more else None}


def proposal_json(proposal: Proposal) -> Json:
    """What all parties of a proposal see; the note's text is what each signs."""
    return {
        "id": proposal.id,
        "issuer": proposal.issuer,
        "signers": [{"party": one.party, "signed": one.line is not None} for one in proposal.signatories],
        "missing": list(proposal.missing),
        "created": format_instant(proposal.created),
        "expires": format_instant(proposal.expires),
        "entry": proposal.entry,
        "note": proposal.text,
        "document": proposal.document.decode(),
    }


def progress_json(progress: Progress, origin: str) -> Json:
    written = progress.written
    return {
        "proposal": proposal_json(progress.proposal),
        "written": None if written is None else written_json(written, origin),
    }


def address(origin: str, position: Position) -> str:
    return str(Address(origin, *position))


def exponent(currency: str) -> int:
    return 0 if currency == POINTS else exponent_of(currency)


def _next(step: NextStep) -> Json:
    return {
        "record": step.record,
        "signers": [[seat.value for seat in seats] for seats in step.seats],
        "at": None if step.at is None else format_instant(step.at),
        "until": None if step.until is None else format_instant(step.until),
    }


def _step(step: Step, origin: str, times: Mapping[int, Instant]) -> Json:
    return {
        "position": list(step.position),
        "record": address(origin, step.position),
        "time": format_instant(times[step.position.entry]),
        "type": step.type,
        "sequence": step.seq,
        "refusal": step.refusal,
        "title": "" if step.refusal is None else REFUSALS[step.refusal].title,
        "postings": list(step.postings),
        "legs": [_leg(leg) for leg in step.legs],
    }


def _leg(leg: Leg) -> Json:
    return {"account": leg.account, "currency": leg.currency, "minor": str(leg.amount), "exponent": exponent(leg.currency)}


def _case(case: Case) -> Json:
    return {
        "opener": case.opener,
        "amount": str(case.amount),
        "opened": format_instant(Instant(case.opened)),
        "late": case.late,
        "buyerOffer": _amount(case.buyer_offer),
        "merchantOffer": _amount(case.merchant_offer),
        "buyerShare": _amount(case.buyer_share),
        "arbiters": list(case.arbiters),
    }


def _amount(minor: int | None) -> str | None:
    return None if minor is None else str(minor)
