"""The page that turns a 3D model: its own policy, which lets the viewer of this server run and nobody else's anything."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse

from api.pages.language import language_of
from api.pages.rendering import Pages
from api.pages.words import say_number, say_quantity, words_of
from ledger.actions.media.describe_model import ShownModel
from ledger.errors import Absent
from ledger.trade.dossier.bodies.described import Dimensions
from ledger.trade.media.proportion import SIDES

SCRIPT: Final = Path(__file__).parent / "viewer" / "model-viewer.min.js"
_HEADERS: Final = {"Cache-Control": "private, no-cache", "Vary": "Accept-Language, Authorization, X-Api-Key"}
# The viewer unpacks pictures in workers that it makes itself, and puts one style sheet of its own, known by its hash, into
# its element. It begins by compiling a decoder that no model here needs, and reports an error where it may not.
_STYLE_OF_VIEWER: Final = "'sha256-PXtZZkJMMyc18o/DN1ZEFOJ2qEGq95IQbVaJFMOXOb0='"
_ALLOWED: Final = {
    "script-src": "'self' blob: 'wasm-unsafe-eval'",
    "connect-src": "'self' blob:",
    "worker-src": "blob:",
    "img-src": "blob:",
}
STYLE: Final = (
    "model-viewer{display:block;width:100%;height:min(70vh,24rem);background:var(--wash);border-radius:.375rem}"
    "table{border-collapse:collapse}th,td{text-align:start;padding:.25rem 1rem .25rem 0;border-bottom:1px solid var(--line);"
    "overflow-wrap:normal}"
)


class ViewerAbsent(Absent):
    title = "the viewer of 3D models is not installed on this server"
    default_hint = "download the model and open it in a program of your own; the operator installs it with `make viewer`"


@dataclass(frozen=True, slots=True)
class Script:
    """The viewer's script and the SHA-256 of it, in hexadecimal."""

    data: bytes
    digest: str

    @property
    def integrity(self) -> str:
        return "sha256-" + base64.b64encode(bytes.fromhex(self.digest)).decode("ascii")


class Viewer:
    """The viewer as it was installed when the server started."""

    def __init__(self, path: Path = SCRIPT) -> None:
        data = path.read_bytes() if path.is_file() else None
        self._script = None if data is None else Script(data, hashlib.sha256(data).hexdigest())

    def script(self) -> Script:
        """Raises `ViewerAbsent`."""
        if self._script is None:
            raise ViewerAbsent()
        return self._script

    def page(self, pages: Pages, request: Request, model: ShownModel, *, digest: str, code: str | None) -> HTMLResponse:
        """The page of one model; `code` is that of the item by which it was opened."""
        language = language_of(request)
        query = "" if code is None else "?" + urlencode({"item": code})
        response = pages.show(
            "media_view.html",
            request,
            headers=_HEADERS,
            words=words_of("media", language),
            viewer=self._script,
            viewer_style=STYLE,
            model=model,
            file=f"/media/{digest}{query}",
            digest=digest,
            size=f"{say_number(-(-len(model.opened.file.data) // 1_024), language)} KiB",
            caption=_caption(model, language),
            rows=_rows(model, language),
        )
        policy = response.headers["Content-Security-Policy"]
        response.headers["Content-Security-Policy"] = _widened(policy)
        return response


def viewer_of(request: Request) -> Viewer:
    """The viewer of the application that got this request."""
    viewer = request.app.state.viewer
    if not isinstance(viewer, Viewer):
        raise TypeError("the application has no viewer")
    return viewer


def _widened(policy: str) -> str:
    """A page's policy that also lets the viewer in."""
    directives: dict[str, Any] = dict(part.strip().partition(" ")[::2] for part in policy.split(";") if part.strip())
    style = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode("ascii")
    for name, sources in {**_ALLOWED, "style-src": f"{_STYLE_OF_VIEWER} 'sha256-{style}'"}.items():
        directives[name] = f"{directives.get(name, '')} {sources}".strip()
    return "; ".join(f"{name} {sources}" for name, sources in directives.items())


def _rows(model: ShownModel, language: str) -> list[tuple[str, str, str, bool]]:
    """(side, declared, measured, whether they differ too much) of each side that anything is known of."""
    return [
        (side, _said(model.declared, side, language), _said(model.measured, side, language), side in model.apart)
        for side in SIDES
        if model.declared is not None or model.measured is not None
    ]


def _said(box: Dimensions | None, side: str, language: str) -> str:
    return "" if box is None else say_quantity(int(getattr(box, side)), "MMT", language)


def _caption(model: ShownModel, language: str) -> str:
    captions = {} if model.said is None else {words.language: words.text for words in model.said.captions or ()}
    return captions.get(language) or captions.get("en") or next(iter(captions.values()), "")
