"""What the page of an item shows, put together for its template."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

from api.pages.texts import TEXTS, say_place, say_roles, say_step
from api.pages.words import words_of
from ledger.actions.escrow.money_in_trust import Trust
from ledger.actions.trace.check_proof import Holds
from ledger.actions.trace.item_facts import ItemFacts, Step
from ledger.evidence.instant import Instant, format_instant
from ledger.trade.custody import Hands
from ledger.trade.digital_link import DigitalLink

_OFFSET: Final = re.compile(r"(?P<sign>[+-])(?P<hours>[0-9]{2}):(?P<minutes>[0-9]{2})", re.ASCII)


def item_values(facts: ItemFacts, *, language: str, origin: str, trust: Trust) -> dict[str, Any]:
    """What the template asks for, in one language."""
    path = facts.link.uri(root="", with_attributes=False)
    code = facts.link.uri(with_attributes=False)
    return {
        "facts": facts,
        "origin": origin,
        "rows": _rows(facts.link, TEXTS[language]),
        "answer": _answer(facts, TEXTS[language]),
        "missing": _missing(facts, TEXTS[language]),
        "qr": f"/codes{path}.svg",
        "proof_query": urlencode({"item": code}),
        "say": lambda step: say_step(step.step, step.type, language),
        "say_place": lambda place: say_place(place, language),
        "say_roles": lambda roles: say_roles(roles, language),
        "since": _since(facts),
        "clock": _clock,
        "trust": "" if trust is Trust.NONE else words_of("claim", language)[f"trust.{trust.name.lower()}"],
        "trust_link": words_of("claim", language)["trust.link"],
        "unknown": Hands.UNKNOWN,
    }


def _day(moment: Instant) -> str:
    return format_instant(moment)[:16].replace("T", " ") + " UTC"


def _clock(step: Step) -> str:
    """When an event happened, on the clocks of where it happened: `2026-11-20 09:00 UTC+8`."""
    found = _OFFSET.fullmatch(step.offset)
    if found is None:
        return _day(step.time)
    minutes = int(found["hours"]) * 60 + int(found["minutes"])
    local = Instant(step.time + (-minutes if found["sign"] == "-" else minutes) * 60_000)
    rest = "" if found["minutes"] == "00" else f":{found['minutes']}"
    return _day(local) + (f"{found['sign']}{int(found['hours'])}{rest}" if minutes else "")


def _since(facts: ItemFacts) -> str:
    """Since when its last holder has it, on the clocks of there where the event of it is shown."""
    if facts.custody.since is None:
        return ""
    told = next((step for step in facts.steps if step.position == facts.custody.position), None)
    return _day(facts.custody.since) if told is None else _clock(told)


def _rows(link: DigitalLink, text: Mapping[str, str]) -> list[tuple[str, str]]:
    names = {"01": text["gtin"], "22": text["variant"], "10": text["lot"], "21": text["serial"]}
    return [(names.get(ai, f"({ai})"), value) for ai, value in link.keys]


def _answer(facts: ItemFacts, text: Mapping[str, str]) -> tuple[str, str]:
    """What came of the proofs, in a sentence, and its style."""
    count = len(facts.steps)
    failed, waiting = _count(facts.steps, Holds.NO), _count(facts.steps, Holds.NOT_YET)
    if facts.damaged:
        return text["some_damaged"].format(count=facts.damaged), "fails"
    if count == 0:
        return text["none_shown"], "waits"
    if failed:
        return text["some_fail"].format(failed=failed, count=count), "fails"
    if waiting:
        return text["some_wait"].format(waiting=waiting, count=count), "waits"
    return text["one_holds" if count == 1 else "all_hold"].format(count=count), "holds"


def _count(steps: tuple[Step, ...], holds: Holds) -> int:
    return sum(step.proof.holds is holds for step in steps)


def _missing(facts: ItemFacts, text: Mapping[str, str]) -> list[str]:
    withdrawn = sum(step.withdrawn for step in facts.steps)
    found = {
        "missing_public": len(facts.link.keys) == 1,
        "missing_withheld": facts.withheld > 0,
        "missing_beginning": not facts.begins,
        "missing_holder": facts.custody.hands is Hands.UNKNOWN,
        "missing_broken": facts.custody.broken,
        "missing_withdrawn": withdrawn > 0,
        "missing_more": facts.truncated,
    }
    counts = {"missing_withheld": facts.withheld, "missing_withdrawn": withdrawn}
    return [text[name].format(count=counts.get(name, 0)) for name, true in found.items() if true]
