"""What a word means: a rule by its code, a term by its name, an entity by its id."""

from __future__ import annotations

from pathlib import Path

from kg import resources
from kg.diagnostics import RecordsError
from kg.errors import UsageError, did_you_mean
from kg.explanations import entities, rules
from kg.explanations.entities import EntityText
from kg.explanations.rules import RuleText
from kg.explanations.terms import Dictionary, TermText, read_mappings
from kg.graph import Graph
from kg.loading import find, load
from kg.ontology import Ontology
from kg.project import Project
from kg.validation.shapes import Shapes


def explain(
    word: str, source: Graph | Project | str | Path | None = None
) -> tuple[RuleText | TermText | EntityText, ...]:
    """Explain a rule, a term, or an entity of a graph.

    :param word: the code of a rule (``AGE-003``), the name of a class, a key or a value of a list
        (``Finding``, ``minAge``, ``increase``), or the id of an entity (``intervention/pcit-t``).
    :param source: where to look: a graph, a project folder or a graph file, which is loaded only
        to explain an entity; without it the nearest project upward. Rules and terms of kg itself
        need no project.
    :return: one explanation, or one for each term of that name.
    :raises UsageError: if there is no rule, term or entity of that name.
    :raises InputError: if something cannot be read.
    :raises RecordsError: if an entity is asked for and the records of the project are wrong.
    """
    place = _place(source)
    if isinstance(place, Graph):
        ontology = place.ontology
    elif isinstance(place, Project):
        ontology = place.ontology()
    else:
        project = Project.above(place.parent) if place else None
        ontology = project.ontology() if project else Ontology.read(resources.ontology_files())
    shapes = Shapes.read(resources.shape_files(*ontology.folders))
    if rule := rules.rule(word, shapes, *ontology.folders):
        return (rule,)
    dictionary = Dictionary(ontology, shapes, read_mappings(resources.mapping_file()))
    if terms := dictionary.find(word):
        return terms
    known = [*rules.codes(shapes), *dictionary.words()]
    if place is None and "/" not in word:
        raise _unknown(word, known)
    try:
        graph = place if isinstance(place, Graph) else load(place)
    except RecordsError as error:
        if "/" in word:
            raise
        raise _unknown(word, known) from error
    entity = entities.entity(word, graph)
    if entity is None:
        raise _unknown(word, [*known, *entities.ids(graph)])
    return (entity,)


def _place(source: Graph | Project | str | Path | None) -> Graph | Project | Path | None:
    """Return what a source means; ``None`` where nothing is named and no project is near."""
    if source is None:
        return Project.near(Path.cwd())
    return source if isinstance(source, Graph | Project) else find(source)


def _unknown(word: str, known: list[str]) -> UsageError:
    return UsageError(
        f"no rule, term or entity named '{word}'",
        hint=did_you_mean(word, known)
        or "examples: the rule AGE-003, the term minAge, the entity intervention/pcit",
    )
