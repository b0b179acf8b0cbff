"""The stage of a story: parties say signed records one after the other, each with the verdict that the story foresees."""

from __future__ import annotations

import hashlib
import os
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final

from ledger.actions.capture.draft_batch import draft_batch
from ledger.actions.capture.sign_own import OwnNote
from ledger.actions.escrow.alliance_world.build import AllianceWorld, name_of
from ledger.actions.escrow.alliance_world.members import ORIGIN
from ledger.actions.escrow.keep_deadlines import keep_deadlines
from ledger.actions.escrow.sign_records import sign_records
from ledger.actions.escrow.stories.desk import Answer, Desk
from ledger.actions.escrow.stories.step import OnStep, Step, detail_of, money_of, states_of
from ledger.actions.escrow.stories.story_clock import StoryClock
from ledger.actions.log.own_turn import OwnTurn
from ledger.actions.log.publish_checkpoint import publish_checkpoint
from ledger.actions.open_ledger import Ledger
from ledger.evidence.authority import ReadRule, RecordClass
from ledger.evidence.commitment import SEED_BYTES
from ledger.evidence.merkle import Digest
from ledger.evidence.note import sign_note
from ledger.storage.database import reading
from ledger.storage.journal_reading import balances, read_line
from ledger.trade.escrow.accounts import payable
from ledger.trade.escrow.bodies.agreement import OrderAgreed
from ledger.trade.escrow.bodies.base import EscrowBody, LineBody
from ledger.trade.escrow.bodies.cash import PAYABLES, StatementReported
from ledger.trade.escrow.line import Line
from ledger.trade.escrow.money import Money

CLOCK: Final = "clock"
_MINUTES_BETWEEN: Final = 20

_CASH_SIGNS: Final[Mapping[str, int]] = {
    "FundsReceived": 1,
    "FundsReturned": -1,
    "PayoutSettled": -1,
    "PayoutReturned": 1,
    "RefundSettled": -1,
    "RefundReturned": 1,
    "FeePaid": -1,
}
"""What a custodian's records do to its own client account, which its statement then states: in, or out."""


class StoryBroken(AssertionError):
    """The ledger judged a record otherwise than the story foresees."""


class Stage:
    """Tells steps to `on_step` as they happen. Lines are named by order and number, as `po-1001/1`."""

    def __init__(
        self, world: AllianceWorld, ledger: Ledger, clock: StoryClock, desk: Desk, *, merchant: str, on_step: OnStep
    ) -> None:
        self.clock = clock
        self._world, self._ledger, self._desk, self._on_step = world, ledger, desk, on_step
        self._merchant = merchant
        self._references: dict[str, int] = defaultdict(int)
        self._cash: dict[tuple[str, str], int] = defaultdict(int)

    # What parties say

    def agree(self, terms: Sequence[OrderAgreed], buyer: str) -> None:
        """The merchant and the buyer agree on lines of an order, all under one note."""
        self._hand_in(terms, (self._merchant, buyer))

    def say(self, who: str | tuple[str, ...], shape: type[EscrowBody], line: str | None = None, **members: Any) -> None:  # noqa: ANN401 - the shape's own members
        """`who`, the issuer first, say one record; the ledger accepts it."""
        self.say_all(who, shape, () if line is None else (line,), **members)

    def say_all(self, who: str | tuple[str, ...], shape: type[EscrowBody], lines: Sequence[str], **members: Any) -> None:  # noqa: ANN401 - as above
        """The same of several lines, under one note."""
        self._hand_in(self._bodies(shape, lines, members), (who,) if isinstance(who, str) else who)

    def try_to_say(
        self,
        who: str | tuple[str, ...],
        shape: type[EscrowBody],
        line: str | None = None,
        *,
        refusal: str,
        **members: Any,  # noqa: ANN401 - as above
    ) -> None:
        """`who` say one record that the ledger takes and refuses: it stands there with its refusal, and moves nothing."""
        lines = () if line is None else (line,)
        self._hand_in(self._bodies(shape, lines, members), (who,) if isinstance(who, str) else who, refusal=refusal)

    def tick(self) -> None:
        """The operator's clock says everything that is due, until nothing more is."""
        publish_checkpoint(self._ledger)
        while written := keep_deadlines(self._ledger, OwnTurn(self._ledger)).written:
            publish_checkpoint(self._ledger)
            for verdict in written:
                answer = Answer(verdict.position, verdict.refusal, verdict.postings)
                self._step((CLOCK,), verdict.type, verdict.line, "", answer)

    # What they say it about

    def line_name(self, line: str) -> str:
        return f"{name_of(self._merchant)}/{line}"

    def line(self, line: str) -> Line:
        """The line as the ledger has it now."""
        with reading(self._ledger.engine) as connection:
            return read_line(connection, self.line_name(line)).line

    def currency(self, line: str) -> str:
        """Of the line's money now."""
        return self.line(line).currency

    def payables(self, bank: str, currency: str) -> dict[str, int]:
        """Which fees the bank has to pay out, by kind, in minor units."""
        with reading(self._ledger.engine) as connection:
            found = {account: -balance for account, in_currency, balance in balances(connection) if in_currency == currency}
        due = {kind: found.get(payable(kind, name_of(bank)), 0) for kind in PAYABLES}
        return {kind: minor for kind, minor in due.items() if minor}

    def reference(self, bank: str) -> str:
        """The bank's next reference."""
        self._references[bank] += 1
        return f"{bank.upper()[:8]}/{self._references[bank]:05d}"

    def cash(self, bank: str, currency: str) -> int:
        """What the bank's client account holds by the bank's own counting, in minor units."""
        return self._cash[bank, currency]

    def report(self, bank: str, currency: str) -> None:
        """The bank reports its closing balance, which must agree with the books."""
        closing = Money(currency, self.cash(bank, currency))
        members = {"custodian": name_of(bank), "closing": closing, "closed_at": self.clock(), "reference": self.reference(bank)}
        self.say(bank, StatementReported, None, **members)

    def _bodies(self, shape: type[EscrowBody], lines: Sequence[str], members: Mapping[str, Any]) -> list[EscrowBody]:
        if not issubclass(shape, LineBody):
            return [shape(**members)]
        prevs = [self.line(line).address(ORIGIN) for line in lines]
        own = [{name: value[line] if isinstance(value, ByLine) else value for name, value in members.items()} for line in lines]
        return [
            shape(line=self.line_name(line), prev=prev, **fields) for line, prev, fields in zip(lines, prevs, own, strict=True)
        ]

    def _hand_in(self, bodies: Sequence[EscrowBody], who: tuple[str, ...], *, refusal: str | None = None) -> None:
        self.clock.advance(minutes=_MINUTES_BETWEEN)
        records = [body.to_body() for body in bodies]
        answers = self._post(records, who)
        for body, answer in zip(bodies, answers, strict=True):
            if answer.refusal != refusal:
                raise StoryBroken(f"{type(body).__name__} by {', '.join(who)}: {answer}, where the story has {refusal}")
            if refusal is None:
                self._book(who[0], body)
            self._step(who, type(body).__name__, getattr(body, "line", None), detail_of(body), answer)

    def _post(self, records: Sequence[bytes], who: tuple[str, ...]) -> list[Answer]:
        """Each party signs with its own key; for those without one, the operator signs when they ask it to."""
        keys = [self._world.own_keys[short] for short in who if short in self._world.own_keys]
        held = [short for short in who if short not in self._world.own_keys]
        first = self._world.first_entry
        if not held:
            own = sign_records(records, keys, origin=ORIGIN, first_entry=first, read=ReadRule.PARTIES, now=self.clock())
            return self._desk.post(records, own, party=who[0])
        if not keys:
            return self._desk.post_held(records, party=who[0])
        parties, seed = [name_of(short) for short in who], os.urandom(SEED_BYTES)
        batch = draft_batch(
            records,
            issuer=parties[0],
            signers=parties[1:],
            origin=ORIGIN,
            first_entry=first,
            now=self.clock(),
            seed=seed,
            klass=RecordClass.ESCROW,
            read=ReadRule.PARTIES,
        )
        return self._desk.propose(records, OwnNote(sign_note(batch.text, keys).to_bytes(), seed), party=who[0], held=held)

    def _book(self, bank: str, body: EscrowBody) -> None:
        sign = _CASH_SIGNS.get(type(body).__name__)
        if sign is not None:
            money: Money = body.money  # type: ignore[attr-defined]
            self._cash[bank, money.currency] += sign * money.minor

    def _step(self, who: tuple[str, ...], record: str, name: str | None, detail: str, answer: Answer) -> None:
        order = None if name is None else name.removeprefix(f"{name_of(self._merchant)}/")
        line = None if order is None else self.line(order)
        states = () if line is None else states_of(line)
        money = {} if line is None else money_of(line)
        self._on_step(Step(self.clock(), who, record, order, detail, answer.refusal, answer.postings, states, money))


class ByLine(dict[str, Any]):
    """A member whose value differs from line to line, by the line."""


def digest_of(text: str) -> Digest:
    """The digest of a file that the story only names."""
    return hashlib.sha256(text.encode()).digest()
