"""What may become of asking a witness, other than a cosignature."""

from __future__ import annotations

from ledger.errors import Absent, Conflict, Malformed, Misused, TooLarge, Unavailable, Untrusted


class WitnessUrlRefused(Misused):
    title = "this address of a witness is not one to send checkpoints to"
    default_hint = "http(s)://host[:port][/stem], without user, password, query or fragment"


class WitnessUnreachable(Unavailable):
    title = "the witness cannot be reached"
    default_hint = "is it running, and is its address in the witness policy right?"


class WitnessSlow(Unavailable):
    title = "the witness did not answer in time"
    default_hint = "SUYUAN_WITNESS_TIMEOUT_S says how long a witness is waited for"


class WitnessFailed(Unavailable):
    title = "the witness answers with a failure of its own"
    default_hint = "its operator finds the reason in its log"


class WitnessAsksToWait(Unavailable):
    """`after_s`: how long the witness wants to be left alone, in seconds."""

    title = "the witness has too much to do, and asks to be left alone for a while"
    default_hint = "SUYUAN_PUBLISH_INTERVAL_MS says how often witnesses are asked at most"

    def __init__(self, *, status: int, after_s: int) -> None:
        super().__init__(seen=f"status {status}, Retry-After {after_s} s")
        self.after_s = after_s


class WitnessAnswerTooLarge(TooLarge):
    title = "the witness sends more than an answer can be; the rest was not read"


class WitnessAnswerMalformed(Malformed):
    title = "the witness answers what no witness answers"


class CosignatureMissing(Untrusted):
    title = "the witness answered without a cosignature by its key over this checkpoint"
    default_hint = "compare its key with the one in the witness policy"


class WitnessClockDiffers(Untrusted):
    title = "the witness dates its cosignature far from this ledger's clock"
    default_hint = "one of the two clocks is wrong; look at your own first"


class WitnessKnowsNot(Absent):
    title = "the witness does not know this log"
    default_hint = "is its address right? if so, on the witness's machine: suyuan witness log add POLICY-FILE --data DIR"


class WitnessForbids(Untrusted):
    title = "the witness does not take this log's signature, or its introduction"
    default_hint = "on the witness's machine: suyuan witness log add POLICY-FILE --data DIR"


class WitnessDisagrees(Conflict):
    title = "the witness says that this log does not go on from what it cosigned"
    default_hint = "either it lies, or this log has two histories: suyuan compare"


class WitnessAhead(Conflict):
    title = "the witness says that it cosigned a larger log than this one"
    default_hint = "another server of this ledger may be ahead for a moment; else this is an older copy, or the witness lies"
