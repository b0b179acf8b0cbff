"""`suyuan demo`: ready when it says so, the same world the next time, and an audit command that works as printed."""

from __future__ import annotations

import shlex
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from cli.exits import ExitCode
from ledger.actions.demo_world.scenes.table import SCENES
from tests.cli.conftest import Place
from tests.cli.serving import PROGRAM, done, run


@contextmanager
def demonstrating(folder: Path) -> Iterator[tuple[subprocess.Popen[str], dict[str, str], dict[str, str]]]:
    """`suyuan demo` with a data directory whose name needs quoting, up to its last line: what it says, and the scenes' pages."""
    command = [str(PROGRAM), "demo", "--port", "0", "--data", "demo data"]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            said: dict[str, str] = {}
            scenes: dict[str, str] = {}
            for line in process.stdout:
                word, colon, rest = line.partition(": ")
                if colon and word in ("page", "item", "policy", "audit"):
                    assert word not in said, "each line once"
                    said[word] = rest.rstrip("\n")
                elif colon and word.startswith("  "):
                    scenes[word.strip()] = next(process.stdout).strip()
                if "second-hand" in scenes:
                    break
            yield process, said, scenes
        finally:
            process.kill()


def test_it_is_ready_and_is_there_again_the_next_time(tmp_path: Path) -> None:
    with demonstrating(tmp_path) as (process, said, scenes):
        assert list(said) == ["page", "item", "policy", "audit"]
        assert list(scenes) == list(SCENES)
        assert scenes["clean"] == said["page"]
        answers = {name: httpx.get(page, headers={"Accept": "text/html"}).status_code for name, page in scenes.items()}
        assert answers == {name: 404 if name == "unknown" else 200 for name in SCENES}
        url = said["page"].partition("/01/")[0]
        size = int(httpx.get(f"{url}/log/checkpoint").text.split("\n")[1])
        # From another directory: the command stands by itself.
        audited = subprocess.run(shlex.split(said["audit"]), cwd="/", capture_output=True, text=True, timeout=60, check=False)
        assert audited.returncode == ExitCode.CLEAN, audited.stdout
        assert f"checkpoint  {size} entries" in audited.stdout
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == ExitCode.CLEAN
    first = (tmp_path / "demo data" / "policy").read_bytes()
    with demonstrating(tmp_path) as (process, again, _):
        assert (again["item"], again["policy"]) == (said["item"], said["policy"])
        assert Path(again["policy"]).read_bytes() == first
        url = again["page"].partition("/01/")[0]
        assert int(httpx.get(f"{url}/log/checkpoint").text.split("\n")[1]) == size


def test_it_takes_no_ledger_that_is_not_its_own(place: Place) -> None:
    refused = run("demo", "--port", 0, "--data", place.data)
    assert (refused.exit_code, "NotTheDemoWorld" in refused.stderr) == (ExitCode.CONFLICT, True)


def test_it_takes_no_story_that_breaks_off(tmp_path: Path) -> None:
    done("init", "--data", tmp_path / "data", "--origin", "tea.example/main")
    refused = run("demo", "--port", 0, "--data", tmp_path / "data")
    assert (refused.exit_code, "DemoWorldUnfinished" in refused.stderr) == (ExitCode.CONFLICT, True)


def test_it_takes_no_directory_with_something_else_in_it(tmp_path: Path) -> None:
    (tmp_path / "letter").write_text("dear")
    refused = run("demo", "--port", 0, "--data", tmp_path)
    assert (refused.exit_code, "DirectoryNotEmpty" in refused.stderr) == (ExitCode.CONFLICT, True)
    assert [path.name for path in tmp_path.iterdir()] == ["letter"]
