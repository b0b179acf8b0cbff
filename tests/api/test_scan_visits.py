"""Who is counted when a page of a code is opened: persons, once a day, coarsely; nobody else, and never at the page's cost."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text

from api.app import create_app
from api.settings import Settings
from ledger.actions.open_ledger import open_ledger
from ledger.storage.database import reading
from ledger.storage.scans import scanned_key, scans_of
from ledger.trade.scans import CoarseScan
from ledger.trade.travel import Travel
from tests.api.conftest import Founded
from tests.api.owner_world import AREA, PHONE, TIN_PATH, UNKNOWN_PATH, found_owner_world
from tests.api.serving import listening, serving
from tests.api.tea_world import TIN, document, made

Asked = tuple[str, str, dict[str, str]]
"""Method, path, headers."""


@pytest.fixture
def data(tmp_path: Path, founded: Founded) -> Path:
    found_owner_world(founded.data, tmp_path / "data")
    return tmp_path / "data"


def counted(data: Path, founded: Founded, visits: list[Asked]) -> tuple[list[CoarseScan], list[int]]:
    """Open pages on a server that is stopped afterwards; what it wrote of the tin, and of codes that nothing names."""
    with listening() as (bound, url):
        app = create_app(Settings(data=data, public_url=url, escrow_tick_s=0, area_header=AREA))
        with serving(app, bound), httpx.Client(base_url=url, timeout=30) as client:
            key = {"Authorization": f"Bearer {founded.keys['factory']}"}
            client.post("/epcis/capture?wait=published", json=document(made()), headers=key).raise_for_status()
            for method, path, headers in visits:
                assert client.request(method, path, headers={**PHONE, **headers}).status_code in (200, 404)
    ledger = open_ledger(data)
    with reading(ledger.engine) as connection:
        scans = scans_of(connection, scanned_key(ledger.event_secret, TIN))
        strangers = list(connection.execute(text("SELECT strangers FROM scan_days")).scalars())
    ledger.close()
    return scans, strangers


def get(path: str = TIN_PATH, **headers: str) -> Asked:
    return "GET", path, {name.replace("_", "-"): value for name, value in headers.items()}


def test_a_person_counts_once_a_day_with_the_area_of_the_proxy(data: Path, founded: Founded) -> None:
    scans, strangers = counted(data, founded, [get(X_Area="CN-GZ/Guiyang@26.6,106.6")] * 5)
    assert [(scan.area, scan.travel, scan.owner) for scan in scans] == [("CN-GZ/Guiyang", Travel.NONE, False)]
    assert strangers == [0]


def test_another_phone_far_away_within_minutes_is_an_impossible_journey(data: Path, founded: Founded) -> None:
    far = get(X_Area="DE-BE/Berlin@52.5,13.4", User_Agent="Mozilla/5.0 (iPhone)")
    scans, _ = counted(data, founded, [get(X_Area="CN-GZ/Guiyang@26.6,106.6"), far])
    assert sorted((scan.area, scan.travel) for scan in scans) == [
        ("CN-GZ/Guiyang", Travel.NONE),
        ("DE-BE/Berlin", Travel.FASTER),
    ]


@pytest.mark.parametrize(
    "visit",
    [
        ("HEAD", TIN_PATH, {}),
        get(Sec_Purpose="prefetch;prerender"),
        get(Purpose="prefetch"),
        get(X_Moz="prefetch"),
        get(Sec_Fetch_Dest="iframe"),
        get(Sec_Fetch_Dest="image"),
        get(Accept="application/json"),
        get(User_Agent="Mozilla/5.0 (compatible; Googlebot/2.1)"),
        get(User_Agent="facebookexternalhit/1.1"),
        get("/01/09521234000013"),
        get(f"/own{TIN_PATH}"),
        get(f"/report{TIN_PATH}"),
    ],
    ids=lambda visit: f"{visit[0]} {visit[1]} {' '.join(visit[2].values())}",
)
def test_machines_previews_and_other_pages_do_not_count(data: Path, founded: Founded, visit: Asked) -> None:
    assert counted(data, founded, [visit]) == ([], [])


def test_a_party_at_work_is_not_counted(data: Path, founded: Founded) -> None:
    assert counted(data, founded, [get(Authorization=f"Bearer {founded.keys['customs']}")]) == ([], [])


def test_codes_that_nothing_names_are_only_a_number(data: Path, founded: Founded) -> None:
    assert counted(data, founded, [get(UNKNOWN_PATH), get(UNKNOWN_PATH), get(f"{UNKNOWN_PATH}9")]) == ([], [3])


@pytest.mark.parametrize("said", ["", "nonsense", "SG@999,999", "x" * 4_000])
def test_a_strange_area_is_nowhere_or_a_country(data: Path, founded: Founded, said: str) -> None:
    scans, _ = counted(data, founded, [get(X_Area=said)])
    assert [replace(scan, device=b"") for scan in scans] == [CoarseScan(scans[0].day, "SG" if said[:2] == "SG" else "-", b"")]
