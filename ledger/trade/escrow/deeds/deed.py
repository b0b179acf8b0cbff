"""The shape of a deed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from ledger.trade.escrow.books import Change
from ledger.trade.escrow.hearing import Hearing
from ledger.trade.escrow.table.row import Row

Deed: TypeAlias = Callable[[Hearing, Row], Change]
