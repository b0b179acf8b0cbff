"""Text that came from outside, made fit to stand in a page: nothing invisible, nothing endless, its direction its own."""

from __future__ import annotations

import re
from typing import Final

from markupsafe import Markup, escape

_SHOWN_CHARACTERS_MAX: Final = 120
# Controls, and the marks that turn the direction of text or take no room: one name must not be dressed up as another.
_UNSHOWABLE: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff0-\uffff]"
)


def shown(value: object, limit: int = _SHOWN_CHARACTERS_MAX) -> str:
    """A value from outside, made fit to be shown; the template escapes it."""
    text = _UNSHOWABLE.sub("\ufffd", str(value))
    return text if len(text) <= limit else text[:limit] + "…"


def isolated(value: object, limit: int = _SHOWN_CHARACTERS_MAX) -> Markup:
    """The same as an element of its own: whichever way its letters run, the sentence around it keeps its order."""
    return Markup(f"<bdi>{escape(shown(value, limit))}</bdi>")  # noqa: S704 - escaped right here
