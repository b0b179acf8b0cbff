"""The page of a proof to keep: one file with its data, its words and a verifier of its own, that asks nobody."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse

from api.pages.language import language_of, spelling_of
from api.pages.rendering import NEVER_KEPT, pages_of
from api.pages.words import locale_of, say_moment, words_of
from ledger.evidence.authority import EVENT_TYPES, MAY_SIGN, ROLES, TYPES, ReadRule
from ledger.evidence.proof_file import ProofFile
from ledger.trade.digital_link import DigitalLink

SCRIPT_PARTS: Final = (
    "proof/bytes.js",
    "proof/records.js",
    "proof/keys.js",
    "proof/notes.js",
    "proof_verifier.js",
    "proof/view.js",
)
"""The verifier, in the order in which its parts rest on each other."""

_HERE: Final = Path(__file__).parent
_STYLES: Final = ("style.css", "proof_file.css")
_NOT_IN_FILENAME: Final = re.compile(r"[^A-Za-z0-9._-]+")
# What would end the element that carries a JSON text, or begin a comment there.
_ESCAPED: Final = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026"}


@dataclass(frozen=True, slots=True)
class _Parts:
    """What every such page has in common; `policy` lets its own script and style in, and nothing out."""

    tables: Markup
    script: Markup
    style: Markup
    policy: str


def filename_of(link: DigitalLink, ending: str) -> str:
    """`proof-<gtin>-<serial>.html`; the lot where there is no serial. Only characters that every disk takes."""
    finest = next((value for ai in ("21", "235", "10") if (value := link.value(ai))), None)
    named = "-".join(filter(None, ("proof", link.value("01"), finest)))
    return f"{_NOT_IN_FILENAME.sub('_', named)}.{ending}"


def show_proof(request: Request, link: DigitalLink, data: bytes, *, public_url: str) -> HTMLResponse:
    """The page that carries `data`, to be downloaded.

    Args:
        data: a proof to keep, as `prove_item` prints it.
        public_url: scheme and host under which this server is known, where to ask again.
    """
    language, spelling, proof, parts = language_of(request), spelling_of(request), ProofFile.parse(data), _parts()
    response = pages_of(request).show(
        "proof_file.html",
        request,
        headers={**NEVER_KEPT, "Content-Disposition": f'attachment; filename="{filename_of(link, "html")}"'},
        w=words_of("proof", language),
        parts=parts,
        proof=proof,
        made=say_moment(proof.made, spelling),
        filename=filename_of(link, "html"),
        address=link.uri(root=public_url, with_attributes=False),
        words=_as_json({"locale": str(locale_of(spelling)).replace("_", "-"), "texts": _texts(language)}),
        data=Markup(data.decode()),  # noqa: S704 - its one spelling holds no <, > or &
    )
    response.headers["Content-Security-Policy"] = parts.policy
    return response


@cache
def _parts() -> _Parts:
    tables = {
        "types": {klass.value: sorted(types) for klass, types in TYPES.items()},
        "maySign": {role: sorted(klass.value for klass in classes) for role, classes in MAY_SIGN.items()},
        "readRules": [rule.value for rule in ReadRule],
    }
    code = "".join(_HERE.joinpath(part).read_text(encoding="utf-8") for part in SCRIPT_PARTS)
    script = f'"use strict";\n(() => {{\n{code}}})();\n'
    style = "".join(_HERE.joinpath(name).read_text(encoding="utf-8") for name in _STYLES)
    policy = (
        f"default-src 'none'; script-src {_digest(script)}; style-src {_digest(style)}; connect-src 'none'; base-uri 'none'; "
        "form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    )
    return _Parts(_as_json(tables), Markup(script), Markup(style), policy)  # noqa: S704 - our own files, not input


@cache
def _texts(language: str) -> dict[str, list[str]]:
    """What the script says: the texts of the catalogue with the names of events and roles, each in all its forms."""
    vocabulary = words_of("vocabulary", language)
    texts = {key: list(forms) for key, forms in words_of("proof", language).texts.items()}
    texts |= {f"type.{kind}": [vocabulary[f"event.{kind}"]] for kind in sorted(EVENT_TYPES)}
    texts |= {f"role.{role}": [vocabulary[f"role.{role}"]] for role in ROLES}
    return texts


def _as_json(value: object) -> Markup:
    """JSON that may stand in a script element."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.translate(_ESCAPED))  # noqa: S704 - nothing in it can end the element


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode('ascii')}'"
