"""`suyuan erase`: who must sign is said, what goes is gone, and others sign elsewhere."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.exits import ExitCode
from tests.cli.conftest import HOST, Place
from tests.cli.serving import done, event, run

WHO = "Mei-Ling-Tan-7c21"
GROUND = ("--ground", "person-request")


def posted(place: Path, folder: Path, *options: object, number: int = 1) -> str:
    """The position of an event that names a person."""
    file = folder / f"{number}.json"
    context = ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld", {"x": "https://x.example/"}]
    file.write_text(json.dumps({"@context": context, **event(number), "x:buyer": WHO}))
    said = json.loads(done("post", file, "--data", place, *options, "--json").stdout)
    entry, at = said["files"][0]["events"][0]["position"] if isinstance(said, dict) else said[0]["events"][0]["position"]
    return f"{entry}/{at}"


@pytest.fixture
def data(place: Place) -> Path:
    done("party", "admit", "protector", "--role", "data-protection", "--territory", "SG", "--custody", "operator",
         "--data", place.data)  # fmt: skip
    return place.data


def test_what_it_takes_is_said_and_nothing_written(data: Path, tmp_path: Path) -> None:
    position = posted(data, tmp_path, "--as", "tea")
    told = done("erase", position, *GROUND, "--data", data, "--dry-run").stdout
    assert f"{HOST}/party/tea (key held here)" in told
    assert f"{HOST}/party/protector (key held here)" in told
    assert WHO in done("record", "show", position, "--data", data).stdout
    plan = json.loads(done("erase", position, *GROUND, "--data", data, "--dry-run", "--json").stdout)
    assert (plan["held"], plan["goes"]["disclosures"], plan["goes"]["files"]) == (True, 0, 0)


def test_what_is_erased_is_gone_and_every_proof_stays(data: Path, tmp_path: Path) -> None:
    position = posted(data, tmp_path, "--as", "tea")
    assert "its commitment stays" in done("erase", position, *GROUND, "--data", data).stdout
    assert run("record", "show", position, "--data", data).exit_code == ExitCode.ABSENT
    assert [path.name for path in data.rglob("*") if path.is_file() and WHO.encode() in path.read_bytes()] == []
    audit = done("audit", data, "--policy", data / "policy").stdout
    assert "erased, commitment intact" in audit
    receipt = tmp_path / "receipt"
    done("receipt", position, "--data", data, "--out", receipt)
    assert run("verify", receipt, "--policy", data / "policy").exit_code == ExitCode.INCOMPLETE
    again = run("erase", position, *GROUND, "--data", data)
    assert (again.exit_code, "RecordErasedBefore" in again.stderr) == (ExitCode.CONFLICT, True)


def test_on_a_terminal_it_is_asked(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    position = posted(data, tmp_path, "--as", "tea")
    monkeypatch.setattr("click.testing._NamedTextIOWrapper.isatty", lambda _: True, raising=False)
    refused = run("erase", position, *GROUND, "--data", data, typed="n\n")
    assert (refused.exit_code, refused.stdout) == (ExitCode.INTERRUPTED, "")
    assert f"record {position} of {HOST}/party/tea" in refused.stderr and "Nothing was erased." in refused.stderr
    assert WHO in done("record", "show", position, "--data", data).stdout
    assert "Erase it" not in done("erase", position, *GROUND, "--data", data, "--yes").stderr
    assert run("record", "show", position, "--data", data).exit_code == ExitCode.ABSENT


def test_others_sign_on_their_own_machines(place: Place, data: Path, tmp_path: Path) -> None:
    position = posted(data, tmp_path, "--key", place.lab_key)
    here = run("erase", position, *GROUND, "--data", data)
    assert here.exit_code == ExitCode.CONFLICT
    assert f"{HOST}/party/lab" in here.stderr
    out = tmp_path / "erasure.json"
    told = done("erase", position, *GROUND, "--data", data, "--out", out)
    assert f"{HOST}/party/lab" in told.stderr
    assert run("erase", position, *GROUND, "--data", data, "--out", out).exit_code == ExitCode.CONFLICT
    early = run("party", "record", out, "--note", f"{out}.note", "--seed", f"{out}.seed", "--data", data)
    assert early.exit_code == ExitCode.INTEGRITY_FAILURE
    assert "missing: nobody" in done("party", "sign", out, "--key", place.lab_key).stdout
    done("party", "record", out, "--note", f"{out}.note", "--seed", f"{out}.seed", "--data", data)
    assert run("record", "show", position, "--data", data).exit_code == ExitCode.ABSENT


def test_nobody_signs_another_record_than_the_note_is_over(place: Place, data: Path, tmp_path: Path) -> None:
    position = posted(data, tmp_path, "--key", place.lab_key)
    out = tmp_path / "erasure.json"
    done("erase", position, *GROUND, "--data", data, "--out", out)
    out.write_bytes(out.read_bytes().replace(b"person-request", b"legal-order"))
    refused = run("party", "sign", out, "--key", place.lab_key)
    assert (refused.exit_code, "RootDiffers" in refused.stderr) == (ExitCode.INTEGRITY_FAILURE, True)


def test_without_data_protection_nobody_erases(place: Place, tmp_path: Path) -> None:
    position = posted(place.data, tmp_path, "--as", "tea")
    refused = run("erase", position, *GROUND, "--data", place.data)
    assert refused.exit_code == ExitCode.CONFLICT
    assert "data-protection" in refused.stderr


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("1/0", *GROUND), ExitCode.MALFORMED),
        (("99/0", *GROUND), ExitCode.ABSENT),
        (("record", *GROUND), ExitCode.MISUSED),
        (("3/0", "--ground", "whim"), ExitCode.MISUSED),
        (("3/0",), ExitCode.MISUSED),
        (("3/0", *GROUND, "--disclosure", "short"), ExitCode.MALFORMED),
        (("1/0", *GROUND, "--disclosure", "A" * 43), ExitCode.ABSENT),
        (("3/0", *GROUND, "--disclosure", "A" * 43, "--dry-run"), ExitCode.MISUSED),
    ],
)
def test_what_cannot_be_erased(data: Path, arguments: tuple[str, ...], code: ExitCode) -> None:
    assert run("erase", *arguments, "--data", data).exit_code == code


# Withheld fields


def test_a_field_is_withheld_opened_and_erased_by_itself(data: Path, tmp_path: Path) -> None:
    kept = tmp_path / "disclosures"
    how = ("--as", "tea", "--withhold", "x:buyer", "--disclosures-out", kept, "--disclose", "--pad-to", "4")
    position = posted(data, tmp_path, *how)
    shown = done("record", "show", position, "--data", data).stdout
    assert f'withheld x:buyer: "{WHO}"' in shown
    assert WHO not in done("record", "show", position, "--data", data, "--bytes").stdout
    digest = json.loads(done("record", "show", position, "--data", data, "--bytes").stdout)["suyuan:_sd"][0]
    done("erase", position, "--disclosure", digest, "--ground", "consent-withdrawn", "--data", data)
    assert f"withheld {digest}: erased, consent-withdrawn" in done("record", "show", position, "--data", data).stdout
    text = json.loads(kept.read_text())[0]
    assert [path.name for path in data.rglob("*") if path.is_file() and text.encode() in path.read_bytes()] == []
    assert done("audit", data, "--policy", data / "policy").exit_code == 0


def test_disclosures_made_before_are_given_with_their_document(data: Path, place: Place, tmp_path: Path) -> None:
    kept = tmp_path / "disclosures"
    position = posted(data, tmp_path, "--key", place.lab_key, "--withhold", "x:buyer", "--disclosures-out", kept)
    assert "withheld" not in done("record", "show", position, "--data", data).stdout
    body = tmp_path / "again.json"
    said = json.loads(done("record", "show", position, "--data", data, "--bytes").stdout)
    body.write_text(json.dumps({**said, "eventID": "urn:uuid:00000000-0000-4000-8000-0000000000ff"}))
    done("post", body, "--data", data, "--key", place.lab_key, "--disclosures", kept)
    entry = int(position.partition("/")[0]) + 1
    assert f'withheld x:buyer: "{WHO}"' in done("record", "show", f"{entry}/0", "--data", data).stdout


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (("--withhold", "x:buyer"), ExitCode.MISUSED),
        (("--disclose",), ExitCode.MISUSED),
        (("--withhold", "x:nobody", "--disclosures-out", "new"), ExitCode.MALFORMED),
        (("--withhold", "action", "--disclosures-out", "new"), ExitCode.MALFORMED),
        (("--withhold", "/action", "--disclosures-out", "new"), ExitCode.MALFORMED),
        (("--withhold", "x:buyer", "--disclosures-out", "taken"), ExitCode.CONFLICT),
        (("--disclosures", "taken"), ExitCode.MALFORMED),
    ],
)
def test_what_cannot_be_withheld(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...], code: int
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("taken").write_text("no disclosures")
    file = Path("event.json")
    context = ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld", {"x": "https://x.example/"}]
    file.write_text(json.dumps({"@context": context, **event(1), "x:buyer": WHO}))
    assert run("post", file, "--data", data, "--as", "tea", *options).exit_code == code
