"""A log over HTTP whose server bends what it serves: each bend is a finding or a named error, over real sockets."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice

import pytest

from ledger.actions.log.export_layout import NOTES_BYTES_MAX, frame_note
from ledger.actions.log.fetching import AnswerAbsent, AnswerTooLarge, Fetcher, SourceUnreachable
from ledger.actions.log.url_source import UrlSource
from ledger.audit.replay import audit
from ledger.audit.report import AuditReport
from ledger.audit.source import SourceUnreadable
from ledger.errors import SuyuanError
from ledger.evidence.bodies import BodyState, PlacedBody, encode_bodies
from ledger.evidence.checkpoint import Checkpoint
from ledger.evidence.key import SigningKey
from ledger.evidence.note import SignedNote, sign_note
from ledger.evidence.tile import TileAddress, encode_bundle
from tests.actions.log.hostile_server import Send, hostile_server, whole
from tests.audit.memory_source import MemorySource
from tests.scenario import LOG_KEY, TinyLedger, tiny_ledger

SIZE = 5
LIST = "/log/checkpoints?after=0"
Served = dict[str, bytes | None]
"""Path to body; None is answered with 404."""


def served(ledger: TinyLedger) -> Served:
    """Everything that an honest server of this log answers, to a reader who may read all bodies."""
    source = MemorySource(ledger)
    pages: Served = {"/log/checkpoint": ledger.checkpoint()}
    pages[LIST] = b"".join(frame_note(size, ledger.checkpoint(size=size)) for size in (1, 3))
    pages["/log/checkpoints?after=3"] = frame_note(SIZE, ledger.checkpoint())
    pages[f"/log/tile/0/000.p/{SIZE}"] = source.tile(TileAddress(0, 0, SIZE))
    pages[f"/log/tile/entries/000.p/{SIZE}"] = encode_bundle([entry or b"" for entry in source.entries(0, SIZE)])
    for index in range(SIZE):
        records = source.true_records(index)
        rows = zip(records.places, records.salts, records.bodies, strict=True)
        placed = [PlacedBody(place, BodyState.PRESENT, salt or b"", body or b"") for place, salt, body in rows]
        pages[f"/bodies/{index}"] = b"".join(encode_bodies(records.context, placed))
        pages[f"/log/commitments/{index}"] = b"".join(one or b"" for one in records.commitments)
    return pages


def report_of(pages: Served) -> AuditReport:
    ledger = tiny_ledger()

    def answer(path: str, send: Send) -> None:
        body = pages.get(path)
        send(whole(b"", status=404) if body is None else whole(body))

    with hostile_server(answer) as url, Fetcher(url, answer_s=5) as fetcher:
        return audit(UrlSource(fetcher), ledger.policy())


def found(report: AuditReport) -> list[tuple[str, str]]:
    return [(finding.kind.value, finding.position) for finding in report.findings]


@pytest.fixture
def pages() -> Iterator[Served]:
    yield served(tiny_ledger())


def test_an_honest_server_is_clean(pages: Served) -> None:
    report = report_of(pages)
    assert (report.findings, report.clean, report.checked.checkpoints) == ((), True, 3)
    pages[LIST] = None
    assert report_of(pages).checked.checkpoints == 1


@pytest.mark.parametrize(
    ("per_page", "length", "bytes_max", "listed"),
    [
        (256, 0, 1 << 30, 1_024),  # full by number
        (2, 2_200_000, 1 << 30, 8),  # full by length
        (256, 0, 128 * 600, 600),
        (2, 2_200_000, 7_000_000, 3),
        (255, 0, 1 << 30, 255),
        (1, 0, 1 << 30, 1),
        (2, 1 << 20, 1 << 30, 2),
    ],
)
def test_a_list_goes_on_after_full_pages_only_and_has_an_end(per_page: int, length: int, bytes_max: int, listed: int) -> None:
    """Whoever claims a newest checkpoint of a size without end, unsigned, does not keep its reader busy without end."""
    last, ends = 10**12, 4 * per_page

    def answer(path: str, send: Send) -> None:
        after = int(path.partition("after=")[2] or 0)
        sizes = range(after + 1, min(after + per_page, ends) + 1)
        newest = Checkpoint(LOG_KEY.verifier.name, last, b"\0" * 32).text.encode() + b"\n\xe2\x80\x94 a AAAAAAA=\n"
        send(whole(b"".join(frame_note(size, b"\0" * length) for size in sizes) if "after" in path else newest))

    with hostile_server(answer) as url, Fetcher(url, answer_s=5) as fetcher:
        published = UrlSource(fetcher, listed_bytes_max=bytes_max).published()
        assert [size for size, _ in islice(published, listed)] == list(range(1, listed + 1))
        if listed == ends:
            assert [size for size, _ in published] == [last]
        else:
            with pytest.raises(SourceUnreadable):
                next(published)


def signed(text: str) -> bytes:
    return sign_note(text, [LOG_KEY]).to_bytes()


def _text(pages: Served) -> str:
    return SignedNote.parse(pages["/log/checkpoint"] or b"").text


TILE, ENTRIES = f"/log/tile/0/000.p/{SIZE}", f"/log/tile/entries/000.p/{SIZE}"


@pytest.mark.parametrize(
    ("path", "bend", "finding"),
    [
        (TILE, lambda data: data[:-1], ("TileWrong", "tile 0/0")),
        (TILE, lambda data: data + data, ("TileWrong", "tile 0/0")),
        (TILE, lambda _: b"", ("TileWrong", "tile 0/0")),
        (TILE, lambda _: None, ("TileWrong", "tile 0/0")),
        (ENTRIES, lambda data: data[:-1], ("EntryMissing", "entry 0")),
        (ENTRIES, lambda data: data + b"\0", ("EntryMissing", "entry 0")),
        (ENTRIES, lambda _: b"", ("EntryMissing", "entry 0")),
        ("/bodies/4", lambda data: data[:-1], ("SourceUnreadable", "records of entry 4")),
        ("/bodies/4", lambda data: data + b"\0\0\0\x09\x07", ("SourceUnreadable", "records of entry 4")),
        ("/bodies/4", lambda _: b"", ("SourceUnreadable", "records of entry 4")),
        ("/log/commitments/4", lambda data: data[:-1], ("CommitmentWrong", "entry 4 place 3")),
        ("/log/commitments/4", lambda _: None, ("CommitmentWrong", "entry 4 place 0")),
        (LIST, lambda data: data + data, ("SourceUnreadable", "checkpoints")),
        (LIST, lambda data: data[:-1], ("SourceUnreadable", "checkpoints")),
        (LIST, lambda _: b"<html>", ("SourceUnreadable", "checkpoints")),
        (LIST, lambda _: frame_note(1, b"") * 257, ("SourceUnreadable", "checkpoints")),
        (LIST, lambda data: data + frame_note(4, b"a note"), ("CheckpointMalformed", "checkpoint 4")),
        ("/log/checkpoints?after=3", lambda _: frame_note(3, b""), ("SourceUnreadable", "checkpoints")),
        ("/log/checkpoints?after=3", lambda _: frame_note(4, b""), ("SourceUnreadable", "checkpoints")),
    ],
)
def test_what_is_bent_is_found(pages: Served, path: str, bend: Callable[[bytes], bytes | None], finding: tuple[str, str]) -> None:
    pages[path] = bend(pages[path] or b"")
    assert finding in found(report_of(pages))


def test_a_checkpoint_with_an_extension_line_is_malformed(pages: Served) -> None:
    pages["/log/checkpoint"] = signed(_text(pages) + "more is true\n")
    assert found(report_of(pages)) == [("CheckpointMalformed", "newest checkpoint")]


def test_a_checkpoint_of_another_origin_is_not_the_policys(pages: Served) -> None:
    checkpoint = Checkpoint.parse(_text(pages))
    other = SigningKey.generate("other.example/main")
    pages["/log/checkpoint"] = sign_note(Checkpoint("other.example/main", SIZE, checkpoint.root).text, [other]).to_bytes()
    assert ("CheckpointNotByLogKey", f"checkpoint {SIZE}") in found(report_of(pages))


def test_a_checkpoint_under_more_lines_than_are_read_is_malformed(pages: Served) -> None:
    note = pages["/log/checkpoint"] or b""
    pages["/log/checkpoint"] = note + note[note.index("—".encode()) :] * 64
    assert ("CheckpointMalformed", "newest checkpoint") in found(report_of(pages))


@pytest.mark.parametrize("note", [b"", b"\0" * 1_000, b"a\nb\nc\n\n", b"\xff" * 100, b"\n" * 1_000])
def test_a_checkpoint_that_is_none_is_a_finding(pages: Served, note: bytes) -> None:
    pages["/log/checkpoint"] = note
    assert found(report_of(pages)) == [("CheckpointMalformed", "newest checkpoint")]


def test_a_claimed_size_without_entries_ends_at_once(pages: Served) -> None:
    pages["/log/checkpoint"] = signed(f"{LOG_KEY.verifier.name}\n{1 << 60}\n{'A' * 43}=\n")
    kinds = {kind for kind, _ in found(report_of(pages))}
    assert {"QuorumUnmet", "EntryMissing"} <= kinds


@pytest.mark.parametrize(
    ("path", "length", "refusal"),
    [
        ("/log/checkpoint", 1_000_001, AnswerTooLarge),
        (TILE, 8_193, AnswerTooLarge),
        (LIST, NOTES_BYTES_MAX + 1, AnswerTooLarge),
        ("/log/commitments/0", 32 * 10_001 + 1, AnswerTooLarge),
    ],
)
def test_an_answer_longer_than_it_may_be_ends_the_audit_by_name(
    pages: Served, path: str, length: int, refusal: type[SuyuanError]
) -> None:
    pages[path] = b"1" * length
    with pytest.raises(refusal):
        report_of(pages)


def test_a_server_that_fails_is_no_verdict() -> None:
    with (
        hostile_server(lambda _, send: send(whole(b"", status=500))) as url,
        Fetcher(url, answer_s=5) as fetcher,
        pytest.raises(SourceUnreachable),
    ):
        UrlSource(fetcher).newest()


def test_an_address_with_log_at_its_end_gets_a_hint() -> None:
    with (
        hostile_server(lambda _, send: send(whole(b"", status=404))) as url,
        Fetcher(f"{url}/log", answer_s=5) as fetcher,
        pytest.raises(AnswerAbsent, match=rf"leave /log off the address: {url}"),
    ):
        UrlSource(fetcher).newest()
