"""Linksets and the description file against what GS1-Conformant Resolver 1.2.0 asks; our choice of links on published entries."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
from jsonschema import Draft7Validator

from api.app import create_app
from api.settings import Settings
from api.wire.linkset import HREFLANG, VOC, Link, best_links, read_link_type
from ledger.actions.demo_world import identifiers as ids
from ledger.actions.demo_world.build import build_demo_world
from ledger.actions.demo_world.scenes.table import SCENES
from ledger.evidence.instant import Instant
from ledger.trade.digital_link import parse_digital_link
from tests.api.serving import listening, serving

pytestmark = pytest.mark.conformance

SCENES_KNOWN: Final = [scene for scene in SCENES if scene != "unknown"]
PATHS: Final = {
    **{scene: parse_digital_link(SCENES[scene].item).uri(root="", with_attributes=False) for scene in SCENES_KNOWN},
    "product": "/01/09506000200033",
    "container": "/8003/09506000300016C40118",
    "plot": ids.PLOT_7.removeprefix("https://id.gs1.org"),
}
LINK_MEMBERS: Final = {"href", "title", "type", "hreflang", "context", "fwqs", "public"}
"""What the linkset schema lets a link have; `href` and `title` are wanted."""

PRIMARY_KEYS: Final = frozenset(
    {"all", "00", "01", "253", "255", "401", "402", "410", "411", "412", "413", "414", "415", "417"}
) | {
    "8003",
    "8004",
    "8006",
    "8010",
    "8013",
    "8017",
    "8018",
}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    data = build_demo_world(tmp_path_factory.mktemp("demo") / "data", clock=lambda: Instant(1_790_000_000_000)).data
    with listening() as (bound, url):
        app = create_app(Settings(data=data, public_url=url, escrow_tick_s=0))
        with serving(app, bound), httpx.Client(base_url=url, timeout=60) as opened:
            yield opened


def linkset(client: httpx.Client, path: str) -> Any:
    answer = client.get(path, params={"linkType": "linkset"})
    assert answer.status_code == 200, path
    return answer.json()


def published(conformance: Path, kind: str) -> Draft7Validator:
    """GS1's own schema file, wherever in the folder of the resolver it lies."""
    found = sorted((conformance / "digital-link" / "resolver").rglob(f"*{kind}*.json"))
    if not found:
        pytest.skip(f"GS1's {kind} is not among the foreign test data")
    return Draft7Validator(json.loads(found[0].read_bytes()))


@pytest.mark.parametrize("name", PATHS)
def test_linksets_follow_the_published_schema(client: httpx.Client, conformance: Path, name: str) -> None:
    validator = published(conformance, "linkset-schema")
    assert [error.message for error in validator.iter_errors(linkset(client, PATHS[name]))] == []


def test_the_description_follows_the_published_schema(client: httpx.Client, conformance: Path) -> None:
    validator = published(conformance, "description-file-schema")
    assert [error.message for error in validator.iter_errors(client.get("/.well-known/gs1resolver").json())] == []


@pytest.mark.parametrize("name", PATHS)
def test_linksets_have_the_form_that_the_standard_wants(client: httpx.Client, name: str) -> None:
    """The demands of the linkset schema one by one, for who has no copy of it."""
    body = linkset(client, PATHS[name])
    assert list(body) == ["linkset"]
    assert body["linkset"]
    for level in body["linkset"]:
        types = {member: links for member, links in level.items() if member not in ("anchor", "description")}
        assert re.match(r"https?://[A-Za-z0-9./]+", level["anchor"])
        assert isinstance(level["description"], str)
        assert all(re.fullmatch(r"[a-z-]+|https?://[A-Za-z0-9./]+", member) for member in types)
        assert len(types[f"{VOC}defaultLink"]) == 1
        for link in (link for links in types.values() for link in links):
            assert {"href", "title"} <= set(link) <= LINK_MEMBERS
            assert re.match(r"https?://[A-Za-z0-9./]+", link["href"])
            assert re.search(r"\w+/[-+.\w]+", link.get("type", "text/html"))
            assert all(re.fullmatch(r"\w{2}(-\w{2})?", tag) for tag in link.get("hreflang", ()))


def test_the_levels_are_spelt_as_digital_links(client: httpx.Client) -> None:
    anchors = [level["anchor"] for level in linkset(client, PATHS["clean"])["linkset"]]
    read = [parse_digital_link(anchor) for anchor in anchors]
    assert [len(link.keys) for link in read] == sorted((len(link.keys) for link in read), reverse=True)
    assert len({link.identifier for link in read}) == len(read) > 1


def test_the_description_has_the_form_that_the_standard_wants(client: httpx.Client) -> None:
    body = client.get("/.well-known/gs1resolver").json()
    assert body["resolverRoot"] == str(client.base_url).rstrip("/")
    assert set(body["supportedPrimaryKeys"]) <= PRIMARY_KEYS
    assert body["supportedLinkType"] == [{"namespace": VOC, "prefix": "gs1:"}]
    assert body["linkTypeDefaultCanBeLinkset"] is False
    assert all(re.fullmatch(r"[a-zA-Z_][A-Za-z0-9_-]*:", kind["prefix"]) for kind in body["supportedLinkType"])


def test_every_language_of_the_pages_has_a_tag_that_the_schema_takes() -> None:
    assert [tag for tags in HREFLANG.values() for tag in tags if not re.fullmatch(r"\w{2}(-\w{2})?", tag)] == []


def entry_of(conformance: Path) -> list[dict[str, Any]]:
    file = conformance / "digital-link" / "resolver" / "test_01_09506000134352.json"
    entry = json.loads(file.read_bytes())
    return list(entry["links"])


@pytest.mark.parametrize("language", ["en", "es", "vi", "ja"])
@pytest.mark.parametrize("asked", ["gs1:hasRetailers", "gs1:pip", "gs1:recipeInfo", "gs1:sustainabilityInfo"])
def test_of_published_links_the_one_in_the_readers_language_is_chosen(conformance: Path, asked: str, language: str) -> None:
    rel = read_link_type(asked)
    links = [
        Link(rel or "", link["href"], link["title"], link["type"], link["hreflang"][0])
        for link in entry_of(conformance)
        if link["linktype"] == asked
    ]
    assert len(links) >= 4
    for header in (language, f"fr;q=0.9, {language};q=0.8", f"{language};q=0.3, xx;q=1.0"):
        (chosen,) = best_links(links, accept="text/html,*/*;q=0.8", accept_language=header)
        assert f"test_lang={language}" in chosen.href, header


def test_of_published_links_all_are_offered_to_who_reads_none(conformance: Path) -> None:
    links = [
        Link(f"{VOC}pip", link["href"], link["title"], link["type"], link["hreflang"][0])
        for link in entry_of(conformance)
        if link["linktype"] == "gs1:pip"
    ]
    assert best_links(links, accept="*/*", accept_language="fr") == tuple(links)
    by_itself = Link(f"{VOC}pip", "https://a.example/", "Any language", "text/html")
    assert best_links([*links, by_itself], accept="*/*", accept_language="fr") == (by_itself,)
