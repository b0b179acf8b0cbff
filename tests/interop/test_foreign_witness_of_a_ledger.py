"""A whole ledger under a witness that nobody here wrote, its files and receipts then judged by torchwood and formats."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from ledger.evidence.policy import Policy
from tests.cli.conftest import Place, founded, place
from tests.cli.serving import PROGRAM, document, done, event, serving
from tests.interop.foreign_processes import WITNESS_NAME, free_port, litewitness, started
from tests.interop.go_programs import run

__all__ = ["founded", "place"]

pytestmark = pytest.mark.interop


def test_a_ledger_is_cosigned_by_a_foreign_witness_and_by_ours(place: Place, tmp_path: Path) -> None:
    with litewitness(tmp_path, free_port()) as lite, our_witness(tmp_path / "ours") as (our_key, our_url):
        trusted = Policy.parse(place.policy.read_text("utf-8"))
        lite.learn(trusted.origin, trusted.log_keys)
        said = done("log", "witness", "add", lite.key, lite.url, "--data", place.data, "--name", "lite")
        assert "cosigned" in said.stdout
        done("log", "witness", "add", our_key, our_url, "--data", place.data, "--name", "ours", "--quorum", "all")
        with serving(place.data) as server:
            for number in (1, 2):
                posted(place, server.url, number, tmp_path / "receipts")
            sizes = [size for size in range(1, 40) if httpx.get(f"{server.url}/log/checkpoints/{size}").is_success]
            verified = run("verify", *asked(place, f"{server.url}/log", sizes, tmp_path / "receipts"))
    assert verified.stderr == ""
    said = verified.stdout.splitlines()
    assert f"formats: cosigned by {WITNESS_NAME}, Ed25519 cosignature key, at " in verified.stdout
    assert "formats: cosigned by witness.example/ours, Ed25519 cosignature key, at " in verified.stdout
    assert f"torchwood: the checkpoint of {sizes[-1]} entries satisfies the policy with 3 verified lines" in said
    assert "torchwood: 4 proof files satisfy the policy, each for its own entry only" in said


@contextmanager
def our_witness(data: Path) -> Iterator[tuple[str, str]]:
    """Key and address of a running `suyuan witness serve`."""
    with started([PROGRAM, "witness", "serve", "--data", data, "--name", "witness.example/ours", "--port", 0], OURS) as said:
        yield said[1], said[2]


OURS = r"^witness: (\S+) (\S+)$"


def posted(place: Place, url: str, number: int, receipts: Path) -> None:
    """Post a document of two events and wait until it is published."""
    file = receipts.parent / f"{number}.json"
    file.write_text(json.dumps(document(event(2 * number), event(2 * number + 1))))
    way = ["--url", url, "--api-key-file", place.tea_key, "--policy", place.policy]
    done("post", file, *way, "--wait", "published", "--receipts", receipts)


def asked(place: Place, url: str, sizes: list[int], receipts: Path) -> list[object]:
    proofs = [word for path in sorted(receipts.rglob("*.tlog-proof")) for word in ("-proof", path)]
    return ["-policy", place.policy, "-url", url, "-sizes", ",".join(map(str, sizes[:-1])), *proofs]
