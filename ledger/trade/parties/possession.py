r"""Proof of possession: whoever brings a key shows that he holds its private half, for this party in this log.

    suyuan.key/v1
    log <origin> <base64 leaf hash of entry 0>
    party <party>
    key <vkey>

Every line ends with LF; the proof is the raw signature over these bytes. Source: docs/FORMATS.md, "Governance records".
"""

from __future__ import annotations

from ledger.evidence.key import SignatureWrong, VerifierKey
from ledger.evidence.merkle import Digest
from ledger.evidence.note_signer import NoteSigner
from ledger.evidence.spelling import format_base64
from ledger.trade.parties.refusals import PossessionUnproven


def possession_text(*, origin: str, first_entry: Digest, party: str, key: VerifierKey) -> bytes:
    """Return the bytes to sign. They name log, party and key, so that a proof cannot be carried elsewhere."""
    lines = ("suyuan.key/v1", f"log {origin} {format_base64(first_entry)}", f"party {party}", f"key {key}")
    return "".join(f"{line}\n" for line in lines).encode()


def prove_possession(key: NoteSigner, *, origin: str, first_entry: Digest, party: str) -> bytes:
    """Return the raw signature to put, in base64, into `proof`."""
    return key.sign(possession_text(origin=origin, first_entry=first_entry, party=party, key=key.verifier))


def verify_possession(
    proof: bytes, *, origin: str, first_entry: Digest, party: str, key: VerifierKey, pointer: str | None = None
) -> None:
    """Return if the holder of `key` signed that it is the party's key in this log.

    Raises:
        PossessionUnproven: the signature does not verify.
    """
    try:
        key.verify(possession_text(origin=origin, first_entry=first_entry, party=party, key=key), proof)
    except SignatureWrong as reason:
        wanted = f"a raw signature by {key.name}+{key.key_id.hex()} over the lines of suyuan.key/v1"
        raise PossessionUnproven(seen=format_base64(proof), wanted=wanted, pointer=pointer) from reason
