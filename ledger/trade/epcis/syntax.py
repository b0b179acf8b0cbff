"""The spellings inside strings: URIs after RFC 3986, times after RFC 3339, offsets, units, versions, hexadecimal."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Final

from ledger.evidence.instant import Instant

_PCHAR: Final = r"[A-Za-z0-9\-._~!$&'()*+,;=:@]"
_ESCAPE: Final = "%[0-9A-Fa-f]{2}"


def _run(characters: str) -> str:
    # Unrolled, so that the ordinary character costs no alternation: [a]*(?:%xx[a]*)*
    return f"{characters}*(?:{_ESCAPE}{characters}*)*"


def _six_groups() -> str:
    group = "[0-9A-Fa-f]{1,4}"
    octet = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
    last = rf"(?:{group}:{group}|{octet}(?:\.{octet}){{3}})"
    forms = [f"(?:{group}:){{6}}{last}", f"::(?:{group}:){{5}}{last}"]
    forms += [f"(?:(?:{group}:){{0,{n}}}{group})?::(?:{group}:){{{4 - n}}}{last}" for n in range(5)]
    forms += [f"(?:(?:{group}:){{0,5}}{group})?::{group}", f"(?:(?:{group}:){{0,6}}{group})?::"]
    return "|".join(forms)


_REG: Final = r"[A-Za-z0-9\-._~!$&'()*+,;=]"
_HOST: Final = rf"(?:\[(?:{_six_groups()}|[vV][0-9A-Fa-f]+\.(?:{_REG}|:)+)\]|{_run(_REG)})"
_AUTHORITY: Final = rf"(?:{_run(_REG[:-1] + ':]')}@)?{_HOST}(?::[0-9]*)?"
_PATH: Final = _run(_PCHAR[:-1] + "/]")
_QUERY: Final = _run(_PCHAR[:-1] + "/?]")
_ORDINARY: Final = rf"(?:urn:[A-Za-z0-9]{_PCHAR}*|https?://[a-z0-9.\-]+/{_PCHAR[:-1] + '/?]'}*)"
URI_PATTERN: Final = (
    rf"\A(?:{_ORDINARY}\Z|[A-Za-z][A-Za-z0-9+.\-]*:(?://{_AUTHORITY}(?:/{_PATH})?|(?!//){_PATH})(?:\?{_QUERY})?(?:#{_QUERY})?\Z)"
)
"""RFC 3986 appendix A, `URI`; the most ordinary ones first, because they are nearly all of them."""

MOMENT_PATTERN: Final = (
    r"\A[0-9]{4}-(?:0[1-9]|1[0-2])-[0-9]{2}[Tt](?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?"
    r"(?:[Zz]|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])\Z"
)
"""RFC 3339 section 5.6, `date-time`, without leap seconds; whether the day exists is for `read_moment`."""

OFFSET_PATTERN: Final = r"\A[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00)\Z"
UNIT_PATTERN: Final = r"\A[A-Z0-9]{2,3}\Z"
VERSION_PATTERN: Final = r"\A[0-9]+(?:\.[0-9]+)*\Z"
HEX_PATTERN: Final = r"\A[A-Fa-f0-9]+\Z"
WORD_PATTERN: Final = r"\A[A-Za-z][A-Za-z0-9_]*\Z"

URI: Final = re.compile(URI_PATTERN)
ORDINARY_URI: Final = re.compile(_ORDINARY)
ORDINARY_URIS: Final = re.compile(rf"{_ORDINARY}(?:\n{_ORDINARY})*")
"""Ordinary URIs, one per line: looking at a list at once costs a third of looking at each."""
EPC_URNS: Final = re.compile(rf"urn:epc:id:{_PCHAR}*(?:\nurn:epc:id:{_PCHAR}*)*")
"""The same for EPC URNs, each of which names one thing."""
_LINK: Final = r"https://id\.gs1\.org/01/[0-9]{14}/21/[A-Za-z0-9\-._]{1,20}"
SERIAL_LINKS: Final = re.compile(rf"{_LINK}(?:\n{_LINK})*")
GTIN_LINK_CHARACTERS: Final = len("https://id.gs1.org/01/") + 14
"""The same for Digital Links of serialised trade items in their usual spelling, and how far each reaches with its GTIN."""
UNIT: Final = re.compile(UNIT_PATTERN)
MOMENT: Final = re.compile(MOMENT_PATTERN)
OFFSET: Final = re.compile(OFFSET_PATTERN)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MINUTE: Final = timedelta(minutes=1)


def read_moment(text: str) -> datetime | None:
    """The moment a text that matches `MOMENT_PATTERN` names, to the microsecond; None if that day does not exist."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        pass
    try:
        return datetime.fromisoformat(text.upper())
    except ValueError:
        return None


def instant_of(moment: datetime) -> Instant:
    """`moment` in whole milliseconds, rounded down."""
    since = moment - _EPOCH
    return Instant(since.days * 86_400_000 + since.seconds * 1000 + since.microseconds // 1000)


def offset_minutes(text: str) -> int:
    """Minutes east of UTC of a text that matches `OFFSET_PATTERN`."""
    minutes = 60 * int(text[1:3]) + int(text[4:6])
    return -minutes if text[0] == "-" else minutes


def own_offset_minutes(text: str, moment: datetime) -> int | None:
    """The offset that a time spells out; None for `Z`, and for `-00:00`, which claims none (RFC 3339 section 4.3)."""
    if text[-1] in "Zz" or text.endswith("-00:00"):
        return None
    offset = moment.utcoffset()
    return None if offset is None else offset // _MINUTE
