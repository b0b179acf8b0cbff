"""The size of a code is computed as encoders draw it, and a label that is too small is told what would fit."""

from __future__ import annotations

import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st

from ledger.trade.label_size import (
    MODULE_UM_MIN,
    AddressTooLong,
    Correction,
    ModuleTooLarge,
    ModuleTooSmall,
    UpperCaseHarmful,
    largest_symbol,
    mm,
    modules_of,
    symbol_size,
    upper_case,
    version_of,
)

ITEM = "/01/09506000200033/21/7ZK3M9QH2T4VX"
ADDRESS = "https://ledger.example" + ITEM


def drawn(address: str, correction: Correction) -> int:
    """Modules a side as an encoder of others draws it."""
    code = zxingcpp.create_barcode(address, zxingcpp.BarcodeFormat.QRCode, ec_level=correction.value)
    return memoryview(code.to_image(scale=1, add_quiet_zones=False)).shape[0]


ADDRESSES = st.builds(
    "https://{}/01/{:014d}/10/{}/21/{}".format,
    st.text("abcxyz019-.", min_size=4, max_size=40),
    st.integers(0, 10**14 - 1),
    st.text("ABCxyz0123456789-_", min_size=1, max_size=20),
    st.text("0123456789ABCDEFGHJKMNPQRSTVWXYZ", min_size=1, max_size=20),
)


@given(ADDRESSES, st.booleans(), st.sampled_from(Correction))
def test_the_size_is_the_one_that_is_drawn(address: str, upper: bool, level: Correction) -> None:
    address = address.upper() if upper else address
    assert modules_of(version_of(address, level)) == drawn(address, level)


@pytest.mark.parametrize("length", [200, 500, 1_200, 2_000])
def test_long_addresses_are_computed_too(length: int) -> None:
    address = (ADDRESS + "?99=" + "aB3" * length)[:length]
    for level in Correction:
        if length < 1_500:
            assert modules_of(version_of(address, level)) == drawn(address, level)
    with pytest.raises(AddressTooLong):
        version_of(address * 3, Correction.Q) if length == 2_000 else version_of("a" * 4_000, Correction.M)


def test_millimetres_follow_from_modules_and_quiet_zone() -> None:
    size = symbol_size(upper_case(ADDRESS))
    assert (size.version, size.modules, mm(size.side_um)) == (3, 29, "14.652")
    plain = symbol_size(ADDRESS, module_um=500)
    assert (plain.version, plain.modules, mm(plain.side_um)) == (4, 33, "20.5")
    assert symbol_size(ADDRESS, correction=Correction.Q).version == 5


@pytest.mark.parametrize(("module_um", "refusal"), [(395, ModuleTooSmall), (991, ModuleTooLarge), (0, ModuleTooSmall)])
def test_modules_outside_what_gs1_allows_are_refused(module_um: int, refusal: type[Exception]) -> None:
    with pytest.raises(refusal, match=r"0\.(396|99) mm"):
        symbol_size(ADDRESS, module_um=module_um)


@pytest.mark.parametrize("module_um", [396, 500, 853, 990])
def test_the_largest_modules_that_fit_are_chosen(module_um: int) -> None:
    room = symbol_size(ADDRESS, module_um=module_um).side_um
    assert largest_symbol(ADDRESS, room_um=room).module_um == module_um
    if module_um > MODULE_UM_MIN:
        assert largest_symbol(ADDRESS, room_um=room - 1).module_um == module_um - 1
    assert largest_symbol(ADDRESS, room_um=10 * room).module_um == 990


def test_a_label_that_is_too_small_is_told_what_would_fit() -> None:
    with pytest.raises(ModuleTooSmall) as refusal:
        largest_symbol(ADDRESS, room_um=15_000)
    hint = refusal.value.hint
    assert "16.236 mm" in hint and "upper case (--upper), which fits" in hint
    host = int(hint.partition("a host of at most ")[2].split()[0])
    shorter = f"https://{'a' * host}{ITEM}"
    assert largest_symbol(shorter, room_um=15_000).module_um >= MODULE_UM_MIN
    with pytest.raises(ModuleTooSmall):
        largest_symbol(f"https://{'a' * (host + 1)}{ITEM}", room_um=15_000)
    assert largest_symbol(upper_case(ADDRESS), room_um=15_000).module_um >= MODULE_UM_MIN


def test_nothing_is_promised_where_nothing_helps() -> None:
    with pytest.raises(ModuleTooSmall) as refusal:
        largest_symbol(ADDRESS, room_um=8_000)
    assert refusal.value.hint == "take a label with room for 16.236 mm"


def test_upper_case_changes_scheme_and_host_only() -> None:
    assert (
        upper_case("https://ledger.example:8443/01/09506000200033/10/L%2F7")
        == "HTTPS://LEDGER.EXAMPLE:8443/01/09506000200033/10/L%2F7"
    )


@pytest.mark.parametrize(
    "address",
    [
        "https://ledger.example/stem/01/09506000200033",
        "https://ledger.example/01/09506000200033/21/a1",
        "https://ledger.example/01/09506000200033/21/A%2f1",
        "https://ledger.example/01/09506000200033/21/A_1",
        "https://[::1]/01/09506000200033",
        "https://l.example/01/09506000200033?99=1",
    ],
)
def test_what_would_lead_elsewhere_in_upper_case_is_refused(address: str) -> None:
    with pytest.raises(UpperCaseHarmful):
        upper_case(address)
