"""A founded ledger for commands to work on."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from ledger.actions.parties.admit_party import Admission, admit_party
from ledger.actions.parties.found_ledger import Founding, found_ledger
from ledger.actions.parties.key_file import write_key_file
from ledger.evidence.key import SigningKey

ORIGIN = "ledger.example/main"
HOST = "ledger.example"


@dataclass(frozen=True)
class Place:
    """A data directory with a merchant under custody (`tea`) and a laboratory with a key of its own (`lab`)."""

    data: Path
    tea_key: Path
    """File with the API key of `tea`."""
    lab_key: Path
    """Private key file of `lab`."""

    @property
    def policy(self) -> Path:
        return self.data / "policy"


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("founded")
    ledger = found_ledger(folder / "data", Founding(ORIGIN))
    tea = admit_party(ledger, Admission("tea", ["merchant"], "CN"))
    key = SigningKey.generate(f"{HOST}/party/lab")
    admit_party(ledger, Admission("lab", ["laboratory"], "CN-GZ", key=key.verifier))
    ledger.close()
    (folder / "tea.api-key").write_text(f"{tea.api_key}\n")
    write_key_file(folder / "lab.key", key)
    return folder


@pytest.fixture
def place(founded: Path, tmp_path: Path) -> Place:
    shutil.copytree(founded, tmp_path / "place")
    folder = tmp_path / "place"
    return Place(folder / "data", folder / "tea.api-key", folder / "lab.key")
