"""`suyuan record`: the example of its help as it stands there, every way in, and what refuses a file."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import Any

import pytest

from cli.exits import ExitCode
from ledger.actions.open_ledger import open_ledger
from ledger.actions.parties.admit_party import Admission, admit_party
from ledger.trade.dossier.bodies.described import PartyDescribed, ProductDescribed, StatementWithdrawn
from ledger.trade.dossier.bodies.every import BODIES, read_dossier_body
from ledger.trade.dossier.bodies.recalled import RecallIssued
from ledger.trade.shapes.address import Address
from ledger.trade.shapes.members import members_of
from tests.cli.conftest import HOST, ORIGIN, Place
from tests.cli.serving import done, run, serving
from tests.trade.dossier.samples import ITEM, LOT, MOMENT, REPORT, SAMPLES, words

TEA = f"{HOST}/party/tea"
PRODUCT = ProductDescribed(ITEM, words("Tea"), "farm-produce")
SELF = PartyDescribed(TEA, words("Tea"))


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """One file of each: a product, a party that describes itself, a report, two records in one, what is refused."""
    for name, body in {
        "product.json": PRODUCT.to_body(),
        "party.json": SELF.to_body(),
        "report.json": REPORT.to_body(),
        "both.json": PRODUCT.to_body() + b"\n" + SELF.to_body() + b"\n",
        "other.json": PartyDescribed(f"{HOST}/party/lab", words("Not I")).to_body(),
        "wrong.json": b'{"type":"ProductDescribed"}',
    }.items():
        (tmp_path / name).write_bytes(body)
    return tmp_path


def posted(*asked: object) -> list[dict[str, Any]]:
    answers: list[dict[str, Any]] = json.loads(done("record", "post", *asked, "--json").stdout)
    return answers


def test_the_help_is_an_example_that_works(place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The record and the commands of `suyuan record --help`, as printed, but for the directory and the position."""
    shown = done("record", "--help").stdout
    ledger = open_ledger(place.data)
    admit_party(ledger, Admission("spring-garden", ["merchant"], "CN-GZ"))
    ledger.close()
    monkeypatch.chdir(tmp_path)
    begin = shown.index('{"type"')
    Path("tin.json").write_text(shown[begin : shown.index("]}", shown.index('"parameters"')) + 2], encoding="utf-8")
    commands = [line.strip() for line in shown.splitlines() if line.strip().startswith("suyuan record ")]
    assert [command.split()[2] for command in commands] == ["types", "check", "post", "show"]
    position = "?"
    for command in commands:
        words_of = shlex.split(command.replace("DIR", str(place.data)).replace("7/0", position))
        result = done(*words_of[1:])
        if "post" in words_of:
            position = result.stdout.split("  ")[1]
    assert "都匀毛尖 100 克" in result.stdout
    assert f"issuer   {HOST}/party/spring-garden" in result.stdout


def test_a_held_key_writes_into_the_directory(place: Place, files: Path) -> None:
    (answer,) = posted(files / "both.json", "--data", place.data, "--as", "tea")
    assert (answer["file"], answer["class"]) == (str(files / "both.json"), "description")
    assert [record["type"] for record in answer["records"]] == ["ProductDescribed", "PartyDescribed"]
    record = answer["records"][1]
    assert record["address"] == str(Address(ORIGIN, *record["position"]))
    for named in (record["address"], "/".join(map(str, record["position"]))):
        assert done("record", "show", named, "--data", place.data, "--bytes").stdout.encode() == SELF.to_body()
    out = files / "receipt.tlog-proof"
    done("receipt", "/".join(map(str, record["position"])), "--data", place.data, "--out", out, "--body", files / "body")
    verified = ("verify", out, "--policy", place.policy, "--body", files / "body")
    assert run(*verified).exit_code == ExitCode.CLEAN
    assert done("audit", place.data, "--policy", place.policy).exit_code == ExitCode.CLEAN


def test_an_own_key_signs_for_the_directory(place: Place, files: Path) -> None:
    (answer,) = posted(files / "report.json", "--data", place.data, "--key", place.lab_key)
    assert (answer["class"], answer["records"][0]["type"]) == ("inspection", "TestReported")
    shown = done("record", "show", f"{answer['entry']}/0", "--data", place.data).stdout
    assert f"issuer   {HOST}/party/lab" in shown
    assert '"value": "0.120"' in shown


def test_one_refused_file_keeps_no_other_back(place: Place, files: Path) -> None:
    named = [files / name for name in ("product.json", "other.json", "wrong.json", "party.json")]
    result = run("record", "post", *named, "--data", place.data, "--as", "tea")
    assert result.exit_code == ExitCode.INTEGRITY_FAILURE
    assert result.stderr.startswith("suyuan: DescribedByAnother")
    lines = result.stdout.splitlines()
    assert [line.split("  ")[1].split(":")[0] for line in lines[1:3]] == [
        "refused DescribedByAnother",
        "refused BodyMemberMissing",
    ]
    assert lines[0].split("  ")[2] == "ProductDescribed"
    assert lines[3].split("  ")[2] == "PartyDescribed"


def test_what_is_refused_has_the_code_of_its_class(place: Place, files: Path) -> None:
    here = ("--data", place.data, "--as", "tea")
    (files / "recall.json").write_bytes(RecallIssued(MOMENT, (LOT,), "safety", "return", words("x")).to_body())
    (files / "gone.json").write_bytes(StatementWithdrawn(Address(ORIGIN, 900, 0), "error").to_body())
    (files / "empty.json").write_bytes(b"")
    (files / "serials.json").write_bytes(next(b.to_body() for b in SAMPLES if type(b).__name__ == "SerialsIssued"))
    for name, code, leaf in (
        ("recall.json", ExitCode.INTEGRITY_FAILURE, "RecallByStranger"),
        ("gone.json", ExitCode.ABSENT, "NamedRecordAbsent"),
        ("empty.json", ExitCode.MALFORMED, "RecordsMissing"),
        ("serials.json", ExitCode.MALFORMED, "TypeHasItsOwnWay"),
    ):
        result = run("record", "post", files / name, *here)
        assert (result.exit_code, leaf in result.stderr) == (code, True), result.output


@pytest.mark.parametrize(
    "asked",
    [
        (),
        ("--data", "DIR"),
        ("--as", "tea"),
        ("--url", "http://127.0.0.1:9"),
        ("--data", "DIR", "--as", "tea", "--key", "KEY"),
        ("--data", "DIR", "--as", "tea", "--class", "description"),
        ("--url", "http://127.0.0.1:9", "--key", "KEY"),
    ],
)
def test_a_way_that_is_not_said_is_a_misuse(place: Place, files: Path, asked: tuple[str, ...]) -> None:
    said = [{"DIR": str(place.data), "KEY": str(place.lab_key)}.get(word, word) for word in asked]
    assert run("record", "post", files / "product.json", *said).exit_code == ExitCode.MISUSED


def test_checking_shapes_needs_no_ledger(files: Path) -> None:
    good = done("record", "check", files / "both.json", files / "product.json").stdout.splitlines()
    assert [line.split("  ")[1:] for line in good] == [
        ["record 0", "ProductDescribed", "good"],
        ["record 1", "PartyDescribed", "good"],
        ["record 0", "ProductDescribed", "good"],
    ]
    bad = run("record", "check", files / "wrong.json", files / "product.json")
    assert bad.exit_code == ExitCode.MALFORMED
    assert "refused BodyMemberMissing" in bad.stdout
    assert "at /product" in bad.stdout
    assert bad.stdout.splitlines()[-1].endswith("good")


def test_checking_against_a_ledger_judges_who_may_say_it(place: Place, files: Path) -> None:
    here = ("--data", place.data, "--as", "tea", "--json")
    ledger = open_ledger(place.data)
    before = ledger.head().size
    ledger.close()
    (good,) = json.loads(done("record", "check", files / "both.json", *here).stdout)
    assert (good["accepted"], good["class"]) == (True, "description")
    result = run("record", "check", files / "other.json", *here)
    (bad,) = json.loads(result.stdout)
    assert (result.exit_code, bad["accepted"]) == (ExitCode.MALFORMED, False)
    assert bad["records"][0]["refusal"]["code"] == "DescribedByAnother"
    ledger = open_ledger(place.data)
    assert ledger.head().size == before
    ledger.close()
    assert run("record", "check", files / "both.json", "--as", "tea").exit_code == ExitCode.MISUSED


def test_every_way_over_http(place: Place, files: Path) -> None:
    with serving(place.data) as server:
        caller = ("--url", server.url, "--api-key-file", place.tea_key)
        first, again = (posted(files / "both.json", files / "product.json", *caller) for _ in "ab")
        assert first == again
        once_more = posted(files / "product.json", *caller, "--again")
        assert once_more[0]["entry"] > first[1]["entry"]
        closed = posted(files / "product.json", *caller, "--read", "parties")
        entry = closed[0]["entry"]
        assert run("record", "show", f"{entry}/0", "--url", server.url).exit_code == ExitCode.INTEGRITY_FAILURE
        assert "farm-produce" in done("record", "show", f"{entry}/0", *caller).stdout
        own = ("--url", server.url, "--key", place.lab_key, "--policy", place.policy)
        unclear = run("record", "post", files / "report.json", *own)
        assert (unclear.exit_code, "ClassUnclear" in unclear.stderr) == (ExitCode.MISUSED, True)
        (answer,) = posted(files / "report.json", *own, "--class", "inspection")
        shown = done("record", "show", f"{answer['entry']}/0", "--url", server.url).stdout
        assert f"issuer   {HOST}/party/lab" in shown
        assert "class    inspection" in shown
        refused = run("record", "post", files / "other.json", files / "party.json", *caller)
        assert (refused.exit_code, "DescribedByAnother" in refused.stderr) == (ExitCode.INTEGRITY_FAILURE, True)
        assert "PartyDescribed" in refused.stdout
        checked = run("record", "check", files / "other.json", files / "party.json", *caller)
        assert checked.exit_code == ExitCode.MALFORMED
        assert "refused DescribedByAnother" in checked.stdout
        assert checked.stdout.splitlines()[-1].endswith("good")
        assert run("record", "check", files / "party.json", "--url", server.url).exit_code == ExitCode.UNAUTHENTICATED


def test_every_type_is_printed_with_all_it_needs() -> None:
    said = json.loads(done("record", "types", "--json").stdout)
    assert [one["type"] for one in said] == list(BODIES)
    for one in said:
        assert [member["name"] for member in one["members"]] == [member.name for member in members_of(BODIES[one["type"]])]
        assert one["meaning"]
        assert one["roles"]
    text = done("record", "types").stdout
    for kind in BODIES:
        assert f"\n{kind}  " in f"\n{text}"
    (recall,) = json.loads(done("record", "types", "RecallIssued", "--json").stdout)
    assert [member["name"] for member in recall["members"] if not member["required"]] == ["contact"]
    assert run("record", "types", "ObjectEvent").exit_code == ExitCode.MISUSED


def test_what_the_types_say_is_enough_to_write_one_by_hand() -> None:
    """Only the needed members of every type make a record, as long as each is of its kind."""
    for body in SAMPLES:
        (said,) = json.loads(done("record", "types", type(body).__name__, "--json").stdout)
        needed = {member["name"] for member in said["members"] if member["required"]}
        written = {name: value for name, value in json.loads(body.to_body()).items() if name in needed}
        assert read_dossier_body({"type": said["type"], **written}).subjects()


@pytest.mark.parametrize("named", ["7", "7/0/0", "x/0", "https://other/records/7", "-1/0", "7/0\n"])
def test_a_position_that_is_none(place: Place, named: str) -> None:
    assert run("record", "show", named, "--data", place.data).exit_code == ExitCode.MISUSED


def test_a_record_that_is_not_there(place: Place) -> None:
    assert run("record", "show", "9999/0", "--data", place.data).exit_code == ExitCode.ABSENT
