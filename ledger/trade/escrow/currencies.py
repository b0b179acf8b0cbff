"""How many decimal places the minor unit of each currency has, after ISO 4217.

Data, closed: another list would let two machines read the same digits as different sums. The list is that of the standard's
active codes (list one) that have minor units, without bonds, metals and accounting units of banks (XAU, XDR, XAD, …).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ledger.errors import Unprocessable

_CODES: Final[Mapping[int, str]] = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    2: """
        AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD
        CAD CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP
        GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT
        LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN
        NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP
        SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS
        VED VES WST XCD XCG YER ZAR ZMW ZWG
    """,
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}

EXPONENTS: Final[Mapping[str, int]] = {code: exponent for exponent, codes in _CODES.items() for code in codes.split()}
"""ISO 4217 code to decimal places of its minor unit: 10**exponent minor units make one unit."""


class CurrencyUnknown(Unprocessable):
    title = "this is not an active ISO 4217 currency with minor units"


def exponent_of(currency: str, *, pointer: str | None = None) -> int:
    """Return the decimal places of `currency`, 0 to 4; `pointer` is where it stands in a document.

    Raises:
        CurrencyUnknown: no such code; codes are three capital letters.
    """
    if currency not in EXPONENTS:
        raise CurrencyUnknown(seen=currency, wanted="an ISO 4217 code such as SGD", pointer=pointer)
    return EXPONENTS[currency]
