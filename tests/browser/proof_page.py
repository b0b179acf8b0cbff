"""The page of a proof to keep, opened from disk with the network off, and both verifiers asked about the same bytes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final

import httpx
from playwright.sync_api import Browser, Page

from ledger.errors import SuyuanError
from ledger.evidence.proof_file import AFTER_PROOF, BEFORE_PROOF, ProofFile, proof_in_page
from ledger.evidence.proof_verdict import verify_proof
from ledger.trade.named import names_item
from tests.browser.phone import HEIGHT, WIDTH, page_of

Outcome = tuple[str | None, tuple[tuple[str | None, bool], ...]]
"""Why the whole file is refused; or by record why it does not hold (None: it does), and whether it names the item."""

_JUDGE: Final = """async texts => {
  const found = [];
  for (const text of texts) {
    const {error, unable, records} = await verifyProof(text);
    if (unable) throw new Error(unable);
    found.push([error, records.map(one => [one.holds ? null : one.code, Boolean(one.shown?.named)])]);
  }
  return found;
}"""


@dataclass
class ProofPage:
    """An open page, what the browser complained of, and every address it asked for."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def open(self, path: Path) -> None:
        """Open a file and wait until it has checked itself."""
        self.asked.clear()
        self.page.goto(path.as_uri())
        self.page.evaluate("globalThis.proofShown")

    def verdict(self) -> str:
        return self.page.inner_text("#verdict")

    def looks(self) -> str:
        """`holds`, `fails` or `waits`."""
        return (self.page.get_attribute("#verdict", "class") or "").removeprefix("answer ")

    def judge(self, proofs: Sequence[bytes]) -> list[Outcome]:
        """What the script of the page makes of these proofs. The HTML parser reads what is no UTF-8 as U+FFFD."""
        texts = [proof.decode(errors="replace") for proof in proofs]
        return [(error, tuple((code, named) for code, named in records)) for error, records in self.page.evaluate(_JUDGE, texts)]


@contextmanager
def proof_page(browser: Browser, **context: Any) -> Iterator[ProofPage]:
    """A phone without any network."""
    opened = browser.new_context(viewport={"width": WIDTH, "height": HEIGHT}, is_mobile=True, offline=True, **context)
    page = ProofPage(opened.new_page())
    page.page.on("console", lambda message: page.complaints.append(message.text))
    page.page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.page.on("dialog", lambda dialog: page.complaints.append(dialog.message))
    page.page.on("request", lambda request: page.asked.append(request.url))
    yield page
    opened.close()


def downloaded(url: str, scene: str, **headers: str) -> bytes:
    """The page of a scene's proof, as the server gives it."""
    answer = httpx.get(page_of(f"{url}/proof", scene), headers={"Accept": "text/html", **headers}, timeout=60)
    assert answer.status_code == 200, answer.text
    return answer.content


def with_proof(page: bytes, proof: bytes) -> bytes:
    """The same page around other data."""
    return page.replace(BEFORE_PROOF + proof_in_page(page) + AFTER_PROOF, BEFORE_PROOF + proof + AFTER_PROOF)


def judged_here(proof: bytes) -> Outcome:
    """What Python makes of a proof, with the keys that it brings."""
    try:
        file = ProofFile.parse(proof)
    except SuyuanError as error:
        return error.code, ()
    verdict = verify_proof(file, names=partial(names_item, item=file.item))
    return None, tuple((one.failure.code if one.failure else None, one.names_item) for one in verdict.records)
