"""Take a single event in: a batch of one, addressed by its position."""

from __future__ import annotations

from ledger.actions.capture.author import Author
from ledger.actions.capture.event_capture import EventCapture, EventTaken
from ledger.actions.capture.submit_document import Queue
from ledger.actions.open_ledger import Ledger


def submit_event(ledger: Ledger, data: bytes, author: Author, queue: Queue) -> EventTaken:
    """Take one event in; it is durable when this returns.

    Raises:
        Malformed and TooLarge leaves: the bytes cannot be read at all.
        EventRefused: read, but against the rules.
        EventIdTaken: 409, see there.
        SignedEventDuplicate: the issuer's own note signs an event that is there already.
    """
    capture = EventCapture(ledger, ledger.state(), data, author)
    while (taken := capture.settle(queue.submit(capture.stage()))) is None:
        pass
    return taken
