"""The tea trade with a party of the operator and one tin that has a PIN, behind a real server."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx

from api.app import create_app
from api.settings import Settings
from ledger.actions.log.aside import OwnDesk
from ledger.actions.open_ledger import Ledger, open_ledger
from ledger.actions.parties.admit_party import Admission, admit_party
from ledger.actions.scans.set_pins import set_pins
from ledger.storage.database import reading
from ledger.storage.scans import scanned_key, scans_of
from ledger.trade.scans import CoarseScan
from tests.api.serving import listening, serving
from tests.api.tea_world import GTIN, TIN, SettableClock

PIN: Final = "04711123"
WRONG: Final = "00000000"
AREA: Final = "X-Area"
TIN_PATH: Final = f"/01/{GTIN}/21/T1"
UNKNOWN_PATH: Final = f"/01/{GTIN}/21/T999"
PHONE: Final = {
    "Accept": "text/html,application/xhtml+xml,*/*;q=0.8",
    "User-Agent": "Mozilla/5.0 (Linux; Android 15) Chrome/140 Mobile",
    "Sec-Fetch-Dest": "document",
}


@dataclass
class OwnerWorld:
    """The running application, a look inside, and what a browser does."""

    client: httpx.Client
    ledger: Ledger
    clock: SettableClock
    url: str

    def open(self, path: str = f"/own{TIN_PATH}", **headers: str) -> httpx.Response:
        return self.client.get(path, headers={**PHONE, **headers})

    def press(self, fields: Mapping[str, str], path: str = f"/own{TIN_PATH}", **headers: str) -> httpx.Response:
        return self.client.post(path, data=dict(fields), headers={**PHONE, **headers})

    def ask(self, fields: object, path: str = f"/own{TIN_PATH}") -> httpx.Response:
        return self.client.post(path, json=fields)

    def claim(self, pin: str = PIN, **more: str) -> httpx.Response:
        return self.press({"act": "claim", "pin": pin, **more})

    def scans(self, item: str = TIN) -> list[CoarseScan]:
        """What is written of an item's scans; the server's keeper writes every few seconds, or at its end."""
        with reading(self.ledger.engine) as connection:
            return scans_of(connection, scanned_key(self.ledger.event_secret, item))


def secret_on(page: httpx.Response) -> str:
    found = re.search(r'<code id="secret">([0-9A-Z-]{29})</code>', page.text)
    assert found is not None, page.text
    return found[1]


def once_on(page: httpx.Response) -> str:
    found = re.search(r'name="once" value="([0-9a-f]{32})"', page.text)
    assert found is not None, page.text
    return found[1]


def found_owner_world(founded: Path, data: Path, *, operator: bool = True) -> None:
    """Make the data directory from that of the tea trade."""
    shutil.copytree(founded, data)
    ledger = open_ledger(data)
    if operator:
        admit_party(ledger, Admission("clock", ["operator"], "-"))
    set_pins(ledger, [(TIN, PIN)], desk=OwnDesk(ledger))
    ledger.close()


@contextmanager
def owner_world(data: Path) -> Iterator[OwnerWorld]:
    """Serve a directory that `found_owner_world` made."""
    clock = SettableClock()
    with listening() as (bound, url):
        app = create_app(Settings(data=data, public_url=url, escrow_tick_s=0, area_header=AREA), clock=clock)
        inside = open_ledger(data, clock=clock)
        with serving(app, bound), httpx.Client(base_url=url, timeout=30) as client:
            yield OwnerWorld(client, inside, clock, url)
        inside.close()
