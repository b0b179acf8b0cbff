"""Ways to bend bytes that a parser accepts: what a careless program, an editor or an attacker would do to them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from hypothesis import strategies as st

LOOK_ALIKES: dict[bytes, tuple[str, ...]] = {
    b" ": ("\u00a0", "\u2003", "\t", "  ", ""),
    b"\n": ("\r\n", "\r", "\u2028", "\x85", "\n\n", ""),
    b"0": ("\u0660", "\uff10", "O", "00", "+0", "-0"),
    b"1": ("\u0661", "\uff11", "l", "01", "1_0", "1.0", "1e0"),
    b"a": ("\u0430", "\uff41", "A", "a\u0301"),
    b"e": ("\u0435", "E"),
    b"+": ("-", "\uff0b"),
    b"/": ("_", "\u2215", "%2F", "//", "/./"),
    b"=": ("", "==", "\uff1d"),
    b'"': ("'", "\u201d", '\\"', '""'),
    b"\xe2\x80\x94": ("-", "--", "\u2013", "\u2015"),
}
INSERTED: tuple[bytes, ...] = (
    *(b"\0", b"\r", b"\n", b"\n\n", b" ", b"\x7f", b"\x1f", b"\xff", b"\xef\xbb\xbf", b"\xc0\x80"),
    *(b"\xed\xa0\x80", b"\xed\xb0\x80", b"\xf4\x90\x80\x80", b"\xe2\x80\xae", b"\xe2\x80\x94 x y\n"),
    *(b"\\u0000", b"\\ud800", b"{", b"}", b"[", b",", b'"', b"=", b"+"),
)
HUGE: tuple[bytes, ...] = (
    *(b"-1", b"256", b"65536", b"10001", b"4294967296", b"9223372036854775807", b"9223372036854775808", b"18446744073709551616"),
    *(b"1e400", b"1e999999999", b"0x10", b"9" * 39, b"9" * 5_000, b"\xd9\xa3", b"NaN", b"Infinity"),
)

Bend = Callable[[st.DataObject, bytes], bytes]


def flip(data: st.DataObject, old: bytes) -> bytes:
    bent = bytearray(old)
    if bent:
        place = data.draw(st.integers(0, 8 * len(bent) - 1))
        bent[place // 8] ^= 1 << place % 8
    return bytes(bent)


def drop(data: st.DataObject, old: bytes) -> bytes:
    start, end = _range(data, old)
    return old[:start] + old[end:]


def double(data: st.DataObject, old: bytes) -> bytes:
    start, end = _range(data, old)
    return old[:end] + old[start:end] + old[end:]


def move(data: st.DataObject, old: bytes) -> bytes:
    start, end = _range(data, old)
    rest = old[:start] + old[end:]
    at = data.draw(st.integers(0, len(rest)))
    return rest[:at] + old[start:end] + rest[at:]


def insert(data: st.DataObject, old: bytes) -> bytes:
    at = data.draw(st.integers(0, len(old)))
    return old[:at] + data.draw(st.sampled_from(INSERTED)) + old[at:]


def look_alike(data: st.DataObject, old: bytes) -> bytes:
    """Put another character in the place of one that looks or means the same: one time, or each time."""
    there = [plain for plain in LOOK_ALIKES if plain in old]
    if not there:
        return old
    plain = data.draw(st.sampled_from(there))
    other = data.draw(st.sampled_from(LOOK_ALIKES[plain])).encode()
    if data.draw(st.booleans()):
        return old.replace(plain, other)
    before = old.split(plain)
    at = data.draw(st.integers(1, len(before) - 1))
    return plain.join(before[:at]) + other + plain.join(before[at:])


def huge_number(data: st.DataObject, old: bytes) -> bytes:
    """Put a number that is too large, or no number, where digits stand."""
    places = [at for at in range(len(old)) if old[at : at + 1].isdigit() and not old[at - 1 : at].isdigit()]
    if not places:
        return old
    start = end = data.draw(st.sampled_from(places))
    while old[end : end + 1].isdigit():
        end += 1
    return old[:start] + data.draw(st.sampled_from(HUGE)) + old[end:]


def swap_lines(data: st.DataObject, old: bytes) -> bytes:
    lines = old.split(b"\n")
    one, other = (data.draw(st.integers(0, len(lines) - 1)) for _ in range(2))
    lines[one], lines[other] = lines[other], lines[one]
    return b"\n".join(lines)


BENDS: tuple[Bend, ...] = (flip, drop, double, move, insert, look_alike, huge_number, swap_lines)


@st.composite
def bent(draw: st.DrawFn, samples: Sequence[bytes]) -> bytes:
    """One of the samples, or two spliced, bent one to three times."""
    data = draw(st.data())
    found = draw(st.sampled_from(samples))
    if draw(st.integers(0, 5)) == 0:
        other = draw(st.sampled_from(samples))
        found = found[: draw(st.integers(0, len(found)))] + other[draw(st.integers(0, len(other))) :]
    for bend in draw(st.lists(st.sampled_from(BENDS), min_size=1, max_size=3)):
        found = bend(data, found)
    return found


def _range(data: st.DataObject, old: bytes) -> tuple[int, int]:
    start = data.draw(st.integers(0, len(old)))
    return start, data.draw(st.integers(start, min(len(old), start + 64)))
