"""Everything the lock file installs may be used under a permissive licence."""

from __future__ import annotations

import re
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from typing import Final

from tests.house.sources import CHECKOUT, listed

LOCKED: Final = re.compile(r"^([a-z0-9][a-z0-9._-]*)==", re.MULTILINE | re.IGNORECASE)
COPYLEFT: Final = re.compile(r"\b[AL]?GPL|GNU (Affero|Lesser|General|Library)", re.IGNORECASE)
LOCK: Final = (CHECKOUT / "requirements.lock").read_text(encoding="utf-8")


def test_nothing_locked_is_under_a_copyleft_licence_of_the_gpl_family() -> None:
    wrong = [f"{name}: {said}" for name in LOCKED.findall(LOCK) if (said := licence_of(name)) and COPYLEFT.search(said)]
    assert not wrong, listed(wrong)


def test_everything_locked_says_its_licence() -> None:
    silent = [name for name in LOCKED.findall(LOCK) if licence_of(name) == ""]
    assert not silent, listed(silent)


def test_the_lock_names_no_index_and_pins_every_package_by_hash() -> None:
    assert "://" not in LOCK
    assert "--index" not in LOCK and "--find-links" not in LOCK and "--trusted" not in LOCK
    entries = re.split(r"^(?=[a-z0-9])", LOCK, flags=re.MULTILINE | re.IGNORECASE)[1:]
    assert [entry.splitlines()[0] for entry in entries if "--hash=sha256:" not in entry or "==" not in entry] == []


def licence_of(name: str) -> str | None:
    """What the installed distribution says of its licence; None where it is not installed on this platform."""
    try:
        found: Distribution = distribution(name)
    except PackageNotFoundError:
        return None
    said = [line for name in ("License-Expression", "License") for line in (found.metadata.get_all(name) or [])[:1]]
    said += [line for line in found.metadata.get_all("Classifier") or [] if line.startswith("License ::")]
    return "; ".join(part.split("\n")[0] for part in said if part)
