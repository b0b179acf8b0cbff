"""`suyuan trace` says the same of a data directory and of a server on it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.exits import ExitCode
from ledger.actions.demo_world.build import DemoWorld, build_demo_world
from ledger.actions.demo_world.identifiers import ITEM, SHOP, TIN_GTIN, leaf_lot
from tests.cli.serving import done, run, serving

SHORT = ITEM.removeprefix("https://id.gs1.org/")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> DemoWorld:
    return build_demo_world(tmp_path_factory.mktemp("world") / "data")


def test_a_tin_is_traced_back_to_the_leaves(world: DemoWorld) -> None:
    found = json.loads(done("trace", SHORT, "--direction", "back", "--data", world.data, "--json").stdout)
    assert found["start"] == [ITEM]
    assert leaf_lot(1) in {node["identifier"] for node in found["nodes"]}
    assert (found["withheld"], found["truncated"], len(found["withdrawn"])) == (2, False, 2)
    people = done("trace", ITEM, "--direction", "back", "--data", world.data).stdout
    assert f"Events ({len(found['events'])})" in people
    assert "2 records name things of this trace and are not for this reader" in people


def test_a_party_that_may_read_more_sees_more(world: DemoWorld) -> None:
    found = json.loads(done("trace", SHORT, "--data", world.data, "--party", "qiannan-trading", "--json").stdout)
    assert found["withheld"] == 0
    assert "TransactionEvent" in {event["type"] for event in found["events"]}


def test_a_server_says_the_same(world: DemoWorld, tmp_path: Path) -> None:
    (tmp_path / "key").write_text(world.api_keys[SHOP])
    with serving(world.data) as server:
        asked = ("trace", SHORT, "--direction", "forward", "--json")
        remote = json.loads(done(*asked, "--url", server.url, "--api-key-file", tmp_path / "key").stdout)
        local = json.loads(done(*asked, "--data", world.data, "--party", SHOP).stdout)
        for name in ("start", "nodes", "withdrawn", "withheld", "truncated"):
            assert remote[name] == local[name]
        assert [e["position"] for e in remote["events"]] == [e["position"] for e in local["events"]]
        assert run("trace", "01/09506000200033/21/NOBODY", "--url", server.url).exit_code == ExitCode.ABSENT


def test_an_unknown_item_is_absent(world: DemoWorld) -> None:
    unknown = run("trace", f"01/{TIN_GTIN}/21/NOBODY", "--data", world.data)
    assert (unknown.exit_code, "ItemUnknown" in unknown.stderr) == (ExitCode.ABSENT, True)
    assert run("trace", SHORT).exit_code == ExitCode.MISUSED
