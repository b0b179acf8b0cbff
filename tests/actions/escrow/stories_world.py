"""The stories of the kernel's tests told again on a real ledger: its governance, its keys, and each story's steps."""

from __future__ import annotations

import importlib
import inspect
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

from ledger.actions.capture.stage_batch import Statement, sign_with
from ledger.actions.escrow.newest_checkpoint import newest_checkpoint
from ledger.actions.log.own_turn import OwnTurn
from ledger.actions.log.publish_checkpoint import publish_checkpoint
from ledger.actions.log.staging import Sequenced, StagedBatch
from ledger.actions.open_ledger import Ledger, open_ledger
from ledger.actions.parties.found_ledger import Founding, found_ledger
from ledger.actions.parties.record_governance import held_signers, record_governance
from ledger.evidence.authority import ReadRule, RecordClass
from ledger.evidence.instant import Instant
from ledger.evidence.key import SigningKey
from ledger.storage.journal import Judged
from ledger.trade.alliance.bodies import AllyAdmitted, FundConstituted, OwnershipDeclared, StakeRequired
from ledger.trade.alliance.body_parts import Reserve
from ledger.trade.escrow.bodies.base import EscrowBody, LineBody
from ledger.trade.escrow.books import Accepted, Verdict
from ledger.trade.escrow.hearing import Hearing, Said
from ledger.trade.escrow.line import Line
from ledger.trade.escrow.pack import adopted_name, shipped_packs
from ledger.trade.escrow.table.row import Row
from ledger.trade.escrow.table.seats import Alternative
from ledger.trade.parties.bodies import PartyAdmitted, PolicyAdopted, RoleGranted
from ledger.trade.parties.body_parts import FirstKey, RulePack
from ledger.trade.parties.governance_body import GovernanceBody
from ledger.trade.shapes.address import Address
from tests.trade.escrow.rules_stand_in import GUARANTORS, MERCHANT, StandInRules, buyer_in
from tests.trade.escrow.test_every_row import STORIES, _cases
from tests.trade.escrow.world import START, World

ROLE_OF_SEAT = {
    "custodian": "bank",
    "fund-bank": "bank",
    "customs": "customs",
    "arbiter": "arbiter",
    "carrier": "carrier",
    "warehouse": "warehouse",
    "inspector": "inspector",
    "trustee": "trustee",
    "guarantor": "guarantor",
}
BEFORE_START_MS = 60_000


class Told(World):
    """A world that remembers every verdict, and which row each record took."""

    made: list[Told] = []  # noqa: RUF012 - filled while the stories are told

    def __init__(self, territory: str = "SG") -> None:
        super().__init__(territory)
        self.verdicts: list[Verdict] = []
        self.row_at: dict[tuple[int, int], Row] = {}
        self.made.append(self)

    def say(self, body: EscrowBody, *, by: tuple[str, ...], seen: bool = True) -> Verdict:
        verdict = super().say(body, by=by, seen=seen)
        self.verdicts.append(verdict)
        return verdict

    def _row_taken(self, hearing: Hearing, after: Line) -> tuple[Row, Alternative]:
        row, seats = super()._row_taken(hearing, after)
        self.row_at[hearing.said.position] = row
        return row, seats

    def does(self, said: Said) -> Row | str:
        """The row that an accepted record took; its name if it is about no line."""
        return self.row_at.get(said.position, type(said.body).__name__)

    def steps(self) -> Iterator[Said]:
        """The accepted records."""
        return (said for said, verdict in zip(self.log, self.verdicts, strict=True) if isinstance(verdict, Accepted))


def is_plain(world: World) -> bool:
    """Whether the story left governance as it was, so that one ledger's governance serves it."""
    fresh = StandInRules()
    now = world.rules
    return (now.seats, now.owned, now.funds, now.asked, now.roles) == (
        fresh.seats,
        fresh.owned,
        fresh.funds,
        fresh.asked,
        fresh.roles,
    )


@cache
def stories_of_every_row() -> tuple[Told, ...]:
    """As few plain stories as take every row that any of them takes."""
    modules = [importlib.import_module(f"tests.trade.escrow.{name}") for name in STORIES]
    kept = [module.World for module in modules]
    Told.made.clear()
    try:
        for module in modules:
            module.World = Told  # type: ignore[attr-defined]
        for module in modules:
            for name, test in inspect.getmembers(module, inspect.isfunction):
                if name.startswith("test_"):
                    takes_world = "world" in inspect.signature(test).parameters
                    for case in _cases(test):
                        test(**case, **({"world": Told()} if takes_world else {}))
    finally:
        for module, world in zip(modules, kept, strict=True):
            module.World = world  # type: ignore[attr-defined]
    return _cover([world for world in Told.made if is_plain(world)])


def _cover(worlds: list[Told]) -> tuple[Told, ...]:
    missing = {row for world in worlds for row, _ in world.taken} | {name for world in worlds for name in world.off_line_taken}
    chosen = []
    while missing:
        best = max(worlds, key=lambda world: (len(_shows(world) & missing), -len(world.log)))
        chosen.append(best)
        missing -= _shows(best)
    return tuple(chosen)


def _shows(world: Told) -> set[object]:
    return {row for row, _ in world.taken} | set(world.off_line_taken)


class Stage:
    """A founded ledger with all parties of the stories, whose keys stand here; copied for each story."""

    def __init__(self, home: Path) -> None:
        self.now: Instant = Instant(START - BEFORE_START_MS)
        self.home = home
        self.keys: dict[str, SigningKey] = {}
        rules = StandInRules()
        ledger = found_ledger(home, Founding(rules.origin), clock=lambda: self.now)
        self._admit_all(ledger, rules)
        packs = tuple(RulePack(adopted_name(pack.name), pack.digest) for pack in shipped_packs().values())
        _govern(ledger, PolicyAdopted((), packs))
        for (party, seat), territories in rules.seats.items():
            _govern(ledger, AllyAdmitted(party, seat, territories))
        for fund in rules.funds.values():
            reserves = tuple(Reserve(one.currency, one.floor, one.claim_cap, one.cover_cap) for one in fund.reserves)
            _govern(ledger, FundConstituted(fund.fund, fund.trustees, fund.threshold, fund.bank, fund.territories, reserves))
        publish_checkpoint(ledger)
        ledger.close()

    def _admit_all(self, ledger: Ledger, rules: StandInRules) -> None:
        roles: dict[str, set[str]] = {party: set(held) for party, held in rules.roles.items()}
        for party, seat in rules.seats:
            roles.setdefault(party, set()).add(ROLE_OF_SEAT[seat])
        for party in (MERCHANT, *(buyer_in(territory) for territory in ("SG", "CN", "JP")), *GUARANTORS):
            roles.setdefault(party, set()).add("buyer" if party.startswith("buyer") else "merchant")
        for party, held in sorted(roles.items()):
            self.keys[party] = key = SigningKey.generate(party)
            keys = (FirstKey(key.verifier, None),)
            _govern(ledger, PartyAdmitted(party, tuple(sorted(held)), "-", "self", keys))

    def govern_as(self, ledger: Ledger, rules: StandInRules) -> None:
        """Record what `rules` have beyond those of every story: seats with their roles, ownership, required stakes."""
        for (party, seat), territories in rules.seats.items():
            if not ledger.state().alliance.has_seat(party, seat):
                _govern(ledger, RoleGranted(party, ROLE_OF_SEAT[seat]))
                _govern(ledger, AllyAdmitted(party, seat, territories))
        for party, owned in rules.owned.items():
            _govern(ledger, OwnershipDeclared(party, owned.organisation, owned.owners, owned.affiliates))
        for (party, purpose, currency), minor in rules.asked.items():
            _govern(ledger, StakeRequired(party, purpose, currency, minor))

    def copy(self, target: Path) -> Path:
        shutil.copytree(self.home, target)
        return target

    def open(self, data: Path) -> Ledger:
        # Each copy is a world of its own, and has a guard of its own.
        return open_ledger(data, clock=lambda: self.now, guard=[data.with_name(f"{data.name}-guard")])

    def submit_all(self, ledger: Ledger, bodies: Sequence[EscrowBody], parties: tuple[str, ...]) -> tuple[Judged, ...]:
        """All records in one batch; their verdicts."""
        outcome = OwnTurn(ledger).submit(self.sign(ledger, bodies, parties, seen=False))
        assert isinstance(outcome, Sequenced), outcome
        return outcome.verdicts

    def sign(
        self, ledger: Ledger, said: EscrowBody | Sequence[EscrowBody], parties: tuple[str, ...], *, seen: bool
    ) -> StagedBatch:
        """A batch of one record, or of some, with salts of its own, so that two of them are two notes."""
        bodies = (said,) if isinstance(said, EscrowBody) else tuple(said)
        issuer, *others = parties
        keys = [self.keys[party] for party in (issuer, *sorted(others))]
        state = ledger.state()
        statement = Statement(issuer, RecordClass.ESCROW, ReadRule.PARTIES, [body.to_body() for body in bodies], escrow=bodies)
        cited = newest_checkpoint(ledger) if seen else None
        return sign_with(statement, keys, origin=state.origin, first_entry=state.first_entry, now=self.now, seen=cited)


class Retold:
    """One story on its own ledger: positions differ from those of the kernel's world, so every `prev` is said anew."""

    def __init__(self, stage: Stage, data: Path) -> None:
        self.stage = stage
        self.ledgers = (stage.open(data), stage.open(data))
        self.turns = tuple(OwnTurn(ledger) for ledger in self.ledgers)
        self.places: dict[tuple[int, int], tuple[int, int]] = {}

    def body(self, said: Said) -> EscrowBody:
        body = said.body
        if not isinstance(body, LineBody):
            return body
        return replace(body, prev=Address(body.prev.origin, *self.places[body.prev.entry, body.prev.place]))

    def tell(self, world: Told) -> None:
        """Every accepted record of `world`, in order."""
        for said in world.steps():
            self.step(said)

    def step(self, said: Said) -> None:
        """One accepted record."""
        self.stage.now = said.now
        staged = self.stage.sign(self.ledgers[0], self.body(said), said.parties, seen=said.seen)
        outcome = self.turns[0].submit(staged)
        assert isinstance(outcome, Sequenced), outcome
        assert outcome.verdicts[0].refusal is None, (said.body, outcome.verdicts)
        self.stands_at(said, (outcome.entry, 0))

    def stands_at(self, said: Said, position: tuple[int, int]) -> None:
        self.places[said.position] = position

    def close(self) -> None:
        for ledger in self.ledgers:
            ledger.close()


def _govern(ledger: Ledger, body: GovernanceBody) -> None:
    issuer, *signers = held_signers(ledger, ledger.state(), body)
    record_governance(ledger, body, issuer=issuer, signers=signers)
