"""A real server over the market, and a shopper with a claim link in front of it."""

from __future__ import annotations

import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from api.app import create_app
from api.settings import Settings
from ledger.actions.escrow.proposals import propose_held
from ledger.actions.open_ledger import open_ledger, system_clock
from ledger.trade.escrow.bodies.base import EscrowBody
from tests.api.serving import listening, serving
from tests.api.tea_world import SettableClock
from tests.market import HOST, Market, found_market

FORM = "application/x-www-form-urlencoded"


@dataclass
class Buying:
    """`market` works on the same data as the server, as the other parties do."""

    market: Market
    clock: SettableClock
    client: httpx.Client
    url: str

    def auth(self, name: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.market.keys[name]}"}

    def claim(self, territory: str = "SG") -> tuple[str, str]:
        """(path of the page, the buyer's name) of a new link, made the buyer's own."""
        page, buyer = self.shared_claim(territory)
        return self.take_over(page), buyer

    def take_over(self, page: str) -> str:
        """The path of the page that whoever opens a link gets for it."""
        answer = self.client.post(f"{page}/own", data={})
        assert answer.status_code == 303, answer.text
        return answer.headers["location"].partition("?")[0]

    def shared_claim(self, territory: str = "SG") -> tuple[str, str]:
        """(path of the page, the buyer's name) of a new link as the tea merchant was shown it."""
        answer = self.client.post(f"/escrow/claims?territory={territory}", headers=self.auth("tea"))
        assert answer.status_code == 201, answer.text
        made = answer.json()
        return made["link"].removeprefix(self.url), made["buyer"]

    def offer(self, body: EscrowBody, buyer: str, *, by: str = "tea") -> str:
        """A merchant proposes a record to the buyer."""
        name = secrets.token_hex(16)
        issuer, seed = f"{HOST}/{by}", secrets.token_bytes(32)
        return propose_held(self.market.ledger, body.to_body(), issuer=issuer, signers=[buyer], name=name, seed=seed).id

    def press(self, page: str, act: str, *, lang: str = "", follow: bool = True, **fields: str) -> httpx.Response:
        """Press a button of the page as it is now; `fields` replace or add to what its form holds."""
        form = self.form(page, act) | fields
        return self.client.post(f"{page}/{act}{lang and f'?lang={lang}'}", data=form, follow_redirects=follow)

    def form(self, page: str, act: str) -> dict[str, str]:
        """The hidden fields of a form."""
        text = self.client.get(page).text
        found = re.search(rf'<form action="{page}/{act}\?[^>]*>(.*?)</form>', text, re.DOTALL)
        assert found is not None, f"no form {act} on the page"
        return dict(re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', found[1]))


def found_buying(folder: Path) -> tuple[Path, dict[str, str]]:
    """A founded market on disk, to be copied by each test."""
    data = folder / "data"
    ledger, keys = found_market(data, system_clock)
    ledger.close()
    return data, keys


@contextmanager
def buying_in(folder: Path, founded: tuple[Path, dict[str, str]]) -> Iterator[Buying]:
    data, clock = folder / "data", SettableClock()
    shutil.copytree(founded[0], data)
    ledger = open_ledger(data, clock=clock)
    with listening() as (bound, url):
        app = create_app(Settings(data=data, public_url=url), clock=clock)
        with serving(app, bound), httpx.Client(base_url=url, timeout=30) as client:
            yield Buying(Market(ledger, founded[1]), clock, client, url)
    ledger.close()
