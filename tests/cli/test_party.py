"""`suyuan party`: who is admitted, how, and what may be changed by the keys that are held here."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cli.exits import ExitCode
from ledger.actions.parties.key_file import read_key_file
from ledger.evidence.authority import ReadRule, RecordClass
from ledger.evidence.batch import Batch, sign_batch
from ledger.evidence.commitment import commit, derive_salts
from ledger.evidence.instant import parse_instant
from ledger.evidence.policy import Policy
from ledger.evidence.spelling import format_base64
from ledger.trade.parties.bodies import KeyRevoked
from tests.cli.conftest import HOST, ORIGIN, Place
from tests.cli.serving import done, run

OPERATOR = ("--custody", "operator")


def admit(place: Place, name: str, *more: str) -> dict[str, Any]:
    asked = ("party", "admit", name, "--role", "shop", "--role", "merchant", "--territory", "SG", *more)
    answer: dict[str, Any] = json.loads(done(*asked, "--data", place.data, "--json").stdout)
    return answer


def shown(place: Place, name: str) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(done("party", "show", name, "--data", place.data, "--json").stdout)
    return answer


def test_admission_prints_exactly_what_others_rely_on(place: Place) -> None:
    admitted = admit(place, "corner", *OPERATOR, "--label", "Corner Tea")
    assert set(admitted) == {"party", "api_key"}
    assert admitted["party"] == f"{HOST}/party/corner"
    assert admitted["api_key"].startswith("suyuan_")
    party = shown(place, "corner")
    assert (party["custody"], party["roles"], party["label"]) == ("operator", ["merchant", "shop"], "Corner Tea")
    assert admit(place, f"{HOST}/elsewhere/corner", *OPERATOR)["party"] == f"{HOST}/elsewhere/corner"


def test_a_key_of_its_own_with_and_without_proof(place: Place, tmp_path: Path) -> None:
    for name in ("proven", "unproven"):
        vkey = done("key", "new", f"{HOST}/party/{name}", "--out", tmp_path / name).stdout.strip()
        proof = done("key", "prove", tmp_path / name, "--policy", place.policy).stdout.strip()
        admit(place, name, "--key", vkey, *(("--proof", proof) if name == "proven" else ()))
        (key,) = shown(place, name)["keys"]
        assert (key["key"], key["custody"], key["proven"] is None) == (vkey, "self", name == "unproven")


def test_a_proof_by_another_key_is_refused(place: Place, tmp_path: Path) -> None:
    vkey = done("key", "new", f"{HOST}/party/a", "--out", tmp_path / "a").stdout.strip()
    done("key", "new", f"{HOST}/party/a", "--out", tmp_path / "b")
    proof = done("key", "prove", tmp_path / "b", "--policy", place.policy).stdout.strip()
    asked = ("party", "admit", "a", "--role", "shop", "--territory", "SG", "--key", vkey, "--proof", proof)
    refused = run(*asked, "--data", place.data)
    assert (refused.exit_code, "PossessionUnproven" in refused.stderr) == (ExitCode.INTEGRITY_FAILURE, True)
    nobody = run("party", "show", "a", "--data", place.data)
    assert (nobody.exit_code, nobody.stderr[:26]) == (ExitCode.INTEGRITY_FAILURE, "suyuan: PartyNotAdmitted: ")


@pytest.mark.parametrize(
    "custody", [(), ("--custody", "self"), ("--custody", "operator", "--key", "x"), (*OPERATOR, "--proof", "AA==")]
)
def test_unclear_custody_is_misuse(place: Place, custody: tuple[str, ...]) -> None:
    refused = run("party", "admit", "a", "--role", "shop", "--territory", "SG", *custody, "--data", place.data)
    assert (refused.exit_code, "AdmissionUnclear" in refused.stderr) == (ExitCode.MISUSED, True)


def test_nobody_is_admitted_twice(place: Place) -> None:
    refused = run("party", "admit", "tea", "--role", "shop", "--territory", "SG", *OPERATOR, "--data", place.data)
    assert refused.exit_code != 0
    assert refused.stderr.startswith("suyuan: ")
    assert refused.stdout == ""


def test_standing_and_roles_change_and_are_written_down(place: Place) -> None:
    at = ("--data", place.data)
    done("party", "suspend", "tea", "--reason", "own-request", *at)
    assert shown(place, "tea")["standing"] == "suspended"
    done("party", "reinstate", "tea", "--reason", "own-request", *at)
    done("party", "grant-role", "tea", "shop", *at)
    assert shown(place, "tea")["roles"] == ["merchant", "shop"]
    done("party", "withdraw-role", "tea", "merchant", *at)
    done("party", "expel", "tea", "--reason", "ceased-to-exist", *at)
    party = shown(place, "tea")
    assert (party["standing"], party["roles"]) == ("expelled", ["shop"])
    assert done("audit", place.data, "--policy", place.policy).exit_code == ExitCode.CLEAN
    assert run("party", "suspend", "tea", "--reason", "bad mood", *at).exit_code == ExitCode.MISUSED


def test_reading_is_granted_and_withdrawn(place: Place) -> None:
    granted = done("party", "grant-reading", "tea", "lab", "--data", place.data)
    assert granted.stdout == f"{HOST}/party/lab may read the records of {HOST}/party/tea\n"
    assert "no longer" in done("party", "grant-reading", "tea", "lab", "--withdraw", "--data", place.data).stdout
    assert run("party", "grant-reading", "tea", "nobody", "--data", place.data).exit_code == ExitCode.INTEGRITY_FAILURE


def test_lists_and_shows_for_people(place: Place) -> None:
    listed = done("party", "list", "--data", place.data).stdout
    heading, *rows = listed.splitlines()
    assert heading.split() == ["party", "standing", "custody", "territory", "roles", "label"]
    assert all(row.startswith(("active", "-"), heading.index("standing")) for row in rows)
    assert f"{HOST}/party/lab" in listed and f"{ORIGIN}/governance/1" in listed
    assert "possession not proven yet" in done("party", "show", "lab", "--data", place.data).stdout


def test_a_record_signed_elsewhere_is_written(place: Place, tmp_path: Path) -> None:
    """The laboratory revokes its own key, with nothing but its own signature."""
    key, policy = read_key_file(place.lab_key), Policy.parse(place.policy.read_text())
    body = KeyRevoked(key.verifier.name, key.verifier, None).to_body()
    seed = bytes(range(32))

    def batch(root: bytes) -> Batch:
        return Batch(
            policy.origin, policy.first_entry, key.verifier.name, (), RecordClass.GOVERNANCE, ReadRule.PUBLIC,
            parse_instant("2026-11-20T08:00:00.000Z"), None, None, 1, root,
        )  # fmt: skip

    draft = batch(bytes(32))
    lines = {"log_line": draft.log_line, "issuer_line": draft.issuer_line, "time_line": draft.time_line}
    (salt,) = derive_salts(seed=seed, **lines, count=1)
    signed = sign_batch(batch(commit(origin=ORIGIN, issuer=draft.issuer, salt=salt, body=body)), [key])
    (tmp_path / "body").write_bytes(body + b"\n")
    (tmp_path / "note").write_bytes(signed.note)
    (tmp_path / "seed").write_text(format_base64(seed) + "\n")
    asked = ("party", "record", tmp_path / "body", "--note", tmp_path / "note", "--seed", tmp_path / "seed", "--data", place.data)
    entry = done(*asked).stdout.strip()
    assert shown(place, "lab")["keys"][0]["revoked"] == int(entry.removeprefix("entry: "))
    (tmp_path / "seed").write_bytes(bytes(32))
    assert "RootDiffers" in run(*asked).stderr


def test_a_brand_gets_a_prefix_and_loses_it(place: Place) -> None:
    for prefix in ("0614141", "690123456"):
        assert done("party", "prefix", "tea", prefix, "--data", place.data).stdout.startswith("entry: ")
    assert shown(place, "tea")["prefixes"] == ["0614141", "690123456"]
    assert "prefixes   0614141, 690123456" in done("party", "show", "tea", "--data", place.data).stdout.splitlines()
    taken = run("party", "prefix", "lab", "69012345", "--data", place.data)
    assert (taken.exit_code, "PrefixTaken" in taken.stderr) == (ExitCode.CONFLICT, True)
    done("party", "withdraw-prefix", "tea", "690123456", "--data", place.data)
    assert run("party", "withdraw-prefix", "tea", "690123456", "--data", place.data).exit_code == ExitCode.ABSENT
    assert run("party", "prefix", "lab", "690", "--data", place.data).exit_code == ExitCode.MALFORMED
    done("party", "prefix", "lab", "69012345", "--data", place.data)
    assert done("audit", place.data, "--policy", place.policy).exit_code == ExitCode.CLEAN
