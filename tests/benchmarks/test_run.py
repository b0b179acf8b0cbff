"""`python -m benchmarks --tiny`: every measure runs once over real servers, and what it writes is complete."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from benchmarks.budgets import BUDGETS, NOT_IN_EVERY_RUN
from benchmarks.figures import Rounds
from benchmarks.report import budget_table, kept_runs
from benchmarks.sizes import DEFAULT, FULL, TINY, Sizes

CHECKOUT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], Path, str]:
    """The JSON of a tiny run, its path, and what was printed."""
    folder = tmp_path_factory.mktemp("results")
    ran = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--tiny", "--results", str(folder)],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    (path,) = folder.glob("*.json")
    return json.loads(path.read_text("utf-8")), path, ran.stdout


def test_every_measure_has_its_figure_and_every_figure_its_values(result: tuple[dict[str, Any], Path, str]) -> None:
    figures = {figure["name"]: figure for figure in result[0]["figures"]}
    assert {
        "fdatasync of 4 KiB",
        "bytes stored per event",
        "capture single, 1 client, sequenced",
        "capture single, 2 clients, published, p99",
        "capture 10 a document, 2 clients, sequenced",
        "receipt, p50",
        "item page, 4 clients",
        "item page, bytes with gzip",
        "item page, requests",
        "item page of 120 events",
        "item page of 120 events, bytes with gzip",
        "recall feed, p99",
        "trace of a pallet",
        "audit of a data directory",
        "suyuan verify, start to verdict",
        "escrow, batches of 100 records, 2 clients",
        "escrow replay with all invariants, one core",
        "escrow signatures of batches of 100, one core",
        "escrow decision at 200/s, p99",
        "labels as PDF, each code decoded again",
        "growth, last step over first",
        "memory of the server",
    } <= figures.keys()
    for figure in figures.values():
        assert len(figure["rounds"]) == TINY.rounds
        assert 0 < figure["min"] <= figure["median"] <= figure["max"], figure


def test_rates_stand_beside_floors_of_the_same_round(result: tuple[dict[str, Any], Path, str]) -> None:
    captures = [f for f in result[0]["figures"] if f["name"].startswith("capture") and f["unit"] == "events/s"]
    assert len(captures) == 2 * len(TINY.captures)
    for figure in captures:
        assert figure["floors"].keys() == {"HTTP", "SQLite", "parse"}
        assert all(spread["min"] > 0 for spread in figure["floors"].values())
        assert figure["ratio"] == pytest.approx(figure["median"] / figure["floors"][figure["floor"]]["median"])


def test_a_result_says_where_and_with_what_it_was_measured(result: tuple[dict[str, Any], Path, str]) -> None:
    found = result[0]
    assert found["seed"] == 1 and found["sizes"]["name"] == "tiny"
    assert {"processors", "python", "sqlite", "packages", "system"} <= found["machine"].keys()


def test_every_budget_has_a_line(result: tuple[dict[str, Any], Path, str]) -> None:
    lines = result[2].partition("\nbudgets\n")[2].splitlines()
    for name in BUDGETS:
        (line,) = [line for line in lines if line.startswith(f"  {name}: ")]
        assert "not measured in this run" in line or re.search(
            r": (met|not met|cannot say \(noisy\))( \(not in this run: .+\))?$", line
        )
    assert set(NOT_IN_EVERY_RUN) <= set(BUDGETS)


def test_what_a_long_run_found_stands_in_and_says_so(tmp_path: Path) -> None:
    rounds = Rounds()
    rounds.add("growth, slowest step", 17_000.0, "events/s", floors={"SQLite": 34_000.0})
    for events in (2_000_000, 1_000_000):
        run = {"started": f"of {events}", "growth": [{"events": events}], "figures": [one.to_json() for one in rounds.figures()]}
        (tmp_path / f"reference-growth-{events}.json").write_text(json.dumps(run))
    (line,) = [line for line in budget_table([], kept_runs(tmp_path)).splitlines() if "slowest" in line]
    assert "17,000 events/s, 0.50 of SQLite, wanted >= 16,000 events/s: met" in line
    assert line.endswith("(not in this run: reference-growth-1000000.json, of 1000000)")


def test_table_and_plot_lie_beside_the_json(result: tuple[dict[str, Any], Path, str]) -> None:
    found, path, printed = result
    text = path.with_suffix(".txt").read_text("utf-8")
    assert text in printed
    assert all(figure["name"] in text for figure in found["figures"])
    assert ET.parse(path.with_suffix(".svg")).getroot().tag == "{http://www.w3.org/2000/svg}svg"


@pytest.mark.parametrize("sizes", [DEFAULT, FULL], ids=lambda sizes: sizes.name)
def test_every_budget_has_a_figure(sizes: Sizes) -> None:
    waits = [("sequenced", size) for size in sizes.captures if size.documents]
    waits += [("published", size) for size in sizes.captures if size.published]
    captures = {
        f"capture {'single' if size.events == 1 else f'{size.events:,} a document'}, "
        f"{size.clients} client{'s' if size.clients > 1 else ''}, {wait}"
        for wait, size in waits
    }
    for name in BUDGETS:
        if name.startswith("capture") and name not in NOT_IN_EVERY_RUN:
            assert name.removesuffix(", p50").removesuffix(", p99") in captures, name
    assert f"escrow, batches of 100 records, {sizes.escrow.clients} clients" in BUDGETS
    assert f"escrow decision at {sizes.escrow.decisions_per_s}/s, p99" in BUDGETS


def test_figures_rest_on_five_rounds_but_for_the_largest_documents() -> None:
    assert DEFAULT.rounds >= 5
    assert all(size.rounds >= 5 or size.events == 10_000 for size in DEFAULT.captures)


@pytest.mark.parametrize("name", ["reference", "reference-escrow"])
def test_the_documented_tables_are_those_of_the_reference_results(name: str) -> None:
    reference = (CHECKOUT / f"benchmarks/results/{name}.txt").read_text("utf-8")
    assert reference in (CHECKOUT / "docs/PERFORMANCE.md").read_text("utf-8")
