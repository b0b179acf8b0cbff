"""Hostile files sent to a server that has little memory and little time: each is refused by name, and it lives on."""

from __future__ import annotations

import os
import re
import struct
import subprocess
import sys
import time
import zlib
from collections.abc import Iterator
from shutil import copytree

import httpx
import pytest

from ledger.trade.media.pdf import INFLATED_BYTES_MAX
from tests.api.conftest import Founded
from tests.trade.media.files import CUBE, box_model, drawn, glb, gltf, pdf, picture, png_chunk

MEMORY_BYTES = 3 << 29
"""Of addresses, libraries and the stacks of threads included; a picture of fifty million pixels takes 200 MB of it."""
CPU_S = 150
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
XXE = b'<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><svg>&b;</svg>'


CONFINED = f"""
import resource
resource.setrlimit(resource.RLIMIT_AS, ({MEMORY_BYTES}, {MEMORY_BYTES}))
resource.setrlimit(resource.RLIMIT_CPU, ({CPU_S}, {CPU_S}))
from cli.main import main
main()
"""


@pytest.fixture(scope="module")
def confined(founded: Founded, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A server of its own process that may use so much memory and processor time, and dies of more."""
    folder = tmp_path_factory.mktemp("confined")
    copytree(founded.data, folder / "data")
    command = [sys.executable, "-c", CONFINED, "serve", "--data", str(folder / "data"), "--port", "0"]
    environment = {**os.environ, "MALLOC_ARENA_MAX": "2"}
    log = folder / "log"
    with log.open("w") as written, subprocess.Popen(command, env=environment, stderr=written) as server:
        while (found := re.search(r"serving .* on (http://\S+)", log.read_text())) is None:
            assert server.poll() is None, log.read_text()
            time.sleep(0.05)
        with httpx.Client(base_url=found[1], timeout=120, headers={"X-Api-Key": founded.keys["factory"]}) as client:
            yield client
        server.terminate()


def png(width: int, height: int, rows: bytes) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = (png_chunk(b"IHDR", head), png_chunk(b"IDAT", rows), png_chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def in_pdf(head: bytes, data: bytes) -> bytes:
    whole = pdf()
    at = whole.rindex(b"xref")
    packed = b"99 0 obj\n<<%s/Length %d>>\nstream\n%s\nendstream\nendobj\n" % (head, len(data), data)
    return whole[:at] + packed + whole[at:]


def nested(depth: int) -> bytes:
    root, binary = gltf(CUBE)
    root["nodes"] = [{"children": [number + 1]} for number in range(depth)] + [{"mesh": 0}]
    return glb(root, binary)


def spoilt(**members: object) -> bytes:
    root, binary = gltf(CUBE)
    return glb({**root, **members}, binary)


OBJECTS = b"/Type/ObjStm/N 1/First 4/Filter/FlateDecode"
HOSTILE = {
    "svg": SVG,
    "entities": XXE,
    "svg behind a picture's beginning": b"\xff\xd8\xff" + SVG,
    "html behind a comment": b"<!-- -->" + b" " * 4096 + b"<html>",
    "a million by a million": png(1_000_000, 1_000_000, zlib.compress(b"")),
    "fifty million pixels and one row": png(10_000, 5_001, zlib.compress(bytes(1 << 20))),
    "text that unpacks to a gigabyte": picture("PNG")[:33]
    + png_chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(256 << 20))) + png_chunk(b"IEND", b""),
    "cut off jpeg": picture("JPEG")[:-400],
    "cut off webp": picture("WEBP")[:40],
    "endless segments": b"\xff\xd8" + b"\xff\xe1\x00\x02" * (1 << 20),
    "a stream that unpacks to a gigabyte": in_pdf(OBJECTS, zlib.compress(bytes(INFLATED_BYTES_MAX * 8))),
    "a stream inside a stream": in_pdf(b"/Type/ObjStm/N 1/First 4/Filter[/FlateDecode/FlateDecode]", zlib.compress(b"x")),
    "objects without end": in_pdf(b"", b"1 obj endobj " * 300_000),
    "a document that acts": in_pdf(OBJECTS, zlib.compress(b"7 0 <</S/#4aavaScript/JS(x)>>")),
    "a document that is an archive": b"PK\x03\x04" + pdf(),
    "a model that fetches": spoilt(buffers=[{"byteLength": 96, "uri": "https://evil.example/a.bin"}]),
    "a picture in a model that fetches": spoilt(images=[{"uri": "file:///etc/passwd"}]),
    "a model in a circle": spoilt(nodes=[{"mesh": 0, "children": [0]}]),
    "a model of a thousand levels": nested(1_000),
    "a model of points that are not there": spoilt(accessors=[
        {"bufferView": 0, "componentType": 5126, "count": 1 << 30, "type": "VEC3", "min": [0] * 3, "max": [1] * 3}]),
    "a model longer than it is": box_model()[:8] + struct.pack("<I", 1 << 31) + box_model()[12:],
    "brackets": glb(b"[" * 1_000_000),
    "numbers": glb(b'{"asset":' + b"9" * 1_000_000 + b"}"),
    "zeros": bytes(8 << 20),
    "an archive": b"PK\x03\x04" + bytes(1 << 16),
}  # fmt: skip


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_file_is_refused_by_name_and_the_server_lives(confined: httpx.Client, data: bytes) -> None:
    answer = confined.post("/media", content=data)
    assert answer.status_code in (400, 413, 415, 422), answer.text
    assert answer.json()["code"] not in ("ServerFault", "RequestMalformed")
    assert confined.get("/healthz").status_code == 200


def test_the_largest_picture_that_is_taken_fits_into_that_memory_even_several_at_once(confined: httpx.Client) -> None:
    rows = zlib.compress((b"\0" + bytes(3 * 8_000)) * 6_000, 1)
    assert confined.post("/media", content=png(8_000, 6_000, rows)).status_code == 201
    honest = picture("PNG", width=drawn().width, height=drawn().height)
    assert confined.post("/media", content=honest).status_code == 201


def test_rows_beyond_the_last_are_never_unpacked(confined: httpx.Client) -> None:
    bomb = png(100, 100, zlib.compress(bytes(2 << 30), 1))
    assert confined.post("/media", content=bomb).status_code == 201
    assert confined.get("/healthz").status_code == 200
