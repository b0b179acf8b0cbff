"""One parser under atheris: `python -m tests.fuzz.guided NAME CORPUS …` with the options of libFuzzer."""

from __future__ import annotations

import sys

import atheris

with atheris.instrument_imports(include=["ledger"]):
    from tests.fuzz.evidence_targets import evidence_targets
    from tests.fuzz.outside_targets import outside_targets


def main() -> None:
    name = sys.argv.pop(1)
    (target,) = [target for target in (*evidence_targets(), *outside_targets()) if target.name == name]
    atheris.Setup(sys.argv, target.accepts)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
