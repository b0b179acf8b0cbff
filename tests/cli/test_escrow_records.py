"""`suyuan escrow post`, `validate`, `propose`, `sign` and what is shown: into a data directory and to a server, alike."""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from cli.exits import ExitCode
from cli.money_signing import ProposalElsewhere, ProposalUntrue, line_under
from ledger.actions.open_ledger import open_ledger, system_clock
from ledger.actions.parties.key_file import read_key_file, write_key_file
from ledger.evidence.key import SigningKey
from ledger.trade.escrow.money import Money
from tests.api.escrow_market import BUYER, LINE, OWN_BUYER, SEED, MoneyWorld, changed, found
from tests.api.tea_world import SettableClock
from tests.cli.serving import Running, done, run, serving
from tests.market import HOST, Market


@dataclass(frozen=True)
class Desk:
    """A founded market in a folder, with the files its parties have."""

    folder: Path
    world: MoneyWorld

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def own_key(self) -> Path:
        return self.folder / "own.key"

    def api_key(self, name: str) -> Path:
        return self.folder / f"{name}.api-key"

    def file(self, body: bytes, name: str = "record.json") -> Path:
        path = self.folder / name
        path.write_bytes(body)
        return path

    def paid(self, reference: str = "R1") -> Path:
        return self.file(self.world.body("FundsReceived", LINE, money=Money("SGD", 12_900), reference=reference))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = found(tmp_path / "data")
    write_key_file(tmp_path / "own.key", made.own)
    for name, key in made.keys.items():
        (tmp_path / f"{name}.api-key").write_text(f"{key}\n")
    ledger = open_ledger(tmp_path / "data", clock=system_clock)
    world = MoneyWorld(tmp_path / "data", None, SettableClock(), Market(ledger), made.keys, made.own)  # type: ignore[arg-type]
    yield Desk(tmp_path, world)
    ledger.close()


@pytest.fixture
def server(desk: Desk) -> Iterator[Running]:
    with serving(desk.data) as running:
        yield running


def test_a_record_is_posted_by_a_held_key(desk: Desk) -> None:
    desk.world.agreed()
    result = done("escrow", "post", desk.paid(), "--party", "bank", "--data", desk.data)
    assert f"FundsReceived {LINE}: accepted, P1" in result.stdout


@pytest.mark.parametrize(
    ("who", "record", "code", "exit_code"),
    [
        ("buyer", {}, "WrongSignerRole", 1),
        ("bank", {"line": f"{HOST}/tea/tea/9"}, "LineUnknown", 7),
        ("bank", {"prev": "https://ledger.example/main/records/1/0"}, "StalePrev", 8),
        ("bank", {"money": {"currency": "JPY", "minor": "5", "exponent": 0}}, "CurrencyDiffers", 5),
    ],
)
def test_a_refusal_ends_with_the_exit_code_of_its_class(
    desk: Desk, who: str, record: dict[str, object], code: str, exit_code: int
) -> None:
    desk.world.agreed()
    file = desk.file(changed(desk.paid().read_bytes(), **record))
    result = run("escrow", "post", file, "--party", who, "--data", desk.data, "--json")
    assert result.exit_code == exit_code, result.stderr
    assert f"suyuan: {code}: " in result.stderr
    assert "saw " in result.stderr
    said = json.loads(result.stdout)
    assert not said["accepted"]
    assert said["verdicts"][0]["refusal"]


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"money": {"currency": "SGD", "minor": 1.5, "exponent": 2}}, "NonIntegerAmount"),
        ({"money": {"currency": "SGD", "minor": "-5", "exponent": 2}}, "NegativeAmount"),
        ({"money": {"currency": "SGD", "minor": "9" * 40, "exponent": 2}}, "AmountTooLarge"),
        ({"money": {"currency": "SGD", "minor": "5", "exponent": 3}}, "WrongMinorUnits"),
        ({"legs": [{"account": "custody:x", "minor": "5"}]}, "BodyMemberUnknown"),
    ],
)
def test_a_malformed_record_is_refused_at_the_door(desk: Desk, members: dict[str, object], code: str) -> None:
    desk.world.agreed()
    file = desk.file(changed(desk.paid().read_bytes(), **members))
    result = run("escrow", "post", file, "--party", "bank", "--data", desk.data)
    assert (result.exit_code, result.stdout) == (5, "")
    assert f"suyuan: {code}: " in result.stderr


def test_an_own_key_signs_here(desk: Desk) -> None:
    desk.world.agreed()
    body = desk.file(desk.world.body("OrderCancelled", LINE))
    result = run("escrow", "post", body, "--key", desk.own_key, "--data", desk.data)
    assert result.exit_code == 1
    assert "WrongSignerRole" in result.stderr


def test_two_sign_one_after_the_other(desk: Desk) -> None:
    terms = desk.file(desk.world.market.terms(OWN_BUYER).to_body())
    proposal = json.loads(
        done("escrow", "propose", terms, "--party", "tea", "--signer", OWN_BUYER, "--data", desk.data, "--json").stdout
    )
    waiting = done("escrow", "sign", "--key", desk.own_key, "--data", desk.data)
    assert proposal["id"] in waiting.stdout
    signed = done("escrow", "sign", proposal["id"], "--key", desk.own_key, "--data", desk.data)
    assert f"OrderAgreed {LINE}: accepted" in signed.stdout
    assert "nothing waits" in done("escrow", "sign", "--key", desk.own_key, "--data", desk.data).stdout


def test_a_dry_run_writes_nothing(desk: Desk) -> None:
    desk.world.agreed()
    before = desk.world.market.ledger.head().size
    assert "accepted, P1" in done("escrow", "validate", desk.paid(), "--party", "bank", "--data", desk.data).stdout
    refused = run("escrow", "validate", desk.paid(), "--party", "tea", "--data", desk.data)
    assert (refused.exit_code, "WrongSignerRole" in refused.stderr) == (1, True)
    assert desk.world.market.ledger.head().size == before


def test_what_is_shown_of_a_line(desk: Desk) -> None:
    line = desk.world.agreed()
    desk.world.market.fund(line)
    assert f"{line}  funded  SGD held 12900" in done("escrow", "lines", "--data", desk.data).stdout
    shown = done("escrow", "line", line, "--data", desk.data).stdout
    assert f"ord:{line}:held -12900 SGD" in shown
    assert "next       GoodsDispatched: the merchant and a carrier of the order" in shown
    assert f"SGD  custody:{HOST}/bank  12900" in done("escrow", "balances", "--data", desk.data).stdout
    events = done("escrow", "events", "--data", desk.data).stdout
    assert "OrderAgreed" in events
    assert "P1" in events
    absent = run("escrow", "line", f"{HOST}/tea/none/1", "--data", desk.data)
    assert (absent.exit_code, "LineAbsent" in absent.stderr) == (7, True)


def test_a_statement_is_made_and_checked(desk: Desk) -> None:
    line = desk.world.agreed()
    desk.world.market.fund(line)
    out = desk.folder / "statement"
    done("escrow", "statement", line, "--data", desk.data, "--out", out)
    key = str(desk.world.market.ledger.state().keys_of(f"{HOST}/clock")[0])
    held = json.loads(done("escrow", "check-statement", out, "--key", key, "--json").stdout)
    assert {"account": f"custody:{HOST}/bank", "currency": "SGD", "minor": "12900"} in held["closings"]
    other = str(desk.world.market.ledger.state().keys_of(f"{HOST}/bank")[0])
    assert run("escrow", "check-statement", out, "--key", other).exit_code != 0
    out.write_bytes(out.read_bytes().replace(b"12900", b"12901"))
    forged = run("escrow", "check-statement", out, "--key", key)
    assert (forged.exit_code, "SignatureWrong" in forged.stderr) == (1, True)


def test_the_same_commands_reach_a_server(desk: Desk, server: Running) -> None:
    terms = desk.file(desk.world.market.terms(OWN_BUYER).to_body())
    tea = ("--url", server.url, "--api-key-file", desk.api_key("tea"))
    own = ("--url", server.url, "--api-key-file", desk.api_key("own-buyer"))
    bank = ("--url", server.url, "--api-key-file", desk.api_key("bank"))
    proposal = json.loads(done("escrow", "propose", terms, "--signer", OWN_BUYER, *tea, "--json").stdout)
    assert proposal["id"] in done("escrow", "sign", *own).stdout
    blind = run("escrow", "sign", proposal["id"], "--key", desk.own_key, *own)
    assert (blind.exit_code, "PolicyNeeded" in blind.stderr) == (2, True)
    trusting = ("--key", desk.own_key, "--policy", desk.data / "policy")
    assert "accepted" in done("escrow", "sign", proposal["id"], *trusting, *own).stdout
    assert "accepted, P1" in done("escrow", "validate", desk.paid(), *bank).stdout
    paid = desk.paid()
    first = done("escrow", "post", paid, *bank, "--idempotency-key", "one", "--json").stdout
    assert done("escrow", "post", paid, *bank, "--idempotency-key", "one", "--json").stdout == first
    stale = run("escrow", "post", paid, *bank)
    assert (stale.exit_code, "StalePrev" in stale.stderr) == (8, True)
    cancel = desk.file(desk.world.body("DeliveryAccepted", LINE))
    mine = run("escrow", "post", cancel, "--key", desk.own_key, "--policy", desk.data / "policy", "--url", server.url)
    assert (mine.exit_code, "NotShipped" in mine.stderr or "NotDelivered" in mine.stderr) == (8, True), mine.stderr
    assert LINE in done("escrow", "lines", *tea).stdout
    assert "funded" in done("escrow", "line", LINE, *own).stdout
    assert "custody" in done("escrow", "balances", *bank).stdout
    assert "FundsReceived" in done("escrow", "events", *tea).stdout
    assert done("escrow", "statement", LINE, *own).stdout.startswith("suyuan.statement/v1\n")
    stranger = run("escrow", "line", LINE, "--url", server.url, "--api-key-file", desk.api_key("stranger"))
    assert (stranger.exit_code, "LineAbsent" in stranger.stderr) == (7, True)


@pytest.mark.parametrize(
    "arguments",
    [
        ("post", "FILE"),
        ("post", "FILE", "--data", "DATA"),
        ("post", "FILE", "--data", "DATA", "--party", "bank", "--key", "KEY"),
        ("post", "FILE", "--url", "http://127.0.0.1:9", "--key", "KEY"),
        ("propose", "FILE", "--data", "DATA", "--party", "tea"),
        ("validate", "FILE", "--data", "DATA"),
        ("sign", "--data", "DATA"),
        ("lines",),
        ("events", "--limit", "0", "--data", "DATA"),
    ],
)
def test_what_cannot_be_meant_is_wrong_use(desk: Desk, arguments: tuple[str, ...]) -> None:
    places = {"FILE": desk.file(b"{}"), "DATA": desk.data, "KEY": desk.own_key}
    assert run("escrow", *(places.get(one, one) for one in arguments)).exit_code == 2


def test_a_program_signs_in_the_place_of_a_key_file(desk: Desk) -> None:
    script = desk.file(
        b"import sys; from pathlib import Path; from ledger.actions.parties.key_file import read_key_file\n"
        b"sys.stdout.buffer.write(read_key_file(Path(sys.argv[1])).sign(sys.stdin.buffer.read()))\n",
        "sign.py",
    )
    vkey = str(read_key_file(desk.own_key).verifier)
    own = ("--sign-with", shlex.join([sys.executable, str(script), str(desk.own_key)]), "--vkey", vkey, "--data", desk.data)
    terms = desk.file(desk.world.market.terms(OWN_BUYER).to_body())
    tea = ("--signer", OWN_BUYER, "--party", "tea", "--data", desk.data)
    proposal = json.loads(done("escrow", "propose", terms, *tea, "--json").stdout)
    assert proposal["id"] in done("escrow", "sign", *own).stdout
    dead = run("escrow", "sign", proposal["id"], "--sign-with", "false", "--vkey", vkey, "--data", desk.data)
    assert (dead.exit_code, "SignerFailed" in dead.stderr) == (ExitCode.UNAVAILABLE, True)
    assert "accepted" in done("escrow", "sign", proposal["id"], *own).stdout
    early = run("escrow", "post", desk.file(desk.world.body("DeliveryAccepted", LINE)), *own)
    assert (early.exit_code, LINE in early.stdout) == (8, True), early.stderr


def test_another_document_is_never_signed(desk: Desk) -> None:
    terms, state = desk.world.market.terms(OWN_BUYER), desk.world.market.ledger.state()
    batch = desk.world.draft([terms.to_body()], issuer=f"{HOST}/tea", signers=[OWN_BUYER])
    here = partial(line_under, seed=SEED, origin=state.origin, first_entry=state.first_entry)
    here(batch.text, desk.world.own, document=terms.to_body())
    with pytest.raises(ProposalUntrue):
        here(batch.text, desk.world.own, document=changed(terms.to_body(), goodsClass="food"))
    with pytest.raises(ProposalUntrue):
        here(batch.text, SigningKey.generate(BUYER), document=terms.to_body())
    with pytest.raises(ProposalElsewhere):
        here(batch.text, desk.world.own, document=terms.to_body(), first_entry=bytes(32))
    with pytest.raises(ProposalElsewhere):
        here(batch.text.replace("class escrow", "class evidence"), desk.world.own, document=terms.to_body())
