"""Cues: words and phrases that are looked for in every sentence of a page.

Most words of a page begin none of them. So each distinct word is looked at once, and an expression
is tried only in a sentence with a word that may begin it: to try each expression on each sentence
is most of the time that a long page would take.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache, reduce
from operator import or_

_WORD = re.compile(r"\w+")
_MOST_WORDS = 100_000
_RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_WORD_END = rf"(?![^\W{_RAISED}])"
"""A reference mark in superscript, which counts as a letter, is no part of a word."""
_SIGN = re.compile(r"\\.|\[[^\]]*\]|(?P<open>\()|(?P<close>\))|(?P<or>[|\n])|(?P<after>[ '-])")


class Cues:
    """Lists of phrases: regular expressions of words. Case does not count.

    Phrases are separated by ``|`` or a line break, and a space stands for any white space. The
    first word of a phrase ends at a space, hyphen or apostrophe outside parentheses.
    """

    def __init__(self, lists: Mapping[str, str]) -> None:
        """Take lists.

        :param lists: name → phrases.
        :raises ValueError: if a phrase has no first word of its own.
        """
        self.bits = {name: 1 << number for number, name in enumerate(lists)}
        self.whole = {name: bit << len(lists) for name, bit in self.bits.items()}
        self.patterns: dict[str, re.Pattern[str]] = {}
        first: dict[int, list[str]] = {}
        self._shift, self._mask = _KINDS.used, (1 << 2 * len(lists)) - 1
        for name, written in lists.items():
            phrases = [p.strip() for p in written.split("\n") if p.strip()]
            whole = "|".join(phrases).replace(" ", r"\s+")
            self.patterns[name] = re.compile(rf"\b(?:{whole}){_WORD_END}", re.IGNORECASE)
            for word, is_whole in (w for phrase in phrases for w in _first_words(phrase)):
                bits = self.bits[name] | (self.whole[name] if is_whole else 0)
                first.setdefault(bits, []).append(word)
        _KINDS.add(first, 2 * len(lists))

    def kinds(self, said: str) -> int:
        """Return the :attr:`bits` of the lists of which a word may begin a phrase.

        Those of which a word is a phrase are in :attr:`whole`, too.
        """
        return _kinds(said) >> self._shift & self._mask

    def places(self, text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Yield the places of words that may begin a phrase, each with its :attr:`bits`."""
        mask, shift = self._mask << self._shift, self._shift
        for match in _WORD.finditer(text, start, end):
            if kinds := _KINDS[match[0].lower()] & mask:
                yield match.start(), kinds >> shift


class _Kinds(dict[str, int]):
    """The bits of words in all lists, each word looked at once."""

    def __init__(self) -> None:
        self.used = 0
        self._first: list[tuple[int, re.Pattern[str]]] = []
        self._any = re.compile("")

    def add(self, first: Mapping[int, Iterable[str]], size: int) -> None:
        """Take the first words of phrases by their bits, of which there are ``size``."""
        self.clear()
        _kinds.cache_clear()
        for bits, words in first.items():
            self._first.append((bits << self.used, re.compile("|".join(words))))
        self._any = re.compile("|".join(pattern.pattern for _, pattern in self._first))
        self.used += size

    def __missing__(self, word: str) -> int:
        if len(self) > _MOST_WORDS:
            self.clear()
        kinds, bare = 0, word.rstrip(_RAISED)
        if self._any.fullmatch(bare):
            kinds = reduce(or_, (b for b, p in self._first if p.fullmatch(bare)), 0)
        self[word] = kinds
        return kinds


_KINDS = _Kinds()


@lru_cache(maxsize=2)
def _kinds(said: str) -> int:
    return reduce(or_, set(map(_KINDS.__getitem__, _WORD.findall(said.lower()))), 0)


def _first_words(phrases: str) -> Iterator[tuple[str, bool]]:
    """Yield the first word of each phrase, and whether it is all of the phrase."""
    depth, start, end = 0, 0, -1
    for sign in _SIGN.finditer(phrases + "\n"):
        if sign["after"] and end < 0:
            if depth or phrases[sign.end() : sign.end() + 1] in ("?", "*"):
                raise ValueError(f"the first word of {phrases[start:]!r} may end in several places")
            end = sign.start()
        elif sign["or"] and not depth:
            yield phrases[start : end if end >= 0 else sign.start()], end < 0
            start, end = sign.end(), -1
        depth += bool(sign["open"]) - bool(sign["close"])


class Said:
    """The words of a sentence, on one line, and the cues in them."""

    def __init__(self, text: str, cues: Cues) -> None:
        self.text, self._cues = text, cues
        self._kinds = cues.kinds(text)

    def has(self, name: str) -> bool:
        """Tell whether a phrase of a list is there."""
        return bool(self._kinds & self._cues.whole[name]) or self.find(name) is not None

    def find(self, name: str, start: int = 0) -> re.Match[str] | None:
        """Return the first phrase of a list from a place on."""
        if self._kinds & self._cues.bits[name]:
            return self._cues.patterns[name].search(self.text, start)
        return None
