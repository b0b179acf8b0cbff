"""Witnesses asked in parallel: quorum, back-off, what is remembered, and witnesses that lie, stall or flood."""

from __future__ import annotations

import gzip
import socket
import threading
import time
from contextlib import ExitStack

import pytest

from ledger.actions.log.witnesses.witnesses import Witnesses
from ledger.evidence.add_checkpoint import AddCheckpoint
from ledger.evidence.checkpoint import cosign, cosignature_time
from ledger.evidence.key import KeyType, SigningKey
from ledger.evidence.note import SignatureLine, SignedNote
from ledger.evidence.policy import WitnessLine
from tests.actions.log.witnesses.conftest import Log, system_clock
from tests.actions.log.witnesses.honest_witness import Answer, HonestWitness, Twist, raw_server, serving

ALIEN = SigningKey.generate("w1", KeyType.COSIGNATURE)


def failure_of(witnesses: Witnesses, log: Log, line: WitnessLine) -> str | None:
    (state,) = witnesses.states(log.policy(line))
    return None if state.failure is None else state.failure.code


def ask_one(witnesses: Witnesses, log: Log, line: WitnessLine, size: int = 5) -> list[str]:
    return [one.name for one in witnesses.ask(log.asked(size), log.policy(line))]


def test_a_witness_is_introduced_to_cosigns_and_is_followed_over_one_connection(witnesses: Witnesses, log: Log) -> None:
    with serving(HonestWitness("w1")) as witness:
        (line,) = witness.lines
        for size in (3, 3, 7, 300):
            asked = log.asked(size)
            (cosigned,) = witnesses.ask(asked, log.policy(line))
            assert cosignature_time(asked.note, cosigned.line, line.key) == cosigned.time_s
        assert witness.connections == 1
    paths = [path for path, _ in witness.asked]
    assert paths == ["/add-checkpoint", "/add-log"] + ["/add-checkpoint"] * 4
    assert [AddCheckpoint.parse(body).old_size for path, body in witness.asked if path != "/add-log"] == [0, 0, 3, 3, 7]


def test_what_a_witness_cosigned_last_is_found_again(witnesses: Witnesses, log: Log) -> None:
    with serving(HonestWitness("w1")) as witness:
        (line,) = witness.lines
        assert ask_one(witnesses, log, line, 40) == ["w1"]
        with Witnesses(timeout_s=10.0, clock=system_clock) as restarted:
            assert ask_one(restarted, log, line, 41) == ["w1"]
        assert [AddCheckpoint.parse(body).old_size for _, body in witness.asked[-2:]] == [0, 40]
        witness.last.clear()  # it lost its memory, and says so
        assert ask_one(witnesses, log, line, 42) == ["w1"]


def test_one_witness_with_two_keys_is_asked_once(witnesses: Witnesses, log: Log) -> None:
    keys = [SigningKey.generate("w1", KeyType.COSIGNATURE), SigningKey.generate("w1", KeyType.MLDSA44)]
    with serving(HonestWitness("w1", keys=keys)) as witness:
        cosigned = witnesses.ask(log.asked(5), log.policy(*witness.lines, quorum=2))
    assert [one.name for one in cosigned] == ["w1", "w11"]
    assert len(witness.asked) == 3


def test_nobody_is_waited_for_once_the_quorum_is_met(witnesses: Witnesses, log: Log) -> None:
    release = threading.Event()

    def stall(connection: socket.socket) -> None:
        release.wait(20)

    with ExitStack() as stack:
        honest = [stack.enter_context(serving(HonestWitness(name))) for name in ("w1", "w2")]
        slow = WitnessLine("w3", SigningKey.generate("w3", KeyType.COSIGNATURE).verifier, stack.enter_context(raw_server(stall)))
        policy = log.policy(slow, *honest[0].lines, *honest[1].lines, quorum=2)
        assert [one.name for one in witnesses.ask(log.asked(5), policy)] == ["w1", "w2"]
        assert {state.line.name: state.failure for state in witnesses.states(policy)}["w3"] is None  # it still has time
        release.set()


def test_no_answer_is_waited_for_that_could_not_make_the_quorum(witnesses: Witnesses, log: Log) -> None:
    asked = threading.Event()

    def stall(connection: socket.socket) -> None:
        asked.set()
        threading.Event().wait(3)

    with raw_server(stall) as address, serving(HonestWitness("w2")) as honest:
        slow = WitnessLine("w1", SigningKey.generate("w1", KeyType.COSIGNATURE).verifier, address)
        dead = WitnessLine("w3", SigningKey.generate("w3", KeyType.COSIGNATURE).verifier, "http://127.0.0.1:1")
        policy = log.policy(slow, *honest.lines, dead, quorum=3)
        witnesses.ask(log.asked(5), policy)
        assert asked.wait(5)
        assert witnesses.quorum_in_s(policy) > 0


def test_everyone_can_be_waited_for(witnesses: Witnesses, log: Log) -> None:
    with ExitStack() as stack:
        lines = [stack.enter_context(serving(HonestWitness(f"w{at}"))).lines[0] for at in range(4)]
        assert len(witnesses.ask(log.asked(5), log.policy(*lines), everyone=True)) == 4


def test_a_witness_that_failed_is_left_alone_and_then_asked_again(witnesses: Witnesses, log: Log) -> None:
    witness = HonestWitness("w1")
    with serving(witness):
        (line,) = witness.lines
    assert ask_one(witnesses, log, line) == []
    assert failure_of(witnesses, log, line) == "WitnessUnreachable"
    port = int(witness.url.rpartition(":")[2])
    with serving(witness, port=port):
        waits_s = witnesses.quorum_in_s(log.policy(line))
        assert 0 < waits_s <= 1
        assert ask_one(witnesses, log, line) == []
        assert witness.asked == []
        time.sleep(waits_s)
        assert witnesses.quorum_in_s(log.policy(line)) == 0
        assert ask_one(witnesses, log, line) == ["w1"]
    assert failure_of(witnesses, log, line) is None


@pytest.mark.parametrize(("status", "after", "waits"), [(429, "40", 40), (503, "999999", 300), (503, "soon", 1), (500, "40", 1)])
def test_it_is_left_alone_for_as_long_as_it_asks(witnesses: Witnesses, log: Log, status: int, after: str, waits: int) -> None:
    busy = HonestWitness("w1", headers={"Retry-After": after}, twist=lambda *_: (status, b""))
    with serving(busy) as witness:
        assert ask_one(witnesses, log, witness.lines[0]) == []
        assert waits - 1 < witnesses.quorum_in_s(log.policy(*witness.lines)) <= waits


def replayed(witness: HonestWitness, path: str, body: bytes) -> Answer | None:
    """The cosignature of a checkpoint that was asked for before."""
    if path == "/add-log" or len(witness.asked) < 4:
        return None
    older = SignedNote.parse(AddCheckpoint.parse(witness.asked[2][1]).note)
    return 200, witness.cosignatures(older)


def test_a_cosignature_of_an_older_checkpoint_is_not_taken(witnesses: Witnesses, log: Log) -> None:
    with serving(HonestWitness("w1", twist=replayed)) as witness:
        assert ask_one(witnesses, log, witness.lines[0], 5) == ["w1"]
        assert ask_one(witnesses, log, witness.lines[0], 6) == []
        assert failure_of(witnesses, log, witness.lines[0]) == "SignatureWrong"


def cosigned_by(key: SigningKey, body: bytes, time_s: int) -> bytes:
    return f"{cosign(SignedNote.parse(AddCheckpoint.parse(body).note), key, time_s)}\n".encode()


def forged(witness: HonestWitness, body: bytes) -> bytes:
    own = witness.keys[0].verifier
    line = SignatureLine.parse(cosigned_by(ALIEN, body, witness.clock()).decode().rstrip("\n"))
    return f"{SignatureLine(own.name, own.key_id, line.signature)}\n".encode()


def timeless(witness: HonestWitness, body: bytes) -> bytes:
    key = witness.keys[0]
    note = SignedNote.parse(AddCheckpoint.parse(body).note)
    signature = key.sign(f"cosignature/v1\ntime 0\n{note.text}".encode())
    return f"{SignatureLine(key.verifier.name, key.verifier.key_id, bytes(8) + signature)}\n".encode()


def of_another_log(witness: HonestWitness, body: bytes) -> bytes:
    note = SignedNote.parse(AddCheckpoint.parse(body).note)
    return witness.cosignatures(SignedNote(note.text.replace("main", "other"), note.signatures))


def lines(count: int) -> Twist:
    def many(witness: HonestWitness, path: str, body: bytes) -> Answer:
        return 200, cosigned_by(ALIEN, body, 1) * (count - 1) + cosigned_by(witness.keys[0], body, witness.clock())

    return many


def says(status: int, answer: bytes = b"") -> Twist:
    return lambda witness, path, body: (status, answer)


LIES: dict[str, tuple[Twist, str]] = {
    "another key": (lambda witness, path, body: (200, cosigned_by(ALIEN, body, witness.clock())), "CosignatureMissing"),
    "a forged line": (lambda witness, path, body: (200, forged(witness, body)), "SignatureWrong"),
    "time 0": (lambda witness, path, body: (200, timeless(witness, body)), "CosignatureMalformed"),
    "another origin": (lambda witness, path, body: (200, of_another_log(witness, body)), "SignatureWrong"),
    "an hour ahead": (
        lambda witness, path, body: (200, cosigned_by(witness.keys[0], body, witness.clock() + 3_600)),
        "WitnessClockDiffers",
    ),
    "17 lines": (lines(17), "WitnessAnswerMalformed"),
    "65 lines": (lines(65), "WitnessAnswerMalformed"),
    "no line": (says(200), "WitnessAnswerMalformed"),
    "a line without end": (says(200, "— w1 AAAA".encode()), "WitnessAnswerMalformed"),
    "text that is none": (says(200, b"\xff\xfe\n"), "WitnessAnswerMalformed"),
    "a flood": (says(200, b"x" * 5_000_000), "WitnessAnswerTooLarge"),
    "a flooding refusal": (says(500, b"x" * 5_000_000), "WitnessAnswerTooLarge"),
    "a conflict with what was asked from": (says(409, b"0\n"), "WitnessAnswerMalformed"),
    "a conflict without a size": (says(409, b"soon\n"), "WitnessAnswerMalformed"),
    "a conflict of many digits": (says(409, b"9" * 60_000), "WitnessAnswerMalformed"),
    "a conflict with a larger log": (says(409, b"6\n"), "WitnessAhead"),
    "conflict after conflict": (says(409, b"3\n"), "WitnessFailed"),
    "never known": (says(404), "WitnessKnowsNot"),
    "forbidden": (says(403), "WitnessForbids"),
    "another history": (says(422), "WitnessDisagrees"),
    "broken": (says(500), "WitnessFailed"),
    "malformed": (says(400), "WitnessFailed"),
    "elsewhere": (says(302), "WitnessFailed"),
}


@pytest.mark.parametrize(("twist", "code"), LIES.values(), ids=LIES)
def test_nothing_is_taken_from_a_witness_that_lies(witnesses: Witnesses, log: Log, twist: Twist, code: str) -> None:
    with serving(HonestWitness("w1", twist=twist, headers={"Location": "http://127.0.0.1:1/"})) as witness:
        assert ask_one(witnesses, log, witness.lines[0]) == []
        assert failure_of(witnesses, log, witness.lines[0]) == code
    assert len(witness.asked) <= 3


def test_sixteen_lines_are_read(witnesses: Witnesses, log: Log) -> None:
    with serving(HonestWitness("w1", twist=lines(16))) as witness:
        assert ask_one(witnesses, log, witness.lines[0]) == ["w1"]


def test_a_compressed_answer_is_not_unpacked(witnesses: Witnesses, log: Log) -> None:
    bomb = gzip.compress(b"x" * 50_000_000)
    with serving(HonestWitness("w1", twist=says(200, bomb), headers={"Content-Encoding": "gzip"})) as witness:
        assert ask_one(witnesses, log, witness.lines[0]) == []
        assert failure_of(witnesses, log, witness.lines[0]) == "WitnessAnswerMalformed"


def silent(connection: socket.socket) -> None:
    threading.Event().wait(3)


def dripping(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    for _ in range(100):
        connection.sendall(b"x")
        threading.Event().wait(0.05)


def endless_headers(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    for _ in range(20_000):
        connection.sendall(b"X-Filler: " + b"x" * 1_000 + b"\r\n")


def hanging_up(connection: socket.socket) -> None:
    connection.recv(65_536)


def cut_short(connection: socket.socket) -> None:
    connection.recv(65_536)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf")


def no_http(connection: socket.socket) -> None:
    connection.recv(65_536)
    connection.sendall(b"220 mail.example ESMTP\r\n")


@pytest.mark.parametrize(
    ("talk", "code"),
    [
        (silent, "WitnessSlow"),
        (dripping, "WitnessSlow"),
        (endless_headers, "WitnessUnreachable"),
        (hanging_up, "WitnessUnreachable"),
        (cut_short, "WitnessUnreachable"),
        (no_http, "WitnessUnreachable"),
    ],
)
def test_a_witness_that_stalls_or_breaks_off_costs_its_time_at_most(hasty: Witnesses, log: Log, talk: object, code: str) -> None:
    with raw_server(talk) as address:  # type: ignore[arg-type]
        line = WitnessLine("w1", SigningKey.generate("w1", KeyType.COSIGNATURE).verifier, address)
        assert ask_one(hasty, log, line) == []
        assert failure_of(hasty, log, line) == code


@pytest.mark.parametrize(
    "url",
    [
        None, "ftp://w.example", "file:///etc/passwd", "http://user:secret@w.example", "http://", "//w.example", "w.example",
        "http://w.example/?a=b", "http://w.example/#a", "http://w.example:99999", "http://w.example:0", "http://w.example\\@evil",
    ],
)  # fmt: skip
def test_an_odd_address_is_never_asked(witnesses: Witnesses, log: Log, url: str | None) -> None:
    line = WitnessLine("w1", SigningKey.generate("w1", KeyType.COSIGNATURE).verifier, url)
    assert ask_one(witnesses, log, line) == []
    (state,) = witnesses.states(log.policy(line))
    assert state.failure is not None
    assert state.failure.code == "WitnessUrlRefused"
    assert "secret" not in str(state.failure)
    assert witnesses.quorum_in_s(log.policy(line)) > 0


def test_a_witness_does_not_follow_a_fork(witnesses: Witnesses, log: Log) -> None:
    with serving(HonestWitness("w1")) as witness:
        assert ask_one(witnesses, log, witness.lines[0], 5) == ["w1"]
        other = Log(key=log.key, fork=b"other ")
        assert ask_one(witnesses, other, witness.lines[0], 9) == []
        assert failure_of(witnesses, log, witness.lines[0]) == "WitnessDisagrees"


def test_the_clock_is_doubted_when_a_quorum_dates_otherwise(witnesses: Witnesses, log: Log) -> None:
    with ExitStack() as stack:
        all_of_them = [HonestWitness(f"w{at}", clock=lambda: int(time.time()) - 120) for at in range(2)]
        lines_ = [stack.enter_context(serving(one)).lines[0] for one in all_of_them]
        both, right = log.policy(*lines_, quorum=2), log.policy(lines_[0], quorum=1)
        assert witnesses.ask(log.asked(5), both, everyone=True) == ()
        doubt = witnesses.doubt_of_clock(both)
        assert doubt is not None
        assert doubt.code == "WitnessClockDiffers"
        all_of_them[0].clock = lambda: int(time.time())
        time.sleep(witnesses.quorum_in_s(both))
        witnesses.ask(log.asked(6), right)
        assert witnesses.doubt_of_clock(right) is None


def test_cookies_of_a_liar_are_not_kept_and_do_not_silence_its_neighbour(witnesses: Witnesses, log: Log) -> None:
    liar = HonestWitness("w1", headers={"Set-Cookie": f"flood={'x' * 3_000}; Path=/; Max-Age=9999999"})
    with serving(liar), serving(HonestWitness("w2")) as neighbour:
        for size in (3, 4):
            assert len(witnesses.ask(log.asked(size), log.policy(*liar.lines, *neighbour.lines, quorum=2))) == 2
    assert [headers for headers in (*liar.received, *neighbour.received) if "cookie" in headers] == []


def test_a_witness_of_another_time_is_left_alone_longer_each_time(witnesses: Witnesses, log: Log) -> None:
    with serving(HonestWitness("w1", clock=lambda: int(time.time()) + 1_000_000)) as witness:
        (line,) = witness.lines
        waits = []
        for size in (3, 4, 5):
            assert ask_one(witnesses, log, line, size) == []
            (state,) = witnesses.states(log.policy(line))
            waits.append(state.waits_s)
            witnesses._places[line.url or ""].standing.retry_at = 0.0
        assert [AddCheckpoint.parse(body).old_size for path, body in witness.asked if path != "/add-log"] == [0, 0, 3, 4]
    assert waits[2] > waits[0] + 0.5
