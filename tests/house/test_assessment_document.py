"""The examples of docs/FORMATS.md about items are read as the document says."""

from __future__ import annotations

import json
import re
from datetime import date

from ledger.trade.assessment.crop_inputs import CropInput, crop_inputs
from ledger.trade.assessment.findings.cold_chain import STORAGE_TEMPERATURE
from ledger.trade.assessment.findings.harvest import harvest_day
from tests.house.sources import CHECKOUT
from tests.trade.assessment.scene import LEAF, told

FORMATS = (CHECKOUT / "docs" / "FORMATS.md").read_text(encoding="utf-8")


def test_the_documented_crop_inputs_are_read() -> None:
    (example,) = (text for text in re.findall(r"```json\n(.*?)```", FORMATS, re.DOTALL) if "cropInputs" in text)
    event = told(1, action="ADD", epcList=[LEAF], **json.loads(example))
    assert crop_inputs(event) == (
        CropInput("fertiliser", "rapeseed cake", date(2025, 12, 1)),
        CropInput("pesticide", "matrine 0.3 % AS", date(2026, 3, 2), 10),
    )
    assert harvest_day(event) == date(2026, 3, 28)


def test_the_parameter_that_bounds_temperatures_is_named() -> None:
    assert f"`{STORAGE_TEMPERATURE}`" in FORMATS
