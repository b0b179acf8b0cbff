"""The algorithms against the vectors of their standards."""

from __future__ import annotations

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from ledger.evidence.signature import (
    Algorithm,
    check_of,
    dump_private,
    dump_public,
    fault_of_form,
    fault_of_key,
    generate,
    load_private,
    sign,
)


def test_ed25519_follows_rfc_8032() -> None:
    seed = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    private = load_private(Algorithm.ED25519, seed)
    assert dump_public(private).hex() == "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    assert sign(private, b"").hex() == (
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
    )


def test_p256_follows_rfc_6979() -> None:
    scalar = bytes.fromhex("c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721")
    private = load_private(Algorithm.ECDSA_P256, scalar)
    assert dump_public(private)[27:59].hex() == "60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"
    assert sign(private, b"sample") == encode_dss_signature(
        0xEFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716,
        0xF7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8,
    )


@pytest.mark.parametrize("algorithm", list(Algorithm))
def test_every_algorithm_signs_and_checks(algorithm: Algorithm) -> None:
    private = generate(algorithm)
    public = dump_public(private)
    assert fault_of_form(algorithm, public) is None
    assert fault_of_key(algorithm, public) is None
    assert dump_public(load_private(algorithm, dump_private(private))) == public
    check_of(algorithm, public)(sign(private, b"message"), b"message")
    with pytest.raises(InvalidSignature):
        check_of(algorithm, public)(sign(private, b"message"), b"massage")
    with pytest.raises(InvalidSignature):
        check_of(algorithm, public)(b"", b"message")
    assert fault_of_form(algorithm, public + b"\0") is not None
