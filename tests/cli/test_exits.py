"""The table from error class to exit code."""

from __future__ import annotations

from cli.exits import MEANING, ExitCode, exit_code_of
from ledger.errors import Malformed, SuyuanError, Unauthenticated, Unprocessable, Untrusted
from ledger.evidence.instant import InstantMalformed


def test_a_leaf_has_the_code_of_its_nearest_class() -> None:
    assert exit_code_of(InstantMalformed) is ExitCode.MALFORMED
    assert exit_code_of(Unprocessable) is ExitCode.MALFORMED
    assert exit_code_of(Unauthenticated) is ExitCode.UNAUTHENTICATED
    assert exit_code_of(Untrusted) is ExitCode.INTEGRITY_FAILURE


def test_every_family_of_errors_has_a_code_of_its_own() -> None:
    families = [kind for kind in SuyuanError.__subclasses__() if kind.__module__ == "ledger.errors"]
    codes = [exit_code_of(kind) for kind in families]
    assert len(set(codes)) == len(families)
    assert ExitCode.OTHER_FAILURE not in codes
    assert exit_code_of(Malformed) in codes


def test_the_verdicts_have_the_codes_that_others_rely_on() -> None:
    verdicts = (
        ExitCode.CLEAN, ExitCode.INTEGRITY_FAILURE, ExitCode.MISUSED, ExitCode.INCOMPLETE, ExitCode.POLICY_FAILURE,
    )  # fmt: skip
    assert tuple(int(code) for code in verdicts) == (0, 1, 2, 3, 4)


def test_every_code_has_a_meaning() -> None:
    assert set(MEANING) == set(ExitCode)
