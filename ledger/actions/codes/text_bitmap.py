"""A line of text as black and white dots, for printers that lack the font."""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFont

from ledger.actions.codes.label_font import LabelFont, runs_of


@dataclass(frozen=True, slots=True)
class TextBitmap:
    """`bits`: rows from the top, each padded to whole bytes; 1 is black."""

    width: int
    height: int
    bits: bytes

    @property
    def row_bytes(self) -> int:
        return -(-self.width // 8)


def draw_text(text: str, *, size: int, width_max: int, font: LabelFont) -> TextBitmap:
    """`text`, `size` dots high; a text wider than `width_max` dots is drawn smaller, down to half, and then cut.

    Raises:
        FontAbsent, FontUnusable, CharacterWithoutShape.
    """
    font.refuse_unknown([text])
    width = _width(text, size, font)
    height = max(size // 2, size * width_max // width) if width > width_max else size
    width = max(1, min(_width(text, height, font), width_max))
    picture = Image.new("L", (width, height), 255)
    draw, x = ImageDraw.Draw(picture), 0.0
    for run, latin in runs_of(text):
        face = _face(height, font, latin=latin)
        draw.text((x, height * 0.84), run, fill=0, font=face, anchor="ls")
        x += face.getlength(run)
    return TextBitmap(
        width, height, picture.point(lambda level: 255 if level < 128 else 0).convert("1", dither=Image.Dither.NONE).tobytes()
    )


def _width(text: str, size: int, font: LabelFont) -> int:
    return int(sum(_face(size, font, latin=latin).getlength(run) for run, latin in runs_of(text))) + 1


def _face(size: int, font: LabelFont, *, latin: bool) -> ImageFont.FreeTypeFont:
    # The fallback font has no Latin letters; Pillow brings some of its own.
    face = ImageFont.load_default(size * 0.8) if latin else ImageFont.truetype(str(font.path), size * 0.86)
    if not isinstance(face, ImageFont.FreeTypeFont):
        raise TypeError("Pillow was built without FreeType")
    return face
