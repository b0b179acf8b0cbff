"""`suyuan media add`: keep files beside a ledger, and say what they show."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import click

from cli import data_options
from cli.identifiers import whole
from cli.media_ways import Keep, KeepingHere, KeepingThere
from cli.progress import progress
from cli.record_ways import Post, PostingHere, PostingThere
from cli.remote import reached
from ledger.actions.media.keep_media import BYTES_MAX, KeptMedia, MediaLimits
from ledger.actions.parties.admit_party import full_name
from ledger.evidence.authority import ReadRule
from ledger.trade.dossier.bodies.described import MEDIA_ORIGINS, MediaDescribed
from ledger.trade.dossier.bodies.kinds import Words
from ledger.trade.element_string import parse_element_string
from ledger.trade.identifiers import canonical


@dataclass(frozen=True, slots=True)
class _Ways:
    """What the options say about who sends, and to which ledger."""

    data: Path | None
    unlock: Path | None
    url: str | None
    api_key_file: Path | None
    party: str | None
    read: ReadRule
    keep_location: bool
    bytes_max: int


@dataclass(frozen=True, slots=True)
class _Said:
    """What the options say of all the files; nothing is said where `about` is None."""

    about: str | None
    origin: str | None
    captions: tuple[Words, ...]


@click.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=data_options.FILE)
@data_options.data_if_local
@click.option("--as", "party", help="With --data: the party that sends it, whose key the operator holds.")
@data_options.unlock
@data_options.url_of_server
@data_options.api_key_file
@click.option("--about", help="What it shows, a thing, a place or a party by its whole name: writes the record at once.")
@click.option("--origin", type=click.Choice(MEDIA_ORIGINS), help="With --about: where the picture comes from.")
@click.option("--caption", "captions", multiple=True, metavar="LANG=TEXT", help="With --about; once for each language.")
@click.option(
    "--read",
    type=click.Choice([rule.value for rule in ReadRule]),
    default=ReadRule.PUBLIC.value,
    show_default=True,
    help="With --about: who may read the record, and see the file.",
)
@click.option("--keep-location", is_flag=True, help="Leave in pictures where and how they were taken.")
@click.option(
    "--bytes-max",
    type=click.IntRange(min=0),
    default=BYTES_MAX,
    envvar="SUYUAN_MEDIA_BYTES_MAX",
    help="With --data: most bytes of all files together.",
)
@data_options.as_json
def command(
    *,
    files: tuple[Path, ...],
    data: Path | None,
    party: str | None,
    unlock: Path | None,
    url: str | None,
    api_key_file: Path | None,
    about: str | None,
    origin: str | None,
    captions: tuple[str, ...],
    read: str,
    keep_location: bool,
    bytes_max: int,
    as_json: bool,
) -> None:
    """Keep files, and say what they show.

    Prints the SHA-256 under which each one lies, which is that of the file without EXIF, XMP and comments. With --about
    the record `MediaDescribed` is written at once; without, it is for you to write, and nobody else sees the file before.
    Keeping a file again changes nothing. Stops at the first file that is refused, before any record.

    \b
    Examples:
      suyuan media add tin.jpg --data DIR --as spring-garden \\
        --about https://id.gs1.org/01/09506000200033 --origin captured --caption "en=The tin, front"
      suyuan media add report.pdf --url https://ledger.example --api-key-file key
    """
    if (about is None) != (origin is None) or (captions and about is None):
        raise click.UsageError("--about and --origin go together, and --caption with them")
    said = _Said(None if about is None else _thing(about), origin, tuple(map(_caption, captions)))
    ways = _Ways(data, unlock, url, api_key_file, party, ReadRule(read), keep_location, bytes_max)
    with _way(ways) as (keep, post):
        kept = _keep_all(keep, files)
        records = _describe(post, kept, said)
    _show(files, kept, records, as_json=as_json)


@contextmanager
def _way(ways: _Ways) -> Iterator[tuple[Keep, Post]]:
    if ways.url is not None:
        if ways.api_key_file is None or ways.party is not None:
            raise click.UsageError("with --url give --api-key-file FILE, which says who sends it")
        with reached(ways.url, ways.api_key_file) as remote:
            yield KeepingThere(remote, ways.keep_location), PostingThere(remote, ways.read, again=False)
        return
    if ways.data is None or ways.party is None:
        raise click.UsageError("give --data DIR with --as PARTY, or --url URL with --api-key-file FILE")
    with data_options.changed(ways.data, ways.unlock) as ledger:
        party = full_name(ledger.origin, ways.party)
        limits = MediaLimits(ways.bytes_max)
        yield KeepingHere(ledger, party, ways.keep_location, limits), PostingHere(ledger, party, ways.read)


def _keep_all(keep: Keep, files: Sequence[Path]) -> list[KeptMedia]:
    kept = []
    with progress("files") as (tell,):
        for done, file in enumerate(files, 1):
            kept.append(keep(file))
            if tell is not None:
                tell(done, len(files))
    return kept


def _describe(post: Post, kept: Sequence[KeptMedia], said: _Said) -> list[dict[str, Any]]:
    if said.about is None or said.origin is None:
        return []
    captions = said.captions or None
    bodies = [
        MediaDescribed(one.digest, one.media_type, one.size, said.about, said.origin, captions=captions).to_body()
        for one in dict.fromkeys(kept)
    ]
    written: list[dict[str, Any]] = post(b"\n".join(bodies))["records"]
    return written


def _show(files: Sequence[Path], kept: Sequence[KeptMedia], records: list[dict[str, Any]], *, as_json: bool) -> None:
    if as_json:
        said = [_as_json(file, one) for file, one in zip(files, kept, strict=True)]
        click.echo(json.dumps({"files": said, "records": records}, ensure_ascii=False, indent=2))
        return
    for file, one in zip(files, kept, strict=True):
        parts = [one.digest.hex(), one.media_type, f"{one.size} bytes"]
        if one.left_out:
            parts.append(f"without {', '.join(one.left_out)}")
        if one.box is not None:
            parts.append(f"{one.box.width} × {one.box.height} × {one.box.depth} mm")
        click.echo(f"{'  '.join(parts)}  {file}")
    for record in records:
        click.echo(f"record: {record['address']}")


def _as_json(file: Path, kept: KeptMedia) -> dict[str, Any]:
    return {
        "file": str(file),
        "digest": kept.digest.hex(),
        "mediaType": kept.media_type,
        "size": kept.size,
        "stripped": kept.stripped,
        "leftOut": list(kept.left_out),
        "box": None if kept.box is None else asdict(kept.box),
    }


def _thing(said: str) -> str:
    """The canonical spelling of a thing or a place; a party's name stays as it is."""
    if said.startswith("("):
        said = parse_element_string(said).uri(with_attributes=False)
    return canonical(whole(said)) or said


def _caption(said: str) -> Words:
    language, equals, text = said.partition("=")
    if not equals:
        raise click.UsageError(f"--caption wants LANG=TEXT, not {said!r}")
    return Words(language, text)
