"""What the reference is generated from: ontology, shapes and mappings, by topic."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from kg import explanations, resources
from kg.explanations import Dictionary, TermText
from kg.ontology import Ontology, Term
from kg.validation.shapes import Shapes

LISTS = "lists"
"""The page on which every controlled list stands."""


@dataclass(frozen=True)
class Topic:
    """One file of the ontology: its name, its first line, its classes and its keys."""

    name: str
    lead: str
    classes: tuple[str, ...]
    keys: tuple[str, ...]


class Model:
    """Everything that a page may show, read once."""

    def __init__(self) -> None:
        files = resources.ontology_files()
        self.ontology = Ontology.read(files)
        self.shapes = Shapes.read(resources.shape_files())
        mappings = explanations.read_mappings(resources.mapping_file())
        self.dictionary = Dictionary(self.ontology, self.shapes, mappings)
        self._files = [f for f in files if f.parent.name == "ontology"]

    @cached_property
    def topics(self) -> tuple[Topic, ...]:
        """Every topic file of the ontology, by name."""
        return tuple(self._topic(file) for file in self._files)

    @cached_property
    def lists(self) -> tuple[TermText, ...]:
        """Every controlled list, by name."""
        classes = sorted(self.ontology.classes.values(), key=lambda c: c.name)
        return tuple(self.term(c.name) for c in classes if self.dictionary.is_list(c.iri))

    @cached_property
    def places(self) -> Mapping[str, str]:
        """Name of a class, list or key → ``page.md#anchor`` in the data dictionary."""
        found = {t.name: f"{LISTS}.md#{t.name.lower()}" for t in self.lists}
        for topic in self.topics:
            found |= {name: f"{topic.name}.md#{name.lower()}" for name in topic.classes}
        for topic in self.topics:
            for name in topic.keys:
                owner = self.owner(name)
                page = found[owner].partition("#")[0] if owner else f"{topic.name}.md"
                found[name] = f"{page}#key-{name}"
        return found

    def owner(self, key: str) -> str:
        """Return the class in whose table a key is at home, or ``""`` for a key of any record."""
        return next(iter(self.term(key).used_on), "")

    @cached_property
    def rule_topics(self) -> Mapping[str, tuple[str, ...]]:
        """Name of a shapes file → the codes of its rules."""
        return {f.stem: tuple(Shapes.read([f]).codes) for f in resources.shape_files()}

    def term(self, name: str) -> TermText:
        """Return a class, list or key that is known to exist."""
        found = self.dictionary.term(name)
        assert found is not None, name
        return found

    def _topic(self, file: Path) -> Topic:
        own = Ontology.read([file])
        order = {s: n for n, s in enumerate(dict.fromkeys(str(t.subject) for t in own.triples))}

        def sorted_names(terms: Mapping[str, Term]) -> tuple[str, ...]:
            return tuple(sorted(terms, key=lambda name: order[f"<{terms[name].iri}>"]))

        lead = file.read_text(encoding="utf-8").partition("\n")[0].lstrip("# ")
        return Topic(file.stem, lead, sorted_names(own.classes), sorted_names(own.properties))
