"""`suyuan post`: files and folders, every way in, every finding shown, receipts that hold."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cli.exits import ExitCode
from tests.cli.conftest import Place
from tests.cli.serving import Running, document, done, event, run, serving


@pytest.fixture
def server(place: Place) -> Iterator[Running]:
    with serving(place.data) as running:
        yield running


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two documents and a single event, one of them further down, and a file that is none of ours."""
    below = tmp_path / "events" / "march"
    below.mkdir(parents=True)
    (tmp_path / "events" / "a.json").write_text(json.dumps(document(event(1), event(2)), indent=3) + "\n")
    (below / "b.jsonld").write_text(json.dumps(document(event(3))))
    (below / "c.json").write_text(json.dumps({"@context": document()["@context"], **event(4)}))
    (below / "notes.txt").write_text("not for the ledger")
    return tmp_path / "events"


def wrong_document(path: Path) -> Path:
    bad = event(8, bizStep="urn:epcglobal:cbv:bizstep:storing", epcList=["https://id.gs1.org/01/09521234000013"])
    path.write_text(json.dumps(document(event(7), bad)))
    return path


def verdicts(*asked: object) -> list[dict[str, Any]]:
    answer: list[dict[str, Any]] = json.loads(run("post", *asked, "--json").stdout)
    return answer


def test_a_folder_goes_in_over_http_with_receipts_that_hold(place: Place, server: Running, folder: Path, tmp_path: Path) -> None:
    asked = (
        folder,
        "--url",
        server.url,
        "--api-key-file",
        place.tea_key,
        "--receipts",
        tmp_path / "kept",
        "--policy",
        place.policy,
    )
    posted = done("post", *asked)
    assert posted.stdout == f"files 3 · accepted 4\nreceipts: 4 in {tmp_path / 'kept'}, verified\n"
    proofs = sorted((tmp_path / "kept").glob("*.tlog-proof"))
    assert len(proofs) == 4
    for proof in proofs:
        verified = run("verify", proof, "--body", proof.with_suffix(".json"), "--policy", place.policy)
        assert verified.exit_code == ExitCode.CLEAN
    again = done("post", *asked)
    assert "files 3 · duplicate 4" in again.stdout
    assert sorted((tmp_path / "kept").glob("*.tlog-proof")) == proofs


def test_a_folder_goes_in_without_a_server(place: Place, folder: Path, tmp_path: Path) -> None:
    posted = done("post", folder, "--data", place.data, "--party", "tea", "--read", "public", "--receipts", tmp_path / "kept")
    assert "files 3 · accepted 4" in posted.stdout
    assert len(list((tmp_path / "kept").glob("*.json"))) == 4
    assert done("audit", place.data, "--policy", place.policy).exit_code == ExitCode.CLEAN


def test_an_own_key_signs_here_and_the_server_takes_it(place: Place, server: Running, folder: Path, tmp_path: Path) -> None:
    asked = (folder, "--url", server.url, "--key", place.lab_key, "--policy", place.policy, "--receipts", tmp_path / "kept")
    assert "files 3 · accepted 4" in done("post", *asked).stdout
    for proof in (tmp_path / "kept").glob("*.tlog-proof"):
        verified = done("verify", proof, "--body", proof.with_suffix(".json"), "--policy", place.policy, "--format", "json")
        (signer,) = json.loads(verified.stdout)["signers"]
        assert (signer["party"], signer["custody"]) == ("ledger.example/party/lab", "self")
    again = run("post", *asked)
    assert again.exit_code == ExitCode.MALFORMED
    assert "SignedEventDuplicate" in again.stdout and "record 3/1" in again.stdout
    assert "ServerRefused" not in again.stdout


def test_everything_wrong_with_a_document_of_ones_own_key_is_shown(place: Place, server: Running, tmp_path: Path) -> None:
    wrong = wrong_document(tmp_path / "wrong.json")
    over_http = ("--url", server.url, "--key", place.lab_key, "--policy", place.policy)
    for way in (over_http, ("--data", place.data, "--key", place.lab_key)):
        shown = run("post", wrong, *way).stdout
        assert "BizStepUnknown" in shown and "ClassIdentifierInEpcList" in shown and "/epcisBody/eventList/1/epcList/0" in shown
        assert shown.endswith("files 1 · not taken as a whole 1\n")
        (answer,) = verdicts(wrong, *way)
        assert {found["code"] for found in answer["errors"]} >= {"BizStepUnknown", "ClassIdentifierInEpcList"}
        assert "SignedEventRefused" in answer["refusal"]["message"]


def test_an_own_key_signs_into_a_data_directory_too(place: Place, folder: Path) -> None:
    assert "accepted 4" in done("post", folder, "--data", place.data, "--key", place.lab_key).stdout
    assert done("audit", place.data, "--policy", place.policy).exit_code == ExitCode.CLEAN


def test_a_dry_run_shows_everything_and_sends_nothing(place: Place, folder: Path) -> None:
    wrong_document(folder / "wrong.json")
    before = (place.data / "ledger.sqlite").read_bytes()
    looked = run("post", folder, "--dry-run", "--data", place.data, "--party", "tea")
    assert looked.exit_code == ExitCode.MALFORMED
    assert "BizStepUnknown" in looked.stdout and "ClassIdentifierInEpcList" in looked.stdout
    assert "/epcisBody/eventList/1/epcList/0" in looked.stdout
    assert looked.stdout.endswith("dry run: files 4 · accepted 4 · refused 1 · rolled back 1\n")
    proceeding = run("post", folder, "--dry-run", "--proceed")
    assert proceeding.stdout.endswith("dry run: files 4 · accepted 5 · refused 1\n")
    assert (place.data / "ledger.sqlite").read_bytes() == before
    assert done("post", folder / "a.json", "--dry-run").stdout == "dry run: files 1 · accepted 2\n"


def test_all_or_nothing_unless_told_to_proceed(place: Place, server: Running, tmp_path: Path) -> None:
    wrong = wrong_document(tmp_path / "wrong.json")
    for way in (("--dry-run",), ("--url", server.url, "--api-key-file", place.tea_key), ("--data", place.data, "--party", "tea")):
        (answer,) = verdicts(wrong, *way)
        assert [said["verdict"] for said in answer["events"]] == ["rolled_back", "refused"]
        assert answer["refused"] is True
        assert {found["code"] for found in answer["events"][1]["findings"]} >= {"BizStepUnknown", "ClassIdentifierInEpcList"}
    for way in (("--dry-run",), ("--url", server.url, "--api-key-file", place.tea_key)):
        (answer,) = verdicts(wrong, *way, "--proceed")
        assert [said["verdict"] for said in answer["events"]] == ["accepted", "refused"]
    (answer,) = verdicts(wrong, "--data", place.data, "--party", "tea", "--proceed")
    assert [said["verdict"] for said in answer["events"]] == ["duplicate", "refused"]


def test_a_dry_run_takes_nothing_of_a_document_that_is_refused_itself(tmp_path: Path) -> None:
    (tmp_path / "d.json").write_text(json.dumps({**document(event(1)), "creationDate": "yesterday"}))
    for way in (("--dry-run",), ("--dry-run", "--proceed")):
        (answer,) = verdicts(tmp_path / "d.json", *way)
        assert answer["refused"] is True and answer["errors"]
        assert "accepted" not in {said["verdict"] for said in answer["events"]}


def test_what_is_wrong_with_one_file_does_not_stop_the_others(place: Place, server: Running, folder: Path) -> None:
    (folder / "0-broken.json").write_text('{"type": ')
    (folder / "0-empty.json").write_text("[]")
    for way in (("--url", server.url, "--api-key-file", place.tea_key), ("--data", place.data, "--party", "tea")):
        posted = run("post", folder, *way)
        assert posted.exit_code == ExitCode.MALFORMED
        assert "JsonMalformed" in posted.stdout
        assert "not taken as a whole 2" in posted.stdout
        assert " 4 " in posted.stdout.splitlines()[-1]


def test_one_wrong_event_is_shown_by_its_place(place: Place, server: Running, tmp_path: Path) -> None:
    (tmp_path / "e.json").write_text(json.dumps({"@context": document()["@context"], **event(5, epcList=[])}))
    for way in (("--url", server.url, "--api-key-file", place.tea_key), ("--data", place.data, "--party", "tea"), ("--dry-run",)):
        (answer,) = verdicts(tmp_path / "e.json", *way)
        (said,) = answer["events"]
        assert (said["verdict"], [found["pointer"] for found in said["findings"]]) == ("refused", ["/epcList"])


def test_whoever_the_server_does_not_know_is_told_so(place: Place, server: Running, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "key").write_text("suyuan_0011223344556677_" + "0" * 64)
    refused = run("post", folder, "--url", server.url, "--api-key-file", tmp_path / "key")
    assert (refused.exit_code, "CallerNotTaken" in refused.stderr) == (ExitCode.UNAUTHENTICATED, True)
    assert "ApiKeyUnknown" in refused.stderr
    (tmp_path / "key").write_text("hello world")
    refused = run("post", folder, "--url", server.url, "--api-key-file", tmp_path / "key")
    assert (refused.exit_code, "hello" in refused.stderr) == (ExitCode.MISUSED, False)


def test_no_server_is_said_by_name(place: Place, folder: Path) -> None:
    for url in ("http://127.0.0.1:1", "no address at all"):
        refused = run("post", folder, "--url", url, "--api-key-file", place.tea_key)
        assert (refused.exit_code, "ServerUnreachable" in refused.stderr) == (ExitCode.UNAVAILABLE, True), refused.stderr


@pytest.mark.parametrize(
    "way",
    [
        (),
        ("--url", "http://127.0.0.1:1"),
        ("--data", "DATA"),
        ("--data", "DATA", "--party", "tea", "--key", "KEY"),
        ("--url", "http://127.0.0.1:1", "--key", "KEY"),
    ],
)
def test_an_unclear_way_in_is_misuse(place: Place, folder: Path, way: tuple[str, ...]) -> None:
    names = {"DATA": str(place.data), "KEY": str(place.lab_key)}
    assert run("post", folder, *(names.get(word, word) for word in way)).exit_code == ExitCode.MISUSED


def test_an_own_note_cannot_proceed(place: Place, folder: Path) -> None:
    refused = run("post", folder, "--data", place.data, "--key", place.lab_key, "--proceed")
    assert "ProceedWithOwnNote" in refused.stderr


def test_a_folder_without_documents_is_misuse(place: Place, tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    refused = run("post", tmp_path / "notes", "--dry-run")
    assert (refused.exit_code, "NoDocuments" in refused.stderr) == (ExitCode.MISUSED, True)
