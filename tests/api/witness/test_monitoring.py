"""What anybody may read at a witness."""

from __future__ import annotations

import base64
import hashlib
import re

from ledger.actions.witness.known_logs import remove_log
from ledger.evidence.checkpoint import cosignature_time, open_checkpoint
from ledger.evidence.note import SignatureLine, SignedNote
from tests.api.witness.conftest import FORKED, LOG, Served
from tests.witnessed_log import ORIGIN, MadeLog, key_of


def test_the_latest_checkpoint_has_the_lines_of_log_and_witness_and_no_others(running: Served) -> None:
    assert running.read("checkpoint").status_code == 404
    running.introduce(LOG.introduction())
    assert running.read("checkpoint").status_code == 404
    stranger = SignatureLine("other.example", b"\0\0\0\1", b"x" * 64)
    note = SignedNote(LOG.note(7).text, (stranger, *LOG.note(7).signatures))
    running.ask(LOG.request(0, 5))
    given = running.ask(LOG.request(5, 7, note=note)).text
    answer = running.read("checkpoint")
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    checkpoint, kept = open_checkpoint(answer.content, origin=ORIGIN, log_keys=[LOG.keys[0].verifier])
    assert checkpoint == LOG.checkpoint(7)
    assert answer.text == LOG.note(7).to_bytes().decode() + given
    for line, key in zip(kept.signatures[1:], running.witness.verifiers, strict=True):
        cosignature_time(kept, line, key)


def test_an_address_that_names_no_log_is_404(running: Served) -> None:
    for path in ("/xyz/checkpoint", f"/{'A' * 64}/checkpoint", f"/{'0' * 64}/checkpoint", f"/{'0' * 64}/conflicts", "/more"):
        assert running.client.get(path).status_code == 404
    assert running.client.get("/add-checkpoint").status_code == 405
    assert running.client.head("/healthz").status_code == 200


def test_conflicts_are_served_with_both_notes(running: Served) -> None:
    running.introduce(LOG.introduction())
    running.ask(LOG.request(0, 7))
    assert running.read("conflicts").json() == {"origin": ORIGIN, "conflicts": []}
    running.ask(FORKED.request(7, 7))
    running.ask(FORKED.request(7, 9))
    fork, suspicion = running.read("conflicts").json()["conflicts"]
    assert (fork["kind"], fork["size"], suspicion["kind"], suspicion["size"]) == ("fork", 7, "proof-wrong", 9)
    for one in (fork, suspicion):
        for note in (one["cosigned"], one["refused"]):
            open_checkpoint(note.encode(), origin=ORIGIN, log_keys=[LOG.keys[0].verifier])


def test_the_page_says_who_it_is_and_what_it_cosigned(running: Served) -> None:
    hostile = MadeLog([key_of("first", name="<script>alert(1)</script>")], origin="<script>alert(1)</script>")
    assert "It knows none yet." in running.client.get("/").text
    running.introduce(LOG.introduction())
    running.introduce(hostile.introduction())
    running.ask(LOG.request(0, 1_234))
    running.ask(FORKED.request(1_234, 1_234))
    remove_log(running.witness.engine, hostile.origin)
    answer = running.client.get("/")
    page = answer.text
    for key in running.witness.verifiers:
        assert str(key).replace("+", "&#43;") in page or str(key) in page
    assert re.search(r"Size 1,234, cosigned \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC", page)
    assert "This log has signed two histories." in page
    assert "Not cosigned any more." in page
    assert "<script" not in page and "&lt;script&gt;" in page
    assert 'name="viewport"' in page
    assert page.count("Size ") == 1


def test_the_browser_may_use_the_one_style_and_nothing_else(running: Served) -> None:
    answer = running.client.get("/")
    (style,) = re.findall(r"<style>(.*?)</style>", answer.text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = answer.headers["Content-Security-Policy"]
    assert f"style-src 'sha256-{digest}'" in policy and "default-src 'none'" in policy
    assert not re.findall(r"(?:src|href)=\"(?:https?:)?//", answer.text)
