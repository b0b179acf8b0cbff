"""The known attacks on an export bundle, each as somebody would do it who hands it on; and the bundle they are done to.

Each function returns the position at which an audit of the bundle must name it.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from ledger.actions.log.bundle_source import BUNDLE_PART, BundleSource
from ledger.actions.log.data_source import UnreadableData
from ledger.actions.log.export import export_log
from ledger.actions.log.export_layout import MANIFEST, Manifest, frame_records, records_in
from ledger.actions.log.export_zip import BundleReader, BundleWriter, Member
from ledger.actions.log.open_source import open_source
from ledger.audit.source import LogSource, SourceUnreadable
from ledger.evidence.bodies import BodyState, PlacedBody, decode_bodies, encode_bodies
from ledger.storage.database import DATABASE_FILE
from ledger.storage.forging import NamedAttack, Scene
from ledger.storage.sqlite import copy_database

_PLACE: Final = 1


@dataclass
class BundleForgery:
    """A bundle's bytes to be changed, and where in the log the attacks strike. `older` is one of an earlier day."""

    data: bytes
    older: bytes
    scene: Scene

    def members(self) -> dict[str, bytes]:
        reader = BundleReader(io.BytesIO(self.data))
        return {name: reader.read(name) for name in reader.members}

    def put_together(self, contents: dict[str, bytes]) -> None:
        """Make a whole bundle of these members, with a manifest that fits them."""
        manifest = Manifest.parse(contents.pop(MANIFEST))
        digests = tuple((hashlib.sha256(content).hexdigest(), name) for name, content in contents.items())
        file = io.BytesIO()
        writer = BundleWriter(file)
        for name, content in (*contents.items(), (MANIFEST, replace(manifest, digests=digests).to_bytes())):
            writer.add(name, content)
        writer.finish()
        self.data = file.getvalue()

    def change_body(self, index: int, place: int, change: Callable[[PlacedBody], PlacedBody]) -> None:
        """Let the record at a place be another one, in a bundle that fits it."""
        contents = self.members()
        name = max((n for n in contents if n.startswith("records/") and _first(n) <= index), key=_first)
        frames = list(records_in(contents[name], name=name))
        commitments, bodies = frames[index - _first(name)]
        context, placed = decode_bodies(bodies)
        changed = [change(record) if record.place == place else record for record in placed]
        frames[index - _first(name)] = (commitments, b"".join(encode_bodies(context, changed)))
        contents[name] = b"".join(frame_records(*frame) for frame in frames)
        self.put_together(contents)


@dataclass(frozen=True, slots=True)
class BundleAttack(NamedAttack):
    """One attack on a bundle; `against_kept` as of `Attack`."""

    strike: Callable[[BundleForgery], str]
    against_kept: bool = False


def bundles_of(data: Path, scene: Scene, scratch: Path) -> tuple[bytes, bytes]:
    """Export the log in `data` as it is, and as it was when `scene.older_copy` was made."""
    older = scratch / "older-data"
    older.mkdir()
    copy_database(scene.older_copy, older / DATABASE_FILE)
    return _exported(data, scratch / "bundle"), _exported(older, scratch / "older-bundle")


def open_struck(data: bytes) -> LogSource:
    """The struck bundle as an auditor opens it."""
    try:
        return BundleSource(Path(BUNDLE_PART), io.BytesIO(data))
    except SourceUnreadable as reason:
        return UnreadableData(Path(BUNDLE_PART), reason)


def cut_a_bundle_short(forge: BundleForgery) -> str:
    """Hand on only the first half of a bundle."""
    forge.data = forge.data[: len(forge.data) // 2]
    return BUNDLE_PART


def hide_bytes_behind_a_bundle(forge: BundleForgery) -> str:
    """Hang something on the end of a bundle."""
    forge.data += b"\0"
    return BUNDLE_PART


def bend_a_member_of_a_bundle(forge: BundleForgery) -> str:
    """Change a byte inside a packed member."""
    member = BundleReader(io.BytesIO(forge.data)).members["records/0"]
    at = member.end - member.packed // 2
    forge.data = forge.data[:at] + bytes([forge.data[at] ^ 1]) + forge.data[at + 1 :]
    return "records of entry 0"


def put_a_bomb_into_a_bundle(forge: BundleForgery) -> str:
    """Let a member claim a thousand times the room that it takes."""
    members = list(BundleReader(io.BytesIO(forge.data)).members.values())
    last: Member = members[-1]
    bomb = replace(last, method=8, size=1_000 * last.packed)
    forge.data = forge.data.replace(last.local, bomb.local).replace(last.central, bomb.central)
    return BUNDLE_PART


def edit_a_body_in_a_bundle(forge: BundleForgery) -> str:
    """Change a word of a record, and make the manifest and all digests fit."""
    index = forge.scene.document
    forge.change_body(index, _PLACE, lambda record: record._replace(body=record.body.replace(b'"OBSERVE"', b'"DELETE"', 1)))
    return f"entry {index} place {_PLACE}"


def take_a_body_out_of_a_bundle(forge: BundleForgery) -> str:
    """Leave a body out as if it had been erased, and make the manifest and all digests fit."""
    index = forge.scene.document
    forge.change_body(index, _PLACE, lambda record: PlacedBody(record.place, BodyState.ERASED))
    return f"entry {index} place {_PLACE}"


def put_an_erased_body_into_a_bundle(forge: BundleForgery) -> str:
    """Hand on what the log erased, and make the manifest and all digests fit."""
    (index, place), scene = forge.scene.erased, forge.scene
    forge.change_body(index, place, lambda _: PlacedBody(place, BodyState.PRESENT, scene.erased_salt, scene.erased_body))
    return f"entry {index} place {place}"


def hand_on_an_older_bundle(forge: BundleForgery) -> str:
    """Hand on the bundle of an earlier day as today's."""
    now = Manifest.parse(forge.members()[MANIFEST]).size
    forge.data = forge.older
    return f"checkpoint {now}"


def _exported(data: Path, file: Path) -> bytes:
    with open_source(str(data)) as source:
        export_log(source, file)
    return file.read_bytes()


def _first(name: str) -> int:
    return int(name.partition("/")[2])


ON_BUNDLES: Final = (
    BundleAttack("SourceUnreadable", cut_a_bundle_short),
    BundleAttack("SourceUnreadable", hide_bytes_behind_a_bundle),
    BundleAttack("SourceUnreadable", bend_a_member_of_a_bundle),
    BundleAttack("SourceUnreadable", put_a_bomb_into_a_bundle),
    BundleAttack("BodyAltered", edit_a_body_in_a_bundle),
    BundleAttack("BodyMissing", take_a_body_out_of_a_bundle),
    BundleAttack("BodyKept", put_an_erased_body_into_a_bundle),
    BundleAttack("KeptCheckpointContradicted", hand_on_an_older_bundle, against_kept=True),
)
