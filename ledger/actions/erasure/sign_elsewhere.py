"""A governance record that its parties sign one after the other, each on its own machine: the note grows by a line each time.

FILE        the record
FILE.seed   32 bytes, from which the salt of its commitment follows: for the parties and the ledger only
FILE.note   the batch note, with the signature lines so far
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field

from ledger.actions.capture.draft_batch import draft_batch
from ledger.actions.capture.stage_batch import RootDiffers, held_key
from ledger.actions.erasure.plan_erasure import ErasurePlan
from ledger.actions.open_ledger import Ledger
from ledger.errors import Conflict
from ledger.evidence.authority import ReadRule, RecordClass
from ledger.evidence.batch import Batch
from ledger.evidence.commitment import SEED_BYTES, commit_all, derive_salts
from ledger.evidence.merkle import root_of
from ledger.evidence.note import SignatureLine, SignedNote
from ledger.evidence.note import sign_note as sign_text
from ledger.evidence.note_signer import NoteSigner

_BETWEEN = "\n\n"


class SignerNotNamed(Conflict):
    title = "the note does not name this party as one of its signers"
    default_hint = "the key's name must be the party's; the parties of the note were fixed when it was drafted"


@dataclass(frozen=True, slots=True)
class NoteInTheMaking:
    """A batch note and the lines of those who have signed it."""

    record: bytes
    seed: bytes = field(repr=False)
    batch: Batch
    lines: tuple[SignatureLine, ...] = ()

    @property
    def missing(self) -> tuple[str, ...]:
        """Who has not signed yet."""
        signed = {line.name for line in self.lines}
        return tuple(party for party in self.batch.parties if party not in signed)

    def to_note(self) -> bytes:
        """The note with the lines so far, in the order in which it names their parties."""
        by_party = {line.name: line for line in self.lines}
        lines = tuple(by_party[party] for party in self.batch.parties if party in by_party)
        return SignedNote(self.batch.text, lines).to_bytes() if lines else f"{self.batch.text}\n".encode()


def draft_erasure(ledger: Ledger, plan: ErasurePlan) -> NoteInTheMaking:
    """The erasure as those whom it takes must sign it, signed already by those whose keys are held.

    Raises:
        SignersMisordered: too many parties, or nobody is admitted who could take a seat.
    """
    state, seed, record = ledger.state(), os.urandom(SEED_BYTES), plan.body.to_body()
    issuer, *signers = plan.parties
    batch = draft_batch(
        [record],
        klass=RecordClass.GOVERNANCE,
        issuer=issuer,
        signers=signers,
        origin=state.origin,
        first_entry=state.first_entry,
        now=ledger.clock(),
        seed=seed,
        read=ReadRule.PUBLIC,
    )
    made = NoteInTheMaking(record, seed, batch)
    for seat in plan.way:
        for party in seat.signing:
            if party in seat.held:
                made = add_line(made, held_key(ledger, state, party))
    return made


def read_note(record: bytes, note: bytes, seed: bytes) -> NoteInTheMaking:
    """Read what `to_note` printed, and see that the note is over this record.

    Raises:
        RootDiffers: it is over something else. What reading notes and batches raises.
    """
    if note.endswith(_BETWEEN.encode()):
        batch, lines = Batch.parse(note[:-1].decode("ascii", "replace")), tuple[SignatureLine, ...]()
    else:
        opened = SignedNote.parse(note)
        batch, lines = Batch.parse(opened.text), opened.signatures
    salts = derive_salts(seed=seed, log_line=batch.log_line, issuer_line=batch.issuer_line, time_line=batch.time_line, count=1)
    if root_of(commit_all(origin=batch.origin, issuer=batch.issuer, salts=salts, bodies=[record])) != batch.root:
        raise RootDiffers(seen="another record or another seed")
    return NoteInTheMaking(record, seed, batch, lines)


def add_line(made: NoteInTheMaking, key: NoteSigner) -> NoteInTheMaking:
    """The note with the line of one more party; who signs again replaces its own.

    Raises:
        SignerNotNamed: it is none of the note's parties.
    """
    name = key.verifier.name
    if name not in made.batch.parties:
        raise SignerNotNamed(seen=name, wanted=", ".join(made.batch.parties))
    (line,) = sign_text(made.batch.text, [key]).signatures
    others = tuple(one for one in made.lines if one.name != name)
    return NoteInTheMaking(made.record, made.seed, made.batch, (*others, line))
