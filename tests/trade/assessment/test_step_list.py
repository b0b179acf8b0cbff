"""The published lists: pinned, well-formed, and read strictly."""

from __future__ import annotations

from hashlib import sha256
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.trade.assessment.step_list import list_for, parse_step_list, shipped_lists
from ledger.trade.dossier.bodies.described import CATEGORIES, DroppedStep, StepsExpected
from ledger.trade.escrow.pack_table import PackMalformed
from tests.trade.assessment.scene import GTIN, NAMES

# A published list is never edited: who pinned it by its name must find what it said. A change is a new file.
PINNED = {
    "farm-produce/1": "4e90dcbd50fe04a69a678448da7fcc889d7a77cf8eb5f9d0ca282341a482248c",
    "manufactured/1": "0fc9c481fc36e577a0bd6d31bd5cd97308f2f04788f3e97c8fe0ef00930bfc07",
}
FILES = {
    entry.name: entry.read_bytes()
    for entry in files("ledger.trade.assessment").joinpath("steps").iterdir()
    if entry.name.endswith(".toml")
}
SMALL = """\
schema = "suyuan-steps/1"
name = "other/7"
category = "other"

[[step]]
slug = "plot"
says = "A place."
expected = "always"
[[step.shown_by]]
record = "place"
kinds = ["plot"]
"""


def test_what_is_published_never_changes() -> None:
    assert {name: listed.digest.hex() for name, listed in shipped_lists().items()} == PINNED
    assert {sha256(data).hexdigest() for data in FILES.values()} == set(PINNED.values())


def test_a_file_is_named_after_its_list() -> None:
    assert set(FILES) == {f"{name.replace('/', '-')}.toml" for name in shipped_lists()}


def test_every_name_and_slug_can_be_said_in_a_record() -> None:
    for listed in shipped_lists().values():
        dropped = tuple(DroppedStep(step.slug, NAMES) for step in listed.steps)
        body = StepsExpected(GTIN, listed.name, tuple(step.slug for step in listed.steps), dropped)
        assert body.to_body()
        assert listed.category in CATEGORIES
        assert all(step.says.endswith(".") for step in listed.steps)


def test_the_list_of_a_category_or_the_one_that_is_named() -> None:
    assert [getattr(list_for(category, None), "name", None) for category in CATEGORIES] == [
        "farm-produce/1",
        "manufactured/1",
        None,
    ]
    assert getattr(list_for("farm-produce", "manufactured/1"), "name", None) == "manufactured/1"
    assert getattr(list_for("farm-produce", "farm-produce/99"), "name", None) == "farm-produce/1"
    assert list_for(None, None) is None


def test_the_small_list_is_read() -> None:
    listed = parse_step_list(SMALL.encode())
    assert (listed.name, listed.version, [step.slug for step in listed.steps]) == ("other/7", 7, ["plot"])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("suyuan-steps/1", "suyuan-steps/2"),
        ("other/7", "other"),
        ("other/7", "Other/07"),
        ('"other"\n', '"cheese"\n'),
        ('slug = "plot"', 'slug = "The Plot"'),
        ('says = "A place."\n', ""),
        ('"always"', '"sometimes"'),
        ('record = "place"', 'record = "rumour"'),
        ('kinds = ["plot"]', 'kinds = ["castle"]'),
        ('kinds = ["plot"]', ""),
        ('kinds = ["plot"]', 'kinds = ["plot"]\ncolour = "red"'),
        ('[[step.shown_by]]\nrecord = "place"\nkinds = ["plot"]\n', ""),
        ('record = "place"\nkinds = ["plot"]', 'record = "event"\nsteps = ["dancing"]'),
        ('record = "place"\nkinds = ["plot"]', 'record = "event"\nsteps = []'),
        ('record = "place"\nkinds = ["plot"]', 'record = "event"\nsensors = ["Smell"]'),
        ('record = "place"\nkinds = ["plot"]', 'record = "crop-inputs"\nneeds = "everything"'),
    ],
)
def test_what_is_not_in_the_grammar_is_refused(old: str, new: str) -> None:
    assert SMALL.count(old) == 1
    with pytest.raises(PackMalformed):
        parse_step_list(SMALL.replace(old, new).encode())


def test_a_step_stands_once() -> None:
    again = SMALL[SMALL.index("[[step]]") :]
    with pytest.raises(PackMalformed):
        parse_step_list((SMALL + "\n" + again).encode())
    with pytest.raises(PackMalformed):
        parse_step_list(SMALL[: SMALL.index("[[step]]")].encode())


@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode), st.integers(0, len(SMALL)))
def test_damaged_files_are_refused_by_name(noise: bytes, place: int) -> None:
    data = SMALL.encode()
    try:
        listed = parse_step_list(data[:place] + noise + data[place:])
    except PackMalformed:
        return
    assert listed.steps
