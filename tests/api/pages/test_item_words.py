"""Every closed list that an item's page shows has its words in each language, and no words claim what a scan cannot know."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter
from typing import Final

import pytest

from api.pages.words import LANGUAGES, words_of
from ledger.evidence.authority import DOSSIER_CLASSES, RecordClass
from ledger.trade import scans
from ledger.trade.assessment.finding import CODES
from ledger.trade.assessment.grade import Grade
from ledger.trade.assessment.step_list import shipped_lists
from ledger.trade.assessment.verdict import Verdict
from ledger.trade.dossier.bodies.described import MEDIA_ORIGINS, REGISTRATION_SCHEMES
from ledger.trade.dossier.bodies.inspected import COVERAGES, LICENCE_RESULTS, REPORT_VERDICTS, RESULT_VERDICTS, SAMPLERS
from ledger.trade.dossier.bodies.recalled import ADVICES, HAZARDS
from ledger.trade.parties.body_parts import ERASURE_GROUNDS
from ledger.trade.scans import CodeState, Suspicion

CLAIMS: Final = re.compile(r"genuine|authentic(?!ity)|\breal\b|guarantee|正品|真品|正宗|保真", re.IGNORECASE)
CLOSED: Final = {
    "verdict": Verdict,
    "grade": Grade,
    "code.state": CodeState,
    "code.suspicion": Suspicion,
    "expected": {rule.slug for listed in shipped_lists().values() for rule in listed.steps},
    "hazard": HAZARDS,
    "recall": ADVICES,
    "origin": MEDIA_ORIGINS,
    "scheme": REGISTRATION_SCHEMES,
    "covers": COVERAGES,
    "value": LICENCE_RESULTS,
    "report": REPORT_VERDICTS,
    "inspected": REPORT_VERDICTS,
    "result": RESULT_VERDICTS,
    "sampler": SAMPLERS,
    "ground": ERASURE_GROUNDS,
    "class": {*DOSSIER_CLASSES, RecordClass.EPCIS},
    "finding": CODES,
}


def holes(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("tag", LANGUAGES)
@pytest.mark.parametrize("list_", CLOSED)
def test_every_value_of_a_closed_list_has_its_words(list_: str, tag: str) -> None:
    words = words_of("item", tag)
    assert [value for value in CLOSED[list_] if f"{list_}.{value}" not in words] == []


@pytest.mark.parametrize("tag", LANGUAGES)
def test_every_finding_is_said_with_the_values_that_it_carries(tag: str) -> None:
    words = words_of("item", tag)
    for code, meaning in CODES.items():
        said = {key: text for key, text in words.texts.items() if key == f"finding.{code}" or key.startswith(f"finding.{code}.")}
        assert holes("".join(text for (text,) in said.values())) <= set(meaning.values), code
    left = {key.split(".")[1] for key in words.texts if key.startswith("finding.")} - set(CODES)
    assert left == {"unknown"}


@pytest.mark.parametrize("tag", LANGUAGES)
def test_every_reason_of_a_standing_is_said(tag: str) -> None:
    source = Path(scans.__file__).read_text(encoding="utf-8")
    codes = set(re.findall(r'(?:Reason\(|for code, day in \(\(|, \()"([a-z]+(?:-[a-z]+)+)"', source))
    assert len(codes) >= 15
    assert codes == set(words_of("item", tag).below("reason"))


@pytest.mark.parametrize("tag", LANGUAGES)
def test_no_sentence_claims_what_a_scan_cannot_know(tag: str) -> None:
    claiming = {key: forms for key, forms in words_of("item", tag).texts.items() if any(map(CLAIMS.search, forms))}
    assert claiming == {}


@pytest.mark.parametrize("tag", LANGUAGES)
def test_no_sentence_holds_markup(tag: str) -> None:
    marked = {key: forms for key, forms in words_of("item", tag).texts.items() if any(set("<>&") & set(form) for form in forms)}
    assert marked == {}
