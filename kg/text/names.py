"""Names in a text: the labels of known entities, whatever their inflection, and abbreviations."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

_TOKEN = re.compile(r"[^\W_]+(?:\u00ad+[^\W_]+)*(?:[’'][^\W\d_]+)?")
_TOKENS = re.compile(f"({_TOKEN.pattern})")
_GAP = re.compile(r"[\s\-–‐‑/’'*_,]*")
_PART = re.compile(r"\s?[-–]\s?(\w+)")
_OUR = re.compile(r"(?<=[a-z]{3})our(?=s?$|ed$|ing$|al|able|ite)")
_SHORT = r"[A-Z][A-Za-z0-9]*(?:[-/][A-Za-z0-9]+)*"
_ABBREVIATION = re.compile(
    r"\s?\((?:hereafter |abbreviated (?:as |to )?|or )?[\"“'‘]?"
    rf"(?P<short>{_SHORT})[\"”'’]?(?=[);,])"
    rf"|, or (?P<other>{_SHORT})(?=,)"
)
_COMPOUND = re.compile(
    r"[-‐‑–](?:based|focused|focussed|related|informed|specific|oriented|free)\b"
)
_BRITISH = (
    ("behaviour", "behavior"),
    ("paed", "ped"),
    ("programme", "program"),
    ("centre", "center"),
)
_MOST_WORDS = 100_000
"""How many distinct words to keep in mind."""
_NEAR = 200
"""How many characters before an abbreviation may hold what it stands for."""
_HEAD = re.compile(
    r"""(?P<head>
    therapy|therapies|psychotherapy|psychotherapies|interventions?|programmes?|programs?|training
    |treatments?|counselling|counseling|coaching|rehabilitation|exercises?|surgery|vaccination
    |immunisation|immunization|prophylaxis|medications?|supplementation|supplements?|stimulation
    |education|psychoeducation|massage|feedback|diets?
    )|(?P<drug>
    [a-z]{3,}(?:mab|tinib|statin|sartan|olol|azole|cillin|mycin|floxacin|gliptin|gliflozin|glutide
    |prazole|oxetine|azepam|triptan|parin|xaban|dipine|profen|caine|terol|sone|solone)
    |[a-z]{3,}formin
    )""",
    re.IGNORECASE | re.VERBOSE,
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


_ARTICLES = ("the", "a", "an", "their", "his", "her", "our", "your")


class _Words(NamedTuple):
    """The words of a passage, the text before each and after the last, and the place of each."""

    words: list[str]
    gaps: list[str]
    starts: list[int]
    ends: list[int]


@lru_cache(maxsize=2)
def _words(text: str, start: int, end: int) -> _Words:
    parts = _TOKENS.split(text[start:end])
    places = list(accumulate(map(len, parts), initial=start))
    return _Words(parts[1::2], parts[::2], places[1::2], places[2::2])


class _Heads(dict[str, str]):
    """Tells of a word how it may end the name of an intervention: ``head``, ``drug``, ``""``."""

    def __missing__(self, word: str) -> str:
        if len(self) > _MOST_WORDS:
            self.clear()
        found = _HEAD.fullmatch(word.replace("\u00ad", ""))
        self[word] = kind = (found.lastgroup or "") if found else ""
        return kind


_HEADS = _Heads()


class Name(NamedTuple):
    """A label of an entity in a text, with how it was recognised.

    ``reworded`` is true of a label that is said in other words: *explore … confidently* for
    *confident exploration*.
    """

    start: int
    end: int
    entities: tuple[str, ...]
    label: str
    how: str
    reworded: bool = False


@lru_cache(maxsize=100_000)
def _stem(word: str) -> str:
    """Return a word without the endings of plural and possessive, in one spelling."""
    word = word.lower().replace("’", "'").replace("\u00ad", "")
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
def _base(word: str) -> str:
    """Return a word without the endings of verbs too; for labels of several words alone."""
    stem = _stem(word)
    for ending in ("ization", "izing", "ized", "ize", "ing", "ed", "e"):
        if stem.endswith(ending) and len(stem) - len(ending) >= 4:
            stem = stem.removesuffix(ending)
            return stem[:-1] if stem[-1:] == stem[-2:-1] and stem[-1] not in "ls" else stem
    return stem


@dataclass(slots=True)
class _Step:
    """The words of names up to one: what is called so (entity → label), and what may follow."""

    known: dict[str, str] = field(default_factory=dict)
    next: dict[str, _Step] = field(default_factory=dict)

    def add(self, words: Iterable[str], entity: str, label: str) -> None:
        step = self
        for word in words:
            step = step.next.setdefault(word, _Step())
        step.known.setdefault(entity, label)


class _Way(NamedTuple):
    """A step, the form in which its words are, and whether that says a label in other words."""

    step: _Step
    form: Callable[[str], str]
    reworded: bool


class _Ways(dict[str, "_Ways | None"]):
    """Where in names one may be: tells of a word where that leads, ``None`` if to no name.

    What a word leads to is found out once, so that reading on is one look-up a word.
    """

    def __init__(self, ways: Iterable[_Way] = ()) -> None:
        self.ways = tuple(ways)
        self.named = [(way.step.known, way.reworded) for way in self.ways if way.step.known]
        self.ends = not any(way.step.next for way in self.ways)

    def __missing__(self, word: str) -> _Ways | None:
        if len(self) > _MOST_WORDS:
            self.clear()
        following = ((w, w.step.next.get(w.form(word)) or w.step.next.get("")) for w in self.ways)
        ways = [way._replace(step=step) for way, step in following if step]
        self[word] = found = _Ways(ways) if ways else None
        return found


class Names:
    """The labels of entities, and the abbreviations that a page defines itself."""

    def __init__(
        self, labels: Iterable[tuple[str, str]], changing: Iterable[tuple[str, str]] = ()
    ) -> None:
        """Take labels.

        :param labels: pairs of label and id; a label may be that of several entities.
        :param changing: those of what can change, which a sentence may say in other words.
        """
        self._labels = tuple(labels)
        self._short: dict[str, dict[str, str]] = {}
        self._short_begin: set[str] = set()
        stems, bases, others = _Step(), _Step(), _Step()
        for label, entity in changing:
            for words in reworded(list(map(_base, _TOKEN.findall(label)))):
                others.add(words, entity, label)
        for label, entity in self._labels:
            words = _TOKEN.findall(label)
            if words and _is_abbreviation(label):
                self._abbreviate(label, entity, label)
            elif words:
                stems.add(map(_stem, words), entity, label)
                if len(words) > 1:
                    bases.add(map(_base, words), entity, label)
        ways = _Way(stems, _stem, False), _Way(bases, _base, False), _Way(others, _base, True)
        self._begin = _Ways(ways)

    def _abbreviate(self, short: str, entity: str, label: str) -> None:
        self._short.setdefault(short, {}).setdefault(entity, label)
        first = _TOKEN.findall(short)[0]
        self._short_begin |= {first, f"{first}s"}

    def find(self, text: str, start: int, end: int) -> list[Name]:
        """Return the names in a sentence, the longest if several begin at one place."""
        passage = _words(text, start, end)
        found: list[Name] = []
        last = start
        begins = map(self._begin.__getitem__, passage.words)
        for number, (word, ways) in enumerate(zip(passage.words, begins, strict=True)):
            is_short = word in self._short_begin
            if (is_short or ways is not None) and passage.starts[number] >= last:
                name = self._abbreviated(text, passage, number) if is_short else None
                name = name or self._longest(text, passage, number, ways)
                if name:
                    found.append(name)
                    last = name.end
        return found

    def _abbreviated(self, text: str, passage: _Words, number: int) -> Name | None:
        """Return an abbreviation: its capitals count. ``PCIT-T`` is not taken for ``PCIT``.

        Words with capitals behind a hyphen name something else, known or not.
        """
        first, last = passage.starts[number], number
        most = min(len(passage.words), number + 8)
        while last + 1 < most and passage.gaps[last + 1] in "-/":
            last += 1
        for end in range(last, number - 1, -1):
            if end < last and passage.gaps[end + 1] == "-" and passage.words[end + 1][0].isupper():
                continue
            said = text[first : passage.ends[end]]
            for form in (said, said[:-1] if said.endswith("s") else said):
                if form in self._short:
                    known = self._short[form]
                    how = "its abbreviation" if form == said else "its abbreviation, in the plural"
                    return Name(first, passage.ends[end], tuple(known), form, how)
        return None

    def _longest(self, text: str, passage: _Words, number: int, ways: _Ways | None) -> Name | None:
        """Return the name with the most words, in its own inflection if there is a choice.

        A name is said with a comma only if its label has one.
        """
        words, gaps = passage.words, passage.gaps
        known: dict[str, str] = {}
        place, last, is_reworded, has_comma = number, number, False, False
        while ways is not None:
            for called, in_other_words in ways.named:
                if not has_comma or "," in next(iter(called.values())):
                    known, last, is_reworded = called, place, in_other_words
                    break
            place += 1
            if ways.ends or place == len(words):
                break
            gap = gaps[place]
            if gap != " ":
                if not _GAP.fullmatch(gap):
                    break
                has_comma = has_comma or "," in gap
            ways = ways[words[place]]
        if not known:
            return None
        start, end = passage.starts[number], passage.ends[last]
        if last == number and _COMPOUND.match(text, end):
            return None
        label = next(iter(known.values()))
        how = f"its label '{label}', in other words"
        how = how if is_reworded else _how(text[start:end], label)
        return Name(start, end, tuple(known), label, how, is_reworded)

    def define(self, text: str, start: int, end: int) -> dict[str, str]:
        """Learn the abbreviations that a sentence defines, and return what each stands for.

        ``Long Name (LN)`` defines LN where the words before it are a known name, or have its
        letters as their initials. ``LN-Part`` is *Long Name - Part* then.
        """
        defined: dict[str, str] = {}
        if text.find("(", start, end) < 0 and text.find(", or ", start, end) < 0:
            return defined
        for match in _ABBREVIATION.finditer(text, start, end):
            short = match["short"] or match["other"]
            if not _is_abbreviation(short):
                continue
            near = max(start, match.start() - _NEAR)
            known = [n for n in self.find(text, near, match.start()) if n.end == match.start()]
            if known:
                defined[short] = known[0].label
                for entity in known[0].entities:
                    self._abbreviate(short, entity, known[0].label)
                for label, entity in self._labels:
                    part = _PART.fullmatch(label.removeprefix(known[0].label))
                    if part:
                        self._abbreviate(f"{short}-{part[1]}", entity, label)
            elif long := _initials(text, start, match.start(), short):
                defined[short] = long
        return defined


def unknown(text: str, start: int, end: int, known: Iterable[Name]) -> Iterator[tuple[int, int]]:
    """Yield the places of phrases that look like interventions and are not known names.

    :param known: names in the order of the text.
    """
    passage = _words(text, start, end)
    heads = [n for n, kind in enumerate(map(_HEADS.__getitem__, passage.words)) if kind]
    if not heads:
        return
    known = list(known)
    after = [name.end for name in known]
    for number in heads:
        first, last = number, passage.ends[number]
        while first > max(0, number - 6) and _modifies(
            passage.words[first - 1], passage.gaps[first]
        ):
            first -= 1
        if first == number and _HEADS[passage.words[number]] != "drug":
            continue
        begin = passage.starts[first]
        near = bisect_right(after, begin)
        if near == len(known) or known[near].start >= last:
            yield begin, last


def _modifies(word: str, gap: str) -> bool:
    """Tell whether a word belongs to the one after it, by the gap between them."""
    said = word.lower()
    return (
        gap in (" ", "-", "–", "‑")
        and (said not in _GENERIC or gap == "-")
        and not said.endswith(("ly", "ing")) | word.isdigit()
    )


def reworded(label: list[str]) -> Iterator[list[str]]:
    """Yield other ways to say a label, as :func:`_base` forms; ``""`` stands for any word.

    An adjective with what is done, said with its verb: *confident exploration*, *explore …
    confidently*. A noun of another: *strength of the bond*, *strengthen the bond*, *bond strength*.
    Two nouns: *sleep quality*, *quality of (the) sleep*.
    """
    of = label.index("of") if "of" in label else -1
    if of == 1:
        whose = label[2:][label[2] in _ARTICLES :]
        yield [*whose, label[0]]
        for article in ("", *_ARTICLES):
            yield [f"{label[0]}en", *filter(None, [article]), *whose]
    elif len(label) == 2 and of < 0:
        manner, done = label
        for article in ("", *_ARTICLES):
            yield [done, "of", *filter(None, [article]), manner]
        if len(done) > 8 and done.endswith("ation"):
            for verb in (done[:-5], done[:-3]):
                yield from ([verb, *[""] * gap, f"{manner}ly"] for gap in range(4))
                yield [f"{manner}ly", verb]


@lru_cache(maxsize=10_000)
def _how(said: str, label: str) -> str:
    """Return in words how what is said was taken for a label."""
    same = " ".join(said.replace("\u00ad", "").split()).lower() == label.lower()
    return "its label" if same else f"its label '{label}', inflected"


def _is_abbreviation(label: str) -> bool:
    return len(label) <= 12 and " " not in label and sum(c.isupper() for c in label) >= 2


def _initials(text: str, start: int, end: int, short: str) -> str:
    """Return the words before an abbreviation whose initials are its letters, ``""`` if not."""
    letters = [c.lower() for c in short if c.isalpha() and (c.isupper() or short.isupper())]
    words = list(_TOKEN.finditer(text, max(start, end - _NEAR), end))
    small = {"of", "and", "the", "for", "with", "in", "to", "a"}
    for size in range(len(letters), min(len(words), len(letters) + 4) + 1):
        part = words[len(words) - size :]
        initials = [w[0][0].lower() for w in part]
        strong = [w[0][0].lower() for w in part if w[0].lower() not in small]
        if letters in (initials, strong) and part:
            return text[part[0].start() : part[-1].end()]
    return ""
