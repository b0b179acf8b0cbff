"""Why the body of a record is not what its type says: one class per reason."""

from __future__ import annotations

from ledger.errors import Malformed


class BodyMalformed(Malformed):
    """Its leaves name the member by JSON pointer, the value seen and the kind wanted."""

    title = "a record does not have the shape of its type"


class BodyTypeUnknown(BodyMalformed):
    title = "no record of this class has this type"


class BodyMemberUnknown(BodyMalformed):
    title = "a record has a member that its type does not know"


class BodyMemberMissing(BodyMalformed):
    title = "a record lacks a member of its type"


class BodyMemberWrong(BodyMalformed):
    title = "a member of a record is of the wrong kind"


class BodyMemberRepeated(BodyMalformed):
    title = "a list of a record holds the same thing twice"
