"""Errors of the library: what is wrong, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class ShaclError(Exception):
    """Shapes or data cannot be used, or there is no space for them.

    ``message`` says what is wrong, ``hint`` what to do about it.
    """

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message, hint)
        self.message, self.hint = message, hint

    def __str__(self) -> str:
        return self.message + (f" ({self.hint})" if self.hint else "")


class SpaceError(ShaclError):
    """Memory and disk do not suffice."""


class SetupError(ShaclError):
    """An engine cannot be used here: a package or a program is missing, or a setting is wrong."""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return ``"did you mean 'x'?"`` for the closest known word, or ``""`` when none is close.

    Case counts for nothing: ``MINCOUNT`` finds ``minCount``. In a word of three letters or fewer
    one letter is too much to guess: it is only found as it is.
    """
    by_fold = {name.casefold(): name for name in sorted(known)}
    cutoff = 0.6 if len(word) > 3 else 1
    close = get_close_matches(word.casefold(), list(by_fold), n=1, cutoff=cutoff)
    return f"did you mean '{by_fold[close[0]]}'?" if close else ""
