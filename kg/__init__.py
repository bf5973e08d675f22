"""Clinical Evidence Knowledge Graph: what evidence says, as a graph that can be checked.

The verbs are those of the command line::

    graph = kg.load(kg.demo())                 # files -> records -> graph, with derived statements
    report = kg.validate(graph)                # SHACL; report.conforms, report.results
    kg.report_as(report, "sarif")              # text in pieces: sarif, junit, html, …
    rows = kg.query(graph, "SELECT ...")       # SPARQL
    rows = kg.query(graph, "includes-age", age="18mo")  # a named question: kg.questions()
    tables = kg.summary_of_findings(graph, "intervention/video-feedback")  # GRADE tables
    found = kg.audit(graph)                    # an article against its evidence; found.totals
    kg.decide("approve", ["finding/f1"], "agent/reviewer", "my-project")  # a review event
    data = kg.export(graph, "jsonld")          # bytes
    kg.stats(graph)                            # counts; kg.explain("minAge") says what a word means
    kg.import_file("table", "trials.csv", "data/trials.yaml")  # other files as draft records
    result = kg.build(kg.demo("attachment"))   # all of it, with the files in result.files

Everything public is named in :mod:`kg.public`; nothing else is promised.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kg.public import *  # noqa: F403


def __getattr__(name: str) -> Any:
    """Load a module or a public name when it is first used: ``kg --help`` needs neither.

    :raises AttributeError: if there is no such name.
    """
    if name == "__version__":
        from importlib.metadata import version

        return version("clinical-evidence-kg")
    if not name.startswith("_") and find_spec(f"kg.{name}"):
        return import_module(f"kg.{name}")
    public = import_module("kg.public")
    if name != "__all__" and name not in public.__all__:
        raise AttributeError(f"module 'kg' has no attribute '{name}'")
    found = globals()[name] = getattr(public, name)
    return found
