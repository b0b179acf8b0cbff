"""A key that never leaves its place, in a cloud KMS, an HSM or a card: a program of the party's own signs with it.

The program gets the exact text on standard input and answers with the raw signature on standard output, and nothing else:
DER for P-256, 64 bytes for Ed25519. Source: docs/OPERATIONS.md, "Keys in a KMS or HSM".
"""

from __future__ import annotations

import contextlib
import os
import selectors
import shlex
import subprocess
import time
from dataclasses import dataclass
from typing import Final

from ledger.errors import Misused, Unavailable, Untrusted
from ledger.evidence.key import NOTE_KEY_TYPES, SignatureWrong, VerifierKey, refuse_weak_key

ANSWER_BYTES_MAX: Final = 256
"""Several times the largest signature, DER of P-256 in 72 bytes."""

WAIT_S: Final = 60.0
"""Long enough for a person to touch a token or type a PIN."""


class SignerMisnamed(Misused):
    title = "a program that signs is a command and its words, with the vkey of the key that it signs with"


class SignerNotStarted(Misused):
    title = "the program that should sign cannot be started"


class SignerFailed(Unavailable):
    title = "the program that should sign ended with an error"
    default_hint = "nothing was sent; what it said of it stands above"


class SignerSilent(Unavailable):
    title = "the program that should sign did not answer in time"
    default_hint = "nothing was sent"


class SignerAnswerTooLong(Untrusted):
    title = "the program that should sign answered with more than a signature"
    default_hint = "it must write the raw signature to standard output, and nothing else; not base64, not JSON"


class SignerAnswerWrong(Untrusted):
    title = "what the program answered is no signature by the stated key over the text that it was given"
    default_hint = "DER over SHA-256 for P-256, 64 raw bytes for Ed25519; and is it the same key?"


@dataclass(frozen=True, slots=True)
class ForeignSigner:
    """Signs by a program, and looks at each signature before anybody gets it.

    Args:
        command: the program and its words, as they are started; no shell reads them.
        verifier: the public half, of type Ed25519 or ECDSA P-256.
        wait_s: how long one signature may take.
    """

    command: tuple[str, ...]
    verifier: VerifierKey
    wait_s: float = WAIT_S

    @classmethod
    def of(cls, command: str, vkey: str) -> ForeignSigner:
        """Split `command` into words as a shell would, without its other powers.

        Raises:
            SignerMisnamed: no words, an open quote, or a key that signs no notes.
            KeyMalformed, KeyRefused, ...: the vkey is none, or a weak one.
        """
        try:
            words = tuple(shlex.split(command))
        except ValueError as reason:
            raise SignerMisnamed(seen=command, wanted=f"a command whose quotes are closed ({reason})") from reason
        if not words:
            raise SignerMisnamed(seen=command, wanted="a program and its words")
        verifier = VerifierKey.parse(vkey.strip())
        if verifier.type not in NOTE_KEY_TYPES:
            raise SignerMisnamed(seen=f"a key of type {verifier.type.name}", wanted="one of type ED25519 or ECDSA_P256")
        refuse_weak_key(verifier)
        return cls(words, verifier)

    def sign(self, message: bytes) -> bytes:
        """Start the program once and return its signature over `message`, verified.

        Raises:
            SignerNotStarted, SignerFailed, SignerSilent, SignerAnswerTooLong, SignerAnswerWrong.
        """
        signature = self._ask(message)
        try:
            self.verifier.verify(message, signature)
        except SignatureWrong as reason:
            seen = f"{len(signature)} bytes by {self.command[0]}"
            wanted = f"a signature by {self.verifier.name}+{self.verifier.key_id.hex()}"
            raise SignerAnswerWrong(seen=seen, wanted=wanted) from reason
        return signature

    def _ask(self, message: bytes) -> bytes:
        deadline = time.monotonic() + self.wait_s
        try:
            # Standard error stays the terminal's: there the program may ask for a PIN, and say what is wrong.
            process = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603 (the user's own)
        except OSError as reason:
            raise SignerNotStarted(seen=self.command[0], wanted=f"a program that runs here ({reason.strerror})") from reason
        with process:
            try:
                answer = _converse(process, message, deadline)
                code = process.wait(_left(deadline))
            except subprocess.TimeoutExpired as reason:
                raise SignerSilent(seen=self.command[0], wanted=f"a signature within {self.wait_s:g} s") from reason
            finally:
                process.kill()
        if code:
            raise SignerFailed(seen=f"exit code {code} of {self.command[0]}", wanted="exit code 0")
        return answer


def _converse(process: subprocess.Popen[bytes], message: bytes, deadline: float) -> bytes:
    """Tell the program the text, and read its answer to the end, cut off before it fills the memory."""
    if process.stdin is None or process.stdout is None:
        raise AssertionError("both are pipes")
    # A note is smaller than what a pipe holds, so this waits for nobody. Who does not read it cannot sign it either.
    with contextlib.suppress(BrokenPipeError), process.stdin as told:
        told.write(message)
    answer = bytearray()
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while selector.select(_left(deadline)):
            part = os.read(process.stdout.fileno(), ANSWER_BYTES_MAX)
            answer += part
            if not part:
                return bytes(answer)
            if len(answer) > ANSWER_BYTES_MAX:
                raise SignerAnswerTooLong(seen=f"over {ANSWER_BYTES_MAX} bytes", wanted="one raw signature")
    raise subprocess.TimeoutExpired(process.args, deadline)


def _left(deadline: float) -> float:
    return max(0.0, deadline - time.monotonic())
