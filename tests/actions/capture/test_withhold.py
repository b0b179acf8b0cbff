"""Fields taken out before signing: what is left is the same event, and the disclosures put every field back."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from ledger.actions.capture.author import HeldAuthor
from ledger.actions.capture.capture_job import OnError, Verdict
from ledger.actions.capture.disclosed import DisclosureUnmatched, match_disclosures
from ledger.actions.capture.document_capture import Submission
from ledger.actions.capture.submit_document import submit_document
from ledger.actions.capture.withhold import FieldNotWithheld, withhold
from ledger.actions.trace.read_disclosures import every_disclosure_at
from ledger.evidence.authority import ReadRule
from ledger.evidence.disclosure import DIGESTS_MEMBER, Disclosure, digests_in, format_base64url
from ledger.storage.position import Position
from tests.actions.conftest import World
from tests.documents import bare, document, event

MORE = {"suyuan:price": 1.10, "ilmd": {"suyuan:harvest": {"field": 7, "yield": 12.50}}}


def test_what_is_left_is_the_event_and_a_digest() -> None:
    data, (disclosure,) = withhold(bare(1, **MORE), ["suyuan:price"])
    left = json.loads(data)
    assert left.pop(DIGESTS_MEMBER) == [format_base64url(disclosure.digest)]
    assert left == {name: value for name, value in json.loads(bare(1, **MORE)).items() if name != "suyuan:price"}
    assert (disclosure.name, str(disclosure.value)) == ("suyuan:price", "1.1")


def test_numbers_stay_as_they_were_spelt() -> None:
    spelt = bare(1).replace(b'"action"', b'"suyuan:much":1.500,"suyuan:more":{"n":2.50},"action"')
    data, (disclosure,) = withhold(spelt, ["suyuan:more"])
    assert b'"suyuan:much":1.500' in data
    assert disclosure.value == {"n": Decimal("2.50")}


@pytest.mark.parametrize("field", ["suyuan:harvest", "/ilmd/suyuan:harvest"])
def test_a_field_is_found_by_name_or_by_pointer(field: str) -> None:
    data, (disclosure,) = withhold(document(event(1, **MORE), event(2)), [field])
    (first, second) = json.loads(data)["epcisBody"]["eventList"]
    assert first["ilmd"] == {DIGESTS_MEMBER: [format_base64url(disclosure.digest)]}
    assert DIGESTS_MEMBER not in second


def test_digests_of_one_object_stand_in_order_and_hide_what_came_first() -> None:
    data, disclosures = withhold(bare(1, **{"suyuan:a": 1, "suyuan:b": 2}), ["suyuan:a", "suyuan:b"])
    digests = json.loads(data)[DIGESTS_MEMBER]
    assert digests == sorted(format_base64url(one.digest) for one in disclosures)
    again, _ = withhold(bare(1, **{"suyuan:a": 1, "suyuan:b": 2}), ["suyuan:a", "suyuan:b"])
    assert not set(digests) & set(json.loads(again)[DIGESTS_MEMBER])


@pytest.mark.parametrize("field", ["action", "suyuan:nowhere", "/nowhere", "/epcList/0", "/type", "suyuan:_sd", ""])
def test_what_cannot_be_withheld(field: str) -> None:
    with pytest.raises(FieldNotWithheld):
        withhold(bare(1, **MORE), [field])


def test_each_disclosure_finds_its_record() -> None:
    data, disclosures = withhold(document(event(1), event(2, **MORE)), ["suyuan:price"])
    events = [json.dumps(one).encode() for one in json.loads(data)["epcisBody"]["eventList"]]
    ((index, digest, text),) = match_disclosures(events, disclosures)
    assert (index, text.decode()) == (1, disclosures[0].text)
    assert digest in set(digests_in(json.loads(events[1])))
    with pytest.raises(DisclosureUnmatched, match="disclosures/0"):
        match_disclosures(events[:1], disclosures)


def test_only_what_is_written_is_disclosed(world: World) -> None:
    """Of a document that goes in without its refused event, the disclosures of that event are not kept."""
    first, second = (Disclosure.of(bytes([number]) * 16, "suyuan:who", b'"Mei"') for number in (1, 2))
    good = event(1, **{DIGESTS_MEMBER: [format_base64url(first.digest)]})
    bad = event(2, action="LOST", **{DIGESTS_MEMBER: [format_base64url(second.digest)]})
    author = HeldAuthor(world.tea, ReadRule.CODE, disclosures=(second, first))
    job = submit_document(world.ledger, Submission(document(bad, good), author, OnError.PROCEED), world.turn)
    assert [one.verdict for one in job.events] == [Verdict.REFUSED, Verdict.ACCEPTED]
    assert job.entry is not None
    (kept,) = every_disclosure_at(world.ledger, Position(job.entry, 1))
    assert kept.disclosure == first.text.encode()
