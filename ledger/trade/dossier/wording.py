"""Which of several texts a reader is shown: the one in the reader's language, else in a related one, else the first."""

from __future__ import annotations

from collections.abc import Sequence

from ledger.trade.dossier.bodies.kinds import Words


def worded(texts: Sequence[Words] | None, language: str) -> str | None:
    """The text for a reader of `language`, a tag such as `zh-Hant`; None where there is none at all.

    A text in the very tag comes first, then one of the same language in another writing, then English, then the first.
    """
    if not texts:
        return None
    by_tag = {text.language: text.text for text in texts}
    related = (text.text for text in texts if text.language.partition("-")[0] == language.partition("-")[0])
    english = (text.text for text in texts if text.language.partition("-")[0] == "en")
    return by_tag.get(language) or next(related, None) or next(english, texts[0].text)
