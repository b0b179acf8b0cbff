"""Why a governance record, or a batch of a party, is refused: one class per reason.

Every refusal of the fold is a `GovernanceRefused` and also of the middle class that decides its HTTP status.
"""

from __future__ import annotations

from ledger.errors import Absent, Conflict, SuyuanError, Unprocessable, Untrusted


class GovernanceRefused(SuyuanError):
    """Marks what the rules of the parties refuse; never raised itself."""

    title = "the rules of this ledger's governance refuse it"


# Who writes: refusals of `admit`


class NoteOfAnotherLog(Untrusted, GovernanceRefused):
    title = "the batch note names another log, or one founded again under the same name"


class LedgerIsClosed(Conflict, GovernanceRefused):
    title = "the ledger was closed; nothing is written after that"
    default_hint = (
        "not even an erasure can be said in it any more: write to the ledger that goes on, if there is one; "
        "what can still be let go here is in docs/OPERATIONS.md, “Erase a record”"
    )


class SigningKeyMissing(Untrusted, GovernanceRefused):
    title = "there is not exactly one verified key for every party of the batch"


class KeyRevokedBefore(Untrusted, GovernanceRefused):
    title = "the key was revoked at an earlier entry"
    default_hint = "sign with a key that is valid now; the party's keys are listed on its page"


class PartyNotActive(Untrusted, GovernanceRefused):
    title = "the party is suspended or expelled"


class PartyWithoutRole(Untrusted, GovernanceRefused):
    title = "the party has no role left"


# Who must sign


class SignersInsufficient(Untrusted, GovernanceRefused):
    """`missing` names what is lacking for the alternative that comes nearest."""

    title = "not everybody signed whom this record needs"

    def __init__(self, *, missing: tuple[str, ...], seen: object, wanted: str, pointer: str | None = None) -> None:
        self.missing = missing
        super().__init__(seen=seen, wanted=wanted, pointer=pointer, hint="missing: " + ", ".join(missing))


class SignersSuperfluous(Untrusted, GovernanceRefused):
    title = "a party signed that has no part in this record"


# Keys


class KeyNameDiffers(Unprocessable, GovernanceRefused):
    title = "a key bears the name of its party"


class KeyFormRefused(Unprocessable, GovernanceRefused):
    title = "a key of this form is not admitted"


class KeyUsedBefore(Conflict, GovernanceRefused):
    title = "this key, or its name and key ID, has been used in this ledger before"
    default_hint = "make a new key; a key belongs to one party, once, for ever"


class PossessionUnproven(Untrusted, GovernanceRefused):
    title = "the proof of possession does not verify with the new key"


class PossessionProofMissing(Untrusted, GovernanceRefused):
    title = "a governance key that is new must prove its possession"


class KeyNotValid(Conflict, GovernanceRefused):
    title = "this is not a key of the party that is valid now"


class KeyCustodyDiffers(Conflict, GovernanceRefused):
    title = "a key stays under the custody it was admitted with"


class KeysTooMany(Unprocessable, GovernanceRefused):
    title = "the party would have more valid keys than allowed"


class CompromiseOutsideValidity(Unprocessable, GovernanceRefused):
    title = "the compromise lies before the key was added or after this entry"


# Parties, roles, standing


class PartyAbsent(Absent, GovernanceRefused):
    title = "the record is about a party that was never admitted"


class PartyKnown(Conflict, GovernanceRefused):
    title = "a party of this name was admitted before"


class PartyNameReserved(Unprocessable, GovernanceRefused):
    title = "this name belongs to the ledger itself"


class RoleNotGrantable(Unprocessable, GovernanceRefused):
    title = "this role is not given by admission or grant"


class RoleUnchanged(Conflict, GovernanceRefused):
    title = "the party has this role already, or does not have it"


class LastRole(Conflict, GovernanceRefused):
    title = "a party keeps at least one role"
    default_hint = "suspend or expel the party instead"


class StandingUnchanged(Conflict, GovernanceRefused):
    title = "the party's standing does not allow this change"


class CustodyUnchanged(Conflict, GovernanceRefused):
    title = "the party's keys are under this custody already"


class GovernancePartyProtected(Unprocessable, GovernanceRefused):
    title = "a governance party changes by GovernanceChanged only"


# The constitution of the ledger


class FoundingWrong(Unprocessable, GovernanceRefused):
    title = "entry 0 must be the founding of this ledger, signed by every governance key it names"


class FoundedBefore(Conflict, GovernanceRefused):
    title = "a ledger is founded once, at entry 0"


class GovernancePartyWrong(Unprocessable, GovernanceRefused):
    title = "governance keys belong to parties named <origin>/governance/<1 to 16>"


class ThresholdOutOfReach(Unprocessable, GovernanceRefused):
    title = "the threshold must be from 1 to the number of governance keys"


class LogKeyNotActive(Conflict, GovernanceRefused):
    title = "this is not a log key in use, or its end is already stated"


class LogKeysTooMany(Conflict, GovernanceRefused):
    title = "as many log keys sign already as may"


class LastLogKey(Conflict, GovernanceRefused):
    title = "one Ed25519 log key must remain"


class OverlapInThePast(Unprocessable, GovernanceRefused):
    title = "the overlap of log keys would end before this entry"


class WitnessPolicyWrong(Unprocessable, GovernanceRefused):
    title = "the witness policy cannot complete a policy file of this log"


class ClockCorrectionWrong(Unprocessable, GovernanceRefused):
    title = "a clock correction goes back to an earlier time"


class ContinuationMisplaced(Unprocessable, GovernanceRefused):
    title = "a ledger continues another one only by its second entry, and never itself"


# Erasure


class ErasedRecordUnknown(Absent, GovernanceRefused):
    title = "there is no record at the position to erase"


class RecordNotErasable(Unprocessable, GovernanceRefused):
    title = "records of this class are never erased"


class RecordErasedBefore(Conflict, GovernanceRefused):
    title = "the record was erased at an earlier entry"


# Brands


class PrefixTaken(Conflict, GovernanceRefused):
    title = "the prefix is another party's, lies inside one, or has one inside it"
    default_hint = "withdraw the other licence first, if it was wrong"


class PrefixHeldAlready(Conflict, GovernanceRefused):
    title = "the party has this prefix already"


class PrefixNotHeld(Absent, GovernanceRefused):
    title = "the party does not have this prefix"


# Rule packs


class RulePackNotShipped(Unprocessable, GovernanceRefused):
    title = "no rule pack of these bytes ships with this software under this name"
    default_hint = "adopt the digest that docs/ESCROW.md lists, or update the software first"
