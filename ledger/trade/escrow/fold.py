"""How entries of the ledger come before the kernel: the records of a batch, and the rules that governance sets for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ledger.evidence.batch import Batch
from ledger.evidence.instant import Instant
from ledger.evidence.merkle import Digest
from ledger.trade.alliance.state import Alliance
from ledger.trade.escrow.bodies.base import EscrowBody
from ledger.trade.escrow.hearing import Said
from ledger.trade.escrow.pack import Pack, adopted_name
from ledger.trade.parties.party import Standing
from ledger.trade.parties.state import Governance


class GovernedRules:
    """`Rules` out of the governance state before one entry, and the rule packs that ship with this software."""

    def __init__(self, state: Governance, packs: Mapping[Digest, Pack]) -> None:
        self._state, self._packs = state, packs
        self._allies: dict[tuple[str, str, str | None], bool] = {}
        self.origin = state.origin

    @property
    def alliance(self) -> Alliance:
        return self._state.alliance

    def is_ally(self, party: str, seat: str, territory: str | None = None) -> bool:
        # The state is one and the same for a whole batch, and so are most questions about its records.
        asked = (party, seat, territory)
        known = self._allies.get(asked)
        if known is None:
            known = self._allies[asked] = self._state.is_ally(party, seat, territory)
        return known

    def has_role(self, party: str, role: str) -> bool:
        found = self._state.parties.get(party)
        return found is not None and found.standing is Standing.ACTIVE and role in found.roles

    def pack(self, digest: Digest, name: str) -> Pack | None:
        pack = self._packs.get(digest)
        adopted = self._state.rule_packs.get(adopted_name(name)) == digest
        return pack if pack is not None and pack.name == name and adopted else None


def said_in(batch: Batch, *, entry: int, time: Instant, bodies: Sequence[EscrowBody], data: Sequence[bytes]) -> list[Said]:
    """The records of one escrow batch, in order of place."""
    return [
        Said(body, raw, (entry, place), batch.parties, batch.seen is not None, time)
        for place, (body, raw) in enumerate(zip(bodies, data, strict=True))
    ]
