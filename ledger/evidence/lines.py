"""A reader of keyword lines that says which line it wanted where."""

from __future__ import annotations

from ledger.errors import Malformed


class LineUnexpected(Malformed):
    title = "a line of the signed text is not the one its format has there"


class LineReader:
    """Takes lines from the top of a text, each a keyword and its values with single spaces between.

    It looks only at what is asked for. Its caller prints what it read and compares: that refuses lines left over.
    """

    def __init__(self, text: str) -> None:
        self._lines = text.split("\n")
        self._at = 0

    def take(self, keyword: str, count: int = 1) -> list[str]:
        """Return the values of the next line, exactly `count` of them.

        Raises:
            LineUnexpected: another keyword, or another number of values; the pointer counts lines from 1.
        """
        found = self._lines[self._at].split(" ") if self._at < len(self._lines) else []
        if found[:1] != [keyword] or len(found) != count + 1:
            raise LineUnexpected(seen=" ".join(found), wanted=f"{keyword} and {count} values", pointer=f"line {self._at + 1}")
        self._at += 1
        return found[1:]

    def take_while(self, keyword: str, count: int = 1) -> list[list[str]]:
        """Return the values of each next line that begins with this keyword; none is fine."""
        taken = []
        while self._at < len(self._lines) and self._lines[self._at].split(" ", 1)[0] == keyword:
            taken.append(self.take(keyword, count))
        return taken
