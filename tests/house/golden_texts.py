"""The golden log as the examples that stand in docs/FORMATS.md."""

from __future__ import annotations

from ledger.evidence.commitment import commit
from ledger.evidence.key import KeyType, SigningKey
from tests.house.golden import BODIES, MERCHANT, ORIGIN, SALT, SEED, golden_log


def keys_example() -> str:
    """One key of each type that signs batch notes."""
    log = golden_log()
    ecdsa = SigningKey.from_private(MERCHANT, KeyType.ECDSA_P256, bytes([3]) * 32)
    keys = (log.log_key, log.governance_key, log.merchant_key, ecdsa)
    said = (
        "Example: the keys of the log, of governance and of a merchant in the examples below, whose private keys are\n"
        "32 times the byte 0x01, 0x02 and 0x03, and a P-256 key with the private key 0x0303…03."
    )
    return f"{said}\n\n" + _fenced("\n".join(str(key.verifier) for key in keys))


def commitment_example() -> str:
    """One commitment, in hex."""
    lines = (
        f"origin      {ORIGIN}",
        f"issuer      {MERCHANT}",
        f"salt        {SALT.hex()}",
        f"body        {BODIES[1].decode()}",
        f"commitment  {commit(origin=ORIGIN, issuer=MERCHANT, salt=SALT, body=BODIES[1]).hex()}",
    )
    return "Example, salt and commitment in hex:\n\n" + _fenced("\n".join(lines))


def salts_example() -> str:
    """The two salts of the golden batch, in hex."""
    log = golden_log()
    lines = "\n".join((log.batch.log_line, log.batch.issuer_line, log.batch.time_line))
    salts = "\n".join(f"salt {number}  {salt.hex()}" for number, salt in enumerate(log.salts))
    return "Example, in hex:\n\n" + _fenced(f"seed    {SEED.hex()}\n{lines}\n{salts}")


def batch_example() -> str:
    """The signed batch note of entry 2."""
    log = golden_log()
    return "\n\n".join(
        (
            "Example: the note of entry 2 below, over the two records",
            _fenced("\n".join(body.decode() for body in BODIES)),
            "with the salts of the example above:",
            _fenced(log.entries[2].note.decode()),
        )
    )


def register_example() -> str:
    """The lines of entry 2's register and their root."""
    register = golden_log().register
    said = f"Example: the register of entry 2 below, of {register.size} lines, with the root `{register.root.hex()}`."
    return f"{said}\n\n" + _fenced("\n".join(line.line for line in register.lines))


def entry_example() -> str:
    """All entries, whole, with their leaf hashes."""
    log = golden_log()
    parts = [
        "Example: a log of three entries. Entry 0 holds the founding record, entry 1 the admission of the merchant, both with\n"
        "the salt 0x00 to 0x0f:",
        _fenced(log.founding.decode()),
        _fenced(log.admission.decode()),
    ]
    for index, entry in enumerate(log.entries):
        parts += [f"Entry {index}, with the leaf hash `{entry.leaf_hash().hex()}`:", _fenced(entry.to_bytes().decode())]
    return "\n\n".join(parts)


def checkpoint_example() -> str:
    """The checkpoint over all entries."""
    return "Example: the checkpoint over the three entries above.\n\n" + _fenced(golden_log().checkpoint.decode())


def receipt_example() -> str:
    """The receipt of the second record."""
    return "Example: the receipt of the second record of entry 2.\n\n" + _fenced(golden_log().receipt.decode())


def policy_example() -> str:
    """The policy file that the receipt satisfies."""
    return "Example: the policy file for the log above, without witnesses.\n\n" + _fenced(golden_log().policy)


def _fenced(text: str) -> str:
    return "```text\n" + text.removesuffix("\n") + "\n```"
