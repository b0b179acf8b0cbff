"""The JSON Schema of what this server answers, for who generates code from it or checks what was kept."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from fastapi import APIRouter, Response

router: Final = APIRouter(tags=["service"])

ITEM_SCHEMA: Final = Path(__file__).parents[1] / "wire" / "item.schema.json"
_HEADERS: Final = {"Cache-Control": "public, max-age=3600", "Access-Control-Allow-Origin": "*"}


@router.get("/schemas/item.json", response_class=Response)
def show_item_schema() -> Response:
    """The schema of an item's page as JSON."""
    return Response(_item_schema(), headers=_HEADERS, media_type="application/schema+json")


@cache
def _item_schema() -> bytes:
    return ITEM_SCHEMA.read_bytes()
