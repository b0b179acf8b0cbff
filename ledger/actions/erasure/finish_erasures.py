"""What follows an erasure once it is committed: the list beside the guard, files, memory, the write-ahead log.

All of it may be done again, by whichever process comes next, until nothing is left to do.
"""

from __future__ import annotations

from contextlib import suppress

from ledger.actions.erasure.erasure_list import ListedErasure, complete_lists
from ledger.actions.media.forget_media import MediaNamed, forget_media
from ledger.actions.media.read_media import MediaAbsent
from ledger.actions.open_ledger import Ledger
from ledger.actions.trace.decoded_events import forget_events
from ledger.actions.trace.find_statements import forget_statements
from ledger.actions.trace.header_names import forget_headers
from ledger.storage.database import reading, writing
from ledger.storage.disclosures import erased_disclosures
from ledger.storage.erasures import every_erasure, files_to_forget, looked_after
from ledger.storage.media import keepers_of
from ledger.storage.position import unpack
from ledger.storage.sqlite import empty_wal


def finish_erasures(ledger: Ledger) -> bool:
    """Do what is left to do; False where a reader with an older view still keeps the write-ahead log from being emptied.

    Raises:
        ErasureListUnusable, ErasureListMalformed, LedgerBusy: try again.
    """
    complete_lists(ledger.guard, listed_erasures(ledger))
    _forget_files(ledger)
    forget_events()
    forget_statements()
    forget_headers()
    return empty_wal(ledger.engine)


def listed_erasures(ledger: Ledger) -> list[ListedErasure]:
    """Everything that was ever erased in this ledger, as the list beside the guard says it."""
    with reading(ledger.engine) as connection:
        records = [ListedErasure(unpack(one.position), one.by_entry, None, one.ground) for one in every_erasure(connection)]
        single = [
            ListedErasure(unpack(packed), None, digest, ground) for packed, digest, ground in erased_disclosures(connection)
        ]
    return [*records, *single]


def _forget_files(ledger: Ledger) -> None:
    """Delete files that only the erased records named and only their issuers kept."""
    with reading(ledger.engine) as connection:
        marked = [(digest, party, keepers_of(connection, digest)) for digest, party in files_to_forget(connection)]
    for digest, party, keepers in marked:
        if set(keepers) <= {party}:
            # Gone already, or another record names it: that one is evidence.
            with suppress(MediaAbsent, MediaNamed):
                forget_media(ledger, digest)
        with writing(ledger.engine) as connection:
            looked_after(connection, digest)
