"""Names in a text: the labels of known entities, whatever their inflection, and abbreviations."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

_TOKEN = re.compile(r"[^\W_]+(?:[’'][^\W\d_]+)?")
_GAP = re.compile(r"[\s\-–‐‑/’'*_,]*")
_OUR = re.compile(r"(?<=[a-z]{3})our(?=s?$|ed$|ing$|al|able|ite)")
_ABBREVIATION = re.compile(r"\s?\(([A-Z][A-Za-z0-9]*(?:[-/][A-Za-z0-9]+)*)\)")
_COMPOUND = re.compile(
    r"[-‐‑–](?:based|focused|focussed|related|informed|specific|oriented|free)\b"
)
_BRITISH = (
    ("behaviour", "behavior"),
    ("paed", "ped"),
    ("programme", "program"),
    ("centre", "center"),
)
_HEADS = (
    "therapy|therapies|psychotherapy|psychotherapies|intervention|interventions|programme|programmes|"
    "program|programs|training|treatment|treatments|counselling|counseling|coaching|rehabilitation|"
    "exercises?|surgery|vaccination|immunisation|immunization|prophylaxis|medication|medications|"
    "supplementation|supplements?|stimulation|education|psychoeducation|massage|feedback|diets?"
)
_HEAD = re.compile(rf"\b(?:{_HEADS})\b", re.IGNORECASE)
_DRUG = re.compile(
    r"\b[A-Za-z]{3,}(?:mab|tinib|statin|sartan|olol|azole|cillin|mycin|floxacin|gliptin|gliflozin|"
    r"glutide|prazole|oxetine|azepam|triptan|parin|xaban|dipine|profen|caine|terol|sone|solone|formin)\b"
)
_GENERIC = frozenset([
    "a", "about", "all", "also", "an", "and", "any", "are", "as", "at", "available", "based",
    "be", "been", "best", "both", "but", "by", "can", "certain", "common", "current", "different",
    "each", "effective", "effectiveness", "every", "evidence", "evidence-based", "existing",
    "first", "first-line", "following", "for", "from", "further", "given", "had", "has", "have",
    "her", "his", "how", "if", "in", "include", "includes", "including", "initial", "into", "is",
    "it", "its", "like", "main", "many", "may", "medical", "more", "most", "new", "no", "not",
    "of", "on", "one", "only", "or", "other", "our", "particular", "possible", "professional",
    "receive", "received", "receiving", "several", "should", "similar", "some", "specific",
    "such", "than", "that", "the", "their", "them", "these", "they", "this", "those", "to", "two",
    "three", "under", "used", "use", "using", "various", "was", "well", "were", "what", "when",
    "where", "which", "while", "who", "whose", "will", "with", "without", "your", "related",
    "key", "important", "standard", "usual", "early", "long", "short", "term", "longer",
    "second-line", "appropriate", "health", "healthcare", "care", "after", "before", "during",
    "between",
    "among", "against", "over", "through", "called", "named", "offer", "offers", "offering",
    "consider", "start", "stop", "continue", "provide", "provides", "recommended", "recommend",
    "avoid", "despite", "though", "although",
])  # fmt: skip


@dataclass(frozen=True, slots=True)
class Name:
    """A label of an entity in a text, with how it was recognised."""

    start: int
    end: int
    entities: tuple[str, ...]
    label: str
    how: str


@lru_cache(maxsize=100_000)
def _stem(word: str) -> str:
    """Return a word without the endings of plural and possessive, in one spelling."""
    word = word.lower().replace("’", "'")
    word = re.sub("'s?$", "", word)
    for british, american in _BRITISH:
        word = word.replace(british, american)
    word = _OUR.sub("or", word)
    word = re.sub(r"is(?=(?:e[sd]?|ing|ation)$)", "iz", word)
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and re.search("(?:s|x|z|ch|sh)es$", word):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and word[-2] not in "sui":
        return word[:-1]
    return word


@lru_cache(maxsize=100_000)
def _base(stem: str) -> str:
    """Return a verb without its endings too; for labels of several words alone."""
    for ending in ("ization", "izing", "ized", "ize", "ing", "ed", "e"):
        if stem.endswith(ending) and len(stem) - len(ending) >= 4:
            stem = stem.removesuffix(ending)
            return stem[:-1] if stem[-1:] == stem[-2:-1] and stem[-1] not in "ls" else stem
    return stem


Key = tuple[str, ...]


class Names:
    """The labels of entities, and the abbreviations that a page defines itself."""

    def __init__(self, labels: Iterable[tuple[str, str]]) -> None:
        """Take labels.

        :param labels: pairs of label and id; a label may be that of several entities.
        """
        self._exact: dict[str, dict[str, str]] = {}
        self._stems: dict[Key, dict[str, str]] = {}
        self._bases: dict[Key, dict[str, str]] = {}
        self._lengths: dict[str, list[int]] = {}
        self._begun: dict[str, tuple[int, ...]] = {}
        for label, entity in labels:
            self._add(label, entity)

    def _add(self, label: str, entity: str) -> None:
        words = [m[0] for m in _TOKEN.finditer(label)]
        if not words:
            return
        if _is_abbreviation(label):
            self._exact.setdefault(label, {}).setdefault(entity, label)
            return
        stems = tuple(map(_stem, words))
        self._stems.setdefault(stems, {}).setdefault(entity, label)
        bases = tuple(map(_base, stems))
        if len(stems) > 1:
            self._bases.setdefault(bases, {}).setdefault(entity, label)
        for first in {stems[0], bases[0]}:
            lengths = self._lengths.setdefault(first, [])
            if len(stems) not in lengths:
                lengths.append(len(stems))
                lengths.sort(reverse=True)

    def find(self, text: str, start: int, end: int) -> list[Name]:
        """Return the names in a sentence, the longest where several begin at one place."""
        words = list(_TOKEN.finditer(text, start, end))
        found: list[Name] = []
        number = 0
        while number < len(words):
            said = words[number][0]
            lengths = self._begun.get(said)
            if lengths is None:
                lengths = self._begun[said] = self._begins(said)
            name = None if said.islower() else self._abbreviated(text, words, number)
            if name is None and lengths:
                name = self._longest(text, words, number, lengths)
            if name is None:
                number += 1
                continue
            found.append(name)
            while number < len(words) and words[number].start() < name.end:
                number += 1
        return found

    def _abbreviated(self, text: str, words: list[re.Match[str]], number: int) -> Name | None:
        """Return an abbreviation: its capitals count. ``PCIT-T`` is not taken for ``PCIT``."""
        said = words[number][0]
        if not self._exact or said.isdigit():
            return None
        first = words[number].start()
        last = number
        while (
            last + 1 < min(len(words), number + 8)
            and text[words[last].end() : words[last + 1].start()] in "-/"
        ):
            last += 1
        for end in range(last, number - 1, -1):
            said = text[first : words[end].end()]
            for form in (said, said[:-1] if said.endswith("s") else said):
                if form in self._exact:
                    known = self._exact[form]
                    how = "its abbreviation" if form == said else "its abbreviation, in the plural"
                    return Name(first, words[end].end(), tuple(known), form, how)
        return None

    def _begins(self, word: str) -> tuple[int, ...]:
        """Return how many words the names that begin with a word have, the longest first."""
        stem = _stem(word)
        lengths = {*self._lengths.get(stem, ()), *self._lengths.get(_base(stem), ())}
        return tuple(sorted(lengths, reverse=True))

    def _longest(
        self, text: str, words: list[re.Match[str]], number: int, lengths: Iterable[int]
    ) -> Name | None:
        for length in lengths:
            part = words[number : number + length]
            stems = tuple(_stem(word[0]) for word in part)
            known = self._stems.get(stems) or self._bases.get(tuple(map(_base, stems)))
            if not known or not _together(text, part):
                continue
            if length == 1 and _COMPOUND.match(text, part[0].end()):
                continue
            has_comma = "," in text[part[0].start() : part[-1].end()]
            if not (has_comma and "," not in next(iter(known.values()))):
                start, end = part[0].start(), part[-1].end()
                label = next(iter(known.values()))
                same = " ".join(text[start:end].split()).lower() == label.lower()
                how = "its label" if same else f"its label '{label}', inflected"
                return Name(start, end, tuple(known), label, how)
        return None

    def define(self, text: str, start: int, end: int) -> dict[str, str]:
        """Learn the abbreviations that a sentence defines, and return what each stands for.

        ``Long Name (LN)`` defines LN where the words before it are a known name, or have its
        letters as their initials.
        """
        defined: dict[str, str] = {}
        for match in _ABBREVIATION.finditer(text, start, end):
            short = match[1]
            if not _is_abbreviation(short):
                continue
            known = [n for n in self.find(text, start, match.start()) if n.end == match.start()]
            if known:
                defined[short] = known[0].label
                for entity in known[0].entities:
                    self._exact.setdefault(short, {}).setdefault(entity, known[0].label)
            elif long := _initials(text, start, match.start(), short):
                defined[short] = long
        return defined


def unknown(text: str, start: int, end: int, known: Iterable[Name]) -> Iterator[tuple[int, int]]:
    """Yield the places of phrases that look like interventions and are not known names."""
    heads = [*_HEAD.finditer(text, start, end), *_DRUG.finditer(text, start, end)]
    if not heads:
        return
    taken = {position for name in known for position in range(name.start, name.end)}
    words = list(_TOKEN.finditer(text, start, end))
    ends = {word.end(): number for number, word in enumerate(words)}
    for match in heads:
        number = ends.get(match.end())
        if number is None:
            continue
        first = number
        while first > max(0, number - 6) and _modifies(text, words[first - 1], words[first]):
            first -= 1
        is_phrase = first < number or _DRUG.fullmatch(match[0])
        if is_phrase and taken.isdisjoint(range(words[first].start(), match.end())):
            yield words[first].start(), match.end()


def _modifies(text: str, word: re.Match[str], following: re.Match[str]) -> bool:
    gap = text[word.end() : following.start()]
    said = word[0].lower()
    return (
        gap in (" ", "-", "–", "‑")
        and (said not in _GENERIC or gap == "-")
        and not said.endswith(("ly", "ing")) | word[0].isdigit()
    )


def _together(text: str, words: list[re.Match[str]]) -> bool:
    return all(_GAP.fullmatch(text, a.end(), b.start()) for a, b in pairwise(words))


def _is_abbreviation(label: str) -> bool:
    return len(label) <= 12 and " " not in label and sum(c.isupper() for c in label) >= 2


def _initials(text: str, start: int, end: int, short: str) -> str:
    """Return the words before an abbreviation whose initials are its letters, ``""`` if not."""
    letters = [c.lower() for c in short if c.isalpha() and (c.isupper() or short.isupper())]
    words = list(_TOKEN.finditer(text, max(start, end - 200), end))
    small = {"of", "and", "the", "for", "with", "in", "to", "a"}
    for size in range(len(letters), min(len(words), len(letters) + 4) + 1):
        part = words[len(words) - size :]
        initials = [w[0][0].lower() for w in part]
        strong = [w[0][0].lower() for w in part if w[0].lower() not in small]
        if letters in (initials, strong) and part:
            return text[part[0].start() : part[-1].end()]
    return ""
