"""The first order of docs/ESCROW.md runs as it stands, from the founding of a ledger to its audit."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from tests.house.forked_commands import forked_suyuan
from tests.house.sources import CHECKOUT
from tests.house.test_readme import EXAMPLE, SUYUAN


def test_the_first_order_is_agreed_delivered_and_paid(tmp_path: Path) -> None:
    script = "".join(EXAMPLE.findall((CHECKOUT / "docs" / "ESCROW.md").read_text(encoding="utf-8")))
    work = tmp_path / "work"
    work.mkdir()
    with forked_suyuan(tmp_path) as programs:
        environment = {**os.environ, "PATH": os.pathsep.join([str(programs), str(SUYUAN.parent), os.environ["PATH"]])}
        run = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script],
            cwd=work, env=environment, capture_output=True, text=True, check=False, timeout=300,
        )  # fmt: skip
    assert run.returncode == 0, f"{run.stdout}\n{run.stderr}"
    for record in ("OrderAgreed", "FundsReceived", "GoodsDelivered", "ReleaseInstructed", "PayoutSettled"):
        assert f"{record} tea.example/party/spring-garden/order-1/1: accepted" in run.stdout
    assert "holds: tea.example/party/spring-garden/order-1/1" in run.stdout
    assert "Clean: everything was checked" in run.stdout
