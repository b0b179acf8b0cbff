"""The first screen of an item's page: the verdict, recalls, and the five facts that answer most questions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from api.pages.foreign_text import isolated
from api.pages.item_words import ItemWords
from ledger.actions.trace.check_proof import Holds
from ledger.actions.trace.item_facts import ShownRecall
from ledger.trade.assessment.finding import Weight
from ledger.trade.assessment.verdict import Verdict
from ledger.trade.custody import Hands
from ledger.trade.identifiers import application_values, ladder
from ledger.trade.scans import Suspicion

_STYLES: Final = {
    Verdict.RECALLED: "bad",
    Verdict.VERIFIED: "good",
    Verdict.FINDINGS: "warn",
    Verdict.INCOMPLETE: "part",
    Verdict.UNKNOWN: "none",
}
_NAMED_MAX: Final = 4
_SUSPECT: Final = (Suspicion.WARN, Suspicion.FREEZE)


@dataclass(frozen=True, slots=True)
class Banner:
    """The verdict: `style` names colour and icon."""

    style: str
    word: str
    says: Markup


@dataclass(frozen=True, slots=True)
class Row:
    """One fact. `style`: empty, `lack` where nobody says it, `warn` or `bad`; `link`: where the page says more."""

    label: str
    main: Markup
    note: Markup
    style: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class RecallWords:
    """What a recall says: the advice first."""

    advice: str
    by: Markup
    roles: str
    when: str
    hazard: str
    reason: Markup
    contact: str | None
    through: tuple[Markup, ...]
    recall: ShownRecall


def banner_of(words: ItemWords) -> Banner:
    verdict = words.facts.verdict
    return Banner(_STYLES[verdict], words[f"verdict.{verdict}"], _explained(words))


def _explained(words: ItemWords) -> Markup:
    facts = words.facts
    if facts.verdict is Verdict.RECALLED:
        return Markup("")
    if facts.verdict is Verdict.INCOMPLETE and _is_kind(words):
        return words.say("verdict.incomplete.kind")
    if facts.verdict is not Verdict.FINDINGS:
        return words.say(f"verdict.{facts.verdict}.says", count=0)
    if facts.code is not None and facts.code.suspicion in _SUSPECT:
        return words.say("verdict.verified with findings.code")
    careful = sum(finding.weight is Weight.CAUTION for finding in facts.findings)
    if not careful or facts.damaged or any(step.proof.holds is Holds.NO for step in facts.steps):
        return words.say("verdict.verified with findings.proof")
    return words.say("verdict.verified with findings.says", count=careful)


def _is_kind(words: ItemWords) -> bool:
    """Whether the address names a kind of product only: the number under every bar code, which tells no pack from another."""
    keys = words.facts.link.keys
    return len(keys) == 1 and keys[0][0] == "01"


def recalls_of(words: ItemWords) -> list[RecallWords]:
    return [_recall(recall, words) for recall in words.facts.recalls]


def _recall(recall: ShownRecall, words: ItemWords) -> RecallWords:
    body = recall.body
    issuer = recall.source.said[0] if recall.source.said else None
    return RecallWords(
        advice=words[f"recall.{body.advice}"],
        by=isolated("–") if issuer is None else words.party(issuer),
        roles="" if issuer is None else words.roles(issuer),
        when=words.day(body.issued, "+00:00"),
        hazard=words[f"hazard.{body.hazard}"],
        reason=words.text(body.reason) if recall.reason is None else words.own_text(recall.reason, body.reason),
        contact=body.contact,
        through=tuple(_reach(thing, words) for thing in recall.through),
        recall=recall,
    )


def _reach(thing: str, words: ItemWords) -> Markup:
    """Through what a recall reaches this very item."""
    link = words.facts.link
    if thing == link.identifier:
        return words.say("recall.through.itself")
    if thing in ladder(link.uri(with_attributes=False)):
        lot = len(application_values(thing) or ()) > 1
        return words.say("recall.through.lot" if lot else "recall.through.product", thing=words.thing(thing))
    return words.say("recall.through.origin", thing=words.thing(thing))


def rows_of(words: ItemWords) -> list[Row]:
    """Origin, last independent check, holder, what is missing, and how the code stands; that first if it is suspect."""
    rows = [_origin(words), _inspected(words), _holder(words), _missing(words)]
    code = _code(words)
    if code is not None:
        rows.insert(0 if code.style == "bad" else len(rows), code)
    return rows


def _origin(words: ItemWords) -> Row:
    began, product = words.facts.began, words.facts.product
    label = words["row.origin"]
    if began is not None:
        party = words.party(began.source.said[0]) if began.source.said else isolated("–")
        return Row(label, words.spot(began.place), words.say("origin.by", party=party), link="#journey")
    if product is not None and product.origin:
        return Row(label, isolated(words.territory(product.origin)), words.say("origin.declared"))
    return Row(label, words.say("origin.none"), Markup(""), "lack")


def _inspected(words: ItemWords) -> Row:
    found, label = words.facts.inspected, words["row.inspected"]
    if found is None:
        return Row(label, words.say("inspected.none"), Markup(""), "lack")
    party = words.party(found.source.said[0]) if found.source.said else isolated("–")
    note = words.say("inspected.by", date=words.date(found.day), party=party)
    style = {"fail": "bad", "inconclusive": "warn"}.get(found.verdict or "", "")
    return Row(label, words.say(f"inspected.{found.verdict or 'looked'}"), note, style, "#tests")


def _holder(words: ItemWords) -> Row:
    facts = words.facts
    custody, holder, label = facts.custody, facts.holder, words["row.holder"]
    if custody.hands is Hands.UNKNOWN or holder is None:
        return Row(label, words.say("hands.unknown"), Markup(""), "lack")
    told = next((step for step in facts.steps if step.position == custody.position), None)
    since = "" if custody.since is None else words.day(custody.since, "+00:00" if told is None else told.offset)
    if custody.hands is not Hands.HELD:
        main = words.say(f"hands.{custody.hands}")
        return Row(label, main, words.say(f"hands.{custody.hands}.by", party=words.party(holder), date=since), link="#journey")
    place = [words.spot(facts.holder_place)] if facts.holder_place is not None else []
    note = Markup(" · ").join([*place, *([words.say("hands.held.since", date=since)] if since else [])])
    return Row(label, words.party(holder), note, link="#journey")


def _missing(words: ItemWords) -> Row:
    expected, label = words.facts.expectations, words["row.missing"]
    if _is_kind(words):
        return Row(label, words.say("missing.kind"), Markup(""), link="#missing")
    if expected.pack is None:
        return Row(label, words.say("missing.no list"), Markup(""), "lack", "#missing")
    missing = expected.missing
    if not missing:
        return Row(label, words.say("missing.none", count=len(expected.steps)), Markup(""), link="#missing")
    named = [words.expected(step) for step in missing[:_NAMED_MAX]]
    more = [words.say("missing.more", count=len(missing) - _NAMED_MAX)] if len(missing) > _NAMED_MAX else []
    note = isolated(words.listed([*named, *more]), 300)
    return Row(label, words.say("missing.count", count=len(missing), all=len(expected.steps)), note, "lack", "#missing")


def _code(words: ItemWords) -> Row | None:
    code = words.facts.code
    if code is None:
        return None
    label, state = words["row.code"], words.say(f"code.state.{code.state}")
    style = {Suspicion.CHECK: "warn", Suspicion.WARN: "bad", Suspicion.FREEZE: "bad"}.get(code.suspicion, "")
    if code.first_scan is None:
        return Row(label, state, words.say("code.never"), style, "#code")
    areas = words.say("code.areas", count=code.areas)
    scans = words.say("code.scans in" if code.areas else "code.scans", count=code.scans, areas=areas)
    note = words.say("code.line", first=words.say("code.first", date=words.date(code.first_scan)), scans=scans)
    if style:
        state = words.say("code.suspected", state=state, suspicion=words[f"code.suspicion.{code.suspicion}"])
    return Row(label, state, note, style, "#code")
