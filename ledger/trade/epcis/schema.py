"""The shape of every EPCIS 2.0 event and document in JSON, as tables.

Source: EPCIS 2.0 standard, section 10 (JSON binding); agrees with GS1's draft-07 schema with `format` asserted, except
where a row is `Marked` and for events of a sixth type, which no record class of this ledger holds.
"""

from __future__ import annotations

from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from ledger.trade.epcis import syntax, vocabulary
from ledger.trade.epcis.shape import Choice, Context, Items, Kind, Marked, Members, Moment, OneOrMany, Others, Text, Uri, Word

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ledger.trade.epcis.shape import Shape

_STRING: Final = Kind(str, "a string")
_NUMBER: Final = Kind((int, Decimal), "a number")
_TRUTH: Final = Kind(bool, "true or false")
_URI: Final = Uri()
_URIS: Final = Items(_URI)
_NAME: Final = Uri(may_be_key=False)
_TIME: Final = Moment()

_PLACE: Final = Members({"id": _URI}, required=("id",))
_QUANTITY: Final = Members(
    {
        "epcClass": _URI,
        "quantity": _NUMBER,
        "uom": Text(syntax.UNIT_PATTERN, "UnitMalformed", "two or three of A-Z and 0-9"),
    },
    required=("epcClass",),
    others=Others.REFUSED,
)
_QUANTITIES: Final = Items(_QUANTITY)
_BIZ_TRANSACTION: Final = Members(
    {"type": Word(vocabulary.BIZ_TRANSACTION_TYPE), "bizTransaction": _URI}, required=("bizTransaction",), others=Others.REFUSED
)
_SOURCE: Final = Members(
    {"type": Word(vocabulary.SOURCE_DESTINATION_TYPE), "source": _URI}, required=("type", "source"), others=Others.REFUSED
)
_DESTINATION: Final = Members(
    {"type": Word(vocabulary.SOURCE_DESTINATION_TYPE), "destination": _URI},
    required=("type", "destination"),
    others=Others.REFUSED,
)
_DISPOSITION: Final = Word(vocabulary.DISPOSITION)
_PERSISTENT_DISPOSITION: Final = Members(
    {"set": Items(_DISPOSITION, least=1, unique=True), "unset": Items(_DISPOSITION, least=1, unique=True)}, others=Others.REFUSED
)
_SENSOR_METADATA: Final = Members(
    {
        **dict.fromkeys(("time", "startTime", "endTime"), _TIME),
        **dict.fromkeys(("deviceID", "deviceMetadata", "rawData", "dataProcessingMethod", "bizRules"), _URI),
    },
    others=Others.EXTENSIONS,
)
_SENSOR_REPORT: Final = Members(
    {
        "type": Word(vocabulary.MEASUREMENT_TYPE),
        "exception": Word(vocabulary.ALERT_TYPE),
        "component": Word(vocabulary.COMPONENT),
        "time": _TIME,
        "stringValue": _STRING,
        "uom": _STRING,
        "booleanValue": _TRUTH,
        "hexBinaryValue": Text(syntax.HEX_PATTERN, "HexMalformed", "digits 0-9, A-F, a-f"),
        **dict.fromkeys(("deviceID", "deviceMetadata", "rawData", "dataProcessingMethod", "bizRules"), _URI),
        **dict.fromkeys(("microorganism", "chemicalSubstance", "coordinateReferenceSystem", "uriValue"), _URI),
        **dict.fromkeys(("value", "minValue", "maxValue", "meanValue", "sDev", "percRank", "percValue"), _NUMBER),
    },
    required=("type",),
    others=Others.EXTENSIONS,
)
_SENSOR_ELEMENT: Final = Members(
    {"sensorMetadata": _SENSOR_METADATA, "sensorReport": Items(_SENSOR_REPORT, least=1)},
    required=("sensorReport",),
    others=Others.EXTENSIONS,
)
_ERROR_DECLARATION: Final = Members(
    {"declarationTime": _TIME, "reason": Word(vocabulary.ERROR_REASON), "correctiveEventIDs": Items(_NAME)},
    required=("declarationTime",),
    others=Others.EXTENSIONS,
)
_ILMD: Final = Members({}, others=Others.EXTENSIONS)

_EVERY_EVENT: Final[Mapping[str, Shape]] = {
    "@context": Context(),
    "type": _STRING,
    "eventTime": Moment("EventTimeMalformed"),
    "recordTime": Marked(_TIME, "RecordTimeGiven"),
    "eventTimeZoneOffset": Text(syntax.OFFSET_PATTERN, "OffsetMalformed", "±hh:mm up to 14:00"),
    "eventID": _NAME,
    "certificationInfo": OneOrMany(_URI),
    "errorDeclaration": _ERROR_DECLARATION,
}
_EVERY_KNOWN_EVENT: Final[Mapping[str, Shape]] = {
    **_EVERY_EVENT,
    "bizStep": Word(vocabulary.BIZ_STEP),
    "disposition": _DISPOSITION,
    "readPoint": _PLACE,
    "bizLocation": _PLACE,
    "bizTransactionList": Items(_BIZ_TRANSACTION),
    "sourceList": Items(_SOURCE),
    "destinationList": Items(_DESTINATION),
    "sensorElementList": Items(_SENSOR_ELEMENT),
}
_REQUIRED: Final = ("type", "eventTime", "eventTimeZoneOffset")
_ACTION: Final = Choice(vocabulary.ACTIONS, "ActionUnknown")
_CHILDREN: Final[Mapping[str, Shape]] = {
    "action": _ACTION,
    "parentID": _URI,
    "childEPCs": _URIS,
    "childQuantityList": _QUANTITIES,
}
_UNIQUE_URIS: Final = Items(_URI, unique=True)


def _event(members: Mapping[str, Shape], *required: str) -> Members:
    return Members({**_EVERY_KNOWN_EVENT, **members}, required=(*_REQUIRED, *required), others=Others.EXTENSIONS)


EVENTS: Final[Mapping[str, Members]] = MappingProxyType(
    {
        "ObjectEvent": _event(
            {
                "action": _ACTION,
                "epcList": _UNIQUE_URIS,
                "quantityList": _QUANTITIES,
                "persistentDisposition": _PERSISTENT_DISPOSITION,
                "ilmd": _ILMD,
            },
            "action",
        ),
        "AggregationEvent": _event(
            {**_CHILDREN, "persistentDisposition": Marked(_PERSISTENT_DISPOSITION, "DispositionNotAllowedHere")}, "action"
        ),
        "TransactionEvent": _event(
            {
                "action": _ACTION,
                "parentID": _URI,
                "epcList": _URIS,
                "quantityList": _QUANTITIES,
                "bizTransactionList": Items(_BIZ_TRANSACTION, least=1),
            },
            "action",
            "bizTransactionList",
        ),
        "TransformationEvent": _event(
            {
                **dict.fromkeys(("inputEPCList", "outputEPCList"), _UNIQUE_URIS),
                **dict.fromkeys(("inputQuantityList", "outputQuantityList"), _QUANTITIES),
                "transformationID": _URI,
                "persistentDisposition": _PERSISTENT_DISPOSITION,
                "ilmd": _ILMD,
            }
        ),
        "AssociationEvent": _event(_CHILDREN, "action", "parentID"),
    }
)
"""The five event types."""

STRANGE_EVENT: Final = Members(_EVERY_EVENT, required=_REQUIRED)
"""What can still be said about an event of no known type."""

_EVENTS_CUT_OUT: Final = Kind(list, "a list of events")
_VOCABULARIES: Final = Items(
    Members(
        {
            "type": _URI,
            "vocabularyElementList": Items(
                Members(
                    {
                        "id": _URI,
                        "attributes": Items(
                            Members(
                                {"id": _URI, "attribute": Kind((int, Decimal, str, dict), "a number, a string or an object")},
                                required=("id",),
                            )
                        ),
                        "children": _URIS,
                    },
                    required=("id",),
                )
            ),
        },
        required=("type",),
    )
)
_EVERY_DOCUMENT: Final[Mapping[str, Shape]] = {
    "@context": Context(),
    "type": _STRING,
    "id": _NAME,
    "schemaVersion": Text(syntax.VERSION_PATTERN, "VersionMalformed", "numbers joined by full stops"),
    "creationDate": _TIME,
}

DOCUMENTS: Final[Mapping[str, Members]] = MappingProxyType(
    {
        "EPCISDocument": Members(
            {
                **_EVERY_DOCUMENT,
                **dict.fromkeys(("instanceIdentifier", "sender", "receiver"), _STRING),
                "epcisHeader": Members({"epcisMasterData": Members({"vocabularyList": _VOCABULARIES})}, others=Others.EXTENSIONS),
                "epcisBody": Members({"eventList": _EVENTS_CUT_OUT}, required=("eventList",)),
            },
            required=("@context", "type", "schemaVersion", "creationDate", "epcisBody"),
            others=Others.EXTENSIONS,
        ),
        "EPCISQueryDocument": Members(
            {
                **_EVERY_DOCUMENT,
                "epcisBody": Members(
                    {
                        "queryResults": Members(
                            {
                                "queryName": _STRING,
                                "subscriptionID": _STRING,
                                "resultsBody": Members(
                                    {"eventList": _EVENTS_CUT_OUT, "vocabularyList": _VOCABULARIES},
                                    required=("eventList",),
                                    others=Others.EXTENSIONS,
                                ),
                            },
                            required=("queryName", "resultsBody"),
                            others=Others.EXTENSIONS,
                        )
                    },
                    required=("queryResults",),
                    others=Others.EXTENSIONS,
                ),
            },
            required=("@context", "type", "epcisBody"),
            others=Others.EXTENSIONS,
        ),
    }
)
"""The two documents; their events are looked at one by one, elsewhere."""
