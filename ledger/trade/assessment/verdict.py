"""The one word a page begins with."""

from __future__ import annotations

from enum import StrEnum


class Verdict(StrEnum):
    """The closed list. None of them says genuine: a scan cannot know."""

    RECALLED = "recalled"
    VERIFIED = "verified"
    FINDINGS = "verified with findings"
    INCOMPLETE = "incomplete"
    UNKNOWN = "unknown code"
