"""Every refusal of the escrow, by its code, three ways: answered over HTTP, told by the command, standing in the ledger."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from http import HTTPStatus
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.app import create_app
from api.settings import Settings
from ledger.actions.escrow.newest_checkpoint import newest_checkpoint
from ledger.actions.escrow.sign_records import sign_records
from ledger.actions.log.open_source import open_source
from ledger.actions.log.publish_checkpoint import publish_checkpoint
from ledger.actions.parties.found_ledger import POLICY_FILE
from ledger.actions.parties.key_file import write_key_file
from ledger.audit.replay import replay_escrow
from ledger.errors import Absent, Conflict, Unprocessable, Untrusted
from ledger.evidence.authority import ReadRule
from ledger.evidence.policy import Policy
from ledger.storage.api_keys import issue_api_key
from ledger.storage.database import reading, writing
from ledger.storage.journal_reading import read_verdicts
from ledger.trade.escrow.bodies.base import EscrowBody, LineBody
from ledger.trade.escrow.bodies.fund import FundPaidIn
from ledger.trade.escrow.money import MINOR_MAX, Money
from ledger.trade.escrow.refusals.precedence import REFUSALS
from tests.actions.escrow.stories_world import Retold, Stage, Told
from tests.api.serving import listening, serving
from tests.cli.serving import run
from tests.trade.escrow import test_refusals
from tests.trade.escrow.honest import honest_signers
from tests.trade.escrow.rules_stand_in import FUND, FUND_BANK
from tests.trade.escrow.test_refusals import CASES
from tests.trade.escrow.world import World

STATUS = {Absent: HTTPStatus.NOT_FOUND, Untrusted: HTTPStatus.FORBIDDEN, Unprocessable: 422, Conflict: HTTPStatus.CONFLICT}
RICH_PAYMENTS = (1 << 63) // MINOR_MAX


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    return Stage(tmp_path_factory.mktemp("stage") / "data")


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The cases make worlds that remember what was said."""
    modules = [value for value in vars(test_refusals).values() if getattr(value, "World", None) is World]
    for module in (test_refusals, *modules):
        monkeypatch.setattr(module, "World", Told)
    yield


@pytest.mark.usefixtures("told")
@pytest.mark.parametrize("case", CASES, ids=[case[0] for case in CASES])
def test_a_refusal_has_its_name_everywhere(
    case: tuple[str, Callable[[], Told], str, dict[str, Any]], stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, before, record, said = case
    world = before()
    data = stage.copy(tmp_path / "data")
    retold = Retold(stage, data)
    stage.govern_as(retold.ledgers[0], world.rules)
    retold.tell(world)
    if code == "balance_overflow":
        _pay_in_the_most(retold, world)
    word = _last_word(retold, world, record, said)
    stage.now = world.now
    publish_checkpoint(retold.ledgers[0])
    _is_answered(retold, code, word)
    with monkeypatch.context() as patch:
        patch.setattr(time, "time_ns", lambda: stage.now * 1_000_000)
        _is_told(retold, code, word, tmp_path)
    publish_checkpoint(retold.ledgers[0])
    retold.close()
    with open_source(str(data)) as source:
        report = replay_escrow(source, Policy.parse((data / POLICY_FILE).read_text()))
    assert report.refusals[code] >= (1 if code == "clock_not_witnessed" else 2)


@dataclass(frozen=True)
class Word:
    """A record, who says it, and whether their note cites a checkpoint."""

    body: EscrowBody
    parties: tuple[str, ...]
    seen: bool


def _last_word(retold: Retold, world: Told, record: str, said: dict[str, Any]) -> Word:
    """The record that is refused, with the address of the line's newest record on the real ledger."""
    body = world.body(record, **{name: value for name, value in said.items() if name not in ("by", "seen")})
    parties = said.get("by") or honest_signers(world, record)
    if isinstance(body, LineBody) and (body.prev.entry, body.prev.place) in retold.places:
        body = replace(body, prev=replace(body.prev, entry=retold.places[body.prev.entry, body.prev.place][0]))
    return Word(body, parties, said.get("seen", True))


def _pay_in_the_most(retold: Retold, world: World) -> None:
    """Some nine thousand of the largest payments, in one batch."""
    stage, ledger = retold.stage, retold.ledgers[0]
    stage.now = world.now
    most = Money("SGD", MINOR_MAX)
    bodies = [FundPaidIn(FUND, "capital", None, most, f"MOST {number}") for number in range(RICH_PAYMENTS)]
    (*_, last) = stage.submit_all(ledger, bodies, (FUND_BANK,))
    assert last.refusal is None


def _signed(retold: Retold, word: Word) -> tuple[bytes, bytes]:
    ledger, stage = retold.ledgers[0], retold.stage
    state = ledger.state()
    note = sign_records(
        [word.body.to_body()],
        [stage.keys[party] for party in word.parties],
        origin=state.origin,
        first_entry=state.first_entry,
        read=ReadRule.PARTIES,
        now=stage.now,
        seen=newest_checkpoint(ledger) if word.seen else None,
    )
    return note.note, note.seed


def _is_answered(retold: Retold, code: str, word: Word) -> None:
    """Over HTTP: the status of its class, the code, what was seen and wanted, and where it stands."""
    ledger, refusal = retold.ledgers[0], REFUSALS[code]
    note, seed = _signed(retold, word)
    with writing(ledger.engine) as connection:
        key = issue_api_key(connection, party=word.parties[0], name="test", now=retold.stage.now, expires=None)
    with listening() as (bound, url):
        app = create_app(Settings(data=ledger.data, public_url=url, escrow_tick_s=0), clock=lambda: retold.stage.now)
        with serving(app, bound):
            answer = httpx.post(
                f"{url}/escrow/records",
                files={"note": ("note", note), "seed": ("seed", seed), "document": ("document", word.body.to_body())},
                headers={"Authorization": f"Bearer {key}", "Idempotency-Key": code},
            )
    problem = answer.json()
    assert problem.get("refusal") == code, problem
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.status_code == next(status for middle, status in STATUS.items() if issubclass(refusal, middle))
    assert (problem["title"], problem["code"]) == (refusal.title, refusal.__name__)
    with reading(ledger.engine) as connection:
        (judged,) = read_verdicts(connection, problem["position"][0])
    assert (judged.refusal, judged.postings) == (code, ())


def _is_told(retold: Retold, code: str, word: Word, folder: Path) -> None:
    """By the command, which cites the newest checkpoint by itself: the code on standard error, and an exit code."""
    (folder / "record.json").write_bytes(word.body.to_body())
    options: list[object] = []
    for number, party in enumerate(word.parties):
        write_key_file(folder / f"{number}.key", retold.stage.keys[party])
        options += ["--key", folder / f"{number}.key"]
    result = run("escrow", "post", folder / "record.json", *options, "--data", retold.ledgers[0].data, "--json")
    if word.seen:
        assert result.exit_code != 0, result.output
        assert REFUSALS[code].__name__ in result.stderr, result.stderr
        assert json.loads(result.stdout)["verdicts"][0]["refusal"] == code
