"""One parser to be fuzzed: how it is called on bytes, how it prints, and what it accepts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from ledger.errors import Malformed, SuyuanError

ERROR_BYTES_MAX = 20_000
"""What an error says is shown to people and written into answers, whatever was sent."""


@dataclass(frozen=True)
class Target:
    """A parser.

    Attributes:
        read: takes the bytes; returns what they say, or raises a named error.
        printed: the one spelling of what `read` returned; None where the format has more than one.
        samples: accepted, each of another kind.
    """

    name: str
    read: Callable[[bytes], Any]
    printed: Callable[[Any], bytes] | None
    samples: Sequence[bytes]

    def accepts(self, data: bytes) -> bool:
        """Try `data`: refused by a named error whose words can be shown, or accepted in its one spelling.

        Raises:
            AssertionError, and whatever the parser should not have raised.
        """
        try:
            found = self.read(data)
        except SuyuanError as refusal:
            assert type(refusal).title, type(refusal)
            assert len(str(refusal).encode()) <= ERROR_BYTES_MAX
            return False
        if self.printed is not None:
            assert self.printed(found) == data, f"{self.name} accepts a second spelling"
        return True


def of_text(name: str, read: Callable[[str], Any], printed: Callable[[Any], str] | None, samples: Sequence[str]) -> Target:
    """A parser of text. Half a surrogate pair cannot come from UTF-8, but from JSON: here bytes may spell one."""

    def read_bytes(data: bytes) -> Any:
        try:
            text = data.decode("utf-8", "surrogatepass")
        except UnicodeDecodeError as reason:
            raise Malformed(seen=f"byte {reason.start}", wanted="text") from reason
        return read(text)

    def printed_bytes(found: Any) -> bytes:
        assert printed is not None
        return printed(found).encode("utf-8", "surrogatepass")

    return Target(name, read_bytes, None if printed is None else printed_bytes, [sample.encode() for sample in samples])
