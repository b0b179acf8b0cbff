"""Blocks: a path inside a large batch is the same with and without them."""

from __future__ import annotations

import hashlib

import pytest
from sqlalchemy import Engine

from ledger.evidence.merkle import inclusion_proof, reader_of, root_of, verify_inclusion
from ledger.storage.blocks import batch_path, block_roots, write_blocks
from ledger.storage.bulk import insert_rows
from ledger.storage.database import reading, writing
from ledger.storage.position import pack
from ledger.storage.tables.log import RecordRow


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 511, 512, 513, 1_000, 10_001])
def test_paths_of_batches_of_any_size(engine: Engine, size: int) -> None:
    commitments = [hashlib.sha256(str(n).encode()).digest() for n in range(size)]
    with writing(engine) as connection:
        insert_rows(connection, RecordRow, [(pack(3, n), c, b"s", b"b") for n, c in enumerate(commitments)])
        if size > 256:
            write_blocks(connection, [(3, block_roots(commitments))])
    root = root_of(commitments)
    with reading(engine) as connection:
        for place in sorted({0, 1, 255, 256, size // 2, size - 2, size - 1} & set(range(size))):
            path = batch_path(connection, entry=3, place=place, size=size)
            assert path == inclusion_proof(index=place, size=size, read=reader_of(commitments))
            verify_inclusion(index=place, size=size, leaf_hash=commitments[place], proof=path, root=root)
