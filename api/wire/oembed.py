"""oEmbed: how a page of others may show the card of an item. Source: oembed.com, version 1.0."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Final
from xml.etree import ElementTree

from markupsafe import Markup

from api.wire.feeds import written

WIDTH: Final = 480
HEIGHT: Final = 400

# Nothing in the card runs or is sent; only its link may open a page, outside the frame.
_FRAME: Final = Markup(
    '<iframe src="{src}" title="{title}" width="{width}" height="{height}" loading="lazy" referrerpolicy="no-referrer" '
    'sandbox="allow-popups allow-popups-to-escape-sandbox" style="border:0;max-width:100%"></iframe>'
)


@dataclass(frozen=True, slots=True)
class Embed:
    """A rich embed: HTML in a frame of `width` by `height` pixels."""

    type: str
    version: str
    title: str
    provider_name: str
    provider_url: str
    cache_age: int
    html: str
    width: int
    height: int


def embed_of(card: str, *, title: str, provider: str, root: str, width_max: int | None, height_max: int | None) -> Embed:
    """card: its address. title: what it shows. provider: the ledger's name. root: address of its server."""
    width, height = min(WIDTH, width_max or WIDTH), min(HEIGHT, height_max or HEIGHT)
    html = str(_FRAME.format(src=card, title=title, width=width, height=height))
    # The frame is always live; the answer itself says nothing that changes but the title.
    return Embed("rich", "1.0", title, provider, root, 3_600, html, width, height)


def embed_json(embed: Embed) -> bytes:
    return json.dumps(asdict(embed), ensure_ascii=False).encode()


def embed_xml(embed: Embed) -> bytes:
    root = ElementTree.Element("oembed")
    for name, value in asdict(embed).items():
        ElementTree.SubElement(root, name).text = str(value)
    return written(root)
