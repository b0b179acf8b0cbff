"""`suyuan label` draws only what can be scanned, and refuses what a scanner would refuse."""

from __future__ import annotations

from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from cli.exits import ExitCode
from tests.cli.serving import done, run

ADDRESS = "https://ledger.example/01/09506000200033/21/A1"


@pytest.mark.parametrize(
    "spelt", ["01/09506000200033/21/A1", "(01)09506000200033(21)A1", "https://id.gs1.org/01/09506000200033/21/A1"]
)
def test_every_spelling_gives_the_same_code(tmp_path: Path, spelt: str) -> None:
    printed = done("label", spelt, "--url", "https://ledger.example/", "--out", tmp_path / "tin.png").stdout
    assert printed == f"{ADDRESS}\n(01)09506000200033(21)A1\n"
    assert [code.text for code in zxingcpp.read_barcodes(Image.open(tmp_path / "tin.png"))] == [ADDRESS]


def test_it_is_drawn_as_svg_or_in_the_terminal(tmp_path: Path) -> None:
    done("label", "01/09506000200033/21/A1", "--url", "https://ledger.example", "--out", tmp_path / "tin.SVG")
    assert (tmp_path / "tin.SVG").read_text().startswith("<?xml")
    assert "▀" in done("label", "01/09506000200033/21/A1", "--url", "https://ledger.example").stdout


@pytest.mark.parametrize(
    ("asked", "code", "name"),
    [
        (("01/09506000200034/21/A1", "--url", "https://l.example"), ExitCode.MALFORMED, "CheckDigitWrong"),
        (("tin", "--url", "https://l.example"), ExitCode.MALFORMED, "DigitalLinkMalformed"),
        (("01/09506000200033/21/A1", "--url", "javascript:alert(1)"), ExitCode.MISUSED, "BaseUrlMalformed"),
        (("01/09506000200033/21/A1", "--url", "https://l.example/a?b"), ExitCode.MISUSED, "BaseUrlMalformed"),
        (("01/09506000200033/21/A1", "--url", "https://l.example", "--out", "tin.jpg"), ExitCode.MISUSED, "PictureKindUnknown"),
    ],
)
def test_what_cannot_be_a_label_is_refused(asked: tuple[str, ...], code: ExitCode, name: str) -> None:
    refused = run("label", *asked)
    assert (refused.exit_code, name in refused.stderr) == (code, True), refused.stderr
