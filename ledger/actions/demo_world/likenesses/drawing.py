"""The means of the drawn product pictures: a canvas finer than the picture, shaded bodies, leaves, lettering."""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Sequence
from typing import Final

from PIL import Image, ImageDraw, ImageFilter, ImageFont

Colour = tuple[int, int, int]
Spot = tuple[float, float]

PICTURE_SIZE: Final = (720, 900)
_FINER: Final = 2
_QUALITY: Final = 88


class Canvas:
    """A picture being drawn, in its own pixels; it is painted twice as fine and made smaller at the end."""

    def __init__(self, top: Colour, bottom: Colour) -> None:
        width, height = (side * _FINER for side in PICTURE_SIZE)
        self._image = _shaded((1, height), lambda _across, down: mixed(top, bottom, down)).resize((width, height))

    def shadow(self, box: tuple[float, float, float, float], *, strength: int) -> None:
        """A soft dark oval, as a thing casts on the table."""
        mask = Image.new("L", (self._image.width // 4, self._image.height // 4), 0)
        ImageDraw.Draw(mask).ellipse([value * _FINER / 4 for value in box], fill=strength)
        soft = mask.filter(ImageFilter.GaussianBlur(12)).resize(self._image.size)
        self._image.paste(Image.new("RGB", self._image.size, (38, 30, 20)), (0, 0), soft)

    def body(self, box: tuple[float, float, float, float], colour: Colour, *, bulge: float) -> None:
        """An upright cylinder seen a little from above; `bulge` is half the height of its round edges."""
        left, top, right, bottom = (round(value * _FINER) for value in box)
        curve = bulge * _FINER
        mask = Image.new("L", self._image.size, 0)
        draw = ImageDraw.Draw(mask)
        draw.rectangle((left, top, right, bottom), fill=255)
        for edge in (top, bottom):
            draw.ellipse((left, edge - curve, right, edge + curve), fill=255)
        line = _shaded((right - left + 1, 1), lambda across, _down: lit(colour, across))
        area = (left, round(top - curve), right + 1, round(bottom + curve) + 1)
        self._image.paste(line.resize((area[2] - area[0], area[3] - area[1])), area[:2], mask.crop(area))

    def cone(self, foot: tuple[float, float, float], top: tuple[float, float, float], colour: Colour, *, bulge: float) -> None:
        """A round body that narrows; `foot` and `top` are each left, right and height."""
        self.body((foot[0], foot[2] - 2, foot[1], foot[2]), colour, bulge=bulge)
        line = _shaded((512, 1), lambda across, _down: lit(colour, across))
        first, last = round(top[2] * _FINER), round(foot[2] * _FINER)
        for y in range(first, last):
            share = (y - first) / (last - first)
            left, right = (round((top[side] + (foot[side] - top[side]) * share) * _FINER) for side in (0, 1))
            self._image.paste(line.resize((right - left + 1, 1)), (left, y))

    def oval(self, box: tuple[float, float, float, float], colour: Colour) -> None:
        ImageDraw.Draw(self._image).ellipse([value * _FINER for value in box], fill=colour)

    def panel(self, box: tuple[float, float, float, float], colour: Colour, *, corner: float, edge: Colour) -> None:
        scaled = [value * _FINER for value in box]
        ImageDraw.Draw(self._image).rounded_rectangle(scaled, corner * _FINER, fill=colour, outline=edge, width=3 * _FINER)

    def polygon(self, spots: Sequence[Spot], colour: Colour) -> None:
        ImageDraw.Draw(self._image).polygon([(x * _FINER, y * _FINER) for x, y in spots], fill=colour)

    def stroke(self, spots: Sequence[Spot], colour: Colour, *, width: float) -> None:
        line = [(x * _FINER, y * _FINER) for x, y in spots]
        ImageDraw.Draw(self._image).line(line, fill=colour, width=round(width * _FINER), joint="curve")

    def leaf(self, root: Spot, *, length: float, lean: float, colour: Colour, vein: Colour) -> None:
        """A pointed leaf that grows from `root`; `lean` in degrees from upright, to the right."""
        angle = math.radians(lean)
        along, beside = (math.sin(angle), -math.cos(angle)), (math.cos(angle), math.sin(angle))

        def at(far: float, out: float) -> Spot:
            return (
                root[0] + length * (far * along[0] + out * beside[0]),
                root[1] + length * (far * along[1] + out * beside[1]),
            )

        steps = [step / 24 for step in range(25)]
        edge = [at(far, 0.2 * math.sin(math.pi * far**0.8)) for far in steps]
        back = [at(far, -0.2 * math.sin(math.pi * far**0.8)) for far in reversed(steps)]
        self.polygon([*edge, *back], colour)
        self.stroke([at(0, 0), at(0.92, 0)], vein, width=length / 60)

    def lettering(self, middle: Spot, text: str, colour: Colour, *, height: float, spaced: float = 0) -> None:
        """One line of Latin letters about `middle`, `spaced` pixels further apart than they are made."""
        font = ImageFont.load_default(height * _FINER)
        draw = ImageDraw.Draw(self._image)
        widths = [draw.textlength(letter, font) + spaced * _FINER for letter in text]
        x = middle[0] * _FINER - (sum(widths) - spaced * _FINER) / 2
        for letter, width in zip(text, widths, strict=True):
            draw.text((x, middle[1] * _FINER), letter, colour, font, anchor="lm")
            x += width

    def jpeg(self) -> bytes:
        written = io.BytesIO()
        self._image.reduce(_FINER).save(written, "JPEG", quality=_QUALITY, subsampling=0)
        return written.getvalue()


def mixed(one: Colour, other: Colour, share: float) -> Colour:
    """`one` with a share, 0 to 1, of `other`."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def lit(colour: Colour, across: float) -> Colour:
    """The colour of a round body at a place across it, 0 to 1: light from the upper left, dark at both edges."""
    light = math.exp(-(((across - 0.3) / 0.17) ** 2))
    dark = min(1.0, 0.62 * abs(2 * across - 0.9) ** 2.4)
    return mixed(mixed(colour, (0, 0, 0), dark), (255, 255, 255), 0.34 * light)


def _shaded(size: tuple[int, int], colour: Callable[[float, float], Colour]) -> Image.Image:
    image = Image.new("RGB", size)
    across, down = max(size[0] - 1, 1), max(size[1] - 1, 1)
    image.putdata([colour(x / across, y / down) for y in range(size[1]) for x in range(size[0])])
    return image
