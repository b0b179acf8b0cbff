"""Settings come from arguments, then from the environment; nonsense is refused by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.settings import SettingRefused, Settings, read_settings


def test_arguments_go_before_the_environment(tmp_path: Path) -> None:
    environment = {"SUYUAN_DATA": "/elsewhere", "SUYUAN_UNLOCK_FILE": "/run/unlock", "SUYUAN_PUBLIC_URL": "https://a.example/"}
    settings = read_settings(environment, data=tmp_path)
    assert settings.data == tmp_path
    assert settings.unlock == Path("/run/unlock")
    assert settings.public_url == "https://a.example"


def test_a_server_without_data_is_refused() -> None:
    with pytest.raises(SettingRefused) as refusal:
        read_settings({})
    assert refusal.value.pointer == "SUYUAN_DATA"


@pytest.mark.parametrize(
    "url",
    [
        "ledger.example",
        "ftp://ledger.example",
        "https://",
        "https://user:pw@ledger.example",
        "https://ledger.example?x=1",
        "https://ledger.example#x",
        "https://ledger.example:0",
        "https://ledger.example:99999",
        'https://ledger.example/"><script>',
        "https://ledger.example/stem/",
        "https://[::1",
    ],
)
def test_a_public_url_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(SettingRefused) as refusal:
        Settings(data=Path("data"), public_url=url)
    assert refusal.value.pointer == "SUYUAN_PUBLIC_URL"


@pytest.mark.parametrize("url", ["http://127.0.0.1:8000", "https://[::1]:8443", "https://ledger.example/tea"])
def test_public_urls(url: str) -> None:
    assert Settings(data=Path("data"), public_url=url).public_url == url


@pytest.mark.parametrize("wait", ["0", "-1", "1.5", "99999", "soon"])
def test_a_wait_that_is_none_is_refused(wait: str) -> None:
    with pytest.raises(SettingRefused):
        read_settings({"SUYUAN_DATA": "x", "SUYUAN_PUBLISHED_WAIT_S": wait})


@pytest.mark.parametrize("pause", ["-1", "1.5", "86401", "999999", "never"])
def test_a_pause_between_looks_for_deadlines_that_is_none_is_refused(pause: str) -> None:
    with pytest.raises(SettingRefused) as refusal:
        read_settings({"SUYUAN_DATA": "x", "SUYUAN_ESCROW_TICK_S": pause})
    assert refusal.value.pointer == "SUYUAN_ESCROW_TICK_S"


def test_deadlines_are_looked_for_every_minute_or_never() -> None:
    assert read_settings({"SUYUAN_DATA": "x"}).escrow_tick_s == 60
    assert read_settings({"SUYUAN_DATA": "x", "SUYUAN_ESCROW_TICK_S": "0"}).escrow_tick_s == 0


@pytest.mark.parametrize("days", ["0", "-1", "1.5", "91", "5000", "week"])
def test_days_that_no_proposal_may_wait_are_refused(days: str) -> None:
    with pytest.raises(SettingRefused) as refusal:
        read_settings({"SUYUAN_DATA": "x", "SUYUAN_PROPOSAL_DAYS": days})
    assert refusal.value.pointer == "SUYUAN_PROPOSAL_DAYS"


def test_a_proposal_waits_as_many_days_as_it_is_told() -> None:
    assert read_settings({"SUYUAN_DATA": "x"}).proposal_days == 5
    assert read_settings({"SUYUAN_DATA": "x", "SUYUAN_PROPOSAL_DAYS": "14"}).proposal_days == 14


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SUYUAN_SCAN_DAYS", "29"),
        ("SUYUAN_SCAN_DAYS", "1000"),
        ("SUYUAN_SCAN_DAYS", "year"),
        ("SUYUAN_BODY_S_MAX", "0"),
        ("SUYUAN_BODY_S_MAX", "3601"),
        ("SUYUAN_AREA_HEADER", "X Area"),
        ("SUYUAN_AREA_HEADER", "X-Area\r\n"),
        ("SUYUAN_AREA_HEADER", "x" * 101),
    ],
)
def test_settings_of_scans_that_make_no_sense_are_refused(name: str, value: str) -> None:
    with pytest.raises(SettingRefused) as refusal:
        read_settings({"SUYUAN_DATA": "x", name: value})
    assert refusal.value.pointer == name


def test_scans_come_from_nowhere_and_are_kept_for_a_year_unless_told_otherwise() -> None:
    usual = read_settings({"SUYUAN_DATA": "x"})
    assert (usual.area_header, usual.scan_days) == ("", 400)
    told = read_settings({"SUYUAN_DATA": "x", "SUYUAN_AREA_HEADER": "X-Area", "SUYUAN_SCAN_DAYS": "90"})
    assert (told.area_header, told.scan_days) == ("X-Area", 90)


@pytest.mark.parametrize("most", ["-1", "1.5", "10G", "9999999999999999"])
def test_a_room_for_files_that_is_none_is_refused(most: str) -> None:
    with pytest.raises(SettingRefused) as refusal:
        read_settings({"SUYUAN_DATA": "x", "SUYUAN_MEDIA_BYTES_MAX": most})
    assert refusal.value.pointer == "SUYUAN_MEDIA_BYTES_MAX"


def test_the_room_for_files_is_ten_gibibytes_unless_told_otherwise() -> None:
    assert read_settings({"SUYUAN_DATA": "x"}).media_bytes_max == 10 << 30
    assert read_settings({"SUYUAN_DATA": "x", "SUYUAN_MEDIA_BYTES_MAX": "0"}).media_bytes_max == 0
