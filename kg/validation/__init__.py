"""Validation: one graph, some shapes, an engine, one Report.

An engine is one file and one line in :data:`ENGINES`; reports are written by :mod:`kg.reports`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path

from kg.diagnostics import RECORD_RULES, Diagnostic
from kg.errors import UsageError, did_you_mean, shacl_errors
from kg.graph import Graph
from kg.shacl.errors import ShaclError
from kg.shacl.plan import Closed, reader
from kg.shacl.plan.paths import Predicate
from kg.validation.report import Report, Rule
from kg.validation.shapes import Raw, Shapes
from kg.validation.skipped import note, refuse
from kg.validation.untargeted import in_graph

_CLOSED = Closed(frozenset()).component
Engine = Callable[[Graph, Shapes], Iterable[Raw]]


def _auto(graph: Graph, shapes: Shapes) -> Iterable[Raw]:
    # Engines are imported when they are used: the help of the command line needs none.
    from kg.validation import auto

    return auto.run(graph, shapes)


def _pyshacl(graph: Graph, shapes: Shapes) -> Iterable[Raw]:
    from kg.validation import pyshacl_engine

    return pyshacl_engine.run(graph, shapes)


def _duckdb(graph: Graph, shapes: Shapes) -> Iterable[Raw]:
    from kg.validation import duckdb_engine

    return duckdb_engine.run(graph, shapes)


def _spark(graph: Graph, shapes: Shapes) -> Iterable[Raw]:
    from kg.validation import spark_engine

    return spark_engine.run(graph, shapes)


ENGINES: Mapping[str, Engine] = {
    "auto": _auto,
    "pyshacl": _pyshacl,
    "duckdb": _duckdb,
    "spark": _spark,
}
"""Name → engine. All give the same results; ``pyshacl`` is the one the others are tested by."""


def run(graph: Graph, shapes: Shapes, engine: str = "auto", *, strict: bool = False) -> Report:
    """Check a derived graph against shapes.

    A closed shape does not refuse what was derived, since nobody wrote it.

    :param strict: refuse shapes of which a part would be skipped, rather than note it.
    :raises UsageError: if there is no such engine.
    :raises InputError: if the shapes cannot be used.
    """
    if engine not in ENGINES:
        hint = did_you_mean(engine, ENGINES) or f"known: {', '.join(ENGINES)}"
        raise UsageError(f"no engine '{engine}'", hint=hint)
    return _run(graph, shapes, engine, ENGINES[engine], strict)


def run_as_written(graph: Graph, shapes: Shapes, *, strict: bool = False) -> Report | None:
    """Check the statements of a file, if no result mentions a blank node without a label in it.

    To name those takes longer than to validate: see :func:`kg.files.named`.

    :param graph: statements with blank nodes, of which nothing is derived.
    :raises InputError: see :func:`run`.
    """
    from kg.validation import auto

    try:
        return _run(graph, shapes, "auto", auto.run_as_written, strict)
    except auto.UnlabelledError:
        return None


def _run(graph: Graph, shapes: Shapes, engine: str, work: Engine, strict: bool) -> Report:
    plan, noted = None, ""
    with shacl_errors():
        # pySHACL may accept what the reader refuses; then it is not known what pySHACL skips.
        with suppress(*([ShaclError] if engine == "pyshacl" and not strict else [])):
            plan = reader.read(shapes)
            noted = note(plan)
            if strict:
                refuse(plan)
        written = _written(graph, work(graph, shapes))
        results = [shapes.diagnostic(graph, raw) for raw in written]
    silent = in_graph(graph, plan) if plan and not results else ""
    entities = {q.subject for q in graph if q.graph_name != graph.derived_name}
    subjects = {str(node).partition("#")[0].rstrip(">") for node in entities}
    ordered = tuple(sorted(results, key=Diagnostic.sort_key))
    folder = next(iter(graph.ontology.folders), None)
    rules = shapes.rules()
    named = ((node, place) for node, place in graph.places.items() if len(node) == 1)
    held = Counter(place.file for (node,), place in named if "#" not in graph.short(node))
    return Report(
        ordered,
        len(subjects),
        shapes.count,
        engine,
        folder,
        checked=rules,
        note="\n".join(filter(None, (shapes.note, noted, silent))),
        per_file=held,
    )


def _written(graph: Graph, results: Iterable[Raw]) -> Iterator[Raw]:
    """Yield the results, but for those of closed shapes on what was derived."""
    derived = cache(lambda: {*graph.derived()})
    asserted = cache(lambda iri: {*graph.asserted_with(iri)})
    for raw in results:
        if raw.component == _CLOSED and isinstance(raw.path, Predicate):
            found = (raw.focus, raw.path.iri, raw.value)
            if found in derived() and found not in asserted(raw.path.iri):
                continue
        yield raw


def validate_records(diagnostics: Iterable[Diagnostic], folder: Path | None = None) -> Report:
    """Return the report on records of a project folder that could not become a graph."""
    ordered = tuple(sorted(diagnostics, key=Diagnostic.sort_key))
    rules = tuple(
        Rule(code, "violation", rule.title, rule.why, rule.fix, topic="records")
        for code, rule in RECORD_RULES.items()
    )
    return Report(ordered, 0, len(rules), "records", folder, checked=rules)
