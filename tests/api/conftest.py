"""A real application over a real data directory: a small tea trade, one party of which signs for itself."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from api.app import create_app
from api.settings import Settings
from ledger.actions.open_ledger import open_ledger
from ledger.actions.parties.admit_party import Admission, admit_party
from ledger.actions.parties.found_ledger import Founding, found_ledger
from ledger.evidence.key import SigningKey
from tests.api.escrow_market import FoundedMarket, MoneyWorld
from tests.api.escrow_market import found as found_money
from tests.api.serving import listening, serving
from tests.api.tea_world import ORIGIN, SettableClock, TeaWorld
from tests.market import Market


@dataclass(frozen=True)
class Founded:
    """A founded ledger that no server has run on yet; each test works on a copy."""

    data: Path
    keys: dict[str, str]
    lab_key: SigningKey
    first_entry: bytes


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Founded:
    data = tmp_path_factory.mktemp("founded") / "data"
    ledger = found_ledger(data, Founding(ORIGIN))
    keys = {
        name: admit_party(ledger, Admission(name, [role], territory, label=label)).api_key
        for name, role, territory, label in (
            ("garden", "factory", "CN-GZ", "Cloud Garden"),
            ("factory", "factory", "CN-GZ", "Duyun Tea Works"),
            ("shop", "shop", "SG", None),
            ("customs", "customs", "SG", None),
        )
    }
    lab_key = SigningKey.generate("ledger.example/party/lab")
    keys["lab"] = admit_party(ledger, Admission("lab", ["laboratory"], "CN-GZ", key=lab_key.verifier)).api_key
    first_entry = ledger.state().first_entry
    ledger.close()
    return Founded(data, keys, lab_key, first_entry)


@pytest.fixture
def world(tmp_path: Path, founded: Founded) -> Iterator[TeaWorld]:
    data, clock = tmp_path / "data", SettableClock()
    shutil.copytree(founded.data, data)
    with listening() as (bound, url):
        app = create_app(Settings(data=data, public_url=url, body_pause_s_max=2.0), clock=clock)
        with serving(app, bound), httpx.Client(base_url=url, timeout=30) as client:
            yield TeaWorld(data, clock, client, url, founded.keys, founded.lab_key, founded.first_entry)


@pytest.fixture(scope="session")
def founded_money(tmp_path_factory: pytest.TempPathFactory) -> FoundedMarket:
    return found_money(tmp_path_factory.mktemp("market") / "data")


@pytest.fixture
def money(tmp_path: Path, founded_money: FoundedMarket) -> Iterator[MoneyWorld]:
    data, clock = tmp_path / "data", SettableClock()
    shutil.copytree(founded_money.data, data)
    with listening() as (bound, url):
        app = create_app(Settings(data=data, public_url=url, escrow_tick_s=0), clock=clock)
        with serving(app, bound), httpx.Client(base_url=url, timeout=30) as client:
            inside = open_ledger(data, clock=clock)
            yield MoneyWorld(data, client, clock, Market(inside), founded_money.keys, founded_money.own)
            inside.close()
