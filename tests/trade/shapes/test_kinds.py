"""The kinds that no governance record has yet."""

from __future__ import annotations

import pytest

from ledger.trade.shapes.kinds import BOOLEAN
from ledger.trade.shapes.refusals import BodyMemberWrong


def test_a_boolean_is_read_and_written() -> None:
    for value in (True, False):
        assert BOOLEAN.read(value, "/agreed") is value
        assert BOOLEAN.write(value) is value


@pytest.mark.parametrize("wrong", [0, 1, "true", None, [], {}], ids=repr)
def test_nothing_else_is_a_boolean(wrong: object) -> None:
    with pytest.raises(BodyMemberWrong) as refused:
        BOOLEAN.read(wrong, "/agreed")
    assert refused.value.pointer == "/agreed"
