"""`suyuan media`: kept and described at once, here and over HTTP; changed and missing files end the check with 1."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cli.exits import ExitCode
from tests.cli.conftest import Place
from tests.cli.serving import done, run, serving
from tests.trade.media.files import box_model, pdf, picture

PRODUCT = "https://id.gs1.org/01/09521234000013"


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    made = {"tin.jpg": picture("JPEG"), "report.pdf": pdf(), "tin.glb": box_model(), "plain": picture("PNG")}
    for name, data in made.items():
        (tmp_path / name).write_bytes(data)
    return {name: tmp_path / name for name in made}


def lying(place: Place, digest: str) -> Path:
    return place.data / "media" / digest[:2] / digest


def added(*arguments: object) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(done("media", "add", *arguments, "--json").stdout)
    return found


def test_kept_and_described_at_once(place: Place, files: dict[str, Path]) -> None:
    here = ("--data", place.data, "--as", "tea")
    about = ("--about", "01/09521234000013", "--origin", "captured", "--caption", "en=Front", "--caption", "zh-Hans=正面")
    printed = done("media", "add", files["tin.jpg"], files["tin.glb"], *here, *about).stdout.splitlines()
    assert "without EXIF, XMP, comment" in printed[0] and "60 × 80 × 50 mm" in printed[1]
    assert [line.rpartition("ledger.example/")[2].rpartition("/")[2] for line in printed[2:]] == ["0", "1"]
    assert all(line.startswith("record: ") for line in printed[2:])
    record = json.loads(done("record", "show", "3/0", "--data", place.data, "--bytes").stdout)
    digest = printed[0].split()[0]
    assert digest in json.dumps(record) and "正面" in json.dumps(record, ensure_ascii=False) and PRODUCT in json.dumps(record)
    assert lying(place, digest).is_file()
    check = done("media", "check", "--data", place.data)
    assert check.stdout.startswith("2 of 2 files, ")


def test_over_http_it_is_the_same(place: Place, files: dict[str, Path]) -> None:
    with serving(place.data) as server:
        there = ("--url", server.url, "--api-key-file", place.tea_key)
        found = added(files["report.pdf"], files["plain"], *there, "--about", PRODUCT, "--origin", "edited")
        assert [one["mediaType"] for one in found["files"]] == ["application/pdf", "image/png"]
        assert [record["type"] for record in found["records"]] == ["MediaDescribed"] * 2
        again = added(files["report.pdf"], "--keep-location", *there)
        assert again["files"][0]["digest"] == found["files"][0]["digest"] and again["records"] == []
        wrong = files["plain"].rename(files["plain"].with_suffix(".jpg"))
        assert run("media", "add", wrong, *there).exit_code == ExitCode.MEDIA_TYPE_UNSUPPORTED
    assert lying(place, found["files"][0]["digest"]).read_bytes() == pdf()


def test_changed_and_missing_files_are_named(place: Place, files: dict[str, Path]) -> None:
    here = ("--data", place.data, "--as", "tea", "--about", PRODUCT, "--origin", "unknown")
    kept = [one["digest"] for one in added(files["tin.jpg"], files["report.pdf"], files["tin.glb"], *here)["files"]]
    lying(place, kept[0]).write_bytes(b"another")
    lying(place, kept[1]).unlink()
    check = run("media", "check", "--data", place.data)
    assert check.exit_code == ExitCode.INTEGRITY_FAILURE
    assert f"changed: sha256:{kept[0]} (image/jpeg), named by record 3/0" in check.stdout
    assert f"missing: sha256:{kept[1]} (application/pdf), named by record 3/1" in check.stdout
    assert "1 of 3 files" in check.stdout
    as_json = json.loads(run("media", "check", "--data", place.data, "--json").stdout)
    assert {one["digest"]: one["state"] for one in as_json["spoilt"]} == {kept[0]: "changed", kept[1]: "missing"}


def test_a_backup_takes_them_along_and_says_what_it_left_out(place: Place, files: dict[str, Path], tmp_path: Path) -> None:
    kept = added(files["tin.jpg"], files["report.pdf"], "--data", place.data, "--as", "tea")["files"]
    made = done("backup", "--data", place.data, "--out", tmp_path / "copy")
    assert f"media: {tmp_path / 'copy.media'}\nfiles: 2" in made.stdout
    unlock = place.data / "unlock"
    back = done("restore", tmp_path / "copy", "--data", tmp_path / "new", "--policy", place.policy, "--unlock", unlock)
    assert "Restored into" in back.stdout
    done("media", "check", "--data", tmp_path / "new")
    lying(place, kept[0]["digest"]).unlink()
    left = run("backup", "--data", place.data, "--out", tmp_path / "second")
    assert (left.exit_code, f"missing, not copied: sha256:{kept[0]['digest']}" in left.stderr) == (1, True)
    back = run("restore", tmp_path / "second", "--data", tmp_path / "third", "--policy", place.policy, "--unlock", unlock)
    assert (back.exit_code, "missing, not copied" in back.stderr) == (ExitCode.INCOMPLETE, True)


def test_a_file_is_forgotten_unless_a_record_names_it(place: Place, files: dict[str, Path]) -> None:
    here = ("--data", place.data, "--as", "tea")
    named = added(files["tin.jpg"], *here, "--about", PRODUCT, "--origin", "captured")["files"][0]["digest"]
    loose = added(files["report.pdf"], *here)["files"][0]["digest"]
    assert run("media", "forget", named, "--data", place.data).exit_code == ExitCode.CONFLICT
    assert done("media", "forget", f"sha256:{loose}", "--data", place.data).stdout.startswith(f"forgotten: sha256:{loose}")
    assert not lying(place, loose).exists() and lying(place, named).exists()
    assert run("media", "forget", loose, "--data", place.data).exit_code == ExitCode.ABSENT
    assert run("media", "forget", "../x", "--data", place.data).exit_code == ExitCode.MISUSED


def test_wrong_use_is_said_before_anything_is_kept(place: Place, files: dict[str, Path]) -> None:
    tin = files["tin.jpg"]
    here = ("--data", place.data, "--as", "tea")
    for arguments in (
        (tin,),
        (tin, "--data", place.data),
        (tin, "--url", "http://127.0.0.1:1"),
        (tin, *here, "--about", PRODUCT),
        (tin, *here, "--caption", "en=x"),
        (tin, *here, "--about", PRODUCT, "--origin", "captured", "--caption", "x"),
        (tin.with_name("none.jpg"), *here),
    ):
        assert run("media", "add", *arguments).exit_code == ExitCode.MISUSED, arguments
    assert run("media", "add", tin, *here, "--bytes-max", "100").exit_code == ExitCode.CONFLICT
    assert not (place.data / "media").exists()
