"""`suyuan code`: numbers are drawn, issued under a held or an own key, listed, found and proven."""

from __future__ import annotations

import csv
import hashlib
import json
import stat
from pathlib import Path
from typing import Any

import pytest

from cli.exits import ExitCode
from ledger.actions.capture.sign_own import sign_note
from ledger.actions.log.open_source import open_source
from ledger.actions.open_ledger import open_ledger
from ledger.actions.parties.admit_party import Admission, admit_party
from ledger.actions.parties.key_file import write_key_file
from ledger.audit.replay import audit
from ledger.evidence.authority import ReadRule, RecordClass
from ledger.evidence.key import SigningKey
from ledger.evidence.policy import Policy
from ledger.evidence.spelling import parse_base64
from tests.cli.conftest import HOST, Place
from tests.cli.serving import done, run

PRODUCT = "01/09521234000013"


@pytest.fixture
def brand(place: Place) -> SigningKey:
    """A factory with a key of its own, in the file `brand.key`."""
    key = SigningKey.generate(f"{HOST}/party/brand")
    ledger = open_ledger(place.data)
    admit_party(ledger, Admission("brand", ["factory"], "CN", key=key.verifier))
    ledger.close()
    write_key_file(place.data.parent / "brand.key", key)
    return key


def issue(place: Place, *more: object) -> dict[str, Any]:
    said: list[dict[str, Any]] = json.loads(done("code", "issue", PRODUCT, *more, "--data", place.data, "--json").stdout)
    return said[0]


def test_what_is_issued_is_listed_found_and_proven(place: Place, tmp_path: Path) -> None:
    issued = issue(place, "--lot", "L7", "--count", 50, "--as", "tea", "--pins", tmp_path / "pins.csv")
    assert (issued["count"], issued["lot"], issued["issuer"]) == (50, "L7", f"{HOST}/party/tea")
    assert json.loads(done("code", "list", "--as", "tea", "--data", place.data, "--json").stdout) == [issued]
    listed = done("code", "list", "--data", place.data).stdout.splitlines()[1].split()
    assert listed[:2] == [str(issued["entry"]), "50"]
    assert stat.S_IMODE((tmp_path / "pins.csv").stat().st_mode) == 0o600
    rows = list(csv.DictReader((tmp_path / "pins.csv").open(newline="")))
    assert len({row["serial"] for row in rows}) == 50
    typed = rows[9]["short_code"].lower().replace("-", " ")
    serial = rows[9]["serial"]
    assert done("code", "find", typed, "--data", place.data).stdout.endswith(f"(01)09521234000013(10)L7(21){serial}\n")
    proof = json.loads(done("code", "prove", serial.lower(), "--data", place.data).stdout)
    assert (proof["record"], proof["size"], proof["index"]) == (f"{issued['entry']}/0", 50, 9)
    assert root_by_hand(serial, proof) == issued["root"] == proof["root"]
    with open_source(str(place.data)) as source:
        assert audit(source, Policy.parse(place.policy.read_text())).clean


def test_a_table_of_pins_is_never_written_over(place: Place, tmp_path: Path) -> None:
    pins = tmp_path / "pins.csv"
    issue(place, "--count", 2, "--as", "tea", "--pins", pins)
    before = pins.read_bytes()
    again = run("code", "issue", PRODUCT, "--count", 3, "--as", "tea", "--pins", pins, "--data", place.data)
    assert (again.exit_code, "SecretsThere" in again.stderr) == (ExitCode.CONFLICT, True)
    assert pins.read_bytes() == before
    assert len(json.loads(done("code", "list", "--data", place.data, "--json").stdout)) == 1


def root_by_hand(serial: str, proof: dict[str, Any]) -> str:
    """RFC 9162, section 2.1.3.2, written down once more."""
    at, last = proof["index"], proof["size"] - 1
    node = hashlib.sha256(b"\0" + serial.encode()).digest()
    for step in map(parse_base64, proof["path"]):
        if at & 1 or at == last:
            node = hashlib.sha256(b"\1" + step + node).digest()
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            node = hashlib.sha256(b"\1" + node + step).digest()
        at, last = at >> 1, last >> 1
    return next(text for text in [proof["root"]] if parse_base64(text) == node)


def test_an_own_key_signs_here(place: Place, brand: SigningKey) -> None:
    issued = issue(place, "--count", 3, "--as", "brand", "--key", place.data.parent / "brand.key")
    assert issued["entry"] is not None and issued["issuer"] == brand.verifier.name


def test_or_the_record_is_given_out_to_be_signed_elsewhere(place: Place, brand: SigningKey, tmp_path: Path) -> None:
    drawn = issue(place, "--count", 3, "--as", "brand", "--record-out", tmp_path / "codes.json")
    assert drawn["entry"] is None
    assert "waits" in done("code", "list", "--data", place.data).stdout
    ledger = open_ledger(place.data)
    state = ledger.state()
    own = sign_note(
        [(tmp_path / "codes.json").read_bytes()],
        [brand],
        origin=state.origin,
        first_entry=state.first_entry,
        klass=RecordClass.DESCRIPTION,
        read=ReadRule.PUBLIC,
        now=ledger.clock(),
    )
    ledger.close()
    (tmp_path / "note").write_bytes(own.note)
    (tmp_path / "seed").write_bytes(own.seed)
    parts = ("--note", tmp_path / "note", "--seed", tmp_path / "seed", "--data", place.data, "--json")
    (issued,) = json.loads(done("code", "record", tmp_path / "codes.json", *parts).stdout)
    assert {**issued, "entry": None} == drawn and issued["entry"] is not None


@pytest.mark.parametrize(
    ("asked", "code", "name"),
    [
        (("issue", "01/09521234000014", "--count", 1, "--as", "tea"), ExitCode.MALFORMED, "CheckDigitWrong"),
        (("issue", f"{PRODUCT}/21/A1", "--count", 1, "--as", "tea"), ExitCode.MALFORMED, "BodyMemberWrong"),
        (("issue", PRODUCT, "--count", 0, "--as", "tea"), ExitCode.MISUSED, "--count"),
        (("issue", PRODUCT, "--count", 1, "--as", "nobody"), ExitCode.INTEGRITY_FAILURE, "PartyNotAdmitted"),
        (("issue", PRODUCT, "--count", 1, "--as", "lab"), ExitCode.CONFLICT, "NoHeldKey"),
        (("find", "00000-00000-0012"), ExitCode.MALFORMED, "ShortCodeMistyped"),
        (("find", "00000-00000-0011"), ExitCode.ABSENT, "ShortCodeUnknown"),
        (("prove", "0000000000001"), ExitCode.ABSENT, "SerialNotIssued"),
    ],
)
def test_what_cannot_be_is_refused(place: Place, asked: tuple[object, ...], code: ExitCode, name: str) -> None:
    refused = run("code", *asked, "--data", place.data)
    assert (refused.exit_code, name in refused.stderr) == (code, True), refused.stderr
