"""What every dossier record is: a closed shape whose class name is its `type`, found again under what it is about."""

from __future__ import annotations

import json

from ledger.trade.shapes.members import read_members, write_members


class DossierBody:
    """One record of class description, inspection, recall, evidence or scan."""

    __slots__ = ()

    def subjects(self) -> frozenset[str]:
        """What the record is found under: canonical identifiers, party names, addresses of records, `sha256:<hex>`."""
        raise NotImplementedError

    def once(self) -> str | None:
        """What may be said only once on the whole ledger, or None: the sequencer refuses a second record with the same."""
        return None

    def to_body(self) -> bytes:
        """Return the record's bytes: UTF-8 JSON without white space, members in the order of the shape.

        Raises:
            BodyMalformed: a value that could not be read back.
        """
        members = write_members(self)
        read_members(type(self), members, "")
        return json.dumps({"type": type(self).__name__, **members}, ensure_ascii=False, separators=(",", ":")).encode()


def media_subject(digest: bytes) -> str:
    """The name under which records about the file with this SHA-256 are found."""
    return f"sha256:{digest.hex()}"
