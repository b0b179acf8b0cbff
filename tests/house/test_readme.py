"""The examples of README.md run as they stand, one after the other, against the demonstration."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from shutil import which
from typing import Final

import pytest

from tests.house.sources import CHECKOUT

EXAMPLE: Final = re.compile(r"^<!-- example -->\n```sh\n(.*?)^```$", re.DOTALL | re.MULTILINE)
PROMISED: Final = ("page", "item", "policy", "audit")
SUYUAN: Final = Path(sys.executable).parent / "suyuan"


@dataclass(frozen=True)
class Demonstration:
    folder: Path
    port: int
    said: dict[str, str]


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demonstration]:
    """`suyuan demo` on a free port, after it has printed its four lines."""
    folder = tmp_path_factory.mktemp("readme")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [str(SUYUAN), "demo", "--port", str(port), "--data", "demo-data"]
    with (folder / "stderr").open("w") as stderr, subprocess.Popen(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=stderr, text=True
    ) as process:  # fmt: skip
        assert process.stdout is not None
        said: dict[str, str] = {}
        for line in process.stdout:
            word, colon, rest = line.partition(": ")
            if colon and word in PROMISED:
                said[word] = rest.strip()
            if len(said) == len(PROMISED):
                break
        yield Demonstration(folder, port, said)
        process.terminate()
        process.wait(timeout=30)


def test_the_demonstration_prints_what_others_rely_on(demonstration: Demonstration) -> None:
    assert set(demonstration.said) == set(PROMISED), (demonstration.folder / "stderr").read_text()
    assert demonstration.said["page"].startswith(f"http://127.0.0.1:{demonstration.port}/01/")
    assert (demonstration.folder / demonstration.said["policy"]).is_file()


def test_the_examples_run_one_after_the_other(demonstration: Demonstration) -> None:
    examples = EXAMPLE.findall((CHECKOUT / "README.md").read_text(encoding="utf-8"))
    assert len(examples) >= 4
    script = "".join(examples).replace("127.0.0.1:8000", f"127.0.0.1:{demonstration.port}")
    if which("curl") is None:
        pytest.skip("the examples of README.md need curl")
    environment = {**os.environ, "PATH": f"{SUYUAN.parent}{os.pathsep}{os.environ['PATH']}"}
    run = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=demonstration.folder, env=environment, capture_output=True, text=True, check=False, timeout=600,
    )  # fmt: skip
    assert run.returncode == 0, f"{run.stdout}\n{run.stderr}"
    assert "900001" in (demonstration.folder / "page.html").read_text(encoding="utf-8")
