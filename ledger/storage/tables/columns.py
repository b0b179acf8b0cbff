"""Column types that mean the same on every database the ledger runs on."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import BigInteger, Integer, LargeBinary
from sqlalchemy.types import TypeEngine

# SQLite makes an integer primary key the row's own address only when it is spelled INTEGER.
INT64: Final[TypeEngine[int]] = BigInteger().with_variant(Integer(), "sqlite")
BYTES: Final = LargeBinary

# Tables that are all key need no hidden row number on SQLite; other databases ignore this.
KEY_ONLY: Final[dict[str, Any]] = {"sqlite_with_rowid": False}
