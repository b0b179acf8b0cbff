"""What those who do not belong to the seller found: the laboratory's report, the certifier's weighing and its certificate."""

from __future__ import annotations

from typing import Final

from ledger.actions.demo_world import identifiers as ids
from ledger.actions.demo_world.measuring import LEAD, MOISTURE, NET_WEIGHT, POLYPHENOLS, found, not_found
from ledger.actions.demo_world.stage import party
from ledger.actions.demo_world.telling import Calendar, words
from ledger.trade.dossier.bodies.inspected import Accreditation, CertificateIssued, Result, Sampling, TestReported

_ACCREDITED_UNTIL: Final = 1_062
_RESIDUES: Final = "GB 23200.113-2018"
_PESTICIDES: Final = (
    ("acetamiprid", "10", words("Acetamiprid", "啶虫脒", "亞滅培")),
    ("bifenthrin", "5", words("Bifenthrin", "联苯菊酯", "畢芬寧")),
    ("chlorpyrifos", "2", words("Chlorpyrifos", "毒死蜱", "陶斯松")),
    ("imidacloprid", "0.5", words("Imidacloprid", "吡虫啉", "益達胺")),
)
"""Those that the law limits in tea, in mg/kg, after GB 2763."""


def residues(limit: str = "0.01") -> tuple[Result, ...]:
    """None of the pesticides was found; `limit`: the least that would have been, in mg/kg."""
    return tuple(not_found(name, limit, "NA", method=_RESIDUES, high=high, names=names) for name, high, names in _PESTICIDES)


def accreditation(calendar: Calendar) -> Accreditation:
    """Of the tea laboratory."""
    scope = words("Moisture, elements and pesticide residues in tea", "茶叶中水分、元素及农药残留", "茶葉中水分、元素及農藥殘留")
    return Accreditation("National accreditation service", "CNAS L2641", scope, calendar.day(_ACCREDITED_UNTIL))


def laboratory_report(
    calendar: Calendar, about: str, number: str, *, day: int, results: tuple[Result, ...], verdict: str = "pass"
) -> TestReported:
    """A lot of tea; the laboratory's own sampler drew from it at the works on `day`, and the report came three days later."""
    return TestReported(
        about,
        number,
        Sampling("laboratory", 12, calendar.day(day), ids.FIRING),
        "lot",
        results,
        verdict,
        calendar.day(day + 3),
        valid_until=calendar.day(day + 546),
        accreditation=accreditation(calendar),
    )


def blend_report(calendar: Calendar) -> TestReported:
    """The blend that all tins of the spring were filled from."""
    results = (
        moisture("5.2"),
        found("tea-polyphenols", "21.4", "P1", method="GB/T 8313-2018", low="15.0", names=POLYPHENOLS),
        found("lead", "0.62", "NA", method="GB 5009.12-2023", high="5.0", names=LEAD),
        *residues(),
    )
    return laboratory_report(calendar, ids.BLEND, "GL-2641", day=5, results=results)


def moisture(per_cent: str) -> Result:
    """Judged by the limit of the tea standards."""
    return found("moisture", per_cent, "P1", method="GB 5009.3-2016", high="7.0", names=MOISTURE)


def weighing(calendar: Calendar) -> TestReported:
    """Tins taken from the packing line, weighed empty and full."""
    return TestReported(
        ids.product(ids.TIN_GTIN),
        "QC-W-0118",
        Sampling("inspector", 13, calendar.day(11), ids.PACKING),
        "sample",
        (found("net-weight", "100.3", "GRM", method="JJF 1070-2023", low="95.5", high="104.5", names=NET_WEIGHT),),
        "pass",
        calendar.day(12),
        accreditation=_inspecting(calendar),
    )


def _inspecting(calendar: Calendar) -> Accreditation:
    scope = words("Certification and inspection of farms and food makers", "种植业与食品企业认证检验", "種植業與食品業者驗證檢驗")
    return Accreditation("National accreditation service", "CNAS C118", scope, calendar.day(_ACCREDITED_UNTIL))


def certificates(calendar: Calendar) -> tuple[CertificateIssued, ...]:
    """Of the garden's farming, and of the works' hygiene; each after a visit before the season."""
    body = _inspecting(calendar)
    farming = CertificateIssued(
        party(ids.GARDEN),
        "QC-GAP-0041",
        "GB/T 20014.12-2013",
        words("Good agricultural practice, tea", "良好农业规范（茶叶）", "良好農業規範（茶葉）"),
        words("Plots 7 and 9, growing and picking", "7 号与 9 号茶园的种植与采摘", "7 號與 9 號茶園的種植與採摘"),
        calendar.day(-58),
        calendar.day(307),
        accreditation=body,
    )
    hygiene = CertificateIssued(
        party(ids.WORKS),
        "QC-FSMS-0118",
        "ISO 22000:2018",
        words("Food safety management", "食品安全管理体系", "食品安全管理系統"),
        words("Making and packing of green tea", "绿茶的加工与包装", "綠茶的加工與包裝"),
        calendar.day(-30),
        calendar.day(1_065),
        accreditation=body,
    )
    return farming, hygiene
