"""What can be said against an EPCIS document or event: a closed table of codes, each refusing or marking."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

Severity = Literal["refuse", "mark"]
_SHOWN_CHARACTERS_MAX: Final = 200


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing said about one place.

    Args:
        code: a name from `CODES`.
        severity: `refuse` keeps the event out of the ledger, `mark` is recorded and shown with it.
        pointer: RFC 6901 JSON pointer from the root of what was sent.
        seen: the offending value, shortened; empty where something is missing.
        wanted: what would have been accepted, in words.
        hint: what to do next.
    """

    code: str
    severity: Severity
    pointer: str
    seen: str
    wanted: str
    hint: str


class Code(NamedTuple):
    severity: Severity
    title: str
    hint: str


def find(code: str, pointer: str, *, seen: object = None, wanted: str = "", hint: str = "") -> Finding:
    """The finding `code` at `pointer`; severity and, unless given, hint come from the table."""
    row = CODES[code]
    return Finding(code, row.severity, pointer, "" if seen is None else _show(seen), wanted, hint or row.hint)


def refuses(findings: tuple[Finding, ...]) -> bool:
    """Whether any of `findings` keeps the thing out."""
    return any(finding.severity == "refuse" for finding in findings)


def step(pointer: str, name: str) -> str:
    """`pointer` with the member `name` behind it, escaped after RFC 6901 section 3."""
    if "~" in name or "/" in name:
        name = name.replace("~", "~0").replace("/", "~1")
    return f"{pointer}/{name}"


def _show(value: object) -> str:
    if isinstance(value, (list, dict)):
        return f"{'a list' if isinstance(value, list) else 'an object'} of {len(value)}"
    text = value if isinstance(value, str) else _WORDS.get(repr(value), str(value))
    return text if len(text) <= _SHOWN_CHARACTERS_MAX else text[:_SHOWN_CHARACTERS_MAX] + "…"


_WORDS: Final = {"True": "true", "False": "false", "None": "null"}

CODES: Final[Mapping[str, Code]] = MappingProxyType(
    {
        # Shape: what the official JSON schema refuses.
        "FieldMissing": Code("refuse", "a required member is missing", "add it"),
        "FieldUnknown": Code("refuse", "a member is not part of the standard", "extensions need a declared prefix: prefix:name"),
        "FieldKind": Code("refuse", "a value is of the wrong kind", "write it as the kind named, numbers without quotes"),
        "ListEmpty": Code("refuse", "a list that must say something is empty", "leave the member out, or fill it"),
        "ListRepeats": Code("refuse", "a list holds the same value twice", "name each value once"),
        "NumberOutOfRange": Code("refuse", "a number is too large", "stay within a binary64 number"),
        "UriMalformed": Code("refuse", "a value is not a URI", "write an absolute URI; escape blanks and quotes as %20, %22"),
        "TimeMalformed": Code("refuse", "a time is not a date and time with its offset", "write 2026-11-20T08:00:00Z or …+08:00"),
        "EventTimeMalformed": Code(
            "refuse", "the event time is not a date and time with its offset", "write 2026-11-20T08:00:00+08:00"
        ),
        "OffsetMalformed": Code("refuse", "a time zone offset is malformed", "write it as +08:00; at most 14:00 away from UTC"),
        "UnitMalformed": Code("refuse", "a unit of measure is not a code", "use the UN/CEFACT code, such as KGM"),
        "VersionMalformed": Code("refuse", "a version is not numbers joined by full stops", "write 2.0"),
        "HexMalformed": Code("refuse", "a value is not hexadecimal", "write an even run of 0-9 and A-F"),
        "ActionUnknown": Code("refuse", "an action is not one of three", "write OBSERVE, ADD or DELETE"),
        "BizStepUnknown": Code(
            "refuse", "a business step is not in the vocabulary", "write the bare CBV word, or a URI of your own"
        ),
        "DispositionUnknown": Code(
            "refuse", "a disposition is not in the vocabulary", "write the bare CBV word, or a URI of your own"
        ),
        "BizTransactionTypeUnknown": Code(
            "refuse", "a transaction type is not in the vocabulary", "write the bare CBV word, or a URI"
        ),
        "SourceDestinationTypeUnknown": Code(
            "refuse", "a source or destination type is not in the vocabulary", "write the bare word"
        ),
        "ErrorReasonUnknown": Code(
            "refuse", "an error reason is not in the vocabulary", "write did_not_occur, incorrect_data or a URI"
        ),
        "ComponentUnknown": Code(
            "refuse", "a sensor component is not in the vocabulary", "write the bare CBV word, or a URI of your own"
        ),
        "AlertTypeUnknown": Code(
            "refuse", "a sensor alert is not in the vocabulary", "write ALARM_CONDITION, ERROR_CONDITION or a URI"
        ),
        "MeasurementTypeMalformed": Code(
            "refuse", "a measurement type is neither word nor URI", "write the bare word, such as Temperature"
        ),
        "EventTypeUnknown": Code(
            "refuse", "the event type is none of the five", "Object, Aggregation, Transaction, Transformation, Association"
        ),
        "DocumentTypeUnknown": Code(
            "refuse", "the document is of no known type", "one event goes to /epcis/events, a ProductDescribed to /records"
        ),
        "ContextMissing": Code("refuse", "the terms are not explained: no @context", "add GS1's context URL as @context"),
        "ContentMissing": Code(
            "refuse", "the event says nothing about anything", "add identifiers, quantities, or readPoint with sensors"
        ),
        "ChildrenMissing": Code("refuse", "the event names no children", "add childEPCs or childQuantityList"),
        "TransformationSideMissing": Code(
            "refuse", "a transformation lacks a side", "add inputs and outputs, or one with a transformationID"
        ),
        "IlmdNotAllowedHere": Code("refuse", "master data of an instance is given where nothing begins", "ilmd needs action ADD"),
        # Meaning: what the schema lets through although it cannot be right.
        "PrefixUndeclared": Code("refuse", "a prefix is not declared", "declare it in @context"),
        "ClassIdentifierInEpcList": Code(
            "refuse", "a class stands among single things", "use quantityList, or add a serial number"
        ),
        "ParentMissing": Code("refuse", "something is packed into nothing", "add parentID"),
        "ParentAmongChildren": Code("refuse", "a thing is its own parent", "take it out of the children"),
        "QuantityNegative": Code(
            "refuse", "a quantity is below zero", "write what was there; corrections are events of their own"
        ),
        "QuantityFractionalWithoutUnit": Code("refuse", "a fraction of a countable thing", "add uom, or write a whole number"),
        "NothingObserved": Code("refuse", "an observation of nothing", "name what was observed"),
        "EventIdRepeated": Code("refuse", "one eventID stands twice in a document", "give each event its own eventID"),
        "EventIdTaken": Code(
            "refuse", "the issuer has another event under this eventID", "take another eventID, or add an errorDeclaration"
        ),
        # Recorded and shown: implausible, or not explained here.
        "EventTimeAhead": Code("mark", "the event lies in the future", "check the clock that wrote it"),
        "OffsetContradictsTime": Code("mark", "the two time zones of an event differ", "repeat the offset of eventTime"),
        "SensorTimeAfterEvent": Code("mark", "a sensor read after the event that reports it", "check both clocks"),
        "DeviceIdTwice": Code("mark", "a sensor device is named in two places", "name it in sensorMetadata or in sensorReport"),
        "CheckDigitWrong": Code("mark", "a check digit does not hold", "compare the identifier with the label"),
        "SameIdentifierBothSides": Code(
            "mark", "a thing goes in and comes out of a transformation", "what remains itself is observed instead"
        ),
        "RecordTimeGiven": Code(
            "mark", "a record time is given", "it stays in the bytes and is never used; the entry's time counts"
        ),
        "VocabularyNotCbv": Code("mark", "a term is from outside the Core Business Vocabulary", "readers may not know it"),
        "MeasurementTypeUnknown": Code(
            "mark", "a measurement type is not in the vocabulary", "use a CBV word, or a URI of your own"
        ),
        "DispositionNotAllowedHere": Code("mark", "a lasting disposition on an aggregation", "say it in an ObjectEvent"),
        "ContextNotPinned": Code("mark", "a context URL is not pinned by this ledger", "its terms are shown as unexplained"),
        "PrefixUnexplained": Code(
            "mark", "a prefix may be declared behind a URL that is not read", "declare it in @context itself"
        ),
        "ClassIdentifierAmongInstances": Code("mark", "a class stands among single things", "use the quantity list beside it"),
    }
)
