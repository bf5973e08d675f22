"""What an author may have meant by a key or a value that the ontology does not have there.

A synonym comes before a similar spelling: the labels of a term, and the names of the terms that it
maps to elsewhere (``datePublished`` is ``year`` here).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from kg import resources
from kg.errors import did_you_mean
from kg.ontology import CEKG, Ontology, Term, kebab
from kg.readers.sssom import read
from kg.records import Mapping as Entries
from kg.records import Text

_FEW = 3


def key(word: str, kind: Term, ontology: Ontology) -> str:
    """Return which key of a class may be meant by a word, as a hint; ``""`` when none is close."""
    usable = {
        name: term for name, term in ontology.properties.items() if _has(ontology, kind, term)
    }
    return _hint(word, {name: _words(term) for name, term in usable.items()})


def value(word: str, prop: Term, mapping: Entries, ontology: Ontology) -> str:
    """Return which value of a controlled list may be meant, else all of them.

    Values that belong to another list than the one a neighbour names are left out: where
    ``ratingSystem`` is GRADE, only the levels of GRADE are offered.

    :param mapping: the mapping that contains the key.
    """
    members = _fitting(ontology.members(prop.range), mapping, ontology)
    hint = _hint(word, {notation: _words(term) for notation, term in members.items()})
    return hint or f"one of: {', '.join(sorted(members))}"


def _has(ontology: Ontology, kind: Term, prop: Term) -> bool:
    within = not prop.domain or any(ontology.is_a(kind.iri, d) for d in prop.domain)
    return within and not prop.derived


def _hint(word: str, known: Mapping[str, Iterable[str]]) -> str:
    """Return a hint at the names that mean a word, else have it as a part, else the closest one."""
    wanted = _plain(word)
    same = [name for name, words in known.items() if wanted in map(_plain, words)]
    part = [name for name in known if wanted in re.findall("[a-z]+", kebab(name))]
    if found := sorted(same or part)[:_FEW]:
        return f"did you mean {' or '.join(map(repr, found))}?"
    return did_you_mean(word, known)


def _words(term: Term) -> Iterable[str]:
    return (term.name, term.label, *term.synonyms, *_elsewhere().get(term.iri, ()))


def _plain(word: str) -> str:
    """Return a word without case, spaces and signs: ``Date published`` is ``datepublished``."""
    return re.sub(r"[\W_]+", "", word).casefold()


def _fitting(
    members: Mapping[str, Term], mapping: Entries, ontology: Ontology
) -> Mapping[str, Term]:
    """Leave out the members that say, by a key beside theirs, that they belong to another value."""
    fitting = dict(members)
    for entry in mapping.entries:
        beside = ontology.properties.get(entry.key.text)
        if beside is None or not isinstance(entry.value, Text):
            continue
        named = ontology.members(beside.range).get(entry.value.text)
        belongs = ontology.belongs(beside.iri)
        if named:
            fitting = {
                notation: term
                for notation, term in fitting.items()
                if named.iri in belongs.get(term.iri, {named.iri})
            }
    return fitting or members


@cache
def _elsewhere() -> Mapping[str, tuple[str, ...]]:
    """Return the IRI of a term → the local names and labels of the terms that it maps to."""
    file = resources.mapping_file()
    records, _ = read(Path(file).read_text(encoding="utf-8"), file.name)
    found: dict[str, tuple[str, ...]] = {}
    for record in records:
        subject = record.get("id")
        mappings = [e.value for e in record.entries if isinstance(e.value, Entries)]
        names = [m.get(k) for m in mappings for k in ("code", "codeLabel")]
        if isinstance(subject, Text):
            words = tuple(n.text.rpartition("/")[2] for n in names if isinstance(n, Text))
            found[subject.text.replace("cekg:", CEKG, 1)] = words
    return found
