"""The closed tables of the code, as they stand in docs/FORMATS.md."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import MISSING, fields
from typing import get_args, get_type_hints

from ledger.audit.finding import MEANING, POLICY_KINDS, FindingKind
from ledger.evidence.authority import MAY_SIGN, TYPES, ReadRule, RecordClass
from ledger.trade.alliance import body_parts as alliance_parts
from ledger.trade.epcis.finding import CODES
from ledger.trade.parties import body_parts
from ledger.trade.parties.bodies import BODIES
from ledger.trade.parties.signers import ERASURE, SIGNERS, Alternative
from ledger.trade.reading import MAY_READ, ReaderKind
from tests.house.markdown import camel, names, table


def authority_tables() -> str:
    """Class to types, and role to classes."""
    types = [(f"`{klass}`", names(sorted(TYPES[klass])) or "none yet") for klass in RecordClass]
    roles = [(f"`{role}`", *("x" if klass in classes else "" for klass in RecordClass)) for role, classes in MAY_SIGN.items()]
    return table(("Class", "Types"), types) + "\n\n" + table(("Role", *(f"`{klass}`" for klass in RecordClass)), roles)


def signers_table() -> str:
    """Governance record type to the alternatives of who must sign."""
    grouped: dict[tuple[Alternative, ...], list[str]] = {}
    for kind, alternatives in SIGNERS.items():
        grouped.setdefault(alternatives, []).append(kind)
    return table(("Records", "Who must sign"), [(names(kinds), _either(alternatives)) for alternatives, kinds in grouped.items()])


def erasure_table() -> str:
    """Who must sign an erasure, by case."""
    rows = [
        ("yes" if case.guarded else "no", "yes" if case.stand_in else "no", _either(alternatives))
        for case, alternatives in ERASURE.items()
    ]
    return table(("Guarded", "The issuer cannot speak", "Who must sign `RecordErased`"), rows)


def governance_tables() -> str:
    """Every shape of a governance record, and the objects inside them."""
    parts = {part.__name__: part for shape in BODIES.values() for part in _parts_of(shape)}
    sections = [_shape(name, shape, type_name=name) for name, shape in BODIES.items()]
    sections += [_shape(f"{name}, a part", part, type_name=None) for name, part in sorted(parts.items())]
    return "\n\n".join(sections)


def reading_table() -> str:
    """Read rule to who may read."""
    rows = [(str(kind), *("x" if kind in MAY_READ[rule] else "" for rule in ReadRule)) for kind in ReaderKind]
    return table(("A reader who is", *(f"`read {rule}`" for rule in ReadRule)), rows)


def findings_tables() -> str:
    """Every kind of finding of an audit."""
    policy = [kind for kind in FindingKind if kind in POLICY_KINDS]
    integrity = [kind for kind in FindingKind if kind not in POLICY_KINDS]
    return "\n\n".join(
        table(("Kind", "Meaning", "What to do"), [(f"`{kind}`", MEANING[kind].sentence, MEANING[kind].hint) for kind in kinds])
        for kinds in (policy, integrity)
    )


def event_findings_table() -> str:
    """Every code that capture can say about an event or document."""
    rows = [(f"`{name}`", code.severity, code.title, code.hint) for name, code in CODES.items()]
    return table(("Code", "Severity", "Meaning", "What to do"), rows)


def _shape(title: str, shape: type, *, type_name: str | None) -> str:
    hints = get_type_hints(shape, include_extras=True)
    rows = [("`type`", f"`{type_name}`")] if type_name else []
    for field in fields(shape):
        wanted: str = get_args(hints[field.name])[1].wanted
        rows.append((f"`{camel(field.name)}`", wanted if field.default is MISSING else f"{wanted}; or absent"))
    return f"### {title}\n\n{table(('Member', 'Value'), rows)}"


def _parts_of(shape: type) -> Iterable[type]:
    for hint in get_type_hints(shape).values():
        for part in (hint, *get_args(hint)):
            if isinstance(part, type) and part.__module__ in (body_parts.__name__, alliance_parts.__name__):
                yield part


def _either(alternatives: tuple[Alternative, ...]) -> str:
    return "; or ".join(" and ".join(seat.value for seat in seats) for seats in alternatives)
