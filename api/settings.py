"""What a serving process is told: from arguments first, then from the environment; nonsense is refused by name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from ledger.actions.log.witnesses.witnessing import Witnessing, read_witnessing
from ledger.errors import Misused

DATA_VARIABLE: Final = "SUYUAN_DATA"
UNLOCK_VARIABLE: Final = "SUYUAN_UNLOCK_FILE"
PUBLIC_URL_VARIABLE: Final = "SUYUAN_PUBLIC_URL"
PUBLISHED_WAIT_VARIABLE: Final = "SUYUAN_PUBLISHED_WAIT_S"
ESCROW_TICK_VARIABLE: Final = "SUYUAN_ESCROW_TICK_S"
PROPOSAL_DAYS_VARIABLE: Final = "SUYUAN_PROPOSAL_DAYS"
BODY_S_VARIABLE: Final = "SUYUAN_BODY_S_MAX"
REQUESTS_MAX_VARIABLE: Final = "SUYUAN_REQUESTS_MAX"
MEDIA_BYTES_VARIABLE: Final = "SUYUAN_MEDIA_BYTES_MAX"
AREA_HEADER_VARIABLE: Final = "SUYUAN_AREA_HEADER"
SCAN_DAYS_VARIABLE: Final = "SUYUAN_SCAN_DAYS"
BODY_BYTES_MAX: Final = 64 << 20
MEDIA_BYTES_MAX: Final = 10 << 30

_HOST: Final = re.compile(r"[A-Za-z0-9.\-]+|\[[0-9A-Fa-f:.]+\]")
_WAIT_S_MAX: Final = 600
_PROPOSAL_DAYS_MAX: Final = 90
_TICK_S_MAX: Final = 86_400
_SCAN_DAYS: Final = (30, 999)
_BODY_S_MAX: Final = 3_600
_REQUESTS_MAX: Final = 100_000
_HEADER: Final = re.compile(r"[A-Za-z0-9-]{1,100}", re.ASCII)


class SettingRefused(Misused):
    title = "a setting of the server makes no sense"


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything a server is told; paths only, never a secret.

    Attributes:
        data: the data directory.
        public_url: where the world finds this server: scheme, host, port and stem, no slash at the end. Item codes and
            links are printed with it, never with what a request's `Host` header claims.
        unlock: the unlock file; None leaves it to `open_ledger`.
        body_bytes_max: most bytes of one request body.
        bodies_bytes_max: most bytes of all request bodies held at one time.
        published_wait_s: how long `wait=published` may wait.
        requests_max: how many requests are worked on at once; more are answered 503.
        body_pause_s_max: longest pause between two pieces of a request body.
        body_s_max: how long the whole of a request body may take.
        proposal_days: how long records that wait for signatures are kept.
        media_bytes_max: most bytes of all files beside the ledger; one party may have a quarter of them.
        escrow_tick_s: seconds between two looks for deadlines of order lines; 0 for none by this server.
        area_header: the header in which the proxy in front says where a request comes from; "" where there is none.
        scan_days: how many days counted scans are kept.
        witnessing: how long witnesses are waited for, and what becomes of a checkpoint without their quorum.
    """

    data: Path
    public_url: str
    unlock: Path | None = None
    body_bytes_max: int = BODY_BYTES_MAX
    bodies_bytes_max: int = 4 * BODY_BYTES_MAX
    requests_max: int = 512
    published_wait_s: float = 30.0
    body_pause_s_max: float = 30.0
    body_s_max: float = 120.0
    proposal_days: int = 5
    escrow_tick_s: float = 60.0
    area_header: str = ""
    scan_days: int = 400
    media_bytes_max: int = MEDIA_BYTES_MAX
    witnessing: Witnessing = field(default_factory=Witnessing)

    def __post_init__(self) -> None:
        _refuse_url(self.public_url)
        if self.body_bytes_max < 1 or self.bodies_bytes_max < self.body_bytes_max:
            raise SettingRefused(seen=self.bodies_bytes_max, wanted="room for at least one body", pointer="bodies_bytes_max")
        if not 1 <= self.requests_max <= _REQUESTS_MAX:
            raise SettingRefused(seen=self.requests_max, wanted=f"1 to {_REQUESTS_MAX}", pointer=REQUESTS_MAX_VARIABLE)
        if not 0 < self.published_wait_s <= _WAIT_S_MAX:
            raise SettingRefused(
                seen=self.published_wait_s, wanted=f"over 0 to {_WAIT_S_MAX} seconds", pointer=PUBLISHED_WAIT_VARIABLE
            )
        if not 0 < self.body_s_max <= _BODY_S_MAX:
            raise SettingRefused(seen=self.body_s_max, wanted=f"1 to {_BODY_S_MAX} seconds", pointer=BODY_S_VARIABLE)
        if not 1 <= self.proposal_days <= _PROPOSAL_DAYS_MAX:
            wanted = f"1 to {_PROPOSAL_DAYS_MAX} days"
            raise SettingRefused(seen=self.proposal_days, wanted=wanted, pointer=PROPOSAL_DAYS_VARIABLE)
        if not 0 <= self.escrow_tick_s <= _TICK_S_MAX:
            raise SettingRefused(seen=self.escrow_tick_s, wanted=f"0 to {_TICK_S_MAX} seconds", pointer=ESCROW_TICK_VARIABLE)
        if self.area_header and not _HEADER.fullmatch(self.area_header):
            raise SettingRefused(seen=self.area_header, wanted="the name of a header", pointer=AREA_HEADER_VARIABLE)
        if not _SCAN_DAYS[0] <= self.scan_days <= _SCAN_DAYS[1]:
            wanted = f"{_SCAN_DAYS[0]} to {_SCAN_DAYS[1]} days"
            raise SettingRefused(seen=self.scan_days, wanted=wanted, pointer=SCAN_DAYS_VARIABLE)


def read_settings(
    environment: Mapping[str, str],
    *,
    data: Path | None = None,
    unlock: Path | None = None,
    public_url: str | None = None,
) -> Settings:
    """Settings from arguments, else from `environment`.

    Raises:
        SettingRefused, WitnessSettingRefused: nothing names a data directory, or a value makes no sense.
    """
    directory = data or _path(environment, DATA_VARIABLE)
    if directory is None:
        raise SettingRefused(wanted="a data directory", pointer=DATA_VARIABLE, hint="give --data DIR")
    url = public_url or environment.get(PUBLIC_URL_VARIABLE) or "http://127.0.0.1:8000"
    return Settings(
        data=directory,
        public_url=url.removesuffix("/"),
        unlock=unlock or _path(environment, UNLOCK_VARIABLE),
        requests_max=_count(environment, REQUESTS_MAX_VARIABLE, 512),
        body_s_max=_seconds(environment, BODY_S_VARIABLE, "120"),
        published_wait_s=_seconds(environment, PUBLISHED_WAIT_VARIABLE, "30"),
        proposal_days=_days(environment, PROPOSAL_DAYS_VARIABLE, "5"),
        escrow_tick_s=_seconds(environment, ESCROW_TICK_VARIABLE, "60"),
        area_header=environment.get(AREA_HEADER_VARIABLE, ""),
        scan_days=_days(environment, SCAN_DAYS_VARIABLE, "400"),
        media_bytes_max=_count(environment, MEDIA_BYTES_VARIABLE, MEDIA_BYTES_MAX),
        witnessing=read_witnessing(environment),
    )


def _seconds(environment: Mapping[str, str], name: str, default: str) -> float:
    said = environment.get(name, default)
    if not re.fullmatch(r"[0-9]{1,5}", said, re.ASCII):
        raise SettingRefused(seen=said, wanted="whole seconds", pointer=name)
    return float(said)


def _days(environment: Mapping[str, str], name: str, default: str) -> int:
    said = environment.get(name, default)
    if not re.fullmatch(r"[0-9]{1,3}", said, re.ASCII):
        raise SettingRefused(seen=said, wanted="whole days", pointer=name)
    return int(said)


def _count(environment: Mapping[str, str], name: str, default: int) -> int:
    said = environment.get(name, str(default))
    if not re.fullmatch(r"[0-9]{1,15}", said, re.ASCII):
        raise SettingRefused(seen=said, wanted="a number", pointer=name)
    return int(said)


def _path(environment: Mapping[str, str], name: str) -> Path | None:
    value = environment.get(name, "")
    if "\x00" in value:
        raise SettingRefused(seen=value, wanted="a path", pointer=name)
    return Path(value) if value else None


def _refuse_url(url: str) -> None:
    try:
        parts = urlsplit(url)
        port_fits = parts.port is None or parts.port > 0
    except ValueError as reason:
        raise SettingRefused(seen=url, wanted="http(s)://host[:port]", pointer=PUBLIC_URL_VARIABLE) from reason
    host = parts.netloc.rpartition(":")[0] if parts.port is not None else parts.netloc
    whole = parts.scheme in ("http", "https") and _HOST.fullmatch(host) and port_fits
    if not whole or parts.query or parts.fragment or url.endswith("/") or re.search(r"[^!-~]|[\"'<>\\]", url):
        raise SettingRefused(
            seen=url, wanted="http(s)://host[:port][/stem], no user, query or final slash", pointer=PUBLIC_URL_VARIABLE
        )
