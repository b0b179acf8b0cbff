"""The font for text that is not Latin: a TrueType file of the system, of which the PDF gets the characters that are used."""

from __future__ import annotations

import os
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Final

from reportlab.pdfbase.ttfonts import TTFError, TTFont, TTFontFace  # type: ignore[import-untyped]

from ledger.errors import Absent, Unprocessable

FONT_VARIABLE: Final = "SUYUAN_FONT"
USUAL_FONT: Final = Path("/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf")
USUAL_PACKAGE: Final = "fonts-droid-fallback"


class FontAbsent(Absent):
    title = "there is no font for the Chinese text on the labels"
    default_hint = f"install the package {USUAL_PACKAGE}, or name a TrueType file in {FONT_VARIABLE}"


class FontUnusable(Unprocessable):
    title = "this file is no TrueType font that can be embedded"
    default_hint = "OpenType files with PostScript outlines (most .otf and .ttc) cannot be; take a .ttf"


class CharacterWithoutShape(Unprocessable):
    title = "the font has no shape for a character on the labels"
    default_hint = f"name another TrueType file in {FONT_VARIABLE}, or leave the character out"


@dataclass(frozen=True)
class LabelFont:
    """A font that is opened when the first text needs it. Latin text is set in the printer's own Helvetica."""

    path: Path = field(default_factory=lambda: Path(os.environ.get(FONT_VARIABLE) or USUAL_FONT))

    @cached_property
    def face(self) -> TTFontFace:
        """Raises `FontAbsent`, `FontUnusable`."""
        if not self.path.is_file():
            raise FontAbsent(seen=str(self.path), wanted="a TrueType file")
        try:
            return TTFontFace(str(self.path))
        except (TTFError, ValueError, IndexError, KeyError, struct.error) as reason:
            raise FontUnusable(seen=f"{self.path}: {reason}", wanted="a TrueType font") from reason

    def embeddable(self, name: str) -> TTFont:
        """The font to embed under `name`; each document needs one of its own, as it counts the characters used."""
        self.face  # noqa: B018 - refuses by name what cannot be opened
        return TTFont(name, str(self.path))

    def refuse_unknown(self, texts: Iterable[str]) -> None:
        """Return if all `texts` can be printed.

        Raises:
            FontAbsent, FontUnusable, CharacterWithoutShape.
        """
        for text in texts:
            for run, latin in runs_of(text):
                missing = "" if latin else next((c for c in run if ord(c) not in self.face.charToGlyph), "")
                if missing:
                    raise CharacterWithoutShape(seen=f"{missing} (U+{ord(missing):04X})", wanted=f"one of {self.path.name}")


def runs_of(text: str) -> Iterator[tuple[str, bool]]:
    """`text` cut where the font changes: each run, and whether it is Latin."""
    if text.isascii():  # nearly all there is, and asked for every line of every label
        yield from [(text, True)] if text else []
        return
    start = 0
    for place in range(1, len(text) + 1):
        if place == len(text) or is_latin(text[place]) != is_latin(text[start]):
            yield text[start:place], is_latin(text[start])
            start = place


def is_latin(character: str) -> bool:
    """Whether Helvetica as every PDF reader and printer has it shows this character."""
    try:
        character.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True
