"""`python -m tests.fuzz`: guided by coverage, each parser in a process of its own; `make fuzz SECONDS=60` runs it.

    python -m tests.fuzz --seconds 60 [--only NAME]

Prints a line for each parser: executions, the part of the program they reached, and findings. What makes a parser fail is
kept in `build/fuzz/<name>/`, and belongs into `tests/evidence/test_fuzz_found.py` when it is mended.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import click

from tests.fuzz.evidence_targets import evidence_targets
from tests.fuzz.outside_targets import outside_targets
from tests.fuzz.target import Target

FOLDER = Path(__file__).resolve().parents[2] / "build" / "fuzz"
BYTES_MAX = 65_536
MEMORY_MIB_MAX = 2_048
EXECUTED = re.compile(r"^Done (\d+) (?:in|runs in) (\d+) second", re.MULTILINE)
WORD = re.compile(r"[a-z0-9@./-]{2,20}")
WORDS_MAX = 300
REACHED = re.compile(r"cov: (\d+) ft: (\d+)")


def main() -> int:
    """Fuzz the chosen parsers, as many at once as there are processors; the number of those that failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("--seconds", type=int, default=60, help="for each parser")
    parser.add_argument("--only", help="part of the name of the parsers to fuzz")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    chosen = parser.parse_args()
    targets = [target for target in (*evidence_targets(), *outside_targets()) if (chosen.only or "") in target.name]
    with ThreadPoolExecutor(chosen.jobs) as pool:
        failed = list(pool.map(lambda target: fuzz(target, chosen.seconds), targets))
    click.echo(f"{len(targets)} parsers, {chosen.seconds} s each, {sum(failed)} with findings")
    return sum(failed)


def fuzz(target: Target, seconds: int) -> bool:
    """Run the parser in a process of its own; whether anything was found."""
    folder = FOLDER / target.name.replace(" ", "-")
    corpus = folder / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    for number, sample in enumerate(target.samples):
        (corpus / f"sample-{number}").write_bytes(sample)
    command = [sys.executable, "-m", "tests.fuzz.guided", target.name, str(corpus), f"-artifact_prefix={folder}/"]
    command += [f"-max_total_time={seconds}", f"-max_len={BYTES_MAX}", f"-rss_limit_mb={MEMORY_MIB_MAX}"]
    command.append("-timeout=20")
    words = words_of(target)
    if words:
        (folder / "words").write_text("".join(f'"{word}"\n' for word in words), encoding="ascii")
        command.append(f"-dict={folder / 'words'}")
    with (folder / "log").open("wb") as log:
        code = subprocess.run(command, stdout=log, stderr=log, check=False).returncode
    said = (folder / "log").read_text(encoding="utf-8", errors="replace")
    executed, reached = EXECUTED.findall(said), REACHED.findall(said)
    count = f"{int(executed[-1][0]):>9,}" if executed else "        ?"
    parts = reached[-1][0] if reached else "?"
    found = f"FAILED: {folder / 'log'}" if code else "nothing found"
    click.echo(f"{target.name:<28}{count} executions  {parts:>5} edges  {found}")
    return bool(code)


def words_of(target: Target) -> list[str]:
    """Short words of the samples, for the fuzzer to put elsewhere."""
    found = {word for sample in target.samples for word in WORD.findall(sample.decode("latin-1"))}
    return sorted(found)[:WORDS_MAX]


if __name__ == "__main__":
    sys.exit(main())
