"""`suyuan key`: own keys stay private, held keys are listed without secrets, API keys are shown once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.exits import ExitCode
from ledger.evidence.key import KeyType, VerifierKey
from ledger.evidence.policy import Policy
from ledger.evidence.spelling import parse_base64
from ledger.trade.parties.possession import verify_possession
from tests.cli.conftest import HOST, Place
from tests.cli.serving import done, run


@pytest.mark.parametrize(("kind", "wanted"), [("ed25519", KeyType.ED25519), ("p256", KeyType.ECDSA_P256)])
def test_a_new_key_is_private_and_its_public_half_printed(tmp_path: Path, kind: str, wanted: KeyType) -> None:
    made = done("key", "new", f"{HOST}/party/a", "--out", tmp_path / "a.key", "--type", kind)
    assert VerifierKey.parse(made.stdout.strip()).type is wanted
    assert (tmp_path / "a.key").stat().st_mode & 0o777 == 0o600
    secret = (tmp_path / "a.key").read_text().strip().split("+", 4)[4]
    assert secret not in made.output


def test_a_key_file_is_never_overwritten(tmp_path: Path) -> None:
    done("key", "new", f"{HOST}/party/a", "--out", tmp_path / "a.key")
    before = (tmp_path / "a.key").read_bytes()
    refused = run("key", "new", f"{HOST}/party/a", "--out", tmp_path / "a.key")
    assert (refused.exit_code, (tmp_path / "a.key").read_bytes()) == (ExitCode.CONFLICT, before)
    assert run("key", "new", "no name", "--out", tmp_path / "b.key").exit_code == ExitCode.MALFORMED
    short = run("key", "new", "lab", "--out", tmp_path / "b.key")
    assert (short.exit_code, "KeyNameShort" in short.stderr) == (ExitCode.MISUSED, True)
    assert "ledger.example/party/lab" in short.stderr
    assert not (tmp_path / "b.key").exists()


def test_a_proof_is_for_this_ledger_only(place: Place, tmp_path: Path) -> None:
    vkey = VerifierKey.parse(done("key", "new", f"{HOST}/party/a", "--out", tmp_path / "a.key").stdout.strip())
    by_policy = done("key", "prove", tmp_path / "a.key", "--policy", place.policy).stdout
    by_data = done("key", "prove", tmp_path / "a.key", "--data", place.data).stdout
    policy = Policy.parse(place.policy.read_text())
    for proof in (by_policy, by_data):
        verify_possession(
            parse_base64(proof.strip()), origin=policy.origin, first_entry=policy.first_entry, party=vkey.name, key=vkey
        )
    assert run("key", "prove", tmp_path / "a.key").exit_code == ExitCode.MISUSED


def test_a_held_key_is_rotated(place: Place) -> None:
    before = json.loads(done("key", "list", "--data", place.data, "--json").stdout)
    (old,) = [held["key"] for held in before if held["key"].startswith(f"{HOST}/party/tea+")]
    assert all(held["valid"] for held in before)
    new = done("key", "rotate", "tea", "--data", place.data).stdout.strip()
    after = {held["key"]: held["valid"] for held in json.loads(done("key", "list", "--data", place.data, "--json").stdout)}
    assert (after[old], after[new]) == (False, True)
    assert f"revoked  {old}" in done("key", "list", "--data", place.data).stdout
    assert done("audit", place.data, "--policy", place.policy).exit_code == ExitCode.CLEAN


def test_an_own_key_is_revoked_by_the_threshold(place: Place) -> None:
    vkey = json.loads(done("party", "show", "lab", "--data", place.data, "--json").stdout)["keys"][0]["key"]
    done("key", "revoke", vkey, "--compromised-since", 2, "--data", place.data)
    (key,) = json.loads(done("party", "show", "lab", "--data", place.data, "--json").stdout)["keys"]
    assert key["revoked"] is not None and key["compromised_since"] == 2


def test_api_keys_are_issued_listed_and_revoked(place: Place) -> None:
    at = ("--data", place.data)
    issued = json.loads(done("key", "api", "issue", "tea", "--name", "scanner", "--days", 30, *at, "--json").stdout)
    assert issued["party"] == f"{HOST}/party/tea"
    listed = json.loads(done("key", "api", "list", "tea", *at, "--json").stdout)
    assert [key["name"] for key in listed] == ["first", "scanner"]
    assert listed[1]["standing"].startswith("good to ")
    told = done("key", "api", "list", *at).stdout
    assert issued["api_key"].split("_")[2] not in told
    heading, first, *_ = told.splitlines()
    assert heading.split() == ["id", "standing", "party", "name"]
    assert first.index(f"{HOST}/") == heading.index("party")
    done("key", "api", "revoke", listed[1]["id"], *at)
    assert "revoked 2" in done("key", "api", "list", *at).stdout
    assert run("key", "api", "revoke", "0000", *at).exit_code == ExitCode.ABSENT
