"""The ways in which a file comes to lie beside a ledger: through its data directory, or over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cli.remote import Remote, refusal
from ledger.actions.media.keep_media import KeptMedia, MediaLimits, keep_media
from ledger.actions.open_ledger import Ledger
from ledger.trade.dossier.bodies.described import Dimensions
from ledger.trade.media.sniff import refuse_large, refuse_other_claim, sniff

Keep = Callable[[Path], KeptMedia]


@dataclass(frozen=True, slots=True)
class KeepingHere:
    """Writes into a data directory."""

    ledger: Ledger
    party: str
    keep_location: bool
    limits: MediaLimits

    def __call__(self, file: Path) -> KeptMedia:
        refuse_large(file.stat().st_size)
        return keep_media(
            self.ledger,
            file.read_bytes(),
            party=self.party,
            keep_location=self.keep_location,
            name=file.name,
            limits=self.limits,
        )


@dataclass(frozen=True, slots=True)
class KeepingThere:
    """Sends to a server with an API key. What the bytes are not, is found out before they go."""

    remote: Remote
    keep_location: bool

    def __call__(self, file: Path) -> KeptMedia:
        refuse_large(file.stat().st_size)
        data = file.read_bytes()
        media_type = sniff(data)
        refuse_other_claim(media_type, name=file.name)
        query = {"keep-location": "yes"} if self.keep_location else {}
        answer = self.remote.ask("POST", "/media", params=query, headers={"Content-Type": media_type}, content=data)
        if not answer.is_success:
            raise refusal(answer)
        said = answer.json()
        box = said["box"]
        return KeptMedia(
            bytes.fromhex(said["digest"]),
            said["mediaType"],
            said["size"],
            said["stripped"],
            None if box is None else Dimensions(box["width"], box["height"], box["depth"]),
            tuple(said["leftOut"]),
        )
