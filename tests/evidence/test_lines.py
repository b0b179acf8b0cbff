"""Keyword lines are taken one by one, and a refusal names the line."""

from __future__ import annotations

import pytest

from ledger.evidence.lines import LineReader, LineUnexpected


def test_takes_lines_in_order() -> None:
    lines = LineReader("header\nsigner a\nsigner b\nseen 1 x\nrest")
    assert lines.take("header", 0) == []
    assert lines.take_while("signer") == [["a"], ["b"]]
    assert lines.take_while("signer") == []
    assert lines.take("seen", 2) == ["1", "x"]


@pytest.mark.parametrize("text", ["", "size", "size 1 2", "sizes 1", "size  1", " size 1", "Size 1", "size\t1", "size 1 "])
def test_refuses_another_line(text: str) -> None:
    with pytest.raises(LineUnexpected) as refusal:
        LineReader(text).take("size")
    assert refusal.value.pointer == "line 1"


def test_names_the_line_after_the_last() -> None:
    lines = LineReader("size 1")
    assert lines.take("size") == ["1"]
    with pytest.raises(LineUnexpected) as refusal:
        lines.take("root")
    assert refusal.value.pointer == "line 2"


def test_a_repeatable_line_with_other_values_is_refused() -> None:
    with pytest.raises(LineUnexpected, match="line 2"):
        LineReader("signer a\nsigner b c").take_while("signer")
