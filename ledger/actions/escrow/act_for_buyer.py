"""Do what the holder of a claim link wishes: one record about one line, signed with the key that the operator holds."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

from ledger.actions.capture.submit_document import Queue
from ledger.actions.escrow.buyer_acts import WITH_WORDS, WORDS_MAX, Scene, Wish, WordsMissing, act_named, say
from ledger.actions.escrow.buyer_view import text_digest
from ledger.actions.escrow.claims import own_claim_of
from ledger.actions.escrow.proposals import sign_held
from ledger.actions.escrow.read_terms import read_terms
from ledger.actions.escrow.submit_records import submit_held
from ledger.actions.open_ledger import Ledger
from ledger.errors import Conflict
from ledger.storage.database import reading, writing
from ledger.storage.journal_reading import LineAbsent, read_line, steps_of
from ledger.storage.letters import keep_letter
from ledger.storage.position import Position, pack
from ledger.storage.proposals import read_proposal
from ledger.trade.escrow.refusals.standing import StalePrev
from ledger.trade.shapes.address import Address


class ProposalDiffers(Conflict):
    title = "this is not the proposal that was shown"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a form on the claim page sent: which act, about which line, as seen with which newest record.

    `words` are what the buyer wrote; their SHA-256 goes into the record, they themselves stay with the operator.
    """

    act: str
    line: str
    prev: str
    wish: Wish
    words: str = ""


def act_for_buyer(ledger: Ledger, secret: str, asked: Asked, queue: Queue) -> Position:
    """Say the record, and return where it stands. The same click again returns the first one's record.

    Raises:
        ClaimUnknown, ClaimExpired, ClaimRevoked: the link is not, or no longer, good.
        ClaimShared: a seller was shown the link, and nobody has taken it over; nothing was written.
        LineAbsent: no such line of this buyer.
        StalePrev: the line has moved on since the page was made; nothing was written.
        ActUnknown, NothingToSay, WordsMissing, ReasonUnknown: the form cannot have come from the page.
        NoHeldKey: the buyer has taken its key to itself.
        leaves of `EscrowRefused`: the rules refused the record, which is written and moved nothing.
    """
    buyer = own_claim_of(ledger, secret).buyer
    scene, before = _scene(ledger, buyer, asked)
    if before is not None:
        return before
    body = say(asked.act, scene, _with_words(ledger, asked))
    written = submit_held(ledger, [body.to_body()], issuer=buyer, signers=(), queue=queue)
    (verdict,) = written.verdicts
    refused = verdict.refused
    if refused is None:
        return verdict.position
    if isinstance(refused, StalePrev):
        # Two clicks came at once; the one that lost asks what became of the other.
        _, before = _scene(ledger, buyer, asked)
        if before is not None:
            return before
    raise refused


def sign_for_buyer(ledger: Ledger, secret: str, offer: str, *, digest: str, queue: Queue) -> bool:
    """Sign a proposal with the buyer's held key; whether all have signed now and its records are written.

    Args:
        digest: `buyer_view.text_digest` of what the buyer saw.

    Raises:
        ClaimUnknown, ClaimExpired, ClaimRevoked: the link is not, or no longer, good.
        ClaimShared: a seller was shown the link, and nobody has taken it over; nothing was written.
        ProposalAbsent: there is no such proposal for this buyer, or it has expired.
        ProposalDiffers: it is not the one that the buyer saw.
        NoHeldKey, and leaves of `EscrowRefused`: the rules refused one of its records.
    """
    buyer = own_claim_of(ledger, secret).buyer
    with reading(ledger.engine) as connection:
        proposal = read_proposal(connection, offer, party=buyer, now=ledger.clock())
    if text_digest(proposal) != digest:
        raise ProposalDiffers(seen=digest, wanted=text_digest(proposal), pointer="prev")
    written = sign_held(ledger, offer, party=buyer, queue=queue).written
    for verdict in () if written is None else written.verdicts:
        if verdict.refused is not None:
            raise verdict.refused
    return written is not None


def _scene(ledger: Ledger, buyer: str, asked: Asked) -> tuple[Scene, Position | None]:
    """The line as the buyer saw it; or where the record stands that this very click has said before."""
    now = ledger.clock()
    with reading(ledger.engine) as connection:
        kept = read_line(connection, asked.line)
        if kept.buyer != buyer:
            raise LineAbsent(seen=asked.line)
        terms = read_terms(connection, pack(*kept.terms))
        scene = Scene(kept.line, terms, now, ledger.origin)
        head = str(kept.line.address(ledger.origin))
        if asked.prev == head:
            return scene, None
        steps = [step for step in steps_of(connection, kept.line.name) if step.refusal is None]
    for seen, step in pairwise(steps):
        if str(Address(ledger.origin, *seen.position)) == asked.prev and step.type == act_named(asked.act).record:
            return scene, step.position
    raise StalePrev(seen=asked.prev, wanted=head, pointer="prev")


def _with_words(ledger: Ledger, asked: Asked) -> Wish:
    if asked.act not in WITH_WORDS:
        return asked.wish
    words = asked.words.replace("\r\n", "\n").strip()
    if not words or len(words) > WORDS_MAX:
        raise WordsMissing(seen=f"{len(words)} characters", wanted=f"1 to {WORDS_MAX}", pointer="words")
    with writing(ledger.engine) as connection:
        letter = keep_letter(connection, line=asked.line, words=words, now=ledger.clock())
    return replace(asked.wish, letter=letter)
