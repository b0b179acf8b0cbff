"""The closed list of what an audit can find, each with its meaning and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

Place = tuple[int, int]
"""Entry index and place in its batch."""


class FindingKind(StrEnum):
    """Stable names; `MEANING` says each one in a sentence, docs/FORMATS.md lists them."""

    # What the policy file asks for
    CHECKPOINT_NOT_BY_LOG_KEY = "CheckpointNotByLogKey"
    FIRST_ENTRY_DIFFERS = "FirstEntryDiffers"
    QUORUM_UNMET = "QuorumUnmet"
    # The source itself
    SOURCE_UNREADABLE = "SourceUnreadable"
    # The tree and its checkpoints
    CHECKPOINT_MALFORMED = "CheckpointMalformed"
    CHECKPOINT_SIGNATURE_WRONG = "CheckpointSignatureWrong"
    CHECKPOINT_ROOT_WRONG = "CheckpointRootWrong"
    COSIGNATURE_WRONG = "CosignatureWrong"
    SIGNATURE_LINE_REPEATED = "SignatureLineRepeated"
    WITNESS_COSIGNED_FORK = "WitnessCosignedFork"
    KEPT_CHECKPOINT_CONTRADICTED = "KeptCheckpointContradicted"
    TILE_WRONG = "TileWrong"
    # Entries
    ENTRY_MISSING = "EntryMissing"
    ENTRY_ALTERED = "EntryAltered"
    ENTRY_MOVED = "EntryMoved"
    ENTRY_UNKNOWN = "EntryUnknown"
    ENTRY_MALFORMED = "EntryMalformed"
    CHAIN_BROKEN = "ChainBroken"
    TIME_BACKWARDS = "TimeBackwards"
    ISSUER_TIME_AHEAD = "IssuerTimeAhead"
    SEEN_UNTRUE = "SeenUntrue"
    REGISTER_WRONG = "RegisterWrong"
    # Who signed
    BATCH_OF_ANOTHER_LOG = "BatchOfAnotherLog"
    SIGNATURE_WRONG = "SignatureWrong"
    KEY_NOT_VALID = "KeyNotValid"
    ROLE_MAY_NOT_SIGN = "RoleMayNotSign"
    GOVERNANCE_REFUSED = "GovernanceRefused"
    BATCH_REPEATED = "BatchRepeated"
    # Records
    RECORD_MISSING = "RecordMissing"
    RECORD_UNKNOWN = "RecordUnknown"
    BATCH_ROOT_WRONG = "BatchRootWrong"
    COMMITMENT_WRONG = "CommitmentWrong"
    BODY_ALTERED = "BodyAltered"
    BODY_MISSING = "BodyMissing"
    BODY_KEPT = "BodyKept"
    RECORD_MALFORMED = "RecordMalformed"
    TYPE_NOT_IN_CLASS = "TypeNotInClass"
    PADDING_MISPLACED = "PaddingMisplaced"
    CONTEXT_WRONG = "ContextWrong"
    EVENT_REPEATED = "EventRepeated"
    # The escrow
    ESCROW_RECORD_MALFORMED = "EscrowRecordMalformed"
    ESCROW_INVARIANT_BROKEN = "EscrowInvariantBroken"
    # What the operator keeps beside the log
    LEAF_HASH_WRONG = "LeafHashWrong"
    BATCH_ROW_WRONG = "BatchRowWrong"
    HEAD_WRONG = "HeadWrong"
    BLOCKS_WRONG = "BlocksWrong"
    REGISTER_LINE_WRONG = "RegisterLineWrong"
    GOVERNANCE_SNAPSHOT_WRONG = "GovernanceSnapshotWrong"
    IDENTIFIER_INDEX_WRONG = "IdentifierIndexWrong"
    EVENT_KEY_WRONG = "EventKeyWrong"
    NOTE_KEY_WRONG = "NoteKeyWrong"
    ERASURE_ROW_WRONG = "ErasureRowWrong"
    DISCLOSURE_WRONG = "DisclosureWrong"
    ESCROW_VERDICT_DIFFERS = "EscrowVerdictDiffers"
    ESCROW_LEGS_DIFFER = "EscrowLegsDiffer"
    ESCROW_BALANCE_DIFFERS = "EscrowBalanceDiffers"
    ESCROW_LINE_DIFFERS = "EscrowLineDiffers"
    ESCROW_READER_DIFFERS = "EscrowReaderDiffers"
    ESCROW_SETTLEMENT_DIFFERS = "EscrowSettlementDiffers"
    ESCROW_CLOSING_DIFFERS = "EscrowClosingDiffers"
    ESCROW_OWNER_DIFFERS = "EscrowOwnerDiffers"
    ESCROW_STATEMENT_DIFFERS = "EscrowStatementDiffers"


POLICY_KINDS: Final = frozenset(
    {FindingKind.CHECKPOINT_NOT_BY_LOG_KEY, FindingKind.FIRST_ENTRY_DIFFERS, FindingKind.QUORUM_UNMET}
)
"""Found on their own, these mean another trust than the policy's (exit code 4), not broken evidence (1)."""

TABLE_KINDS: Final = frozenset(list(FindingKind)[list(FindingKind).index(FindingKind.LEAF_HASH_WRONG) :])
"""What the operator keeps beside the log: looked for only where the source is a data directory."""

_CACHE_HINT: Final = "what the operator keeps beside the log was changed; rebuild it from the log, which decides"
_MONEY_HINT: Final = "decide nothing by these tables; keep this copy, rebuild them from the log, and ask who changed them"
_EVIDENCE_HINT: Final = "keep this copy as evidence; compare with receipts and with checkpoints that others kept"


@dataclass(frozen=True, slots=True)
class Meaning:
    """One sentence without a full stop, and what to do."""

    sentence: str
    hint: str


MEANING: Final[dict[FindingKind, Meaning]] = {
    FindingKind.CHECKPOINT_NOT_BY_LOG_KEY: Meaning(
        "the newest checkpoint is not this origin's, signed by a log key of the policy file",
        "check that the policy file belongs to this log; if it does, the log was taken over",
    ),
    FindingKind.FIRST_ENTRY_DIFFERS: Meaning(
        "the log begins with another entry than the policy file pins",
        "it is another ledger, or one founded again under the same name",
    ),
    FindingKind.QUORUM_UNMET: Meaning(
        "the newest checkpoint lacks the cosignatures that the policy file asks for",
        "ask again when the witnesses have cosigned; if they refuse, ask them why",
    ),
    FindingKind.SOURCE_UNREADABLE: Meaning(
        "a part of the source is damaged or gone and cannot be read; what hangs on it was not checked",
        "keep this copy, restore a backup beside it, and audit that one",
    ),
    FindingKind.CHECKPOINT_MALFORMED: Meaning("a published checkpoint does not follow its format", _EVIDENCE_HINT),
    FindingKind.CHECKPOINT_SIGNATURE_WRONG: Meaning(
        "a published checkpoint is not signed by the log keys that governance names for its size", _EVIDENCE_HINT
    ),
    FindingKind.CHECKPOINT_ROOT_WRONG: Meaning(
        "the entries do not give the root that a checkpoint states for its size",
        "the log was rewritten under a published checkpoint; " + _EVIDENCE_HINT,
    ),
    FindingKind.COSIGNATURE_WRONG: Meaning(
        "a line by a witness of the policy file does not verify under a published checkpoint",
        "the witness did not sign this checkpoint; ask it what it did sign, and " + _EVIDENCE_HINT,
    ),
    FindingKind.SIGNATURE_LINE_REPEATED: Meaning(
        "a published checkpoint has two lines by one key",
        "one key counts once; an honest log publishes one line of each, so ask who added the other",
    ),
    FindingKind.WITNESS_COSIGNED_FORK: Meaning(
        "one witness cosigned two checkpoints that cannot be of one history",
        "both together prove that it does not do its duty: publish them, and take it out of the policy file",
    ),
    FindingKind.KEPT_CHECKPOINT_CONTRADICTED: Meaning(
        "the log is shorter than, or differs from, a checkpoint that you kept",
        "a log that is only shorter may be an older copy: ask for the newest; "
        "if none goes on from the kept one, both together prove that the operator showed two histories: publish them",
    ),
    FindingKind.TILE_WRONG: Meaning("a tile is missing or does not hold the hashes of the tree", _CACHE_HINT),
    FindingKind.ENTRY_MISSING: Meaning("the tree has an entry here that the source does not show", _EVIDENCE_HINT),
    FindingKind.ENTRY_ALTERED: Meaning("the bytes of an entry are not those that the tree holds", _EVIDENCE_HINT),
    FindingKind.ENTRY_MOVED: Meaning("an entry stands at another index than in the tree", _EVIDENCE_HINT),
    FindingKind.ENTRY_UNKNOWN: Meaning("an entry stands beyond the end of the log", _CACHE_HINT),
    FindingKind.ENTRY_MALFORMED: Meaning("an entry, or the batch note in it, does not follow its format", _EVIDENCE_HINT),
    FindingKind.CHAIN_BROKEN: Meaning("an entry does not name the entry before it", _EVIDENCE_HINT),
    FindingKind.TIME_BACKWARDS: Meaning(
        "an entry's time lies before the entry before it, and no ClockCorrected says so", _EVIDENCE_HINT
    ),
    FindingKind.ISSUER_TIME_AHEAD: Meaning(
        "the issuer's time lies more than five minutes after the entry's time", "the entry was dated back; " + _EVIDENCE_HINT
    ),
    FindingKind.SEEN_UNTRUE: Meaning(
        "the issuer saw a checkpoint that is none of this log",
        "the operator showed this issuer another history; ask the issuer for the checkpoint it kept",
    ),
    FindingKind.REGISTER_WRONG: Meaning(
        "an entry's key register is not the one that the governance records before it give", _EVIDENCE_HINT
    ),
    FindingKind.BATCH_OF_ANOTHER_LOG: Meaning("a batch note names another log or another first entry", _EVIDENCE_HINT),
    FindingKind.SIGNATURE_WRONG: Meaning(
        "a party that a batch note names did not sign it", "nobody can be held to this batch; " + _EVIDENCE_HINT
    ),
    FindingKind.KEY_NOT_VALID: Meaning(
        "a batch is signed with a key that was not valid at its entry", "the operator admitted what it had to refuse"
    ),
    FindingKind.ROLE_MAY_NOT_SIGN: Meaning(
        "no role of a party allows it to sign records of this class", "the operator admitted what it had to refuse"
    ),
    FindingKind.GOVERNANCE_REFUSED: Meaning(
        "a governance record breaks the rules of governance, and changes nothing",
        "the operator admitted what it had to refuse",
    ),
    FindingKind.BATCH_REPEATED: Meaning(
        "one issuer has two batches with the same root in the log", "a signed batch was written a second time"
    ),
    FindingKind.RECORD_MISSING: Meaning("a batch has fewer records than its note says", _EVIDENCE_HINT),
    FindingKind.RECORD_UNKNOWN: Meaning("a record stands where no batch note has a place for it", _EVIDENCE_HINT),
    FindingKind.BATCH_ROOT_WRONG: Meaning("the commitments of a batch do not give the root that was signed", _EVIDENCE_HINT),
    FindingKind.COMMITMENT_WRONG: Meaning(
        "the kept commitment of a record is not the one under the signed root; body and salt are intact", _CACHE_HINT
    ),
    FindingKind.BODY_ALTERED: Meaning(
        "body and salt of a record, for this log and issuer, do not give the commitment that was signed", _EVIDENCE_HINT
    ),
    FindingKind.BODY_MISSING: Meaning(
        "a body is gone although no record in the log erased it", "ask the operator for the body; the issuer may have it too"
    ),
    FindingKind.BODY_KEPT: Meaning(
        "a record that the log erased is still held", "the operator must delete body and salt, and tell why it had not"
    ),
    FindingKind.RECORD_MALFORMED: Meaning("a body breaks the rules of a record", "the operator admitted what it had to refuse"),
    FindingKind.TYPE_NOT_IN_CLASS: Meaning(
        "the type of a record is not in the closed list of its batch's class", "the operator admitted what it had to refuse"
    ),
    FindingKind.PADDING_MISPLACED: Meaning(
        "an empty record stands elsewhere than at the end of a batch, or in a class without padding",
        "the operator admitted what it had to refuse",
    ),
    FindingKind.CONTEXT_WRONG: Meaning(
        "the context bytes are missing, superfluous, or not those that the issuer signed", _EVIDENCE_HINT
    ),
    FindingKind.EVENT_REPEATED: Meaning(
        "one issuer has two events of one eventID, or of the same bytes, without an error declaration",
        "the operator admitted what it had to refuse",
    ),
    FindingKind.ESCROW_RECORD_MALFORMED: Meaning(
        "a record of class escrow has not the shape of its type, and moves nothing", "the operator admitted what it had to refuse"
    ),
    FindingKind.ESCROW_INVARIANT_BROKEN: Meaning(
        "the records of the escrow, judged by its rules, lead to books that break one of their invariants",
        "the rules themselves have a fault: keep this copy, and have the program's authors shown it",
    ),
    FindingKind.LEAF_HASH_WRONG: Meaning("the kept leaf hash of an entry is not that of its bytes", _CACHE_HINT),
    FindingKind.BATCH_ROW_WRONG: Meaning("the columns kept of a batch do not say what its note says", _CACHE_HINT),
    FindingKind.HEAD_WRONG: Meaning("the head row is not the end of the log", _CACHE_HINT),
    FindingKind.BLOCKS_WRONG: Meaning("the kept block roots of a large batch are not those of its commitments", _CACHE_HINT),
    FindingKind.REGISTER_LINE_WRONG: Meaning("the kept key lines are not those that governance gives", _CACHE_HINT),
    FindingKind.GOVERNANCE_SNAPSHOT_WRONG: Meaning(
        "the kept governance state is not the fold of the governance records",
        "keys or parties that the log never admitted may have been accepted; " + _CACHE_HINT,
    ),
    FindingKind.IDENTIFIER_INDEX_WRONG: Meaning("the index of identifiers lacks a row or has one too many", _CACHE_HINT),
    FindingKind.EVENT_KEY_WRONG: Meaning("the index of eventIDs lacks a row or has one too many", _CACHE_HINT),
    FindingKind.NOTE_KEY_WRONG: Meaning("the index of batch roots lacks a row or has one too many", _CACHE_HINT),
    FindingKind.ERASURE_ROW_WRONG: Meaning("the list of erased records is not what the log erased", _CACHE_HINT),
    FindingKind.DISCLOSURE_WRONG: Meaning(
        "a kept disclosure opens no digest of its record, or is kept although its record is erased",
        "believe nothing that it says; the operator must delete it",
    ),
    FindingKind.ESCROW_VERDICT_DIFFERS: Meaning(
        "the kept verdict on an escrow record is not the one that the rules give", _MONEY_HINT
    ),
    FindingKind.ESCROW_LEGS_DIFFER: Meaning(
        "the kept legs of an escrow record are not the posting that the rules give", _MONEY_HINT
    ),
    FindingKind.ESCROW_BALANCE_DIFFERS: Meaning("a kept balance is not the sum of what the log's records posted", _MONEY_HINT),
    FindingKind.ESCROW_LINE_DIFFERS: Meaning(
        "the kept state of an order line is not where the log's records left it", _MONEY_HINT
    ),
    FindingKind.ESCROW_READER_DIFFERS: Meaning(
        "the list of who may read an order line by its terms is not that of the log's records",
        "somebody may have been shown, or refused, a line without right; " + _MONEY_HINT,
    ),
    FindingKind.ESCROW_SETTLEMENT_DIFFERS: Meaning(
        "the list of booked bank references is not that of the log's records", "a payment could be booked twice; " + _MONEY_HINT
    ),
    FindingKind.ESCROW_CLOSING_DIFFERS: Meaning(
        "the list of guarantees that ended clean is not that of the log's records", _MONEY_HINT
    ),
    FindingKind.ESCROW_OWNER_DIFFERS: Meaning(
        "the kept owner of a second-hand item is not whom its title last passed to", _MONEY_HINT
    ),
    FindingKind.ESCROW_STATEMENT_DIFFERS: Meaning(
        "the kept difference of a bank's last statement is not the one that its record gives", _MONEY_HINT
    ),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """What does not hold, and where: `entry 12`, `entry 12 place 3`, `tile 0/0`, `checkpoint 40`, or a table and its row."""

    kind: FindingKind
    position: str
    message: str

    @property
    def hint(self) -> str:
        return MEANING[self.kind].hint


def at_entry(index: int) -> str:
    return f"entry {index}"


def at_place(index: int, place: int) -> str:
    return f"entry {index} place {place}"


def at_checkpoint(size: int) -> str:
    return f"checkpoint {size}"


def at_tile(level: int, index: int) -> str:
    return f"tile {level}/{index}"
