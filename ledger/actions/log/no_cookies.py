"""A cookie jar that stays empty: what one server sets is neither kept, nor sent to it again, nor to another one."""

from __future__ import annotations

from http.cookiejar import CookieJar, DefaultCookiePolicy


def no_cookies() -> CookieJar:
    """A jar for an HTTP client that asks servers it does not trust.

    An ordinary one grows without bound, and gives what a liar sets to every server of the same host or parent domain, which
    then refuses requests for their long headers.
    """
    return CookieJar(DefaultCookiePolicy(allowed_domains=()))
