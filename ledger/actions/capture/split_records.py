"""Records as a client sends them: one JSON object, or one per line, each kept exactly as sent."""

from __future__ import annotations

from ledger.errors import Unprocessable
from ledger.evidence.batch import BATCH_BYTES_MAX
from ledger.evidence.record import JsonMalformed, JsonTooLarge, read_record


class RecordsMissing(Unprocessable):
    title = "there is no record in it"
    default_hint = "send one JSON object, or one per line"


def split_records(data: bytes) -> list[bytes]:
    """The records in `data`, exactly as sent: one JSON object, or one object per line.

    Raises:
        RecordsMissing, JsonTooLarge, and what the strict pass raises.
    """
    if len(data) > BATCH_BYTES_MAX:
        raise JsonTooLarge(seen=f"{len(data)} bytes", wanted=f"at most {BATCH_BYTES_MAX}")
    whole = data.strip(b" \t\r\n")
    if not whole:
        raise RecordsMissing(seen="nothing")
    lines = [line for line in (line.strip(b" \t\r") for line in whole.split(b"\n")) if line]
    if len(lines) == 1 or not all(line.startswith(b"{") and line.endswith(b"}") for line in lines):
        return [whole]
    try:
        read_record(whole)
    except JsonMalformed:
        return lines
    return [whole]
