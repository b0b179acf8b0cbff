"""Every dossier body: one written form that reads back equal, and whatever else comes is refused by name."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import SuyuanError
from ledger.evidence.record import read_record
from ledger.trade.dossier.bodies.base import DossierBody
from ledger.trade.dossier.bodies.contradictions import BodyContradicts
from ledger.trade.dossier.bodies.every import BODIES, read_dossier_body
from ledger.trade.shapes.members import members_of
from ledger.trade.shapes.refusals import BodyMalformed, BodyMemberMissing, BodyMemberUnknown, BodyMemberWrong, BodyTypeUnknown
from tests.trade.dossier.samples import SAMPLES

EACH = pytest.mark.parametrize("body", SAMPLES, ids=lambda body: type(body).__name__)

SPELT = "- 0 -0 1.50 1e5 NaN 2026-02-30 2026-01-01 en EN geo:91,181 geo:0,0 uscc lei ٣ \u202e"
LINKS = [f"https://id.gs1.org/01/0690123456789{digit}" for digit in (1, 2)]
WORDS = st.sampled_from(["", "a" * 2_001, *LINKS, *SPELT.split(" ")])
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False) | WORDS | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)


def as_json(body: DossierBody) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(body.to_body())
    return said


def places(value: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Every place of a JSON value at which another value could stand."""
    found = [path] if path else []
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        found += places(inner, (*path, key))
    return found


def changed(value: Any, path: tuple[str | int, ...], change: Callable[[Any], Any]) -> Any:
    if not path:
        return change(value)
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = changed(copy[path[0]], path[1:], change)
    return copy


def test_there_is_a_sample_of_every_type_and_with_every_member() -> None:
    assert [type(sample).__name__ for sample in SAMPLES] == list(BODIES)
    for body in SAMPLES:
        assert list(as_json(body)) == ["type", *(member.name for member in members_of(type(body)))]


@EACH
def test_what_is_written_is_a_record_and_reads_back_equal(body: DossierBody) -> None:
    written = body.to_body()
    again = read_dossier_body(read_record(written))
    assert again == body
    assert again.to_body() == written
    assert again.subjects() == body.subjects()
    assert body.subjects()


@EACH
def test_without_what_may_be_absent_it_reads_back_too(body: DossierBody) -> None:
    needed = {member.name for member in members_of(type(body)) if member.required} | {"type"}
    said = {name: value for name, value in as_json(body).items() if name in needed}
    assert as_json(read_dossier_body(said)) == said
    for name in needed - {"type"}:
        with pytest.raises(BodyMemberMissing) as refused:
            read_dossier_body({key: value for key, value in said.items() if key != name})
        assert refused.value.pointer == f"/{name}"


@EACH
def test_a_member_more_is_refused_at_every_depth(body: DossierBody) -> None:
    said = as_json(body)
    objects = [path for path in places(said) if isinstance(_at(said, path), dict)]
    for path in [(), *objects]:
        with pytest.raises(BodyMemberUnknown):
            read_dossier_body(changed(said, path, lambda inner: {**inner, "note": 1}))


@EACH
@pytest.mark.parametrize("wrong", [None, True, -1, 1 << 63, "\u202e", [], [0], {}, 1.5, ""], ids=repr)
def test_no_member_takes_a_value_of_no_kind(body: DossierBody, wrong: object) -> None:
    for member in members_of(type(body)):
        if (member.name, wrong) == ("captured", {}):
            continue  # a picture of which nothing more is known
        with pytest.raises(BodyMalformed) as refused:
            read_dossier_body({**as_json(body), member.name: wrong})
        assert str(refused.value.pointer).startswith(f"/{member.name}")


@given(st.data())
def test_whatever_stands_anywhere_is_read_or_refused_by_name(data: st.DataObject) -> None:
    said: Any = as_json(data.draw(st.sampled_from(SAMPLES)))
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from(places(said)))
        said = changed(said, path, lambda _old: data.draw(VALUES | WORDS))
        if not isinstance(said, dict) or not places(said):
            break
    _read_or_refused(json.dumps(said).encode("utf-8", "surrogatepass"))


@given(VALUES)
def test_whatever_comes_is_read_or_refused_by_name(value: object) -> None:
    _read_or_refused(json.dumps(value).encode("utf-8", "surrogatepass"))


@given(st.binary(max_size=200))
def test_whatever_bytes_come_are_refused_by_name(data: bytes) -> None:
    _read_or_refused(data)


def test_types_of_other_classes_are_unknown() -> None:
    for kind in ("ObjectEvent", "PartyAdmitted", "OrderAgreed", "productDescribed"):
        with pytest.raises(BodyTypeUnknown) as refused:
            read_dossier_body({"type": kind})
        assert refused.value.pointer == "/type"


def _read_or_refused(data: bytes) -> None:
    try:
        body = read_dossier_body(read_record(data))
    except SuyuanError as refusal:
        assert type(refusal) is not SuyuanError
        return
    assert read_dossier_body(read_record(body.to_body())) == body


def _at(value: Any, path: tuple[str | int, ...]) -> Any:
    for key in path:
        value = value[key]
    return value


@pytest.mark.parametrize(
    ("product", "said"),
    [
        ("https://id.gs1.org/01/09521234000014", "a digit of 09521234000014 is wrong: if it is the last one, write 3"),
        ("https://id.gs1.org/8003/09521234000014A1", "a digit of 09521234000014A1 is wrong: its check digit does not fit"),
        ("https://id.gs1.org/01/9521234000013", ""),
    ],
)
def test_a_mistyped_number_is_told_from_what_is_no_link(product: str, said: str) -> None:
    record = {"type": "ProductDescribed", "product": product, "category": "other", "names": [{"language": "en", "text": "Tea"}]}
    with pytest.raises(BodyMemberWrong) as refused:
        read_dossier_body(record)
    assert (refused.value.pointer, refused.value.hint) == ("/product", said)


def test_an_event_is_told_where_events_go() -> None:
    with pytest.raises(BodyTypeUnknown) as refused:
        read_dossier_body({"type": "ObjectEvent"})
    assert "suyuan post" in refused.value.hint


def test_dates_are_shown_as_they_are_written() -> None:
    certificate = {"type": "CertificateIssued", "about": "ledger.example/party/tea", "number": "1", "standard": "ISO 1"}
    texts = [{"language": "en", "text": "Tea"}]
    dates = {"validFrom": "2026-05-01", "validUntil": "2026-04-01"}
    with pytest.raises(BodyContradicts) as refused:
        read_dossier_body({**certificate, "names": texts, "scope": texts, **dates})
    assert (refused.value.seen, refused.value.wanted) == ("2026-04-01", "2026-05-01 or later")
