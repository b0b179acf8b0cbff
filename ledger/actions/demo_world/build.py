"""Build the small world through the same deeds that serve everybody: founding, admissions, capture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Final

from ledger.actions.capture.author import Author, HeldAuthor, OwnAuthor, read_own_note
from ledger.actions.capture.capture_job import Verdict
from ledger.actions.capture.document_capture import Submission
from ledger.actions.capture.sign_own import sign_own
from ledger.actions.capture.submit_document import submit_document
from ledger.actions.capture.submit_event import submit_event
from ledger.actions.demo_world import leaf_to_tea, tea_to_shelf
from ledger.actions.demo_world.identifiers import ITEM, MEMBERS, ORIGIN, Member
from ledger.actions.demo_world.telling import Calendar, Chapter, document, single_events
from ledger.actions.log.own_turn import OwnTurn
from ledger.actions.log.publish_checkpoint import publish_checkpoint
from ledger.actions.open_ledger import Clock, Ledger, system_clock
from ledger.actions.parties.admit_party import Admission, admit_party, full_name
from ledger.actions.parties.found_ledger import POLICY_FILE, Founding, found_ledger
from ledger.evidence.instant import Instant
from ledger.evidence.key import SigningKey
from ledger.trade.parties.possession import prove_possession

STORY_MS: Final = 34 * 24 * 3_600_000
"""From the first picking to after the last sale."""

_LONG_AGO_MS: Final = 60 * 24 * 3_600_000


@dataclass(frozen=True, slots=True)
class DemoWorld:
    """What was built. Nothing but this object holds the parties' own keys, and API keys are shown only here.

    Attributes:
        item: canonical identifier of a tin that stands on the shop's shelf.
        parties: short name to full name.
        own_keys: by short name, the keys of those who sign for themselves.
        events: how many were captured.
    """

    data: Path
    item: str
    policy: Path
    parties: Mapping[str, str]
    api_keys: Mapping[str, str] = field(repr=False)
    own_keys: Mapping[str, SigningKey] = field(repr=False)
    events: int = 0


def build_demo_world(data: Path, *, clock: Clock = system_clock, start: Instant | None = None) -> DemoWorld:
    """Found a ledger in `data` and tell it the whole story; the last checkpoint covers all of it.

    Args:
        clock: of the ledger. The entries bear its time: the story is recorded when it is told, nothing is back-dated.
        start: a moment of the day of the first picking, at least `STORY_MS` before `clock`; by default 60 days before it.

    Raises:
        AlreadyFounded, UnlockFileExists: something is there already.
    """
    calendar = Calendar(Instant(clock() - _LONG_AGO_MS) if start is None else start)
    ledger = found_ledger(data, Founding(ORIGIN, seats=3, threshold=2, territory="CN-GZ"), clock=clock)
    try:
        own_keys = {
            name: SigningKey.generate(full_name(ORIGIN, name), member.key)
            for name, member in MEMBERS.items()
            if member.key is not None
        }
        api_keys = {name: _admit(ledger, name, member, own_keys.get(name)) for name, member in MEMBERS.items()}
        told = [*leaf_to_tea.chapters(calendar), *tea_to_shelf.chapters(calendar)]
        for number, chapter in enumerate(told):
            _tell(ledger, chapter, number, own_keys.get(chapter.member), created=calendar.at(33, "12:00"))
        publish_checkpoint(ledger)
    finally:
        ledger.close()
    return DemoWorld(
        data=data,
        item=ITEM,
        policy=data / POLICY_FILE,
        parties=MappingProxyType({name: full_name(ORIGIN, name) for name in MEMBERS}),
        api_keys=MappingProxyType(api_keys),
        own_keys=MappingProxyType(own_keys),
        events=sum(len(chapter.events) for chapter in told),
    )


def _admit(ledger: Ledger, name: str, member: Member, key: SigningKey | None) -> str:
    state = ledger.state()
    proof = None
    if key is not None:
        proof = prove_possession(key, origin=state.origin, first_entry=state.first_entry, party=key.verifier.name)
    admission = Admission(
        name,
        [member.role],
        member.territory,
        key=None if key is None else key.verifier,
        proof=proof,
        label=member.label,
    )
    return admit_party(ledger, admission).api_key


def _tell(ledger: Ledger, chapter: Chapter, number: int, key: SigningKey | None, *, created: str) -> None:
    if chapter.singly:
        for data in single_events(chapter, number):
            taken = submit_event(ledger, data, _author(ledger, chapter, key, data), OwnTurn(ledger))
            if taken.verdict is not Verdict.ACCEPTED:
                raise AssertionError(f"the ledger does not take {chapter.member}, chapter {number}: {taken}")
        return
    data = document(chapter, number, created=created)
    job = submit_document(ledger, Submission(data, _author(ledger, chapter, key, data)), OwnTurn(ledger))
    if not job.success or len(job.events) != len(chapter.events):
        raise AssertionError(f"the ledger does not take {chapter.member}, chapter {number}: {job}")


def _author(ledger: Ledger, chapter: Chapter, key: SigningKey | None, data: bytes) -> Author:
    if key is None:
        return HeldAuthor(full_name(ORIGIN, chapter.member), chapter.read)
    return _signed(ledger, chapter, key, data)


def _signed(ledger: Ledger, chapter: Chapter, key: SigningKey, data: bytes) -> OwnAuthor:
    state = ledger.state()
    own = sign_own(data, key, origin=state.origin, first_entry=state.first_entry, read=chapter.read, now=ledger.clock())
    return read_own_note(own.note, own.seed)
