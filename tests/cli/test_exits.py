"""The table from error class to exit code."""

from __future__ import annotations

from cli.exits import MEANING, POLICY_CODES, ExitCode, exit_code_of, verdict_of
from ledger.errors import Absent, Malformed, SuyuanError, TooLarge, Unauthenticated, Unprocessable, Untrusted, registered_codes
from ledger.evidence.instant import InstantMalformed
from ledger.evidence.policy import PolicyMalformed, QuorumUnmet


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


def test_what_the_policy_does_not_accept_has_its_own_code() -> None:
    assert exit_code_of(QuorumUnmet) is ExitCode.POLICY_FAILURE
    assert verdict_of(PolicyMalformed) is ExitCode.POLICY_FAILURE
    assert set(registered_codes()) >= POLICY_CODES


def test_evidence_that_does_not_parse_fails_like_evidence_that_does_not_verify() -> None:
    assert verdict_of(InstantMalformed) is ExitCode.INTEGRITY_FAILURE
    assert verdict_of(TooLarge) is ExitCode.INTEGRITY_FAILURE
    assert verdict_of(Untrusted) is ExitCode.INTEGRITY_FAILURE
    assert verdict_of(Absent) is ExitCode.ABSENT
