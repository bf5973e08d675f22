"""Named questions: SPARQL files with a header that says what they ask and what may be set.

A file begins with comment lines ``# key: text``; a line that is indented further goes on with the
one before. ``title``, ``question``, ``description`` and ``example`` occur once each, ``param`` once
for each parameter::

    # param: age age = 18mo — the age to look for

that is: name, type, default, help. Without a default the parameter may be left out and then limits
nothing. The parameter is a variable of that name, which the SELECT has in its projection and
which is left out of the answer. It is replaced by a term when the query runs and never becomes
part of its text. The query may compare it (``COALESCE(?x = ?param, true)``) but cannot ask
``BOUND(?param)``: whether it has a value is not known when the query is planned.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from pyoxigraph import Literal, NamedNode

from kg import resources
from kg.errors import InputError, Place, UsageError, did_you_mean
from kg.graph import Graph
from kg.ontology import Ontology
from kg.queries import run
from kg.queries.parameters import KINDS, MEASURES, term
from kg.queries.tables import Table

NAME = re.compile(r"[a-z0-9-]+")
"""What the name of a question looks like; no SPARQL query looks so."""

ANY = "any"
"""The value of a parameter that limits nothing."""
_ONCE = ("title", "question", "description", "example")
_LINE = re.compile(r"# (?P<key>[a-z]+): (?P<text>.*)")
_MORE = re.compile(r"#\s{2,}(?P<text>\S.*)")
_PARAM = re.compile(
    r"(?P<name>[a-z]\w*) (?P<kind>[A-Za-z]\w*)(?: = (?P<default>\S+))? — (?P<help>.+)"
)


@dataclass(frozen=True, slots=True)
class Parameter:
    """A value that a question asks for.

    ``kind`` is ``age``, ``date``, ``integer``, ``iri`` or ``text``, or the name of a controlled
    list, of which the value is a notation. ``default`` is the value as one writes it, ``""`` where
    the parameter may be left out and then limits nothing. ``any`` in place of a value limits
    nothing either, except that an age, a date or a number needs one.
    """

    name: str
    kind: str
    default: str
    help: str


@dataclass(frozen=True, slots=True)
class NamedQuery:
    """A question of the library: what it asks, what its rows mean, and the SPARQL behind it.

    ``question`` begins with the number of the competency question where it is one; ``example`` is
    a command line.
    """

    name: str
    title: str
    question: str
    description: str
    parameters: tuple[Parameter, ...]
    example: str
    text: str

    def ask(self, graph: Graph, values: Mapping[str, object] | None = None) -> Table:
        """Put the question to a graph.

        :param values: parameter → value, as text; what is missing has its default.
        :raises UsageError: if there is no such parameter, or a value is not of its type.
        """
        given = {
            name: "" if str(value) == ANY else str(value) for name, value in (values or {}).items()
        }
        known = {p.name: p for p in self.parameters}
        for name in given:
            if name not in known:
                hint = did_you_mean(name, known) or f"parameters: {', '.join(known) or 'none'}"
                raise UsageError(f"'{self.name}' has no parameter '{name}'", hint=hint)
        return replace(self._run(graph, given), words=_words(graph.ontology))

    def unlimited(self, graph: Graph) -> Table:
        """Put the question for all values of its parameters at once, which are columns then."""
        return run(graph, self.text)

    def _run(self, graph: Graph, given: Mapping[str, str]) -> Table:
        terms: dict[str, NamedNode | Literal] = {}
        for parameter in self.parameters:
            text = given.get(parameter.name, parameter.default)
            if text or (parameter.default and parameter.kind in MEASURES):
                terms[parameter.name] = self._term(graph, parameter, text)
        return run(graph, self.text, terms).without(frozenset(p.name for p in self.parameters))

    def why_empty(self, graph: Graph, values: Mapping[str, object]) -> str:
        """Return which limit keeps all rows out: each is lifted by itself, then all together."""
        given = {name: "" if value == ANY else str(value) for name, value in values.items()}
        limits = {
            p.name: text
            for p in self.parameters
            if (text := given.get(p.name, p.default)) and p.kind not in MEASURES
        }
        for lifted in [[name] for name in limits] + [list(limits)]:
            count = len(self._run(graph, {**given, **dict.fromkeys(lifted, "")}).rows)
            if count:
                limit = " and ".join(f"{name}={limits[name]}" for name in lifted)
                options = " ".join(f"--param {name}={ANY}" for name in lifted)
                rows = "1 row matches" if count == 1 else f"{count} rows match"
                return f"{rows} without the limit {limit}; '{options}' shows them"
        return "nothing in this graph matches, whatever the parameters are"

    def _term(self, graph: Graph, parameter: Parameter, text: str) -> NamedNode | Literal:
        try:
            return term(graph, parameter.kind, text)
        except UsageError as error:
            message = f"parameter '{parameter.name}': {error.message}"
            raise UsageError(message, hint=error.hint) from None


def library(ontology: Ontology) -> Mapping[str, NamedQuery]:
    """Return the bundled questions and those of a project, by name: numbered ones first.

    :param ontology: the terms in use, which remember the folders of the project; its own questions
        lie in ``queries/``.
    :raises InputError: if a file is not a question, or a name is there twice.
    """
    found: dict[str, NamedQuery] = {}
    for file in resources.query_files(*ontology.folders):
        query = _read(file, ontology)
        if query.name in found:
            raise InputError(
                f"there are two questions '{query.name}'",
                hint="rename the question of the project",
            )
        found[query.name] = query
    return dict(sorted(found.items(), key=lambda item: (_number(item[1]), item[0])))


def ask(graph: Graph, name: str, values: Mapping[str, object] | None = None) -> Table:
    """Put a named question to a graph.

    :raises UsageError: if there is no such question or parameter, or a value is not of its type.
    """
    return find(graph.ontology, name).ask(graph, values)


def find(ontology: Ontology, name: str) -> NamedQuery:
    """Return the question of a name.

    :raises UsageError: if there is none, with the closest name.
    """
    questions = library(ontology)
    if name not in questions:
        hint = did_you_mean(name, questions) or "'kg query --list' shows all"
        raise UsageError(f"no question '{name}'", hint=hint)
    return questions[name]


def _number(query: NamedQuery) -> int:
    found = re.match(r"(\d+)\. ", query.question)
    return int(found[1]) if found else 1000


def _words(ontology: Ontology) -> Mapping[str, str]:
    """Return the labels of all values of controlled lists, which people read in place of IRIs."""
    every = (term for members in ontology.concepts.values() for term in members.values())
    return {term.iri: term.label or term.name for term in every}


def _read(file: Path, ontology: Ontology) -> NamedQuery:
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot read the question {file.name}: {error}") from error
    if not NAME.fullmatch(file.stem):
        raise InputError(
            f"the question {file.name} has an invalid name",
            hint="small letters, digits and hyphens",
        )
    once: dict[str, str] = {}
    parameters: list[Parameter] = []
    for number, key, value in _header(text):
        place = Place(file.name, number, 1)
        if key == "param":
            parameters.append(_parameter(value, place, ontology))
        elif key not in _ONCE or key in once:
            wrong = "is a duplicate" if key in once else "is not a known header key"
            raise InputError(f"'{key}' {wrong}", place=place, hint=did_you_mean(key, _ONCE))
        else:
            once[key] = value
    missing = [key for key in _ONCE if not once.get(key)]
    if missing:
        raise InputError(f"no '# {missing[0]}: …' in its header", place=Place(file.name, 1, 1))
    for parameter in parameters:
        if not re.search(rf"\?{parameter.name}\b", text):
            raise InputError(f"the parameter '{parameter.name}' is not used in {file.name}")
    return NamedQuery(file.stem, parameters=tuple(parameters), text=text, **once)


def _header(text: str) -> Iterator[tuple[int, str, str]]:
    """Yield line number, key and text of each entry of a header."""
    found: list[tuple[int, str, str]] = []
    for number, line in enumerate(text.splitlines(), 1):
        entry, more = _LINE.fullmatch(line), _MORE.fullmatch(line)
        if entry:
            found.append((number, entry["key"], entry["text"].strip()))
        elif more and found:
            at, key, start = found[-1]
            found[-1] = (at, key, f"{start} {more['text'].strip()}")
        elif not line.startswith("#"):
            break
    yield from found


def _parameter(text: str, place: Place, ontology: Ontology) -> Parameter:
    found = _PARAM.fullmatch(text)
    if not found:
        raise InputError(
            f"not a parameter: '{text}'", place=place, hint="# param: name type = default — help"
        )
    lists = {t.name for iri in ontology.concepts if (t := ontology.by_iri.get(iri))}
    if found["kind"] not in KINDS and found["kind"] not in lists:
        hint = did_you_mean(found["kind"], [*KINDS, *lists])
        raise InputError(f"unknown parameter type '{found['kind']}'", place=place, hint=hint)
    return Parameter(found["name"], found["kind"], found["default"] or "", found["help"])
