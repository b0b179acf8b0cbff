"""The keys by which a log vouches for its keys of today at witnesses that know it by earlier ones."""

from __future__ import annotations

from collections.abc import Callable

from ledger.actions.open_ledger import Ledger
from ledger.evidence.add_log import LOG_KEYS_MAX
from ledger.evidence.key import SigningKey
from ledger.storage.database import reading
from ledger.storage.held_keys import held_vkeys, open_key


def vouchers_of(ledger: Ledger) -> Callable[[], list[SigningKey]]:
    """What opens every log key that is held here, those that sign no more too: a witness may have missed the overlap."""

    def opened() -> list[SigningKey]:
        with reading(ledger.engine) as connection:
            state = ledger.governance.load(connection)
            held = set(held_vkeys(connection, state.origin))
            kept = [one.key for one in state.log_keys if str(one.key) in held]
            return [open_key(connection, ledger.seal, key) for key in kept[-LOG_KEYS_MAX:]]

    return opened
