"""Roles and places, said for people."""

from __future__ import annotations

from api.pages.texts import say_place, say_roles


def test_roles_and_places_are_said_for_people() -> None:
    assert say_roles(["shop", "customs"], "zh-Hans") == "商店、海关"
    assert say_roles(["data-protection", "shop"], "en") == "data protection, shop"
    assert say_place("https://id.gs1.org/414/9506000100074/254/hall-b", "en") == "location 9506000100074 · hall-b"
    assert say_place("https://id.gs1.org/414/9506000100074", "zh-Hans") == "位置 9506000100074"
    assert say_place("geo:2.0,104.6;u=5", "en") == "2.0, 104.6"
    assert say_place("javascript:alert(1)", "en") == "javascript:alert(1)"
