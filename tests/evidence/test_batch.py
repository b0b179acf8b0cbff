"""Batch notes: golden bytes, one accepted form, and every rule that the text alone keeps."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.errors import Malformed, SuyuanError
from ledger.evidence.authority import ReadRule, RecordClass
from ledger.evidence.batch import (
    RECORDS_MAX,
    Batch,
    BatchMalformed,
    BatchSizeWrong,
    ContextLineWrong,
    GovernanceLinesWrong,
    NameMalformed,
    SignedBatch,
    SignersMisordered,
    refuse_name,
    sign_batch,
)
from ledger.evidence.instant import Instant, parse_instant
from ledger.evidence.lines import LineUnexpected
from tests.scenario import BUYER, GARDEN, LABORATORY, key_of

_BATCH = Batch(
    origin="ledger.example/main",
    first_entry=sha256(b"first entry").digest(),
    issuer=GARDEN,
    signers=(LABORATORY, BUYER),
    klass=RecordClass.EPCIS,
    read=ReadRule.CODE,
    time=parse_instant("2026-11-20T08:00:00.000Z"),
    context=sha256(b"context").digest(),
    seen=(7, sha256(b"seen").digest()),
    size=500,
    root=sha256(b"root").digest(),
)

_GOLDEN = """\
suyuan.batch/v1
log ledger.example/main F5S0TYRnHRaqxfwRF18UYlaIVYv3Ykhl14gVnQ/ZRGc=
issuer ledger.example/party/duyun-tea
signer ledger.example/party/guiyang-lab
signer ledger.example/party/sg-buyer
class epcis
read code
time 2026-11-20T08:00:00.000Z
context 6neSom9AXirpxvScqTu+YHbOrAofxT2DQmx9fy2Td+Q=
seen 7 cgh5TJhOocddE4d8dCczb+mHIsQaBW7u5PNzYOw2cSM=
size 500
root SBNJTRN+FjG7owHVrKtue7eqdM4RhdRWVl71HXN2d7I=

— ledger.example/party/duyun-tea UfCc15Yr77VlPcVte1WaOU97SW4uk6J8/6SR0sgUvO5j7vGqeYLnKLXDNNH+Ct7snDxK7KH4BplJm6h8cg8U96lHFwY=
— ledger.example/party/guiyang-lab yEW5QRq+Tm+AccRJeWpj6Gv5Na/UH7i9UJAvBZkQhTPusfwh05Cp74nx88NnaPUGIZpRLuujDTe93yEDfAEyvlLJcQw=
— ledger.example/party/sg-buyer OifjhTCFBg8ryZybZWZxbHYafgv3aRGOipFR1YPT9qgqz9gQmyPQLqMSiqFtgAYT+Pc4Jlxf0DtDAPX9fSXWm3TZGQI=
"""


def _sign(batch: Batch) -> SignedBatch:
    return sign_batch(batch, [key_of(party) for party in batch.parties])


def test_golden_note() -> None:
    assert _sign(_BATCH).note.decode() == _GOLDEN
    assert SignedBatch.parse(_GOLDEN.encode()).batch == _BATCH
    assert SignedBatch.parse(_GOLDEN.encode()) == _sign(_BATCH)


def test_lines_that_salts_are_derived_from_stand_in_the_text() -> None:
    for line in (_BATCH.log_line, _BATCH.issuer_line, _BATCH.time_line):
        assert f"{line}\n" in _BATCH.text


# --- names ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["a", "ledger.example/party/x-1", "...", "a/.b", "1" * 100])
def test_names(name: str) -> None:
    refuse_name(name)
    with pytest.raises(NameMalformed):
        refuse_name(name + "/")


@pytest.mark.parametrize(
    "name", ["", "/", "a//b", "/a", "a/", ".", "..", "a/..", "a/./b", "A", "ü", "a b", "a+b", "a\n", "a_b", "1" * 101, "٣"]
)
def test_other_names_are_refused(name: str) -> None:
    with pytest.raises(NameMalformed):
        refuse_name(name)


def test_an_origin_is_shorter_than_a_name() -> None:
    with pytest.raises(NameMalformed):
        replace(_BATCH, origin="o" * 81)
    assert replace(_BATCH, origin="o" * 80).log_line.startswith("log ooo")


# --- the rules of the text -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"signers": (BUYER, LABORATORY)}, SignersMisordered),
        ({"signers": (BUYER, BUYER)}, SignersMisordered),
        ({"signers": (GARDEN,)}, SignersMisordered),
        ({"signers": tuple(f"p/{number:02}" for number in range(16))}, SignersMisordered),
        ({"signers": ("p/x\nsigner p/y",)}, NameMalformed),
        ({"issuer": "P"}, NameMalformed),
        ({"context": None}, ContextLineWrong),
        ({"klass": RecordClass.EVIDENCE}, ContextLineWrong),
        ({"klass": RecordClass.GOVERNANCE, "context": None, "size": 1}, GovernanceLinesWrong),
        ({"klass": RecordClass.GOVERNANCE, "context": None, "read": ReadRule.PUBLIC, "size": 2}, GovernanceLinesWrong),
        ({"size": 0}, BatchSizeWrong),
        ({"size": RECORDS_MAX + 1}, BatchSizeWrong),
        ({"seen": (0, bytes(32))}, BatchMalformed),
        ({"seen": (1, bytes(31))}, BatchMalformed),
        ({"root": b""}, BatchMalformed),
        ({"context": b""}, BatchMalformed),
        ({"first_entry": bytes(33)}, BatchMalformed),
    ],
)
def test_a_batch_that_breaks_a_rule_cannot_be_built(changes: dict[str, Any], error: type[SuyuanError]) -> None:
    with pytest.raises(error):
        replace(_BATCH, **changes)


def test_limits_are_inside() -> None:
    signers = tuple(f"p/{number:02}" for number in range(15))
    assert Batch.parse(replace(_BATCH, signers=signers, size=RECORDS_MAX).text).signers == signers


@pytest.mark.parametrize(
    ("old", "new", "error"),
    [
        ("suyuan.batch/v1", "suyuan.batch/v2", LineUnexpected),
        ("issuer ", "Issuer ", LineUnexpected),
        ("class epcis", "class Epcis", BatchMalformed),
        ("class epcis", "class wish", BatchMalformed),
        ("read code", "read all", BatchMalformed),
        ("read code\n", "", LineUnexpected),
        ("read code\n", "read code\nread code\n", LineUnexpected),
        ("size 500", "size 0500", Malformed),
        ("size 500", "size +500", Malformed),
        ("seen 7 ", "seen 07 ", Malformed),
        ("seen 7 ", "seen  7 ", LineUnexpected),
        ("08:00:00.000Z", "08:00:60.000Z", Malformed),
        ("08:00:00.000Z", "08:00:00Z", Malformed),
        ("issuer ", "issuer\t", LineUnexpected),
        ("\nsize", "\nsize 1\nsize", LineUnexpected),
        ("\nseen", "\ncontext AAAA\nseen", BatchMalformed),
    ],
)
def test_another_spelling_is_refused(old: str, new: str, error: type[SuyuanError]) -> None:
    assert old in _BATCH.text
    with pytest.raises(error):
        Batch.parse(_BATCH.text.replace(old, new, 1))


@pytest.mark.parametrize("tail", ["\n", "note x\n", "root\n", " "])
def test_nothing_follows_the_root(tail: str) -> None:
    with pytest.raises(Malformed):
        Batch.parse(_BATCH.text + tail)
    with pytest.raises(BatchMalformed):
        Batch.parse(_BATCH.text[:-1])


_NAMES = st.from_regex(r"[a-z0-9-]{1,10}(/[a-z0-9.-]{0,5}[a-z0-9-]){0,3}", fullmatch=True)
_HASHES = st.binary(min_size=32, max_size=32)


@st.composite
def _batches(draw: st.DrawFn) -> Batch:
    parties = draw(st.lists(_NAMES, min_size=1, max_size=16, unique=True))
    klass = draw(st.sampled_from(list(RecordClass)))
    governance = klass is RecordClass.GOVERNANCE
    return Batch(
        origin=draw(_NAMES),
        first_entry=draw(_HASHES),
        issuer=parties[0],
        signers=tuple(sorted(parties[1:])),
        klass=klass,
        read=ReadRule.PUBLIC if governance else draw(st.sampled_from(list(ReadRule))),
        time=Instant(draw(st.integers(0, 4_102_444_800_000))),
        context=draw(_HASHES) if klass is RecordClass.EPCIS else None,
        seen=draw(st.none() | st.tuples(st.integers(1, 2**63 - 1), _HASHES)),
        size=1 if governance else draw(st.integers(1, RECORDS_MAX)),
        root=draw(_HASHES),
    )


@settings(max_examples=100)
@given(_batches())
def test_every_batch_prints_and_reads_back(batch: Batch) -> None:
    assert Batch.parse(batch.text) == batch


@settings(max_examples=150)
@given(_batches(), st.data())
def test_a_changed_text_is_refused_or_another_batch(batch: Batch, data: st.DataObject) -> None:
    text = batch.text
    at = data.draw(st.integers(0, len(text) - 1))
    changed = text[:at] + data.draw(st.sampled_from("\n aA0=+/-.9Z")) + text[at + data.draw(st.integers(0, 1)) :]
    try:
        read = Batch.parse(changed)
    except Malformed:
        return
    assert read.text == changed
    assert (read == batch) == (changed == text)
